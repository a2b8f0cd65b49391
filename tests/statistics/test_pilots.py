"""The table of model units: six fields in each place, in either geography, against the two wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from market import clock
from market.parties import service as parties
from market.places import queries as places
from market.statistics import figures, indicators, pilots
from tests import make
from tests.make import REFORM, SHELL, TODAY
from tests.pages import Browser

Open = Callable[[], Browser]


def _model(session: Session, *, fields: tuple[str, ...], index: int = 0) -> int:
    """A model of today in a commune that was an old one of the first district."""
    eve = REFORM - timedelta(days=1)
    district = pilots.rows_of(session, "old", on=TODAY)[0]
    former = places.list_children(session, place_id=district.id, on=eve)[index]
    now = places.successor(session, former.id)
    assert now is not None
    party = parties.register_party(
        session,
        actor=SHELL,
        kind="cooperative",
        name=f"HTX điểm {fields} {index}",
        place_id=now.id,
        former_place_id=former.id,
        standing="confirmed",
    )
    for field in fields:
        parties.designate_pilot(session, actor=SHELL, party_id=party.id, field=field)
    session.flush()
    return party.id


def test_there_are_eighty_four_wanted_in_the_old_geography(session: Session) -> None:
    old, new = (pilots.rows_of(session, one, on=TODAY) for one in pilots.GEOGRAPHIES)
    fields = pilots.fields(session)
    assert len(fields) == 6
    assert pilots.WANTED * len(old) * len(fields) == 84
    assert {one.level for one in new} == {"commune"}
    assert all(one.valid_to is None for one in new)


def test_a_unit_counts_once_a_field_of_the_table_in_either_geography(session: Session) -> None:
    first = _model(session, fields=("rice", "aquaculture", "fishery_services", "other"))
    second = _model(session, fields=("rice",), index=1)
    today = clock.today()
    for geography in pilots.GEOGRAPHIES:
        where = pilots.rows_of(session, geography, on=today)
        found = pilots.models(session, where, on=today)
        assert {(one.party_id, one.field) for one in found} == {
            (first, "rice"),
            (first, "fishery_services"),
            (second, "rice"),
        }
        assert len(found) == 3
        assert {one.place_id for one in found} <= {one.id for one in where}
    (counted,) = figures.compute(
        session, indicators=[indicators.get("pilot_cooperatives")], period=None, place=None, as_of=today
    )
    assert counted.value == 5, "the figure counts each of a unit's own fields"


def test_each_number_opens_to_its_units(session: Session, browser: Open) -> None:
    _model(session, fields=("rice",))
    session.commit()
    here = browser()
    here.sign_in(make.make_officer(session).login)
    page = here.get("/department/pilots", geography="old")
    assert "84" in page.text
    assert len(page.css("tbody tr")) == 7
    cell = next(one for one in page.css("tbody td a") if one.text().startswith("1"))
    opened = here.get(cell.attributes["href"].partition("#")[0])
    assert [one.text() for one in opened.css("#units a")] == ["HTX điểm ('rice',) 0"]
    assert len(here.get("/department/pilots", geography="new").css("tbody tr")) == 64
