"""Exports that somebody has at hand, invented and tiny, and the command line in this process."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from kamlib.cli import app, asking, commands, printing


@pytest.fixture
def kam(monkeypatch, tmp_path):
    """Run a command as typed in a folder of its own, 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    for console in (printing.console, printing.problems):
        monkeypatch.setattr(console, "_width", 80)

    def run(*arguments, answers=None):
        return CliRunner().invoke(app, [str(each) for each in arguments], input=answers)

    return run


@pytest.fixture
def sales(tmp_path):
    """Write an export of two years; credit notes are positive, told by their type."""

    def write(*, also_signed=False, name="sales.csv", **more):
        days = pd.date_range("2024-01-02", "2025-12-30", freq="14D")
        lines = pd.DataFrame(
            {
                "Customer No": [f"C{number % 7:03d}" for number in range(len(days))],
                "Invoice Date": days.strftime("%Y-%m-%d"),
                "Invoice No": [f"R{number}" for number in range(len(days))],
                "Net Amount": [100.5 + 10 * (number % 7) for number in range(len(days))],
                "Type": ["Credit note" if number % 9 == 8 else "Invoice" for number in range(53)],
                "Currency": "EUR",
            }
        ).assign(**more)
        if also_signed:
            lines.loc[8, "Net Amount"] *= -1
        lines.to_csv(tmp_path / name, index=False)
        return lines

    return write


@pytest.fixture
def terminal(monkeypatch):
    """Somebody sits there and types."""

    def sits(*typed):
        answers = iter(typed)

        def read(_prompt):
            try:
                return next(answers)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)
        monkeypatch.setattr(asking, "in_a_terminal", lambda: True)
        monkeypatch.setattr(commands, "in_a_terminal", lambda: True)

    return sits
