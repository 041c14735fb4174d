"""Who one account is: the general facts of its dossier, its parent and its children."""

from collections.abc import Mapping

import pandas as pd

from kamlib.analysis.measures.texts import group_name
from kamlib.quarters import month_told
from kamlib.words import _, count, day, money, share

CHILDREN = 8
SITES = 30


def general_facts(
    account: str,
    accounts: pd.DataFrame,
    *,
    others: pd.DataFrame | None = None,
    group: pd.Series | None = None,
    sites: pd.DataFrame | None = None,
    managers: Mapping[str, str] | None = None,
    currency: str = "",
    span: str = "12 months",
) -> pd.DataFrame:
    """What the accounts table says of one account, in words.

    Parameters
    ----------
    accounts
        Everything known, indexed by account: the columns of the canonical table. A parent that
        is the account itself is left out and said so.
    others
        Its other numbers, each with ``kind``, ``decided_by``, ``decided_on``, ``last`` (day of
        the last sale under it) and ``note``.
    group
        The group that it stands in: a row of ``groups``.
    sites
        The accounts of the group of which it is the head, as ``sites`` has them.
    managers
        Names of our managers by code.

    Returns
    -------
    One row per fact that is known: ``fact``, ``known``.
    """
    row = accounts.loc[account] if account in accounts.index else pd.Series(dtype=object)
    told = {
        _("Company"): _text(row.get("name")) if row.get("name") != account else "",
        _("Also known as"): _also(others, managers or {}),
        _("Industry"): _text(row.get("industry")),
        _("Region"): _text(row.get("region")),
        _("Account manager"): _manager(_text(row.get("manager")), managers or {}),
        _("Account since"): _day(row.get("since")),
        _("Employees"): _count(row.get("employees")),
        _("Its own yearly revenue"): _money(row.get("annual_revenue"), currency),
        _("Terms"): _terms(row, currency),
        _("Standing"): _standing(row),
        _("What it does"): _text(row.get("description")),
        _("History"): _text(row.get("history")),
        _("Structure"): _text(row.get("structure")),
        _("Surroundings"): _text(row.get("surroundings")),
        _("Belongs to"): _parent(account, row, accounts),
        _("Owns"): _children(account, accounts),
    }
    if group is not None:
        told[_("Its group")] = _group(group, currency, span)
    rows = [(fact, known) for fact, known in told.items() if known]
    rows += _sites(sites, currency, span) if sites is not None else []
    return pd.DataFrame(rows, columns=["fact", "known"]).astype("str")


def _manager(code: str, names: Mapping[str, str]) -> str:
    return f"{names[code]} ({code})" if code in names else code


def _also(others: pd.DataFrame | None, names: Mapping[str, str]) -> str:
    """The other numbers: until when each was sold under, and who decided that it is the same."""
    if others is None:
        return ""
    return "; ".join(_other_number(row, names) for row in others.itertuples())


def _other_number(row: tuple, names: Mapping[str, str]) -> str:
    number = row.account
    if _known(row.last):
        until = _("{number} until {month}")
        number = until.format(number=number, month=month_told(row.last))
    decided = ", ".join(
        part
        for part in (
            _(row.kind),
            _("decided by {who}").format(who=_manager(row.decided_by, names))
            if _known(row.decided_by)
            else "",
            _day(row.decided_on),
            _text(row.note),
        )
        if part
    )
    return _("{number} ({decided})").format(number=number, decided=decided)


def _terms(row: pd.Series, currency: str) -> str:
    parts = []
    if _known(row.get("payment_terms")):
        parts.append(_("pays within {days} days").format(days=count(row["payment_terms"])))
    if _known(row.get("credit_limit")):
        told = _("credit limit {limit}")
        parts.append(told.format(limit=money(row["credit_limit"], currency)))
    return "; ".join(parts)


def _standing(row: pd.Series) -> str:
    flags = {
        "market_leader": _("leads its market"),
        "well_known": _("well known"),
        "expert": _("demanding and expert"),
    }
    named = [word for flag, word in flags.items() if _known(row.get(flag)) and bool(row[flag])]
    return ", ".join(named)


def _parent(account: str, row: pd.Series, accounts: pd.DataFrame) -> str:
    parent = _text(row.get("parent"))
    if not parent:
        return ""
    if parent == account:
        return _("itself, says the accounts table: left out, please correct")
    if parent not in accounts.index:
        return _("{parent}, which is not among the accounts").format(parent=parent)
    return f"{_text(accounts.loc[parent, 'name'])} ({parent})"


def _children(account: str, accounts: pd.DataFrame) -> str:
    if "parent" not in accounts:
        return ""
    own = accounts[(accounts["parent"] == account) & (accounts.index != account)]
    named = [f"{_text(name)} ({code})" for code, name in own["name"].head(CHILDREN).items()]
    if len(own) > CHILDREN:
        named.append(_("and {n} others").format(n=count(len(own) - CHILDREN)))
    return ", ".join(named)


def _group(group: pd.Series, currency: str, span: str) -> str:
    return _("{group}: {revenue} in {span}, {share} of all").format(
        span=span,
        group=group_name(group),
        revenue=money(group["revenue"], currency),
        share=share(group["share"]),
    )


def _sites(sites: pd.DataFrame, currency: str, span: str) -> list[tuple[str, str]]:
    """A row per site of the group, the largest first, then how many more there are."""
    told = _("{name} ({account}): {revenue} in {span}, last order {day}, {cell}, {state}")
    rows = [
        (
            _("Site"),
            told.format(
                name=site.name,
                account=site.Index,
                revenue=money(site.revenue, currency),
                span=span,
                day=_day(site.last_order) or _("unknown"),
                cell=site.cell,
                state=_(site.state),
            ),
        )
        for site in sites.head(SITES).itertuples()
    ]
    if len(sites) > SITES:
        rows.append((_("Site"), _("and {n} others").format(n=count(len(sites) - SITES))))
    return rows


def _known(value: object) -> bool:
    return value is not None and not pd.isna(value) and value != ""


def _text(value: object) -> str:
    return str(value).strip() if _known(value) else ""


def _day(value: object) -> str:
    return day(value) if _known(value) else ""


def _count(value: object) -> str:
    return count(value) if _known(value) else ""


def _money(value: object, currency: str) -> str:
    return money(value, currency) if _known(value) else ""
