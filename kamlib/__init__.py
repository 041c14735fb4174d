"""The key-account workbook's library: from a trading company's sales to its quarterly pack."""

from kamlib.chapters.catalogue import KeyAccountBook, open_book
from kamlib.chapters.own import table
from kamlib.errors import DataError, SettingsError
from kamlib.settings.parameters import check_parameters
from kamlib.show.files import read_table
from kamlib.show.sentences import headline, page_end
from kamlib.show.tables import said, stacked

__all__ = [
    "DataError",
    "KeyAccountBook",
    "SettingsError",
    "check_parameters",
    "headline",
    "open_book",
    "page_end",
    "read_table",
    "said",
    "stacked",
    "table",
]
