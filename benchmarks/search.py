"""What a search costs over so many listings: the bare engine's answer, the block that htmx gets, the whole
page and the JSON API, on both profiles, one client, and what somebody would pick instead of ours, filled with
the same texts (`lib/rivals.py`). Everything against bare Meilisearch in the same run.

`MARKET_BENCH_SIZES` (default 1000,10000,100000) are the sizes of the curve; `MARKET_BENCH_RIVALS=no` leaves
out what somebody would pick instead, which takes most of the time of a large one.
"""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import quote

from benchmarks.lib import engines, market, questions, rivals
from benchmarks.lib.bare import Bare
from benchmarks.lib.http import Client
from benchmarks.lib.report import percentile, tell
from benchmarks.lib.rows import Rival
from tests import processes
from tests.profiles import Server

SIZES = tuple(int(size) for size in os.environ.get("MARKET_BENCH_SIZES", "1000,10000,100000").split(","))
RIVALS = os.environ.get("MARKET_BENCH_RIVALS", "yes") != "no"
#: So many are put for the first time by each of the three ways; as many again warm up.
QUESTIONS = 150
WARM = 50
ROUNDS = 2
HTMX = {"HX-Request": "true", "HX-Target": "results"}

BARE = "bare Meilisearch"
AGAIN, FIRST = "", ", asked for the first time"

#: Puts a question and says how many milliseconds it took.
Way = Callable[[str], float]
Timings = dict[str, list[float]]


def main() -> None:
    """Measure and print."""
    with engines.folder() as where:
        asked = questions.asked(where, WARM + QUESTIONS)
        for size in SIZES:
            measure(where / str(size), size, asked)


def measure(where: Path, size: int, asked: list[str]) -> None:
    """One size: both profiles and the rivals beside each other, question by question."""
    with ExitStack() as stack:
        others: dict[str, Way] = {}
        ours: dict[str, dict[str, Way]] = {}
        for name in market.PROFILES:
            profile = stack.enter_context(market.profile(name, where / name))
            settings = profile.empty(where / name / "data")
            market.fill(settings, size)
            began = time.perf_counter()
            market.index(settings)
            rate = size / (time.perf_counter() - began)
            tell("search", f"{name}: rebuild, {size} listings", rate, "listings/s", n=size)
            client = Client(stack.enter_context(processes.serving(settings)))
            ours[name] = {f"{name}: {way}": ask for way, ask in ways_of(client).items()}
            if isinstance(profile, Server):
                bare = Bare(profile.meilisearch, settings)
                stack.callback(bare.close)
                others |= {BARE: bare.ask, f"{BARE}, by its client": bare.ask_by_client}
        documents = market.documents(settings) if RIVALS else []
        for rival in stack.enter_context(rivals.standing(where / "rivals")) if RIVALS else ():
            rival.fill(documents)
            others[rival.name] = partial(answered, rival)
        tell_all(size, timed(others, ours, asked))


def ways_of(client: Client) -> dict[str, Way]:
    """The three ways to ask one of our profiles."""

    def ask(address: str, sent: dict[str, str], text: str) -> float:
        took, status, _ = client.ask(address + quote(text), headers=sent)
        assert status == 200, (address, text, status)
        return took

    return {
        "block": partial(ask, "/listings?q=", HTMX),
        "page": partial(ask, "/listings?q=", {}),
        "API": partial(ask, "/api/v1/listings?q=", {}),
    }


def answered(rival: Rival, text: str) -> float:
    """Milliseconds until the ids, the total and all counts are there."""
    began = time.perf_counter()
    rival.search(text)
    return (time.perf_counter() - began) * 1000


def timed(others: dict[str, Way], ours: dict[str, dict[str, Way]], asked: list[str]) -> Timings:
    """Each question put in each way in turn, so that what else the machine does strikes all alike."""
    timings: Timings = {}

    def put(text: str, ways: dict[str, Way], when: str | None) -> None:
        for figure, ask in ways.items():
            took = ask(text)
            if when is not None:
                timings.setdefault(figure + when, []).append(took)

    everything = {**others, **{figure: ask for ways in ours.values() for figure, ask in ways.items()}}
    for text in asked[:WARM]:
        put(text, everything, None)
    for number, text in enumerate(asked[WARM:]):
        put(text, others, None)
        for ways in ours.values():
            # Whoever asks first leaves the answer to the others, so one of the three does.
            figure = list(ways)[number % len(ways)]
            put(text, {figure: ways[figure]}, FIRST)
    # The answers of before the process knew a state of the index are not kept: once more, untimed.
    for text in asked[WARM:]:
        put(text, everything, None)
    for round_ in range(ROUNDS):
        for number, text in enumerate(asked[WARM:]):
            put(text, others, AGAIN)
            for ways in ours.values():
                put(text, _turned(ways, round_ + number), AGAIN)
    return timings


def _turned(ways: dict[str, Way], by: int) -> dict[str, Way]:
    """The same in another order: whoever comes first after the others finds processes that have rested."""
    names = list(ways)
    by %= len(names)
    return {name: ways[name] for name in names[by:] + names[:by]}


def tell_all(size: int, timings: Timings) -> None:
    """Each figure beside bare Meilisearch."""
    against = timings[BARE]
    for figure, values in timings.items():
        for share in (0.5, 0.95, 0.99):
            value, other = percentile(values, share), percentile(against, share)
            tell(
                "search",
                f"{figure}, {size} listings, p{share * 100:.0f}",
                value,
                "ms",
                against=BARE,
                ratio=value / other,
                n=len(values),
            )


if __name__ == "__main__":
    main()
