"""Reading how an agreement's terms have changed: what is proposed now, and what held before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.inquiries import queries as inquiries
from market.inquiries.models import Offer
from market.inquiries.queries import OfferCard
from market.links.models import Amendment, LinkTerms


@dataclass(frozen=True, slots=True)
class Proposed:
    """The amendment that waits for an answer."""

    id: int
    side: str
    card: OfferCard


@dataclass(frozen=True, slots=True)
class Held:
    """Terms that held from a day until the day of the next."""

    from_date: date
    until: date
    card: OfferCard


@dataclass(frozen=True, slots=True)
class Changes:
    """What is proposed, and what held before, the latest first."""

    proposed: Proposed | None = None
    before: tuple[Held, ...] = ()

    @property
    def cards(self) -> tuple[OfferCard, ...]:
        """All offers shown."""
        return (*((self.proposed.card,) if self.proposed else ()), *(one.card for one in self.before))


def changes_of(session: Session, *, link_id: int) -> Changes:
    """Three SELECTs, one where nothing was ever proposed."""
    amendments = session.execute(
        sa.select(Amendment.id, Amendment.side, Amendment.offer_id, Amendment.state).where(
            Amendment.link_id == link_id, Amendment.state.in_(("open", "accepted"))
        )
    ).all()
    if not amendments:
        return Changes()
    terms = session.execute(
        sa.select(LinkTerms.offer_id, LinkTerms.on_date)
        .where(LinkTerms.link_id == link_id, LinkTerms.offer_id.is_not(None))
        .order_by(LinkTerms.id)
    ).all()
    wanted = [row.offer_id for row in (*terms, *amendments)]
    cards = {card.id: card for card in inquiries.offer_cards(session, Offer.id.in_(wanted))}
    held = [
        Held(this.on_date, following.on_date, cards[this.offer_id]) for this, following in pairwise(terms)
    ]
    waiting = next((row for row in amendments if row.state == "open"), None)
    proposed = Proposed(waiting.id, waiting.side, cards[waiting.offer_id]) if waiting else None
    return Changes(proposed, tuple(reversed(held)))
