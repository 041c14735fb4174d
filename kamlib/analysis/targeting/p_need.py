"""Need, derived: whitespace, what rivals sell there, a stated line, how the industry buys."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.anchors import anchored
from kamlib.analysis.measures.wallet import rival_shares
from kamlib.analysis.measures.year_value import per_row
from kamlib.analysis.targeting.p_pieces import INDUSTRY, pieces, text_of
from kamlib.settings import ThreePSettings
from kamlib.words import _, count, money, number, share

WHITESPACE, RIVALS = "derived from whitespace", "derived from competitors"
STATED = "derived from a stated line"
NAMED = 3


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
