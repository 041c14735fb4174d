"""Checked rows -> day ledger and side tables. Called by the book; calls read and describe."""
