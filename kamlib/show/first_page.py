"""The first page: verdict, tiles, bridge, what is at stake and whom to call, on one sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from kamlib.analysis.summary.brief_words import brief, short_name
from kamlib.analysis.summary.stakes import stake_words
from kamlib.analysis.summary.tiles import Mark, Tile
from kamlib.show.sentences import MARK, Html
from kamlib.show.sheet_style import CSS
from kamlib.show.sheet_tables import NUMBER, account_html, person_html, rows_html
from kamlib.show.vector import against_bar, filled_bar, spark_text, sparkline, step_bar
from kamlib.words import _, capital, money, share, short, signed, told

UP, DOWN = "▲", "▼"
_TENFOLD = 10
MOST = 1.5  # a bar of more than so many times what it is held against is cut


@dataclass(frozen=True)
class Step:
    """One column of the bridge: what it is, its size (currency), its colour; ends stand on 0."""

    name: str
    size: float
    colour: str
    end: bool = False


@dataclass(frozen=True)
class FirstPage:
    """All that the first page says, for a screen, a sheet of paper, a text and a mail.

    ``steps`` are the bridge's columns (empty without an earlier quarter); ``sides`` the rows
    beside it (``name``, ``value``, ``against``, ``gap``), under ``sides_title``; ``stakes`` the
    table of ``at_stake``; ``monday`` one row per manager (``who``, ``subject``, ``name``,
    ``stake``, ``why``, ``do``), ``others`` who stands on no row; ``pages`` the addresses that the
    headings lead to, by ``bridge``, ``sides``, ``monday``, ``lists`` and ``data``; ``caveat`` what
    is to be known of the rows that it rests on, with ``whose`` they are; ``address`` where the
    page itself is reached, for a mail; only a whole address counts.
    """

    title: str
    verdict: str
    currency: str
    tiles: Sequence[Tile]
    steps: Sequence[Step]
    steps_title: str
    sides: pd.DataFrame
    sides_title: str
    stakes: pd.DataFrame
    monday: pd.DataFrame
    monday_title: str
    others: str
    last_quarter: str
    data: str
    caveat: str
    pages: dict[str, str]
    words: int = 12
    address: str = ""

    @property
    def whose(self) -> frozenset[str]:
        """The accounts and prospects whose rows have a warning: a mark stands at their names."""
        return getattr(self.caveat, "whose", frozenset())


def verdict_html(page: FirstPage) -> Html:
    """The headline, with the style of the sheet."""
    text = told(page.verdict)
    return Html(f'<style>{CSS}</style><h1 class="kf-verdict">{escape(text)}</h1>', text)


def tiles_html(tiles: Sequence[Tile]) -> Html:
    """The figures side by side, each a link to the page that tells more."""
    return Html(
        f'<div class="kf-tiles">{"".join(map(_tile, tiles))}</div>', "\n".join(map(_plain, tiles))
    )


def change_html(page: FirstPage) -> Html:
    """The bridge, and beside it each manager or account against what it is held against."""
    parts = [part for part in (_bridge(page), _sides(page)) if part.html]
    columns = "".join(f"<section>{part.html}</section>" for part in parts)
    return Html(f'<div class="kf-two">{columns}</div>', "\n\n".join(p.plain for p in parts))


def stakes_html(page: FirstPage) -> Html:
    """What can be kept, earned and won, most first."""
    rows = page.stakes
    if rows.empty:
        return Html("", "")
    title = _title(_("At stake"), page.currency)
    body = "".join(
        f"<tbody>{''.join(_stake(row, at, len(part), page) for at, row in enumerate(part))}</tbody>"
        for part in _by_group(rows)
    )
    plain = [
        f"{told(row['group'])} · {told(row['what'])}: {money(row['money'], page.currency)} "
        f"{told(row['unit'])}; {told(stake_words(row))}"
        for _n, row in rows.iterrows()
    ]
    return Html(f'{_heading(title)}<table class="kf-table kf-stakes">{body}</table>',
                "\n".join([title, *plain]))  # fmt: skip


def monday_html(page: FirstPage) -> Html:
    """The first call of each manager, with its money, its reason and what to do."""
    rows = page.monday
    if rows.empty:
        return Html("", "")
    title = _title(page.monday_title, page.currency)
    named = (rows["who"] != "").any()
    heads = {
        **({_("Who"): ""} if named else {}),
        **{_("Account"): "", _("At stake a year"): NUMBER, _("Because"): "", _("Do"): ""},
    }
    cells, plain = [], [title]
    for row in rows.itertuples():
        name, (why, do) = short_name(row.name), call_words(row, page)
        person = [person_html(row.manager, row.who)] if named else []
        account = _account(row.subject, row.name, page)
        do_html = f"<b>{escape(do)}</b>"
        cells.append([*person, account, money(row.stake), escape(why), do_html])
        who = f"{row.who}: " if row.who else ""
        plain.append(f"{who}{name} ({money(row.stake, page.currency)}). {why} -> {do}")
    others = told(page.others)
    more = f'<p class="kf-small">{escape(others)}</p>' if others else ""
    heading = _heading(title, page.pages.get("monday", ""))
    html = f"{heading}{rows_html(heads, cells, 'kf-monday')}{more}"
    return Html(html, "\n".join([*plain, *([others] if others else [])]))


def call_words(row: tuple, page: FirstPage) -> tuple[str, str]:
    """Why somebody is called and what is done, in as few words as the sheet has room for."""
    it = told(_("it"))
    texts = (told(text).replace(row.name, it) for text in (row.why, row.do))
    why, do = (capital(brief(text, page.words)) for text in texts)
    return why, do


def last_quarter_html(page: FirstPage) -> Html:
    """What was advised a quarter ago, what was done, and what happened."""
    text, title = brief(told(page.last_quarter), 3 * page.words), told(_("Last quarter"))
    if not text:
        return Html("", "")
    heading = _heading(title, page.pages.get("lists", ""))
    return Html(f'{heading}<p class="kf-said">{escape(text)}</p>', f"{title}\n{text}")


def data_html(page: FirstPage) -> Html:
    """One line on data and settings, with a link to what tells more."""
    text, label = told(page.data), told(_("Data and settings"))
    if page.caveat:
        mark = f"{MARK} " if page.whose else ""
        text = f"{text} {mark}{brief(told(page.caveat), 2 * page.words)}"
    link = f'<a href="{escape(page.pages["data"])}">{escape(label)}</a>'
    return Html(f'<p class="kf-small kf-data">{escape(text)} {link}</p>', text)


def parts_of(page: FirstPage) -> list[Html]:
    """All parts of the page in their order."""
    return [
        verdict_html(page), tiles_html(page.tiles), change_html(page), stakes_html(page),
        monday_html(page), last_quarter_html(page), data_html(page),
    ]  # fmt: skip


def summary_text(page: FirstPage) -> str:
    """The page as a plain text."""
    parts = [told(page.title), *(part.plain for part in parts_of(page)), linked_to(page)]
    return "\n\n".join(part for part in parts if part) + "\n"


def linked_to(page: FirstPage) -> str:
    """The page's own address, where it is a whole one."""
    return page.address if "://" in page.address else ""


def log_line(page: FirstPage) -> str:
    """The page as one line for a log: whose quarter it is, and the verdict."""
    return " ".join(f"{told(page.title)}: {told(page.verdict)}".split())


def _tile(tile: Tile) -> str:
    about = told(_("the last quarters: {values}")).format(values=", ".join(map(short, tile.series)))
    drawn = sparkline(tile.series, escape(about)) if tile.series else ""
    if tile.filled is not None:
        drawn = filled_bar(tile.filled, escape(share(tile.filled, 0)))
    marks = "".join(f"<li{_look(mark)}>{escape(mark_words(mark))}</li>" for mark in tile.marks)
    beside = f" <small>{escape(told(tile.beside))}</small>" if tile.beside else ""
    return (
        f'<a class="kf-tile" href="{escape(tile.page)}"><span>{escape(told(tile.label))}</span>'
        f"<strong>{escape(tile.figure)}{beside}</strong><ul>{marks}</ul>{drawn}</a>"
    )


def mark_words(mark: Mark) -> str:
    """A change with its arrow."""
    return f"{arrow(mark)}{told(mark.text)}"


def arrow(mark: Mark) -> str:
    """Up, down, or nothing where it is no change."""
    return "" if mark.up is None else f"{UP if mark.up else DOWN} "


def _look(mark: Mark) -> str:
    return "" if mark.good is None else f' class="{"good" if mark.good else "bad"}"'


def _plain(tile: Tile) -> str:
    marks = ", ".join(map(mark_words, tile.marks))
    beside = f" ({told(tile.beside)})" if tile.beside else ""
    parts = [f"{told(tile.label)}: {tile.figure}{beside}", marks, spark_text(tile.series)]
    return "  ".join(part for part in parts if part)


def _bridge(page: FirstPage) -> Html:
    if not page.steps:
        return Html("", "")
    title = _title(page.steps_title, page.currency)
    plain = ", ".join(f"{told(step.name)} {step_words(step)}" for step in page.steps)
    columns = "".join(_bars(page.steps))
    html = f'{_heading(title, page.pages.get("bridge", ""))}<div class="kf-bridge">{columns}</div>'
    return Html(html, f"{title}: {plain}")


def _bars(steps: Sequence[Step]) -> Iterable[str]:
    """The column of each step: its bar, its size above, its name below."""
    levels, level = [], 0.0
    for step in steps:
        start, level = (0.0, step.size) if step.end else (level, level + step.size)
        levels.append((min(start, level), max(start, level), level))
    inner = [low for low, _top, _level in levels[1:-1]]
    low, high = min([*inner, levels[0][1], levels[-1][1]]), max(top for _low, top, _level in levels)
    # Where the steps are small beside the ends, these are cut: what counts is the change.
    floor = max(low - 0.6 * (high - low), 0.0) if low > 0 else low
    span = (high - floor) or 1.0

    def place(value: float) -> float:
        return 0.86 * max(value - floor, 0.0) / span

    before = None
    for step, (bottom, top, level) in zip(steps, levels, strict=True):
        after = None if step is steps[-1] else place(level)
        ends, cut = (place(bottom), place(top)), step.end and floor > 0
        bar = step_bar(*ends, step.colour, start=before, level=after, cut=cut)
        yield (
            f'<div><div class="area">{bar}<b style="bottom:{100 * ends[1]:.1f}%">'
            f"{escape(step_words(step))}</b></div><span>{escape(told(step.name))}</span></div>"
        )
        before = after


def step_words(step: Step) -> str:
    """The size of a column of the bridge, with its sign where it is a change."""
    return short(step.size) if step.end or step.size < 0 else f"+{short(step.size)}"


def _sides(page: FirstPage) -> Html:
    rows = page.sides
    if rows.empty:
        return Html("", "")
    title = _title(page.sides_title, page.currency)
    parts = (rows["value"] / rows["against"].where(rows["against"] > 0)).astype(float)
    most = min(max(1.0, parts.max() if parts.notna().any() else 1.0), MOST)
    body, plain = "", []
    for row, part in zip(rows.itertuples(), parts, strict=True):
        good = row.gap >= 0
        shown, size = part_words(row.value, row.against), f"{'+' if good else ''}{short(row.gap)}"
        body += (
            f'<tr><th scope="row" title="{escape(row.name)}">{_side_name(rows, row)}</th>'
            f'<td class="bar">{against_bar(part, most)}</td><td class="num">{shown}</td>'
            f'<td class="num {"good" if good else "bad"}">{size}</td></tr>'
        )
        plain.append(f"{row.name} {shown} ({signed(row.gap)})")
    heading = _heading(title, page.pages.get("sides", ""))
    table = f'<table class="kf-sides"><tbody>{body}</tbody></table>'
    return Html(f"{heading}{table}", f"{title}: {', '.join(plain)}")


def _side_name(rows: pd.DataFrame, row: tuple) -> str:
    """Who a row beside the bridge is about; one of us leads to the sheet."""
    name = short_name(row.name)
    return person_html(row.Index, name) if rows.index.name == "manager" else escape(name)


def part_words(value: float, against: float) -> str:
    """A part in per cent, more than tenfold in times; who was not there before is new."""
    if not against > 0:
        return told(_("new"))
    part = value / against
    return f"{part:,.0f} x" if part >= _TENFOLD else share(part, 0)


def _by_group(rows: pd.DataFrame) -> Iterable[list[pd.Series]]:
    for group in rows["group"].unique():
        yield [row for _n, row in rows[rows["group"] == group].iterrows()]


def _stake(row: pd.Series, at: int, rows: int, page: FirstPage) -> str:
    group = f'<th scope="rowgroup" rowspan="{rows}">{escape(told(row["group"]))}</th>'
    name = short_name(row["name"])
    who = escape(told(stake_words(row)).replace(row["name"], name))
    who = who.replace(escape(name), _account(row["subject"], row["name"], page), 1)
    return (
        f"<tr>{'' if at else group}"
        f'<td class="what"><a href="{escape(row["page"])}">{escape(told(row["what"]))}</a></td>'
        f'<td>{who}</td><td class="num"><b>{money(row["money"])}</b></td> '
        f'<td class="unit">{escape(told(row["unit"]))}</td></tr>'
    )


def _account(subject: str, name: str, page: FirstPage) -> str:
    """A name that a page of the pack makes a link where the account has a dossier."""
    return account_html(subject, name) + (f" {MARK}" if subject in page.whose else "")


def _title(text: str, currency: str) -> str:
    return f"{told(text)} ({currency})" if currency else told(text)


def _heading(title: str, page: str = "") -> str:
    text = escape(title)
    return f'<h2 class="kf-h">{f"""<a href="{escape(page)}">{text}</a>""" if page else text}</h2>'
