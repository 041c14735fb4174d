"""A command that is told to stop: it cleans up as after Ctrl-C, and its exit code says why."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_TOLD = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # not every system has all of them
_AFTER = 128  # what shells add to a signal's number


@dataclass
class Stop:
    """By which signal a command was told to stop; 0 while it was not."""

    number: int = 0

    @property
    def exit_code(self) -> int:
        """130 after Ctrl-C, 143 after SIGTERM."""
        return _AFTER + self.number


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Let signals that end a program end what runs within as Ctrl-C does, by ``KeyboardInterrupt``.

    What is ignored from outside, as hang-ups are under ``nohup``, stays ignored. A signal that
    comes while things are cleaned up changes nothing, a second Ctrl-C apart.
    """
    stop = Stop()

    def told(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT or not stop.number:
            stop.number = stop.number or number
            raise KeyboardInterrupt

    known = [getattr(signal, name) for name in _TOLD if hasattr(signal, name)]
    mine = threading.current_thread() is threading.main_thread()
    usual = (signal.SIG_DFL, signal.default_int_handler)
    heard = [each for each in known if mine and signal.getsignal(each) in usual]
    before = {each: signal.signal(each, told) for each in heard}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
