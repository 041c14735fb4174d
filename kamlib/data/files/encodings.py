"""In which encoding a text is written, found from its letters beyond ASCII wherever they stand."""

import codecs
import re
from pathlib import Path

from kamlib.data.files.containers import unmarked_utf16
from kamlib.errors import DataError

LEGACY_ENCODINGS = ("gb18030", "cp1251", "cp1252")
# Tried where one of them is right by far: Mac, Central European, DOS, older Russian, Taiwanese.
_RARER = ("mac_roman", "cp1250", "cp850", "cp866", "koi8_r", "big5")
_FAR_BETTER = 0.1
_EVIDENCE_BYTES = 200_000
_CHUNK_BYTES = 2**20
_LONGEST_LINE = 4096
_LEAST_AT_HOME = 0.5
_ACCENTED = "\u00c0-\u024f"
_SIGNS = "£€°§®©–—‘’“”•…«»²³ºª´½"
_WESTERN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜ"
_CENTRAL = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉÍŇŘŠŤÚŮÝŽäöüÄÖÜßőűŐŰăâîșțşţ"
_AT_HOME = {
    "gb18030": "",
    "cp1251": r"[А-яЁё№«»–—]{2,}|№|(?<=[А-яЁё])[\s-][А-яЁё]\b",
    "cp1252": rf"(?<=[A-Za-z])[{_ACCENTED}]{{1,2}}|[{_ACCENTED}](?=[A-Za-z])|[{_SIGNS}]",
}
_LATIN = {"cp1252": _WESTERN, "mac_roman": _WESTERN, "cp850": _WESTERN, "cp1250": _CENTRAL}
_FREQUENT_RUSSIAN = "оеаинтсрвл"


def text_encoding(path: Path) -> str:
    """The encoding of a text file, by its first bytes, or by all its bytes beyond ASCII.

    Raises
    ------
    DataError
        No encoding that is known makes words of them.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _is_utf8(path):
        return "utf-8"
    if unmarked_utf16(head):
        return unmarked_utf16(head)
    evidence = _beyond_ascii(path)
    scores = {name: at_home(evidence, name) for name in LEGACY_ENCODINGS}
    best = max(scores, key=scores.__getitem__)
    words = {name: _words(evidence, name) for name in (best, *_RARER)}
    rarer = max(_RARER, key=words.__getitem__)
    if words[rarer] > max(words[best], _LEAST_AT_HOME) + _FAR_BETTER:
        return rarer
    if scores[best] < _LEAST_AT_HOME:
        raise DataError(
            f'{path.name}: its text encoding is not known; set encoding = "…" in dataset.toml'
        )
    return best


def at_home(content: bytes, encoding: str) -> float:
    """The share (0–1) of the characters beyond ASCII that look right in a legacy encoding.

    Chinese is right in common characters, Russian beside Russian letters, and an accented
    letter beside plain ones; read as another encoding, each of them loses its neighbours.
    """
    text = _decoded(content, encoding)
    beyond = re.sub(r"[\x00-\x7f]", "", text)
    if encoding == "gb18030":
        right = sum(_is_common_chinese(letter) for letter in beyond)
    else:
        right = sum(len(found) for found in re.findall(_AT_HOME[encoding], text))
    return right / max(len(beyond), 1)


def _words(content: bytes, encoding: str) -> float:
    """How much like words of its language a text is (0–1): stricter than :func:`at_home`."""
    text = _decoded(content, encoding)
    beyond = re.sub(r"[\x00-\x7f\u00a0]", "", text)
    if not beyond:
        return 0.0
    if encoding in _LATIN:
        letters = _LATIN[encoding]
        lower = re.sub(r"[^a-zß-ÿ\u0100-\u024f]", "", letters)
        # A capital after a small letter is no word: "caÈ" is "café" of another encoding.
        inside = rf"(?<=[A-Za-z{lower}])[{lower}]|(?<![^\W\d_])[{letters}](?=[A-Za-z])"
        capitals = rf"(?<=[A-Z])[{letters.upper().replace('SS', '')}](?![a-z])"
        signs = r"(?<![^\W\d_])[€£–—“”„»«°§®•…](?![^\W\d_])|(?<=[A-Za-z])’(?=[a-z])"
        found = re.findall(f"{inside}|{capitals}|{signs}", text)
        return sum(map(len, found)) / len(beyond)
    if encoding == "big5":
        return sum(_is_common_taiwanese(letter) for letter in beyond) / len(beyond)
    if encoding == "gb18030":
        return sum(_is_common_chinese(letter) for letter in beyond) / len(beyond)
    letters = re.findall("[А-яЁё]", text)
    frequent = sum(letter.lower() in _FREQUENT_RUSSIAN for letter in letters)
    # The ten most frequent letters make up two thirds of any Russian text.
    return min(frequent / len(beyond) / 0.6, 1.0)


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError:
        return ""


def _beyond_ascii(path: Path) -> bytes:
    """The lines with bytes beyond ASCII, wherever they stand, as far as they are needed."""
    lines: list[bytes] = []
    size, rest = 0, b""
    with path.open("rb") as file:
        while size < _EVIDENCE_BYTES and (chunk := file.read(_CHUNK_BYTES)):
            chunk = rest + chunk.replace(b"\r", b"\n")
            cut = chunk.rfind(b"\n") + 1 or len(chunk)
            chunk, rest = chunk[:cut], chunk[cut:]
            found = _lines_beyond_ascii(chunk)
            lines += found
            size += sum(map(len, found))
    lines += _lines_beyond_ascii(rest)
    return b"\n".join(lines)


def _lines_beyond_ascii(chunk: bytes) -> list[bytes]:
    lines, at = [], 0
    while found := re.compile(rb"[\x80-\xff]").search(chunk, at):
        start = max(chunk.rfind(b"\n", 0, found.start()) + 1, found.start() - _LONGEST_LINE)
        end = chunk.find(b"\n", found.start())
        end = len(chunk) if end < 0 else end
        lines.append(chunk[start:end])
        at = end
    return lines


def _is_common_chinese(letter: str) -> bool:
    try:
        return b"\xa1" <= letter.encode("gb2312")[:1] <= b"\xd7"
    except UnicodeEncodeError:
        return False


def _is_common_taiwanese(letter: str) -> bool:
    try:
        return b"\xa1" <= letter.encode("big5")[:1] <= b"\xc6"
    except UnicodeEncodeError:
        return False


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK_BYTES):
                if b"\x00" in chunk:
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
