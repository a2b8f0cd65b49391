"""What every engine promises: `embedded_index.py` inside the web process, `meilisearch_index.py` by a server.

Both pass the same tests (`tests/search/test_contract.py`). The index holds no truth: its hits are ids, and
the rows shown come from the database.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from search.documents import ListingDocument
from search.query import Page, Query

Change = tuple[Sequence[ListingDocument], Sequence[int]]

#: Gives what was put and what was deleted since it was last asked, None when nothing was.
Meanwhile = Callable[[], Change | None]

#: So often at most a rebuild runs after its writers; the rest is applied after it.
_MOST_ROUNDS = 20


def catch_up(meanwhile: Meanwhile | None) -> Iterator[Change]:
    """What a rebuild has yet to follow before its index is swapped in."""
    for _ in range(_MOST_ROUNDS):
        change = meanwhile() if meanwhile else None
        if change is None:
            return
        yield change


class Index(Protocol):
    """An index of listings. Every method may be called from any thread at any time.

    Whatever goes wrong inside an engine comes out as SearchUnavailable; as its kind SearchBroken where there
    is no usable index and `rebuild` makes one.
    """

    def search(self, query: Query) -> Page:
        """Find listings.

        A word of the text is found with or without its accents, in the title, the product's names, `words`,
        the cooperative, the places and the description. The last word may be the beginning of one, for
        search as you type. All words must be found in a listing; words that no listing holds do not count,
        and where none holds all the others, most of them do. With `Query.terms` the same holds of each
        term, which is found by any of its ways. A text without any word does as an empty one: it finds all
        that the filters let through. No text is an error, whatever signs it holds.

        Order of 'relevance', and only this: sold-out listings come after all others; then the goods meant
        before the rest; among listings that differ in nothing else, the one with the accents as typed
        stands above the one where they had to be folded, a word in the title or product name above the same
        in the description, a whole word above one that is begun; ties go by the product's place in the
        catalogue, then by id. The other orders are exact (see `Query.sort`). Pages of one unchanged index
        neither overlap nor leave gaps.

        Filters, total and facet counts are exact, not estimates.
        """
        ...

    def apply(self, put: Sequence[ListingDocument], delete: Sequence[int]) -> None:
        """Put listings in, replacing those of the same id, and take others out; absent ids do not matter.

        Returns only when the whole change is durable and every later search sees it; after an exception the
        caller does not know and applies it again, which is harmless. An id in both lists ends up deleted.
        """
        ...

    def rebuild(self, documents: Iterable[ListingDocument], meanwhile: Meanwhile | None = None) -> int:
        """Fill a fresh index and put it in the old one's place at once; gives the number of documents.

        Works whatever state the old index is in. Searches meanwhile answer from the old one, never from a
        half full one. What `apply` is told meanwhile waits or is lost with the old index: the caller holds
        the lock of its change queue, and hands over by `meanwhile` what has changed since the documents were
        read. If `documents` or `meanwhile` raises, the old index stays.
        """
        ...

    def fingerprints(self) -> Iterator[tuple[int, str]]:
        """Each listing held, once, as (id, `documents.fingerprint`), by ascending id."""
        ...

    def health(self) -> None:
        """Return if a search would be answered now; else raise SearchUnavailable, with words for the log."""
        ...

    def check_server(self) -> None:
        """Raise SearchUnfit unless what it asks is there, of a known version, and takes the key."""
        ...

    def close(self) -> None:
        """Let go of files, locks and connections; closing again is fine. Other calls then raise
        SearchUnavailable.
        """
        ...
