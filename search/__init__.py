"""Finding listings: documents go in, ids and facet counts come out.

Nothing of the market, the web or the database is known here; an engine's own names and errors never leave it.
Read `documents.py`, `query.py` and `index.py` first; `embedded_index.py` is one engine behind them.
"""
