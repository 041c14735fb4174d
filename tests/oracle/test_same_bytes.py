"""The same figures on every processor: tables, workbook and pages under several settings."""

import pytest
from elsewhere import NEW, OLD, made
from held import hashes


def different(found, expected):
    """The names of what is not the same; what only one of them has is not the same."""
    names = found.keys() | expected.keys()
    return sorted(name for name in names if found.get(name) != expected.get(name))


def test_the_demos_tables_and_workbooks_are_the_same_on_an_old_processor(
    demo_pack, demo_pack_elsewhere
):
    of_pack, found = hashes(demo_pack.folder), hashes(demo_pack_elsewhere)
    assert len([name for name in found if name.endswith(".csv")]) > 50
    books = {name.partition("/")[0] for name in found if ".xlsx" in name}
    assert len(books) == 2 and len([name for name in found if ".xlsx" in name]) > 30
    assert different(found, {name: of_pack.get(name) for name in found}) == []


@pytest.mark.long
def test_real_data_give_the_same_bytes_on_every_processor(online_retail_parquet, tmp_path):
    new, old = (
        hashes(made(str(online_retail_parquet), tmp_path / name, environment, "tables"))
        for name, environment in (("new", NEW), ("old", OLD))
    )
    assert len(new) > 50
    assert different(new, old) == []


def test_a_difference_is_found():
    assert different({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == ["b", "c"]
