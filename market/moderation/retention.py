"""How long what is kept for a while is kept, all in one place, and the job that deletes what is over. What
has no line here stays: deeds, the register, the log of events, official words (docs/privacy.md says which
and why).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import jobs as accounts
from market.accounts.models import ApiToken
from market.assisted.models import AssistedCall, AssistedEntry
from market.listings.ledger_models import Search, SearchSubject
from market.listings.saved_news import REMEMBERED
from market.moderation.complaint_models import Complaint, ComplaintWords
from market.moderation.data_models import DataRequest, DataRequestWords
from market.moderation.models import Appeal, AppealWords, Report, ReportWords
from market.notices.models import Message, Notice, Waiting
from market.runtime import Runtime
from market.spreadsheets.models import Upload
from market.words import Words, t

Statements = Callable[[datetime], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Period:
    """What is kept, for so many days, counted from what; ``over`` gives the statements that delete what ended
    before a moment, None where another job does it (accounts/jobs.py, listings/saved_news.py).
    """

    code: str
    what: Words
    days: int
    since: Words
    over: Statements | None = None


def _notices(before: datetime) -> Sequence[Any]:
    old = sa.select(Notice.id).where(Notice.created_at < before)
    return (
        sa.delete(Message).where(Message.notice_id.in_(old)),
        sa.delete(Waiting).where(Waiting.notice_id.in_(old)),
        sa.delete(Notice).where(Notice.created_at < before),
    )


def _messages(before: datetime) -> Sequence[Any]:
    return (sa.delete(Message).where(Message.state.in_(("sent", "failed")), Message.created_at < before),)


def _searches(before: datetime) -> Sequence[Any]:
    old = sa.select(Search.id).where(Search.searched_at < before)
    return (
        sa.delete(SearchSubject).where(SearchSubject.search_id.in_(old)),
        sa.delete(Search).where(Search.searched_at < before),
    )


def _uploads(before: datetime) -> Sequence[Any]:
    ended = sa.func.coalesce(Upload.done_at, Upload.checked_at)
    over = Upload.state.in_(("refused", "applied", "dropped"))
    return (sa.delete(Upload).where(over, ended < before),)


def _tokens(before: datetime) -> Sequence[Any]:
    return (sa.delete(ApiToken).where(ApiToken.revoked_at < before),)


def _reports(before: datetime) -> Sequence[Any]:
    old = sa.select(Report.id).where(Report.decided_at < before)
    return (sa.delete(ReportWords).where(ReportWords.report_id.in_(old)),)


def _appeals(before: datetime) -> Sequence[Any]:
    old = sa.select(Appeal.hiding_id).where(Appeal.decided_at < before)
    return (sa.delete(AppealWords).where(AppealWords.hiding_id.in_(old)),)


def _complaints(before: datetime) -> Sequence[Any]:
    old = sa.select(Complaint.id).where(Complaint.closed_at < before)
    return (sa.delete(ComplaintWords).where(ComplaintWords.complaint_id.in_(old)),)


def _requests(before: datetime) -> Sequence[Any]:
    old = sa.select(DataRequest.id).where(DataRequest.finished_at < before)
    return (sa.delete(DataRequestWords).where(DataRequestWords.request_id.in_(old)),)


def _calls(before: datetime) -> Sequence[Any]:
    old = sa.select(AssistedEntry.id).where(AssistedEntry.made_at < before)
    return (sa.delete(AssistedCall).where(AssistedCall.entry_id.in_(old)),)


_ENDED, _MADE, _DECIDED = t("from its end"), t("from when it was made"), t("from the decision")

PERIODS: tuple[Period, ...] = (
    Period("sign_ins", t("Sign-ins with their device"), accounts.KEPT.days, _ENDED),
    Period("codes", t("One-time codes and links"), accounts.SHORTLY.days, _ENDED),
    Period("tries", t("Failed tries, by a hash"), accounts.SHORTLY.days, _MADE),
    Period("answers", t("Answers kept for a repeated request"), accounts.KEPT.days, _MADE),
    Period("tellings", t("What a saved search has told"), REMEMBERED.days, _MADE),
    Period("tokens", t("Programs' tokens that were revoked"), 365, _ENDED, _tokens),
    Period("messages", t("E-mails and SMS that were sent"), 90, _MADE, _messages),
    Period("notices", t("News in the application"), 365, _MADE, _notices),
    Period("uploads", t("Files that were sent: name and what was found"), 180, _ENDED, _uploads),
    Period("searches", t("Searches: known words and the hour, of nobody"), 1826, _MADE, _searches),
    Period("reports", t("Words and contact of a report"), 180, _DECIDED, _reports),
    Period("appeals", t("Words of an objection"), 730, _DECIDED, _appeals),
    Period("complaints", t("Words and contact of a complaint"), 730, _ENDED, _complaints),
    Period("calls", t("Who called for an entry by phone, and what was noted"), 730, _MADE, _calls),
    Period("requests", t("Words of a request about own data"), 730, _ENDED, _requests),
)


def days_of(code: str) -> int:
    """For how many days something of this code is kept."""
    return next(one.days for one in PERIODS if one.code == code)


def delete_over(session: Session, *, now: datetime) -> dict[str, int]:
    """Delete what is over at a moment; says how many rows of each period."""
    found = {}
    for period in PERIODS:
        if period.over is not None:
            before = now - timedelta(days=period.days)
            done = [len(session.execute(one.returning(sa.literal(1))).all()) for one in period.over(before)]
            found[period.code] = sum(done)
    return found


def purge(runtime: Runtime) -> int:
    """The job: delete what is over; says how many rows."""
    with runtime.database.writing() as session:
        return sum(delete_over(session, now=clock.now()).values())
