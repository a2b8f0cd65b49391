"""Bringing the tables into line with the files."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.errors import Misconfigured
from market.places import files, service
from market.places.models import Place, PlaceCover, PlaceSuccession

HEAD = (
    "code,valid_from,valid_to,level,kind,short_name,parent,successor,latitude,longitude,"
    "coordinate_basis,area_km2"
)


def counts(session: Session) -> list[int]:
    return [
        session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in (Place, PlaceSuccession, PlaceCover)
    ]


def write(folder: Path, *lines: str) -> Path:
    (folder / "x.csv").write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return folder


def test_loading_again_changes_nothing(session: Session) -> None:
    before = counts(session)
    assert before[:2] == [137, 65]
    assert service.load(session) == 137
    assert not session.dirty
    assert counts(session) == before


def test_loading_repairs_what_was_changed_by_hand(session: Session) -> None:
    before = counts(session)
    session.execute(sa.update(Place).where(Place.code == "958").values(name="?", folded="?"))
    session.execute(sa.delete(PlaceCover).where(PlaceCover.place_id == PlaceCover.ancestor_id))
    session.execute(sa.delete(PlaceSuccession).where(PlaceSuccession.id == 1))
    session.expire_all()
    service.load(session)
    assert counts(session) == before
    place = session.scalars(sa.select(Place).where(Place.code == "958")).one()
    assert (place.name, place.folded) == ("Huyện Vĩnh Lợi", "huyen vinh loi")


def test_another_province_is_one_more_file(session: Session, tmp_path: Path) -> None:
    write(
        tmp_path,
        "01,,,province,thành phố,Hà Nội,,,21.03,105.85,outline,",
        "00001,,,commune,phường,Ba Đình,01,,21.04,105.84,outline,2.97",
    )
    assert service.load(session, tmp_path) == 2
    ward = session.scalars(sa.select(Place).where(Place.code == "00001")).one()
    assert (ward.name, ward.area_km2) == ("Phường Ba Đình", 2.97)
    assert session.scalar(sa.select(sa.func.count()).select_from(Place)) == 139


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["01,,,province,tỉnh,X,,,21,105,,", "01,,,province,tỉnh,Y,,,21,105,,"], "repeats"),
        (["01,,,province,tỉnh,X,,,21,105,,", "01,2020-01-01,,province,tỉnh,Y,,,21,105,,"], "two places"),
        (["1,,,commune,xã,X,77,,21,105,outline,"], "points to 77"),
        (["1,,2020-01-01,commune,xã,X,95,96,21,105,outline,"], "points to 96"),
        (["1,,,commune,xã,X,96,96,21,105,outline,"], "no end"),
        (["1,,,hamlet,xã,X,96,,21,105,outline,"], "no such level"),
        (["1,,,commune,xã,X,96,,north,105,outline,"], "cannot be read"),
        (["1,soon,,commune,xã,X,96,,21,105,outline,"], "cannot be read"),
    ],
)  # fmt: skip
def test_files_that_contradict_themselves_are_refused_by_line(
    session: Session, tmp_path: Path, lines: list[str], why: str
) -> None:
    with pytest.raises(Misconfigured, match=why):
        service.load(session, write(tmp_path, *lines))


def test_every_file_reads_whole(session: Session) -> None:
    rows = files.read()
    assert len(rows) == 137
    assert all(8.4 < row.latitude < 9.7 and 104.6 < row.longitude < 106 for row in rows)
