"""The commands, from ``report`` and ``check`` to ``demo`` and ``lab``."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.markup import escape

from kamlib.cli import unexpected
from kamlib.cli.asking import ask_open, in_a_terminal
from kamlib.cli.consenting import AllowCode, AllowDatabase, AllowOutside, ask_consent
from kamlib.cli.printing import complain, console, place, problems, say
from kamlib.cli.raw_files import are_raw, mapped
from kamlib.cli.reporting import Telling, Wanted, survive_any_terminal, write_packs
from kamlib.cli.stopping import stoppable
from kamlib.errors import DataError, SettingsError, StoppedError, is_out_of_memory, notes, shown
from kamlib.places import INSTALLED, NOTEBOOKS
from kamlib.saving import make_folder, save_copy, top_folder

if TYPE_CHECKING:
    from kamlib.data.guess.setup import GuessedDataSet

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
DataSetArgument = Annotated[
    str,
    typer.Argument(
        help="A folder with a dataset.toml, a folder's name under data/, or a filled-in template.",
        show_default=False,
    ),
]
DataSetsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="DATASET|FILE...",
        help="A data set as for check; or files with your data that nobody mapped.",
        show_default=False,
    ),
]
QuarterOption = Annotated[
    str,
    typer.Option(
        "--quarter",
        "-q",
        help="Such as 2011Q3, FY2011Q3 or a day in it, or the latest complete one.",
    ),
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
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show the traceback of what nobody expected.")
    ] = False,
) -> None:
    """Key-account workbook: from your sales to the quarterly pack of pages and Excel."""
    survive_any_terminal()
    if verbose:
        os.environ[unexpected.SHOWN] = "1"


@app.command()
def report(
    datasets: DataSetsArgument,
    quarter: QuarterOption = "latest",
    set_: SetOption = None,
    reports: ReportsOption = Path("reports"),
    language: LanguageOption = "",
    since: Annotated[
        str,
        typer.Option("--since", help="Packs of all quarters from this one on.", show_default=False),
    ] = "",
    partial: Annotated[
        bool,
        typer.Option(
            "--publish-partial", help="A pack in which pages failed replaces a good one, too."
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Make also a pack for which nothing has changed.")
    ] = False,
    anonymise: Annotated[
        bool,
        typer.Option(
            "--anonymise",
            help="Codes stand for all names, in a pack of its own: reports/DATASET-anonymous.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Tell only what is wrong.")] = False,
    json_: Annotated[
        bool, typer.Option("--json", help="Tell what came of it as JSON, and nothing else.")
    ] = False,
    mail_body: Annotated[
        bool,
        typer.Option("--mail-body", help="Print the first page as the body of a mail (HTML)."),
    ] = False,
    outside: AllowOutside = False,
    database: AllowDatabase = False,
    code: AllowCode = False,
) -> None:
    """Write the quarterly pack: pages, tables, notebooks and the Excel workbook.

    Of files that nobody mapped, kam init's guess is shown first and kept beside the pack. Ends
    with 0 where all is well, 2 where the input is wrong, 3 where pages could not be made, 4 where
    checks do not hold, 1 where something happened that nobody expected.
    """
    with _clear_errors():
        _speak(language)
        settings = _settings(set_) | ({"privacy.anonymise": "yes"} if anonymise else {})
        wanted = Wanted(quarter, settings, reports, since, partial, again)
        telling = Telling(quiet, json_, mail_body)
        allowed = {"outside": outside, "database": database, "code": code}
        if are_raw(datasets):
            _report_files([Path(file) for file in datasets], wanted, telling, allowed)
            return
        ask_consent(datasets[0], **allowed, runs_code=True, ask=not telling.alone)
        if in_a_terminal() and not telling.alone:
            ask_open(datasets[0])
        write_packs(datasets[0], wanted, telling)


def _report_files(
    files: list[Path], wanted: Wanted, telling: Telling, allowed: dict[str, bool]
) -> None:
    """Describe files that nobody mapped, ask what is open, and write their pack."""
    found = mapped(files, wanted.reports)
    if not (telling.quiet or telling.alone):
        if found.guessed is not None:
            _show_guess(found.guessed)
            console.print()
            say("The mapping is kept beside the pack; edit it, and the next report follows it.")
        place("Mapping", found.file)
    ask_consent(found.folder, **allowed, runs_code=True, ask=not telling.alone)
    if in_a_terminal() and not telling.alone:
        ask_open(found.folder)
    try:
        write_packs(str(found.folder), wanted, telling)
    except DataError as error:
        if found.guessed is not None or isinstance(error, StoppedError):
            raise
        raise DataError(
            f"{error}; the mapping {found.file} is of the files as they were: edit it, or delete "
            "it to have it guessed anew"
        ) from None


@app.command()
def check(
    dataset: DataSetArgument,
    set_: SetOption = None,
    reports: ReportsOption = Path("reports"),
    json_: Annotated[
        bool, typer.Option("--json", help="All of it for a machine, as JSON and nothing else.")
    ] = False,
    outside: AllowOutside = False,
    database: AllowDatabase = False,
    code: AllowCode = False,
) -> None:
    """Show where every row of the data went, and what is to be known of its quality."""
    with _clear_errors():
        settings = _settings(set_)
        allowed = {"outside": outside, "database": database, "code": code}
        if json_:
            _check_for_machines(dataset, settings, allowed)
            return
        ask_consent(dataset, **allowed)
        from kamlib.cli.telling import tell_check, tell_identities
        from kamlib.data.book import open_tables
        from kamlib.data.stops import stop_on_doubt
        from kamlib.pack.files import write_rejected
        from kamlib.pack.identities import identities_told

        tables, in_force = open_tables(dataset, settings)
        tell_check(tables)
        if len(tables.rejected):
            path = reports / tables.dataset.name / "rejected.xlsx"
            make_folder(path.parent, within=top_folder(reports, tables.dataset.folder))
            write_rejected(tables.rejected, path)
            place("Rejected rows and cells", path)
        stop_on_doubt(tables, in_force)
        tell_identities(identities_told(tables, in_force))


def _check_for_machines(dataset: str, settings: dict[str, str], allowed: dict[str, bool]) -> None:
    """Print the facts of a data set as JSON; the exit code is as without."""
    import json

    from kamlib.data.facts import facts
    from kamlib.pack.identities import identity_proposals

    if any(allowed.values()):
        ask_consent(dataset, **allowed, ask=False)
    found: dict[str, Any] = facts(dataset, settings, proposals=identity_proposals)
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
    if found["stops"]:
        raise typer.Exit(2)


@app.command()
def verify(
    pack: Annotated[
        Path, typer.Argument(help="A pack: reports/mycompany/2025Q4.", show_default=False)
    ],
    dataset: Annotated[
        str, typer.Option("--dataset", help="The data set it was made of, if it moved.")
    ] = "",
) -> None:
    """Add up a pack's totals anew from the source files, and find what was altered since."""
    with _clear_errors():
        from kamlib.cli.telling import tell_verified
        from kamlib.proof.verify import verify_pack

        found = verify_pack(pack, dataset)
        tell_verified(found)
        if found.differs:
            raise typer.Exit(4)


@app.command()
def privacy(
    contact: Annotated[
        str,
        typer.Argument(
            help='A name, a manager\'s code, or an account and a contact: "N1155/C2".',
            show_default=False,
        ),
    ],
    dataset: Annotated[str, typer.Argument(help="A data set as for check.")] = "demo",
    reports: ReportsOption = Path("reports"),
    json_: Annotated[bool, typer.Option("--json", help="All of it for a program.")] = False,
    outside: AllowOutside = False,
    database: AllowDatabase = False,
) -> None:
    """Show what is held on a person and where: rows, dossiers, returned lists, packs.

    Ends with 0 whether anything is held or not.
    """
    with _clear_errors():
        import json
        from dataclasses import asdict

        from kamlib.cli.telling import tell_held
        from kamlib.proof.held import held_on

        ask_consent(dataset, outside=outside, database=database, ask=not json_)
        found = held_on(contact, dataset, reports=reports)
        if json_:
            typer.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
            return
        tell_held(found)


@app.command()
def diff(
    before: Annotated[
        Path, typer.Argument(help="A pack: reports/mycompany/2025Q3.", show_default=False)
    ],
    after: Annotated[
        Path, typer.Argument(help="Another: reports/mycompany/2025Q4.", show_default=False)
    ],
) -> None:
    """Show what differs between two packs, and why: data, settings, versions, people's entries."""
    with _clear_errors():
        from kamlib.cli.telling import tell_differences
        from kamlib.proof.differences import differences

        tell_differences(differences(before, after))


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
    """Guess a dataset.toml from your files, and show what is decided, what is open, and why."""
    with _clear_errors():
        from kamlib.data.guess.setup import guessed_dataset

        guessed = guessed_dataset(name, [*from_, *(more or [])], data)
        _show_guess(guessed)
        console.print()
        place("Written", guessed.path)
        if in_a_terminal():
            ask_open(guessed.path)
        console.print(
            f"Look it over, then: kam check {escape(str(guessed.path.parent))}",
            highlight=False,
            soft_wrap=True,
        )


def _show_guess(guessed: "GuessedDataSet") -> None:
    from kamlib.cli.telling import tell_guess

    tell_guess(guessed)
    for line in guessed.missing:
        complain(line, "missing", "yellow")


@app.command()
def answer(
    dataset: DataSetArgument,
    question: Annotated[
        str, typer.Argument(help="Such as credit_notes; kam check shows it.", show_default=False)
    ],
    word: Annotated[
        str, typer.Argument(help="One of its answers, such as minus.", show_default=False)
    ],
    outside: AllowOutside = False,
    database: AllowDatabase = False,
) -> None:
    """Answer an open question: one word, kept in dataset.toml, where it can be changed."""
    with _clear_errors():
        from kamlib.data.guess.answer import answer_question

        ask_consent(dataset, outside=outside, database=database)
        done = answer_question(dataset, question, word)
        say(f"{done.key} = {done.word}: {done.means}", hang=2)
        place("Written", done.path)


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
        str, typer.Option("--language", help="Of all that the workbook says: en, zh or ru.")
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
    ask_consent(dataset)
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
        command = [sys.executable, "-m", "jupyterlab", *(arguments or [])]
        if subprocess.run(
            [sys.executable, "-c", "import jupyterlab"], capture_output=True
        ).returncode:
            raise DataError(
                'JupyterLab is not installed; install kamlib\'s extra: pip install "kamlib[lab]"'
            )
        folder = _copied_notebooks(Path("notebooks")) if INSTALLED else NOTEBOOKS
        raise typer.Exit(subprocess.run(command, cwd=folder).returncode)


def _copied_notebooks(folder: Path) -> Path:
    """The folder with a copy of every notebook; what is there already is the user's and stays."""
    try:
        make_folder(folder)
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            copy = folder / path.name
            if not copy.exists():
                save_copy(path, copy)
                console.print(f"Copied: [bold]{escape(str(copy))}[/]", highlight=False)
    except OSError as error:
        raise DataError(
            f"{folder}: the notebooks cannot be copied here ({error.strerror}); "
            "start it where you may write"
        ) from None
    return folder


@contextlib.contextmanager
def _clear_errors() -> Iterator[None]:
    """What is wrong with the input ends the run in one message and status 2, not in a traceback.

    What nobody expected ends it in one message and status 1. So does being told to stop, by
    Ctrl-C or by the system, with a status of its own. What was noted on the way is told at the
    end, one line each.
    """
    with stoppable() as stop:
        try:
            yield
        except typer.Exit:
            raise
        except BaseException as error:
            if stop.number:  # a library may have made another error of it
                complain("nothing is left half written.", "Stopped:", "yellow")
                raise typer.Exit(stop.exit_code) from None
            complain(_told(error), "Error:")
            raise typer.Exit(2) from None
        finally:
            _tell_notes()


def _told(error: BaseException) -> str:
    """What is wrong with the input or the place, as a sentence; nothing else comes back."""
    if is_out_of_memory(error):
        return _too_little_memory()
    if isinstance(error, OSError):
        return _of_a_place(error)
    if not isinstance(error, DataError | SettingsError):
        _last_resort(error)
    return str(error)


def _too_little_memory() -> str:
    from kamlib.data.engine.memory import MEMORY_VARIABLE, memory_allowed
    from kamlib.words import _

    told = _(
        "this data needs more memory than there is: at most {gb:.1f} GB may be used ({variable} "
        "says otherwise); leave files out, or give them as Parquet"
    )
    return told.format(gb=memory_allowed() / 2**30, variable=MEMORY_VARIABLE)


def _of_a_place(error: OSError) -> str:
    """What the system says of a file, a folder or a disk: it is full, or may not be read."""
    if not error.strerror or error.filename is None or isinstance(error, FileNotFoundError):
        _last_resort(error)
    place = str(error.filename)
    short = place if len(place) < 200 else f"{place[:100]}…"
    return f"{short}: cannot be used here ({error.strerror})"


def _last_resort(error: BaseException) -> NoReturn:
    """Tell what nobody expected, also what a reader in Rust raises, in one line, and end."""
    aside = (typer.Abort, KeyboardInterrupt, SystemExit, GeneratorExit)
    if isinstance(error, aside) or unexpected.is_shown():
        raise error
    complain(unexpected.told(error), "Error:")
    raise typer.Exit(1) from None


def _tell_notes() -> None:
    """What was noted on the way, one line each, beside the results."""
    for note in notes():
        from kamlib.words import told

        text = escape(shown(told(note)))
        problems.print(f"[yellow]Note:[/] {text}", highlight=False, soft_wrap=True)


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
