"""Seeds and what is made of them: small data sets, then bytes, cells or options changed by chance.

One number of one seed always gives the same input. The benchmark and the tests draw from here.
"""

import contextlib
import csv
import gzip
import html
import io
import json
import math
import random
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import payloads
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

LEVELS = ("bytes", "cells", "configuration")
COLUMNS = (
    *("account", "date", "document", "product", "product_line", "quantity", "revenue", "cost"),
    *("region", "manager"),
)
_REVENUE = COLUMNS.index("revenue")
_SIMPLE = re.compile(r"-?\d{1,9}(\.\d{1,2})?")
# Not a number in any reading, nor with a digit from which its money could be estimated.
_NO_NUMBERS = (
    *("abc", "NULL", "#REF!", "?"),
    *(name for name in payloads.NAMES if not re.search(r"\d|\{port", name)),
)
_NUMBERS = ("0", "-0.01", "12.50", "999999999.99", "-1234.56", "7", "100000")
Rows = list[list[str]]


@dataclass(frozen=True)
class Input:
    """A data set of a stranger: its files, and what an independent count says of its sales.

    ``links`` are symbolic links (name to target). ``rows`` and ``revenue`` are None where a
    change may mean something else than another value, ``facts`` what ``kam check --json`` must
    say, where that is known. ``command`` is ``check`` of a description or ``init`` of files that
    nobody mapped; ``aloud`` has the check told for people, too.
    """

    name: str
    level: str
    files: Mapping[str, bytes] = field(repr=False)
    command: str = "check"
    links: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    revenue: Decimal | None = None
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    aloud: bool = False


def mutant(seed: int, number: int, dossiers: Mapping[str, bytes] | None = None) -> Input:
    """The input of that number; levels take turns. ``dossiers`` are those of the seed's accounts.

    Parameters
    ----------
    seed
        Of the run; printed with its results.
    number
        From 0.
    dossiers
        Workbooks as kamlib writes them, by file name; they are seeds like any other file.
    """
    draw = random.Random(f"{seed}-{number}")
    level = LEVELS[number % len(LEVELS)]
    made = {"bytes": _byte_level, "cells": _cell_level, "configuration": _option_level}[level]
    found = made(draw, dossiers or {})
    return replace(found, name=f"{number}: {found.name}", aloud=number % 5 == 0)


def corpus() -> list[Input]:
    """Every source and expression that a stranger would try, each in a data set of its own."""
    rows = ledger(random.Random(7))
    beside = {"accounts.csv": SIDE["accounts"].encode(), "sales.csv": text_file(rows)}
    found = []
    for number, source in enumerate(payloads.SOURCES):
        wanted: dict[str, Any] = {"source": source}
        if "://" in source:
            wanted["table"] = "sales"
        sales: dict[str, Any] = {"source": "sales.csv"}
        lookup = [{"source": source, "key": "account"}]
        tables = ({"transactions": wanted}, {"transactions": sales, "accounts": wanted},
                  {"transactions": {**sales, "lookup": lookup}})  # fmt: skip
        found.append((f"source {source:.60}", tables[number % 3]))
        if number % 3:  # as the sales in any case
            found.append((f"sales from {source:.60}", tables[0]))
    for number, text in enumerate(payloads.EXPRESSIONS):
        plain = {name: name for name in COLUMNS}
        changes: tuple[dict[str, Any], ...] = (
            {"columns": {**plain, "region": text}},
            {"exclude": [{"reason": "x", "where": text}]},
            {"part": text},
            {"negative": text},
            {"columns": {**plain, "revenue": text}},
        )
        where = changes[number % len(changes)]
        tables = {"transactions": {"source": "sales.csv", **where}}
        found.append((f"{next(iter(where))} {text:.60}", tables))
        if number % 4 == 0:
            select = f"SELECT account, {text} AS name FROM source"
            turned = {"source": "accounts.csv", "reshape": select}
            tables = {"transactions": {"source": "sales.csv"}, "accounts": turned}
            found.append((f"reshape {text:.60}", tables))
    honest = {"transactions": {"source": "sales.csv"}}
    found.append(("a cache that leads outside", honest))
    links = {"link.csv": "{out}/canary.csv", "linked": "{out}"}
    made = [
        Input(
            f"corpus {number}: {name}",
            "configuration",
            {**beside, "dataset.toml": toml({"currency": "EUR", **tables}).encode()},
            links=links,
        )
        for number, (name, tables) in enumerate(found)
    ]
    return [*made[:-1], replace(made[-1], links={".kam": "{out}"})]


# --- seeds ------------------------------------------------------------------------------------


def ledger(draw: random.Random, lines: int = 24) -> Rows:
    """Lines of sales as texts, all of them good: a header and then the lines."""
    rows = [list(COLUMNS)]
    for line in range(lines):
        account = f"A-{draw.randint(1, 6)}"
        day = f"{draw.choice((2023, 2024))}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        revenue = Decimal(draw.randint(-20_000, 500_000)) / 100
        cost = (revenue * Decimal("0.7")).quantize(Decimal("0.01"))
        product, number = f"P{draw.randint(1, 9)}", str(draw.randint(1, 40))
        named = [draw.choice(words) for words in (("Pumps", "Valves"), ("North", "South"))]
        rows.append([account, day, f"D{1000 + line}", product, named[0], number, str(revenue),
                     str(cost), named[1], draw.choice(("M1", "M2"))])  # fmt: skip
    return rows


SIDE = {
    "accounts": "account,name,parent,industry,region,manager,since,employees,description\n"
    "A-1,Alpha,,Food,North,M1,2020-01-01,50,x\nA-2,Beta,A-1,Food,South,M2,,,\nA-3,Alpha,,,,,,,\n",
    "identities": "account,belongs_to,kind,decided_by,decided_on,note\n"
    "A-4,A-5,merged,M1,2024-01-01,\nA-6,A-1,site,M1,2024-01-02,x\n",
    "contacts": "account,contact,name,position,reports_to,role,influence,attitude,mail,phone\n"
    "A-1,C1,Ann,Head,,decides,3,1,a@example.org,1\nA-1,C2,Bo,Buyer,C1,uses,1,0,,\n",
    "interactions": "account,date,kind,contact,subject,outcome,next_step,next_step_due,manager\n"
    "A-1,2024-05-01,call,C1,Price,,Offer,2024-06-01,M1\n",
    "deliveries": "account,document,promised_on,delivered_on,complete\n"
    "A-1,D1000,2024-01-05,2024-01-09,no\n",
    "payments": "account,document,amount,due_on,paid_on\nA-1,D1000,100.00,2024-01-30,\n",
    "tenders": "account,date,product_line,lot,amount,result,won_amount,reason\n"
    "A-2,2024-03-01,Pumps,1,9000,partly won,4000,price\n",
    "competitors": "account,competitor,product_line,share,strength,seen_on\n"
    "A-1,Rival,Pumps,0.4,2,2024-02-02\n",
    "judgements": "account,criterion,score,author,date\nA-1,reputation,0.5,M1,2024-01-01\n",
    "losses": "account,date,reason,note\nA-3,2024-02-01,price,x\n",
    "winbacks": "account,date,offer,cost,outcome,outcome_on\nA-3,2024-03-01,x,10,open,\n",
    "prospects": "prospect,name,industry,region,employees,need,budget,authority,first_seen,value\n"
    "P-1,Gamma,Food,North,80,0.5,0.4,0.9,2024-01-01,5000\nP-2,Delta,,,,,,,,\n",
    "managers": "manager,name,hours_per_quarter,team\nM1,Mia,300,sales\nM2,Max,200,marketing\n",
    "plans": "manager,quarter,revenue_plan\nM1,2024Q1,1000\nM1,2024-04,300\nM2,2024,9000\n",
    "rates": "currency,from,rate\nUSD,2024-01-01,0.9\n",
    "plays": "place,strategy,hours,lead,offer,next_step\nAX,Keep,10,M1,x,y\n",
}
RETURNED = (
    "account,belongs_to,answer,kind,decided_by,decided_on,note\nA-1,A-2,yes,same,M1,2024-01-01,\n"
)


def seed_files(draw: random.Random, rows: Rows, dossiers: Mapping[str, bytes]) -> dict[str, bytes]:
    """A small data set: sales in some container, a few side tables, settings, perhaps a dossier."""
    container = draw.choice(list(CONTAINERS))
    ending, write = CONTAINERS[container]
    files = {f"sales{ending}": write(rows)}
    beside = draw.sample(list(SIDE), draw.choice((0, 0, 0, 1, 1, 2)))
    for name in beside:
        files[f"{name}.csv"] = SIDE[name].encode()
    tables = {"transactions": {"source": f"sales{ending}", **LAYOUTS.get(container, {})}}
    tables |= {name: {"source": f"{name}.csv"} for name in beside}
    files["dataset.toml"] = toml({"title": "Small", "currency": "EUR", **tables}).encode()
    if draw.random() < 0.3:
        files["settings.toml"] = b'[abc]\ncuts = [0.7, 0.9]\n[campaign]\ncountry = "DE"\n'
    if dossiers and draw.random() < 0.2:
        name = draw.choice(sorted(dossiers))
        files[f"dossiers/{name}"] = dossiers[name]
    if draw.random() < 0.1:
        files["returned/who.csv"] = RETURNED.encode()
    return files


def text_file(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", end: str = "\n") -> bytes:
    """The rows as delimited text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding, "replace")


def _workbook(rows: Rows) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Sales")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if _SIMPLE.fullmatch(cell):
                    sheet.write_number(number, place, float(cell))
                else:
                    sheet.write_string(number, place, cell[:32_000])
    return out.getvalue()


def _opendocument(rows: Rows) -> bytes:
    def cell_of(cell: str) -> str:
        told = f"<text:p>{_told(cell)}</text:p>"
        if _SIMPLE.fullmatch(cell):
            return (f'<table:table-cell office:value-type="float" office:value="{cell}">{told}'
                    "</table:table-cell>")  # fmt: skip
        return f'<table:table-cell office:value-type="string">{told}</table:table-cell>'

    lines = "".join(
        f"<table:table-row>{''.join(map(cell_of, row))}</table:table-row>" for row in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Sales">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
        f'"{space}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return packed({"mimetype": kind.encode(), "META-INF/manifest.xml": manifest.encode(),
                   "content.xml": content.encode()})  # fmt: skip


def _parquet(rows: Rows) -> bytes:
    out = io.BytesIO()
    names = _unlike(rows[0])
    table = pa.table({name: [row[n] for row in rows[1:]] for n, name in enumerate(names)})
    pq.write_table(table, out)
    return out.getvalue()


def _unlike(names: Sequence[str]) -> list[str]:
    return [name if names.index(name) == n else f"{name}_{n}" for n, name in enumerate(names)]


def _page(rows: Rows) -> bytes:
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<html><meta charset="utf-8"><table>{lines}</table></html>'.encode("utf-8", "replace")


def _spreadsheet_2003(rows: Rows) -> bytes:
    cells = "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="String">{_told(cell)}</Data></Cell>' for cell in row)
        + "</Row>"
        for row in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet '
        f'ss:Name="Sales"><Table>{cells}</Table></Worksheet></Workbook>'
    ).encode("utf-8", "replace")


def _told(cell: str) -> str:
    """A cell as XML can hold it."""
    return html.escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", cell))


def _excel_97(rows: Rows) -> bytes:
    """A workbook as Excel 97 wrote it: records of cells in one stream of a compound file."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def text_of(text: str, size: str) -> bytes:
        units = text[:4_000].encode("utf-16-le", "replace")
        return struct.pack(f"<{size}B", len(units) // 2, 1) + units

    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = text_of("Sales", "B")
    sheet = record(0x0809, begin[:2] + b"\x10\x00" + begin[4:])
    sheet += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            at = struct.pack("<HHH", number, place, 0)
            if _SIMPLE.fullmatch(cell):
                sheet += record(0x0203, at + struct.pack("<d", float(cell)))
            else:
                sheet += record(0x0204, at + text_of(cell, "H"))
    head = record(0x0809, begin)
    first = len(head) + 4 + 6 + len(name) + 4
    stream = head + record(0x0085, struct.pack("<IBB", first, 0, 0) + name) + record(0x000A, b"")
    return _compound(stream + sheet + record(0x000A, b""))


def _compound(stream: bytes) -> bytes:
    """A compound file (512-byte sectors) with one stream "Workbook"."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    data = len(stream) // 512
    tables = 1
    while tables * 128 < data + 1 + tables:
        tables += 1
    chain = [*range(1, data), end, end, *[table] * tables]
    chain += [free] * (tables * 128 - len(chain))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        units = name.encode("utf-16-le") + b"\0\0"
        return (units.ljust(64, b"\0") + struct.pack("<HBBIII", len(units), kind, 1, free, free,
                child) + b"\0" * 36 + struct.pack("<IQ", start, size))  # fmt: skip

    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 0, len(stream))
    directory += (b"\0" * 64 + struct.pack("<HBBIII", 0, 0, 1, free, free, free) + b"\0" * 48) * 2
    places = [data + 1 + n for n in range(tables)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHHHIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, tables, data, 0, 4096,
                        end, 0, end, 0)  # fmt: skip
    head += struct.pack("<109I", *places[:109], *[free] * (109 - min(tables, 109)))
    return head + stream + directory + struct.pack(f"<{len(chain)}I", *chain)


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _sap_list(rows: Rows) -> bytes:
    widths = [max(len(row[n]) for row in rows if n < len(row)) for n in range(len(rows[0]))]
    rule = "-" * (sum(widths) + len(widths) + 1)
    lines = ["|" + "|".join(cell.ljust(w) for cell, w in zip(row, widths, strict=False)) + "|"
             for row in rows]  # fmt: skip
    return "\n".join([rule, lines[0], rule, *lines[1:], rule, ""]).encode("utf-8", "replace")


CONTAINERS: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "csv": (".csv", text_file),
    "semicolons": (".csv", lambda rows: text_file(rows, ";", "cp1252", "\r\n")),
    "tabs in UTF-16": (".txt", lambda rows: text_file(rows, "\t", "utf-16")),
    "csv with a mark": (".csv", lambda rows: text_file(rows, ",", "utf-8-sig")),
    "Excel": (".xlsx", _workbook),
    "Excel again": (".xlsx", _workbook),
    "Excel 97": (".xls", _excel_97),
    "OpenDocument": (".ods", _opendocument),
    "Parquet": (".parquet", _parquet),
    "web page as .xls": (".xls", _page),
    "XML as .xls": (".xls", _spreadsheet_2003),
    "tabs as .xls": (".xls", lambda rows: text_file(rows, "\t")),
    "zip": (".zip", lambda rows: packed({"export/sales.csv": text_file(rows)})),
    "gz": (".csv.gz", lambda rows: gzip.compress(text_file(rows), mtime=0)),
    "list between bars": (".txt", _sap_list),
}

# What dataset.toml must say of a container.
LAYOUTS: dict[str, dict[str, str]] = {"list between bars": {"layout": "sap-list"}}


# --- bytes ------------------------------------------------------------------------------------


def _byte_level(draw: random.Random, dossiers: Mapping[str, bytes]) -> Input:
    files = seed_files(draw, ledger(draw), dossiers)
    wanted = [name for name in files if draw.random() < 0.5 or name.startswith("sales")]
    name = draw.choice(wanted)
    told = []
    for _again in range(draw.choice((1, 1, 1, 2, 3))):
        files[name], what = changed_bytes(draw, files[name])
        told.append(what)
    command = "init" if draw.random() < 0.25 and name.startswith("sales") else "check"
    if command == "init":
        files = {key: content for key, content in files.items() if not key.endswith(".toml")}
    return Input(f"{name}: {', '.join(told)}", "bytes", files, command)


def changed_bytes(draw: random.Random, content: bytes) -> tuple[bytes, str]:
    """Some bytes changed, and how; of a zip often those of a member, so that it still opens."""
    if content[:2] == b"PK" and draw.random() < 0.75:
        return _changed_member(draw, content)
    if content[:2] == b"\x1f\x8b" and draw.random() < 0.7:
        with contextlib.suppress(Exception):  # a change before this one has damaged it
            inner, what = changed_bytes(draw, gzip.decompress(content))
            return gzip.compress(inner, mtime=0), f"in gz {what}"
    change = draw.choice(_CHANGES)
    return change(draw, content), change.__name__.strip("_")


def _changed_member(draw: random.Random, content: bytes) -> tuple[bytes, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # a change before this one has damaged the zip
        members = {}
    if not members:
        return _flipped(draw, content), "flipped"
    name = draw.choice(list(members))
    kind = draw.random()
    if kind < 0.12:
        del members[name]
        return packed(members), f"without {name}"
    if kind < 0.18:
        members[draw.choice(("../x", "/x", "x" * 300, "..\\x", "a\x01b"))] = members.pop(name)
        return packed(members), f"{name} renamed"
    inner, what = changed_bytes(draw, members[name])
    return packed({**members, name: inner}), f"{what} in {name}"


def _flipped(draw: random.Random, content: bytes) -> bytes:
    changed = bytearray(content or b"\0")
    for _again in range(draw.choice((1, 2, 8, 64))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _random_bytes(draw: random.Random, content: bytes) -> bytes:
    changed = bytearray(content or b"\0")
    for _again in range(draw.choice((1, 4, 16))):
        changed[draw.randrange(len(changed))] = draw.choice((0, 1, 10, 13, 34, 127, 128, 255))
    return bytes(changed)


def _cut(draw: random.Random, content: bytes) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def _without_a_piece(draw: random.Random, content: bytes) -> bytes:
    start = draw.randrange(len(content) + 1)
    return content[:start] + content[start + draw.choice((1, 2, 7, 50, 500)) :]


def _piece_again(draw: random.Random, content: bytes) -> bytes:
    start = draw.randrange(len(content) + 1)
    piece = content[start : start + draw.choice((1, 10, 200))]
    return content[:start] + piece * draw.choice((2, 3, 100, 2_000)) + content[start:]


def _something_in_it(draw: random.Random, content: bytes) -> bytes:
    start = draw.randrange(len(content) + 1)
    piece = draw.choice((*payloads.CELLS, "\x00" * 50, "\n" * 99, '"', '"' * 3, "\r"))
    return content[:start] + piece.encode("utf-8", "surrogatepass") + content[start:]


def _other_number(draw: random.Random, content: bytes) -> bytes:
    """A number in a text or in XML replaced by one at some end of what fits."""
    found = list(re.finditer(rb"\d+", content))
    if not found:
        return _flipped(draw, content)
    at = draw.choice(found)
    other = draw.choice((b"0", b"-1", b"1048576", b"16384", b"4294967296", b"9" * 30, b"1e400",
                         b"", b"NaN", b"2147483647", b"65536"))  # fmt: skip
    return content[: at.start()] + other + content[at.end() :]


def _other_word(draw: random.Random, content: bytes) -> bytes:
    """Two words of a text change places: tags, attributes, values, keys."""
    found = list(re.finditer(rb"[A-Za-z][\w:-]*", content))
    if len(found) < 2:
        return _flipped(draw, content)
    at, other = draw.choice(found), draw.choice(found)
    return content[: at.start()] + other[0] + content[at.end() :]


def _far_cell(draw: random.Random, content: bytes) -> bytes:
    """A cell's place moved to a corner of the sheet."""
    found = list(re.finditer(rb'r="[A-Z]+\d+"', content))
    if not found:
        return _other_number(draw, content)
    at = draw.choice(found)
    place = draw.choice((b"XFD1048576", b"A1048576", b"XFD1", b"AAAA1", b"A0", b"ZZZZZZ9999999999"))
    return content[: at.start()] + b'r="' + place + b'"' + content[at.end() :]


def _bomb(draw: random.Random, content: bytes) -> bytes:
    """An entity that grows, at the start of what may be XML."""
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
    )
    head, sep, rest = content.partition(b"?>")
    body = rest if sep else content
    return (head + sep if sep else b"") + entity + b"]>" + body.replace(b"A-1", b"&i;", 1)


_CHANGES = (
    *(_flipped, _random_bytes, _cut, _without_a_piece, _piece_again, _something_in_it),
    *(_other_number, _other_number, _other_word, _far_cell, _bomb),
)


# --- cells ------------------------------------------------------------------------------------


def _cell_level(draw: random.Random, dossiers: Mapping[str, bytes]) -> Input:
    rows = ledger(draw, draw.choice((24, 24, 24, 200)))
    told, sure = [], True
    for _again in range(draw.choice((1, 1, 2, 4))):
        what, still = _changed_cell(draw, rows)
        told.append(what)
        sure &= still
    files = seed_files(draw, rows, dossiers)
    if draw.random() < 0.3:
        told.append(_changed_side(draw, files))
    if draw.random() < 0.8:  # few lines: one that is rejected would stop all
        files["settings.toml"] = b"[data]\nmax_reject_share = 1.0\nmax_open_share = 1.0\n"
    sales = next(name for name in files if name.startswith("sales"))
    sure &= not sales.endswith(".txt")  # a bar or a line end in a cell makes another list
    revenue = sum((_number(row) for row in rows[1:]), Decimal(0))
    return Input(
        f"{sales}: {', '.join(told)}", "cells", files,
        rows=len(rows) - 1 if sure else None, revenue=revenue if sure else None,
    )  # fmt: skip


def _changed_cell(draw: random.Random, rows: Rows) -> tuple[str, bool]:
    """Change the rows in place; what was done, and whether rows and revenue are still known."""
    kind = draw.random()
    if kind < 0.15:
        place = draw.randrange(len(rows[0]))
        rows[0][place] = draw.choice(payloads.HEADERS)
        return f"header {rows[0][place]!r:.40}", False
    if kind < 0.25:
        row = draw.randrange(1, len(rows))
        cut = draw.randrange(len(rows[row]))
        rows[row] = draw.choice((rows[row][:cut], [*rows[row], "x", "9.99"]))
        rows[row] += [""] * (len(rows[0]) - len(rows[row]))
        return f"row of {len(rows[row])} cells", False
    row = draw.randrange(1, len(rows))
    if kind < 0.55:
        rows[row][_REVENUE] = value = draw.choice((*_NUMBERS, *_NO_NUMBERS))
        return f"revenue {value!r:.40}", _keeps_rows(value)
    if kind < 0.6:
        rows[row] = list(rows[draw.randrange(1, len(rows))])
        return "a row twice", True
    place = draw.choice([n for n in range(len(rows[row])) if n != _REVENUE])
    value = draw.choice(payloads.CELLS)
    if draw.random() < 0.15:  # all of a column
        for each in rows[1:]:
            each[place : place + 1] = [value]
        return f"all of {COLUMNS[place]} {value!r:.40}", False
    rows[row][place] = value
    return f"{COLUMNS[place]} {value!r:.40}", _keeps_rows(value)


def _keeps_rows(value: str) -> bool:
    """Whether a cell stays one cell in every container: no line ends, and no end of a file."""
    return not re.search(r"[\x00-\x1f\x85\u2028\ufeff]", value) and "sep=" not in value


def _number(row: list[str]) -> Decimal:
    cell = row[_REVENUE]
    return Decimal(cell) if _SIMPLE.fullmatch(cell) else Decimal(0)


def _changed_side(draw: random.Random, files: dict[str, bytes]) -> str:
    """A cell of a side table changed, where there is one."""
    beside = [n for n in files if n.endswith(".csv") and not n.startswith("sales")]
    if not beside:
        return "nothing beside"
    name = draw.choice(beside)
    rows = list(csv.reader(io.StringIO(files[name].decode())))
    row, value = draw.randrange(len(rows)), draw.choice(payloads.CELLS)
    place = draw.randrange(len(rows[row]))
    rows[row][place] = draw.choice(payloads.HEADERS) if row == 0 else value
    files[name] = text_file(rows)
    return f"{name} {rows[row][place]!r:.40}"


# --- options ----------------------------------------------------------------------------------


def _option_level(draw: random.Random, dossiers: Mapping[str, bytes]) -> Input:
    rows = ledger(draw)
    files = seed_files(draw, rows, dossiers)
    sales = next(name for name in files if name.startswith("sales"))
    beside = [n[:-4] for n in files if n.endswith(".csv") and n[:-4] in SIDE]
    described: dict[str, Any] = {"title": "Small", "currency": "EUR"}
    described["transactions"] = {"source": sales}
    described |= {name: {"source": f"{name}.csv"} for name in beside}
    told = []
    for _again in range(draw.choice((1, 1, 2, 3))):
        told.append(_changed_option(draw, described, beside))
    links = {"link.csv": "{out}/canary.csv", "linked": "{out}"} if draw.random() < 0.3 else {}
    files["dataset.toml"] = toml(described).encode("utf-8", "surrogatepass")
    if draw.random() < 0.2:
        what, files["settings.toml"] = _changed_settings(draw)
        told.append(what)
    if draw.random() < 0.1:
        files["dataset.toml"], what = changed_bytes(draw, files["dataset.toml"])
        told.append(f"dataset.toml {what}")
    return Input(", ".join(told), "configuration", files, links=links)


def _changed_option(draw: random.Random, described: dict[str, Any], beside: Sequence[str]) -> str:
    kind = draw.random()
    name = "transactions" if draw.random() < 0.75 or not beside else draw.choice(beside)
    table = described[name]
    if not isinstance(table, dict):
        table = described[name] = {"source": "sales.csv"}
    if kind < 0.12:
        key = draw.choice(list(payloads.TOP))
        described[key] = draw.choice((*payloads.TOP[key], draw.choice(payloads.ODD)))
        return f"{key} = {described[key]!r:.50}"
    if kind < 0.3:
        table["source"] = draw.choice((*payloads.SOURCES, draw.choice(payloads.ODD)))
        if "://" in str(table["source"]):
            table["table"] = "sales"
        return f"{name}.source = {table['source']!r:.60}"
    if kind < 0.6:
        return f"{name}.{_expression(draw, name, table)}"
    if kind < 0.9:
        key = draw.choice(list(payloads.OPTIONS))
        table[key] = draw.choice((*payloads.OPTIONS[key], draw.choice(payloads.ODD)))
        return f"{name}.{key} = {table[key]!r:.50}"
    odd = draw.choice(payloads.ODD)
    if kind < 0.95:
        key = draw.choice(("lookup", "exclude", "columns", "nosuch", "source", "part", "reshape"))
        table[key] = odd
        return f"{name}.{key} = {odd!r:.50}"
    described[draw.choice((name, "nosuch", "transactions", "x" * 99))] = odd
    return f"a section = {odd!r:.50}"


def _expression(draw: random.Random, name: str, table: dict[str, Any]) -> str:
    """An expression, rule, lookup or SELECT put into a table; what it is."""
    text = draw.choice(payloads.EXPRESSIONS)
    where = draw.choice(("columns", "columns", "where", "part", "negative", "reshape", "lookup"))
    if where == "columns":
        names = COLUMNS if name == "transactions" else SIDE[name].partition("\n")[0].split(",")
        column = draw.choice(list(names))
        table["columns"] = {**{each: each for each in names}, column: text}
        return f"columns.{column} = {text:.60}"
    if where == "where":
        table["exclude"] = [{"reason": draw.choice(payloads.NAMES), "where": text}]
    elif where == "lookup":
        source = draw.choice((*payloads.SOURCES, "accounts.csv", "sales.csv"))
        table["lookup"] = [{"source": source, "key": draw.choice(("account", text))}]
        return f"lookup = {table['lookup']!r:.80}"
    elif where == "reshape":
        select = draw.choice(
            ("SELECT * FROM source", "FROM source", "SELECT", "WITH x AS (SELECT 1)")
        )
        turned = (f"{select} WHERE {text}", f"SELECT {text} AS account FROM source", text)
        table["reshape"] = draw.choice((*turned, f"SELECT * FROM source, ({text})"))
    else:
        table[where] = text
    return f"{where} = {text:.60}"


def _changed_settings(draw: random.Random) -> tuple[str, bytes]:
    """A settings.toml with a value that does not fit, and what it says."""
    from kamlib.settings.load import Settings

    group = draw.choice(list(Settings.model_fields))
    names = list(Settings.model_fields[group].annotation.model_fields)
    key, odd = draw.choice([*names, "nosuch"]), draw.choice(payloads.ODD)
    if draw.random() < 0.1:
        return f"settings {group} = {odd!r:.40}", toml({group: odd}).encode(
            "utf-8", "surrogatepass"
        )
    return f"settings {group}.{key} = {odd!r:.40}", toml({group: {key: odd}}).encode(
        "utf-8", "surrogatepass"
    )


def toml(content: Mapping[str, Any]) -> str:
    """The content as TOML; sections as tables of their own, what is in them inline."""
    plain = [f"{_key(k)} = {_value(v)}" for k, v in content.items() if not isinstance(v, dict)]
    sections = []
    for name, section in content.items():
        if isinstance(section, dict):
            lines = [f"{_key(key)} = {_value(value)}" for key, value in section.items()]
            sections.append("\n".join([f"[{_key(name)}]", *lines]))
    return "\n\n".join(["\n".join(plain), *sections]) + "\n"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]+", name) else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return json.dumps(value).replace("\\ud7ff", "\ud7ff")
