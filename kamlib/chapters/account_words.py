"""How a dossier is shown: its title, its key figures, its events and how complete it is."""

from html import escape

import pandas as pd

from kamlib.analysis.account.completeness import PARTS
from kamlib.chapters.account import Dossier
from kamlib.show.sentences import Html, figures
from kamlib.words import _, count, day, money, share


def page_end() -> Html:
    """Where a printed page ends, so that the meeting brief can be taken along on its own."""
    return Html('<div style="break-after:page"></div>', "")


def title(dossier: Dossier) -> Html:
    """The account's name as the page's title, and who and where it is."""
    row = dossier.everyone.loc[dossier.account]
    manager = _text(row.get("manager"))
    named = dossier.managers.get(manager)
    known = [
        dossier.account if dossier.account != dossier.name else "",
        _text(row.get("industry")),
        _text(row.get("region")),
        _("looked after by {who}").format(who=f"{named} ({manager})" if named else manager)
        if manager
        else _("no manager is named"),
    ]
    about = " · ".join(part for part in known if part)
    html = f'<h1 id="account">{escape(dossier.name)}</h1><p>{escape(about)}</p>'
    return Html(html, f"{dossier.name}\n{about}")


def brief_figures(dossier: Dossier) -> Html:
    """The figures to have in mind before a meeting."""
    currency = dossier.book.currency
    year = dossier.value.iloc[-1]
    shown = [(_("revenue in 12 months{change}").format(change=_change(year["against_last_year"])),
              money(year["revenue"], currency))]  # fmt: skip
    if not pd.isna(year["margin_rate"]):
        shown.append((_("of it stays as margin"), share(year["margin_rate"])))
    found = dossier.found
    if found is not None:
        shown.append((_("class; {sure} sure").format(
            sure=share(found["stability"], 0)), found["cell"]))  # fmt: skip
        if not pd.isna(found["silence_days"]):
            gap = _("days since the last order; usual gap {gap}")
            shown.append((gap.format(gap=count(found["typical_gap_days"])),
                          count(found["silence_days"])))  # fmt: skip
    shown += _record_figures(dossier)
    return figures(shown)


def event_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Events as a reader sees them: ``date``, ``kind``, ``text``, ``still`` (open or overdue)."""
    words = {"open": _("open"), "overdue": _("overdue")}
    return events.assign(still=events["state"].map(words).astype("str").fillna(""))


def completeness_figures(state: pd.DataFrame) -> Html:
    """How complete the dossier is, as a whole and by part."""
    names = {
        "general": _("general facts"),
        "people": _("people"),
        "conversations": _("conversations"),
        "service": _("deliveries and payments"),
        "competition": _("competitors"),
        "judgement": _("judgement"),
    }
    parts = state.groupby("part")[["counts", "weight"]].sum().reindex(list(PARTS))
    shown = [(_("of the dossier is complete and fresh"), share(state["counts"].sum(), 0))]
    for part, row in parts.iterrows():
        if row["weight"] > 0:
            shown.append((names[part], share(row["counts"] / row["weight"], 0)))
    return figures(shown)


def freshness(state: pd.DataFrame) -> pd.DataFrame:
    """What the dossier holds, by part: how many things are filled, old and missing, how old.

    Returns
    -------
    One row per part: ``part``; ``filled``, ``partly``, ``old``, ``missing`` (numbers of
    things); ``latest`` (day of the newest thing that has a day).
    """
    numbers = pd.crosstab(state["part"], state["state"]).reindex(
        index=list(PARTS), columns=["filled", "partly", "old", "missing"], fill_value=0
    )
    latest = state.groupby("part")["known_on"].max().reindex(list(PARTS))
    return numbers.assign(latest=latest).reset_index()


def _record_figures(dossier: Dossier) -> list[tuple[str, str]]:
    """Deliveries, invoices and talks of twelve months, as far as they are recorded."""
    shown = []
    begin = dossier.as_of + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    events = dossier.events[dossier.events["date"] >= begin]
    for lane, told in (
        ("deliveries", _("of {n} deliveries on time")),
        ("payments", _("of {n} invoices paid on time")),
    ):
        rows = events[(events["lane"] == lane) & (events["date"] <= dossier.as_of)]
        if len(rows):
            on_time = (rows["days"] <= 0) & rows["until"].notna()
            shown.append((told.format(n=count(len(rows))), share(on_time.mean(), 0)))
    if len(dossier.promises):
        overdue = int(dossier.promises["overdue"].sum())
        told = _("open promises and questions, {n} overdue").format(n=count(overdue))
        shown.append((told, count(len(dossier.promises))))
    last = dossier.of("interactions").query("kind != 'brief'")["date"].max()
    if not pd.isna(last):
        shown.append((_("last talk"), day(last)))
    return shown


def _change(change: float) -> str:
    if pd.isna(change):
        return ""
    sign = "+" if change >= 0 else "-"
    return _("; {change} on the year before").format(change=f"{sign}{share(abs(change))}")


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
