"""Every table of targeting has a view in words, of columns that it has."""

import pytest
from target_frames import (
    made_campaign,
    made_committees,
    made_models,
    made_sources,
    made_targets,
    made_tier_hours,
    made_whitespace,
    made_whitespace_check,
    made_win_rates,
)

from kamlib.chapters.chapter import TableMember, ViewMember
from kamlib.chapters.targeting import Targeting
from kamlib.show.columns import COLUMNS, column
from kamlib.show.headings import ENTRIES
from kamlib.show.tables import table

TABLES = {
    *("targets", "target_evidence", "find_out", "already_accounts", "target_models", "win_rates"),
    *("lookalike", "lead_sources", "whitespace", "whitespace_check", "tier_hours", "committees"),
    *("contact_cards", "campaign", "raci", "scorecard"),
}
PLAIN = {
    "need": "Need",
    "budget": "Ability to pay",
    "authority": "Power to decide",
    "fit": "Fit",
    "tier": "Tier",
    "p_win": "Chance to win",
    "expected_value": "A year, if won",
}
MADE = {
    "targets": made_targets(3),
    "target_models": made_models(),
    "win_rates": made_win_rates(),
    "lead_sources": made_sources(),
    "whitespace_matrix": made_whitespace(2),
    "whitespace_check": made_whitespace_check(),
    "tier_hours": made_tier_hours(),
    "committees": made_committees(3)[0],
    "contact_cards": made_committees(3)[1],
    "campaign": made_campaign(2),
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_shows_registered_columns_only(name):
    pages = [
        member.page.columns.split()
        for member in Targeting.members.values()
        if isinstance(member, TableMember | ViewMember) and member.name == name
    ]
    assert any(pages) and all(len(set(view)) == len(view) for view in pages)
    for shown in {shown for view in pages for shown in view}:
        assert f"{name}.{shown}" in COLUMNS or shown in COLUMNS, shown


@pytest.mark.parametrize("name", MADE)
def test_a_made_table_has_no_heading_by_chance(name):
    frame = MADE[name]
    wanted = [*([frame.index.name] if frame.index.name else []), *frame.columns]
    for shown in wanted:
        assert f"{name}.{shown}" in COLUMNS or shown in COLUMNS, shown
    assert table(frame, name=name).html.count('<th scope="col"') >= 5


def test_the_words_of_the_page_are_plain():
    for name, heading in PLAIN.items():
        assert column(name, table="targets").label == heading
    assert column("n", table="target_models").label == "Decided deals"
    assert column("chance", table="whitespace").kind == "share"
    assert column("low", table="whitespace").kind == "money"
    assert column("low", table="win_rates").kind == "share"


def test_no_column_is_registered_twice():
    names = [entry[0] for entry in ENTRIES]
    assert sorted(set(names)) == sorted(names)


def test_what_won_prospects_bought_is_headed_by_its_twelve_months():
    assert column("value_won", table="lead_sources").heading("EUR") == "Bought in a year (EUR)"
