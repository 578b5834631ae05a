"""The catalogue and the pages of its categories: the same rows, made here for readers and again by catalogue.js."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from .fields import Words
from .index import Entry
from .library import Publisher
from .load import Catalogue
from .model import STAGES
from .pages import Page, link_from
from .problems import Language
from .quantity import rounded
from .render import as_made, macros
from .search import SearchEntry
from .tables import UNIT
from .wording import Said, Wording, wording

PLAIN = 7  # up to so many reports are a list without filters
STEP = 50  # rows at a time
FACETS = ("category", "producer", "boundary", "standard", "body", "status", "year")
SAID = (  # by catalogue.js; the rest stands on the page
    "away", "compare_count", "compare_full", "compare_one", "count", "count_of", "failed", "fewer",
    "largest", "more", "not_quantified", "others", "remove", "reproduced",
)  # fmt: skip
SORTS = ("newest", "oldest", "name", "lowest", "highest")


@dataclass(frozen=True, slots=True)
class Row:
    """One report in a list, in words. ``segments`` are stages with start and length on a scale of ``length``."""

    id: str
    name: Said
    model: str
    producer: str
    producer_name: Said
    category: str
    category_name: Said
    headline: str
    per: str
    total: str
    which: str  # declared or recomputed
    segments: tuple[tuple[str, int, int], ...]
    length: int
    largest: str | None
    scope: str
    missing: str | None
    status: str
    ends: str  # the last day of validity, where the status changes after it, or '-'
    reproduced: str | None
    reproduces: bool
    issued: str
    number: str | None
    body: Said | None


def row(catalogue: Catalogue, entry: Entry, t: Wording) -> Row:
    """A report as it is listed."""
    segments, length = _segments(entry.shares)
    largest = max(segments, key=lambda segment: segment[2], default=None)
    share = rounded(Fraction(largest[2], 10), 1) if largest else ""
    return Row(
        id=entry.id,
        name=_said(entry.name, t),
        model=entry.model,
        producer=entry.producer,
        producer_name=_said(catalogue.producers[entry.producer].name, t),
        category=entry.category,
        category_name=_said(catalogue.categories[entry.category].name, t),
        headline=entry.headline,
        per=t("unit.per", unit=_said(entry.per, t).text),
        total=entry.total,
        which=t("report.declared" if entry.number else "report.recomputed"),
        segments=segments,
        length=length,
        largest=t("catalogue.largest", stage=t(f"stage.{largest[0]}"), share=share) if largest else None,
        scope=t(f"scope.{entry.scope}"),
        missing=t("catalogue.not_quantified", stages=t.stages(entry.not_quantified)) if entry.not_quantified else None,
        status=entry.status,
        ends=ends(entry),
        reproduced=t("catalogue.reproduced", count=str(entry.reproduced), of=str(entry.compared))
        if entry.compared is not None
        else None,
        reproduces=entry.reproduced == entry.compared,
        issued=entry.issued.isoformat() if entry.issued else "",
        number=entry.number,
        body=_said(catalogue.bodies[entry.body].name, t) if entry.body else None,
    )


def _segments(shares: Sequence[int | None]) -> tuple[tuple[tuple[str, int, int], ...], int]:
    """The stages as parts of one bar, and its length. Credits have no length in it; the report lists them."""
    segments, start = [], 0
    for stage, share in zip(STAGES, shares, strict=True):
        if share and share > 0:
            segments.append((stage, start, share))
            start += share
    return tuple(segments), start


def _said(words: Words, t: Wording) -> Said:
    """A name on one line."""
    said = t.say(words)
    return said._replace(text=said.line)


def _blank(entry: Entry, t: Wording) -> Row:
    """A row with every part that a row can have, all empty, for catalogue.js to fill; its links lead somewhere."""
    said = Said("", t.language, False)
    bar = tuple((stage, 0, 0) for stage in STAGES)
    return Row(
        id=entry.id,
        name=said,
        model="",
        producer=entry.producer,
        producer_name=said,
        category=entry.category,
        category_name=said,
        headline="",
        per="",
        total="",
        which="",
        segments=bar,
        length=0,
        largest="",
        scope="",
        missing="",
        status="as-reported",
        ends="-",
        reproduced="",
        reproduces=True,
        issued="",
        number="",
        body=said,
    )


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """By day of issue, drafts first; those of one day by id."""
    return sorted(sorted(entries, key=lambda e: e.id), key=lambda e: _date(e), reverse=True)


def _date(entry: Entry) -> str:
    return entry.issued.isoformat() if entry.issued else "9"


def catalogue_page(catalogue: Catalogue, entries: Sequence[Entry], publisher: Publisher, language: Language) -> Page:
    """The home page: the newest of the reports that stand, and what it takes to find any other."""
    t = wording(language)
    return Page(
        address="",
        language=language,
        title=t.text(publisher.name),
        description=t.text(publisher.intro) if publisher.intro else t("site.catalogue_intro"),
        template="catalogue.html",
        context=partial(_catalogue_context, catalogue, entries, publisher, t),
        nav_title=t("site.catalogue_nav"),
    )


def _catalogue_context(
    catalogue: Catalogue, entries: Sequence[Entry], publisher: Publisher, t: Wording
) -> Mapping[str, Any]:
    standing = newest_first(entry for entry in entries if not entry.is_away)
    return {
        "publisher": publisher,
        "rows": [row(catalogue, entry, t) for entry in standing[:STEP]],
        "blank": _blank(entries[0], t) if entries else None,
        "standing": len(standing),
        "total": len(entries),
        "filtered": len(entries) > PLAIN,
        "facets": FACETS,
        "sorts": SORTS,
        "categories": _categories(catalogue, entries, t),
        "words": _words(t),
        "unit": UNIT,
    }


def _categories(catalogue: Catalogue, entries: Iterable[Entry], t: Wording) -> list[tuple[str, Said, int]]:
    """Every category that has a report: id, name, how many."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.category] = counts.get(entry.category, 0) + 1
    known = catalogue.categories
    return [(name, _said(known[name].name, t), counts[name]) for name in known if name in counts]


def _words(t: Wording) -> dict[str, Any]:
    """What catalogue.js says. Its patterns are those of the pages."""
    sections = {name: _section(t, name) for name in ("stage", "scope", "status")}
    other = "en" if t.language == "zh" else "zh"
    last = t.listed(["", ""])
    return sections | {
        **{name: t.table[f"catalogue.{name}"] for name in SAID},
        "declared": t("report.declared"),
        "recomputed": t("report.recomputed"),
        "per": t("unit.per", unit="{unit}"),
        "only": f"（{t(f'site.only_in_{other}')}）",
        "comma": t.listed(["", "", ""]).removesuffix(last),
        "last": last,
    }


def _section(t: Wording, section: str) -> dict[str, str]:
    head = f"{section}."
    return {key.removeprefix(head): text for key, text in t.table.items() if key.startswith(head)}


def category_page(catalogue: Catalogue, name: str, listed: Sequence[tuple[Entry, str]], language: Language) -> Page:
    """All reports of one category, the old ones too, without a script; each with its row by ``category_row``."""
    t = wording(language)
    said = _said(catalogue.categories[name].name, t)
    other = wording("en" if language == "zh" else "zh")
    lead = t("category.lead", count=str(len(listed)))
    rows = {entry.id: row for entry, row in listed}
    newest = newest_first(entry for entry, _ in listed)
    days = [ends(entry) for entry in newest]
    return Page(
        address=f"categories/{name}/",
        language=language,
        title=said.text,
        description=f"{said.text}: {lead}",
        template="category.html",
        context=lambda: {
            "name": said,
            "lead": lead,
            "ends": days,
            "rows": as_made(rows[entry.id] for entry in newest),
            "unit": UNIT,
        },
        crumbs=((t("site.catalogue_nav"), ""), (said.text, None)),
        search=SearchEntry(said.text, _said(catalogue.categories[name].name, other).text, t("facet.category")),
        listed=(*days, *(rows[entry.id] for entry in newest)),
    )


def category_row(catalogue: Catalogue, entry: Entry, language: Language) -> str:
    """The row of a report on the page of its category, as HTML."""
    t, link = wording(language), partial(link_from, f"categories/{entry.category}/", language)
    return str(macros("rows.html", language).row(row(catalogue, entry, t), t, link, choose=False))


def ends(entry: Entry) -> str:
    """The last day of validity, where the status changes after it, or '-'."""
    return entry.ends.isoformat() if entry.ends else "-"
