import io
from html import unescape
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz
from kamlib.analysis.abc_xyz.matrix import matrix
from kamlib.analysis.measures.rhythm import with_rhythm
from kamlib.chapters.abc_xyz import AbcXyz
from kamlib.explore.abc_xyz import explore_abc_xyz
from kamlib.settings import Settings, load_settings
from kamlib.settings.kept import kept_settings
from kamlib.settings.rhythm import RhythmSettings
from kamlib.show.tables import table

AS_OF = pd.Timestamp("2025-12-31")
MONTHS = pd.period_range("2023-01", "2025-12", freq="M")
NO_TWINS = pd.DataFrame({"twin": "", "goes_on": False, "was_there": False, "words": ""}, ["-"])


def made_book(accounts=40, seed=3):
    """``months``, ``orders``, ``accounts`` of buyers from monthly to rare, large to small."""
    draw = np.random.default_rng(seed)
    rows, orders, ids = [], [], [f"a{i:03d}" for i in range(accounts)]
    ordered = []
    for rank, account in enumerate(ids):
        bought = MONTHS[draw.random(len(MONTHS)) < draw.choice([1.0, 0.6, 0.3])]
        days = [month.start_time + pd.Timedelta(days=draw.integers(28)) for month in bought]
        ordered += [(account, day) for day in days]
        gaps = np.diff(np.array(days, "datetime64[D]")).astype(float)
        size = 50_000 / (rank + 1) ** 1.4
        for at, month in enumerate(bought):
            gap = gaps[at - 1 : at] if at else gaps[:0]
            revenue = round(size * draw.uniform(0.5, 1.5), 2)
            figures = [revenue, round(revenue * draw.uniform(-0.1, 0.4), 2), 1]
            rows.append((account, month, *figures, len(gap), int(gap.sum()), int((gap**2).sum())))
        figures = [np.median(gaps), gaps.mean(), gaps.std(), np.log(gaps).sum()]
        orders.append((AS_OF, account, days[0], days[-1], len(days), len(gaps), *figures))
    months = pd.DataFrame(
        rows,
        columns=[
            *("account", "month", "revenue", "margin", "order_days"),
            *("gaps", "gap_days", "gap_days_squared"),
        ],
    )
    orders = pd.DataFrame(
        orders,
        columns=[
            *("as_of", "account", "first_order", "last_order", "order_days", "gaps"),
            *("gap_median", "gap_mean", "gap_sd", "gap_log_sum"),
        ],
    )
    names = pd.DataFrame(
        {
            "name": [f"Name <{account}> (50 %)" for account in ids],
            "manager": draw.choice(["Ann", "Bo", ""], accounts),
            "region": "North",
        },
        index=pd.Index(ids, name="account", dtype="str"),
    )
    days = pd.DataFrame(ordered, columns=["account", "date"])
    orders = with_rhythm(orders, days, rules=RhythmSettings())
    return months.astype({"month": "period[M]"}), orders, names.astype("str")


BOOK = made_book()


def chapter_of(months, orders, accounts, settings):
    """The chapter of a book that has these frames."""
    return AbcXyz(
        SimpleNamespace(
            months=months,
            orders=orders,
            accounts=accounts,
            as_of=AS_OF,
            seen_to=None,
            tables=SimpleNamespace(data_from=MONTHS[0].start_time),
            identities=SimpleNamespace(twins=NO_TWINS),
            has_margin=bool(months["margin"].notna().any()),
            currency="GBP",
            settings=settings,
            manager_name=lambda manager: {"Ann": "Ann Lee"}.get(manager, manager),
        )
    )


@pytest.fixture
def box():
    return explore_abc_xyz(chapter_of(*BOOK, Settings()))


@pytest.mark.parametrize("cut", [0.5, 0.8, 0.9])
def test_the_page_holds_what_the_explorer_finds(box, cut):
    tried = chapter_of(*BOOK, Settings()).cuts_tried.loc[cut]
    part(box, "abc-cuts-0").value = cut
    assert rows_of(classes_for(abc__cuts=(cut, 0.95))) in part(box, "matrix").value
    found = classes_for(abc__cuts=(cut, 0.95))
    numbers = found["abc"].value_counts()
    assert [tried[f"{each}_accounts"] for each in "abc"] == [numbers[each] for each in "ABC"]
    assert tried["a_share"] == pytest.approx(found.loc[found["abc"] == "A", "share"].sum())
    assert tried["in_force"] == (cut == 0.8) and bool(tried["words"]) == (cut != 0.8)


def test_what_is_moved_is_kept_with_author_reason_and_effect(tmp_path):
    chapter = chapter_of(*BOOK, Settings())
    chapter.book.dataset = SimpleNamespace(folder=tmp_path)
    box = explore_abc_xyz(chapter)
    part(box, "abc-cuts-0").value = 0.5
    part(box, "author").value = "Ann"
    part(box, "keep").click()
    assert "Say who keeps this, and why" in part(box, "kept").value
    part(box, "reason").value = "too <many>"
    part(box, "abc-cuts-1").value = 0.4
    part(box, "keep").click()
    assert "A has to end before B" in part(box, "kept").value
    assert not list(tmp_path.iterdir())
    part(box, "abc-cuts-1").value = 0.95
    part(box, "keep").click()
    assert "Kept in settings.toml: abc.cuts = 0.5,0.95." in part(box, "kept").value
    assert load_settings(tmp_path) == load_settings(overrides={"abc.cuts": (0.5, 0.95)})
    before, after = ((classes_for(abc__cuts=(cut, 0.95))["abc"] == "A").sum() for cut in (0.8, 0.5))
    assert before > after
    (kept,) = kept_settings(tmp_path).to_dict("records")
    assert kept["effect"] == f"Accounts of class A: {before} before, {after} then."
    assert (kept["author"], kept["reason"]) == ("Ann", "too <many>")


def part(box, name):
    """The widget with the CSS class ``kam-explorer-<name>``, as a browser finds it."""
    found = [w for w in walk(box) if f"kam-explorer-{name}" in w._dom_classes]
    assert len(found) == 1, name
    return found[0]


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def classes_for(**overrides):
    names = {name.replace("__", "."): value for name, value in overrides.items()}
    settings = load_settings(overrides=names | {"stability.resamples": 10})
    return abc_xyz(*BOOK, as_of=AS_OF, settings=settings)


def rows_of(classes):
    html = table(matrix(classes), currency="GBP").html
    return html[html.index("<tbody>") : html.index("</tbody>")]


def test_the_explorer_starts_with_what_the_notebook_shows(box):
    assert rows_of(classes_for()) in part(box, "matrix").value
    assert "Matrix of 40 accounts, all managers" in part(box, "matrix").value
    assert part(box, "message").value == ""
    assert "Large and regular (AX)" in part(box, "headline").value


@pytest.mark.parametrize(
    ("moves", "settings"),
    [
        ({"abc-cuts-0": 0.5}, {"abc__cuts": (0.5, 0.95)}),
        ({"abc-cuts-1": 0.9}, {"abc__cuts": (0.8, 0.9)}),
        ({"abc-measure": "margin"}, {"abc__measure": "margin"}),
        ({"xyz-frequency-cuts-0": 0.95}, {"xyz__frequency_cuts": (0.95, 0.33)}),
        ({"xyz-frequency-cuts-1": 0.6}, {"xyz__frequency_cuts": (0.75, 0.6)}),
        ({"xyz-measure": "gap_cv"}, {"xyz__measure": "gap_cv"}),
        (
            {"xyz-measure": "value_cv", "xyz-value-cv-cuts-1": 1.5},
            {"xyz__measure": "value_cv", "xyz__value_cv_cuts": (0.5, 1.5)},
        ),
        (
            {"xyz-measure": "gap_cv", "xyz-gap-cv-cuts-0": 0.2},
            {"xyz__measure": "gap_cv", "xyz__gap_cv_cuts": (0.2, 1.0)},
        ),
    ],
)
def test_moving_a_control_shows_what_the_analysis_returns(box, moves, settings):
    before = part(box, "matrix").value
    for name, value in moves.items():
        part(box, name).value = value
    expected = classes_for(**settings)
    assert rows_of(expected) in part(box, "matrix").value
    assert part(box, "matrix").value != before
    first = expected.index[0]
    assert f">{first}</th>" in part(box, "accounts").value


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ({"abc-cuts-0": 0.97}, "A has to end before B: 97 % is not below 95 %."),
        ({"abc-cuts-0": 0.95}, "A has to end before B: 95 % is not below 95 %."),
        ({"xyz-frequency-cuts-1": 0.8}, "X asks for more months with an order than Y: 75 % is not"),
        (
            {"xyz-measure": "gap_cv", "xyz-gap-cv-cuts-0": 1.2},
            "X allows less variation than Y: 1.20 is not below 1.00.",
        ),
    ],
)
def test_impossible_cuts_are_told_and_the_last_tables_stay(box, moves, told):
    *ways, last = moves
    for name in ways:
        part(box, name).value = moves[name]
    before = part(box, "matrix").value
    part(box, last).value = moves[last]
    assert told in part(box, "message").value
    assert "still show the last cuts" in part(box, "message").value
    assert part(box, "matrix").value == before


def test_the_message_goes_when_the_cuts_are_possible_again(box):
    part(box, "abc-cuts-0").value = 0.97
    part(box, "abc-cuts-0").value = 0.7
    assert part(box, "message").value == ""
    assert rows_of(classes_for(abc__cuts=(0.7, 0.95))) in part(box, "matrix").value


def test_an_error_of_the_analysis_is_shown_not_lost(box, monkeypatch):
    def fail(*args, **options):
        raise KeyError("<gap_cv>")

    monkeypatch.setattr("kamlib.chapters.abc_xyz.abc_xyz", fail)
    part(box, "abc-cuts-0").value = 0.7
    assert unescape(part(box, "message").value).count("<gap_cv>") == 1
    assert "<gap_cv>" not in part(box, "message").value


def test_only_the_cuts_of_the_chosen_lens_are_shown(box):
    part(box, "xyz-measure").value = "value_cv"
    hidden = {
        lens: part(box, f"xyz-{lens}-cuts-0").layout.display
        for lens in ("frequency", "gap-cv", "value-cv")
    }
    assert hidden == {"frequency": "none", "gap-cv": "none", "value-cv": None}
    assert "Value variation" in part(box, "accounts").value


def test_a_manager_narrows_matrix_and_accounts(box):
    part(box, "manager").value = "Ann"
    classes = classes_for()
    ann = classes[classes["manager"] == "Ann"]
    assert rows_of(ann) in part(box, "matrix").value
    assert f"{len(ann)} accounts, Ann" in part(box, "matrix").value
    assert part(box, "accounts").value.count('<th scope="row"') == min(20, len(ann))
    assert [name for name, _value in part(box, "manager").options] == ["all", "Ann Lee", "Bo"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("A017", 1), ("name <a00", 10), ("(50 %)", 40), (".*", 0), ("  a039 ", 1)],
)
def test_search_finds_names_and_ids_as_typed(box, words, found):
    before = part(box, "picture").value
    part(box, "search").value = words
    html = part(box, "accounts").value
    assert f"<caption>{found} accounts</caption>" in html
    assert html.count('<th scope="row"') == min(20, found)
    assert part(box, "picture").value is before


def test_the_picture_is_one_of_the_notebooks(box):
    matrix_picture = part(box, "picture").value
    part(box, "picture-choice").value = "pareto"
    pareto = part(box, "picture").value
    assert pareto != matrix_picture
    assert Image.open(io.BytesIO(pareto)).size == (1248, 768)


def test_without_margin_only_revenue_can_be_chosen():
    months, orders, accounts = BOOK
    nobody = accounts.assign(manager="")
    box = explore_abc_xyz(chapter_of(months.assign(margin=np.nan), orders, nobody, Settings()))
    assert [value for _name, value in part(box, "abc-measure").options] == ["revenue"]
    assert part(box, "message").value == ""
    assert "Revenue" in part(box, "matrix").value
    assert "Margin" not in part(box, "matrix").value


def test_the_data_sets_own_settings_are_the_start():
    settings = load_settings(overrides={"abc.cuts": "0.6,0.9", "xyz.measure": "value_cv"})
    box = explore_abc_xyz(chapter_of(*BOOK, settings))
    assert (part(box, "abc-cuts-0").value, part(box, "abc-cuts-1").value) == (0.6, 0.9)
    expected = classes_for(abc__cuts=(0.6, 0.9), xyz__measure="value_cv")
    html = table(matrix(expected)).html
    assert html[html.index("<tbody>") : html.index("</tbody>")] in part(box, "matrix").value
