"""The command line: ``kam report``, ``check``, ``init``, ``template``, ``demo`` and ``lab``."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

from kamlib.errors import DataError, SettingsError
from kamlib.places import INSTALLED, NOTEBOOKS

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
problems = Console(stderr=True)

DataSetArgument = Annotated[
    str,
    typer.Argument(
        help="A folder with a dataset.toml, a folder's name under data/, or a filled-in template.",
        show_default=False,
    ),
]
QuarterOption = Annotated[
    str, typer.Option("--quarter", "-q", help="Such as 2011Q3, or the latest complete one.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="A setting, such as abc.cuts=0.7,0.9. Can be given repeatedly."),
]
LanguageOption = Annotated[
    str,
    typer.Option(
        "--language",
        help="Of pages and workbook, such as de; tables stay English. Also: KAM_LANGUAGE.",
        show_default=False,
    ),
]
ReportsOption = Annotated[Path, typer.Option("--reports", help="The folder of all packs.")]


def _version(wanted: bool) -> None:
    if wanted:
        console.print(f"kamlib {version('kamlib')}", highlight=False)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Key-account workbook: from your sales to the quarterly pack of pages and Excel."""


@app.command()
def report(
    dataset: DataSetArgument,
    quarter: QuarterOption = "latest",
    set_: SetOption = None,
    reports: ReportsOption = Path("reports"),
    language: LanguageOption = "",
) -> None:
    """Write the quarterly pack: pages, tables, notebooks and the Excel workbook."""
    with _clear_errors():
        _speak(language)
        from kamlib.pack.pack import write_pack
        from kamlib.words import told

        settings = _settings(set_)
        with _progress() as bar:
            task = bar.add_task("reading the data", total=None)
            pack = write_pack(
                dataset,
                quarter,
                settings,
                reports=reports,
                progress=lambda done, steps: bar.update(
                    task, advance=1, total=steps, description=escape(told(done))
                ),
            )
        for name, message in pack.failures.items():
            problems.print(f"[red]failed[/] {escape(name)}: {escape(message)}", highlight=False)
        for name, holds in pack.checks.items():
            if not holds:
                problems.print(f"[red]check does not hold[/]: {name}", highlight=False)
        console.print(f"Pack: {escape(str(pack.folder))}", highlight=False, soft_wrap=True)
        console.print(
            f"Open: [bold]{escape(str(pack.first_page))}[/]", highlight=False, soft_wrap=True
        )
        console.print(
            f"Excel: {escape(str(pack.folder / pack.workbook))}", highlight=False, soft_wrap=True
        )
        if not pack.complete:
            raise typer.Exit(1)


@app.command()
def check(
    dataset: DataSetArgument,
    set_: SetOption = None,
    reports: ReportsOption = Path("reports"),
) -> None:
    """Show where every row of the data went, and what is to be known of its quality."""
    with _clear_errors():
        from kamlib.data.book import open_tables
        from kamlib.data.findings import findings
        from kamlib.data.tables import check_questions, check_rejects, reconciliation
        from kamlib.pack.files import write_rejected

        tables, settings = open_tables(dataset, _settings(set_))
        console.print(f"[bold]{escape(tables.dataset.title)}[/]", highlight=False)
        console.print(f"{tables.data_from:%Y-%m-%d} to {tables.data_to:%Y-%m-%d}\n")
        _print_frame(reconciliation(tables), "Where the rows went", cents=True)
        _print_frame(findings(tables), "What to know of the data")
        if len(tables.rejected):
            path = reports / tables.dataset.name / "rejected.xlsx"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_rejected(tables.rejected, path)
            console.print(f"Rejected rows and cells: [bold]{escape(str(path))}[/]", highlight=False)
        check_rejects(tables, settings)
        check_questions(tables, settings)


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="The new data set's name.", show_default=False)],
    from_: Annotated[
        list[Path],
        typer.Option("--from", help="A file with your data; more may follow.", show_default=False),
    ],
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", hidden=True)] = None,
    data: Annotated[Path, typer.Option("--data", help="The folder of all data sets.")] = Path(
        "data"
    ),
) -> None:
    """Guess a dataset.toml from the headers of your files, and show what was guessed."""
    with _clear_errors():
        from kamlib.data.guess.setup import guessed_dataset

        guessed = guessed_dataset(name, [*from_, *(more or [])], data)
        _print_frame(guessed.report, "What was guessed")
        for line in guessed.missing:
            problems.print(f"[yellow]missing[/] {escape(line)}", highlight=False)
        console.print(f"Written: [bold]{escape(str(guessed.path))}[/]", highlight=False)
        console.print(
            f"Look it over, then: kam check {escape(str(guessed.path.parent))}", highlight=False
        )


@app.command()
def template(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The workbook to write; a dossier's belongs in the data set's dossiers.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    dossier: Annotated[
        str, typer.Option("--dossier", help="An account: write its dossier, filled in.")
    ] = "",
    dataset: Annotated[
        str, typer.Option("--dataset", help="The data set of the dossier's account.")
    ] = "",
    language: Annotated[
        str, typer.Option("--language", help="Of the sheets' names and headers: en, zh or ru.")
    ] = "en",
) -> None:
    """Write an Excel workbook to fill in: an empty one for all tables, or an account's dossier."""
    with _clear_errors():
        from kamlib.pack.template import write_template

        if dossier or dataset:
            _write_dossier(file, dossier, dataset, force)
            return
        if file is None:
            raise DataError("template: expected the name of the workbook, like input.xlsx")
        if file.exists() and not force:
            raise DataError(f"{file}: is there already; choose another name, or give --force")
        write_template(file, language)
        console.print(f"Written: [bold]{escape(str(file))}[/]", highlight=False)
        console.print(f"Fill it in, then: kam report {escape(str(file))}", highlight=False)


def _write_dossier(file: Path | None, account: str, dataset: str, force: bool) -> None:
    from kamlib.data.book import open_tables
    from kamlib.pack.dossier_template import write_dossier

    if not account or not dataset:
        raise DataError(
            "template: a dossier needs both, the account and its data set, like "
            "--dossier 10007 --dataset mycompany"
        )
    tables, _settings_in_force = open_tables(dataset)
    written = write_dossier(file, tables, account, force=force)
    console.print(f"Written: [bold]{escape(str(written.path))}[/]", highlight=False, soft_wrap=True)
    if written.kept:
        told = f"What it replaces is kept: {escape(str(written.kept))}"
        console.print(told, highlight=False, soft_wrap=True)
    if not written.counts:
        told = f"To make it count, save it here when it is filled in: {written.belongs}"
        console.print(escape(told), highlight=False, soft_wrap=True)
    console.print(f"Fill it in, then: kam check {escape(dataset)}", highlight=False)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("data/demo"),
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 20251231,
) -> None:
    """Write the demo company: a fictional trading company with all tables."""
    with _clear_errors():
        from kamlib.demo import write_demo

        write_demo(folder, seed=seed)
        console.print(f"Written: [bold]{escape(str(folder))}[/]", highlight=False)


@app.command()
def lab(
    arguments: Annotated[
        list[str] | None, typer.Argument(help="Options for JupyterLab, after --.")
    ] = None,
) -> None:
    """Open JupyterLab on the notebooks; of an installed kamlib on copies in notebooks/."""
    with _clear_errors():
        from kamlib.pack.threads import one_thread

        command = [sys.executable, "-m", "jupyterlab", *(arguments or [])]
        if subprocess.run(
            [sys.executable, "-c", "import jupyterlab"], capture_output=True
        ).returncode:
            raise DataError(
                'JupyterLab is not installed; install kamlib\'s extra: pip install "kamlib[lab]"'
            )
        folder = _copied_notebooks(Path("notebooks")) if INSTALLED else NOTEBOOKS
        with one_thread():
            raise typer.Exit(subprocess.run(command, cwd=folder).returncode)


def _copied_notebooks(folder: Path) -> Path:
    """The folder with a copy of every notebook; what is there already is the user's and stays."""
    try:
        folder.mkdir(exist_ok=True)
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            copy = folder / path.name
            if not copy.exists():
                shutil.copyfile(path, copy)
                console.print(f"Copied: [bold]{escape(str(copy))}[/]", highlight=False)
    except OSError as error:
        raise DataError(
            f"{folder}: the notebooks cannot be copied here ({error.strerror}); "
            "start it where you may write"
        ) from None
    return folder


@contextlib.contextmanager
def _clear_errors() -> Iterator[None]:
    """What is wrong with the input ends the run in one message and status 2, not in a traceback."""
    try:
        yield
    except (DataError, SettingsError) as error:
        problems.print("[bold red]Error:[/] ", end="")
        problems.print(str(error), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _speak(language: str) -> None:
    """Speak a language in this process and in the kernels that it starts."""
    if not language:
        return
    from kamlib import words

    try:
        words.speak(language)
    except ValueError as error:
        raise SettingsError(f"--language: {error}") from None
    os.environ[words.LANGUAGE_VARIABLE] = language


def _settings(pairs: list[str] | None) -> dict[str, str]:
    settings = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingsError(f"--set {pair}: expected a name and a value, like abc.cuts=0.7,0.9")
        settings[name.strip()] = value.strip()
    return settings


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:32}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=problems,
        transient=True,
    )


def _print_frame(frame: "pd.DataFrame", title: str, *, cents: bool = False) -> None:
    from kamlib.show.columns import column, to_the_cent
    from kamlib.words import told

    shown = RichTable(
        title=told(title), title_justify="left", title_style="bold", header_style="bold"
    )
    kinds = [column(str(name), frame[name]) for name in frame.columns]
    kinds = [to_the_cent(kind) for kind in kinds] if cents else kinds
    for kind in kinds:
        shown.add_column(
            told(kind.label), justify="right" if kind.numeric else "left", overflow="fold"
        )
    for row in frame.itertuples(index=False):
        texts = (kind.text(value) for kind, value in zip(kinds, row, strict=True))
        shown.add_row(*(text.replace("[", r"\[") for text in texts))
    console.print(shown)
    console.print()
