"""The rules that never break, asked of the database itself, in plain sums."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.inquiries.models import Inquiry
from market.links.models import Commitment, CommitmentMove, Link
from market.listings.models import Lot, LotChange


def check_volumes(session: Session) -> None:
    """Rule 1: a lot's committed lies within its volume and equals its commitments less what they released,
    and both columns equal the sums of their histories."""
    session.expire_all()
    for lot in session.scalars(sa.select(Lot)):
        assert 0 <= lot.committed <= lot.volume, f"lot {lot.id}: {lot.committed} of {lot.volume}"
        held = session.scalars(sa.select(Commitment).where(Commitment.lot_id == lot.id)).all()
        assert all(0 <= one.released <= one.volume for one in held)
        assert lot.committed == sum(one.volume - one.released for one in held), f"lot {lot.id}"
        moves = session.scalars(sa.select(CommitmentMove.amount).where(CommitmentMove.lot_id == lot.id))
        assert lot.committed == sum(moves), f"lot {lot.id}: its moves"
        assert lot.volume == sum(
            session.scalars(sa.select(LotChange.amount).where(LotChange.lot_id == lot.id))
        )


def check_links(session: Session) -> None:
    """Rule 2: a matched inquiry has exactly one link, a platform link exactly one inquiry."""
    matched = set(session.scalars(sa.select(Inquiry.id).where(Inquiry.state == "matched")))
    linked = list(session.scalars(sa.select(Link.inquiry_id).where(Link.origin == "platform")))
    assert sorted(linked) == sorted(matched)
