"""Settings: defaults, overrides in their order, and refusals that name the nearest."""

import pytest

from kamlib.errors import SettingsError, nearest_name
from kamlib.settings import Settings, load_settings, settings_table


def test_overrides_win_over_the_file_and_the_file_over_defaults(tmp_path):
    (tmp_path / "settings.toml").write_text("[abc]\nmonths = 24\ncuts = [0.5, 0.9]\n")
    assert load_settings().abc.months == 12
    assert load_settings(tmp_path).abc.months == 24
    settings = load_settings(tmp_path, {"abc.months": "6", "abc": {"measure": "margin"}})
    assert (settings.abc.months, settings.abc.measure) == (6, "margin")
    assert settings.abc.cuts == (0.5, 0.9)


@pytest.mark.parametrize("value", ["0.7,0.9", "0.7, 0.9", [0.7, 0.9], (0.7, 0.9)])
def test_a_pair_of_cuts_may_be_text_or_numbers(value):
    assert load_settings(None, {"abc.cuts": value}).abc.cuts == (0.7, 0.9)


@pytest.mark.parametrize(
    "given, told",
    [
        ({"abc.cut": 1}, '"abc.cut"; did you mean "abc.cuts"'),
        ({"abd": {"cuts": [0.7, 0.9]}}, '"abd.cuts"; did you mean "abc.cuts"'),
        ({"abc": 3}, 'no setting is called "abc"'),
        ({"abc.cuts": "0.9,0.7"}, "abc.cuts = .*must rise; the default is 0.8,0.95"),
        ({"abc.cuts": "0.9"}, "abc.cuts"),
        ({"abc.cuts": "0.9,much"}, "abc.cuts = much"),
        ({"abc.months": 0}, "abc.months = 0: .*; the default is 12"),
        ({"abc.months": 1.5}, "abc.months = 1.5"),
        ({"abc.measure": "profit"}, "abc.measure = profit: .*'revenue' or 'margin'"),
        ({"churn.gap_multiple": "inf"}, "churn.gap_multiple = inf"),
        ({"churn.gap_multiple": "nan"}, "churn.gap_multiple = nan"),
        ({"xyz.frequency_cuts": "0.2,0.8"}, "must fall"),
        ({"rfm.recency_cuts": "30,60,90"}, "rfm.recency_cuts = .*four cut-offs, or empty"),
        ({"rfm.recency_cuts": "30,60,90,90"}, "must rise; the default is empty"),
    ],
)
def test_unknown_names_and_impossible_values_are_refused(given, told):
    with pytest.raises(SettingsError, match=told):
        load_settings(None, given)


def test_a_broken_settings_file_is_named(tmp_path):
    (tmp_path / "settings.toml").write_text("[abc\n")
    with pytest.raises(SettingsError, match="settings.toml: is not valid TOML"):
        load_settings(tmp_path)


def test_nothing_can_be_changed_later():
    with pytest.raises(ValueError, match="frozen"):
        Settings().abc.months = 3


def test_the_table_marks_what_was_changed_and_reads_back():
    settings = load_settings(None, {"concentration.top": "1,3"})
    table = settings_table(settings).set_index("name")
    assert table.loc[table["changed"]].index.to_list() == ["concentration.top"]
    assert load_settings(None, table["value"].to_dict()) == settings
    assert table["source"].str.len().gt(0).all()


def test_the_nearest_name_ignores_case_and_says_nothing_when_far():
    assert nearest_name("REVENUES", ["revenue", "margin"]) == '; did you mean "revenue"?'
    assert nearest_name("zzz", ["revenue"]) == ""


@pytest.mark.parametrize(
    "text", ['{"abc.cuts": "0.7,0.9"}', '{"abc": {"cuts": [0.7, 0.9]}}', ' {"abc.cuts":"0.7,0.9"} ']
)
def test_settings_as_json_text_are_those_of_a_mapping(text):
    assert load_settings(overrides=text).abc.cuts == (0.7, 0.9)
    assert load_settings(overrides="") == load_settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [("{abc: 1}", "is no JSON"), ("[1]", "is no mapping"), ('{"abc.cutz": 1}', "abc.cuts")],
)
def test_json_text_that_is_none_or_names_no_setting_is_refused(text, said):
    with pytest.raises(SettingsError, match=said):
        load_settings(overrides=text)
