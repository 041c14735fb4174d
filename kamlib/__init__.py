"""The key-account workbook's library: from a trading company's sales to its quarterly pack."""

from kamlib.data.book import Book, open_book
from kamlib.errors import DataError, SettingsError

__all__ = ["Book", "DataError", "SettingsError", "open_book"]
