"""A statement of the engine within limits of time and memory.

The engine looks up between the pieces of its work whether it was interrupted, but not within one
call of a function, and what such a call allocates is not counted by its own limit of memory. So
a statement runs in a thread of its own, with a limit of the system on the process's memory where
the system has one (Linux): a call that does not look up is left behind, and the process ends
with it when all else is done.
"""

import atexit
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

import duckdb

from kamlib.data.engine.memory import (
    MEMORY_VARIABLE,
    memory_allowed,
    memory_free,
    process_kilobytes,
)
from kamlib.errors import DataError, SettingsError, is_out_of_memory
from kamlib.settings.machine import GRACE_SECONDS, STATEMENT_SECONDS

try:
    import resource
except ImportError:  # not on Windows
    resource = None

SECONDS_VARIABLE = "KAM_SECONDS"
_FAILED = 2
_LOOK_SECONDS = 1
_STUCK_LOOKS = 10
_IDLE_SHARE = 0.05
_NEARLY = 64 * 2**20  # bytes
_T = TypeVar("_T")
_own = threading.local()
# Connections whose statement goes on in a thread that nobody waits for: they must not be closed.
_left_behind: list[tuple[threading.Thread, Any]] = []


class LimitError(DataError):
    """A statement would take more time or memory than it may: how much that is."""


def seconds_allowed() -> float:
    """The seconds that one statement may take: ``KAM_SECONDS``, or the usual ones.

    Raises
    ------
    SettingsError
        ``KAM_SECONDS`` is no number above zero.
    """
    text = os.environ.get(SECONDS_VARIABLE, "").strip()
    if not text:
        return STATEMENT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < threading.TIMEOUT_MAX:
        raise SettingsError(f"{SECONDS_VARIABLE}={text}: expected a number of seconds above 0")
    return seconds


def within_limits(
    connection: duckdb.DuckDBPyConnection, run: Callable[[], _T], *, seconds: float = 0
) -> _T:
    """What a call on a connection returns, if it does so within the limits.

    Raises
    ------
    LimitError
        It takes longer than ``seconds`` (as :func:`seconds_allowed` has them), or more memory
        than there is.
    """
    if getattr(_own, "is_within", False):
        return run()
    seconds = seconds or seconds_allowed()
    results: list[_T] = []
    errors: list[BaseException] = []

    def work() -> None:
        _own.is_within = True
        try:
            results.append(run())
        except BaseException as error:  # told in the thread that waits
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    with _memory_limited() as keep:
        try:
            thread.start()
        except RuntimeError:  # a thread needs memory of its own
            raise _told([MemoryError()], seconds, was_stopped=False) from None
        try:
            is_stuck = _waited(thread, seconds)
        finally:
            was_stopped = thread.is_alive()
            if was_stopped:
                connection.interrupt()
                thread.join(min(seconds, GRACE_SECONDS))
            if thread.is_alive():
                keep()
                _left_behind.append((thread, connection))
    if results:
        return results[0]
    errors += [MemoryError()] if is_stuck else []
    raise _told(errors, seconds, was_stopped=was_stopped)


def _waited(thread: threading.Thread, seconds: float) -> bool:
    """Wait for a thread; whether it is stuck for want of memory, which some libraries then are.

    It is where all memory is taken and the process does nothing at all for a while.
    """
    end, worked, still = time.monotonic() + seconds, time.process_time(), 0
    while thread.is_alive() and time.monotonic() < end:
        thread.join(min(_LOOK_SECONDS, max(end - time.monotonic(), 0)))
        is_idle = time.process_time() - worked < _IDLE_SHARE * _LOOK_SECONDS
        worked = time.process_time()
        still = still + 1 if is_idle and _is_full() else 0
        if still >= _STUCK_LOOKS:
            return thread.is_alive()
    return False


def _is_full() -> bool:
    """Whether the process has come to its limit of memory."""
    most = _limit_of_now()
    return most is not None and process_kilobytes("VmData") * 1024 > most - _NEARLY


def _limit_of_now() -> int | None:
    if resource is None:
        return None
    soft, _hard = resource.getrlimit(resource.RLIMIT_DATA)
    return None if soft == resource.RLIM_INFINITY else soft


def _told(errors: list[BaseException], seconds: float, *, was_stopped: bool) -> BaseException:
    if errors and is_out_of_memory(errors[-1]):
        most = memory_allowed() / 2**30
        return LimitError(
            f"a statement needs more memory than there is (at most {most:.1f} GB may be used; "
            f"{MEMORY_VARIABLE} says otherwise)"
        )
    if was_stopped and (not errors or isinstance(errors[0], duckdb.InterruptException)):
        return LimitError(
            f"a statement takes longer than {seconds:g} seconds ({SECONDS_VARIABLE} says otherwise)"
        )
    return errors[0]


@contextlib.contextmanager
def _memory_limited() -> Iterator[Callable[[], None]]:
    """The process's memory limited to what is free now; what is yielded keeps it so."""
    most = _most_memory(int(time.monotonic()))
    if most is None:
        yield lambda: None
        return
    kept: list[bool] = []
    _shared.begin(most)
    try:
        yield lambda: kept.append(True)
    finally:
        _shared.end(stays=bool(kept))


class _SharedLimit:
    """The limit of the process's memory, which all statements that run at a time have together.

    The first of them sets it and the last one takes it back, in whatever order they end.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running, self._stays, self._before = 0, False, (0, 0)

    def begin(self, most: int) -> None:
        """Limit the process to so many bytes, unless it is limited already."""
        with self._lock:
            if not self._running:
                self._before = soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
                bounds = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
                resource.setrlimit(resource.RLIMIT_DATA, (min([most, *bounds]), hard))
            self._running += 1

    def end(self, *, stays: bool) -> None:
        """A statement has ended; or it is left behind, and the limit stays."""
        with self._lock:
            self._running -= 1
            self._stays = self._stays or stays
            if not self._running:
                if not self._stays:
                    resource.setrlimit(resource.RLIMIT_DATA, self._before)
                self._stays = False


_shared = _SharedLimit()


@lru_cache(maxsize=1)
def _most_memory(_second: int) -> int | None:
    """The bytes that the process may reach, looked up once a second; None without such a limit."""
    free = memory_free()
    if resource is None or free is None:
        return None
    return process_kilobytes("VmData") * 1024 + free


def _leave() -> None:
    """End the process here where a statement still runs: its engine cannot be closed."""
    if any(thread.is_alive() for thread, _connection in _left_behind):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_FAILED)


atexit.register(_leave)
