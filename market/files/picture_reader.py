"""A program of its own, started by reading.py: reads photos as they were uploaded and writes each anew,
upright, without anything beside the picture, as WebP in a few widths. Whoever reads pictures of strangers is
fed with what was made to break it: here it has bounds of memory and time, and takes nobody along.

It imports nothing of the market. Usage: python picture_reader.py WIDTHS INTO FILE..., the widths in pixels
with commas between them, ascending; a line of JSON for each file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageOps

#: As telephones and cameras write them. Nothing else is even tried: Pillow knows many more, some by programs.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
#: What is taller than so many times its width is made smaller by its height.
TALLEST = 2
#: A telephone of 50 megapixels writes 8192 × 6144.
MOST_PIXELS = 51_000_000
QUALITY = 78

#: Bytes that may be asked for, seconds of work, bytes of one file that may be written.
MEMORY, SECONDS, WRITTEN = 2 * 10**9, 60, 20 * 10**6

Size = tuple[int, int]
Widths = tuple[int, ...]


class Refused(Exception):
    """Why a file is not taken: a code."""


def read(file: Path, into: Path, widths: Widths) -> dict[str, Any]:
    """Write the photo as wide as each of these pixels, up to the first that holds all of it, and say its
    name, made of what it shows, and the size of the widest.

    The pixels are counted by the header, before any is read. Of several frames it is the first.
    """
    with Image.open(file, formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused("pixels")
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) >= 5
        wide, tall = fit(image.size[::-1] if turned else image.size, widths[-1])
        needed = (tall, wide) if turned else (wide, tall)
        # JPEG can be read at a half, a quarter or an eighth of its size.
        image.draft(None, (needed[0] * 2, needed[1] * 2))
        image.load()
        if image.width * image.height > MOST_PIXELS:
            raise Refused("pixels")  # its header lied
        widest = plain(ImageOps.exif_transpose(shrunk(image, needed)))
    drawn = []
    for width in widths:
        share = min(1.0, width / widest.width)
        size = (min(width, widest.width), max(1, round(widest.height * share)))
        drawn.append((width, shrunk(widest, size)))
        if width >= widest.width:
            break
    written = [(width, webp(one)) for width, one in drawn]
    name = hashlib.sha256(written[-1][1]).hexdigest()[:40]
    for width, data in written:
        write(into / f"{name}-{width}.webp", data)
    return {"name": name, "width": widest.width, "height": widest.height, "size": len(written[-1][1])}


def fit(size: Size, width: int) -> Size:
    """The size at which it is at most so wide, and not too tall; never larger than it is."""
    share = min(1.0, width / size[0], TALLEST * width / size[1])
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def shrunk(image: Image.Image, size: Size) -> Image.Image:
    """The picture at this size. Of a palette no mean can be taken."""
    if image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA")
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def plain(image: Image.Image) -> Image.Image:
    """The colours alone, as screens mean them, on white where it is transparent; nothing of what the file
    said beside them.
    """
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    coloured = None
    if profile:
        try:
            coloured = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            coloured = None  # a broken profile spoils no photo
    clean = Image.new("RGB", image.size)
    clean.paste(coloured or image.convert("RGB"))
    return clean


def webp(image: Image.Image) -> bytes:
    """The picture as a file's content."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()


def write(path: Path, data: bytes) -> None:
    """Write it to the disk for good: whoever renames it later must not find it empty after a fall."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def answer(file: Path, into: Path, widths: Widths) -> dict[str, Any]:
    """What is said of one file."""
    try:
        return read(file, into, widths)
    except Refused as refusal:
        return {"refused": str(refusal)}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return {"refused": "pixels"}
    except OSError as failure:
        if failure.errno is not None:
            raise  # the disk, not the picture
        return {"refused": "picture"}
    except Exception:
        # Those who read formats raise whatever comes: struct.error, IndexError, TypeError, SyntaxError...
        return {"refused": "picture"}


def main(widths: Widths, into: Path, files: list[Path]) -> None:
    """Read them one after the other, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # An embedded thumbnail may show something else than the picture does.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    for file in files:
        print(json.dumps(answer(file, into, widths)), flush=True)


if __name__ == "__main__":
    wide, place, *sent = sys.argv[1:]
    main(tuple(int(one) for one in wide.split(",")), Path(place), [Path(one) for one in sent])
