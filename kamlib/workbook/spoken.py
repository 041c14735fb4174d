"""The workbook in the language in force: here words are put on its cells, formulas and charts.

Who writes a sheet writes English source text. Formulas are told as cells are, text by text and
sheet by sheet, so that one that compares with a word finds it in the cells.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kamlib.words import SOURCE, AsItIs, language, told

SHEET_NAME, TITLE, MESSAGE, FORMULA_TEXT = 31, 32, 255, 255  # Excel's longest ones
# In a formula: the name of a sheet, or a text.
_IN_FORMULA = re.compile(r"'((?:[^']|'')*)'!|\"((?:[^\"]|\"\")*)\"")
_COMPARED = re.compile(r"(<>|[<>]=?|=|)(.*)", re.S)  # a condition of COUNTIF: "<>dropped"
# What a chart's options say in words or as formulas; all else is look.
_CHART_WORDS = ("name", "categories", "values", "custom", "value", "data_labels", "description")
_Tabs = Mapping[str, str]


def unique_texts(texts: list[str]) -> list[str]:
    """Headings as an Excel table wants them: no two alike, whatever their case."""
    seen: set[str] = set()
    unique = []
    for text in texts:
        new, number = text, 2
        while new.casefold() in seen:
            new, number = f"{text} {number}", number + 1
        seen.add(new.casefold())
        unique.append(new)
    return unique


def told_formula(formula: str, tabs: _Tabs) -> str:
    """A formula whose texts and sheets are told.

    >>> told_formula('=IF(\\'Key accounts\\'!A1="yes","",1)', {"Key accounts": "Clients"})
    '=IF(\\'Clients\\'!A1="yes","",1)'
    """

    def piece(found: re.Match[str]) -> str:
        if found[1] is not None:
            name = found[1].replace("''", "'")
            return "'" + tabs.get(name, name).replace("'", "''") + "'!"
        compared, text = _COMPARED.match(found[2].replace('""', '"')).groups()
        text = compared + told(text)
        cut = [text[at : at + FORMULA_TEXT] for at in range(0, len(text), FORMULA_TEXT)] or [""]
        return "&".join('"' + part.replace('"', '""') + '"' for part in cut)

    return _IN_FORMULA.sub(piece, formula)


class SpokenSheet(Worksheet):
    """A sheet that tells what is written to it."""

    tabs: _Tabs = {}

    def _write_string(self, row: int, col: int, string: str, look: Format | None = None) -> int:
        return super()._write_string(row, col, told(string), look)

    def _write_formula(
        self, row: int, col: int, formula: str, look: Format | None = None, value: Any = 0
    ) -> int:
        if language() != SOURCE:
            formula = told_formula(formula, self.tabs)
            value = told(value) if isinstance(value, str) else value
        return super()._write_formula(row, col, formula, look, value)

    def _write_url(
        self, row: int, col: int, url: str, look: Any = None, string: Any = None, tip: Any = None
    ) -> int:
        if url.startswith("internal:"):
            url = told_formula(url, self.tabs)
        return super()._write_url(row, col, url, look, string, tip and told(tip))

    def write_comment(self, row: int, col: int, comment: str, options: Any = None) -> int:
        """Write a comment."""
        return super().write_comment(row, col, told(comment), options)

    def add_table(self, *where: Any) -> int:
        """Add an Excel table; its headings differ in every language."""
        *cells, options = where
        if language() != SOURCE:
            heads = [column["header"] for column in options["columns"]]
            heads = unique_texts([told(head) for head in heads])
            columns = [
                {**column, "header": AsItIs(head)}
                for column, head in zip(options["columns"], heads, strict=True)
            ]
            options = {**options, "columns": columns}
        return super().add_table(*cells, options)

    def data_validation(self, *where: Any) -> int:
        """Check what is typed into cells, with a message within Excel's limits."""
        *cells, options = where
        if language() != SOURCE:
            options = dict(options)
            for name in ("input_title", "error_title", "input_message", "error_message"):
                if name in options:
                    longest = TITLE if name.endswith("title") else MESSAGE
                    options[name] = told(options[name])[:longest]
            for name in ("value", "minimum", "maximum", "source"):
                if name in options:
                    options[name] = self._rule(options[name])
        return super().data_validation(*cells, options)

    def conditional_format(self, *where: Any) -> int:
        """Give cells a look by a rule."""
        *cells, options = where
        if language() != SOURCE:
            rules = ("criteria", "value", "minimum", "maximum")
            options = {
                name: self._rule(rule) if name in rules else rule for name, rule in options.items()
            }
        return super().conditional_format(*cells, options)

    def insert_chart(self, row: int, col: int, chart: Chart, options: Any = None) -> int:
        """Place a chart, with what it shows in words."""
        return super().insert_chart(row, col, chart, _chart_words(options or {}, self.tabs))

    def _rule(self, rule: Any) -> Any:
        if isinstance(rule, list):
            return [told(choice) for choice in rule]
        is_formula = isinstance(rule, str) and ("=" in rule or '"' in rule or "!" in rule)
        return told_formula(rule, self.tabs) if is_formula else rule


class SpokenWorkbook(Workbook):
    """A workbook whose sheets, names and charts are told."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.tabs: dict[str, str] = {}
        super().__init__(*arguments, **options)

    def add_worksheet(
        self, name: str | None = None, worksheet_class: type[Worksheet] | None = None
    ) -> Worksheet:
        """Add a sheet; ``name`` is its source text, by which formulas refer to it."""
        if name is not None:
            self.tabs[name] = name = _tab(told(name), self.tabs.values())
        sheet = super().add_worksheet(name, worksheet_class or SpokenSheet)
        sheet.tabs = self.tabs
        return sheet

    def define_name(self, name: str, formula: str) -> int:
        """Give cells a name for formulas; the names are the same in every language."""
        return super().define_name(name, told_formula(formula, self.tabs))

    def add_chart(self, options: Mapping[str, Any]) -> Chart:
        """Add a chart whose words are told."""
        chart = super().add_chart(dict(options))
        chart.__class__ = _spoken_chart(type(chart))
        chart.tabs = self.tabs
        return chart

    def set_properties(self, properties: Mapping[str, Any]) -> None:
        """Say what the workbook is."""
        said = {k: told(v) if isinstance(v, str) else v for k, v in properties.items()}
        super().set_properties(said)


def _tab(name: str, others: Any) -> str:
    """A sheet's name within Excel's limit, unlike the others."""
    taken = {other.casefold() for other in others}
    new, number = _cut(name, SHEET_NAME), 2
    while new.casefold() in taken:
        end = f" {number}"
        new, number = _cut(name, SHEET_NAME - len(end)) + end, number + 1
    return new


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _chart_words(options: Any, tabs: _Tabs) -> Any:
    if isinstance(options, Mapping):
        return {
            name: _chart_words(value, tabs) if name in _CHART_WORDS else value
            for name, value in options.items()
        }
    if isinstance(options, list):
        return [_chart_words(value, tabs) for value in options]
    if not isinstance(options, str):
        return options
    return told_formula(options, tabs) if options.startswith("=") else told(options)


@cache
def _spoken_chart(kind: type[Chart]) -> type[Chart]:
    """The same kind of chart, whose methods tell the words among their options."""

    def method(name: str) -> Callable[..., None]:
        plain = getattr(kind, name)
        return lambda chart, options=None: plain(chart, _chart_words(options, chart.tabs))

    names = ("add_series", "set_title", "set_x_axis", "set_y_axis", "set_x2_axis", "set_y2_axis")
    return type(kind.__name__, (kind,), {name: method(name) for name in names})
