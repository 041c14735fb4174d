"""Plain tables that are Markdown too, and how their figures are written."""

from collections.abc import Iterator, Sequence


def printed(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table's lines: the first column to the left, figures to the right."""
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        return f"| {' | '.join([first, *rest])} |"

    yield line(header)
    yield f"|{'-' * (widths[0] + 2)}|{'|'.join('-' * (width + 1) + ':' for width in widths[1:])}|"
    yield from map(line, rows)


def seconds(value: float) -> str:
    """Seconds, with as many digits as they carry."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def ratio(value: float, base: float) -> str:
    """How many times a base."""
    return f"{value / base:.2f} x" if base else "-"


def megabytes(value: float) -> str:
    """Whole megabytes."""
    return f"{value:,.0f}"
