"""Open data for everybody: the page that lists the sets, their files, the catalogue and the feed for
programs, and the small page that other sites frame. Part of the routes that routes.py hands to the
application.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Anyone
from market.catalogue import queries as catalogue
from market.errors import NotFound
from market.statistics import asked, contexts, dcat, open_data, open_feed, open_figures, present, widget
from market.statistics.aggregates import Dimension
from market.statistics.asked import Asked
from market.statistics.cuts import WORDS as CUTS
from market.statistics.open_data import Choice, Dataset
from market.web import api, atom, forms, language
from market.web.api import Parameter
from market.web.context import FRAMED_POLICY
from market.web.context import language as spoken
from market.web.forms import Filled
from market.web.pages import absolute, address, page
from market.web.session import Db
from market.words import Named, Words, t

router = APIRouter()

AN_HOUR = 3600
FileName = Annotated[str, Path(pattern=r"^[a-z]{1,20}\.(csv|json)$")]
#: Files may be fetched by pages of any other site: nothing in them depends on who asks.
OPEN = {"Access-Control-Allow-Origin": "*"}

PERIOD = Parameter("period", t("An ended period: 2026, 2026-H1, 2026-Q3, 2026-07"))
KIND = Parameter(
    "kind",
    t("Without a period: the last ended periods of this kind; without both, years"),
    {"type": "string", "enum": [kind for _, kind, _ in present.OFFERED]},
)
PLACE = Parameter("place", t("Code of a place as valid today, or CODE@2022-01-01; without it the province"))
SECTOR = Parameter("sector", t("Code of a sector"))
PRODUCT = Parameter("product", t("Code of a product"))
BY = Parameter(
    "by",
    t("By what years, or a period, are broken down; without it, the whole"),
    {"type": "string", "enum": list(open_figures.BREAKDOWNS)},
)
PARAMETERS = (PERIOD, KIND, PLACE, SECTOR, PRODUCT, BY)


@router.get("/open-data", name="statistics:open_data")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """The sets with their files and licence, and what to copy to show figures on another site."""
    of = asked.read(request, session)
    today = clock.today()
    chosen = {name: of.form.get(name) for name in ("place", "period") if name in request.query_params}
    framed = address(open_data.WIDGET, {**chosen, "lang": spoken()})
    standings = open_data.standings(session)
    context = contexts.OpenData(
        datasets=[_shown(one, standings[one.code]) for one in open_data.ALL],
        open=open_data,
        form=_form(request, of),
        periods=present.period_choices(today),
        places=present.place_choices(session, of.period, of.place, today),
        sectors=[
            (one.code, language.say(Named(one.name_vi, one.name_en)))
            for one in catalogue.list_sectors(session)
        ],
        cuts=[(cut, language.say(CUTS[cut][0])) for cut in open_figures.BREAKDOWNS],
        parameters=[(one.name, language.say(one.words)) for one in PARAMETERS],
        example=open_data.offered(today, "month")[0],
        cite=_cite(request, standings[open_data.ALL[0].code].revision),
        widget=framed,
        widget_title=widget.title(of),
        snippet=widget.snippet(absolute(request, framed), of),
        feed=address(open_data.FEED, {"lang": spoken()}),
    )
    return page(request, context, status=of.form.status)


def _form(request: Request, of: Asked) -> Filled[Any]:
    """What was chosen: nothing that goes without saying."""
    return replace(of.form, raw=forms.query_fields(request))


def _shown(one: Dataset, standing: open_data.Standing) -> dict[str, Any]:
    """A set as the page shows it, with each of its usual files: what it is, and its addresses by ending."""
    files: list[tuple[str, dict[str, Any]]] = [("", {})]
    if one.is_of_figures:
        files = [
            (language.say(words), {"kind": kind} if kind != "year" else {})
            for words, kind, _ in present.OFFERED
        ]
        finer: list[Dimension] = ["place"] if one.code == "register" else ["place", "sector", "product"]
        for by in finer:
            words = language.say(t("Years, {cut}", cut=_lowered(CUTS[by][0])))
            files.append((words, {"by": by}))
    return {
        "of": one,
        "standing": standing,
        "files": [
            (words, [(ending, address(one.path(ending), fields)) for ending in open_data.ENDINGS])
            for words, fields in files
        ],
    }


def files_of(of: Asked) -> list[tuple[str, str]]:
    """The public figures of a question as files, with what each is called; none while its period runs."""
    if of.as_of != clock.today() or not of.period.has_ended(clock.today()):
        return []
    return [
        (f"{language.say(one.title)}, {ending.upper()}", address(one.path(ending), of.fields()))
        for one in open_data.ALL
        if one.is_of_figures
        for ending in open_data.ENDINGS
    ]


def _lowered(words: Words) -> str:
    said = language.say(words)
    return said[:1].lower() + said[1:]


def _cite(request: Request, revision: int | None) -> str:
    settings = request.app.state.settings
    return language.say(
        t(
            "{publisher}: Chợ Liên Kết, {title}, revision {n}, taken on {day} from {address}, {licence}.",
            publisher=settings.operator or "Chợ Liên Kết",
            title=open_data.ALL[0].title,
            n=revision,
            day=clock.today(),
            address=absolute(request, open_data.HOME),
            licence=open_data.LICENCE,
        )
    )


@router.get("/open-data/catalog.jsonld", name="statistics:open_catalog")
def catalog(request: Request, session: Db) -> Response:
    """The catalogue for portals."""
    api.read(request)
    found = dcat.catalog(
        session, lambda path: absolute(request, path), publisher=request.app.state.settings.operator
    )
    return api.kept(request, dcat.written(found), media_type=dcat.MEDIA_TYPE, seconds=AN_HOUR, headers=OPEN)


@router.get("/open-data/periods.atom", name="statistics:open_periods")
def feed(request: Request, session: Db) -> Response:
    """The feed of what was closed, revised and reopened, in the language that is asked for."""
    api.read(request)
    content = open_feed.render(session, lambda path: absolute(request, path))
    headers = {**OPEN, "Vary": "Accept-Language"}
    return api.kept(request, content, media_type=atom.MEDIA_TYPE, seconds=300, headers=headers)


@router.get("/open-data/widget", name="statistics:open_widget")
def framed(request: Request, session: Db) -> Response:
    """Some figures of a place and period for the pages of other sites: no cookie, no program, the language
    by the address.
    """
    of = asked.read(request, session)
    context = widget.read(session, of, request.query_params.getlist("indicator"))
    content = widget.render(request, context)
    headers = {"Vary": "Accept-Language", "Content-Security-Policy": FRAMED_POLICY}
    return api.kept(request, content, media_type="text/html", seconds=300, headers=headers)


@router.get("/open-data/{file}", name="statistics:open_file")
def file(request: Request, session: Db, file: FileName) -> Response:
    """A set as a file; of figures, those of the last years or the ones that are asked for."""
    code, _, ending = file.partition(".")
    dataset = open_data.BY_CODE.get(code)
    if dataset is None:
        raise NotFound
    given = api.read(request, *(PARAMETERS if dataset.is_of_figures else ()))
    choice = _choice(request, session, given) if dataset.is_of_figures else None
    files: open_data.Files = request.app.state.open_files
    key = (file, absolute(request, ""), *(f"{name}={value}" for name, value in sorted(given.items())))
    now = open_data.standing(session, dataset)

    def make() -> bytes:
        about = _about(request, dataset, now, given) if ending == "json" else {}
        return open_data.write(dataset, ending, open_data.rows(session, dataset, choice), about=about)

    headers = {**OPEN, "Content-Disposition": f'attachment; filename="{file}"'}
    if now.modified is not None:
        headers["Last-Modified"] = open_data.http_date(now.modified)
    content = files.get(session, key, make) if dataset.is_of_figures else make()
    media_type = open_data.MEDIA_TYPES[ending]
    return api.kept(request, content, media_type=media_type, seconds=300, headers=headers)


def _choice(request: Request, session: Session, given: dict[str, Any]) -> Choice:
    """What is asked for; refuses what cannot be meant, and periods that have not ended."""
    api.choice_of(given, KIND, BY)
    of = asked.read(request, session)
    wrong: dict[str, Words] = dict(of.form.errors)
    if "period" not in wrong and not of.period.has_ended(clock.today()):
        wrong["period"] = t("This period has not ended yet: its figures are still to come.")
    if PERIOD.name in given and KIND.name in given:
        wrong["kind"] = t("Give a period or a kind of period, not both.")
    if BY.name in given and given.get(KIND.name, "year") != "year":
        wrong["by"] = t("Broken down there are years, or one period by its name.")
    api.refuse(wrong)
    kind = given.get(KIND.name, "year")
    codes = [of.period.code] if PERIOD.name in given else open_data.offered(clock.today(), kind)
    return Choice(of, tuple(codes), of.place if PLACE.name in given else None, given.get(BY.name))


def _about(
    request: Request, dataset: Dataset, now: open_data.Standing, given: dict[str, Any]
) -> dict[str, Any]:
    """What a .json file says of itself."""
    return {
        "dataset": dataset.code,
        "title": open_data.both(dataset.title),
        "description": open_data.both(dataset.about),
        "publisher": request.app.state.settings.operator or "Chợ Liên Kết",
        "page": absolute(request, open_data.HOME),
        "licence": {"name": open_data.LICENCE, "url": open_data.LICENCE_URL},
        "revision": now.revision,
        "modified": now.modified.isoformat(timespec="seconds") if now.modified else None,
        "asked": given,
    }
