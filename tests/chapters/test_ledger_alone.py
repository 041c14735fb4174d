"""A company of which only the sales are known is not blamed for what nobody records."""

import shutil
from types import SimpleNamespace

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.segments.plan_sentences import portfolio_headline
from kamlib.chapters.segments import Segments
from kamlib.places import data_roots

QUICK = {"stability.resamples": 10, "replay.quarters": 1}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The demo company's sales without any other table."""
    demo = next(root / "demo" for root in data_roots() if (root / "demo").is_dir())
    folder = tmp_path_factory.mktemp("ledger")
    shutil.copy(demo / "transactions.csv", folder)
    whole = (demo / "dataset.toml").read_text(encoding="utf-8")
    sales = whole.partition("\n[accounts]")[0]
    (folder / "dataset.toml").write_text(sales, encoding="utf-8")
    return open_book(folder, settings=QUICK)


def test_no_dossier_is_thin_where_nobody_keeps_any(book):
    segments = book.segments
    nothing = "Nothing is recorded that would show one of the five mistakes."
    assert segments.common_mistakes == nothing
    assert segments.mistakes["mistakes"].sum() == segments.mistakes["known"].sum() == 0
    assert segments.manager_mistakes.empty
    assert segments.tables.manager_mistakes.plain == nothing
    assert len(segments.dossier_completeness) == len(segments.classes)


@pytest.mark.parametrize(("named", "judged"), [(["M1", ""], True), ([""], False)])
def test_nobody_is_held_to_the_hours_of_nobody(named, judged):
    columns = ["margin", "at_risk", "hours_needed", "hours_available", "plan", "plan_doubt"]
    row = (1.0, 2.0, 28_874.0, 260.0, float("nan"), "")
    portfolio = pd.DataFrame([row] * len(named), pd.Index(named, name="manager"), columns)
    chapter = SimpleNamespace(portfolio=portfolio)
    chapter.managers = Segments.managers.compute(chapter)
    assert len(chapter.managers) == (len(named) if judged else 0)
    if not judged:
        assert Segments.hours.compute(chapter) is Segments.plan_actual.compute(chapter) is None
        assert portfolio_headline(portfolio) == (
            "The data names no managers: nobody's plan and hours can be judged. Margin at risk: 2."
        )
