"""Whether what is noted of prospects told won from lost deals, and what the check says in words."""

import numpy as np
import pandas as pd

from kamlib.analysis.models.deal_scores import (
    MEASURES,
    deal_measures,
    group_draws,
    intervals,
    ranked,
)
from kamlib.analysis.models.deals import (
    PREDICTORS,
    SINGLE,
    Judged,
    check_groups,
    known_values,
    later_deals,
    ordered_deals,
    predictor_labels,
    unseen_deals,
)
from kamlib.analysis.targeting.rates import OFTEN, RARELY
from kamlib.analysis.targeting.rates import TOO_FEW as TOO_FEW_DEALS
from kamlib.settings import PS, Settings, TargetCheckSettings
from kamlib.words import _, capital, count, number, share

UNSEEN, LATER = "unseen deals", "later deals"
TELLS, WRONG = "tells won from lost", "tells the wrong way round"
NOTHING, TOO_FEW = "does not discriminate in your data", "too few deals"
_KNOWN = ("auc_known", "auc_known_low", "auc_known_high")
COLUMNS = (
    *("predictor", "sample", "label", "n", "unknown", "won", *MEASURES, *_KNOWN),
    *("verdict", "missing"),
)
# So many groups that win rarely or often are named.
NAMED = 5
# An AUC from here on is more likely a note made after the outcome than foresight.
TOO_GOOD = 0.97


def target_check(
    facts: pd.DataFrame,
    won: pd.Series,
    *,
    groups: pd.Series | None = None,
    days: pd.Series | None = None,
    settings: Settings,
) -> pd.DataFrame:
    """Hold each predictor against the outcomes of decided deals, out of sample.

    "unseen deals": each deal is judged by models that did not learn from it nor from a deal of
    which the same is noted. "later deals": the latest part is judged by models of what was
    decided before. A single score is judged with the deals of which it is unknown: where they
    stand is learnt, too.

    Parameters
    ----------
    facts
        Per deal (index): ``need``, ``budget``, ``authority``, ``score`` (of the three P's),
        ``fit`` (each 0–1 or NaN), ``relationship``, ``source``, ``industry`` (text). What is
        absent counts as unknown.
    won
        True or False per deal, missing where open.
    groups
        Number or name of the group of each deal that is judged together; by default deals of
        which the same is noted are one group.
    days
        Day of the outcome; without any there are no later deals.

    Returns
    -------
    One row per predictor, and again per predictor for later deals: ``predictor``, ``sample``,
    ``label`` (words), ``n``, ``unknown`` (deals without the score), ``won``; the measures of
    ``deal_measures``; ``auc_known`` with ends (the score as it stands, among deals where it is
    known; NaN for fitted ones); ``verdict``; ``missing`` (words: what deals are lacking). With
    too few deals all measures are NaN.
    """
    deals, outcome = ordered_deals(facts, won)
    groups_of = check_groups(deals, groups, settings=settings)
    enough = not missing_deals(outcome, settings.target_check)
    judged = unseen_deals(deals, outcome, groups_of, settings=settings) if enough else {}
    rows = _rows(UNSEEN, deals, outcome, groups_of, judged, settings)
    if days is not None and days.reindex(deals.index).notna().any():
        rows += _later_rows(deals, outcome, groups_of, days.reindex(deals.index), settings)
    texts = dict.fromkeys(("predictor", "sample", "label", "verdict", "missing"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(texts)


def missing_deals(outcome: np.ndarray, check: TargetCheckSettings) -> str:
    """What is lacking for a judgement, in words; empty where nothing is."""
    won = int(outcome.sum())
    lacking = {
        _("decided"): check.min_deals - len(outcome),
        _("won"): check.min_each - won,
        _("lost"): check.min_each - (len(outcome) - won),
    }
    return ", ".join(
        _("{n} more {kind}").format(n=count(n), kind=kind) for kind, n in lacking.items() if n > 0
    )


def _later_rows(
    deals: pd.DataFrame,
    outcome: np.ndarray,
    groups: np.ndarray,
    days: pd.Series,
    settings: Settings,
) -> list[dict]:
    """Deals decided on one day are on one side; a copy of an earlier deal is not judged."""
    check = settings.target_check
    dated = days.notna().to_numpy()
    cut = days[dated].quantile(1 - check.later_share, interpolation="lower")
    later = dated & (days > cut).to_numpy()
    earlier = dated & ~later
    later &= ~np.isin(groups, groups[earlier])
    used = earlier | later
    short = missing_deals(outcome[earlier], check) or missing_deals(
        outcome[later], check.model_copy(update={"min_deals": 2 * check.min_each})
    )
    judged = {}
    if not short:
        judged = later_deals(deals[used], outcome[used], later[used], settings=settings)
    groups_of = pd.factorize(groups[later])[0]
    rows = _rows(LATER, deals[later], outcome[later], groups_of, judged, settings)
    return [row | {"missing": short or row["missing"]} for row in rows]


def _rows(
    sample: str,
    deals: pd.DataFrame,
    outcome: np.ndarray,
    groups: np.ndarray,
    judged: dict[str, Judged],
    settings: Settings,
) -> list[dict]:
    check = settings.target_check
    draws = group_draws(groups, settings=settings) if judged else None
    rows = []
    for predictor in PREDICTORS:
        value = known_values(deals, predictor)
        known = np.isfinite(value)
        row = {
            "predictor": predictor,
            "sample": sample,
            "label": predictor_labels()[predictor],
            "n": len(deals),
            "unknown": int((~known).sum()) if predictor in SINGLE else 0,
            "won": int(outcome.sum()),
            **dict.fromkeys((*MEASURES, *_KNOWN), np.nan),
            "verdict": TOO_FEW,
            "missing": missing_deals(outcome, check) if sample == UNSEEN else "",
        }
        single = predictor in SINGLE
        if single and known.sum() < check.min_group:
            lacking = _("it is known of {n} deals").format(n=count(known.sum()))
            row["missing"] = row["missing"] or lacking
        elif judged:
            row |= deal_measures(outcome, judged[predictor], draws, confidence=check.confidence)
            if single:
                row |= _among_known(outcome[known], value[known], draws[:, known], settings)
            row["verdict"] = _verdict(row)
        rows.append(row)
    return rows


def _among_known(
    won: np.ndarray, value: np.ndarray, draws: np.ndarray, settings: Settings
) -> dict[str, float]:
    """AUC of the score as it stands, which nothing was fitted to."""
    one = Judged(value, value[None, :], np.zeros((1, len(won)), dtype=np.int64))
    auc = float(ranked(won, one, np.ones((1, len(won))))["auc"][0])
    ends = intervals(won, one, draws, confidence=settings.target_check.confidence)["auc"]
    return dict(zip(_KNOWN, (auc, *ends), strict=True))


def _verdict(row: dict) -> str:
    """Only a score as it stands has a way round; a model below chance has learnt chance."""
    if row["auc_low"] > 0.5:
        return TELLS
    return WRONG if row["auc_known_high"] < 0.5 else NOTHING


def usable_deals(
    decided: pd.DataFrame, *, as_of: pd.Timestamp | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deals as they were known before their outcome: what was noted later is emptied.

    Parameters
    ----------
    decided
        Deals that were won or lost: ``outcome_on``, ``first_seen``, and per P its value,
        ``*_evidence`` and ``*_date``; what is absent is not looked at.
    as_of
        Outcomes after this day are not known yet.

    Returns
    -------
    The deals without those whose outcome lies before the first contact or after ``as_of``, a P
    that is dated after the outcome emptied with its evidence and date; and the notes, one row
    per finding: ``finding`` (words), ``deals`` (how many), ``prospects`` (codes).
    """
    day = _days(decided, "outcome_on")
    early = day < _days(decided, "first_seen")
    notes = [(_("left out: outcome before the first contact"), early)]
    gone = early
    if as_of is not None:
        future = day > pd.Timestamp(as_of)
        notes.append((_("left out: outcome after the day of the report"), future))
        gone = gone | future
    kept = decided[~gone].copy()
    day = day[~gone]
    for p in PS:
        if p not in kept:
            continue
        noted, dated = kept[p].notna(), _days(kept, f"{p}_date")
        late = noted & (dated > day)
        label = predictor_labels()[p]
        notes.append((_("{p}: emptied, noted after the outcome").format(p=label), late))
        undated = noted & dated.isna()
        text = _("{p}: kept without a date, may be noted after the outcome").format(p=label)
        notes.append((text, undated))
        columns = {p: np.nan, f"{p}_evidence": "", f"{p}_date": pd.NaT}
        for column, nothing in columns.items():
            if column in kept:
                kept[column] = kept[column].mask(late, nothing)
    notes.append((_("kept without the day of the outcome, not judged as later deals"), day.isna()))
    return kept, _notes(notes)


def check_headline(models: pd.DataFrame, rates: pd.DataFrame) -> str:
    """How many deals were won, and who wins rarely or often; or why nothing can be said.

    Parameters
    ----------
    models
        The table of ``target_check``.
    rates
        The table of ``win_rates``.
    """
    unseen = models[models["sample"] == UNSEEN].set_index("predictor")
    if unseen.empty or not unseen["n"].max():
        return _("The scores are unvalidated: no deal was decided yet.")
    first = unseen.iloc[0]
    won = _("{won} of {n} decided deals were won").format(
        won=count(first["won"]), n=count(first["n"])
    )
    if (unseen["verdict"] == TOO_FEW).all():
        text = _("The scores are unvalidated: {won}, {missing} are needed.")
        return text.format(won=won, missing=first["missing"] or _("scores of more deals"))
    return f"{won}. {_groups(rates)}"


def predictors_headline(models: pd.DataFrame) -> str:
    """Which scores told won from lost, which did not; empty where nothing can be said.

    Only the best one and the three P's that do not tell are given with their AUC: all figures
    are in the table.

    Parameters
    ----------
    models
        The table of ``target_check``.
    """
    unseen = models[models["sample"] == UNSEEN].set_index("predictor")
    if (unseen["verdict"] == TOO_FEW).all():
        return ""
    parts = [
        _telling(unseen[unseen["verdict"] == TELLS]),
        _later(models),
        _silent(unseen),
        _suspicion(unseen),
    ]
    return " ".join(part for part in parts if part)


def _groups(rates: pd.DataFrame) -> str:
    """The groups that differ most surely; of two that divide all deals the rarer winner."""
    clear = rates[rates["verdict"].isin((RARELY, OFTEN))]
    if clear.empty:
        told = _("Of {n} groups of deals none stands out once all of them are looked at together.")
        return told.format(n=count((rates["verdict"] != TOO_FEW_DEALS).sum()))
    edge = clear[["difference_low", "difference_high"]].abs().min(axis=1)
    order = clear.assign(edge=edge, often=clear["verdict"] == OFTEN)
    # Each attribute is named once, those with the surest difference first, rare winners first.
    order = order.sort_values(["often", "edge"], ascending=[True, False], kind="stable")
    named = order.drop_duplicates("attribute").sort_values("edge", ascending=False, kind="stable")
    told = [_group(row) for row in named.head(NAMED).itertuples()]
    return capital("; ".join(told) + ".")


def _group(row) -> str:
    return _("{group}: {rate} won against {rest} of the others").format(
        group=group_name(row.attribute, row.value),
        rate=share(row.win_rate),
        rest=share(row.rest_rate),
    )


def group_name(attribute: str, value: str) -> str:
    """What a group of deals of the win rates is called for readers."""
    clients = {
        "new": _("new clients"),
        "past": _("past clients"),
        "current": _("current clients"),
    }
    if attribute == "relationship" and value in clients:
        return clients[value]
    names = {
        "need": _("need"),
        "budget": _("budget"),
        "authority": _("power to decide"),
        "relationship": _("relationship"),
        "source": _("source"),
        "industry": _("industry"),
        "competitor": _("competitor"),
        "size": _("size"),
    }
    return f"{names.get(attribute, attribute)} {value}"


def _silent(unseen: pd.DataFrame) -> str:
    """Which predictors did not tell."""
    said = [
        (WRONG, _("Told the wrong way round: {names}.")),
        (NOTHING, _("Does not discriminate in your data: {names}.")),
        (TOO_FEW, _("Too few deals to say it of: {names}.")),
    ]
    parts = []
    for verdict, sentence in said:
        rows = unseen[unseen["verdict"] == verdict]
        names = "; ".join(_predictor(name, row) for name, row in rows.iterrows())
        if names:
            parts.append(sentence.format(names=names))
    return " ".join(parts)


def _telling(rows: pd.DataFrame) -> str:
    """The best of those that told, with its AUC, and the names of the others."""
    if rows.empty:
        return ""
    best = rows["auc"].idxmax()
    row = rows.loc[best]
    text = _("{best} told won from lost best (AUC {auc}, {low}–{high})")
    told = text.format(
        best=capital(_predictor_name(best, row)),
        auc=number(row["auc"]),
        low=number(row["auc_low"]),
        high=number(row["auc_high"]),
    )
    others = [_predictor_name(name, row) for name, row in rows.iterrows() if name != best]
    if not others:
        return told + "."
    return _("{told}; so did {names}.").format(told=told, names="; ".join(others))


def _predictor(name: str, row: pd.Series) -> str:
    """A predictor that did not tell: by name, one of the three P's with its AUC."""
    label = _predictor_name(name, row)
    if name not in PS or row["verdict"] != NOTHING:
        return label
    return _("{label} (AUC {auc})").format(label=label, auc=number(row["auc"]))


def _predictor_name(name: str, row: pd.Series) -> str:
    return _("{p} alone").format(p=row["label"]) if name in PS else row["label"]


def _later(models: pd.DataFrame) -> str:
    """Whether the best of those that told held up forward in time."""
    later = models[models["sample"] != UNSEEN].set_index("predictor")
    judged = later[later["verdict"] != TOO_FEW] if len(later) else later
    told = models[(models["sample"] == UNSEEN) & (models["verdict"] == TELLS)]
    if judged.empty or told.empty:
        return ""
    best = told.set_index("predictor")["auc"].idxmax()
    if best not in judged.index:
        return ""
    row = judged.loc[best]
    held = _("It held on the {n} latest deals, judged from earlier ones.")
    failed = _("On the {n} latest deals, judged from earlier ones, it did not tell.")
    return (held if row["verdict"] == TELLS else failed).format(n=count(row["n"]))


def _suspicion(unseen: pd.DataFrame) -> str:
    good = unseen[unseen["auc"] > TOO_GOOD]
    if good.empty:
        return ""
    text = _("Too good to be true, look whether it was noted after the outcome: {names}.")
    return text.format(names="; ".join(good["label"]))


def _days(frame: pd.DataFrame, column: str) -> pd.Series:
    if column in frame:
        return pd.to_datetime(frame[column])
    return pd.Series(pd.NaT, frame.index, dtype="datetime64[us]")


def _notes(found: list[tuple[str, pd.Series]]) -> pd.DataFrame:
    rows = [
        (text, int(mask.sum()), ", ".join(map(str, mask.index[mask])))
        for text, mask in found
        if mask.any()
    ]
    frame = pd.DataFrame(rows, columns=["finding", "deals", "prospects"])
    return frame.astype({"finding": "str", "deals": "int64", "prospects": "str"})
