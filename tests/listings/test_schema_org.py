"""A listing's data block for search engines: it parses whatever the unit wrote, says what the page says, and
stands on the public page alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import make, trade
from tests.listings.goods import make_listing
from tests.machines import PERSONAL
from tests.make import TODAY
from tests.pages import Browser, Page

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
BLOCK = "head script[type='application/ld+json']"


def data(page: Page) -> dict[str, Any]:
    (node,) = page.css(BLOCK)
    found: dict[str, Any] = json.loads(node.text())
    assert found["@context"] == "https://schema.org"
    assert found["@type"] == "Product"
    assert found["offers"]["@type"] == "Offer"
    return found


def test_it_says_what_the_page_says(session: Session, browser: Open) -> None:
    unit = make.make_unit(session, user={"phone": "0912000222"})
    listing = make_listing(
        session,
        unit,
        volume=12_000_500,
        price_from=18_500,
        price_to=21_000,
        min_order=trade.TONNE,
        description="Dẻo, thơm.",
        spec={"broken": [0, 50]},
    )
    page = browser().get(f"/listings/{listing.id}")
    found = data(page)
    address = f"http://testserver/listings/{listing.id}"
    assert (found["name"], found["url"], found["sku"]) == (listing.title, address, str(listing.id))
    assert found["description"] == "Dẻo, thơm."
    assert found["additionalProperty"][0]["@type"] == "PropertyValue"
    offer = found["offers"]
    assert offer["priceCurrency"] == "VND"
    assert offer["priceSpecification"]["unitCode"] == "KGM"
    assert (offer["priceSpecification"]["minPrice"], offer["priceSpecification"]["maxPrice"]) == (
        18_500,
        21_000,
    )
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["inventoryLevel"] == {
        "@type": "QuantitativeValue",
        "value": 12_000.5,
        "unitCode": "KGM",
    }
    assert offer["eligibleQuantity"]["minValue"] == 1000
    assert offer["availabilityEnds"] == (TODAY + timedelta(days=60)).isoformat()
    seller = offer["seller"]
    assert (seller["@type"], seller["name"]) == ("Organization", unit.party.name)
    assert seller["url"] == f"http://testserver/cooperatives/{unit.party.code}"
    assert offer["areaServed"]["name"] in page.text
    assert not [one for one in PERSONAL if one in page.css(BLOCK)[0].text()]


def test_pieces_days_to_come_and_what_is_sold_out(session: Session, browser: Open) -> None:
    unit = make.make_unit(session)
    mats = make_listing(
        session,
        unit,
        product="chieu-lac",
        volume=600,
        price_from=150_000,
        from_date=TODAY + timedelta(days=9),
    )
    offer = data(browser().get(f"/listings/{mats.id}"))["offers"]
    assert offer["availability"] == "https://schema.org/PreOrder"
    assert offer["priceSpecification"]["price"] == 150_000
    assert offer["inventoryLevel"]["unitCode"] == "C62"
    gone, _ = trade.make_listing(session, unit, volumes=(4 * trade.TONNE,))
    trade.make_link(session, unit, make.make_buyer(session), gone, volume=4 * trade.TONNE)
    offer = data(browser().get(f"/listings/{gone.id}"))["offers"]
    assert offer["availability"] == "https://schema.org/SoldOut"
    assert "availabilityEnds" not in offer


def test_pay_for_work_is_no_price_of_goods(session: Session, browser: Open) -> None:
    unit = make.make_unit(session)
    work = make_listing(
        session, unit, product="chieu-lac", volume=600, price_kind="labour", price_from=40_000
    )
    offer = data(browser().get(f"/listings/{work.id}"))["offers"]
    assert "price" not in offer
    assert "priceSpecification" not in offer


@pytest.mark.parametrize(
    "words", ["</script><script>alert(1)</script>", "<!-- <script>", "a & b ' \" \u2028", "]]>", "{{ 1 }}"]
)
def test_no_words_end_the_block(session: Session, browser: Open, words: str) -> None:
    listing = make_listing(session, make.make_unit(session), title=f"Gạo {words}", description=words)
    page = browser().get(f"/listings/{listing.id}")
    assert data(page)["name"] == listing.title
    assert data(page)["description"] == words
    raw = page.response.text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert not {"<", ">", "&"} & set(raw)
    assert json.loads(raw)["name"] == listing.title


def test_it_stands_on_what_is_on_sale_alone(session: Session, browser: Open) -> None:
    unit = make.make_unit(session)
    draft = make_listing(session, unit, publish=False)
    own = browser()
    own.sign_in(unit.login)
    page = own.get(f"/listings/{draft.id}")
    assert page.status == 200
    assert not page.css(BLOCK)
    assert not own.get("/listings").css(BLOCK)
