"""A certificate as its unit's programs are told it, in the fields that bodies.py reads."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from market.certificates.forms import M2_A_HECTARE
from market.certificates.models import STATES
from market.certificates.reading import Shown
from market.web.api import Model, Name


class VerdictTold(Model):
    """A step of a certificate's life."""

    state: str
    on_date: date
    ground: str | None = Field(description="original, issuer_list, issuer_answer or decision")
    reference: str | None = Field(description="number of a decision, a letter or a list")
    reason: str | None = Field(description="of a refusal or an end; told in answers to GET alone")


class CertificateDocument(Model):
    """A certificate of the unit's own, or a verified one of somebody else's that covers it."""

    id: int
    url: str = Field(description="the page of one's certificates")
    own: bool = Field(description="it was entered for the asker's unit")
    state: str = Field(description=", ".join(STATES), pattern=f"^({'|'.join(STATES)})$")
    version: int
    standard: str = Field(description="code")
    standard_name: Name
    number: str
    issuer: str | None
    valid_from: date | None
    valid_to: date | None = Field(description="the first day on which it no longer counts")
    unit: str = Field(description="code of the unit that it was entered for")
    holder: str = Field(description="code")
    holder_name: str
    units: list[str] = Field(description="codes of others that it covers")
    products: list[str] = Field(description="slugs; none: all of the standard's sectors")
    area: float | None = Field(description="hectares")
    sites: str | None
    to_accept: bool = Field(description="an officer entered it; the unit has not said yet that it is right")
    verdicts: list[VerdictTold] = Field(description="the latest first")


class CertificateList(Model):
    """All certificates of a unit, what waits or counts first."""

    certificates: list[CertificateDocument]


def tell(shown: Shown, *, unit_id: int, url: str, words: bool) -> CertificateDocument:
    """One of them; ``words``: with what officers wrote."""
    return CertificateDocument(
        id=shown.id,
        url=url,
        own=shown.unit_id == unit_id,
        state=shown.state,
        version=shown.version,
        standard=shown.standard,
        standard_name=Name.of(shown.name),
        number=shown.number,
        issuer=shown.issuer,
        valid_from=shown.valid_from,
        valid_to=shown.valid_to,
        unit=shown.unit_code,
        holder=shown.holder_code,
        holder_name=shown.holder,
        units=[code for code, _ in shown.units],
        products=[slug for slug, _ in shown.products],
        area=None if shown.area_m2 is None else shown.area_m2 / M2_A_HECTARE,
        sites=shown.sites,
        to_accept=shown.marked,
        verdicts=[
            VerdictTold(
                state=one.state,
                on_date=one.on_date,
                ground=one.ground,
                reference=one.reference,
                reason=one.reason if words else None,
            )
            for one in shown.verdicts
        ],
    )
