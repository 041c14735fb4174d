"""Every plot by its name: ``plot_x(frame, ax=None) -> Axes``, shown with ``picture``."""

from kamlib.output.plots_abc import plot_lorenz, plot_pareto, plot_without_top
from kamlib.output.plots_campaign import plot_campaign, plot_committees
from kamlib.output.plots_churn import (
    plot_bridge,
    plot_directions,
    plot_loss_dynamics,
    plot_retention,
    plot_states,
)
from kamlib.output.plots_churn_models import (
    plot_accountability,
    plot_calibration,
    plot_loss_rules,
    plot_winback,
)
from kamlib.output.plots_classes import (
    plot_class_history,
    plot_least_stable,
    plot_lenses,
    plot_stability,
)
from kamlib.output.plots_keys import (
    plot_criteria,
    plot_key_share,
    plot_rank_range,
    plot_types,
)
from kamlib.output.plots_matrix import plot_matrix, plot_migration, plot_sales_against_margin
from kamlib.output.plots_portfolio import (
    plot_manager_hours,
    plot_plan_actual,
    plot_portfolio_matrix,
    plot_rfm,
)
from kamlib.output.plots_target_check import (
    plot_lead_sources,
    plot_target_check,
    plot_win_rates,
)
from kamlib.output.plots_targets import plot_targets, plot_three_ps, plot_tier_hours
from kamlib.output.plots_whitespace import plot_whitespace, plot_whitespace_check
from kamlib.output.theme import picture

__all__ = [
    "picture",
    "plot_accountability",
    "plot_bridge",
    "plot_calibration",
    "plot_campaign",
    "plot_class_history",
    "plot_committees",
    "plot_criteria",
    "plot_directions",
    "plot_key_share",
    "plot_lead_sources",
    "plot_least_stable",
    "plot_lenses",
    "plot_lorenz",
    "plot_loss_dynamics",
    "plot_loss_rules",
    "plot_manager_hours",
    "plot_matrix",
    "plot_migration",
    "plot_pareto",
    "plot_plan_actual",
    "plot_portfolio_matrix",
    "plot_rank_range",
    "plot_retention",
    "plot_rfm",
    "plot_sales_against_margin",
    "plot_stability",
    "plot_states",
    "plot_target_check",
    "plot_targets",
    "plot_three_ps",
    "plot_tier_hours",
    "plot_types",
    "plot_whitespace",
    "plot_whitespace_check",
    "plot_win_rates",
    "plot_winback",
    "plot_without_top",
]
