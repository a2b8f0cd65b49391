"""Photos as files: what is read of them, what is kept and what is refused, whoever made it."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from market.errors import Conflict, Invalid
from market.files import reading
from market.listings import pictures
from market.listings.pictures import MOST_BYTES, Picture, Store
from tests.listings import shots
from tests.listings.shots import Given, chunk, png, shot


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


@pytest.fixture
def folder(store: Store) -> Iterator[Path]:
    with store.coming() as folder:
        yield folder


def kept(store: Store, folder: Path, *contents: bytes) -> list[Picture]:
    found = store.read([Given(one) for one in contents], folder)
    store.keep(found)
    return found


def opened(store: Store, picture: Picture, width: int) -> Image.Image:
    image = Image.open(store.path(picture.name, width))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_of_each_kind_comes_upright_without_maker_and_place(
    store: Store, folder: Path, kind: str
) -> None:
    sent = shot(kind, (900, 600), turned=6)
    assert shots.MAKER.encode() in sent
    (photo,) = kept(store, folder, sent)
    assert (photo.width, photo.height) == (600, 900)
    image = opened(store, photo, 640)
    assert image.format == "WEBP"
    assert image.size == (600, 900)
    red, _, blue = image.getpixel((550, 100))
    assert blue > 150 > red, "what was at the left of the top stands at the right of it"
    assert image.getpixel((50, 100))[0] > 150
    content = store.path(photo.name, 640).read_bytes()
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile"} & set(image.info)
    for part in (b"EXIF", b"XMP ", b"ICCP", shots.MAKER.encode()):
        assert part not in content


@pytest.mark.parametrize("turned", range(1, 9))
def test_it_stands_upright_however_it_was_taken(store: Store, folder: Path, turned: int) -> None:
    upright = shots.drawn((400, 240))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    laid = upright.transpose(Image.Transpose(back[turned])) if turned > 1 else upright
    exif = Image.Exif()
    exif[274] = turned
    buffer = io.BytesIO()
    laid.save(buffer, "PNG", exif=exif.tobytes())
    (photo,) = kept(store, folder, buffer.getvalue())
    assert (photo.width, photo.height) == (400, 240)
    image = opened(store, photo, 640)
    assert image.getpixel((50, 50))[2] > 150
    for corner in ((350, 50), (50, 200), (350, 200)):
        assert image.getpixel(corner)[0] > 150


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((4000, 3000), {320: (320, 240), 640: (640, 480), 1280: (1280, 960)}),
        ((1280, 800), {320: (320, 200), 640: (640, 400), 1280: (1280, 800)}),
        ((700, 350), {320: (320, 160), 640: (640, 320), 1280: (700, 350)}),
        ((500, 300), {320: (320, 192), 640: (500, 300)}),
        ((200, 100), {320: (200, 100)}),
        ((30, 3000), {320: (26, 2560)}),
        ((3000, 1), {320: (320, 1), 640: (640, 1), 1280: (1280, 1)}),
    ],
)
def test_it_comes_in_a_few_widths_and_never_larger_than_it_was(
    store: Store, folder: Path, size: tuple[int, int], widths: dict[int, tuple[int, int]]
) -> None:
    (photo,) = kept(store, folder, shot("JPEG", size))
    assert {width: opened(store, photo, width).size for width in widths} == widths
    assert (photo.width, photo.height) == widths[max(widths)]
    told = pictures.widths_of(photo.width)
    assert told == [(width, real) for width, (real, _) in widths.items()]
    assert len(shots.files_in(store.folder)) == len(widths)


def test_transparent_is_white_and_colours_are_those_of_screens(store: Store, folder: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(buffer, "PNG")
    palette = io.BytesIO()
    Image.new("RGB", (300, 300), "red").quantize(4).save(palette, "PNG", transparency=0)
    printed = io.BytesIO()
    Image.new("CMYK", (300, 300), (0, 255, 255, 0)).save(printed, "JPEG")
    grey = io.BytesIO()
    Image.new("L", (300, 300), 128).save(grey, "JPEG", icc_profile=b"no profile at all")
    clear, _, cmyk, mean = kept(store, folder, *(one.getvalue() for one in (buffer, palette, printed, grey)))
    assert min(opened(store, clear, 320).getpixel((10, 10))) > 250
    assert opened(store, cmyk, 320).getpixel((10, 10))[0] > 200
    assert abs(opened(store, mean, 320).getpixel((10, 10))[1] - 128) < 6


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_it_is_the_first_frame(store: Store, folder: Path, kind: str) -> None:
    (photo,) = kept(store, folder, shots.moving(kind))
    image = opened(store, photo, 320)
    assert not getattr(image, "is_animated", False)
    assert image.getpixel((10, 10))[0] > 200


#: 200 MB, once and quickly: every test process does this though one needs it.
PACKED = zlib.compress(b"\0" * 200_000_000, 1)
BOMBS = {
    "a text that unpacks to 200 MB": png(9, 9, chunks=chunk(b"zTXt", b"Comment\0\0" + PACKED)),
    "a profile that unpacks to 200 MB": png(9, 9, chunks=chunk(b"iCCP", b"p\0\0" + PACKED)),
    "many texts": png(
        9, 9, chunks=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 1_000_000, 9)) * 200
    ),
}
NO_PHOTOS = {
    "nothing": b"",
    "text": b"this is no picture",
    "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "a page behind a JPEG's first bytes": b"\xff\xd8\xff\xe0\x00\x10JFIF<script>alert(1)</script>" * 40,
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
    "GIF": shots.moving("GIF"),
    "TIFF": shots.moving("TIFF"),
    "BMP": b"BM" + b"\0" * 100,
    "a ZIP": b"PK\x03\x04" + b"\0" * 100,
    "half a JPEG": shot("JPEG")[:2_500],
    "half a PNG": shot("PNG", (90, 60))[:150],
    "half a WebP": shot("WEBP")[:200],
    "half a HEIC": shot("HEIF")[:-300],
    "a HEIC that says it is smaller than it is": shot("HEIF", (1500, 1000)).replace(
        struct.pack(">II", 1500, 1000), struct.pack(">II", 15, 10)
    ),
    "a JPEG with a hole": shot("JPEG")[:700] + b"\xff" * 400,
    **BOMBS,
}
TOO_MANY = {
    "PNG, 51 million": png(7_200, 7_100),
    "PNG, 200 million": png(20_000, 10_000),
    "PNG, four thousand million million": png(2**31 - 1, 2**31 - 1),
    "WebP, 268 million": shots.sized_webp(16_384, 16_384),
}


@pytest.mark.parametrize("what", NO_PHOTOS)
def test_what_is_no_photo_is_refused_by_its_name_and_nothing_kept(
    store: Store, folder: Path, what: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        kept(store, folder, shot(), NO_PHOTOS[what], shot(seed=3))
    assert refusal.value.field == "photos"
    assert "a.jpg is no photo" in str(refusal.value)
    assert not list(store.folder.glob("[0-9a-f][0-9a-f]"))


@pytest.mark.parametrize("what", TOO_MANY)
def test_what_claims_too_many_pixels_is_refused_by_its_header(store: Store, folder: Path, what: str) -> None:
    with pytest.raises(Invalid, match="pixels"):
        kept(store, folder, TOO_MANY[what])


def test_a_photo_of_fifty_megapixels_is_taken_and_one_of_52_is_not(store: Store, folder: Path) -> None:
    buffer = io.BytesIO()
    Image.new("L", (8192, 6144)).save(buffer, "JPEG")
    (photo,) = kept(store, folder, buffer.getvalue())
    assert (photo.width, photo.height) == (1280, 960)
    buffer = io.BytesIO()
    Image.new("L", (8400, 6200)).save(buffer, "JPEG")
    with pytest.raises(Invalid, match="pixels"):
        kept(store, folder, buffer.getvalue())


def test_a_file_of_more_than_15_mb_is_not_read(store: Store, folder: Path) -> None:
    with pytest.raises(Invalid, match="large"):
        store.read([Given(shot() + b"\0" * MOST_BYTES)], folder)


def test_what_hides_behind_a_picture_does_not_come_along(store: Store, folder: Path) -> None:
    hidden = b"<script>alert('hidden')</script>PK\x03\x04"
    told = shot("JPEG", comment=hidden) + hidden
    drawn = io.BytesIO()
    shots.drawn().save(drawn, "PNG")
    written = drawn.getvalue()
    chunks = chunk(b"tEXt", b"Comment\0" + hidden)
    found = kept(store, folder, told, written[:33] + chunks + written[33:] + hidden)
    for photo in found:
        for width, _ in pictures.widths_of(photo.width):
            content = store.path(photo.name, width).read_bytes()
            assert b"hidden" not in content
            assert content[:4] == b"RIFF"
            assert int.from_bytes(content[4:8], "little") == len(content) - 8, "nothing stands behind it"


def test_the_same_content_is_kept_once_and_counts_as_new(store: Store, folder: Path) -> None:
    (first,) = kept(store, folder, shot())
    path = store.path(first.name, 320)
    os.utime(path, (1, 1))
    with store.coming() as other:
        (second,) = kept(store, other, shot())
    assert first.name == second.name
    assert len(shots.files_in(store.folder)) == 3
    assert path.stat().st_mtime > 1


def test_a_reader_that_falls_takes_nobody_along(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fallen = tmp_path / "reader.py"
    fallen.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr(reading, "OF_PICTURES", str(fallen))
    with pytest.raises(Invalid, match="no photo"):
        kept(store, folder, shot())
    fallen.write_text("raise SystemExit(3)\n")
    with pytest.raises(Conflict, match="cannot be kept"):
        kept(store, folder, shot())
    fallen.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(reading, "PATIENCE", 0.3)
    with pytest.raises(Invalid, match="no photo"):
        kept(store, folder, shot())


def test_a_folder_that_takes_nothing_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("no folder")
    with pytest.raises(Conflict, match="cannot be kept"), Store(tmp_path).coming():
        pass


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("C:\\ảnh\\tôm.jpg", "tôm.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00\u202eb\ud800.jpg", "a b .jpg"),
        ("x" * 90 + ".jpeg", "x" * 30 + "…xxx.jpeg"),
    ],
)
def test_a_file_is_called_by_its_name_alone(store: Store, folder: Path, sent: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        store.read([Given(b"", sent)], folder)
    assert refusal.value.words.values["name"] == said
