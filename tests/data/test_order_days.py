from kamlib import open_book
from kamlib.data.frames import order_gaps, order_statistics


def test_order_days_are_those_that_the_statistics_count():
    book = open_book("demo")
    ledger = book.tables.ledger.table
    days = order_gaps(ledger, book.as_of)
    assert not days.duplicated(["account", "date"]).any()
    assert (days["gap"].dropna() > 0).all()
    assert days["date"].max() <= book.as_of
    assert days.equals(days.sort_values(["account", "date"], ignore_index=True))
    counted = order_statistics(ledger, [book.as_of]).set_index("account")["order_days"]
    assert days.groupby("account").size().to_dict() == counted.to_dict()
