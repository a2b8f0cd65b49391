"""The one tree of refusals. A service refuses by raising one of these, with words for people; one
handler (web/problems.py) renders them as page, block or JSON problem. Anything else that is raised is a bug.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from market.words import Words, t


class MarketError(Exception):
    """A refusal: ``words`` say what happened and what to do; ``field`` is where it belongs in a form."""

    status = 400

    def __init__(self, words: Words, *, field: str | None = None) -> None:
        super().__init__(str(words))
        self.words = words
        self.field = field

    @property
    def by_field(self) -> dict[str, Words]:
        """What is wrong where, for an answer that names each field."""
        return {self.field: self.words} if self.field else {}


class NotFound(MarketError):
    """Nothing there, or nothing that the asker may know of."""

    status = 404

    def __init__(self, words: Words | None = None) -> None:
        super().__init__(words or t("This page does not exist, or it is not yours to see."))


class NotSignedIn(MarketError):
    """Somebody must sign in first."""

    status = 401

    def __init__(self, words: Words | None = None) -> None:
        super().__init__(
            words or t("Please sign in first. What you typed is still on the page before this one.")
        )


class NotAllowed(MarketError):
    """Known to the asker, but not theirs to do."""

    status = 403

    def __init__(self, words: Words | None = None) -> None:
        super().__init__(words or t("Your account may not do this."))


class MustEnrol(NotAllowed):
    """Signed in, but the department wants a second step of every officer, and this one has none yet."""

    def __init__(self) -> None:
        super().__init__(t("Please set up the second step of signing in before you go on."))


class MustChangePassword(NotAllowed):
    """Signed in with a password that has to be replaced before anything else."""

    def __init__(self) -> None:
        super().__init__(t("Please choose a new password first."))


class TooMany(MarketError):
    """Tried too often; later it will do: after ``seconds``, where that is known."""

    status = 429

    def __init__(self, words: Words, *, field: str | None = None, seconds: int | None = None) -> None:
        super().__init__(words, field=field)
        self.seconds = seconds


class Conflict(MarketError):
    """The state has moved on meanwhile, or two wanted the same thing."""

    status = 409


class Invalid(MarketError):
    """What came in cannot be taken; ``field`` says where."""

    status = 422


class InvalidFields(Invalid):
    """Several things that came in cannot be taken; ``fields`` says which, and why each."""

    def __init__(self, fields: Mapping[str, Words]) -> None:
        super().__init__(t("This cannot be answered as it was asked: see what is said of each field."))
        self.fields = dict(fields)

    @property
    def by_field(self) -> dict[str, Words]:
        return self.fields


@contextmanager
def under(prefix: str) -> Iterator[None]:
    """What is refused of a field within the block is said of that field of ``prefix`` (``lots.0``)."""
    try:
        yield
    except InvalidFields as refusal:
        raise InvalidFields({f"{prefix}.{name}": words for name, words in refusal.fields.items()}) from None
    except MarketError as refusal:
        if refusal.field:
            refusal.field = f"{prefix}.{refusal.field}"
        raise


class Misconfigured(Exception):
    """A setting or an installation is unusable: one line for the operator, no traceback."""
