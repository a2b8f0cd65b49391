"""The page on which a person chooses what they are told, and how. Part of the routes that routes.py hands to
the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import contexts, logins, queries
from market.accounts.current import SignedIn, Who
from market.accounts.forms import ChoicesForm
from market.errors import NotFound
from market.notices import choices
from market.web import forms, language
from market.web.forms import Filled, blank, refusals
from market.web.inputs import Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Words, t

router = APIRouter()

#: The topics in the order of the page, and what belongs to each.
TOPICS: dict[str, tuple[Words, Words]] = {
    "inquiries": (
        t("Inquiries and offers"),
        t("Somebody asks, offers otherwise, declines, withdraws; the time to answer is over."),
    ),
    "agreements": (
        t("Agreements"),
        t("Agreed, changed, a contract put up, a loss that leaves it short, ended."),
    ),
    "deliveries": (t("Deliveries"), t("Recorded, confirmed, contested, settled, paid; one waits for you.")),
    "certificates": (
        t("Certificates"),
        t("Verified or refused; one ends in 60 or 14 days, or has ended."),
    ),
    "demands": (t("My demands"), t("Filled, a part has fallen away, their days are over.")),
    "wanted": (
        t("Demands that my goods could serve"),
        t("A buyer posts a demand for what we have on sale."),
    ),
    "searches": (
        t("Saved searches"),
        t("Each saved search says whether it tells at once or each morning; here all can be made silent."),
    ),
}
HOWS = {
    "at_once": t("At once"),
    "daily": t("Once a day, all in one message at 6 p.m."),
    "inside": t("Only here in the application"),
}
OF_SEARCHES = {"at_once": t("As each search says"), "inside": HOWS["inside"]}


@router.get("/account/notices/choices", name="accounts:choices")
def show(request: Request, session: Db, who: SignedIn) -> Response:
    """What I am told, and how."""
    return _page(request, session, who, blank(ChoicesForm, **choices.chosen(session, user_id=who.person)))


@router.post("/account/notices/choices", name="accounts:choose")
def choose(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """Keep what I chose, all of it at once."""
    form = forms.fill(ChoicesForm, raw)
    if form.ok:
        with refusals(session, form):
            choices.choose(session, user_id=who.person, hows=form.valid.model_dump())
            return redirect(request, "/account/notices/choices", saying=t("What you chose is kept."))
    return _page(request, session, who, form)


def _page(request: Request, session: Session, who: Who, form: Filled[ChoicesForm]) -> Response:
    contact = queries.find_contact(session, user_id=who.person)
    if contact is None:
        raise NotFound
    topics = [
        (
            name,
            language.say(label),
            language.say(hint),
            [
                (how, language.say(words))
                for how, words in (OF_SEARCHES if name == "searches" else HOWS).items()
            ],
        )
        for name, (label, hint) in TOPICS.items()
    ]
    return page(
        request,
        contexts.Choices(
            form=form,
            topics=topics,
            email=contact.email,
            phone=logins.show_phone(contact.phone),
        ),
        status=form.status,
    )
