"""Files through HTTP: templates and exports to take away, a file to send, what was found in it, and the word
to take it in. Nothing is read here: the worker does it (working.py), and the page looks again until it has.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts.current import SignedIn, Who
from market.errors import Invalid, NotAllowed, NotFound
from market.links import desk
from market.spreadsheets import contexts, present, reading, scope, service, uploads
from market.spreadsheets.forms import SendForm
from market.spreadsheets.incoming import Incoming
from market.spreadsheets.models import AT_WORK, KINDS, Upload
from market.spreadsheets.receiving import FIELD, kinds_of, receive
from market.web import forms, language, sending
from market.web.downloads import download
from market.web.forms import Filled, blank, fill, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.web.uploads import Sent
from market.words import t

router = APIRouter()


#: The kind whose rows are opened by a look that is logged (links/desk.py).
LOGGED = "links"

FileName = Annotated[str, Path(pattern=rf"^({'|'.join(KINDS)})\.(xlsx|csv)$")]


@router.get("/imports", name="spreadsheets:index")
def index(request: Request, session: Db, who: SignedIn) -> Response:
    """Files to take away, the form to send one, and those sent before."""
    kinds = kinds_of(who)
    asked = request.query_params.get("kind", "")
    return _index_page(request, session, who, blank(SendForm, kind=asked if asked in kinds else kinds[0]))


def _index_page(request: Request, session: Session, who: Who, form: Filled[Any]) -> Response:
    kinds = kinds_of(who)
    context = contexts.Index(
        form=form,
        guides=present.guides(session, kinds),
        kinds=[(kind, language.say(present.KINDS[kind])) for kind in kinds],
        sent=uploads.list_own(session, user_id=who.person, party_id=who.party_id),
        names=present.KINDS,
        states=present.STATES,
        most=reading.MOST_BYTES // 1_000_000,
        most_rows=reading.MOST_ROWS,
    )
    return page(request, context, status=form.status)


@router.get("/imports/templates/{file}", name="spreadsheets:template")
def template(session: Db, who: SignedIn, file: FileName) -> Response:
    """An empty file with the headings of a kind."""
    return _file(session, who, file, empty=True)


@router.get("/imports/exports/{file}", name="spreadsheets:export")
def export(session: Db, who: SignedIn, file: FileName) -> Response:
    """The rows of a kind that the asker may touch, as they are taken back; agreements by a press alone."""
    if file.startswith(LOGGED):
        raise NotFound
    return _file(session, who, file, empty=False)


@router.post("/imports/exports/{file}", name="spreadsheets:take_links")
def take_links(session: Db, who: SignedIn, file: FileName, raw: Posted) -> Response:
    """Agreements with price and buyer: the look at each is logged and shown to its two sides."""
    if not file.startswith(LOGGED):
        raise NotFound
    made = _file(session, who, file, empty=False)
    limits = scope.of(session, kind=LOGGED, user_id=who.person, party_id=who.party_id)
    desk.look_at_all(session, actor=who.actor, seller_ids=None if limits is None else limits.units)
    return made


def _file(session: Session, who: Who, file: str, *, empty: bool) -> Response:
    kind, _, ending = file.rpartition(".")
    if kind not in kinds_of(who):
        raise NotFound
    limits = scope.of(session, kind=kind, user_id=who.person, party_id=who.party_id)
    made = service.export(session, kind=kind, ending=f".{ending}", scope=limits, empty=empty)
    return download(made, file)


@router.post("/imports", name="spreadsheets:send")
def send(
    request: Request,
    # Before the session: while it is received, nobody waits for this request.
    sent: Annotated[Sent, Depends(receive)],
    session: Db,
    who: SignedIn,
) -> Response:
    """Send a file; it is read by the worker. Sent twice it is one."""
    kinds = kinds_of(who)
    form = fill(SendForm, sent.raw if sent.refusal is None else {"kind": kinds[0], **sent.raw})
    folder = Incoming(request.app.state.settings.files)
    kept = ""
    with refusals(session, form):
        if sent.refusal is not None:
            raise sent.refusal
        if len(sent.files) != 1:
            raise Invalid(t("Please choose a file."), field=FIELD)
        if form.ok and form.valid.kind not in KINDS:
            raise Invalid(t("Please choose one of the values in the list."), field="kind")
        if form.ok and form.valid.kind not in kinds:
            raise NotAllowed(t("This is not among your duties."))
        if form.ok:
            first = sending.take(session, who.person, "upload", sent.raw)
            if first.led:
                return redirect(request, first.led)
            file = sent.files[0]
            kept = folder.keep(file.file)
            made = uploads.send(
                session,
                user_id=who.person,
                party_id=who.party_id,
                kind=form.valid.kind,
                name=file.filename or "",
                file=kept,
                draft=form.valid.draft,
            )
            first.leads(f"/imports/{made.id}")
            return redirect(request, f"/imports/{made.id}")
    if kept:
        folder.forget(kept)
    return _index_page(request, session, who, form)


@router.get("/imports/{upload_id}", name="spreadsheets:show")
def show(request: Request, session: Db, who: SignedIn, upload_id: PathId) -> Response:
    """What was found in a file, and what became of it."""
    return _show_page(request, session, _own(session, who, upload_id), blank(SendForm))


@router.post("/imports/{upload_id}/apply", name="spreadsheets:apply")
def apply(request: Request, session: Db, who: SignedIn, upload_id: PathId, raw: Posted) -> Response:
    """Have it taken in: all of it or nothing."""
    upload = _own(session, who, upload_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        uploads.carry_out(session, upload)
        return redirect(request, f"/imports/{upload_id}")
    return _show_page(request, session, _own(session, who, upload_id), form)


@router.post("/imports/{upload_id}/drop", name="spreadsheets:drop")
def drop(request: Request, session: Db, who: SignedIn, upload_id: PathId, raw: Posted) -> Response:
    """Let it be."""
    upload = _own(session, who, upload_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        uploads.drop(session, upload)
        return redirect(request, "/imports", saying=t("Nothing of the file was taken in."))
    return _show_page(request, session, _own(session, who, upload_id), form)


def _own(session: Session, who: Who, upload_id: int) -> Upload:
    kinds_of(who)
    return uploads.own(session, user_id=who.person, party_id=who.party_id, upload_id=upload_id)


def _show_page(request: Request, session: Session, upload: Upload, form: Filled[Any]) -> Response:
    folder = Incoming(request.app.state.settings.files)
    at_work = upload.state in AT_WORK
    context = contexts.Show(
        form=form,
        upload=upload,
        at_work=at_work,
        progress=folder.progress(upload.file) if upload.state == "applying" else None,
        name=present.KINDS[upload.kind],
        state=present.STATES[upload.state],
        seen=None if at_work else present.seen(session, upload, page=forms.page_number(request)),
    )
    return page(request, context, block="upload", status=form.status)
