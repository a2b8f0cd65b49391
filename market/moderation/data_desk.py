"""What officers read of requests about personal data: those of persons who act for a party of their places; a
province's officers and the administrator see all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import Membership, Person
from market.errors import NotFound
from market.moderation.data_models import OPEN_REQUESTS, DataRequest, DataRequestWords
from market.parties.desk import Places, within
from market.parties.models import Party
from market.places.models import Place

LISTED = 200


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request; ``name`` is None once the person is erased. ``due`` is the next day by which something is to
    be done, None when nothing is.
    """

    id: int
    user_id: int
    name: str | None
    kind: str
    state: str
    words: str
    answer: str | None
    made_at: datetime
    answer_by: date
    done_by: date
    due: date | None
    late: bool


def theirs(places: Places) -> sa.ColumnElement[bool]:
    """The condition that a request is for officers of these places."""
    if places is None:
        return sa.true()
    of_party = (
        sa.select(Membership.id)
        .join(Party, Party.id == Membership.party_id)
        .where(Membership.user_id == DataRequest.user_id, within(places))
        .exists()
    )
    province = sa.exists().where(Place.id.in_(places), Place.level == "province")
    return sa.or_(of_party, province)


def list_requests(session: Session, *, places: Places) -> list[RequestPage]:
    """The open ones by their next day, then the latest of the others."""
    due = sa.case(
        (DataRequest.state == "received", DataRequest.answer_by),
        (DataRequest.state == "accepted", DataRequest.done_by),
    )
    rows = session.execute(
        _requests()
        .where(theirs(places))
        .order_by(DataRequest.state.not_in(OPEN_REQUESTS), due, DataRequest.id.desc())
        .limit(LISTED)
    )
    return [_request(row) for row in rows]


def get_request(session: Session, *, places: Places, request_id: int) -> RequestPage:
    """One of them; refuses NotFound for others."""
    row = session.execute(_requests().where(theirs(places), DataRequest.id == request_id)).first()
    if row is None:
        raise NotFound
    return _request(row)


def _requests() -> Any:
    return (
        sa.select(DataRequest, Person.name, DataRequestWords.words, DataRequestWords.answer)
        .outerjoin(Person, Person.user_id == DataRequest.user_id)
        .outerjoin(DataRequestWords, DataRequestWords.request_id == DataRequest.id)
    )


def _request(row: Any) -> RequestPage:
    one = row.DataRequest
    due = {"received": one.answer_by, "accepted": one.done_by}.get(one.state)
    return RequestPage(
        id=one.id,
        user_id=one.user_id,
        name=row.name,
        kind=one.kind,
        state=one.state,
        words=row.words or "",
        answer=row.answer,
        made_at=one.made_at,
        answer_by=one.answer_by,
        done_by=one.done_by,
        due=due,
        late=due is not None and due < clock.today(),
    )
