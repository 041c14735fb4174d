"""What the columns of texts hold: whom they name, or why they stay as they are.

What is not listed is somebody's own words, in which any name may stand: a column that is added
to a table is hidden until somebody says here that it need not be.
"""

from kamlib.data.describe.schema import TABLES, Column

ACCOUNT = "account"  # the number of an account or a prospect
COMPANY_NAME = "company name"
PERSON = "person"  # the code of a contact of the row's account, or of several
PERSON_NAME, MAIL, PHONE = "person name", "mail", "phone"
MANAGER, MANAGER_NAME = "manager", "manager name"
ONE_OF_US = "one of us"  # a manager by number or name, or anybody else by name
COMPETITOR = "competitor"
WORDS = "words"  # somebody's own
SHARED = "shared"  # words that stay where several accounts have them: then they name none
DOCUMENT = "document"  # of the sales, of a delivery, of a payment
OWN_PLAY = "play"  # falls back to the workbook's own words
STAYS = "stays"

_BY_TABLE = {
    ("accounts", "name"): COMPANY_NAME,
    ("prospects", "name"): COMPANY_NAME,
    ("contacts", "name"): PERSON_NAME,
    ("contacts", "channel"): SHARED,
    ("managers", "name"): MANAGER_NAME,
    ("tenders", "reason"): SHARED,
    ("winbacks", "offer"): SHARED,
    ("plays", "strategy"): OWN_PLAY,
    ("plays", "lead"): OWN_PLAY,
    ("plays", "offer"): OWN_PLAY,
    ("plays", "next_step"): OWN_PLAY,
}
_BY_NAME = {
    **dict.fromkeys(("account", "parent", "belongs_to", "prospect"), ACCOUNT),
    **dict.fromkeys(("contact", "reports_to", "dotted_to"), PERSON),
    **dict.fromkeys(("manager", "owner"), MANAGER),
    **dict.fromkeys(("author", "decided_by"), ONE_OF_US),
    "competitor": COMPETITOR,
    "mail": MAIL,
    "phone": PHONE,
    **dict.fromkeys(("position", "source"), SHARED),
    "document": DOCUMENT,
    # What sales are summed by.
    **dict.fromkeys(("industry", "region", "product", "product_line", "channel"), STAYS),
    **dict.fromkeys(("currency", "quarter", "line"), STAYS),
}


def holds(table: str, column: Column) -> str:
    """What a column holds: one of the constants of this module."""
    if column.kind != "text" or column.choices:
        return STAYS
    return _BY_TABLE.get((table, column.name)) or _BY_NAME.get(column.name, WORDS)


def columns_that_hold(*kinds: str) -> list[tuple[str, str]]:
    """All columns of such kinds, each with its table."""
    return [
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if holds(table.name, column) in kinds
    ]
