"""People who go on using the market while it breaks: a manager who lists, one who agrees, and some who look.
What they were told is kept, to be compared with what is there afterwards.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle

import httpx2

from market.accounts import current
from market.web import csrf
from tests.trade import listing_form

SECRET = "f" * 32
LOOKED_AT = (
    "/",
    "/listings?q=lua",
    "/listings?q=tom+su&sort=price",
    "/cooperatives",
    "/statistics/cooperatives",
)


@dataclass
class Visitors:
    """What they do and what came of it, since it was last set to nothing (``seen``): ``done``, ``told`` (a
    refusal, or that something is away, in words), ``fault`` (an error without), ``line`` (no answer at all).
    """

    url: str
    key: str
    seller: str
    inquiries: list[int]
    listed: list[str] = field(default_factory=list)
    agreed: list[int] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """They go on until the block ends."""
        deeds: list[Callable[[], None]] = [self._list, self._agree, self._look, self._look]
        threads = [threading.Thread(target=deed) for deed in deeds]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self.stop.set()
            for one in threads:
                one.join()

    def _list(self) -> None:
        for number in count(1):
            title = f"Lúa số {number} của loạt thử"
            if not self._insist("/listings", listing_form(title, once=f"fault{number}")):
                return
            self.listed.append(title)

    def _agree(self) -> None:
        for inquiry in self.inquiries:
            # More is asked than there is: what is refused for good is passed over.
            status = self._insist(f"/links/agree/{inquiry}", {"version": "1"}, refusals=(409, 422))
            if not status:
                return
            if status == 303:
                self.agreed.append(inquiry)
            time.sleep(0.2)

    def _look(self) -> None:
        for path in cycle(LOOKED_AT):
            if self.stop.is_set():
                return
            self._ask("GET", path, None)
            time.sleep(0.02)

    def _insist(self, path: str, fields: Mapping[str, str], refusals: tuple[int, ...] = ()) -> int:
        """Send the same form until it is answered, as people do who get no answer."""
        while not self.stop.is_set():
            status = self._ask("POST", path, fields)
            if status == 303 or status in refusals:
                return status
            time.sleep(0.1)
        return 0

    def _ask(self, method: str, path: str, fields: Mapping[str, str] | None) -> int:
        began = time.monotonic()
        data = {**fields, csrf.FIELD: csrf._sign(self.key, SECRET)} if fields else None
        headers = {"Cookie": f"{current.COOKIE}={self.seller}; csrf={SECRET}"} if fields else {}
        try:
            answer = httpx2.request(method, self.url + path, data=data, headers=headers, timeout=30)
        except httpx2.TransportError:
            self.seen["line"] += 1
            return 0
        self.slowest = max(self.slowest, time.monotonic() - began)
        status = answer.status_code
        if status < 400:
            self.seen["done"] += 1
        else:
            self.seen["told" if status != 500 and "<h1" in answer.text else "fault"] += 1
        return status
