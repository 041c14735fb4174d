"""Why no report is made of a data set that could be opened: doubts, and code nobody allowed."""

from pathlib import Path

from kamlib.data.currencies import check_rates
from kamlib.data.expect import check_expected
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.reach import CHAPTERS, CODE, NOTEBOOKS, check_reach, own_files
from kamlib.data.tables import Tables, check_questions, check_rejects, check_span
from kamlib.errors import DataError
from kamlib.settings import Settings

__all__ = ["CHAPTERS", "NOTEBOOKS", "allowed_code", "stop_on_doubt", "stops"]
_STOPS = (
    lambda tables, _settings: check_span(tables),
    check_rejects,
    check_questions,
    lambda tables, _settings: check_rates(tables),
    lambda tables, _settings: check_expected(tables),
)


def stops(tables: Tables, settings: Settings) -> list[str]:
    """Every reason why no report can be made; none where one can."""
    found = []
    for check in _STOPS:
        try:
            check(tables, settings)
        except DataError as error:
            found.append(str(error))
    return found


def stop_on_doubt(tables: Tables, settings: Settings) -> None:
    """Stop where no report can be made.

    Raises
    ------
    DataError
        ``complete_to`` is before the data, too many lines are rejected, a question is open, rates
        are turned round, or revenue is not what is expected.
    """
    for check in _STOPS:
        check(tables, settings)


def allowed_code(dataset: DataSet, folder: str) -> list[Path]:
    """The files of code of a data set's own in its ``chapters`` or ``notebooks``, by name.

    Raises
    ------
    DataError
        There are some, and nobody has allowed the data set's code as it is now.
    """
    found = own_files(dataset, folder)
    if found:
        check_reach(dataset, (CODE,))
    return found
