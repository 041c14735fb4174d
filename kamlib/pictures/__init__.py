"""Every plot by its name: ``plot_x(frame, ax=None) -> Axes``, shown with ``picture``.

A plot's module, and matplotlib with it, is loaded when the plot is first asked for.
Called by notebooks, explore and pack; draws frames, computes none.
"""

from importlib import import_module

_HOMES = {
    "picture": "kamlib.show.theme",
    "plot_accountability": "kamlib.pictures.models",
    "plot_bridge": "kamlib.pictures.churn",
    "plot_calibration": "kamlib.pictures.models",
    "plot_campaign": "kamlib.pictures.campaign",
    "plot_class_history": "kamlib.pictures.abc_xyz",
    "plot_committees": "kamlib.pictures.campaign",
    "plot_criteria": "kamlib.pictures.segments",
    "plot_decision_map": "kamlib.pictures.people",
    "plot_directions": "kamlib.pictures.churn",
    "plot_key_share": "kamlib.pictures.segments",
    "plot_least_stable": "kamlib.pictures.abc_xyz",
    "plot_lenses": "kamlib.pictures.abc_xyz",
    "plot_lines": "kamlib.pictures.account",
    "plot_lorenz": "kamlib.pictures.abc_xyz",
    "plot_loss_dynamics": "kamlib.pictures.churn",
    "plot_loss_rules": "kamlib.pictures.models",
    "plot_manager_hours": "kamlib.pictures.segments",
    "plot_matrix": "kamlib.pictures.matrix",
    "plot_migration": "kamlib.pictures.matrix",
    "plot_order_days": "kamlib.pictures.account",
    "plot_pareto": "kamlib.pictures.abc_xyz",
    "plot_plan_actual": "kamlib.pictures.segments",
    "plot_portfolio_matrix": "kamlib.pictures.segments",
    "plot_rank_range": "kamlib.pictures.segments",
    "plot_retention": "kamlib.pictures.churn",
    "plot_rfm": "kamlib.pictures.segments",
    "plot_sales_against_margin": "kamlib.pictures.matrix",
    "plot_season": "kamlib.pictures.account",
    "plot_states": "kamlib.pictures.churn",
    "plot_target_check": "kamlib.pictures.models",
    "plot_targets": "kamlib.pictures.targeting",
    "plot_three_ps": "kamlib.pictures.targeting",
    "plot_tier_hours": "kamlib.pictures.targeting",
    "plot_timeline": "kamlib.pictures.account",
    "plot_types": "kamlib.pictures.segments",
    "plot_whitespace": "kamlib.pictures.targeting",
    "plot_win_rates": "kamlib.pictures.models",
    "plot_winback": "kamlib.pictures.models",
    "plot_without_top": "kamlib.pictures.abc_xyz",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
