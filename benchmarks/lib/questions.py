"""What buyers would type into the search field: names of goods as they are, without accents, with mistakes,
half typed, and with what buyers add to them.
"""

import random
from pathlib import Path

from benchmarks.lib import engines, goods, mistakes
from market import clock


def asked(where: Path, count: int) -> list[str]:
    """So many different questions, by a seed; more of them begin with the same."""
    dice = random.Random(11)
    with engines.reference(where) as session:
        catalogue = goods.read(session, on=clock.today())
    names = [product.name_vi for product in catalogue.products]
    made: list[str] = []
    while len(made) < count:
        name = dice.choice(names)
        kind = dice.choice(("as is", "as is", "no_accents", "no_accents", "telex", "slip", "half", "more"))
        if kind == "half":
            name = name[: max(3, len(name) - dice.randrange(1, 4))]
        elif kind == "more":
            name = f"{name} {dice.choice(('5 tấn', 'Đông Hải', 'tháng 12', 'Hồng Dân'))}"
        elif kind != "as is":
            name = mistakes.spoil(name, kind, dice) or ""
        if name and name not in made:
            made.append(name)
    return made
