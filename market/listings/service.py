"""Writing what units offer: a listing is written, published, paused, withdrawn; every step is a dated row.
The lots are in lots.py, whose functions are handed on here; reading is in queries.py and cards.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import changes, clock, events
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.db import lock, not_before
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.listings import rules
from market.listings.lot_sets import open_wished, replace_lots
from market.listings.lots import (
    change_volume,
    close_lot,
    give_back,
    open_lot,
    report_loss,
    short_by,
    take_volume,
)
from market.listings.models import Listing, ListingPrice, ListingStandard, ListingState, Lot
from market.listings.pricing import PriceLine, Reference
from market.listings.terms import Terms
from market.parties.models import Party
from market.words import Words, t
from search import vietnamese

__all__ = [
    "PriceLine",
    "change_volume",
    "close_lot",
    "create_listing",
    "edit_listing",
    "give_back",
    "open_lot",
    "open_wished",
    "pause",
    "product_of",
    "publish",
    "replace_lots",
    "report_loss",
    "short_by",
    "take_volume",
    "try_publish",
    "withdraw",
]

Lines = Sequence[PriceLine | tuple[int | None, int | None, int]]

#: Units publish from "papers seen" on.
VERIFIED = ("papers", "vneid")


def create_listing(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    product_id: int,
    title: str,
    description: str = "",
    spec: Mapping[str, Any] | None = None,
    grade: str | None = None,
    price_kind: str = "fixed",
    price_from: int | None = None,
    price_to: int | None = None,
    price_basis: str = "field",
    price_lines: Lines = (),
    reference: Reference | None = None,
    min_order: int = 0,
    standards: Iterable[str] = (),
    terms: Terms | None = None,
    variant_id: int | None = None,
    area_code: str | None = None,
) -> Listing:
    """Write a draft. Prices in đồng per kg or piece, ``min_order`` in base units (0: any volume).

    Refuses a party that is no collective unit, and whatever rules.py does not let pass.
    """
    party = session.get(Party, party_id)
    if party is None:
        raise NotFound
    if not party.is_unit:
        raise NotAllowed(t("This is for cooperatives and cooperative groups."))
    product = catalogue.get_product(session, product_id)
    terms = terms or Terms()
    price = rules.check_price(
        kind=price_kind,
        low=price_from,
        high=price_to,
        basis=price_basis,
        lines=price_lines,
        reference=reference,
    )
    quality = rules.check_spec(catalogue.specs_of(session, product), spec or {})
    codes = rules.check_standards(session, standards)
    rules.check_min_order(min_order, product.unit)
    rules.check_variant(session, product, variant_id)
    rules.check_terms(session, terms)
    listing = Listing(
        party_id=party_id,
        product_id=product.id,
        variant_id=variant_id,
        title=_title(title),
        description=description,
        folded=vietnamese.fold(f"{title} {description}"),
        grade=grade or None,
        spec=quality,
        state="draft",
        price_kind=price.kind,
        price_from=price.low,
        price_to=price.high,
        price_basis=price.basis,
        price_reference=price.reference.kept() if price.reference else None,
        min_order=min_order,
        area_code=area_code or None,
        created_at=clock.now(),
        **terms.columns(),
    )
    session.add(listing)
    session.flush()  # prices, standards and the first state need its id
    _write_price_lines(session, listing.id, price)
    _write_standards(session, listing.id, codes)
    _note_state(session, listing.id, actor, "draft")
    events.record(session, Event("listing.created", listing.id, actor, {"product": product.slug}))
    return listing


def edit_listing(
    session: Session,
    *,
    actor: Actor,
    listing_id: int,
    version: int,
    title: str,
    description: str = "",
    spec: Mapping[str, Any] | None = None,
    grade: str | None = None,
    price_kind: str = "fixed",
    price_from: int | None = None,
    price_to: int | None = None,
    price_basis: str = "field",
    price_lines: Lines = (),
    reference: Reference | None = None,
    min_order: int = 0,
    standards: Iterable[str] = (),
    terms: Terms | None = None,
    variant_id: int | None = None,
    area_code: str | None = None,
) -> Listing:
    """Replace what a listing says; its product stays. What was agreed before keeps its own terms.

    ``Conflict`` when somebody else has changed it since ``version``; a published listing keeps a price.
    """
    listing = _found(session, listing_id)
    product = catalogue.get_product(session, listing.product_id)
    terms = terms or Terms()
    price = rules.check_price(
        kind=price_kind,
        low=price_from,
        high=price_to,
        basis=price_basis,
        lines=price_lines,
        reference=reference,
    )
    quality = rules.check_spec(catalogue.specs_of(session, product), spec or {})
    codes = rules.check_standards(session, standards)
    rules.check_min_order(min_order, product.unit)
    rules.check_variant(session, product, variant_id)
    rules.check_terms(session, terms)
    if listing.state == "withdrawn":
        raise Conflict(t("This listing has been withdrawn. Please write a new one."))
    if listing.state == "published" and price.low is None:
        raise Invalid(t("Please say the price."), field="price_from")
    done = session.scalar(
        sa.update(Listing)
        .where(Listing.id == listing_id, Listing.version == version)
        .values(
            variant_id=variant_id,
            title=_title(title),
            description=description,
            folded=vietnamese.fold(f"{title} {description}"),
            grade=grade or None,
            spec=quality,
            price_kind=price.kind,
            price_from=price.low,
            price_to=price.high,
            price_basis=price.basis,
            price_reference=price.reference.kept() if price.reference else None,
            min_order=min_order,
            area_code=area_code or None,
            version=Listing.version + 1,
            **terms.columns(),
        )
        .returning(Listing.id),
        execution_options={"synchronize_session": False},
    )
    session.refresh(listing)
    if done is None:
        raise Conflict(t("This listing has been changed meanwhile. Please look at it again."))
    session.execute(sa.delete(ListingPrice).where(ListingPrice.listing_id == listing_id))
    session.execute(sa.delete(ListingStandard).where(ListingStandard.listing_id == listing_id))
    _write_price_lines(session, listing_id, price)
    _write_standards(session, listing_id, codes)
    told = {"price_from": price.low, "price_to": price.high, "min_order": min_order}
    events.record(session, Event("listing.edited", listing_id, actor, told))
    changes.touch(session, changes.LISTING, [listing_id])
    return listing


def publish(session: Session, *, actor: Actor, listing_id: int) -> Listing:
    """Show a listing to buyers.

    Refuses a unit that no officer has confirmed or whose papers nobody has seen, a listing without a price,
    and one without a lot that still holds something.
    """
    listing = _found(session, listing_id)
    party = session.get_one(Party, listing.party_id)
    lock(session, party)  # an officer may be hiding all its listings: this one is then hidden, too
    if party.standing != "confirmed":
        raise Conflict(
            t("The department has not confirmed your unit yet. You can publish as soon as it has.")
        )
    if party.status != "active":
        raise Conflict(t("A unit that is not active publishes nothing."))
    if party.identity_level not in VERIFIED:
        raise Conflict(t("An officer has to see your unit's papers before you can publish."))
    if listing.price_from is None:
        raise Conflict(t("Please say the price before you publish."), field="price_from")
    if not session.scalar(
        sa.select(sa.func.count()).where(
            Lot.listing_id == listing_id, Lot.to_date >= clock.today(), Lot.volume > Lot.committed
        )
    ):
        raise Conflict(t("Please add a lot: how much there is, and when."), field="volume")
    return _move(session, listing, actor, "published", ("draft", "paused"))


def try_publish(session: Session, *, actor: Actor, listing_id: int) -> Words | None:
    """Publish, or keep the draft and say what is missing: all is checked before anything is written."""
    try:
        publish(session, actor=actor, listing_id=listing_id)
    except Conflict as refusal:
        return refusal.words
    return None


def pause(session: Session, *, actor: Actor, listing_id: int) -> Listing:
    """Take a published listing out of sight for a while; agreements stand."""
    return _move(session, _found(session, listing_id), actor, "paused", ("published",))


def withdraw(session: Session, *, actor: Actor, listing_id: int) -> Listing:
    """Take a listing back for good; agreements stand."""
    listing = _found(session, listing_id)
    return _move(session, listing, actor, "withdrawn", ("draft", "published", "paused"))


def product_of(session: Session, listing_id: int) -> int:
    """The id of the product that a listing offers; refuses NotFound."""
    found = session.scalar(sa.select(Listing.product_id).where(Listing.id == listing_id))
    if found is None:
        raise NotFound
    return found


def _found(session: Session, listing_id: int) -> Listing:
    listing = session.get(Listing, listing_id, populate_existing=True)
    if listing is None:
        raise NotFound
    return listing


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise Invalid(t("Please fill this in."), field="title")
    return title


def _move(session: Session, listing: Listing, actor: Actor, state: str, allowed: tuple[str, ...]) -> Listing:
    """Move a listing along an arrow, with its history and event; ``Conflict`` from any other state."""
    values: dict[str, Any] = {"state": state, "version": Listing.version + 1}
    if state == "published":
        # Pausing and coming back does not make an old listing new.
        values["published_at"] = sa.func.coalesce(Listing.published_at, clock.now())
    done = session.scalar(
        sa.update(Listing)
        .where(Listing.id == listing.id, Listing.state.in_(allowed))
        .values(**values)
        .returning(Listing.id),
        execution_options={"synchronize_session": False},
    )
    session.refresh(listing)
    if done is None:
        raise Conflict(t("This listing is {state} now.", state=STATE_WORDS[listing.state]))
    _note_state(session, listing.id, actor, state)
    events.record(session, Event(f"listing.{state}", listing.id, actor))
    changes.touch(session, changes.LISTING, [listing.id])
    return listing


#: A listing's states within a sentence.
STATE_WORDS = {
    "draft": t("a draft"),
    "published": t("published"),
    "paused": t("paused"),
    "withdrawn": t("withdrawn"),
}


def _note_state(session: Session, listing_id: int, actor: Actor, state: str) -> None:
    mine = ListingState.listing_id == listing_id
    session.add(
        ListingState(
            listing_id=listing_id,
            state=state,
            on_date=not_before(ListingState.on_date, clock.today(), mine),
            recorded_at=not_before(ListingState.recorded_at, clock.now(), mine),
            recorded_by=actor.user_id,
            channel=actor.channel,
        )
    )


def _write_price_lines(session: Session, listing_id: int, price: rules.Price) -> None:
    for position, line in enumerate(price.lines, start=1):
        session.add(
            ListingPrice(
                listing_id=listing_id,
                position=position,
                size_from=line.size_from,
                size_to=line.size_to,
                price=line.price,
            )
        )


def _write_standards(session: Session, listing_id: int, codes: Iterable[str]) -> None:
    for code in codes:
        session.add(ListingStandard(listing_id=listing_id, standard_code=code))


def product_unit(session: Session, listing_id: int) -> str:
    """The base unit of what a listing offers: gram or piece."""
    found = session.scalar(
        sa.select(Product.unit)
        .join(Listing, Listing.product_id == Product.id)
        .where(Listing.id == listing_id)
    )
    if found is None:
        raise NotFound
    return found
