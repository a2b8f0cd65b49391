"""Erasing a person: the rows that are personal are emptied or removed, what others wrote of the person is
blotted out, and no deed and no figure changes (rule 7 of the glossary). Deeds keep the account's number,
which leads to nobody any more. Which columns are personal is told in data_map.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import throttle
from market.accounts.models import (
    ApiToken,
    Consent,
    FailedTry,
    Membership,
    OfficerDuty,
    OneTimeCode,
    Person,
    RecoveryCode,
    SecondFactor,
    SecurityKey,
    SignIn,
    User,
)
from market.accounts.queries import holds
from market.assisted.models import AssistedCall, AssistedEntry
from market.events import Actor, Event
from market.files.models import FileTitle, StoredFile
from market.inquiries.models import Remark
from market.listings import sight
from market.listings.models import Listing
from market.listings.photo_models import ListingPhoto
from market.listings.saved_models import SavedSearch, Told
from market.moderation import complaints
from market.moderation import service as moderation
from market.moderation.complaint_models import Complaint, ComplaintWords
from market.moderation.data_models import DataRequest, DataRequestWords
from market.moderation.models import Appeal, AppealWords, Report, ReportWords
from market.moderation.traces import Traces
from market.notices.models import Choice, Message, Notice, Waiting
from market.once import Once
from market.parties.models import (
    Identity,
    Party,
    PartyContact,
    PartyName,
    Representative,
    RepresentativePerson,
)
from market.spreadsheets.models import AT_WORK, Upload
from search import vietnamese

#: Words of others that may name a person: blotted out where they do.
OTHERS_WORDS: tuple[Any, ...] = (
    Remark.text,
    ListingPhoto.alt,
    Party.refusal,
    FileTitle.title,
    ApiToken.name,
    ReportWords.words,
    ReportWords.contact,
    AppealWords.words,
    DataRequestWords.words,
    DataRequestWords.answer,
    ComplaintWords.name,
    ComplaintWords.contact,
    ComplaintWords.words,
    ComplaintWords.answer,
    AssistedCall.name,
    AssistedCall.phone,
    AssistedCall.note,
    AssistedCall.words,
    AssistedCall.outcome,
)


def erase_person(session: Session, *, actor: Actor, user_id: int) -> None:
    """Erase the person behind an account, which nobody signs in with any more. Again it changes nothing."""
    person = session.get(Person, user_id)
    name, email, phone = (person.name, person.email, person.phone) if person else ("", None, None)
    ways = Traces.of(name=name, email=email, phones=[phone])
    mine = _parties_of_nobody_else(session, user_id)
    _forget_sign_ins(session, user_id, [one for one in (email, phone) if one])
    _forget_words(session, user_id)
    _forget_calls(session, user_id, phone)
    _forget_representation(session, user_id, name)
    _forget_contacts(session, email, phone)
    for party in mine:
        ways = Traces(ways.ways + _forget_household(session, party).ways)
    _forget_notices(session, user_id, ways)
    _forget_searches(session, user_id, ways)
    _forget_uploads(session, user_id, ways)
    _forget_answers(session, user_id, ways)
    _blot_out(session, ways)
    _close(session, user_id)
    if person is not None:
        session.execute(sa.delete(Person).where(Person.user_id == user_id))
        session.expunge(person)
        events.record(session, Event("account.erased", user_id, actor))


def _parties_of_nobody_else(session: Session, user_id: int) -> list[Party]:
    """Household businesses that only this person has ever acted for: their name, address and tax code are the
    person's own (of other kinds of parties they are the party's).
    """
    acted = sa.select(Membership.party_id).where(Membership.user_id == user_id)
    others = sa.select(Membership.party_id).where(Membership.user_id != user_id)
    return list(
        session.scalars(
            sa.select(Party).where(
                Party.id.in_(acted), Party.id.not_in(others), Party.kind == "household_business"
            )
        )
    )


def _forget_sign_ins(session: Session, user_id: int, logins: list[str]) -> None:
    for table in (SignIn, ApiToken, OneTimeCode, RecoveryCode, SecurityKey, SecondFactor):
        session.execute(sa.delete(table).where(table.user_id == user_id))
    keys = [throttle.key(action, login) for action in ("sign-in", "code") for login in logins]
    keys += [throttle.key(action, str(user_id)) for action in ("password", "second")]
    source = moderation.source_of(user_id)
    keys += [throttle.key(action, source) for action in (moderation.ACTION, complaints.ACTION)]
    session.execute(sa.delete(FailedTry).where(FailedTry.key_hash.in_(keys)))


def _forget_words(session: Session, user_id: int) -> None:
    """What the person wrote. That a side said something, and when, stays."""
    session.execute(sa.update(Remark).where(Remark.user_id == user_id).values(text=""))
    _forget_files(session, user_id)
    for words, key, of in (
        (ReportWords, ReportWords.report_id, sa.select(Report.id).where(Report.user_id == user_id)),
        (AppealWords, AppealWords.hiding_id, sa.select(Appeal.hiding_id).where(Appeal.user_id == user_id)),
        (
            ComplaintWords,
            ComplaintWords.complaint_id,
            sa.select(Complaint.id).where(Complaint.user_id == user_id),
        ),
        (
            DataRequestWords,
            DataRequestWords.request_id,
            sa.select(DataRequest.id).where(DataRequest.user_id == user_id),
        ),
    ):
        session.execute(sa.delete(words).where(key.in_(of)))


def _forget_calls(session: Session, user_id: int, phone: str | None) -> None:
    """What the person noted, said or did about entries by phone, and who called where it was the person."""
    for whose, column in (("made_by", "note"), ("answered_by", "words"), ("settled_by", "outcome")):
        mine = sa.select(AssistedEntry.id).where(getattr(AssistedEntry, whose) == user_id)
        session.execute(sa.update(AssistedCall).where(AssistedCall.entry_id.in_(mine)).values({column: ""}))
    if phone:
        called = sa.update(AssistedCall).where(AssistedCall.phone == phone)
        session.execute(called.values(name="", phone=""))


def _forget_files(session: Session, user_id: int) -> None:
    """What came with the person's words goes with them (a job takes away what no row names). Contracts, slips
    and weighing notes are deeds: they stay, but not what the person had called them.
    """
    mine = sa.select(StoredFile.id).where(StoredFile.added_by == user_id)
    session.execute(sa.delete(FileTitle).where(FileTitle.file_id.in_(mine)))
    session.execute(sa.delete(StoredFile).where(StoredFile.added_by == user_id, StoredFile.kind == "word"))


def _forget_representation(session: Session, user_id: int, name: str) -> None:
    """The name goes; on what ground the party was bound stays, without the scan of the paper."""
    acted = sa.select(Membership.party_id).where(Membership.user_id == user_id)
    named = sa.select(RepresentativePerson.representative_id).where(RepresentativePerson.name == name)
    # A row of the register that came from a spreadsheet knows no account, only the name.
    by_name = sa.and_(Representative.party_id.in_(acted), Representative.id.in_(named))
    mine = sa.select(Representative.id).where(sa.or_(Representative.user_id == user_id, by_name))
    ids = session.scalars(mine).all()
    session.execute(sa.delete(RepresentativePerson).where(RepresentativePerson.representative_id.in_(ids)))
    session.execute(sa.update(Representative).where(Representative.id.in_(ids)).values(authority_file=None))


def _forget_contacts(session: Session, email: str | None, phone: str | None) -> None:
    """Where a party is reached by the person's own number or address, it is so no more."""
    for column, value in ((PartyContact.email, email), (PartyContact.phone, phone)):
        if value:
            session.execute(sa.update(PartyContact).where(column == value).values({column.key: None}))


def _forget_household(session: Session, party: Party) -> Traces:
    """A household business goes by its code; gives the ways in which it was named before."""
    contact = session.get(PartyContact, party.id)
    names = {party.name, *session.scalars(sa.select(PartyName.name).where(PartyName.party_id == party.id))}
    ways = [
        *(Traces.of(name=one) for one in names),
        Traces.of(
            email=contact.email if contact else None,
            phones=[contact.phone] if contact else (),
            name=(contact.address or "") if contact else "",
        ),
    ]
    if contact is not None:
        contact.phone = contact.email = contact.address = None
    neutral = f"Hộ kinh doanh {party.code}"
    party.name, party.folded, party.sort_key = (
        neutral,
        vietnamese.fold(neutral),
        vietnamese.sort_key(neutral),
    )
    party.tax_code = party.registration_number = None
    party.version += 1
    session.execute(sa.update(PartyName).where(PartyName.party_id == party.id).values(name=neutral))
    session.execute(sa.update(Identity).where(Identity.party_id == party.id).values(reference=None))
    return Traces(tuple(way for one in ways for way in one.ways if way != neutral))


def _forget_notices(session: Session, user_id: int, ways: Traces) -> None:
    """The person's own news and messages, and those of others that name the person."""
    notices = sa.select(Notice.id).where(
        sa.or_(Notice.user_id == user_id, ways.within(Notice.values), ways.within(Notice.text))
    )
    ids = session.scalars(notices).all()
    named = (
        ways.within(column) for column in (Message.subject, Message.body, Message.address, Message.error)
    )
    gone = sa.or_(Message.user_id == user_id, Message.notice_id.in_(ids), *named)
    session.execute(sa.delete(Message).where(gone))
    session.execute(sa.delete(Waiting).where(sa.or_(Waiting.user_id == user_id, Waiting.notice_id.in_(ids))))
    session.execute(sa.delete(Notice).where(Notice.id.in_(ids)))
    session.execute(sa.delete(Choice).where(Choice.user_id == user_id))


def _forget_searches(session: Session, user_id: int, ways: Traces) -> None:
    """The person's own saved searches, and those of others that look for the person."""
    gone = sa.or_(
        SavedSearch.user_id == user_id, ways.within(SavedSearch.name), ways.within(SavedSearch.fields)
    )
    saved = sa.select(SavedSearch.id).where(gone)
    session.execute(sa.delete(Told).where(Told.saved_search_id.in_(saved)))
    session.execute(sa.delete(SavedSearch).where(gone))


def _forget_uploads(session: Session, user_id: int, ways: Traces) -> None:
    """Names of files, and what was found in them. The files themselves are cleared away by the worker."""
    mine = Upload.user_id == user_id
    waits = Upload.state.in_((*AT_WORK, "checked"))
    session.execute(sa.update(Upload).where(mine, waits).values(state="dropped", done_at=clock.now()))
    session.execute(sa.update(Upload).where(mine).values(name="?", report=None))
    named = sa.or_(ways.within(Upload.name), ways.within(Upload.report))
    session.execute(sa.update(Upload).where(named).values(name="?", report=None))


def _forget_answers(session: Session, user_id: int, ways: Traces) -> None:
    """Answers that are kept for a repeated request: the person's own, and those that name the person."""
    own = Once.scope.startswith(f"{user_id}:", autoescape=True)
    session.execute(sa.delete(Once).where(sa.or_(own, ways.within(Once.answer))))


def _blot_out(session: Session, ways: Traces) -> None:
    for column in OTHERS_WORDS:
        table = column.class_
        for row in session.scalars(sa.select(table).where(ways.within(column))).all():
            setattr(row, column.key, ways.without(getattr(row, column.key)))
    said = sa.or_(ways.within(Listing.title), ways.within(Listing.description))
    for listing in session.scalars(sa.select(Listing).where(said)).all():
        title, description = ways.without(listing.title), ways.without(listing.description)
        sight.reword(session, listing, title=title, description=description)


def _close(session: Session, user_id: int) -> None:
    now, today = clock.now(), clock.today()
    user = session.get_one(User, user_id)
    user.password_hash, user.is_active, user.is_admin, user.must_change_password = None, False, False, False
    for table in (Membership, OfficerDuty):
        session.execute(sa.update(table).where(table.user_id == user_id, holds(table)).values(valid_to=today))
    given = sa.and_(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
    session.execute(sa.update(Consent).where(given).values(withdrawn_at=now))
