"""What a code meant on a day, who came after whom, and what a place covers."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.errors import Invalid, NotFound
from market.places import queries as places
from market.places.models import EVER, Place

BEFORE = date(2025, 6, 30)
REFORM = date(2025, 7, 1)
TODAY = date(2026, 10, 1)

#: The codes that named another unit before the reform than after it.
MEANINGS = {
    "31825": ("Phường 1", "Phường Bạc Liêu"),
    "31834": ("Xã Vĩnh Trạch", "Phường Vĩnh Trạch"),
    "31840": ("Xã Hiệp Thành", "Phường Hiệp Thành"),
    "31843": ("Thị trấn Ngan Dừa", "Xã Hồng Dân"),
    "31849": ("Xã Ninh Quới A", "Xã Ninh Quới"),
    "31867": ("Thị trấn Phước Long", "Xã Phước Long"),
    "31876": ("Xã Phước Long", "Xã Vĩnh Phước"),
    "31885": ("Xã Phong Thạnh Tây A", "Xã Phong Hiệp"),
    "31891": ("Thị trấn Hòa Bình", "Xã Hòa Bình"),
    "31894": ("Xã Vĩnh Hưng", "Xã Châu Thới"),
    "31900": ("Thị trấn Châu Hưng", "Xã Vĩnh Lợi"),
    "31906": ("Xã Hưng Thành", "Xã Hưng Hội"),
    "31918": ("Xã Vĩnh Bình", "Xã Vĩnh Mỹ"),
    "31942": ("Phường 1", "Phường Giá Rai"),
    "31957": ("Xã Tân Phong", "Xã Phong Thạnh"),
    "31972": ("Thị trấn Gành Hào", "Xã Gành Hào"),
    "31975": ("Xã Long Điền Đông", "Xã Đông Hải"),
    "31985": ("Xã Điền Hải", "Xã Long Điền"),
    "31988": ("Xã An Trạch A", "Xã An Trạch"),
}
SAME_NAME = ("31858", "31864", "31882", "31927", "31951", "31993")


def the(session: Session, text: str, on: date = TODAY) -> Place:
    return places.resolve(session, text=text, on=on)


def covered_names(session: Session, place: Place) -> set[tuple[str, str]]:
    rows = session.execute(sa.select(Place.code, Place.name).where(Place.id.in_(places.covered_by(place.id))))
    return {(row.code, row.name) for row in rows}


@pytest.mark.parametrize("code", MEANINGS)
def test_a_reused_code_means_the_old_unit_until_30_june_2025_and_the_new_one_from_1_july(
    session: Session, code: str
) -> None:
    old, new = MEANINGS[code]
    assert the(session, code, BEFORE).name == old
    assert the(session, code, REFORM).name == new
    assert the(session, code).name == new
    assert the(session, f"{code}@2022-01-01").name == old
    assert the(session, f"{code}@2025-06-30").name == old
    assert the(session, f"{code}@2025-07-01", BEFORE).name == new


def test_nineteen_of_the_twenty_five_codes_changed_their_meaning_and_six_kept_it(session: Session) -> None:
    old = {place.code: place.name for place in places.list_communes(session, on=BEFORE)}
    new = {place.code: place.name for place in places.list_communes(session, on=TODAY)}
    kept = set(old) & set(new)
    assert len(kept) == 25
    assert {code for code in kept if old[code] != new[code]} == set(MEANINGS)
    assert {code for code in kept if old[code] == new[code]} == set(SAME_NAME)


@pytest.mark.parametrize("code", SAME_NAME)
def test_a_code_that_kept_its_name_is_still_another_place_with_more_land(session: Session, code: str) -> None:
    old, new = the(session, code, BEFORE), the(session, code)
    assert old.name == new.name
    assert old.id != new.id
    assert (old.code, old.name) in covered_names(session, new)
    assert len(covered_names(session, new)) >= 2


def test_a_code_that_only_one_place_ever_bore_is_that_place_on_any_day(session: Session) -> None:
    assert the(session, "31813").name == "Phường 2"
    assert the(session, "958").name == "Huyện Vĩnh Lợi"
    assert the(session, "95").name == "Tỉnh Bạc Liêu"
    assert the(session, "96", BEFORE).name == "Tỉnh Cà Mau"
    assert the(session, " 32248 ", BEFORE).name == "Xã Đất Mũi"


def test_a_code_of_several_places_none_of_them_valid_that_day_is_never_guessed(session: Session) -> None:
    with pytest.raises(Invalid, match="31900"):
        the(session, "31900", date(1899, 12, 31))


@pytest.mark.parametrize("text", ["", "955", "99999", "@", "Vĩnh Lợi", "958@2025-07-01", "96@2022-01-01"])
def test_an_unknown_code_or_one_not_borne_on_its_own_date_is_not_found(session: Session, text: str) -> None:
    with pytest.raises((NotFound, Invalid)) as refused:
        the(session, text)
    assert isinstance(refused.value, NotFound) or text == "@"


@pytest.mark.parametrize("text", ["958@", "958@2022", "958@2022-02-30", "958@yesterday", "958@2022-01-01@x"])
def test_a_date_that_is_none_is_refused_in_words(session: Session, text: str) -> None:
    with pytest.raises(Invalid, match="2022-01-01"):
        the(session, text)


def test_finding_asks_for_the_day_alone(session: Session) -> None:
    assert places.find_place(session, code="31813", on=TODAY) is None
    found = places.find_place(session, code="31813", on=BEFORE)
    assert found is not None
    assert (found.valid_from, found.valid_to) == (EVER, REFORM)


def test_the_province_without_a_word_is_bac_lieu_until_the_reform_and_ca_mau_after_it(
    session: Session,
) -> None:
    assert places.province_on(session, day=BEFORE).code == "95"
    assert places.province_on(session, day=REFORM).code == "96"
    with pytest.raises(NotFound):
        places.province_on(session, day=date(1990, 1, 1))


def test_of_two_provinces_none_is_taken_by_chance(session: Session) -> None:
    other = Place(code="01", name="Thành phố Hà Nội", short_name="Hà Nội", kind="thành phố", level="province",
                  latitude=21.0, longitude=105.8, coordinate_basis="outline", valid_from=EVER,
                  folded="thanh pho ha noi", sort_key="ha noi")  # fmt: skip
    session.add(other)
    session.flush()
    with pytest.raises(Invalid, match="name one"):
        places.province_on(session, day=TODAY)


def test_sixty_four_communes_stand_in_either_geography_but_not_the_same_ones(session: Session) -> None:
    old, new = places.list_communes(session, on=BEFORE), places.list_communes(session, on=TODAY)
    assert (len(old), len(new)) == (64, 64)
    assert not {place.id for place in old} & {place.id for place in new}
    assert [place.short_name for place in new[:3]] == ["An Trạch", "An Xuyên", "Bạc Liêu"]


def test_children_are_those_of_the_day(session: Session) -> None:
    old, new = the(session, "95"), the(session, "96")
    districts = places.list_children(session, place_id=old.id, on=BEFORE)
    assert [place.code for place in districts] == ["954", "960", "959", "961", "956", "957", "958"]
    assert sum(len(places.list_children(session, place_id=d.id, on=BEFORE)) for d in districts) == 64
    assert places.list_children(session, place_id=old.id, on=TODAY) == []
    assert len(places.list_children(session, place_id=new.id, on=TODAY)) == 64


def test_every_old_commune_has_one_successor_and_districts_have_none(session: Session) -> None:
    for place in places.list_communes(session, on=BEFORE):
        after = places.successor(session, place.id)
        assert after is not None
        assert (after.level, after.valid_from) == ("commune", REFORM)
    assert places.successor(session, the(session, "958").id) is None
    province = places.successor(session, the(session, "95").id)
    assert province is not None
    assert province.code == "96"


def test_a_new_commune_covers_itself_and_the_old_ones_that_went_into_it(session: Session) -> None:
    assert covered_names(session, the(session, "31900")) == {
        ("31900", "Xã Vĩnh Lợi"),
        ("31900", "Thị trấn Châu Hưng"),
        ("31903", "Xã Châu Hưng A"),
    }


def test_an_old_district_covers_only_its_own_old_communes(session: Session) -> None:
    names = covered_names(session, the(session, "958"))
    assert len(names) == 9
    assert ("31921", "Xã Long Thạnh") in names
    assert ("31900", "Xã Vĩnh Lợi") not in names


def test_the_new_province_covers_everything_and_the_old_one_only_the_old(session: Session) -> None:
    new, old = (session.scalars(places.covered_by(the(session, code).id)).all() for code in ("96", "95"))
    assert len(new) == 1 + 64 + 1 + 7 + 64
    assert len(old) == 1 + 7 + 64
    assert set(old) < set(new)


def test_xa_hoa_binh_takes_land_of_two_districts_that_do_not_nest_in_it(session: Session) -> None:
    hoa_binh = the(session, "31891")
    taken = {code for code, _ in covered_names(session, hoa_binh)}
    assert taken == {"31891", "31933", "31921"}
    for code in ("958", "961"):
        assert not places.is_held(session, [hoa_binh.id], the(session, code).id)
        assert not places.is_held(session, [the(session, code).id], hoa_binh.id)


def test_the_keys_that_cover_a_place_go_from_the_widest_to_itself(session: Session) -> None:
    long_thanh = the(session, "31921")
    assert places.keys_covering(session, place_id=long_thanh.id, on=TODAY) == [
        "96", "95@2025-06-30", "958@2025-06-30", "31891", "31921@2025-06-30",
    ]  # fmt: skip
    assert places.keys_covering(session, place_id=long_thanh.id, on=BEFORE) == [
        "96@2025-07-01", "95", "958", "31891@2025-07-01", "31921",
    ]  # fmt: skip
    assert places.names_covering(session, place_id=long_thanh.id) == [
        "Tỉnh Cà Mau", "Tỉnh Bạc Liêu", "Huyện Vĩnh Lợi", "Xã Hòa Bình", "Xã Long Thạnh",
    ]  # fmt: skip


@pytest.mark.parametrize("on", [date(2021, 12, 31), BEFORE, REFORM, TODAY])
def test_every_key_is_read_back_as_the_place_it_was_made_of(session: Session, on: date) -> None:
    everywhere = session.scalars(sa.select(Place)).all()
    keys = {places.key_of(place, on): place for place in everywhere}
    assert len(keys) == len(everywhere) == 137
    for key, place in keys.items():
        assert the(session, key, on) is place


def test_names_carry_the_key_and_the_parent_that_tells_namesakes_apart(session: Session) -> None:
    first, second = the(session, "31825", BEFORE), the(session, "31942", BEFORE)
    names = places.names_of(session, [first.id, second.id, 10**9], on=TODAY)
    assert set(names) == {first.id, second.id}
    assert [(n.name, n.parent_name, n.key) for n in (names[first.id], names[second.id])] == [
        ("Phường 1", "Thành phố Bạc Liêu", "31825@2025-06-30"),
        ("Phường 1", "Thị xã Giá Rai", "31942@2025-06-30"),
    ]
    assert places.name_of(session, the(session, "96").id, on=TODAY).parent_name is None
    with pytest.raises(NotFound):
        places.name_of(session, 10**9, on=TODAY)
    with pytest.raises(NotFound):
        places.get_place(session, 10**9)
