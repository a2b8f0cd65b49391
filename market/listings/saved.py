"""Keeping a search: what of an address is kept, how often its owner is told of new listings, and the link in
a mail that ends it. What is new is found and told in saved_news.py; the pages are in saved_routes.py.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import User
from market.db import insert_if_absent, lock
from market.errors import Conflict, Invalid, NotFound
from market.listings import searching
from market.listings.saved_models import OFTEN, SavedSearch, Told
from market.listings.searching import Asked, Names
from market.words import Named, t
from search import vietnamese
from search.query import Query

#: So many searches one person may keep: each is looked at again and again.
MOST = 50
NAME_LENGTH = 120
#: The fields of a search's address that are kept; order and page are how one reads, not what one seeks.
MANY = ("sector", "product", "place", "standard", "month", "as_words")
FIELDS = ("q", *MANY, "ocop", "volume_min", "price_max")


def meant(
    session: Session, known: Names, fields: Mapping[str, Any], *, language: str = "vi", on: date
) -> Asked:
    """The search that kept fields ask for on a day. What it says in ``errors`` can no longer be meant."""
    # Only where something was taken back of what the words are understood to say.
    more: dict[str, Any] = {"as_words": fields["as_words"]} if fields.get("as_words") else {}
    return searching.ask(
        session,
        known,
        text=fields.get("q", ""),
        sectors=fields.get("sector", ()),
        products=fields.get("product", ()),
        place_keys=fields.get("place", ()),
        standards=fields.get("standard", ()),
        ocop=fields.get("ocop"),
        months=fields.get("month", ()),
        volume_min=fields.get("volume_min", ""),
        price_max=fields.get("price_max", ""),
        language=language,
        on=on,
        **more,
    )


def address_of(fields: Mapping[str, Any], **more: str) -> str:
    """The address that runs a kept search."""
    return "/listings?" + urlencode({**fields, **more}, doseq=True)


def save(
    session: Session,
    *,
    user_id: int,
    fields: Mapping[str, Any],
    often: str,
    name: str = "",
    language: str,
) -> tuple[SavedSearch, bool]:
    """Keep a search for a person; gives it, and whether it is a new one (the same is kept once).

    ``fields`` as an address has them, numbers in the way of ``language``. Refuses values that cannot be
    meant, a search for nothing in particular, and more than ``MOST``.
    """
    _check_often(often)
    on = clock.today()
    known = searching.names(session, on=on)
    asked = meant(session, known, fields, language=language, on=on)
    for field, words in asked.errors.items():
        raise Invalid(words, field=field)
    kept = _kept(fields, asked)
    if not vietnamese.fold(kept.get("q", "")) and not kept.keys() - {"q", "as_words"}:
        raise Invalid(t("Please search for something first: a word, or a filter."), field="q")
    mark = fingerprint(asked.query)
    # Whoever saves two at once is counted one after the other.
    lock(session, session.get_one(User, user_id))
    same = _same(session, user_id, mark)
    if same is not None:
        return same, False
    held = sa.select(sa.func.count()).select_from(SavedSearch).where(SavedSearch.user_id == user_id)
    if (session.scalar(held) or 0) >= MOST:
        raise Conflict(t("You keep {n} searches already. Please delete one first.", n=MOST))
    now = clock.now()
    insert_if_absent(
        session,
        SavedSearch,
        user_id=user_id,
        name=(" ".join(name.split()) or call(kept, asked, known, language))[:NAME_LENGTH],
        fields=kept,
        fingerprint=mark,
        often=often,
        created_at=now,
        since=now,
        looked_at=now,
        daily_on=on,
    )
    made = _same(session, user_id, mark)
    assert made is not None
    return made, True


def _same(session: Session, user_id: int, mark: str) -> SavedSearch | None:
    return session.scalars(
        sa.select(SavedSearch).where(SavedSearch.user_id == user_id, SavedSearch.fingerprint == mark)
    ).one_or_none()


def _check_often(often: str) -> None:
    if often not in OFTEN:
        raise Invalid(t("Please choose one of the values in the list."), field="often")


def _kept(fields: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """What is kept: amounts written so that both languages read them alike, places by their keys. What only
    the words say is left to the words.
    """
    query = asked.query
    kept = {name: fields[name] for name in FIELDS if fields.get(name)}
    if "place" in kept:
        kept["place"] = list(asked.chosen_places)
    if "price_max" in kept:
        kept["price_max"] = str(query.price_max)
    if "volume_min" in kept and (least := query.volume_min) is not None:
        if asked.volume_unit == "piece":
            kept["volume_min"] = str(least)
        else:
            kept["volume_min"] = f"{least // 1000} kg" if least % 1000 == 0 else f"{least} g"
    return kept


def fingerprint(query: Query) -> str:
    """The same for two queries that ask for the same, however they were put together."""
    told = [
        " ".join(query.text.casefold().split()),
        *(sorted(values) for values in (query.sectors, query.products, query.places, query.standards)),
        sorted(query.months),
        sorted(query.sizes),
        query.broken_max,
        query.ocop_min,
        query.volume_min,
        query.price_max,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def call(fields: Mapping[str, Any], asked: Asked, known: Names, language: str) -> str:
    """A name for a search that was given none: its words and what it is narrowed by."""
    held: tuple[tuple[str, Mapping[str, Named]], ...] = (
        ("product", known.products),
        ("sector", known.sectors),
        ("place", asked.chosen_places),
        ("standard", known.standards),
    )
    named = [names[code] for field, names in held for code in fields.get(field, ()) if code in names]
    parts = [
        fields.get("q", ""),
        *(one.en if language == "en" else one.vi for one in named),
        *fields.get("month", ()),
        f"OCOP {fields['ocop']}+" if fields.get("ocop") else "",
        f"≥ {fields['volume_min']}" if fields.get("volume_min") else "",
        f"≤ {fields['price_max']} đ" if fields.get("price_max") else "",
    ]
    return " · ".join(part for part in parts if part)


def saved_for(session: Session, *, user_id: int, saved_id: int) -> SavedSearch:
    """Somebody's own saved search; ``NotFound`` for anybody else's."""
    found = session.get(SavedSearch, saved_id)
    if found is None or found.user_id != user_id:
        raise NotFound
    return found


def change_often(session: Session, *, user_id: int, saved_id: int, often: str) -> SavedSearch:
    """How often to tell. Who starts to be told anew hears of what is published from then on."""
    _check_often(often)
    found = saved_for(session, user_id=user_id, saved_id=saved_id)
    _set_often(found, often)
    return found


def _set_often(found: SavedSearch, often: str) -> None:
    if found.often == "never" and often != "never":
        found.since = found.looked_at = clock.now()
        found.daily_on = clock.today()
    found.often = often


def forget(session: Session, *, user_id: int, saved_id: int) -> str:
    """Delete a saved search and all that is known of it; gives its name."""
    found = saved_for(session, user_id=user_id, saved_id=saved_id)
    lock(session, found)  # the job may be telling of it just now
    session.execute(sa.delete(Told).where(Told.saved_search_id == saved_id))
    session.delete(found)
    return found.name


@dataclass(frozen=True, slots=True)
class SavedLine:
    """A saved search in its owner's list."""

    id: int
    name: str
    often: str
    href: str
    told_at: datetime | None


def list_saved(session: Session, *, user_id: int) -> list[SavedLine]:
    """Somebody's saved searches, the newest first."""
    rows = session.scalars(
        sa.select(SavedSearch)
        .where(SavedSearch.user_id == user_id)
        .order_by(SavedSearch.created_at.desc(), SavedSearch.id.desc())
    )
    return [SavedLine(row.id, row.name, row.often, address_of(row.fields), row.told_at) for row in rows]


def stop_token(secret_key: str, *, saved_id: int, user_id: int) -> str:
    """What the link of a mail proves: only we can have made it, for this search and its owner."""
    said = f"stop:{saved_id}:{user_id}".encode()
    return hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()[:32]


def stop_path(secret_key: str, *, saved_id: int, user_id: int) -> str:
    """The address by which mails about a saved search are ended, signed in or not."""
    token = stop_token(secret_key, saved_id=saved_id, user_id=user_id)
    return f"/listings/saved/{saved_id}/stop?token={token}"


def by_token(session: Session, *, secret_key: str, saved_id: int, token: str) -> SavedSearch:
    """The saved search whose link this is; ``NotFound`` for any other token."""
    found = session.get(SavedSearch, saved_id)
    if found is None:
        raise NotFound
    expected = stop_token(secret_key, saved_id=saved_id, user_id=found.user_id)
    # As bytes: the comparison refuses text beyond ASCII by raising.
    if not hmac.compare_digest(token.encode("utf-8", "surrogatepass"), expected.encode()):
        raise NotFound
    return found


def stop(session: Session, *, secret_key: str, saved_id: int, token: str) -> SavedSearch:
    """End the mails about a saved search; it stays, and doing it again changes nothing."""
    found = by_token(session, secret_key=secret_key, saved_id=saved_id, token=token)
    _set_often(found, "never")
    return found
