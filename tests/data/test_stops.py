"""Why no report is made: check says it as report does."""

import pytest

from kamlib import DataError, open_book
from kamlib.data.book import open_tables
from kamlib.data.stops import stops

TOLD = "complete_to = 2023-12-31 is before the data, whose first line is of 2024-01-05"


@pytest.mark.parametrize(
    "day, told", [("2023-12-31", [TOLD]), ("2024-01-05", []), ("2024-12-31", [])]
)
def test_data_complete_before_it_begins_stops_check_and_report(tmp_path, day, told):
    (tmp_path / "sales.csv").write_text("account,date,revenue\nA,2024-01-05,1\nB,2024-03-31,2\n")
    (tmp_path / "dataset.toml").write_text(
        f'currency = "EUR"\ncomplete_to = {day}\n[transactions]\nsource = "sales.csv"\n'
    )
    found = stops(*open_tables(tmp_path))
    assert [TOLD in each for each in found] == [True] * len(told)
    if told:
        with pytest.raises(DataError, match=TOLD):
            open_book(tmp_path)
    else:
        assert open_book(tmp_path).data_to.strftime("%Y-%m-%d") == day
