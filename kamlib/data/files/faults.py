"""What the libraries that read files raise on damaged ones, told in the file's name."""

import contextlib
import csv
import lzma
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError

from kamlib.errors import DataError, first_line

# Each may come from anywhere inside a reader, for any damage; what our own code raises is not here.
_OF_A_DAMAGED_FILE = (
    *(pa.ArrowException, CalamineError, csv.Error, ET.ParseError, struct.error),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError),
    *(UnicodeError, RecursionError, OverflowError),
)


@contextlib.contextmanager
def damage_told(path: Path, label: str = "") -> Iterator[None]:
    """Turn what a library raises on a file into an error that names the file.

    Parameters
    ----------
    path
        The file.
    label
        What it is called in the message, such as with its sheet; its name where empty.

    Raises
    ------
    DataError
        The file cannot be read, or there is not enough memory for it.
    """
    label = label or path.name
    try:
        yield
    except (DataError, GeneratorExit):
        raise
    except MemoryError as error:
        raise DataError(
            f"{label}: there is not enough memory to read it; close other programs, or split "
            "the file, such as by year"
        ) from error
    except OSError as error:
        raise DataError(f"{label}: cannot be read ({error.strerror or error})") from error
    except _OF_A_DAMAGED_FILE as error:
        raise damaged(label, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the Excel reader, in Rust
            raise
        raise damaged(label, error) from error


def nothing_in(label: str) -> DataError:
    """The error for a file or sheet in which nothing stands."""
    return DataError(f"{label}: is empty; expected a header row and at least one line")


def damaged(label: str, error: BaseException | str) -> DataError:
    """The error for a file that a library cannot read."""
    told = error if isinstance(error, str) else first_line(error)
    return DataError(
        f"{label}: cannot be read, it seems damaged ({told}); expected a file as the program "
        "that made it saves it: open it there and save it again"
    )
