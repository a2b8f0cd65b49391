"""Papers on the disk: what people put to an agreement, a delivery or a certificate. A photo is read and
written anew as those of listings are, a PDF is looked into and kept as it is; what a file is, its content
says and never its name. Which paper is whose stands in the database (service.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from market.errors import Invalid
from market.files import reading
from market.files.disk import Folder
from market.files.models import LONGEST_TITLE, PDF, PICTURE
from market.files.reading import Upload, called
from market.words import t

#: The form's field that all this is about.
FIELD = "files"
#: Pixels: a picture of a paper is written this wide, small for lists and large enough to read it.
WIDTHS = (320, 1600)

REFUSALS = {
    "picture": t(
        "{name} is neither a photo nor a PDF that can be read. Take a photo of the paper, or save it as PDF."
    ),
    "pixels": t("{name} has too many pixels: 50 megapixels at most. Take the photo at a smaller size."),
    "broken": t("{name} is a damaged PDF. Save it anew as PDF, or take a photo of the paper."),
    "locked": t("{name} is locked with a password. Save it as PDF without one, and send that."),
    "active": t("{name} holds a program, a form that sends itself, or other files. Print it to a plain PDF."),
    "mixed": t("Behind the PDF in {name} hides another file. Save it anew as PDF, or take a photo of it."),
}
SORRY = t("Files cannot be kept just now. Please try again later; nothing else is lost.")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was read: its name by content, media type, bytes of what is kept, pixels of a picture, what
    it was called. It lies in ``folder`` until it is kept.
    """

    name: str
    media: str
    size: int
    width: int | None
    height: int | None
    title: str
    folder: Path


def files_of(name: str, media: str, width: int | None) -> list[str]:
    """How the files of a paper are called on the disk, the small one of a picture first."""
    if media == PDF:
        return [f"{name}.pdf"]
    wide = [one for one in WIDTHS if one == WIDTHS[0] or (width or 0) > WIDTHS[0]]
    return [f"{name}-{one}.webp" for one in wide]


class Papers(Folder):
    """The folder of papers; none is larger than so many bytes."""

    def __init__(self, files: Path, *, most_bytes: int) -> None:
        super().__init__(files / "papers", sorry=SORRY, field=FIELD)
        self.most_bytes = most_bytes

    def keep(self, papers: Sequence[Paper]) -> None:
        """Put the papers' files in their places."""
        self.put(one.folder / file for one in papers for file in files_of(one.name, one.media, one.width))

    def read(self, uploads: Sequence[Upload], folder: Path) -> list[Paper]:
        """Read uploads, all or none; what is made of them lies in the folder.

        Refuses a file that is too large, neither a photo nor a plain PDF, or has too many pixels.
        """
        for upload in uploads:
            if (upload.size or 0) > self.most_bytes:
                words = t(
                    "{name} is too large: {n} MB at most. Take a photo of each page, or save it smaller.",
                    name=called(upload),
                    n=self.most_bytes // 2**20,
                )
                raise Invalid(words, field=FIELD)
        with self.room():
            paths = reading.lay(uploads, folder)
            answers = _ask(paths, folder)
        for upload, (_, answer) in zip(uploads, answers, strict=True):
            if code := answer.get("refused"):
                raise Invalid(t(REFUSALS[code].text, name=called(upload)), field=FIELD)
        return [
            Paper(
                name=one["name"],
                media=media,
                size=one["size"],
                width=one.get("width"),
                height=one.get("height"),
                title=called(upload, longest=LONGEST_TITLE),
                folder=folder,
            )
            for upload, (media, one) in zip(uploads, answers, strict=True)
        ]


def _ask(paths: Sequence[Path], folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Media type and answer for each file, by what it begins with."""
    pdfs = [path for path in paths if _begins(path)]
    pictures = [path for path in paths if path not in pdfs]
    widths = ",".join(map(str, WIDTHS))
    said = dict(zip(pdfs, reading.ask(reading.OF_PDF, [], pdfs, folder=folder), strict=True))
    said |= zip(pictures, reading.ask(reading.OF_PICTURES, [widths], pictures, folder=folder), strict=True)
    return [(PDF if path in pdfs else PICTURE, said[path]) for path in paths]


def _begins(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"%PDF-"
