"""Plays: what is done with each kind of account, at what cost in hours, and who leads."""

import numpy as np
import pandas as pd

from kamlib.settings import Settings
from kamlib.words import _

TEXTS = ["strategy", "lead", "offer", "next_step"]
COLUMNS = ["strategy", "hours", "lead", "offer", "next_step"]
# Of several types the first one sets the play: what would cost most if it went wrong.
TYPE_ORDER = ("breadwinner", "prospective", "expert", "image")
OUTSIDE = ("L", "D")


def plays_in_force(own: pd.DataFrame) -> pd.DataFrame:
    """The workbook's plays, with the data set's own laid over them cell by cell.

    Parameters
    ----------
    own
        The data set's table ``plays``: ``place`` and any of the columns below. An empty cell
        keeps the workbook's own; of two rows for one place the first counts.

    Returns
    -------
    One row per cell, N, L, D and type, indexed by ``place``: ``strategy``;
    ``hours`` (per account and quarter; of N and L for class A, less for B and C);
    ``lead``, ``offer``, ``next_step``; ``own`` (whether the data set changes anything in it).
    """
    plays = _default_plays()
    told = own.drop_duplicates("place").set_index("place").reindex(plays.index)
    changed = pd.Series(False, plays.index)
    for column in COLUMNS:
        if column not in told:
            continue
        values = told[column]
        given = values.notna()
        if column in TEXTS:
            values = values.astype("str").str.strip()
            given &= values != ""
        plays[column] = plays[column].mask(given, values.astype(plays[column].dtype))
        changed |= given
    return plays.assign(own=changed)


def account_plays(
    classes: pd.DataFrame,
    types: pd.DataFrame,
    plays: pd.DataFrame,
    *,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Each account's play: that of its type, else that of its place in the matrix.

    Lost accounts play L and those without value D, whatever their type. Hours by worth: an
    account of class B or C gets only ``plays.new_shares`` and ``plays.lost_shares`` of the
    hours of N and L, a small lost account none at all: it is left to mailings, or hundreds of
    them would eat the quarter. A type never costs an account hours: it gets those of its place
    where they are more.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.
    types
        The table of ``account_types``; an account that it does not hold has no type.
    plays
        The plays in force.

    Returns
    -------
    One row per account in the order of ``classes``: ``place`` (whose play it is); ``play``
    (its strategy); ``hours`` (per quarter); ``lead``, ``offer``, ``next_step``.
    """
    shares = (settings or Settings()).plays
    place = _cell_places(classes)
    hours = place.map(plays["hours"]).astype(float)
    abc = classes["abc"].astype("str")
    for outside, by_class in (("N", shares.new_shares), ("L", shares.lost_shares)):
        part = abc.map(dict(zip("ABC", by_class, strict=True))).astype(float)
        hours = hours.where(place != outside, hours * part)
    typed = _first_types(types, classes.index).mask(place.isin(OUTSIDE), "")
    place = place.mask(typed != "", typed)
    hours = hours.where(typed == "", np.fmax(hours, place.map(plays["hours"])))
    texts = {
        name: place.map(plays[column]).astype("str")
        for name, column in zip(["play", *TEXTS[1:]], TEXTS, strict=True)
    }
    table = pd.DataFrame({"place": place, **texts, "hours": hours}, classes.index)
    return table[["place", "play", "hours", *TEXTS[1:]]]


def hours_available(
    managers: pd.DataFrame, names: pd.Index, *, settings: Settings | None = None
) -> pd.Series:
    """The hours of each manager for key accounts in a quarter.

    Parameters
    ----------
    managers
        The table ``managers``: ``manager``, ``hours_per_quarter``.
    names
        Of which managers; "" is those of accounts without one.

    Returns
    -------
    ``hours_available`` per name: as recorded, else ``plays.hours_per_quarter``.
    """
    recorded = managers.drop_duplicates("manager").set_index("manager")["hours_per_quarter"]
    usual = (settings or Settings()).plays.hours_per_quarter
    return recorded.reindex(names).astype(float).fillna(usual).rename("hours_available")


def _cell_places(classes: pd.DataFrame) -> pd.Series:
    abc, xyz = classes["abc"].astype("str"), classes["xyz"].astype("str")
    cell = classes["cell"].astype("str").mask(xyz.isin(["N", "L"]), xyz)
    return cell.mask(abc == "D", "D")


def _first_types(types: pd.DataFrame, accounts: pd.Index) -> pd.Series:
    known = types.reindex(index=accounts, columns=list(TYPE_ORDER))
    held = [known[name].eq(True).fillna(False).to_numpy(bool) for name in TYPE_ORDER]
    return pd.Series(np.select(held, TYPE_ORDER, default=""), accounts, dtype="str")


def _default_plays() -> pd.DataFrame:
    manager, inside = _("Key-account manager"), _("Inside sales")
    director = _("Key-account manager with a director")
    rows = [
        (
            *("AX", _("Defend and deepen"), 24, director),
            _("Year agreement: fixed prices, reserved stock, fixed delivery days"),
            _("Quarterly review on site with who decides: kept, owed, volumes ahead"),
        ),
        (
            *("AY", _("Make the demand steady"), 18, manager),
            _("Call-off contract: monthly quantities and a price for keeping to them"),
            _("Go through twelve months of orders with purchasing; agree on call-off dates"),
        ),
        (
            *("AZ", _("Be there before the next large order"), 14, manager),
            _("Project price with a validity date; stock and advice held for the project"),
            _("Ask for the projects of the next six months and who specifies them"),
        ),
        (
            *("BX", _("Grow into A"), 8, manager),
            _("A second product line at an introductory price, delivered with the first"),
            _("Show who decides what similar companies buy besides; quote one line"),
        ),
        (
            *("BY", _("Find its rhythm"), 6, manager),
            _("Standing order with free delivery from an agreed quantity"),
            _("Call before its usual day of ordering; agree on the next two orders"),
        ),
        (
            *("BZ", _("Learn what sets off its orders"), 4, manager),
            _("Quotation within a day, with stock and delivery day confirmed"),
            _("Ask purchasing who else supplies and what decides; note it in the dossier"),
        ),
        (
            *("CX", _("Keep at low cost"), 2, inside),
            _("Web shop with its own prices and a saved order list"),
            _("Set up web ordering; one call a quarter to ask what is missing"),
        ),
        (
            *("CY", _("Bundle its orders"), 1, inside),
            _("Free delivery from a minimum order"),
            _("Send its usual list before the usual day; call if no order comes"),
        ),
        (
            *("CZ", _("Serve without visits"), 0.5, _("Inside sales and web shop")),
            _("Web shop at list price, catalogue by mail"),
            _("Once a quarter, look for a large enquiry or a new site; else leave it"),
        ),
        (
            *("N", _("Turn first orders into a habit"), 8, _("Key-account manager, inside sales")),
            _("Starting package: price list for its lines, one named contact, trial terms"),
            _("Call within two weeks: did all arrive right, what else does it buy, from whom"),
        ),
        (
            *("L", _("Win back, or close with the reason known"), 10, manager),
            _("What answers the reason: service recovery, delivery commitment or price"),
            _("Call who decided to stop; record the reason; try to win it back or close it"),
        ),
        (
            *("D", _("Settle and wait"), 0, inside),
            _("List price and prepayment until it orders again"),
            _("Settle open credit notes; leave it to mailings"),
        ),
        (
            *("breadwinner", _("Protect the income, know everyone who decides"), 30, director),
            _("Two-year partner agreement: service levels, reserved stock, shared savings"),
            _("Meet its directors; see that two of us know each person who decides"),
        ),
        (
            *("prospective", _("Take its need over from the rival, line by line"), 16, manager),
            _("Trial delivery in the line in which the rival is weakest"),
            _("Agree on the trial: line, quantity, day, and who judges it"),
        ),
        (
            *("image", _("Be seen with it"), 10, _("Key-account manager with marketing")),
            _("Reference agreement: case study, joint appearance, priority in service"),
            _("Agree on who may name whom, where and when; deliver without a fault till then"),
        ),
        (
            *("expert", _("Listen, and improve by what it says"), 12, _("Manager with technician")),
            _("Named technician, test certificates, samples before launch"),
            _("Go through its open complaints and requests; report what was changed"),
        ),
    ]
    table = pd.DataFrame(rows, columns=["place", "strategy", "hours", "lead", "offer", "next_step"])
    kinds = dict.fromkeys(["place", *TEXTS], "str") | {"hours": float}
    return table.astype(kinds).set_index("place")
