"""What tries the inputs sees each way in which one can go wrong."""

import os
import random
import urllib.request

import pytest
import trials
from mutants import CONTAINERS, LAYOUTS, Input, corpus, ledger, mutant, text_file, toml
from trials import Listener, tried

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
GOOD = {
    "sales.csv": b"account,date,revenue\nA,2024-01-02,5.25\nB,2024-02-03,7.50\n",
    "dataset.toml": toml({"currency": "EUR", "transactions": {"source": "sales.csv"}}).encode(),
}


def _abort(*_given):
    os.abort()


def _hang(*_given):
    while True:
        pass


def _grow(*_given):
    raise MemoryError(bytearray(10 * 2**30))


def _write(_given, _data, ground):
    (ground.folder / "outside" / "x").write_text("x")
    return "accepted", "", {"fates": [1], "reconciliation": []}


def _leave(_given, _data, ground):
    (ground.folder / "tmp" / "x").write_text("x")
    return "refused", "", {}


def _tell(*_given):
    return "refused", f"not read: {trials.payloads.CANARY}", {}


@pytest.mark.parametrize(
    "wrong, faults",
    [(_abort, ["abort"]), (_hang, ["hang"]), (_leave, ["left"]), (_tell, ["outside"])],
)
def test_each_fault_is_seen_and_costs_one_input(tmp_path, monkeypatch, wrong, faults):
    monkeypatch.setattr(trials, "MAX_SECONDS", 0.5)
    real = trials._checked
    monkeypatch.setattr(
        trials, "_checked", lambda given, *more: wrong(given, *more) if "bad" in given.name
        else ("refused", "", {}),
    )  # fmt: skip
    assert real is not trials._checked
    found = list(tried([Input(name, "bytes", GOOD) for name in ("1", "bad", "3")], tmp_path))
    assert [each.faults for each in found] == [[], faults, []]


def test_what_is_written_outside_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(trials, "_checked", _write)
    monkeypatch.setattr(trials, "_lost", lambda *_given: "")
    (found,) = tried([Input("1", "bytes", GOOD)], tmp_path)
    assert found.outside == "outside/x"


def test_too_much_memory_is_an_end_of_one_input(tmp_path, monkeypatch):
    def run(_arguments):
        try:
            _grow()
        except MemoryError as error:
            return "traceback", type(error).__name__

    monkeypatch.setattr(trials, "kam", run)
    (found,) = tried([Input("1", "bytes", GOOD)], tmp_path)
    assert (found.end, found.told) == ("traceback", "MemoryError")


def test_a_traceback_and_lost_rows_are_seen(tmp_path, monkeypatch):
    good = Input("1", "cells", GOOD, rows=2, revenue=trials.Decimal("12.75"))
    short = Input("2", "cells", GOOD, rows=3, revenue=trials.Decimal("13.75"))
    found = list(tried([good, short], tmp_path))
    assert [each.faults for each in found] == [[], ["lost"]]
    assert found[1].lost == "2 rows read of 3 written; revenue 12.75 of 13.75 written"
    monkeypatch.setattr("kamlib.data.facts.open_tables", lambda *_given: 1 / 0)
    (found,) = tried([good], tmp_path)
    assert found.end == "traceback" and "ZeroDivisionError" in found.told


def test_a_secret_that_is_kept_is_seen(tmp_path):
    text = f"account,date,revenue\n{trials.payloads.CANARY},2024-01-02,5.25\n"
    (found,) = tried([Input("1", "cells", {**GOOD, "sales.csv": text.encode()})], tmp_path)
    assert trials.payloads.CANARY in found.outside and ".parquet" in found.outside


def test_a_call_is_heard():
    listener = Listener()
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{listener.port}/x", timeout=5)
    listener.close()
    assert listener.calls[0].startswith(b"GET /x")


def test_a_number_is_always_the_same_input():
    assert [mutant(5, n) for n in range(9)] == [mutant(5, n) for n in range(9)]
    assert mutant(5, 1).files != mutant(6, 1).files
    assert {mutant(5, n).level for n in range(3)} == {"bytes", "cells", "configuration"}


def test_an_unchanged_seed_is_accepted_in_every_container(tmp_path):
    rows = ledger(random.Random(3))
    revenue = sum(trials.Decimal(row[6]) for row in rows[1:])
    inputs = []
    for name, (ending, write) in CONTAINERS.items():
        described = {"currency": "EUR", "transactions": {"source": f"sales{ending}"}}
        described["transactions"] |= LAYOUTS.get(name, {})
        files = {f"sales{ending}": write(rows), "dataset.toml": toml(described).encode()}
        inputs.append(Input(name, "cells", files, rows=24, revenue=revenue))
    found = list(tried(inputs, tmp_path))
    assert {each.name: (each.end, each.faults, each.told[-300:]) for each in found
            if each.end != "accepted" or each.faults} == {}  # fmt: skip
    assert text_file(rows) == CONTAINERS["csv"][1](rows)
    assert len(corpus()) > 100
