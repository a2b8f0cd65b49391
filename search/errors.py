"""What can go wrong with a search engine, in two words. Engines translate their own errors into these.

`index.py` says which call raises which.
"""


class SearchError(Exception):
    """The root of this package's errors; its text is meant for the operator's log, in English."""


class SearchUnavailable(SearchError):
    """The engine or its index cannot be used now: absent, locked, broken, of another version, closed.

    The database stays the truth. The caller may try again, or rebuild where the text says so.
    """


class SearchRefused(SearchError):
    """The caller asked for what no engine can do: an unknown order, a negative offset, an id out of range.

    A bug of the caller, never of the person searching: no text a visitor types is refused.
    """
