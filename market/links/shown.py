"""The page of an agreement as one of its two sides sees it, which every route about the agreement shows again
when something is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.files import present as files_present
from market.files import queries as files
from market.files.queries import Cards
from market.inquiries import deal_words, present, said
from market.inquiries.forms import WordForm
from market.links import (
    amendments,
    checks,
    contexts,
    desk,
    endings,
    history,
    papers,
    queries,
    renewals,
    weighing_forms,
)
from market.links.checks import Check
from market.links.forms import CheckForm, ContractForm, DeliveryForm
from market.links.models import TWO_SIDED
from market.links.queries import LinkPage
from market.listings import queries as listings
from market.places import queries as places
from market.web import language
from market.web.context import language as spoken
from market.web.forms import Filled, blank
from market.web.pages import page
from market.words import Words, t

#: Whose entry an agreement is, by its origin: of what was sold outside the seller alone tells.
WHOSE = {
    "platform": t("agreed on the market by both sides"),
    "declared_one": t("written down by the seller alone"),
    "declared_both": t("written down by one side, confirmed by the other"),
    "officer": t("entered by the department"),
}
#: The same while the named side has not said yes to what the other has written down.
WAITS_FOR = {
    "seller": t("written down by the buyer, not confirmed by the seller yet"),
    "buyer": t("written down by the seller, not confirmed by the buyer yet"),
}


def show_link(
    request: Request,
    session: Session,
    who: current.Who,
    link_id: int,
    *,
    delivery: Filled[DeliveryForm] | None = None,
    contract_form: Filled[ContractForm] | None = None,
    check: Filled[CheckForm] | None = None,
    word: Filled[WordForm] | None = None,
    answer: Filled[Any] | None = None,
    status: int = 200,
) -> Response:
    """The page of an agreement for one of its two sides; a refused form comes back as it was typed."""
    context = _context(
        session,
        who,
        link_id,
        delivery=delivery,
        contract_form=contract_form,
        check=check,
        word=word,
        answer=answer,
    )
    return page(request, context, status=status)


def print_link(request: Request, session: Session, who: current.Who, link_id: int) -> Response:
    """The agreement as a sheet of paper for one of its two sides."""
    shown = _context(session, who, link_id)
    context = contexts.Print(
        link=shown.link,
        quality=shown.quality,
        place=shown.place,
        deal=shown.deal,
        checks=shown.checks,
        words=shown.words,
        form_name=shown.form_name,
    )
    return page(request, context)


def _context(
    session: Session,
    who: current.Who,
    link_id: int,
    *,
    delivery: Filled[DeliveryForm] | None = None,
    contract_form: Filled[ContractForm] | None = None,
    check: Filled[CheckForm] | None = None,
    word: Filled[WordForm] | None = None,
    answer: Filled[Any] | None = None,
) -> contexts.Show:
    link = queries.get_link(session, party_id=who.acts_for, link_id=link_id)
    product = catalogue.get_product(session, link.product_id)
    definitions = catalogue.specs_of(session, product)
    # Whoever proposes other terms raises the version: an agreement as it was made has none to look for.
    changes = history.changes_of(session, link_id=link_id) if link.version > 1 else history.Changes()
    shown_terms = (link.terms, *(card.terms for card in changes.cards))
    place_ids = {one.delivery_place_id for one in shown_terms if one.delivery_place_id}
    names = places.names_of(session, place_ids, on=clock.today()) if place_ids else {}
    place_names = {place_id: found.name for place_id, found in names.items()}
    season_ids = (link.season_id, *(card.season_id for card in changes.cards))
    ends, may_say_all = present.pairs(endings.WORDS), link.all_output and link.side == "seller"
    noted = checks.of(session, link_id=link_id, terms=link.terms)
    return contexts.Show(
        link=link,
        whose=language.say(_whose(link)),
        quality=spec.show(definitions, link.spec, spoken()),
        place=place_names.get(link.terms.delivery_place_id or 0),
        changes=changes,
        may_amend=amendments.why_not(link) is None,
        may_renew=renewals.is_open_to(link)
        and link.origin in TWO_SIDED
        and who.can("trade" if link.side == "buyer" else "bind"),
        deal=deal_words.of(
            link, link.pricing, unit=link.unit, piece=link.piece, size=listings.size_of(definitions)
        ),
        deals=present.deals_of(changes.cards, link.unit, link.piece, definitions),
        size_field=size_field(link.price_kind, definitions),
        qualities={card.id: spec.show(definitions, card.spec, spoken()) for card in changes.cards},
        place_names=place_names,
        delivery=delivery or blank(DeliveryForm, on_date=clock.today().isoformat()),
        delivery_open=delivery is not None,
        weighing_rows=weighing_forms.rows(delivery or Filled(raw={})),
        checks=noted,
        check=check or blank(CheckForm, on_date=clock.today().isoformat()),
        word=word or Filled(raw={}),
        **_said(session, who, link, noted),
        contract_form=contract_form or blank(ContractForm, contract_number=link.contract_number),
        answer=answer or Filled(raw={}),
        end_reasons=[pair for pair in ends if pair[0] != "all_delivered" or may_say_all],
        unit_name="kg" if link.unit == "gram" else language.say(link.piece),
        words={
            **present.offer_words(present.season_names(session, season_ids)),
            "end": dict(ends),
        },
        form_name=catalogue.find_form_name(session, link.form),
        looks=desk.list_looks(session, link_id=link_id),
    )


def _whose(link: LinkPage) -> Words:
    waits = link.origin == "declared_one" and link.awaits_side
    return WAITS_FOR[waits] if waits else WHOSE[link.origin]


def size_field(price_kind: str, definitions: Sequence[spec.Definition]) -> dict[str, str] | None:
    """The field for the size found, where the price of a delivery follows from it."""
    size = listings.size_of(definitions) if price_kind == "table" else None
    if size is None:
        return None
    return {
        "name": size.field,
        "label": language.say(t("{quality} found", quality=size.name)),
        "unit": spec.unit_name(size, spoken()),
    }


def _said(session: Session, who: current.Who, link: LinkPage, noted: list[Check]) -> dict[str, Any]:
    """Words and files of the agreement, each where it belongs."""
    cards = files.list_files(session, link_id=link.id)
    words = said.list_words(session, link_id=link.id, cards=cards)

    def show(kind: str, own: Cards, *, kept: bool = False) -> files_present.Shown:
        mine = who.acts_for if who.can(papers.POWERS[kind]) else None
        return files_present.shown(own, base=f"/links/{link.id}", party_id=mine, kept=kept)

    steps = {one.code: [card for step in one.ids for card in files.of(cards, "check", step)] for one in noted}
    return {
        "words_said": words,
        "no_form": Filled(raw={}),
        "files": {one.id: show("word", one.files) for one in words},
        "check_files": {code: show("check", tuple(found)) for code, found in steps.items()},
        "contract_files": show("contract", files.of(cards, "contract"), kept=link.contract == "seen"),
        "notes": {one.id: len(files.of(cards, "note", one.id)) for one in link.deliveries},
    }
