"""Photos of listings on the disk: uploads are read by a program of its own, what it wrote is kept under
content names. Which photo is whose stands in the database (photos.py); a file that no row names is removed by
``remove_orphans``. How files are read and kept at all is in market/files/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from market.errors import Invalid
from market.files import reading
from market.files.disk import Folder
from market.files.reading import Upload, called
from market.words import t

#: The largest file that is read.
MOST_BYTES = 15 * 1024 * 1024
#: Pixels: a photo is written this wide, up to the first that holds all of it.
WIDTHS = (320, 640, 1280)
#: The form's field that all this is about.
FIELD = "photos"

REFUSALS = {
    "picture": t("{name} is no photo that can be read. Send a JPEG, PNG, WebP or HEIC that opens elsewhere."),
    "pixels": t("{name} has too many pixels. A photo has 50 megapixels at most."),
}
SORRY = t("The photos cannot be kept just now. Please try again later; nothing else is lost.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that was read; its files lie in ``folder`` until they are kept. Pixels of the widest."""

    name: str
    width: int
    height: int
    folder: Path


def widths_of(width: int) -> list[tuple[int, int]]:
    """The files of a photo whose widest is so wide: the width in the name, and the real one."""
    found = []
    for one in WIDTHS:
        found.append((one, min(one, width)))
        if one >= width:
            break
    return found


def file_name(name: str, width: int) -> str:
    """How a photo's file of this width is called, on the disk and in addresses."""
    return f"{name}-{width}.webp"


class Store(Folder):
    """The folder of photos. It is made when the first is sent."""

    def __init__(self, files: Path) -> None:
        super().__init__(files / "photos", sorry=SORRY, field=FIELD)

    def path(self, name: str, width: int) -> Path:
        """Where a photo's file of this width lies, whether it is there or not."""
        return self.place(file_name(name, width))

    def keep(self, pictures: Sequence[Picture]) -> None:
        """Put the photos' files in their places."""
        self.put(
            one.folder / file_name(one.name, width) for one in pictures for width, _ in widths_of(one.width)
        )

    def read(self, uploads: Sequence[Upload], folder: Path) -> list[Picture]:
        """Read uploads, all or none; what is made of them lies in the folder.

        Refuses a file that is too large, no photo, or has too many pixels.
        """
        for upload in uploads:
            if (upload.size or 0) > MOST_BYTES:
                words = t("{name} is too large. A photo has {n} MB at most.", name=called(upload), n=15)
                raise Invalid(words, field=FIELD)
        widths = ",".join(map(str, WIDTHS))
        with self.room():
            paths = reading.lay(uploads, folder)
            answers = reading.ask(reading.OF_PICTURES, [widths], paths, folder=folder)
        for upload, answer in zip(uploads, answers, strict=True):
            if code := answer.get("refused"):
                raise Invalid(t(REFUSALS[code].text, name=called(upload)), field=FIELD)
        return [Picture(one["name"], one["width"], one["height"], folder) for one in answers]
