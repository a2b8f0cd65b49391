"""PDFs as people send them, and what is sent in their place: made by hand, few and small."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def sheet(seed: int = 0, **_: Any) -> bytes:
    """A plain PDF of one page."""
    return written(writer(seed))


def writer(seed: int = 0) -> PdfWriter:
    """One blank page; another seed, another size of paper."""
    made = PdfWriter()
    made.add_blank_page(595 + seed, 842)
    return made


def written(made: PdfWriter) -> bytes:
    """The file's content."""
    buffer = io.BytesIO()
    made.write(buffer)
    return buffer.getvalue()


def locked() -> bytes:
    """One that a password opens."""
    made = writer()
    made.encrypt("mật khẩu", algorithm="RC4-128")
    return written(made)


def with_script() -> bytes:
    """One that runs a script when it is opened."""
    return opening("/JavaScript", JS="app.alert('hello')")


def compressed(catalog: bytes) -> bytes:
    """One page whose objects lie in a compressed stream, where no search through the bytes finds them;
    ``catalog`` is what stands in the catalogue beside the pages.
    """
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    }
    heads, bodies = b"", b""
    for number, body in objects.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    packed = zlib.compress(heads + bodies)
    whole = b"%PDF-1.5\n"
    at_objects = len(whole)
    head = b"<< /Type /ObjStm /N 3 /First %d /Length %d /Filter /FlateDecode >>" % (len(heads), len(packed))
    whole += b"4 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    at_table = len(whole)
    rows = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, at_objects, 0), (1, at_table, 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    head = b"<< /Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R /Length %d >>" % len(table)
    whole += b"5 0 obj\n" + head + b"\nstream\n" + table + b"\nendstream\nendobj\n"
    return whole + b"startxref\n%d\n%%%%EOF\n" % at_table


def with_files() -> bytes:
    """One that carries another file."""
    made = writer()
    made.add_attachment("a.exe", b"MZ")
    return written(made)


def opening(what: str, **more: str) -> bytes:
    """One that does something when it is opened, by the name of the action."""
    made = writer()
    action = DictionaryObject({NameObject("/S"): NameObject(what)})
    action |= {NameObject(f"/{name}"): TextStringObject(value) for name, value in more.items()}
    made.root_object[NameObject("/OpenAction")] = made._add_object(action)
    return written(made)


def in_an_array(what: str) -> bytes:
    """The same where it stands in an array within an array, under no table's number of its own."""
    made = writer()
    action = DictionaryObject({NameObject("/S"): NameObject(what)})
    made.root_object[NameObject("/Odd")] = ArrayObject([ArrayObject([action])])
    return written(made)


def packed() -> bytes:
    """An archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "hello")
    return buffer.getvalue()


def without_pages() -> bytes:
    """A PDF in which nothing is to be seen."""
    return written(PdfWriter())
