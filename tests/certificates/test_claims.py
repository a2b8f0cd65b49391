"""What a paper may say: what cannot be is refused with its field, and a number stands once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.certificates import queries
from market.certificates import service as certificates
from market.certificates.models import (
    Certificate,
)
from market.errors import Conflict, Invalid
from tests import make
from tests.certificates.steps import refuse
from tests.make import TODAY, Account, Side

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"standard": "NONE"}, "standard"),
        ({"number": "  "}, "number"),
        ({"issuer": ""}, "issuer"),
        ({"valid_to": TODAY}, "valid_to"),
        ({"valid_to": TODAY - 9 * DAY}, "valid_to"),
        ({"valid_from": TODAY + 9 * DAY, "valid_to": TODAY + 9 * DAY}, "valid_to"),
        ({"area_m2": 0}, "area"),
        ({"area_m2": 10**12 + 1}, "area"),
        ({"holder_id": 10**9}, "holder"),
        ({"unit_ids": (10**9,)}, "units"),
        ({"product_ids": (10**9,)}, "products"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    session: Session, unit: Side, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        make.make_claim(session, unit, **changes)
    assert wrong.value.field == field
    assert make.count_rows(session, Certificate) == 0


def test_a_paper_covers_units_and_goods_of_its_standard(session: Session, unit: Side, buyer: Side) -> None:
    shrimp = catalogue.list_products(session, sector="shrimp")[0]
    with pytest.raises(Invalid, match="not for all"):
        make.make_claim(session, unit, product_ids=(shrimp.id,))
    with pytest.raises(Invalid, match="no such cooperative"):
        make.make_claim(session, unit, unit_ids=(buyer.party.id,))
    one = make.make_claim(session, unit, standard="ASC", product_ids=(shrimp.id,), holder_id=buyer.party.id)
    assert queries.unit_ids(session, one.id) == [unit.party.id]
    assert one.holder_id == buyer.party.id
    with pytest.raises(Invalid):
        certificates.claim(session, actor=buyer.actor, unit_id=buyer.party.id, said=make.paper())


def test_a_number_stands_once_while_it_counts(session: Session, unit: Side, officer: Account) -> None:
    one = make.make_claim(session, unit, number="VG 12/Đ")
    for number in ("VG 12/Đ", " vg  12/đ "):
        with pytest.raises(Conflict) as twice:
            make.make_claim(session, unit, number=number)
        assert twice.value.field == "number"
    make.make_claim(session, unit, number="VG 12/Đ", standard="SRP")
    make.make_claim(session, make.make_unit(session), number="VG 12/Đ")
    refuse(session, officer, one)
    make.make_claim(session, unit, number="VG 12/Đ")


def test_the_database_itself_holds_a_number_once(session: Session, unit: Side) -> None:
    make.make_claim(session, unit, number="VG 12")
    with pytest.raises(IntegrityError):
        session.execute(
            sa.insert(Certificate).values(
                unit_id=unit.party.id,
                standard_code="VIETGAP-TT",
                number="VG 12",
                holder_id=unit.party.id,
                state="claimed",
                by_officer=False,
                created_at=clock.now(),
                version=1,
            )
        )
