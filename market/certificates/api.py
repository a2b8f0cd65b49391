"""A unit's certificates for its programs: what it has, a new one, putting right what waits, and saying that
what an officer entered is right. What officers decide has pages alone. No rule stands here.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.current import Who
from market.accounts.machine import Sent, UnitCaller
from market.certificates import bodies, documents, file_api, queries, reading
from market.certificates import service as certificates
from market.certificates.bodies import CertificateBody, CertificateChange
from market.certificates.documents import CertificateDocument, CertificateList
from market.web import api
from market.web.api import PREFIX
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made, Nothing
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(file_api.router.routes)

PATH = f"{PREFIX}/certificates"
HOME = "/certificates"
PAPER = {
    "standard": "VIETGAP-TT",
    "number": "VietGAP-TT-13-01-96-0042",
    "issuer": "Chi cục Trồng trọt",
    "valid_from": "2026-01-15",
    "valid_to": "2028-01-15",
    "products": ["lua-st25"],
    "area": 12.5,
}


@router.get(
    PATH,
    name="api:certificates",
    operation_id="list_certificates",
    summary=str(t("One's own certificates, and those of others that cover the unit")),
    response_model=CertificateList,
    responses=api.PRIVATE,
    openapi_extra=api.private(),
    tags=["certificates"],
)
def index(request: Request, session: Db, who: UnitCaller) -> Response:
    """All of them, what waits or counts first."""
    api.read(request)
    held = reading.list_of_unit(session, party_id=who.acts_for)
    url = absolute(request, HOME)
    told = [documents.tell(one, unit_id=who.acts_for, url=url, words=True) for one in held]
    return api.answer(request, CertificateList(certificates=told), secret=True)


@router.get(
    PATH + "/{certificate_id}",
    name="api:certificate",
    operation_id="get_certificate",
    summary=str(t("A certificate that was entered for the unit")),
    response_model=CertificateDocument,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["certificates"],
)
def show(request: Request, session: Db, who: UnitCaller, certificate_id: PathId) -> Response:
    """With all that became of it."""
    api.read(request)
    queries.certificate_for(session, unit_id=who.acts_for, certificate_id=certificate_id)
    return api.answer(request, _told(request, session, who, certificate_id, words=True), secret=True)


@router.post(
    PATH,
    name="api:claim_certificate",
    operation_id="claim_certificate",
    summary=str(t("Enter a certificate; an officer compares it with the paper")),
    status_code=201,
    response_model=CertificateDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(CertificateBody, PAPER),
    tags=["certificates"],
)
def claim(request: Request, body: Sent, session: Db, who: UnitCaller) -> Response:
    """Until it is verified it is shown as declared by the unit itself."""
    api.read(request)

    def work(wanted: CertificateBody) -> Made:
        said = bodies.read(session, wanted)
        made = certificates.claim(session, actor=who.actor, unit_id=who.acts_for, said=said)
        return Made(_told(request, session, who, made.id), 201, f"{PATH}/{made.id}")

    return machine.do_once(request, session, who, power="trade", raw=body, model=CertificateBody, work=work)


@router.put(
    PATH + "/{certificate_id}",
    name="api:change_certificate",
    operation_id="change_certificate",
    summary=str(t("Put right a certificate that waits")),
    response_model=CertificateDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(CertificateChange, {**PAPER, "area": 13, "version": 1}),
    tags=["certificates"],
)
def change(request: Request, body: Sent, session: Db, who: UnitCaller, certificate_id: PathId) -> Response:
    """All that it says; what is left out is not said any more. Refused (409) once it was decided on."""
    api.read(request)
    held = queries.certificate_for(session, unit_id=who.acts_for, certificate_id=certificate_id)

    def work(wanted: CertificateChange) -> Made:
        certificates.edit(
            session,
            actor=who.actor,
            certificate_id=certificate_id,
            said=bodies.read(session, wanted),
            version=held.version if wanted.version is None else wanted.version,
        )
        return Made(_told(request, session, who, certificate_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=CertificateChange, work=work)


@router.post(
    PATH + "/{certificate_id}/accept",
    name="api:accept_certificate",
    operation_id="accept_certificate",
    summary=str(t("Say that what an officer entered is right")),
    response_model=CertificateDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["certificates"],
)
def accept(request: Request, body: Sent, session: Db, who: UnitCaller, certificate_id: PathId) -> Response:
    """Once; where it is not right it is put right while it waits."""
    api.read(request)
    queries.certificate_for(session, unit_id=who.acts_for, certificate_id=certificate_id)

    def work(_: Nothing) -> Made:
        certificates.accept(session, actor=who.actor, unit_id=who.acts_for, certificate_id=certificate_id)
        return Made(_told(request, session, who, certificate_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=Nothing, work=work)


def _told(
    request: Request, session: Session, who: Who, certificate_id: int, *, words: bool = False
) -> CertificateDocument:
    [shown] = reading.read(session, [certificate_id])
    return documents.tell(shown, unit_id=who.acts_for, url=absolute(request, HOME), words=words)
