"""The editions of a product for reading: rows of a table, bars and figure over time, and their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .addresses import page_of
from .charts import by_edition_figure, for_page
from .comparability import COVERAGE
from .conditions import condition_label
from .editions import Comparison, Edition, editions, series
from .evaluate import Evaluation, Outcome
from .fields import Words
from .quantity import EMISSION, rounded
from .reconcile import signed
from .tables import Bar, bars_on_scale
from .wording import Wording


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition in the table, in words. ``stops`` and ``differing`` are of the comparison with ``since``."""

    evaluation: Evaluation
    number: str
    issued: str
    body: Words
    total: str
    since: str | None  # the number of the edition before; None of the first and of withdrawn ones
    difference: str | None
    percent: str | None
    stops: str
    differing: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that a page shows of a product's editions. Without bars where fewer than two may be compared."""

    rows: tuple[EditionRow, ...]  # the newest first
    bars: tuple[Bar, ...]  # the oldest first
    figure: dict[str, Any] | None
    left_out: tuple[tuple[str, str], ...]  # number, and the conditions that keep it out of the chart


def timeline(outcome: Outcome, evaluation: Evaluation, t: Wording) -> Timeline | None:
    """Of the product of a report; None where it has no two editions."""
    product = evaluation.report.product_id
    return outcome.once(("timeline", product), t.language, lambda: _timeline(outcome, evaluation, t))


def _timeline(outcome: Outcome, evaluation: Evaluation, t: Wording) -> Timeline | None:
    if not has_editions(outcome, evaluation):
        return None
    listed = _editions(outcome, evaluation)
    course = series(listed)
    bars = _bars(course.shown) if len(course.shown) > 1 else ()
    return Timeline(
        tuple(_row(outcome, edition, t) for edition in reversed(listed)),
        bars,
        for_page(by_edition_figure(bars, t)) if bars else None,
        tuple((_number(e), _labels(stops, t)) for e, stops in course.left_out),
    )


def has_editions(outcome: Outcome, evaluation: Evaluation) -> bool:
    """Whether the product of a report has at least two reports with a statement."""
    return sum(e.report.statement is not None for e in outcome.by_product[evaluation.report.product_id]) > 1


def _editions(outcome: Outcome, evaluation: Evaluation) -> tuple[Edition, ...]:
    product = evaluation.report.product_id
    return outcome.once(("editions", product), "", lambda: editions(outcome.by_product[product]))


def _number(evaluation: Evaluation) -> str:
    assert evaluation.report.statement is not None
    return evaluation.report.statement.report.number


def _labels(conditions: Sequence[str], t: Wording) -> str:
    """In one line; the stages that count different things are told together."""
    labels = [condition_label(name, t) for name in conditions if not name.startswith(COVERAGE)]
    stages = [name.removeprefix(COVERAGE) for name in conditions if name.startswith(COVERAGE)]
    return t.listed([*labels, *([t("editions.coverage", stages=t.stages(stages))] if stages else [])])


def _row(outcome: Outcome, edition: Edition, t: Wording) -> EditionRow:
    e, comparison = edition.evaluation, edition.comparison
    statement = e.report.statement
    assert statement is not None
    difference = comparison.difference if comparison else None
    relative = comparison.relative if comparison else None
    return EditionRow(
        e,
        statement.report.number,
        statement.report.issued.isoformat(),
        outcome.catalogue.bodies[statement.report.body].name,
        statement.declared.total.text,
        _number(comparison.before) if comparison else None,
        signed(difference, comparison.decimals) if comparison and difference is not None else None,
        f"{signed(100 * relative, 1)} %" if relative is not None else None,
        _labels(comparison.stops, t) if comparison else "",
        _labels(comparison.differing, t) if comparison else "",
    )


def _bars(shown: Sequence[Evaluation]) -> tuple[Bar, ...]:
    """The last one is the current report; the others are what it is seen against."""
    names = [*["before"] * (len(shown) - 1), "current"]
    parts: list[tuple[str, str, str, Fraction]] = []
    for name, e in zip(names, shown, strict=True):
        assert e.report.statement is not None
        assert e.reconciliation is not None
        facts = e.report.statement.report
        total = e.reconciliation.total
        parts.append((name, f"{facts.number} · {facts.issued.isoformat()}", total.declared.text, total.declared_value))
    return tuple(bars_on_scale(parts))


def editions_json(outcome: Outcome, evaluation: Evaluation) -> list[dict[str, Any]]:
    """``editions`` of footprint.json: every edition of the product, the oldest first."""
    return [_edition_json(edition) for edition in _editions(outcome, evaluation)]


def _edition_json(edition: Edition) -> dict[str, Any]:
    e = edition.evaluation
    statement, withdrawn = e.report.statement, e.report.review.withdrawn
    assert statement is not None
    total = statement.declared.total
    return {
        "id": e.id,
        "number": statement.report.number,
        "issued": statement.report.issued.isoformat(),
        "body": statement.report.body,
        "status": e.status,
        "withdrawn": withdrawn.date.isoformat() if withdrawn else None,
        "declared": {"value": total.text, "unit": total.unit},
        "page": page_of(e),
        "comparison": _comparison_json(edition.comparison) if edition.comparison else None,
    }


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    difference, relative = comparison.difference, comparison.relative
    return {
        "before": comparison.before.id,
        "comparable": not comparison.stops,
        "stops": list(comparison.stops),
        "differing": list(comparison.differing),
        "difference": {"value": rounded(difference, comparison.decimals), "unit": EMISSION}
        if difference is not None
        else None,
        "relative": {"value": rounded(100 * relative, 1), "unit": "%"} if relative is not None else None,
    }
