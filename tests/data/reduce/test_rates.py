"""Lines in other currencies: converted once, exactly, at the rate of their day, or asked about."""

import datetime as dt
import tempfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from cases import CASES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import described

from kamlib.data.book import open_book, open_tables
from kamlib.data.findings import findings
from kamlib.data.guess.layouts import recognised_layout
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.ledger import open_ledger, open_lines
from kamlib.data.reduce.opening import engine_of
from kamlib.data.stops import stops
from kamlib.errors import DataError, StoppedError

TOML = """title = "x"
currency = "EUR"
{top}
[transactions]
source = "sales.csv"
[transactions.columns]
account = "Customer"
date = "Date"
document = "No"
revenue = "Amount"
{columns}
"""
RATES = '[rates]\nsource = "rates.csv"\n'
HEADER = "Customer,Date,No,Amount,Cost,Code"
KNOWN = {
    "USD": (("2024-01-01", "0.91"), ("2024-07-01", "0.9337")),
    "JPY": (("2023-05-01", "0.0061"),),
}
CENT = Decimal("0.0001")
QUICK = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
LINE = st.tuples(
    st.sampled_from("ABC"),
    st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
    st.integers(-9_999_999, 9_999_999).map(lambda cents: Decimal(cents) / 100),
    st.sampled_from(["EUR", "USD", "JPY", "€", "$", "日元", ""]),
)
CODES = {"€": "EUR", "": "EUR", "$": "USD", "日元": "JPY"}


def dataset(folder, lines, rates=KNOWN, *, columns='currency = "Code"', top="", more=""):
    """A data set of lines (account, day, amount, currency) and rates per currency."""
    rows = [f"{a},{day},R{n},{amount},{amount / 2:.2f},{code}"
            for n, (a, day, amount, code) in enumerate(lines)]  # fmt: skip
    folder = Path(folder)
    (folder / "sales.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    text = TOML.format(columns=columns, top=top)
    if rates is not None:
        steps = [f"{code},{day},{rate}" for code, own in rates.items() for day, rate in own]
        (folder / "rates.csv").write_text("\n".join(["currency,from,rate", *steps]) + "\n")
        text += RATES
    (folder / "dataset.toml").write_text(text + more, encoding="utf-8")
    return folder


def ledger_of(folder):
    dataset = load_dataset(folder)
    return open_ledger(engine_of(dataset, threads=1), dataset)


def rows_of(ledger):
    found = ledger.table.to_pyarrow().to_pylist()
    return sorted((row["account"], row["date"], row["revenue"], row["margin"]) for row in found)


def slow_rate(code, day):
    """The last rate from or before a day, found one by one."""
    code, rate = CODES.get(code, code), None
    if code == "EUR":
        return Decimal(1)
    for first, value in KNOWN[code]:
        if first <= str(day):
            rate = Decimal(value)
    return rate


def slow_sums(lines):
    sums = {}
    for account, day, amount, code in lines:
        rate = slow_rate(code, day)
        margin = amount - (amount / 2).quantize(Decimal("0.01"))
        money = [(each * rate).quantize(CENT, ROUND_HALF_UP) for each in (amount, margin)]
        known = sums.setdefault((account, day), [Decimal(0), Decimal(0)])
        sums[account, day] = [one + other for one, other in zip(known, money, strict=True)]
    return sorted((*key, *money) for key, money in sums.items())


@QUICK
@given(st.lists(LINE, min_size=1, max_size=12))
def test_the_ledger_is_that_of_a_slow_loop_to_the_last_decimal(lines):
    with tempfile.TemporaryDirectory() as folder:
        both = 'currency = "Code"\ncost = "Cost"'
        ledger = ledger_of(dataset(folder, lines, columns=both))
        assert rows_of(ledger) == slow_sums(lines)
        assert ledger.fates["rows"].sum() == len(lines)


@QUICK
@given(st.lists(LINE, min_size=1, max_size=12))
def test_rates_of_one_change_nothing(lines):
    ones = {code: (("2020-01-01", "1"),) for code in KNOWN}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        both = 'currency = "Code"\ncost = "Cost"'
        rated = ledger_of(dataset(one, lines, ones, columns=both))
        plain = [(*line[:3], "") for line in lines]
        assert rows_of(rated) == rows_of(
            ledger_of(dataset(other, plain, None, columns='cost = "Cost"'))
        )


def test_a_ledger_written_in_three_currencies_is_that_in_one_to_the_cent(tmp_path):
    own = [("ABC"[n % 3], dt.date(2024, 1, 1) + dt.timedelta(days=n), Decimal(900 + 7 * n), "EUR")
           for n in range(300)]  # fmt: skip
    written = []
    for n, (account, day, amount, _code) in enumerate(own):
        code = ("EUR", "USD", "JPY")[n % 3]
        written.append((account, day, (amount / slow_rate(code, day)).quantize(CENT), code))
    for name in ("one", "three"):
        (tmp_path / name).mkdir()
    wanted = rows_of(ledger_of(dataset(tmp_path / "one", own, None, columns="")))
    found = rows_of(ledger_of(dataset(tmp_path / "three", written)))
    assert len(found) == len(wanted) == 300
    for one, other in zip(found, wanted, strict=True):
        assert one[:2] == other[:2] and abs(one[2] - other[2]) < Decimal("0.005")


LINES = [
    ("A", dt.date(2024, 3, 1), Decimal("100.00"), "EUR"),
    ("A", dt.date(2024, 3, 2), Decimal("200.00"), "USD"),
    ("B", dt.date(2023, 12, 30), Decimal("50.00"), "USD"),
    ("B", dt.date(2024, 8, 2), Decimal("10000.00"), "JPY"),
]


def test_a_line_before_the_first_rate_is_named_with_its_money(tmp_path):
    tables, in_force = open_tables(dataset(tmp_path, LINES))
    assert tables.ledger.kept_revenue == pytest.approx(100 + 182 + 61)
    [question] = tables.questions
    assert (
        question.key == "early_currencies"
        and "USD 50.00 (1 lines) before 2024-01-01" in question.ask
    )
    rejected = tables.rejected
    assert list(rejected["revenue"]) == ["50.0000 USD"]
    assert question.stake == pytest.approx(50 * 0.91 / 343)
    assert any("early_currencies" in stop for stop in stops(tables, in_force))
    assert list(question.answers) == ["leave_out"]


def test_what_was_converted_is_told_with_its_rates(tmp_path):
    tables, in_force = open_tables(dataset(tmp_path, [*LINES[:2], LINES[3]]))
    assert not stops(tables, in_force)
    told = set(findings(tables)["finding"])
    assert "lines in USD: 200.00 USD are 182.00 EUR, at 0.91 EUR for one USD" in told
    assert "lines in JPY: 10,000.00 JPY are 61.00 EUR, at 0.0061 EUR for one JPY" in told


def test_without_rates_the_run_stops_and_says_which_lines_and_what_to_do(tmp_path):
    folder = dataset(tmp_path, LINES, None)
    with pytest.raises(StoppedError) as error:
        open_book(folder)
    told = str(error.value)
    for sums in ("EUR 100.00 (1 lines)", "USD 250.00 (2 lines)", "JPY 10,000.00 (1 lines)"):
        assert sums in told
    assert "No rate is known for USD, JPY: give a table rates (for example: USD, " in told
    assert "currencies USD` (or EUR, JPY)" in told


def test_a_question_about_currencies_ends_when_rates_are_there(tmp_path):
    asked = '[questions.currencies]\nask = "which?"\nanswer = ""\n'
    asked += '[questions.currencies.answers.EUR]\nmeans = "EUR"\n'
    lines = [*LINES[:2], LINES[3]]
    without = open_tables(dataset(tmp_path, lines, None, more=asked))[0]
    assert [question.key for question in without.questions] == ["currencies"]
    assert not open_tables(dataset(tmp_path, lines, more=asked))[0].questions


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ({"EUR": (("2024-01-01", "1.1"),)}, "EUR is the data set's own currency"),
        (
            {"USD": (("2024-01-01", "0.9"),), "$": (("2024-01-01", "0.8"),)},
            r"\$ from 2024-01-01 has two rates, 0.9 and 0.8",
        ),
        ({"USD": (("2024-01-01", "0"),)}, "zero or above a million"),
    ],
)
def test_rates_that_cannot_be_are_refused(tmp_path, rates, told):
    with pytest.raises(DataError, match=told):
        ledger_of(dataset(tmp_path, LINES, rates))


@pytest.mark.parametrize(("rate", "meant"), [("163", '1 / "rate"'), ("0.61", '"rate" / 100')])
def test_rates_written_another_way_stop_the_run(tmp_path, rate, meant):
    lines = [LINES[0], LINES[3]]
    tables, in_force = open_tables(dataset(tmp_path, lines, {"JPY": (("2024-01-01", rate),)}))
    assert any(meant in stop for stop in stops(tables, in_force))


def test_changed_rates_are_read_anew(tmp_path):
    first = ledger_of(dataset(tmp_path, LINES[:2]))
    again = ledger_of(dataset(tmp_path, LINES[:2], {"USD": (("2024-01-01", "0.95"),)}))
    assert [round(ledger.kept_revenue, 2) for ledger in (first, again)] == [282.0, 290.0]
    assert ledger_of(tmp_path).from_cache


def test_a_cost_in_ones_own_currency_is_not_converted(tmp_path):
    columns = """currency = "Code"\ncost = '"Cost in local currency"'"""
    folder = dataset(tmp_path, LINES[1:2], columns=columns)
    sales = (folder / "sales.csv").read_text().replace("Cost", "Cost in local currency")
    (folder / "sales.csv").write_text(sales)
    [row] = rows_of(ledger_of(folder))
    assert row[2:] == (Decimal("182.0000"), Decimal("82.0000"))


def test_a_sign_and_the_lines_of_the_book_are_converted_too(tmp_path):
    folder = dataset(tmp_path, [*LINES[:2], LINES[3]])
    text = (folder / "dataset.toml").read_text()
    (folder / "dataset.toml").write_text(
        text.replace('"sales.csv"', '"sales.csv"\nnegative = "No = \'R1\'"')
    )
    described_ = load_dataset(folder)
    connection = engine_of(described_, threads=1)
    lines = open_lines(connection, described_).order_by("date").to_pyarrow()
    assert lines["revenue"].to_pylist() == [100.0, -182.0, 61.0]
    total = open_ledger(connection, described_).kept_revenue
    assert total == pytest.approx(sum(lines["revenue"].to_pylist()))


def test_expect_is_held_against_the_converted_revenue(tmp_path):
    lines = [*LINES[:2], LINES[3]]
    assert not stops(*open_tables(dataset(tmp_path, lines, top="expect = {2024 = 343.00}")))
    [stop] = stops(*open_tables(dataset(tmp_path, lines, top="expect = {2024 = 10300.00}")))
    assert "343" in stop


def test_a_total_in_the_file_is_compared_in_the_file_s_own_money(tmp_path):
    folder = dataset(tmp_path, [*LINES[:2], LINES[3]])
    with (folder / "sales.csv").open("a") as file:
        file.write("Total,,,10300.00,,\n")
    controls = ledger_of(folder).controls
    assert list(controls["agrees"]) == [True]


def test_one_currency_that_is_the_data_set_s_own_changes_nothing(tmp_path):
    tables, in_force = open_tables(dataset(tmp_path, [LINES[0]], None))
    assert not tables.questions and not stops(tables, in_force)
    assert not [told for told in findings(tables)["finding"] if "EUR" in told]


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not here")
def test_the_case_of_a_column_of_currencies_stops_or_counts_yen_as_yen(tmp_path):
    lines = (CASES / "analysis/04-currency-column/transactions.csv").read_text()
    (tmp_path / "transactions.csv").write_text(lines)
    top = (
        'currency = "EUR"\ncomplete_to = 2024-12-31\n[transactions]\nsource = "transactions.csv"\n'
    )
    (tmp_path / "dataset.toml").write_text(top)
    with pytest.raises(StoppedError, match="JPY 5,760,000.00"):
        open_book(tmp_path)
    (tmp_path / "rates.csv").write_text("currency,from,rate\nUSD,,0.9\nJPY,,0.00625\n")
    (tmp_path / "dataset.toml").write_text(top + RATES)
    months = open_book(tmp_path).months
    last = months[(months["account"] == "JPYCO") & (months["month"].dt.year == 2024)]
    assert last["revenue"].sum() == pytest.approx(12_000)


SALES = [["No", "Date", "Customer", "Net Amount", "Currency"]] + [
    [
        f"R{n}",
        f"2024-{n % 12 + 1:02}-05",
        f"C{n % 7}",
        f"{100 + n}.50",
        ("EUR", "EUR", "USD", "JPY")[n % 4],
    ]
    for n in range(80)
]


@pytest.mark.parametrize(
    ("header", "usd", "jpy", "sql"),
    [
        ("Rate", "0.92", "0.0062", '"Rate"'),
        ("Exchange rate", "1.087", "161.3", '1 / "Exchange rate"'),
        ("Rate per 100", "92", "0.62", '"Rate per 100" / 100'),
        ("汇率", "92", "0.62", '"汇率" / 100'),
        ("Курс", "0.92", "0.0062", '"Курс"'),
    ],
)
def test_init_maps_the_currency_and_knows_how_rates_are_written(tmp_path, header, usd, jpy, sql):
    rates = [["Currency", "Date", header], ["USD", "2024-01-01", usd], ["JPY", "2024-01-01", jpy]]
    guessed = described(tmp_path, {"sales.csv": SALES, "fx.csv": rates})
    found = guessed.described
    assert found.currency == "EUR"
    assert found.tables["transactions"].columns["currency"] == '"Currency"'
    assert found.tables["rates"].columns["rate"] == sql
    rows = [(float(row[3]), row[4]) for row in SALES[1:]]
    worth = {"EUR": 1, "USD": 0.92, "JPY": 0.0062}
    total = sum(amount * worth[code] for amount, code in rows)
    assert guessed.settled.kept == pytest.approx(total, rel=2e-4)
    assert not guessed.settled.open


BANK = ["2024-01-02", "2023-12-29", "2023-01-02"]


@pytest.mark.parametrize(
    ("header", "usd", "jpy", "sql"),
    [
        (["Date", "USD", "JPY"], "0.92", "0.0062", '"Rate" / "Unit"'),
        (["Date", "USD", "JPY"], "1.087", "161.3", '"Unit" / "Rate"'),
        (["Date", "USD", "JPY"], "92", "0.62", '"Rate" / "Unit" / 100'),
        (["Data", "1 USD", "100 JPY"], "0.92", "0.62", '"Rate" / "Unit"'),
        (["Datum", "USD", "JPY (100)"], '"0,92"', '"0,62"', '"Rate" / "Unit"'),
        (["Day", "EUR/USD", "EUR/JPY"], "1.087", "161.3", '"Unit" / "Rate"'),
        (["日期", "美元", "日元"], "0.92", "0.0062", '"Rate" / "Unit"'),
    ],
)
def test_rates_with_one_column_per_currency_are_lines(tmp_path, header, usd, jpy, sql):
    others = {"CHF": "N/A", "GBP": ""}  # no rate on some day is none, not zero
    rates = [[*header, *others]] + [[day, usd, jpy, *others.values()] for day in BANK]
    guessed = described(tmp_path, {"sales.csv": SALES, "fx.csv": rates})
    found = guessed.described.tables["rates"]
    assert found.unpivot.columns == ("currencies",)
    assert found.columns["rate"] == sql
    worth = {"EUR": 1, "USD": 0.92, "JPY": 0.0062}
    total = sum(float(row[3]) * worth[row[4]] for row in SALES[1:])
    assert guessed.settled.kept == pytest.approx(total, rel=2e-4)
    assert not guessed.settled.open


def test_currencies_beside_customers_are_no_rates():
    header = ["Customer", "Date", "USD", "EUR", "CHF"]
    rows = [header, *([f"C{n}", "2024-01-05", "1", "2", "3"] for n in range(9))]
    assert not recognised_layout(rows, "sales").unpivot


def test_init_with_a_company_s_amount_beside_needs_no_rates(tmp_path):
    header = [*SALES[0], "Amount in local currency"]
    worth = {"EUR": 1, "USD": 0.92, "JPY": 0.0062}
    rows = [[*row, f"{float(row[3]) * worth[row[4]]:.2f}"] for row in SALES[1:]]
    found = described(tmp_path, {"sales.csv": [header, *rows]}).described
    assert "currency" not in found.tables["transactions"].columns
    assert "Amount in local currency" in found.tables["transactions"].columns["revenue"]
