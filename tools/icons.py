"""Draws the icons that telephones want as PNG from the mark, in Debian's Chromium: whole squares, for
telephones cut corners themselves, with the mark within the part that every shape leaves.
"""

from __future__ import annotations

from tests.browser import chrome
from tests.services import ROOT

STATIC = ROOT / "market" / "static"
SIZES = (180, 512)
PAGE = """<style>body {{ margin: 0; background: #0b5c6b }} svg {{ display: block }}</style>
<div style="width: {size}px; height: {size}px; display: grid; place-items: center">{mark}</div>"""


def main() -> None:
    """Write ``icon-180.png`` and ``icon-512.png`` beside the mark."""
    mark = (STATIC / "icon.svg").read_text()
    with chrome.launched() as browser:
        for size in SIZES:
            inside = mark.replace("<svg ", f'<svg width="{size * 4 // 5}" height="{size * 4 // 5}" ', 1)
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(PAGE.format(size=size, mark=inside))
            page.screenshot(path=STATIC / f"icon-{size}.png")


if __name__ == "__main__":
    main()
