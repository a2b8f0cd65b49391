"""The search index follows the database: documents of published listings made from few SELECTs, the change
queue drained into the index, rebuilds and the check of one against the other. Change rows go only after the
index has kept what they ask for, so that nothing is lost whatever is killed in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, progress
from market.catalogue.models import Product, ProductSynonym, Variant
from market.certificates.models import Certificate, CertificateUnit
from market.changes import LISTING, Change, touch
from market.db import Database, among
from market.events import Event
from market.listings import cards, freshness, standards, strips
from market.listings.cards import LotCard
from market.listings.models import Listing
from market.listings.queries import shown
from market.listings.standards import Held
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place, PlaceCover
from search.documents import ListingDocument, fingerprint
from search.index import Index

#: Sorts with more of them in a kilogram are larvae.
_MOST_SIZE = 300
#: Documents made at a time; a rebuild goes through the listings in such steps.
STEP = 500


@dataclass(frozen=True, slots=True)
class _Around:
    """What many documents share, each read when the first needs it: synonyms by product, the keys and names
    of the places that cover a unit.
    """

    session: Session
    today: date
    synonyms: dict[int, list[str]] = field(default_factory=dict)
    places: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def know(self, product_ids: set[int], party_ids: set[int]) -> None:
        if products := product_ids - self.synonyms.keys():
            found = _synonyms(self.session, products)
            self.synonyms.update({one: found.get(one, []) for one in products})
        if parties := party_ids - self.places.keys():
            covering = _places(self.session, parties, self.today)
            self.places.update({one: covering.get(one, []) for one in parties})


def documents(session: Session, ids: Sequence[int]) -> list[ListingDocument]:
    """The documents of those listings that buyers see, by ascending id, in five SELECTs."""
    return _documents(_Around(session, clock.today()), ids)


def _documents(around: _Around, ids: Sequence[int]) -> list[ListingDocument]:
    session, today = around.session, around.today
    rows = session.execute(_rows(), {"ids": ids}).all()
    if not rows:
        return []
    found = [row.id for row in rows]
    lots = cards.open_lots(session, found, on=today)
    held = standards.held_by(session, found, on=today)
    around.know({row.product_id for row in rows}, {row.party_id for row in rows})
    return [
        _document(
            row,
            lots.get(row.id, ()),
            held.get(row.id, ()),
            around.synonyms[row.product_id],
            around.places[row.party_id],
            today,
        )
        for row in rows
    ]


@cache
def _rows() -> sa.Select[Any]:
    # Columns, not objects: a rebuild reads a hundred thousand of them and keeps none.
    return (
        sa.select(
            Listing.id,
            Listing.product_id,
            Listing.party_id,
            Listing.title,
            Listing.description,
            Listing.grade,
            Listing.spec,
            Listing.price_from,
            Listing.price_to,
            Listing.published_at,
            Listing.created_at,
            Product.slug,
            Product.name_vi,
            Product.name_en,
            Product.scientific_name,
            Product.group_vi,
            Product.group_en,
            Product.sector_code,
            Product.unit,
            Product.position,
            Party.name.label("party_name"),
            Party.code.label("party_code"),
            Variant.name_vi.label("variant_vi"),
            Variant.name_en.label("variant_en"),
        )
        .join(Product, Product.id == Listing.product_id)
        .join(Party, Party.id == Listing.party_id)
        .outerjoin(Variant, Variant.id == Listing.variant_id)
        .where(among(Listing.id, "ids"), shown())
        .order_by(Listing.id)
    )


def _document(
    row: Any,
    lots: Sequence[LotCard],
    held: Sequence[Held],
    synonyms: Iterable[str],
    covering: Sequence[tuple[str, str]],
    today: date,
) -> ListingDocument:
    still = [lot for lot in lots if lot.available]
    months = {month for lot in still for month in strips.month_keys(max(lot.from_date, today), lot.to_date)}
    # Where in a field a word stands counts with Meilisearch: what goods share stands at one place in all.
    words = [
        row.scientific_name,
        row.group_vi,
        row.group_en,
        *synonyms,
        row.variant_vi,
        row.variant_en,
        row.grade,
    ]
    published = row.published_at or row.created_at
    return ListingDocument(
        id=row.id,
        title=row.title,
        description=row.description,
        product=row.slug,
        product_name=row.name_vi,
        product_name_en=row.name_en,
        words=tuple(dict.fromkeys(word for word in words if word)),
        sector=row.sector_code,
        cooperative=row.party_name,
        cooperative_code=row.party_code,
        place_names=tuple(dict.fromkeys(name for _, name in covering)),
        places=tuple(dict.fromkeys(key for key, _ in covering)),
        standards=tuple(one.code for one in held),
        ocop=max((one.stars for one in held), default=0),
        months=tuple(sorted(months)),
        available=sum(lot.available for lot in still),
        unit=row.unit,
        price_from=row.price_from,
        price_to=row.price_to,
        published_at=int(published.astimezone(UTC).timestamp()),
        ends_on=max((lot.to_date.toordinal() for lot in still), default=0),
        verified=any(one.verified for one in held),
        position=row.position,
        sizes=_sizes(row.spec.get("count_per_kg")),
        broken=-(-broken[1] // 10) if (broken := row.spec.get("broken")) else None,
    )


def _sizes(promised: list[int] | None) -> tuple[str, ...]:
    """Each count a kilogram of the range that is promised. Smaller fry is not asked for by its size."""
    if not promised or promised[1] > _MOST_SIZE:
        return ()
    return tuple(str(size) for size in range(promised[0], promised[1] + 1))


def _synonyms(session: Session, product_ids: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for product_id, text in session.execute(
        sa.select(ProductSynonym.product_id, ProductSynonym.text)
        .where(ProductSynonym.product_id.in_(product_ids))
        .order_by(ProductSynonym.id)
    ):
        found.setdefault(product_id, []).append(text)
    return found


def _places(session: Session, party_ids: set[int], today: date) -> dict[int, list[tuple[str, str]]]:
    """Keys and names of all places that cover each party's place, in the old geography and the new."""
    found: dict[int, list[tuple[str, str]]] = {}
    # A unit placed in a new commune may have said which old one it was.
    either = sa.or_(PlaceCover.place_id == Party.place_id, PlaceCover.place_id == Party.former_place_id)
    for row in session.execute(
        sa.select(Party.id, Place.code, Place.valid_from, Place.valid_to, Place.name)
        .distinct()
        .join(PlaceCover, either)
        .join(Place, Place.id == PlaceCover.ancestor_id)
        .where(Party.id.in_(party_ids))
        .order_by(Party.id, Place.code, Place.valid_from)
    ):
        key = places.make_key(row.code, row.valid_from, row.valid_to, today)
        found.setdefault(row.id, []).append((key, row.name))
    return found


def on_party_changed(session: Session, event: Event) -> None:
    """A unit's name, place or status shows in all its listings."""
    mine = sa.select(Listing.id).where(Listing.party_id == event.subject_id)
    touch(session, LISTING, session.scalars(mine))


def on_certificate_moved(session: Session, event: Event) -> None:
    """What begins or ceases to be verified shows in the listings of all units that it covers."""
    holders = sa.select(Certificate.holder_id).where(Certificate.id == event.subject_id)
    covered = sa.select(CertificateUnit.party_id).where(CertificateUnit.certificate_id == event.subject_id)
    theirs = sa.or_(Listing.party_id.in_(holders), Listing.party_id.in_(covered))
    touch(session, LISTING, session.scalars(sa.select(Listing.id).where(theirs)))


def drain(database: Database, index: Index, *, limit: int = 200) -> int:
    """Bring the index up to date with the oldest changes; says how many change rows were done with.

    One drainer at a time (the caller sees to it): of two, the one that read first might write last. What is
    raised on the way leaves the rows where they are, and they are looked at again.
    """
    with database.reading() as session:
        rows = _changes(session, limit=limit)
        if not rows:
            return 0
        put, delete = _followed(session, {row.subject_id for row in rows})
    index.apply(put, delete)
    _done(database, [row.id for row in rows])
    return len(rows)


def _done(database: Database, change_ids: Sequence[int]) -> None:
    """Take exactly these change rows off the queue: others may have come since."""
    with database.writing() as session:
        freshness.note(session, change_ids)
        session.execute(sa.delete(Change).where(Change.id.in_(list(change_ids))))


def sync(database: Database, index: Index) -> int:
    """Drain until nothing waits; says how many change rows that were."""
    done = 0
    while count := drain(database, index):
        done += count
    return done


def waiting(session: Session) -> list[int]:
    """The ids of the listings that the index has yet to follow."""
    return list(session.scalars(sa.select(Change.subject_id).where(Change.kind == LISTING).distinct()))


def rebuild(database: Database, index: Index) -> int:
    """Fill a fresh index from the database and swap it in; says how many listings it holds.

    The changes of before are contained in it; those that come while it fills are replayed before the swap.
    """
    # By id and not "up to the highest": a lower id may still be on its way to its commit.
    contained: set[int] = set()
    began = clock.now()

    def meanwhile() -> tuple[list[ListingDocument], list[int]] | None:
        with database.reading() as later:
            rows = [row for row in _changes(later) if row.id not in contained]
            contained.update(row.id for row in rows)
            return _followed(later, {row.subject_id for row in rows}) if rows else None

    with database.reading() as session:
        contained.update(row.id for row in _changes(session))
        found = progress.counted(all_documents(session), "search index: listings", _how_many(session))
        count = index.rebuild(found, meanwhile)
    done = sorted(contained)
    for start in range(0, len(done), STEP):
        _done(database, done[start : start + STEP])
    with database.writing() as session:
        freshness.note_rebuilt(session, count)
        freshness.note_calendar(session, began)
    return count


def _changes(session: Session, *, limit: int | None = None) -> Sequence[Any]:
    """The change rows that wait, oldest first."""
    found = sa.select(Change.id, Change.subject_id).where(Change.kind == LISTING).order_by(Change.id)
    return session.execute(found.limit(limit)).all()


def _followed(session: Session, touched: Iterable[int]) -> tuple[list[ListingDocument], list[int]]:
    """What the index is to be told of these listings: documents to put, ids to delete."""
    ids = sorted(touched)
    put = [
        made for start in range(0, len(ids), STEP) for made in documents(session, ids[start : start + STEP])
    ]
    there = {document.id for document in put}
    return put, [listing_id for listing_id in ids if listing_id not in there]


def _how_many(session: Session) -> int:
    everything = sa.select(sa.func.count()).select_from(Listing).join(Party, Party.id == Listing.party_id)
    return session.scalars(everything.where(shown())).one()


def all_documents(session: Session) -> Iterator[ListingDocument]:
    """The documents of everything that buyers see, by ascending id, some at a time."""
    last, around = 0, _Around(session, clock.today())
    while True:
        ids = session.scalars(
            sa.select(Listing.id)
            .join(Party, Party.id == Listing.party_id)
            .where(Listing.id > last, shown())
            .order_by(Listing.id)
            .limit(STEP)
        ).all()
        if not ids:
            return
        yield from _documents(around, ids)
        last = ids[-1]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where index and database part: what the index lacks, what it holds beyond, what differs. Ids."""

    missing: tuple[int, ...]
    beyond: tuple[int, ...]
    stale: tuple[int, ...]
    held: int

    @property
    def none(self) -> bool:
        """Whether both agree."""
        return not (self.missing or self.beyond or self.stale)


def verify(database: Database, index: Index) -> Difference:
    """Compare index and database both ways by the documents' fingerprints. Writes nothing."""
    there = dict(index.fingerprints())
    with database.reading() as session:
        wanted = {document.id: fingerprint(document) for document in all_documents(session)}
    return Difference(
        missing=tuple(sorted(wanted.keys() - there.keys())),
        beyond=tuple(sorted(there.keys() - wanted.keys())),
        stale=tuple(sorted(i for i in wanted.keys() & there.keys() if wanted[i] != there[i])),
        held=len(there),
    )
