"""What of a listing is searched and how it is cut into words, the same for every engine and for queries.

An engine's own tokenizer never decides: it gets words that are cut already, parted by blanks. Taking a word
apart is `vietnamese.py`'s matter.
"""

from search import vietnamese
from search.documents import ListingDocument

# The groups of text, best first. Each is kept twice: with its accents and folded.
GROUPS = ("title", "words", "party", "description")

# Longer runs of letters are no words; the same bound cuts the words of a query.
WORD_LENGTH = 40

# A longer question is cut: each word costs an engine several terms.
MOST_WORDS = 12

# A search box holds a line; nobody's novel is cut into words first only to be dropped.
MOST_SIGNS = 1_000

_SAMPLE = "Gạo ST25 Hồng Dân, cua gạch (20 con/kg) hoà thuỷ ĐƯỜNG m²"


def cut(text: str) -> list[tuple[str, str]]:
    """The words of a text as (exact, folded) tokens, each no longer than the index keeps them."""
    pairs = zip(vietnamese.exact_words(text), vietnamese.fold(text).split(), strict=True)
    return [(with_accents[:WORD_LENGTH], without[:WORD_LENGTH]) for with_accents, without in pairs]


def texts(document: ListingDocument) -> dict[str, list[tuple[str, str]]]:
    """The (exact, folded) tokens of each group, in the order of the text."""
    parts = {
        "title": (document.title, document.product_name, document.product_name_en),
        "words": document.words,
        "party": (document.cooperative, document.cooperative_code, *document.place_names),
        "description": (document.description,),
    }
    return {group: [pair for text in parts[group] for pair in cut(text)] for group in GROUPS}


def asked(text: str) -> tuple[list[tuple[str, str]], int]:
    """The words of a question, each once, and how many were beyond the bound."""
    words = list(dict.fromkeys(cut(text[:MOST_SIGNS])))
    return words[:MOST_WORDS], max(0, len(words) - MOST_WORDS)


def most_of(count: int) -> int:
    """How many of so many words must be found where nothing holds them all."""
    return max(1, min(count - 1, count // 2 + 1))


def sample() -> object:
    """Changes whenever words are cut otherwise than before."""
    return (WORD_LENGTH, GROUPS, cut(_SAMPLE))


def storable(value: str) -> str:
    """The value with lone surrogates replaced: engines keep UTF-8 and would refuse the whole document."""
    return value.encode("utf-8", "replace").decode("utf-8")
