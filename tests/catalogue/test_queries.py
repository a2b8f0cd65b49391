"""The catalogue as it is loaded, and the questions about it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import amounts, files, spec
from market.catalogue import queries as catalogue
from market.catalogue.models import (
    LinkageForm,
    Pack,
    PartyField,
    Product,
    ProductSynonym,
    Season,
    Sector,
    SpecChoice,
    SpecDefinition,
    Standard,
    Variant,
)
from market.errors import NotFound


def test_the_sixty_nine_products_stand_under_their_sectors(session: Session) -> None:
    counts = {
        s.code: len(catalogue.list_products(session, sector=s.code)) for s in catalogue.list_sectors(session)
    }
    assert counts == {"rice": 24, "shrimp": 14, "aquaculture": 20, "handicraft": 7, "other": 4}
    assert len(catalogue.list_products(session)) == 69


def test_everything_is_named_in_both_languages(session: Session) -> None:
    models: tuple[Any, ...] = (
        Sector, Product, Variant, Pack, SpecDefinition, SpecChoice, Standard, Season, LinkageForm, PartyField,
    )  # fmt: skip
    for model in models:
        for names in session.execute(sa.select(model.name_vi, model.name_en)):
            for name in names:
                assert name
                assert name == name.strip()
                assert unicodedata.is_normalized("NFC", name)


def test_words_of_makers_are_not_among_the_synonyms(session: Session) -> None:
    words = " ".join(session.scalars(sa.select(ProductSynonym.folded)))
    for maker in (
        "da giau",
        "y tam",
        "kieu hanh",
        "hoang yen",
        "nong san viet",
        "thanh tri",
        "ben tre",
    ):
        assert maker not in words


def test_products_are_found_by_slug_id_and_exact_name_in_either_language(session: Session) -> None:
    crab = catalogue.get_product(session, "cua-gach")
    assert catalogue.get_product(session, crab.id) is crab
    for text in ("cua-gach", "Cua gạch", "cua gach", "CUA GẠCH", "mud crab with roe"):
        assert catalogue.find_product(session, text) is crab
    for text in ("", "cua", "…", "không có"):
        assert catalogue.find_product(session, text) is None
    for missing in ("nothing", 10**9):
        with pytest.raises(NotFound):
            catalogue.get_product(session, missing)


def test_one_word_may_mean_several_products(session: Session) -> None:
    called = [product.slug for product in catalogue.list_products_called(session, "st 25")]
    assert called == ["lua-st25", "gao-st25"]
    assert "bèo tây" in catalogue.synonyms_of(session, catalogue.get_product(session, "luc-binh"))


def test_goods_of_the_loom_and_the_hatchery_are_counted_by_the_piece(session: Session) -> None:
    pieces = {p.slug: p.piece_vi for p in catalogue.list_products(session) if p.unit == "piece"}
    assert pieces["chieu-lac"] == "đôi"
    assert pieces["tom-giong-su"] == pieces["cua-giong"] == "con"
    assert "to-yen" not in pieces
    assert catalogue.piece_of(catalogue.get_product(session, "to-yen")) is None


@pytest.mark.parametrize(
    ("slug", "text", "base"),
    [
        ("lua-om18", "12 tấn", 12_000_000),
        ("lua-om18", "10 giạ", 200_000),
        ("gao-st25", "400 túi 5kg", 2_000_000),
        ("tom-giong-su", "30 vạn con", 300_000),
        ("tom-giong-su", "200 nghìn con", 200_000),
        ("chieu-lac", "20 chục", 200),
        ("to-yen", "3 hộp", 300),
        ("artemia-trung", "12 lon", 5_100),
    ],
)
def test_volumes_are_read_with_the_products_own_packs(
    session: Session, slug: str, text: str, base: int
) -> None:
    product = catalogue.get_product(session, slug)
    packs, piece = catalogue.pack_sizes_of(session, product), catalogue.piece_of(product)
    assert amounts.parse_volume(text, unit=product.unit, language="vi", packs=packs, piece=piece) == base


def test_every_pack_is_read_by_its_own_name_in_both_languages(session: Session) -> None:
    for product in catalogue.list_products(session):
        packs, piece = catalogue.pack_sizes_of(session, product), catalogue.piece_of(product)
        for pack in packs:
            for name in (pack.name.vi, pack.name.en):
                read = amounts.parse_volume(
                    f"2 {name}", unit=product.unit, language="vi", packs=packs, piece=piece
                )
                assert read == 2 * pack.amount, (product.slug, name)


def test_qualities_come_in_order_with_their_bounds_and_choices(session: Session) -> None:
    definitions = catalogue.specs_of(session, catalogue.get_product(session, "lua-om18"))
    assert [definition.key for definition in definitions] == ["paddy_state", "moisture", "impurity"]
    state, moisture, _ = definitions
    assert state.is_state
    assert [choice.code for choice in state.choices] == ["fresh", "dry"]
    assert (moisture.low, moisture.high, moisture.decimals, moisture.lower_is_better) == (80, 400, 1, True)
    value = spec.parse(definitions, {"spec.moisture": "≤ 14,5", "spec.paddy_state": "lúa khô"})
    assert spec.show(definitions, value, "vi") == [("Lúa tươi hay khô", "lúa khô"), ("Độ ẩm", "≤ 14,5 %")]


def test_every_choice_has_answers_and_every_range_fits_its_definition(session: Session) -> None:
    general = {row["key"]: row for row in files.Reader().specs()}
    for product in catalogue.list_products(session):
        for definition in catalogue.specs_of(session, product):
            if definition.kind == "choice":
                assert len(definition.choices) >= 2
            else:
                row = general[definition.key]
                assert row["low"] <= definition.low < definition.high <= row["high"], product.slug


def test_months_are_peaks_of_the_year_and_hs_codes_have_eight_digits(session: Session) -> None:
    assert catalogue.months_of(session, catalogue.get_product(session, "lua-st25")) == [1, 2, 12]
    for code in session.scalars(sa.select(Product.hs_code).where(Product.hs_code.is_not(None))):
        assert code is not None
        assert re.fullmatch(r"\d{4}\.\d{2}\.\d{2}", code)


def test_seasons_carry_their_years_and_may_span_two(session: Session) -> None:
    season = catalogue.get_season(session, "dong-xuan-2025-2026")
    assert (season.name_vi, season.starts_on, season.ends_on) == (
        "Đông Xuân 2025–2026", date(2025, 11, 1), date(2026, 3, 31),
    )  # fmt: skip
    now = {season.code for season in catalogue.list_seasons(session, on=date(2026, 2, 1))}
    assert now == {"dong-xuan-2025-2026", "lua-tom-2025-2026", "muoi-2025-2026", "ca-nam-2026"}
    assert catalogue.get_season(session, "lua-tom-2023-2024").ends_on == date(2024, 2, 29)
    for year in range(2021, 2028):
        count = sa.select(sa.func.count()).where(Season.code.contains(str(year)))
        assert (session.scalar(count) or 0) >= 6
    with pytest.raises(NotFound):
        catalogue.get_season(session, "dong-xuan")


def test_ocop_standards_have_stars_and_others_none(session: Session) -> None:
    stars = {s.code: s.stars for s in catalogue.list_standards(session) if s.is_ocop}
    assert stars == {"OCOP3": 3, "OCOP4": 4, "OCOP5": 5}
    shrimp = {s.code for s in catalogue.list_standards(session, sector="shrimp")}
    assert {"ASC", "OCOP4", "GLOBALGAP"} <= shrimp
    assert "SRP" not in shrimp


def test_the_form_follows_from_the_parts_and_sale_alone_has_none(session: Session) -> None:
    assert len(catalogue.list_forms(session)) == 7
    parts = [(i, p, c, s) for i in (0, 1) for p in (0, 1) for c in (0, 1) for s in (0, 1)]
    forms = {
        part: catalogue.form_of(
            session,
            inputs=bool(part[0]),
            production=bool(part[1]),
            processing=bool(part[2]),
            sale=bool(part[3]),
        )
        for part in parts
    }
    assert {part for part, form in forms.items() if form is None} == {
        part for part in parts if not part[3] or part == (0, 0, 0, 1)
    }
    assert forms[1, 1, 1, 1] == 1
    assert forms[1, 1, 0, 1] == 4
    assert forms[0, 0, 1, 1] == 7


def test_aquaculture_stands_with_fishery_services_among_the_six_pilot_fields(session: Session) -> None:
    fields = {field.code: field.pilot_code for field in catalogue.list_fields(session)}
    assert fields["aquaculture"] == "fishery_services"
    assert fields["other"] is None
    assert len({pilot for pilot in fields.values() if pilot}) == 6
