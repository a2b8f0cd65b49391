"""A unit that stands twice is merged: what goes on at the other, what stays, and what hinders it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import queries as accounts
from market.catalogue.models import Season
from market.certificates.models import Certificate
from market.errors import Conflict, Invalid
from market.inquiries import service as inquiries
from market.links import merging
from market.links import service as links
from market.listings.models import Listing, Lot, SeasonPlan
from market.listings.plans import plan_season
from market.moderation import hiding
from market.parties import past
from market.parties.models import Party
from market.parties.register_models import PartyMerger
from market.statistics import figures, indicators, periods
from tests import make, trade
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]


@pytest.fixture
def two(session: Session) -> tuple[make.Side, make.Side]:
    home = make.some_commune(session).id
    return (
        make.make_unit(session, name="HTX Lúa Vàng", place_id=home),
        make.make_unit(session, name="Hợp tác xã Lúa Vàng", place_id=home),
    )


def merge(session: Session, two: tuple[make.Side, make.Side], **changes: Any) -> PartyMerger:
    given: dict[str, Any] = {"source": "Ghi trùng", **changes}
    return merging.merge(
        session, actor=make.SHELL, party_id=two[0].party.id, into_id=two[1].party.id, **given
    )


def test_people_goods_plans_and_papers_go_on_at_the_other(
    session: Session, two: tuple[make.Side, make.Side]
) -> None:
    old, new = two
    listing, _lots = trade.make_listing(session, old, volumes=(5 * trade.TONNE,))
    paper = make.make_claim(session, old, verified=True)
    season, today = session.scalars(sa.select(Season.id)).first(), clock.today()
    assert season
    plan_season(
        session,
        actor=old.actor,
        party_id=old.party.id,
        product_id=listing.product_id,
        season_id=season,
        expected=9 * trade.TONNE,
        from_date=today + timedelta(days=5),
        to_date=today + timedelta(days=9),
    )
    session.flush()
    merge(session, two)
    session.flush()
    session.expire_all()
    assert session.get_one(Listing, listing.id).state == "withdrawn"
    drafted = session.scalars(sa.select(Listing).where(Listing.party_id == new.party.id)).one()
    assert (drafted.state, drafted.title, drafted.price_from) == ("draft", listing.title, listing.price_from)
    lot = session.scalars(sa.select(Lot).where(Lot.listing_id == drafted.id)).one()
    assert (lot.volume, lot.committed) == (5 * trade.TONNE, 0)
    assert session.get_one(Certificate, paper.id).state == "ended"
    claimed = session.scalars(sa.select(Certificate).where(Certificate.unit_id == new.party.id)).one()
    assert (claimed.state, claimed.number) == ("claimed", paper.number)
    plans = session.scalars(sa.select(SeasonPlan).order_by(SeasonPlan.id)).all()
    assert [(one.party_id, one.expected) for one in plans] == [
        (old.party.id, 9 * trade.TONNE), (old.party.id, 0), (new.party.id, 9 * trade.TONNE),
    ]  # fmt: skip
    acting = {one.user_id for one in accounts.list_people(session, party_id=new.party.id)}
    assert acting == {old.user.id, new.user.id}
    assert not accounts.list_people(session, party_id=old.party.id)
    assert session.get_one(Party, old.party.id).status == "dissolved"
    went = past.merged_into(session, party_id=old.party.id)
    assert went
    assert went.id == new.party.id


def test_what_an_officer_has_hidden_does_not_come_back_at_the_other(
    session: Session, two: tuple[make.Side, make.Side]
) -> None:
    old, new = two
    seen, _ = trade.make_listing(session, old, title="Lúa ST25")
    hidden, _ = trade.make_listing(session, old, title="Lúa không có thật")
    hiding.hide(
        session,
        actor=make.make_officer(session).actor,
        party_id=old.party.id,
        listing_id=hidden.id,
        reason="untrue",
        words="Không có hàng",
    )
    session.flush()
    merge(session, two)
    session.flush()
    session.expire_all()
    drafted = session.scalars(sa.select(Listing.title).where(Listing.party_id == new.party.id)).all()
    assert drafted == [seen.title]
    assert session.get_one(Listing, hidden.id).state == "withdrawn"


def test_while_anything_is_open_nothing_is_merged_and_it_is_named(
    session: Session, two: tuple[make.Side, make.Side]
) -> None:
    old, buyer = two[0], make.make_buyer(session)
    listing, _ = trade.make_listing(session, old)
    asked = trade.make_inquiry(session, buyer, listing)
    session.flush()
    with pytest.raises(Conflict) as refusal:
        merge(session, two)
    assert str(asked.id) in str(refusal.value.words)
    inquiries.withdraw(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=asked.id)
    link = trade.make_link(session, old, buyer, listing)
    session.flush()
    with pytest.raises(Conflict) as refusal:
        merge(session, two)
    assert str(link.id) in str(refusal.value.words)
    assert not make.count_rows(session, PartyMerger)
    assert session.get_one(Listing, listing.id).state == "published"
    links.end_link(session, actor=old.actor, party_id=old.party.id, link_id=link.id)
    session.flush()
    merge(session, two)
    assert make.count_rows(session, PartyMerger) == 1


def test_into_itself_a_dissolved_one_or_twice_is_refused(
    session: Session, two: tuple[make.Side, make.Side]
) -> None:
    with pytest.raises(Invalid):
        merging.merge(
            session,
            actor=make.SHELL,
            party_id=two[0].party.id,
            into_id=two[0].party.id,
            source="Ghi trùng",
        )
    merge(session, two)
    session.flush()
    for pair in (two, (two[1], two[0])):
        with pytest.raises(Conflict):
            merge(session, pair)


def test_a_merged_unit_was_not_dissolved_and_the_past_stays(
    session: Session, two: tuple[make.Side, make.Side]
) -> None:
    trade.make_listing(session, two[0])
    session.flush()
    codes = ("cooperatives", "cooperatives_dissolved", "listings_published", "members")
    wanted = [indicators.get(code) for code in codes]
    today = clock.today()

    def counted() -> list[int | float | None]:
        found = figures.compute(
            session,
            indicators=wanted,
            period=periods.parse(f"{today}..{today}"),
            place=None,
            as_of=today,
            sector=None,
            product_id=None,
            by=None,
        )
        return [one.value for one in found]

    before = counted()
    with clock.at(today + timedelta(days=3)):
        merge(session, two)
        session.flush()
        assert counted() == before
        today = clock.today()
        assert counted()[:3] == [1, 0, 0]


def test_an_officer_merges_on_the_page_and_the_list_marks_what_is_alike(
    session: Session, browser: Open, two: tuple[make.Side, make.Side]
) -> None:
    old, new = two
    session.commit()
    officer = signed_in(browser, make.make_officer(session))
    desk = officer.get("/department/parties?standing=all")
    assert desk.text.count("Có thể trùng") == 2
    form = officer.get(f"/department/parties/{old.party.id}/merge").form("/merge")
    wrong = form.send(into="HTX-999999", source="Ghi trùng")
    assert wrong.status == 422
    assert wrong.form("/merge").error("sure")
    wrong = form.send(into="HTX-999999", source="Ghi trùng", sure="1")
    assert wrong.status == 422
    assert wrong.form("/merge").error("into")
    assert wrong.form("/merge").fields["source"] == "Ghi trùng"
    done = form.send(into=new.party.code, source="Ghi trùng", sure="1")
    assert done.status == 200
    assert f"/department/parties/{new.party.id}/register" in done.links()
    assert "Có thể trùng" not in officer.get("/department/parties?standing=all").text


def test_who_looks_for_the_merged_unit_is_led_to_the_other(
    session: Session, browser: Open, two: tuple[make.Side, make.Side]
) -> None:
    old, new = two
    merge(session, two)
    session.commit()
    shown = browser().get(f"/cooperatives/{old.party.code}")
    assert len(shown.css(f"a[href='/cooperatives/{new.party.code}']")) == 2
    assert "đã sáp nhập vào" in shown.text


def test_what_only_looks_alike_is_not_marked(session: Session, browser: Open) -> None:
    home, away = make.some_commune(session), make.some_commune(session, index=5)
    make.make_unit(session, name="HTX Số 1", place_id=home.id)
    make.make_unit(session, name="HTX Số 2", place_id=home.id)
    make.make_unit(session, name="HTX Đồng Tiến", place_id=home.id, tax_code="1900 123 456")
    make.make_unit(session, name="HTX Đồng Tiến", place_id=away.id)
    session.commit()
    officer = signed_in(browser, make.make_officer(session))
    assert "Có thể trùng" not in officer.get("/department/parties?standing=all").text
    make.make_unit(session, name="HTX Tên Khác", place_id=away.id, tax_code="1900123456")
    session.commit()
    assert officer.get("/department/parties?standing=all").text.count("Có thể trùng") == 2
