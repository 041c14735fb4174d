"""What readers of a pack see, piece by piece, and the hashes that are held of it.

A piece is a table, a calendar, a part of the workbook (a member of the .xlsx), the visible text
of a page or the pixels of one of its pictures. ``python tests/oracle/held.py`` (``make oracle``)
makes the packs of the companies and holds their hashes anew; ``--into FOLDER`` writes the pieces
themselves instead: done at two commits, ``diff -r`` shows what became different.
"""

import argparse
import base64
import hashlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image

from kamlib.pack.pack import Pack, write_pack

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "data"))

from companies import adventureworks_in

HERE = Path(__file__).resolve().parent
QUARTERS = {"demo": "2025Q4", "adventureworks": "2020Q1"}
COMPANIES: dict[str, Callable[[Path], str | Path]] = {
    "demo": lambda _folder: "demo",
    "adventureworks": adventureworks_in,
}
# Three dossiers: one is first, one is last, one has two neighbours.
FEW = {"pack.dossiers": 3}


def company_pack(name: str, folder: Path) -> Pack:
    """The pack of a company with few dossiers, written into a folder."""
    return write_pack(COMPANIES[name](folder), QUARTERS[name], FEW, reports=folder)


def pieces(folder: Path) -> dict[str, bytes]:
    """All that readers of a pack see, by name, in order."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in (".csv", ".ics"):
            found[name] = path.read_bytes()
        elif path.suffix == ".xlsx":
            found |= {f"{name}/{part}": content for part, content in _parts(path)}
        elif path.suffix == ".html":
            page = _Page(path)
            found[f"{name}/text"] = "\n".join(page.texts).encode()
            for number, picture in enumerate(page.pictures, start=1):
                found[f"{name}/picture {number}"] = _pixels(picture)
    return found


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each piece of a pack."""
    return {name: hashlib.sha256(seen).hexdigest() for name, seen in pieces(folder).items()}


def held(name: str) -> dict[str, str]:
    """The hashes that are held of a company's pack."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def _parts(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as parts:
        for part in sorted(parts.namelist()):
            yield part, parts.read(part)


def _pixels(picture: bytes) -> bytes:
    """What is drawn, not how it was compressed: that goes by the processor."""
    image = Image.open(io.BytesIO(picture)).convert("RGBA")
    return repr(image.size).encode() + image.tobytes()


class _Page(HTMLParser):
    """The texts that one reads on a page, those of its pictures included, and the pictures."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.pictures: list[bytes] = []
        self._silent = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        values = dict(attrs)
        self.texts += [text for key in ("alt", "title", "href") if (text := values.get(key))]
        kind, _, data = (values.get("src") or "").partition(";base64,")
        if kind == "data:image/png":
            self.pictures.append(base64.b64decode(data))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(" ".join(data.split()))


def _hold(name: str, folder: Path) -> None:
    text = json.dumps(hashes(folder), indent=0, sort_keys=True, ensure_ascii=False)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_pieces(folder: Path, into: Path) -> None:
    for name, seen in pieces(folder).items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(seen)


def main() -> None:
    """Hold the hashes anew, or write the pieces into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("companies", nargs="*", default=list(COMPANIES), metavar="COMPANY")
    parser.add_argument("--into", type=Path, help="write the pieces there; hold nothing")
    given = parser.parse_args()
    for name in given.companies:
        with tempfile.TemporaryDirectory() as folder:
            pack = company_pack(name, Path(folder))
            if not pack.complete:
                sys.exit(f"{name}: the pack is not complete: {pack.failures} {pack.checks}")
            if given.into:
                _write_pieces(pack.folder, given.into / name)
            else:
                _hold(name, pack.folder)


if __name__ == "__main__":
    main()
