"""What a page is drawn from: one class a template, a field for each name that the template reads. So the type
checker sees what a page is given, and `tests/house/test_contexts.py` that it reads this and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

#: What may be chosen: codes with their words, as ``ui.select`` takes them.
Options = Sequence[tuple[str, str]]
#: The same in groups, each with its name.
Grouped = Sequence[tuple[str, Options]]


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """Subclasses name their template, by its path under ``market/templates``. Every page also knows the names
    in ``EVERYWHERE`` and the environment's own.
    """

    template: ClassVar[str]


def names(context: PageContext) -> dict[str, Any]:
    """The fields by name, as a template takes them; nothing is copied."""
    return {field.name: getattr(context, field.name) for field in fields(context)}


#: What ``pages.page`` adds to every page.
EVERYWHERE = frozenset({"request", "who", "said", "path", "here"})
