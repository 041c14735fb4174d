"""The page that leads to the packs of a data set, and what a run does before and beside them."""

import json
import shutil
from types import SimpleNamespace

import pytest

from kamlib.errors import DataError
from kamlib.living import only_run
from kamlib.pack import files
from kamlib.pack.archive import packs_written, write_archive
from kamlib.pack.files import check_room, only_writer, swapped_in

MONTHS = {"2025-09": "5", "2025-10": "10.5", "2025-12": "20"}


def manifest(as_of="2025-12-31", failures=(), checks=True):
    return {
        "quarter": "2025Q4",
        "as_of": as_of,
        "currency": "EUR",
        "complete": True,
        "data_to": as_of,
        "checks": {"sums agree": checks},
        "failures": dict.fromkeys(failures, "no"),
        "figures": {"months": {month: {"revenue": text} for month, text in MONTHS.items()}},
    }


def pack(folder, name, content):
    (folder / name).mkdir()
    (folder / name / "a <b>.xlsx").touch()
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name / "manifest.json").write_text(text)


def test_the_last_pack_comes_first_with_its_revenue_and_state(tmp_path):
    pack(tmp_path, "2025Q3", manifest("2025-09-30", checks=False))
    pack(tmp_path, "2025Q4", manifest())
    pack(tmp_path, "2025Q4.failed", manifest(failures=["03_churn"]))
    pack(tmp_path, ".2025Q4-new", manifest())
    pack(tmp_path, "altered", "{")
    found = packs_written(tmp_path)
    assert [each.folder for each in found] == ["2025Q4", "2025Q4.failed", "2025Q3"]
    assert [each.revenue for each in found] == [30.5, 30.5, 5.0]
    assert [each.state for each in found] == [
        "complete",
        "pages that could not be made: 1",
        "checks that do not hold: 1",
    ]


def test_the_page_leads_to_each_and_harms_nobody(tmp_path):
    pack(tmp_path, "2025Q4", manifest() | {"quarter": "<script>"})
    write_archive(tmp_path, "Müller <b>& Co</b>")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'href="2025Q4/index.html"' in page and 'href="2025Q4/a%20%3Cb%3E.xlsx"' in page
    assert "<script>" not in page and "<b>&" not in page


def test_a_pack_has_one_writer_at_a_time(tmp_path):
    target = tmp_path / "demo" / "2025Q4"
    with only_writer(target):
        with (
            pytest.raises(DataError, match="another run is writing this pack"),
            only_writer(target),
        ):
            pass
        with only_writer(target.with_name("2025Q3")):
            pass
    with only_writer(target):
        pass
    assert not list(target.parent.iterdir())


def test_who_holds_a_file_is_the_only_run_until_it_ends(tmp_path):
    with only_run(tmp_path / "x") as first, only_run(tmp_path / "x") as second:
        assert (first, second) == (True, False)
    assert not list(tmp_path.iterdir())


def test_what_failed_is_put_beside_and_never_taken_for_a_good_pack(tmp_path):
    target, failed = tmp_path / "2025Q4", tmp_path / "2025Q4.failed"
    for place in (target, failed, failed):
        with swapped_in(target, place=lambda place=place: place) as staging:
            (staging / place.name).touch()
    assert [path.name for path in target.iterdir()] == ["2025Q4"]
    assert [path.name for path in failed.iterdir()] == ["2025Q4.failed"]


def test_a_place_without_room_is_refused_before_anything_is_read(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="no pack can be written there"):
        check_room(tmp_path / "file" / "reports")
    monkeypatch.setattr(files.os, "access", lambda *_given: False)
    with pytest.raises(DataError, match="name a folder in which you may write"):
        check_room(tmp_path)
    monkeypatch.undo()
    check_room(tmp_path / "not" / "yet")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=3 * 2**20))
    with pytest.raises(DataError, match="the disk has 3 MB left"):
        check_room(tmp_path)
