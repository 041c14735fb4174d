"""What to have read before a meeting: promises, questions, proposals."""

import numpy as np
import pandas as pd

from kamlib.analysis.account.timeline import price_gap
from kamlib.analysis.account.warnings import opponents
from kamlib.analysis.measures.rhythm import free_days_of
from kamlib.words import _, count, money, share

PROMISES = ("whose", "what", "since", "days_overdue", "overdue")
MAX_QUESTIONS = 8
MAX_PROPOSALS = 6
LEAVING = ("slowing", "at risk", "lost")
SILENT_GAPS = 2  # silence beyond so many usual gaps is asked about
THIN_MARGIN = 0.5  # a margin below this part of the company's rate pays for no concession
OFFERED_GAPS = 2  # lines that similar accounts buy are offered up to so many
WEIGHTY_LINE = 0.1  # share of the account's revenue from which a growing line is worth a contract


def open_promises(events: pd.DataFrame) -> pd.DataFrame:
    """What is still open between the account and us, overdue first.

    Parameters
    ----------
    events
        The table of ``timeline``.

    Returns
    -------
    One row per promise: ``whose`` ("we owe", "they owe", "open"); ``what``; ``since`` (day due,
    or of the complaint); ``days_overdue`` (NaN where not overdue); ``overdue`` (bool).
    """
    lanes = ["deliveries", "payments", "complaints", "tenders", "steps", "losses"]
    rows = events[events["state"].isin(["open", "overdue"]) & events["lane"].isin(lanes)]
    whose = rows["lane"].map({"payments": "they owe", "tenders": "open", "losses": "open"})
    whose = whose.mask(rows["kind"] == "credit note")
    table = pd.DataFrame(
        {
            "whose": whose.fillna("we owe").astype("str"),
            "what": rows["text"],
            "since": rows["date"],
            "days_overdue": rows["overdue_days"],
            "overdue": rows["state"] == "overdue",
        }
    )
    return table.sort_values(
        ["overdue", "days_overdue", "since", "what"],
        ascending=[False, False, True, True],
        ignore_index=True,
        kind="stable",
    )


def promises_headline(promises: pd.DataFrame) -> str:
    """How much is open on either side, and how much of it is overdue."""
    if promises.empty:
        return _("Nothing is recorded as open on either side.")
    late = promises[promises["overdue"]]
    ours, theirs = (promises[promises["whose"] == side] for side in ("we owe", "they owe"))
    text = _("Open promises: ours {ours}, theirs {theirs}.").format(
        ours=count(len(ours)), theirs=count(len(theirs))
    )
    if late.empty:
        return text + " " + _("Nothing is overdue.")
    told = _("Overdue: {what}.") if len(late) == 1 else _("Overdue: {n}. The longest: {what}.")
    theirs = int((late["whose"] == "they owe").sum())
    if theirs and len(late) > 1:
        told = _("Overdue: {n}, of them theirs {theirs}. The longest: {what}.")
    return (
        text
        + " "
        + told.format(n=count(len(late)), theirs=count(theirs), what=late.iloc[0]["what"])
    )


def questions(
    lines: pd.DataFrame,
    tenders: pd.DataFrame,
    rivals: pd.DataFrame,
    people: pd.DataFrame,
    lacking: pd.DataFrame,
    found: pd.Series | None,
    *,
    currency: str = "",
) -> pd.DataFrame:
    """What to ask, the weightiest first: of silence, lost lines, tenders, people, rivals, gaps.

    Parameters
    ----------
    lines, people
        The tables of ``line_changes`` and ``decision_map``.
    tenders, rivals
        The account's own rows of tenders and competitors.
    lacking
        What the dossier lacks (``completeness.missing``).
    found
        Its row of the table of ``abc_xyz``; None where it has none.

    Returns
    -------
    At most eight rows: ``question``, ``why``.
    """
    asked = [
        *_silence_questions(found),
        *_line_questions(lines, currency),
        *_tender_questions(tenders),
        *_people_questions(people),
        *_rival_questions(rivals),
    ]
    gaps = _gap_questions(lacking)
    asked = [*asked[: MAX_QUESTIONS - min(len(gaps), 3)], *gaps]
    return _texts(asked[:MAX_QUESTIONS], ("question", "why"))


def proposals(
    gaps: pd.DataFrame,
    lines: pd.DataFrame,
    events: pd.DataFrame,
    tenders: pd.DataFrame,
    found: pd.Series | None,
    *,
    as_of: pd.Timestamp,
    state: str = "",
    usual_margin: float = float("nan"),
    span: str = "12 months",
    currency: str = "",
) -> pd.DataFrame:
    """What to offer: what was wrong put right first, then what similar accounts buy.

    Parameters
    ----------
    gaps
        The account's own rows of ``whitespace``, the most valuable first.
    lines, events
        The tables of ``line_changes`` and ``timeline``.
    tenders
        The account's own rows.
    found
        Its row of the table of ``abc_xyz``; None where it has none.
    state
        The account's state; "lost" of who is probably gone too. Who is on the way out is not
        told that it grew, and who is lost is offered no more lines.
    usual_margin
        The company's margin rate (0–1), NaN where unknown.
    span
        What the window of ``found`` is called.

    Returns
    -------
    At most six rows: ``proposal``, ``why``. Where the account loses money or keeps less than
    half of ``usual_margin`` that is said first, and no price is offered.
    """
    since = pd.Timestamp(as_of) - pd.DateOffset(years=1)
    year = events[events["date"] > since]
    thin = _margin_proposals(found, usual_margin, span)
    asked = [
        *thin,
        *_service_proposals(year, pd.Timestamp(as_of), cheaper=not thin),
        *_reason_proposals(events, found),
        *_tender_proposals(tenders[tenders["date"] > since], cheaper=not thin),
        *([] if state == "lost" else _trial_proposals(gaps, currency)),
        *([] if state in LEAVING else _frame_proposals(lines, currency)),
    ]
    return _texts(asked[:MAX_PROPOSALS], ("proposal", "why"))


def _silence_questions(found: pd.Series | None) -> list[tuple[str, str]]:
    if found is None or pd.isna(found["typical_gap_days"]):
        return []
    if not found["silence_days"] > np.fmax(SILENT_GAPS * found["typical_gap_days"],
                                           free_days_of(found)):  # fmt: skip
        return []
    told = _("no order for {days} days; the usual gap is {gap}").format(
        days=count(found["silence_days"]), gap=count(found["typical_gap_days"])
    )
    return [(_("What keeps you from ordering?"), told)]


def _line_questions(lines: pd.DataFrame, currency: str) -> list[tuple[str, str]]:
    gone = lines[lines["state"].isin(["left", "shrunk"]) & (lines.index != "")]
    asked = []
    for line, row in gone.sort_values("change", kind="stable").head(3).iterrows():
        told = _("{line}: {before} in the year before, {now} now").format(
            line=line, before=money(row["revenue_before"], currency),
            now=money(row["revenue"], currency),
        )  # fmt: skip
        question = _("From whom do you buy {line} now, and why?")
        if row["state"] == "shrunk":
            question = _("Why do you buy less {line}?")
        asked.append((question.format(line=line), told))
    return asked


def _tender_questions(tenders: pd.DataFrame) -> list[tuple[str, str]]:
    lost = tenders[tenders["result"] == "lost"].sort_values("date", ascending=False, kind="stable")
    asked = []
    for row in lost.head(1).itertuples():
        gap = price_gap(row.our_price, row.winning_price)
        why = _("lost on {day:%Y-%m-%d} to {who}, reason: {reason}").format(
            day=row.date, who=_or_unknown(row.competitor), reason=_or_unknown(row.reason)
        )
        if not pd.isna(gap) and round(gap, 3) == 0:
            why += "; " + _("at the same price")
        elif not pd.isna(gap):
            told = _("we were {gap} dearer") if gap > 0 else _("we were {gap} cheaper")
            why += "; " + told.format(gap=share(abs(gap)))
        asked.append((_("What would have won the tender for {line}?").format(
            line=_or_unknown(row.product_line)), why))  # fmt: skip
    return asked


def _people_questions(people: pd.DataFrame) -> list[tuple[str, str]]:
    asked = []
    for person in opponents(people).head(2).itertuples():
        wish = person.interests or _("not known")
        told = _("{role}, influence {n} of 3; what matters: {wish}").format(
            role=person.role or _("part unknown"), n=count(person.influence), wish=wish
        )
        asked.append((_("What would {name} have to see?").format(name=person.name), told))
    return asked


def _rival_questions(rivals: pd.DataFrame) -> list[tuple[str, str]]:
    strong = rivals.sort_values(
        ["strength", "share", "product_line", "competitor"],
        ascending=[False, False, True, True],
        kind="stable",
    ).head(1)
    asked = []
    for row in strong.itertuples():
        every = pd.isna(row.product_line) or row.product_line == ""
        told = _("it sells {line} there")
        if not pd.isna(row.share):
            told = _("it has {share} of {line} there")
        told = told.format(
            share=share(row.share, 0), line=_("all lines") if every else row.product_line
        )
        question = _("What does {who} do better than we do?").format(who=row.competitor)
        asked.append((question, told))
    return asked


def _gap_questions(lacking: pd.DataFrame) -> list[tuple[str, str]]:
    told = {
        "missing": _("missing in the dossier"),
        "partly": _("only partly known"),
        "old": _("known, but old"),
    }
    # What we have to look up or judge ourselves is no question to them.
    own = ["deliveries", "payments", "manager", "name", "owner", "payment_terms", "reputation"]
    own += ["talk", "next_step", "since", "rival_share", "judged", "standing"]
    nobody = lacking["item"].eq("people") & lacking["state"].eq("missing")
    own += ["decider", "interests"] if nobody.any() else []
    rows = lacking[~lacking["item"].isin(own)]
    return [(row.ask, told[row.state]) for row in rows.head(MAX_QUESTIONS).itertuples()]


def _margin_proposals(found: pd.Series | None, usual: float, span: str) -> list[tuple[str, str]]:
    if found is None:
        return []
    thin = found["revenue"] > 0 and found["margin"] < THIN_MARGIN * usual * found["revenue"]
    if not (thin or found["margin"] < 0):
        return []
    text = _("No new discount: agree on prices and terms that earn money first")
    told = _("{rate} of revenue stayed as margin in {span}").format(
        rate=share(found["margin"] / found["revenue"]) if found["revenue"] > 0 else "-", span=span
    )
    return [(text, told)]


def _service_proposals(
    year: pd.DataFrame, as_of: pd.Timestamp, *, cheaper: bool
) -> list[tuple[str, str]]:
    asked = []
    disputes = year[(year["lane"] == "complaints") & year["state"].isin(["open", "overdue"])]
    if len(disputes):
        text = _("Settle what is open before anything is sold: apology and a day by which.")
        asked.append((text, disputes.iloc[0]["text"]))
    year = year[(year["date"] <= as_of) | (year["state"] == "overdue")]  # due by now
    sent = year[year["lane"] == "deliveries"]
    late = sent[sent["days"] > 0]
    if len(sent) >= 5 and len(late) / len(sent) >= 0.2:
        told = _("{late} of {all} deliveries of 12 months were late").format(
            late=count(len(late)), all=count(len(sent))
        )
        asked.append((_("Delivery commitment with a penalty"), told))
    paid = year[year["kind"] == "payment"]
    slow = paid[paid["days"] > 10]
    if len(paid) >= 5 and len(slow) / len(paid) >= 0.3:
        told = _("{late} of {all} invoices were paid more than 10 days late").format(
            late=count(len(slow)), all=count(len(paid))
        )
        offer = _("Discount for payment on the day, or a shorter term")
        asked.append((offer if cheaper else _("A shorter term of payment"), told))
    return asked


def _reason_proposals(events: pd.DataFrame, found: pd.Series | None) -> list[tuple[str, str]]:
    gone = events[events["kind"] == "loss"]
    if found is None or not bool(found.get("lost", False)):
        return []
    why = gone.iloc[-1]["text"] if len(gone) else _("no order for {days} days").format(
        days=count(found["silence_days"]))  # fmt: skip
    return [(_("Ask why it left, and offer a way back that answers the reason"), why)]


def _tender_proposals(tenders: pd.DataFrame, *, cheaper: bool) -> list[tuple[str, str]]:
    lost = tenders[tenders["result"] == "lost"]
    if lost.empty:
        return []
    reasons = lost["reason"].fillna("").replace("", _("unknown")).value_counts()
    told = ", ".join(f"{reason} ({n})" for reason, n in sorted(reasons.items(), key=_most_first))
    why = _("{n} tenders lost in 12 months: {reasons}").format(n=count(len(lost)), reasons=told)
    ask = _("Ask for a talk about the lost tenders")
    if len(lost) == 1:
        why = _("1 tender lost in 12 months: {reason}").format(reason=reasons.index[0])
        ask = _("Ask for a talk about the lost tender")
    offers = {
        "price": _("Price for a committed volume instead of a lower list price"),
        "delivery time": _("Stock reserved for them, with a delivery day agreed in advance"),
        "range": _("The missing articles through a partner, from one hand"),
        "quality": _("Test of the goods together with their quality people"),
    }
    if not cheaper:
        offers.pop("price")
    first = min(reasons.items(), key=_most_first)[0]
    return [(offers.get(first, ask), why)]


def _trial_proposals(gaps: pd.DataFrame, currency: str) -> list[tuple[str, str]]:
    asked = []
    worth = _("{why}; {bought} a year if it buys, {expected} ({low} to {high}) to be expected")
    for row in gaps.head(OFFERED_GAPS).itertuples():
        told = worth.format(
            why=row.why,
            bought=money(row.value_if_bought, currency),
            expected=money(row.expected_value, currency),
            low=money(row.low),
            high=money(row.high),
        )
        asked.append((_("Trial of {line}").format(line=row.product_line), told))
    return asked


def _frame_proposals(lines: pd.DataFrame, currency: str) -> list[tuple[str, str]]:
    grown = lines[
        (lines["state"] == "grown") & (lines["share"] >= WEIGHTY_LINE) & (lines.index != "")
    ]
    asked = []
    for line, row in grown.head(1).iterrows():
        told = _("grew by {change} in 12 months").format(change=money(row["change"], currency))
        asked.append((_("Frame contract for {line}").format(line=line), told))
    return asked


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _or_unknown(value: object) -> str:
    return _("unknown") if pd.isna(value) or value == "" else str(value)


def _texts(rows: list[tuple[str, str]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype("str")
