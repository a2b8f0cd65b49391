"""The log: a line a record on standard error, as JSON in production and for people in development, each with
the number of the request it belongs to. What could name a person or open something is blotted out of every
line, whoever wrote it: addresses, telephone numbers, tokens and links that open.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from market.settings import Settings

#: The number of the request that is being answered; set by web/context.py.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: What a record may carry besides its words.
EXTRAS = ("method", "route", "status", "ms", "statements", "sql_ms", "statement")

_BLOTS = (
    (re.compile(r"(://)[^/@\s]*@"), r"\1[…]@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\w.])(?:\+84|0)(?:[ .-]?\d){9}(?!\d)"), "[phone]"),
    (re.compile(r"clk_[\w-]+"), "[token]"),
    (re.compile(r"(?i)\b(bearer\s+|[\w-]*(?:password|secret|token|key)[\"']?\s*[=:]\s*)\S+"), r"\1[…]"),
    (re.compile(r"(/account/open/|/complaints/[^/\s]+/|/saved/\d+/stop\?\w+=)[^\s{]\S*"), r"\1[…]"),
    # PostgreSQL tells the values that a key was refused for.
    (re.compile(r"(?m)^(DETAIL: ).*$"), r"\1[…]"),
)


def redact(text: str) -> str:
    """The text without what names a person or opens something."""
    for found, instead in _BLOTS:
        text = found.sub(instead, text)
    return text


class _Formatter(logging.Formatter):
    def words(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        if record.exc_info:
            said += "\n" + self.formatException(record.exc_info)
        return redact(said)


class Lines(_Formatter):
    """For people: moment, level, words, then what else is known."""

    def format(self, record: logging.LogRecord) -> str:
        at = (
            datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        )  # the reader's clock
        more = "".join(f" {name}={value}" for name, value in _extras(record).items())
        return f"{at} {record.levelname.lower()} {record.name}: {self.words(record)}{more}"


class Json(_Formatter):
    """For programs: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
            "words": self.words(record),
            **_extras(record),
        }
        return json.dumps(told, ensure_ascii=False)


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if number := request_id.get():
        found["request"] = number  # whole, though digits in it may look like a telephone's: it is looked for
    for name in EXTRAS:
        if hasattr(record, name):
            value = getattr(record, name)
            found[name] = redact(value) if isinstance(value, str) else value
    return found


class _StandardError(logging.StreamHandler[Any]):
    """Standard error as it is when a line is written: where commands run in one process one after the other,
    the one of the first may be closed by then.
    """

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def set_up(settings: Settings) -> None:
    """Log as the settings say: everything worth a line in production, what goes wrong in development."""
    handler = _StandardError()
    handler.setFormatter(Json() if settings.production else Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("market").setLevel(settings.log_level.upper())
