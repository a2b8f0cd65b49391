"""News of an inquiry or an agreement, with what it is about: whoever reads it far from the page, among many
others, has to know which goods and which other side are meant.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.catalogue.models import Product
from market.events import Actor
from market.parties.models import Party
from market.words import Named, Words, t


class Matter(Protocol):
    """An inquiry, or the agreement that came of one."""

    seller_id: int
    buyer_id: int
    product_id: int


def tell(
    session: Session, matter: Matter, *, to: str, kind: str, actor: Actor, words: Words, path: str
) -> None:
    """Queue the news for the people of one side; the other is not named twice (the value ``party``)."""
    party_id, other_id = matter.seller_id, matter.buyer_id
    if to == "buyer":
        party_id, other_id = other_id, party_id
    product = session.get_one(Product, matter.product_id)
    goods = Named(product.name_vi, product.name_en)
    if "party" in words.values:
        news = t("{news} {goods}.", news=words, goods=goods)
    else:
        other = session.get_one(Party, other_id)
        news = t("{news} {goods}, {party}.", news=words, goods=goods, party=other.name)
    accounts.tell_party(session, party_id=party_id, kind=kind, words=news, path=path, actor=actor)
