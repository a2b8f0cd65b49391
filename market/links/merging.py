"""Merging a unit that stands twice in the register: what it has goes on at the other; it stays to be read.
Nothing that was counted is moved: its listings, plans and papers end where they stand, and what goes on
begins anew at the other unit, so that no figure of the past changes. Here because it stands on everything
from the register to agreements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import service as accounts
from market.accounts.models import POWERS, Membership
from market.accounts.queries import holds
from market.certificates import claims, moves
from market.certificates.models import Certificate, CertificateProduct, CertificateUnit
from market.db import lock
from market.errors import Conflict, Invalid
from market.events import Actor, Event
from market.inquiries.models import OPEN_STATES, Inquiry
from market.links.models import LIVE, Link
from market.listings import queries as listed
from market.listings import service as listings
from market.listings.lot_sets import LotWish, open_wished
from market.listings.models import Listing, Lot, SeasonPlan
from market.listings.plans import plan_season
from market.listings.terms import Terms
from market.parties import history
from market.parties.models import Party, PartyStatus
from market.parties.register_models import PartyMerger
from market.words import Words, t


@dataclass(frozen=True, slots=True)
class Standing:
    """What hinders a merger: agreements that are not over and inquiries that are open, by their numbers."""

    link_ids: tuple[int, ...] = ()
    inquiry_ids: tuple[int, ...] = ()

    @property
    def words(self) -> Words:
        """Why it cannot be merged, with the numbers."""
        agreements = ", ".join(str(one) for one in self.link_ids) or "–"
        asked = ", ".join(str(one) for one in self.inquiry_ids) or "–"
        return t(
            "It still has agreements ({agreements}) or open inquiries ({inquiries}). They have to come to "
            "their end first; nothing has been merged.",
            agreements=agreements,
            inquiries=asked,
        )

    def __bool__(self) -> bool:
        return bool(self.link_ids or self.inquiry_ids)


def standing_of(session: Session, *, party_id: int) -> Standing:
    """The party's live agreements (on either side) and open inquiries; what is held belongs to one."""
    links = session.scalars(
        sa.select(Link.id)
        .where(
            sa.or_(Link.seller_id == party_id, Link.buyer_id == party_id),
            Link.state.in_(LIVE),
        )
        .order_by(Link.id)
    )
    asked = session.scalars(
        sa.select(Inquiry.id)
        .where(
            sa.or_(Inquiry.seller_id == party_id, Inquiry.buyer_id == party_id),
            Inquiry.state.in_(OPEN_STATES),
        )
        .order_by(Inquiry.id)
    )
    return Standing(tuple(links), tuple(asked))


def merge(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    into_id: int,
    on_date: date | None = None,
    source: str,
) -> PartyMerger:
    """Merge a unit into another, whose people and goods go on there.

    Its people act for the other from today on; what it has on sale becomes drafts of the other's, without
    photos, with what the lots still hold, but for what an officer has hidden; plans of harvests to come are
    said anew by the other; papers that wait or count are entered for the other, to be verified anew. Refuses
    (Conflict) a unit with live agreements or open inquiries, one that is dissolved, and (Invalid) a unit
    merged into itself.
    """
    if party_id == into_id:
        raise Invalid(t("A unit is not merged into itself."), field="into")
    # In ascending order: two officers who merge both ways wait for each other.
    for one in sorted((party_id, into_id)):
        history.get_unit(session, one)
    party, into = session.get_one(Party, party_id), session.get_one(Party, into_id)
    on = history.past_day(on_date)
    if party.status == "dissolved":
        raise Conflict(t("This unit has been dissolved."))
    if into.status == "dissolved" or into.standing != "confirmed":
        raise Conflict(t("The other unit has to be confirmed and not dissolved."), field="into")
    if not history.is_newest(session, PartyStatus, party_id, on):
        raise Invalid(
            t("The register knows a later status of this unit. Please give a later day."), field="on_date"
        )
    if standing := standing_of(session, party_id=party_id):
        raise Conflict(standing.words)
    _listings(session, actor, party_id, into_id)
    _plans(session, actor, party_id, into_id, source)
    _papers(session, actor, party_id, into_id, source)
    _people(session, party_id, into_id)
    history.change_status(
        session, actor=actor, party_id=party_id, status="dissolved", on_date=on, source=source
    )
    row = PartyMerger(party_id=party_id, into_id=into_id, **history.of_fact(actor, on, source))
    session.add(row)
    events.record(session, Event("party.merged", party_id, actor, {"into": into_id, "on": on.isoformat()}))
    accounts.tell_party(
        session,
        party_id=into_id,
        kind="party.merged",
        words=t(
            "{party} has been merged into {other}. What it had on sale are drafts of yours now: please look "
            "at them and publish them.",
            party=party.name,
            other=into.name,
        ),
        path="/listings/mine",
        actor=actor,
    )
    return row


def _people(session: Session, party_id: int, into_id: int) -> None:
    today = clock.today()
    there = set(
        session.scalars(
            sa.select(Membership.user_id).where(Membership.party_id == into_id, holds(Membership))
        )
    )
    mine = session.scalars(
        sa.select(Membership).where(Membership.party_id == party_id, holds(Membership))
    ).all()
    for one in mine:
        if one.user_id not in there:
            there.add(one.user_id)
            accounts.grant_membership(
                session,
                user_id=one.user_id,
                party_id=into_id,
                powers=[power for power in POWERS if getattr(one, f"can_{power}")],
                valid_to=one.valid_to,
            )
        one.valid_to = today


def _listings(session: Session, actor: Actor, party_id: int, into_id: int) -> None:
    going = session.scalars(
        sa.select(Listing)
        .where(Listing.party_id == party_id, Listing.state != "withdrawn")
        .order_by(Listing.id)
    ).all()
    for listing in going:
        lock(session, listing)
        if not listing.hidden:
            _draft(session, actor, listing, into_id)
        listings.withdraw(session, actor=actor, listing_id=listing.id)


def _draft(session: Session, actor: Actor, listing: Listing, into_id: int) -> None:
    made = listed.pricing_of(session, listing)
    drafted = listings.create_listing(
        session,
        actor=actor,
        party_id=into_id,
        product_id=listing.product_id,
        title=listing.title,
        description=listing.description,
        spec=listing.spec,
        grade=listing.grade,
        price_kind=listing.price_kind,
        price_from=listing.price_from,
        price_to=listing.price_to,
        price_basis=listing.price_basis,
        price_lines=made.lines,
        reference=made.reference,
        min_order=listing.min_order,
        standards=listed.claimed_standards(session, listing_id=listing.id),
        terms=Terms.of(listing),
        variant_id=listing.variant_id,
        area_code=listing.area_code,
    )
    lots = session.scalars(
        sa.select(Lot)
        .where(Lot.listing_id == listing.id, Lot.to_date >= clock.today(), Lot.volume > Lot.committed)
        .order_by(Lot.id)
    ).all()
    for lot in lots:
        wish = LotWish(
            volume=lot.volume - lot.committed,
            from_date=lot.from_date,
            to_date=lot.to_date,
            kind=lot.kind,
            spec=lot.spec,
            season_id=lot.season_id,
        )
        open_wished(session, actor=actor, listing_id=drafted.id, wish=wish)


def _plans(session: Session, actor: Actor, party_id: int, into_id: int, source: str) -> None:
    """Of harvests that begin from today on: nothing is expected of the one, and what was of the other, unless
    it has said something itself.
    """

    def last(owner: int) -> dict[tuple[int, int], SeasonPlan]:
        rows = session.scalars(
            sa.select(SeasonPlan)
            .where(SeasonPlan.party_id == owner)
            .order_by(SeasonPlan.on_date, SeasonPlan.recorded_at, SeasonPlan.id)
        )
        return {(row.product_id, row.season_id): row for row in rows}

    theirs = last(into_id)
    for about, row in last(party_id).items():
        if row.from_date < clock.today() or not row.expected:
            continue
        for owner, expected, area in ((party_id, 0, None), (into_id, row.expected, row.area_m2)):
            if owner == into_id and about in theirs:
                continue
            plan_season(
                session,
                actor=actor,
                party_id=owner,
                product_id=row.product_id,
                season_id=row.season_id,
                expected=expected,
                from_date=row.from_date,
                to_date=row.to_date,
                area_m2=area,
                area_base=row.area_base,
                source=source,
            )


def _papers(session: Session, actor: Actor, party_id: int, into_id: int, source: str) -> None:
    held = session.scalars(
        sa.select(Certificate)
        .where(
            Certificate.unit_id == party_id,
            Certificate.state.in_(("claimed", "verified")),
            sa.or_(Certificate.valid_to.is_(None), Certificate.valid_to > clock.today()),
        )
        .order_by(Certificate.id)
    ).all()
    for paper in held:
        units = session.scalars(
            sa.select(CertificateUnit.party_id).where(CertificateUnit.certificate_id == paper.id)
        )
        goods = session.scalars(
            sa.select(CertificateProduct.product_id).where(CertificateProduct.certificate_id == paper.id)
        )
        said = claims.Claim(
            standard=paper.standard_code,
            number=paper.number,
            issuer=paper.issuer or "",
            valid_from=paper.valid_from,
            valid_to=paper.valid_to,
            holder_id=None if paper.holder_id == party_id else paper.holder_id,
            unit_ids=tuple(one for one in units if one not in (party_id, into_id)),
            product_ids=tuple(goods),
            area_m2=paper.area_m2,
            sites=paper.sites or "",
        )
        moves.move(session, paper, "refused" if paper.state == "claimed" else "ended", actor, reason=source)
        twice = session.scalar(
            sa.select(Certificate.id).where(
                Certificate.unit_id == into_id,
                Certificate.standard_code == paper.standard_code,
                Certificate.number == paper.number,
                Certificate.state.in_(("claimed", "verified")),
            )
        )
        if twice is None:
            claims.enter(session, actor=actor, places=None, unit_id=into_id, said=said)
