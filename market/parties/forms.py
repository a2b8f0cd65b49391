"""The forms of parties: registering a unit or a buyer together with an account, and the officer's decisions.
The fields of the account are the same in both registrations.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from market.accounts.forms import Secret
from market.web.forms import Id, Line, MustTick, OptionalCount, OptionalDay, OptionalId, OptionalLine, Prose

#: A bound of the field itself would be held against an empty one as well.
Members = OptionalCount


class _WithAccount(BaseModel):
    person: Line
    phone: OptionalLine = ""
    email: OptionalLine = ""
    password: Secret
    tax_code: Annotated[OptionalLine, Field(max_length=20)] = ""
    address: OptionalLine = ""
    terms: Annotated[MustTick, Field(validate_default=True)] = False
    privacy: Annotated[MustTick, Field(validate_default=True)] = False


class UnitForm(_WithAccount):
    kind: Literal["cooperative", "group", "union"]
    name: Line
    place_id: Id
    fields: Annotated[list[str], Field(min_length=1, max_length=8)]
    members: Members = None
    households: Members = None
    position: Line
    ground: Literal["law", "charter", "authority"]
    authority_number: OptionalLine = ""
    authority_date: OptionalDay = None


class BuyerForm(_WithAccount):
    kind: Literal["company", "household_business", "institution"]
    name: Line
    buyer_kind: Literal[
        "collector",
        "depot",
        "processor",
        "exporter",
        "supermarket",
        "wholesaler",
        "kitchen",
        "store_chain",
        "other",
    ]
    destination: Literal["province", "region", "domestic", "export", "unknown"]
    place_id: OptionalId = None


class ConfirmForm(BaseModel):
    identity_level: Literal["phone", "papers", "vneid"]
    reference: OptionalLine = ""


class RefuseForm(BaseModel):
    reason: Annotated[Prose, Field(min_length=1, max_length=2000)]


class HandoverForm(BaseModel):
    user_id: Id
