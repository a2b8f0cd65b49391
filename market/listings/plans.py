"""Season plans: what a unit expects of a product in a season. A plan is never overwritten: a later row of the
same unit, product and season says what is expected from its day on.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue import areas
from market.catalogue.models import Product, Season
from market.errors import Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.listings import rules
from market.listings.models import SeasonPlan
from market.parties.models import Party
from market.words import t

#: 100,000 ha: more than the province has.
MOST_AREA = 10**9


def plan_season(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    product_id: int,
    season_id: int,
    expected: int,
    from_date: date,
    to_date: date,
    area_m2: int | None = None,
    area_base: str | None = None,
    source: str | None = None,
) -> SeasonPlan:
    """What is expected from today on: output in base units (0: nothing), area in m², the days of the harvest.

    ``area_base`` says what was measured (sown, land, pond); unsaid it follows from the sector. Refuses a
    party that is no collective unit, and days or amounts that cannot be meant.
    """
    party, product = session.get(Party, party_id), session.get(Product, product_id)
    if party is None or product is None or session.get(Season, season_id) is None:
        raise NotFound
    if not party.is_unit:
        raise NotAllowed(t("This is for cooperatives and cooperative groups."))
    if expected:
        rules.check_volume(expected, product.unit, "output")
    if to_date < from_date:
        raise Invalid(t("The last day is before the first."), field="harvest_to")
    if to_date - from_date > rules.LONGEST_WINDOW:
        raise Invalid(t("A window lasts three years at most."), field="harvest_to")
    if area_m2 is not None and not 0 <= area_m2 <= MOST_AREA:
        raise Invalid(t("This area cannot be meant."), field="area")
    if area_base not in (None, *areas.BASES):
        raise Invalid(t("Please choose one of the values in the list."), field="area_base")
    base = area_base or areas.base_of(product.sector_code)
    row = SeasonPlan(
        party_id=party_id,
        product_id=product_id,
        season_id=season_id,
        area_m2=area_m2,
        area_base=None if area_m2 is None else base,
        expected=expected,
        from_date=from_date,
        to_date=to_date,
        on_date=clock.today(),
        recorded_at=clock.now(),
        recorded_by=actor.user_id,
        source=source,
    )
    session.add(row)
    told = {"product": product.slug, "season": season_id, "expected": expected}
    events.record(session, Event("season.planned", party_id, actor, told))
    return row
