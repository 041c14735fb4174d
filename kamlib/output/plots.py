"""Every plot by its name: ``plot_x(frame, ax=None) -> Axes``, shown with ``picture``."""

from kamlib.output.plots_abc import plot_lorenz, plot_pareto, plot_without_top
from kamlib.output.plots_classes import (
    plot_class_history,
    plot_least_stable,
    plot_lenses,
    plot_stability,
)
from kamlib.output.plots_matrix import plot_matrix, plot_migration, plot_sales_against_margin
from kamlib.output.theme import picture

__all__ = [
    "picture",
    "plot_class_history",
    "plot_least_stable",
    "plot_lenses",
    "plot_lorenz",
    "plot_matrix",
    "plot_migration",
    "plot_pareto",
    "plot_sales_against_margin",
    "plot_stability",
    "plot_without_top",
]
