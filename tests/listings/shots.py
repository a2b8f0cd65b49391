"""Photos as telephones send them, and what is sent in their place: bytes made by hand, few and small."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pillow_heif
import sqlalchemy as sa
from PIL import ExifTags, Image
from sqlalchemy.orm import Session

from market import clock
from market.listings import photos
from market.listings.models import Listing
from market.listings.photo_models import ListingPhoto
from market.listings.pictures import Store
from tests.make import Side
from tests.pages import Browser, Page

File = tuple[str, bytes]

#: A place in Cà Mau, as a telephone writes it.
PLACE = {1: "N", 2: (9.0, 10.0, 36.0), 3: "E", 4: (105.0, 9.0, 0.0)}
MAKER = "Telephone of Nam"


def drawn(size: tuple[int, int] = (900, 600), *, seed: int = 0) -> Image.Image:
    """Blue at the left half of the top edge, red elsewhere: one can see how it is turned."""
    image = Image.new("RGB", size, (220, 30, 10 + seed % 200))
    image.paste((20, 20, 230), (0, 0, size[0] // 2, size[1] // 2))
    return image


def shot(
    kind: str = "JPEG", size: tuple[int, int] = (900, 600), *, turned: int = 1, seed: int = 0, **options: Any
) -> bytes:
    """A photo with its maker and place, which its sensor took turned (EXIF orientation)."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    exif[ExifTags.Base.Make] = MAKER
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(PLACE)
    buffer = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    drawn(size, seed=seed).save(buffer, kind, exif=exif.tobytes(), **options)
    return buffer.getvalue()


def png(width: int, height: int, *, chunks: bytes = b"", pixels: bytes = b"") -> bytes:
    """A PNG that says it has this size, whatever it holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = zlib.compress(pixels or b"\0" * min(height * (width + 1), 10**6))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", content) + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sized_webp(width: int, height: int) -> bytes:
    """A lossless WebP whose header claims this size."""
    bits = (width - 1) | (height - 1) << 14
    body = b"VP8L" + struct.pack("<I", 9) + b"\x2f" + struct.pack("<I", bits) + b"\0" * 4 + b"\0"
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def moving(kind: str) -> bytes:
    """A moving picture whose first frame is red, the others green."""
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "green", "green")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


class Given:
    """A file as a route hands it on."""

    def __init__(self, content: bytes, filename: str = "a.jpg") -> None:
        self.file, self.size, self.filename = io.BytesIO(content), len(content), filename


def keep(
    session: Session, side: Side, listing: Listing, files: Path, *contents: bytes, commit: bool = True
) -> list[str]:
    """Put photos to a listing by the service; their names."""
    store = Store(files)
    with store.coming() as folder:
        read = store.read([Given(one) for one in contents], folder)
        photos.add_photos(session, actor=side.actor, listing_id=listing.id, pictures=read, store=store)
    if commit:
        session.commit()
    return [one.name for one in read]


def note(session: Session, listing: Listing, files: Path | None = None) -> str:
    """A photo's row as it is kept, its name; with ``files`` something lies at its place, read by nobody."""
    name = "a" * 40
    session.add(
        ListingPhoto(
            listing_id=listing.id, position=1, name=name, width=300, height=200, alt="", added_at=clock.now()
        )
    )
    if files is not None:
        path = Store(files).path(name, 320)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"RIFF")
    return name


def files_in(folder: Path) -> list[str]:
    """The names of all pictures that lie there."""
    return sorted(path.name for path in folder.rglob("*.webp"))


def send(here: Browser, listing: Listing, *files: File, fields: dict[str, str] | None = None) -> Page:
    """Send photos by the form of the edit page."""
    if fields is None:
        fields = here.get(f"/listings/{listing.id}/edit").form("/photos").fields
    fields = {name: value for name, value in fields.items() if name != "photos"}
    here.before()
    sent = [("photos", file) for file in files]
    return Page(here.client.post(f"/listings/{listing.id}/photos", data=fields, files=sent), here)


def some(count: int, *, start: int = 0) -> list[File]:
    """So many photos, each another."""
    return [(f"{n}.jpg", shot("JPEG", (60, 40), seed=10 * n)) for n in range(start, start + count)]


def rows(session: Session, listing: Listing) -> list[ListingPhoto]:
    """A listing's photos in their order."""
    chosen = sa.select(ListingPhoto).where(ListingPhoto.listing_id == listing.id)
    ordered = chosen.order_by(ListingPhoto.position).execution_options(populate_existing=True)
    return list(session.scalars(ordered))


def names(session: Session, listing: Listing) -> list[str]:
    """What its photos are called."""
    return [row.name for row in rows(session, listing)]
