import pandas as pd
import pytest

from kamlib.analysis.models.reliability import reliability, silence_bands

DAY = pd.Timestamp("2025-06-30")


def test_six_accounts_by_hand():
    said = pd.DataFrame(
        {
            "origin": DAY,
            "account": list("abcdef"),
            "silence_days": [10.0, 20, 30, 90, 30, 30],
            "typical_gap_days": [20.0, 20, 20, 20, 20, float("nan")],
            "rhythm": pd.Categorical(["monthly"] * 2 + ["weekly"] * 3 + ["unknown"]),
            "at_risk": [True, True, True, True, False, True],
            "silent": [0.0, 1, 1, 1, 1, 0],
            "m": [0.1, 0.3, 0.5, 0.9, 0.9, 0.2],
        }
    )
    said["band"] = silence_bands(said)
    found = reliability(said, "m")
    by_silence = found[found["by"] == "silence"].set_index("group")
    assert by_silence.index.tolist() == [
        *("up to 1 usual gap", "1 to 2 usual gaps", "more than 4 usual gaps"),
    ]
    # "e" is not at risk, "f" has no usual gap but a rhythm.
    assert by_silence["n"].tolist() == [2, 1, 1]
    assert by_silence["said"].tolist() == pytest.approx([0.2, 0.5, 0.9])
    assert by_silence["came"].tolist() == [0.5, 1, 1]
    by_rhythm = found[found["by"] == "rhythm"].set_index("group")
    assert by_rhythm["n"].to_dict() == {"monthly": 2, "unknown": 1, "weekly": 2}
    assert by_rhythm.loc["monthly", "came"] == 0.5
    assert reliability(said.iloc[:0], "m").empty
