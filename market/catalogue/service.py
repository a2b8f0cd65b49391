"""The writes of the catalogue: bringing the tables into line with the files in data/. What the columns of the
files mean stands in data/README.md, how a cell is read in files.py; questions are asked in queries.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import files
from market.catalogue.models import (
    LinkageForm,
    Pack,
    PartyField,
    Product,
    ProductMonth,
    ProductSpec,
    ProductSynonym,
    Season,
    Sector,
    SpecChoice,
    SpecDefinition,
    Standard,
    Variant,
)
from market.db import Base
from market.errors import Misconfigured
from search import vietnamese

Rows = list[dict[str, Any]]


def load(session: Session, folder: Path = files.FOLDER) -> int:
    """Insert and update the whole catalogue from its files; gives how many products they hold.

    Doing it again changes nothing. Synonyms, peak months and qualities of a product that left the files go;
    everything that others may point to stays. Refuses (Misconfigured) a cell that cannot be read and a line
    that names a product, sector or quality which is not there.
    """
    read = files.Reader(folder)
    _put(session, Sector, ("code",), read.sectors())
    products = read.products()
    months = [(row["slug"], row.pop("months")) for row in products]
    _put(session, Product, ("slug",), products)
    specs = read.specs()
    _put(session, SpecDefinition, ("key",), specs)
    _put(session, SpecChoice, ("spec_key", "code"), read.choices())
    _put(session, Standard, ("code",), read.standards())
    _put(session, Season, ("code",), read.seasons())
    _put(session, LinkageForm, ("no",), read.forms())
    _put(session, PartyField, ("code",), read.fields())

    ids = {row.slug: row.id for row in session.execute(sa.select(Product.slug, Product.id))}
    of_months = [{"product_id": ids[slug], "month": month} for slug, some in months for month in some]
    _put(session, ProductMonth, ("product_id", "month"), of_months, clear=True)
    synonyms = _with_ids(read.synonyms(), ids)
    for row in synonyms:
        row["folded"] = vietnamese.fold(row["text"])
    _put(session, ProductSynonym, ("product_id", "text"), synonyms, clear=True)
    _put(session, Variant, ("product_id", "code"), _placed(_with_ids(read.variants(), ids)))
    _put(session, Pack, ("product_id", "code"), _placed(_with_ids(read.packs(), ids)))
    of_specs = _placed(_with_ids(read.product_specs(specs), ids))
    _put(session, ProductSpec, ("product_id", "spec_key"), of_specs, clear=True)
    return len(products)


def _put(
    session: Session,
    model: type[Base],
    key: tuple[str, ...],
    rows: Iterable[dict[str, Any]],
    *,
    clear: bool = False,
) -> None:
    """Make the table hold the rows, told apart by their key; with ``clear`` it then holds no others."""
    present = {tuple(getattr(row, name) for name in key): row for row in session.scalars(sa.select(model))}
    seen = set()
    for values in rows:
        known = tuple(values[name] for name in key)
        if known in seen:
            raise Misconfigured(f"catalogue: {model.__tablename__} has {known} twice")
        seen.add(known)
        row = present.get(known)
        if row is None:
            session.add(model(**values))
            continue
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    if clear:
        for known, row in present.items():
            if known not in seen:
                session.delete(row)
    session.flush()  # the tables that follow point to these rows


def _with_ids(rows: Rows, ids: dict[str, int]) -> Rows:
    for row in rows:
        slug = row.pop("product")
        if slug not in ids:
            raise Misconfigured(f"catalogue: there is no product {slug}")
        row["product_id"] = ids[slug]
    return rows


def _placed(rows: Rows) -> Rows:
    """Number the rows within each product in the order of the file."""
    counts: dict[int, int] = defaultdict(int)
    for row in rows:
        counts[row["product_id"]] += 1
        row["position"] = counts[row["product_id"]]
    return rows
