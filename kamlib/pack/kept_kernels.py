"""The notebooks of a pack, run in a few kernels that are kept from notebook to notebook.

Starting a kernel and importing takes longer than a page or a dossier itself, and within a run
``open_book`` keeps its book: what is the same for all of them is computed once per kernel.
"""

import os
import time
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, Self

import nbformat
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_core.utils import ensure_event_loop
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.translators import translate_parameters

from kamlib.pack.kernels import RunKernelManager
from kamlib.pack.notebooks import KERNEL_ARGUMENTS, Run, check_parameters, headless, told
from kamlib.saving import save_text

MAX_KERNELS = 4
_START_SECONDS = 120
# Nothing that one notebook's cells named is there for the next one's.
_RESET = "get_ipython().reset(new_session=False)"


class _Job(NamedTuple):
    path: Path
    parameters: dict[str, Any]
    saved: Path
    future: "Future[tuple[Run, float]]"


class KeptKernels:
    """Kernels that run one notebook after the other; used as a context.

    Each kernel runs its notebooks in turn, with all names cleared in between. A cell that fails
    fails its own notebook only; a kernel that died or hung is replaced by a new one.

    Parameters
    ----------
    folder
        The folder of the notebooks, in which they run.
    parameters
        The parameters that are the same for all runs.
    timeout_seconds
        How long one cell may take.
    kernels
        How many at most; by default one per processor, up to 4.

    Raises
    ------
    ValueError
        A parameter is not one of the notebooks'.
    """

    def __init__(
        self,
        folder: Path,
        parameters: Mapping[str, Any],
        *,
        timeout_seconds: int,
        kernels: int | None = None,
    ) -> None:
        check_parameters(parameters)
        self.folder = folder
        self.parameters = dict(parameters)
        self.timeout_seconds = timeout_seconds
        self.kernels = kernels or min(os.cpu_count() or 1, MAX_KERNELS)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_details: object) -> None:
        if error:
            self._cancel()
        for _thread in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def submit(self, name: str, saved: Path, **own: Any) -> "Future[tuple[Run, float]]":
        """Run a notebook of the folder, by its name, as soon as a kernel is free.

        ``own`` are the parameters of this run alone.

        Returns
        -------
        The future run and the seconds it took. The executed notebook is written to ``saved``.

        Raises
        ------
        ValueError
            A parameter is not one of the notebooks'.
        """
        check_parameters(own)
        given = {**self.parameters, **own}
        job = _Job(self.folder / f"{name}.ipynb", given, saved, Future())
        self._jobs.put(job)
        if len(self._threads) < self.kernels:
            self._threads.append(Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return job.future

    def _cancel(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return
            if job:
                job.future.cancel()

    def _work(self) -> None:
        loop = ensure_event_loop(prefer_selector_loop=True)
        try:
            loop.run_until_complete(self._serve())
        finally:
            loop.close()

    async def _serve(self) -> None:
        kernel = _Kernel(self.folder)
        try:
            while job := self._jobs.get():
                if not job.future.set_running_or_notify_cancel():
                    continue
                try:
                    job.future.set_result(await self._run(kernel, job))
                except Exception as error:
                    job.future.set_exception(error)
        finally:
            await kernel.close()

    async def _run(self, kernel: "_Kernel", job: _Job) -> tuple[Run, float]:
        started = time.perf_counter()
        # A kernel may die of what the notebooks before left in it: once more in a new one.
        for last in (not kernel.started, True):
            notebook = _with_parameters(job.path, job.parameters)
            try:
                failure = await kernel.execute(notebook, self.timeout_seconds)
                break
            except DeadKernelError as error:
                failure = told(error)
                if last:
                    break
        _number(notebook)
        save_text(job.saved, nbformat.writes(notebook) + "\n")
        return Run(notebook, failure), time.perf_counter() - started


class _Kernel:
    """A kernel in a folder, started when it is first needed or after it has been closed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manager: RunKernelManager | None = None
        self.client: AsyncKernelClient | None = None

    @property
    def started(self) -> bool:
        """Whether it runs already."""
        return self.client is not None

    async def execute(self, notebook: nbformat.NotebookNode, timeout_seconds: int) -> str:
        """Execute a notebook in place; what failed, empty where nothing did.

        Raises
        ------
        DeadKernelError
            The kernel died; another one will be started.
        """
        notebook.cells.insert(0, nbformat.v4.new_code_cell(_RESET, id="reset"))
        try:
            if not self.started:
                await self._start()
            runner = NotebookClient(
                notebook,
                km=self.manager,
                timeout=timeout_seconds,
                record_timing=False,
                store_widget_state=False,
            )
            runner.kc = self.client
            await runner.async_execute()
        except CellExecutionError as error:
            return f"{error.ename}: {error.evalue}"
        except DeadKernelError:
            await self.close()
            raise
        except Exception as error:  # too late, or not started: the next one gets a new kernel
            await self.close()
            return told(error)
        finally:
            del notebook.cells[0]
        return ""

    async def close(self) -> None:
        """Stop the kernel, whatever state it is in."""
        if self.client is not None:
            self.client.stop_channels()
        if self.manager is not None and self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)
        self.manager = self.client = None

    async def _start(self) -> None:
        self.manager = RunKernelManager(kernel_name="python3")
        await self.manager.start_kernel(
            cwd=str(self.folder), extra_arguments=list(KERNEL_ARGUMENTS)
        )
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.allow_stdin = False
        await self.client.wait_for_ready(timeout=_START_SECONDS)


def _number(notebook: nbformat.NotebookNode) -> None:
    """Number the cells that ran from 1, whatever the kernel ran before."""
    ran = [c for c in notebook.cells if c.cell_type == "code" and c.execution_count is not None]
    for number, cell in enumerate(ran, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number


def _with_parameters(path: Path, parameters: Mapping[str, Any]) -> nbformat.NotebookNode:
    """A notebook without outputs, with its parameters injected as papermill does."""
    notebook = headless(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    source = translate_parameters("python3", "python", dict(parameters), "Parameters")
    injected = nbformat.v4.new_code_cell(
        source, id="injected-parameters", metadata={"tags": ["injected-parameters"]}
    )
    tagged = ["parameters" in cell.metadata.get("tags", []) for cell in notebook.cells]
    notebook.cells.insert(tagged.index(True) + 1, injected)
    return notebook
