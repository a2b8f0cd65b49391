"""Finding listings worth a look: probable duplicates, and prices and volumes far from the product's usual
ones. The measures are robust (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993, take the
median and the median of the absolute deviations, MAD): what stands out does not move its own measure.
Nothing is hidden by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import combinations
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue.models import Product
from market.db import insert_if_absent, lock
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.listings.cards import shown
from market.listings.models import Listing, Lot
from market.moderation import hiding
from market.moderation.flag_models import Flag
from market.moderation.queries import Subject
from market.parties.desk import Places, within
from market.parties.models import Party
from market.runtime import Runtime
from market.words import t
from search import vietnamese

#: A product's listings of so many days say what is usual, from so many listings on.
WINDOW = timedelta(days=365)
FEWEST = 8
#: So many MADs from the median stand out. Where most are alike the MAD is taken as at least this share of the
#: median: else the first that differs by one đồng would.
FAR = 5
LEAST_SPREAD = 0.02
#: Titles this much alike (0 to 1) and prices within this share of each other make a probable duplicate.
ALIKE = 0.85
NEAR = 0.05
LISTED = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A listing that stands out, as it is kept in ``Flag``."""

    kind: str
    listing_id: int
    party_id: int
    other_id: int = 0
    value: int = 0
    usual: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """What is looked at of a listing: volume in base units over all its lots, its windows as days."""

    id: int
    party_id: int
    product_id: int
    title: str
    price: int | None
    is_labour: bool
    volume: int
    windows: tuple[tuple[int, int], ...]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag as the officer sees it."""

    id: int
    about: Subject
    kind: str
    other_id: int
    value: int
    usual: int
    unit: str
    state: str
    answer: str | None
    hiding_id: int | None


def outlying(values: Sequence[int]) -> tuple[float, float] | None:
    """Between which bounds values are usual: median ± FAR MAD; None for fewer than FEWEST values."""
    if len(values) < FEWEST:
        return None
    middle = median(values)
    spread = max(median(abs(value - middle) for value in values), LEAST_SPREAD * middle)
    return middle - FAR * spread, middle + FAR * spread


def find(session: Session) -> list[Found]:
    """All that stands out now among what buyers see, by what was published within the window."""
    by_product: dict[int, list[Offered]] = defaultdict(list)
    for one in _offered(session):
        by_product[one.product_id].append(one)
    return [found for offered in by_product.values() for found in (*_far(offered), *_alike(offered))]


def look(runtime: Runtime) -> int:
    """The job: keep what was not flagged before; says how many."""
    with runtime.database.reading() as session:
        found = find(session)
    if not found:
        return 0
    with runtime.database.writing() as session:
        return keep(session, found)


def keep(session: Session, found: Sequence[Found]) -> int:
    """Keep flags that are not known yet; says how many these were."""
    now = clock.now()
    return sum(
        insert_if_absent(
            session,
            Flag,
            kind=one.kind,
            listing_id=one.listing_id,
            party_id=one.party_id,
            other_id=one.other_id,
            value=one.value,
            usual=one.usual,
            state="open",
            found_at=now,
        )
        for one in found
    )


def dismiss(session: Session, *, actor: Actor, flag_id: int, answer: str) -> Flag:
    """It is as it should be, says the officer, with a word."""
    return _decide(session, actor, flag_id, "dismissed", answer)


def act(session: Session, *, actor: Actor, flag_id: int, reason: str, words: str) -> Flag:
    """Hide the listing for it; where it is hidden already, by that decision."""
    found = _decide(session, actor, flag_id, "acted", words)
    found.hiding_id = hiding.have_hidden(
        session,
        actor=actor,
        party_id=found.party_id,
        listing_id=found.listing_id,
        reason=reason,
        words=words,
        ground="officer",
    )
    return found


def list_flags(session: Session, *, places: Places) -> list[FlagLine]:
    """The open flags of an officer's places, the newest first."""
    rows = session.execute(
        _lines().where(within(places), Flag.state == "open").order_by(Flag.id.desc()).limit(LISTED)
    )
    return [_line(row) for row in rows]


def get_flag(session: Session, *, places: Places, flag_id: int) -> FlagLine:
    """One of them, decided ones too; refuses NotFound for others."""
    row = session.execute(_lines().where(within(places), Flag.id == flag_id)).first()
    if row is None:
        raise NotFound
    return _line(row)


def _offered(session: Session) -> Iterator[Offered]:
    lots: dict[int, list[Any]] = defaultdict(list)
    recent = Listing.published_at >= clock.now() - WINDOW
    of = sa.select(Listing.id).where(recent)
    for lot in session.execute(
        sa.select(Lot.listing_id, Lot.volume, Lot.from_date, Lot.to_date).where(Lot.listing_id.in_(of))
    ):
        lots[lot.listing_id].append(lot)
    rows = session.execute(
        sa.select(Listing, shown().label("shown"))
        .join(Party, Party.id == Listing.party_id)
        .where(recent)
        .order_by(Listing.id)
    )
    for row in rows:
        one, mine = row.Listing, lots[row.Listing.id]
        yield Offered(
            id=one.id,
            party_id=one.party_id,
            product_id=one.product_id,
            title=vietnamese.fold(one.title),
            price=one.price_from,
            is_labour=one.price_kind == "labour",
            volume=sum(lot.volume for lot in mine),
            windows=tuple((lot.from_date.toordinal(), lot.to_date.toordinal()) for lot in mine),
            is_shown=row.shown,
        )


def _far(offered: Sequence[Offered]) -> Iterator[Found]:
    # Wages are no price of goods: they are neither laid against prices nor flagged.
    prices = [(one, one.price) for one in offered if one.price and not one.is_labour]
    volumes = [(one, one.volume) for one in offered if one.volume]
    for kind, pairs in (("price", prices), ("volume", volumes)):
        values = [value for _, value in pairs]
        bounds = outlying(values)
        if bounds is not None:
            for one, value in pairs:
                if one.is_shown and not bounds[0] <= value <= bounds[1]:
                    yield Found(kind, one.id, one.party_id, value=value, usual=round(median(values)))


def _alike(offered: Sequence[Offered]) -> Iterator[Found]:
    by_party: dict[int, list[Offered]] = defaultdict(list)
    for one in offered:
        if one.is_shown:
            by_party[one.party_id].append(one)
    for mine in by_party.values():
        for first, second in combinations(mine, 2):
            if _overlap(first, second) and _near(first, second):
                yield Found("duplicate", second.id, second.party_id, other_id=first.id)


def _overlap(first: Offered, second: Offered) -> bool:
    return any(a[0] <= b[1] and b[0] <= a[1] for a in first.windows for b in second.windows)


def _near(first: Offered, second: Offered) -> bool:
    if first.is_labour != second.is_labour or (first.price is None) != (second.price is None):
        return False
    if (
        first.price
        and second.price
        and abs(first.price - second.price) > NEAR * max(first.price, second.price)
    ):
        return False
    return SequenceMatcher(None, first.title, second.title, autojunk=False).ratio() >= ALIKE


def _decide(session: Session, actor: Actor, flag_id: int, state: str, answer: str) -> Flag:
    found = session.get(Flag, flag_id)
    if found is None:
        raise NotFound
    if not answer.strip():
        raise Invalid(t("Please fill this in."), field="answer")
    lock(session, found)
    if found.state != "open":
        raise Conflict(t("A colleague has decided on this meanwhile."))
    found.state, found.answer = state, answer.strip()
    found.decided_at, found.decided_by = clock.now(), actor.user_id
    events.record(session, Event(f"flag.{state}", flag_id, actor, {"listing": found.listing_id}))
    return found


def _lines() -> Any:
    return (
        sa.select(Flag, Party.name, Party.code, Listing.title, Product.unit)
        .join(Party, Party.id == Flag.party_id)
        .join(Listing, Listing.id == Flag.listing_id)
        .join(Product, Product.id == Listing.product_id)
    )


def _line(row: Any) -> FlagLine:
    one = row.Flag
    return FlagLine(
        id=one.id,
        about=Subject(one.party_id, row.name, row.code, one.listing_id, row.title),
        kind=one.kind,
        other_id=one.other_id,
        value=one.value,
        usual=one.usual,
        unit=row.unit,
        state=one.state,
        answer=one.answer,
        hiding_id=one.hiding_id,
    )
