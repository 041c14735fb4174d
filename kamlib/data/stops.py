"""Why no report is made of a data set that could be opened."""

from kamlib.data.currencies import check_rates
from kamlib.data.expect import check_expected
from kamlib.data.tables import Tables, check_questions, check_rejects, check_span
from kamlib.errors import DataError
from kamlib.settings import Settings

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
