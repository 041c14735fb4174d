"""The key-account workbook's library: from a trading company's sales to its quarterly pack."""

from kamlib.chapters.catalogue import KeyAccountBook, open_book
from kamlib.errors import DataError, SettingsError

__all__ = ["KeyAccountBook", "DataError", "SettingsError", "open_book"]
