"""The Atom feed (RFC 4287) of new and changed reports, one per language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from . import tables
from .addresses import in_language, page_of, permanent, whole
from .edits import UNKNOWN, History
from .evaluate import Evaluation, Outcome
from .library import Publisher
from .pastwords import edit_words
from .problems import Language
from .wording import LANGUAGES, Wording, wording

FILE = "feed.xml"
LENGTH = 100  # entries; the whole catalogue is in catalogue.json


@dataclass(frozen=True, slots=True)
class Item:
    """A report in the feed: the last day on which something happened, its id, and its entry as XML."""

    day: str  # as 2026-05-31
    id: str
    entry: str


class Dated(Protocol):
    """What has the day and the id of a report."""

    @property
    def day(self) -> str: ...
    @property
    def id(self) -> str: ...


D = TypeVar("D", bound=Dated)


def newest_of(items: Iterable[D]) -> list[D]:
    """Those that a feed tells, the newest first; those of one day by id."""
    by_id = sorted(items, key=lambda item: item.id)
    return sorted(by_id, key=lambda item: item.day, reverse=True)[:LENGTH]


def feed(publisher: Publisher, language: Language, items: Iterable[Item]) -> bytes:
    """The newest entries first. Nothing in it is of the clock: it is as new as its newest entry."""
    t = wording(language)
    newest = newest_of(items)
    address = whole(publisher, in_language(FILE, language))
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": _code(language)})
    _text(root, "id", address)
    _text(root, "title", t.text(publisher.name))
    _text(root, "subtitle", t.text(publisher.intro) if publisher.intro else t("site.catalogue_intro"))
    # Without a report there is no date, and the feed must have one.
    _text(root, "updated", _moment(date.fromisoformat(newest[0].day) if newest else date(1970, 1, 1)))
    _text(SubElement(root, "author"), "name", t.text(publisher.name))
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    home = whole(publisher, in_language("", language))
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": home})
    for item in newest:
        root.append(ElementTree.fromstring(item.entry))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def item(
    outcome: Outcome, evaluation: Evaluation, publisher: Publisher, language: Language, history: History = UNKNOWN
) -> Item:
    """A report with a statement as the feed of a language tells it."""
    entry = ElementTree.tostring(_entry(outcome, publisher, evaluation, history, wording(language)), encoding="unicode")
    return Item(changed(evaluation, history).isoformat(), evaluation.id, entry)


def changed(evaluation: Evaluation, history: History = UNKNOWN) -> date:
    """The last day on which something happened: issue, a change or withdrawal by the record, or a value's by git."""
    review, statement = evaluation.report.review, evaluation.report.statement
    days = [change.date for change in review.changes]
    days += [review.withdrawn.date] if review.withdrawn else []
    days += [statement.report.issued] if statement else []
    days += [edit.day for edit in history.edits]
    return max(days, default=date.min)


def _entry(outcome: Outcome, publisher: Publisher, evaluation: Evaluation, history: History, t: Wording) -> Element:
    report, catalogue = evaluation.report, outcome.catalogue
    statement = report.statement
    assert statement is not None
    entry = Element("entry")
    # Of the report, not of an edition: who follows both feeds is told once.
    _text(entry, "id", permanent(publisher, evaluation, "zh"))
    _text(entry, "title", f"{t.text(report.product.name)} {report.product.model} · {statement.report.number}")
    _text(entry, "published", _moment(statement.report.issued))
    _text(entry, "updated", _moment(changed(evaluation, history)))
    _text(SubElement(entry, "author"), "name", t.text(catalogue.bodies[statement.report.body].name))
    category = catalogue.categories[report.product.category]
    SubElement(entry, "category", {"term": report.product.category, "label": t.text(category.name)})
    for language in sorted(LANGUAGES, key=lambda language: language != t.language):
        link = {"rel": "alternate", "type": "text/html", "hreflang": _code(language)}
        SubElement(entry, "link", {**link, "href": permanent(publisher, evaluation, language)})
    data = whole(publisher, f"{page_of(evaluation)}footprint.json")
    SubElement(entry, "link", {"rel": "related", "type": "application/json", "href": data})
    _text(entry, "summary", " · ".join(_summary(outcome, evaluation, history, t)))
    return entry


def _summary(outcome: Outcome, evaluation: Evaluation, history: History, t: Wording) -> list[str]:
    """Declared total, functional unit, boundary with what it leaves out, body, status, and what has changed."""
    report, missing = evaluation.report, evaluation.calculation.not_quantified
    assert report.statement is not None
    review = report.review
    parts = [
        t("report.report_value", value=tables.headline(evaluation)[1], unit=tables.UNIT),
        t("unit.per", unit=t.text(report.inventory.functional_unit.label)),
        t(f"scope.{report.inventory.boundary.scope}"),
        *([t("report.not_included", stages=t.stages(missing))] if missing else []),
        t.text(outcome.catalogue.bodies[report.statement.report.body].name),
        t(f"status.{evaluation.status}"),
    ]
    if review.withdrawn:
        parts.append(t("report.withdrawn_on", date=review.withdrawn.date.isoformat()))
        parts.append(t.text(review.withdrawn.reason))
    latest = [f"{c.date.isoformat()} {t.text(c.words)}" for c in sorted(review.changes, key=lambda c: c.date)]
    return [*parts, *(edit_words(edit, t) for edit in history.edits[:1]), *reversed(latest)]


def _moment(day: date) -> str:
    """Records know days, not hours: the day's first moment, in UTC, so that a feed never lies ahead of its day."""
    return f"{day.isoformat()}T00:00:00Z"


def _code(language: Language) -> str:
    return "zh-CN" if language == "zh" else "en"


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
