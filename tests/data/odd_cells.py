"""A part of the demo company whose side tables hold what nobody expects, cell by cell.

Each odd value stands in a row of its own of each column, so that a row has one at most (where
the table has rows enough) and all else of it can be used.
"""

from pathlib import Path

import pandas as pd

from kamlib.data.describe.schema import TABLES
from kamlib.places import PROJECT

MARK = "payload"
ODD = (
    "", "  ", "nan", "None", "NULL", "0", "-5", "12345", "7.5", "1e400", "inf", "2999-12-31",
    "0001-01-01", "31.02.2024", "yes", "\U0001f69a\U0001f69a",
    f"<script>{MARK}(1)</script>", f'=HYPERLINK("http://x/{MARK}";"y")', f"{{={MARK}}}",
    f"http://x/{MARK}", f"internal:'{MARK}'!A1", f"a\nb\t{MARK}", "$E=mc^2$_{x", "%s {0} {name}",
    "\u200b", "\xa0", "\u3000\ufeff", ".", "()", "-", "\u202eabc\u200b",
    "x" * 3000, "北京贸易有限公司", f"'; DROP TABLE {MARK}; --", "a;b;;C1",
    "&L&B&F", "[b]x[/b]", '"quoted"', "|*a*|", "\\", "C1",
)  # fmt: skip
ACCOUNTS = 40
SIDES = tuple(name for name in TABLES if name not in ("transactions", "identities", "rates"))


def part_of_the_demo(folder: Path) -> Path:
    """The largest and the first accounts of the demo company, with all of its tables."""
    demo = PROJECT / "data" / "demo"
    folder.mkdir()
    tables = {
        path.stem: pd.read_csv(path, dtype="str", keep_default_na=False)
        for path in sorted(demo.glob("*.csv"))
        if not path.stem.startswith("truth")
    }
    sold = tables["transactions"]["revenue"].astype("str")
    sums = pd.to_numeric(sold, errors="coerce").groupby(tables["transactions"]["account"]).sum()
    kept = set(sums.nlargest(ACCOUNTS // 2).index) | set(sorted(sums.index)[: ACCOUNTS // 2])
    for name, rows in tables.items():
        if name in ("prospects", "managers", "plans", "plays"):
            continue
        mine = rows["account"].isin(kept) | rows["account"].str.startswith("P")
        tables[name] = rows[mine].reset_index(drop=True)
    for name, rows in tables.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    for name in ("dataset.toml", "settings.toml"):
        (folder / name).write_text((demo / name).read_text("utf-8"), "utf-8")
    return folder


def plant(folder: Path, table: str, columns: tuple[str, ...] = (), odd=ODD) -> None:
    """Put the odd values into a table of a folder, into all of its columns or some."""
    path = folder / f"{table}.csv"
    rows = pd.read_csv(path, dtype="str", keep_default_na=False)
    known = columns or TABLES[table].names
    for name in known:
        if name not in rows:
            rows[name] = ""
    places = [(name, value) for name in known for value in odd]
    for number, (name, value) in enumerate(places):
        # Side by side in the first rows, where the largest accounts are as likely as others.
        rows.loc[number * 7 % len(rows), name] = value
    rows.to_csv(path, index=False)
