"""Results that are computed once, each with the tables that it was made of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pandas as pd

# The tables asked for by what is being computed now; nothing where nobody wants to know.
_asked: ContextVar[set[str] | None] = ContextVar("asked", default=None)


class Results:
    """Results by name, each computed when it is first asked for, and what it stands on.

    Who changes a frame that is handed out changes it for nobody else.
    """

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._rests: dict[str, frozenset[str]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def once(
        self, name: str, compute: Callable[[], Any], rests: tuple[str, ...] | None = None
    ) -> Any:
        """A result; what asks for it while it is itself computed stands on the same tables.

        Parameters
        ----------
        rests
            The tables, or columns of one ("transactions.region"), that it stands on; without
            them those that were asked for on the way.
        """
        if name not in self._values:
            with resting() as asked:
                self._values[name] = compute()
            self._rests[name] = frozenset(asked if rests is None else rests)
        ask(*self._rests[name])
        return handed_out(self._values[name])


def ask(*tables: str) -> None:
    """Note tables, or columns of one, that are asked for: what is being computed stands on them."""
    asked = _asked.get()
    if asked is not None:
        asked.update(tables)


@contextmanager
def resting() -> Iterator[set[str]]:
    """What is computed within, and no further out, stands on the tables of the set."""
    asked: set[str] = set()
    token = _asked.set(asked)
    try:
        yield asked
    finally:
        _asked.reset(token)


def handed_out(value: Any) -> Any:
    """The same frames as new objects that share their data until one is changed."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.copy(deep=False)
    if isinstance(value, dict):
        return {key: handed_out(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(handed_out, value))
    return value
