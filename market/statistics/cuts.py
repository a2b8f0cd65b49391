"""The breakdowns of a figure on its page: which there are, what each is called, what its groups are called
and where they lead. The figures themselves come from figures.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.certificates import labels as of_certificates
from market.inquiries import present as of_inquiries
from market.listings import wording as of_listings
from market.parties import labels as of_parties
from market.places import queries as places
from market.statistics import figures, publication, rows_evidence
from market.statistics.aggregates import Dimension
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from market.web import language
from market.web.pages import address
from market.words import Named, Words, t

EVIDENCE = {
    "platform": t("agreed on the market"),
    "declared_one": t("declared by one side"),
    "declared_both": t("declared by both sides"),
    "officer": t("entered by an officer"),
    rows_evidence.UNCONFIRMED: t("entered by an officer, not confirmed by the unit"),
    rows_evidence.OWN: t("entered or confirmed by the unit itself"),
}
CONTRACTS = {
    "none": t("without a written contract"),
    "uploaded": t("contract put up by a side"),
    "seen": t("contract seen by an officer"),
}
STATES: dict[str, Words] = {
    **of_parties.STATUSES,
    "claimed": of_certificates.STATES["claimed"],
    "verified": of_certificates.STATES["verified"],
    "provisional": t("not yet in force"),
    "lapsed": t("lapsed"),
    "fulfilled": t("fulfilled"),
    "short": t("delivered short"),
    "ended_early": t("ended early"),
    "confirmed": t("confirmed by the other side"),
    "settled": t("settled after a contest"),
    "none": t("nothing was found"),
    "few": t("fewer than three listings were found"),
}
#: The heading of a breakdown, and the head of its column.
WORDS: dict[Dimension, tuple[Words, Words]] = {
    "place": (t("By place"), t("Place")),
    "sector": (t("By sector"), t("Sector")),
    "product": (t("By product"), t("Product")),
    "kind": (t("By kind"), t("Kind")),
    "form": (t("By form of linkage"), t("Form")),
    "evidence": (t("By evidence"), t("Evidence")),
    "contract": (t("By written contract"), t("Contract")),
    "state": (t("By state"), t("State")),
    "price_kind": (t("By kind of price"), t("Kind of price")),
    "buyer_kind": (t("By kind of buyer"), t("Kind of buyer")),
    "destination": (t("By destination"), t("Destination")),
    "month": (t("By month"), t("Month")),
    "field": (t("By field"), t("Field")),
    "rating": (t("By rating"), t("Rating")),
    "standard": (t("By standard"), t("Standard")),
}
#: In which order they stand on the page.
ORDER: tuple[Dimension, ...] = (
    "kind",
    "buyer_kind",
    "destination",
    "form",
    "month",
    "field",
    "rating",
    "standard",
    "price_kind",
    "contract",
    "state",
    "evidence",
)

#: What a question may be narrowed down to: these groups lead on.
_KEYED: tuple[Dimension, ...] = ("place", "product", "sector")


def chosen(indicator: Indicator, of: Asked) -> list[Dimension]:
    """By what the figure is broken down further; products are a long list, shown within one sector. What an
    indicator picks by a single value is no breakdown of it.
    """
    kept = figures.dimensions_of(indicator)
    picked = {column for part in indicator.parts for column, values in part.where if len(values) == 1}
    wanted: list[Dimension] = [] if of.place.level == "commune" else ["place"]
    if of.product is None:
        wanted.append("sector" if of.sector is None else "product")
    return [cut for cut in (*wanted, *ORDER) if cut in kept and cut not in picked]


def may_stand(indicator: Indicator, cut: Dimension, of: Asked) -> bool:
    """Whether the public may see any group of a breakdown: trade by anything but place and goods is public of
    the province's whole year alone (publication.py).
    """
    if not publication.is_chosen(indicator) or cut in _KEYED:
        return True
    narrowed = of.sector is not None or of.product is not None
    whole = of.period.kind == "year" and of.place.level == "province" and not narrowed
    return whole and cut in publication.CUTS


def names(
    session: Session, cut: Dimension, parts: list[Figure], indicator: Indicator, of: Asked
) -> tuple[dict[object, str], dict[object, str]]:
    """What the groups of a breakdown are called and where each leads."""
    groups = [one.group for one in parts if one.group is not None]
    if cut not in _KEYED:
        return called(session, cut, groups), {}
    keyed = _keyed(session, cut, groups)
    path = f"/statistics/{indicator.code}"
    hrefs = {group: address(path, of.fields(**{cut: key})) for group, (_, key) in keyed.items()}
    return {group: name for group, (name, _) in keyed.items()}, hrefs


def called(session: Session, cut: Dimension, groups: Iterable[Any]) -> dict[object, str]:
    """What the groups of a breakdown are called."""
    if cut in _KEYED:
        return {group: name for group, (name, _) in _keyed(session, cut, groups).items()}
    return dict(_called(session, cut, groups))


def _keyed(session: Session, cut: Dimension, groups: Iterable[Any]) -> dict[object, tuple[str, str]]:
    """Places, products or sectors: what each is called, and by which key an address names it."""
    wanted = set(groups)
    match cut:
        case "place":
            found = places.names_of(session, wanted, on=clock.today())
            return {group: (one.name, one.key) for group, one in found.items()}
        case "product":
            goods = catalogue.list_products(session)
            return {one.id: (_of(one), one.slug) for one in goods if one.id in wanted}
    return {one.code: (_of(one), one.code) for one in catalogue.list_sectors(session)}


def _called(session: Session, cut: Dimension, groups: Iterable[Any]) -> Mapping[Any, str]:
    match cut:
        case "month":
            return {one: language.month(f"{one // 100}-{one % 100:02}") for one in groups}
        case "form":
            return {one.no: f"{one.no}. {_of(one)}" for one in catalogue.list_forms(session)}
        case "field":
            return {one.code: _of(one) for one in catalogue.list_fields(session)}
        case "standard":
            return {one.code: _of(one) for one in catalogue.list_standards(session)}
    return {code: language.say(words) for code, words in _TABLES[cut]().items()}


def _of(row: Any) -> str:
    return language.say(Named(row.name_vi, row.name_en))


_TABLES: dict[Dimension, Callable[[], Mapping[str, Words]]] = {
    "kind": lambda: {**of_parties.KINDS, **dict(of_inquiries.KINDS)},
    "evidence": lambda: EVIDENCE,
    "contract": lambda: CONTRACTS,
    "state": lambda: STATES,
    "price_kind": lambda: of_listings.PRICE_KINDS,
    "buyer_kind": lambda: of_parties.BUYER_KINDS,
    "destination": lambda: of_parties.DESTINATIONS,
    "rating": lambda: of_parties.RATINGS,
}
