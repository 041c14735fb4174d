"""What is still open of the data, as the first page says it."""

from kamlib.chapters.summary import open_questions_told
from kamlib.data.doubts.reading import OpenQuestion


def test_open_questions_are_a_sentence_and_none_is_nothing():
    one = OpenQuestion("sides", "Do they take money away?", {"minus": "", "plus": ""}, 0.004)
    assert open_questions_told([]) == ""
    assert open_questions_told([one]) == (
        "1 question is open: Do they take money away? (0.4 % of revenue)"
    )
    assert open_questions_told([one, one]).startswith("2 questions are open: Do they")
