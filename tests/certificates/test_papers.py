"""The paper of a certificate as files: with the claim or later, read by the officer who decides, and left as
it was once she has.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.certificates.models import Certificate, CertificateProduct
from market.files.models import StoredFile
from market.settings import Settings
from tests import make
from tests.files import sheets
from tests.files.sending import lying, send
from tests.listings.shots import shot
from tests.make import Account, Side
from tests.pages import Browser, Page, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
TYPED = {"standard": "OCOP4", "number": "57/QĐ-UBND", "issuer": "UBND tỉnh", "valid_to": "2028-03-10"}


def hrefs(page: Page) -> list[str]:
    return [node.attributes["href"] or "" for node in page.css(".files a")]


def count(session: Session) -> int:
    return make.count_rows(session, StoredFile)


def test_the_paper_comes_with_the_claim_and_stands_beside_it_for_the_officer(
    session: Session, settings: Settings, browser: Open, manager: Browser, officer: Account
) -> None:
    wrong = send(manager, "/certificates", "/certificates", ("giấy.pdf", b"PK\x03\x04"), **TYPED)
    assert wrong.status == 422
    form = wrong.form("/certificates")
    assert "giấy.pdf không phải ảnh hoặc PDF" in form.error("files")
    assert form.fields["number"] == TYPED["number"]
    assert not make.count_rows(session, Certificate)
    assert not lying(settings)
    form = manager.get("/certificates").form("/certificates")
    for _ in range(2):
        page = send(
            manager,
            "",
            form.action,
            ("trang 1.jpg", shot()),
            ("trang 2.pdf", sheets.sheet()),
            fields=form.fields,
            **TYPED,
        )
        assert page.status == 200
    assert (make.count_rows(session, Certificate), count(session)) == (1, 2)
    own = hrefs(manager.get("/certificates"))
    assert len(own) == 2
    desk = signed_in(browser, officer)
    certificate = session.scalars(sa.select(Certificate)).one()
    seen = desk.get(f"/department/certificates/{certificate.id}")
    photo, pdf = hrefs(seen)
    assert desk.client.get(photo).headers["content-type"] == "image/webp"
    given = desk.client.get(pdf)
    assert given.content == sheets.sheet()
    assert given.headers["content-disposition"].startswith("attachment;")
    elsewhere = make.make_officer(session, place_id=make.some_commune(session, index=9).id)
    assert signed_in(browser, elsewhere).client.get(pdf).status_code == 404
    for other in (make.make_unit(session), make.make_buyer(session)):
        assert signed_in(browser, other).client.get(own[0]).status_code == 404
    assert browser().client.get(own[0], follow_redirects=False).status_code == 303


def test_a_claim_that_ticks_many_products_comes_with_its_paper(
    session: Session, browser: Open, manager: Browser
) -> None:
    slugs = [one.attributes["value"] for one in manager.get("/certificates").css("[name=products]")]
    assert len(slugs) > 25
    form = manager.get("/certificates").form("/certificates")
    typed = {**form.fields, **TYPED, "products": slugs}
    page = send(manager, "", form.action, ("a.pdf", sheets.sheet()), fields=typed)
    assert page.status == 200
    assert make.count_rows(session, CertificateProduct) == len(slugs)
    assert count(session) == 1


def test_the_holder_sees_the_paper_of_what_was_entered_for_another(
    session: Session, browser: Open, unit: Side, manager: Browser
) -> None:
    company = make.make_buyer(session)
    page = send(
        manager,
        "/certificates",
        "/certificates",
        ("a.pdf", sheets.sheet()),
        holder=company.party.code,
        **TYPED,
    )
    (href,) = hrefs(page)
    assert signed_in(browser, company).client.get(href).status_code == 200


def test_who_only_looks_opens_the_paper_and_cannot_take_it_away(
    session: Session, browser: Open, unit: Side, manager: Browser
) -> None:
    send(manager, "/certificates", "/certificates", ("a.pdf", sheets.sheet()), **TYPED)
    assert manager.get("/certificates").css(".files form")
    viewer = make.make_account(session)
    accounts.grant_membership(session, user_id=viewer.user.id, party_id=unit.party.id, powers=("view",))
    session.commit()
    page = signed_in(browser, viewer).get("/certificates")
    assert hrefs(page)
    assert not page.css(".files form")


def test_while_it_waits_pages_are_added_and_taken_away_and_afterwards_nothing(
    session: Session, browser: Open, unit: Side, manager: Browser, officer: Account
) -> None:
    claimed = make.make_claim(session, unit)
    path = f"/certificates/{claimed.id}/files"
    desk = signed_in(browser, officer)
    before = desk.get(f"/department/certificates/{claimed.id}").form("/verify")
    wrong = send(manager, "/certificates", path, ("a.svg", b"<svg/>"))
    assert wrong.status == 422
    assert wrong.form(path).error("files")
    assert not wrong.form("/certificates").error("files")
    page = send(manager, "/certificates", path, ("a.pdf", sheets.sheet()), ("b.jpg", shot()))
    assert page.status == 200
    assert before.send(ground="original").status == 409, "she has not seen these files"
    page = page.form("/delete").send()
    assert count(session) == 1
    late = page.form("/delete"), page.form(path)
    assert (
        desk.get(f"/department/certificates/{claimed.id}").form("/verify").send(ground="original").status
        == 200
    )
    after = manager.get("/certificates")
    assert len(hrefs(after)) == 1
    assert not after.css(".files form")
    assert late[0].send().status == 409
    assert send(manager, "", path, ("c.pdf", sheets.sheet(3)), fields=late[1].fields).status == 409
    assert count(session) == 1
