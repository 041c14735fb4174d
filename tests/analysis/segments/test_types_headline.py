"""The sentence on types says how many there are, and when the fallback was used."""

import pandas as pd

from kamlib.analysis.segments.types import types_headline
from kamlib.settings import Settings

IDS = pd.Index([f"a{i}" for i in range(12)], name="account", dtype="str")


def classes(values):
    return pd.DataFrame({"margin": float("nan"), "revenue": values, "value": values}, IDS)


def types(**named):
    names = ("breadwinner", "prospective", "image", "expert")
    return pd.DataFrame(
        {name: [i in named.get(name, ()) for i in range(12)] for name in names}, IDS
    )


def test_a_company_with_breadwinners():
    told = types_headline(
        types(breadwinner=[0], image=[1, 2], expert=[3], prospective=[4]),
        classes([100.0, *[5.0] * 11]), settings=Settings())  # fmt: skip
    assert told == "Breadwinners: 1, prospective: 1, image: 2, expert: 1."


def test_a_fragmented_company_says_so_and_what_is_missing():
    told = types_headline(types(breadwinner=range(10)), classes([5.0] * 12), settings=Settings())
    assert "Nobody brings 10 % of revenue" in told
    assert "the 10 largest are named" in told
    assert "Without any: prospective, image, expert" in told


def test_no_types_at_all():
    told = types_headline(types(), classes([0.0] * 12), settings=Settings())
    assert told.startswith("No account is of any")
