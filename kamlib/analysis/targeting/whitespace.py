"""Whitespace: lines that similar accounts bought in the last year and this account did not."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.list_record import Record
from kamlib.analysis.targeting.gaps import (
    YEAR,
    last_sold,
    lately_stopped,
    line_gaps,
    lines_bought,
)
from kamlib.analysis.targeting.whitespace_past import (
    SIMILAR,
    FillRule,
    bought_since,
    chance_range,
    chosen_rule,
    followed_gaps,
    listed_rows,
    possible_value,
    value_at,
    whitespace_back_test,
)
from kamlib.quarters import frequency_of, quarter_labels, quarter_of
from kamlib.settings import Settings
from kamlib.words import _, count, money, share
from kamlib.words import accounts as accounts_words

COLUMNS = (
    *("account", "product_line", "expected_value", "why", "name", "low", "high", "chance"),
    *("value_if_bought", "peers", "peer_share", "own_value"),
    *("expected_margin", "part", "popularity", "method", "references", "stopped"),
)
TEXTS = ("account", "product_line", "why", "name", "method", "references", "stopped")
STATES = ("bought", "gap", "not bought")


def whitespace(
    line_quarters: pd.DataFrame,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    followed: pd.DataFrame | None = None,
    checked: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The gaps of every account that still buys, with what each may bring in a year.

    A gap is a line of which the account bought nothing in the last four quarters and at least
    ``min_peer_share`` of the accounts asked do: of its similar accounts where the back-test
    found that these tell more than popularity, else of all accounts. The chance that it is
    filled within a year is learnt from what became of earlier gaps; ``expected_value`` is
    ``chance`` times ``value_if_bought``. Lost accounts, D, and accounts that bought nothing in
    the year have no gaps.

    Parameters
    ----------
    line_quarters, accounts
        The book's frames.
    classes
        The table of ``abc_xyz``: ``abc``, ``lost``, ``name`` are read.
    followed, checked
        The tables of ``followed_gaps`` and ``whitespace_back_test`` where they are already there.

    Returns
    -------
    One row per account and line, the most expected value first: ``account``, ``product_line``;
    ``expected_value`` (revenue in the year after, currency); ``why``; ``name``; ``low``, ``high``
    (ends of its interval: how sure the chance is, and how the line's part differs among peers);
    ``chance`` (0–1); ``value_if_bought`` (currency in the year: ``worth`` of the
    ``possible_value`` by ``fill_rule``, so that the expected values of earlier gaps add up to
    what was bought); ``peers`` (number of similar accounts), ``peer_share`` (0–1, of
    them that buy the line); ``own_value`` (what the account bought of its other lines);
    ``expected_margin`` (currency, at the line's margin rate, NaN where unknown); ``part`` (0–1,
    of the line in what its buyers among the peers buy); ``popularity`` (0–1, share of all other
    accounts); ``method`` (whose share gave the chance); ``references`` (numbers of the most
    similar accounts that buy the line: for us, not to be named to the account); ``stopped`` (the
    last quarter in which the account bought the line, as text, "" where it never did).
    """
    end = quarter_of(as_of, frequency_of(line_quarters["quarter"]))
    rules = settings.whitespace
    if followed is None:
        followed = followed_gaps(line_quarters, accounts, as_of=as_of, settings=rules)
    if checked is None:
        checked = whitespace_back_test(followed, settings=settings)
    rule = chosen_rule(followed, checked, settings=settings)
    bought = lines_bought(line_quarters, end=end)
    gaps = line_gaps(bought, accounts, open_accounts(classes), settings=rules)
    asked = gaps["peer_share"] if rule.method == SIMILAR else gaps["popularity"]
    gaps = gaps[asked >= rules.min_peer_share].reset_index(drop=True)
    last = last_sold(gaps, line_quarters, end=end)
    gaps["stopped"] = lately_stopped(last, end=end, quarters=rules.stopped_quarters)
    found = _valued(gaps, rule, settings)
    names = classes["name"].reindex(gaps["account"]).astype("str").fillna("").to_numpy()
    found["name"] = np.where(names == "", gaps["account"].to_numpy(), names)
    rates = _margin_rates(line_quarters, end)
    found["expected_margin"] = found["expected_value"] * rates.reindex(
        gaps["product_line"]
    ).to_numpy(float)
    found["stopped"] = quarter_labels(last).replace("NaT", "").fillna("")
    found["why"] = _why(gaps, found, accounts, rule)
    found = found.sort_values(
        ["expected_value", "account", "product_line"],
        ascending=[False, True, True],
        ignore_index=True,
        kind="stable",
    )
    return found[list(COLUMNS)].astype(dict.fromkeys(TEXTS, "str"))


def by_record(found: pd.DataFrame, first: Record, others: Record, *, rows: int) -> pd.DataFrame:
    """What is said of gaps, corrected by how the same lists of earlier quarters came true.

    Parameters
    ----------
    found
        The table of ``whitespace``.
    first, others
        The records of the first ``rows`` of such lists, and of the rows below.

    Returns
    -------
    The same rows in the same order, with their ``chance``, ``expected_value``,
    ``expected_margin``, ``low``, ``high`` and ``value_if_bought``. No gap is said to be worth
    more than the one above it, so that the order stays that of the lists judged.
    """
    if not (first.changes or others.changes):
        return found
    top = np.arange(len(found)) < rows
    said = found["expected_value"].to_numpy(float)
    expected = np.minimum.accumulate(said * np.where(top, first.money_factor, others.money_factor))
    times = np.divide(expected, said, out=np.ones(len(said)), where=said > 0)
    chance = np.clip(found["chance"] * np.where(top, first.factor, others.factor), 0.0, 1.0)
    worth = np.divide(expected, chance, out=found["value_if_bought"].to_numpy(float).copy(),
                      where=chance.to_numpy() > 0)  # fmt: skip
    scaled = {name: found[name] * times for name in ("low", "high", "expected_margin")}
    words = _("{why}; by the record of earlier lists {chance}")
    why = [words.format(why=why, chance=share(one, 0)) for why, one in
           zip(found["why"], chance, strict=True)]  # fmt: skip
    return found.assign(
        **scaled,
        expected_value=expected,
        chance=chance,
        value_if_bought=worth,
        why=pd.Series(why, found.index, dtype="str"),
    )


def listed_gaps(said: pd.DataFrame, after: pd.DataFrame, *, quarter: str) -> pd.DataFrame:
    """The rows of the list of an earlier quarter with what became of them, for ``list_record``.

    Parameters
    ----------
    said
        The table of ``whitespace`` as it was then.
    after
        ``lines_bought`` in the year after.

    Returns
    -------
    In the order of the list: ``quarter``, ``subject`` (account and line), ``place`` (1 = first),
    ``chance``, ``value`` (currency, if it comes), ``came``, ``brought`` (currency).
    """
    return listed_rows(
        quarter,
        said,
        chance=said["chance"],
        value=said["value_if_bought"],
        brought=bought_since(said, after),
    )


def open_accounts(classes: pd.DataFrame) -> pd.Index:
    """The accounts that buy: not lost, and not D (nothing bought, or nothing kept)."""
    lost = classes["lost"].astype("boolean").fillna(False).to_numpy(bool)
    return classes.index[~lost & (classes["abc"].astype("str") != "D").to_numpy()]


def whitespace_matrix(
    line_quarters: pd.DataFrame,
    classes: pd.DataFrame,
    found: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Every open account against every line, for a picture.

    Parameters
    ----------
    found
        The table of ``whitespace``.

    Returns
    -------
    One row per account and line, the largest account first, the lines by what is sold of them:
    ``account``, ``name``, ``product_line``; ``state`` (ordered category: bought < gap < not
    bought); ``own_value`` (bought in the last four quarters, currency); ``expected_value`` (of
    the gap, NaN where there is none).
    """
    end = quarter_of(as_of, frequency_of(line_quarters["quarter"]))
    bought = lines_bought(line_quarters, end=end)
    bought = bought[bought.index.isin(open_accounts(classes))]
    accounts = bought.index[np.argsort(-bought.sum(axis=1).to_numpy(), kind="stable")]
    lines = bought.columns[np.argsort(-bought.sum().to_numpy(), kind="stable")]
    bought = bought.loc[accounts, lines]
    table = pd.DataFrame(
        {
            "account": np.repeat(accounts.to_numpy(dtype=object), len(lines)),
            "product_line": np.tile(lines.to_numpy(dtype=object), len(accounts)),
            "own_value": bought.to_numpy(float).ravel(),
        }
    ).astype({"account": "str", "product_line": "str"})
    keys = ["account", "product_line"]
    table = table.merge(found[[*keys, "expected_value"]], on=keys, how="left")
    gap = table["expected_value"].notna()
    state = np.select([table["own_value"] > 0, gap], STATES[:2], STATES[2])
    table["state"] = pd.Categorical(state, categories=STATES, ordered=True)
    name = classes["name"].reindex(table["account"]).astype("str").fillna("")
    table["name"] = pd.Series(name.to_numpy(), dtype="str")
    return table[["account", "name", "product_line", "state", "own_value", "expected_value"]]


def whitespace_headline(found: pd.DataFrame, currency: str = "") -> str:
    """How much whitespace there is, with its range, where the most lies, what was bought before."""
    if found.empty:
        return _(
            "No account has a gap: the sales name no product line, or all buy the lines their "
            "peers buy."
        )
    lines = (
        found.groupby("product_line")["expected_value"]
        .sum()
        .sort_values(ascending=False, kind="stable")
    )
    first = found.iloc[0]
    told = _(
        "{accounts} have {gaps} gaps worth {value} in a year, most of it in {line} ({part}); "
        "the largest is {name} in {first}: {own} ({low} to {high})."
    ).format(
        accounts=accounts_words(found["account"].nunique()),
        gaps=count(len(found)),
        value=money(found["expected_value"].sum(), currency),
        line=lines.index[0],
        part=money(lines.iloc[0], currency),
        name=first["name"],
        first=first["product_line"],
        own=money(first["expected_value"], currency),
        low=money(first["low"]),
        high=money(first["high"]),
    )
    return told + _stopped_words(found[found["stopped"] != ""], currency)


def _stopped_words(stopped: pd.DataFrame, currency: str) -> str:
    if stopped.empty:
        return ""
    told = _(" {n} of them, {value}, are lines that the account stopped buying.")
    if len(stopped) == 1:
        told = _(" {n} of them, {value}, is a line that the account stopped buying.")
    value = money(stopped["expected_value"].sum(), currency)
    return told.format(n=count(len(stopped)), value=value)


def _valued(gaps: pd.DataFrame, rule: FillRule, settings: Settings) -> pd.DataFrame:
    chance = rule.chance(gaps[rule.score].to_numpy(float), gaps["stopped"].to_numpy(bool))
    value = rule.worth(possible_value(gaps))
    expected = chance * value
    ends = chance_range(gaps, rule, settings=settings.whitespace)
    parts = [rule.worth(value_at(gaps, part)) for part in ("part_low", "part_high")]
    # Two independent doubts: on the log scale their squares add.
    with np.errstate(divide="ignore", invalid="ignore"):
        down, up = (
            np.hypot(np.log(end / chance), np.log(part / value))
            for end, part in zip(ends, parts, strict=True)
        )
    down, up = np.nan_to_num(down, posinf=np.inf), np.nan_to_num(up, posinf=np.inf)
    kept = ["account", "product_line", "peers", "peer_share", "own_value", "part", "popularity"]
    with np.errstate(invalid="ignore", over="ignore"):
        high = np.nan_to_num(expected * np.exp(up), nan=0.0)
    return gaps[[*kept, "references"]].assign(
        expected_value=expected,
        low=expected * np.exp(-down),
        high=np.minimum(high, np.maximum(parts[1], expected)),
        chance=chance,
        value_if_bought=value,
        method=rule.method,
    )


def _margin_rates(line_quarters: pd.DataFrame, end: pd.Period) -> pd.Series:
    """Margin per revenue of each line in the last four quarters, where margin is known."""
    quarter = line_quarters["quarter"]
    year = line_quarters[(quarter > end - YEAR) & (quarter <= end)]
    sums = year[year["margin"].notna()].groupby("product_line")[["revenue", "margin"]].sum()
    return (sums["margin"] / sums["revenue"]).where(sums["revenue"] > 0).astype(float)


def _why(
    gaps: pd.DataFrame, found: pd.DataFrame, accounts: pd.DataFrame, rule: FillRule
) -> pd.Series:
    known = accounts.reindex(gaps["account"])
    where = zip(
        known["industry"].astype("str").fillna(""),
        known["region"].astype("str").fillna(""),
        gaps["same_industry"],
        gaps["same_region"],
        gaps["peers"],
        strict=True,
    )
    texts = [
        _like({industry: of_industry, region: of_region}, peers)
        for industry, region, of_industry, of_region, peers in where
    ]
    told = _("{n} of {peers} similar accounts{alike} buy {line}: {part} of what they buy")
    if rule.method != SIMILAR:
        told += _("; {all} of all accounts buy it")
    told += "; " + _filled_words(rule)
    stopped = _("; it bought {line} until {quarter}")
    columns = ("buyers", "peers", "product_line", "part", "popularity")
    rows = zip(
        *(gaps[name] for name in columns), found["chance"], texts, found["stopped"], strict=True
    )
    return pd.Series(
        [
            told.format(
                n=count(buyers), peers=count(peers), line=line, part=share(part, 0),
                all=share(popularity, 0), chance=share(chance, 0), alike=alike,
            ) + (stopped.format(line=line, quarter=last) if last else "")
            for buyers, peers, line, part, popularity, chance, alike, last in rows
        ],
        gaps.index,
        dtype="str",
    )  # fmt: skip


def _filled_words(rule: FillRule) -> str:
    if not rule.gaps:
        return _("how many such gaps are filled is not known yet, {chance} in a year is assumed")
    if np.isnan(rule.slope):
        return _("too few gaps were followed to be sure that {chance} of such are filled in a year")
    return _("of such gaps {chance} were filled within a year")


def _like(alike: dict[str, int], peers: int) -> str:
    """What the similar accounts have in common with this one, as far as it is known."""
    parts = [
        _("{n} in {what}").format(n=_("all") if n == peers else count(n), what=what)
        for what, n in alike.items()
        if what and n
    ]
    return f" ({', '.join(parts)})" if parts else ""
