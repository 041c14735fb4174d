"""Why accounts left: what was recorded, what the data hints at, and the money behind each.

A hint is never a recorded reason: it names a reason code with the evidence for it, and how
strong that is. Each kind of evidence is looked for by a function of its own.
"""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kamlib.analysis.measures.debts import owed
from kamlib.analysis.measures.year_value import per_row
from kamlib.settings import HintSettings
from kamlib.words import _, count, counted, day, money, share
from kamlib.words import accounts as in_accounts

UNKNOWN = "unknown"
SOURCES = ("recorded", "hint", UNKNOWN)
TEXTS = ("recorded", "note", "hint", "hint_evidence", "reason", "reason_source")
COLUMNS = ("account", "reason", "strength", "evidence")
# How people write it, in the languages of the workbook's users: the beginnings of words in a
# subject. The first reason that is found counts, so "rival is cheaper" speaks of price.
WORDS: Mapping[str, tuple[str, ...]] = {
    "missed deadlines": ("late", "delay", "deadline", "延误", "迟", "опозд", "задерж", "просроч"),
    "product quality": ("specification", "defect", "broken", "poor quality", "质量", "缺陷",
                        "брак", "качеств", "дефект"),
    "service level": ("no answer", "unanswered", "bad service", "没有回复", "服务差", "не отвеч"),
    "price": ("lower price", "cheaper", "too expensive", "便宜", "太贵", "дешевле", "дорого"),
    "competitor": ("rival", "competitor", "竞争", "конкурент"),
    "closed down": ("will close", "closing down", "insolven", "bankrupt", "关闭", "破产",
                    "закрыва", "банкрот"),
}  # fmt: skip
# The evidence that words alone give: less than a count of things that happened.
WORDS_STRENGTH = 0.55


def account_reasons(
    last_orders: pd.Series,
    losses: pd.DataFrame,
    hints: pd.DataFrame,
    *,
    days_before: int,
) -> pd.DataFrame:
    """The recorded reason of each account and, apart from it, the strongest hint.

    A loss that was recorded more than ``days_before`` days before the last order speaks of an
    earlier departure and does not count. ``reason`` is for use where one is needed: the
    recorded one, unless it is "unknown", else the hinted one; ``reason_source`` says which.

    Parameters
    ----------
    last_orders
        Last order day per account.
    losses
        The canonical table as it was known; the latest row of an account counts.
    hints
        The strongest hint of each account (``strongest_hints``).
    days_before
        ``hints.days_before``: how long before its last order an account may have said so.

    Returns
    -------
    Indexed as ``last_orders``: ``recorded`` (code, empty where nothing was recorded),
    ``recorded_on``, ``note``; ``hint`` (code, empty without), ``hint_strength`` (0–1),
    ``hint_evidence``; ``reason`` (code, "unknown" without any), ``reason_source`` (of
    ``SOURCES``).
    """
    own = per_row(last_orders, losses["account"])
    fitting = losses[own.notna() & (losses["date"] >= own - pd.Timedelta(days=days_before))]
    latest = fitting.sort_values("date", kind="stable").groupby("account").tail(1)
    latest = latest.set_index("account").reindex(last_orders.index)
    hinted = hints.reindex(last_orders.index)
    told = latest["reason"].notna() & (latest["reason"] != UNKNOWN)
    guessed = hinted["hint"].notna() & (hinted["hint"] != UNKNOWN)
    found = pd.DataFrame(
        {
            "recorded": latest["reason"],
            "recorded_on": latest["date"].astype("datetime64[us]"),
            "note": latest["note"],
            "hint": hinted["hint"],
            "hint_strength": hinted["hint_strength"].astype(float),
            "hint_evidence": hinted["hint_evidence"],
            "reason": latest["reason"].where(told, hinted["hint"].where(guessed, UNKNOWN)),
            "reason_source": np.select([told, guessed], SOURCES[:2], UNKNOWN),
        },
        last_orders.index,
    )
    texts = found[list(TEXTS)].astype(object).fillna("").astype("str")
    return found.assign(**{name: texts[name] for name in TEXTS})


def reasons_by_money(reasons: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    """The reasons of lost accounts by the money that went, recorded and hinted apart.

    Parameters
    ----------
    reasons
        The table of :func:`account_reasons`, of the lost accounts.
    year
        What each brought in the year before its last order (``year_before``).

    Returns
    -------
    One row per source and reason that occurs, the sources in the order recorded, hint,
    unknown, the most revenue first within one: ``reason_source``, ``reason``; ``accounts``;
    ``revenue_a_year``, ``margin_a_year`` (currency; margin NaN where it is unknown for all);
    ``revenue_share`` (0–1, of all lost revenue, NaN where there is none).
    """
    rows = reasons[["reason_source", "reason"]].join(year)
    summed = rows.groupby(["reason_source", "reason"]).agg(
        accounts=("revenue_a_year", "size"),
        revenue_a_year=("revenue_a_year", "sum"),
        margin_a_year=("margin_a_year", lambda values: values.sum(min_count=1)),
    )
    summed = summed.reset_index().astype({"margin_a_year": float})
    whole = summed["revenue_a_year"].sum()
    summed["revenue_share"] = summed["revenue_a_year"] / whole if whole > 0 else np.nan
    place = summed["reason_source"].map({name: n for n, name in enumerate(SOURCES)})
    order = np.lexsort((summed["reason"], -summed["revenue_a_year"], place))
    return summed.iloc[order].reset_index(drop=True)


def reasons_headline(table: pd.DataFrame, currency: str = "") -> str:
    """How far the reasons are known by record or by hint, and the reason with most money."""
    whole = int(table["accounts"].sum())
    if not whole:
        return _("No account counts as lost.")
    if (table["reason_source"] == UNKNOWN).all():
        told = _("Lost: {all}; the reason is known of none: record it with each loss.")
        return told.format(all=in_accounts(whole))
    by_source = table.groupby("reason_source")[["accounts", "revenue_a_year"]].sum()
    by_source = by_source.reindex(SOURCES, fill_value=0)
    words = {
        "recorded": _("recorded of {n}"),
        "hint": _("hinted at by the data of {n}"),
        UNKNOWN: _("not known of {n} ({part} of the revenue that was lost)"),
    }
    part = share(table.loc[table["reason_source"] == UNKNOWN, "revenue_share"].sum(), 0)
    numbers = by_source["accounts"]
    parts = [words[name].format(n=count(numbers[name]), part=part) for name in SOURCES
             if numbers[name]]  # fmt: skip
    told = _("Why {all} left is {parts}.")
    told = told.format(all=_lost_accounts(whole), parts=", ".join(parts))
    for source, words in (
        ("recorded", _("Most revenue with a recorded reason went for: {reason} ({sum} a year).")),
        ("hint", _("Of the hints most revenue went for: {reason} ({sum} a year).")),
    ):
        rows = table[table["reason_source"] == source]
        if len(rows):
            first = rows.iloc[0]
            told += " " + words.format(
                reason=reason_word(first["reason"]), sum=money(first["revenue_a_year"], currency)
            )
    return told


def _lost_accounts(number: int) -> str:
    return counted(number, _("1 lost account"), _("{n} lost accounts"))


def reason_word(code: str) -> str:
    """A reason code as a reader sees it."""
    return {
        "service level": _("service level"),
        "product quality": _("product quality"),
        "missed deadlines": _("missed deadlines"),
        "opinion not considered": _("opinion not considered"),
        "forgotten": _("forgotten"),
        "price": _("price"),
        "competitor": _("competitor"),
        "closed down": _("closed down"),
        "unknown": _("unknown"),
    }[code]


def reason_hints(
    last_orders: pd.Series,
    interactions: pd.DataFrame,
    deliveries: pd.DataFrame,
    payments: pd.DataFrame,
    tenders: pd.DataFrame,
    competitors: pd.DataFrame,
    *,
    settings: HintSettings,
) -> pd.DataFrame:
    """Hints at the reason of each account that is falling silent.

    Looked at are the ``hints.days_before`` days before the last order and ``hints.days_after``
    after it; tenders and competitors for a year before.

    Parameters
    ----------
    last_orders
        Last order day per account: only these accounts are looked at.
    interactions, deliveries, payments, tenders, competitors
        The canonical side tables as they were known (``Book.known``).

    Returns
    -------
    One row per account and reason with evidence, the strongest first within an account:
    ``account``; ``reason`` (a code of ``LOSS_REASONS``); ``strength`` (0–1); ``evidence``.
    """
    last = last_orders.dropna().rename("last_order")
    # Without a name: beside a column of the same name pandas could not tell the two apart.
    last.index = last.index.astype("str").rename(None)
    near = {
        "days_before": settings.days_before,
        "days_after": settings.days_after,
    }
    talks = _around(interactions, "date", last, **near)
    found = [
        _late_deliveries(
            _around(deliveries, "promised_on", last, **near), _last_day(deliveries), settings
        ),
        _open_complaints(talks, settings),
        _unheard_requests(talks),
        _said(talks),
        _no_contact(interactions, last, settings),
        _unpaid(_around(owed(payments), "due_on", last, **near)),
        _lost_tenders(_around(tenders, "date", last, days_before=365, days_after=0)),
        _rivals(_around(competitors, "seen_on", last, days_before=365, days_after=365), settings),
    ]
    hints = pd.concat([frame[list(COLUMNS)] for frame in found], ignore_index=True)
    hints = hints.sort_values(
        ["account", "reason", "strength", "evidence"],
        ascending=[True, True, False, True],
        kind="stable",
    )
    merged = hints.groupby(["account", "reason"], as_index=False).agg(
        strength=("strength", _together), evidence=("evidence", "; ".join)
    )
    order = ["account", "strength", "reason"]
    merged = merged.sort_values(
        order, ascending=[True, False, True], ignore_index=True, kind="stable"
    )
    kinds = {"account": "str", "reason": "str", "strength": float, "evidence": "str"}
    return merged.astype(kinds)


def strongest_hints(hints: pd.DataFrame) -> pd.DataFrame:
    """The strongest hint of each account.

    Returns
    -------
    Indexed by account: ``hint`` (reason code), ``hint_strength`` (0–1), ``hint_evidence``.
    """
    first = hints.drop_duplicates("account").set_index("account")
    names = {"reason": "hint", "strength": "hint_strength", "evidence": "hint_evidence"}
    return first.rename(columns=names)


def _together(strengths: pd.Series) -> float:
    """Several kinds of evidence for one reason: as if each failed to convince by itself."""
    return float(1 - np.prod(1 - strengths.to_numpy(float)))


def _around(
    rows: pd.DataFrame, column: str, last: pd.Series, *, days_before: int, days_after: int
) -> pd.DataFrame:
    """The rows around each account's last order, with that day beside them."""
    known = rows.join(last, on="account", how="inner")
    away = (known[column] - known["last_order"]).dt.days
    return known[(away >= -days_before) & (away <= days_after)]


def _last_day(deliveries: pd.DataFrame) -> pd.Timestamp:
    """The last day on which anything was delivered: what was to come before was not delivered."""
    return deliveries["delivered_on"].max()


def _late_deliveries(
    rows: pd.DataFrame, known_to: pd.Timestamp, settings: HintSettings
) -> pd.DataFrame:
    # What never came is late by the days up to the last day known, or not due yet.
    came = rows["delivered_on"].fillna(known_to)
    days = (came - rows["promised_on"]).dt.days
    known = rows.assign(late=days >= settings.late_days, days=days)
    found = known.groupby("account").agg(
        late=("late", "sum"), due=("late", "size"), worst=("days", "max")
    )
    part = found["late"] / found["due"]
    found = found.assign(strength=part)[(found["late"] >= 2) & (part >= settings.late_share)]
    told = _("{late} of {due} deliveries late before the last order, up to {worst} days")
    texts = [
        told.format(late=count(row.late), due=count(row.due), worst=count(row.worst))
        for row in found.itertuples()
    ]
    return _hints(found, "missed deadlines", texts)


def _open_complaints(talks: pd.DataFrame, settings: HintSettings) -> pd.DataFrame:
    rows = talks[talks["kind"] == "complaint"]
    waited = (rows["resolved_on"] - rows["date"]).dt.days
    slow = rows[waited.isna() | (waited > settings.settled_days)]
    found = slow.groupby("account").agg(number=("date", "size"), first=("date", "min"))
    found = found[found["number"] >= 2]
    found["strength"] = (0.25 + 0.1 * found["number"]).clip(upper=0.6)
    told = _("{number} complaints open or settled late, the first of {first}")
    texts = [told.format(number=row.number, first=day(row.first)) for row in found.itertuples()]
    return _hints(found, "service level", texts)


def _unheard_requests(talks: pd.DataFrame) -> pd.DataFrame:
    rows = talks[(talks["kind"] == "request") & talks["resolved_on"].isna()]
    rows = rows.sort_values(["date", "subject"], kind="stable")
    found = rows.groupby("account").agg(number=("date", "size"), subject=("subject", "last"))
    found = found[found["number"] >= 2]
    found["strength"] = (0.5 + 0.1 * found["number"]).clip(upper=0.9)
    told = _('{number} requests without an answer, the last: "{subject}"')
    texts = [told.format(number=row.number, subject=row.subject) for row in found.itertuples()]
    return _hints(found, "opinion not considered", texts)


def _said(talks: pd.DataFrame) -> pd.DataFrame:
    frames = [_hints(pd.DataFrame({"strength": pd.Series(dtype=float)}), "", [])]
    subjects = talks["subject"].str.casefold().fillna("")
    left = pd.Series(True, talks.index)
    told = _('said on {day}: "{subject}"')
    for reason, words in WORDS.items():
        hit = left & subjects.str.contains(_pattern(words), regex=True)
        left &= ~hit
        rows = talks[hit].sort_values(["date", "subject"], kind="stable").groupby("account").agg(
            date=("date", "last"), subject=("subject", "last"), times=("date", "size")
        )  # fmt: skip
        rows["strength"] = (WORDS_STRENGTH + 0.1 * (rows["times"] - 1)).clip(upper=0.85)
        texts = [told.format(day=day(row.date), subject=row.subject) for row in rows.itertuples()]
        frames.append(_hints(rows, reason, texts))
    return pd.concat(frames, ignore_index=True)


def _pattern(words: tuple[str, ...]) -> str:
    """Any of the words; a word in letters of the alphabet only where it begins ("arrival")."""
    return "|".join(rf"\b{re.escape(word)}" if word.isascii() else word for word in words)


def _no_contact(
    interactions: pd.DataFrame, last: pd.Series, settings: HintSettings
) -> pd.DataFrame:
    """Accounts that nobody spoke with before they fell silent, though once somebody did."""
    talks = interactions[~interactions["kind"].isin(["brief"])].join(
        last, on="account", how="inner"
    )
    before = talks[talks["date"] <= talks["last_order"]]
    found = before.groupby("account").agg(spoke=("date", "max"), last_order=("last_order", "max"))
    silent = (found["last_order"] - found["spoke"]).dt.days
    found = found.assign(days=silent, strength=0.7)[silent >= settings.no_contact_days]
    told = _("none of us had spoken with it for {days} days when it last ordered")
    texts = [told.format(days=count(row.days)) for row in found.itertuples()]
    return _hints(found, "forgotten", texts)


def _unpaid(rows: pd.DataFrame) -> pd.DataFrame:
    """The last invoices left unpaid: who is about to close pays nobody."""
    ordered = rows.sort_values("due_on", kind="stable").assign(unpaid=rows["paid_on"].isna())
    end = ordered.groupby("account").tail(2)
    found = end.groupby("account").agg(
        open=("unpaid", "sum"), sum=("amount", "sum"), due=("due_on", "min")
    )
    found = found.assign(strength=0.6)[found["open"] >= 2]
    told = _("its last invoices are unpaid since {due}: {sum}")
    texts = [told.format(due=day(row.due), sum=money(row.sum)) for row in found.itertuples()]
    return _hints(found, "closed down", texts)


def _lost_tenders(rows: pd.DataFrame) -> pd.DataFrame:
    lost = rows[rows["result"] == "lost"].sort_values("date", kind="stable")
    gap = (lost["our_price"] / lost["winning_price"] - 1).where(lost["winning_price"] > 0)
    by_price = lost["reason"].str.casefold().eq("price") | (gap > 0.02)
    told = {
        "price": (
            _("a tender lost on price on {date}, {gap} above the winner"),
            _("{number} tenders lost on price, the last on {date}, {gap} above the winner"),
        ),
        "competitor": (
            _("a tender lost to {rival} on {date}, though not on price"),
            _("{number} tenders lost to {rival} though not on price, the last on {date}"),
        ),
    }
    frames = []
    for reason, where in (("price", by_price), ("competitor", ~by_price)):
        found = lost[where].assign(gap=gap[where]).groupby("account").agg(
            number=("date", "size"), date=("date", "last"), gap=("gap", "last"),
            rival=("competitor", "last"),
        )  # fmt: skip
        found["strength"] = (0.3 + 0.15 * (found["number"] - 1)).clip(upper=0.75)
        texts = [
            told[reason][row.number > 1].format(
                number=row.number,
                date=day(row.date),
                gap=share(row.gap),
                rival=row.rival if isinstance(row.rival, str) else _("a rival"),
            )
            for row in found.itertuples()
        ]
        frames.append(_hints(found, reason, texts))
    return pd.concat(frames, ignore_index=True)


def _rivals(rows: pd.DataFrame, settings: HintSettings) -> pd.DataFrame:
    strong = rows[rows["share"] >= settings.rival_share].sort_values(
        ["share", "seen_on", "competitor"], ascending=[True, True, False], kind="stable"
    )
    found = strong.groupby("account").agg(
        rival=("competitor", "last"), part=("share", "last"), seen=("seen_on", "last")
    )
    found["strength"] = 0.3 * found["part"].astype(float)
    told = _("{rival} has {part} of what it buys (seen on {seen})")
    texts = [
        told.format(rival=row.rival, part=share(row.part, 0), seen=day(row.seen))
        for row in found.itertuples()
    ]
    return _hints(found, "competitor", texts)


def _hints(found: pd.DataFrame, reason: str, texts: list[str]) -> pd.DataFrame:
    accounts = pd.Series(found.index.to_numpy(), dtype="str")
    strength = pd.Series(found["strength"].to_numpy(float), dtype=float)
    evidence = pd.Series(texts, dtype="str")
    columns = {"account": accounts, "reason": reason, "strength": strength, "evidence": evidence}
    return pd.DataFrame(columns).astype({"reason": "str"})
