"""Load, in two ways. Closed: so many visitors, each of whom asks for the next page once the last one is
there; says how much can be carried. Open: so many arrive in a second whatever becomes of those before, and
wait from when they came; says how long people wait. Our own, and not locust's: that would bring gevent, Flask
and a dozen more packages into the environment for two loops.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.lib.report import percentile
from benchmarks.lib.wires import Reply, Wires

#: So many at once, and whoever comes next is turned away, which counts as an error.
MOST_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: of which kind, which status it must get, and who wants to know the answer."""

    kind: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] | None = None
    status: int = 200
    then: Callable[[Reply], None] | None = None


#: What the next visitor asks.
Deal = Callable[[], Ask]


@dataclass(slots=True)
class Met:
    """What visitors met: milliseconds and bytes of what was answered as it must be, by kind, and the rest."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def answered(self) -> int:
        """How many requests were answered as they must be."""
        return sum(map(len, self.times.values()))

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    def took(self, share: float, kind: str = "") -> float:
        """Milliseconds within which this share was answered, of a kind or of all."""
        some = self.times[kind] if kind else [one for times in self.times.values() for one in times]
        return percentile(some, share)


def closed(url: str, deal: Deal, *, visitors: int, seconds: float) -> Met:
    """So many visitors, one page after the other."""

    async def go(wires: Wires, met: Met) -> None:
        end = time.perf_counter() + seconds

        async def visit() -> None:
            while time.perf_counter() < end:
                await _ask(wires, met, deal(), time.perf_counter())

        await asyncio.gather(*(visit() for _ in range(visitors)))

    return _run(url, go)


def opened(url: str, deal: Deal, *, rate: float, seconds: float) -> Met:
    """So many new visitors a second on average, each at a moment of their own."""

    async def go(wires: Wires, met: Met) -> None:
        dice, came = random.Random(5), time.perf_counter()
        end, there = came + seconds, set[asyncio.Task[None]]()
        while (came := came + dice.expovariate(rate)) < end:
            await asyncio.sleep(max(0.0, came - time.perf_counter()))
            if len(there) >= MOST_AT_ONCE:
                met.errors.append("turned away: too many wait")
                continue
            task = asyncio.create_task(_ask(wires, met, deal(), came))
            there.add(task)
            task.add_done_callback(there.discard)
        await asyncio.gather(*there)

    return _run(url, go)


def _run(url: str, go: Callable[[Wires, Met], Coroutine[Any, Any, None]]) -> Met:
    async def run() -> Met:
        wires, met, began = Wires(url), Met(), time.perf_counter()
        await go(wires, met)
        met.seconds = time.perf_counter() - began
        wires.close()
        return met

    return asyncio.run(run())


async def _ask(wires: Wires, met: Met, ask: Ask, since: float) -> None:
    try:
        reply = await wires.ask(ask.path, headers=ask.headers, fields=ask.fields)
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as failure:
        met.errors.append(f"{ask.kind}: {ask.path}: {failure!r}")
        return
    took = (time.perf_counter() - since) * 1000
    if reply.status != ask.status:
        met.errors.append(f"{ask.kind}: {ask.path}: {reply.status}: {reply.body.decode()[-3000:]}")
        return
    met.times[ask.kind].append(took)
    met.sizes[ask.kind].append(len(reply.body))
    if ask.then is not None:
        ask.then(reply)
