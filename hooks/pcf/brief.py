"""What pages and files about many reports say of one: made once for each report, and kept as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .edits import UNKNOWN, Histories
from .evaluate import Evaluation, Outcome
from .exports import catalogue_entry, catalogue_row, entry_text
from .feed import Item, item
from .index import Entry, entry, entry_data, entry_of
from .library import Publisher
from .listing import category_row
from .pages import body_line, factor_line, producer_line
from .problems import Language
from .wording import LANGUAGES


class Lines(NamedTuple):
    """A report in the lists of other pages of one language, as HTML. Of a draft, no body has a line."""

    category: str
    producer: str
    body: str
    factor: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One report. ``current`` is whether it is the one that stands of its product."""

    entry: Entry
    current: bool
    factors: tuple[str, ...]  # those that it uses, by reference, in order of use
    json: str  # its part of catalogue.json
    cells: tuple[str, ...]  # its row of catalogue.csv
    lines: Mapping[Language, Lines]
    items: Mapping[Language, Item]  # in the feeds; of a draft, none

    @property
    def id(self) -> str:
        return self.entry.id


def briefs(outcome: Outcome, publisher: Publisher, histories: Histories | None = None) -> list[Brief]:
    """All reports of an outcome, in order of id; ``histories`` is what git tells of them."""
    return [_brief(outcome, e, publisher, histories or {}) for e in outcome.evaluations.values()]


def _brief(outcome: Outcome, evaluation: Evaluation, publisher: Publisher, histories: Histories) -> Brief:
    listed, data = entry(evaluation), catalogue_entry(outcome, evaluation)
    used = (line for stage in evaluation.calculation.stages for line in stage.lines if line.emission)
    issued = evaluation.report.statement is not None
    history = histories.get(evaluation.id, UNKNOWN)
    return Brief(
        listed,
        data["current"],
        tuple(dict.fromkeys(line.factor_id for line in used if line.factor_id)),
        entry_text(data),
        tuple(catalogue_row(outcome, evaluation, data)),
        {
            language: Lines(
                category_row(outcome.catalogue, listed, language),
                producer_line(evaluation, language),
                body_line(evaluation, language) if issued else "",
                factor_line(evaluation, language),
            )
            for language in LANGUAGES
        },
        {language: item(outcome, evaluation, publisher, language, history) for language in LANGUAGES} if issued else {},
    )


def brief_data(brief: Brief) -> list[Any]:
    """The brief as JSON can hold it; ``brief_of`` makes it again."""
    items = {language: [item.day, item.id, item.entry] for language, item in brief.items.items()}
    return [entry_data(brief.entry), brief.current, brief.factors, brief.json, brief.cells, brief.lines, items]


def brief_of(data: Sequence[Any]) -> Brief:
    listed, current, factors, text, cells, lines, items = data
    return Brief(
        entry_of(listed),
        current,
        tuple(factors),
        text,
        tuple(cells),
        {language: Lines(*texts) for language, texts in lines.items()},
        {language: Item(*values) for language, values in items.items()},
    )
