"""Every plot by its name: ``plot_x(frame, ax=None) -> Axes``, shown with ``picture``.

A plot's module, and matplotlib with it, is loaded when the plot is first asked for.
Called by notebooks, explore and pack; draws frames, computes none.
"""

import re
from importlib import import_module
from pathlib import Path

# Found by reading: a new plot is said where it is drawn, and nowhere else.
_HOMES = {"picture": "kamlib.show.theme"} | {
    name: f"kamlib.pictures.{path.stem}"
    for path in sorted(Path(__file__).parent.glob("[!_]*.py"))
    for name in re.findall(r"^def (plot_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
