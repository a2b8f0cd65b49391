"""The features in their order, lowest first, and how the uppermost modules gather their files: app.py
the routes and the API, worker.py the jobs, __main__.py the commands, the migrations the models. Gathering by
name keeps this list the only place to touch when a feature is added.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

ORDER = (
    "places",
    "catalogue",
    "notices",
    "accounts",
    "files",
    "parties",
    "assisted",
    "certificates",
    "listings",
    "inquiries",
    "links",
    "calls",
    "demands",
    "official",
    "spreadsheets",
    "moderation",
    "statistics",
    "home",
    "demo",
)

#: Tables that belong to no feature.
ROOMS = ("market.changes", "market.events", "market.once", "market.schema")

#: Tables that stand in a file of their own beside their feature's models.py.
BESIDE = (
    "market.parties.register_models",
    "market.listings.saved_models",
    "market.listings.ledger_models",
    "market.listings.freshness",
    "market.listings.photo_models",
    "market.moderation.complaint_models",
    "market.moderation.data_models",
    "market.moderation.flag_models",
    "market.links.price_models",
    "market.statistics.target_models",
    "market.statistics.dashboard_models",
)


def gather(role: str) -> list[ModuleType]:
    """The modules ``market.<feature>.<role>`` that exist, in the features' order."""
    names = [f"market.{feature}.{role}" for feature in ORDER]
    return [import_module(name) for name in names if find_spec(name)]


def load_models() -> None:
    """Import every table, so that the metadata is whole."""
    for name in (*ROOMS, *BESIDE):
        import_module(name)
    gather("models")
