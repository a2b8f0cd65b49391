"""What the inquiry pages are filled with: sensible values, choices in the reader's language. Used by
the routes here and by links/routes.py, which shows the thread again when an agreement is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.accounts import looks
from market.accounts.current import Who
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product, Season
from market.files import present as files
from market.inquiries import contexts, deal_words, queries, schedules
from market.inquiries.forms import ProposalForm
from market.listings import price_forms, wording
from market.listings import queries as listings
from market.listings.models import Listing
from market.listings.pricing import Pricing
from market.listings.terms import Terms
from market.places import queries as places
from market.web import language
from market.web.context import language as spoken
from market.web.forms import Filled, blank
from market.words import Named, t

BASES = (
    ("field", t("at the field or pond")),
    ("store", t("at the seller's store")),
    ("buyer", t("at the buyer's")),
)
PAYMENTS = (
    ("on_delivery", t("on delivery")),
    ("days_after", t("some days after delivery")),
    ("in_advance", t("in advance")),
)
KINDS = (
    ("spot", t("A single purchase")),
    ("season", t("A season's offtake contract")),
    ("linkage", t("A linkage under Decree 98/2018")),
)
PARTS = (
    ("covers_inputs", t("Supply of inputs")),
    ("covers_production", t("Production and harvest")),
    ("covers_processing", t("Processing")),
)
PRICE_KINDS = (
    ("fixed", t("One price")),
    ("table", t("A price for each size")),
    ("reference", t("By a reference price, estimated")),
    ("labour", t("Pay for work; the buyer gives the material")),
)
AREA_BASES = (("sown", t("sown")), ("land", t("land")), ("pond", t("ponds")))
LEADS = (("seller", t("the seller")), ("buyer", t("the buyer")), ("other", t("another party")))
SIDES = (("seller", t("the seller")), ("buyer", t("the buyer")))


def pairs(choices: tuple[tuple[str, Any], ...]) -> list[tuple[str, str]]:
    """Choices as a select takes them."""
    return [(code, language.say(words)) for code, words in choices]


def price_choices(product: Product, definitions: Sequence[spec.Definition]) -> dict[str, Any]:
    """What the part of a form that says how a price is made offers to choose from."""
    size = listings.size_of(definitions)
    return {
        "size_field": _spec_field(size) if size else None,
        "price_kinds": [pair for pair in pairs(PRICE_KINDS) if size or pair[0] != "table"],
        "price_rows": price_forms.rows,
        "unit_hint": language.per_unit(product.unit, catalogue.piece_of(product)),
    }


def proposal_choices(session: Session, product: Product) -> dict[str, Any]:
    """What every proposal form offers to choose from."""
    definitions = catalogue.specs_of(session, product)
    return {
        **price_choices(product, definitions),
        "specs": [_spec_field(definition) for definition in definitions],
        "communes": [(place.id, place.name) for place in places.list_communes(session, on=clock.today())],
        "bases": pairs(BASES),
        "area_bases": pairs(AREA_BASES),
        "leads": pairs(LEADS),
        "seasons": [
            (one.code, language.say(Named(one.name_vi, one.name_en)))
            for one in catalogue.list_seasons(session)
            if one.ends_on >= clock.today()
        ],
        "payments": pairs(PAYMENTS),
        "kinds": pairs(KINDS),
        "parts": pairs(PARTS),
        "sides": pairs(SIDES),
        "checks": pairs(tuple(wording.CHECKS.items())),
    }


def _spec_field(definition: spec.Definition) -> dict[str, Any]:
    return {
        "name": definition.field,
        "label": language.say(definition.name),
        "unit": spec.unit_name(definition, spoken()),
        "choices": [(choice.code, language.say(choice.name)) for choice in definition.choices],
    }


def spec_fields(session: Session, product: Product, value: dict[str, Any]) -> dict[str, str]:
    """A quality as the form's fields hold it."""
    shown: dict[str, str] = {}
    for definition in catalogue.specs_of(session, product):
        if definition.key in value:
            held = value[definition.key]
            shown[definition.field] = (
                held
                if isinstance(held, str)
                else spec.show_one(definition, held, spoken()).split(" ")[0]
                if held[0] == held[1]
                else spec.show_one(definition, held, spoken())
            )
    return shown


def quality(session: Session, product_id: int, value: dict[str, Any]) -> str:
    """A quality in one line of words."""
    product = catalogue.get_product(session, product_id)
    shown = spec.show(catalogue.specs_of(session, product), value, spoken())
    return " · ".join(f"{label}: {text}" for label, text in shown)


def price_fields(session: Session, product: Product, made: Pricing) -> dict[str, Any]:
    """How a price is made, as the form's fields hold it. Of a table the rows say the price."""
    size = listings.size_of(catalogue.specs_of(session, product))
    shown = price_forms.shown(made.price, product.unit) if made.price and made.kind != "table" else None
    return {
        "price_kind": made.kind,
        "price": shown,
        **price_forms.table_fields(made.lines, size, product.unit),
        **price_forms.reference_fields(made.reference, product.unit),
    }


def hectares(area_m2: int | None) -> str | None:
    """An area as its field holds it."""
    return None if area_m2 is None else language.number(area_m2 / 10_000, 4)


def season_code(session: Session, season_id: int | None) -> str | None:
    """A season as its field holds it."""
    return session.get_one(Season, season_id).code if season_id else None


def season_names(session: Session, season_ids: Iterable[int | None]) -> dict[int, str]:
    """The seasons that offers name, in the reader's words, by their ids."""
    wanted = {one for one in season_ids if one}
    if not wanted:
        return {}
    found = (session.get_one(Season, one) for one in sorted(wanted))
    return {one.id: language.say(Named(one.name_vi, one.name_en)) for one in found}


def first_form(session: Session, listing: Listing) -> Filled[ProposalForm]:
    """The form for asking about a listing: its next window, its price, quality and terms."""
    product = catalogue.get_product(session, listing.product_id)
    return blank(
        ProposalForm,
        price_basis=listing.price_basis,
        kind="spot",
        version=1,
        **next_window(session, listing.id),
        **price_fields(session, product, listings.pricing_of(session, listing)),
        **terms_fields(Terms.of(listing)),
        **spec_fields(session, product, listing.spec),
    )


def next_window(session: Session, listing_id: int) -> dict[str, str]:
    """The days of the earliest lot that has something left, as the form's fields hold them."""
    today = clock.today()
    lots = [lot for lot in listings.open_lots(session, listing_id=listing_id, on=today) if lot.available]
    if not lots:
        return {}
    return {"from": max(lots[0].from_date, today).isoformat(), "to": lots[0].to_date.isoformat()}


def terms_fields(terms: Terms) -> dict[str, Any]:
    """Terms as the form's fields hold them."""
    return {
        "delivery_place": terms.delivery_place_id,
        "carrier": terms.carrier,
        "carriage_paid_by": terms.carriage_paid_by,
        "payment": terms.payment,
        "payment_days": terms.payment_days,
        "tolerance": None if terms.tolerance is None else terms.tolerance // 100,
        "deposit": terms.deposit,
        "deposit_due": terms.deposit_due and terms.deposit_due.isoformat(),
        "contract_due": terms.contract_due and terms.contract_due.isoformat(),
        "contract_wanted": "1" if terms.contract_wanted else None,
        "weighed_at": terms.weighed_at,
        "deductions": terms.deductions,
        "checks": list(terms.checked),
    }


def counter_form(session: Session, thread: queries.Thread, product: Product) -> Filled[ProposalForm]:
    """The form for another offer, filled with the standing one."""
    standing = thread.standing
    return blank(
        ProposalForm,
        **schedules.fields(standing.lines, lambda part: language.volume(part, thread.unit, thread.piece)),
        price_basis=standing.price_basis,
        kind=standing.kind,
        area=hectares(standing.area_m2),
        area_base=standing.area_base,
        households=standing.households,
        season=season_code(session, standing.season_id),
        lead=standing.lead,
        all_output="1" if standing.all_output else None,
        version=thread.version,
        **{f"covers_{part}": "1" for part in standing.covers},
        **price_fields(session, product, standing.pricing),
        **terms_fields(standing.terms),
        **spec_fields(session, product, standing.spec),
    )


def deals_of(
    cards: Iterable[queries.OfferCard], unit: str, piece: Named | None, definitions: Sequence[spec.Definition]
) -> dict[int, deal_words.DealWords]:
    """What each offer says of volume, price and value, by its id."""
    size = listings.size_of(definitions)
    return {card.id: deal_words.of(card, card.pricing, unit=unit, piece=piece, size=size) for card in cards}


def offer_words(seasons: dict[int, str] | None = None) -> dict[str, dict[Any, str]]:
    """The codes of an offer in the reader's words; of seasons those that are handed over."""
    return {
        "basis": dict(pairs(BASES)),
        "payment": dict(pairs(PAYMENTS)),
        "checks": dict(pairs(tuple(wording.CHECKS.items()))),
        "kind": dict(pairs(KINDS)),
        "side": dict(pairs(SIDES)),
        "area_base": dict(pairs(AREA_BASES)),
        "lead": dict(pairs(LEADS)),
        "season": seasons or {},
        "part": {code.removeprefix("covers_"): text for code, text in pairs(PARTS)},
        "reason": dict(pairs(queries.REASONS)),
    }


def said_page(session: Session, thread: queries.Thread, product: Product) -> dict[str, Any]:
    """What is asked and offered in a thread about a product."""
    cards = (thread.standing, *thread.earlier)
    place_ids = [card.terms.delivery_place_id for card in cards if card.terms.delivery_place_id]
    definitions = catalogue.specs_of(session, product)
    return {
        "thread": thread,
        "place_names": {
            place_id: name.name
            for place_id, name in places.names_of(session, place_ids, on=clock.today()).items()
        },
        "qualities": {card.id: spec.show(definitions, card.spec, spoken()) for card in cards},
        "deals": deals_of(cards, thread.unit, thread.piece, definitions),
        "words": offer_words(season_names(session, (card.season_id for card in cards))),
    }


def deal_page(session: Session, thread: queries.Thread, product: Product) -> dict[str, Any]:
    """The same, with what another offer may choose from."""
    return {
        **said_page(session, thread, product),
        "reasons": pairs(queries.REASONS),
        **proposal_choices(session, product),
    }


def thread_page(
    session: Session,
    *,
    who: Who,
    inquiry_id: int,
    form: Filled[ProposalForm] | None = None,
    answer: Filled[Any] | None = None,
    word: Filled[Any] | None = None,
    link_id: int | None = None,
    record: contexts.Others | None = None,
) -> contexts.Show:
    """Everything the page of a thread shows; a refused form comes back as it was typed."""
    thread = queries.get_thread(session, party_id=who.acts_for, inquiry_id=inquiry_id)
    product = catalogue.get_product(session, thread.product_id)
    mine = who.acts_for if who.can("trade") else None
    return contexts.Show(
        **deal_page(session, thread, product),
        form=form or counter_form(session, thread, product),
        answer=answer or Filled(raw={}),
        word=word or Filled(raw={}),
        files={
            one.id: files.shown(one.files, base=f"/inquiries/{inquiry_id}", party_id=mine)
            for one in thread.words
        },
        counter_open=form is not None,
        link_id=link_id,
        record=record,
        looks=looks.list_looks(session, queries.LOOKED, inquiry_id),
    )
