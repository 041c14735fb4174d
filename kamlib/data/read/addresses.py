"""The address of a database: what it may say, taken apart before anything of it is used.

A variable of the environment fills in the user or the password, nothing else; a query key that
is not known here is refused, because drivers take keys that read files or load code.
"""

import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from kamlib.errors import DataError, nearest_name

POSTGRESQL, DUCKDB, SQLITE = "postgresql", "duckdb", "sqlite"
FILES = (DUCKDB, SQLITE)  # databases that are a file
_KINDS = {"postgresql": POSTGRESQL, "postgres": POSTGRESQL, "duckdb": DUCKDB, "sqlite": SQLITE}
# Keys of a PostgreSQL URL that reach nothing further; files and hosts in keys are refused.
OPTIONS = ("application_name", "channel_binding", "connect_timeout", "sslmode")
_EXPECTED = (
    "postgresql://user:${PASSWORD}@host/database, or a file in the data set's folder as "
    "duckdb://sales.duckdb or sqlite://sales.sqlite"
)
_URL = re.compile(r"^([a-z][a-z0-9+]+)://(.*)$", re.DOTALL)
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_HOST = re.compile(r"[A-Za-z0-9._:-]*")  # a name or a number, no list and no path
_NAME = re.compile(r"[^/\\?#\x00-\x1f]+")
_DRIVE = re.compile(r"/[A-Za-z]:")


def is_database(source: str) -> bool:
    """Whether a source is a database URL rather than a path."""
    return _URL.match(source) is not None


@dataclass(frozen=True)
class Address:
    """Where a database is and as whom it is asked; ``file`` where it is a file.

    ``user`` and ``password`` are as written: ``${NAME}`` stands for a variable.
    """

    kind: str
    host: str = ""
    port: int = 5432
    database: str = ""
    user: str = ""
    password: str = ""
    options: tuple[tuple[str, str], ...] = ()
    file: str = ""

    @property
    def place(self) -> str:
        """The address for messages, without user and password."""
        if self.kind in FILES:
            return f"{self.kind}://{self.file}"
        return f"{self.kind}://{self.server}/{self.database}"

    @property
    def server(self) -> str:
        """Host and port; the name of this computer where the address has no host."""
        if not self.host:
            return "localhost"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 5432 else f"{host}:{self.port}"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the environment that it names, each once."""
        return tuple(dict.fromkeys(_VARIABLE.findall(f"{self.user}\n{self.password}")))


def database_address(url: str) -> Address:
    """A database's URL, taken apart.

    Raises
    ------
    DataError
        The kind of database or a key is not known, or a variable stands where none may.
    """
    kind, rest = _URL.match(url).groups()
    if kind not in _KINDS:
        raise DataError(
            f"{_place(url)}: {kind} is no database that can be read; expected {_EXPECTED}"
        )
    if _KINDS[kind] in FILES:
        return _file(_KINDS[kind], rest)
    return _server(url)


def filled_in(text: str, place: str) -> str:
    """A user or password with its variables' values: plain text, as a driver takes it.

    Raises
    ------
    DataError
        A variable is not set.
    """

    def value(name: str) -> str:
        if name not in os.environ:
            raise DataError(f"{place}: environment variable {name} is not set; set it and retry")
        return os.environ[name]

    pieces = enumerate(_VARIABLE.split(text))
    return "".join(value(each) if n % 2 else unquote(each) for n, each in pieces)


def _file(kind: str, rest: str) -> Address:
    name, asks, _options = rest.partition("?")
    place = f"{kind}://{name}"
    if _VARIABLE.search(rest):
        raise _misplaced(place, "its path")
    if asks:
        raise DataError(f"{place}: takes no options after ?; the file is opened read-only as it is")
    if not name.strip("/"):
        raise DataError(f"{place}: names no file; expected {kind}://sales.{kind}")
    return Address(kind, file=name[1:] if _DRIVE.match(name) else name)


def _server(url: str) -> Address:
    place = _place(url)
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:  # it says what it stumbles on, which may be a piece of the password
        raise DataError(f"{place}: is no address; expected {_EXPECTED}") from None
    login, _at, _server = parts.netloc.rpartition("@")
    user, _colon, password = login.partition(":")
    places = {"the host": parts.netloc.rpartition("@")[2], "the database": parts.path,
              "a key": parts.query, "what follows #": parts.fragment}  # fmt: skip
    for where, text in places.items():
        if _VARIABLE.search(text):
            raise _misplaced(place, where)
    host, database = parts.hostname or "", unquote(parts.path.removeprefix("/"))
    if not _HOST.fullmatch(host) or not _NAME.fullmatch(database) or parts.fragment:
        raise DataError(f"{place}: is no address of one database; expected {_EXPECTED}")
    if not user:
        raise DataError(f"{place}: says no user; expected {_EXPECTED}")
    return Address(
        POSTGRESQL, host, port, database, user, password, _known_options(place, parts.query)
    )


def _known_options(place: str, query: str) -> tuple[tuple[str, str], ...]:
    pairs = parse_qsl(query, keep_blank_values=True)
    for key, _value in pairs:
        if key not in OPTIONS:
            raise DataError(
                f'{place}: does not know the key "{key}"{nearest_name(key, OPTIONS)}; expected '
                f"{', '.join(OPTIONS)}"
            )
    if len(dict(pairs)) < len(pairs):
        raise DataError(f"{place}: says a key twice")
    return tuple(sorted(pairs))


def _misplaced(place: str, where: str) -> DataError:
    return DataError(
        f"{place}: a variable fills in the user or the password of an address only, not {where}; "
        "write that out"
    )


def _place(url: str) -> str:
    """A URL that may be wrong, without what stands before @, whatever it is, and behind ?."""
    return re.sub(r"//.*@", "//", url, flags=re.DOTALL).partition("?")[0].partition("#")[0]
