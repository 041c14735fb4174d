"""Which model tells best who will fall silent, tried on the company's own past.

At each of some earlier days the candidates judge every account from what was known then and
what they could learn from days before; then it is counted who did fall silent. The simplest
stays unless a more elaborate one is better beyond chance.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.scores import METRICS, gain_interval, metrics
from kamlib.analysis.models.churn_candidates import (
    CANDIDATES,
    CNBD,
    MBG,
    RULE,
    silence_probabilities,
)
from kamlib.analysis.models.churn_slices import ChurnSlices, origins_tried, training_rows
from kamlib.settings import Settings
from kamlib.words import _, count, number

AT_RISK, ALL = "at risk", "all"
_GAINS = ("against", "gain", "gain_low", "gain_high")
COLUMNS = ("model", "population", "n", "events", *METRICS, "chosen", "origins", *_GAINS, "status")
_KEYS = ["origin", "account", "silent", "at_risk"]


@dataclass(frozen=True)
class _Choice:
    """The model that is kept, and of each candidate what it was held against."""

    model: str
    gains: dict[str, tuple[str, float, float, float]]


def churn_predictions(slices: ChurnSlices, *, settings: Settings) -> pd.DataFrame:
    """What each candidate said at each tested day, and what happened.

    Returns
    -------
    One row per tested day and account: ``origin``, ``account``, ``silent`` (1 or 0),
    ``at_risk``; one column per candidate: the probability to fall silent (0–1). On a day on
    which a purchase model is not usable the rule stands in, as it does in the report; NaN where
    that is so on every day.
    """
    parts = []
    for origin in origins_tried(slices, settings=settings):
        rows = slices.rows[slices.rows["origin"] == origin]
        said = silence_probabilities(training_rows(slices, origin), rows)
        parts.append(pd.concat([rows[_KEYS], said], axis=1))
    if parts:
        return _with_stand_in(pd.concat(parts, ignore_index=True))
    empty = slices.rows.iloc[:0][_KEYS]
    return pd.concat([empty, pd.DataFrame(columns=list(CANDIDATES), dtype=float)], axis=1)


def churn_models(
    slices: ChurnSlices, predictions: pd.DataFrame, *, settings: Settings
) -> pd.DataFrame:
    """Hold the candidates against each other and choose.

    From the simplest on, a candidate replaces the one kept so far only where its gain on the
    accounts at risk (in AUC, or by setting in the Brier score) has an interval above 0. A
    candidate that could be had on no day cannot be chosen. Without a tested day,
    or with fewer events than ``churn.min_events``, the rule is kept.

    Returns
    -------
    One row per candidate and population ("at risk": ordered within the last typical gaps;
    "all"): ``n`` (judged accounts over all days), ``events`` (that fell silent), the columns of
    ``churn_metrics.metrics``, ``chosen``, ``origins`` (tested days); ``against`` (the model kept
    so far), ``gain``, ``gain_low``, ``gain_high`` (empty and NaN where not held); ``status``
    (in words, why nothing was measured or chosen; else empty).
    """
    at_risk = predictions[predictions["at_risk"].astype(bool)]
    short = _too_little(at_risk, settings)
    choice = _Choice(RULE, {}) if short else _chosen(at_risk, settings)
    origins = predictions["origin"].nunique()
    rows = []
    for population, judged in ((AT_RISK, at_risk), (ALL, predictions)):
        event = judged["silent"].to_numpy(float)
        for model in CANDIDATES:
            held = choice.gains.get(model) if population == AT_RISK else None
            rows.append(
                {
                    "model": model,
                    "population": population,
                    "n": len(judged),
                    "events": int(event.sum()),
                    **metrics(event, judged[model].to_numpy(float)),
                    "chosen": model == choice.model,
                    "origins": origins,
                    **dict(zip(_GAINS, held or ("", np.nan, np.nan, np.nan), strict=True)),
                    "status": _status(model, slices, predictions) or short,
                }
            )
    texts = dict.fromkeys(("model", "population", "against", "status"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(texts)


def chosen_model(models: pd.DataFrame) -> str:
    """The candidate that the table chose."""
    return str(models.loc[models["chosen"], "model"].iloc[0])


def active_probabilities(slices: ChurnSlices, model: str) -> pd.DataFrame:
    """How probable it is that each account orders within the horizon after the last day.

    Where the chosen model cannot be had on that day, the rule stands in.

    Returns
    -------
    Per account: ``p_active`` (0–1, NaN where there was nothing to learn from); ``model`` (that
    it comes from, empty where unknown).
    """
    rows = slices.rows[slices.rows["origin"] == slices.as_of]
    said = silence_probabilities(training_rows(slices, slices.as_of), rows)
    own = said[model].notna().to_numpy()
    silent = np.where(own, said[model], said[RULE])
    names = np.where(own, model, np.where(np.isfinite(silent), RULE, ""))
    accounts = pd.Index(rows["account"], dtype="str", name="account")
    return pd.DataFrame(
        {"p_active": 1 - silent, "model": pd.Series(names, accounts, dtype="str")}, accounts
    )


def churn_models_headline(models: pd.DataFrame) -> str:
    """Which model is used, how well it ranks, and how much better it is than the next."""
    row = models[models["chosen"] & (models["population"] == AT_RISK)].iloc[0]
    if row["origins"] == 0 or (row["model"] == RULE and row["status"]):
        return _("No model was chosen: {why}. The rule of silence and own gap is used.").format(
            why=row["status"] or _("nothing could be measured")
        )
    sentence = _(
        "Who will fall silent is told by {model}: tried on {origins} earlier days, it ranked an "
        "account that then did above one that went on buying in {auc} of 100 pairs (by chance: "
        "50). Of {n} judgements {events} were of accounts that fell silent."
    ).format(
        model=row["model"],
        origins=count(row["origins"]),
        auc=number(100 * row["auc"], 0),
        events=count(row["events"]),
        n=count(row["n"]),
    )
    return sentence


def _with_stand_in(said: pd.DataFrame) -> pd.DataFrame:
    found = {model: said[model].fillna(said[RULE]) for model in (MBG, CNBD) if said[model].any()}
    return said.assign(**found)


def _too_little(at_risk: pd.DataFrame, settings: Settings) -> str:
    if at_risk.empty:
        return _("the history is too short to try models")
    events = int(at_risk["silent"].sum())
    fewest = min(events, len(at_risk) - events)
    if fewest < settings.churn.min_events:
        return _("too few accounts fell silent or stayed: {n}, at least {least} are needed").format(
            n=count(fewest), least=count(settings.churn.min_events)
        )
    return ""


def _chosen(at_risk: pd.DataFrame, settings: Settings) -> _Choice:
    churn = settings.churn
    event = at_risk["silent"].to_numpy(float)
    usable = [model for model in CANDIDATES if at_risk[model].notna().all()]
    if not usable:
        return _Choice(RULE, {})
    kept, gains = usable[0], {}
    for model in usable[1:]:
        gain = gain_interval(
            event,
            at_risk[model].to_numpy(float),
            at_risk[kept].to_numpy(float),
            at_risk["account"].to_numpy(),
            measure=churn.choose_by,
            resamples=churn.resamples,
            confidence=churn.confidence,
            seed=settings.stability.seed,
        )
        gains[model] = (kept, *gain)
        kept = model if gain[1] > 0 else kept
    return _Choice(kept, gains)


def _status(model: str, slices: ChurnSlices, predictions: pd.DataFrame) -> str:
    """Of a purchase model: at how many tested days it ended in which status other than found."""
    if model not in (MBG, CNBD) or predictions.empty:
        return ""
    fits = slices.fits
    tried = fits[(fits["model"] == model) & fits["origin"].isin(predictions["origin"])]
    ends = tried.loc[tried["status"] != "converged", "status"].value_counts()
    return "; ".join(
        _("{status} on {n} of {all} days").format(status=_words(end), n=n, all=len(tried))
        for end, n in ends.items()
    )


def _words(status: str) -> str:
    return {
        "at a bound": _("at a bound"),
        "too few": _("too few"),
        "did not converge": _("did not converge"),
    }[status]
