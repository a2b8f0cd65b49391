"""``market search`` and ``market index``: what a buyer would get, and the index's upkeep. Beside a serving
embedded process, which alone writes its index, upkeep is asked for by a request row; else it is done here.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sys
import time
from typing import Any

import sqlalchemy as sa

from market import clock, features
from market.changes import IndexState
from market.errors import Invalid, Misconfigured
from market.listings import jobs, searching
from market.runtime import Runtime
from market.settings import Settings
from market.shell import Commands, opened, print_json, read_secret
from market.words import t
from search.errors import SearchUnfit
from search.query import SORTS

#: How long to wait for the serving process, in seconds.
PATIENCE = 60.0
MOST = 1_000

FIELDS = ("sector", "product", "place", "standard", "ocop", "month", "volume_min", "price_max")


def register(commands: Commands) -> None:
    """Add ``search`` and ``index``."""
    search = commands.add_parser("search", help="what a buyer would find")
    search.add_argument("text", nargs="?", default="")
    search.add_argument(
        "--filter", action="append", default=[], metavar="FIELD=VALUE", help=", ".join(FIELDS)
    )
    search.add_argument("--sort", choices=SORTS, default="relevance")
    search.add_argument("--limit", type=_between(0, MOST), default=20)
    search.add_argument("--offset", type=_between(0, 100_000), default=0)
    search.add_argument("--json", action="store_true")
    search.set_defaults(run=run_search)
    index = commands.add_parser("index", help="the search index: rebuild, sync or verify; key makes a key")
    index.add_argument("what", choices=("rebuild", "sync", "verify", "key"))
    index.add_argument("--json", action="store_true")
    index.set_defaults(run=run_index)


def _between(low: int, high: int) -> Any:
    def number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"between {low} and {high}")
        return value

    return number


def run_search(args: argparse.Namespace, settings: Settings) -> int:
    """Search the index that is there, without the serving process."""
    features.load_models()
    today = clock.today()
    with opened(settings) as runtime, runtime.database.reading() as session:
        index = runtime.the_index()
        asked = searching.ask(
            session,
            searching.names(session, on=today),
            text=args.text,
            sort=args.sort,
            limit=args.limit,
            offset=args.offset,
            language=settings.language,
            on=today,
            **read_filters(args.filter),
        )
        for words in asked.errors.values():
            raise Invalid(words)
        found = searching.answer_by_index(session, index, asked, on=today)
    if args.json:
        print_json(searching.as_document(found, asked))
        return 0
    print(f"{found.page.total} listings, {found.page.took_ms:.1f} ms")
    for card in found.cards:
        amount = searching.as_number(card.available, card.unit)
        price = "-" if card.price_from is None else f"{card.price_from} đ"
        print(
            f"{card.id}\t{card.title}\t{card.cooperative}\t{card.place}\t"
            f"{amount} {searching.as_unit(card.unit)}\t{price}"
        )
    return 0


def read_filters(pairs: list[str]) -> dict[str, Any]:
    """``FIELD=VALUE`` pairs as ``searching.ask`` takes them; refuses what is none."""
    many: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in FIELDS:
            raise Invalid(t("A filter is FIELD=VALUE with one of: {fields}.", fields=", ".join(FIELDS)))
        many.setdefault(name, []).append(value)
    filters: dict[str, Any] = {
        "sectors": many.get("sector", []),
        "products": many.get("product", []),
        "place_keys": many.get("place", []),
        "standards": many.get("standard", []),
        "months": many.get("month", []),
        "volume_min": many.get("volume_min", [""])[-1],
        "price_max": many.get("price_max", [""])[-1],
    }
    if "ocop" in many:
        if not re.fullmatch("[1-5]", many["ocop"][-1]):
            raise Invalid(t("OCOP stars are a number from 1 to 5."))
        filters["ocop"] = int(many["ocop"][-1])
    for month in filters["months"]:
        if not searching.is_month(month):
            raise Invalid(t("A month is written as 2026-12."))
    return filters


def run_index(args: argparse.Namespace, settings: Settings) -> int:
    """Rebuild, sync or verify; 1 when index and database differ."""
    if args.what == "key":
        return make_key(args, settings)
    features.load_models()
    with opened(settings, access="write") as runtime:
        if runtime.index is None:
            answer = _ask_serving(runtime, args.what)
        else:
            with runtime.database.exclusive(jobs.LOCK, patience=PATIENCE) as mine:
                if not mine:
                    answer = {"error": f"another process has held the index for {PATIENCE:.0f} seconds"}
                elif args.what == "verify" and settings.embedded_index:
                    # With nobody serving, what still waits counts as a difference where it is one.
                    answer = jobs.verify(runtime, runtime.index)
                else:
                    answer = jobs.do(runtime, runtime.index, args.what)
    if args.json:
        print_json(answer)
    elif "error" not in answer:
        print(_told(args.what, answer))
    if "error" in answer:
        print(f"market: {answer['error']}", file=sys.stderr)
        return 1
    if not any(answer.get(key) for key in ("missing", "beyond", "stale")):
        return 0
    print("market: index and database differ: run 'market index rebuild'", file=sys.stderr)
    return 1


def make_key(args: argparse.Namespace, settings: Settings) -> int:
    """Make the application's own key on the search server; its master key comes from standard input."""
    if settings.embedded_index:
        raise Misconfigured("MARKET_SEARCH_URL: set the address of the search server first")
    from search.meilisearch_index import make_key as make  # here, because few commands need its client

    master = read_secret("The master key of the search server: ").strip()
    try:
        key = make(settings.search_url, master_key=master, name=settings.search_index)
    except SearchUnfit as error:
        named = "the master key" if error.part == "key" else "MARKET_SEARCH_URL"
        raise Misconfigured(f"{named}: {error}") from error
    if args.json:
        print_json({"key": key})
    else:
        print(key)
    return 0


def _ask_serving(runtime: Runtime, what: str) -> dict[str, Any]:
    """Leave a request row and wait for its answer."""
    if "locked" not in runtime.index_error:
        return {"error": runtime.index_error}
    name = secrets.token_hex(8)
    key = jobs.REQUEST + name
    with runtime.database.writing() as session:
        jobs.ask(session, name=name, what=what)
    answer: str | None = None
    give_up = time.monotonic() + PATIENCE
    while answer is None and time.monotonic() < give_up:
        time.sleep(0.1)
        with runtime.database.reading() as session:
            answer = session.scalar(sa.select(IndexState.answer).where(IndexState.name == key))
    with runtime.database.writing() as session:
        session.execute(sa.delete(IndexState).where(IndexState.name == key))
    if answer is None:
        return {"error": f"the serving process has not answered within {PATIENCE:.0f} seconds"}
    found: dict[str, Any] = json.loads(answer)
    return found


def _told(what: str, answer: dict[str, Any]) -> str:
    if what == "rebuild":
        return f"index: {answer['listings']} listings"
    if what == "sync":
        return f"index: {answer['changes']} changes followed"
    lines = [f"index: {answer['listings']} listings"]
    if answer.get("waiting"):
        lines.append(f"waiting changes: {answer['waiting']} (market index sync)")
    parts = {"missing": "missing in the index", "beyond": "not to be in the index", "stale": "out of date"}
    for key, words in parts.items():
        if answer[key]:
            lines.append(f"{words}: {', '.join(str(one) for one in answer[key])}")
    if len(lines) == 1:
        lines.append("no difference")
    return "\n".join(lines)
