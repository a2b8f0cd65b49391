"""The feed of reporting periods: each closing, revision and reopening as an entry, for whoever has to know
that figures stand otherwise. It says in which role somebody did it, never who; reasons stay inside, since
they may name units.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import User
from market.places import queries as places
from market.statistics import calendar, open_data, periods
from market.statistics.models import PeriodStep, ReportedPeriod
from market.web import atom
from market.web.atom import Entry, Feed
from market.web.context import language as spoken
from market.web.language import say
from market.web.pages import address
from market.words import Words, t

MOST_ENTRIES = 100

TITLES = {
    "closed": t("Closed: {period}"),
    "revised": t("Revised: {period}"),
    "reopened": t("Reopened: {period}"),
}
WHAT = {
    "closed": t(
        "The figures of {start} to {end} are closed, with revision number {n}. They stand until a revision "
        "is recorded."
    ),
    "revised": t("What was learned since about {start} to {end} is taken in. The revision number is {n}."),
    "reopened": t("The figures of {start} to {end} are provisional until they are closed again."),
}
OFFICER = t("Officer with the duty for figures")
ADMINISTRATOR = t("Administrator of the market")


def render(session: Session, url: Callable[[str], str]) -> bytes:
    """The feed in the language that is spoken; ``url`` makes one of our paths absolute."""
    changes = calendar.list_changes(session, limit=MOST_ENTRIES)
    administrators = set(
        session.scalars(
            sa.select(User.id).where(User.is_admin, User.id.in_({step.by for step, _ in changes if step.by}))
        )
    )
    keys = places.names_of(session, {row.place_id for _, row in changes}, on=clock.today())
    entries = [
        _entry(
            step,
            row,
            place=keys[row.place_id].key,
            role=ADMINISTRATOR if step.by is None or step.by in administrators else OFFICER,
            url=url,
        )
        for step, row in changes
    ]
    return atom.render(
        Feed(
            id=atom.tag(url("/"), "open-data/periods"),
            title=" · ".join(["Chợ Liên Kết", say(t("Reporting periods closed and revised"))]),
            href=url(address(open_data.FEED, {"lang": spoken()})),
            page=url(open_data.HOME),
            # Without entries it holds for the day.
            updated=max((one.updated for one in entries), default=clock.start_of(clock.today())),
            language=spoken(),
            entries=entries,
        )
    )


def _entry(
    step: PeriodStep, row: ReportedPeriod, *, place: str, role: Words, url: Callable[[str], str]
) -> Entry:
    about = {"start": row.first_day, "end": row.last_day, "n": step.revision}
    return Entry(
        id=atom.tag(url("/"), f"open-data/periods/{row.code}/{step.id}"),
        title=say(t(TITLES[step.step].text, period=periods.parse(row.code).words)),
        href=url(address("/statistics", {"period": row.code, "place": place})),
        author=say(role),
        published=step.at,
        updated=step.at,
        summary=say(t(WHAT[step.step].text, **about)),
        category=step.step,
    )
