"""What a file is, by its content: workbook, text, web page, Parquet, archive, or no table at all.

A name says little: workbooks are called .csv, web pages and tab-separated texts .xls.
"""

import bz2
import contextlib
import gzip
import lzma
import re
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from kamlib.data.files.faults import nothing_in
from kamlib.errors import DataError

WORKBOOK, TEXT, PARQUET = "workbook", "text", "Parquet"
WEB_PAGE, XML_SPREADSHEET = "web page", "XML Spreadsheet"
ZIP, PACKED = "zip", "packed"
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 65_536
_BOMB_RATIO = 150
_BOMB_FLOOR_BYTES = 512 * 2**20
_MAX_DEPTH = 2
_OPEN_IN_EXCEL = "open it in Excel and save it as .xlsx"
_COPY_OVER = "copy its table into Excel and save it as .xlsx"
_UNPACK = "unpack it and name the files in it"

_PACKERS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
# First bytes of what holds no table that can be read: what it is, and what to do.
_NO_TABLES = {
    b"%PDF": ("a PDF", "export the figures as .xlsx or .csv where the PDF was made"),
    b"\x89PNG": ("a picture", "export the figures as .xlsx or .csv"),
    b"\xff\xd8\xff": ("a picture", "export the figures as .xlsx or .csv"),
    b"GIF8": ("a picture", "export the figures as .xlsx or .csv"),
    b"II*\x00": ("a picture", "export the figures as .xlsx or .csv"),
    b"MM\x00*": ("a picture", "export the figures as .xlsx or .csv"),
    b"{\\rtf": ("a Word document (RTF)", _COPY_OVER),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", _UNPACK),
    b"Rar!": ("a RAR archive", _UNPACK),
    b"\x00\x01\x00\x00Standard Jet DB": ("an Access database", "export its table as .xlsx"),
    b"\x00\x01\x00\x00Standard ACE DB": ("an Access database", "export its table as .xlsx"),
    b"SQLite format 3\x00": ("an SQLite database", 'name it as source = "sqlite:///PATH"'),
    b"ARROW1": ("an Arrow file", "save it as Parquet"),
    b"$FL2": ("an SPSS file", "save it as .csv"),
    b"<stata_dta>": ("a Stata file", "save it as .csv"),
    b"\x09\x08\x10\x00": ("an Excel file without its container", _OPEN_IN_EXCEL),
    b"\x09\x08\x08\x00": ("an Excel 5 file", _OPEN_IN_EXCEL),
    b"\x09\x04\x06\x00": ("an Excel 4 file", _OPEN_IN_EXCEL),
    b"\x09\x02\x06\x00": ("an Excel 3 file", _OPEN_IN_EXCEL),
    b"\x09\x00\x04\x00": ("an Excel 2 file", _OPEN_IN_EXCEL),
    b"\x00\x00\x02\x00": ("a Lotus 1-2-3 file", _OPEN_IN_EXCEL),
    b"\x00\x00\x1a\x00": ("a Lotus 1-2-3 file", _OPEN_IN_EXCEL),
}
# What a zip is, by a member that tells.
_ZIP_KINDS = (
    (r"xl/workbook\.(xml|bin)", WORKBOOK, ""),
    (r"word/document\.xml", "a Word document", _COPY_OVER),
    (r"ppt/presentation\.xml", "a PowerPoint file", _COPY_OVER),
    (r"(Index/.*\.iwa|Index\.zip|index\.apxl)", "an Apple Numbers file",
     "open it in Numbers and export it as .xlsx"),
)  # fmt: skip
_ODF_KINDS = {
    b"application/vnd.oasis.opendocument.spreadsheet": WORKBOOK,
    b"application/vnd.oasis.opendocument.text": "a text document (ODT)",
    b"application/vnd.oasis.opendocument.presentation": "a presentation (ODP)",
}
_OLE_STREAMS = (
    ("WordDocument", "a Word document", _COPY_OVER),
    ("PowerPoint Document", "a PowerPoint file", _COPY_OVER),
    ("__properties_version1.0", "an Outlook message", "save its attachment and use that"),
    ("WksSSWorkBook", "a Microsoft Works file", _OPEN_IN_EXCEL),
)
_DBF_VERSIONS = b"\x02\x03\x30\x31\x32\x43\x63\x83\x8b\xcb\xf5"
_NOT_TABLES = re.compile(
    r"^(__MACOSX/|(.*/)?\.[^/]*$|(.*/)?(Thumbs\.db|desktop\.ini)$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Member:
    """One file out of an archive: its name there, and where it is unpacked to."""

    name: str
    path: Path


def content_kind(path: Path) -> str:
    """What a file is: one of the kinds of this module that can be read.

    Raises
    ------
    DataError
        The file is empty or holds no table that can be read: what it is, and what to do.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise nothing_in(path.name)
    for signature, (what, todo) in _NO_TABLES.items():
        if head.startswith(signature):
            raise _no_table(path, what, todo)
    if head.startswith(b"PK\x03\x04") or (head[:2] == b"PK" and zipfile.is_zipfile(path)):
        return _zip_kind(path)
    if head.startswith(OLE_SIGNATURE):
        return _ole_kind(path)
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(tuple(_PACKERS)):
        return PACKED
    if _is_dbf(head):
        raise _no_table(path, "a dBASE table (DBF)", _OPEN_IN_EXCEL)
    return _text_kind(path, head)


def _cut_off(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path.name}: is damaged or was cut off while copying ({error}); copy it again"
    )


def _no_table(path: Path, what: str, todo: str) -> DataError:
    return DataError(f"{path.name}: is {what}, which cannot be read as a table; {todo}")


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            mime = archive.read("mimetype").strip() if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, zlib.error) as error:
        raise _cut_off(path, error) from None
    for pattern, what, todo in _ZIP_KINDS:
        if any(re.fullmatch(pattern, name) for name in names):
            if what == WORKBOOK:
                return WORKBOOK
            raise _no_table(path, what, todo)
    for kind, what in _ODF_KINDS.items():
        if mime.startswith(kind):
            if what == WORKBOOK:
                return WORKBOOK
            raise _no_table(path, what, _COPY_OVER)
    if "[Content_Types].xml" in names or any(name.startswith("xl/") for name in names):
        raise DataError(
            f"{path.name}: cannot be read, it seems damaged (it lacks xl/workbook.xml); expected "
            "a workbook as Excel saves it: open it there and save it again"
        )
    return ZIP


def _ole_kind(path: Path) -> str:
    content = path.read_bytes()

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if not has("Workbook") and not has("Book") and not has("EncryptedPackage"):
        for stream, what, todo in _OLE_STREAMS:
            if has(stream):
                raise _no_table(path, what, todo)
    return WORKBOOK


def _is_dbf(head: bytes) -> bool:
    if len(head) < 65 or head[0] not in _DBF_VERSIONS:
        return False
    month, day, length = head[2], head[3], int.from_bytes(head[8:10], "little")
    ended = length <= len(head) and 0x0D in head[32 : length + 1]
    return 1 <= month <= 12 and 1 <= day <= 31 and length > 32 and ended


def _text_kind(path: Path, head: bytes) -> str:
    """Text of which kind; UTF-16 has zeros between its letters, other texts have none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or unmarked_utf16(head):
        head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\x00", b"")
    elif head.count(0) * 50 > len(head):
        raise _no_table(path, "a binary file of an unknown kind", _OPEN_IN_EXCEL)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:8192].lower()
    if start.startswith(b"<"):
        return _markup_kind(path, start)
    if start.startswith((b"mime-version:", b"from: <saved by")) and b"text/html" in start:
        raise _no_table(path, "a web archive (MHT)", _OPEN_IN_EXCEL)
    if re.match(rb"(\{\s*(\"|\}))|\[\s*[{\[]", start):
        raise _no_table(path, "JSON text", "save it as .csv")
    if re.match(rb"id;p[^\r\n]*[\r\n]+[pcfb];", start):
        raise _no_table(path, "a SYLK file", _OPEN_IN_EXCEL)
    if re.match(rb"table\r?\n0,1\r?\n", start):
        raise _no_table(path, "a DIF file", _OPEN_IN_EXCEL)
    return TEXT


def _markup_kind(path: Path, start: bytes) -> str:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and b"<html" not in start:
        return XML_SPREADSHEET
    if b"<office:document" in start:
        raise _no_table(path, "a flat OpenDocument file", _OPEN_IN_EXCEL)
    if re.search(rb"<(html|table|!doctype html|head|body|meta|style|div|center)\b", start):
        return WEB_PAGE
    if start.startswith((b"<?xml", b"<!--")) or re.match(rb"<[a-z][\w:.-]*[\s>/]", start):
        raise _no_table(path, "an XML file", _OPEN_IN_EXCEL)
    return TEXT


def unmarked_utf16(head: bytes) -> str:
    """The name of the UTF-16 that a text without a byte order mark is in, or an empty text."""
    sample = head[: min(len(head), 4096) // 2 * 2]
    if len(sample) < 8:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.15 * half and even < 0.02 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.15 * half and odd < 0.02 * half else ""


def check_archive(path: Path, max_unpacked_mb: int) -> None:
    """Refuse a zip that is damaged or would unpack to far more than it holds.

    Raises
    ------
    DataError
        The zip is damaged, or unpacks to more than is allowed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            names = Counter(archive.namelist())
    except (zipfile.BadZipFile, OSError) as error:
        raise _cut_off(path, error) from None
    name, times = max(names.items(), key=lambda item: item[1], default=("", 1))
    if times > 1:
        raise DataError(
            f'{path.name}: holds "{name}" twice; expected each file once, as it cannot be known '
            "which of the two counts"
        )
    _check_size(path, unpacked, max_unpacked_mb)


def _check_size(path: Path, unpacked: int, max_unpacked_mb: int) -> None:
    packed = max(path.stat().st_size, 1)
    bomb = unpacked > _BOMB_FLOOR_BYTES and unpacked / packed > _BOMB_RATIO
    if bomb or unpacked > max_unpacked_mb * 2**20:
        raise DataError(
            f"{path.name}: would unpack to {unpacked / 2**20:,.0f} MB from "
            f"{packed / 2**20:,.1f} MB; refused as a zip bomb (setting data.max_unpacked_mb)"
        )


@contextlib.contextmanager
def unpacked(
    path: Path, kind: str, *, max_unpacked_mb: int, depth: int = 1
) -> Iterator[list[Member]]:
    """The files in an archive, in name order, in a folder that lasts as long as the context.

    An archive in the archive is unpacked too, once. No name of a member becomes a path.

    Raises
    ------
    DataError
        The archive is damaged, protected, too large, empty, or nested too deep.
    """
    if depth > _MAX_DEPTH:
        raise DataError(f"{path.name}: is an archive in an archive in an archive; {_UNPACK}")
    if kind == ZIP:
        check_archive(path, max_unpacked_mb)
    with tempfile.TemporaryDirectory(prefix="kam-") as folder, contextlib.ExitStack() as stack:
        members = []
        for number, (name, source) in enumerate(_members(path, kind)):
            target = Path(folder) / str(number) / _plain_name(name, number)
            target.parent.mkdir()
            _copy(path, source, target, max_unpacked_mb)
            inner = _archive_kind(target)
            if inner:
                nested = unpacked(target, inner, max_unpacked_mb=max_unpacked_mb, depth=depth + 1)
                members += [
                    Member(f"{name}/{member.name}" if inner == ZIP else member.name, member.path)
                    for member in stack.enter_context(nested)
                ]
            else:
                members.append(Member(name, target))
        if not members:
            raise DataError(f"{path.name}: is an archive without a file; expected a table in it")
        yield members


def _members(path: Path, kind: str) -> Iterator[tuple[str, IO[bytes]]]:
    if kind == PACKED:
        with path.open("rb") as file:
            head = file.read(8)
        opener = next(opened for start, opened in _PACKERS.items() if head.startswith(start))
        with opener(path, "rb") as packed:
            yield path.stem or path.name, packed
        return
    with zipfile.ZipFile(path) as archive:
        found = [info for info in archive.infolist() if not info.is_dir()]
        found = [info for info in found if not _NOT_TABLES.match(info.filename)]
        for info in sorted(found, key=lambda info: info.filename):
            if info.flag_bits & 1:
                raise DataError(
                    f"{path.name}: is protected by a password; unpack it and name the files in it"
                )
            with _opened(path, archive, info) as member:
                yield info.filename, member


def _opened(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path.name}: cannot be unpacked here ({error}); {_UNPACK}") from None


def _copy(path: Path, source: IO[bytes], target: Path, max_unpacked_mb: int) -> None:
    size = 0
    try:
        with target.open("wb") as file:
            while chunk := source.read(2**20):
                size += len(chunk)
                _check_size(path, size, max_unpacked_mb)
                file.write(chunk)
    except (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        raise _cut_off(path, error) from None


def _plain_name(name: str, number: int) -> str:
    """The last part of a member's name, without what a file system could take for a path."""
    last = re.sub(r"[\x00-\x1f<>:\"|?*\\]", "_", PurePosixPath(name.replace("\\", "/")).name)
    return last.strip(". ")[-120:] or f"file {number + 1}"


def _archive_kind(path: Path) -> str:
    """The kind of an archive, or an empty text for any other file."""
    with contextlib.suppress(DataError):
        kind = content_kind(path)
        return kind if kind in (ZIP, PACKED) else ""
    return ""
