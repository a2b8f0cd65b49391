"""Whether a search shows the product that was meant: 95 questions of buyers, a thousand thought up to find
faults, nearly as many written with nothing but the catalogue at hand, and two thousand made from its names by
typical mistakes, on both engines, over listings with noise. Against the bare engine with the words as typed,
and against what somebody would pick instead of ours (`lib/rivals.py`).
"""

import csv
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.lib import engines, goods, mistakes, rivals
from benchmarks.lib.report import tell
from benchmarks.lib.rows import Rival
from market.listings import lexicon
from search import reading
from search.index import Index
from search.query import Query

DATA = Path(__file__).parent / "data"
ON = date(2026, 3, 2)
A_PRODUCT = 40  # listings of each


@dataclass(frozen=True, slots=True)
class Question:
    """What is typed, what sort of question it is, and the products that would be right."""

    text: str
    kind: str
    right: frozenset[str]


def written(name: str, prefix: str = "") -> list[Question]:
    """The questions of a file, whose kinds are told with a word before them."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [
            Question(row["query"], prefix + row["kind"], frozenset(row["intended_product_slug"].split(";")))
            for row in csv.DictReader(file)
        ]


def made(catalogue: goods.Catalogue) -> list[Question]:
    """Every product's name and other names with each kind of mistake, by a seed."""
    dice = random.Random(7)
    owners = defaultdict(set)
    for product in catalogue.products:
        for name in (product.name_vi, *catalogue.synonyms.get(product.id, ())):
            owners[name.lower()].add(product.slug)
    found = []
    for name, slugs in owners.items():
        if len(name.split()) < 2:
            continue
        for kind in mistakes.KINDS:
            typed = mistakes.spoil(name, kind, dice)
            # A mistake that makes another name of it is none.
            if typed and typed not in owners:
                found.append(Question(typed, f"made: {kind}", frozenset(slugs)))
    return found


def share_right(
    ask: Callable[[str], list[str]], questions: list[Question]
) -> dict[str, tuple[float, float, int]]:
    """By kind and over all: how many have the right product on top, and among the first three."""
    held: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one in questions:
        found = ask(one.text)
        marks = (bool(found) and found[0] in one.right, any(slug in one.right for slug in found[:3]))
        group = f"{one.kind.split(':')[0]}: all" if ":" in one.kind else "all"
        held[one.kind].append(marks)
        held[group].append(marks)
    return {
        kind: (
            sum(top for top, _ in marks) / len(marks),
            sum(three for _, three in marks) / len(marks),
            len(marks),
        )
        for kind, marks in held.items()
    }


def main() -> None:
    """Measure and print."""
    with engines.folder() as where, engines.reference(where) as session, engines.both(where) as indexes:
        catalogue = goods.read(session, on=ON)
        documents = list(goods.listings(catalogue, A_PRODUCT * len(catalogue.products)))
        product_of = {one.id: one.product for one in documents}
        known = lexicon.make(session, on=ON)
        hard = written("hard_questions.csv", "hard: ")
        outside = written("outside_questions.csv", "outside: ")
        questions = [*written("queries.csv"), *hard, *outside, *made(catalogue)]

        def searched(index: Index, text: str, *, read: bool) -> list[str]:
            query = Query(text, limit=3, facets=("product",))
            if not read:
                return [product_of[id_] for id_ in index.search(query).ids]
            said = reading.understand(text, known, on=ON)
            page = index.search(reading.put(query, said, said.filters))
            if said.filters and reading.missed(page, said.goods):
                page = index.search(reading.put(query, said, ()))
            return [product_of[id_] for id_ in page.ids]

        for name, index in indexes.items():
            index.rebuild(iter(documents))
            for read in (True, False):
                shares = share_right(partial(searched, index, read=read), questions)
                tell_all(f"{name}, read" if read else f"{name}, words alone", shares)

        with rivals.standing(where / "rivals") as others:
            for rival in others:
                rival.fill(documents)
                tell_all(rival.name, share_right(partial(found_by, rival, product_of), questions))


def found_by(rival: Rival, product_of: dict[int, str], text: str) -> list[str]:
    """The products of what a rival shows, best first."""
    return [product_of[id_] for id_ in rival.search(text).ids]


def tell_all(how: str, shares: dict[str, tuple[float, float, int]]) -> None:
    """Both shares of every kind of question."""
    for kind, (top, three, count) in shares.items():
        tell("relevance", f"{how}: {kind}: on top", top * 100, "%", n=count)
        tell("relevance", f"{how}: {kind}: among three", three * 100, "%", n=count)


if __name__ == "__main__":
    main()
