"""No sum behind which too few stand can be computed from those that stand in public: checked by exact linear
algebra, on random tables and on the figures of random worlds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock, worker
from market.statistics import disclosure, publication
from tests.profiles import Profile
from tests.statistics import dealings, happenings
from tests.statistics.worlds import VERBS, Step, World


class Span:
    """What can be computed from some sums by adding and subtracting: Gauss in fractions, kept sparse."""

    def __init__(self, published: Iterable[Sequence[int]]) -> None:
        self.basis: dict[int, dict[int, Fraction]] = {}
        for members in published:
            row = self._reduced(members)
            if row:
                pivot = min(row)
                self.basis[pivot] = {at: value / row[pivot] for at, value in row.items()}

    def _reduced(self, members: Sequence[int]) -> dict[int, Fraction]:
        row = {one: Fraction(1) for one in members}
        while pivots := [at for at in row if at in self.basis]:
            pivot = min(pivots)
            factor = row[pivot]
            for at, value in self.basis[pivot].items():
                left = row.get(at, Fraction(0)) - factor * value
                if left:
                    row[at] = left
                else:
                    row.pop(at, None)
        return row

    def gives(self, secret: Sequence[int]) -> bool:
        """Whether a sum is one of them."""
        return not self._reduced(secret)


def gives(published: Sequence[Sequence[int]], secret: Sequence[int]) -> bool:
    return Span(published).gives(secret)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_no_combination_of_what_is_chosen_gives_a_secret(seed: int) -> None:
    dice = Random(seed)
    count = dice.randint(1, 12)
    cells = {
        number: sorted(dice.sample(range(count), dice.randint(1, count)))
        for number in range(dice.randint(1, 25))
    }
    secrets = [cells[one] for one in cells if dice.random() < 0.3]
    secrets += [[one] for one in range(count) if dice.random() < 0.5]
    order = [one for one in cells if cells[one] not in secrets]
    chosen = disclosure.choose(cells, secrets, order)
    rows = [cells[one] for one in chosen]
    assert not any(gives(rows, secret) for secret in secrets)
    # And nothing is hidden for nothing: whatever was left out would have given one away.
    for number, one in enumerate(order):
        if one not in chosen:
            before = [cells[other] for other in order[:number] if other in chosen]
            assert any(gives([*before, cells[one]], secret) for secret in secrets)


def test_the_example_of_two_rows_and_columns() -> None:
    """One of four fields is empty and one small: both margins together would give the small one."""
    cells = {"row 1": [0], "row 2": [1, 2], "column 1": [0, 1], "column 2": [2], "all": [0, 1, 2]}
    chosen = disclosure.choose(cells, [[1]], list(cells))
    assert "all" in chosen
    assert not {"row 1", "column 1"} <= set(chosen)
    assert not gives([cells[one] for one in chosen], [1])


START = date(2025, 2, 1)
assert {"ask", "look"} <= set(VERBS), (dealings, happenings)
#: What makes trade: many units and buyers, listings, agreements that are delivered.
BUSY = ("offer", "offer", "ask", "ask", "ask", "ask", "ask", "deliver", "deliver")


def _busy(dice: Random) -> list[Step]:
    """A year in which much is sold."""
    people = [Step("found", 0, 4 * n + 2, dice.randint(0, 9), 2) for n in range(6)]
    people += [Step("enter", 0, 3 * n, dice.randint(0, 9), n) for n in range(5)]

    def step() -> Step:
        verb = dice.choice(BUSY)
        a = 2 * dice.randint(0, 20) + 1  # what is asked is agreed at once
        b = dice.randint(0, 9) * 10 + (60 if verb == "offer" else dice.randint(0, 9))
        return Step(verb, dice.choice((0, 1, 2, 3)), a, b, dice.randint(0, 200))

    return [*people, *(step() for _ in range(150))]


@pytest.mark.long
def test_no_public_figures_of_a_world_give_a_hidden_one(profile: Profile) -> None:
    """Every part of every trade figure, over places old and new, goods and days."""
    worker.subscribe_all()
    told = hidden = 0
    for seed in range(2 if profile.name == "embedded" else 1):
        dice = Random(seed)
        with profile.engine.execution_options(sqlite_write=True).connect() as connection:
            outer = connection.begin()
            with (
                clock.at(START),
                Session(connection, join_transaction_mode="create_savepoint") as session,
            ):
                World(session, START).live(_busy(dice))
                clock.move(date(2026, 2, 1) + timedelta(days=dice.randrange(20)))
                found = _check(session, 2025)
                told, hidden = told + found[0], hidden + found[1]
            outer.rollback()
    # A check of nothing proves nothing.
    assert told > 50, (told, hidden)
    assert hidden > 50, (told, hidden)


def _check(session: Session, year: int) -> tuple[int, int]:
    """How many sums stand in public, and how many are hidden and cannot be computed from them."""
    parts = publication.trade_parts()
    covers = publication._covers(session, year)
    nodes = publication._nodes(session, year, clock.now())
    chosen = publication.choose(session, year, at=clock.now())
    told = hidden = 0
    for rows_of in dict.fromkeys(part.rows for part in parts.values()):
        mine = {code: part for code, part in parts.items() if part.rows is rows_of}
        for code, table in publication._read(session, rows_of, mine, nodes, covers).items():
            members = {cell: sorted(set(found)) for cell, found in table.cells.items()}
            public = [members[cell] for cell in chosen[code]]
            told += len(public)
            assert not any(table.is_thin(one) for one in public)
            span = Span(public)
            distinct = {tuple(found) for found in members.values()}
            for one in distinct:
                if table.is_thin(one):
                    hidden += 1
                    assert not span.gives(one), code
    return told, hidden
