"""A listing in the words of schema.org, for search engines: a product with the unit's offer. Made from the
read model of its page and saying no more than that; the page puts it into a data block, which nothing runs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import Request

from market import clock
from market.listings import searching
from market.listings.queries import ListingPage
from market.web.pages import absolute

#: UN/CEFACT Recommendation 20: a kilogram, and one piece.
UNITS = {"gram": "KGM", "piece": "C62"}
CURRENCY = "VND"


def product(request: Request, page: ListingPage) -> dict[str, Any]:
    """The product of a listing's page, its addresses absolute."""
    return describe(page, url=lambda path: absolute(request, path), on=clock.today())


def describe(page: ListingPage, *, url: Callable[[str], str], on: date) -> dict[str, Any]:
    """The same from the read model alone."""
    card = page.card
    address = url(f"/listings/{card.id}")
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": f"{address}#product",
        "url": address,
        "name": card.title,
        "alternateName": [card.product_name.vi, card.product_name.en],
        "category": card.sector_name.vi,
        "sku": str(card.id),
        "offers": _offer(page, address, url, on),
    }
    if page.description:
        described["description"] = page.description
    if page.photos:
        described["image"] = [url(photo.src) for photo in page.photos]
    if page.qualities:
        described["additionalProperty"] = [
            {"@type": "PropertyValue", "name": name.vi, "value": value.vi} for name, value in page.qualities
        ]
    return described


def _offer(page: ListingPage, address: str, url: Callable[[str], str], on: date) -> dict[str, Any]:
    card = page.card
    unit = UNITS[card.unit]
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": address,
        "priceCurrency": CURRENCY,
        "availability": f"https://schema.org/{_availability(page, on)}",
        "seller": {
            "@type": "Organization",
            "name": card.cooperative,
            "identifier": card.cooperative_code,
            "url": url(f"/cooperatives/{card.cooperative_code}"),
        },
        "inventoryLevel": {
            "@type": "QuantitativeValue",
            "value": searching.as_number(card.available, card.unit),
            "unitCode": unit,
        },
    }
    if card.place:
        offer["areaServed"] = {"@type": "AdministrativeArea", "name": card.place}
    if (last := max((lot.to_date for lot in card.lots if lot.available), default=None)) is not None:
        offer["availabilityEnds"] = last.isoformat()
    if page.min_order:
        offer["eligibleQuantity"] = {
            "@type": "QuantitativeValue",
            "minValue": searching.as_number(page.min_order, card.unit),
            "unitCode": unit,
        }
    # What is paid for work on the buyer's own material is no price of the goods.
    if card.price_from is not None and card.price_kind != "labour":
        offer["priceSpecification"] = _price(card.price_from, card.price_to, unit)
    return offer


def _price(low: int, high: int | None, unit: str) -> dict[str, Any]:
    price: dict[str, Any] = {
        "@type": "UnitPriceSpecification",
        "priceCurrency": CURRENCY,
        "unitCode": unit,
        "referenceQuantity": {"@type": "QuantitativeValue", "value": 1, "unitCode": unit},
    }
    if high is None or high == low:
        return {**price, "price": low}
    return {**price, "minPrice": low, "maxPrice": high}


def _availability(page: ListingPage, on: date) -> str:
    """In stock, to come, or sold out: by the lots that are left."""
    left = [lot for lot in page.card.lots if lot.available]
    if not left:
        return "SoldOut"
    return "InStock" if any(lot.from_date <= on for lot in left) else "PreOrder"
