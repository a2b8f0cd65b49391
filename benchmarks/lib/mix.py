"""What the visitors of a market ask, a hundred requests at a time in the shares below: like a deck of cards
that is shuffled, dealt out, and shuffled again. Most search and look; some sign in, ask and trade, each with
an account, a session and a form as the pages make them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import accumulate, count
from urllib.parse import urlencode

from benchmarks.lib.loops import Ask
from benchmarks.lib.traders import Traders
from benchmarks.lib.wires import Reply
from market import clock
from market.accounts import current
from market.statistics import indicators, periods
from market.web import cookies, csrf
from market.web.context import CSRF_COOKIE
from tests.make import PASSWORD
from tests.trade import listing_form

#: Of a hundred: 70 searches, 15 listings, 8 of statistics, 5 to sign in and ask, 2 writes of sellers.
SHARES = {
    "search, page": 40,
    "search, as one types": 30,
    "listing": 15,
    "statistics, all figures": 4,
    "statistics, one figure": 4,
    "sign in": 2,
    "form to ask": 1,
    "inquiry sent": 2,
    "listing put up": 1,
    "inquiry accepted": 1,
}
LOOKING = {kind: SHARES[kind] for kind in ("search, page", "search, as one types", "listing")}
HTMX = {"HX-Request": "true", "HX-Target": "results"}
SECRET = "a" * 32
#: What is added to a search by one in four.
MORE = ({"sort": "price"}, {"page": "2"}, {"sector": "aquaculture"}, {"sort": "newest"}, {"ocop": "3"})


@dataclass
class Mix:
    """Deals out what is asked next, of a market with so many listings. ``key``: its secret key."""

    key: str
    listings: int
    questions: list[str]
    traders: Traders
    shares: dict[str, int] = field(default_factory=lambda: SHARES)
    _deck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice, self._numbers = random.Random(17), count(1)
        # The second of the questions is asked half as often as the first, the third a third as often.
        self._weights = list(accumulate(1 / number for number in range(1, len(self.questions) + 1)))
        self._ways: dict[str, Callable[[], Ask]] = {
            "search, page": lambda: Ask("search, page", self._search()),
            "search, as one types": lambda: Ask("search, as one types", self._search(), HTMX),
            "listing": lambda: Ask("listing", f"/listings/{self._dice.randint(1, self.listings)}"),
            "statistics, all figures": self._figures,
            "statistics, one figure": self._figure,
            "sign in": self._sign_in,
            "form to ask": self._form,
            "inquiry sent": self._inquire,
            "listing put up": self._list,
            "inquiry accepted": self._accept,
        }
        ended = [next(periods.ended("year", today=clock.today(), count=1))]
        ended += periods.ended("quarter", today=clock.today(), count=8)
        self._periods = [one.code for one in ended]
        self._codes = [one.code for one in indicators.ALL if one.access in ("register", "trade")]

    def like(self, shares: dict[str, int]) -> Mix:
        """The same people in other shares."""
        return replace(self, shares=shares, _deck=[])

    def __call__(self) -> Ask:
        """The next."""
        if not self._deck:
            self._deck = [kind for kind, share in self.shares.items() for _ in range(share)]
            self._dice.shuffle(self._deck)
        return self._ways[self._deck.pop()]()

    def _search(self) -> str:
        [question] = self._dice.choices(self.questions, cum_weights=self._weights)
        more = self._dice.choice(MORE) if self._dice.random() < 0.25 else {}
        return f"/listings?{urlencode({'q': question, **more})}"

    def _period(self) -> str:
        # Half of them look at what is shown first.
        return "" if self._dice.random() < 0.5 else f"?period={self._dice.choice(self._periods)}"

    def _figures(self) -> Ask:
        return Ask("statistics, all figures", f"/statistics{self._period()}")

    def _figure(self) -> Ask:
        return Ask("statistics, one figure", f"/statistics/{self._dice.choice(self._codes)}{self._period()}")

    def _sign_in(self) -> Ask:
        who = self._dice.choice([*self.traders.sellers.values(), *self.traders.buyers])
        return self._form_of("sign in", "/account/sign-in", {"login": who.login, "password": PASSWORD}, "")

    def _form(self) -> Ask:
        lead, buyer = self._dice.choice(self.traders.leads), self._dice.choice(self.traders.buyers)
        return Ask("form to ask", f"/inquiries/new/{lead.listing_id}", self._headers(buyer.token))

    def _inquire(self) -> Ask:
        lead, buyer = self.traders.leads.popleft(), self._dice.choice(self.traders.buyers)
        seller = self.traders.sellers[lead.seller_id].token

        def sent(reply: Reply) -> None:
            self.traders.waiting.append((int(reply.header("location").rsplit("/", 1)[1]), seller))

        fields = {"volume": "100 kg", "price": "9.400", "from": lead.first, "to": lead.last}
        return self._form_of(
            "inquiry sent", f"/inquiries/new/{lead.listing_id}", fields | self._once(), buyer.token, then=sent
        )

    def _accept(self) -> Ask:
        if not self.traders.waiting:  # all are on their way: two are sent for each that is accepted
            return self._inquire()
        inquiry_id, token = self.traders.waiting.popleft()
        return self._form_of("inquiry accepted", f"/links/agree/{inquiry_id}", {"version": "1"}, token)

    def _list(self) -> Ask:
        number, seller = next(self._numbers), self._dice.choice(list(self.traders.sellers.values()))
        form = listing_form(f"Lúa ST25 lô {number}", **self._once())
        return self._form_of("listing put up", "/listings", form, seller.token)

    def _once(self) -> dict[str, str]:
        return {"once": f"{self._dice.getrandbits(96):024x}"}

    def _form_of(
        self,
        kind: str,
        path: str,
        fields: dict[str, str],
        token: str,
        then: Callable[[Reply], None] | None = None,
    ) -> Ask:
        signed = {**fields, csrf.FIELD: csrf._sign(self.key, SECRET)}
        return Ask(kind, path, self._headers(token), signed, status=303, then=then)

    @staticmethod
    def _headers(token: str) -> dict[str, str]:
        held = {CSRF_COOKIE: SECRET} | ({current.COOKIE: token} if token else {})
        pairs = (f"{cookies.name_of(name, secure=True)}={value}" for name, value in held.items())
        return {"Cookie": "; ".join(pairs)}
