"""Complaints by number and link, their days, outcomes and figures; the rules of operation by version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, TooMany
from market.events import Actor
from market.moderation import complaints, rules_texts
from market.moderation.complaint_models import Complaint, RulesNoted
from market.notices.models import Notice
from tests import make
from tests.make import count_rows
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]
DESK = "/department/moderation/complaints"
SAYS = {"subject": "delivery", "name": "Người Mua", "contact": "0912 345 678", "words": "Giao thiếu hàng"}


def complain(session: Session, source: str = "a", **changes: str) -> Complaint:
    values = {**SAYS, **changes}
    return complaints.complain(session, actor=Actor(), source=source, days=7, **values)


def test_a_complaint_is_made_without_an_account_and_seen_by_its_link(session: Session, browser: Open) -> None:
    visitor, officer = browser(), signed_in(browser, make.make_officer(session))
    form = visitor.get("/about/operator").follow("Gửi khiếu nại về sàn").form("/complaints")
    refused = form.send(**{**SAYS, "contact": " "})
    assert refused.status == 422
    assert refused.form("/complaints").error("contact")
    assert refused.form("/complaints").fields["words"] == "Giao thiếu hàng"
    shown = refused.form("/complaints").send(contact="0912 345 678")
    made = session.scalars(sa.select(Complaint)).one()
    assert shown.path.startswith(f"/complaints/{made.number}/")
    assert made.number in shown.heading
    assert shown.response.headers["referrer-policy"] == "no-referrer"
    assert "0912 345 678" not in shown.text

    page = officer.get(DESK).follow(made.number)
    assert "0912 345 678" in page.text
    page.form("/answer").send(answer="Bên bán sẽ giao bù").form("/close").send(outcome="upheld")
    assert "Bên bán sẽ giao bù" in browser().get(shown.path).text
    assert "Khiếu nại đúng" in visitor.get(shown.path).text
    assert visitor.get(f"/complaints/{made.number}/{'a' * 40}").status == 404
    assert visitor.get(f"/complaints/{made.number}").path == "/account/sign-in"


def test_whoever_is_signed_in_sees_it_by_its_number_and_is_told(session: Session, browser: Open) -> None:
    side, other = make.make_buyer(session), make.make_buyer(session)
    here = signed_in(browser, side)
    here.get("/complaints/new").form("/complaints").send(**SAYS)
    made = session.scalars(sa.select(Complaint)).one()
    complaints.answer(session, actor=make.make_officer(session).actor, complaint_id=made.id, words="Đã xem")
    session.commit()
    told = session.scalars(sa.select(Notice.path).where(Notice.kind == "complaint.answered")).one()
    assert "Đã xem" in here.get(told).text
    assert signed_in(browser, other).get(told).status == 404


def test_a_complaint_goes_forward_alone(session: Session) -> None:
    made, officer = complain(session), make.make_officer(session)
    with pytest.raises(Conflict):
        complaints.close(session, actor=officer.actor, complaint_id=made.id, outcome="upheld")
    complaints.answer(session, actor=officer.actor, complaint_id=made.id, words="x")
    with pytest.raises(Conflict):
        complaints.answer(session, actor=officer.actor, complaint_id=made.id, words="y")
    complaints.close(session, actor=officer.actor, complaint_id=made.id, outcome="settled")
    with pytest.raises(Conflict):
        complaints.close(session, actor=officer.actor, complaint_id=made.id, outcome="upheld")


def test_what_waits_stands_by_its_day_and_what_was_closed_last_before_older_ones(session: Session) -> None:
    officer, made = make.make_officer(session), []
    for number in range(4):
        with clock.at(make.TODAY + timedelta(weeks=number)):
            made.append(complain(session, source=str(number)))
    for day, one in ((30, made[0]), (31, made[1])):
        with clock.at(make.TODAY + timedelta(days=day)):
            complaints.answer(session, actor=officer.actor, complaint_id=one.id, words="x")
            complaints.close(session, actor=officer.actor, complaint_id=one.id, outcome="upheld")
    session.flush()
    assert [one.id for one in complaints.list_open(session)] == [made[index].id for index in (2, 3, 1, 0)]


def test_complaints_from_one_source_are_slowed_down(session: Session) -> None:
    for _ in range(complaints.MOST):
        complain(session)
        session.flush()
    with pytest.raises(TooMany):
        complain(session)
    complain(session, source="b")


def test_the_figures_of_a_year_are_those_of_its_complaints(session: Session) -> None:
    officer = make.make_officer(session)
    with clock.at(make.TODAY - timedelta(days=365)):
        complain(session, source="z")
    with clock.at(make.TODAY):
        made = [complain(session, source=str(number)) for number in range(5)]
        for one in made[:3]:
            complaints.answer(session, actor=officer.actor, complaint_id=one.id, words="x")
        complaints.close(session, actor=officer.actor, complaint_id=made[0].id, outcome="upheld")
    with clock.at(make.TODAY + timedelta(days=30)):
        waits = [one.late for one in complaints.list_open(session) if one.state == "received"]
        assert waits == [True] * 3
        complaints.answer(session, actor=officer.actor, complaint_id=made[3].id, words="late")
        complaints.close(session, actor=officer.actor, complaint_id=made[3].id, outcome="rejected")
        found = complaints.figures(session, year=make.TODAY.year)
        assert (found["received"], found["open"], found["in_time"]) == (5, 3, 3)
        assert (found["upheld"], found["rejected"], found["settled"]) == (1, 1, 0)
        assert complaints.figures(session, year=make.TODAY.year - 1)["received"] == 1


def test_the_operator_names_itself_and_old_rules_stay_readable(browser: Open) -> None:
    here = browser()
    page = here.get("/about/operator")
    first = rules_texts.versions()[0]
    assert first.parts["vi"][0].heading in page.text
    assert here.get(f"/about/operator/{first.version}").status == 200
    assert here.get("/about/operator/1999-01-01").status == 404
    english = here.get("/language/en", next="/about/operator")
    assert first.parts["en"][0].heading in english.text
    for rules in rules_texts.versions():
        assert len(rules.parts["vi"]) == len(rules.parts["en"])


def test_a_change_of_the_rules_is_told_once_to_everybody(session: Session, tmp_path: Path) -> None:
    side, gone = make.make_buyer(session), make.make_user(session)
    gone.is_active = False
    session.execute(sa.delete(RulesNoted))
    for version in ("2026-01-01", "2026-06-01"):
        for language in rules_texts.LANGUAGES:
            (tmp_path / f"{version}.{language}.txt").write_text("# A\nb\n- c\n", "utf-8")
    known = rules_texts.read(tmp_path)
    assert known[0].parts["vi"] == (rules_texts.Part("A", ("b",), ("c",)),)
    assert rules_texts.announce(session, known[:1]) == 0
    session.commit()
    assert count_rows(session, Notice, Notice.kind == "rules.changed") == 0
    told = rules_texts.announce(session, known)
    session.commit()
    assert told == count_rows(session, Notice, Notice.kind == "rules.changed") >= 1
    assert count_rows(session, Notice, Notice.user_id == side.user.id, Notice.kind == "rules.changed") == 1
    assert count_rows(session, Notice, Notice.user_id == gone.id) == 0
    assert rules_texts.announce(session, known) == 0
    assert rules_texts.in_force(make.TODAY, known).version == "2026-01-01"
    assert rules_texts.in_force(make.TODAY + timedelta(days=100), known).version == "2026-06-01"
