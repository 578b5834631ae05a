"""What pages and files about many reports say of one: made once for each report, and held packed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import NamedTuple

from .edits import UNKNOWN, Histories
from .evaluate import Evaluation, Outcome
from .exports import catalogue_entry, catalogue_row, entry_text
from .feed import Item, item
from .index import Entry, entry, entry_data, entry_of
from .jsontext import pack, unpack
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


class Packed(NamedTuple):
    """A report as it is kept: what is needed of all reports at once, and each part that is needed of one at a time."""

    head: bytes
    json: bytes
    cells: bytes
    lines: list[bytes]  # by language
    items: list[bytes]  # by language; of a draft, none


@dataclass(frozen=True, slots=True)
class Brief:
    """One report. ``current`` is whether it is the one that stands of its product."""

    entry: Entry
    current: bool
    day: str  # the last on which something happened, as 2026-05-31; of a draft, empty
    factors: tuple[str, ...]  # those that it uses, by reference, in order of use
    packed: Packed

    @property
    def id(self) -> str:
        return self.entry.id

    def json(self) -> str:
        """Its part of catalogue.json."""
        text: str = unpack(self.packed.json)
        return text

    def cells(self) -> list[str]:
        """Its row of catalogue.csv."""
        cells: list[str] = unpack(self.packed.cells)
        return cells

    def lines(self, language: Language) -> Lines:
        return Lines(*unpack(self.packed.lines[LANGUAGES.index(language)]))

    def item(self, language: Language) -> Item:
        """Its entry in the feed; a draft has none."""
        return Item(self.day, self.id, unpack(self.packed.items[LANGUAGES.index(language)]))


def briefs(outcome: Outcome, publisher: Publisher, histories: Histories | None = None) -> list[Packed]:
    """All reports of an outcome, in order of id; ``histories`` is what git tells of them."""
    return [_packed(outcome, e, publisher, histories or {}) for e in outcome.evaluations.values()]


def brief_of(packed: Packed) -> Brief:
    listed, current, day, factors = unpack(packed.head)
    return Brief(entry_of(listed), current, day, tuple(map(sys.intern, factors)), packed)


def _packed(outcome: Outcome, evaluation: Evaluation, publisher: Publisher, histories: Histories) -> Packed:
    listed, data = entry(evaluation), catalogue_entry(outcome, evaluation)
    used = (line for stage in evaluation.calculation.stages for line in stage.lines if line.emission)
    factors = list(dict.fromkeys(line.factor_id for line in used if line.factor_id))
    issued = evaluation.report.statement is not None
    history = histories.get(evaluation.id, UNKNOWN)
    lines = [
        Lines(
            category_row(outcome.catalogue, listed, language),
            producer_line(evaluation, language),
            body_line(evaluation, language) if issued else "",
            factor_line(evaluation, language),
        )
        for language in LANGUAGES
    ]
    items = [item(outcome, evaluation, publisher, language, history) for language in LANGUAGES] if issued else []
    return Packed(
        pack([entry_data(listed), data["current"], items[0].day if items else "", factors]),
        pack(entry_text(data)),
        pack(catalogue_row(outcome, evaluation, data)),
        [pack(list(texts)) for texts in lines],
        [pack(item.entry) for item in items],
    )
