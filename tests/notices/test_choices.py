"""What a person chooses to be told, and how: through the page, and heeded by whatever tells. Mail server and
gateway are real.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import market
from market.accounts import choice_routes, codes
from market.accounts import service as accounts
from market.accounts.forms import ChoicesForm
from market.accounts.models import OneTimeCode
from market.errors import Invalid
from market.events import CLOCK, Actor
from market.notices import choices, jobs, topics
from market.notices.models import Choice, Message, Notice, Waiting
from market.runtime import Runtime
from market.words import t
from tests import make, trade
from tests.notices.ways_out import Gateway, Mailbox, text_of
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]
PAGE = "/account/notices/choices"


def tell(session: Session, account: make.Account, kind: str = "inquiry.sent", **actor: str) -> None:
    accounts.tell_user(
        session,
        user_id=account.user.id,
        kind=kind,
        words=t("Please fill this in."),
        path="/account",
        actor=Actor(**actor) if actor else CLOCK,
    )
    session.commit()


def set_to(session: Session, account: make.Account | make.Side, **hows: str) -> None:
    choices.choose(session, user_id=account.user.id, hows=hows)
    session.commit()


def counts(session: Session) -> tuple[int, int, int]:
    """Notices, messages, and notices that wait for the evening."""
    count = partial(make.count_rows, session)
    return count(Notice), count(Message), count(Waiting)


def test_everything_is_told_at_once_until_somebody_chooses(
    session: Session, browser: Open, sender: Runtime, box: Mailbox
) -> None:
    unit = make.make_unit(session, user={"email": "htx@vidu.test"})
    company = make.make_buyer(session)
    listing, _ = trade.make_listing(session, unit)
    session.execute(sa.delete(Message))
    session.commit()

    here = signed_in(browser, unit)
    page = here.get("/account").follow("Chọn tin muốn nhận và cách nhận")
    assert page.path == PAGE
    form = page.form(PAGE)
    assert {name: form.fields[name] for name in topics.TOPICS} == dict.fromkeys(topics.TOPICS, "at_once")
    assert "htx@vidu.test" in page.text

    trade.make_inquiry(session, company, listing)
    assert jobs.send_due(sender) == 1
    assert f"http://127.0.0.1:8000{PAGE}" in text_of(box.mails[0]), "the mail says where to choose"

    kept = form.send(inquiries="inside", deliveries="daily")
    assert (kept.path, kept.status) == (PAGE, 200)
    assert "Đã lưu lựa chọn" in kept.text
    again = here.get("/account/notices").follow("Chọn tin muốn nhận và cách nhận").form(PAGE).fields
    assert (again["inquiries"], again["deliveries"], again["agreements"]) == ("inside", "daily", "at_once")

    trade.make_inquiry(session, company, trade.make_listing(session, unit)[0])
    assert jobs.send_due(sender) == 0
    assert len(here.get("/account/notices").css("li.line-new")) == 3, "the news stand all the same"


def test_a_wrong_answer_is_told_beside_it_and_loses_none_of_the_others(
    session: Session, browser: Open
) -> None:
    account = make.make_account(session)
    here = signed_in(browser, account)
    form = here.get(PAGE).form(PAGE)
    for name, wrong in (("agreements", "never"), ("searches", "daily"), ("wanted", None), ("inquiries", "")):
        answer = form.send(**{"certificates": "daily", name: wrong})
        assert answer.status == 422
        said = answer.form(PAGE)
        assert said.error(name), name
        assert said.fields["certificates"] == "daily"
    assert make.count_rows(session, Choice) == 0


def test_each_persons_choice_is_their_own(session: Session, sender: Runtime, box: Mailbox) -> None:
    company = make.make_buyer(session, user={"email": "mot@vidu.test"})
    colleague = make.make_account(session, email="hai@vidu.test")
    accounts.grant_membership(session, user_id=colleague.user.id, party_id=company.party.id)
    session.execute(sa.delete(Message))
    set_to(session, company, agreements="inside")
    for kind in ("link.ended", "inquiry.declined"):
        accounts.tell_party(
            session,
            party_id=company.party.id,
            kind=kind,
            words=t("Please fill this in."),
            path="/links",
            actor=CLOCK,
        )
    session.commit()
    jobs.send_due(sender)
    assert sorted(box.recipients) == ["hai@vidu.test", "hai@vidu.test", "mot@vidu.test"]


@pytest.mark.parametrize(
    ("how", "made"), [("at_once", (1, 1, 0)), ("daily", (1, 0, 1)), ("inside", (1, 0, 0))]
)
@pytest.mark.parametrize("address", [{"email": "a@vidu.test"}, {"phone": "0912345678"}])
def test_what_becomes_of_a_notice(
    session: Session, how: topics.How, made: tuple[int, int, int], address: dict[str, str]
) -> None:
    account = make.make_account(session, **address)
    set_to(session, account, inquiries=how)
    tell(session, account)
    assert counts(session) == made
    links = int(how == "at_once" and "phone" in address)
    assert make.count_rows(session, OneTimeCode) == links, "no link is made that nobody gets"


def test_the_account_itself_is_always_told_of(session: Session, sender: Runtime, phones: Gateway) -> None:
    account = make.make_account(session, phone="0912345678")
    set_to(session, account, **dict.fromkeys(topics.TOPICS, "inside"))
    for kind in ("account.code_handed_over", "party.confirmed"):
        tell(session, account, kind)
    codes.ask_reset(session, login=account.login)
    session.commit()
    assert jobs.send_due(sender) == 3


def test_the_demonstrations_past_neither_leaves_nor_waits(session: Session) -> None:
    account = make.make_account(session)
    for how in topics.HOWS:
        set_to(session, account, inquiries=how)
        tell(session, account, channel="demo")
    assert counts(session) == (3, 0, 0)


def test_only_what_can_be_answered_is_kept(session: Session) -> None:
    account = make.make_account(session)
    for topic, how in (("searches", "daily"), ("account", "inside"), ("inquiries", "never"), ("", "inside")):
        with pytest.raises(Invalid) as wrong:
            choices.choose(session, user_id=account.user.id, hows={topic: how})
        assert wrong.value.field == topic
    assert choices.chosen(session, user_id=account.user.id) == dict.fromkeys(topics.TOPICS, "at_once")
    for how in ("daily", "inside", "daily"):
        set_to(session, account, wanted=how)
    assert choices.chosen(session, user_id=account.user.id)["wanted"] == "daily"
    assert make.count_rows(session, Choice) == 1


def test_every_kind_of_news_belongs_to_a_topic_or_is_always_sent() -> None:
    written = (
        r'"(account|party|upload|inquiry|link|amendment|delivery|certificate|demand|listings)\.([a-z_]+)"'
    )
    kinds = {
        f"{found[1]}.{found[2]}"
        for path in Path(market.__file__).parent.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"kind=|tell\(|FOUND =|REMINDED =", line)
        for found in re.finditer(written, line)
    }
    assert {"inquiry.sent", "demand.filled", "listings.found", "party.confirmed"} <= kinds
    free = {kind for kind in kinds if topics.topic_of(kind) is None}
    assert {kind.partition(".")[0] for kind in free} <= set(topics.ALWAYS)
    unknown = [
        f"{path.name}: {found[0]}"
        for path in Path(market.__file__).parent.rglob("*.py")
        for found in re.finditer(r'\bkind=f?"([a-z_]+)\.', path.read_text(encoding="utf-8"))
        if topics.topic_of(found[1]) is None and found[1] not in topics.ALWAYS
    ]
    assert not unknown
    assert topics.topic_of("demand.fits") == "wanted"
    assert topics.topic_of("demand.filled") == "demands"


def test_the_page_asks_for_every_topic() -> None:
    assert tuple(ChoicesForm.model_fields) == topics.TOPICS == tuple(choice_routes.TOPICS)
    assert tuple(choice_routes.HOWS) == topics.HOWS
