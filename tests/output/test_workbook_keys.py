"""The workbook's sheets on key accounts, read back and calculated again by LibreOffice."""

import re
import shutil
import subprocess
import time
import warnings

import numpy as np
import openpyxl
import pandas as pd
import pytest

from kamlib.analysis.criteria import CRITERIA, rank_range, weighted_scores
from kamlib.data.book import open_book
from kamlib.data.schema import ACCOUNT_TYPES, PLAY_PLACES
from kamlib.output import sheets_desk as desks
from kamlib.output.columns import column
from kamlib.output.results import pack_tables
from kamlib.output.sheets_criteria import HEAD_ROW
from kamlib.output.workbook import write_workbook

# ibis 12 uses names that duckdb and pandas mean to retire.
pytestmark = [
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),
]

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")

KEY_SHEETS = (
    *(desks.KEY_ACCOUNTS, desks.KEY_CHANGES, desks.PLAN, desks.PORTFOLIOS, desks.CRITERIA),
    *(desks.TYPES, desks.PLAYS, desks.MISTAKES),
)
NASTY = ("=1+1", "+49 30", "-2+3", "@SUM(A1)", "a*b?c~", "<b>&\"'", "北京 😀")


def made_segments(classes, weights, random):
    """Six scores of which some are unknown, and what the analysis makes of them."""
    shape = (len(classes), len(CRITERIA))
    scores = pd.DataFrame(random.random(shape).round(2), classes.index, list(CRITERIA))
    scores = scores.mask(random.random(shape) < 0.3)
    scores.iloc[2] = np.nan
    scores.iloc[5] = scores.iloc[4]  # equal scores: the account's number decides
    scores.iloc[6, 0] = 0.0
    known = scores.notna().mul(random.random(shape).round(2))
    found = pd.concat([scores, weighted_scores(scores, known, weights)], axis=1)
    found = found.join(rank_range(scores, weights, 0.5))
    for name in CRITERIA:
        found[f"{name}_known"] = known[name]
        found[f"{name}_evidence"] = [f"{name}: 34 of 36 invoices on time"] * len(found)
    return found.assign(
        **{name: classes[name] for name in ("name", "manager", "revenue", "margin", "cell")},
        types="none",
        rfm="543",
        rfm_segment="loyal",
        attractiveness=0.5,
        strength=0.25,
        quadrant="invest",
        why="as it is",
    )


def made_tables(book, tables, *, accounts=None):
    """The pack's tables with key accounts, made up but whole: as the analyses shape them."""
    random = np.random.default_rng(11)
    classes = tables["abc_xyz"] if accounts is None else tables["abc_xyz"].head(accounts)
    weights = book.settings.criteria.weights
    segments = made_segments(classes, weights, random)
    types = segments[["name"]].copy()
    for i, name in enumerate(ACCOUNT_TYPES):
        types[name] = np.arange(len(types)) % (5 + i) == 0
    types["types"] = [", ".join(t for t in ACCOUNT_TYPES if row[t]) or "none"
                      for _, row in types.iterrows()]  # fmt: skip
    types["type_why"] = "12.3 % of margin"
    segments["types"] = types["types"]
    keys = segments.sort_values("rank").head(20)
    segments["key"] = segments.index.isin(keys.index)
    keys = keys[["name", "manager", "types", "cell", "revenue", "margin", "score"]].assign(
        hours=12.5, key_why="A: brings 3.1 % of revenue; typed"
    )
    plan = made_plan(classes, types, random)
    return {
        **tables,
        "segments": segments,
        "key_accounts": keys,
        "key_changes": pd.DataFrame(
            {
                "account": [keys.index[0], "gone"],
                "name": [keys["name"].iloc[0], "=gone"],
                "change": ["entered", "left"],
                "why": ["now class A", "class B since this quarter; " * 4],
                "revenue": [120.0, 0.0],
            }
        ),
        "key_left_out": pd.DataFrame(
            {
                "account": classes.index[30:34],
                "name": classes["name"].iloc[30:34].tolist(),
                "manager": classes["manager"].iloc[30:34].tolist(),
                "revenue": classes["revenue"].iloc[30:34].tolist(),
                "reason": ["no hours left: needs 12, there are 3"] * 4,
            }
        ),
        "types": types,
        "portfolio": made_portfolio(classes, plan, random),
        "plan": plan,
        "plays": made_plays(),
        "mistakes": pd.DataFrame(
            {
                "lateness": random.random(len(classes)).round(2),
                "disputes_open": np.nan,
                "thin_dossier": 0.25,
                "unprepared_meetings": random.random(len(classes)).round(2),
                "product_knowledge": 0.85,
                "mistakes": random.integers(0, 5, len(classes)),
                "mistakes_why": "4 of 12 deliveries late",
            },
            classes.index,
        ),
    }


def made_plays():
    hours = [float(i) / 2 for i in range(len(PLAY_PLACES))]
    texts = {name: f"{name} of some length" for name in ("strategy", "lead", "offer", "next_step")}
    plays = pd.DataFrame({"hours": hours, **texts}, pd.Index(PLAY_PLACES, name="place"))
    return plays.assign(own=plays.index == "AX")[
        ["strategy", "hours", "lead", "offer", "next_step", "own"]
    ]


def made_plan(classes, types, random):
    plan = classes[["manager", "name", "cell"]].rename_axis("account").reset_index()
    plan["place"] = plan["cell"].where(plan["cell"].str.len() == 2, "D")
    plan["place"] = plan["place"].mask(plan["cell"].str.endswith("N"), "N")
    plan["place"] = plan["place"].mask(plan["cell"].str.endswith("L"), "L")
    days = pd.to_timedelta(random.integers(1, 90, len(plan)), unit="D")
    due = (pd.Timestamp("2026-01-01") + days).astype("datetime64[us]")
    fits = random.random(len(plan)) < 0.7
    return plan.assign(
        play="Grow: sell the second line",
        hours=random.integers(1, 30, len(plan)) / 2,
        due=pd.Series(due).where(fits),
        types=types["types"].tolist(),
        value=classes["revenue"].tolist(),
        lead="account manager with head of sales",
        offer="a frame contract for a year against a fixed volume",
        next_step="meet the head of purchasing and go through the year",
        fits=fits,
        why="the largest first",
        key=random.random(len(plan)) < 0.2,
    )


def made_portfolio(classes, plan, random):
    groups = classes.groupby("manager")
    portfolio = pd.DataFrame(
        {
            "accounts": groups.size(),
            "revenue": groups["revenue"].sum(),
            "margin": groups["margin"].sum(),
        }
    )
    portfolio.loc["M99"] = [0, 0.0, np.nan]  # has hours and a plan but no account yet
    size = len(portfolio)
    own = plan.groupby("manager")["hours"].sum().reindex(portfolio.index).fillna(0)
    return portfolio.assign(
        at_risk=portfolio["revenue"] * 0.1,
        hours_needed=own,
        hours_available=[*[200.0] * (size - 1), np.nan],
        plan=[*(portfolio["revenue"].iloc[:-1] * 0.3), np.nan],
        actual=portfolio["revenue"] * random.uniform(0.2, 0.4, size),
        run_rate=portfolio["revenue"] * 0.3,
        plan_gap=portfolio["revenue"] * random.uniform(-0.1, 0.1, size),
        growth=random.uniform(-0.2, 0.3, size),
        expected_growth=0.05,
        against_mix=random.uniform(-0.2, 0.2, size),
        largest_share=0.21,
        effective_accounts=9.4,
        key_accounts=1,
    )
