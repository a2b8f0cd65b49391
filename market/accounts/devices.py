"""What a browser says of itself, in the few words by which a person knows their own devices."""

from __future__ import annotations

from fastapi import Request

BROWSERS = (
    ("Edg/", "Edge"),
    ("CocCoc", "Cốc Cốc"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
)


def device_of(request: Request) -> str:
    """As "Chrome, Android"; "" when nothing is known."""
    agent = request.headers.get("user-agent", "")
    known = (next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in known if name)
