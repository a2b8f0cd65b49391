"""Writing a letter out, in the language being spoken: as text, and as a page of one template for programs
that show those. Both say the same and lead to the same addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import jinja2

from market.notices.letters import CHOICES, Letter, Line
from market.settings import Settings
from market.web import pages
from market.web.language import say
from market.words import Words, t

GREETING = t("Dear Sir or Madam,")
MARKET = t("The linkage market (Chợ Liên Kết)")


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's body twice."""

    text: str
    html: str


class Writer:
    """Writes the mails of one installation: its address, its operator."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._base = settings.base_url.rstrip("/")

    @cached_property
    def _template(self) -> jinja2.Template:
        return pages.make_environment(self._settings).get_template("notices/mail.html")

    def write(self, letter: Letter) -> Written:
        """The letter with whole addresses; in the page every word is escaped."""
        html = self._template.render(letter=letter, base=self._base, greeting=GREETING, choices=CHOICES)
        return Written(self._text(letter), html)

    def _text(self, letter: Letter) -> str:
        parts = [say(GREETING), say(letter.words)]
        parts += [f"{say(line.words)}\n{self._base}{line.path}" for line in letter.lines]
        parts += [say(letter.more)] if letter.more else []
        parts += [self._led(line) for line in (letter.action, letter.stop) if line is not None]
        parts.append(self._end(letter))
        return "\n\n".join(parts) + "\n"

    def _led(self, line: Line) -> str:
        return f"{say(line.words)}: {self._base}{line.path}"

    def _end(self, letter: Letter) -> str:
        """Who writes, and where one says that one would be told otherwise."""
        said: list[Words] = [MARKET]
        if self._settings.operator:
            said.append(t("The market is run by {operator}.", operator=self._settings.operator))
        if letter.chosen:
            said.append(t("Choose what you are told, and how: {link}", link=self._base + CHOICES))
        return "\n".join(say(words) for words in said)
