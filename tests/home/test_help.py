"""The help pages: each role's steps, with pictures of the pages in the reader's own language."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image

from market.home import help as guides
from market.web.context import LANGUAGES
from tests.pages import Browser

Open = Callable[[], Browser]


def test_every_role_has_a_guide(browser: Open) -> None:
    page = browser().get("/help")
    for one in guides.GUIDES:
        assert page.css(f'main a[href="/help/{one.code}"]')
    assert {one.code for one in guides.GUIDES} == {"buyer", "unit", "officer", "administrator"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guide", guides.GUIDES, ids=lambda one: one.code)
def test_its_pictures_speak_the_readers_language(browser: Open, guide: guides.Guide, language: str) -> None:
    reader = browser()
    reader.client.get(f"/language/{language}")
    text = reader.get(f"/help/{guide.code}").response.text
    found = re.findall(r'<img src="([^"]+)"', text)
    assert len(found) == len([step for step in guide.steps if step.picture]) > 0
    for source in found:
        assert f".{language}." in source
        picture = Image.open(io.BytesIO(reader.client.get(source).content))
        assert (picture.format, picture.size) == ("WEBP", (360, 640))
