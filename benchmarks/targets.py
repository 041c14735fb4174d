"""Part f: targeting many prospects, step by step, beside what a user would write instead."""

import math
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.measured import Measured, measured, median
from benchmarks.tables import megabytes, printed, ratio, seconds

PROSPECTS = 50_000
# difflib takes too long for all of them; its time is that of these, scaled up.
SAMPLE = 100
STEPS = {
    "names: known_companies / difflib, sample scaled up": ("names", "names_difflib"),
    "evidence of the three P's / none": ("evidence", ""),
    "scores: three_ps / apply, row by row": ("scores", "scores_apply"),
    "fit: lookalike / sklearn, a refit for each left out": ("fit", "fit_sklearn"),
    "tiers: tiers / a loop over the rows": ("tiers", "tiers_loop"),
}
_HERE = "benchmarks.targets"
_SEED = 2026


def drawn(file: str, prospects: int) -> Measured:
    """Make many prospects of those of the demo company and store what each step starts from."""
    from kamlib import open_book
    from kamlib.analysis.targeting.lookalike import best_accounts, learning_accounts
    from kamlib.analysis.targeting.target_list import Known, target_list

    book = open_book("demo", settings={"stability.resamples": 10})
    with Measured() as run:
        classes, found = book.abc_xyz.classes, book.targeting
        rows = _resampled(book.known("prospects"), prospects)
        matches = found.matches.iloc[:0]
        known = Known(rows, book.accounts, classes, found.whitespace)
        listed = target_list(known, matches, as_of=book.as_of, settings=book.settings)
        data = {
            "prospects": rows,
            "accounts": book.accounts,
            "classes": classes,
            "whitespace": found.whitespace,
            "record": book.segments.record,
            "sides": [book.known(name) for name in ("contacts", "interactions", "competitors")],
            "targets": listed,
            "learning": learning_accounts(book.accounts, classes),
            "best": best_accounts(classes),
            "managers": book.tables["managers"],
            "as_of": book.as_of,
            "settings": book.settings,
        }
        data["evidence"] = _evidence(data)
        Path(file).write_bytes(pickle.dumps(data))
    run.report = {"targets": len(listed)}
    return run


def worked(file: str, step: str) -> Measured:
    """One step, by kamlib or by what a user would write."""
    data = pickle.loads(Path(file).read_bytes())  # written by this benchmark itself
    work = _WORKS[step]
    data["scores"] = _scores(data)
    with Measured() as run:
        result = work(data)
    run.report = result if isinstance(result, dict) else {"rows": len(result)}
    return run


def scores_apart(file: str) -> float:
    """By how much the scores of both contenders differ at most."""
    data = pickle.loads(Path(file).read_bytes())
    own, other = _scores(data)["score"], _scores_apply(data)
    return float((own.fillna(-1) - other.fillna(-1)).abs().max())


def report(folder: Path, prospects: int = PROSPECTS, *, repeats: int = 3) -> Iterator[str]:
    """The lines of part f's table."""
    cache, file = folder / "cache-targets", str(folder / "targets.pickle")
    measured(f"{_HERE}:drawn", {"file": file, "prospects": prospects}, cache=cache)
    rows = []
    for label, names in STEPS.items():
        runs = [
            median(
                measured(f"{_HERE}:worked", {"file": file, "step": name}, cache=cache)
                for _ in range(repeats)
            )
            for name in filter(None, names)
        ]
        times = [run.seconds * run.report.get("times", 1.0) for run in runs]
        row = [label, seconds(times[0]), megabytes(runs[0].peak_mb)]
        beside = [seconds(times[1]), ratio(times[1], times[0])] if len(runs) > 1 else ["-", "-"]
        rows.append([*row, *beside])
    header = ["step: kamlib / instead", "kamlib: seconds", "peak MB", "instead: seconds", "ratio"]
    yield from printed(header, rows)


def _resampled(prospects: Any, number: int) -> Any:
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(_SEED)
    still_open = prospects[prospects["outcome"] == "open"]
    rows = still_open.iloc[random.integers(0, len(still_open), number)].reset_index(drop=True)
    parts = [
        "".join(random.choice(list(letters)) for letters in ("bdfgklmnprst", "aeiou") * 3).title()
        for _ in range(2000)
    ]
    ends = ("GmbH", "AG", "B.V.", "Oy", "S.A.", "Ltd")
    chosen = zip(*(random.integers(0, size, number) for size in (2000, 2000, 6)), strict=True)
    names = [f"{parts[one]} {parts[two]} {ends[three]}" for one, two, three in chosen]
    codes = [f"X{place:06d}" for place in range(number)]
    return rows.assign(prospect=pd.array(codes, "str"), name=pd.array(names, "str"))


def _names(data: dict[str, Any]) -> Any:
    from kamlib.analysis.targeting.target_list import known_companies

    return known_companies(data["prospects"], data["accounts"])


def _names_difflib(data: dict[str, Any]) -> dict[str, float]:
    from difflib import get_close_matches

    names = data["prospects"]["name"].tolist()
    known = [name.casefold() for name in data["accounts"]["name"]]
    for name in names[:SAMPLE]:
        get_close_matches(name.casefold(), known, n=1, cutoff=0.9)
    return {"times": len(names) / min(SAMPLE, len(names))}


def _evidence(data: dict[str, Any]) -> Any:
    from kamlib.analysis.targeting.evidence import p_evidence
    from kamlib.analysis.targeting.target_list import Known

    contacts, interactions, competitors = data["sides"]
    known = Known(
        *(data["prospects"], data["accounts"], data["classes"], data["whitespace"]),
        competitors=competitors, contacts=contacts, interactions=interactions,
        record=data["record"],
    )  # fmt: skip
    given = {"as_of": data["as_of"], "settings": data["settings"], "currency": "EUR"}
    return p_evidence(data["targets"], known, **given)


def _scores(data: dict[str, Any]) -> Any:
    from kamlib.analysis.targeting.three_ps import three_ps

    settings = data["settings"].three_p
    return three_ps(data["evidence"], data["targets"].index, settings=settings)


def _scores_apply(data: dict[str, Any]) -> Any:
    """Scores alone; what is missing and why, which three_ps says of each too, is left out."""
    settings = data["settings"].three_p
    used = data["evidence"].query("used")
    wide = used.pivot_table(
        index="prospect", columns="p", values=["value", "freshness", "age_days"], dropna=False
    ).reindex(data["targets"].index)
    weights = dict(zip(("need", "budget", "authority"), settings.weights, strict=True))

    def score(row: Any) -> float:
        total = logs = fresh_total = fresh_logs = 0.0
        for p, weight in weights.items():
            value, fresh = row[("value", p)], row[("freshness", p)]
            if math.isnan(value):
                continue
            if value <= settings.veto_at:
                if row[("age_days", p)] > settings.veto_months * 365.25 / 12:
                    continue
                return 0.0
            total += weight * fresh
            logs += weight * fresh * math.log(value)
            fresh_total += weight * (fresh > 0)
            fresh_logs += weight * (fresh > 0) * math.log(value)
        return math.exp(min(logs / total, fresh_logs / fresh_total)) if total else math.nan

    return wide.apply(score, axis=1)


def _fit(data: dict[str, Any]) -> Any:
    from kamlib.analysis.targeting.lookalike import lookalike

    return lookalike(data["targets"], data["learning"], data["best"], settings=data["settings"])


def _fit_sklearn(data: dict[str, Any]) -> Any:
    """The chance to be a best account, and its range over leaving out each of them."""
    import numpy as np
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    texts, sizes = ["industry", "region"], ["employees", "annual_revenue"]
    frames = []
    for name in ("learning", "targets"):
        frame = data[name]
        told = frame[texts].astype("str").fillna("").astype(object)
        frames.append(told.join(np.log1p(frame[sizes].astype(float))))
    accounts, targets = frames
    best = accounts.index.isin(data["best"])
    ranges = []
    for left_out in [None, *accounts.index[best]]:
        kept = accounts.index != left_out
        model = make_pipeline(
            make_column_transformer(
                (OneHotEncoder(handle_unknown="ignore"), texts),
                (make_pipeline(SimpleImputer(), StandardScaler()), sizes),
            ),
            LogisticRegression(C=0.5),
        ).fit(accounts[kept], best[kept])
        ranges.append(model.predict_proba(targets)[:, 1])
    table = {"fit": ranges[0], "low": np.min(ranges, axis=0), "high": np.max(ranges, axis=0)}
    return pd.DataFrame(table, targets.index)


def _tiers(data: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    from kamlib.analysis.targeting.tiers import OurSide, tiers

    nothing = pd.Series(np.nan, data["targets"].index)
    ours = OurSide(data["managers"], data["accounts"], revenue=data["classes"]["revenue"])
    return tiers(
        *(data["targets"], data["scores"], nothing, nothing, ours), settings=data["settings"]
    )


def _tiers_loop(data: dict[str, Any]) -> list[tuple[str, str]]:
    """By falling priority to who is noted, else in turns, as long as hours last; no reasons."""
    limits, managers = data["settings"].tiers, data["managers"].set_index("manager")
    people = managers.index[managers["team"] != "marketing"]
    left = (managers.loc[people, "hours_per_quarter"] * limits.hours_share).to_dict()
    rows = data["targets"].join(data["scores"][["score", "completeness"]])
    rows["priority"] = rows["score"] * rows["value"].fillna(data["classes"]["revenue"].median())
    placed = []
    for place, (code, row) in enumerate(rows.sort_values("priority", ascending=False).iterrows()):
        owner = row["manager"] if row["manager"] in left else people[place % len(people)]
        tier = "not now"
        if row["completeness"] < limits.min_completeness:
            tier = "find out"
        elif row["score"] >= limits.min_score:
            tier = "one-to-many"
            for name, hours in zip(("one-to-one", "one-to-few"), limits.sales_hours, strict=False):
                if left[owner] >= hours:
                    left[owner] -= hours
                    tier = name
                    break
        placed.append((code, tier))
    return placed


_WORKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "names": _names,
    "names_difflib": _names_difflib,
    "evidence": _evidence,
    "scores": _scores,
    "scores_apply": _scores_apply,
    "fit": _fit,
    "fit_sklearn": _fit_sklearn,
    "tiers": _tiers,
    "tiers_loop": _tiers_loop,
}
