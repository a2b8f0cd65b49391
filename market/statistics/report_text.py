"""The report in words: its title, paragraphs with the figures in them, the cells of its table and the notes
under it. The same for the page, the .docx and the .xlsx.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from market.statistics import cuts, indicators
from market.statistics.report import Number, Report, Row, period_year, written
from market.web import language
from market.words import Words, t

#: The heads of the table.
HEADS = (
    t("Code"),
    t("Figure"),
    t("Unit"),
    t("Plan"),
    t("Reached"),
    t("% of plan"),
    t("Same period last year"),
    t("Estimate for the year"),
)
NOT_HELD = t("to be filled in by hand: the market does not hold it")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the text: its heading and paragraphs."""

    heading: Words
    paragraphs: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note under the table: what a figure means, where it comes from, on which evidence it rests."""

    mark: int
    code: str
    name: str
    meaning: Words
    evidence: tuple[tuple[str, str], ...]


def title(report: Report) -> Words:
    """What the report is about."""
    year = str(period_year(report.period))
    if report.period.kind == "year":
        return t("The collective economy and its linkages in market outlets in {year}", year=year)
    if report.period.code.endswith("H1"):
        return t(
            "The collective economy and its linkages in market outlets in the first half of {year}", year=year
        )
    return t(
        "The collective economy and its linkages in market outlets in the second half of {year}", year=year
    )


def said(number: Number | None) -> str:
    """A number as it stands in the table; what is not known is left open."""
    return "…" if number is None else language.number(round(number, 2), 2)


def cells(row: Row) -> tuple[str, ...]:
    """A line of the table as text, in the order of ``HEADS``."""
    return (
        row.line.code,
        language.say(row.line.name),
        language.say(row.line.unit),
        said(row.plan),
        said(row.actual),
        "…" if row.of_plan is None else language.percent(row.of_plan),
        said(row.before),
        said(row.estimate),
    )


def numbers(row: Row) -> tuple[Any, ...]:
    """The same for a spreadsheet: numbers as numbers, nothing where nothing is known."""
    share = None if row.of_plan is None else round(row.of_plan * 100, 1)
    name, unit = language.say(row.line.name), language.say(row.line.unit)
    return (row.line.code, name, unit, row.plan, row.actual, share, row.before, row.estimate)


def _change(report: Report, code: str) -> Words:
    now, then = report.value(code), report.value(code, before=True)
    if now is None or then is None:
        return t("no figure of the year before to compare with")
    if now == then:
        return t("as many as a year before")
    more = t("{n} more than a year before", n=said(now - then))
    return more if now > then else t("{n} fewer than a year before", n=said(then - now))


def _rated(report: Report) -> Words:
    if not report.value("rated_cooperatives"):
        return t("No ratings of cooperatives have been entered.")
    return t(
        "{rated} cooperatives were rated, {share} % of them good or fair.",
        rated=said(report.value("rated_cooperatives")),
        share=said(report.value("rated_good_share")),
    )


def sections(report: Report) -> tuple[Section, ...]:
    """The text with its figures."""
    value = {
        row.line.figure: said(row.actual)
        for row in reversed(report.rows)
        if row.line.figure and not row.line.cut
    }
    return (
        Section(
            t("I. Units of the collective economy"),
            (
                t(
                    "At the end of the period the province had {cooperatives} cooperatives ({change}), of "
                    "which {operating} were operating, {groups} cooperative groups and {unions} unions of "
                    "cooperatives.",
                    change=_change(report, "cooperatives"),
                    **{name: value[name] for name in ("cooperatives", "operating", "groups", "unions")},
                ),
                t(
                    "In the period {cooperatives_founded} cooperatives and {groups_founded} groups were "
                    "founded, {cooperatives_dissolved} cooperatives and {groups_dissolved} groups were "
                    "dissolved.",
                    **{
                        name: value[name]
                        for name in (
                            "cooperatives_founded",
                            "groups_founded",
                            "cooperatives_dissolved",
                            "groups_dissolved",
                        )
                    },
                ),
                t(
                    "Cooperatives had {of_cooperatives} members, groups {of_groups}; {both} in all.",
                    of_cooperatives=said(report.of("KT09", "cooperative")),
                    of_groups=said(report.of("KT10", "group")),
                    both=said((report.of("KT09", "cooperative") or 0) + (report.of("KT10", "group") or 0)),
                ),
                _rated(report),
            ),
        ),
        Section(
            t("II. Linkage and market outlets"),
            (
                t(
                    "{linked_cooperatives} cooperatives produced within a value chain, with a written "
                    "contract ({linked_share} % of all; {change}).",
                    linked_cooperatives=value["linked_cooperatives"],
                    linked_share=value["linked_share"],
                    change=_change(report, "linked_cooperatives"),
                ),
                t(
                    "{links_in_force} agreements were in force at the end of the period; {links_new} were "
                    "new, {links_ended} ended. Linkages covered {linked_area} ha of sown area; households "
                    "took part {linked_households} times.",
                    **{
                        name: value[name]
                        for name in (
                            "links_in_force",
                            "links_new",
                            "links_ended",
                            "linked_area",
                            "linked_households",
                        )
                    },
                ),
                t(
                    "{delivered_volume} tonnes were delivered and confirmed, worth {delivered_value} million "
                    "đồng; {contracted_volume} tonnes were newly contracted.",
                    **{
                        name: value[name]
                        for name in ("delivered_volume", "delivered_value", "contracted_volume")
                    },
                ),
            ),
        ),
        Section(
            t("III. Quality and certificates"),
            (
                t(
                    "Verified and valid were {ocop_products} OCOP products of units, certificates over "
                    "{certified_area} ha, and {area_codes} codes of growing areas and ponds.",
                    **{name: value[name] for name in ("ocop_products", "certified_area", "area_codes")},
                ),
            ),
        ),
    )


def state(report: Report) -> Words:
    """By what was known when, and whether it may still change."""
    if report.revision is None:
        return t(
            "The period is open: the figures are those known at {moment} and may still change.",
            moment=report.known_at,
        )
    if report.revision:
        return t(
            "The period is closed (revision {n}): the figures are those known at {moment}.",
            n=report.revision,
            moment=report.known_at,
        )
    return t("The period is closed: the figures are those known at {moment}.", moment=report.known_at)


def notes(report: Report) -> list[Note]:
    """A note for each figure, in the order of the table."""
    found: list[Note] = []
    for row in report.rows:
        code = row.line.figure
        if code is None or code in {note.code for note in found}:
            continue
        indicator = indicators.get(code)
        split = []
        for cut, words in (("evidence", cuts.EVIDENCE), ("contract", cuts.CONTRACTS)):
            for group, value in sorted(report.evidence.get(f"{code}/{cut}", {}).items()):
                name = language.say(words.get(group, t("not said")))
                split.append((name, said(written(value, indicator.unit))))
        found.append(
            Note(len(found) + 1, code, language.say(indicator.name), indicator.meaning, tuple(split))
        )
    return found


def source(report: Report) -> Words:
    """Where the figures come from."""
    if report.is_demo:
        return t(
            "Source: the register and the agreements on the market, demo data; units, members and "
            "cooperatives in value chains at the end of 2021 follow the figures that the Department of "
            "Agriculture and Rural Development of Bạc Liêu published on 6 April 2022."
        )
    return t("Source: the register, and the agreements and deliveries recorded on the market.")
