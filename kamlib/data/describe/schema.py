"""The canonical tables: their keys, columns, kinds, units and allowed values.

Only ``transactions`` is required. Everything that reads, checks, guesses or writes an
input table takes its columns from here.
"""

import datetime as dt
from dataclasses import dataclass, field

from kamlib.settings import ACCOUNT_TYPES, CRITERIA_WORDS, LOSS_REASONS
from kamlib.words import _

CONTACT_ROLES = ("decides", "signs", "champions", "influences", "uses", "gatekeeps", "opposes")
TENDER_RESULTS = ("won", "partly won", "lost", "withdrawn", "open")
INTERACTION_KINDS = ("meeting", "call", "e-mail", "complaint", "request", "brief", "other")
# How one number belongs to another: the first four make one account of both, a site stays one of
# its group, and "different" says that two that look alike are not the same.
ONE_ACCOUNT = ("same", "renumbered", "merged", "successor")
IDENTITY_KINDS = (*ONE_ACCOUNT, "site", "different")
BUYERS = ("new", "past", "current")
TEAMS = ("sales", "marketing")
# What a play can stand for: a cell of the matrix, a place beside it, or a type of key account.
PLAY_PLACES = (
    *("AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ", "N", "L", "D"),
    *ACCOUNT_TYPES,
)
# A row whose first key column holds exactly this is the template's example, never data.
EXAMPLE_KEY = "EXAMPLE"
# The input workbook's first sheet asks for these, label to the left of the answer.
README_SHEET = "Read me"
COMPANY_LABEL = "Company"
CURRENCY_LABEL = "Currency"
YEAR_LABEL = "Year starts in month"

Cell = str | float | dt.date


@dataclass(frozen=True)
class Column:
    """One canonical column.

    ``kind`` is ``text``, ``number``, ``date`` or ``flag``; ``low`` and ``high`` bound a number.
    """

    name: str
    kind: str = "text"
    help: str = ""
    unit: str = ""
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One canonical table; ``key`` names the columns that tell its rows apart.

    ``used_for`` says what the workbook makes of it. ``known_on`` is the column with the day on
    which a row became known (empty: it has always been known), ``outcomes`` has the days of what
    came of a row, each with the column that was still "open" until then, if any. ``ahead`` are
    tables whose day may lie ahead when a row is agreed on.
    """

    name: str
    help: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)
    used_for: str = field(repr=False)
    known_on: str = ""
    outcomes: dict[str, str] = field(default_factory=dict)
    ahead: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns without which the table cannot be used."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def _text(name: str, help: str, *, required: bool = False, choices: tuple[str, ...] = ()) -> Column:
    return Column(name, "text", help, required=required, choices=tuple(map(_, choices)))


def _date(name: str, help: str, *, required: bool = False) -> Column:
    return Column(name, "date", help, unit="day", required=required)


def _number(
    name: str,
    help: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    *,
    required: bool = False,
) -> Column:
    return Column(name, "number", help, unit, required, low, high)


def _flag(name: str, help: str) -> Column:
    return Column(name, "flag", help, unit="yes/no", choices=("yes", "no"))


ACCOUNT = _text("account", "Your number or code for the buying company", required=True)

_TABLES = (
    Table(
        "transactions",
        "Every line you invoiced or credited; the only table that is required",
        ("account", "date", "document", "line"),
        (
            ACCOUNT,
            _date("date", "Day of the invoice or credit note", required=True),
            _text("document", "Number of the invoice or credit note"),
            _text("line", "Number of the line within the document"),
            _number("revenue", "Net revenue; negative for a return", "currency", required=True),
            _number("margin", "Revenue less cost of goods; leave out if you give cost", "currency"),
            _number("cost", "Cost of goods; margin becomes revenue less cost", "currency"),
            _text("currency", "Currency of the line's money where it is not yours; needs rates"),
            _text("product", "Article number"),
            _text("product_line", "Group of products that you report by"),
            _number("quantity", "Quantity sold; negative for a return", "units"),
            _text("channel", "How it was sold: field, web, phone, …"),
            _text("region", "Region or country"),
            _text("manager", "Account manager who made the sale"),
        ),
        used_for=_(
            "Everything: classes, rhythm, change, churn. With margin or cost also "
            "what an account earns you."
        ),
    ),
    Table(
        "accounts",
        "One row per buying company: who it is",
        ("account",),
        (
            ACCOUNT,
            _text("name", "Company name"),
            _text("parent", "Account number of the company that owns it"),
            _text("industry", "Industry"),
            _text("region", "Region or country"),
            _text("manager", "Account manager today"),
            _date("since", "Day it became an account"),
            _number("employees", "Number of employees", "people", 0),
            _number("annual_revenue", "Its own yearly revenue", "currency", 0),
            _number("credit_limit", "Credit limit that you grant", "currency", 0),
            _number("payment_terms", "Agreed payment term", "days", 0, 365),
            _number("order_cycle_days", "How often it orders, where you know", "days", 1, 3650),
            _flag("market_leader", "Is it the leader of its market?"),
            _flag("well_known", "Is it well known in its industry or region?"),
            _flag("expert", "Demanding on quality and knows the market well?"),
            _text("description", "What it does"),
            _text("history", "Its history, and yours with it"),
            _text("structure", "Organisation: units, sites, ownership"),
            _text("surroundings", "Its own customers, suppliers, partners"),
            _text("address", "Street and town; shows a new owner in the same premises"),
        ),
        used_for=_("Names and managers on every page; types of accounts; who resembles your best."),
    ),
    Table(
        "identities",
        "Who is the customer: numbers that are one account, sites of a group, and who is another",
        ("account", "belongs_to"),
        (
            _text("account", "The old, second or other number", required=True),
            _text("belongs_to", "The number under which it counts from now on", required=True),
            _text(
                "kind",
                "How: the same company, a new number, a merger, a new owner, a site of a group, "
                "or different: not the same",
                required=True,
                choices=IDENTITY_KINDS,
            ),
            _text("decided_by", "Who decided this"),
            _date("decided_on", "When"),
            _text("note", "On what grounds"),
        ),
        used_for=_("Numbers of one company count as one account on every page."),
    ),
    Table(
        "contacts",
        "Everyone who takes part in an account's decisions",
        ("account", "contact"),
        (
            ACCOUNT,
            _text("contact", "Short code of the person, unique within the account", required=True),
            _text("name", "Name"),
            _text("position", "Position"),
            _text("reports_to", "Code or name of the contact to whom the person reports"),
            _text("dotted_to", "Who else has a say over the person; several with ; between"),
            _text("role", "Part in the decision to buy", choices=CONTACT_ROLES),
            _number("influence", "Influence on the decision, 0 none to 3 decisive", "0–3", 0, 3),
            _number("attitude", "Towards us, -2 opponent to 2 supporter", "-2 to 2", -2, 2),
            _text("interests", "What matters to the person"),
            _text("mail", "Mail address; shows that it is one person at two accounts"),
            _text("phone", "Telephone; shows it together with the name"),
            _text("channel", "Preferred channel"),
            _date("last_contact", "Day of the last contact"),
            _text("owner", "Who of us looks after this person"),
        ),
        used_for=_("Who decides at an account; the dossier of each key account."),
        outcomes={"last_contact": ""},
    ),
    Table(
        "interactions",
        "Meetings, calls, complaints, requests and briefs",
        ("account", "date", "kind"),
        (
            ACCOUNT,
            _date("date", "Day", required=True),
            _text("kind", "Kind", required=True, choices=INTERACTION_KINDS),
            _text("contact", "Code of the contact"),
            _text("subject", "What it was about"),
            _text("outcome", "What came of it"),
            _date("resolved_on", "Day a complaint or request was settled; empty while open"),
            _text("next_step", "What was agreed"),
            _date("next_step_due", "By when"),
            _text("manager", "Who of us"),
        ),
        used_for=_("Early signs of leaving: complaints, silence; what was agreed."),
        known_on="date",
        outcomes={"resolved_on": ""},
    ),
    Table(
        "deliveries",
        "What was promised and what was kept",
        ("account", "document"),
        (
            ACCOUNT,
            _text("document", "Number of the order or invoice", required=True),
            _date("promised_on", "Promised day"),
            _date("delivered_on", "Day of delivery; empty while open"),
            _flag("complete", "Was it complete?"),
        ),
        used_for=_("Whether late or partial deliveries drive accounts away."),
        known_on="promised_on",
        outcomes={"delivered_on": ""},
        ahead=True,
    ),
    Table(
        "payments",
        "What was due and when it was paid",
        ("account", "document"),
        (
            ACCOUNT,
            _text("document", "Number of the invoice", required=True),
            _number("amount", "Amount due", "currency"),
            _date("due_on", "Due day"),
            _date("paid_on", "Day of payment; empty while open"),
        ),
        used_for=_("How reliably an account pays."),
        known_on="due_on",
        outcomes={"paid_on": ""},
        ahead=True,
    ),
    Table(
        "tenders",
        "Tenders won and lost, and why",
        ("account", "date", "product_line", "lot"),
        (
            ACCOUNT,
            _date("date", "Day of the decision", required=True),
            _text("product_line", "Product line"),
            _text("lot", "Lot, where each is decided by itself"),
            _number("amount", "Volume of the tender", "currency", 0),
            _number("our_price", "Our price", "currency", 0),
            _number("winning_price", "Winning price", "currency", 0),
            _text("result", "Result", choices=TENDER_RESULTS),
            _number("won_amount", "What of a tender won in part is ours", "currency", 0),
            _text("reason", "Why it was won or lost"),
            _text("competitor", "Who won, or the strongest rival"),
        ),
        used_for=_("Why you win and lose; which accounts compare you on price."),
        known_on="date",
        ahead=True,
    ),
    Table(
        "competitors",
        "Who else courts the account, by product line",
        ("account", "competitor", "product_line"),
        (
            ACCOUNT,
            _text("competitor", "Competitor", required=True),
            _text("product_line", "Product line"),
            _number("share", "Its share of the account's purchases", "0–1", 0, 1),
            _number("strength", "Its strength there, 0 none to 3 dominant", "0–3", 0, 3),
            _text("note", "Note"),
            _date("seen_on", "Day this was seen"),
        ),
        used_for=_("What accounts buy elsewhere: room to grow and danger."),
        known_on="seen_on",
    ),
    Table(
        "judgements",
        "Judged criteria: a score with its author and evidence",
        ("account", "criterion"),
        (
            ACCOUNT,
            _text("criterion", "Criterion", required=True, choices=tuple(CRITERIA_WORDS.values())),
            _number("score", "Score", "0–1", 0, 1, required=True),
            _text("author", "Who judged"),
            _date("date", "When"),
            _text("evidence", "On what grounds"),
        ),
        used_for=_("Criteria that no figure shows, such as reputation."),
        known_on="date",
    ),
    Table(
        "losses",
        "Accounts that left, with the reason as you know it",
        ("account", "date"),
        (
            ACCOUNT,
            _date("date", "Day the loss was recorded", required=True),
            _text("reason", "Reason", choices=LOSS_REASONS),
            _text("note", "Note"),
        ),
        used_for=_("Why accounts left; the test of the early warnings."),
        known_on="date",
    ),
    Table(
        "winbacks",
        "Attempts to win an account back, and what came of them",
        ("account", "date"),
        (
            ACCOUNT,
            _date("date", "Day of the attempt", required=True),
            _text("offer", "What was offered"),
            _number("cost", "What the offer cost us", "currency", 0),
            _text("outcome", "Outcome", choices=("won", "refused", "no answer", "open")),
            _date("outcome_on", "Day of the outcome"),
        ),
        used_for=_("Which offers brought accounts back, and what they cost."),
        known_on="date",
        outcomes={"outcome_on": "outcome"},
    ),
    Table(
        "prospects",
        "Companies that you could win: need, ability to pay, power to decide",
        ("prospect",),
        (
            _text("prospect", "Your number or code for the company", required=True),
            _text("name", "Company name"),
            _text("industry", "Industry"),
            _text("region", "Region or country"),
            _number("employees", "Number of employees", "people", 0),
            _number("annual_revenue", "Its yearly revenue", "currency", 0),
            _text("source", "Where the lead came from"),
            _date("first_seen", "Day of the first contact"),
            _number("need", "Need for what we sell", "0–1", 0, 1),
            _text("need_evidence", "Evidence for the need"),
            _date("need_date", "Day of that evidence"),
            _number("budget", "Ability to pay", "0–1", 0, 1),
            _text("budget_evidence", "Evidence for the ability to pay"),
            _date("budget_date", "Day of that evidence"),
            _number("authority", "Our access to who decides", "0–1", 0, 1),
            _text("authority_evidence", "Evidence for the power to decide"),
            _date("authority_date", "Day of that evidence"),
            _text("competitor", "From whom it buys today"),
            _number("competitor_share", "Share it buys there", "0–1", 0, 1),
            _text("relationship", "What it is to us: new, past or current buyer", choices=BUYERS),
            _text("product_line", "Product line that it needs first"),
            _number("value", "What it could buy from you in a year", "currency", 0),
            _text("manager", "Who of you looks after it"),
            _text("account", "Its account number, once it buys"),
            _text("outcome", "Outcome", choices=("won", "lost", "open")),
            _date("outcome_on", "Day of the outcome"),
        ),
        used_for=_("Whom to target next: need, ability to pay, power to decide."),
        known_on="first_seen",
        outcomes={"outcome_on": "outcome"},
    ),
    Table(
        "managers",
        "Your account managers and their time",
        ("manager",),
        (
            _text("manager", "Code as used in the other tables", required=True),
            _text("name", "Name"),
            _number("hours_per_quarter", "Hours for key accounts in a quarter", "hours", 0, 2000),
            _number("product_knowledge", "Result of the last product-knowledge test", "0–1", 0, 1),
            _date("tested_on", "Day of that test"),
            _text("team", "Sales (also where empty) or marketing", choices=TEAMS),
        ),
        used_for=_("Who has time for which accounts."),
    ),
    Table(
        "plans",
        "Revenue plan per manager and quarter",
        ("manager", "quarter"),
        (
            _text("manager", "Code as in managers", required=True),
            _text("quarter", "Quarter, as 2025Q4; a month or day, or a year", required=True),
            _number("revenue_plan", "Planned net revenue", "currency", required=True),
        ),
        used_for=_("Plan against actual, per manager and quarter."),
    ),
    Table(
        "rates",
        "What other currencies are worth in yours, where lines are in several",
        ("currency", "from"),
        (
            _text("currency", "The other currency: a code, sign or name", required=True),
            _date("from", "First day of the rate, valid until the next; empty: for all days"),
            _number("rate", "Your currency for one unit of it", "currency", 0, required=True),
        ),
        used_for=_("Lines in other currencies: all money in your own, at the rate of its day."),
    ),
    Table(
        "plays",
        "What you do with each kind of account; replaces the workbook's own plays, row by row",
        ("place",),
        (
            _text(
                "place",
                "A cell of the matrix, N (new), L (lost), D (no value), or a type",
                required=True,
                choices=PLAY_PLACES,
            ),
            _text("strategy", "What you want with these accounts"),
            _number("hours", "Hours per account and quarter", "hours", 0, 500),
            _text("lead", "Who leads"),
            _text("offer", "What you offer"),
            _text("next_step", "The next step"),
        ),
        used_for=_("Your own strategies and hours instead of the workbook's."),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
