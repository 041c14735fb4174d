"""Doubts about money: several currencies are added up at given rates, never in silence."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import pandas as pd

from kamlib.data.describe.expressions import Expression, columns_used
from kamlib.data.describe.money import EXCHANGE_RATE, plain, says_own_currency, usual_rate
from kamlib.data.describe.telling import code_in_name, currency_code, currency_of_text
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.read.conventions import one_of
from kamlib.data.read.conversion import literal, quoted
from kamlib.data.read.dataset import CURRENCY_KEY, DataSet
from kamlib.data.reduce.ledger import Ledger
from kamlib.data.reduce.lines import KEPT
from kamlib.words import _, count, number

_LEAST_NAMED = 0.5  # of a column's lines must name a currency
_SHOWN = 6
# What the table rates settles, so that nobody need answer what the description still asks.
SETTLED_BY_RATES = ("currencies", "early_currencies")


def currency_doubts(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubt that lines of several currencies are added up, if there is one.

    A mapped column of currencies says what each line is in, and the table rates what that is
    worth. Where nothing is mapped and each amount has a currency column of its own, the one
    nearest to revenue counts.
    """
    if len(ledger.converted):
        yield from _without_rates(ledger)
        return
    yield from _by_names(dataset, ledger)
    profile = ledger.profile
    coded = profile.assign(code=[currency_code(value) for value in profile["value"]])
    named = coded[coded["code"] != ""]
    shares = named.groupby("column")["rows"].sum() / coded.groupby("column")["rows"].sum()
    columns = shares.index[shares > _LEAST_NAMED]
    if columns.empty:
        return
    reach = named[named["column"].isin(columns)].groupby("column")["distance"].first()
    # "Amount | Crcy": a currency stands after its amount, rather than before it.
    nearest = min(reach.items(), key=lambda item: (abs(item[1]) + 0.5 * (item[1] < 0), item[0]))[0]
    lines = named[named["column"] == nearest]
    by_code = lines.groupby("code")[["rows", "plus", "minus"]].sum()
    if len(by_code) < 2:
        return
    written = dataset.tables["transactions"].columns.get("revenue", "revenue")
    first, *others = columns_used([Expression(written, "revenue")]) or ["revenue"]
    if any(EXCHANGE_RATE.search(plain(name)) for name in others):
        return
    ranked = by_code.assign(amount=by_code["plus"] + by_code["minus"]).sort_values(
        "rows", ascending=False, kind="stable"
    )
    if says_own_currency(first):
        yield _in_one(first, str(nearest), ranked)
    else:
        yield _mixed(dataset, str(nearest), lines, ranked)


def _by_names(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubt about sheets or files that are called after several currencies."""
    written = dataset.tables["transactions"].columns.get("revenue", "revenue")
    if any(map(says_own_currency, columns_used([Expression(written, "revenue")]))):
        return
    kept = ledger.fates[ledger.fates["step"] == KEPT]
    codes = [
        code_in_name(sheet) or code_in_name(PurePosixPath(file).stem)
        for file, sheet in zip(kept["file"], kept["sheet"], strict=True)
    ]
    by_code = _by_code(kept.assign(code=codes, amount=kept["revenue"]).query("code != ''"))
    if len(by_code) < 2:
        return
    what = _(
        "sheets or files are called after {n} currencies, which cannot be added up: {sums}. Do "
        "they count as they stand?"
    ).format(n=len(by_code), sums=_sums(by_code))
    proof = _("If not, bring the amounts into one currency in the files, or leave some out.")
    answers = (Answer("yes", _("the amounts are added up as they stand")),)
    others = by_code.iloc[1:]
    money, rows = float(others["amount"].abs().sum()), int(others["rows"].sum())
    yield Doubt("named_currencies", what, proof, answers, money=money, rows=rows)


def _in_one(amount: str, column: str, ranked: pd.DataFrame) -> Doubt:
    """What is decided of amounts whose header names one currency, beside a column of several."""
    says = _(
        'all of "{amount}" is in the currency that its header says; "{column}" ({sums}) tells in '
        "which one a document was written, and nothing is converted"
    ).format(amount=amount, column=column, sums=_sums(ranked))
    proof = _(
        "if these amounts are in the currencies of {column}, write currency = {mapped} under "
        "[transactions.columns] and give a table rates"
    ).format(column=f'"{column}"', mapped=literal(quoted(column)))
    answer = Answer("own", _("all of it is in the currency that the header says"))
    return Doubt("own_currency", says, proof, (answer,), "own", "own", says=says, applied=True)


def _mixed(dataset: DataSet, column: str, lines: pd.DataFrame, ranked: pd.DataFrame) -> Doubt:
    """The doubt about a column of several currencies that is not mapped."""
    others = ranked.iloc[1:]
    where = _("currency = {column} under [transactions.columns] says what each line is in").format(
        column=literal(quoted(column))
    )
    own = currency_of_text(dataset.currency) or str(ranked.index[0])
    return Doubt(
        SETTLED_BY_RATES[0],
        _which(column, ranked, own, [str(code) for code in ranked.index if code != own]),
        f"{where}; {_table()}",
        tuple(_only(quoted(column), str(code), lines) for code in ranked.index),
        money=float((others["plus"] - others["minus"]).sum()),
        rows=int(others["rows"].sum()),
    )


def _without_rates(ledger: Ledger) -> Iterator[Doubt]:
    """The doubts about lines whose currency has no rate, at all or on their day."""
    lines = ledger.converted[ledger.converted["code"] != ""]
    own = ledger.rates.own
    by_code = _by_code(lines)
    if not own and len(by_code) > 1:
        yield _one_of(lines, by_code, str(by_code.index[0]), ledger)
    lacking = lines[lines["lacks"]]
    rated = lacking["code"].map(ledger.rates.starts)
    if rated.isna().any():
        yield _one_of(lines, by_code, own, ledger)
    if rated.notna().any():
        yield _too_early(lacking[rated.notna()], ledger)


def _one_of(lines: pd.DataFrame, by_code: pd.DataFrame, own: str, ledger: Ledger) -> Doubt:
    lacking = [code for code in by_code.index if code != own and not ledger.rates.starts(code)]
    sql, missing = lines["currency_sql"].iloc[0], lines[lines["code"].isin(lacking)]
    name = columns_used([Expression(sql, "currency")])[0]
    return Doubt(
        SETTLED_BY_RATES[0],
        _which(name, by_code, own, lacking),
        _table(),
        tuple(_only(sql, str(code), lines) for code in by_code.index),
        # What they are worth is not known without a rate: it may be all.
        money=abs(ledger.kept_revenue),
        rows=int(missing["rows"].sum()),
    )


def _too_early(lines: pd.DataFrame, ledger: Ledger) -> Doubt:
    """The doubt about lines before the first rate of their currency."""
    starts = {code: ledger.rates.starts(code) for code in lines["code"].unique()}
    what = _(
        "{rows} lines are dated before the first rate of their currency and are not counted: "
        "{sums}. Give their rates, or are they left out?"
    ).format(
        rows=count(int(lines["rows"].sum())),
        sums="; ".join(
            _("{sums} before {day}").format(sums=_sums(_by_code(rows)), day=starts[code])
            for code, rows in lines.groupby("code")
        ),
    )
    sql, date = lines[["currency_sql", "date_sql"]].iloc[0]
    before = " OR ".join(
        f"{_named(sql, rows)} AND CAST({date} AS DATE) < DATE '{starts[code]}'"
        for code, rows in lines.groupby("code")
    )
    rule = {"reason": _("before the first rate of its currency"), "where": before}
    at_first = [float(ledger.rates.on(code, day)) for code, day in starts.items()]
    worth = lines["code"].map(dict(zip(starts, at_first, strict=True)))
    return Doubt(
        SETTLED_BY_RATES[1],
        what,
        _table(),
        (Answer("leave_out", _("they are left out"), {"exclude": [rule]}),),
        money=float((lines["amount"].astype("float64").abs() * worth).sum()),
        rows=int(lines["rows"].sum()),
    )


def _by_code(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines and amount per currency, those with most lines first."""
    sums = lines.assign(amount=lines["amount"].astype("float64"))
    by_code = sums.groupby("code")[["rows", "amount"]].sum()
    return by_code.sort_values("rows", ascending=False, kind="stable")


def _which(column: str, by_code: pd.DataFrame, own: str, lacking: Sequence[str]) -> str:
    """The question which of several currencies counts, with each one's money and what to do."""
    code = lacking[0]
    return _(
        '"{column}" holds {n} currencies, which cannot be added up: {sums}. No rate is known for '
        "{codes}: give a table rates (for example: {code}, 2025-01-01, {rate}, if one {code} is "
        "worth {rate} {own} from that day), or say which currency counts alone."
    ).format(
        column=column,
        n=len(by_code),
        sums=_sums(by_code),
        codes=", ".join(lacking),
        code=code,
        rate=f"{usual_rate(code, own) or 1.25:.2g}",
        own=own,
    )


def _sums(by_code: pd.DataFrame) -> str:
    return ", ".join(
        _("{code} {amount} ({lines} lines)").format(
            code=code, amount=number(row.amount, 2), lines=count(int(row.rows))
        )
        for code, row in list(by_code.iterrows())[:_SHOWN]
    )


def _table() -> str:
    """How a table of rates is given, as a sentence."""
    return _(
        'rates is a sheet of that name, or a file that source = "rates.csv" names under [rates], '
        "with the columns currency, from (a day) and rate; lines are converted at the last rate "
        "from or before their day"
    )


def _only(sql: str, code: str, lines: pd.DataFrame) -> Answer:
    others = lines[lines["code"] != code]
    rule = {"reason": _("not in {code}").format(code=code), "where": _named(sql, others)}
    return Answer(
        code, _("only lines in {code}").format(code=code), {"exclude": [rule], CURRENCY_KEY: code}
    )


def _named(sql: str, lines: pd.DataFrame) -> str:
    """The SQL condition that a line's currency is one of those named in some lines."""
    return one_of(f"TRIM({sql})", sorted({*lines["value"]}))
