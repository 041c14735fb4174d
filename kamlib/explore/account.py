"""A widget to leaf through the accounts: pick one and a span, see its relationship and people."""

from html import escape

import ipywidgets as widgets
import pandas as pd

from kamlib.chapters.account import Account
from kamlib.explore.parts import Explorer, in_a_row, named
from kamlib.settings import Settings
from kamlib.show.sentences import Html
from kamlib.show.theme import Picture
from kamlib.words import _

LAYOUT = {"width": "864px", "max_width": "100%", "object_fit": "contain"}
MAX_OPTIONS = 2000


def explore_account(chapter: Account) -> widgets.VBox:
    """Pick another account and another span of its relationship.

    Parameters
    ----------
    chapter
        Where the explorer starts; whatever has no control here stays as it is.

    Returns
    -------
    The widget: account and span above, then message, headline, timeline, map and warnings.
    """
    return _Explorer(chapter).box


class _Explorer(Explorer):
    """The controls and views of one explorer."""

    def __init__(self, chapter: Account) -> None:
        self.chapter = chapter
        months = chapter.settings.dossier.timeline_months
        controls = {
            "account": widgets.Combobox(
                value=_option(chapter.account, chapter.full_name),
                options=_options(chapter),
                description=_("Account"),
                placeholder=_("number or name"),
                continuous_update=False,
            ),
            "months": widgets.IntSlider(
                value=months, min=3, max=max(60, months), step=3, description=_("Months"),
                continuous_update=False,
            ),
        }  # fmt: skip
        for name, control in controls.items():
            named(control, name)
        views = {
            "headline": widgets.HTML(),
            "timeline": widgets.Image(format="png", layout=LAYOUT),
            "map": widgets.Image(format="png", layout=LAYOUT),
            "warnings": widgets.HTML(),
        }
        super().__init__("dossier", controls, in_a_row(controls.values()), views)

    def _update(self) -> None:
        """Open the account that the picker names; an unknown one is said, not raised."""
        wanted = self.controls["account"].value.split(" · ")[0]
        if not wanted.strip():
            return
        known = self.chapter.book.account(wanted)
        if known.account != self.chapter.account:
            self.chapter = known.under(self.chapter.settings)
        self._show(self.chapter)

    def _show(self, account: Account) -> None:
        told = [f"{account.full_name}.", account.sold, account.rhythm]
        spanned = account.under(_over_months(account.settings, self.controls["months"].value))
        self.views["headline"].value = f"<b>{escape(' '.join(told))}</b>"
        self.views["timeline"].value = _png(spanned.pictures.relationship)
        self.views["map"].value = _png(account.pictures.decisions)
        self.views["warnings"].value = account.tables.warnings.html


def _over_months(settings: Settings, months: int) -> Settings:
    dossier = settings.dossier.model_copy(update={"timeline_months": months})
    return settings.model_copy(update={"dossier": dossier})


def _png(shown: Picture | Html) -> bytes:
    """The picture; nothing where there is nothing to draw, which the warnings say."""
    return shown.png if isinstance(shown, Picture) else b""


def _options(chapter: Account) -> list[str]:
    """The largest accounts first; what is not listed can be typed."""
    everyone = chapter.book.everyone
    ordered = chapter.beside("abc_xyz").classes.index.append(everyone.index).drop_duplicates()
    names = everyone["name"].reindex(ordered[:MAX_OPTIONS])
    return [_option(account, name) for account, name in names.items()]


def _option(account: str, name: object) -> str:
    return account if pd.isna(name) or name in ("", account) else f"{account} · {name}"
