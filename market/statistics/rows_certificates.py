"""The rows of certificates as they stood on a day: papers, the products they name, the units they cover. What
is verified counts while it is valid; what is only claimed is told apart. The definitions are in
indicators_register.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.catalogue.models import Product, Standard
from market.certificates.models import Certificate, CertificateProduct, CertificateUnit, CertificateVerdict
from market.parties.models import PartyPlace
from market.statistics import rows_register
from market.statistics.history import Ask, latest

#: Standards that are codes of areas and ponds: a code is no certificate of what grows there.
CODES = ("MSVT", "MS-NUOI")


def papers(ask: Ask) -> sa.Select[Any]:
    """One row a paper that stood claimed or verified on the day and was valid then, at the place of the unit
    that it was entered for. ``is_code`` (1 or 0): of an area or a pond; ``area_m2``: 0 where unsaid.
    """
    paper = _valid(ask)
    return sa.select(
        paper.c.id.label("key"),
        paper.c.unit_id.label("party_id"),
        paper.c.place_id,
        paper.c.former_place_id,
        paper.c.state,
        paper.c.standard,
        paper.c.is_code,
        sa.func.coalesce(paper.c.area_m2, 0).label("area_m2"),
    ).select_from(paper)


def products(ask: Ask) -> sa.Select[Any]:
    """One row an OCOP paper and a product that it names, under the key of the paper (a paper that names none
    is one product).
    """
    paper = _valid(ask)
    return (
        sa.select(
            paper.c.id.label("key"),
            paper.c.unit_id.label("party_id"),
            paper.c.place_id,
            paper.c.former_place_id,
            paper.c.state,
            paper.c.standard,
            CertificateProduct.product_id,
            Product.sector_code.label("sector"),
        )
        .select_from(paper)
        .outerjoin(CertificateProduct, CertificateProduct.certificate_id == paper.c.id)
        .outerjoin(Product, Product.id == CertificateProduct.product_id)
        .where(paper.c.stars.is_not(None))
    )


def holders(ask: Ask) -> sa.Select[Any]:
    """One row a cooperative of the register and a paper that covers it, codes of areas left out, at the
    cooperative's own place.
    """
    paper, unit = _valid(ask), rows_register.units(ask).subquery()
    return (
        sa.select(
            *unit.c[rows_register.OF_UNIT],
            paper.c.state,
            paper.c.standard,
        )
        .select_from(unit)
        .join(CertificateUnit, CertificateUnit.party_id == unit.c.party_id)
        .join(paper, paper.c.id == CertificateUnit.certificate_id)
        .where(unit.c.kind == "cooperative", paper.c.is_code == 0)
    )


def _valid(ask: Ask) -> sa.Subquery:
    """The papers that were claimed or verified, and valid, on the day. ``valid_to`` is the first day on which
    a paper no longer counts.
    """
    verdict = latest(CertificateVerdict.certificate_id, CertificateVerdict.state, ask=ask)
    place = latest(PartyPlace.party_id, PartyPlace.place_id, PartyPlace.former_place_id, ask=ask)
    return (
        sa.select(
            Certificate.id,
            Certificate.unit_id,
            Certificate.area_m2,
            Certificate.standard_code.label("standard"),
            verdict.c.state,
            place.c.place_id,
            place.c.former_place_id,
            Standard.stars,
            sa.case((Certificate.standard_code.in_(CODES), 1), else_=0).label("is_code"),
        )
        .select_from(Certificate)
        .join(Standard, Standard.code == Certificate.standard_code)
        .join(verdict, verdict.c.certificate_id == Certificate.id)
        .outerjoin(place, place.c.party_id == Certificate.unit_id)
        .where(
            verdict.c.state.in_(("claimed", "verified")),
            sa.or_(Certificate.valid_from.is_(None), Certificate.valid_from <= ask.day),
            sa.or_(Certificate.valid_to.is_(None), Certificate.valid_to > ask.day),
        )
        .subquery()
    )
