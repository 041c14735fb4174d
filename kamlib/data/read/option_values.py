"""What the options of a ``dataset.toml`` may hold, and those that hold several."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kamlib.data.files.layout import MONTHS, TITLE
from kamlib.data.files.parts import is_reserved
from kamlib.errors import DataError, nearest_name

NO_FILE = 'names no file; expected one, such as source = "sales.xlsx"'
_NO_DELIMITERS = '"\r\n\x00'


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _sets(value: Any) -> Any:
    """Fields that are filled together: one list of names, or several."""
    return [value] if isinstance(value, list) and value and isinstance(value[0], str) else value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _time_zone(value: str) -> str:
    if value and (known := _time_zones()) and value not in known:
        raise ValueError(f'"{value}" is no time zone{nearest_name(value, known)}')
    return value


def _sources(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(text.strip() for text in value):
        raise ValueError(NO_FILE)
    for text in value:
        if re.search(r"[\x00-\x1f]", text):
            raise ValueError(f"{text!r} is no name of a file; expected one without control signs")
    return value


def _delimiter(value: str) -> str:
    if value and (len(value) > 1 or not value.isascii() or value in _NO_DELIMITERS):
        raise ValueError(
            f"{value!r} does not stand between columns; expected one sign, such as "
            '";", "," or "|", and "\\t" for a tab'
        )
    return value


def _column_names(value: tuple[str, ...]) -> tuple[str, ...]:
    taken: set[str] = set()
    for name in value:
        if not name.strip():
            raise ValueError("one of the names is empty; expected a name for each column")
        if name.casefold() in taken:
            raise ValueError(
                f'"{name}" is there twice; expected a name of its own for each column '
                "(capitals make no difference)"
            )
        if is_reserved(name):
            raise ValueError(f'"{name}" is reserved; expected a name that does not begin with kam_')
        taken.add(name.casefold())
    return value


def _pattern(value: str) -> str:
    try:
        pc.match_substring_regex(pa.array([""]), value)
    except pa.ArrowInvalid as error:
        said = str(error).removeprefix("Invalid regular expression: ")
        raise ValueError(f"{value!r} is no pattern ({said})") from None
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
SetsOfNames = Annotated[tuple[Names, ...], BeforeValidator(_sets)]
Sources = Annotated[Names, AfterValidator(_sources)]
ColumnNames = Annotated[tuple[str, ...], AfterValidator(_column_names)]
Delimiter = Annotated[str, AfterValidator(_delimiter)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Section(BaseModel):
    """A section of a description: it holds what it is known for, and stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class UnpivotOptions(Section):
    """Columns that become lines, such as months."""

    columns: Names = (MONTHS,)
    period: str = "Month"
    amount: str = "Amount"
    total: str = ""
    year: int | str = ""
    year_starts: int = Field(1, ge=1, le=12)


class YearlessOptions(Section):
    """Columns of days that are written without their year, and where it stands."""

    columns: Names = Field(min_length=1)
    year: int | str = TITLE


class GroupOptions(Section):
    """Headings above their lines in one column; each level becomes a column."""

    levels: Names = Field(min_length=1)
    column: int = Field(1, ge=1)
    lines: Pattern = ""


def plain_text(path: Path, content: Mapping[str, Any], key: str, default: str) -> str:
    """A text at the top of a description.

    Raises
    ------
    DataError
        It is none.
    """
    value = content.get(key, default)
    if not isinstance(value, str):
        raise DataError(f'{path}: {key} = {value!r}; expected a text, like {key} = "…"')
    return value


def listed_texts(path: Path, content: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts at the top of a description; empty where it has none.

    Raises
    ------
    DataError
        It is no list of texts.
    """
    value = content.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise DataError(f'{path}: {key} = {value!r}; expected a list, like {key} = ["a.csv"]')
    return tuple(value)


def texts_by_name(path: Path, content: Mapping[str, Any], key: str) -> dict[str, str]:
    """A section whose keys each have a text; empty where there is none.

    Raises
    ------
    DataError
        It is no section.
    """
    value = content.get(key, {})
    if not isinstance(value, dict):
        raise DataError(f"{path}: {key} = {value!r}; expected a section [{key}]")
    return {name: str(text) for name, text in value.items()}
