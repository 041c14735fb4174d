"""The input workbook in Chinese and Russian: all that it says is told, and fits."""

import re
import zipfile
from string import Formatter

import openpyxl
import pytest

from kamlib.data.describe.examples import example_row
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.titles import SHEETS, sheet_title
from kamlib.data.describe.value_words import choice_word, known_values, value_key
from kamlib.pack.help_texts import HELP_TEXTS
from kamlib.pack.template import write_template
from kamlib.words import shown_width, speaking, told

LANGUAGES = pytest.mark.parametrize("language", SHEETS)
LETTERS = {"zh": re.compile("[\u4e00-\u9fff]"), "ru": re.compile("[а-яА-Я]")}
# The same in every language: what is typed as it stands, currencies, quarters, places, codes.
CODES = re.compile(
    r"\bEXAMPLE\b|\bkam (?:check|report) FILE\.xlsx|\b(?:EUR|USD|CNY|RUB)\b|\b(?:FY)?2025Q4\b"
    r"|\b[ABC][XYZ]\b|\b[NLD]\b|&[LRFPNB]|\b[MC]\d+\b|R-00417|jo@example\.com"
)
LATIN = re.compile(r"[A-Za-z]+")
NOTE_LETTERS = 38 * 9  # in nine lines


class Asked(dict):
    """Texts that write down what was asked of them and which were not there."""

    def __init__(self, texts):
        super().__init__(texts)
        self.asked = set()

    def get(self, text, default=None):
        self.asked.add(text)
        return super().get(text, default)


def note_heights(path):
    """The heights of each sheet's notes in points, in the order of their columns."""
    with zipfile.ZipFile(path) as parts:
        for n in range(1, len(TABLES) + 1):
            drawing = parts.read(f"xl/drawings/vmlDrawing{n}.vml").decode()
            yield [float(height) for height in re.findall(r"height:([\d.]+)pt;z-index", drawing)]


@pytest.fixture(scope="module", params=SHEETS)
def spoken(request, tmp_path_factory):
    """A language, its workbook opened again, and the texts that it was asked for."""
    texts = Asked(HELP_TEXTS[request.param])
    path = tmp_path_factory.mktemp(request.param) / "input.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(HELP_TEXTS, request.param, texts)
        write_template(path, request.param)
    return request.param, openpyxl.load_workbook(path), texts.asked


def said(book):
    """Every text of the workbook, with the place where it stands."""
    yield "title", book.properties.title
    for sheet in book:
        front = sheet is book.worksheets[0]
        yield sheet.title, sheet.title
        for part in (sheet.oddHeader.left, sheet.oddFooter.right):
            yield f"{sheet.title} printed", part.text or ""
        for cell in (cell for row in sheet.iter_rows(max_row=None if front else 2) for cell in row):
            yield f"{sheet.title} {cell.coordinate}", cell.value if cell.data_type == "s" else ""
            yield f"{sheet.title} {cell.coordinate} note", cell.comment.text if cell.comment else ""
        for rule in sheet.data_validations.dataValidation:
            yield f"{sheet.title} {rule.sqref}", rule.error
            yield f"{sheet.title} {rule.sqref}", rule.errorTitle
            if rule.type == "list":
                yield f"{sheet.title} {rule.sqref} list", rule.formula1


def test_no_text_of_the_workbook_is_english(spoken):
    language, book, _asked = spoken
    texts = {place: text for place, text in said(book) if text}
    assert len(texts) > 300
    assert {p: t for p, t in texts.items() if LATIN.search(CODES.sub("", t))} == {}
    words = {place: CODES.sub("", text) for place, text in texts.items()}
    words = {place: text for place, text in words.items() if re.search(r"[^\W\d_]", text)}
    assert len(words) > 300
    assert {p: t for p, t in words.items() if not LETTERS[language].search(t)} == {}


def test_each_text_that_it_tells_is_translated_and_no_translation_is_left_over(spoken):
    language, _book, asked = spoken
    ours = {column.help for table in TABLES.values() for column in table.columns}
    ours |= {text for table in TABLES.values() for text in (table.help, table.used_for)}
    assert ours <= asked
    assert ours - set(HELP_TEXTS[language]) == set()
    assert set(HELP_TEXTS[language]) - asked == set()


@LANGUAGES
def test_placeholders_and_printed_codes_are_those_of_the_source(language):
    for text, translated in HELP_TEXTS[language].items():
        fields = [
            {name for _words, name, _form, _kind in Formatter().parse(each) if name}
            for each in (text, translated)
        ]
        assert fields[0] == fields[1], text
        codes = [sorted(re.findall("&[A-Z]|00123|2025-?[-Q0-9]*", each))
                 for each in (text, translated)]  # fmt: skip
        assert codes[0] == codes[1], text
        assert translated.strip() and translated[-1:].isspace() == text[-1:].isspace(), text


@LANGUAGES
def test_texts_name_sheets_as_they_are_called(language):
    named = set()
    for translated in HELP_TEXTS[language].values():
        named |= set(re.findall("[“«]([^”»]+)[”»]", translated))
    assert named - {"值"} and named - {"值"} <= set(SHEETS[language].values())


def test_notes_messages_and_cells_take_their_texts(spoken):
    _language, book, _asked = spoken
    for sheet in book.worksheets[1:]:
        for cell in sheet[1]:
            assert shown_width(cell.comment.text) <= NOTE_LETTERS, cell.coordinate
            width = sheet.column_dimensions[cell.column_letter].width
            assert width >= shown_width(cell.value) + 3
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.errorTitle) <= 32 and len(rule.error) <= 255
            assert rule.error.endswith((".", "。"))  # not cut
            assert len(rule.formula1) <= 257
    front = book.worksheets[0]
    widths = {letter: front.column_dimensions[letter].width for letter in "BCDE"}
    for row in front.iter_rows(min_row=25):
        lines = max(1 + shown_width(cell.value or "") // (1.08 * widths[cell.column_letter])
                    for cell in row if cell.column_letter in widths)  # fmt: skip
        assert front.row_dimensions[row[0].row].height > 16 + 14 * (lines - 1)


@LANGUAGES
def test_a_note_is_as_high_as_its_lines(tmp_path, language):
    path = tmp_path / "input.xlsx"
    write_template(path, language)
    sheets = openpyxl.load_workbook(path).worksheets[1:]
    for sheet, heights in zip(sheets, note_heights(path), strict=True):
        for cell, height in zip(sheet[1], heights, strict=True):
            lines = sum(1 + shown_width(line) // 38 for line in cell.comment.text.splitlines())
            assert height >= 12 * lines, cell.coordinate  # of letters of 9 points


@LANGUAGES
def test_answers_in_lists_are_read_as_what_they_stand_for(language):
    for table in TABLES.values():
        for column in table.columns:
            words = [choice_word(table.name, column, each, language) for each in column.choices]
            known = known_values(table.name, column)
            assert [known[value_key(word)] for word in words] == list(column.choices)
            assert not any("," in word for word in words)
            example = example_row(table.name).get(column.name)
            assert example in (None, "EXAMPLE", *column.choices) or not column.choices


def test_lists_offer_and_notes_name_the_same_answers(spoken):
    language, book, _asked = spoken
    for table in TABLES.values():
        sheet = book[sheet_title(table.name, language)]
        lists = {
            cells.min_col: rule.formula1.strip('"').split(",")
            for rule in sheet.data_validations.dataValidation
            for cells in rule.sqref.ranges
            if rule.type == "list"
        }
        for position, column in enumerate(table.columns, start=1):
            if column.choices:
                assert ", ".join(lists[position]) in sheet.cell(1, position).comment.text
                assert len(lists[position]) == len(column.choices)
                shown = sheet.cell(2, position).value
                assert shown in (None, "EXAMPLE", *lists[position])


def test_texts_given_are_told_inside_only_and_what_they_lack_stays():
    from kamlib.words import _

    texts = {"{low} to {high}": "{low}–{high}"}
    with speaking("xx", texts):
        assert told(_("{low} to {high}").format(low=1, high=2)) == "1–2"
        assert told(_("Required columns")) == "Required columns"
    assert told(_("{low} to {high}").format(low=1, high=2)) == "1 to 2"
