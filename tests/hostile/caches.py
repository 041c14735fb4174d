"""Planted caches: what is kept of a data set, altered as an attacker or a broken disk would."""

import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from mutants import SIDE, Input, ledger, text_file, toml
from trials import Ground, in_child, kam

_TIMES = 3


def planted(seed: int, count: int, folder: Path) -> list[Input]:
    """So many data sets, each with one file of its cache altered, and what must be said of them.

    Parameters
    ----------
    seed, count
        What is drawn, and how many; every file is altered in every way before one comes again.
    folder
        Of the ground on which they are tried: a cache knows where its data set lies.
    """
    draw = random.Random(f"caches {seed}")
    files = _honest_files(draw)
    kept, facts = in_child(lambda ground: _opened(files, ground), folder)
    ways = [(name, way) for name in sorted(kept) for way in _WAYS]
    draw.shuffle(ways)
    found = []
    for name, way in (ways * (count // max(len(ways), 1) + 1))[:count]:
        content = _WAYS[way](draw, kept[name])
        cache = {**kept, name: content}
        if content is None:
            del cache[name]
        found.append(
            Input(
                f"{len(found)}: {way} {Path(name).name}", "caches", {**files, **cache}, facts=facts
            )
        )
    return found


def _honest_files(draw: random.Random) -> dict[str, bytes]:
    beside = ("accounts", "contacts", "plans", "identities")
    tables = {name: {"source": f"{name}.csv"} for name in beside}
    described = {"currency": "EUR", "transactions": {"source": "sales.csv"}, **tables}
    return {
        "sales.csv": text_file(ledger(draw, 60)),
        "dataset.toml": toml(described).encode(),
        **{f"{name}.csv": SIDE[name].encode() for name in beside},
    }


def _opened(files: dict[str, bytes], ground: Ground) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The cache of a data set that was opened once, and what was said of it."""
    data = ground.written(Input("honest", "caches", files))
    end, told = kam(["check", str(data), "--json"])
    if end != "accepted":
        raise RuntimeError(told)
    kept = {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in sorted((data / ".kam").rglob("*"))
        if path.is_file() and path.name != ".gitignore"
    }
    return kept, json.loads(told[told.index("{") :])


def _times(_draw: random.Random, content: bytes) -> bytes:
    """All money and counts times 3; what is no table of such gets a byte more."""
    try:
        table = pq.read_table(io.BytesIO(content))
    except pa.ArrowInvalid:
        return content + b"3"
    changed = table
    for place, each in enumerate(table.schema):
        if pa.types.is_decimal(each.type) or pa.types.is_floating(each.type):
            column = pa.array(
                [None if v is None else v * _TIMES for v in table[each.name].to_pylist()], each.type
            )
            changed = changed.set_column(place, each, column)
    if changed.equals(table):
        return content[:-1] + bytes([content[-1] ^ 1])
    return _parquet(changed)


def _fewer_rows(draw: random.Random, content: bytes) -> bytes:
    try:
        table = pq.read_table(io.BytesIO(content))
    except pa.ArrowInvalid:
        return content[: len(content) // 2]
    return _parquet(table.slice(0, table.num_rows // 2 if table.num_rows else 0))


def _other_columns(_draw: random.Random, content: bytes) -> bytes:
    try:
        table = pq.read_table(io.BytesIO(content))
    except pa.ArrowInvalid:
        return b"{}"
    return _parquet(table.rename_columns([f"x{n}" for n in range(table.num_columns)]))


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _flipped(draw: random.Random, content: bytes) -> bytes:
    changed = bytearray(content or b"\0")
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


_WAYS: dict[str, Callable[[random.Random, bytes], bytes | None]] = {
    "times 3": _times,
    "half of the rows": _fewer_rows,
    "other columns": _other_columns,
    "truncated": lambda draw, content: content[: draw.randrange(len(content) or 1)],
    "empty": lambda _draw, _content: b"",
    "garbage": lambda draw, content: draw.randbytes(max(len(content), 10)),
    "zeros": lambda _draw, content: b"\0" * max(len(content), 4),
    "one bit": _flipped,
    "gone": lambda _draw, _content: None,
}
