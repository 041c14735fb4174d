"""What init, check and report tell: what is decided, what is open, what is left out, the total."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kamlib.cli.printing import console, heading, print_frame, print_rows, say
from kamlib.words import _, count, number, share, told

if TYPE_CHECKING:
    import pandas as pd

    from kamlib.data.doubts.reading import OpenQuestion
    from kamlib.data.guess.setup import GuessedDataSet
    from kamlib.data.read.dataset import DataSet
    from kamlib.data.tables import Tables
    from kamlib.proof.differences import Differences
    from kamlib.proof.held import Held, Record
    from kamlib.proof.verify import Verified


def tell_guess(guessed: "GuessedDataSet") -> None:
    """What init found: decisions, questions, what is left out, the columns, the total."""
    from kamlib.data.doubts.reading import written_questions

    described = guessed.described
    tell_decisions(described.decisions if described else {})
    if described:
        tell_questions(described, written_questions(described))
    left_out = [*guessed.left_out, *_left_parts(guessed)]
    if left_out:
        heading(told(_("Left out")))
        for text in left_out:
            say(told(text), hang=2)
    _tell_columns(guessed.report)
    if guessed.fiscal:
        hint = _(
            '"{example}" is of a year of your own. If it does not start in January, write the '
            "month in which it does at the top of {file}: year_starts = 2"
        )
        say(told(hint.format(example=guessed.fiscal, file=guessed.path)), hang=2)
    _tell_total(guessed, described.currency if described else "")


def _left_parts(guessed: "GuessedDataSet") -> list[str]:
    """The sheets and files that are not read, with their rows and about their money."""
    read = guessed.settled
    if read is None or read.left is None:
        return []
    texts = []
    for part in read.left.itertuples():
        text = _('{file} "{sheet}"') if part.sheet else _("{file}")
        text = text.format(file=part.file, sheet=part.sheet)
        text += _(": not read, {why}; {rows} rows").format(why=part.why, rows=count(part.rows))
        if part.amount == part.amount and part.amount is not None:
            text += _(", about {amount} of revenue").format(amount=number(part.amount))
        texts.append(text)
    return texts


def tell_decisions(decisions: Mapping[str, str]) -> None:
    """One paragraph per decision: what, and how we know."""
    if not decisions:
        return
    heading(told(_("Decided, and how we know")))
    for key, text in decisions.items():
        say(f"{_title(key)}: {told(text)}", hang=2)


def tell_questions(dataset: "DataSet", questions: Sequence["OpenQuestion"]) -> None:
    """One paragraph per open question: each answer with its total, and how to answer."""
    from kamlib.data.doubts.reading import answer_command

    if not questions:
        return
    heading(told(_("Open questions")))
    for question in questions:
        tell_question(question)
        command, others = answer_command(dataset, question), ", ".join([*question.answers][1:])
        how = _("Answer: {command} (or {others})") if others else _("Answer: {command}")
        say(told(how.format(command=command, others=others)), indent=2, hang=2)


def tell_question(question: "OpenQuestion", *, answers: bool = True) -> None:
    """A question with its stake, and its answers with what each leads to."""
    from kamlib.data.doubts.doubt import sentence

    stake = _("{share} of revenue hangs on it.").format(share=share(question.stake))
    say(f"{_title(question.key)}: {told(question.ask)} {told(stake)}", hang=2)
    if question.proof:
        say(told(sentence(question.proof)), indent=2)
    for line in answer_lines(question) if answers else ():
        say(line, indent=4, hang=2)


def answer_lines(question: "OpenQuestion") -> list[str]:
    """A line per answer: its word, what it means, the total that it leads to."""
    lines = []
    for word, means in question.answers.items():
        total = question.totals.get(word)
        led = "" if total is None else _("the total is {total}").format(total=number(total))
        lines.append(f"{word}: " + "; ".join(told(text) for text in (means, led) if text))
    return lines


def _title(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _tell_columns(report: "pd.DataFrame") -> None:
    """Per table its columns, each with where it comes from."""
    for table, rows in report.groupby("table", sort=False):
        used = rows[rows["column"] != ""]
        labels = [told(_("Column")), told(_("From")), told(_("Samples")), told(_("Note"))]
        shown = [
            (row.column, _source(row.source, row.expression), row.samples, told(row.note))
            for row in used.itertuples()
        ]
        print_rows(str(table), labels, shown)
        unused = rows.loc[rows["column"] == "", "source"]
        if len(unused):
            say(told(_("Not used: {names}").format(names=", ".join(unused))), hang=2)


def tell_mapping(dataset: "DataSet") -> None:
    """Per table which column comes from what."""
    for name, table in dataset.tables.items():
        if table.columns:
            labels = [told(_("Column")), told(_("From"))]
            rows = [(each, _source("", written)) for each, written in table.columns.items()]
            print_rows(f"{name} <- {', '.join(table.source)}", labels, rows)


def _source(source: str, expression: str) -> str:
    plain = expression.strip('"')
    if expression == f'"{plain}"' or not expression:
        return plain or source
    return expression


def _tell_total(guessed: "GuessedDataSet", currency: str) -> None:
    read = guessed.settled
    if read is None:
        return
    heading(told(_("The total")))
    if read.problem:
        say(told(read.problem), hang=2)
        return
    total = _(
        "{lines} lines, {accounts} accounts, {revenue} {currency}, {first} to {last}: is this "
        "the number you know?"
    ).format(
        lines=count(read.rows),
        accounts=count(read.accounts),
        revenue=number(read.kept),
        currency=currency,
        first=read.first,
        last=read.last,
    )
    say(told(total))
    hint = _("Write the revenue that you know at the top of {file}: expect = {{{year} = …}}")
    say(told(hint.format(file=guessed.path, year=read.last[:4])))


def tell_check(tables: "Tables") -> None:
    """What check shows: decisions, questions, where the rows went, findings, columns."""
    from kamlib.data.findings import findings
    from kamlib.data.tables import reconciliation
    from kamlib.quarters import year_told

    dataset, found = tables.dataset, findings(tables)
    say(dataset.title, style="bold")
    console.print(f"{tables.data_from:%Y-%m-%d} to {tables.data_to:%Y-%m-%d}", highlight=False)
    if dataset.year_starts != 1:
        say(told(_("The company's year: {year}.").format(year=year_told(dataset.quarters))))
    tell_decisions(dataset.decisions)
    tell_questions(dataset, tables.questions)
    print_frame(reconciliation(tables), _("Where the rows went"), cents=True)
    _tell_expected(tables)
    found = found[found["severity"] != "question"]  # they stand above, with their answers
    print_frame(found, _("What to know of the data"))
    tell_mapping(dataset)
    console.print()


def tell_identities(sentences: Sequence[str]) -> None:
    """What is open about who the customer is, one paragraph each; nothing without."""
    if not sentences:
        return
    heading(told(_("Who is the customer?")))
    for text in sentences:
        say(told(text), hang=2)
    console.print()


def tell_verified(found: "Verified") -> None:
    """A pack's totals beside those of the source files, and what differs."""
    say(f"{found.title}: {found.folder}", style="bold")
    margins = any(each.held.get("margin") or each.found.get("margin") for each in found.totals)
    names = ["rows", "revenue", "margin"] if margins else ["rows", "revenue"]
    rows = []
    for each in found.totals:
        sides = [(each.what, each.held)]
        sides += [] if each.agrees else [(told(_("in the source files")), each.found)]
        for label, total in sides:
            rows.append([told(label), *(_figure(name, total.get(name)) for name in names)])
            rows[-1].append(told(_("yes") if each.agrees else _("no")))
    labels = {"rows": _("Rows"), "revenue": _("Revenue"), "margin": _("Margin")}
    heads = [told(text) for text in (_("Total"), *(labels[n] for n in names), _("Agrees"))]
    if rows:
        right = [False, *(True for _name in names), False]
        print_rows(told(_("The pack beside the source files")), heads, rows, right=right)
    for note in found.notes:
        say(told(note), hang=2)
    if not found.differs:
        say(told(_("All agrees: the pack is as it was written, and its totals are the files'.")))
        return
    heading(told(_("What differs")))
    for text in found.differs:
        say(told(text), hang=2)


def tell_held(found: "Held") -> None:
    """What is held on a person: by table the rows and what they say, then files of packs."""
    known = {"asked": found.asked, "dataset": found.dataset}
    if found.nothing:
        say(told(_('Nothing is held on "{asked}" in {dataset}.').format(**known)))
        return
    say(told(_('What {dataset} holds on "{asked}"').format(**known)), style="bold")
    for label, who in ((_("Contact"), found.contacts), (_("Manager"), found.managers)):
        if who:
            say(f"{told(label)}: {', '.join(who)}", hang=2)
    for table in dict.fromkeys(record.table for record in found.records):
        own = [record for record in found.records if record.table == table]
        heading(f"{table} ({count(sum(record.rows for record in own))})")
        for record in own:
            say(_held_words(record), hang=2)
    if found.packs:
        heading(told(_("Files of packs that name the person")))
        for file, times in found.packs.items():
            say(f"{file} ({count(times)})", hang=2)
    if found.copies:
        heading(told(_("Copies of what was read, made anew where they are deleted")))
        for folder in found.copies:
            say(folder)


def _held_words(record: "Record") -> str:
    """A record in a line: where it is, in which columns the person stands, what it says."""
    place = " ".join(filter(None, [record.file, record.sheet]))
    if record.row is not None:
        place = told(_("{place} row {row}").format(place=place, row=record.row))
    if record.rows > 1:
        place = told(_("{place}: {n} lines").format(place=place, n=count(record.rows)))
    if record.named_in:
        columns = told(_(", ")).join(record.named_in)
        place = told(_("{place}, as {columns}").format(place=place, columns=columns))
    said = " · ".join(f"{name}: {text}" for name, text in record.held.items())
    return f"{place}: {said}" if said else place


def tell_differences(found: "Differences") -> None:
    """What differs between two packs, and what may be the reason."""
    say(told(found.title), style="bold")
    if not (found.figures or found.lists or found.reasons):
        say(told(_("Nothing differs.")))
        return
    if found.figures:
        heads = [told(text) for text in (_("Figure"), _("Before"), _("After"))]
        rows = [tuple(map(told, (each.what, each.before, each.after))) for each in found.figures]
        print_rows(told(_("Figures")), heads, rows, right=[False, True, True])
    for label, texts in ((_("Lists"), found.lists), (_("Why"), found.reasons)):
        if texts:
            heading(told(label))
        for text in texts:
            say(told(text), hang=2)


def _figure(name: str, value: object) -> str:
    if value is None:
        return ""
    return count(value) if name == "rows" else number(float(value), 2)


def _tell_expected(tables: "Tables") -> None:
    from kamlib.data.expect import expected, period_told

    frame, freq = expected(tables), tables.dataset.quarters
    if frame.empty:
        return
    labels = [told(_(each)) for each in ("Period", "Expected", "Found", "Difference", "Agrees")]
    rows = [
        (
            told(period_told(row.period, freq)),
            *map(number, (row.expected, row.found, row.difference)),
            told(_("yes") if row.agrees else _("no")),
        )
        for row in frame.itertuples()
    ]
    print_rows(told(_("What you expect")), labels, rows, right=[False, True, True, True, False])
