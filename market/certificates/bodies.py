"""What programs send about a certificate: all that the paper says."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, WithJsonSchema
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.certificates.claims import MOST_UNITS, Claim
from market.certificates.forms import M2_A_HECTARE
from market.certificates.models import MOST_AREA
from market.errors import Invalid
from market.parties import queries as parties
from market.web.forms import Prose
from market.web.sent import Body, Day, Number, Text, Whole
from market.words import t

MOST_PRODUCTS = 200

Area = Annotated[
    Number,
    WithJsonSchema(
        {"type": "number", "exclusiveMinimum": 0, "description": "hectares, with at most four decimals"}
    ),
]


class CertificateBody(Body):
    """What a paper says. What is left out of it is not said: sent again it takes the place of what stood."""

    standard: Annotated[Text, Field(min_length=1, description="code, as /api/v1/products tells it")]
    number: Annotated[Text, Field(min_length=1)]
    issuer: Annotated[Text, Field(min_length=1)]
    valid_from: Day | None = None
    valid_to: Annotated[Day, Field(description="the first day on which it no longer counts")] | None = None
    holder: Annotated[Text, Field(description="code or tax code, where it is not the unit itself")] | None = (
        None
    )
    units: Annotated[
        list[Text],
        Field(default_factory=list, max_length=MOST_UNITS, description="codes of others that it covers"),
    ]
    products: Annotated[
        list[Text],
        Field(
            default_factory=list,
            max_length=MOST_PRODUCTS,
            description="slugs; without any it is for all of the standard's sectors",
        ),
    ]
    area: Area | None = None
    sites: Annotated[Prose, Field(max_length=2000)] = ""


class CertificateChange(CertificateBody):
    """The same of one that waits."""

    version: Annotated[Whole, Field(description="the certificate's as it was read")] | None = None


def read(session: Session, body: CertificateBody) -> Claim:
    """What the paper says; refuses, each by its path, codes that nobody has."""
    return Claim(
        standard=body.standard,
        number=body.number,
        issuer=body.issuer,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        holder_id=_holder(session, body.holder) if body.holder else None,
        unit_ids=tuple(_unit(session, position, code) for position, code in enumerate(body.units)),
        product_ids=tuple(_product(session, position, slug) for position, slug in enumerate(body.products)),
        area_m2=None if body.area is None else _area(body),
        sites=body.sites,
    )


def _holder(session: Session, text: str) -> int:
    party = parties.find_by_code(session, text.upper()) or parties.find_by_tax_code(session, text)
    if party is None:
        raise Invalid(t("Nobody in the register has this code or tax code."), field="holder")
    return party.id


def _unit(session: Session, position: int, code: str) -> int:
    party = parties.find_by_code(session, code.upper())
    if party is None or not party.is_unit:
        raise Invalid(
            t("No cooperative or group has the code {code}.", code=code[:60]), field=f"units.{position}"
        )
    return party.id


def _product(session: Session, position: int, slug: str) -> int:
    found = catalogue.find_product(session, slug)
    if found is None:
        raise Invalid(t("There is no such product in the catalogue."), field=f"products.{position}")
    return found.id


def _area(body: CertificateBody) -> int:
    assert body.area is not None
    area = body.area * M2_A_HECTARE
    if area != area.to_integral_value() or not 0 < area <= MOST_AREA:
        words = t("Please give the hectares as a number above zero, with at most 4 decimals.")
        raise Invalid(words, field="area")
    return int(area)
