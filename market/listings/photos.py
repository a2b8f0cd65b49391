"""The photos of a listing: added, put first, described in words, taken away; and reading them. A listing's
photos are a list that is written anew as a whole, under the listing's lock. Their files are in pictures.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.listings.cards import shown
from market.listings.models import Listing
from market.listings.photo_models import MOST_PHOTOS, ListingPhoto
from market.listings.pictures import FIELD, Picture, Store, file_name, widths_of
from market.parties.models import Party
from market.runtime import Runtime
from market.words import Named, Words, t

#: A file that no row names is kept so long: its transaction may not be over.
SPARED = timedelta(days=1)

#: What is said of a photo that nobody has described.
UNSAID = t("Photo {n} of “{title}”")


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as pages show it: addresses of its files, pixels, and what it shows in words."""

    name: str
    position: int
    src: str
    small: str
    srcset: str
    width: int
    height: int
    alt: str
    said: Words | Named


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    width: int
    height: int
    alt: str
    added_at: datetime
    added_by: int | None


def check_count(session: Session, *, listing_id: int, names: Sequence[str] = (), more: int = 0) -> None:
    """Refuse more photos than a listing may have: with these, or with so many more of whatever content."""
    held = {row.name for row in _rows(session, listing_id)}
    if len(held | set(names)) + more > MOST_PHOTOS:
        raise Invalid(
            t(
                "A listing has {most} photos at most; this one has {n}. Send fewer, or delete some first.",
                most=MOST_PHOTOS,
                n=len(held),
            ),
            field=FIELD,
        )


def add_photos(
    session: Session, *, actor: Actor, listing_id: int, pictures: Sequence[Picture], store: Store
) -> int:
    """Put pictures behind the photos that a listing has, and say how many came: one that it has already
    stays where it is. Refuses more than a listing may have, and one that was taken back for good.

    Files that a rollback leaves behind are removed by ``remove_orphans``.
    """
    _open_listing(session, listing_id)
    check_count(session, listing_id=listing_id, names=[one.name for one in pictures])
    rows = _rows(session, listing_id)
    known = {row.name for row in rows}
    new = {one.name: one for one in pictures if one.name not in known}
    store.keep(list(new.values()))
    now = clock.now()
    rows += [_Row(one.name, one.width, one.height, "", now, actor.user_id) for one in new.values()]
    _write(session, actor, listing_id, rows)
    return len(new)


def put_first(session: Session, *, actor: Actor, listing_id: int, name: str) -> None:
    """Show this photo before the others."""
    _open_listing(session, listing_id)
    rows = _rows(session, listing_id)
    found = _one(rows, name)
    _write(session, actor, listing_id, [found, *(row for row in rows if row is not found)])


def put_in_order(session: Session, *, actor: Actor, listing_id: int, names: Sequence[str]) -> None:
    """Show the photos in this order; refuses one that leaves out a photo or names another."""
    _open_listing(session, listing_id)
    rows = {row.name: row for row in _rows(session, listing_id)}
    if sorted(names) != sorted(rows):
        raise Invalid(t("Please name each of the listing's photos, once."), field=FIELD)
    _write(session, actor, listing_id, [rows[name] for name in names])


def describe(session: Session, *, actor: Actor, listing_id: int, name: str, alt: str) -> None:
    """Say in words what a photo shows, for whoever does not see it ("": nothing is said)."""
    _open_listing(session, listing_id)
    rows = _rows(session, listing_id)
    found = _one(rows, name)
    _write(session, actor, listing_id, [replace(row, alt=alt) if row is found else row for row in rows])


def remove(session: Session, *, actor: Actor, listing_id: int, name: str) -> None:
    """Take a photo away. Its file goes later, when no listing names it any more."""
    _open_listing(session, listing_id)
    rows = _rows(session, listing_id)
    found = _one(rows, name)
    _write(session, actor, listing_id, [row for row in rows if row is not found])


def list_photos(session: Session, *, listing_id: int, title: str) -> tuple[Photo, ...]:
    """A listing's photos in their order."""
    return tuple(
        _photo(listing_id, title, position, row)
        for position, row in enumerate(_rows(session, listing_id), start=1)
    )


def is_public(session: Session, *, listing_id: int, name: str, viewer_id: int | None) -> bool:
    """Whether everybody may see a listing's photo; its own unit may in any state, others get ``NotFound``."""
    found = session.execute(
        sa.select(Listing.party_id, shown().label("public"))
        .select_from(ListingPhoto)
        .join(Listing, Listing.id == ListingPhoto.listing_id)
        .join(Party, Party.id == Listing.party_id)
        .where(ListingPhoto.listing_id == listing_id, ListingPhoto.name == name)
    ).first()
    if found is None or not (found.public or found.party_id == viewer_id):
        raise NotFound
    return bool(found.public)


def remove_orphans(runtime: Runtime) -> int:
    """Remove the files that no row names: of photos taken away, of transactions rolled back."""

    def named(names: Sequence[str]) -> set[str]:
        with runtime.database.reading() as session:
            return set(session.scalars(sa.select(ListingPhoto.name).where(ListingPhoto.name.in_(names))))

    before = (clock.now() - SPARED).timestamp()
    return Store(runtime.settings.files).remove_orphans(older_than=before, named=named)


def _photo(listing_id: int, title: str, position: int, row: _Row) -> Photo:
    def address(width: int) -> str:
        return f"/listings/{listing_id}/photos/{file_name(row.name, width)}"

    files = widths_of(row.width)
    said = Named(row.alt, row.alt) if row.alt else t(UNSAID.text, n=position, title=title)
    return Photo(
        name=row.name,
        position=position,
        src=address(files[-1][0]),
        small=address(files[0][0]),
        srcset=", ".join(f"{address(width)} {real}w" for width, real in files),
        width=row.width,
        height=row.height,
        alt=row.alt,
        said=said,
    )


def _rows(session: Session, listing_id: int) -> list[_Row]:
    columns = (getattr(ListingPhoto, name) for name in _Row.__slots__)
    chosen = sa.select(*columns).where(ListingPhoto.listing_id == listing_id)
    return [_Row(*row) for row in session.execute(chosen.order_by(ListingPhoto.position))]


def _one(rows: Sequence[_Row], name: str) -> _Row:
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        raise NotFound
    return found


def _open_listing(session: Session, listing_id: int) -> Listing:
    """The listing, held until the transaction ends."""
    listing = session.get(Listing, listing_id, populate_existing=True)
    if listing is None:
        raise NotFound
    lock(session, listing)
    if listing.state == "withdrawn":
        raise Conflict(t("This listing has been withdrawn. Please write a new one."), field=FIELD)
    return listing


def _write(session: Session, actor: Actor, listing_id: int, rows: Sequence[_Row]) -> None:
    """Put these in place of those that stand: positions are unique at any moment, so none is moved alone."""
    session.execute(sa.delete(ListingPhoto).where(ListingPhoto.listing_id == listing_id))
    if rows:
        session.execute(
            sa.insert(ListingPhoto),
            [
                {
                    "listing_id": listing_id,
                    "position": position,
                    **{name: getattr(row, name) for name in _Row.__slots__},
                }
                for position, row in enumerate(rows, start=1)
            ],
        )
    events.record(session, Event("listing.photos_changed", listing_id, actor, {"photos": len(rows)}))
