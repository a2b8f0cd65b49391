"""What can go wrong with a search engine. Engines translate their own errors into these.

`index.py` says which call raises which.
"""


class SearchError(Exception):
    """The root of this package's errors; its text is meant for the operator's log, in English."""


class SearchUnavailable(SearchError):
    """The engine or its index cannot be used now: absent, locked, broken, silent, closed.

    The database stays the truth. The caller may try again, or rebuild where the text says so.
    """


class SearchBroken(SearchUnavailable):
    """The engine answers, but there is no index of this program's kind in it: a rebuild heals that."""


class SearchUnfit(SearchUnavailable):
    """What was given to reach the engine is wrong; `part` is 'url', 'key' or 'server'. Only an operator heals
    that.
    """

    def __init__(self, part: str, text: str) -> None:
        super().__init__(text)
        self.part = part


class SearchRefused(SearchError):
    """The caller asked for what no engine can do: an unknown order, a negative offset, an id out of range.

    A bug of the caller, never of the person searching: no text a visitor types is refused.
    """
