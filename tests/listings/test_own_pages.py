"""A unit's own pages through HTTP: writing, editing, publishing, resting and taking back what it offers, and
every refusal with what was typed kept. Lots are in test_own_lots.py, the public page in test_public_page.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.listings import queries
from market.listings.models import Listing, ListingPrice, ListingState, Lot
from tests import make
from tests.listings.goods import make_listing
from tests.make import Side
from tests.pages import Browser, Form, Page

pytestmark = pytest.mark.usefixtures("on_a_day")

WINDOW = {"from": "10/3/2026", "to": "2026-05-10"}
Open = Callable[[], Browser]


def blank_form(manager: Browser, product: str = "gao-st25") -> Form:
    return manager.get("/listings/new", product=product).form("/listings")


def write(manager: Browser, **changes: object) -> Page:
    """A listing of rice as a manager types it."""
    fields = {"title": "Gạo ST25 vụ mới", "volume": "12 tấn", "price_from": "18.500", **WINDOW, **changes}
    return blank_form(manager).send(**fields)


def the_listing(session: Session) -> Listing:
    return session.scalars(sa.select(Listing).execution_options(populate_existing=True)).one()


def test_a_manager_chooses_a_product_writes_and_publishes(session: Session, manager: Browser) -> None:
    assert "/listings/new" in manager.get("/listings/mine").links()
    choice = manager.get("/listings/new").form("/listings/new")
    page = choice.send(product="gao-st25").form("/listings").send(
        title="  Gạo   ST25 ", volume="12 tấn", price_from="18.500", then="publish", **WINDOW
    )  # fmt: skip
    assert page.status == 200
    assert page.heading == "Gạo ST25"
    assert "Khách" in page.css(".said")[0].text() or "mua" in page.css(".said")[0].text()
    assert "12 tấn" in page.text
    assert "18.500 đ/kg" in page.text
    listing = the_listing(session)
    assert (listing.state, listing.price_from, listing.price_to) == ("published", 18_500, 18_500)
    steps = session.scalars(sa.select(ListingState.state).order_by(ListingState.id)).all()
    assert steps == ["draft", "published"]


def test_a_draft_waits_until_it_is_published(session: Session, manager: Browser) -> None:
    page = write(manager, then="draft")
    assert the_listing(session).state == "draft"
    published = page.form("/publish").send()
    assert the_listing(session).state == "published"
    rested = published.form("/pause").send()
    assert the_listing(session).state == "paused"
    again = rested.form("/publish").send()
    assert the_listing(session).state == "published"
    mine = again.form("/withdraw").send()
    assert mine.path == "/listings/mine"
    assert the_listing(session).state == "withdrawn"
    assert not mine.css("article"), "what was taken back is no longer among my listings"


def test_what_cannot_be_published_yet_is_kept_and_says_why(session: Session, browser: Open) -> None:
    newcomer = make.make_unit(session, confirm=False)
    here = browser()
    here.sign_in(newcomer.login)
    page = write(here, then="publish")
    assert page.status == 200
    assert the_listing(session).state == "draft"
    assert "xác nhận" in page.css(".said")[0].text()
    refused = page.form("/publish").send()
    assert refused.status == 409
    assert refused.css(".problems")
    assert the_listing(session).state == "draft"


def test_a_table_has_a_price_for_each_size(session: Session, manager: Browser) -> None:
    page = blank_form(manager, "tom-su").send(
        title="Tôm sú",
        volume="800 kg",
        price_kind="table",
        then="publish",
        **WINDOW,
        **{"line1.size": "20-30", "line1.price": "280.000", "line2.size": "31–40", "line2.price": "210,000"},
    )
    assert page.status == 200
    rows = [" ".join(row.text(separator=" ").split()) for row in page.css("table")[0].css("tbody tr")]
    assert rows == ["20–30 con/kg 280.000 đ/kg", "31–40 con/kg 210.000 đ/kg"]
    listing = the_listing(session)
    assert (listing.price_kind, listing.price_from, listing.price_to) == ("table", 210_000, 280_000)
    form = page.follow("Sửa").form("/edit")
    assert form.fields["line2.price"] == "210.000"
    assert form.send(**{"line2.size": "", "line2.price": ""}).status == 200
    assert session.scalars(sa.select(ListingPrice.price)).all() == [280_000]


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ({}, "line1.price"),
        ({"line1.size": "20-30"}, "line1.price"),
        ({"line1.price": "280.000"}, "line1.size"),
        ({"line1.size": "to", "line1.price": "280.000"}, "line1.size"),
        ({"line1.size": "20-30", "line1.price": "rẻ"}, "line1.price"),
    ],
)
def test_a_wrong_line_of_a_table_is_named(
    session: Session, manager: Browser, lines: dict[str, str], field: str
) -> None:
    page = blank_form(manager, "tom-su").send(
        title="Tôm sú", volume="800 kg", price_kind="table", **WINDOW, **lines
    )
    assert page.status == 422
    form = page.form("/listings")
    assert form.error(field)
    assert all(form.fields[name] == value for name, value in lines.items())
    assert make.count_rows(session, Listing) == 0


def test_lines_that_speak_of_one_size_are_refused_in_sight(manager: Browser) -> None:
    page = blank_form(manager, "tom-su").send(
        title="Tôm sú", volume="800 kg", price_kind="table", **WINDOW,
        **{"line1.size": "20-30", "line1.price": "28.000", "line2.size": "25-40", "line2.price": "21.000"},
    )  # fmt: skip
    assert page.status == 422
    assert page.css(".problems li")
    target = page.css(".problems li a")[0].attributes["href"] or ""
    assert page.css(target), "the summary leads to a field that is there"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("volume", "nhiều"),
        ("volume", "0"),
        ("volume", "12 bao tải"),
        ("volume", "9999999999 tấn"),
        ("from", "31/2/2026"),
        ("from", ""),
        ("to", "9/3/2026"),
        ("to", "1/1/2032"),
        ("price_from", "rẻ"),
        ("price_from", "1,5"),
        ("price_from", "999999999999"),
        ("price_to", "9.000"),
        ("min_order", "vài"),
        ("payment_days", "mai"),
        ("payment_days", "400"),
        ("tolerance", "60"),
        ("area_code", "x" * 61),
        ("grade", "x" * 81),
        ("spec.moisture", "ướt"),
    ],
)
def test_each_wrong_value_stands_beside_its_field(
    session: Session, manager: Browser, field: str, typed: str
) -> None:
    page = write(manager, description="Dẻo, thơm.", **{field: typed})
    assert page.status == 422
    form = page.form("/listings")
    assert form.error(field), page.css(".problems")[0].text()
    assert form.fields[field] == typed
    assert form.fields["description"] == "Dẻo, thơm."
    assert page.css(f".problems a[href='#f-{field.replace('.', '-')}']")
    assert make.count_rows(session, Listing) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("price_basis", "moon"), ("variant", "999999"), ("delivery_place", "999999"), ("standards", "NONE")],
)
def test_a_choice_that_nobody_offered_is_refused(
    session: Session, manager: Browser, field: str, value: str
) -> None:
    page = write(manager, **{field: value})
    assert page.status == 422
    assert page.css(".problems")
    assert make.count_rows(session, Listing) == 0


def test_an_unknown_product_is_no_page_and_no_listing(session: Session, manager: Browser) -> None:
    page = manager.get("/listings/new", product="vang-sjc")
    assert page.status == 422
    assert page.form("/listings/new").error("product")
    assert blank_form(manager).send(product="vang-sjc", title="Vàng", **WINDOW).status == 404


@pytest.mark.parametrize(("language", "typed"), [("vi", "1.234,5 tấn"), ("en", "1,234.5 t")])
def test_volumes_are_read_and_shown_in_the_readers_way(
    session: Session, manager: Browser, language: str, typed: str
) -> None:
    manager.get(f"/language/{language}")
    page = write(manager, volume=typed, min_order=typed)
    assert session.scalars(sa.select(Lot.volume)).one() == 1_234_500_000
    assert the_listing(session).min_order == 1_234_500_000
    shown = {"vi": "1.234,5 tấn", "en": "1,234.5 tonnes"}[language]
    assert shown in page.text
    edit = manager.get(page.path + "/edit").form("/edit")
    assert edit.fields["min_order"] == shown
    assert edit.send().status == 200, "what a form shows it takes back"
    assert the_listing(session).min_order == 1_234_500_000


def test_a_listing_sent_twice_is_one(session: Session, manager: Browser) -> None:
    form = blank_form(manager)
    fields = {"title": "Gạo", "volume": "1 tấn", "price_from": "18.500", **WINDOW}
    first, second = form.send(**fields), form.send(**fields)
    assert first.path == second.path
    assert make.count_rows(session, Listing) == 1
    other = form.send(**{**fields, "title": "Gạo khác"})
    assert other.status == 409
    assert other.form("/listings").fields["title"] == "Gạo khác"
    assert make.count_rows(session, Listing) == 1
    assert make.count_rows(session, Lot) == 1


def test_an_edit_keeps_everything_that_was_not_touched(
    session: Session, unit: Side, manager: Browser
) -> None:
    listing = make_listing(session, unit, standards=["HACCP"], spec={"moisture": [80, 140]})
    page = manager.get(f"/listings/{listing.id}").follow("Sửa")
    kept = page.form("/edit").send(title="Gạo thơm đã sửa", description="Mới xay.")
    assert kept.path == f"/listings/{listing.id}"
    assert kept.heading == "Gạo thơm đã sửa"
    now = the_listing(session)
    assert now.price_from == 18_500
    assert now.spec == listing.spec
    assert queries.claimed_standards(session, listing_id=listing.id) == ["HACCP"]


def test_an_edit_keeps_terms_that_a_program_set_and_the_form_does_not_know(
    session: Session, unit: Side, manager: Browser
) -> None:
    listing = make_listing(session, unit)
    listing.carriage_paid_by, listing.deposit = "buyer", 5_000_000
    session.flush()
    form = manager.get(f"/listings/{listing.id}/edit").form("/edit")
    assert form.fields["carriage_paid_by"] == "buyer"
    page = form.send(carriage_paid_by="seller", carrier="seller")
    assert "Tiền vận chuyển do" in page.text
    now = the_listing(session)
    assert (now.carriage_paid_by, now.deposit) == ("seller", 5_000_000)


def test_who_edits_what_another_changed_meanwhile_sees_what_it_says_now(
    session: Session, unit: Side, manager: Browser
) -> None:
    listing = make_listing(session, unit)
    old = manager.get(f"/listings/{listing.id}/edit").form("/edit")
    assert old.send(title="Gạo của người kia", price_from="20.000").status == 200
    refused = old.send(description="Của tôi.")
    assert refused.status == 409
    assert "Gạo của người kia" in refused.text
    assert "20.000" in refused.text
    assert the_listing(session).title == "Gạo của người kia"
    mine = refused.form("/edit")
    assert mine.fields["description"] == "Của tôi.", "what was typed is not lost"
    assert mine.send().status == 200, "sent again, knowing, it is kept"
    assert the_listing(session).description == "Của tôi."


def test_what_is_on_sale_keeps_a_price_and_what_was_taken_back_is_not_edited(
    session: Session, unit: Side, manager: Browser
) -> None:
    listing = make_listing(session, unit)
    form = manager.get(f"/listings/{listing.id}/edit").form("/edit")
    page = form.send(price_from="")
    assert page.status == 422
    assert page.form("/edit").error("price_from")
    manager.get(f"/listings/{listing.id}").form("/withdraw").send()
    assert form.send().status == 409


def test_who_only_looks_sees_no_buttons_and_changes_nothing(session: Session, browser: Open) -> None:
    looker = make.make_unit(session, powers=("view",))
    listing = make_listing(session, looker)
    here = browser()
    here.sign_in(looker.login)
    for path in ("/listings/mine", f"/listings/{listing.id}"):
        page = here.get(path)
        assert page.status == 200
        assert not page.css("main form")
        own = [link for link in page.links() if link.startswith("/listings")]
        assert not any(link.endswith(("/edit", "/new", "/loss")) for link in own)
    token = here.get("/account").form("/account/sign-out").fields
    for step in ("edit", "publish", "pause", "withdraw", "lots"):
        assert here.post(f"/listings/{listing.id}/{step}", token).status == 403
    assert here.post("/listings", token).status == 403
    assert here.get("/listings/new").status == 403
    assert the_listing(session).state == "published"


def test_another_unit_and_a_buyer_reach_none_of_it(session: Session, unit: Side, browser: Open) -> None:
    listing = make_listing(session, unit)
    for side, status in ((make.make_unit(session), 404), (make.make_buyer(session), 403)):
        here = browser()
        here.sign_in(side.login)
        token = here.get("/account").form("/account/sign-out").fields
        for step in ("edit", "publish", "pause", "withdraw", "lots"):
            assert here.post(f"/listings/{listing.id}/{step}", token).status == status
        assert here.get(f"/listings/{listing.id}/edit").status == status
    assert browser().get(f"/listings/{listing.id}/edit").path == "/account/sign-in"
    assert the_listing(session).version == listing.version
