"""Sales dated after the day of the run are asked about; the clock plays no part."""

import pandas as pd
from invented import described, lines, opened

from kamlib.data.doubts.days import day_doubts
from kamlib.data.doubts.doubt import Doubt
from kamlib.data.read.dataset import changed, load_dataset
from kamlib.data.reduce.ledger import open_ledger
from kamlib.data.reduce.opening import engine_of


def doubts(guessed, today):
    tables = opened(guessed)
    return list(day_doubts(tables.dataset, tables.ledger, today=pd.Timestamp(today)))


def test_lines_after_today_are_asked_and_can_be_left_out(tmp_path):
    guessed = described(tmp_path, {"a.csv": lines(month=1) + lines(13, 18, month=9)})
    [doubt] = doubts(guessed, "2025-02-10")
    assert isinstance(doubt, Doubt)
    assert doubt.is_open
    assert doubt.rows == 12
    assert "2025-09-18" in doubt.what
    dataset = load_dataset(guessed.path.parent)
    source = changed(dataset.tables["transactions"], doubt.answers[1].changes, "")
    left = dataset.model_copy(update={"tables": {"transactions": source}})
    fates = open_ledger(engine_of(left, threads=1), left).fates
    assert fates.set_index("step")["rows"].to_dict() == {"kept": 24, "excluded": 12}


def test_a_month_ahead_is_no_doubt(tmp_path):
    assert not doubts(described(tmp_path, {"a.csv": lines()}), "2024-12-25")
