"""A data set whose every name is a payload, and its pack as a browser and Excel find it."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import payloads
from mutants import text_file, toml

_DAYS = [f"{year}-{month:02}-{7 + month}" for year in (2023, 2024) for month in range(1, 13)]
_QUARTER = "2024Q4"
# What spreadsheets take for a formula where a text cell begins with it.
_FORMULA = tuple("=+-@\t\r")
_NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?%?", re.IGNORECASE)
_HARMLESS = re.compile(
    r"^(#|[\w./%~-]+(#[\w-]+)?$|about:blank)|^(mailto|tel):[\w.@+-]+$", re.IGNORECASE
)


def hostile_set(port: int) -> dict[str, bytes]:
    """The files of a company of strangers: payloads wherever people write texts."""
    names = [name.replace("{port}", str(port)) for name in payloads.NAMES]
    names = [name for name in names if "\r" not in name]
    codes = [f"{name[:60]} {n}" for n, name in enumerate(names)]
    made = {
        "transactions": _sales(codes, names),
        "accounts": [["account", "name", "industry", "region", "manager", "description", "history",
                      "address", "parent"],
                     *([code, name, names[n % 7], names[n % 5], names[n % 3], name, name, name,
                        codes[0] if n in (1, 2) else ""]
                       for n, (code, name) in enumerate(zip(codes, names, strict=True)))],
        "contacts": [["account", "contact", "name", "position", "reports_to", "role", "influence",
                      "interests", "mail", "phone"],
                     *([code, f"C{k}", names[(n + k) % len(names)], names[(n + 2) % len(names)],
                        "C0" if k else "", "decides", "2", names[n], names[n], names[n]]
                       for n, code in enumerate(codes) for k in range(2))],
        "interactions": [["account", "date", "kind", "contact", "subject", "outcome", "next_step",
                          "next_step_due", "manager"],
                         *([code, "2024-11-05", "complaint", "C0", names[n], names[n], names[n],
                            "2025-01-10", names[n % 3]] for n, code in enumerate(codes))],
        "competitors": [["account", "competitor", "product_line", "share", "strength", "note"],
                        *([code, names[n % 11], names[n % 6], "0.3", "2", names[n]]
                          for n, code in enumerate(codes))],
        "losses": [["account", "date", "reason", "note"],
                   *([code, "2024-05-01", "price", names[n]] for n, code in enumerate(codes[::4]))],
        "prospects": [["prospect", "name", "industry", "region", "source", "need",
                       "need_evidence", "budget", "budget_evidence", "authority",
                       "authority_evidence", "competitor", "product_line", "value", "manager"],
                      *([f"P{n} {name[:40]}", name, names[n % 7], names[n % 5], names[n % 4], "0.7",
                         name, "0.6", name, "0.5", name, names[n % 11], names[n % 6], "9000",
                         names[n % 3]] for n, name in enumerate(names))],
        "managers": [["manager", "name", "hours_per_quarter", "team"],
                     *([name, name, "300", "sales"] for name in names[:3])],
        "plays": [["place", "strategy", "hours", "lead", "offer", "next_step"],
                  *([place, *(names[n], "4", *names[n + 1 : n + 4])]
                    for n, place in enumerate(("AX", "BX", "CX", "L", "N")))],
    }  # fmt: skip
    files = {f"{table}.csv": text_file(rows) for table, rows in made.items()}
    tables = {table: {"source": f"{table}.csv"} for table in made}
    described = {"title": names[1], "currency": "EUR", **tables}
    files["dataset.toml"] = toml(described).encode()
    return files


def _sales(codes: Sequence[str], names: Sequence[str]) -> list[list[str]]:
    rows = [["account", "date", "document", "product", "product_line", "quantity", "revenue",
             "cost", "region", "channel", "manager"]]  # fmt: skip
    for n, code in enumerate(codes):
        until = len(_DAYS) - 8 if n % 4 == 0 else len(_DAYS)
        for k, day in enumerate(_DAYS[n % 3 : until : 1 + n % 2]):
            rows.append([code, day, f"{names[n][:20]}{k}", names[(n + k) % len(names)],
                         names[(n + k) % 6], "3", str(900 + 50 * n + k), str(500 + 20 * n),
                         names[n % 5], names[n % 8], names[n % 3]])  # fmt: skip
    return rows


@dataclass
class Seen:
    """What a browser met on the pages of a pack: each must stay empty but ``pages`` and ``names``.

    ``names`` counts how often the mark of the payloads stands in the text of pages: zero would
    mean that nothing was tried.
    """

    pages: int = 0
    names: int = 0
    ran: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def browsed(pack: Path, browser: Any) -> Seen:
    """Open every page of a pack, with all that can be unfolded, typed into and clicked."""
    seen = Seen()
    context = browser.new_context(accept_downloads=False)
    view = context.new_page()
    here = pack.resolve().as_uri()
    view.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    view.on("request", lambda request: _request(request.url, here, seen))
    for page in sorted(pack.rglob("*.html")):
        view.goto(page.resolve().as_uri(), wait_until="load")
        view.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        for box in view.query_selector_all("input:visible, select:visible")[:6]:
            if box.evaluate("b => b.tagName") == "INPUT" and box.get_attribute("type") in (
                None, "search", "text",
            ):  # fmt: skip
                box.fill(payloads.NAMES[1])
                box.fill("")
        for head in view.query_selector_all("th:visible, summary:visible")[:6]:
            head.hover(timeout=2000, force=True)
            head.click(timeout=2000, force=True, no_wait_after=True)
        seen.pages += 1
        seen.names += view.inner_text("body").count(payloads.MARK)
        if view.evaluate(f"window.{payloads.MARK}") or not view.url.startswith(here):
            seen.ran.append(f"{page.name}: {view.url}")
        found = view.evaluate(
            "[...document.querySelectorAll('[href],[src],[action],[formaction],[srcdoc]')].map(e =>"
            "['href','src','action','formaction','srcdoc'].map(a => e.getAttribute(a)))"
        )
        for value in [value for each in found for value in each if value]:
            if not value.startswith("data:image/") and not _HARMLESS.match(value):
                seen.links.append(f"{page.name}: {value[:120]}")
        handlers = view.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a =>"
            "a.name.startsWith('on')).map(a => a.value))"
        )
        seen.links += [f"{page.name}: {value}" for value in handlers if payloads.MARK in value]
    context.close()
    return seen


def _request(url: str, here: str, seen: Seen) -> None:
    if not url.startswith((here, "data:", "about:", "blob:")):
        seen.asked.append(url[:200])


def made_of_data(pack: Path) -> list[str]:
    """What spreadsheets would run or follow, made of data: in the workbooks, and in the tables."""
    found = []
    for path in sorted(pack.rglob("*.xlsx")):
        with zipfile.ZipFile(path) as file:
            for name in file.namelist():
                found += [f"{path.name} {name}: {each}" for each in _run_by_excel(name, file)]
    for path in sorted((pack / "tables").glob("*.csv")):
        text = path.read_bytes().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            found += [
                f"{path.name}: {cell[:60]!r}"
                for cell in row
                if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell.strip())
            ]
    return found


def _run_by_excel(name: str, file: zipfile.ZipFile) -> Iterator[str]:
    """Formulas, links and external parts of a workbook's part that bear a payload's mark."""
    if re.search(r"externalLink|vbaProject|activeX|ctrlProps|embeddings|connections|webExt", name):
        yield "is there"
    if not name.endswith((".xml", ".rels")):
        return
    text = file.read(name).decode("utf-8")
    for formula in re.findall(
        r"<(?:\w+:)?(?:f|formula1|formula2|definedName)\b[^>]*>([^<]*)<", text
    ):
        without = re.sub(r'"(?:[^"]|"")*"', "", unescape(formula))  # texts in it are only compared
        if payloads.MARK in without or re.search(r"\bDDE|WEBSERVICE|HYPERLINK|cmd\|", without):
            yield f"formula {formula[:100]}"
    for target in re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', text):
        if not re.fullmatch(r"accounts[/\\][\w.%-]+\.html|kam-[\w.%-]+\.xlsx", unescape(target)):
            yield f"link {target[:100]}"
    yield from (f"link {place}" for place in re.findall(r'location="([^"]*kamzz[^"]*)"', text))
    if "<ddeLink" in text or "<oleLink" in text:
        yield "a link to another program"


def written_set(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files in a folder; the folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def written_pack(folder: Path, port: int, *, dossiers: int) -> Any:
    """The pack of the company of strangers, as ``kam report`` writes it."""
    from kamlib.pack.pack import write_pack

    data = written_set(hostile_set(port), folder / "strangers")
    settings = {"pack.dossiers": dossiers, "key.classes": "A,B,C"}
    return write_pack(data, _QUARTER, settings, reports=folder / "reports")
