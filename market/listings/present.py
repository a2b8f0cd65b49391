"""What the pages about one's own listings are filled with: choices in the reader's language, forms with what
stands in a listing, "my listings" with its lots. Used by the routes; no rule stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.assisted import queries as assisted
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product
from market.listings import cards, contexts, photos, price_forms, pricing, queries, wording
from market.listings.forms import LINES, Goods, ListingForm
from market.listings.models import Listing
from market.listings.photo_models import MOST_PHOTOS
from market.listings.pricing import MOST_LINES
from market.listings.terms import Terms
from market.places import queries as places
from market.web import language
from market.web.context import language as spoken
from market.web.forms import Filled, blank
from market.words import Named, Words, t


def goods(session: Session, product: Product) -> Goods:
    """A product as the forms read it."""
    definitions = tuple(catalogue.specs_of(session, product))
    return Goods(
        unit=product.unit,
        piece=catalogue.piece_of(product),
        packs=tuple(catalogue.pack_sizes_of(session, product)),
        definitions=definitions,
        size=queries.size_of(definitions),
    )


def pairs(choices: Mapping[str, Words]) -> list[tuple[str, str]]:
    """Choices as a select takes them."""
    return [(code, language.say(words)) for code, words in choices.items()]


def product_choices(session: Session) -> list[tuple[str, list[tuple[str, str]]]]:
    """All products, grouped as the catalogue groups them."""
    products = catalogue.list_products(session)
    english = spoken() == "en"

    def group(product: Product) -> str:
        return product.group_en if english else product.group_vi

    return [
        (name, [(one.slug, one.name_en if english else one.name_vi) for one in members])
        for name, members in groupby(products, key=group)
    ]


def listing_choices(session: Session, product: Product, known: Goods) -> dict[str, Any]:
    """What the form of a listing offers to choose from."""
    variants = catalogue.variants_of(session, product)
    standards = catalogue.list_standards(session, sector=product.sector_code)
    return {
        "product": product,
        "product_name": language.say(Named(product.name_vi, product.name_en)),
        "specs": [_spec_field(definition) for definition in known.definitions],
        "size_name": language.say(known.size.name) if known.size else "",
        "lines": _rows,
        "variants": [(one.id, language.say(Named(one.name_vi, one.name_en))) for one in variants],
        "standards": [(one.code, language.say(Named(one.name_vi, one.name_en))) for one in standards],
        "communes": [(place.id, place.name) for place in places.list_communes(session, on=clock.today())],
        "bases": pairs(wording.BASES),
        "payments": pairs(wording.PAYMENTS),
        "sides": pairs(wording.SIDES),
        "checks": pairs(wording.CHECKS),
        "lot_kinds": pairs(wording.LOT_KINDS),
        "price_kinds": pairs(
            {kind: words for kind, words in wording.PRICE_KINDS.items() if known.size or kind != "table"}
        ),
        "per": language.per_unit(known.unit, known.piece),
        "volume_hint": volume_hint(known),
    }


def _rows(form: Filled[Any]) -> range:
    """The rows of the table that a form shows: a few, and as many as it holds and one more."""
    return range(1, min(MOST_LINES, max(LINES, max(form.rows("line"), default=0) + 1)) + 1)


def volume_hint(known: Goods) -> str:
    """How a volume of this product may be typed."""
    names = ["kg", language.pgettext("unit", "tonnes")] if known.unit == "gram" else []
    names += [language.say(known.piece)] if known.piece else []
    names += [language.say(pack.name) for pack in known.packs]
    return ", ".join(dict.fromkeys(names))


def _spec_field(definition: spec.Definition) -> dict[str, Any]:
    return {
        "name": definition.field,
        "label": language.say(definition.name),
        "unit": spec.unit_name(definition, spoken()),
        "choices": [(choice.code, language.say(choice.name)) for choice in definition.choices],
    }


def edit_form(session: Session, listing: Listing, known: Goods) -> Filled[ListingForm]:
    """The form filled with what stands in a listing; every value is written so that it is read back."""
    terms = Terms.of(listing)
    values: dict[str, Any] = {
        "title": listing.title,
        "description": listing.description,
        "grade": listing.grade,
        "price_kind": listing.price_kind,
        "price_basis": listing.price_basis,
        "variant": listing.variant_id,
        "area_code": listing.area_code,
        "standards": queries.claimed_standards(session, listing_id=listing.id),
        "min_order": (
            language.volume(listing.min_order, known.unit, known.piece) if listing.min_order else ""
        ),
        "delivery_place": terms.delivery_place_id,
        "carrier": terms.carrier,
        "carriage_paid_by": terms.carriage_paid_by,
        "payment": terms.payment,
        "payment_days": terms.payment_days,
        "tolerance": None if terms.tolerance is None else terms.tolerance // 100,
        "weighed_at": terms.weighed_at,
        "deductions": terms.deductions,
        "checks": list(terms.checked),
        "version": listing.version,
    }
    if listing.price_kind == "table":
        for number, line in enumerate(queries.price_lines(session, listing_id=listing.id), start=1):
            values[f"line{number}.size"] = language.say(
                wording.size(known.size, line.size_from, line.size_to)
            )
            values[f"line{number}.price"] = price_forms.shown(line.price, known.unit)
    else:
        values |= price_forms.reference_fields(pricing.reference_of(listing.price_reference), known.unit)
        values["price_from"] = price_forms.shown(listing.price_from, known.unit)
        values["price_to"] = (
            price_forms.shown(listing.price_to, known.unit) if listing.price_to != listing.price_from else ""
        )
    for definition in known.definitions:
        held = listing.spec.get(definition.key)
        if held is not None:
            shown = held if isinstance(held, str) else spec.show_one(definition, held, spoken())
            values[definition.field] = shown
    return blank(ListingForm, **values)


#: What is told of a listing that was changed while somebody else was editing it.
TOLD = {
    "title": t("Title"),
    "price_from": t("Price"),
    "price_to": t("up to"),
    "min_order": t("Smallest order"),
    "grade": t("Grade as you call it"),
    "description": t("Description"),
}


def what_differs(
    session: Session, listing: Listing, known: Goods, typed: Filled[Any]
) -> list[tuple[str, str]]:
    """What a listing says now where it is not what was typed: labels and values."""
    held = edit_form(session, listing, known)
    found = [
        (language.say(words), str(held.get(name)) or "–")
        for name, words in TOLD.items()
        if str(held.get(name)) != str(typed.get(name))
    ]
    lines = [(f"line{n}.size", f"line{n}.price") for n in range(1, MOST_LINES + 1)]
    for size, price in lines:
        if held.get(size) and (held.get(size), held.get(price)) != (typed.get(size), typed.get(price)):
            found.append((str(held.get(size)), f"{held.get(price)} đ"))
    return found


def photo_section(session: Session, listing: Listing, form: Filled[Any] | None, wrong: str) -> dict[str, Any]:
    """The photos under the form of a listing; a refused form stands at its photo, or where more are added."""
    held = photos.list_photos(session, listing_id=listing.id, title=listing.title)
    return {
        "photos": held,
        "photo_form": form or Filled(raw={}),
        "wrong_photo": wrong,
        "photos_left": MOST_PHOTOS - len(held),
    }


def mine_page(
    session: Session,
    *,
    party_id: int,
    page: int,
    can_trade: bool,
    form: Filled[Any] | None = None,
    lot_id: int | None = None,
) -> contexts.Mine:
    """Everything "my listings" shows; a refused form stands at its lot, or on top."""
    found, total = queries.list_mine(session, party_id=party_id, on=clock.today(), page=page)
    return contexts.Mine(
        cards=found,
        page=page,
        pages=-(-total // queries.PAGE_SIZE),
        states=wording.STATES,
        can_trade=can_trade,
        assisted=assisted.of_listings(session, [card.id for card in found]),
        form=form or Filled(raw={}),
        wrong_lot=lot_id,
        lefts={
            lot.id: _left(lot, card, form if lot.id == lot_id else None)
            for card in found
            for lot in card.lots
        },
    )


def _left(lot: cards.LotCard, card: cards.Card, form: Filled[Any] | None) -> str:
    if form is not None and "left" in form.raw:
        return str(form.get("left"))
    return language.volume(lot.available, card.unit, card.piece)
