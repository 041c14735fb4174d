"""Small inputs that no reader expects: built here, each with what is right for it."""

import gzip
import io
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HEADER = ("account", "date", "document", "revenue")
LINES = [("A", "2024-01-15", "1", "5.00"), ("B", "2024-02-15", "2", "7.50"),
         ("A", "2024-03-15", "3", "9.00")]  # fmt: skip
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)


@dataclass(frozen=True)
class Fault:
    """A file, or text of a ``dataset.toml``, and the pattern of its refusal; none: it is read."""

    name: str
    make: Callable[[Path], object]
    told: str = ""
    options: str = ""


def csv_text(end: str = "\n", header: tuple[str, ...] = HEADER, more: str = "") -> str:
    rows = [",".join((*row, more) if more else row) for row in (header, *LINES)]
    return "".join(row + end for row in rows)


def text(content: str | bytes) -> Callable[[Path], object]:
    content = content if isinstance(content, bytes) else content.encode()
    return lambda path: path.write_bytes(content)


def xlsx(cells: str = "", **replaced: str | None) -> Callable[[Path], object]:
    """A workbook of one sheet: our lines, and further rows as XML; a part may be replaced."""

    def cell(place: str, value: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'

    rows = "".join(
        f'<row r="{n}">' + "".join(map(cell, (f"{c}{n}" for c in "ABCD"), row)) + "</row>"
        for n, row in enumerate((HEADER, *LINES), start=1)
    )
    parts = {
        "_rels/.rels": _relations(f"{_DOCUMENT}/officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": _relations(f"{_DOCUMENT}/worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}{cells}</sheetData></worksheet>'
        ),
    }
    parts |= {"xl/" + name.replace("__", "/") + ".xml": part for name, part in replaced.items()}

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                if content is not None:
                    archive.writestr(name, content)

    return make


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{kind}" '
        f'Target="{target}"/></Relationships>'
    )


def far(place: str, row: int) -> str:
    return f'<row r="{row}"><c r="{place}{row}"><v>1</v></c></row>'


def zipped(*members: tuple[str, str]) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a name is there twice
            for name, content in members:
                archive.writestr(name, content)

    return make


def ods(cells: str) -> Callable[[Path], object]:
    """An OpenDocument sheet: our lines, and further rows as XML."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    table, words = office.replace("office", "table"), office.replace("office", "text")

    def row(values: tuple[str, ...]) -> str:
        shown = (
            f'<table:table-cell office:value-type="string"><text:p>{v}</text:p></table:table-cell>'
            for v in values
        )
        return f"<table:table-row>{''.join(shown)}</table:table-row>"

    content = (
        f'<office:document-content xmlns:office="{office}" '
        f'xmlns:table="{table}" xmlns:text="{words}"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{"".join(map(row, (HEADER, *LINES)))}{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", content),
    )


def xml_2003(rows: str) -> Callable[[Path], object]:
    """An XML Spreadsheet 2003: our lines, and further rows as XML."""
    lines = "".join(
        "<Row>" + "".join(f'<Cell><Data s:Type="String">{v}</Data></Cell>' for v in row) + "</Row>"
        for row in (HEADER, *LINES)
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return text(
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}" '
        f'xmlns:s="{space}"><Worksheet s:Name="S"><Table>{lines}{rows}</Table></Worksheet>'
        "</Workbook>"
    )


def web_page(row: str) -> str:
    """A web page with our lines as a table, and the cells of one further row."""
    lines = ("<tr>" + "".join(f"<td>{v}</td>" for v in line) + "</tr>" for line in (HEADER, *LINES))
    return f"<html><body><table>{''.join(lines)}<tr>{row}</tr></table></body></html>"


def parquet(**columns: pa.Array) -> Callable[[Path], object]:
    """Our lines as Parquet with further columns; ``__`` in a name stands for a blank."""
    own = {
        name: pa.array(texts) for name, texts in zip(HEADER, zip(*LINES, strict=True), strict=True)
    }
    table = pa.table({**own, **{name.replace("__", " "): c for name, c in columns.items()}})
    return lambda path: pq.write_table(table, path)


def cut(make: Callable[[Path], object], share: float) -> Callable[[Path], object]:
    """A file of which only a share (0–1) is there."""

    def made(path: Path) -> None:
        make(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return made


def spoilt(make: Callable[[Path], object], at: float) -> Callable[[Path], object]:
    """A file with 64 bytes overwritten at a share (0–1) of its length."""

    def made(path: Path) -> None:
        make(path)
        content = bytearray(path.read_bytes())
        start = int(len(content) * at)
        content[start : start + 64] = b"\xff" * len(content[start : start + 64])
        path.write_bytes(content)

    return made


def packed(content: bytes) -> bytes:
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0) as file:
        file.write(content)
    return made.getvalue()
