"""A change under review for a terminal, as lines of styled parts, and as annotations of a workflow on GitHub."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

from .annotations import annotation
from .blocking import of_report
from .changes import Changes, ReportChange
from .problems import Language, Problem, shown_text
from .reasons import (
    arrow,
    change_of,
    decimals,
    decimals_in,
    model_of,
    moved,
    name_of,
    number_of,
    reasons,
    remarks,
    reproduced,
    shown,
    statuses,
    sum_of,
)
from .renames import Renamed
from .wording import Wording, wording

Style = Literal["plain", "title", "bad", "good", "up", "down", "muted"]
Line = list[tuple[str, Style]]
WIDEST = 44  # of a column of words


def review_lines(changes: Changes, blocks: Sequence[Problem], language: Language) -> Iterator[Line]:
    """The whole review: what moved, stage by stage with the reasons, then what blocks, last what it comes to."""
    t = wording(language)
    told = [change for change in changes.reports if change.changes_numbers or of_report(blocks, change)]
    for product in changes.renamed:
        yield [(renamed(product, t), "title")]
        yield [("  " + t("review.renamed_words", count=str(product.reports)), "plain")]
    if changes.renamed:
        yield []
    if told:
        yield from table([_head(t), *(_row(change, blocks, t) for change in told)])
    for change in told:
        yield from _report(changes, change, t)
    for factor in changes.factors:
        yield []
        name = arrow(factor.before_id, factor.after_id)
        yield [(shown_text(name), "title"), ("  " + t("review.reaches", count=str(len(factor.reports))), "plain")]
        for report, value in factor.reports:
            yield [(f"  {shown_text(report)}  ", "plain"), (moved(value, 4), _way(moved(value, 4)))]
    if blocks:
        yield []
        yield [(t("review.blocking"), "title")]
    for block in blocks:
        yield [("✖ ", "bad"), (block.text(language), "plain")]
    yield []
    verdict = t("review.verdict_blocked", count=str(len(blocks))) if blocks else t("review.verdict_free")
    yield [(verdict, "bad" if blocks else "good")]
    if not changes.changes_numbers:
        yield [(t("review.no_number_sentence"), "good")]
    count = t("review_count.unchanged", count=str(changes.unchanged + changes.reformatted))
    yield [(count, "muted")]


def _head(t: Wording) -> Line:
    keys = ("product", "declared_before", "declared_after", "change", "recomputed", "change", "reproduced", "status")
    return [(t(f"review_column.{key}"), "title") for key in keys]


def _row(change: ReportChange, blocks: Sequence[Problem], t: Wording) -> Line:
    places = decimals(change)
    (was, now), (had, has) = change.declared, change.recomputed
    declared, recomputed = change_of(was, now, places, t), change_of(had, has, places, t)
    lost = bool(of_report(blocks, change))
    return [
        (_cut(f"{model_of(change)} {number_of(change)} {name_of(change, t)}"), "plain"),
        (shown(was, places), "plain"),
        (shown(now, places), "plain"),
        (declared, _way(declared)),
        (arrow(shown(had, places), shown(has, places)), "plain"),
        (recomputed, _way(recomputed)),
        (arrow(reproduced(change.against), reproduced(change.after)), "plain"),
        (statuses(change, t), "bad" if lost else "plain"),
    ]


def _report(changes: Changes, change: ReportChange, t: Wording) -> Iterator[Line]:
    moves = [stage for stage in change.stages if stage.parts or change.method_in(stage)]
    said = remarks(change, t)
    if change.after is None or not (said or (moves and change.against)):
        return
    yield []
    yield [(shown_text(f"{model_of(change)} {number_of(change)}"), "title")]
    for remark in said:
        yield [(f"  {shown_text(remark)}", "plain")]
    if change.against is None or not moves:
        return
    yield [(f"  {shown_text(sum_of(change, t))} kgCO₂e", "plain")]
    for stage in moves:
        text = moved(stage.change + change.method_in(stage), decimals_in(change, stage.id))
        yield [(f"  {t(f'stage.{stage.id}')}  ", "plain"), (text, _way(text))]
        for reason in reasons(changes, change, stage, t):
            yield [(f"    {shown_text(reason.text)}", "plain"), (f"  {shown_text(reason.place)}", "muted")]


def renamed(product: Renamed, t: Wording) -> str:
    """``Product renamed: kettle → kettle-2``."""
    return t("review.renamed_one", ids=shown_text(arrow(product.before, product.after)))


def table(rows: Sequence[Line]) -> Iterator[Line]:
    """Columns as wide as what stands in them, a Chinese character counting as two; the first is set left."""
    widths = [max(width(row[n][0]) for row in rows) for n in range(len(rows[0]))]
    last = len(widths) - 1
    for row in rows:
        line: Line = []
        for n, (text, style) in enumerate(row):
            space = " " * (widths[n] - width(text))
            line.append((text + ("" if n == last else space) if n in (0, last) else space + text, style))
            line.append(("" if n == last else "  ", "plain"))
        yield line


def width(text: str) -> int:
    """The columns of a terminal that a text takes (Unicode Standard Annex 11)."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str) -> str:
    text = shown_text(text)
    if width(text) <= WIDEST:
        return text
    while width(text) > WIDEST - 1:
        text = text[:-1]
    return text + "…"


def _way(change: str) -> Style:
    return "up" if change.startswith("+") else "down" if change.startswith("−") else "muted"


def workflow_commands(changes: Changes, blocks: Sequence[Problem], language: Language) -> Iterator[str]:
    """GitHub's workflow commands: an error for what blocks, a notice for each other report whose numbers move."""
    t = wording(language)
    for block in blocks:
        stop = "；" if language == "zh" else "; "
        words = block.words(language) + stop + block.cure(language)
        yield annotation("error", block.path, block.line, block.code, words)
    for product in changes.renamed:
        document = changes.head.outcome.catalogue.documents[f"products/{product.after}/product.yaml"]
        words = t("review.renamed_words", count=str(product.reports))
        line = document.key_place("former_ids")[0]
        yield annotation("notice", document.path, line, renamed(product, t), words)
    for change in changes.reports:
        if change.changes_numbers and change.after and not of_report(blocks, change):
            (was, now), (had, has), places = change.declared, change.recomputed, decimals(change)
            values = {"declared": change_of(was, now, places, t), "recomputed": change_of(had, has, places, t)}
            words = t("review.annotation", **values)
            yield annotation("notice", f"products/{change.id}/inventory.yaml", 1, number_of(change), words)
