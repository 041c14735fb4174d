"""Each amount that a sentence of the demo company's pack tells stands in a table of the pack."""

import re
from html import unescape

import numpy as np
import pandas as pd

from kamlib.pack.page_list import PAGES

SAID = re.compile(r'<p class="kam-headline"[^>]*>(.*?)</p>|<caption>(.*?)</caption>', re.S)
AMOUNT = re.compile(r"EUR (-?[\d,]+(?:\.\d+)?)")
FEW = 40  # as many values make groups
# What sentences add up from rows that no table of the pack holds one by one.
ELSEWHERE = ("was noted, EUR", "By the rules of today the list would have had")


def amounts(table):
    """A table's numbers, the sums of its columns, and those of groups and up to a day."""
    flat = table.reset_index(drop=True)
    numbers = flat.select_dtypes("number").astype(float)
    yield numbers.to_numpy().ravel()
    groups = {"": pd.Series(0, flat.index)}
    for name in flat.columns.difference(numbers.columns):
        texts = flat[name].astype(str)
        groups[f"{name} known"] = flat[name].isna()
        if texts.nunique() <= FEW:
            groups[name] = texts
        if texts.str.fullmatch(r"\d{4}-\d\d-\d\d|nan").all():
            yield numbers.groupby(texts).sum().cumsum().to_numpy().ravel()
    for group in groups.values():
        for part in (numbers, numbers.clip(lower=0), numbers.clip(upper=0)):
            yield part.groupby(group).sum().to_numpy().ravel()


def known_amounts(folder):
    found = set()
    for path in sorted((folder / "tables").glob("*.csv")):
        for values in amounts(pd.read_csv(path)):
            whole = np.abs(values[np.isfinite(values)])
            found.update(np.round(whole).tolist())
            found.update(np.round(whole, 2).tolist())
    return found


def test_each_amount_of_a_sentence_stands_in_a_table(demo_pack):
    known, seen, lost = known_amounts(demo_pack.folder), 0, []
    for page in PAGES[1:]:
        html = (demo_pack.folder / page.file).read_text(encoding="utf-8")
        for groups in SAID.findall(html):
            text = unescape(re.sub(r"<[^>]+>", "", "".join(groups)))
            for sentence in re.split(r"(?<=[.:]) (?=[A-Z])", text):
                told = [float(each.replace(",", "")) for each in AMOUNT.findall(sentence)]
                if any(words in sentence for words in ELSEWHERE):
                    continue
                seen += len(told)
                lost += [(page.file, sentence) for one in told if abs(one) not in known]
    assert seen > 40, "the sentences were found"
    assert not lost, lost
    assert 123_456.78 not in known
