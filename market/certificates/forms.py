"""What is filled in about certificates: what a paper says, in five fields and the rest below, and what an
officer decides. Products, units and the holder are looked up by their codes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from market.catalogue import numbers
from market.catalogue import queries as catalogue
from market.certificates.claims import MOST_UNITS, Claim, check_days
from market.certificates.models import MOST_AREA
from market.certificates.reading import Shown
from market.errors import Invalid, NotFound
from market.parties import queries as parties
from market.web import language
from market.web.context import language as spoken
from market.web.forms import (
    Code,
    Filled,
    Line,
    OptionalDay,
    OptionalLine,
    OptionalWhole,
    Prose,
    Whole,
    fill,
)
from market.words import Words, t

M2_A_HECTARE = 10_000


def _as_list(value: Any) -> Any:
    return [one for one in (value if isinstance(value, list) else [value]) if one]


class Days(BaseModel):
    """From when and until when a paper counts."""

    valid_from: OptionalDay = None
    valid_to: OptionalDay = None


class LookedUp(BaseModel):
    """What of a paper is looked up or measured."""

    holder: OptionalLine = ""
    units: Annotated[Prose, Field(max_length=2000)] = ""
    products: Annotated[list[Code], BeforeValidator(_as_list), Field(max_length=200)] = []
    area: OptionalLine = ""


class ClaimForm(Days, LookedUp):
    """A paper as typed. ``unit`` is asked of officers alone, ``version`` of whoever puts it right."""

    standard: Code
    number: Line
    issuer: Line
    sites: Annotated[Prose, Field(max_length=2000)] = ""
    unit: OptionalLine = ""
    version: OptionalWhole = None


class VerifyForm(BaseModel):
    ground: Literal["original", "issuer_list", "issuer_answer", "decision"]
    reference: OptionalLine = ""
    version: Whole


class RefuseForm(BaseModel):
    reason: Annotated[Prose, Field(min_length=1, max_length=2000)]


class StopForm(BaseModel):
    state: Literal["ended", "suspended", "revoked"]
    reason: Annotated[Prose, Field(min_length=1, max_length=2000)]


def read(session: Session, raw: dict[str, Any]) -> tuple[Filled[ClaimForm], Claim | None]:
    """The form and, when it holds, what the paper says. All that is wrong is said at once."""
    form = fill(ClaimForm, raw)
    cover, days = _cover(session, form, raw), fill(Days, raw).value
    if days is not None:
        try:
            check_days(days.valid_from, days.valid_to)
        except Invalid as refusal:
            _wrong(form, "valid_to", refusal.words)
    if not form.ok:
        return form, None
    typed = form.valid
    said = Claim(
        standard=typed.standard,
        number=typed.number,
        issuer=typed.issuer,
        valid_from=typed.valid_from,
        valid_to=typed.valid_to,
        sites=typed.sites,
        **cover,
    )
    return form, said


def _cover(session: Session, form: Filled[ClaimForm], raw: dict[str, Any]) -> dict[str, Any]:
    """Whom and what the paper is for, as far as it can be read; what is wrong stands beside its field."""
    typed = fill(LookedUp, raw).value
    if typed is None:
        return {}
    return {
        "holder_id": _holder(session, form, typed.holder),
        "unit_ids": tuple(_units(session, form, typed.units)),
        "product_ids": tuple(_products(session, form, typed.products)),
        "area_m2": _area(form, typed.area),
    }


def find_unit(session: Session, form: Filled[ClaimForm], text: str) -> int | None:
    """The unit that an officer names by its code; what is wrong stands beside the field."""
    party = parties.find_by_code(session, text.upper()) if text else None
    if party is None or not party.is_unit:
        words = t("There is no such cooperative or group.") if text else t("Please fill this in.")
        _wrong(form, "unit", words)
        return None
    return party.id


def filled(shown: Shown) -> Filled[ClaimForm]:
    """The form of what stands."""
    raw = {
        "standard": shown.standard,
        "number": shown.number,
        "issuer": shown.issuer or "",
        "valid_from": shown.valid_from.isoformat() if shown.valid_from else "",
        "valid_to": shown.valid_to.isoformat() if shown.valid_to else "",
        "holder": shown.holder_code if shown.holder_id != shown.unit_id else "",
        "units": ", ".join(code for code, _ in shown.units),
        "products": [slug for slug, _ in shown.products],
        "area": hectares(shown.area_m2) if shown.area_m2 else "",
        "sites": shown.sites or "",
        "version": str(shown.version),
    }
    return Filled(raw=raw)


def hectares(area_m2: int) -> str:
    """Square metres as hectares, in the reader's way of writing numbers."""
    return language.number(Decimal(area_m2) / M2_A_HECTARE, 4)


def _wrong(form: Filled[Any], name: str, words: Words) -> None:
    form.errors.setdefault(name, words)
    form.status = 422


def _holder(session: Session, form: Filled[ClaimForm], text: str) -> int | None:
    if not text:
        return None
    party = parties.find_by_code(session, text.upper()) or parties.find_by_tax_code(session, text)
    if party is None:
        _wrong(form, "holder", t("Nobody in the register has this code or tax code."))
        return None
    return party.id


def _units(session: Session, form: Filled[ClaimForm], text: str) -> list[int]:
    found: list[int] = []
    for code in dict.fromkeys(re.split(r"[\s,;]+", text.upper())):
        if not code:
            continue
        if len(found) > MOST_UNITS:
            break  # the service says that these are too many
        party = parties.find_by_code(session, code)
        if party is None or not party.is_unit:
            _wrong(form, "units", t("No cooperative or group has the code {code}.", code=code[:60]))
            return []
        found.append(party.id)
    return found


def _products(session: Session, form: Filled[ClaimForm], slugs: list[str]) -> list[int]:
    try:
        return [catalogue.get_product(session, slug).id for slug in dict.fromkeys(slugs)]
    except NotFound as unknown:
        _wrong(form, "products", unknown.words)
        return []


def _area(form: Filled[ClaimForm], text: str) -> int | None:
    text = re.sub(r"\s*(ha|hecta|héc-?ta|hectares?)\s*$", "", text, flags=re.IGNORECASE)
    if not text:
        return None
    number = numbers.read(text, language=spoken())
    area = number * M2_A_HECTARE if number is not None else None
    if area is None or area != area.to_integral_value() or not 0 < area <= MOST_AREA:
        _wrong(form, "area", t("Please give the hectares as a number above zero, with at most 4 decimals."))
        return None
    return int(area)
