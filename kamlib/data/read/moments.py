"""Times behind days: the whole time stamp for an expression, local days, and what midnight moves.

A day counts as it is written. A cell that carries a time zone ("2024-12-31T23:30:00Z") may be
another day where its company is: the option ``time_zone`` turns it, or an expression does.
"""

from kamlib.data.read.conventions import has_zone, literal

# The watched column under which lines are counted that another time zone may move to the
# neighbouring month, such as "2024-12 +" (to the next) or "2025-01 -" (to the one before).
ZONE_EDGE = "time zone at a month's end"
_TIME = r"[T ,]([0-9]{1,2}:[0-9]{2}.*)$"
_HALF_DAYS = "%Y-%m-%d %I:%M:%S %p"
# "9:30 +0200" as the engine reads it: 09:30:00+0200.
_TIDY = (
    (" +([Z+-])", "\\1"),
    ("^([0-9]):", "0\\1:"),
    ("^([0-9]{2}:[0-9]{2})($|[^0-9:])", "\\1:00\\2"),
)
_NOON = 12  # as far as a line may be from midnight for another time zone to move it


def moment(day: str, cell: str) -> str:
    """A text's moment as SQL (with time zone; UTC where it names none).

    Parameters
    ----------
    day
        SQL of the day that was read from it.
    cell
        SQL of the whole text. A time that cannot be read is midnight, but where it has a zone
        the moment is missing.
    """
    time = f"UPPER(REGEXP_EXTRACT({cell}, {literal(_TIME)}, 1))"
    for form, tidy in _TIDY:
        time = f"REGEXP_REPLACE({time}, {literal(form)}, {literal(tidy)})"
    date = f"CAST(CAST({day} AS DATE) AS VARCHAR)"
    text = f"TRIM({date} || ' ' || {time})"
    halves = f"CAST(TRY_STRPTIME({text}, {literal(_HALF_DAYS)}) AS TIMESTAMPTZ)"
    midnight = f"CASE WHEN {has_zone(cell)} THEN NULL ELSE CAST({day} AS TIMESTAMPTZ) END"
    return f"COALESCE(TRY_CAST({text} AS TIMESTAMPTZ), {halves}, {midnight})"


def local_time(stamp: str, time_zone: str) -> str:
    """A moment as the wall clock of a time zone shows it, as SQL."""
    return f"({stamp}) AT TIME ZONE {literal(time_zone)}"


def zone_edge(day: str, hour: str, zoned: str) -> str:
    """The month's end to which a line is so near that another time zone may move it, as SQL.

    Parameters
    ----------
    day, hour
        SQL of a line's day and hour as written.
    zoned
        SQL of whether it carries a time zone.
    """
    month = f"STRFTIME({day}, '%Y-%m')"
    after = f"DAY({day} + INTERVAL 1 DAY) = 1 AND {hour} >= {_NOON}"
    before = f"DAY({day}) = 1 AND {hour} < {_NOON}"
    cases = f"WHEN NOT ({zoned}) THEN '' WHEN {after} THEN {month} || ' +' "
    return f"COALESCE(CASE {cases} WHEN {before} THEN {month} || ' -' END, '')"


def written_hour(cell: str) -> str:
    """The hour (0–23) of a text as it is written, as SQL."""
    return f"TRY_CAST(REGEXP_EXTRACT({cell}, '([0-9]{{1,2}}):[0-9]{{2}}', 1) AS INTEGER)"
