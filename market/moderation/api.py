"""Moderation for programs: reporting a listing or a unit, and what is held about the token's own person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from market.accounts.machine import Caller, Sent
from market.errors import Invalid, NotFound
from market.moderation import own_data, queries
from market.moderation import service as moderation
from market.moderation.forms import Said
from market.moderation.held import OwnData
from market.moderation.models import REASONS
from market.web import api, sent
from market.web.api import PREFIX, Model
from market.web.sent import Body, Id, Made, Text
from market.web.session import Db
from market.words import t

router = APIRouter()

EXAMPLE = {"listing_id": 1, "reason": "untrue", "words": "The volume is not there."}
OF_UNIT = {"code": "HTX-0001", "reason": "other", "words": "The unit does not answer."}


class ReportBody(Body):
    """What is reported: a listing by its number, or a unit by its code."""

    listing_id: Id | None = None
    code: Text | None = None
    reason: Annotated[Text, Field(description=", ".join(REASONS))]
    words: Said


class ReportTold(Model):
    """A report that was taken; an officer looks at it."""

    id: int
    state: str = Field(description="open, dismissed or acted")
    listing_id: int | None
    code: str
    reason: str


@router.post(
    f"{PREFIX}/reports",
    name="api:report",
    operation_id="report",
    summary=str(t("Report a listing or a unit")),
    status_code=201,
    response_model=ReportTold,
    responses=api.WRITTEN,
    openapi_extra=api.writes(ReportBody, EXAMPLE, unit=OF_UNIT),
    tags=["moderation"],
)
def report(request: Request, body: Sent, session: Db, who: Caller) -> Response:
    """Only what everybody sees can be reported."""
    api.read(request)

    def work(said: ReportBody) -> Made:
        if (said.listing_id is None) == (said.code is None):
            raise Invalid(t("Give either the listing or the unit."), field="listing_id")
        try:
            about = queries.shown_subject(session, listing_id=said.listing_id, code=said.code)
        except NotFound:
            field = "code" if said.listing_id is None else "listing_id"
            raise Invalid(t("There is no such thing that everybody sees."), field=field) from None
        made = moderation.report(
            session,
            actor=who.actor,
            source=moderation.source_of(who.user_id),
            party_id=about.party_id,
            listing_id=about.listing_id,
            reason=said.reason,
            words=said.words,
        )
        told = ReportTold(
            id=made.id,
            state=made.state,
            listing_id=made.listing_id,
            code=about.party_code,
            reason=made.reason,
        )
        return Made(told, 201)

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=ReportBody, work=work)


@router.get(
    f"{PREFIX}/me/data",
    name="api:my_data",
    operation_id="get_my_data",
    summary=str(t("All that is held about one's own person")),
    response_model=OwnData,
    responses=api.PRIVATE,
    openapi_extra=api.private(),
    tags=["moderation"],
)
def my_data(request: Request, session: Db, who: Caller) -> Response:
    """The person of the token."""
    api.read(request)
    return api.answer(request, own_data.gather(session, user_id=who.person), secret=True)
