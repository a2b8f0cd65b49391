"""An Atom feed (RFC 4287) of things that are known already: ids that last, addresses, moments, words. It is
built by the standard library, which escapes; signs that no XML document may hold are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
#: All that XML 1.0 cannot carry, however it is written.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing. ``published`` never changes; ``updated`` is when it last became another."""

    id: str
    title: str
    href: str
    author: str
    published: datetime
    updated: datetime
    summary: str
    category: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of things, newest first. ``href`` is its own address, ``page`` that of the same for people."""

    id: str
    title: str
    href: str
    page: str
    updated: datetime
    language: str
    entries: Sequence[Entry]


def tag(base: str, path: str) -> str:
    """An id that stays the same wherever the market is reached: a tag URI (RFC 4151) of its host."""
    host = re.sub(r"[^a-z0-9.-]", "-", (urlsplit(base).hostname or "market").lower())
    return f"tag:{host},2026:{path.strip('/')}"


def render(feed: Feed) -> bytes:
    """The feed as a document."""
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.updated))
    ElementTree.SubElement(root, "link", {"rel": "self", "type": MEDIA_TYPE, "href": _fit(feed.href)})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": _fit(feed.page)})
    for entry in feed.entries:
        node = ElementTree.SubElement(root, "entry")
        _text(node, "id", entry.id)
        _text(node, "title", entry.title)
        _text(node, "published", _moment(entry.published))
        _text(node, "updated", _moment(entry.updated))
        link = {"rel": "alternate", "type": "text/html", "href": _fit(entry.href)}
        ElementTree.SubElement(node, "link", link)
        _text(ElementTree.SubElement(node, "author"), "name", entry.author)
        ElementTree.SubElement(node, "category", {"term": _fit(entry.category)})
        _text(node, "summary", entry.summary)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _fit(text)


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
