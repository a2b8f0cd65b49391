"""The embedded engine behind `index.Index`: tantivy, in the web process, in a folder of its own.

One process writes, others may open the same folder for reading and follow it. The folder is
`embedded_store.py`, the fields are `embedded_schema.py`, the questions `embedded_query.py`; what is
promised stands in `index.py`.
"""

import contextlib
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import tantivy

from search import embedded_query, embedded_schema
from search.documents import ListingDocument
from search.embedded_store import REBUILD, Store, stamp_of
from search.errors import SearchBroken, SearchRefused, SearchUnavailable
from search.index import Meanwhile, catch_up
from search.query import Page, Query

_HEAP = 32_000_000  # bytes a writer may hold before it spills a segment
# Used as far as needed (100,000 listings: under 200 MB); one segment answers in half the time of eight.
REBUILD_HEAP = 600_000_000
_BATCH = 10_000  # fingerprints read at a time


class _Open(NamedTuple):
    generation: Path
    engine: tantivy.Index
    pointer: tuple[int, ...]  # stamps of the two files that say whether this is still the newest
    commit: tuple[int, ...]


class EmbeddedIndex:
    """The index in `folder`; see `index.Index` for its methods.

    With `writable` it takes the folder's writer lock until closed, and raises SearchUnavailable if another
    process holds it; the folder may be empty or broken then, and `rebuild` makes it whole, while every
    other call raises until it has. Without, it never locks nor writes, raises SearchUnavailable at once if
    there is no usable index, and later follows what the writing process does.
    """

    def __init__(self, folder: Path | str, *, writable: bool) -> None:
        self._store = Store(Path(folder))
        self._signature = embedded_schema.signature()
        self._writable = writable
        self._closed = False
        self._open: _Open | None = None
        self._writer: tantivy.IndexWriter | None = None
        # Writing is one at a time and may take long; opening is short, so searches never wait for a write.
        self._writing = threading.RLock()
        self._opening = threading.Lock()
        if writable:
            self._store.lock()
        else:
            self.health()

    def search(self, query: Query) -> Page:
        """See `index.Index.search`."""
        with _translated("search"):
            return embedded_query.run(self._searcher(), query)

    def apply(self, put: Sequence[ListingDocument], delete: Sequence[int]) -> None:
        """See `index.Index.apply`."""
        gone = set(delete)
        documents = {one.id: one for one in put if one.id not in gone}
        made = [embedded_schema.to_engine(one) for one in documents.values()]
        # What could never be put in need not be taken out.
        ids = [one for one in (*documents, *gone) if 1 <= one < 2**63]
        with self._writing:
            self._may_write()
            with _translated("apply"):
                if not ids:
                    self._searcher()
                    return
                current, writer = self._opened(), self._the_writer()
                try:
                    # By query: deleting by the term of a number removes nothing in this engine, and says
                    # nothing.
                    schema = embedded_schema.SCHEMA
                    writer.delete_documents_by_query(tantivy.Query.term_set_query(schema, "id", ids))
                    for one in made:
                        writer.add_document(one)
                    writer.commit()
                except BaseException:
                    # Half a change must not ride along with the next one.
                    self._drop_writer()
                    raise
                self._refresh(current)

    def rebuild(self, documents: Iterable[ListingDocument], meanwhile: Meanwhile | None = None) -> int:
        """See `index.Index.rebuild`."""
        with self._writing:
            self._may_write()
            with _translated("rebuild"):
                fresh = self._store.begin()
            try:
                count = _fill(fresh, documents, meanwhile)
                with _translated("rebuild"):
                    _engine(fresh)
                    self._store.point(fresh, self._signature)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            self._drop_writer()
            with _translated("rebuild"):
                self._opened()
                self._store.sweep(keep=fresh)
            return count

    def fingerprints(self) -> Iterator[tuple[int, str]]:
        """See `index.Index.fingerprints`. All from the moment of the first one."""
        with _translated("fingerprints"):
            searcher = self._searcher()
            found = searcher.search(
                tantivy.Query.all_query(),
                limit=max(searcher.num_docs, 1),
                order_by_field="id",
                order=tantivy.Order.Asc,
            )
        for start in range(0, len(found.hits), _BATCH):
            hits = found.hits[start : start + _BATCH]
            with _translated("fingerprints"):
                prints = searcher.fast_field_values("fingerprint", [address for _, address in hits])
            for (id_, _), number in zip(hits, prints, strict=True):
                yield int(id_), embedded_schema.digest(int(number or 0))

    def health(self) -> None:
        """See `index.Index.health`."""
        self.search(Query(limit=1, facets=()))  # a look, without counting

    def check_server(self) -> None:
        """See `index.Index.check_server`: it asks nobody."""

    def close(self) -> None:
        """See `index.Index.close`."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            self._drop_writer()
            self._open = None
            self._store.unlock()

    def _searcher(self) -> tantivy.Searcher:
        return self._opened().engine.searcher()

    def _opened(self) -> _Open:
        """The current generation at its last commit, whichever process made it."""
        if self._closed:
            raise SearchUnavailable("this search index has been closed")
        opened = self._open
        if opened and opened.pointer == self._store.stamp() and opened.commit == _commit(opened.generation):
            return opened
        with self._opening:
            # A rebuild elsewhere may sweep the generation away between reading the pointer and opening it.
            for attempt in range(3):
                pointer = self._store.stamp()
                try:
                    generation = self._store.current(self._signature)
                    commit = _commit(generation)
                    same = self._open if self._open and self._open.generation == generation else None
                    engine = same.engine if same else _engine(generation)
                    engine.reload()
                    self._open = _Open(generation, engine, pointer, commit)
                    return self._open
                except (ValueError, OSError) as error:
                    if attempt == 2 and pointer == self._store.stamp():
                        raise SearchBroken(f"the search index is broken ({error}): {REBUILD}") from error
            raise SearchUnavailable("the search index is being replaced over and over; try again")

    def _refresh(self, current: _Open) -> None:
        """See one's own commit at once, without trusting the clock's grain in the file's stamp."""
        with self._opening:
            commit = _commit(current.generation)
            current.engine.reload()
            self._open = current._replace(commit=commit)

    def _may_write(self) -> None:
        if self._closed:
            raise SearchUnavailable("this search index has been closed")
        if not self._writable:
            raise SearchRefused("this search index was opened for reading only")

    def _the_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._opened().engine.writer(heap_size=_HEAP, num_threads=1)
        return self._writer

    def _drop_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            # Waiting for its merges uses the writer up and frees the engine's own lock; only then may the
            # next one be made. A writer that broke down already is let go as it is.
            with contextlib.suppress(SearchUnavailable), _translated("close the writer of"):
                writer.rollback()
                writer.wait_merging_threads()


def _fill(folder: Path, documents: Iterable[ListingDocument], meanwhile: Meanwhile | None) -> int:
    """Write all documents into a new generation. What iterating over them raises goes through untouched."""
    with _translated("rebuild"):
        engine = tantivy.Index(embedded_schema.SCHEMA, path=str(folder))
        writer = engine.writer(heap_size=REBUILD_HEAP, num_threads=1)
    seen: set[int] = set()
    for document in documents:
        made = embedded_schema.to_engine(document)
        with _translated("rebuild"):
            if document.id in seen:
                again = tantivy.Query.term_set_query(embedded_schema.SCHEMA, "id", [document.id])
                writer.delete_documents_by_query(again)
            writer.add_document(made)
        seen.add(document.id)
    for put, delete in catch_up(meanwhile):
        seen = (seen | {one.id for one in put}) - set(delete)
        with _translated("rebuild"):
            ids = [one for one in (*(document.id for document in put), *delete) if 1 <= one < 2**63]
            writer.delete_documents_by_query(tantivy.Query.term_set_query(embedded_schema.SCHEMA, "id", ids))
            for document in put:
                writer.add_document(embedded_schema.to_engine(document))
    with _translated("rebuild"):
        writer.commit()
        writer.wait_merging_threads()
    return len(seen)


def _engine(generation: Path) -> tantivy.Index:
    engine = tantivy.Index.open(str(generation))
    # By hand: the engine's own watcher is a thread that notices up to half a second late.
    engine.config_reader(reload_policy="manual")
    return engine


def _commit(generation: Path) -> tuple[int, ...]:
    return stamp_of(generation / "meta.json")


@contextlib.contextmanager
def _translated(doing: str) -> Iterator[None]:
    """Let no error of the engine out. Its panics are no Exceptions, hence the look at the name."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SearchUnavailable(f"cannot {doing} the search index: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SearchBroken(f"the search engine broke down: {error}; {REBUILD}") from error
