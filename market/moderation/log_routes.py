"""The log of events for officers with the duty moderation over the whole province. Part of what routes.py
hands on.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts.current import Officer
from market.moderation import contexts, event_log, event_words, present
from market.moderation.event_log import Asked
from market.moderation.forms import LogForm
from market.moderation.present import HOME
from market.parties import queries as parties
from market.web import forms, language
from market.web.forms import Filled
from market.web.pages import page
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{HOME}/events"
FIELDS = ("kind", "verb", "subject", "party", "first", "last", "channel")


@router.get(PATH, name="moderation:events")
def index(request: Request, session: Db, who: Officer) -> Response:
    """Events by kind, what happened, subject, party, day and channel, the newest first; those of deals for
    who has the duty trade data as well.
    """
    present.need_whole(session, who)
    raw = {name: request.query_params.get(name, "")[:60] for name in FIELDS}
    form = forms.fill(LogForm, raw)
    asked = _asked(session, form)
    trade = present.has_whole(session, who, "trade_data")
    number = min(forms.page_number(request), event_log.MOST_PAGES)
    lines, total = event_log.find(session, asked, page=number, trade=trade) if asked is not None else ([], 0)
    context = contexts.Events(
        form=form,
        fields=raw,
        lines=lines,
        total=total,
        page=number,
        pages=min(-(-total // event_log.PAGE_SIZE), event_log.MOST_PAGES),
        words=event_words,
        kinds=[
            (code, language.say(said))
            for code, said in event_words.KINDS.items()
            if trade or code not in event_log.TRADE
        ],
        verbs=[(code, language.say(said)) for code, said in event_words.VERBS.items()],
        channels=[(code, language.say(said)) for code, said in event_words.CHANNELS.items()],
    )
    return page(request, context, status=form.status)


def _asked(session: Session, form: Filled[LogForm]) -> Asked | None:
    """What is looked for; None where it cannot be read, or names a party that there is not."""
    if not form.ok:
        return None
    value = form.valid
    party = parties.find_by_code(session, value.party.upper()) if value.party else None
    if value.party and party is None:
        form.errors["party"] = t("Nobody in the register has this code.")
        form.status = 422
        return None
    if value.verb and not value.kind:
        form.errors["kind"] = t("Please choose the kind, too.")
        form.status = 422
        return None
    return Asked(
        kind=value.kind,
        name=f"{value.kind}.{value.verb}" if value.verb else "",
        subject_id=value.subject,
        party_id=party.id if party else None,
        first=value.first,
        last=value.last,
        channel=value.channel,
    )
