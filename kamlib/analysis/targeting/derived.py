"""The three P's derived from data: need, ability to pay, power to decide; one piece a row."""

import math

import numpy as np
import pandas as pd

from kamlib.analysis.measures.anchors import anchored
from kamlib.analysis.measures.texts import text_of
from kamlib.analysis.measures.wallet import rival_shares
from kamlib.analysis.measures.year_value import per_row
from kamlib.settings import Settings, ThreePSettings
from kamlib.words import _, count, day, money, number, share

PIECES = ("prospect", "p", "value", "evidence", "source", "date")
RECORDED = "recorded"
INDUSTRY = "derived from its industry"
DECIDED = ("won", "lost")
WHITESPACE, RIVALS = "derived from whitespace", "derived from competitors"
STATED = "derived from a stated line"
NAMED = 3
# Part -> its name in the source.
PARTS = {
    "size": "annual revenue",
    "estimated": "employees",
    "credit": "credit limit",
    "paid": "payments",
    "overdue": "overdue invoices",
}
SOURCE = "derived from contacts"
DECIDERS = ("decides", "signs")
MOST = 3.0  # the most influence a contact can have
COLUMNS = ("account", "contact", "name", "role", "influence", "attitude", "last_contact")


def pieces(
    prospect: pd.Index,
    p: str,
    value: np.ndarray,
    evidence: list[str],
    source: str | list[str],
    date: pd.Series | np.ndarray | pd.Timestamp,
) -> pd.DataFrame:
    """The frame of pieces; rows without a value are no pieces."""
    found = pd.DataFrame(
        {
            "prospect": np.asarray(prospect, dtype=object),
            "p": p,
            "value": np.asarray(value, dtype=float),
            "evidence": evidence,
            "source": source,
            "date": pd.DatetimeIndex(date).as_unit("us"),
        }
    )
    found = found.astype(dict.fromkeys(("prospect", "p", "evidence", "source"), "str"))
    return found[found["value"].notna()]


def evidence_days(targets: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """The day on which each target is judged: of a decided one the day of its outcome.

    What became known after the outcome must not count as a sign of it.
    """
    decided = targets["outcome"].isin(DECIDED) & (targets["outcome_on"] <= as_of)
    days = targets["outcome_on"].where(decided, pd.Timestamp(as_of))
    return days.astype("datetime64[us]")


def whitespace_pieces(
    targets: pd.DataFrame,
    whitespace: pd.DataFrame,
    yearly: pd.Series,
    *,
    as_of: pd.Timestamp,
    settings: ThreePSettings,
    currency: str = "",
) -> pd.DataFrame:
    """What similar accounts buy and this one does not, as a share of a year's purchases.

    Its date is ``as_of``: it is computed from sales up to that day.
    """
    rows = whitespace[(whitespace["expected_value"] > 0)]
    rows = rows[rows["account"].isin(targets.index[targets["kind"] == "account"])]
    rows = rows.sort_values(
        ["expected_value", "product_line"], ascending=[False, True], kind="stable"
    )
    groups = rows.groupby("account")
    gap = groups["expected_value"].sum()
    part = gap / yearly.reindex(gap.index)
    named = rows.groupby("account").head(NAMED).groupby("account")["product_line"]
    lines = named.agg(", ".join) if len(rows) else pd.Series(dtype="str")
    lines = lines.reindex(gap.index)
    text = _("similar accounts buy {lines}: {value} a year, {part} what it buys from us")
    told = [
        text.format(lines=names, value=money(value, currency), part=_part(of))
        for names, value, of in zip(lines, gap, part, strict=True)
    ]
    value = _floored(anchored(part, settings.need_gap), settings)
    return pieces(gap.index, "need", value, told, WHITESPACE, as_of_days(gap.index, as_of))


def rival_pieces(
    targets: pd.DataFrame,
    competitors: pd.DataFrame,
    days: pd.Series,
    *,
    settings: ThreePSettings,
    bought: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The share it buys from competitors: it needs such things. Dated by the newest sighting.

    Of a prospect on whom the table of competitors says nothing the share noted with it counts,
    without a date.
    """
    rows = competitors[competitors["account"].isin(targets.index)]
    rows = rows[rows["share"].between(0, 1) & ~(rows["seen_on"] > per_row(days, rows["account"]))]
    shares = rival_shares(rows, bought)
    seen = rows.dropna(subset=["share"]).groupby("account")["seen_on"].max()
    strongest = rows.sort_values(["share", "competitor"], ascending=[False, True], kind="stable")
    names = strongest.drop_duplicates("account").set_index("account")["competitor"]
    noted = targets["competitor_share"].where(targets["competitor_share"].between(0, 1))
    noted = noted[~targets.index.isin(shares.index) & (targets["kind"] == "prospect")].dropna()
    found = pd.concat([shares, noted]) if len(shares) and len(noted) else \
        (shares if len(shares) else noted)  # fmt: skip
    who = text_of(names.reindex(found.index))
    who = who.where(who != "", text_of(targets["competitor"].reindex(found.index)))
    from_whom = _("buys {share} from competitors ({who})"), _("buys {share} from competitors")
    told = [
        (from_whom[0] if name else from_whom[1]).format(share=share(part, 0), who=name)
        for name, part in zip(who, found, strict=True)
    ]
    value = _floored(anchored(found, settings.rival_share), settings)
    dates = seen.reindex(found.index)
    return pieces(found.index, "need", value, told, RIVALS, dates)


def stated_pieces(targets: pd.DataFrame, *, settings: ThreePSettings) -> pd.DataFrame:
    """A prospect of which a line is noted that it needs first, but no score."""
    line = targets["product_line"]
    named = (targets["kind"] == "prospect") & (line != "") & targets["need"].isna()
    line = line[named]
    told = [_("needs {line} first").format(line=name) for name in line]
    value = np.full(len(line), settings.stated_line)
    return pieces(line.index, "need", value, told, STATED, targets.loc[named, "first_seen"])


def industry_pieces(
    targets: pd.DataFrame,
    prospects: pd.DataFrame,
    accounts: pd.DataFrame,
    yearly: pd.Series,
    *,
    settings: ThreePSettings,
    currency: str = "",
) -> pd.DataFrame:
    """How well companies of the target's industry buy from us, without the target itself.

    The share of the industry's known companies (accounts, and prospects that were not won) that
    buy, times the typical (geometric mean) revenue of those that buy, against the same over all
    industries. It speaks of the industry and not of the target: it has no date, so that it weighs
    as evidence without one. Silent where fewer than ``three_p.min_industry`` accounts are known.
    """
    known = _known_companies(prospects, accounts, yearly)
    own = targets["account"].where(targets["account"] != "", targets.index.to_series())
    industry = targets["industry"].to_numpy(dtype=object)
    sums = known.groupby("industry")[["account", "one", "buys", "log"]].sum()
    mine = known.reindex(own.to_numpy())
    same = (mine["industry"].to_numpy(dtype=object) == industry).astype(float)
    part = sums.reindex(industry).to_numpy(float) - _counts(mine) * same[:, None]
    whole = sums.sum().to_numpy(float) - _counts(mine)
    told = (industry != "") & (part[:, 0] >= settings.min_industry) & (whole[:, 2] > 0)
    index, part, whole = targets.index[told], part[told], whole[told]
    rate, rate_all = part[:, 2] / part[:, 1], whole[:, 2] / whole[:, 1]
    typical = np.exp(part[:, 3] / np.maximum(part[:, 2], 1))
    typical_all = np.exp(whole[:, 3] / whole[:, 2])
    times = np.where(part[:, 2] >= 1, rate * typical / (rate_all * typical_all), 0.0)
    value = _floored(anchored(pd.Series(times), settings.industry_fit), settings)
    text = _("{buying} of {known} companies known in {industry} buy, typically {value} a year: "
             "{times} times the average")  # fmt: skip
    words = [
        text.format(buying=count(row[2]), known=count(row[1]), industry=name,
                    value=money(usual, currency) if row[2] >= 1 else money(0.0, currency),
                    times=number(ratio, 1))
        for row, name, usual, ratio in zip(part, industry[told], typical, times, strict=True)
    ]  # fmt: skip
    return pieces(
        index, "need", value, words, INDUSTRY, np.full(len(index), np.datetime64("NaT", "us"))
    )


def as_of_days(index: pd.Index, as_of: pd.Timestamp) -> np.ndarray:
    """The same day for each."""
    return np.full(len(index), pd.Timestamp(as_of).to_datetime64())


def _known_companies(
    prospects: pd.DataFrame, accounts: pd.DataFrame, yearly: pd.Series
) -> pd.DataFrame:
    buying = yearly.reindex(accounts.index).astype(float)
    ours = pd.DataFrame({"industry": text_of(accounts["industry"]), "account": 1.0}, accounts.index)
    ours["buys"] = (buying > 0).astype(float)
    ours["log"] = np.log(buying.where(buying > 0)).fillna(0.0)
    rows = prospects.reindex(columns=["prospect", "industry", "account", "outcome"])
    rows = rows.dropna(subset=["prospect"]).drop_duplicates("prospect").set_index("prospect")
    rows = rows[(text_of(rows["account"]) == "") & (rows["outcome"] != "won").fillna(True)]
    rows = rows[~rows.index.isin(accounts.index)]
    theirs = pd.DataFrame({"industry": text_of(rows["industry"]), "account": 0.0}, rows.index)
    known = pd.concat([ours, theirs.assign(buys=0.0, log=0.0)]).assign(one=1.0)
    return known[known["industry"] != ""]


def _counts(known: pd.DataFrame) -> np.ndarray:
    return known[["account", "one", "buys", "log"]].fillna(0.0).to_numpy(float)


def _floored(value: pd.Series, settings: ThreePSettings) -> pd.Series:
    return value.clip(lower=settings.derived_min)


def _part(part: float) -> str:
    """A share of what an account buys; from twice of it on as a multiple."""
    if part < 2:
        return _("{share} of").format(share=share(part, 0))
    return _("{n} times").format(n=number(part, 1))


def budget_pieces(
    targets: pd.DataFrame,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    record: pd.DataFrame,
    yearly: pd.Series,
    *,
    as_of: pd.Timestamp,
    settings: ThreePSettings,
    currency: str = "",
) -> pd.DataFrame:
    """One piece per target of which any figure is known: the mean of its parts (0–1 each).

    Size: annual revenue, times what it would buy in a year (an account: what it buys and its
    ``value``; a prospect: its ``value``, or what :func:`typical_purchase` says), on
    ``three_p.own_size``. Where annual revenue is unknown it is estimated: employees times
    :func:`revenue_per_employee`. Of an account also its credit limit as a share of a year's
    purchases (``three_p.credit``), the share of invoices due it paid on time
    (``three_p.paid_on_time``) and the days its oldest open invoice is overdue, if any
    (``three_p.overdue_days``).

    The piece is dated ``as_of`` where payments speak; a size or credit limit has no date.
    """
    facts = _facts(targets, accounts, classes, record, yearly, settings)
    figures = {
        "size": (facts["times"].mask(facts["guessed"]), settings.own_size),
        "estimated": (facts["times"].where(facts["guessed"]), settings.own_size),
        "credit": (facts["credit"], settings.credit),
        "paid": (facts["on_time"] / facts["due"], settings.paid_on_time),
        "overdue": (facts["overdue"], settings.overdue_days),
    }
    scores = pd.DataFrame({name: anchored(*figure) for name, figure in figures.items()})
    mean = scores.mean(axis=1).clip(lower=settings.derived_min)
    known = scores.notna()
    dated = known["paid"] | known["overdue"]
    dates = pd.Series(pd.Timestamp(as_of), targets.index, dtype="datetime64[us]").where(dated)
    flags = [dict(zip(PARTS, row, strict=True)) for row in known.to_numpy(bool)]
    evidence = [
        "; ".join(_words(part, row, currency) for part in PARTS if told[part])
        for row, told in zip(facts.itertuples(), flags, strict=True)
    ]
    sources = [", ".join(PARTS[part] for part in PARTS if told[part]) for told in flags]
    sources = [_("derived from {source}").format(source=source) for source in sources]
    return pieces(targets.index, "budget", mean.to_numpy(), evidence, sources, dates)


def typical_purchase(
    industry: pd.Series,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    yearly: pd.Series,
    settings: ThreePSettings,
) -> pd.Series:
    """What a company of the industry would buy in a year (currency), were it a good account.

    The median year of the A and B accounts of its industry; where they are fewer than
    ``three_p.min_industry``, of all A and B accounts; NaN where there is none.
    """
    good = classes.index[classes["abc"].astype("str").isin(["A", "B"])]
    bought = yearly.reindex(good)
    bought = bought[bought > 0]
    return _typical(bought, accounts["industry"].reindex(bought.index), industry, settings, 1)


def revenue_per_employee(
    industry: pd.Series, accounts: pd.DataFrame, settings: ThreePSettings
) -> pd.Series:
    """Annual revenue per employee (currency), the median of accounts of the industry, or of all.

    NaN where fewer than ``three_p.min_industry`` accounts have both on record.
    """
    known = (accounts["annual_revenue"] > 0) & (accounts["employees"] > 0)
    ratio = (accounts["annual_revenue"] / accounts["employees"])[known].astype(float)
    of_whom = accounts["industry"][known]
    return _typical(ratio, of_whom, industry, settings, settings.min_industry)


def _typical(
    figures: pd.Series,
    of_industry: pd.Series,
    industry: pd.Series,
    settings: ThreePSettings,
    min_all: int,
) -> pd.Series:
    groups = figures.groupby(of_industry)
    median = groups.median()[groups.size() >= settings.min_industry]
    overall = figures.median() if len(figures) >= min_all else np.nan
    return per_row(median.astype(float), industry).fillna(overall)


def _facts(
    targets: pd.DataFrame,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    record: pd.DataFrame,
    yearly: pd.Series,
    settings: ThreePSettings,
) -> pd.DataFrame:
    """The figures behind the parts, per target; those of accounts are NaN for prospects."""
    is_account = targets["kind"] == "account"
    bought = yearly.reindex(targets.index).where(is_account)
    value = targets["value"].where(targets["value"] > 0)
    would = (bought + value.fillna(0.0)).where(is_account, value)
    # What accounts buy today says nothing of a deal that was decided earlier.
    typical = typical_purchase(targets["industry"], accounts, classes, yearly, settings)
    would = would.fillna(typical.where(~targets["outcome"].isin(DECIDED)))
    own = targets["annual_revenue"].where(targets["annual_revenue"] > 0)
    per_head = revenue_per_employee(targets["industry"], accounts, settings)
    guessed = own.isna() & (targets["employees"] > 0)
    own = own.fillna((targets["employees"] * per_head).where(guessed))
    limit = accounts["credit_limit"].reindex(targets.index).where(is_account).astype(float)
    names = ["invoices_due", "invoices_on_time", "oldest_overdue_days"]
    paid = record.reindex(columns=names).astype(float).reindex(targets.index[is_account])
    paid = paid.reindex(targets.index)
    return pd.DataFrame(
        {
            "own": own,
            "guessed": guessed,
            "employees": targets["employees"],
            "would": would,
            "times": own / would.where(would > 0),
            "limit": limit,
            "credit": limit.where(limit >= 0) / bought,
            "on_time": paid["invoices_on_time"],
            "due": paid["invoices_due"].where(paid["invoices_due"] > 0),
            "overdue": paid["oldest_overdue_days"].where(paid["oldest_overdue_days"] > 0),
        }
    )


def _words(part: str, row, currency: str) -> str:
    """One part in words."""
    if part in ("size", "estimated"):
        text = _("annual revenue {own}, {times} times the {would} it would buy in a year")
        if part == "estimated":
            text = _("annual revenue about {own} estimated from {people} employees, {times} times "
                     "the {would} it would buy in a year")  # fmt: skip
        return text.format(
            own=money(_three_digits(row.own) if part == "estimated" else row.own, currency),
            people=count(row.employees),
            times=number(row.times, 0),
            would=money(row.would, currency),
        )
    if part == "credit":
        text = _("credit limit {limit}, {part} of a year's purchases")
        return text.format(limit=money(row.limit, currency), part=share(row.credit, 0))
    if part == "paid":
        text = _("{paid} of {due} invoices paid on time")
        return text.format(paid=count(row.on_time), due=count(row.due))
    return _("oldest invoice {days} days overdue").format(days=count(row.overdue))


def _three_digits(figure: float) -> float:
    """An estimate is not told to the last unit."""
    size = 10.0 ** (math.floor(math.log10(figure)) - 2)
    return round(figure / size) * size


def authority_pieces(
    days: pd.Series, contacts: pd.DataFrame, interactions: pd.DataFrame, *, settings: Settings
) -> pd.DataFrame:
    """How near we are to who decides, per target with a contact on record.

    ``authority = (w * decider + (1 - w) * influence / 3) * (o + (1 - o) * goodwill)``, at least
    ``three_p.derived_min``. ``decider`` is 1 where somebody who decides or signs was talked with
    in the last ``campaign.talk_months``, ``three_p.known_decider`` where one is only known, else
    0. ``influence`` (0–3) is that of the most influential person talked with, 0 without any; one
    not noted is 3 for who decides or signs, else 1. ``goodwill`` is the mean of
    ``(attitude + 2) / 4`` over the people talked with, weighted by 1 + influence; one not noted
    and nobody talked with are 0.5. ``w`` and ``o`` are ``three_p.decider_weight`` and
    ``three_p.opposed``.

    Parameters
    ----------
    days
        Per target (code of the prospect, number of the account) the day on which it is judged.
    contacts, interactions
        The canonical tables, as known; ``account`` names either. A brief is no talk.

    Returns
    -------
    Pieces of evidence; the date is that of the latest talk, NaT where there was none.
    """
    people = _people(days, contacts, interactions, settings.campaign.talk_months)
    if people.empty:
        return pieces(pd.Index([]), "authority", [], [], SOURCE, [])
    rules = settings.three_p
    facts = _people_facts(people)
    decider = np.where(facts["decider_reached"], 1.0, rules.known_decider * facts["decider_known"])
    influence = facts["influence"].fillna(0.0) / MOST
    goodwill = facts["goodwill"].fillna(0.5)
    access = rules.decider_weight * decider + (1 - rules.decider_weight) * influence
    value = access * (rules.opposed + (1 - rules.opposed) * goodwill)
    value = value.clip(rules.derived_min, 1.0)
    told = [_told(row) for row in facts.itertuples()]
    return pieces(facts.index, "authority", value, told, SOURCE, facts["latest"])


def _people(
    days: pd.Series, contacts: pd.DataFrame, interactions: pd.DataFrame, talk_months: int
) -> pd.DataFrame:
    """Each contact of a target once: whether it was talked with in the window, and when last."""
    people = contacts.reindex(columns=COLUMNS)
    people = people[people["account"].isin(days.index)]
    people = people.assign(
        **{name: text_of(people[name]) for name in ("account", "contact", "name", "role")}
    )
    people = people[people["contact"] != ""].drop_duplicates(["account", "contact"])
    if people.empty:
        return people
    until = per_row(days, people["account"])
    recorded = people["last_contact"].astype("datetime64[us]")
    recorded = recorded.where(recorded <= until)
    talks = interactions[interactions["account"].isin(days.index)]
    talks = talks[(talks["kind"] != "brief") & talks["contact"].notna()]
    begun = talks.groupby(["account", "contact"])["date"].min().rename("begun")
    talks = talks[talks["date"] <= per_row(days, talks["account"])]
    last = talks.groupby(["account", "contact"])["date"].max().rename("talk")
    talked = people[["account", "contact"]].join(last, on=["account", "contact"])["talk"]
    latest = pd.concat([recorded, talked.astype("datetime64[us]")], axis=1).max(axis=1)
    # Who was first heard of after the day was not known on it; without a date nobody can tell.
    first = people[["account", "contact"]].join(begun, on=["account", "contact"])["begun"]
    known = latest.notna() | ~((people["last_contact"] > until) | (first > until))
    people, until, latest = people[known], until[known], latest[known]
    begin = until + pd.Timedelta(days=1) - pd.DateOffset(months=talk_months)
    decides = people["role"].isin(DECIDERS)
    influence = people["influence"].astype(float).clip(0.0, MOST)
    return people.assign(
        latest=latest,
        reached=latest >= begin,
        decides=decides,
        influence=influence.fillna(pd.Series(np.where(decides, MOST, 1.0), people.index)),
        goodwill=((people["attitude"].astype(float).clip(-2, 2) + 2) / 4).fillna(0.5),
        name=people["name"].where(people["name"] != "", people["contact"]),
    )


def _people_facts(people: pd.DataFrame) -> pd.DataFrame:
    reached = people[people["reached"]]
    weight = 1.0 + reached["influence"]
    weighed = reached.assign(weight=weight, good=weight * reached["goodwill"]).groupby("account")
    groups = people.groupby("account")
    deciders = people[people["decides"]].sort_values(
        ["reached", "influence", "latest", "contact"],
        ascending=[False, False, False, True],
        kind="stable",
    )
    first = deciders.drop_duplicates("account").set_index("account")
    facts = pd.DataFrame({"people": groups.size(), "latest": groups["latest"].max()})
    facts["reached"] = groups["reached"].sum()
    facts["influence"] = weighed["influence"].max()
    facts["goodwill"] = weighed["good"].sum() / weighed["weight"].sum()
    facts["decider_known"] = facts.index.isin(first.index)
    near = first["reached"].reindex(facts.index)
    facts["decider_reached"] = near.eq(True)
    facts["decider"] = text_of(first["name"].reindex(facts.index))
    facts["decider_latest"] = first["latest"].reindex(facts.index)
    return facts


def _told(row) -> str:
    if row.decider_reached:
        told = _("{name}, who decides, was talked with on {day}").format(
            name=row.decider, day=day(row.decider_latest)
        )
    elif row.decider_known:
        told = _("{name} decides but was not talked with lately").format(name=row.decider)
    else:
        told = _("nobody known decides or signs")
    if not row.reached:
        return told
    more = _("{reached} of {all} people reached, influence up to {most} of 3, attitude {mood}")
    more = more.format(
        reached=count(row.reached),
        all=count(row.people),
        most=count(row.influence),
        mood=number(4 * row.goodwill - 2, 1),
    )
    return f"{told}; {more}"
