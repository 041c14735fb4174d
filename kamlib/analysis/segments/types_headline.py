"""The sentence on the four types of key accounts."""

import pandas as pd

from kamlib.analysis.abc_xyz.sentences import measure_word
from kamlib.analysis.segments.types import TYPES, breadwinner_fallback, earned_measure
from kamlib.settings import Settings
from kamlib.words import _, count, share


def types_headline(types: pd.DataFrame, classes: pd.DataFrame, *, settings: Settings) -> str:
    """How many accounts are of which type, and by what rule breadwinners were named.

    Parameters
    ----------
    types
        The table of ``account_types``.
    classes
        The table of ``abc_xyz``.
    """
    numbers = {name: int(types[name].sum()) for name in TYPES}
    if not sum(numbers.values()):
        return _("No account is of any of the four types, or nothing recorded shows it.")
    told = _(
        "Breadwinners: {breadwinner}, prospective: {prospective}, image: {image}, expert: {expert}."
    ).format(**{name: count(number) for name, number in numbers.items()})
    if breadwinner_fallback(classes, settings=settings):
        reason = _(
            "Nobody brings {share} of {measure}: sales are spread over many, so the {number} "
            "largest are named breadwinners instead."
        ).format(
            share=share(settings.types.breadwinner_share, 0),
            measure=measure_word(earned_measure(classes)),
            number=count(settings.types.fallback_accounts),
        )
        told = f"{told} {reason}"
    silent = [name for name in TYPES if not numbers[name]]
    if silent and set(silent) != {"breadwinner"}:
        names = ", ".join(name for name in silent if name != "breadwinner")
        more = _("Without any: {names}; the tables accounts and competitors would show them.")
        told = f"{told} {more.format(names=names)}"
    return told
