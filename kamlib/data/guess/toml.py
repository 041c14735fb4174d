"""Guesses as a first ``dataset.toml`` and as a table to look through."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import pandas as pd

from kamlib.data.describe.schema import TABLES, Column
from kamlib.data.doubts.doubt import Doubt
from kamlib.data.files.layout import CURRENCIES, Layout
from kamlib.data.guess.formulas import ColumnGuess
from kamlib.data.guess.guess import Guess, Guesses, LookupGuess, Names
from kamlib.data.guess.settle import Settled, stake
from kamlib.data.read.conversion import quoted
from kamlib.data.read.dataset import merged
from kamlib.words import _

REPORT_COLUMNS = ("table", "column", "source", "expression", "samples", "note")
_FALLBACK_CURRENCY = "EUR"
_SURE = 0.85
_COLUMN_OF_COMMENTS = 44
_LONGEST_COMMENT = 300
_INLINE = 3


def dataset_toml(
    title: str,
    currency: str | None,
    guesses: Guesses,
    settled: Settled | None = None,
    files: Sequence[str] = (),
) -> str:
    """The text of a ``dataset.toml`` that says what was guessed and what is still open.

    Parameters
    ----------
    title
        The data set's title.
    currency
        Its currency, or ``None`` to take what a unit or sign in the sources names.
    guesses
        Per canonical table: source, sheet (``None``: any with that header), guess.
    settled
        What a reading of the lines settled or left open, if they were read.
    files
        All files that were looked at, relative to the data set's folder.

    Returns
    -------
    TOML. A side table of which a required column is missing is commented out, so that the
    data set opens without it.
    """
    blocks = [_head(title, currency, guesses, files)]
    if "transactions" not in guesses:
        text = _("[transactions] is required, but none of the files was recognised as such")
        blocks.append(f"# {_comment(text)}\n# [transactions]\n# source = ''\n")
    for table in [name for name in TABLES if name in guesses]:
        source, sheet, guess = guesses[table]
        usable = table == "transactions" or not guess.missing
        decided = settled.decided if settled and table == "transactions" else ()
        changes = reduce(merged, (doubt.changes for doubt in decided), {})
        block = _section(table, source, sheet, guess, changes)
        blocks.append(block if usable else _commented_out(block, guess))
    if settled:
        blocks += settled_blocks(settled)
    return "\n".join(blocks)


def guess_report(guesses: Guesses) -> pd.DataFrame:
    """All guesses as one table, with what is missing and what is not used.

    Returns
    -------
    One row per guessed column, per required column that is missing (``source`` is empty) and
    per source column that nothing uses (``column`` is empty): ``table``, ``column``, ``source``,
    ``expression``, ``samples``, ``note``; all texts.
    """
    rows: list[tuple[str, ...]] = []
    for table in [name for name in TABLES if name in guesses]:
        guess = guesses[table][2]
        for item in guess.columns:
            source, samples = ", ".join(item.sources), ", ".join(item.samples)
            rows.append((table, item.column, source, item.sql, samples, _remark(item)))
        for column in guess.missing:
            text = _("not guessed; required: {help}")
            help_text = _(TABLES[table].column(column).help)
            rows.append((table, column, "", "", "", text.format(help=help_text)))
        rows += [(table, "", _encodable(name), "", "", _("not used")) for name in guess.unused]
    return pd.DataFrame(rows, columns=list(REPORT_COLUMNS), dtype="str")


def _head(title: str, currency: str | None, guesses: Guesses, files: Sequence[str]) -> str:
    text = _("Guessed from the headers by kam init: read every line before you trust a figure.")
    code, why = (currency, "") if currency else _currency(guesses)
    note = f"   # {_comment(why)}" if why else ""
    lines = [f"# {text}", f"title = {_value(title)}", f"currency = {_value(code)}{note}"]
    if files:
        lines.append(f"files = {_value(tuple(files))}   # {_('all that kam init looked at')}")
    return "\n".join(lines) + "\n"


def _currency(guesses: Guesses) -> tuple[str, str]:
    ordered = [guesses[table][2] for table in TABLES if table in guesses]
    for guess in ordered:
        if guess.currency:
            return guess.currency, guess.currency_why
    return _FALLBACK_CURRENCY, _("only a guess: no header and no value names a currency")


def _section(
    table: str, source: Names, sheet: Names | None, guess: Guess, changes: dict[str, Any]
) -> str:
    places = {"source": source} if sheet is None else {"source": source, "sheet": sheet}
    changes = {**places, **changes}
    sections = {key: value for key, value in changes.items() if _is_section(key, value)}
    places = {key: changes.pop(key) for key in places}
    lines = [f"[{table}]", *_entries(places), *layout_lines(guess.layout)]
    if guess.reshape:
        lines.append(f"reshape = {toml_value(guess.reshape)}   # {_('one row per account')}")
    if guess.rename:
        lines.append(
            f"rename = {toml_value(guess.rename)}   # {_('renamed in some sheet or file')}"
        )
    if guess.may_lack:
        lines.append(f"may_lack = {toml_value(guess.may_lack)}   # {_('not in every part')}")
    columns, rules = changes.get("columns", {}), changes.get("exclude", ())
    lines += [
        f"{key} = {toml_value(value)}"
        for key, value in changes.items()
        if key not in ("columns", "exclude", *sections)
    ]
    lines += ["", f"[{table}.columns]"]
    items = [_decided_column(item, columns) for item in guess.columns]
    guessed = {item.column for item in guess.columns}
    why = _("decided, see [decisions]")
    items += [ColumnGuess(column, (), sql, 1.0, "", note=why) for column, sql in columns.items()
              if column not in guessed]  # fmt: skip
    lines += [_with_comment(f"{item.column} = {_value(item.sql)}", item) for item in items]
    lines += [_open_line(c) for c in TABLES[table].columns if c.name not in {*guessed, *columns}]
    written = " ".join(columns.values())
    unused = [name for name in guess.unused if quoted(name) not in written]
    if unused:
        names = ", ".join(_comment(f'"{name}"') for name in unused)
        lines.append(f"# {_('columns of the source that nothing uses')}: {names}")
    lines += [line for lookup in guess.lookups for line in _lookup(table, lookup)]
    for key, value in sections.items():
        lines += ["", f"[{table}.{key}]", *_entries(value)]
    for rule in rules:
        lines += ["", f"[[{table}.exclude]]"]
        lines += [f"{key} = {_value(text)}" for key, text in rule.items()]
    return "\n".join(lines) + "\n"


def _decided_column(item: ColumnGuess, columns: dict[str, str]) -> ColumnGuess:
    """A column's guess as it was decided."""
    sql = columns.get(item.column, item.sql)
    if sql == item.sql:
        return item
    note = _("decided, see [decisions]")
    return replace(item, sql=sql, sources=(), samples=(), confidence=1.0, why="", note=note)


def _lookup(table: str, lookup: LookupGuess) -> list[str]:
    lines = ["", f"[[{table}.lookup]]   # {_comment(lookup.why)}"]
    lines.append(f"source = {_value(lookup.source)}")
    if lookup.sheet:
        lines.append(f"sheet = {_value(lookup.sheet)}")
    lines.append(f"key = {_value(lookup.key)}")
    if lookup.lookup_key:
        lines.append(f"lookup_key = {_value(lookup.lookup_key)}")
    return lines


def _with_comment(line: str, item: ColumnGuess) -> str:
    samples = ", ".join(item.samples)
    remark = "; ".join(text for text in (samples, _remark(item)) if text)
    return f"{line:<{_COLUMN_OF_COMMENTS}} # {_comment(remark)}" if remark else line


def _open_line(column: Column) -> str:
    start = _("REQUIRED: ") if column.required else ""
    unit = f" ({_(column.unit)})" if column.unit else ""
    comment = _comment(start + _(column.help) + unit)
    line = f'# {column.name} = ""'
    return f"{line:<{_COLUMN_OF_COMMENTS}} # {comment}"


def _commented_out(block: str, guess: Guess) -> str:
    text = _("left out until its required columns are given: {names}")
    text = text.format(names=", ".join(guess.missing))
    lines = [line if line.startswith("#") else f"# {line}".rstrip() for line in block.splitlines()]
    return "\n".join((f"# [{guess.table}] {_comment(text)}", *lines)) + "\n"


def _remark(item: ColumnGuess) -> str:
    doubt = "" if item.confidence >= _SURE else _("not sure")
    why = item.why if len(item.sources) > 1 or doubt else ""
    return "; ".join(text for text in (doubt, why, item.note) if text)


def settled_blocks(settled: Settled) -> list[str]:
    """What was decided, in words, and what is asked, each with both answers' totals."""
    blocks = []
    if settled.decided:
        lines = [f"# {_('How kam init knows what it decided.')}", "[decisions]"]
        lines += [f"{doubt.key} = {_value(doubt.statement)}" for doubt in settled.decided]
        blocks.append("\n".join(lines) + "\n")
    return blocks + [
        question_block(doubt, stake(doubt, settled), settled.totals or {}) for doubt in settled.open
    ]


def question_block(
    doubt: Doubt, stake: float, totals: Mapping[tuple[str, str], float], answer: str = ""
) -> str:
    """The section of a question: what is asked, the answer if there is one, what each changes.

    ``totals`` has the revenue (currency) by key and word, as far as it is known.
    """
    told = _("The answer is one of the words below; while it is empty, it is asked.")
    lines = [f"# {told}"]
    lines += [f"[questions.{doubt.key}]", f"ask = {_value(doubt.what)}"]
    lines.append(f"answer = {_value(answer)}")
    if doubt.assumed:
        lines.append(f"assumed = {_value(doubt.assumed)}")
    if doubt.proof:
        lines.append(f"why = {_value(doubt.proof)}")
    lines += [f"stake = {stake:.4f}", f"rows = {doubt.rows}"]
    for each in doubt.answers:
        lines += ["", f"[questions.{doubt.key}.answers.{_key(each.word)}]"]
        lines.append(f"means = {_value(each.means)}")
        total = totals.get((doubt.key, each.word), float("nan"))
        if total == total:  # it is known
            lines.append(f"total = {total:.2f}")
        changes = each.changes
        sections = {key: value for key, value in changes.items() if _is_section(key, value)}
        lines += _entries({key: value for key, value in changes.items() if key not in sections})
        for key, value in sections.items():
            place = f"questions.{doubt.key}.answers.{_key(each.word)}.{key}"
            lines += ["", f"[{place}]", *_entries(value)]
    return "\n".join(lines) + "\n"


def _is_section(key: str, value: Any) -> bool:
    """Whether a table of values is too long for one line."""
    return key != "columns" and isinstance(value, dict) and len(value) > _INLINE


def _entries(values: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {toml_value(value)}" for key, value in values.items()]


def toml_value(value: Any) -> str:
    """A value as TOML on one line: texts, numbers, lists and tables of them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {toml_value(item)}" for key, item in value.items())
        return "{ " + inner + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return _value(str(value))


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: Names) -> str:
    """A text or list of texts as TOML; as a literal string where that is easier to read."""
    if not isinstance(value, str):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    value = _encodable(value)
    if ('"' in value or "\\" in value) and "'" not in value and value.isprintable():
        return f"'{value}'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _comment(text: str) -> str:
    """A text that fits into one comment."""
    text = "".join(sign if sign.isprintable() else " " for sign in _encodable(text))
    return text if len(text) <= _LONGEST_COMMENT else text[: _LONGEST_COMMENT - 1] + "…"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def layout_lines(layout: Layout) -> list[str]:
    """The options of a layout as lines of a ``dataset.toml``, after what proves them."""
    if layout.is_plain:
        return []
    lines = [f"# {_comment(why)}" for why in layout.why]
    options: dict[str, Any] = {
        "layout": layout.kind or None,
        "header": layout.header,
        "header_rows": layout.header_rows if layout.header_rows > 1 else None,
        "fill_down": list(layout.fill_down[0]) if len(layout.fill_down) == 1 else
        [list(names) for names in layout.fill_down] or None,
        "fill_within": layout.fill_within or None,
        "documents": list(layout.documents) or None,
    }  # fmt: skip
    if layout.unpivot:
        turned = layout.unpivot
        options["unpivot"] = {"columns": list(turned.columns), "period": turned.period,
                              "amount": turned.amount, "total": turned.total,
                              **({"year": turned.year} if turned.year else {})}  # fmt: skip
        if turned.columns == (CURRENCIES,):
            del options["unpivot"]["total"]
    if layout.without_year:
        days = layout.without_year
        options["without_year"] = {"columns": list(days.columns), "year": days.year}
    if layout.groups:
        groups = layout.groups
        options["groups"] = {"levels": list(groups.levels), "column": groups.column,
                             "lines": groups.lines}  # fmt: skip
    return [*lines, *_entries({key: value for key, value in options.items() if value})]
