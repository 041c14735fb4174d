"""What groups of settings are made of: kinds of fields with bounds, and a setting's source."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kamlib.words import _


def _rising(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if list(cuts) != sorted(set(cuts)):
        raise ValueError("must rise")
    return cuts


def _four_or_none(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if cuts and len(cuts) != 4:
        raise ValueError("must be four cut-offs, or empty")
    return _rising(cuts)


def _falling(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if list(cuts) != sorted(set(cuts), reverse=True):
        raise ValueError("must fall")
    return cuts


def _one_way(values: tuple[float, ...]) -> tuple[float, ...]:
    if list(values) not in (sorted(set(values)), sorted(set(values), reverse=True)):
        raise ValueError("must all rise or all fall")
    return values


def not_all_zero(weights: tuple[float, ...]) -> tuple[float, ...]:
    if not any(weights):
        raise ValueError("must not all be 0")
    return weights


Share = Annotated[float, Field(ge=0, le=1)]
InnerShare = Annotated[float, Field(gt=0, lt=1)]
PositiveFloat = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(ge=1)]
RisingShares = Annotated[tuple[InnerShare, InnerShare], AfterValidator(_rising)]
RisingCuts = Annotated[tuple[Share, ...], AfterValidator(_rising)]
FallingShares = Annotated[tuple[InnerShare, InnerShare], AfterValidator(_falling)]
# What ends the scores 1 to 4 of 1 to 5; empty where they are fifths of one's own accounts.
ScoreCuts = Annotated[tuple[PositiveFloat, ...], AfterValidator(_four_or_none)]
RisingRatios = Annotated[tuple[PositiveFloat, PositiveFloat], AfterValidator(_rising)]
Weight = Annotated[float, Field(ge=0)]
SixWeights = Annotated[
    tuple[Weight, Weight, Weight, Weight, Weight, Weight], AfterValidator(not_all_zero)
]
FiveWeights = Annotated[tuple[Weight, Weight, Weight, Weight, Weight], AfterValidator(not_all_zero)]
# The raw figures that stand for the scores 0, 0.25, 0.5, 0.75 and 1; linear between them.
Anchors = Annotated[tuple[float, float, float, float, float], AfterValidator(_one_way)]
ClassShares = tuple[Share, Share, Share]


class Group(BaseModel):
    """Settings of one analysis; unknown names are refused and nothing can be changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting(default: Any, unit: str, source: str) -> Any:
    """One setting's default with its unit and where the default comes from."""
    return Field(default, title=_(unit), description=_(source), validate_default=True)
