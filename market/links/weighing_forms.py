"""The weighings of a delivery as a form holds them: the first by plain names (``gross``, ``deducted``), each
further one by its row (``weigh2.gross``). A row that says nothing falls away; what one says is read in
forms.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue.models import Product
from market.links import forms
from market.links.agreed import Weighed
from market.links.forms import DeliveryForm, WeighedForm
from market.web.forms import Filled

#: What a row's fields are named by, before its number; the first weighing has none.
ROW = "weigh"
#: So many weighings stand in a form that says nothing yet, and so many more are added at a time.
BLANK_ROWS = 3
MOST_ROWS = 40
#: The button that asks for more rows.
MORE = "more_weighings"


def rows(form: Filled[Any]) -> list[int]:
    """The numbers of the further weighings that a form shows: those it holds, of an empty form two, and with
    the button three more.
    """
    last = max(form.rows(ROW), default=BLANK_ROWS) + (BLANK_ROWS if form.get(MORE) else 0)
    return list(range(2, min(last, MOST_ROWS) + 1))


def read(
    session: Session, raw: Mapping[str, Any], product: Product, language: str
) -> tuple[Filled[DeliveryForm], list[Weighed] | None]:
    """The form and, when it holds, its weighings in base units; what is wrong stands beside its field."""
    form, first = forms.read_delivery(session, raw, product, language)
    found = [] if first is None else [first]
    for number in _said(form):
        prefix = _prefix(number)
        own = {name.removeprefix(prefix): text for name, text in raw.items() if name.startswith(prefix)}
        row, weighed = forms.read_weighed(session, WeighedForm, own, product, language)
        form.errors |= {f"{prefix}{name}": words for name, words in row.errors.items()}
        form.raw = {**form.raw, **{f"{prefix}{name}": text for name, text in row.raw.items()}}
        if weighed is not None:
            found.append(weighed)
    if not form.ok:
        form.status = 422
        return form, None
    return form, found


def place_errors(form: Filled[Any]) -> None:
    """What was refused of one of several weighings, beside the field of its row."""
    named = [1, *_said(form)]
    for name in list(form.errors):
        if match := re.fullmatch(r"weighings\.(\d+)\.(.+)", name):
            form.errors[_prefix(named[int(match[1])]) + match[2]] = form.errors.pop(name)


def _said(form: Filled[Any]) -> list[int]:
    """The rows that say something."""
    said = []
    for number in form.rows(ROW):
        prefix = _prefix(number)
        texts = (value for name, value in form.raw.items() if name.startswith(prefix))
        if number > 1 and any(str(text).strip() for text in texts):
            said.append(number)
    return said


def _prefix(number: int) -> str:
    return "" if number == 1 else f"{ROW}{number}."
