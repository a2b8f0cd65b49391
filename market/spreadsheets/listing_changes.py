"""What the rows of a listing would change of one that is there: its words and terms as a whole, its lots each
by its days. Nothing is taken away: a lot that no row names stays. The rows come from listing_lines.py.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.errors import Invalid
from market.events import Actor
from market.listings import queries
from market.listings import service as listings
from market.listings.models import Listing
from market.listings.terms import Terms
from market.spreadsheets import listing_prices, qualities
from market.spreadsheets.listing_lines import (
    OF_LISTING,
    Group,
    Line,
    check_days,
    check_overlaps,
    open_lot,
    settle_price,
    standards_of,
)
from market.spreadsheets.lookups import Goods, Lookups
from market.spreadsheets.offers import Offer, Part
from market.spreadsheets.report import Report
from market.spreadsheets.steps import Step
from market.words import Volume, t


def compare(group: Group, offer: Offer, look: Lookups, report: Report) -> list[Step]:
    """The steps for a listing that is there; its rows are counted as new, changed or same."""
    before = listing_prices.held(offer.listing, offer.prices, group.first.goods)
    price = settle_price(group, before, report)
    edited = {**_edited(group.said, offer, look), **(price or before).edited(before)}
    lots = _Lots(group, offer, report)
    for line, part in lots.matched:
        spec = line.quality(part.spec if part else offer.listing.spec)
        bases = [one for one in (part.spec if part else None, offer.listing.spec) if one is not None]
        if any(_same(line.quality(base), base, line) for base in bases):
            continue
        if "spec" in edited and edited["spec"] != spec:
            line.row.refuse(report, "spec", t("Another row says otherwise of the same listing."))
        edited["spec"] = spec
    base = edited.get("spec", offer.listing.spec)
    steps = []
    if edited:
        where = min((group.by.get(name, group.first.row.number) for name in edited), default=0)
        steps.append(Step(where, partial(_edit, listing_id=offer.listing.id, edited=edited)))
    for line, part, volume in lots.raised:
        steps.append(Step(line.row.number, partial(listings.change_volume, lot_id=part.id, volume=volume)))
    for line in lots.new:
        steps.append(
            Step(line.row.number, partial(open_lot, listing_id=offer.listing.id, line=line, base=base))
        )
    _count(group, edited, lots, report)
    return steps


def _count(group: Group, edited: dict[str, Any], lots: _Lots, report: Report) -> None:
    new = {line.row.number for line in lots.new}
    changed = {line.row.number for line, _, _ in lots.raised}
    if edited:
        changed.add(min(group.by.get(name, group.first.row.number) for name in edited))
    for line in group.lines:
        if not line.row.wrong:
            number = line.row.number
            report.counts["new" if number in new else "changed" if number in changed else "same"] += 1


class _Lots:
    """Rows laid against lots: those alike, those of the same days but another volume, and new ones."""

    def __init__(self, group: Group, offer: Offer, report: Report) -> None:
        left = list(offer.parts)
        self.matched: list[tuple[Line, Part | None]] = []
        self.raised: list[tuple[Line, Part, int]] = []
        self.new: list[Line] = []
        open_lines = []
        for line in group.lines:
            if line.window is None:
                self.matched.append((line, None))
                continue
            alike = [part for part in left if (part.window, part.volume) == (line.window, line.volume)]
            if alike:
                best = next(
                    (part for part in alike if _same(line.quality(part.spec), part.spec, line)), alike[0]
                )
                left.remove(best)
                self.matched.append((line, best))
            else:
                open_lines.append(line)
        for line in open_lines:
            part = next((part for part in left if part.window == line.window), None)
            if part is None:
                self.new.append(line)
                check_days(line, report)
                continue
            left.remove(part)
            self.matched.append((line, part))
            if line.volume is not None:
                self.raised.append((line, part, line.volume))
                _check_raise(line, part, report)
        check_overlaps(self.new, [part.window for part in offer.parts if part.volume], report)


def _check_raise(line: Line, part: Part, report: Report) -> None:
    assert line.volume is not None
    if part.to_date < clock.today():
        line.row.refuse(report, "volume", t("The days of this lot are over. Please add a new lot."))
    elif line.volume < part.committed:
        line.row.refuse(
            report,
            "volume",
            t(
                "{committed} of this lot is already agreed with buyers. Report a loss if it cannot be kept.",
                committed=Volume(part.committed, line.goods.unit),
            ),
        )


def _same(quality: dict[str, Any], base: dict[str, Any], line: Line) -> bool:
    return qualities.known_part(quality, line.goods) == qualities.known_part(base, line.goods)


def _edited(said: dict[str, Any], offer: Offer, look: Lookups) -> dict[str, Any]:
    """What the rows say otherwise than the listing, by its own names."""
    row = offer.listing
    edited: dict[str, Any] = {}
    for name in ("grade", "min_order", "area_code"):
        held = getattr(row, name)
        if name in said and said[name] != (" ".join(held.split()) if isinstance(held, str) else held):
            edited[name] = said[name]
    if "description" in said and said["description"] != row.description.strip():
        edited["description"] = said["description"]
    standards = standards_of(said, offer.standards, look)
    if standards != sorted(offer.standards):
        edited["standards"] = standards
    return edited


def _edit(session: Session, *, actor: Actor, listing_id: int, edited: dict[str, Any]) -> None:
    """Edit a listing as its form would, with all that the file says nothing of as it is."""
    listing = session.get_one(Listing, listing_id)
    made = queries.pricing_of(session, listing)
    listings.edit_listing(
        session,
        actor=actor,
        listing_id=listing_id,
        version=listing.version,
        **{
            "title": listing.title,
            "description": listing.description,
            "spec": listing.spec,
            "grade": listing.grade,
            "price_from": listing.price_from,
            "price_to": listing.price_to,
            "min_order": listing.min_order,
            "area_code": listing.area_code,
            "standards": queries.claimed_standards(session, listing_id=listing_id),
            "price_kind": listing.price_kind,
            "price_lines": made.lines,
            "reference": made.reference,
            **edited,
        },
        price_basis=listing.price_basis,
        terms=Terms.of(listing),
        variant_id=listing.variant_id,
    )


def _prices_otherwise(said: dict[str, Any], offer: Offer, goods: Goods) -> bool:
    before = listing_prices.held(offer.listing, offer.prices, goods)
    try:
        return listing_prices.settle(said, before) != before
    except Invalid:
        return True


def check_namesakes(group: Group, existing: list[Offer], look: Lookups, report: Report) -> None:
    """Rows of several listings of one name: they may only say what stands there, for whose words they are
    cannot be told otherwise.
    """
    left = {offer.listing.id: list(offer.parts) for offer in existing}
    for line in group.lines:
        said = {name: line.row.values[name] for name in OF_LISTING if line.row.values.get(name) is not None}
        for offer in existing:
            if _edited(said, offer, look) or _prices_otherwise(said, offer, line.goods):
                continue
            if line.window is None and _same(line.quality(offer.listing.spec), offer.listing.spec, line):
                break
            part = next(
                (
                    part
                    for part in left[offer.listing.id]
                    if (part.window, part.volume) == (line.window, line.volume)
                    and _same(line.quality(part.spec), part.spec, line)
                ),
                None,
            )
            if part is not None:
                left[offer.listing.id].remove(part)
                break
        else:
            if not line.row.wrong:
                line.row.refuse(
                    report,
                    "title",
                    t("Several listings of this unit have this title. Give them different ones first."),
                )
            continue
        if not line.row.wrong:
            report.counts["same"] += 1
