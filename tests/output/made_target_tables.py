"""Hand-made tables of targeting in the shape in which the analyses hand them out."""

import math

import numpy as np
import pandas as pd

from kamlib.output.sheets_target_inputs import THREE

TIERS = ("one-to-one", "one-to-few", "one-to-many", "find out", "not now")
NASTY = ("=1+1", "+49 30", "-2+3", "@SUM(A1)", "a*b?c~", "<b>&\"'", "北京 😀")
ROLES = ("decides", "signs", "champions", "influences", "uses", "gatekeeps")
LINES = ("Bearings", "Seals", "Pumps", "Valves", "Service contracts", "a*b?c~")
QUARTER = pd.Timestamp("2026-01-05")


def loop_score(ps, fresh, weights, veto):
    """Score, completeness and the vetoing P's of one target, step by step."""
    logs = known = 0.0
    vetoes = []
    for name, p, f, w in zip(THREE, ps, fresh, weights, strict=True):
        if math.isnan(p):
            continue
        if p <= veto:
            vetoes.append(name)
        known += w * f
        logs += w * f * math.log(p) if p > 0 else 0.0
    completeness = known / sum(weights) if sum(weights) > 0 else math.nan
    if not sum(weights) > 0:
        return math.nan, completeness, vetoes
    if vetoes:
        return 0.0, completeness, vetoes
    return (math.exp(logs / known) if known > 0 else math.nan), completeness, vetoes


def loop_targets(targets, weights, veto):
    """What the analysis makes of the targets: score, chance, priority and rank, target by target.

    Equal priorities keep the order of ``targets``.
    """
    rows = []
    for code, row in targets.iterrows():
        ps, fresh = [row[n] for n in THREE], [row[f"{n}_freshness"] for n in THREE]
        score, completeness, vetoes = loop_score(ps, fresh, weights, veto)
        own = row["p_win"] if not math.isnan(row["p_win"]) else score
        rows.append([code, score, completeness, ", ".join(vetoes), own])
    frame = pd.DataFrame(rows, columns=["prospect", "score", "completeness", "by", "own"])
    frame = frame.set_index("prospect")
    middle = frame.loc[frame["by"] == "", "own"].median()
    frame["chance"] = frame["own"].fillna(0.5 if math.isnan(middle) else middle)
    frame.loc[frame["by"] != "", "chance"] = 0.0
    frame["priority"] = frame["chance"] * targets["expected_value"]
    keys = frame[["priority", "chance"]].round(6)
    order = keys.sort_values(
        ["priority", "chance"], ascending=False, kind="stable", na_position="last"
    )
    frame["rank"] = pd.Series(range(1, len(order) + 1), order.index)
    return frame


def made_targets(accounts, number=60, seed=5, *, weights=(0.4, 0.3, 0.3), validated=False):
    """Prospects and accounts: some unknown, vetoed, equal, without value, with nasty names."""
    draw = np.random.default_rng(seed)
    codes = [f"P{i:03d}" for i in range(number - len(accounts) - 1)] + [*accounts, "0012"]
    frame = pd.DataFrame(index=pd.Index(codes, name="prospect", dtype="str"))
    for name in THREE:
        frame[name] = draw.integers(1, 20, number) / 20
        frame[f"{name}_freshness"] = draw.uniform(0.2, 1, number).round(3)
        gone = draw.random(number) < 0.2
        frame.loc[gone, [name, f"{name}_freshness"]] = np.nan
    frame.loc[frame.index[::9], "budget"] = 0.0
    frame["budget_freshness"] = frame["budget_freshness"].fillna(0.5).where(frame["budget"].notna())
    frame.iloc[3, :6] = np.nan
    frame.iloc[8] = frame.iloc[7]
    frame["expected_value"] = draw.lognormal(10, 1, number).round(2)
    frame.loc[frame.index[[8]], "expected_value"] = frame["expected_value"].iloc[7]
    frame.loc[frame.index[[12, 13]], "expected_value"] = np.nan
    frame["p_win"] = np.where(validated & (np.arange(number) % 2 == 0), 0.25, np.nan)
    found = loop_targets(frame, weights, 0.0)
    for name in ("score", "completeness", "priority", "rank"):
        frame[name] = found[name]
    frame["vetoed"] = found["by"] != ""
    unknown = frame["score"].isna() | (frame["completeness"] < 0.5)
    bad = frame["vetoed"] | (frame["score"] < 0.35)
    place = np.select(
        [bad, unknown, frame["rank"] <= 6, frame["rank"] <= 16], [4, 3, 0, 1], default=2
    )
    frame["tier"] = pd.Categorical.from_codes(place, TIERS, ordered=True)
    frame["kind"] = np.where(frame.index.isin(accounts), "account", "prospect")
    frame["name"] = [NASTY[i] if i < len(NASTY) else f"Company {i} Handels AG"
                     for i in range(number)]  # fmt: skip
    missing = [", ".join(n for n in THREE if math.isnan(row[n])) for _, row in frame.iterrows()]
    frame = frame.assign(
        owner=draw.choice(["M1 Ann Berg", "M2 Jan Holm"], number),
        missing=missing,
        why="need 0.70: asked for a quotation in November; budget 0.40: revenue is 12 times what "
        "it would buy",
        tier_why="one-to-one: priority 40,120 is among the first 6 that the hours allow",
        fit=draw.random(number).round(2),
        fit_low=0.2,
        fit_high=0.9,
        similar="N1001 Acme Works, N1007 Brook & Sons, N1010 Carter",
        offer_line=draw.choice(LINES[:4], number),
        offer="Trial delivery of bearings with two years of service",
        offer_why="14 of 30 similar accounts buy it",
        second_line="Seals",
        border=np.where(np.arange(number) % 8 == 0, "2 more hours: one-to-one", ""),
        decider="Eva Lang",
        roles_missing="signs, champions",
        industry=draw.choice(["Machinery", "Chemicals"], number),
        region=draw.choice(["North", "South"], number),
        relationship="new",
        source="trade fair",
        competitor="Rivalis",
        rank_best=1.0,
        rank_worst=9.0,
    )
    texts = frame.select_dtypes("object").columns
    return frame.astype(dict.fromkeys(texts, "str")).sort_values(["tier", "rank"])


def made_cards(targets, each=2):
    rows = []
    for i, (code, target) in enumerate(targets.iterrows()):
        for j in range(1 + (i + each) % 3):
            seen = QUARTER - pd.Timedelta(days=20 * (j + i)) if j != 1 else pd.NaT
            rows.append(
                (code, target["name"], f"K{i}-{j}",
                 NASTY[i] if i < 7 and not j else f"Eva Lang {j}",
                 "Head of purchasing", ROLES[j], "price, delivery on the day, one person to call",
                 "visit", seen, (QUARTER - seen).days if j != 1 else np.nan,
                 "Show the trial of bearings and ask who signs", QUARTER + pd.Timedelta(days=7 * j),
                 target["owner"], "not met for 210 days")
            )  # fmt: skip
    names = ["prospect", "name", "contact", "person", "position", "role", "interests", "channel",
             "last_contact", "silent_days", "next_step", "next_step_due", "owner",
             "finding"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def made_campaign(targets, seed=11):
    draw = np.random.default_rng(seed)
    steps = (("letter", "mail"), ("call", "phone"), ("visit", "visit"), ("case study", "email"))
    rows = []
    for i, (code, target) in enumerate(targets.iterrows()):
        if str(target["tier"]) not in TIERS[:3]:
            continue
        for j, (step, channel) in enumerate(steps):
            date = QUARTER + pd.Timedelta(days=int(draw.integers(0, 84)))
            sales = (0.0, 0.5, 3.0, 0.0)[j]
            rows.append((date, code, target["name"], str(target["tier"]), step,
                         "How a factory saved 12 % with our bearings", channel, "Eva Lang",
                         ("a*b?c~" if i % 5 == 0 else target["owner"]),
                         "Mia" if i % 2 else "Ann Berg", sales, 0.0 if sales else 1.5,
                         "needs bearings; decides in spring"))  # fmt: skip
    names = ["date", "prospect", "name", "tier", "step", "content", "channel", "person", "owner",
             "marketing", "sales_hours", "marketing_hours", "why"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[us]")
    frame.loc[4, "date"] = pd.NaT  # found no day
    frame.loc[5, ["prospect", "name"]] = ["", "Machinery"]  # a whole cluster
    return frame.sort_values("date", kind="stable", ignore_index=True)


def made_whitespace(accounts, seed=3):
    draw = np.random.default_rng(seed)
    size = len(accounts) * len(LINES)
    kind = draw.choice(3, size, p=[0.4, 0.4, 0.2])
    value = np.where(kind == 1, draw.lognormal(9, 1, size).round(2), 0.0)
    return pd.DataFrame(
        {
            "account": np.repeat(accounts, len(LINES)),
            "product_line": np.tile(LINES, len(accounts)),
            "expected_value": value,
            "why": "14 of 30 similar accounts buy it, for 12,400 a year in the middle",
            "name": np.repeat([f"Buyer {i} GmbH" for i in range(len(accounts))], len(LINES)),
            "low": value * 0.3,
            "high": value * 2.1,
            "chance": 0.4,
            "value_if_bought": value / 0.4,
            "peers": 30,
            "peer_share": 14 / 30,
            "own_value": np.where(kind == 0, draw.lognormal(10, 1, size), 0.0),
        }
    )


def made_checks():
    models = pd.DataFrame(
        [
            ("score", 312, 120, 0.71, 0.65, 0.77, 0.6, 1.8, 0.2, 0.03, "tells won from lost"),
            ("authority", 312, 120, 0.51, 0.45, 0.57, 0.4, 1.0, 0.25, np.nan,
             "does not discriminate in your data"),
        ],
        columns=["predictor", "n", "won", "auc", "auc_low", "auc_high", "average_precision",
                 "lift_top_fifth", "brier", "calibration", "verdict"],
    )  # fmt: skip
    rates = pd.DataFrame(
        [("budget", "unknown", 72, 10, 0.139, 0.08, 0.23, "wins rarely"),
         ("budget", "=known", 240, 130, 0.54, 0.48, 0.6, "")],
        columns=["attribute", "value", "n", "won", "win_rate", "low", "high", "verdict"],
    )  # fmt: skip
    sources = pd.DataFrame(
        [("trade fair", 80, 40, 12, 0.3, 0.19, 0.43, 120000.0, 140.0),
         ("", 6, 1, 0, np.nan, np.nan, np.nan, 0.0, np.nan)],
        columns=["source", "found", "qualified", "won", "win_rate", "low", "high", "value_won",
                 "days_to_win"],
    )  # fmt: skip
    quality = pd.DataFrame({"measure": ["best accounts", "pairs in right order"],
                            "value": ["34", "81.0 % (72.0–89.0 %)"]})  # fmt: skip
    raci = pd.DataFrame(
        [("Choose the targets", "C", "R", "A", "I", "", "Mia"),
         ("Offer per target", "A/R", "C", "C", "C", "C", "=1+1")],
        columns=["activity", "account_manager", "marketing", "head_of_sales", "inside_sales",
                 "technician", "people"],
    )  # fmt: skip
    card = pd.DataFrame(
        [("decider_known", "Targets whose decider is known", "share", 0.35, 0.41, 0.06, "better"),
         ("talks", "Talks held", "talks", 11.0, 18.0, 7.0, "better"),
         ("pipeline", "Value of open offers", "currency", np.nan, 412000.5, np.nan, "")],
        columns=["measure", "label", "unit", "last_quarter", "this_quarter", "change", "better"],
    )  # fmt: skip
    return {"target_models": models, "win_rates": rates, "lookalike": quality,
            "lead_sources": sources, "raci": raci, "scorecard": card}  # fmt: skip


def made_tables(accounts, **options):
    """All tables of targeting; ``accounts`` are numbers of accounts that are targets too."""
    targets = made_targets(list(accounts), **options)
    gaps = made_whitespace(list(accounts))
    return {
        "targets": targets,
        "contact_cards": made_cards(targets),
        "campaign": made_campaign(targets),
        "whitespace": gaps,
        "whitespace_map": gaps[["account", "product_line", "own_value", "expected_value"]],
        **made_checks(),
    }
