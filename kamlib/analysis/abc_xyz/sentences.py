"""The sentences: why an account stands where it stands, and what a whole table says."""

import pandas as pd

from kamlib.analysis.abc_xyz.abc import cut_ties
from kamlib.settings import Settings
from kamlib.words import _, count, day, money, number, share
from kamlib.words import accounts as in_accounts

LOSSES_TOLD = 0.001  # of what is earned: less does not show in a share
_ROUNDING = 0.5  # currency: less does not show in a sum


def explanations(classes: pd.DataFrame, *, settings: Settings, span: str = "") -> pd.Series:
    """One sentence per account that explains its classes with its own numbers.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``, largest account first.
    span
        What the ABC window is called where it is shorter than ``abc.months``.

    Returns
    -------
    ``why`` per account: "A: 1.9 % of revenue, 41.2 % come before it; X: ordered in 11 of
    12 months".
    """
    value = measure_word(settings.abc.measure)
    span = span or _("{n} months").format(n=settings.abc.months)
    small = _("D: no positive {value} in {span}").format(value=value, span=span)
    rows = zip(
        *(classes[column].tolist() for column in ("abc", "share", "share_before")),
        _xyz_reasons(classes, settings),
        strict=True,
    )
    first = _("{abc}: {share} of {value}, the largest account; {xyz}")
    later = _("{abc}: {share} of {value}, {before} come before it; {xyz}")
    sentences = [
        small
        if abc == "D"
        else (later if before > 0 else first).format(
            abc=abc, share=_part_words(part), value=value, before=share(before), xyz=xyz
        )
        for abc, part, before, xyz in rows
    ]
    why = pd.Series(sentences, classes.index, dtype="str", name="why")
    tied = _("{why}; {equals} accounts have this {value}: {split}, by their number alone")
    for account, row in cut_ties(classes).iterrows():
        why[account] = tied.format(why=why[account], value=value, **row[["equals", "split"]])
    return why


def measure_word(measure: str) -> str:
    """What an account is measured by, as a reader sees it."""
    return _("margin") if measure == "margin" else _("revenue")


def earned_word(classes: pd.DataFrame, measure: str) -> str:
    """What a share is of where only what is positive counts, losses named where they show."""
    earned = classes[measure].astype(float)
    losses, positive = -earned.clip(upper=0).sum(), earned.clip(lower=0).sum()
    return positive_word(measure) if losses > LOSSES_TOLD * positive else measure_word(measure)


def positive_word(measure: str) -> str:
    """What a share is of where some accounts lose, as a reader sees it."""
    if measure == "margin":
        return _("margin earned, losses aside")
    return _("positive revenue")


def abc_headline(classes: pd.DataFrame, currency: str = "", measure: str = "revenue") -> str:
    """How few accounts bring the money, who is the largest, and how many bring none."""
    placed = classes[classes["abc"] != "D"]
    value = measure_word(measure)
    if placed.empty:
        return _("No account has positive {value}.").format(value=value)
    large = placed[placed["abc"] == "A"]
    told = _(
        "{large} of {all} accounts ({part}) are A: they bring {share} of {value}, {sum}. "
        "The largest, {name}, brings {largest}."
    )
    if len(large) == len(placed):
        told = _("All {all} accounts are A, with {sum} of {value}. The largest, {name}, brings "
                 "{largest}.")  # fmt: skip
    if len(large) == 1:
        told = _("1 of {all} accounts is A: {name}, with {largest} of {value}, {sum}.")
    if len(placed) == 1:
        told = _("One account brings all {value}: {name}, {sum}.")
    sentence = told.format(
        large=count(len(large)),
        all=count(len(placed)),
        part=share(len(large) / len(placed)),
        share=share(large["share"].sum()),
        value=earned_word(classes, measure),
        sum=money(large["value"].sum(), currency),
        name=shown_name(placed).iloc[0],
        largest=share(placed["share"].iloc[0]),
    )
    without = len(classes) - len(placed)
    if not without:
        return sentence
    more = _("Accounts without positive {value} in the window (D): {without}.")
    return f"{sentence} {more.format(without=count(without), value=value)}"


def xyz_headline(classes: pd.DataFrame, measure: str = "revenue") -> str:
    """How many accounts buy regularly and what they bring, how many are new or lost."""
    placed = classes[classes["abc"] != "D"]
    if placed.empty:
        return _("No account has a rhythm to judge.")
    accounts = placed["xyz"].value_counts()
    shares = placed.groupby("xyz", observed=False)["share"].sum()
    parts = [
        ("X", _("regularly (X): {n} ({part}), with {share} of {value}")),
        ("Z", _("irregularly (Z): {n}, with {share}")),
        ("N", _("new: {n}")),
        ("L", _("lost: {n}")),
    ]
    told = [
        text.format(
            n=count(accounts[kind]),
            part=share(accounts[kind] / len(placed)),
            share=share(shares[kind]),
            value=earned_word(classes, measure),
        )
        for kind, text in parts
        if accounts[kind]
    ]
    if not told:
        return _("Of {all} accounts none buys regularly.").format(all=in_accounts(len(placed)))
    return _("Rhythm of {all} with sales in the window: {told}.").format(
        all=in_accounts(len(placed)), told="; ".join(told)
    )


def matrix_headline(matrix: pd.DataFrame, measure: str = "revenue") -> str:
    """The two far corners: large and regular, small and irregular; and what is already lost."""
    places = matrix.set_index(["abc", "xyz"])
    if not places["share"].sum():
        return _("No account has a place in the matrix.")
    steady, loose = places.loc[("A", "X")], places.loc[("C", "Z")]
    gone = places.loc[[("A", "L"), ("B", "L"), ("C", "L")]].sum()
    every = in_accounts(places["accounts"].drop(("D", "")).sum())
    parts = [
        (steady, _("Large and regular (AX): {n} of {all}, with {share} of {value}.")),
        (loose, _("Small and irregular (CZ): {n}, with {share}.")),
        (gone, _("Lost, of those with sales in the window: {n}, with {share}.")),
    ]
    told = [
        text.format(
            n=count(row["accounts"]), all=every, share=share(row["share"]),
            value=earned_word(matrix, measure),
        )
        for row, text in parts
        if row["accounts"]
    ]  # fmt: skip
    if told and places["accounts"].drop(("D", "")).sum() == 1:
        return _("The one account with sales is all there is to place.")
    if not told:
        return _("None of {all} is large and regular, small and irregular, or lost.").format(
            all=every
        )
    return " ".join(told)


def migration_headline(migration: pd.DataFrame, currency: str = "") -> str:
    """How many accounts moved, what money came and went with them, and the biggest move."""
    if migration.empty:
        return _("No account changed its cell.")
    up, down = migration["change"].clip(lower=0).sum(), migration["change"].clip(upper=0).sum()
    told = _(
        "Accounts that changed their cell: {moved}. Among them revenue rose by {up} and fell by "
        "{down}."
    )
    if len(migration) == 1:
        told = _("Accounts that changed their cell: 1.")
    elif not down:
        told = _("Accounts that changed their cell: {moved}. Among them revenue rose by {up}.")
    elif not up:
        told = _("Accounts that changed their cell: {moved}. Among them revenue fell by {down}.")
    sentence = told.format(
        moved=count(len(migration)), up=money(up, currency), down=money(-down, currency)
    )
    biggest = migration.iloc[0]
    if biggest["change"] == 0:
        return sentence
    moved = _("The biggest move: {name} from {before} to {after} ({change}).").format(
        name=shown_name(migration).iloc[0],
        before=biggest["from_cell"] or _("not known before"),
        after=biggest["to_cell"] or _("gone"),
        change=money(biggest["change"], currency),
    )
    return f"{sentence} {moved}"


def concentration_headline(
    concentration: pd.DataFrame,
    band: tuple[float, float] = (0.30, 0.55),
    measure: str = "revenue",
    earned: str = "",
) -> str:
    """What the largest accounts bring, held against what key accounts usually bring.

    ``earned`` says what the shares are of (:func:`earned_word`) where not of all of the measure.
    """
    values = concentration["value"]
    tops = [
        name
        for name in values.index
        if name.startswith("top_") and int(name.split("_")[1]) < max(values["accounts"], 2)
    ]
    if not tops or not values["accounts"]:
        return _("No account has positive {value}.").format(value=measure_word(measure))
    widest = max(tops, key=lambda name: int(name.split("_")[1]))
    held = _("less than") if values[widest] < band[0] else _("more than")
    if band[0] <= values[widest] <= band[1]:
        held = _("within")
    every = int(values["accounts"])
    if every == 1:
        return _("One account brings all {value}.").format(value=measure_word(measure))
    told = _(
        "The top {k} of {all} accounts bring {top} of {value}, {held} the {low} to {high} that "
        "key accounts usually bring; sales are as concentrated as with {n} of equal size."
    )
    if widest == "top_1_share":
        told = _(
            "The largest of {all} accounts brings {top} of {value}, {held} the {low} to {high} "
            "that key accounts usually bring; sales are as concentrated as with {n} of equal size."
        )
    return told.format(
        k=widest.split("_")[1],
        all=count(values["accounts"]),
        top=share(values[widest]),
        value=earned or measure_word(measure),
        held=held,
        low=share(band[0], 0),
        high=share(band[1], 0),
        n=in_accounts(round(values["effective_accounts"])),
    )


def margin_headline(classes: pd.DataFrame, currency: str = "") -> str:
    """What the company earns of its sales, and which large accounts cost it money."""
    known = classes[classes["margin"].notna() & (classes["revenue"] > 0)]
    if known.empty:
        return _("This data set has no margin or cost, so sales cannot be held against it.")
    losing = known[known["margin"] < 0]
    large = losing[losing["abc"] == "A"]
    rate = known["margin"].sum() / known["revenue"].sum()
    told = _("Of {revenue}, {rate} stays as margin.")
    if rate < 0:
        told = _("Of {revenue} nothing stays as margin: {lost} is lost.")
    sentence = told.format(
        revenue=_sold(classes, known, currency),
        rate=share(rate),
        lost=money(-known["margin"].sum(), currency),
    )
    back = classes[(classes["margin"] < 0) & ~(classes["revenue"] > 0)]["margin"].sum()
    if back < 0:
        told = _("{sentence} Who sent back more than it bought took {money} of margin along.")
        sentence = told.format(sentence=sentence, money=money(-back, currency))
    if losing.empty:
        return _("{sentence} No account with sales loses money.").format(sentence=sentence)
    told = _(
        "{sentence} Accounts that lose money: {losing}, {large} of them A; together they cost "
        "{cost}."
    )
    if large.empty:
        told = _("{sentence} Accounts that lose money: {losing}; together they cost {cost}.")
    if len(losing) == 1:
        told = _("{sentence} One account loses money, {cost}: {name} ({abc}).")
    return told.format(
        sentence=sentence,
        losing=count(len(losing)),
        large=count(len(large)),
        name=shown_name(losing).iloc[0],
        abc=losing["abc"].iloc[0],
        cost=money(-losing["margin"].sum(), currency),
    )


def _sold(classes: pd.DataFrame, known: pd.DataFrame, currency: str) -> str:
    """The sales whose margin is told, and of whom they are where not all sales are in them."""
    sold = known["revenue"].sum()
    told = _("{revenue} in sales")
    if abs(sold - classes["revenue"].sum()) >= _ROUNDING:
        told = _("{revenue} in sales, to accounts that bought more than they sent back")
    if not classes.loc[classes["revenue"] > 0, "margin"].notna().all():
        told = _("{revenue} in sales whose margin is known")
    return told.format(revenue=money(sold, currency))


def shown_name(classes: pd.DataFrame) -> pd.Series:
    """An account's name, or its id where it has none."""
    return classes["name"].where(classes["name"] != "", classes.index.to_series())


def _part_words(part: float) -> str:
    return share(part) if part >= 0.0005 else _("under 0.1 %")


def _xyz_reasons(classes: pd.DataFrame, settings: Settings) -> list[str]:
    names = {
        "frequency": ("active_months", "window_months"),
        "gap_cv": ("gap_cv", "gaps"),
        "value_cv": ("value_cv", "gaps"),
    }[settings.xyz.measure]
    rhythm = _rhythm_words(settings)
    silence_columns = ("silence_days", "typical_gap_days", "own_gap")
    columns = ("xyz", *names, "first_order", *silence_columns, "new", "gaps")
    words = []
    for xyz, first, second, ordered, silence, gap, own, new, gaps in zip(
        *(classes[column].tolist() for column in columns), strict=True
    ):
        if xyz == "L":
            words.append(
                _("L: silent for {silence} days{usually}").format(
                    silence=count(silence), usually=usual_gap(gap, own=own)
                )
            )
        elif xyz == "N" and new:
            words.append(_("N: first order on {day}").format(day=day(ordered)))
        elif xyz == "N":
            words.append(_("N: gaps between orders so far: {gaps}").format(gaps=gaps))
        else:
            first = first if settings.xyz.measure == "frequency" else number(first)
            words.append(rhythm.format(xyz=xyz, first=first, second=second))
    return words


def usual_gap(typical_gap_days: float, *, own: bool) -> str:
    """What to compare a silence with: the account's own habit, or that it has none yet."""
    if own:
        return _(", usually {gap} between orders").format(gap=count(typical_gap_days))
    return _(" after too few orders to know its rhythm")


def _rhythm_words(settings: Settings) -> str:
    if settings.xyz.measure == "frequency":
        return _("{xyz}: ordered in {first} of {second} months")
    if settings.xyz.measure == "gap_cv":
        return _("{xyz}: days between orders vary by {first} times their mean ({second} gaps)")
    if settings.xyz.value_period == "quarter":
        return _("{xyz}: value per quarter varies by {first} times its mean")
    return _("{xyz}: value per month varies by {first} times its mean")
