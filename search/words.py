"""What of a listing is searched and how it is cut into words, the same for every engine and for queries.

An engine's own tokenizer never decides: it gets words that are cut already, parted by blanks. Taking a word
apart is `vietnamese.py`'s matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise
from operator import itemgetter

from search import vietnamese
from search.documents import ListingDocument
from search.query import Query

Pair = tuple[str, str]  # a word with its accents as a token, and folded
_FOLDED = itemgetter(1)

# The groups of text, best first. Each is kept twice: with its accents and folded.
GROUPS = ("title", "words", "party", "description")

# Longer runs of letters are no words; the same bound cuts the words of a query.
WORD_LENGTH = 40

# A longer question is cut: each word costs an engine several terms.
MOST_WORDS = 12

# A search box holds a line; nobody's novel is cut into words first only to be dropped.
MOST_SIGNS = 1_000

_SAMPLE = "Gạo ST 25 Hồng Dân, cua gạch (20 con/kg) hoà thuỷ ĐƯỜNG m²"


def _with_codes(pairs: list[Pair]) -> list[Pair]:
    """The words of a listing, and letters with the digits behind them as one word too: 'OM 18' is OM18."""
    made = list(pairs)
    for (_, letters), (_, digits) in pairwise(pairs):
        # Few words are numbers, so that is asked first.
        if digits.isdigit() and len(digits) <= 5 and len(letters) <= 4 and letters.isalpha():
            made.append((letters + digits, letters + digits))
    return made


def cut(text: str) -> list[Pair]:
    """The words of a text as (exact, folded) tokens, each no longer than the index keeps them."""
    made: list[Pair] = []
    for piece in text.split():
        made += _cut_again(piece) if len(piece) <= WORD_LENGTH else _cut_piece(piece)
    return made


def as_written(text: str) -> dict[str, str]:
    """The folded words of a text as they are written in it, without the signs around them."""
    shown = {}
    for piece in text.split():
        pairs = cut(piece)
        if len(pairs) == 1:
            shown[pairs[0][1]] = piece.strip(",;()")
    return shown


def _cut_piece(piece: str) -> tuple[Pair, ...]:
    return tuple((exact[:WORD_LENGTH], folded[:WORD_LENGTH]) for exact, folded in vietnamese.pairs(piece))


_cut_again = lru_cache(maxsize=65_536)(_cut_piece)

# Names of goods and places come again with every listing, and a piece of text is seldom new.
_CACHED_LENGTH = 60


@lru_cache(maxsize=20_000)
def _cut_name(text: str) -> tuple[Pair, ...]:
    return tuple(_with_codes(cut(text)))


def _cut_part(text: str) -> Sequence[Pair]:
    return _cut_name(text) if len(text) <= _CACHED_LENGTH else _with_codes(cut(text))


@dataclass(frozen=True, slots=True)
class Written:
    """A group as an engine keeps it: its words, each once, with blanks between; the folded ones apart too."""

    exact: str
    folded: str
    words: tuple[str, ...]


def writer(spell: Callable[[Pair], str]) -> Callable[[ListingDocument], dict[str, Written]]:
    """Writes the groups of listings for an engine that keeps a word with its accents as `spell` gives it."""

    def write(*parts: str) -> Written:
        pairs = dict.fromkeys(chain.from_iterable(map(_cut_part, parts)))
        folded = tuple(dict.fromkeys(map(_FOLDED, pairs)))
        return Written(" ".join(dict.fromkeys(map(spell, pairs))), " ".join(folded), folded)

    # What is said of its goods and of its unit comes again with many a listing.
    write_again = lru_cache(maxsize=10_000)(write)

    def write_all(document: ListingDocument) -> dict[str, Written]:
        named = (document.cooperative, document.cooperative_code, *document.place_names)
        return {
            "title": write(document.title, document.product_name, document.product_name_en),
            "words": write_again(*document.words),
            "party": write_again(*named),
            "description": write(document.description),
        }

    return write_all


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term cut into words: it is held by a listing that has all words of any of the spellings, or that is
    of one of the products.
    """

    spellings: tuple[tuple[Pair, ...], ...]
    products: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Pair, ...]:
        """As it was understood."""
        return self.spellings[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as engines need it. `dropped` words were beyond the bound."""

    wanted: tuple[Wanted, ...]
    optional: tuple[Pair, ...] = ()
    dropped: int = 0
    unfinished: bool = True
    all_words: bool = True
    not_found: tuple[Wanted, ...] = ()

    @property
    def words(self) -> list[Pair]:
        """The words that a listing should hold, each once."""
        return list(dict.fromkeys(pair for one in self.wanted for pair in one.words))

    def among(self, found: Sequence[bool]) -> "Asked":
        """The same without the terms that were found nowhere."""
        pairs = list(zip(self.wanted, found, strict=True))
        return replace(
            self,
            wanted=tuple(one for one, there in pairs if there),
            not_found=tuple(one for one, there in pairs if not there),
            # What is half typed is the last word of all, and of no other.
            unfinished=self.unfinished and bool(found) and found[-1],
        )

    def understood(self) -> dict[str, object]:
        """What `Page.understood` says."""
        return {
            "words": tuple(folded for _, folded in self.words),
            "dropped": self.dropped,
            "all_words": self.all_words,
            "not_found": tuple(folded for one in self.not_found for _, folded in one.words),
        }


def asked(query: Query) -> Asked:
    """The words of a question, each once."""
    if query.terms is None:
        words = list(dict.fromkeys(cut(query.text[:MOST_SIGNS])))
        wanted = tuple(Wanted(((pair,),)) for pair in words[:MOST_WORDS])
        return Asked(wanted, dropped=max(0, len(words) - MOST_WORDS), unfinished=query.unfinished)
    terms = {}
    for term in query.terms:
        spellings = [tuple(cut(text[:MOST_SIGNS])[:MOST_WORDS]) for text in term.spellings]
        held = tuple(dict.fromkeys(words for words in spellings if words))
        if held:
            terms[held[0]] = Wanted(held, term.products)
    wanted = tuple(terms.values())
    optional = tuple(pair for text in query.optional[:MOST_WORDS] for pair in cut(text[:MOST_SIGNS]))
    return Asked(
        wanted[:MOST_WORDS],
        optional=optional[:MOST_WORDS],
        dropped=max(0, len(wanted) - MOST_WORDS),
        unfinished=query.unfinished,
    )


def most_of(count: int) -> int:
    """How many of so many words must be found where nothing holds them all."""
    return max(1, min(count - 1, count // 2 + 1))


def sample() -> object:
    """Changes whenever words are cut otherwise than before."""
    return (WORD_LENGTH, GROUPS, _with_codes(cut(_SAMPLE)))


def storable(value: str) -> str:
    """The value with lone surrogates replaced: engines keep UTF-8 and would refuse the whole document."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
