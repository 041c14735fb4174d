"""Hand-made tables of targeting, as small or as long as a test of pictures and pages wants."""

import numpy as np
import pandas as pd

TIERS = ("one-to-one", "one-to-few", "one-to-many", "find out", "not now")
ROLES = ("decides", "signs", "champions", "influences", "uses", "gatekeeps", "opposes")
LINES = ("Bearings", "Seals", "Pumps", "Valves", "Service contracts", "Filters")
QUARTER = pd.Timestamp("2025-10-01")


def codes(number):
    return pd.Index([f"P{i:04d}" for i in range(number)], name="prospect", dtype="str")


def made_targets(number, seed=5):
    """Targets best first; every seventh lacks a P, every ninth its fit, every eleventh vetoed."""
    draw = np.random.default_rng(seed)
    at = np.arange(number)
    ids = codes(number)
    frame = pd.DataFrame({"name": [f"Company {i} Handels AG" for i in at]}, ids).astype("str")
    for part in ("need", "budget", "authority"):
        frame[part] = draw.uniform(0.1, 1, number)
        frame[f"{part}_freshness"] = draw.uniform(0.2, 1, number)
    frame.loc[at % 7 == 3, ["budget", "budget_freshness"]] = np.nan
    frame["vetoed"] = at % 11 == 10
    frame.loc[frame["vetoed"], "authority"] = 0.0
    score = np.exp(np.log(frame[["need", "budget", "authority"]].clip(lower=1e-9)).mean(axis=1))
    frame["score"] = score.mask(frame["vetoed"], 0.0)
    frame["missing"] = np.where(frame["budget"].isna(), "budget", "")
    frame["completeness"] = np.where(frame["budget"].isna(), 0.7, 1.0)
    frame["fit"] = pd.Series(draw.uniform(0, 1, number), ids).mask(at % 9 == 4)
    frame["expected_value"] = draw.lognormal(10, 1, number)
    tier = np.where(at < 8, 0, np.where(at < 30, 1, 2))
    tier = np.where(frame["missing"] != "", 3, np.where(frame["vetoed"], 4, tier))
    frame["tier"] = pd.Categorical.from_codes(tier, TIERS, ordered=True)
    frame["rank"] = np.arange(1.0, number + 1)
    frame["owner"] = draw.choice(["M1", "M2"], number) if number else ""
    return frame.astype({"missing": "str", "owner": "str"})


def made_models():
    rows = [
        ("three P's", "unseen deals", 312, 120, 0.71, 0.65, 0.77, "tells won from lost"),
        ("need", "unseen deals", 312, 120, 0.63, 0.57, 0.69, "tells won from lost"),
        ("authority", "unseen deals", 312, 120, 0.51, 0.45, 0.57,
         "does not discriminate in your data"),
        ("fit", "unseen deals", 312, 120, 0.41, 0.35, 0.47, "tells the wrong way round"),
        ("budget", "unseen deals", 12, 3, np.nan, np.nan, np.nan, "too few deals"),
        ("three P's", "later deals", 80, 30, 0.66, 0.5, 0.8, "tells won from lost"),
    ]  # fmt: skip
    names = ["predictor", "sample", "n", "won", "auc", "auc_low", "auc_high", "verdict"]
    table = pd.DataFrame(rows, columns=names)
    return table.astype({"predictor": "str", "sample": "str", "verdict": "str"})


def made_win_rates(attributes=3, values=4):
    draw = np.random.default_rng(7)
    rows = []
    for a in range(attributes):
        for v in range(values):
            n, rate = int(draw.integers(4, 90)), float(draw.uniform(0.1, 0.8))
            few = n < 10
            low, high = max(rate - 0.12, 0), min(rate + 0.12, 1)
            ends = (np.nan,) * 3 if few else (rate, low, high)
            rows.append((f"attribute {a}", f"value {v}", n, round(n * rate), *ends,
                         "too few deals" if few else ""))  # fmt: skip
    names = ["attribute", "value", "n", "won", "win_rate", "low", "high", "verdict"]
    return pd.DataFrame(rows, columns=names)


def made_sources():
    rows = [
        ("trade fair", 80, 40, 12, 0.3, 0.19, 0.43),
        ("recommendation", 35, 28, 15, 0.52, 0.36, 0.68),
        ("web form", 120, 20, 3, 0.08, 0.03, 0.18),
        ("", 6, 1, 0, np.nan, np.nan, np.nan),
    ]
    return pd.DataFrame(
        rows, columns=["source", "found", "qualified", "won", "win_rate", "low", "high"]
    )


def made_whitespace(number, lines=LINES, seed=3):
    """The matrix of ``number`` accounts: bought, a gap with a value, or neither."""
    draw = np.random.default_rng(seed)
    size = number * len(lines)
    states = ["bought", "gap", "not bought"]
    kind = draw.choice(3, size, p=[0.5, 0.3, 0.2])
    return pd.DataFrame(
        {
            "account": np.repeat([f"a{i:03d}" for i in range(number)], len(lines)),
            "name": np.repeat([f"Buyer {i} GmbH" for i in range(number)], len(lines)),
            "product_line": np.tile(lines, number),
            "state": pd.Categorical.from_codes(kind, states, ordered=True),
            "own_value": np.where(kind == 0, draw.lognormal(10, 1, size), 0.0),
            "expected_value": np.where(kind == 1, draw.lognormal(9, 1, size), np.nan),
        }
    ).astype({"account": "str", "product_line": "str", "name": "str"})


def made_whitespace_check():
    names = ["method", "gaps", "filled", "auc", "auc_low", "auc_high", "precision_top_10",
             "precision_top_tenth"]  # fmt: skip
    rows = [
        ("similar accounts", 900, 85, 0.71, 0.66, 0.76, 0.41, 0.34),
        ("popularity", 900, 85, 0.63, 0.58, 0.68, 0.3, 0.22),
        ("random", 900, 85, 0.5, 0.46, 0.54, 0.1, 0.094),
    ]
    return pd.DataFrame(rows, columns=names)


def made_committees(number):
    """Committees and their contact cards: the first target reaches everyone, the last nobody."""
    cards = []
    for i, prospect in enumerate(codes(number)):
        for j, role in enumerate(ROLES[: max(7 - i, 0)]):
            seen = QUARTER - pd.Timedelta(days=30 * j) if j < 4 - i else pd.NaT
            cards.append((prospect, f"Company {i} Handels AG", f"Person {j}", role, seen))
    names = ["prospect", "name", "person", "role", "last_contact"]
    cards = pd.DataFrame(cards, columns=names)
    cards["last_contact"] = pd.to_datetime(cards["last_contact"]).astype("datetime64[us]")
    cards["silent_days"] = (QUARTER - cards["last_contact"]).dt.days
    at = np.arange(number)
    committees = pd.DataFrame(
        {
            "name": [f"Company {i} Handels AG" for i in at],
            "people": np.maximum(7 - at, 0),
            "roles_known": [", ".join(ROLES[: max(7 - i, 0)]) for i in at],
            "roles_missing": [", ".join(ROLES[max(7 - i, 0) :]) for i in at],
            "coverage": np.maximum(4 - at, 0) / 7,
            "decider": ["Person 0" if i < 7 else "" for i in at],
            "decider_reached": at < 4,
            "single_thread": at == 3,
        },
        codes(number),
    )
    return committees, cards


def made_campaign(number, seed=11):
    """Steps of ``number`` one-to-one targets over a quarter, and of the two other tiers."""
    draw = np.random.default_rng(seed)
    channels = ["visit", "phone", "e-mail", "internal", ""]
    rows = []
    for i, prospect in enumerate(codes(number)):
        for step in range(5):
            date = QUARTER + pd.Timedelta(days=int(draw.integers(0, 90)))
            channel = channels[step]
            sales = 2.0 if channel in ("visit", "phone") else 0.0
            rows.append((date, prospect, f"Company {i} Handels AG", "one-to-one", f"step {step}",
                         channel, "Ann", "Mia", sales, 0.0 if sales else 1.0))  # fmt: skip
    for week in range(0, 12 if number else 0, 2):
        for tier, steps in (("one-to-few", 6), ("one-to-many", 140)):
            date = QUARTER + pd.Timedelta(days=7 * week)
            rows += [(date, f"Q{k}", "", tier, "letter", "e-mail", "", "Mia", 0.0, 0.02)
                     for k in range(steps)]  # fmt: skip
    names = ["date", "prospect", "name", "tier", "step", "channel", "owner", "marketing",
             "sales_hours", "marketing_hours"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[us]")
    return frame.sort_values("date", kind="stable", ignore_index=True)


def made_tier_hours():
    names = ["owner", "team", "targets", "hours_available", "one_to_one", "one_to_few",
             "one_to_many", "find_out", "hours_used", "hours_left"]  # fmt: skip
    rows = [
        ("M1", "sales", 11, 72.0, 60.0, 10.0, 0.0, 0.0, 70.0, 2.0),
        ("M2", "sales", 21, 72.0, 90.0, 0.0, 0.0, 6.0, 96.0, -24.0),
        ("", "marketing", 915, 160.0, 90.0, 0.0, 18.0, 0.0, 108.0, 52.0),
    ]
    return pd.DataFrame(rows, columns=names)
