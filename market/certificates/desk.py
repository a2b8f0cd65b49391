"""What an officer with the duty certificates reads: those of the units in her places, those that wait first,
and all of one. ``places`` are the ids that her duty covers, None for everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import queries as accounts
from market.catalogue.models import Standard
from market.certificates import queries, reading
from market.certificates.models import STATES, Certificate
from market.certificates.queries import Places
from market.parties import desk as register
from market.parties.models import Party
from market.places.models import PlaceCover
from market.words import Named

PAGE_SIZE = 30
#: What the list may be narrowed to besides a state: verified ones whose end has been said to be near.
ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate in the officers' list; ``marked``: the unit has not said yet that the entry is right."""

    id: int
    name: Named
    number: str
    unit: str
    unit_code: str
    state: str
    valid_to: date | None
    marked: bool


@dataclass(frozen=True, slots=True)
class DeskCertificate:
    """A certificate with what this officer may do about it."""

    shown: reading.Shown
    names: Mapping[int | None, str]  # of whoever gave a verdict
    entered: bool  # by this officer, among others
    all_within: bool
    over: bool

    @property
    def may_verify(self) -> bool:
        """Whether the service would take her word; it decides by itself."""
        waits = self.shown.state in ("claimed", "suspended")
        return waits and not self.entered and self.all_within and not self.over


def list_certificates(
    session: Session,
    *,
    places: Places,
    state: str = "claimed",
    standard: str = "",
    place_id: int | None = None,
    page: int = 1,
) -> tuple[list[Line], int]:
    """The certificates of her places in a state (or ``ENDING``, or "" for all), of one standard and of the
    units of one place if asked, and how many.
    """
    where = [register.within(places)]
    if state == ENDING:
        where.append(queries.ending())
    elif state in STATES:
        where.append(Certificate.state == state)
    if standard:
        where.append(Certificate.standard_code == standard)
    if place_id is not None:
        below = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id == place_id)
        where.append(Party.place_id.in_(below))
    chosen = (
        sa.select(Certificate, Standard, Party.name, Party.code)
        .join(Party, Party.id == Certificate.unit_id)
        .join(Standard, Standard.code == Certificate.standard_code)
        .where(*where)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    # Who waits is served in turn, what ends first is told first; of the others the latest is looked for.
    orders: dict[str, tuple[Any, ...]] = {
        "claimed": (Certificate.id,),
        ENDING: (Certificate.valid_to, Certificate.id),
    }
    latest = (sa.case((Certificate.state == "claimed", 0), else_=1), Certificate.id.desc())
    rows = session.execute(
        chosen.order_by(*orders.get(state, latest)).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )
    lines = [
        Line(
            id=one.id,
            name=Named(kind.name_vi, kind.name_en),
            number=one.number,
            unit=unit,
            unit_code=code,
            state=one.state,
            valid_to=one.valid_to,
            marked=one.by_officer and one.accepted_at is None,
        )
        for one, kind, unit, code in rows
    ]
    return lines, total


def get(session: Session, *, places: Places, certificate_id: int, user_id: int | None) -> DeskCertificate:
    """The whole certificate for the officer's page; ``NotFound`` for one that is not hers."""
    queries.certificate_within(session, places=places, certificate_id=certificate_id)
    [shown] = reading.read(session, [certificate_id])
    return DeskCertificate(
        shown=shown,
        names=accounts.names_of(session, {verdict.by for verdict in shown.verdicts}),
        entered=user_id in queries.entered_by(session, certificate_id),
        all_within=queries.all_within(session, places=places, certificate_id=certificate_id),
        over=shown.valid_to is not None and shown.valid_to <= clock.today(),
    )
