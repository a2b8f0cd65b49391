"""The catalogue for programs: every product with its words, and codes that the search takes."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from market.catalogue import queries
from tests.machines import Program
from tests.pages import Browser


def test_every_product_is_told_as_the_catalogue_has_it(
    session: Session, browser: Callable[[], Browser]
) -> None:
    found = Program(browser()).ask("/products")
    told = {one["slug"]: one for one in found["products"]}
    known = queries.list_products(session)
    assert list(told) == [product.slug for product in known]
    for product in known:
        one = told[product.slug]
        assert one["name"] == {"vi": product.name_vi, "en": product.name_en}
        assert one["synonyms"] == queries.synonyms_of(session, product)
        assert one["months"] == queries.months_of(session, product)
        assert (one["unit"] == "piece") is (one["piece"] is not None) is (product.unit == "piece")
    assert told["lua-st25"]["unit"] == "kg"
    assert [one["code"] for one in found["sectors"]] == [one.code for one in queries.list_sectors(session)]
    assert {one["code"]: one["stars"] for one in found["standards"]}["OCOP4"] == 4


def test_a_search_takes_each_of_its_codes(browser: Callable[[], Browser]) -> None:
    program = Program(browser())
    found = program.ask("/products")
    for field, codes in (
        ("sector", [one["code"] for one in found["sectors"]]),
        ("product", [one["slug"] for one in found["products"]]),
        ("standard", [one["code"] for one in found["standards"]]),
    ):
        assert program.ask("/listings", **{field: codes})["total"] == 0
