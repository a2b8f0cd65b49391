"""Listing documents for the search tests: one made by hand, or a market's worth made from a seed.

What is expected of an index is written in the test modules; `brute.py` computes it the slow and obvious way.
"""

import random
from typing import Any

from search.documents import ListingDocument

_GOODS = (
    "tôm sú thẻ chân trắng muối mười muỗi gạo ST25 cua gạch cá kèo nghêu sò huyết lúa OM18 tài nguyên hữu cơ "
    "sinh thái tươi khô đặc sản Hồng Dân Vĩnh Lợi Đông Hải của đan đát chiếu lác"
)
WORDS = _GOODS.split()
SECTORS = ("rice", "shrimp", "aquaculture", "handicraft", "other")
STANDARDS = ("vietgap", "asc", "organic")
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))


def make_document(id_: int, **changes: Any) -> ListingDocument:
    """A plain listing, in stock, without any word a test would look for unless it says so."""
    values: dict[str, Any] = {
        "title": "hàng",
        "description": "",
        "product": "hang",
        "product_name": "hàng",
        "product_name_en": "goods",
        "words": (),
        "sector": "other",
        "cooperative": "HTX",
        "cooperative_code": "HTX-1",
        "place_names": (),
        "places": (),
        "standards": (),
        "ocop": 0,
        "months": (),
        "available": 1_000,
        "unit": "gram",
        "price_from": None,
        "price_to": None,
        "published_at": 1_760_000_000,
        "ends_on": 0,
        "verified": False,
    }
    return ListingDocument(id=id_, **(values | changes))


def random_documents(seed: int, count: int) -> list[ListingDocument]:
    """Listings with many ties in everything a page is sorted by."""
    dice = random.Random(seed)

    def phrase(length: int) -> str:
        return " ".join(dice.choices(WORDS, k=length))

    made = []
    for id_ in dice.sample(range(1, count * 3), count):
        price = dice.choice([None, 5_000 * dice.randrange(1, 9)])
        made.append(
            make_document(
                id_,
                title=phrase(4),
                description=phrase(10),
                product=f"p{dice.randrange(15)}",
                product_name=phrase(2),
                words=(phrase(1), phrase(2)),
                sector=dice.choice(SECTORS),
                cooperative="HTX " + phrase(2),
                place_names=(phrase(2),),
                places=(f"commune-{dice.randrange(20)}", f"district-{dice.randrange(4)}", "province"),
                standards=tuple(dice.sample(STANDARDS, dice.randrange(3))),
                ocop=dice.choice([0, 0, 3, 4, 5]),
                months=tuple(dice.sample(MONTHS, dice.randrange(4))),
                available=dice.choice([0, 500, 2_000, 10_000]),
                price_from=price,
                price_to=price,
                published_at=1_760_000_000 + dice.randrange(5),
                ends_on=dice.choice([0, 739_900, 739_901, 739_930]),
                verified=dice.random() < 0.3,
                sizes=tuple(str(size) for size in range(dice.randrange(15, 35), 35)),
                broken=dice.choice([None, 5, 10]),
            )
        )
    return made
