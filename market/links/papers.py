"""Files of an agreement: beside a word in its thread, with a check before delivery, the signed contract, the
weighing note of a delivery. Each side puts some up and both see them; who put one up by mistake takes it away
within a day. An officer notes here that she has seen the contract.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import events
from market.db import lock
from market.errors import Conflict
from market.events import Actor, Event
from market.files import queries as file_queries
from market.files import service as files
from market.files.papers import Paper, Papers
from market.files.service import Owner
from market.inquiries import service as inquiries
from market.inquiries import talk
from market.inquiries.models import Remark
from market.links import deliveries, queries
from market.links import service as links
from market.links.models import Link, LinkCheck
from market.words import t

#: By whose power a file of a kind is put up, and taken away again.
POWERS = {"word": "trade", "contract": "bind", "check": "deliver", "note": "deliver"}


def say(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    text: str,
    papers: Sequence[Paper],
    store: Papers,
) -> Remark:
    """A side writes to the other, or sends files; about an agreement that has ended, too."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    word = talk.add(session, actor, side, text, papers, store, link_id=link.id)
    events.record(session, Event("link.word", link.id, actor, {"files": len(papers)}))
    words = t("The other side has sent files.") if papers else t("The other side has written to you.")
    links.tell(session, link, to=inquiries.other(side), kind="link.word", actor=actor, words=words)
    return word


def put_to_contract(
    session: Session, *, actor: Actor, link: Link, papers: Sequence[Paper], store: Papers
) -> bool:
    """The pages of the contract that was just recorded, and told of; whether any is new."""
    if papers and link.contract == "seen":
        raise Conflict(t("An officer has seen the contract; its pages stay as they are."), field="files")
    owner = Owner("contract", link_id=link.id)
    return bool(files.keep(session, actor=actor, owner=owner, papers=papers, store=store))


def add_to_contract(
    session: Session, *, actor: Actor, party_id: int, link_id: int, papers: Sequence[Paper], store: Papers
) -> None:
    """More pages of a contract whose number and day are recorded; the other side is told of new ones."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    if not link.contract_number:
        raise Conflict(t("First record the number and the day of the contract."))
    if not put_to_contract(session, actor=actor, link=link, papers=papers, store=store):
        return
    words = t("The other side has put up pages of the contract.")
    links.tell(session, link, to=inquiries.other(side), kind="link.contract", actor=actor, words=words)


def add_to_check(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    code: str,
    papers: Sequence[Paper],
    store: Papers,
) -> None:
    """The slip of the last step that was noted of a check."""
    link, _ = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    last = sa.select(LinkCheck).where(LinkCheck.link_id == link.id, LinkCheck.check_code == code)
    check = session.scalars(last.order_by(LinkCheck.id.desc()).limit(1)).first()
    if check is None:
        raise Conflict(t("First somebody has to note that it was done."))
    put_to_check(session, actor=actor, check=check, papers=papers, store=store)


def put_to_check(
    session: Session, *, actor: Actor, check: LinkCheck, papers: Sequence[Paper], store: Papers
) -> None:
    """The paper by which a check was just noted."""
    owner = Owner("check", link_id=check.link_id, check_id=check.id)
    files.keep(session, actor=actor, owner=owner, papers=papers, store=store)


def put_to_delivery(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    delivery_id: int,
    papers: Sequence[Paper],
    store: Papers,
    quiet: bool = False,
) -> None:
    """The weighing note of a delivery, by either side; ``quiet`` where the other side is told of the delivery
    itself.
    """
    link, side, delivery = deliveries.take(
        session, party_id=party_id, link_id=link_id, delivery_id=delivery_id
    )
    owner = Owner("note", link_id=link.id, delivery_id=delivery.id)
    if files.keep(session, actor=actor, owner=owner, papers=papers, store=store) and not quiet:
        words = t("The other side has put up a weighing note.")
        links.tell(session, link, to=inquiries.other(side), kind="delivery.note", actor=actor, words=words)


def take_back(session: Session, *, actor: Actor, party_id: int, link_id: int, file_id: int) -> None:
    """Take away a file that one has put up a short while ago; not of a contract that an officer has seen."""
    link, _ = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    file = file_queries.get_file(session, file_id, link_id=link.id)
    if file.kind == "contract" and link.contract == "seen":
        raise Conflict(t("An officer has seen the contract; its pages stay as they are."))
    talk.regret(session, actor, file)


def see_contract(session: Session, *, actor: Actor, link: Link) -> None:
    """An officer has seen the contract: the evidence for figures is another one from today on. Both sides
    are told.
    """
    lock(session, link)
    if link.contract != "uploaded":
        raise Conflict(
            t("The contract is noted as seen already.")
            if link.contract == "seen"
            else t("Neither side has put up a contract yet.")
        )
    link.contract = "seen"
    link.version += 1
    links.note_terms(session, link, actor)
    events.record(session, Event("link.contract_seen", link.id, actor))
    for side in ("seller", "buyer"):
        words = t("The department has seen the contract.")
        links.tell(session, link, to=side, kind="link.contract_seen", actor=actor, words=words)
