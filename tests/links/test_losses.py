"""Whom a loss falls on, as the seller chooses: judged in the service under the locks, on the page that the
form of a loss leads to, and for programs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import Database
from market.errors import Conflict, Invalid, InvalidFields
from market.inquiries.models import Inquiry
from market.links import commitments, holding, losses
from market.links.losses import Loss
from market.links.models import Commitment, Link
from market.listings.models import Listing, Lot, LotChange
from market.notices.models import Notice
from tests import make, rules, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser, Page
from tests.trade import TONNE

Open = Callable[[], Browser]


@dataclass(slots=True)
class Shared:
    """A lot of ten tonnes: six are agreed (in two lines, one tonne delivered), two held for a whole order,
    one agreed with another buyer; one is left.
    """

    listing: Listing
    lot: Lot
    large: Link
    small: Link
    held: Inquiry
    buyers: dict[str, Side]

    def name(self, which: str) -> str:
        return f"inquiry{self.held.id}" if which == "held" else f"link{getattr(self, which).id}"

    def chosen(self, **amounts: int) -> dict[str, int]:
        return {self.name(which): amount for which, amount in amounts.items()}

    def now(self, session: Session) -> Lot:
        """The lot as it stands; each request is begun with an empty session."""
        return session.get_one(Lot, self.lot.id, populate_existing=True)

    @property
    def path(self) -> str:
        return f"/listings/{self.listing.id}/lots/{self.lot.id}/loss"


def _hold(session: Session, seller: Side, buyer: Side, listing: Listing, volume: int) -> Inquiry:
    inquiry = trade.make_inquiry(session, buyer, listing, volume=volume)
    inquiry.held_until = clock.now() + timedelta(days=5)
    session.flush()  # it is read anew when it is accepted
    holding.accept(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry.id)
    session.commit()
    return inquiry


def make_shared(session: Session, seller: Side) -> Shared:
    buyers = {one: make.make_buyer(session, name=f"Nhà máy {one}") for one in ("large", "held", "small")}
    listing, (lot,) = trade.make_listing(session, seller)
    large = trade.make_link(session, seller, buyers["large"], listing, volume=6 * TONNE, lines=2)
    trade.deliver(session, seller, buyers["large"], large, TONNE)
    held = _hold(session, seller, buyers["held"], listing, 2 * TONNE)
    small = trade.make_link(session, seller, buyers["small"], listing, volume=TONNE)
    session.refresh(lot)
    assert lot.committed == 9 * TONNE
    return Shared(listing, lot, large, small, held, buyers)


@pytest.fixture
def shared(session: Session, on_a_day: Any, seller: Side) -> Shared:
    return make_shared(session, seller)


def _loss(lot: Lot, amount: int = 4 * TONNE) -> Loss:
    return Loss(lot.id, amount, "storm", clock.today())


def _kept(session: Session, shared: Shared) -> dict[str, int]:
    """What of the lot each still has."""
    session.expire_all()
    return {draw.name: draw.committed for draw in losses.draws_on(session, lot_id=shared.lot.id)}


def test_what_draws_on_a_lot_says_what_may_be_lowered(session: Session, shared: Shared) -> None:
    short, draws = losses.reach(session, _loss(shared.lot))
    assert short == 3 * TONNE
    assert [(draw.name, draw.committed, draw.delivered, draw.free) for draw in draws] == [
        (shared.name("large"), 6 * TONNE, TONNE, 5 * TONNE),
        (shared.name("small"), TONNE, 0, TONNE),
        (shared.name("held"), 2 * TONNE, 0, 2 * TONNE),
    ]
    assert [draw.buyer for draw in draws] == ["Nhà máy large", "Nhà máy small", "Nhà máy held"]
    proposed = losses.propose(short, draws, step=1000)
    assert sum(proposed.values()) == short
    assert all(part % 1000 == 0 for part in proposed.values()), "in whole kilograms"
    assert losses.propose(1001, draws, step=1000)[shared.name("large")] == 626, "to the gram where need be"
    assert losses.reach(session, _loss(shared.lot, TONNE))[0] == 0


def test_the_loss_falls_on_whom_the_seller_chooses(session: Session, shared: Shared, seller: Side) -> None:
    chosen = shared.chosen(large=2_500_000, held=500_000, small=0)
    losses.report(session, actor=seller.actor, loss=_loss(shared.lot), chosen=chosen)
    session.commit()
    assert _kept(session, shared) == shared.chosen(large=3_500_000, held=1_500_000, small=TONNE)
    lot = shared.now(session)
    assert (lot.volume, lot.committed) == (6 * TONNE, 6 * TONNE)
    assert (shared.large.at_risk, shared.small.at_risk) == (True, False)
    # Of an agreement's two lines each gives its part of what is still to be delivered: two tonnes and three.
    query = sa.select(Commitment.released).where(Commitment.link_id == shared.large.id)
    assert session.scalars(query.order_by(Commitment.id)).all() == [TONNE, 1_500_000]
    told = {
        which: session.scalars(sa.select(Notice.kind).where(Notice.user_id == side.user.id)).all()
        for which, side in shared.buyers.items()
    }
    assert "link.at_risk" in told["large"]
    assert "inquiry.at_risk" in told["held"]
    assert "link.at_risk" not in told["small"]
    rules.check_volumes(session)
    rules.check_links(session)


@pytest.mark.parametrize(
    ("amounts", "wrong"),
    [
        ({"large": 2_500_000}, {"choose"}),
        ({"large": 3_000_001}, {"choose"}),
        ({}, {"choose"}),
        ({"large": 5_000_001, "small": -1}, {"large", "small"}),
        ({"small": TONNE + 1, "large": 2 * TONNE - 1}, {"small"}),
        ({"held": 3 * TONNE}, {"held"}),
    ],
)
def test_parts_that_do_not_hold_change_nothing(
    session: Session, shared: Shared, seller: Side, amounts: dict[str, int], wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        losses.report(session, actor=seller.actor, loss=_loss(shared.lot), chosen=shared.chosen(**amounts))
    assert set(refused.value.by_field) == {one if one == "choose" else shared.name(one) for one in wrong}
    session.rollback()
    assert _kept(session, shared) == shared.chosen(large=6 * TONNE, held=2 * TONNE, small=TONNE)
    assert session.scalar(sa.select(sa.func.count()).where(LotChange.kind == "loss")) == 0


def test_what_draws_on_another_lot_is_not_lowered_here(
    session: Session, shared: Shared, seller: Side
) -> None:
    other, _ = trade.make_listing(session, seller)
    away = trade.make_link(session, seller, make.make_buyer(session), other)
    chosen = {f"link{away.id}": 3 * TONNE}
    with pytest.raises(InvalidFields) as refused:
        losses.report(session, actor=seller.actor, loss=_loss(shared.lot), chosen=chosen)
    assert set(refused.value.by_field) == set(chosen)


def test_what_was_delivered_is_out_of_reach_however_it_is_chosen(
    session: Session, shared: Shared, seller: Side
) -> None:
    gone = _loss(shared.lot, 9 * TONNE + 1)
    for report in (
        lambda: losses.reach(session, gone),
        lambda: losses.report(session, actor=seller.actor, loss=gone, chosen=shared.chosen(large=TONNE)),
    ):
        with pytest.raises(Conflict, match="delivered already") as refused:
            report()
        assert refused.value.field == "amount"


def test_a_loss_that_what_is_left_bears_needs_no_choice(
    session: Session, shared: Shared, seller: Side
) -> None:
    small = _loss(shared.lot, TONNE)
    with pytest.raises(Invalid, match="nothing has to be lowered"):
        losses.report(session, actor=seller.actor, loss=small, chosen=shared.chosen(large=1))
    losses.report(session, actor=seller.actor, loss=small, chosen=shared.chosen(large=0))
    session.commit()
    assert _kept(session, shared)[shared.name("large")] == 6 * TONNE
    rules.check_volumes(session)


def test_two_who_choose_at_once_lower_nothing_twice(own_database: Database) -> None:
    with own_database.session(write=True) as session:
        seller = make.make_unit(session)
        shared = make_shared(session, seller)
        loss, actor = _loss(shared.lot), seller.actor
        # The agreement has five tonnes to give: not twice three, whatever is released in between.
        chosen = shared.chosen(large=3 * TONNE, held=0)
        link_id, party_id = shared.small.id, seller.party.id
    start, answers = threading.Barrier(3), []

    def choose() -> None:
        start.wait()
        try:
            with own_database.writing() as session:
                losses.report(session, actor=actor, loss=loss, chosen=chosen)
            answers.append("noted")
        except (Invalid, Conflict) as refusal:
            answers.append(str(refusal))

    def end() -> None:
        start.wait()
        with own_database.writing() as session:
            link = session.get_one(Link, link_id)
            commitments.hold(session, link=link)
            commitments.release(session, link=link, reason="lapsed", only_open_lots=False)
        answers.append(f"released by {party_id}")

    threads = [threading.Thread(target=one) for one in (choose, choose, end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    # What is released beforehand leaves less to be lowered, and then the parts no longer add up.
    assert answers.count("noted") <= 1, answers
    with own_database.reading() as session:
        rules.check_volumes(session)


# --- the page ---


def _led(manager: Browser, shared: Shared, amount: str = "4 tấn") -> Page:
    form = manager.get(shared.path).form("/loss")
    return form.send(amount=amount, cause="storm", choose="1")


def test_the_form_of_a_loss_leads_to_the_choice_and_notes_nothing_yet(
    session: Session, shared: Shared, manager: Browser
) -> None:
    page = _led(manager, shared)
    assert page.path == f"{shared.path}/shares"
    form = page.form("/shares")
    assert {name: form.fields[name] for name in shared.chosen(large=0, held=0, small=0)} == {
        shared.name("large"): "1,875 tấn",
        shared.name("held"): "750 kg",
        shared.name("small"): "375 kg",
    }
    for said in ("Nhà máy large", "Nhà máy held", "3 tấn", "Nhiều nhất 5 tấn", "Bão, lũ"):
        assert said in page.text
    assert shared.now(session).volume == 10 * TONNE, "nothing is noted yet"
    for _ in range(2):
        mine = form.send()
        assert mine.path == "/listings/mine"
    assert _kept(session, shared)[shared.name("small")] == 625_000
    assert session.scalar(sa.select(sa.func.count()).where(LotChange.kind == "loss")) == 1, (
        "sent twice is one"
    )
    rules.check_volumes(session)


def test_what_does_not_add_up_stands_as_it_was_typed(
    session: Session, shared: Shared, manager: Browser
) -> None:
    large, held, small = (shared.name(which) for which in ("large", "held", "small"))
    form = _led(manager, shared).form("/shares")
    page = form.send(**{large: "2 tấn", held: "", small: "500 kg"})
    assert page.status == 422
    again = page.form("/shares")
    assert "500 kg" in again.error("choose")
    assert (again.fields[large], again.fields[held], again.fields[small]) == ("2 tấn", "", "500 kg")
    page = again.send(**{large: "5,5 tấn", held: "một ít", small: "500 kg"})
    assert page.status == 422
    again = page.form("/shares")
    assert again.error(held)
    assert again.fields[large] == "5,5 tấn"
    page = page.form("/shares").send(**{large: "5,5 tấn", held: ""})
    assert "5 tấn" in page.form("/shares").error(large)
    assert _kept(session, shared)[large] == 6 * TONNE
    done = page.form("/shares").send(**{large: "2,5 tấn", held: "0", small: "500 kg"})
    assert done.path == "/listings/mine"
    assert _kept(session, shared) == shared.chosen(large=3_500_000, held=2 * TONNE, small=500_000)


def test_what_has_moved_on_meanwhile_is_shown_as_it_is_now(
    session: Session, shared: Shared, seller: Side, manager: Browser
) -> None:
    form = _led(manager, shared).form("/shares")
    holding.release(session, actor=seller.actor, inquiry=session.get_one(Inquiry, shared.held.id))
    session.commit()
    page = form.send()
    assert page.status == 422
    again = page.form("/shares")
    assert again.error("choose")
    assert shared.name("held") not in again.fields
    assert "1 tấn" in page.text
    done = again.send(**{shared.name("large"): "1 tấn", shared.name("small"): ""})
    assert done.path == "/listings/mine"
    assert _kept(session, shared) == shared.chosen(large=5 * TONNE, small=TONNE)
    rules.check_volumes(session)


def test_nothing_is_chosen_where_what_is_left_bears_the_loss(
    session: Session, shared: Shared, manager: Browser
) -> None:
    mine = _led(manager, shared, "1 tấn")
    assert mine.path == "/listings/mine"
    lot = shared.now(session)
    assert (lot.volume, lot.committed) == (9 * TONNE, 9 * TONNE)
    free, (alone,) = trade.make_listing(session, make.make_unit(session))
    assert manager.get(f"/listings/{free.id}/lots/{alone.id}/loss/shares").status == 404


@pytest.mark.parametrize(
    "query",
    ["", "?amount=x&cause=storm&on_date=2026-03-10", "?amount=99999999999&cause=storm&on_date=2026-03-10",
     "?amount=4000000&cause=ghosts&on_date=2026-03-10", "?amount=4000000&cause=storm&on_date=2026-03-11",
     "?amount=9500000&cause=storm&on_date=2026-03-10"],
)  # fmt: skip
def test_an_address_that_says_no_loss_says_what_is_wrong(
    shared: Shared, manager: Browser, query: str
) -> None:
    page = manager.get(f"{shared.path}/shares{query}")
    assert page.status in (409, 422)
    assert page.css(".problems")
    assert not page.css("main form")
    assert page.follow("Quay lại").path == shared.path


# --- programs ---


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


def test_a_program_sees_what_draws_on_a_lot_and_chooses(
    session: Session, shared: Shared, coop: Trader
) -> None:
    lot = f"/listings/{shared.listing.id}/lots/{shared.lot.id}"
    told = coop.look(f"/listings/mine/{shared.listing.id}/lots/{shared.lot.id}/agreements")
    assert (told["volume"], told["committed"], told["available"]) == (10_000, 9_000, 1_000)
    assert [
        (one["link_id"], one["inquiry_id"], one["committed"], one["delivered"], one["lowerable"])
        for one in told["agreements"]
    ] == [
        (shared.large.id, None, 6_000, 1_000, 5_000),
        (shared.small.id, None, 1_000, 0, 1_000),
        (None, shared.held.id, 2_000, 0, 2_000),
    ]
    body: dict[str, Any] = {"amount": 4, "unit": "tấn", "cause": "storm", "on_date": str(TODAY)}
    chosen = [{"link_id": shared.large.id, "amount": 2}, {"inquiry_id": shared.held.id, "amount": 1}]
    for choose, wrong in (
        ([], {"choose"}),
        (chosen[:1], {"choose"}),
        ([*chosen, chosen[0]], {"choose.2.link_id"}),
        ([{"amount": 3}], {"choose.0.link_id"}),
        ([{**chosen[0], "inquiry_id": shared.held.id}], {"choose.0.inquiry_id"}),
        ([chosen[0], {"inquiry_id": shared.held.id, "amount": -1}], {"choose.1.amount"}),
        ([chosen[0], {"link_id": shared.small.id, "amount": 1.001}], {"choose.1.amount"}),
        ([{"link_id": 999_999, "amount": 3}], {"choose.0.amount"}),
    ):
        assert set(coop.wrong("POST", f"{lot}/losses", 422, {**body, "choose": choose})) == wrong
    for name, value in (("amount", 0), ("cause", "ghosts"), ("on_date", str(TODAY + timedelta(days=1)))):
        assert set(coop.wrong("POST", f"{lot}/losses", 422, {**body, name: value})) == {name}
    assert set(coop.wrong("POST", f"{lot}/losses", 409, {**body, "amount": 9.5})) == {"amount"}
    for _ in range(2):
        left = coop.does("POST", f"{lot}/losses", {**body, "choose": chosen}, key="loss")
    assert (left["volume"], left["committed"], left["available"]) == (6_000, 6_000, 0)
    assert [one["committed"] for one in left["agreements"]] == [4_000, 1_000, 1_000]
    session.expire_all()
    rules.check_volumes(session)


def test_a_program_that_does_not_choose_lowers_pro_rata(
    session: Session, shared: Shared, coop: Trader
) -> None:
    path = f"/listings/{shared.listing.id}/lots/{shared.lot.id}/losses"
    left = coop.does("POST", path, {"amount": 4000, "cause": "disease", "on_date": str(TODAY)})
    assert [one["committed"] for one in left["agreements"]] == [4_125, 625, 1_250]
    assert session.get_one(Link, shared.large.id).at_risk
    rules.check_volumes(session)
