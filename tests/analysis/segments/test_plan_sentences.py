"""The sentences on lists, portfolios and mistakes, with their numbers."""

import pandas as pd

from kamlib.analysis.segments.plan_sentences import (
    mistakes_headline,
    portfolio_headline,
)


def portfolio(**columns):
    usual = {
        "name": ["Robert", "", ""],
        "margin": [50.0, 30.0, 1.0],
        "at_risk": [10.0, 5.0, 1.0],
        "hours_needed": [300.0, 100.0, 7.0],
        "hours_available": [260.0, 200.0, 260.0],
        "plan": [100.0, 80.0, float("nan")],
        "run_rate": [120.0, 70.0, 3.0],
        "plan_gap": [20.0, -10.0, float("nan")],
        "quarter_share": 1.0,
        "against_mix": [12.0, -12.0, 0.0],
        "against_mix_share": [0.1, -0.15, 0.0],
    }
    return pd.DataFrame(usual | columns, pd.Index(["Bob", "Ann", ""], name="manager"))


def test_portfolio():
    assert portfolio_headline(portfolio(), "EUR") == (
        "1 of 2 managers reaches the plan; together EUR 190 against EUR 180. Against what like "
        "accounts did in the whole company, Robert is ahead by EUR 12 (10.0 %) and Ann behind by "
        "EUR 12 (15.0 %). Managers short of hours if each account got its play: 1 of 2. Margin at "
        "risk: EUR 16."
    )
    open_quarter = portfolio_headline(portfolio(quarter_share=0.5), "EUR")
    assert open_quarter.startswith("At this rate 1 of 2 managers reaches the plan")
    estimated = portfolio_headline(portfolio(), "EUR", estimated=["Bob", "M9"])
    assert "The plan of Robert is a part of the year's plan: an estimate." in estimated
    alone = portfolio(plan=[100.0, float("nan"), float("nan")])
    assert portfolio_headline(alone, "EUR").startswith(
        "The one manager reaches the plan: EUR 120 against EUR 100. Without a plan of the "
        "quarter, and left out: Ann with EUR 70."
    )
    unknown = portfolio(plan=float("nan"), margin=float("nan"), against_mix_share=float("nan"))
    assert portfolio_headline(unknown).startswith("There is no plan to hold the quarter against. M")
    assert "Margin at risk, assumed from revenue" in portfolio_headline(unknown)


def test_portfolio_without_managers():
    alone = portfolio().iloc[2:]
    assert portfolio_headline(alone) == (
        "The data names no managers: nobody's plan and hours can be judged. Margin at risk: 1."
    )
    assert "nobody's plan" in portfolio_headline(portfolio().iloc[:0])


MADE = pd.DataFrame(
    {
        "lateness": [0.5, 0.0, None, None],
        "disputes_open": [1.0, 0.0, None, None],
        "thin_dossier": [0.5, 0.7, 0.0, None],
        "unprepared_meetings": None,
        "product_knowledge": [0.1, 0.1, 0.1, None],
        "mistakes": [3, 1, 0, 0],
        "known": [4, 4, 2, 0],
        "found": ["lateness, disputes_open, thin_dossier", "thin_dossier", "", ""],
    }
)


def test_mistakes():
    assert mistakes_headline(MADE) == (
        "With 2 of 3 accounts that can be judged at least one mistake is found, gaps in a "
        "manager's product knowledge aside; the most common is thin dossier, with 2 of the 3 where "
        "it is known. Nothing is recorded on: meetings without a brief."
    )
    assert mistakes_headline(MADE.iloc[2:]) == (
        "No mistake is found; what can be judged: 1 account."
    )
    assert mistakes_headline(MADE.iloc[3:]).startswith("Nothing is recorded")
    assert mistakes_headline(MADE.iloc[:0]).startswith("Nothing is recorded")
