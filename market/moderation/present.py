"""What several pages of moderation show or ask alike."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.orm import Session

from market.accounts.current import Who, need_duty
from market.errors import Invalid, NotAllowed, NotFound
from market.moderation import labels, queries
from market.moderation.data_requests import Clocks
from market.moderation.queries import Subject
from market.places.models import Place
from market.settings import Settings
from market.web import language
from market.words import t

DUTY = "moderation"
HOME = "/department/moderation"


def reasons() -> list[tuple[str, str]]:
    """The closed list of reasons, for a form."""
    return [(code, language.say(words)) for code, words in labels.REASONS.items()]


def address_of(request: Request) -> str:
    """The network address that a request came from; kept nowhere but as a hash that counts tries."""
    return request.client.host if request.client else ""


def subject_named(session: Session, who: Who, *, listing: int | None, unit: str) -> Subject:
    """What an officer names: a listing by its number, else a unit by its code, in her places.

    Refuses (Invalid, with the field) neither, and what there is not.
    """
    need_duty(who, DUTY)
    if listing is None and not unit:
        raise Invalid(t("Please give the number of a listing or the code of a unit."), field="listing")
    try:
        code = None if listing is not None else unit.upper()
        return queries.subject_of(session, listing_id=listing, code=code, places=who.duty_places(DUTY))
    except NotFound:
        field = "listing" if listing is not None else "unit"
        raise Invalid(t("There is no such thing in your places."), field=field) from None


def clocks(request: Request) -> Clocks:
    """The days of the settings for requests about personal data."""
    settings: Settings = request.app.state.settings
    return Clocks(settings.data_answer_days, settings.data_stop_days)


def has_whole(session: Session, who: Who, duty: str) -> bool:
    """Whether the asker has a duty for the whole province."""
    places = who.duty_places(duty)
    province = sa.select(Place.id).where(Place.id.in_(places or ()), Place.level == "province").limit(1)
    return places is None or session.scalar(province) is not None


def need_whole(session: Session, who: Who) -> None:
    """Refuse unless the asker has the duty for the whole province: for what belongs to no place."""
    need_duty(who, DUTY)
    if not has_whole(session, who, DUTY):
        raise NotAllowed(t("This is for officers with this duty for the whole province."))
