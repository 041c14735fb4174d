import pandas as pd
import pytest

from kamlib.quarters import months_covered, new_after, newcomers, short_data_words, span_words

AS_OF = pd.Timestamp("2024-12-31")


@pytest.mark.parametrize(
    ("begins", "covered", "words"),
    [
        ("2020-05-06", 12, "12 months"),
        ("2024-01-31", 12, "12 months"),
        ("2024-02-01", 11, "11 months, since 2024-02-01"),
        ("2024-12-30", 1, "1 month, since 2024-12-30"),
    ],
)
def test_a_year_is_as_long_as_the_data(begins, covered, words):
    assert months_covered(AS_OF, pd.Timestamp(begins)) == covered
    assert span_words(AS_OF, pd.Timestamp(begins)) == words
    said = short_data_words(AS_OF, pd.Timestamp(begins))
    assert bool(said) == (covered < 12) and words.partition(",")[0] in (said or words)


def test_who_stands_in_the_first_months_of_the_data_is_new_only_by_what_is_known():
    days = ["2023-10-05", "2024-03-31", "2024-06-30", "2024-07-01", "2024-12-01", None]
    first = pd.Series(pd.to_datetime(days), list("abcdef"))

    def new(begins, since=None):
        found = newcomers(first, as_of=AS_OF, months=6, data_from=begins, since=since)
        after = new_after(AS_OF, pd.Timestamp("2020-01-01") if begins is None else begins, 6)
        assert since is not None or (found == (first > after)).all()
        return found.index[found].tolist()

    assert new(None) == new(pd.Timestamp("2023-10-05")) == ["d", "e"]
    assert new(pd.Timestamp("2024-02-01")) == ["e"]
    since = pd.Series(pd.to_datetime(["2024-11-01", "2011-01-01"]), ["d", "e"])
    assert new(pd.Timestamp("2024-02-01"), since) == ["d", "e"]
    assert new(pd.Timestamp("2024-10-01"), since) == ["d"]
