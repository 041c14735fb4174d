"""The relationship with one account in time: what was promised and kept, said, won and lost."""

from collections.abc import Mapping

import pandas as pd

from kamlib.analysis.account.promises import (
    DISPUTES,
    promised_answers,
    promised_deliveries,
    promised_steps,
)
from kamlib.analysis.measures.debts import is_credit
from kamlib.words import _, day, money, share
from kamlib.words import days as in_days

# The tables that tell what happened.
TABLES = ("interactions", "deliveries", "payments", "tenders", "losses", "winbacks")
LANES = ("deliveries", "payments", "complaints", "talks", "tenders", "steps", "losses")
COLUMNS = ("date", "lane", "kind", "state", "until", "days", "overdue_days", "text")


def timeline(
    rows: Mapping[str, pd.DataFrame],
    *,
    as_of: pd.Timestamp,
    months: int,
    settle_days: int,
    currency: str = "",
) -> pd.DataFrame:
    """Everything that happened with an account, in lanes.

    Parameters
    ----------
    rows
        The account's own rows of the canonical tables of ``TABLES``; empty where there are none.
    as_of
        The last day that is known of: later rows are left out, and what came of a row later
        has not happened yet. Unsettled deliveries, payments and tenders of a later day count as
        agreed on already: they are open.
    months
        How far back it goes. What is still open is shown whatever its age.
    settle_days
        A complaint or request that is open longer is overdue.

    Returns
    -------
    One row per event, by day and lane: ``date`` (promised or due day of a delivery, payment or
    step); ``lane`` (of ``LANES``); ``kind`` (delivery, payment, credit note, complaint, request,
    meeting, call, e-mail, brief, other, tender, step, loss, win-back); ``state`` ("good", "bad",
    "open", "overdue", "plain"); ``until`` (day on which it was settled, NaT while open); ``days``
    (late, negative: early; days open of a complaint; days overdue of a step; else NaN);
    ``overdue_days`` (NaN where nothing is overdue; what we promised is as in ``promises``);
    ``text`` (one line for a reader).
    """
    as_of = pd.Timestamp(as_of)
    begin = as_of + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    parts = [
        _deliveries(rows["deliveries"], as_of),
        _payments(rows["payments"], as_of, currency),
        _talks(rows["interactions"], as_of, settle_days),
        _tenders(rows["tenders"], as_of, currency),
        steps(rows["interactions"], as_of=as_of),
        _losses(rows["losses"], as_of),
        _winbacks(rows["winbacks"], as_of, currency),
    ]
    events = pd.concat(parts, ignore_index=True)
    events = events[(events["date"] >= begin) | events["state"].isin(["open", "overdue"])]
    place = events["lane"].map({lane: at for at, lane in enumerate(LANES)})
    events = events.assign(place=place).sort_values(["date", "place"], kind="stable")
    return events[list(COLUMNS)].reset_index(drop=True)


def notable(events: pd.DataFrame, *, min_days: int = 3) -> pd.DataFrame:
    """The events worth reading, newest first: without what was on time, briefs and e-mails.

    Parameters
    ----------
    min_days
        Deliveries and payments that were late by fewer days are left out.
    """
    routine = events["lane"].isin(["deliveries", "payments"])
    small = routine & (events["state"].ne("overdue")) & ~(events["days"] >= min_days)
    small &= events["kind"].ne("incomplete")
    small &= ~(events["kind"].eq("credit note") & events["state"].eq("open"))
    small |= events["kind"].isin(["e-mail", "brief"])
    small |= (events["lane"] == "steps") & (events["state"] == "plain")
    return events[~small].sort_values("date", ascending=False, kind="stable", ignore_index=True)


def steps(interactions: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The next steps that were agreed on: "plain" where they were done."""
    found = promised_steps(interactions, as_of=as_of)
    given = interactions.loc[found.index]
    texts = [
        _step_text(step, made, until, what, who)
        for step, made, until, what, who in zip(
            found["what"], found["made"], found["due"], _clean(given["subject"]),
            _clean(given["manager"]), strict=True,
        )
    ]  # fmt: skip
    late = found["overdue_days"]
    state = found["state"].mask(found["state"] == "kept", "plain")
    day = found["made"].where(found["due"].isna(), found["due"])
    return _events(day, "steps", "step", state, None, late, texts, late)


def _deliveries(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    rows = rows[(rows["promised_on"] <= as_of) | _ahead(rows, "promised_on", "delivered_on", as_of)]
    arrived = rows["delivered_on"].where(rows["delivered_on"] <= as_of)
    days = (arrived.fillna(as_of) - rows["promised_on"]).dt.days.astype(float)
    partly = rows["complete"].eq(False).fillna(False).astype(bool)
    promised = promised_deliveries(rows, as_of=as_of)
    done = pd.Series("good", rows.index, dtype="str").mask((days > 0) | partly, "bad")
    state = promised["state"].where(promised["state"] != "kept", done)
    texts = [
        _delivery_text(document, late, came, part, due)
        for document, late, came, part, due in zip(
            rows["document"], days, arrived.notna(), partly, rows["promised_on"], strict=True
        )
    ]
    days = days.where(arrived.notna() | (days > 0))
    kind = pd.Series("delivery", rows.index, dtype="str").mask(partly, "incomplete")
    day, late = rows["promised_on"], promised["overdue_days"]
    return _events(day, "deliveries", kind, state, arrived, days, texts, late)


def _payments(rows: pd.DataFrame, as_of: pd.Timestamp, currency: str) -> pd.DataFrame:
    rows = rows[(rows["due_on"] <= as_of) | _ahead(rows, "due_on", "paid_on", as_of)]
    paid = rows["paid_on"].where(rows["paid_on"] <= as_of)
    days = (paid.fillna(as_of) - rows["due_on"]).dt.days.astype(float)
    credit = is_credit(rows)  # what we owe them: never late, never overdue
    state = pd.Series("good", rows.index, dtype="str").mask(days > 0, "bad")
    state[paid.isna() & (days > 0)] = "overdue"
    state[paid.isna() & ~(days > 0)] = "open"
    state[credit] = paid.isna().map({True: "open", False: "plain"})
    texts = [
        _credit_text(document, money(-amount, currency), came, due) if ours
        else _payment_text(document, money(amount, currency), late, came, due)
        for document, amount, late, came, due, ours in zip(
            rows["document"], rows["amount"], days, paid.notna(), rows["due_on"], credit,
            strict=True,
        )
    ]  # fmt: skip
    days = days.where((paid.notna() | (days > 0)) & ~credit)
    kind = pd.Series("payment", rows.index, dtype="str").mask(credit, "credit note")
    late = days.where(state == "overdue")
    return _events(rows["due_on"], "payments", kind, state, paid, days, texts, late)


def _talks(rows: pd.DataFrame, as_of: pd.Timestamp, settle_days: int) -> pd.DataFrame:
    rows = rows[rows["date"] <= as_of]
    kind = rows["kind"].fillna("other").astype("str")
    dispute = kind.isin(DISPUTES)
    answers = promised_answers(rows, as_of=as_of, settle_days=settle_days)
    settled = rows["resolved_on"].where(rows["resolved_on"] <= as_of)
    days = (settled.fillna(as_of) - rows["date"]).dt.days.where(dispute).astype(float)
    state = pd.Series("plain", rows.index, dtype="str")
    state[dispute] = answers["state"].mask(answers["state"] == "kept", "bad")
    texts = [
        _talk_text(what, subject, outcome, who, open_days, done)
        for what, subject, outcome, who, open_days, done in zip(
            kind, _clean(rows["subject"]), _clean(rows["outcome"]), _clean(rows["contact"]),
            days, settled, strict=True,
        )
    ]  # fmt: skip
    lane = pd.Series("talks", rows.index, dtype="str").mask(dispute, "complaints")
    late = answers["overdue_days"].reindex(rows.index)
    return _events(rows["date"], lane, kind, state, settled, days, texts, late)


def _tenders(rows: pd.DataFrame, as_of: pd.Timestamp, currency: str) -> pd.DataFrame:
    later = rows["date"] > as_of
    decided = rows["result"].notna() & (rows["result"] != "open")
    rows = rows[~rows["date"].isna() & ~(later & decided)]
    result = _clean(rows["result"]).mask(rows["date"] > as_of, "open")
    states = {"won": "good", "partly won": "good", "lost": "bad", "open": "open"}
    state = result.map(states).fillna("plain")
    texts = [
        _tender_text(row, currency, row.date > as_of)
        for row in rows.assign(result=result).itertuples()
    ]
    return _events(rows["date"], "tenders", "tender", state, None, None, texts)


def _losses(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    rows = rows[rows["date"] <= as_of]
    texts = [
        _sentence(_("Recorded as lost: {reason}").format(reason=reason or _("no reason")), note)
        for reason, note in zip(_clean(rows["reason"]), _clean(rows["note"]), strict=True)
    ]
    return _events(rows["date"], "losses", "loss", "bad", None, None, texts)


def _winbacks(rows: pd.DataFrame, as_of: pd.Timestamp, currency: str) -> pd.DataFrame:
    rows = rows[rows["date"] <= as_of]
    outcome = _clean(rows["outcome"]).mask(rows["outcome_on"] > as_of, "open")
    state = outcome.map({"won": "good", "open": "open"}).fillna("bad")
    texts = [
        _("Win-back: {offer} ({cost}): {outcome}").format(
            offer=offer or _("no offer"), cost=money(cost, currency), outcome=result or "?"
        )
        for offer, cost, result in zip(_clean(rows["offer"]), rows["cost"], outcome, strict=True)
    ]
    return _events(rows["date"], "losses", "win-back", state, None, None, texts)


def _events(date, lane, kind, state, until, days, texts, overdue=float("nan")) -> pd.DataFrame:
    index = date.index
    empty_day = pd.Series(pd.NaT, index, dtype="datetime64[us]")
    return pd.DataFrame(
        {
            "date": date.astype("datetime64[us]"),
            "lane": lane,
            "kind": kind,
            "state": state,
            "until": empty_day if until is None else until.astype("datetime64[us]"),
            "days": pd.Series(float("nan"), index) if days is None else days,
            "overdue_days": overdue,
            "text": pd.Series(texts, index, dtype="str"),
        },
        index=index,
    ).astype({"lane": "str", "kind": "str", "state": "str", "days": float, "overdue_days": float})


def _ahead(rows: pd.DataFrame, due: str, settled: str, as_of: pd.Timestamp) -> pd.Series:
    return (rows[due] > as_of) & ~(rows[settled] <= as_of)


def _delivery_text(document: str, late: float, came: bool, partly: bool, due: pd.Timestamp) -> str:
    if not came and late < 0:
        text = _("{document}: open, due {due}")
    elif not came:
        text = _("{document}: not delivered yet, {days} late") if late > 0 else _(
            "{document}: due today")  # fmt: skip
    elif late > 0:
        text = _("{document}: delivered {days} late")
    else:
        text = _("{document}: delivered on time")
    text = text.format(document=document, days=in_days(late), due=day(due))
    return f"{text}, {_('incomplete')}" if partly else text


def _payment_text(document: str, amount: str, late: float, came: bool, due: pd.Timestamp) -> str:
    if not came and late < 0:
        text = _("{document}: {amount} open, due {due}")
    elif not came:
        text = _("{document}: {amount} unpaid, {days} overdue") if late > 0 else _(
            "{document}: {amount} due today")  # fmt: skip
    else:
        text = _("{document}: {amount} paid {days} late") if late > 0 else _(
            "{document}: {amount} paid on time")  # fmt: skip
    return text.format(document=document, amount=amount, days=in_days(late), due=day(due))


def _credit_text(document: str, amount: str, settled: bool, due: pd.Timestamp) -> str:
    if settled:
        return _("{document}: our credit note of {amount}, settled").format(
            document=document, amount=amount
        )
    told = _("{document}: our credit note of {amount}, due {due}, is open: we owe it")
    return told.format(document=document, amount=amount, due=day(due))


def _talk_text(kind: str, subject: str, outcome: str, who: str, days: float, settled) -> str:
    text = f"{kind.capitalize()}: {subject}" if subject else kind.capitalize()
    text = f"{text} ({who})" if who else text
    if kind in DISPUTES and pd.isna(settled):
        return _("{text}: open for {days}").format(text=text, days=in_days(days))
    if kind in DISPUTES:
        return _("{text}: settled after {days}").format(text=text, days=in_days(days))
    return f"{text}: {outcome}" if outcome else text


def _tender_text(row, currency: str, ahead: bool) -> str:
    result = "" if pd.isna(row.result) else row.result
    line = "" if pd.isna(row.product_line) else row.product_line
    if not pd.isna(row.lot) and row.lot:
        line = ", ".join(part for part in (line, _("lot {lot}").format(lot=row.lot)) if part)
    what = _("Tender {result}: {line}").format(result=result, line=line)
    parts = [f"{what.rstrip(': ')}, {money(row.amount, currency)}"]
    if result == "partly won" and not pd.isna(row.won_amount):
        parts.append(_("won {amount} of it").format(amount=money(row.won_amount, currency)))
    if ahead:
        parts.append(_("due {due}").format(due=day(row.date)))
    gap = price_gap(row.our_price, row.winning_price)
    if result == "lost" and round(gap, 3) == 0:
        parts.append(_("at the same price"))
    elif result == "lost" and not pd.isna(gap):
        told = _("we were {gap} dearer") if gap > 0 else _("we were {gap} cheaper")
        parts.append(told.format(gap=share(abs(gap))))
    for value, told in ((row.reason, _("reason: {it}")), (row.competitor, _("against {it}"))):
        if not pd.isna(value) and value:
            parts.append(told.format(it=value))
    return "; ".join(parts)


def price_gap(ours: float, winning: float) -> float:
    """How much dearer we were than the winner, as a share of the winning price."""
    return (ours - winning) / winning if winning and winning > 0 else float("nan")


def _step_text(step: str, made: pd.Timestamp, due: pd.Timestamp, subject: str, who: str) -> str:
    about = f" ({subject})" if subject else ""
    return _("{step}{about}, agreed on {made}, due {due}{who}").format(
        step=step, about=about, made=day(made), due=day(due), who=f", {who}" if who else ""
    )


def _sentence(text: str, note: str) -> str:
    return f"{text}; {note}" if note else text


def _clean(texts: pd.Series) -> pd.Series:
    return texts.fillna("").astype("str")
