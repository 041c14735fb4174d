"""Running notebooks: for the pack with parameters, and as they are committed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from papermill.exceptions import PapermillExecutionError

from kamlib.pack.kernels import RunKernelManager
from kamlib.places import NOTEBOOKS

PARAMETERS = ("dataset", "quarter", "settings", "account")
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# A kernel's remarks on its own transport (loopback only) would clutter the command line.
KERNEL_ARGUMENTS = ("--log-level=CRITICAL",)


@dataclass(frozen=True)
class Run:
    """A notebook as executed; ``failure`` is empty where all of it ran."""

    notebook: nbformat.NotebookNode
    failure: str = ""


def run_notebook(
    path: Path, parameters: Mapping[str, Any], *, timeout_seconds: int, saved: Path | None = None
) -> Run:
    """Run a notebook with parameters, headless: cells tagged ``explore`` are left out.

    Parameters
    ----------
    path
        The notebook.
    parameters
        By name; only those that the notebook declares are known.
    timeout_seconds
        How long one cell may take.
    saved
        Where the executed notebook is written.

    Raises
    ------
    ValueError
        A parameter is not one of the notebooks'.
    """
    check_parameters(parameters)
    saved = (saved or path.with_suffix(".out.ipynb")).resolve()
    source = headless(path)
    prepared = saved.with_name(f".{saved.name}")
    nbformat.write(source, prepared)
    try:
        papermill.execute_notebook(
            prepared,
            saved,
            parameters=dict(parameters),
            kernel_name="python3",
            kernel_manager_class=RunKernelManager,
            # Not papermill's own cwd: it changes that of the whole process, of all threads.
            resources={"metadata": {"path": str(path.parent)}},
            progress_bar=False,
            execution_timeout=timeout_seconds,
            start_timeout=120,
            extra_arguments=list(KERNEL_ARGUMENTS),
        )
    except PapermillExecutionError as error:
        return Run(nbformat.read(saved, as_version=4), f"{error.ename}: {error.evalue}")
    except Exception as error:  # a kernel that dies or hangs: its page says so, others go on
        return Run(source, told(error))
    finally:
        prepared.unlink(missing_ok=True)
        _close_event_loop()
    return Run(nbformat.read(saved, as_version=4))


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Refuse what no notebook knows: papermill itself would only warn.

    Raises
    ------
    ValueError
        A parameter is not one of the notebooks'.
    """
    unknown = set(parameters) - set(PARAMETERS)
    if unknown:
        raise ValueError(f"no notebook has a parameter {', '.join(sorted(unknown))}")


def headless(path: Path) -> nbformat.NotebookNode:
    """A notebook as a report runs it: without the cells tagged ``explore``."""
    source = nbformat.read(path, as_version=4)
    kept = [cell for cell in source.cells if "explore" not in cell.metadata.get("tags", [])]
    return nbformat.from_dict({**source, "cells": kept})


def told(error: Exception) -> str:
    """What a page says of an error that is no cell's own: its first line."""
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _close_event_loop() -> None:
    """Close the loop that the Jupyter client made for this thread and leaves open."""
    loop = ensure_event_loop()
    if not loop.is_running():
        loop.close()


def refresh_notebook(path: Path) -> None:
    """Run a committed notebook on its own parameters and store its outputs.

    Nothing is stored that differs from run to run: no widget state, times or numbers of runs.

    Raises
    ------
    RuntimeError
        A cell failed.
    """
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        extra_arguments=list(KERNEL_ARGUMENTS),
        store_widget_state=False,
    )
    client.execute()
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.execution_count = number + 1
        cell.metadata.pop("execution", None)
        cell.outputs = [_stable(output, number + 1) for output in cell.outputs]
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


def _stable(output: nbformat.NotebookNode, number: int) -> nbformat.NotebookNode:
    if "execution_count" in output:
        output.execution_count = number
    data = output.get("data", {})
    if _WIDGET_VIEW in data:
        del data[_WIDGET_VIEW]
        data["text/plain"] = re.sub(r"^(\w+)\(.*", r"\1 (run the cell to use it)",
                                    data.get("text/plain", ""), flags=re.S)  # fmt: skip
    return output


def main() -> None:
    """Refresh all committed notebooks: ``make notebooks``."""
    for path in sorted(NOTEBOOKS.glob("[!.]*.ipynb")):
        print(path.name)
        refresh_notebook(path)


if __name__ == "__main__":
    main()
