"""The first page as the body of a mail: tables with styles of their own, no script."""

from collections.abc import Iterable
from html import escape

from kamlib.analysis.summary.brief_words import brief, short_name
from kamlib.analysis.summary.stakes import stake_words
from kamlib.show.first_page import (
    FirstPage,
    call_words,
    linked_to,
    mark_words,
    part_words,
    step_words,
)
from kamlib.show.theme import GRID, INK, MUTED
from kamlib.show.vector import BAD, GOOD, spark_text
from kamlib.words import _, language, money, short, told

_FONT = "font-family:Segoe UI,Helvetica,Arial,sans-serif"
_CELL = f"padding:5px 8px 5px 0;border-bottom:1px solid {GRID};vertical-align:top"
_RIGHT = f"{_CELL};text-align:right;white-space:nowrap"
_SMALL = f"color:{MUTED};font-size:12px"


def mail_body(page: FirstPage) -> str:
    """The whole page in HTML that any mail program shows, 640 pixels wide."""
    parts = [
        f'<p style="{_SMALL};margin:0">{escape(told(page.title))}</p>',
        f'<h1 style="font-size:22px;line-height:1.25;margin:4px 0 14px">'
        f"{escape(told(page.verdict))}</h1>",
        _table([_tiles(page)]),
        _list(page.steps_title, page, _steps(page)),
        _list(page.sides_title, page, _sides(page)),
        _list(_("At stake"), page, _stakes(page)),
        _list(page.monday_title, page, _monday(page)),
        _said(page.others),
        _said(brief(told(page.last_quarter), 3 * page.words), _("Last quarter")),
        f'<p style="{_SMALL}">{escape(told(page.data))}</p>',
        _link(linked_to(page)),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        f"<title>{escape(told(page.title))}</title></head>\n"
        f'<body style="margin:0;padding:16px;background:#ffffff;color:{INK};{_FONT};'
        f'font-size:14px;line-height:1.4"><div style="max-width:640px;margin:0 auto">\n'
        + "\n".join(part for part in parts if part)
        + "\n</div></body></html>\n"
    )


def _tiles(page: FirstPage) -> str:
    cells = ""
    for tile in page.tiles:
        marks = "<br>".join(
            f'<span style="color:{_colour(mark.good)}">{escape(mark_words(mark))}</span>'
            for mark in tile.marks
        )
        beside = (
            f' <span style="{_SMALL}">{escape(told(tile.beside))}</span>' if tile.beside else ""
        )
        cells += (
            f'<td style="padding:8px;background:#f4f7fa;border:3px solid #ffffff;'
            f'vertical-align:top;font-size:12px"><span style="{_SMALL}">'
            f"{escape(told(tile.label))}</span><br>"
            f'<b style="font-size:18px">{escape(tile.figure)}</b>{beside}<br>{marks}'
            f'<br><span style="color:{MUTED}">{spark_text(tile.series)}</span></td>'
        )
    return f"<tr>{cells}</tr>"


def _steps(page: FirstPage) -> Iterable[str]:
    if page.steps:
        names = "".join(
            f'<td style="{_RIGHT};{_SMALL}">{escape(told(step.name))}</td>' for step in page.steps
        )
        sizes = "".join(f'<td style="{_RIGHT}">{step_words(step)}</td>' for step in page.steps)
        yield f"<tr>{names}</tr><tr>{sizes}</tr>"


def _sides(page: FirstPage) -> Iterable[str]:
    for row in page.sides.itertuples():
        gap = f"{'+' if row.gap >= 0 else ''}{short(row.gap)}"
        yield (
            f'<tr><td style="{_CELL}">{escape(short_name(row.name))}</td>'
            f'<td style="{_RIGHT}">{escape(part_words(row.value, row.against))}</td>'
            f'<td style="{_RIGHT};color:{_colour(row.gap >= 0)}">{gap}</td></tr>'
        )


def _stakes(page: FirstPage) -> Iterable[str]:
    for _n, row in page.stakes.iterrows():
        who = told(stake_words(row)).replace(row["name"], short_name(row["name"]))
        yield (
            f'<tr><td style="{_CELL};color:{MUTED}">{escape(told(row["group"]))}</td>'
            f'<td style="{_CELL}"><b>{escape(told(row["what"]))}</b><br>{escape(who)}</td>'
            f'<td style="{_RIGHT}"><b>{money(row["money"])}</b><br>'
            f'<span style="{_SMALL}">{escape(told(row["unit"]))}</span></td></tr>'
        )


def _monday(page: FirstPage) -> Iterable[str]:
    for row in page.monday.itertuples():
        why, do = call_words(row, page)
        who = f"{escape(row.who)}<br>" if row.who else ""
        yield (
            f'<tr><td style="{_CELL}">{who}<b>{escape(short_name(row.name))}</b></td>'
            f'<td style="{_RIGHT}">{money(row.stake)}</td>'
            f'<td style="{_CELL}">{escape(why)}<br><b>{escape(do)}</b></td></tr>'
        )


def _list(title: str, page: FirstPage, rows: Iterable[str]) -> str:
    listed = list(rows)
    if not listed:
        return ""
    text = f"{told(title)} ({page.currency})" if page.currency else told(title)
    return _title(text) + _table(listed)


def _title(text: str) -> str:
    return (
        f'<h2 style="font-size:15px;margin:18px 0 2px;border-bottom:2px solid {INK}">'
        f"{escape(text)}</h2>"
    )


def _table(rows: Iterable[str]) -> str:
    style = "border-collapse:collapse;width:100%;font-size:13px"
    return f'<table role="presentation" style="{style}">{"".join(rows)}</table>'


def _said(text: str, title: str = "") -> str:
    if not text:
        return ""
    heading = _title(told(title)) if title else ""
    return f'{heading}<p style="margin:6px 0;font-size:13px">{escape(told(text))}</p>'


def _link(address: str) -> str:
    told_of = escape(told(_("Open the pack")))
    return (
        f'<p style="margin:14px 0"><a href="{escape(address)}">{told_of}</a></p>' if address else ""
    )


def _colour(good: bool | None) -> str:
    return {None: INK, True: GOOD, False: BAD}[good]
