"""Which product lines could be offered to a target, what they are worth, and who buys them."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.wallet import rival_lines
from kamlib.analysis.targeting.target_list import Known

CANDIDATES = 3
REFERENCES = 3
_ROUNDING = 1e-9
COLUMNS = (
    *("prospect", "product_line", "score", "named", "value", "basis", "why", "references"),
    *("stopped", "capped"),
)


def offer_lines(targets: pd.DataFrame, known: Known, similar: pd.Series) -> pd.DataFrame:
    """The lines that could be offered to each target.

    To an account its gaps, and the lines of which it buys a part from rivals, as likely won as
    gaps are filled; to a prospect the line it named, then those that its similar accounts buy
    most, of an unknown similar account those of its industry, of an unknown industry those of
    all accounts.

    Parameters
    ----------
    targets
        The target list.
    known
        Its ``whitespace``, ``bought``, ``accounts`` and ``competitors``.
    similar
        Per target the numbers of its similar accounts, parted by commas; may be empty.

    Returns
    -------
    One row per target and line, of gaps and of rivals' lines at most three each: ``prospect``,
    ``product_line``; ``score`` (the larger the better, within a target); ``named`` (whether the
    prospect named it); ``value`` (a year if it buys the line, currency, NaN where unknown);
    ``basis`` ("gap", "rival", "named", "similar accounts", "industry", "all accounts"); ``why``
    (of a gap); ``references`` (numbers of accounts that buy the line); ``stopped`` (the last
    quarter in which the account bought the line of its gap, "" where it never did); ``capped``
    (whether more was to be had than all that it buys from us, of which no more is counted).
    """
    prospects = targets[(targets["kind"] != "account").to_numpy()]
    buying = targets.loc[targets.index.difference(prospects.index, sort=False)]
    parts = [
        _of_accounts(buying.index, known.whitespace),
        _of_rivals(buying, known),
        _of_prospects(prospects, known.bought, known.accounts, similar),
    ]
    table = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
    texts = ("prospect", "product_line", "basis", "why", "references", "stopped")
    return table.astype({**dict.fromkeys(texts, "str"), "named": bool, "capped": bool})


def _of_accounts(accounts: pd.Index, whitespace: pd.DataFrame) -> pd.DataFrame:
    gaps = whitespace[whitespace["account"].isin(accounts)]
    gaps = gaps.sort_values("expected_value", ascending=False, kind="stable")
    gaps = gaps[gaps.groupby("account").cumcount() < CANDIDATES]
    columns = {"account": "prospect", "expected_value": "score", "value_if_bought": "value"}
    columns |= {name: name for name in ("product_line", "why", "references", "stopped")}
    gaps = gaps[list(columns)].rename(columns=columns)
    return gaps.assign(named=False, basis="gap", capped=False)


def _of_rivals(targets: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The lines of which accounts buy a part elsewhere: that part, at most all that we sell them.

    What is recorded of all lines speaks of its main line.
    """
    whitespace, bought, competitors = known.whitespace, known.bought, known.competitors
    rows = competitors[competitors["account"].isin(targets.index)]
    rows = rows[rows["share"].between(0, 1)]
    lines = rival_lines(rows, bought)
    lines = lines[lines["elsewhere"] > 0]
    ours = bought.reindex(lines["account"])
    overall = (lines["product_line"] == "").to_numpy()
    main = ours.idxmax(axis=1).to_numpy() if len(ours) else []
    part = (ours.max(axis=1) / ours.sum(axis=1)).to_numpy()
    elsewhere = lines["elsewhere"].to_numpy(float) * np.where(overall, part, 1.0)
    most = ours.sum(axis=1).to_numpy()
    lines = lines.assign(
        product_line=lines["product_line"].mask(overall, main),
        value=np.minimum(elsewhere, most),
        capped=elsewhere > most * (1 + _ROUNDING),
    )
    gaps = pd.MultiIndex.from_frame(whitespace[["account", "product_line"]])
    lines = lines[~pd.MultiIndex.from_frame(lines[["account", "product_line"]]).isin(gaps)]
    lines = lines.sort_values(["value", "product_line"], ascending=[False, True], kind="stable")
    lines = lines[lines.groupby("account").cumcount() < CANDIDATES]
    chance = (whitespace["expected_value"] / whitespace["value_if_bought"]).median()
    who = _References(bought, known.accounts)
    industry = targets["industry"].astype("str").fillna("").reindex(lines["account"])
    rows = zip(lines["product_line"], industry, lines["account"], strict=True)
    references = [who.of(line, "", kind, besides=own) for line, kind, own in rows]
    found = lines.rename(columns={"account": "prospect"}).assign(
        score=lines["value"] * (1.0 if pd.isna(chance) else chance), references=references
    )
    return found.assign(named=False, basis="rival", why="", stopped="")


def _of_prospects(
    prospects: pd.DataFrame, bought: pd.DataFrame, accounts: pd.DataFrame, similar: pd.Series
) -> pd.DataFrame:
    part, usual, basis = _usual_lines(prospects, bought, accounts, similar)
    lines = bought.columns.to_numpy(dtype=object)
    value = prospects["value"].to_numpy(float)
    order = np.argsort(-part, axis=1, kind="stable")[:, :CANDIDATES]
    row = np.repeat(np.arange(len(prospects)), order.shape[1])
    liked = pd.DataFrame({"row": row, "product_line": lines[order.ravel()]})
    liked = liked.assign(named=False, basis=basis[row], score=part[row, order.ravel()])
    liked = liked[liked["score"] > 0]
    wanted = prospects["product_line"].astype("str").fillna("").to_numpy(dtype=object)
    row = np.flatnonzero(wanted != "")
    named = pd.DataFrame({"row": row, "product_line": wanted[row]})
    named = named.assign(named=True, basis="named", score=np.inf)
    found = pd.concat([named, liked], ignore_index=True)
    found = found.drop_duplicates(["row", "product_line"])
    row, line = found["row"].to_numpy(int), bought.columns.get_indexer(found["product_line"])
    own = value[row] * _cell(part, row, line)
    found["value"] = np.where(np.isnan(own), _cell(usual, row, line), own)
    found["prospect"] = prospects.index.to_numpy(dtype=object)[row]
    industry = prospects["industry"].astype("str").fillna("").to_numpy(dtype=object)
    codes = similar.reindex(prospects.index).astype("str").fillna("").to_numpy(dtype=object)
    who = _References(bought, accounts)
    lines_found = found["product_line"].to_numpy(dtype=object)
    found["references"] = [
        who.of(line, codes[at], industry[at]) for at, line in zip(row, lines_found, strict=True)
    ]
    return found.assign(why="", stopped="", capped=False)


def _usual_lines(
    prospects: pd.DataFrame, bought: pd.DataFrame, accounts: pd.DataFrame, similar: pd.Series
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per prospect and line the mean part and the median purchase of those that buy it."""
    parts = bought.div(bought.sum(axis=1), axis=0)
    amounts = bought.where(bought > 0)
    shape = len(prospects), bought.shape[1]
    part = np.broadcast_to(parts.mean().fillna(0).to_numpy(), shape)
    usual = np.broadcast_to(amounts.median().to_numpy(), shape)
    basis = np.full(len(prospects), "all accounts", dtype=object)
    kinds = accounts["industry"].reindex(bought.index).astype("str").fillna("").to_numpy()
    industry = prospects["industry"].astype("str").fillna("")
    known = (industry.isin(kinds) & (industry != "")).to_numpy()
    told = similar.reindex(prospects.index).astype("str").fillna("").str.split(",").explode()
    told = told.str.strip()
    told = told[told.isin(bought.index)]
    sources = (
        (known, parts.groupby(kinds).mean(), amounts.groupby(kinds).median(), industry, "industry"),
        (
            prospects.index.isin(told.index),
            parts.reindex(told).groupby(told.index).mean(),
            amounts.reindex(told).groupby(told.index).median(),
            prospects.index,
            "similar accounts",
        ),
    )
    for has, mean, median, keys, name in sources:
        row = has[:, None]
        part = np.where(row, mean.reindex(keys).to_numpy(float), part)
        usual = np.where(row, median.reindex(keys).to_numpy(float), usual)
        basis = np.where(has, name, basis)
    return np.nan_to_num(part), usual, basis


class _References:
    """Who buys a line: of the similar accounts, else the largest of the industry, else of all."""

    def __init__(self, bought: pd.DataFrame, accounts: pd.DataFrame):
        row, line = np.nonzero(bought.to_numpy() > 0)
        long = pd.DataFrame(
            {
                "account": bought.index.to_numpy(dtype=object)[row],
                "product_line": bought.columns.to_numpy(dtype=object)[line],
                "bought": bought.to_numpy()[row, line],
            }
        )
        kinds = accounts["industry"].reindex(long["account"]).astype("str").fillna("")
        long = long.assign(industry=kinds.to_numpy())
        long = long.sort_values(["bought", "account"], ascending=[False, True], kind="stable")
        self.buyers = set(zip(long["account"], long["product_line"], strict=True))
        self.industry = _first(long, ["industry", "product_line"])
        self.everyone = _first(long, ["product_line"])

    def of(self, line: str, similar: str, industry: str, besides: str = "") -> str:
        codes = [code.strip() for code in similar.split(",")]
        buying = [code for code in codes if (code, line) in self.buyers]
        largest = self.industry.get((industry, line), []) if industry else []
        for found in (buying, largest, self.everyone.get((line,), [])):
            others = [code for code in found if code != besides][:REFERENCES]
            if others:
                return ", ".join(others)
        return ""


def _first(long: pd.DataFrame, keys: list[str]) -> dict[tuple, list[str]]:
    """The largest buyers, one more than are named: one of them may be the target."""
    few = long[long.groupby(keys).cumcount() <= REFERENCES]
    grouped = few.groupby(keys)["account"].agg(list)
    names = grouped.index if len(keys) > 1 else [(name,) for name in grouped.index]
    return dict(zip(names, grouped, strict=True))


def _cell(values: np.ndarray, row: np.ndarray, line: np.ndarray) -> np.ndarray:
    """The values at rows and lines; NaN for a line that nobody bought."""
    if not values.size:
        return np.full(len(row), np.nan)
    return np.where(line >= 0, values[row, np.maximum(line, 0)], np.nan)
