"""Six ways to tell who will fall silent, and which does best on the company's own past.

At each of some earlier days the candidates judge every account from what was known then and
what they could learn from days before; then it is counted who did fall silent. The simplest
stays unless a more elaborate one is better beyond chance. Who had ordered within a horizon
before the day, and who was silent for longer, are learnt from apart: silence tells other things
of them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.scores import METRICS, gain_interval, metrics
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.churn_slices import ChurnSlices, origins_tried, training_rows
from kamlib.analysis.models.reliability import BANDS
from kamlib.analysis.models.same_weeks import drawn_shares
from kamlib.settings import Settings
from kamlib.words import _, count, number
from kamlib.words import accounts as in_accounts

AT_RISK, ALL = "at risk", "all"
_GAINS = ("against", "gain", "gain_low", "gain_high")
COLUMNS = ("model", "population", "n", "events", *METRICS, "chosen", "origins", *_GAINS, "status")
_KEYS = ["origin", "closes", "account", "silent", "at_risk", "band", "rhythm"]
SILENCE = "silence"
RULE = "silence + own gap"
SEASON = "same weeks of earlier years"
MBG = "MBG/NBD"
CNBD = "MBG/CNBD-k"
LOGISTIC = "logistic regression"
# In order of complexity: each has to beat the one that is kept so far.
CANDIDATES = (SILENCE, RULE, SEASON, MBG, CNBD, LOGISTIC)
_PURCHASE = {MBG: "p_mbg", CNBD: "p_cnbd"}
_CLASSES = (0, 1, 3)  # A, B, D against C


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
    ``at_risk``, ``closes``, ``band``, ``rhythm``; one column per candidate: the probability to
    fall silent (0–1). On a day on which a purchase model is not usable the rule stands in, as it
    does in the report; NaN where that is so on every day.
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


def corrected_predictions(predictions: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """The predictions, each corrected by what was said before and how that had turned out.

    Parameters
    ----------
    predictions
        As ``churn_predictions`` gives them.

    Returns
    -------
    The same rows and columns; of a day only those before it are used whose horizon was over.
    """
    parts = []
    for origin, rows in predictions.groupby("origin"):
        before = predictions[predictions["closes"] <= origin]
        said = {model: corrected(before, rows, model, settings=settings) for model in CANDIDATES}
        parts.append(rows.assign(**said))
    return pd.concat(parts) if parts else predictions


def corrected(
    before: pd.DataFrame, rows: pd.DataFrame, model: str, *, settings: Settings
) -> np.ndarray:
    """A model's chances, corrected where its record is off beyond chance.

    Each band of silence has a record of its own: it is off where what was said
    of the accounts at risk, less the share that fell silent, differs from 0 by more than it does
    from day to day, over ``churn.min_record_days`` and ``churn.min_record`` judgements at least.
    Then a logistic regression of what happened on what was said gives the chance that is meant.

    Parameters
    ----------
    before
        Predictions of days that are over.
    rows
        ``at_risk``, ``band``, and what the model says.

    Returns
    -------
    Per row 0–1; accounts not at risk, and chances whose record is not off, stay as they are.
    """
    said = rows[model].to_numpy(float, copy=True)
    record = before[before["at_risk"].astype(bool)]
    known, asked = (of["band"].cat.codes.to_numpy() for of in (record, rows))
    asked = np.where(rows["at_risk"].astype(bool), asked, len(BANDS))
    for band in np.unique(known):
        own, mine = record[known == band], asked == band
        if mine.any() and np.isfinite(said[mine]).all() and _is_off(own, model, settings):
            meant = _learned(_logit(own[[model]].to_numpy(float)), own, _logit(said[mine][:, None]))
            said[mine] = np.where(np.isfinite(meant), meant, said[mine])
    return said


def _is_off(record: pd.DataFrame, model: str, settings: Settings) -> bool:
    from scipy.special import stdtrit

    churn, (day, days) = settings.churn, pd.factorize(record["origin"])
    if len(days) < churn.min_record_days or len(record) < churn.min_record:
        return False
    off = np.bincount(day, record[model] - record["silent"]) / np.bincount(day)
    usual = stdtrit(len(days) - 1, (1 + churn.confidence) / 2)
    # Where a chance is not known, nothing is off.
    spread = off.std(ddof=1) / np.sqrt(len(days))
    return bool(significant(abs(float(off.mean()))) > significant(float(usual * spread)))


def churn_models(
    slices: ChurnSlices, predictions: pd.DataFrame, *, settings: Settings
) -> pd.DataFrame:
    """Hold the candidates against each other and choose.

    From the simplest on, a candidate replaces the one kept so far only where its gain on the
    accounts at risk (the fall in the Brier score) has an interval above 0. A
    candidate that could be had on no day cannot be chosen. Without a tested day,
    or with fewer events than ``churn.min_events``, the rule is kept.

    Returns
    -------
    One row per candidate and population ("at risk": ordered within a horizon before the day;
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


def active_probabilities(
    slices: ChurnSlices, predictions: pd.DataFrame, model: str, *, settings: Settings
) -> pd.DataFrame:
    """How probable it is that each account orders within the horizon after the last day.

    Where the chosen model cannot be had on that day, the rule stands in.

    Parameters
    ----------
    predictions
        As ``churn_predictions`` gives them: the record by which the chances are corrected.

    Returns
    -------
    Per account: ``p_active`` (0–1, NaN where there was nothing to learn from); ``model`` (that
    it comes from, empty where unknown).
    """
    rows = slices.rows[slices.rows["origin"] == slices.as_of]
    said = silence_probabilities(training_rows(slices, slices.as_of), rows)
    said = said.join(rows[_KEYS])
    usable = said[model].notna().all()
    used = model if usable else RULE
    silent = corrected(predictions, said, used, settings=settings)
    accounts = pd.Index(rows["account"], dtype="str", name="account")
    names = np.where(np.isfinite(silent), used, "")
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
        "50). Of {n} judged {said} were to fall silent by its chances, and {events} did."
    ).format(
        model=row["model"],
        origins=count(row["origins"]),
        auc=number(100 * row["auc"], 0),
        said=count(round(row["events"] + row["calibration"] * row["n"])),
        events=count(row["events"]),
        n=in_accounts(row["n"]),
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
            measure="brier",
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


def silence_probabilities(train: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The probability of each candidate that an account stays silent over the horizon.

    The simple ones become probabilities by a logistic regression on silence, on silence and own
    mean gap, and on these and whether the account ordered in the same weeks of earlier years. The
    purchase models are probabilities already, by each account's own calendar. The last candidate
    learns from recency, own mean gap, their ratio, frequency, tenure, trend of value, class and
    P(active), which may stand at a bound: it judges itself what that is worth.

    Parameters
    ----------
    train, rows
        Rows of ``ChurnSlices``: closed ones to learn from, and those to judge.

    Returns
    -------
    Like ``rows``, one column per candidate (0–1); NaN where a candidate cannot be had: nothing
    to learn from, or a purchase model that is not usable.
    """
    usable = [
        column
        for column in _PURCHASE.values()
        if train[column].notna().all() and rows[column].notna().all()
    ]
    found = pd.concat([_learned_of(there, train, rows, usable) for there in (True, False)])
    found = found.reindex(rows.index)
    for name, column in _PURCHASE.items():
        found[name] = 1 - rows[column].where(rows[f"{column}_usable"]).to_numpy(float)
    return found[list(CANDIDATES)]


def _learned_of(
    there: bool, train: pd.DataFrame, rows: pd.DataFrame, usable: list[str]
) -> pd.DataFrame:
    """What is learnt of who was still there on the day, or of who was silent for longer.

    Of all together where this part shows nothing: all or none of it ordered.
    """
    asked, like = rows[rows["at_risk"] == there], train[train["at_risk"] == there]
    like = like if like["silent"].nunique() > 1 else train
    told = {
        SILENCE: _silence,
        RULE: _with_gap,
        SEASON: lambda some: _with_season(some, train),
        LOGISTIC: lambda some: _features(some, usable),
    }
    said = {model: _learned(of(like), like, of(asked)) for model, of in told.items()}
    return pd.DataFrame(said, asked.index)


def _learned(features: np.ndarray, train: pd.DataFrame, wanted: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    silent = train["silent"].to_numpy()
    if not len(wanted) or len(np.unique(silent)) < 2:
        return np.full(len(wanted), np.nan)
    # To the end, by Newton's steps: a search that stops on its way stops elsewhere elsewhere.
    curve = LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=200)
    model = make_pipeline(StandardScaler(), curve)
    return significant(model.fit(features, silent).predict_proba(wanted)[:, 1])


def _silence(rows: pd.DataFrame) -> np.ndarray:
    return np.log1p(rows[["silence_days"]].to_numpy(float))


def _with_gap(rows: pd.DataFrame) -> np.ndarray:
    """Silence and own gap, told apart for who is in time and who is overdue.

    In time, a long gap means silence ahead; overdue, a short one means that something is wrong.
    """
    silence, overdue = _silence(rows)[:, 0], rows["overdue"].to_numpy(float)
    gap = np.log1p(_gap(rows))
    return np.column_stack([silence, gap, overdue, overdue * silence, overdue * gap])


def _with_season(rows: pd.DataFrame, like: pd.DataFrame) -> np.ndarray:
    """The same, and in how many earlier years it ordered in the weeks that lie ahead."""
    known = (rows["years"] > 0).to_numpy(float)
    return np.column_stack([_with_gap(rows), known, known * _logit(drawn_shares(rows, like))])


def _gap(rows: pd.DataFrame) -> np.ndarray:
    """The own mean gap in days; without one what is usual; 0 where nobody has a gap."""
    return rows["gap_mean_days"].fillna(rows["typical_gap_days"]).fillna(0.0).to_numpy(float)


def _features(rows: pd.DataFrame, usable: list[str]) -> np.ndarray:
    """What the last candidate learns from; P(active) only where every slice has it."""
    gap = _gap(rows)
    columns = [
        _silence(rows)[:, 0],
        np.log1p(gap),
        np.log1p(rows["silence_days"].to_numpy(float) / np.maximum(gap, 1.0)),
        rows["overdue"].to_numpy(float),
        np.log1p(rows["repeats"].to_numpy(float)),
        np.log1p(rows["tenure_days"].to_numpy(float)),
        rows["trend"].to_numpy(float),
        *((rows["abc"] == code).to_numpy(float) for code in _CLASSES),
        *(_logit(rows[column].to_numpy(float)) for column in usable),
    ]
    return np.column_stack(columns)


def _logit(probability: np.ndarray) -> np.ndarray:
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))
