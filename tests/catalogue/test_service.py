"""Bringing the tables of the catalogue into line with its files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import files, service
from market.catalogue import queries as catalogue
from market.catalogue.models import Pack, Product, ProductSpec, ProductSynonym, Season
from market.errors import Misconfigured


def edited(tmp_path: Path, name: str, old: str, new: str) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(files.FOLDER, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_loading_again_changes_nothing(session: Session) -> None:
    def counts() -> dict[str, int]:
        models = (Product, ProductSynonym, Pack, ProductSpec, Season)
        return {
            model.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
            for model in models
        }

    before = counts()
    assert service.load(session) == 69
    assert not session.dirty
    assert counts() == before


def test_a_changed_word_in_a_file_reaches_the_table_and_a_dropped_synonym_goes(
    session: Session, tmp_path: Path
) -> None:
    folder = edited(tmp_path, "products.csv", "Black tiger shrimp,Penaeus", "Tiger prawn,Penaeus")
    synonyms = (folder / "synonyms.csv").read_text(encoding="utf-8")
    (folder / "synonyms.csv").write_text(synonyms.replace("tôm rằn;", ""), encoding="utf-8")
    service.load(session, folder)
    assert catalogue.get_product(session, "tom-su").name_en == "Tiger prawn"
    gone = sa.select(ProductSynonym).where(ProductSynonym.text == "tôm rằn")
    assert session.scalars(gone).all() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("variants.csv", "gao-lut,trang", "gao-luc,trang", "no product gao-luc"),
        ("products.csv", ",yes,1006.10.90,12;1;2", ",maybe,1006.10.90,12;1;2", "products.csv:2"),
        ("products.csv", "gao-st25,rice", "lua-st25,rice", "twice"),
        ("specs.csv", "Độ ẩm", "Độ ẩm,x", "specs.csv"),
        ("product_specs.csv", "fish_weight,0.05", "fish_weight,0.005", "more than 2 decimals"),
    ],
)
def test_a_slip_in_a_file_is_refused_by_name(
    session: Session, tmp_path: Path, name: str, old: str, new: str, why: str
) -> None:
    with pytest.raises(Misconfigured, match=why):
        service.load(session, edited(tmp_path, name, old, new))
