"""Groups of accounts: what they are as one, beside what their sites are one by one."""

from collections.abc import Mapping

import pandas as pd

from kamlib.analysis.abc_xyz.sentences import measure_word, shown_name
from kamlib.analysis.measures.texts import group_name
from kamlib.words import _, count, share

_NAMED = 3  # groups in one sentence


def groups(
    by_account: pd.DataFrame, by_group: pd.DataFrame, heads: Mapping[str, str]
) -> pd.DataFrame:
    """The groups of which at least two accounts bought, largest first.

    Parameters
    ----------
    by_account, by_group
        The classes of ``abc_xyz`` with every account by itself, and with groups as one.
    heads
        The topmost above each account that has one.

    Returns
    -------
    Indexed by account (the group's head): ``name``; ``sites`` (number of accounts, its own sales
    included); ``revenue`` (currency); ``share`` (0–1, of value); ``rank`` (1 = largest); ``cell``;
    ``largest_site`` (account), ``site_name``, ``site_share`` (0–1), ``site_rank``.
    """
    head = pd.Series([heads.get(a, a) for a in by_account.index], by_account.index, dtype="str")
    ranks = pd.Series(range(1, len(by_account) + 1), by_account.index)
    first = head[~head.duplicated()]  # classes stand largest first
    site = pd.Series(first.index, first.to_numpy(), dtype="str")
    sizes = head.groupby(head).size()
    several = by_group[by_group.index.isin(sizes[sizes > 1].index)]
    site = site.reindex(several.index)
    found = pd.DataFrame(
        {
            "name": shown_name(several),
            "sites": sizes.reindex(several.index),
            "revenue": several["revenue"],
            "share": several["share"],
            "rank": pd.Series(range(1, len(by_group) + 1), by_group.index).reindex(several.index),
            "cell": several["cell"],
            "largest_site": site,
            "site_name": shown_name(by_account).reindex(site).to_numpy(),
            "site_share": by_account["share"].reindex(site).to_numpy(),
            "site_rank": ranks.reindex(site).to_numpy(),
        }
    )
    return found.rename_axis("account")


def groups_headline(found: pd.DataFrame, *, level: str, measure: str = "revenue") -> str:
    """What the largest group is as one, or its largest site by itself; empty without a group.

    Parameters
    ----------
    found
        The table of :func:`groups`.
    level
        What this data set counts: ``account``, so the group is said; or ``group``.
    """
    if found.empty:
        return ""
    group, value = found.iloc[0], measure_word(measure)
    if level == "group":
        return _(
            "Site by site, the largest of the {n} of {group} is {site} with {share} of {value}, "
            "number {rank}."
        ).format(
            n=count(group["sites"]),
            group=group["name"],
            site=group["site_name"],
            share=share(group["site_share"]),
            value=value,
            rank=count(group["site_rank"]),
        )
    told = _("As a group {group} is {share} of {value}, {place}; its largest site alone is {site}.")
    place = _("number {rank} of your customers").format(rank=count(group["rank"]))
    told = told.format(
        group=group_name(group),
        share=share(group["share"]),
        value=value,
        place=_("your largest customer") if group["rank"] == 1 else place,
        site=share(group["site_share"]),
    )
    if len(found) > 1:
        more = _("{n} more groups stand in the table groups.")
        one = _("1 more group stands in the table groups.")
        told += " " + (one if len(found) == 2 else more.format(n=count(len(found) - 1)))
    return told


def chosen_headline(
    found: pd.DataFrame,
    heads: Mapping[str, str],
    now: pd.Index,
    other: pd.Index,
    *,
    level: str,
    what: str,
) -> str:
    """Which groups are chosen as one though no site of theirs is; empty where there is none.

    Parameters
    ----------
    found
        The table of :func:`groups`.
    heads
        The topmost above each account that has one.
    now, other
        The accounts that are chosen here, and at the other level.
    level
        What is counted here: ``account`` or ``group``.
    what
        What the chosen ones are: "a breadwinner".
    """
    if found.empty:
        return ""
    by_account, by_group = (now, other) if level == "account" else (other, now)
    with_site = {heads.get(account, account) for account in by_account}
    alone = [head for head in found.index if head in by_group and head not in with_site]
    if not alone:
        return ""
    names = _(", ").join(group_name(found.loc[head]) for head in alone[:_NAMED])
    if len(alone) > _NAMED:
        names += _(" and {n} more").format(n=count(len(alone) - _NAMED))
    told = _("As a group, {groups} would be {what}; none of the sites is one by itself.")
    if level == "group":
        told = _("Site by site, no site of {groups} would be {what}.")
    return told.format(groups=names, what=what)


def sites(by_account: pd.DataFrame, heads: Mapping[str, str], head: str) -> pd.DataFrame:
    """The accounts of a group that ever bought, by revenue; empty where it is no head.

    Returns
    -------
    Indexed by account: ``name``, ``revenue`` (currency), ``cell``, ``last_order`` (day),
    ``state`` (active, new or lost).
    """
    below = {account for account, above in heads.items() if above == head}
    rows = by_account[by_account.index.isin({*below, head} if below else below)]
    state = pd.Series("active", rows.index).mask(rows["new"].astype(bool), "new")
    state = state.mask(rows["lost"].astype(bool), "lost")
    return rows[["revenue", "cell", "last_order"]].assign(name=shown_name(rows), state=state)


def with_groups(
    types: pd.DataFrame,
    other: pd.DataFrame,
    found: pd.DataFrame,
    heads: Mapping[str, str],
    *,
    level: str,
) -> pd.DataFrame:
    """The types with what the other level would say added to ``type_why``.

    Parameters
    ----------
    types, other
        The tables of ``account_types`` here and at the other level.
    found, heads, level
        As for :func:`chosen_headline`.
    """
    if level == "account":
        told = _("{why}; as a group {group}, {share}: {types}")
        parts = {
            head: {
                "group": group_name(row),
                "share": share(row["share"]),
                "types": other.loc[head, "types"],
            }
            for head, row in found.iterrows()
        }
    else:
        told = _("{why}; its {n} sites one by one: {types}")
        by_site = other["types"].groupby([heads.get(account, account) for account in other.index])
        parts = {
            head: {"n": count(row["sites"]), "types": _each_once(by_site.get_group(head))}
            for head, row in found.iterrows()
        }
    own = (parts.get(heads.get(account, account)) for account in types.index)
    words = [
        told.format(why=why, **part) if part else why
        for why, part in zip(types["type_why"], own, strict=True)
    ]
    return types.assign(type_why=pd.Series(words, types.index, dtype="str"))


def _each_once(types: pd.Series) -> str:
    return _(", ").join(kind for kind in dict.fromkeys(types) if kind != "none") or "none"
