"""Pages of asking and answering: the form to a listing, the thread, the list, and the department's page of an
inquiry. Accepting makes a link and is in links/routes.py. No rule stands here; the service refuses.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import current, looks
from market.accounts.current import Acting, Officer, SignedIn, Who
from market.assisted import queries as assisted
from market.catalogue import queries as catalogue
from market.errors import NotAllowed, NotFound
from market.events import Event
from market.files import queries as files
from market.files import receiving, serving
from market.inquiries import contexts, lists, present, queries, talk
from market.inquiries import forms as inquiry_forms
from market.inquiries import service as inquiries
from market.inquiries.forms import Answer, ProposalForm, WordForm
from market.inquiries.models import Inquiry
from market.inquiries.saying import Got, may_say
from market.links import queries as links
from market.listings import queries as listings
from market.listings.models import Listing
from market.listings.terms import Terms
from market.parties import desk
from market.web import forms, sending
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/inquiries", name="inquiries:index")
def index(request: Request, session: Db, who: Acting) -> Response:
    """My inquiries, those that wait for me first."""
    fields = forms.query_fields(request)
    everything = fields.get("all") == "1"
    number = forms.page_number(request)
    rows, total = lists.list_inquiries(session, party_id=who.acts_for, only_open=not everything, page=number)
    pages = -(-total // lists.PAGE_SIZE)
    return page(
        request,
        contexts.Index(
            waiting=assisted.list_waiting(session, party_id=who.party_id, powers=who.powers)
            if who.is_unit
            else [],
            rows=rows,
            everything=everything,
            page=number,
            pages=pages,
            fields=fields,
        ),
    )


@router.get("/inquiries/new/{listing_id}", name="inquiries:new")
def new(request: Request, session: Db, who: SignedIn, listing_id: PathId) -> Response:
    """The form to ask about a listing, filled with what the listing says."""
    may_ask(who)
    listing = listings.get_offered(session, listing_id)
    return _ask_page(request, session, listing, present.first_form(session, listing))


@router.post("/inquiries/new/{listing_id}", name="inquiries:send")
def send(request: Request, session: Db, who: SignedIn, listing_id: PathId, raw: Posted) -> Response:
    """Send the inquiry; sent twice it is one."""
    may_ask(who)
    listing = listings.get_offered(session, listing_id)
    product = catalogue.get_product(session, listing.product_id)
    form, proposal = inquiry_forms.read_proposal(
        session, raw, product, spoken(), standing=Terms.of(listing), known=[listing.price_from]
    )
    if proposal is not None:
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "inquiry", raw, listing_id)
            if sent.led:
                return redirect(request, sent.led)
            inquiry = inquiries.send_inquiry(
                session,
                actor=who.actor,
                buyer_id=who.acts_for,
                listing_id=listing_id,
                proposal=proposal,
                remark=form.valid.remark,
            )
            where = f"/inquiries/{inquiry.id}"
            sent.leads(where)
            return redirect(request, where, saying=t("Your inquiry is sent. The seller has been told."))
    return _ask_page(request, session, listings.get_offered(session, listing_id), form)


@router.get("/inquiries/{inquiry_id}", name="inquiries:show")
def show(request: Request, session: Db, who: Acting, inquiry_id: PathId) -> Response:
    """The thread, for its two sides."""
    return _thread(request, session, who, inquiry_id)


@router.post("/inquiries/{inquiry_id}/offer", name="inquiries:offer")
def offer(request: Request, session: Db, who: Acting, inquiry_id: PathId, raw: Posted) -> Response:
    """Offer otherwise."""
    inquiry = _mine(session, who, inquiry_id)
    current.need_power(who, "trade")
    product = catalogue.get_product(session, inquiry.product_id)
    form, proposal = inquiry_forms.read_proposal(
        session,
        raw,
        product,
        spoken(),
        standing=queries.standing_terms(session, inquiry),
        known=queries.known_prices(session, inquiry),
    )
    if proposal is not None:
        with refusals(session, form):
            inquiries.make_offer(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                inquiry_id=inquiry_id,
                proposal=proposal,
                remark=form.valid.remark,
                version=form.valid.version,
            )
            return redirect(request, f"/inquiries/{inquiry_id}", saying=t("Your offer is sent."))
    return _thread(request, session, who, inquiry_id, form=form, status=form.status)


@router.post("/inquiries/{inquiry_id}/decline", name="inquiries:decline")
def decline(request: Request, session: Db, who: Acting, inquiry_id: PathId, raw: Posted) -> Response:
    """Decline, with a reason."""
    _mine(session, who, inquiry_id)
    current.need_power(who, "trade")
    answer = forms.fill(Answer, raw)
    if answer.ok:
        with refusals(session, answer):
            inquiries.decline(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                inquiry_id=inquiry_id,
                reason=answer.valid.reason,
                remark=answer.valid.remark,
                version=answer.valid.version,
            )
            return redirect(
                request, f"/inquiries/{inquiry_id}", saying=t("Declined. The other side has been told.")
            )
    return _thread(request, session, who, inquiry_id, answer=answer, status=answer.status)


@router.post("/inquiries/{inquiry_id}/withdraw", name="inquiries:withdraw")
def withdraw(request: Request, session: Db, who: Acting, inquiry_id: PathId, raw: Posted) -> Response:
    """Take back what was said."""
    _mine(session, who, inquiry_id)
    current.need_power(who, "trade")
    answer: Filled[Any] = Filled(raw=raw)
    with refusals(session, answer):
        inquiries.withdraw(session, actor=who.actor, party_id=who.acts_for, inquiry_id=inquiry_id)
        return redirect(
            request, f"/inquiries/{inquiry_id}", saying=t("Withdrawn. The other side has been told.")
        )
    return _thread(request, session, who, inquiry_id, answer=answer, status=answer.status)


@router.post("/inquiries/{inquiry_id}/words", name="inquiries:say")
def say(request: Request, got: Got, session: Db, who: Acting, inquiry_id: PathId) -> Response:
    """Write to the other side beside any offer, with files; sent twice it is said once."""
    may_say(session, who, inquiry_id)
    form = forms.fill(WordForm, got.raw)
    if form.ok:
        with refusals(session, form):
            got.check()
            sent = sending.take(session, who.user_id, "word", got.raw, inquiry_id, *got.names)
            where = f"/inquiries/{inquiry_id}#words"
            if sent.led is None:
                talk.say(
                    session,
                    actor=who.actor,
                    party_id=who.acts_for,
                    inquiry_id=inquiry_id,
                    text=form.valid.word,
                    papers=got.papers,
                    store=receiving.store_of(request),
                )
                sent.leads(where)
            return redirect(request, where, saying=t("Sent. The other side is told."))
    return _thread(request, session, who, inquiry_id, word=form, status=form.status)


@router.get("/inquiries/{inquiry_id}/files/{file_id}", name="inquiries:file")
def file(request: Request, session: Db, who: Acting, inquiry_id: PathId, file_id: PathId) -> Response:
    """A file of the thread, for its two sides."""
    _mine(session, who, inquiry_id)
    found = files.get_file(session, file_id, inquiry_id=inquiry_id)
    return serving.hand_on(request, session, found)


@router.post("/inquiries/{inquiry_id}/files/{file_id}/delete", name="inquiries:delete_file")
def delete_file(
    request: Request, session: Db, who: Acting, inquiry_id: PathId, file_id: PathId, raw: Posted
) -> Response:
    """Take away what one has just put up."""
    may_say(session, who, inquiry_id)
    answer: Filled[Any] = Filled(raw={})
    with refusals(session, answer):
        talk.take_back(
            session, actor=who.actor, party_id=who.acts_for, inquiry_id=inquiry_id, file_id=file_id
        )
        return redirect(request, f"/inquiries/{inquiry_id}#words", saying=t("The file is taken away."))
    return _thread(request, session, who, inquiry_id, answer=answer, status=answer.status)


# --- the department ---


def _asked(session: Session, who: Who, inquiry_id: int) -> Inquiry:
    """The inquiry if its seller is of the officer's places; else ``NotFound``."""
    current.need_duty(who, "trade_data")
    inquiry = session.get(Inquiry, inquiry_id)
    if inquiry is None:
        raise NotFound
    desk.party_for(session, places=who.duty_places("trade_data"), party_id=inquiry.seller_id)
    return inquiry


@router.get("/department/inquiries/{inquiry_id}", name="inquiries:desk")
def desk_page(request: Request, session: Db, who: Officer, inquiry_id: PathId) -> Response:
    """An inquiry of the officer's places."""
    inquiry = _asked(session, who, inquiry_id)
    thread = queries.get_thread(session, party_id=inquiry.seller_id, inquiry_id=inquiry_id)
    said = {}
    if looks.is_fresh(session, queries.LOOKED, inquiry_id, user_id=who.person):
        said = present.said_page(session, thread, catalogue.get_product(session, thread.product_id))
    context = contexts.Desk(
        asked=queries.without_deal(thread),
        link_id=links.find_link_of(session, inquiry_id=inquiry_id),
        **said,
    )
    return page(request, context)


@router.post("/department/inquiries/{inquiry_id}/look", name="inquiries:look")
def look(request: Request, session: Db, who: Officer, inquiry_id: PathId, raw: Posted) -> Response:
    """Open price and counterparty; the look is logged and shown to the two sides."""
    _asked(session, who, inquiry_id)
    events.record(session, Event(queries.LOOKED, inquiry_id, who.actor))
    return redirect(
        request,
        f"/department/inquiries/{inquiry_id}",
        saying=t("Price and buyer are open to you for half an hour. The look is shown to the two sides."),
    )


def may_ask(who: current.Who) -> None:
    """Refuse whoever may not ask: no buyer, or without the power to trade."""
    if not who.is_buyer:
        raise NotAllowed(t("Asking is for buyers. Please register as a buyer, or sign in as one."))
    current.need_power(who, "trade")


def _mine(session: Session, who: current.Who, inquiry_id: int) -> Inquiry:
    return queries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)[0]


def _ask_page(request: Request, session: Session, listing: Listing, form: Filled[ProposalForm]) -> Response:
    product = catalogue.get_product(session, listing.product_id)
    cards = listings.list_cards(session, ids=[listing.id], on=clock.today())
    context = contexts.New(
        listing=listing,
        card=cards[0] if cards else None,
        form=form,
        **present.proposal_choices(session, product),
    )
    return page(request, context, status=form.status)


def _thread(
    request: Request,
    session: Session,
    who: current.Who,
    inquiry_id: int,
    *,
    form: Filled[ProposalForm] | None = None,
    answer: Filled[Any] | None = None,
    word: Filled[Any] | None = None,
    status: int = 200,
) -> Response:
    inquiry, side = queries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)
    other_id = inquiry.seller_id if side == "buyer" else inquiry.buyer_id
    context = present.thread_page(
        session,
        who=who,
        inquiry_id=inquiry_id,
        form=form,
        answer=answer,
        word=word,
        link_id=links.find_link_of(session, inquiry_id=inquiry_id),
        record=links.record_of(session, party_id=other_id),
    )
    return page(request, context, status=status)
