"""Files as a page shows them: what each is called, where it is opened, and where whoever put it up takes it
away again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from market import clock
from market.files.queries import Cards, FileCard
from market.words import Named, Words, t

#: For so long whoever put up a file by mistake may take it away. Then it is part of what was said.
REGRET = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file on a page: ``kb`` of 1,024 bytes, the pixels of its small picture, and the addresses at which it
    is opened and taken away ("": not, or not by the reader).
    """

    id: int
    title: Words | Named
    href: str
    delete: str
    is_picture: bool
    width: int
    height: int
    kb: int


Shown = tuple[ShownFile, ...]


def shown(
    cards: Cards, *, base: str, party_id: int | None, kept: bool = False, regret: timedelta | None = REGRET
) -> Shown:
    """Files under an address, for whoever acts for a party. What is ``kept`` nobody takes away any more, the
    rest who put it up, for as long as he may ``regret`` it (None: always).
    """
    return tuple(
        ShownFile(
            id=one.id,
            title=Named(one.title, one.title) if one.title else t("File {n}", n=one.id),
            href=f"{base}/files/{one.id}",
            delete=f"{base}/files/{one.id}/delete" if not kept and _may_remove(one, party_id, regret) else "",
            is_picture=one.is_picture,
            width=one.small[0],
            height=one.small[1],
            kb=-(-one.size // 1024),
        )
        for one in cards
    )


def _may_remove(one: FileCard, party_id: int | None, regret: timedelta | None) -> bool:
    mine = party_id is not None and one.party_id == party_id
    return mine and (regret is None or clock.now() < one.added_at + regret)
