"""Papers as files: photos and PDFs by what they hold, and everything else refused with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from market.errors import Conflict, Invalid
from market.files import papers, reading
from market.files.papers import Paper, Papers
from tests.files import sheets
from tests.listings import shots
from tests.listings.shots import Given, shot

PLAIN = sheets.sheet()
PROGRAM = b"MZ\x90\x00" + b"\0" * 3000


@pytest.fixture
def store(tmp_path: Path) -> Papers:
    return Papers(tmp_path / "files", most_bytes=10 * 2**20)


@pytest.fixture
def folder(store: Papers) -> Iterator[Path]:
    with store.coming() as folder:
        yield folder


def kept(store: Papers, folder: Path, *sent: tuple[str, bytes]) -> list[Paper]:
    found = store.read([Given(content, name) for name, content in sent], folder)
    store.keep(found)
    return found


def lying(store: Papers) -> list[str]:
    return sorted(path.name for path in store.folder.glob("[0-9a-f][0-9a-f]/*/*"))


def test_a_photo_is_written_anew_and_a_pdf_kept_as_it_is_whatever_they_are_called(
    store: Papers, folder: Path
) -> None:
    photo, pdf = kept(store, folder, ("phiếu.pdf", shot("JPEG", (2000, 1000))), ("hợp đồng.jpg", PLAIN))
    assert (photo.media, photo.width, photo.height) == ("image/webp", 1600, 800)
    assert (pdf.media, pdf.size, pdf.width, pdf.title) == (
        "application/pdf",
        len(PLAIN),
        None,
        "hợp đồng.jpg",
    )
    assert lying(store) == sorted([f"{photo.name}-320.webp", f"{photo.name}-1600.webp", f"{pdf.name}.pdf"])
    assert store.place(f"{pdf.name}.pdf").read_bytes() == PLAIN
    content = store.place(f"{photo.name}-1600.webp").read_bytes()
    assert shots.MAKER.encode() not in content
    assert len(content) == photo.size
    with Image.open(store.place(f"{photo.name}-1600.webp")) as image:
        assert not image.getexif()
    small = kept(store, folder, ("nhỏ.png", shot("PNG", (200, 100))))[0]
    assert papers.files_of(small.name, small.media, small.width) == [f"{small.name}-320.webp"]
    assert store.place(f"{small.name}-320.webp").exists()


WRONG = {
    "a program": (PROGRAM, "neither a photo nor a PDF"),
    "nothing": (b"", "neither a photo nor a PDF"),
    "an archive": (sheets.packed(), "neither a photo nor a PDF"),
    "a drawing with scripts": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a photo nor a PDF"),
    "a PDF behind something": (b"\n" + PLAIN, "neither a photo nor a PDF"),
    "a picture that is too large": (shots.png(2**31 - 1, 2**31 - 1), "pixels"),
    "half a PDF": (PLAIN[: len(PLAIN) // 2], "damaged"),
    "a header alone": (b"%PDF-1.7\n%%EOF", "damaged"),
    "rubbish in a PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"startxref\n9\n%%EOF", "damaged"),
    "no page": (sheets.without_pages(), "damaged"),
    "a password": (sheets.locked(), "locked"),
    "a script": (sheets.with_script(), "plain PDF"),
    "a script where no search finds it": (
        sheets.compressed(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"),
        "plain PDF",
    ),
    "another file": (sheets.with_files(), "plain PDF"),
    "a program to start": (sheets.opening("/Launch", F="cmd.exe"), "plain PDF"),
    "a form that sends itself": (sheets.opening("/SubmitForm", F="https://evil.test"), "plain PDF"),
    "a film": (sheets.in_an_array("/Rendition"), "plain PDF"),
    "a script by number": (
        PLAIN.replace(b"startxref", b"% /Java#53cript (app.alert(1))\nstartxref"),
        "plain PDF",
    ),
    "an archive behind it": (PLAIN + sheets.packed(), "another file"),
    "an archive within": (PLAIN + sheets.packed() + b"%%EOF", "another file"),
    "a page of the web behind it": (PLAIN + b"<script>alert(1)</script>", "another file"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_plain_paper_is_refused_by_its_name_and_nothing_kept(
    store: Papers, folder: Path, what: str
) -> None:
    content, said = WRONG[what]
    with pytest.raises(Invalid) as refusal:
        kept(store, folder, ("a.png", shot("PNG", (9, 9))), ("b.pdf", content))
    assert refusal.value.field == "files"
    assert str(refusal.value).startswith(("b.pdf", "Behind the PDF in b.pdf"))
    assert said in str(refusal.value)
    assert not lying(store)


def test_a_link_that_somebody_may_press_and_objects_in_streams_are_plain_paper(
    store: Papers, folder: Path
) -> None:
    link = sheets.opening("/URI", URI="https://vidu.test")
    found = kept(store, folder, ("a.pdf", link), ("b.pdf", sheets.compressed(b"/Lang (vi)")))
    assert [one.media for one in found] == ["application/pdf"] * 2


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    store = Papers(tmp_path, most_bytes=2**20)
    with store.coming() as folder, pytest.raises(Invalid, match="1 MB at most"):
        store.read([Given(PLAIN + b"\0" * 2**20, "to.pdf")], folder)


def test_a_reader_that_falls_or_waits_takes_nobody_along(
    store: Papers, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fallen = tmp_path / "reader.py"
    fallen.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr(reading, "OF_PDF", str(fallen))
    with pytest.raises(Invalid):
        kept(store, folder, ("a.pdf", PLAIN))
    fallen.write_text("raise SystemExit(3)\n")
    with pytest.raises(Conflict, match="cannot be kept"):
        kept(store, folder, ("a.pdf", PLAIN))
    fallen.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(reading, "PATIENCE", 0.3)
    with pytest.raises(Invalid):
        kept(store, folder, ("a.pdf", PLAIN))
    assert not lying(store)


def test_the_same_paper_is_kept_once(store: Papers, folder: Path) -> None:
    one, two = kept(store, folder, ("a.pdf", PLAIN), ("b.pdf", PLAIN))
    assert one.name == two.name
    assert lying(store) == [f"{one.name}.pdf"]
