"""A program of its own, started by reading.py: looks into PDFs as they were uploaded and copies each that is
plain paper under the name that its content gives it. What is locked, broken, hides another file or would do
something by itself (run a script, start a program, send a form, hand out files) is refused.

It imports nothing of the market. Usage: python pdf_reader.py INTO FILE...; a line of JSON for each file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

#: Bytes that may be asked for, seconds of work, bytes of one file that may be written.
MEMORY, SECONDS, WRITTEN = 10**9, 30, 60 * 10**6
#: More objects than any paper of some megabytes has.
MOST_OBJECTS = 200_000

HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
#: Keys of a dictionary, and values of the keys that say what something is or does, which are no part of a
#: paper (ISO 32000-2, 7.11.4, 12.5.6, 12.6.4, 13).
KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"}
WHATS = ("/S", "/Type", "/Subtype")
DOES = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute",
    "/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/3D",
}  # fmt: skip
#: The same as they stand in the bytes, for what no table of objects leads to.
ANYWHERE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b")
#: A name may write any letter by its number.
NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")


class Refused(Exception):
    """Why a file is not taken: a code."""


def read(file: Path, into: Path) -> dict[str, Any]:
    """Copy it if it is plain paper; say its name and its bytes."""
    data = file.read_bytes()
    if not HEADER.match(data):
        raise Refused("broken")
    if not data.rstrip(b"\r\n\t \0").endswith(b"%%EOF"):
        raise Refused("mixed" if b"%%EOF" in data else "broken")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("mixed")
    look_into(data)
    name = hashlib.sha256(data).hexdigest()[:40]
    write(into / f"{name}.pdf", data)
    return {"name": name, "size": len(data)}


def look_into(data: bytes) -> None:
    """Refuse what cannot be looked into, has no page, or would do something."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Refused("locked")
        if not len(reader.pages):
            raise Refused("broken")
        for one in objects_of(reader):
            if does_something(one):
                raise Refused("active")
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as wrong:
        raise Refused("broken") from wrong
    if ANYWHERE.search(NUMBERED.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Refused("active")


def objects_of(reader: PdfReader) -> Iterator[Any]:
    """Everything that the tables of objects lead to, and the trailer."""
    yield reader.trailer
    known = {(number, generation) for generation, held in reader.xref.items() for number in held}
    known |= {(number, 0) for number in reader.xref_objStm}
    if len(known) > MOST_OBJECTS:
        raise Refused("broken")
    for number, generation in sorted(known):
        if number:
            yield reader.get_object(IndirectObject(number, generation, reader))


def does_something(found: Any) -> bool:
    """Whether anything within this object does; what it points to is an object by itself."""
    left = [found]
    while left:
        one = left.pop()
        if isinstance(one, DictionaryObject):
            if KEYS & one.keys() or any(str(one.raw_get(key)) in DOES for key in WHATS if key in one):
                return True
            left += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            left += list.__iter__(one)
    return False


def write(path: Path, data: bytes) -> None:
    """Write it to the disk for good: whoever renames it later must not find it empty after a fall."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def answer(file: Path, into: Path) -> dict[str, Any]:
    """What is said of one file."""
    try:
        return read(file, into)
    except Refused as refusal:
        return {"refused": str(refusal)}
    except OSError as failure:
        if failure.errno is not None:
            raise  # the disk, not the paper
        return {"refused": "broken"}
    except Exception:
        # Whoever reads what strangers made raises whatever comes: RecursionError, MemoryError...
        return {"refused": "broken"}


def main(into: Path, files: list[Path]) -> None:
    """Look into them one after the other, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for file in files:
        print(json.dumps(answer(file, into)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
