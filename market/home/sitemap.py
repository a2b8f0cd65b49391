"""The sitemap (sitemaps.org): the public pages that do not depend on a question, told in parts of 50,000 and
written address by address, so that a large market costs no more memory than its longest part.
No page says when it last changed: a day that is wrong is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.errors import NotFound
from market.listings import queries as listings
from market.listings.models import Listing
from market.parties import units
from market.parties.models import Party

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: What the protocol allows in one part.
MOST = 50_000
PAGES = ("/", "/statistics", "/open-data", "/about", "/about/operator")

Url = Callable[[str], str]


def write(session: Session, url: Url, *, part: int | None, most: int | None = None) -> bytes:
    """The sitemap, or one part of it by its number from 1; without one, an index where it takes several.

    Refuses NotFound for a part that there is not.
    """
    most = most or MOST
    counts = [len(PAGES), *(_count(session, one) for one in _selects())]
    parts = max(1, -(-sum(counts) // most))
    if part is not None and not 1 <= part <= parts:
        raise NotFound
    if part is None and parts > 1:
        names = (f"/sitemap.xml?part={number}" for number in range(1, parts + 1))
        return _document("sitemapindex", "sitemap", url, names)
    first = ((part or 1) - 1) * most
    return _document("urlset", "url", url, _paths(session, counts, first, most))


def _selects() -> tuple[sa.Select[str], sa.Select[str]]:
    """The listings and units that everybody may see: the last part of their addresses, in a fixed order."""
    offered = (
        sa.select(sa.cast(Listing.id, sa.Text))
        .join(Party, Party.id == Listing.party_id)
        .where(listings.shown())
        .order_by(Listing.id)
    )
    return offered, sa.select(Party.code).where(units.public_units()).order_by(Party.id)


def _count(session: Session, chosen: sa.Select[str]) -> int:
    counted = sa.select(sa.func.count()).select_from(chosen.order_by(None).subquery())
    return session.scalar(counted) or 0


def _paths(session: Session, counts: list[int], first: int, most: int) -> Iterator[str]:
    """The addresses from a position on, across pages, listings and units."""
    last = min(first + most, sum(counts))
    yield from PAGES[first:last]
    begin = counts[0]
    for folder, chosen, count in zip(("listings", "cooperatives"), _selects(), counts[1:], strict=True):
        skip, end = max(first - begin, 0), min(last - begin, count)
        if end > skip:
            rows = session.scalars(chosen.offset(skip).limit(end - skip))
            yield from (f"/{folder}/{name}" for name in rows)
        begin += count


def _document(root: str, element: str, url: Url, paths: Iterator[str]) -> bytes:
    written = BytesIO()
    xml = XMLGenerator(written, encoding="utf-8")
    bare: AttributesImpl[str] = AttributesImpl({})
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": NAMESPACE}))
    for path in paths:
        xml.startElement(element, bare)
        xml.startElement("loc", bare)
        xml.characters(url(path))
        xml.endElement("loc")
        xml.endElement(element)
    xml.endElement(root)
    xml.endDocument()
    return written.getvalue()
