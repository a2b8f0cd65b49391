"""Which hits stand first. By relevance they come in tiers, each a question of its own that the engine orders:
the goods meant, then the rest; of those first what holds the last word whole, then what only begins it. Most
first pages are found by one question over all tiers, which is asked together with the counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from search.meilisearch_filters import held, one_of, question, required
from search.meilisearch_settings import ALWAYS, LEAD, exact_token, product_token
from search.query import Query
from search.words import Asked

Question = dict[str, Any]
Answer = dict[str, Any]
Hits = list[dict[str, Any]]

#: Puts questions to the server in one request and gives an answer for each.
Ask = Callable[[list[Question]], list[Answer]]

#: The engine takes no more words of a question than these.
_ENGINE_WORDS = 10

_ORDERS = {
    "relevance": ["in_stock:desc", "id:asc"],  # without words, with which the engine's own rules order
    "newest": ["published_at:desc", "id:asc"],
    "price": ["price:asc", "id:asc"],
    "volume": ["available:desc", "id:asc"],
    "ending": ["ends_on:asc", "id:asc"],
}


@dataclass(frozen=True, slots=True)
class Order:
    """How a page's hits are asked: what the question that counts carries besides (``within``), what is asked
    beside it in the same request, and how the ids are read out of the answers to both.
    """

    within: Question
    beside: list[Question]
    read: Callable[[Ask, Answer, list[Answer]], tuple[int, ...]]


def of(query: Query, text: Asked, filters: list[str]) -> Order:
    """The order of a query whose filters these are."""
    page = {"offset": query.offset, "limit": query.limit}
    if query.sort != "relevance" or not (text.wanted or query.goods or text.optional):
        return Order({**page, "sort": _ORDERS[query.sort]}, [], _as_it_comes)
    tiers = _tiers(query, text, filters)
    if query.offset:
        return Order({}, [{**tier, "facets": ["in_stock"]} for tier in tiers], _Later(query, tiers).read)
    if len(tiers) == 1:
        return Order({**page, **_whole(text)}, [], _as_it_comes)
    first = _First(query, tiers)
    if at_once := _at_once(query, text):
        sure = _Sure(query, text, first)
        return Order({**page, **at_once}, [], sure.read)
    # Nearly always the first tier fills the page; the others are asked when it does not.
    return Order({}, first.limited(tiers[:1]), first.read)


def _as_it_comes(ask: Ask, counted: Answer, beside: list[Answer]) -> tuple[int, ...]:
    return tuple(int(hit["id"]) for hit in counted["hits"])


@dataclass(frozen=True, slots=True)
class _First:
    """The first page: each tier's first hits hold it, whichever way they are mixed."""

    query: Query
    tiers: list[Question]

    def read(self, ask: Ask, counted: Answer, beside: list[Answer]) -> tuple[int, ...]:
        return self.filled(ask, counted, [beside[0]["hits"]])

    def filled(self, ask: Ask, counted: Answer, known: list[Hits]) -> tuple[int, ...]:
        """The page, of which the hits of the first tiers are known."""
        wanted = min(self.query.limit, int(counted["estimatedTotalHits"]))
        if wanted > sum(hit["in_stock"] for hits in known for hit in hits):
            asked = self.limited(self.tiers[len(known) :])
            known = [*known, *(one["hits"] for one in ask(asked))] if asked else known
        return _mixed(known, self.query.limit)

    def limited(self, tiers: Sequence[Question]) -> list[Question]:
        """Each as long as a page at most."""
        return [{**tier, "limit": self.query.limit} for tier in tiers]


@dataclass(frozen=True, slots=True)
class _Sure:
    """The first page by one question, as far as its hits are surely of the first tier."""

    query: Query
    text: Asked
    first: _First

    def read(self, ask: Ask, counted: Answer, beside: list[Answer]) -> tuple[int, ...]:
        hits: Hits = counted["hits"]
        if self.query.goods:
            meant = [hit for hit in hits if hit["product"] in self.query.goods]
            return self.first.filled(ask, counted, [meant])
        # What holds the last word in another spelling cannot be told from what only begins it.
        whole = all(self._holds_every_word(hit) and hit["in_stock"] for hit in hits)
        return self.first.filled(ask, counted, [hits] if whole else [])

    def _holds_every_word(self, hit: dict[str, Any]) -> bool:
        details: dict[str, Any] = hit["_rankingScoreDetails"]
        return bool(details["words"]["matchingWords"] >= LEAD + len(self.text.words))


def _at_once(query: Query, text: Asked) -> Question | None:
    """One question over all tiers whose first hits are those of the first tier; None where there is none.

    It begins with a word that all listings hold, so that it finds, and counts, all that the filters do.
    """
    if not _fits(query, text):
        return None
    made = _first_words(query, text)
    if query.goods:
        return {**made, "attributesToRetrieve": ["id", "in_stock", "product"]}
    return {**made, "showRankingScoreDetails": True}


def _fits(query: Query, text: Asked) -> bool:
    words = LEAD + 2 * len(text.words) + len(text.optional)
    return text.all_words and len(query.goods) <= 1 and words <= _ENGINE_WORDS


def _tiers(query: Query, text: Asked, filters: list[str]) -> list[Question]:
    """The tiers' questions, each with the engine's words in the order in which it may let go of them."""
    among = [*filters, *required(text)]
    if not query.goods:
        first, *begun = _rest(text, filters, among)
        return [first | _first_words(query, text), *begun] if begun else [first]
    meant = one_of("product", query.goods)
    lifted = question([*among, meant]) | _first_words(query, text)
    return [lifted, *_rest(text, [*filters, f"NOT {meant}"], [*among, f"NOT {meant}"])]


def _first_words(query: Query, text: Asked) -> Question:
    # The first tier by itself has the words that it has among all the others, or pages would not join.
    marks = [product_token(slug) for slug in query.goods] if _fits(query, text) else []
    return _whole(text, marks=marks, begun=text.unfinished)


def _rest(text: Asked, filters: list[str], among: list[str]) -> list[Question]:
    if not text.all_words or not text.wanted or not text.unfinished:
        return [question(among) | _whole(text)]
    ends = held(text.wanted[-1], begun=False)
    half = _ENGINE_WORDS // 2
    # The engine takes the last of its words as a beginning.
    *plain, beginning = _plain(text)
    words = [*plain[: half - 1], *_exact(text)[:-1][: half - 1], beginning]
    begun = question([*among, f"NOT ({ends})"]) | _words(words)
    return [question([*among, ends]) | _whole(text), begun]


def _whole(text: Asked, *, marks: Sequence[str] = (), begun: bool = False) -> Question:
    """The engine's words: the goods' marks, then plain, then with their accents, then optional. ``begun``:
    among what is to be found are listings that only begin the last word.
    """
    plain, optional = _plain(text), [folded for _, folded in text.optional]
    if not text.all_words:
        return _words([ALWAYS, *plain, *optional])
    half = _ENGINE_WORDS // 2
    # Words that only some of the listings hold (the goods' other names, a word that others only begin) must
    # not keep those from being found: then the engine begins with a word that all of them have.
    other_ways = any(one.products or len(one.spellings) > 1 for one in text.wanted)
    first = _lead(marks) if other_ways or begun or marks or not plain else []
    held_first = [*first, *plain[:half]]
    return _words([*held_first, *_exact(text)[: _ENGINE_WORDS - len(held_first)], *optional])


def _lead(marks: Sequence[str]) -> list[str]:
    """Words that exclude none. As many stand before the words of each text, so their number never changes."""
    return [ALWAYS, *marks, ALWAYS][:LEAD]


def _plain(text: Asked) -> list[str]:
    return [folded for _, folded in text.words]


def _exact(text: Asked) -> list[str]:
    return [exact_token(*pair) for pair in text.words]


def _words(words: Sequence[str]) -> Question:
    return {"q": " ".join(words[:_ENGINE_WORDS]), "matchingStrategy": "last"}


@dataclass(frozen=True, slots=True)
class _Later:
    """A later page, put together from the stretches of the tiers that lie in it."""

    query: Query
    tiers: list[Question]

    def read(self, ask: Ask, counted: Answer, beside: list[Answer]) -> tuple[int, ...]:
        sizes = []
        for one in beside:
            by_stock = (one.get("facetDistribution") or {}).get("in_stock", {})
            sizes.append({stock: int(by_stock.get(str(stock), 0)) for stock in (1, 0)})
        skip, left, stretches = self.query.offset, self.query.limit, []
        for stock in (1, 0):
            for tier, size in zip(self.tiers, sizes, strict=True):
                passed = min(skip, size[stock])
                taken = min(left, size[stock] - passed)
                skip, left = skip - passed, left - taken
                if taken:
                    # Within its tier what is sold out comes after all that is in stock.
                    offset = passed if stock else size[1] + passed
                    stretches.append({**tier, "offset": offset, "limit": taken})
        if not stretches:
            return ()
        return tuple(int(hit["id"]) for answer in ask(stretches) for hit in answer["hits"])


def _mixed(tiers: Sequence[Hits], limit: int) -> tuple[int, ...]:
    """The first hits of all tiers, what is in stock before what is sold out."""
    in_order = [hit["id"] for stock in (1, 0) for hits in tiers for hit in hits if hit["in_stock"] == stock]
    return tuple(int(id_) for id_ in in_order[:limit])
