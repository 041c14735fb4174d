"""Notebook 01's settings: classes by value and rhythm, how stable they are, who weighs most."""

from typing import Annotated, Literal

from pydantic import Field

from kamlib.settings.fields import (
    FallingShares,
    Group,
    PositiveFloat,
    PositiveInt,
    RisingRatios,
    RisingShares,
    setting,
)


class AbcSettings(Group):
    """ABC classes by value."""

    measure: Literal["revenue", "margin"] = setting("revenue", "", "what an account is worth")
    cuts: RisingShares = setting((0.80, 0.95), "share of value before", "Pareto convention")
    months: Annotated[int, Field(ge=1, le=60)] = setting(12, "months", "trailing year")


class XyzSettings(Group):
    """XYZ classes by how often and how regularly an account buys."""

    measure: Literal["frequency", "gap_cv", "value_cv"] = setting(
        "frequency", "", "key-account practice: how often and how regularly an account buys"
    )
    months: Annotated[int, Field(ge=3, le=60)] = setting(12, "months", "trailing year")
    gap_months: Annotated[int, Field(ge=3, le=60)] = setting(24, "months", "enough gaps to judge")
    frequency_cuts: FallingShares = setting(
        (0.75, 0.33), "share of months", "convention of this workbook"
    )
    gap_cv_cuts: RisingRatios = setting(
        (0.5, 1.0), "sd / mean of gaps", "convention of this workbook"
    )
    value_cv_cuts: RisingRatios = setting(
        (0.5, 1.0), "sd / mean of value", "convention of this workbook"
    )
    value_period: Literal["month", "quarter"] = setting("month", "", "period of value_cv")
    new_months: Annotated[int, Field(ge=0, le=24)] = setting(6, "months", "younger accounts are N")
    min_gaps: Annotated[int, Field(ge=1, le=50)] = setting(3, "gaps", "fewer are N under gap_cv")
    adi_cut: PositiveFloat = setting(1.32, "periods", "Syntetos & Boylan 2005")
    cv2_cut: PositiveFloat = setting(0.49, "ratio", "Syntetos & Boylan 2005")


class StabilitySettings(Group):
    """How far a class depends on which months happened to fall into the window."""

    resamples: Annotated[int, Field(ge=10, le=5000)] = setting(
        200, "resamples", "convention of this workbook"
    )
    block_months: Annotated[int, Field(ge=1, le=12)] = setting(3, "months", "keeps the season")
    seed: Annotated[int, Field(ge=0)] = setting(20251231, "", "same input, same table")


class ConcentrationSettings(Group):
    """How much hangs on a few accounts."""

    top: tuple[PositiveInt, ...] = setting((1, 5, 10), "accounts", "convention of this workbook")
    key_share_band: RisingShares = setting(
        (0.30, 0.55), "share of revenue", "what the field quotes for key accounts"
    )


class HistorySettings(Group):
    """How far back the classes are shown."""

    quarters: Annotated[int, Field(ge=2, le=40)] = setting(
        8, "quarters", "convention of this workbook"
    )


class ReplaySettings(Group):
    """Against how many lists of earlier quarters what is said today is held."""

    quarters: Annotated[int, Field(ge=1, le=30)] = setting(
        12, "quarters", "at most so many earlier lists are made again; convention of this workbook"
    )
    least_quarters: Annotated[int, Field(ge=1, le=30)] = setting(
        4, "quarters", "fewer, not a year of lists, change nothing; convention of this workbook"
    )
    prior_events: PositiveFloat = setting(
        4.0,
        "events expected",
        "weigh as much as having no record: what is said is off by half, 1 / sqrt(4); convention",
    )
