"""Settings kept for good: the file stays as it is but for them, and is whole or not touched."""

import datetime as dt
import errno
import os

import pytest

from kamlib.errors import DataError, SettingsError
from kamlib.settings import load_settings
from kamlib.settings.kept import FILE, Why, keep_settings, kept_settings

WHY = Why('Ann "x" Ö', dt.date(2026, 1, 2), "too many\nare A", "A: 38 -> 29")
TEXT = """# House settings
[abc]  # classes
months = 12
cuts = [
  0.8,
  0.95,
]  # agreed

[churn]
gap_multiple = 3.0 # as "ever" # yes
"""
VALUES = {"abc.cuts": (0.75, 0.95), "churn.gap_multiple": 2.5, "churn.min_silence_days": 90,
          "key.hours_share": 0.4}  # fmt: skip


def keep(folder, values=VALUES, why=WHY):
    return keep_settings(folder, load_settings(folder), values, why)


def test_what_is_kept_holds_and_the_rest_stays(tmp_path):
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")
    keep(tmp_path)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert text.startswith("# House settings\n[abc]  # classes\nmonths = 12\n")
    assert "cuts = [0.75, 0.95]  # agreed\n" in text
    assert 'gap_multiple = 2.5  # as "ever" # yes\n' in text
    settings = load_settings(tmp_path)
    assert settings.abc.cuts == (0.75, 0.95) and settings.key.hours_share == 0.4
    assert (settings.churn.gap_multiple, settings.churn.min_silence_days) == (2.5, 90)
    records = kept_settings(tmp_path)
    assert records["setting"].tolist() == list(VALUES)[::-1]
    assert records.iloc[-1].tolist() == [
        "abc.cuts", "0.8,0.95", "0.75,0.95", 'Ann "x" Ö', "2026-01-02", "too many are A",
        "A: 38 -> 29",
    ]  # fmt: skip
    keep(tmp_path, {"abc.cuts": (0.7, 0.95)})
    assert kept_settings(tmp_path)["before"].iloc[0] == "0.75,0.95"
    assert load_settings(tmp_path).abc.cuts == (0.7, 0.95)


@pytest.mark.parametrize("text", [
    None, "", "abc.months = 12\n", "[abc]\n", "abc.cuts = [0.8, 0.95] # old\n\n[churn]\n",
])  # fmt: skip
def test_however_the_file_is_written(tmp_path, text):
    if text is not None:
        (tmp_path / FILE).write_text(text, encoding="utf-8")
    keep(tmp_path)
    assert load_settings(tmp_path).abc.cuts == (0.75, 0.95)
    assert len(kept_settings(tmp_path)) == 4


@pytest.mark.parametrize(("values", "why", "told"), [
    ({"abc.cuts": (0.96, 0.95)}, WHY, "must rise"),
    ({"churn.min_silence_days": 0}, WHY, "min_silence_days"),
    ({"abc.cut": (0.7, 0.95)}, WHY, "no setting is called"),
    ({}, WHY, "Nothing is moved"),
    (VALUES, Why(" ", WHY.on, "why", ""), "who keeps this, and why"),
    (VALUES, Why("Ann", WHY.on, "", ""), "who keeps this, and why"),
])  # fmt: skip
def test_what_is_impossible_never_reaches_the_file(tmp_path, values, why, told):
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        keep(tmp_path, values, why)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == TEXT


def test_a_file_that_cannot_be_changed_safely_is_left_alone(tmp_path):
    text = "abc = {cuts = [0.8, 0.95]}\n"
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"Write into it: abc.cuts = \[0.75, 0.95\]"):
        keep(tmp_path)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_where_nobody_may_write_is_named(tmp_path, monkeypatch, number):
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")

    def refused(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(DataError, match="cannot be written"):
        keep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).read_text(encoding="utf-8") == TEXT
