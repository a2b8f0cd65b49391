"""People who go on using the market while it breaks: a manager who lists and puts photos up, one who agrees,
a buyer who asks, and some who look. What they were told is kept, to be compared with what is there then.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from typing import Any

import httpx2

from market import clock
from market.accounts import current
from market.web import csrf
from tests.listings.shots import shot
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
    buyer: str
    inquiries: list[int]
    #: What they were told is done: titles of listings, agreed inquiries, listings with a photo, inquiries.
    listed: list[str] = field(default_factory=list)
    agreed: list[int] = field(default_factory=list)
    pictured: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    #: Listings that are yet to be asked about, and to get a photo.
    to_ask: deque[int] = field(default_factory=deque)
    to_show: deque[int] = field(default_factory=deque)
    #: Whether every inquiry was answered.
    all_agreed: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """They go on until the block ends."""
        deeds: list[Callable[[], None]] = [
            self._list,
            self._agree,
            self._ask,
            self._show,
            self._look,
            self._look,
        ]
        threads = [threading.Thread(target=deed) for deed in deeds]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self.stop.set()
            for one in threads:
                one.join()

    @property
    def done(self) -> int:
        """How much they were told is done."""
        return sum(map(len, (self.listed, self.agreed, self.pictured, self.asked)))

    def _list(self) -> None:
        for number in count(1):
            title = f"Lúa số {number} của loạt thử"
            answer = self._insist("/listings", listing_form(title, once=f"fault{number}"))
            if answer is None:
                return
            self.listed.append(title)
            made = _led_to("listings", answer)
            self.to_ask.append(made)
            if number % 4 == 1:
                self.to_show.append(made)

    def _agree(self) -> None:
        for inquiry in self.inquiries:
            # More is asked than there is: what is refused for good is passed over.
            answer = self._insist(f"/links/agree/{inquiry}", {"version": "1"}, refusals=(409, 422))
            if answer is None:
                return
            if answer.status_code == 303:
                self.agreed.append(inquiry)
            time.sleep(0.2)
        self.all_agreed = True

    def _ask(self) -> None:
        today = clock.today()
        for number, listing in enumerate(self._coming(self.to_ask)):
            fields = {
                "volume": "1 tấn",
                "price": "9.400",
                "from": today.isoformat(),
                "to": (today + timedelta(days=9)).isoformat(),
                "once": f"ask{number}",
            }
            answer = self._insist(f"/inquiries/new/{listing}", fields, token=self.buyer)
            if answer is None:
                return
            self.asked.append(_led_to("inquiries", answer))

    def _show(self) -> None:
        for number, listing in enumerate(self._coming(self.to_show)):
            photo = shot("JPEG", (400, 300), seed=7 * number)
            # A disk that takes no more is a refusal beside the field: it is sent again as well.
            answer = self._insist(f"/listings/{listing}/photos", {}, photo=photo)
            if answer is None:
                return
            self.pictured.append(listing)

    def _coming(self, held: deque[int]) -> Iterator[int]:
        while not self.stop.is_set():
            if held:
                yield held.popleft()
            else:
                time.sleep(0.05)

    def _look(self) -> None:
        for path in cycle(LOOKED_AT):
            if self.stop.is_set():
                return
            self._send("GET", path, None)
            time.sleep(0.02)

    def _insist(
        self,
        path: str,
        fields: Mapping[str, str],
        refusals: tuple[int, ...] = (),
        *,
        token: str = "",
        photo: bytes = b"",
    ) -> Any:
        """Send the same form until it is answered, as people do who get no answer; None at the end."""
        while not self.stop.is_set():
            answer = self._send("POST", path, fields, token or self.seller, photo)
            if answer is not None and (answer.status_code == 303 or answer.status_code in refusals):
                return answer
            time.sleep(0.1)
        return None

    def _send(
        self, method: str, path: str, fields: Mapping[str, str] | None, token: str = "", photo: bytes = b""
    ) -> Any:
        began = time.monotonic()
        data = {**fields, csrf.FIELD: csrf._sign(self.key, SECRET)} if fields is not None else None
        headers = {"Cookie": f"{current.COOKIE}={token}; csrf={SECRET}"} if token else {}
        files = [("photos", ("a.jpg", photo))] if photo else None
        try:
            answer = httpx2.request(
                method, self.url + path, data=data, files=files, headers=headers, timeout=30
            )
        except httpx2.TransportError:
            self.seen["line"] += 1
            return None
        self.slowest = max(self.slowest, time.monotonic() - began)
        if answer.status_code < 400:
            self.seen["done"] += 1
        else:
            in_words = answer.status_code != 500 and "<h1" in answer.text
            self.seen["told" if in_words else "fault"] += 1
        return answer


def _led_to(what: str, answer: Any) -> int:
    found = re.search(rf"/{what}/([0-9]+)", answer.headers["location"])
    assert found, answer.headers
    return int(found[1])
