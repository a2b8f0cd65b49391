"""The catalogue of open data in the words of DCAT 3 (W3C) as JSON-LD, for the portals that gather such
catalogues: who publishes, what each set holds, of which days and place, how often and how far it has been
revised, by which licence, and where its files are.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.places import queries as places
from market.statistics import open_data
from market.statistics.open_data import Dataset, Standing, both
from market.words import t

MEDIA_TYPE = "application/ld+json"

_EU = "http://publications.europa.eu/resource/authority"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGES = ("VIE", "ENG")
#: The European vocabularies, which DCAT profiles everywhere use.
FREQUENCIES = {"daily": "DAILY", "irregular": "IRREG"}
THEMES = ("AGRI", "ECON")
_FORMATS = {"csv": "CSV", "json": "JSON"}

Url = Callable[[str], str]
Node = dict[str, Any]


def catalog(session: Session, url: Url, *, publisher: str) -> Node:
    """The catalogue; ``url`` makes one of our paths absolute. Without an operator the market publishes."""
    today = clock.today()
    province = places.province_on(session, day=today)
    spatial = {
        "@type": "dct:Location",
        "dct:identifier": province.code,
        "skos:prefLabel": {"@value": province.name, "@language": "vi"},
    }
    agent = {
        "@id": url("/about/operator"),
        "@type": "foaf:Agent",
        "foaf:name": {"@value": publisher or "Chợ Liên Kết", "@language": "vi"},
        "foaf:homepage": _id(url("/")),
    }
    standings = open_data.standings(session)
    moments = [one.modified for one in standings.values() if one.modified]
    return {
        "@context": _CONTEXT,
        "@id": url(open_data.CATALOG),
        "@type": "dcat:Catalog",
        "dct:title": _said(t("Open data of the cooperative market")),
        "dct:description": _said(
            t("Public figures of the province's cooperatives, their linkage and trade.")
        ),
        "dct:publisher": agent,
        "dct:language": [_id(f"{_EU}/language/{one}") for one in LANGUAGES],
        "dct:license": _id(open_data.LICENCE_URL),
        "dct:spatial": spatial,
        "dct:modified": _moment(max(moments)),
        "foaf:homepage": _id(url(open_data.HOME)),
        "dcat:themeTaxonomy": _id(f"{_EU}/data-theme"),
        "dcat:service": _service(url, agent),
        "dcat:dataset": [
            _dataset(one, standings[one.code], url, agent=agent, spatial=spatial) for one in open_data.ALL
        ],
    }


def written(found: Node) -> bytes:
    """The catalogue as a document."""
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _dataset(one: Dataset, now: Standing, url: Url, *, agent: Node, spatial: Node) -> Node:
    found: Node = {
        "@id": url(f"{open_data.HOME}#{one.code}"),
        "@type": "dcat:Dataset",
        "dct:identifier": one.code,
        "dct:title": _said(one.title),
        "dct:description": _said(one.about),
        "dct:publisher": _id(agent["@id"]),
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": agent["foaf:name"],
            "vcard:hasURL": _id(agent["@id"]),
        },
        "dct:language": [_id(f"{_EU}/language/{code}") for code in LANGUAGES],
        "dct:license": _id(open_data.LICENCE_URL),
        "dct:accessRights": _id(f"{_EU}/access-right/PUBLIC"),
        "dct:accrualPeriodicity": _id(f"{_EU}/frequency/{FREQUENCIES[one.often]}"),
        "dct:spatial": spatial,
        "dcat:keyword": [
            {"@value": word, "@language": code}
            for code, words in both(one.keywords).items()
            for word in words.split(", ")
        ],
        "dcat:theme": [_id(f"{_EU}/data-theme/{code}") for code in THEMES],
        "dcat:landingPage": _id(url(open_data.HOME)),
        "dcat:distribution": [_distribution(one, ending, now, url) for ending in open_data.ENDINGS],
    }
    if now.days is not None:
        found["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(now.days[0]),
            "dcat:endDate": _day(now.days[1]),
        }
    if now.modified is not None:
        found["dct:modified"] = _moment(now.modified)
    if now.revision is not None:
        found["dcat:version"] = str(now.revision)
    if one.is_of_figures:
        found["adms:versionNotes"] = _said(
            t("The version goes up whenever a reporting period is closed, revised or reopened.")
        )
        found["rdfs:seeAlso"] = _id(url(open_data.FEED))
    return found


def _distribution(one: Dataset, ending: str, now: Standing, url: Url) -> Node:
    found: Node = {
        "@id": url(one.path(ending)),
        "@type": "dcat:Distribution",
        "dct:title": _said(one.title),
        "dcat:accessURL": _id(url(one.path(ending))),
        "dcat:downloadURL": _id(url(one.path(ending))),
        "dct:format": _id(f"{_EU}/file-type/{_FORMATS[ending]}"),
        "dcat:mediaType": _id(
            f"https://www.iana.org/assignments/media-types/{open_data.MEDIA_TYPES[ending]}"
        ),
        "dct:license": _id(open_data.LICENCE_URL),
    }
    if now.modified is not None:
        found["dct:modified"] = _moment(now.modified)
    return found


def _service(url: Url, agent: Node) -> Node:
    return {
        "@id": url("/api/v1/figures"),
        "@type": "dcat:DataService",
        "dct:title": _said(t("The market for programs")),
        "dct:publisher": _id(agent["@id"]),
        "dct:license": _id(open_data.LICENCE_URL),
        "dcat:endpointURL": _id(url("/api/v1")),
        "dcat:endpointDescription": _id(url("/api/v1/openapi.json")),
        "dcat:servesDataset": [
            _id(url(f"{open_data.HOME}#{one.code}")) for one in open_data.ALL if one.is_of_figures
        ],
    }


def _id(address: str) -> Node:
    return {"@id": address}


def _said(words: Any) -> list[Node]:
    return [{"@value": text, "@language": code} for code, text in both(words).items()]


def _day(value: date) -> Node:
    return {"@value": value.isoformat(), "@type": "xsd:date"}


def _moment(value: datetime) -> Node:
    return {"@value": value.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}
