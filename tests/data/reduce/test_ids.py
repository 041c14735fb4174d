"""An id is the same however it is blanked: in the lines, in a side table, and where it is typed."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.data.describe.ids import plain_id
from kamlib.data.reduce.ids import id_text

ODD = st.text(alphabet="N10 .,\t\n\r\xa0\u3000\u200b\xad\u2009'x", max_size=8)
SOURCES = {"transactions": "sales.csv", "accounts": "accounts.csv"}
LINES = "account,date,revenue\n" + "".join(f"N1,2024-{m:02d}-05,{m}\n" for m in range(1, 13))


def by_engine(text: str) -> str:
    with duckdb.connect() as engine:
        return engine.execute(f"SELECT {id_text('id')} FROM (SELECT ? AS id)", [text]).fetchone()[0]


@given(ODD)
def test_an_id_that_is_typed_is_what_a_table_has(text):
    assert (by_engine(text) or "") == plain_id(text)


@pytest.mark.parametrize(
    "written", ["N1\n", "\r\nN1", "\tN1", "N1\xa0", "\u200bN1", "  N1  ", "\u3000N1 \n"]
)
def test_what_stands_around_an_account_does_not_make_another(tmp_path, written):
    (tmp_path / "sales.csv").write_text(LINES, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(f'account,name\n"{written}",One\n', encoding="utf-8")
    sources = [f'[{name}]\nsource = "{file}"' for name, file in SOURCES.items()]
    (tmp_path / "dataset.toml").write_text("\n".join(['currency = "EUR"', *sources]))
    book = open_book(tmp_path)
    assert book.accounts["name"].to_dict() == {"N1": "One"}
    assert book.account(written).path == 'book.account("N1")'
