"""The packs of a data set, one beside the other: the page that leads to each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from kamlib.pack.pages import page_css
from kamlib.proof.manifest import MANIFEST, read_manifest
from kamlib.saving import is_link, save_text
from kamlib.show.tables import TABLE_CSS, as_cards
from kamlib.words import _, count, day, language, money, told

ARCHIVE = "index.html"
_MONTHS = 3


@dataclass(frozen=True)
class Written:
    """A pack that stands there: its folder's name and what its manifest says."""

    folder: str
    manifest: Mapping[str, Any]
    workbook: str

    @property
    def as_of(self) -> str:
        """The last day of its quarter."""
        return str(self.manifest["as_of"])

    @property
    def revenue(self) -> float:
        """What was sold in its quarter, in the currency of the data set."""
        last = pd.Period(self.as_of, "M")
        own = {str(last - back) for back in range(_MONTHS)}
        months = self.manifest["figures"]["months"]
        return float(sum(Decimal(each["revenue"]) for name, each in months.items() if name in own))

    @property
    def state(self) -> str:
        """How its making went, in words."""
        failed = len(self.manifest["failures"])
        broken = sum(not holds for holds in self.manifest["checks"].values())
        if failed:
            return _("pages that could not be made: {n}").format(n=count(failed))
        if broken:
            return _("checks that do not hold: {n}").format(n=count(broken))
        if not self.manifest["complete"]:
            return _("the quarter was not over: data to {day}").format(
                day=day(pd.Timestamp(self.manifest["data_to"]))
            )
        return _("complete")


def packs_written(folder: Path) -> list[Written]:
    """The packs in the folder of a data set, the last quarter first."""
    found = sorted(_found(folder), key=lambda pack: pack.folder)
    return sorted(found, key=lambda pack: pack.as_of, reverse=True)


def write_archive(folder: Path, title: str) -> None:
    """Write the page that leads to the packs of a data set.

    Parameters
    ----------
    folder
        Where they are, ``reports/<dataset>``.
    title
        What the company is called.
    """
    packs = packs_written(folder)
    rows = "\n".join(map(_row, packs))
    heads = (_("Quarter"), _("As of"), _("Revenue of the quarter"), _("Workbook"), _("State"))
    html = _PAGE.format(
        language=language(),
        title=escape(f"{told(_('All packs'))} – {title}"),
        company=escape(title),
        heading=escape(told(_("All packs"))),
        heads="".join(f'<th scope="col" class="short">{escape(told(head))}</th>' for head in heads),
        rows=rows,
        css=f"{page_css()}{TABLE_CSS}",
    )
    save_text(folder / ARCHIVE, as_cards(html), within=folder.parent)


def _found(folder: Path) -> Iterator[Written]:
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        if path.parent.name.startswith(".") or is_link(path) or is_link(path.parent):
            continue
        try:
            manifest = read_manifest(path.parent)
            pack = Written(path.parent.name, manifest, _workbook(path.parent))
            _row(pack)
        except (ValueError, LookupError, TypeError, ArithmeticError, AttributeError):
            continue  # not as kamlib wrote it: kam verify says of a pack what was altered
        yield pack


def _workbook(pack: Path) -> str:
    found = sorted((path.name for path in pack.glob("*.xlsx")), key=lambda name: (len(name), name))
    return next(iter(found), "")  # the second one has a longer name


def _row(pack: Written) -> str:
    name, workbook = quote(pack.folder), escape(pack.workbook)
    link = f'<a href="{name}/{quote(pack.workbook)}">{workbook}</a>' if workbook else ""
    quarter = escape(str(pack.manifest["quarter"]))
    cells = (
        f'<th scope="row" class="short"><a href="{name}/index.html">{quarter}</a></th>',
        f'<td class="short">{escape(day(pd.Timestamp(pack.as_of)))}</td>',
        f'<td class="num">{escape(money(pack.revenue, str(pack.manifest["currency"])))}</td>',
        f'<td class="short">{link}</td>',
        f'<td class="short">{escape(told(pack.state))}</td>',
    )
    return f"<tr>{''.join(cells)}</tr>"


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{css}
</style>
</head>
<body>
<header><p class="pack"><strong>{company}</strong></p></header>
<main id="content">
<h1>{heading}</h1>
<div class="output kam-output"><table class="kam-table">
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
</main>
</body>
</html>
"""
