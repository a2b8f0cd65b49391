"""Agreements made outside the platform: an officer enters them for a unit and puts them right; the unit is
asked (market/assisted/) whether they are so. They take no volume from any lot. What was agreed on the
platform is in service.py, and changes only by its two sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue import amounts, areas
from market.catalogue import queries as catalogue
from market.catalogue.models import LinkageForm, Product, Season
from market.db import lock
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.links import service as links
from market.links.models import KINDS_OF_LINK, LINK_STATES, Link, LinkLine
from market.parties import service as parties
from market.parties.models import BUYER_KINDS, Party
from market.words import t

#: Where a state may go once it is known.
ARROWS = {
    "provisional": ("active", "lapsed"),
    "active": ("fulfilled", "short", "ended_early"),
}
#: What a buyer without an account is by law as far as we know: a trader is a household, a kitchen a school.
LEGAL = {"collector": "household_business", "depot": "household_business", "kitchen": "institution"}


@dataclass(frozen=True, slots=True)
class Deal:
    """What was agreed. Volume in base units, price in đồng per kg or piece (of both 0: not said), area in m².
    ``form`` is the number of Decree 98/2018/NĐ-CP, Article 4; a spot sale has none.
    """

    product_id: int
    from_date: date
    to_date: date
    kind: str = "spot"
    form: int | None = None
    season_id: int | None = None
    volume: int = 0
    price: int = 0
    area_m2: int | None = None
    households: int | None = None
    contract_number: str | None = None
    contract_date: date | None = None
    state: str = "active"
    buyer_kind: str = "other"


#: What, when it changes, makes a row in the history of terms.
_TERMS = ("kind", "form", "contract", "volume", "value", "area_m2", "households", "from_date", "to_date")


def declare_link(session: Session, *, actor: Actor, seller_id: int, buyer_id: int, deal: Deal) -> Link:
    """Enter an agreement of a unit with a buyer, who need not have an account; its origin is ``officer``.

    It holds from its contract's day, else from its first, at the latest from today; one that has ended, until
    its last day, at the latest today. Refuses what the deal itself does not bear.
    """
    seller, buyer = session.get(Party, seller_id), session.get(Party, buyer_id)
    product = session.get(Product, deal.product_id)
    if seller is None or buyer is None or product is None:
        raise NotFound
    if seller_id == buyer_id:
        raise Invalid(t("Nobody sells to themselves."), field="buyer")
    value = _check(session, deal, product)
    today = clock.today()
    began = min(deal.contract_date or deal.from_date, today)
    link = Link(
        seller_id=seller_id,
        buyer_id=buyer_id,
        sector_code=product.sector_code,
        seller_kind=seller.kind,
        place_id=seller.place_id,
        former_place_id=seller.former_place_id,
        destination=buyer.destination or "unknown",
        origin="officer",
        spec={},
        waits_for="contract" if deal.state == "provisional" else None,
        agreed_at=clock.start_of(began),
        agreed_by=actor.user_id,
    )
    _write(session, link, deal, value, product)
    session.add(link)
    session.flush()  # line and history need its id
    _write_line(session, link)
    links.note_terms(session, link, actor, on_date=began)
    first = "provisional" if deal.state in ("provisional", "lapsed") else "active"
    links.note_state(session, link, actor, first, side=None, on_date=began)
    if deal.state != first:
        ended = max(began, min(deal.to_date, today))
        links.note_state(session, link, actor, deal.state, side=None, on_date=ended)
    events.record(
        session, Event("link.declared", link.id, actor, {"volume": link.volume, "state": link.state})
    )
    return link


def correct_link(session: Session, *, actor: Actor, link_id: int, deal: Deal) -> Link:
    """Put right what an officer entered: from today on it holds as the deal says; what held before stays in
    its history. ``Conflict`` for an agreement of the platform, and for a state that does not follow.
    """
    link = session.get(Link, link_id)
    if link is None:
        raise NotFound
    lock(session, link)
    if link.origin != "officer":
        raise not_entered()
    if deal.state != link.state and deal.state not in ARROWS.get(link.state, ()):
        raise Conflict(t("An agreement in this state does not come to that one."), field="state")
    product = session.get_one(Product, link.product_id)
    value = _check(session, deal, product)
    before = {name: getattr(link, name) for name in (*_TERMS, "price", "state")}
    _write(session, link, deal, value, product)
    if any(before[name] != getattr(link, name) for name in _TERMS):
        links.note_terms(session, link, actor)
    if any(before[name] != getattr(link, name) for name in ("volume", "price", "from_date", "to_date")):
        links.replace_lines(session, link)
        _write_line(session, link)
    if before["state"] != link.state:
        link.waits_for = None
        links.note_state(session, link, actor, link.state, side=None)
    link.version += 1
    events.record(session, Event("link.corrected", link.id, actor, {"state": link.state}))
    return link


def not_entered() -> Conflict:
    """The refusal to change what two sides agreed on the platform."""
    return Conflict(t("This was agreed on the platform: only its two sides change it."))


def _check(session: Session, deal: Deal, product: Product) -> int:
    """The deal's value in đồng; refuses what cannot be meant."""
    for code, known, field in (
        (deal.kind, KINDS_OF_LINK, "kind"),
        (deal.state, LINK_STATES, "state"),
        (deal.buyer_kind, BUYER_KINDS, "buyer_kind"),
    ):
        if code not in known:
            raise Invalid(t("Please choose one of the values in the list."), field=field)
    for table, key, field in ((LinkageForm, deal.form, "form"), (Season, deal.season_id, "season")):
        if key is not None and session.get(table, key) is None:
            raise Invalid(t("Please choose one of the values in the list."), field=field)
    if deal.to_date < deal.from_date:
        raise Invalid(t("The last day is before the first."), field="to")
    if deal.contract_date is not None and deal.contract_date > clock.today():
        raise Invalid(t("The day of signing cannot lie ahead."), field="contract_date")
    if not 0 <= deal.volume <= amounts.most(product.unit):
        raise Invalid(t("This volume cannot be meant."), field="volume")
    if deal.price:
        amounts.check_price(deal.price)
    return amounts.check_value(deal.volume, deal.price, product.unit)


def register_buyer(
    session: Session, *, actor: Actor, kind: str, name: str, source: str, code: str | None = None
) -> Party:
    """A buyer who has no account, of this kind (``BUYER_KINDS``), and from where it is known."""
    return parties.register_party(
        session,
        actor=actor,
        kind=LEGAL.get(kind, "company"),
        name=name,
        place_id=None,
        code=code,
        buyer_kind=kind,
        source=source,
        standing="none",
    )


def _write(session: Session, link: Link, deal: Deal, value: int, product: Product) -> None:
    """The deal into the link's own columns."""
    for name in (
        "product_id", "from_date", "to_date", "kind", "form", "season_id", "volume", "price", "area_m2",
        "households", "contract_number", "contract_date", "state", "buyer_kind",
    ):  # fmt: skip
        setattr(link, name, getattr(deal, name))
    link.value = value
    # Whoever enters the number has the paper before them.
    link.contract = "seen" if deal.contract_number else "none"
    base = areas.base_of(product.sector_code)
    link.area_base = (link.area_base or base) if deal.area_m2 is not None else None
    covered = next((one for one in catalogue.list_forms(session) if one.no == deal.form), None)
    link.covers_inputs = covered is not None and covered.inputs
    link.covers_production = covered is not None and covered.production
    link.covers_processing = covered is not None and covered.processing


def _write_line(session: Session, link: Link) -> None:
    session.add(
        LinkLine(
            link_id=link.id,
            position=1,
            from_date=link.from_date,
            to_date=link.to_date,
            volume=link.volume,
            price=link.price,
            value=link.value,
        )
    )
