"""The kernels of a run: their files in a folder of the run's own, all of them stopped at once."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4
from weakref import WeakSet

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir

from kamlib.living import fresh_folder

_PREFIX = "kam-"


@dataclass
class _Run:
    """The kernels of this process's run."""

    files: Path | None = None
    stopped: Event = field(default_factory=Event)
    running: "WeakSet[RunKernelManager]" = field(default_factory=WeakSet)


_run = _Run()


class RunKernelManager(AsyncKernelManager):
    """Starts a kernel that is stopped with its run, and none once that was stopped."""

    async def start_kernel(self, **options: Any) -> None:
        """Start it.

        Raises
        ------
        RuntimeError
            The run was stopped.
        """
        if not _run.stopped.is_set():
            if _run.files is not None:
                self.connection_file = str(_run.files / f"kernel-{uuid4()}.json")
            _run.running.add(self)
            await super().start_kernel(**options)
        if _run.stopped.is_set():
            self.kill()
            raise RuntimeError("the run was stopped")

    def kill(self) -> None:
        """End the kernel's process at once, from whatever thread; nothing where there is none."""
        process = getattr(self.provisioner, "process", None)
        if process is not None:
            process.kill()


@contextmanager
def kernel_files() -> Iterator[Path]:
    """A folder for what says how this run's kernels are reached; those of dead runs go."""
    parent = Path(jupyter_runtime_dir())
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with fresh_folder(parent, _PREFIX) as folder:
        _run.files = folder
        _run.stopped.clear()
        try:
            yield folder
        finally:
            _run.files = None
            _run.stopped.clear()


@contextmanager
def stopped_together(pool: Executor) -> Iterator[None]:
    """Stop all kernels, and begin nothing that waits, where the run is stopped or fails."""
    try:
        yield
    except BaseException:
        _run.stopped.set()
        for manager in list(_run.running):
            manager.kill()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
