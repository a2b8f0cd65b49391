"""Drawings in place of photos for the demo's listings: a field, a pond, salt heaps or a basket in calm
colours with the product's name, marked as demo. One is drawn for a product and put to many of its listings
by the service that keeps people's photos.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from market.catalogue.models import Product
from market.db import Database
from market.demo.letters import write
from market.events import Actor
from market.listings import photos
from market.listings.models import Listing
from market.listings.pictures import Picture, Store

SIZE = WIDE, HIGH = (640, 480)
KEPT = (480, 360)
#: So many of a product's newest listings have one.
MOST_OF_PRODUCT = 3
SKY, INK, PAPER = "#dfe9ee", "#1f3b4d", "#f6f3ea"
GREENS = ("#8fae6b", "#a9bd72", "#c9bf6f", "#7fa37a")
WATERS = ("#7fa9b8", "#8db4ad", "#6f9db0", "#93b3c4")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing as an upload."""

    file: BinaryIO
    size: int
    filename: str


def put_pictures(target: Database, *, files: Path) -> int:
    """Put a drawing to the newest published listings of each product. Says to how many."""
    store = Store(files)
    with target.reading() as session:
        chosen = _chosen(session)
    if not chosen:
        return 0
    names = {slug: name for slug, name, _ in chosen}
    with store.coming() as folder:
        # One program reads them all: starting it takes longer than reading one.
        read = store.read([draw(slug, name) for slug, name in names.items()], folder)
        by_slug = dict(zip(names, read, strict=True))
        with target.writing() as session:
            for slug, name, listing_id in chosen:
                _put(session, store, by_slug[slug], listing_id, name)
    return len(chosen)


def _chosen(session: Session) -> list[tuple[str, str, int]]:
    """Slug and name of the product, and the listing."""
    rank = sa.func.row_number().over(partition_by=Listing.product_id, order_by=Listing.id.desc())
    ranked = sa.select(Listing.id, rank.label("rank")).where(Listing.state == "published").subquery()
    rows = session.execute(
        sa.select(Product.slug, Product.name_vi, Listing.id)
        .join(ranked, ranked.c.id == Listing.id)
        .join(Product, Product.id == Listing.product_id)
        .where(ranked.c.rank <= MOST_OF_PRODUCT)
        .order_by(Listing.id)
    )
    return [(slug, name, listing_id) for slug, name, listing_id in rows]


def _put(session: Session, store: Store, picture: Picture, listing_id: int, name: str) -> None:
    party_id = session.get_one(Listing, listing_id).party_id
    actor = Actor(party_id=party_id, channel="demo")
    photos.add_photos(session, actor=actor, listing_id=listing_id, pictures=[picture], store=store)
    alt = f"Hình vẽ minh họa: {name} (dữ liệu demo)"
    photos.describe(session, actor=actor, listing_id=listing_id, name=picture.name, alt=alt)


def draw(slug: str, name: str) -> Drawn:
    """The drawing of a product."""
    image = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(image)
    turn = zlib.crc32(slug.encode())
    scene = next((draws for begins, draws in SCENES if slug.startswith(begins)), _basket)
    scene(pen, turn)
    pen.rectangle((0, HIGH - 112, WIDE, HIGH), fill=PAPER)
    size = 46 if len(name) <= 18 else 34
    write(pen, (WIDE / 2, HIGH - 52), name, size, INK)
    write(pen, (WIDE / 2, HIGH - 16), "demo - hình vẽ minh họa", 18, INK)
    buffer = io.BytesIO()
    # Smaller than it was drawn: its edges get smooth, and it is read sooner.
    image.resize(KEPT, Image.Resampling.BILINEAR).save(buffer, "PNG", compress_level=1)
    return Drawn(buffer, buffer.tell(), f"{slug}.png")


def _field(pen: ImageDraw.ImageDraw, turn: int) -> None:
    """Rows that run together at the horizon, under a sun."""
    pen.ellipse((480, 40, 550, 110), fill="#f0dc9a")
    for number in range(30):
        left, right = (number - 12) * 106, (number - 11) * 106
        near, far = WIDE / 2 + (left - WIDE / 2) * 0.25, WIDE / 2 + (right - WIDE / 2) * 0.25
        colour = GREENS[(number + turn) % 2 + turn % 3]
        pen.polygon(((left, HIGH), (right, HIGH), (far, 170), (near, 170)), fill=colour)
    pen.line((0, 170, WIDE, 170), fill="#7c8f5d", width=4)


def _pond(pen: ImageDraw.ImageDraw, turn: int) -> None:
    """Water between dykes, with rings on it."""
    pen.rectangle((0, 150, WIDE, HIGH), fill="#b9a98a")
    pen.polygon(((110, 178), (530, 178), (WIDE + 60, HIGH), (-60, HIGH)), fill=WATERS[turn % len(WATERS)])
    for number in range(6):
        x, y = 130 + (turn >> number) % 360, 215 + number * 26
        for ring in (18, 34):
            pen.ellipse((x - ring * 2, y - ring / 2, x + ring * 2, y + ring / 2), outline="#d7e6e8", width=2)


def _heaps(pen: ImageDraw.ImageDraw, turn: int) -> None:
    """Heaps on wet flats."""
    pen.rectangle((0, 180, WIDE, HIGH), fill=WATERS[turn % len(WATERS)])
    white = "#fbfbf8" if turn % 2 else "#cfd0cc"
    for x, y, r in ((120, 250, 60), (320, 230, 48), (500, 260, 66), (230, 340, 84), (430, 350, 90)):
        pen.polygon(((x - r, y), (x, y - r), (x + r, y)), fill=white)


def _basket(pen: ImageDraw.ImageDraw, turn: int) -> None:
    """A woven basket on a mat."""
    pen.rectangle((0, 260, WIDE, HIGH), fill="#d8cbaa")
    straw, dark = ("#c9a66b", "#9c7b45") if turn % 2 else ("#b9b07a", "#857d4b")
    pen.polygon(((190, 150), (450, 150), (410, 340), (230, 340)), fill=straw)
    for number in range(7):
        y, inset = 160 + number * 27, number * 6
        pen.line((192 + inset, y, 448 - inset, y), fill=dark, width=4)
    for number in range(9):
        x = 200 + number * 30
        pen.line((x, 150, 320 + (x - 320) * 0.7, 340), fill=dark, width=4)
    pen.ellipse((180, 130, 460, 170), outline=dark, width=8)


SCENES = (
    (("lua-", "gao-"), _field),
    (("muoi-",), _heaps),
    (("tom-", "cua-", "ca-", "so-", "ngheu", "artemia"), _pond),
)
