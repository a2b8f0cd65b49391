"""The demo's drawings: one for a product, on its newest listings, kept as photos that people send are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.db import Database
from market.demo import pictures
from market.listings import photos
from market.listings.photo_models import ListingPhoto
from tests import make, trade
from tests.listings.shots import files_in


def test_each_product_has_one_drawing_on_its_newest_published_listings(
    own_database: Database, tmp_path: Path
) -> None:
    files = tmp_path / "pictures"
    assert pictures.put_pictures(own_database, files=files) == 0
    assert not files.exists(), "where nothing is listed nothing is drawn"
    with own_database.session(write=True) as session:
        unit = make.make_unit(session)
        rice = [trade.make_listing(session, unit)[0].id for _ in range(pictures.MOST_OF_PRODUCT + 1)]
        shrimp = trade.make_listing(session, unit, product="tom-su")[0].id
        trade.make_listing(session, unit, product="muoi-trang", publish=False)
    assert pictures.put_pictures(own_database, files=files) == pictures.MOST_OF_PRODUCT + 1
    with own_database.reading() as session:
        assert make.count_rows(session, ListingPhoto) == pictures.MOST_OF_PRODUCT + 1
        shown = {one: photos.list_photos(session, listing_id=one, title="") for one in (*rice, shrimp)}
    assert shown[rice[0]] == (), "the oldest has none"
    assert {one.name for held in shown.values() for one in held} == {
        shown[rice[-1]][0].name,
        shown[shrimp][0].name,
    }
    assert all("demo" in one.alt for held in shown.values() for one in held)
    assert len(files_in(files)) == 4, "two drawings in two widths"


@pytest.mark.usefixtures("on_a_day")
def test_every_product_of_the_catalogue_can_be_drawn_with_its_own_words(session: Session) -> None:
    drawn = set()
    products = catalogue.list_products(session)
    for one in products:
        found = pictures.draw(one.slug, one.name_vi)
        with Image.open(found.file) as image:
            wide, high = image.size
            assert (wide, high) == pictures.KEPT
            drawn.add(image.crop((0, high * 3 // 4, wide, high)).tobytes())
    assert len(drawn) == len({one.name_vi for one in products})
