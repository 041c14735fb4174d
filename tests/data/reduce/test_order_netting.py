"""What counts as an order, kind by kind, over parts, in a database, and against a slow loop."""

import datetime as dt
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from consenting import consented
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sales_table import opened, slow_orders, toml_value

from kamlib.data.frames import account_days, account_line_quarters, order_gaps
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.ledger import open_ledger
from kamlib.data.reduce.opening import engine_of
from kamlib.settings import load_settings

HEADER = "Customer,Date,Document,Item,Amount,Pieces,Line,Manager"
FIELDS = ("account", "date", "document", "product", "revenue", "quantity", "product_line",
          "manager")  # fmt: skip
DAY = "2024-05-02"
EVER = pd.Timestamp("2025-12-31")


def dataset_of(folder, parts, source="part*.csv", **options):
    """A data set of one CSV per part, each a list of its lines as text."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, lines in enumerate(parts):
        rows = [HEADER, *lines, "Z,2024-01-02,K1,P,5,1,L,M1"]
        (folder / f"part{number}.csv").write_text("\n".join(rows) + "\n")
    columns = "\n".join(
        f'{name} = "{header}"' for name, header in zip(FIELDS, HEADER.split(","), strict=True)
    )
    options = {"source": source, **options}
    said = "\n".join(f"{key} = {toml_value(value)}" for key, value in options.items())
    text = f'currency = "EUR"\n[transactions]\n{said}\n[transactions.columns]\n{columns}\n'
    (folder / "dataset.toml").write_text(text)
    return folder


def one_day(lines):
    return [f"A,{DAY},{line}" for line in lines]


def ordering(folder, **over):
    """The accounts that ordered on the day."""
    table = opened(folder, load_settings(None, over)).ledger.table
    found = order_gaps(table, EVER)
    return set(found.loc[found["date"] == pd.Timestamp(DAY), "account"])


NO_ORDER = {
    "a storno of the same day": ["R1,P,100,2,L,M1", "S1,P,-100,-2,L,M1"],
    "a storno and its new invoice": ["S0,P,-100,-2,L,M1", "R1,P,100,2,L,M1"],
    "a storno and a cheaper new invoice": ["S0,P,-100,-2,L,M1", "R1,P,90,2,L,M1"],
    "a storno booked for another manager": ["S0,P,-100,-2,L,M1", "R1,P,100,2,L,M2"],
    "a storno of several products": [
        *("S0,P,-100,-2,L,M1", "S0,Q,-30,-1,L,M1", "R1,P,100,2,L,M1", "R1,Q,30,1,L,M1"),
    ],
    "without a product": ["S0,,-100,,L,M1", "R1,,100,,L,M1"],
    "without a product or a document": [",,-100,,L,M1", ",,100,,L,M1"],
    "documents of equal totals": ["S0,,-100,,L,M1", "R1,,60,,L,M1", "R1,,40,,L,M1"],
    "one invoice made two": ["S0,,-100,,L,M1", "R1,,60,,L,M1", "R2,,40,,L,M1"],
    "a new invoice beside a return": [
        *("S0,,-100,,L,M1", "R1,,100,,L,M1", "G1,,-30,,L,M1"),
    ],
    "a return with its fee": ["G1,,-100,,L,M1", "G1,,10,,L,M1"],
    "only a return": ["G1,P,-100,-2,L,M1"],
    "only lines of zero": ["R1,P,0,3,L,M1"],
}
ORDER = {
    "a purchase": ["R1,P,100,2,L,M1"],
    "a purchase beside a larger return of older goods": ["G1,Q,-500,-9,L,M1", "R1,P,100,2,L,M1"],
    "an exchange of goods": ["G1,Q,-100,-2,L,M1", "G1,P,100,2,L,M1"],
    "more than what is taken back": ["S0,P,-100,-2,L,M1", "R1,P,150,3,L,M1"],
    "a return without a product": ["G1,,-500,,L,M1", "R1,,100,,L,M1"],
    "a storno of one of two alike": [",,-100,,L,M1", ",,100,,L,M1", ",,100,,L,M1"],
    "a discount on the invoice": ["R1,,100,,L,M1", "R1,,-10,,L,M1"],
}


def lines_of(kinds, place):
    """The lines of all kinds, each kind an account of its own; of several files the n-th."""
    return [
        f"{kind},{DAY},{line}"
        for kind, lines in kinds.items()
        for number, line in enumerate(lines)
        if place in (None, number)
    ]


@pytest.fixture(scope="module")
def in_one_file(tmp_path_factory):
    return dataset_of(tmp_path_factory.mktemp("one"), [lines_of(NO_ORDER | ORDER, None)])


@pytest.fixture(scope="module")
def in_several_files(tmp_path_factory):
    parts = [lines_of(NO_ORDER | ORDER, place) for place in range(4)]
    return dataset_of(tmp_path_factory.mktemp("several"), parts)


def test_every_kind_is_an_order_or_none(in_one_file):
    assert ordering(in_one_file) == set(ORDER)


def test_it_does_not_matter_in_which_file_a_line_stands(in_several_files):
    assert ordering(in_several_files) == set(ORDER)
    assert ordering(in_several_files) == set(ORDER), "from the cache"


def test_a_line_that_only_came_back_is_not_ordered_in_its_product_line(tmp_path):
    lines = ["S0,P,-100,-2,Pumps,M1", "R1,P,100,2,Pumps,M1", "R1,Q,40,1,Seals,M1"]
    table = opened(dataset_of(tmp_path, [one_day(lines)])).ledger.table
    found = account_line_quarters(table, EVER).query("account == 'A'")
    assert found.set_index("product_line")["order_days"].to_dict() == {"Pumps": 0, "Seals": 1}
    [day] = account_days(table, EVER, ["A"]).itertuples()
    assert (day.revenue, day.ordered) == (40.0, True)


def test_an_amount_that_is_the_whole_documents_is_netted_by_document(tmp_path):
    lines = [
        *("S0,P,-130,-2,L,M1", "S0,Q,-130,-1,L,M1", "R1,Q,130,1,L,M1", "R1,P,130,2,L,M1"),
    ]
    folder = dataset_of(tmp_path, [one_day(lines)], once_per_document=True)
    assert ordering(folder) == set()


CALLED = "A,2024-05-02,R1,P,0,3,L,M1"
TEXT = "B,2024-05-02,R1,P,0,,L,M1"
BACK = ("C,2024-05-02,R1,P,0,3,L,M1", "C,2024-05-02,S1,P,0,-3,L,M1")


def test_a_call_off_without_a_price_counts_where_the_setting_says_so(tmp_path):
    folder = dataset_of(tmp_path, [[CALLED, TEXT, BACK[0]], [BACK[1]]])
    assert ordering(folder) == set()
    stored = {file: file.stat().st_mtime_ns for file in folder.rglob("*.parquet")}
    assert ordering(folder, **{"orders.zero_value": "true"}) == {"A"}
    again = {file: file.stat().st_mtime_ns for file in folder.rglob("*.parquet")}
    assert again == stored, "the setting needs no new reading"


def of_a_database(folder, lines):
    """The data set of lines that stand in a database."""
    frame = pd.DataFrame([line.split(",") for line in lines], columns=HEADER.split(","))
    frame = frame.assign(Amount=frame["Amount"].astype(float))
    frame["Pieces"] = pd.to_numeric(frame["Pieces"])
    file = folder / "sales.duckdb"
    with duckdb.connect(file) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE lines AS SELECT * FROM frame")
    return consented(dataset_of(folder / "sales", [], f"duckdb://{file}", table="lines"))


def test_a_database_nets_its_days_too(tmp_path):
    folder = of_a_database(tmp_path, lines_of(NO_ORDER | ORDER, None))
    assert ordering(folder) == set(ORDER)


def under_two_numbers(kinds):
    """The lines of all kinds, every other line of a kind under an older number."""
    return [
        f"{'old ' * (n % 2)}{kind},{DAY},{line}"
        for kind, lines in kinds.items()
        for n, line in enumerate(lines)
    ]


def settled(folder, numbers):
    """The data set with numbers that are settled to be another one."""
    with (folder / "dataset.toml").open("a") as file:
        file.write('[identities]\nsource = "identities.csv"\n')
    rows = [f"{number},{account},same" for number, account in numbers.items()]
    (folder / "identities.csv").write_text("\n".join(["account,belongs_to,kind", *rows]) + "\n")
    return folder


@pytest.mark.parametrize("parts", [1, 2])
def test_it_does_not_matter_under_which_number_of_an_account_a_line_stands(tmp_path, parts):
    under_two = under_two_numbers(NO_ORDER | ORDER)
    numbers = {f"old {kind}": kind for kind in NO_ORDER | ORDER}
    folder = dataset_of(tmp_path, [under_two[n::parts] for n in range(parts)])
    apart = ordering(folder)
    assert {"a storno and its new invoice", "old a storno and its new invoice"} & apart
    settled(folder, numbers)
    assert ordering(folder) == set(ORDER)
    assert ordering(folder) == set(ORDER), "from the cache"


def test_numbers_of_one_account_net_in_a_database_and_with_call_offs_too(tmp_path):
    lines = [*under_two_numbers(NO_ORDER), BACK[0], f"old {BACK[1]}", CALLED, f"old {CALLED}"]
    folder = of_a_database(tmp_path, lines)
    settled(folder, {f"old {kind}": kind for kind in [*NO_ORDER, "A", "C"]})
    assert ordering(folder) == set()
    called = ordering(folder, **{"orders.zero_value": "true"})
    assert called == {"A", "only lines of zero"}


LINE = st.tuples(
    st.sampled_from("ABCDEFGH"),
    st.sampled_from([dt.date(2024, 5, 2), dt.date(2024, 5, 3)]),
    st.sampled_from(["R1", "S1", ""]),
    st.sampled_from(["P", "Q", ""]),
    st.sampled_from([-200, -100, 0, 50, 100]),
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LINE, min_size=20, max_size=60), st.integers(1, 2))
def test_orders_are_those_of_a_slow_loop_however_the_lines_are_cut_into_files(lines, files):
    with tempfile.TemporaryDirectory() as folder:
        rows = [f"{a},{day},{doc},{item},{amount},1,L,M1" for a, day, doc, item, amount in lines]
        made = dataset_of(Path(folder), [[]])
        for number in range(files):
            part = [HEADER, *rows[number::files], "Z,2024-01-02,K1,P,5,1,L,M1"]
            (made / f"part{number}.csv").write_text("\n".join(part) + "\n")
        dataset = load_dataset(made)
        ledger = open_ledger(engine_of(dataset), dataset)
        found = order_gaps(ledger.table, EVER).query("account != 'Z'")
        assert list(zip(found["account"], found["date"].dt.date, strict=True)) == slow_orders(lines)
        known = [f"{account},2024-01-02,K1,P,5,1,L,M1" for account in "ABCDEFGH"]
        for file in made.glob("part*.csv"):
            header, *rows = file.read_text().splitlines()
            rows = [f"{'old ' * (n % 2)}{row}" for n, row in enumerate(rows)]
            file.write_text("\n".join([header, *known, *rows]) + "\n")
        settled(made, {f"old {account}": account for account in "ABCDEFGHZ"})
        joined = order_gaps(opened(made).ledger.table, EVER).query("date > '2024-01-02'")
    assert (
        joined[["account", "date"]].to_numpy().tolist()
        == found[["account", "date"]].to_numpy().tolist()
    )
