"""What listings and lots refuse, and what every step leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.changes import LISTING, Change
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.events import EventRow
from market.listings import queries
from market.listings import service as listings
from market.listings.models import Listing, ListingState, Lot, LotChange
from market.listings.terms import Terms
from tests import make
from tests.listings.goods import make_listing
from tests.make import TODAY, Side


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with clock.at(TODAY):
        yield


def the_lot(session: Session, listing: Listing) -> Lot:
    return session.scalars(sa.select(Lot).where(Lot.listing_id == listing.id)).one()


def sum_of_changes(session: Session, lot: Lot) -> int:
    total = session.scalar(sa.select(sa.func.sum(LotChange.amount)).where(LotChange.lot_id == lot.id))
    return int(total or 0)


def test_a_listing_goes_from_draft_to_sale_to_rest_and_back(session: Session, unit: Side) -> None:
    listing = make_listing(session, unit, publish=False)
    assert listing.state == "draft"
    for step in (listings.publish, listings.pause, listings.publish, listings.withdraw):
        step(session, actor=unit.actor, listing_id=listing.id)
    states = session.scalars(
        sa.select(ListingState.state).where(ListingState.listing_id == listing.id).order_by(ListingState.id)
    ).all()
    assert states == ["draft", "published", "paused", "published", "withdrawn"]
    events = session.scalars(
        sa.select(EventRow.name)
        .where(EventRow.subject_id == listing.id, EventRow.name.startswith("listing."))
        .order_by(EventRow.id)
    ).all()
    assert events == ["listing.created", *(f"listing.{state}" for state in states[1:])]
    with pytest.raises(Conflict, match="withdrawn now"):
        listings.publish(session, actor=unit.actor, listing_id=listing.id)


def test_coming_back_from_a_rest_does_not_make_a_listing_new(session: Session, unit: Side) -> None:
    listing = make_listing(session, unit)
    first = listing.published_at
    with clock.at(TODAY + timedelta(days=3)):
        listings.pause(session, actor=unit.actor, listing_id=listing.id)
        listings.publish(session, actor=unit.actor, listing_id=listing.id)
    assert listing.published_at == first


def test_only_a_confirmed_unit_whose_papers_were_seen_publishes(session: Session, unit: Side) -> None:
    pending = make.make_unit(session, confirm=False)
    listing = make_listing(session, pending, publish=False)
    with pytest.raises(Conflict, match="not confirmed"):
        listings.publish(session, actor=pending.actor, listing_id=listing.id)
    ours = make_listing(session, unit, publish=False)
    unit.party.identity_level = "phone"
    session.flush()
    with pytest.raises(Conflict, match="papers"):
        listings.publish(session, actor=unit.actor, listing_id=ours.id)
    unit.party.identity_level = "vneid"
    unit.party.status = "stopped"
    session.flush()
    with pytest.raises(Conflict, match="not active"):
        listings.publish(session, actor=unit.actor, listing_id=ours.id)


def test_what_buyers_need_to_know_must_be_there(session: Session, unit: Side) -> None:
    without_price = make_listing(session, unit, publish=False, price_from=None)
    with pytest.raises(Conflict, match="price"):
        listings.publish(session, actor=unit.actor, listing_id=without_price.id)
    without_lot = make_listing(session, unit, volume=None)
    with pytest.raises(Conflict, match="add a lot"):
        listings.publish(session, actor=unit.actor, listing_id=without_lot.id)
    sold_out = make_listing(session, unit, publish=False)
    lot = the_lot(session, sold_out)
    listings.take_volume(session, lot_ids_and_amounts=[(lot.id, lot.volume)])
    with pytest.raises(Conflict, match="add a lot"):
        listings.publish(session, actor=unit.actor, listing_id=sold_out.id)


def test_a_buyer_writes_no_listing(session: Session) -> None:
    buyer = make.make_buyer(session)
    with pytest.raises(NotAllowed):
        make_listing(session, buyer)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": "   "}),
        ("price_from", {"price_from": 0}),
        ("price_from", {"price_from": 10**8 + 1}),
        ("price_to", {"price_from": 9_000, "price_to": 8_000}),
        ("price_kind", {"price_kind": "gift"}),
        ("price_basis", {"price_basis": "moon"}),
        ("min_order", {"min_order": 10**12 + 1}),
        ("standards", {"standards": ["OCOP9"]}),
        ("variant", {"variant_id": 10**9}),
        ("spec.moisture", {"spec": {"moisture": [-5, 900_000]}}),
        ("spec.count_per_kg", {"spec": {"count_per_kg": [45, 55]}}),
        ("delivery_place", {"terms": Terms(delivery_place_id=10**9)}),
        ("payment", {"terms": Terms(payment="never")}),
        ("carrier", {"terms": Terms(carrier="nobody")}),
        ("price_lines", {"price_kind": "table", "price_lines": [(40, 50, 90_000), (45, 60, 80_000)]}),
        ("price_lines", {"price_kind": "table", "price_lines": [(50, 40, 90_000)]}),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(
    session: Session, unit: Side, field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refusal:
        make_listing(session, unit, **changes)
    assert refusal.value.field == field
    assert make.count_rows(session, Listing) == 0


def test_a_table_of_prices_spans_its_lines(session: Session, unit: Side) -> None:
    lines = [(51, 60, 120_000), (40, 50, 150_000)]
    listing = make_listing(session, unit, product="tom-su", price_kind="table", price_lines=lines)
    assert (listing.price_from, listing.price_to) == (120_000, 150_000)
    page = queries.public_listing(session, listing.id, on=TODAY)
    assert [str(row.size) for row in page.price_rows] == ["40–50 con/kg", "51–60 con/kg"]


def test_two_who_edit_at_once_do_not_overwrite_each_other(session: Session, unit: Side) -> None:
    listing = make_listing(session, unit)
    seen = listing.version
    listings.edit_listing(
        session,
        actor=unit.actor,
        listing_id=listing.id,
        version=seen,
        title="Gạo mới",
        price_from=20_000,
        standards=["OCOP4"],
    )
    assert listing.title == "Gạo mới"
    assert listing.folded.startswith("gao moi")
    with pytest.raises(Conflict, match="changed meanwhile"):
        listings.edit_listing(
            session, actor=unit.actor, listing_id=listing.id, version=seen, title="Khác", price_from=1
        )
    assert (listing.title, listing.price_from) == ("Gạo mới", 20_000)
    assert queries.claimed_standards(session, listing_id=listing.id) == ["OCOP4"]


def test_what_is_on_sale_keeps_its_price(session: Session, unit: Side) -> None:
    listing = make_listing(session, unit)
    with pytest.raises(Invalid):
        listings.edit_listing(
            session, actor=unit.actor, listing_id=listing.id, version=listing.version, title="Gạo"
        )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("volume", {"volume": 0}),
        ("volume", {"volume": 10**12 + 1}),
        ("to", {"to_date": TODAY - timedelta(days=1), "from_date": TODAY - timedelta(days=9)}),
        ("to", {"from_date": TODAY + timedelta(days=9)}),
        ("to", {"to_date": TODAY + timedelta(days=5000)}),
        ("kind", {"kind": "dream"}),
        ("season", {"season_id": 10**9}),
    ],
)
def test_a_lot_that_nobody_can_promise_is_refused(
    session: Session, unit: Side, field: str, changes: dict[str, object]
) -> None:
    listing = make_listing(session, unit, volume=None)
    values: dict[str, object] = {
        "from_date": TODAY,
        "to_date": TODAY + timedelta(days=5),
        "volume": 1000,
        **changes,
    }
    with pytest.raises(Invalid) as refusal:
        listings.open_lot(session, actor=unit.actor, listing_id=listing.id, **values)
    assert refusal.value.field == field


def test_pieces_are_bound_by_pieces(session: Session, unit: Side) -> None:
    listing = make_listing(session, unit, product="chieu-lac", volume=10**9, publish=False)
    with pytest.raises(Invalid):
        listings.change_volume(
            session, actor=unit.actor, lot_id=the_lot(session, listing).id, volume=10**9 + 1
        )


def test_volume_is_taken_and_given_back_but_never_beyond(session: Session, unit: Side) -> None:
    listing = make_listing(session, unit, volume=10_000)
    lot = the_lot(session, listing)
    assert listings.take_volume(session, lot_ids_and_amounts=[(lot.id, 4_000), (lot.id, 2_000)])
    assert lot.committed == 6_000
    with pytest.raises(Conflict, match="only 4 kg left"):
        listings.take_volume(session, lot_ids_and_amounts=[(lot.id, 4_001)])
    listings.give_back(session, amounts=[(lot.id, 6_000)])
    assert lot.committed == 0
    with pytest.raises(Conflict):
        listings.give_back(session, amounts=[(lot.id, 1)])
    with pytest.raises(NotFound):
        listings.take_volume(session, lot_ids_and_amounts=[(10**9, 1)])


def test_a_volume_is_not_lowered_below_what_is_agreed(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10_000))
    listings.take_volume(session, lot_ids_and_amounts=[(lot.id, 6_000)])
    with pytest.raises(Conflict, match="6 kg of this lot is already agreed"):
        listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=5_999)
    listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=6_000)
    listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=9_000)
    assert (lot.volume, sum_of_changes(session, lot)) == (9_000, 9_000)
    kinds = session.scalars(
        sa.select(LotChange.kind).where(LotChange.lot_id == lot.id).order_by(LotChange.id)
    ).all()
    assert kinds == ["opened", "lowered", "raised"]


def test_who_read_the_lot_before_a_buyer_came_is_told_what_is_left_now(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10_000))
    seen = lot.version
    listings.take_volume(session, lot_ids_and_amounts=[(lot.id, 6_000)])
    with pytest.raises(Conflict, match="4 kg of 10 kg is left"):
        listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=9_000, version=seen)


def test_a_closed_lot_sells_nothing_more(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10_000))
    listings.take_volume(session, lot_ids_and_amounts=[(lot.id, 3_000)])
    listings.close_lot(session, actor=unit.actor, lot_id=lot.id)
    assert (lot.volume, lot.committed, sum_of_changes(session, lot)) == (3_000, 3_000, 3_000)


def test_a_loss_lowers_the_lot_and_says_why(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10_000))
    listings.report_loss(session, actor=unit.actor, lot_id=lot.id, amount=4_000, cause="storm", on_date=TODAY)
    assert (lot.volume, sum_of_changes(session, lot)) == (6_000, 6_000)
    assert [str(loss.cause) for loss in queries.losses(session, lot_id=lot.id)] == ["Storm or flood"]


def test_a_loss_that_cannot_be_is_refused(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10_000))
    report: Callable[..., Lot] = listings.report_loss
    usual = {"actor": unit.actor, "lot_id": lot.id, "amount": 10_000, "cause": "disease", "on_date": TODAY}
    for field, changes in [
        ("amount", {"amount": 10_001}),
        ("amount", {"amount": 0}),
        ("cause", {"cause": "boredom"}),
        ("on_date", {"on_date": TODAY + timedelta(days=1)}),
        ("on_date", {"on_date": TODAY - timedelta(days=1)}),
    ]:
        with pytest.raises(Invalid) as refusal:
            report(session, **{**usual, **changes})
        assert refusal.value.field == field
    assert lot.volume == 10_000


def test_a_loss_holds_on_every_day_since(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10_000))
    with clock.at(TODAY + timedelta(days=2)):
        listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=2_000)
    with clock.at(TODAY + timedelta(days=4)):
        listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=10_000)
        with pytest.raises(Invalid, match="only 2 kg"):
            listings.report_loss(
                session,
                actor=unit.actor,
                lot_id=lot.id,
                amount=5_000,
                cause="disease",
                on_date=TODAY + timedelta(days=3),
            )
        listings.report_loss(
            session,
            actor=unit.actor,
            lot_id=lot.id,
            amount=5_000,
            cause="disease",
            on_date=TODAY + timedelta(days=4),
        )
    assert lot.volume == 5_000


def test_a_loss_may_still_be_reported_when_the_window_is_over(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10_000, to_date=TODAY))
    with clock.at(TODAY + timedelta(days=2)):
        with pytest.raises(Conflict, match="over"):
            listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=1)
        listings.report_loss(
            session, actor=unit.actor, lot_id=lot.id, amount=1_000, cause="other", on_date=TODAY
        )
    assert lot.volume == 9_000


def test_whatever_search_shows_is_queued_for_the_index(session: Session, unit: Side) -> None:
    listing = make_listing(session, unit)
    lot = the_lot(session, listing)
    session.execute(sa.delete(Change))

    def queued() -> int:
        found = make.count_rows(session, Change, Change.kind == LISTING, Change.subject_id == listing.id)
        session.execute(sa.delete(Change))
        return found

    listings.take_volume(session, lot_ids_and_amounts=[(lot.id, 5)])
    assert queued()
    listings.give_back(session, amounts=[(lot.id, 5)])
    assert queued()
    listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=7)
    assert queued()
    listings.report_loss(session, actor=unit.actor, lot_id=lot.id, amount=2, cause="other", on_date=TODAY)
    assert queued()
    listings.pause(session, actor=unit.actor, listing_id=listing.id)
    assert queued()


def test_a_unit_reaches_its_own_listings_only(session: Session, unit: Side) -> None:
    other = make.make_unit(session)
    listing = make_listing(session, unit)
    lot = the_lot(session, listing)
    queries.listing_for(session, party_id=unit.party.id, listing_id=listing.id)
    with pytest.raises(NotFound):
        queries.listing_for(session, party_id=other.party.id, listing_id=listing.id)
    theirs = make_listing(session, other)
    with pytest.raises(NotFound):
        queries.lot_for(session, party_id=other.party.id, listing_id=theirs.id, lot_id=lot.id)


def test_the_database_itself_holds_rule_one(session: Session, unit: Side) -> None:
    lot = the_lot(session, make_listing(session, unit, volume=10))
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.update(Lot).where(Lot.id == lot.id).values(committed=11))
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.update(Lot).where(Lot.id == lot.id).values(committed=-1))


def test_the_catalogue_has_what_these_tests_trade(session: Session) -> None:
    assert catalogue.get_product(session, "chieu-lac").unit == "piece"
