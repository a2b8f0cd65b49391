"""Background work: gathers each feature's jobs and runs them by the clock, in one thread of the web process
(embedded profile) or in a process of its own. Also the one place that says who listens to which event.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from market import clock, events, features, in_use
from market.calls import service as calls
from market.demands import outcomes as demands
from market.errors import Conflict
from market.links import losses
from market.listings import indexing
from market.moderation import hiding
from market.runtime import Job, Runtime
from market.words import t
from search.errors import SearchUnavailable

log = logging.getLogger("market.worker")

#: Jobs by the clock are done by one process at a time.
LOCK = "clock"
#: Seconds by which the clock may move against the machine's own count of time from one look to the next.
JUMP = 60.0
#: Seconds for which jobs by the clock wait after it has jumped: so long there is to put it right.
SETTLES = 600.0
#: Seconds that a job under way has to end by itself once the worker is stopped, and then for its statements
#: to be ended; what is left of it is done when it is next due.
PATIENCE, LAST_WORDS = 10.0, 5.0
#: What counts seconds whatever the clock is set to, and in a machine that sleeps as well.
COUNT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def subscribe_all() -> None:
    """Connect upper features to the events of lower ones; calling it again changes nothing."""
    events.subscribe("lot.short", losses.on_lot_short)
    events.subscribe("link.agreed", demands.on_agreed)
    events.subscribe("amendment.accepted", demands.on_amended)
    events.subscribe("link.agreed", calls.on_agreed)
    events.subscribe("assisted.denied", calls.on_denied)
    events.subscribe("inquiry.kept", demands.on_held)
    for name in ("inquiry.declined", "inquiry.expired", "inquiry.withdrawn", "inquiry.released"):
        events.subscribe(name, demands.on_fell_away)
    events.subscribe("inquiry.at_risk", demands.on_held_less)
    for name in ("link.at_risk", "link.lapsed", "link.short", "link.ended_early"):
        events.subscribe(name, demands.on_link_short)
    for state in ("verified", "ended", "suspended", "revoked"):
        events.subscribe(f"certificate.{state}", indexing.on_certificate_moved)
    for name in ("party.renamed", "party.moved", "party.status_changed"):
        events.subscribe(name, indexing.on_party_changed)
    events.subscribe("listing.published", hiding.on_published)


def jobs() -> list[Job]:
    """Every feature's jobs, in the features' order."""
    return [job for module in features.gather("jobs") for job in module.JOBS]


def run_due(runtime: Runtime, *, long: bool = True, patience: float = 0.0) -> dict[str, int]:
    """Run all jobs, or those alone that do not take ``long``, round after round, until none finds anything
    left to do: one makes work for another (what expires is told by a message). Says how much each did.
    While another process does them only what several may do at once is done; with ``patience`` (seconds) that
    process is waited for, and where it does not let go nothing is done (Conflict).
    """
    done: dict[str, int] = {}
    busy = True
    with runtime.database.exclusive(LOCK, patience=patience) as mine:
        if patience and not mine:
            raise Conflict(t("Another process is doing the background work. Please try again in a moment."))
        while busy:
            busy = False
            for job in jobs():
                if job.long and not long:
                    continue
                while (mine or job.shared) and (count := job.run(runtime)):
                    done[job.name] = done.get(job.name, 0) + count
                    busy = True
    return done


def _run(job: Job, runtime: Runtime) -> None:
    if job.shared:
        job.run(runtime)
        return
    with runtime.database.exclusive(LOCK) as mine:
        if mine:
            job.run(runtime)


class Watch:
    """Whether the clock goes on as time does. What falls due by a clock that somebody sets an hour or a year
    ahead by mistake is not to be undone: it waits for a while, and not at all once the clock is put back.
    """

    def __init__(self, *, settles: float = SETTLES) -> None:
        self._settles = settles
        self._trusted = self._apart()
        self._jumped, self._since = self._trusted, 0.0

    def steady(self) -> bool:
        """Whether the clock can be gone by."""
        apart, now = self._apart(), time.monotonic()
        if abs(apart - self._trusted) > JUMP:
            if abs(apart - self._jumped) > JUMP:
                self._jumped, self._since = apart, now
                log.error(
                    "the clock has jumped by %.0f s: what falls due by it waits for %.0f s",
                    apart - self._trusted,
                    self._settles,
                )
            if now - self._since < self._settles:
                return False
        self._trusted = self._jumped = apart
        return True

    @staticmethod
    def _apart() -> float:
        return clock.now().timestamp() - time.clock_gettime(COUNT)


class Worker:
    """The threads that run the jobs: one for those that may take long, one for all others. A job that fails
    is logged and tried again later.
    """

    def __init__(self, runtime: Runtime, mine: Sequence[Job] | None = None) -> None:
        self._runtime = runtime
        self._stop = threading.Event()
        all_jobs = jobs() if mine is None else mine
        self._threads = [
            threading.Thread(
                target=self._run,
                args=([job for job in all_jobs if job.long is long],),
                name=name,
                daemon=True,
            )
            for name, long in (("worker", False), ("worker, long", True))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until stopped."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(timeout=1)

    def stop(self, *, patience: float = PATIENCE) -> None:
        """Begin nothing more, and give what is under way so many seconds; then its statements are ended. What
        asks the database nothing by then dies with the process.
        """
        self._stop.set()
        self._wait(patience)
        give_up = time.monotonic() + LAST_WORDS
        while self.alive and time.monotonic() < give_up:
            in_use.end_statements(self._runtime.database.engine)
            self._wait(0.5)

    @property
    def alive(self) -> bool:
        """Whether a job is under way, or one may yet begin."""
        return any(thread.is_alive() for thread in self._threads)

    def _wait(self, seconds: float) -> None:
        give_up = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(timeout=max(0.0, give_up - time.monotonic()))

    def _run(self, mine: list[Job]) -> None:
        due, watch = dict.fromkeys(mine, 0.0), Watch()
        while not self._stop.is_set():
            moment = time.monotonic()
            for job, at in due.items():
                if moment < at or self._stop.is_set():
                    continue
                pause = job.every
                if not job.shared and not watch.steady():
                    due[job] = moment + min(pause, 5.0)
                    continue
                try:
                    _run(job, self._runtime)
                except SearchUnavailable as away:
                    log.warning("job %s waits: %s", job.name, away)
                    pause = max(pause, 1.0)
                except Exception:
                    if self._stop.is_set():
                        log.info("job %s was ended half way, it is done when it is next due", job.name)
                        return
                    log.exception("job %s failed", job.name)
                    pause = max(pause, 5.0)
                due[job] = time.monotonic() + pause
            self._stop.wait(max(0.02, min(due.values(), default=time.monotonic() + 1) - time.monotonic()))


def start(runtime: Runtime) -> Worker:
    """Start the jobs in a thread of this process."""
    worker = Worker(runtime)
    worker.start()
    return worker
