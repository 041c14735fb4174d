"""What accounts owe us: their invoices, without the credit notes that we owe them."""

import pandas as pd


def is_credit(payments: pd.DataFrame) -> pd.Series:
    """Whether each row is a credit note of ours: an amount below zero is no debt of theirs."""
    return payments["amount"] < 0


def owed(payments: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``payments`` that an account has to pay, or had to."""
    return payments[~is_credit(payments)]
