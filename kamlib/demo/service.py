"""Deliveries and payments of every invoice, on time or late as planted."""

from datetime import date, timedelta

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.orders import Document
from kamlib.demo.workdays import LAST, workday

_STRIKE = (date(2024, 10, 7), date(2024, 10, 25))  # of the carrier: late without anybody's fault
_LATE_DAYS_BEFORE_LEAVING = 200


def delivery_rows(documents: list[Document], seed: int) -> list[dict]:
    """One delivery per invoice; not yet delivered at the end of the data is empty."""
    rows, streams = [], _streams(documents, seed, "deliveries")
    for document in documents:
        if document.kind != "R":
            continue
        dice = streams[document.buyer.account]
        promised = workday(document.date, dice.whole(2, 7))
        late = dice.happens(_late_share(document.buyer, document.date))
        delay = dice.whole(4, 16) if late else -dice.whole(0, 1)
        delivered = workday(promised, delay)
        rows.append(
            {
                "account": document.account,
                "document": document.number,
                "promised_on": promised,
                "delivered_on": delivered if delivered <= LAST else None,
                "complete": "no" if dice.happens(0.25 if late else 0.02) else "yes",
            }
        )
    return rows


def _late_share(account: Account, day: date) -> float:
    if _before_leaving(account, day) and account.reason == "missed deadlines":
        return 0.7
    if _STRIKE[0] <= day <= _STRIKE[1]:
        return 0.3
    return account.delivered_late


def _before_leaving(account: Account, day: date) -> bool:
    """Whether the day lies in the months in which we drove the account away."""
    gone = account.gone_on or account.silent_from
    return bool(gone and account.reason and 0 <= (gone - day).days <= _LATE_DAYS_BEFORE_LEAVING)


def payment_rows(documents: list[Document], seed: int) -> list[dict]:
    """One payment per invoice; still open at the end of the data is empty."""
    rows, streams = [], _streams(documents, seed, "payments")
    for document in documents:
        if document.kind != "R":
            continue
        account = document.buyer
        dice = streams[account.account]
        due = document.date + timedelta(days=account.payment_terms)
        paid = _paid_on(document.date, due, dice.happens(account.pays_on_time), dice)
        never = account.reason == "closed down" and (account.left_on - document.date).days < 60
        rows.append(
            {
                "account": document.account,
                "document": document.number,
                "amount": document.revenue / 100,
                "due_on": due,
                "paid_on": None if never or paid > LAST else paid,
            }
        )
    return rows


def _paid_on(invoiced: date, due: date, on_time: bool, dice: Dice) -> date:
    """A working day, never before the invoice, and not after the due day if on time."""
    if not on_time:
        return workday(due + timedelta(days=dice.whole(4, 48)))
    paid = workday(due - timedelta(days=dice.whole(0, 8)))
    return max(invoiced, paid if paid <= due else workday(due, -1))


def _streams(documents: list[Document], seed: int, name: str) -> dict[str, Dice]:
    buyers = {document.buyer.account for document in documents}
    return {account: Dice(seed, name, account) for account in buyers}
