"""The cut-offs that a reader of the workbook can move: the inputs and what they mean."""

from dataclasses import dataclass

from kamlib.settings import Settings
from kamlib.words import _


@dataclass(frozen=True)
class Input:
    """An input cell: its defined name and the setting (and its position) that it stands for."""

    name: str
    setting: str
    label: str
    meaning: str
    position: int | None = None

    def of(self, settings: Settings) -> float | str:
        """The value in a set of settings."""
        group, name = self.setting.split(".")
        value = getattr(getattr(settings, group), name)
        return value if self.position is None else value[self.position]


def _pair(name: str, setting: str, labels: tuple[str, str], meanings: tuple[str, str]):
    ends = "ab" if name == "abc" else "xy"
    return (
        Input(f"{name}_cut_{end}", setting, labels[i], meanings[i], i) for i, end in enumerate(ends)
    )


INPUTS = (
    *_pair(
        "abc",
        "abc.cuts",
        (_("A ends at"), _("B ends at")),
        (
            _("An account is A while the larger ones together hold less than this share."),
            _("B while they hold less than this share, else C."),
        ),
    ),
    Input(
        "xyz_measure",
        "xyz.measure",
        _("XYZ judged by"),
        _(
            "frequency: months with an order. gap_cv: variation of the days between orders. "
            "value_cv: variation of the value per period."
        ),
    ),
    *_pair(
        "frequency",
        "xyz.frequency_cuts",
        (_("Frequency: X from"), _("Frequency: Y from")),
        (_("Share of the months with an order, at least."), _("Below: Z.")),
    ),
    *_pair(
        "gap_cv",
        "xyz.gap_cv_cuts",
        (_("Gaps: X up to"), _("Gaps: Y up to")),
        (_("sd / mean of the days between orders, at most."), _("Above: Z.")),
    ),
    *_pair(
        "value_cv",
        "xyz.value_cv_cuts",
        (_("Value: X up to"), _("Value: Y up to")),
        (_("sd / mean of the value per period, at most."), _("Above: Z.")),
    ),
    Input(
        "min_gaps",
        "xyz.min_gaps",
        _("Gaps needed"),
        _("Under gap_cv, an account with fewer gaps cannot be judged and is N."),
    ),
    Input(
        "new_months",
        "xyz.new_months",
        _("New for"),
        _("First order in this many calendar months up to the quarter's end: N."),
    ),
    Input(
        "min_silence_days",
        "churn.min_silence_days",
        _("Lost: silent longer than"),
        _("L when silent for longer than this and than the multiple of its usual gap."),
    ),
    Input(
        "gap_multiple",
        "churn.gap_multiple",
        _("Lost: and longer than"),
        _("… this many of the account's own typical gaps between orders."),
    ),
)
