"""Listings made up from the catalogue, by a seed: titles and descriptions as cooperatives write them, with
words that say nothing, other goods named in passing, places all over the province.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue.models import Product, ProductSynonym
from market.places import queries as places
from market.places.models import Place, PlaceCover
from search.documents import ListingDocument

_AROUND = (
    "loại tốt", "vụ mới", "giao tận nơi", "số lượng lớn", "hàng tuyển", "giá tại ruộng", "bao đổi trả",
    "có sẵn", "nhận đặt trước", "đóng bao theo yêu cầu", "xuất khẩu", "không hóa chất",
)  # fmt: skip
_SAYINGS = (
    "Hợp tác xã nhận đặt trước cho vụ tới, thanh toán khi nhận hàng.",
    "Hàng của thành viên, có sổ ghi chép, mười năm kinh nghiệm.",
    "Có thể giao theo đợt, mỗi đợt từ hai tấn trở lên, bên mua tự lo xe.",
    "Làng nghề lâu năm, nhận làm theo mẫu của khách.",
    "Vùng nuôi xen canh, nước mặn sáu tháng, nước ngọt sáu tháng.",
    "Gọi trước một ngày để chuẩn bị, cân tại bến.",
)
_SELLERS = ("Thành Công", "Ba Đình", "Tân Thuận", "Phước Hưng", "Đại Lợi", "Hòa Phát")
#: Cooperatives known for their goods, as the press tells of them; the others are made up.
_KNOWN = {
    "lua-om18": "Vĩnh Cường", "gao-om18": "Vĩnh Cường", "so-huyet": "Đồng Tiến", "ngheu": "Đồng Tiến",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What listings are made of."""

    products: tuple[Any, ...]
    synonyms: dict[int, tuple[str, ...]]
    places: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]  # name, keys and names of all above


def read(session: Session, *, on: date) -> Catalogue:
    """The catalogue of a migrated database, and the communes valid on a day."""
    products = session.execute(sa.select(*Product.__table__.c).order_by(Product.position)).all()
    synonyms: dict[int, list[str]] = {}
    for product_id, text in session.execute(sa.select(ProductSynonym.product_id, ProductSynonym.text)):
        synonyms.setdefault(product_id, []).append(text)
    above: dict[int, list[tuple[str, str]]] = {}
    covering = sa.select(PlaceCover.place_id, Place).join(Place, Place.id == PlaceCover.ancestor_id)
    for place_id, place in session.execute(covering).all():
        above.setdefault(place_id, []).append((places.key_of(place, on), place.name))
    communes = session.execute(
        sa.select(Place.id, Place.name).where(Place.level == "commune", Place.valid_to.is_(None))
    )
    found = tuple(
        (name, tuple(code for code, _ in above[id_]), tuple(one for _, one in above[id_]))
        for id_, name in communes
    )
    return Catalogue(tuple(products), {key: tuple(held) for key, held in synonyms.items()}, found)


def seller(dice: random.Random) -> str:
    """What a made-up cooperative is called."""
    return dice.choice(_SELLERS)


def listings(catalogue: Catalogue, count: int, *, seed: int = 1) -> Iterator[ListingDocument]:
    """So many listings, the products in turn, ids from 1."""
    dice = random.Random(seed)
    for id_ in range(1, count + 1):
        product = catalogue.products[id_ % len(catalogue.products)]
        _, keys, names = dice.choice(catalogue.places)
        other = dice.choice(catalogue.products)
        description = " ".join(dice.sample(_SAYINGS, 2))
        if dice.random() < 0.3:
            description += f" Ngoài ra còn có {other.name_vi.lower()}."
        price = dice.choice([None, *(1_000 * dice.randrange(4, 400) for _ in range(5))])
        available = dice.choice([0, 500_000, 2_000_000, 12_000_000, 60_000_000])
        if product.unit == "piece":
            available //= 50_000
        month = dice.randrange(1, 13)
        shared = (product.scientific_name, product.group_vi, product.group_en)
        yield ListingDocument(
            id=id_,
            title=f"{product.name_vi} {dice.choice(_AROUND)}",
            description=description,
            product=product.slug,
            product_name=product.name_vi,
            product_name_en=product.name_en,
            words=tuple(word for word in (*shared, *catalogue.synonyms.get(product.id, ())) if word),
            sector=product.sector_code,
            cooperative=f"HTX {_KNOWN.get(product.slug) or f'{dice.choice(_SELLERS)} {dice.randrange(90)}'}",
            cooperative_code=f"HTX-{dice.randrange(1, 800):04d}",
            place_names=names,
            places=keys,
            standards=tuple(dice.sample(("VIETGAP-TS", "VIETGAP-TT", "ASC"), dice.choice([0, 0, 0, 1]))),
            # Stars are given to packed and labelled goods, not to what is sold from the field.
            ocop=0 if product.poolable else dice.choice([0, 3, 4]),
            months=tuple(f"2026-{(month + step - 1) % 12 + 1:02d}" for step in range(3)),
            available=available,
            unit=product.unit,
            price_from=price,
            price_to=price,
            published_at=1_760_000_000 + id_,
            ends_on=739_900 + dice.randrange(200) if available else 0,
            verified=dice.random() < 0.2,
            position=product.position,
            sizes=tuple(str(size) for size in range(20, 31)) if dice.random() < 0.2 else (),
        )
