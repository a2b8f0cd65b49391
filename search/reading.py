"""A buyer's question read: which of it are filters (volume, size, month, price, place, standard), which words
remain, how they were mended, and which goods they mean. Pure: everything known comes from the `Lexicon`.

`said.py` finds what is said with numbers, `mending.py` mends words, `goods.py` recognises goods. What is not
understood stays words.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from search import said, several, spelling, vietnamese
from search.goods import Meant, meant_by
from search.lexicon import OTHER_TONE, Lexicon
from search.mending import Mended, Word, mend, together
from search.query import Page, Query, Term
from search.said import Said
from search.words import MOST_SIGNS, MOST_WORDS, Pair, cut

#: What may be understood as a filter; `as_words` names those that the asker took off.
KINDS = ("volume", "size", "broken", "month", "price", "place", "standard", "ocop")

#: Words of trade that say nothing about the goods: looked for, but never required.
_TRADE = frozenset((
    "mua", "ban", "can", "tim", "gia", "re", "si", "le", "o", "tai", "cho", "co",
    "loai", "hang", "nguon", "cung", "cap", "bao", "nhieu", "nhat", "it", "tot", "ngon", "va",
    "tu", "den", "voi", "the", "a", "an", "buy", "sell", "for", "with", "from", "of", "in",
    "and", "supplier", "suppliers", "wholesale", "export", "price", "cheap", "need", "want", "farm",
    "farms", "vietnam", "viet", "nam", "con", "giup", "dum", "minh", "em", "ai", "nao", "hom", "nay", "gap",
    "thuong", "lai",
))  # fmt: skip
#: Words before a place's name that say its kind.
_KINDS_OF_PLACE = (
    "tp", "thanh pho", "thi xa", "thi tran", "huyen", "tinh", "phuong", "xa", "tx", "tt", "h", "p",
)  # fmt: skip
_KINDS_OF_SELLER = ("htx", "hop tac xa", "tht", "to hop tac", "cooperative")
_WORK = frozenset(("lam", "nuoi", "trong", "det"))  # what sellers do
#: The longest name of a place, a standard or a season, in words.
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question says. Amounts as in `Query`; `pieces` tells whether `volume_min` counts pieces."""

    terms: tuple[Term, ...] = ()
    optional: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    unfinished: bool = False
    volume_min: int | None = None
    pieces: bool = False
    sizes: tuple[str, ...] = ()
    broken_max: int | None = None
    price_max: int | None = None
    months: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    place_name: str = ""
    standards: tuple[str, ...] = ()
    standard_name: str = ""
    ocop_min: int | None = None
    mended: tuple[Mended, ...] = ()
    dropped: int = 0

    @property
    def filters(self) -> tuple[str, ...]:
        """The kinds that were understood as filters."""
        return tuple(kind for kind in KINDS if getattr(self, PARTS[kind]))


#: The parts of a query that a filter of each kind fills; a reading has them by the same names.
PARTS: dict[str, str] = {
    "volume": "volume_min",
    "size": "sizes",
    "broken": "broken_max",
    "month": "months",
    "price": "price_max",
    "place": "places",
    "standard": "standards",
    "ocop": "ocop_min",
}


def put(query: Query, said: Reading, kinds: Collection[str]) -> Query:
    """The query with the words as they were read, narrowed by these kinds of what they say."""
    narrowed: dict[str, Any] = {PARTS[kind]: getattr(said, PARTS[kind]) for kind in kinds}
    return replace(
        query,
        terms=said.terms,
        optional=said.optional,
        goods=said.goods,
        unfinished=said.unfinished,
        **narrowed,
    )


def missed(page: Page, goods: Collection[str]) -> bool:
    """Whether an answer leaves somebody without what was meant: nothing at all, or none of the goods."""
    counted = page.facets.get("product")
    return not page.total or (bool(goods) and counted is not None and counted.keys().isdisjoint(goods))


@dataclass(slots=True)
class _Work:
    """The words that are left while the question is read, and what was found so far."""

    lexicon: Lexicon
    words: list[Word]
    found: dict[str, Any] = field(default_factory=dict)
    sellers: list[Word] = field(default_factory=list)  # words of a seller's name, which mean no goods
    no_goods: list[Word] = field(default_factory=list)  # other words that mean none

    def take(self, start: int, end: int) -> str:
        text = " ".join(word.text for word in self.words[start:end])
        del self.words[start:end]
        return text


def understand(text: str, lexicon: Lexicon, *, on: date, as_words: Collection[str] = ()) -> Reading:
    """Read a question asked on a day. `as_words` holds the kinds that shall stay words."""
    line = vietnamese.nfc(text[:MOST_SIGNS])
    numbers = [one for one in said.find(line, on=on) if _kind(one) not in as_words]
    rest = _without(line, numbers)
    work = _Work(lexicon, mend(lexicon, _typed(rest)))
    work.found |= _numbers(numbers)
    if "standard" not in as_words:
        _standards(work)
    if "month" not in as_words:
        _seasons(work)
    _sellers(work)
    if "place" not in as_words:
        _places(work)
    return _terms(work, line)


def _kind(one: Said) -> str:
    if one.what == "heads":
        return "size" if isinstance(one.value, int) and one.value <= said.MOST_A_KILO else "volume"
    return {"pieces": "volume", "stars": "ocop"}.get(one.what, one.what)


def _without(line: str, taken: Iterable[Said]) -> str:
    for one in taken:
        line = line[: one.start] + " " * (one.end - one.start) + line[one.end :]
    return line


def _typed(text: str) -> list[tuple[str, Pair]]:
    found: list[tuple[str, Pair]] = []
    for piece in text.split():
        pairs = cut(piece)
        found += [(piece if len(pairs) == 1 else pair[1], pair) for pair in pairs]
    return found


def _numbers(numbers: Sequence[Said]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    said_months = [one.value for one in numbers if one.what == "month"]
    months = [month for said in said_months for month in (said if isinstance(said, tuple) else (said,))]
    if months:
        found["months"] = tuple(dict.fromkeys(months))
    for one in numbers:
        if one.what in ("volume", "pieces"):
            found |= {"volume_min": one.value, "pieces": one.what == "pieces"}
        elif one.what == "price":
            found["price_max"] = one.value
        elif one.what == "stars":
            found["ocop_min"] = one.value
        elif one.what == "broken":
            found["broken_max"] = one.value
        elif one.what == "heads" and isinstance(one.value, int):
            # Nobody buys so few shrimp by the head: thirty of them are the size.
            if one.value > said.MOST_A_KILO:
                found |= {"volume_min": one.value, "pieces": True}
            else:
                found.setdefault("sizes", (str(one.value),))
        elif one.what == "size" and isinstance(one.value, int):
            most = min(one.most or one.value, one.value + 200)
            found["sizes"] = tuple(str(size) for size in range(one.value, most + 1))
    return found


def _spans(work: _Work) -> Iterable[tuple[int, int, str]]:
    """Every run of words, the longest first, as (start, end, folded)."""
    folded = [word.pair[1] for word in work.words]
    for length in range(min(_LONGEST, len(folded)), 0, -1):
        for start in range(len(folded) - length + 1):
            yield start, start + length, " ".join(folded[start : start + length])


def _standards(work: _Work) -> None:
    for start, end, name in _spans(work):
        name = _mended(work, work.lexicon.standards, start, name)
        codes = work.lexicon.standards.get(name)
        if codes and not _of_goods(work, start, end):
            # Of 'gạo hữu cơ USDA' the rice keeps its own words.
            own = next((at for at in range(end - 1, start, -1) if _of_goods(work, start, at)), start)
            work.found |= {"standards": codes, "standard_name": work.take(own, end)}
            return


def _seasons(work: _Work) -> None:
    if work.found.get("months"):
        return
    folded = [word.pair[1] for word in work.words]
    for at in range(len(folded) - 1):
        if folded[at : at + 2] == ["truoc", "tet"] and work.lexicon.festival_months:
            work.take(at, at + 2)
            work.found["months"] = work.lexicon.festival_months
            return
    for start, end, name in _spans(work):
        months = next((one.months for one in work.lexicon.seasons if one.name == name), None)
        if not months:
            continue
        said_so = start and folded[start - 1] in ("vu", "mua")
        if said_so or not _of_goods(work, start, end):
            work.take(start - 1 if said_so else start, end)
            work.found["months"] = months
            return


def _sellers(work: _Work) -> None:
    """A seller's known name, or two words behind 'HTX' that name no goods: neither goods nor places."""
    for start, end, name in _spans(work):
        if end - start < 2 or name not in work.lexicon.sellers or _of_goods(work, start, end):
            continue
        if _kind_before(work, start, _KINDS_OF_SELLER) or name not in work.lexicon.places:
            work.sellers += work.words[start:end]
            return
    for at in range(len(work.words)):
        if kind := _kind_before(work, at, _KINDS_OF_SELLER):
            behind = tuple(word.pair[1] for word in work.words[at : at + 2])
            goods = work.lexicon.is_name(*behind)
            works = not goods and behind[0] in _WORK
            work.no_goods += work.words[at - kind : at + works]
            work.sellers += () if goods or works else work.words[at : at + 2]
            return


def _places(work: _Work) -> None:
    """Places as people name them; of several ('Hồng Dân, Bạc Liêu') the first is meant, and the others say
    where that is.
    """
    spans = list(_place_spans(work))
    inside = {at for start, end, _ in spans for at in range(start, end)}
    taken: list[tuple[int, int, int, tuple[str, ...]]] = []
    for start, end, keys in spans:
        kind = _kind_before(work, start)
        # A single word is a place only where it says so: half of them are common words.
        if end - start == 1 and not kind:
            continue
        elsewhere = inside - set(range(start, end))
        if kind or not _of_goods(work, start, end, but=elsewhere):
            taken.append((start - kind, start, end, keys))
    if taken:
        first, start, end, keys = min(taken)
        kind_words = [word.text for word in work.words[first:start]]
        name = work.lexicon.called(" ".join(word.pair[1] for word in work.words[start:end]))
        work.found |= {"places": keys, "place_name": " ".join([*kind_words, name])}
    for first, _, end, _ in sorted(taken, reverse=True):
        work.take(first, end)


def _place_spans(work: _Work) -> Iterable[tuple[int, int, tuple[str, ...]]]:
    """Names of places that do not overlap, the longest first, with their keys."""
    held: set[int] = set()
    for start, end, name in list(_spans(work)):
        name = _mended(work, work.lexicon.places, start, name)
        keys = work.lexicon.places.get(name)
        span = set(range(start, end))
        of_seller = any(word in work.sellers for word in work.words[start:end])
        if keys and span.isdisjoint(held) and not of_seller and _fits(work, start, end):
            held |= span
            yield start, end, keys


def _mended(work: _Work, names: Mapping[str, tuple[str, ...]], start: int, name: str) -> str:
    """The name that stands there, after the slip in it, if there is one, has been mended."""
    meant = "" if name in names else work.lexicon.near(names, name.split())
    for at, folded in enumerate(meant.split(), start):
        token, typed = work.words[at].pair
        if typed != folded:
            if token != typed and spelling.is_syllable(token):
                return name  # a word with its accents is no slip of another
            work.words[at] = Word(work.words[at].typed, (folded, folded), folded)
    return meant or name


def _fits(work: _Work, start: int, end: int) -> bool:
    """Whether the accents as typed are those of the place, some of them, or none."""
    return all(work.lexicon.accent(word.pair) != OTHER_TONE for word in work.words[start:end])


def _kind_before(work: _Work, start: int, kinds: Sequence[str] = _KINDS_OF_PLACE) -> int:
    """How many words before say 'commune' or the like."""
    for length in (3, 2, 1):
        before = work.words[max(0, start - length) : start]
        if len(before) == length and " ".join(word.pair[1] for word in before) in kinds:
            return length
    return 0


def _of_goods(work: _Work, start: int, end: int, *, but: Collection[int] = ()) -> bool:
    """Whether this run of words is part of a good's name that stands whole in the question: of a good that
    the other words (`but` some of them) do not rule out, as 'ST25' rules out the rice of Hồng Dân.
    """
    span = tuple(word.pair[1] for word in work.words[start:end])
    asked = {word.pair[1] for at, word in enumerate(work.words) if at not in but}
    owners: set[str] = set()
    for name, slugs in work.lexicon.names_with(span[0]):
        if asked.issuperset(name) and _inside(span, name):
            if asked == set(name):
                return True
            owners |= slugs
    if not owners:
        return False
    others = [word.pair for at, word in enumerate(work.words) if not start <= at < end and at not in but]
    meant = meant_by(work.lexicon, others).slugs
    return not meant or not owners.isdisjoint(meant)


def _inside(span: Sequence[str], words: Sequence[str]) -> bool:
    return any(tuple(words[at : at + len(span)]) == tuple(span) for at in range(len(words) - len(span) + 1))


def _narrowed(lexicon: Lexicon, meant: Meant, place: str) -> Meant:
    """Of the goods meant those that are named after the place: rice of Hồng Dân is that of Hồng Dân."""
    span = tuple(word for _, word in cut(place))
    named = {slug for count in range(len(span) - 1) for slug in lexicon.goods_with(span[count:])}
    chosen = tuple(slug for slug in meant.slugs if slug in named)
    return Meant(chosen or meant.slugs or tuple(sorted(named)), meant.spelt)


def _terms(work: _Work, line: str) -> Reading:
    words = _once(work.words)
    kept, dropped = words[:MOST_WORDS], max(0, len(words) - MOST_WORDS)
    named = {word.pair for at, word in enumerate(work.words) if not _is_soft(work.lexicon, work.words, at)}
    hard = [word for word in kept if word.pair in named] or kept
    if hard == kept and all(word.pair[1].isdigit() for word in kept) and work.found:
        hard = []
    # The last word may be half typed, unless something stands behind it.
    last_counts = bool(hard) and hard[-1] is kept[-1] and line.endswith(hard[-1].typed)
    of_goods = [("", "") if word in [*work.sellers, *work.no_goods] else word.pair for word in hard]
    half = last_counts and hard[-1] not in work.sellers
    meant = several.meant(work.lexicon, work.words, of_goods, unfinished=half)
    if hard and (place := work.found.get("place_name")):
        meant = _narrowed(work.lexicon, meant, place)
    # Where only the place tells which goods are meant, all words may be other names for them.
    elsewhere = meant.slugs if not meant.spelt else ()
    terms, mended, beside = [], [], []
    for at, word in enumerate(hard):
        spelt = meant.spelt.get(at)
        if meant.spelt and not spelt and word not in work.sellers:
            # The goods are known: what else is said of them lifts those that say it, and hides none.
            beside.append(word)
            continue
        spellings = [word.text]
        if spelt and spelt != word.pair[1]:
            spellings.append(work.lexicon.shown(spelt))
            begun = last_counts and at == len(hard) - 1 and spelt.startswith(word.pair[1])
            if not begun and word.pair[1] not in work.lexicon.known:
                mended.append(Mended(word.typed, work.lexicon.shown(spelt)))
        elif word.mended:
            mended.append(Mended(word.typed, word.text))
        terms.append(Term(tuple(spellings), meant.slugs if spelt else elsewhere))
    # A whole word of the goods meant is not half of another.
    whole = bool(hard) and meant.spelt.get(len(hard) - 1) == hard[-1].pair[1]
    soft = tuple(word.text for word in kept if word not in hard or word in beside)
    return Reading(
        terms=tuple(terms),
        optional=soft,
        goods=meant.slugs,
        unfinished=last_counts and hard[-1] not in beside and not whole,
        mended=together(mended),
        dropped=dropped,
        **work.found,
    )


def _once(words: Sequence[Word]) -> list[Word]:
    """Each word once; but customs codes repeat their digits, 1006.10.10."""
    kept = {(word.pair, at if word.pair[1].isdigit() else 0): word for at, word in enumerate(reversed(words))}
    return list(kept.values())[::-1]


def _is_soft(lexicon: Lexicon, words: Sequence[Word], at: int) -> bool:
    """Trade's own words, and numbers that are no code of goods."""
    token, folded = words[at].pair
    others = (one.pair[1] for one in words if one is not words[at])
    if folded.isdigit() and lexicon.is_name(folded) and lexicon.of_goods.isdisjoint(others):
        return False  # a customs heading, where no goods are named
    word = token if folded == "the" else folded  # 'thẻ' is no article
    if word in _TRADE or folded.isdigit():
        # 'mua' is a word of lúa mùa, 'the' of tôm thẻ, '30' of 1006.30, but only beside the rest of it.
        before = at > 0 and lexicon.beside(words[at - 1].pair[1], folded)
        return not before and not (at + 1 < len(words) and lexicon.beside(folded, words[at + 1].pair[1]))
    return folded[:1].isdigit() and folded not in lexicon.of_goods
