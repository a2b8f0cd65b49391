"""All that is held about a person, for that person: gathered from every feature in a fixed few SELECTs. Its
shape stands in held.py; the page shows it, the export and the API give it as JSON.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts.models import (
    POWERS,
    ApiToken,
    Consent,
    Membership,
    OfficerDuty,
    Person,
    SecurityKey,
    SignIn,
    User,
)
from market.assisted.models import AssistedCall, AssistedEntry
from market.errors import NotFound
from market.files.models import FileTitle, StoredFile
from market.inquiries.models import Remark
from market.listings.saved_models import SavedSearch
from market.moderation.complaint_models import Complaint, ComplaintWords
from market.moderation.data_models import DataRequest, DataRequestWords
from market.moderation.held import (
    HeldConsent,
    HeldContact,
    HeldDuty,
    HeldFile,
    HeldKey,
    HeldPerson,
    HeldRepresentation,
    HeldRequest,
    HeldRole,
    HeldSearch,
    HeldSignIn,
    HeldToken,
    HeldWords,
    OwnData,
)
from market.moderation.models import Appeal, AppealWords, Report, ReportWords
from market.notices.models import Choice, Message, Notice
from market.parties.models import Party, PartyContact, Representative, RepresentativePerson
from market.places.models import Place
from market.spreadsheets.models import Upload

#: The newest so many of what may be long; how many there are in all is told beside.
MOST = 1000


def gather(session: Session, *, user_id: int) -> OwnData:
    """What is held about this person now; refuses NotFound once the person is erased."""
    user, person = session.get_one(User, user_id), session.get(Person, user_id)
    if person is None:
        raise NotFound
    return OwnData(
        person=HeldPerson(
            name=person.name,
            email=person.email,
            phone=person.phone,
            language=user.language,
            since=user.created_at,
        ),
        roles=_roles(session, user_id),
        duties=_duties(session, user_id),
        contacts=_contacts(session, user_id),
        representations=_representations(session, user_id),
        consents=_consents(session, user_id),
        sign_ins=[
            HeldSignIn(device=one.device, at=one.created_at, until=one.revoked_at or one.expires_at)
            for one in _of(session, SignIn, user_id)
        ],
        tokens=[
            HeldToken(
                name=one.name, at=one.created_at, revoked_at=one.revoked_at, last_used_on=one.last_used_on
            )
            for one in _of(session, ApiToken, user_id)
        ],
        security_keys=[
            HeldKey(name=one.name, at=one.created_at, last_used_at=one.last_used_at)
            for one in _of(session, SecurityKey, user_id)
        ],
        words=[HeldWords(**row) for row in _newest(session, _words(user_id))],
        saved_searches=[
            HeldSearch(name=one.name, fields=one.fields, often=one.often)
            for one in _of(session, SavedSearch, user_id)
        ],
        told_by={
            one.topic: one.how for one in session.scalars(sa.select(Choice).where(Choice.user_id == user_id))
        },
        files=[HeldFile(**row) for row in _newest(session, _files(user_id))],
        requests=list_requests(session, user_id=user_id),
        counts=_counts(session, user_id),
    )


def list_requests(session: Session, *, user_id: int) -> list[HeldRequest]:
    """What the person asked about own data, the newest first."""
    rows = session.execute(
        sa.select(DataRequest, DataRequestWords.words, DataRequestWords.answer)
        .outerjoin(DataRequestWords, DataRequestWords.request_id == DataRequest.id)
        .where(DataRequest.user_id == user_id)
        .order_by(DataRequest.id.desc())
        .limit(MOST)
    )
    return [
        HeldRequest(
            id=row.DataRequest.id,
            kind=row.DataRequest.kind,
            state=row.DataRequest.state,
            words=row.words or "",
            answer=row.answer,
            made_at=row.DataRequest.made_at,
            answer_by=row.DataRequest.answer_by,
            done_by=row.DataRequest.done_by,
        )
        for row in rows
    ]


def _of(session: Session, table: Any, user_id: int) -> list[Any]:
    mine = sa.select(table).where(table.user_id == user_id).order_by(table.id.desc()).limit(MOST)
    return list(session.scalars(mine))


def _roles(session: Session, user_id: int) -> list[HeldRole]:
    rows = session.execute(
        sa.select(Membership, Party.name, Party.code)
        .join(Party, Party.id == Membership.party_id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id)
        .limit(MOST)
    )
    return [
        HeldRole(
            party=row.name,
            code=row.code,
            powers=[power for power in POWERS if getattr(row.Membership, f"can_{power}")],
            from_=row.Membership.valid_from,
            to=row.Membership.valid_to,
        )
        for row in rows
    ]


def _duties(session: Session, user_id: int) -> list[HeldDuty]:
    rows = session.execute(
        sa.select(OfficerDuty, Place.name)
        .join(Place, Place.id == OfficerDuty.place_id)
        .where(OfficerDuty.user_id == user_id)
        .order_by(OfficerDuty.id)
        .limit(MOST)
    )
    return [
        HeldDuty(
            duty=row.OfficerDuty.duty,
            place=row.name,
            from_=row.OfficerDuty.valid_from,
            to=row.OfficerDuty.valid_to,
        )
        for row in rows
    ]


def _contacts(session: Session, user_id: int) -> list[HeldContact]:
    acted = sa.select(Membership.party_id).where(Membership.user_id == user_id)
    rows = session.execute(
        sa.select(Party.name, PartyContact)
        .join(Party, Party.id == PartyContact.party_id)
        .where(PartyContact.party_id.in_(acted))
        .order_by(Party.id)
    )
    return [
        HeldContact(
            party=row.name,
            phone=row.PartyContact.phone,
            email=row.PartyContact.email,
            address=row.PartyContact.address,
        )
        for row in rows
    ]


def _representations(session: Session, user_id: int) -> list[HeldRepresentation]:
    rows = session.execute(
        sa.select(Party.name.label("party"), RepresentativePerson.name, Representative)
        .join(Party, Party.id == Representative.party_id)
        .outerjoin(RepresentativePerson, RepresentativePerson.representative_id == Representative.id)
        .where(Representative.user_id == user_id)
        .order_by(Representative.id)
    )
    return [
        HeldRepresentation(
            party=row.party,
            name=row.name,
            position=row.Representative.position,
            ground=row.Representative.ground,
        )
        for row in rows
    ]


def _consents(session: Session, user_id: int) -> list[HeldConsent]:
    return [
        HeldConsent(
            id=one.id,
            purpose=one.purpose,
            version=one.text_version,
            given_at=one.given_at,
            withdrawn_at=one.withdrawn_at,
        )
        for one in _of(session, Consent, user_id)
    ]


def _newest(session: Session, of: sa.Subquery) -> list[dict[str, Any]]:
    chosen = sa.select(of).order_by(of.c.at.desc()).limit(MOST)
    return [dict(row) for row in session.execute(chosen).mappings()]


def _words(user_id: int) -> sa.Subquery:
    """Remarks, reports, complaints, objections and what was said beside entries by phone, as ``HeldWords``;
    what was emptied says nothing more.
    """

    def said(about: str, at: Any, words: Any) -> sa.Select[Any]:
        return sa.select(sa.literal(about).label("about"), at.label("at"), words.label("words"))

    return sa.union_all(
        said("remark", Remark.at, Remark.text).where(Remark.user_id == user_id, Remark.text != ""),
        said("report", Report.made_at, ReportWords.words)
        .join(ReportWords, ReportWords.report_id == Report.id)
        .where(Report.user_id == user_id),
        said("complaint", Complaint.received_at, ComplaintWords.words)
        .join(ComplaintWords, ComplaintWords.complaint_id == Complaint.id)
        .where(Complaint.user_id == user_id),
        said("objection", Appeal.made_at, AppealWords.words)
        .join(AppealWords, AppealWords.hiding_id == Appeal.hiding_id)
        .where(Appeal.user_id == user_id),
        said("entry by phone", AssistedEntry.answered_at, AssistedCall.words)
        .join(AssistedCall, AssistedCall.entry_id == AssistedEntry.id)
        .where(AssistedEntry.answered_by == user_id, AssistedCall.words != ""),
        said("entry by phone", AssistedEntry.made_at, AssistedCall.note)
        .join(AssistedCall, AssistedCall.entry_id == AssistedEntry.id)
        .where(AssistedEntry.made_by == user_id, AssistedCall.note != ""),
        said("entry by phone", AssistedEntry.settled_at, AssistedCall.outcome)
        .join(AssistedCall, AssistedCall.entry_id == AssistedEntry.id)
        .where(AssistedEntry.settled_by == user_id, AssistedCall.outcome != ""),
    ).subquery()


def _files(user_id: int) -> sa.Subquery:
    """Spreadsheets, and what was put to words, agreements and certificates, as ``HeldFile``."""
    return sa.union_all(
        sa.select(Upload.kind, Upload.name, Upload.state, Upload.sent_at.label("at")).where(
            Upload.user_id == user_id
        ),
        sa.select(StoredFile.kind, FileTitle.title, sa.literal("kept"), StoredFile.added_at)
        .join(FileTitle, FileTitle.file_id == StoredFile.id)
        .where(StoredFile.added_by == user_id),
    ).subquery()


def _counts(session: Session, user_id: int) -> dict[str, int]:
    def of(table: Any) -> sa.Select[int]:
        return sa.select(sa.func.count()).select_from(table)

    counted = {
        **{
            name: of(table).where(table.user_id == user_id)
            for name, table in (("notices", Notice), ("messages", Message), ("sign_ins", SignIn))
        },
        "words": of(_words(user_id)),
        "files": of(_files(user_id)),
    }
    columns = (chosen.scalar_subquery().label(name) for name, chosen in counted.items())
    return dict(session.execute(sa.select(*columns)).mappings().one())
