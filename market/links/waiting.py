"""What an agreement waits for before it is in force, one after the other, and how long for each. What comes
of it is conditions.py's matter.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.parties import queries as parties
from market.parties.models import Party

#: How long a provisional link waits for its deposit, contract or authority, where no later day was agreed.
TIME_TO_CONFIRM = timedelta(days=14)


def first(session: Session, seller: Party, buyer: Party, terms: Any) -> str | None:
    """What is waited for first, of terms with ``contract_wanted`` and ``deposit``: authority, then the
    contract, then the deposit. The signed paper of both stands for a missing authority and for the contract.
    """
    today = clock.today()
    for party in (seller, buyer):
        if not parties.may_bind_fully(session, party_id=party.id, on=today):
            return "authority"
    return "contract" if terms.contract_wanted else after_paper(terms)


def after_paper(terms: Any) -> str | None:
    """What is still waited for once both have put up the signed paper."""
    return "deposit" if terms.deposit else None


def until(what: str, terms: Any, last: date) -> datetime:
    """Until when it is waited for: two weeks, or until the end of the agreed day if that is later, but not
    beyond the ``last`` day of the schedule.
    """
    due = terms.deposit_due if what == "deposit" else terms.contract_due
    two_weeks = clock.now() + TIME_TO_CONFIRM
    return two_weeks if due is None else max(two_weeks, clock.end_of(min(due, last)))
