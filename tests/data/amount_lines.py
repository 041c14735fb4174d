"""Lines whose net amount, tax and price are known, and what init makes of them."""

import numpy as np
import pandas as pd

from kamlib.data.guess.setup import guessed_dataset

N = 180
RANDOM = np.random.default_rng(7)
QUANTITY = RANDOM.integers(1, 40, N)
PRICE = RANDOM.choice([14.5, 480.0, 120.0, 37.25, 61.3], N)
NET = np.round(QUANTITY * PRICE, 2)
TAX = np.round(NET * 0.19, 2)
SHARE = RANDOM.choice([0.0, 0.05, 0.1, 0.15], N)
DOCUMENT = np.repeat(np.arange(10001, 10001 + N // 3), 3)
FOREIGN = np.arange(N) % 3 == 0
CODE = np.where(FOREIGN, "USD", "EUR")
RATE = np.where(FOREIGN, 0.92, 1.0)


def lines(**columns) -> pd.DataFrame:
    head = {
        "Invoice No": DOCUMENT,
        "Invoice Date": np.repeat(
            pd.date_range("2024-01-02", periods=N // 3, freq="3D").strftime("%Y-%m-%d"), 3
        ),
        "Customer": RANDOM.choice(
            ["Ivy Parts", "Birch & Sons", "Maple Inc", "Oak Ltd"], N // 3
        ).repeat(3),
    }
    return pd.DataFrame({**head, **{name: values for name, values in columns.items()}})


def settled(tmp_path, table, name="sales.csv"):
    """What init makes of a table: the total that counts, and its doubts by key."""
    write = table.to_excel if name.endswith(".xlsx") else table.to_csv
    write(tmp_path / name, index=False)
    guessed = guessed_dataset("guessed", [tmp_path / name], tmp_path / "data")
    assert guessed.settled is not None, guessed.missing
    assert not guessed.settled.problem, guessed.settled.problem
    return guessed, {doubt.key: doubt for doubt in guessed.settled.doubts}


def total(guessed):
    return round(guessed.settled.kept, 2)
