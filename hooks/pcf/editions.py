"""The editions of a product's footprint: its reports in order of issue, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .comparability import STOPS, comparability
from .evaluate import Evaluation


@dataclass(frozen=True, slots=True)
class Comparison:
    """An edition held against the one before it; conditions by their id, in the order in which they are shown.

    Without a difference where one of ``stops`` differs: the two values are then not of the same thing.
    """

    before: Evaluation
    stops: tuple[str, ...]
    differing: tuple[str, ...]  # told beside the difference; what neither report states is not among them
    difference: Fraction | None  # of the declared totals, kgCO2e per functional unit, later minus earlier
    decimals: int  # with which the difference is exact: those of the total that has more
    relative: Fraction | None  # difference over the earlier total; None where that is zero


@dataclass(frozen=True, slots=True)
class Edition:
    """One report with a statement, and its comparison with the edition before; None of the first and of withdrawn."""

    evaluation: Evaluation
    comparison: Comparison | None


def editions(reports: Iterable[Evaluation]) -> tuple[Edition, ...]:
    """The reports of one product that have a statement, oldest first; on the same day in order of their folders.

    A withdrawn value is no longer stated by anyone, so no change leads to it or away from it.
    """
    result: list[Edition] = []
    before: Evaluation | None = None
    for evaluation in sorted((e for e in reports if e.report.statement), key=_issued):
        if evaluation.report.is_withdrawn:
            result.append(Edition(evaluation, None))
            continue
        result.append(Edition(evaluation, compared(before, evaluation) if before else None))
        before = evaluation
    return tuple(result)


def _issued(evaluation: Evaluation) -> tuple[str, str]:
    assert evaluation.report.statement is not None
    return evaluation.report.statement.report.issued.isoformat(), evaluation.report.folder


def compared(before: Evaluation, after: Evaluation) -> Comparison:
    """The change of the declared total between two reports with a statement, as far as they may be compared."""
    pairs = [(a.id, a.key, b.key) for a, b in zip(comparability(before), comparability(after), strict=True)]
    stops = tuple(name for name, old, new in pairs if name in STOPS and (old is None or old != new))
    differing = tuple(name for name, old, new in pairs if name not in STOPS and old != new)
    assert before.reconciliation is not None
    assert after.reconciliation is not None
    was, now = before.reconciliation.total, after.reconciliation.total
    difference = None if stops else now.declared_value - was.declared_value
    relative = difference / was.declared_value if difference is not None and was.declared_value else None
    decimals = max(was.declared.decimals, now.declared.decimals)
    return Comparison(before, stops, differing, difference, decimals, relative)


@dataclass(frozen=True, slots=True)
class Series:
    """The editions whose values may stand on one scale with the latest, oldest first, and those that may not."""

    shown: tuple[Evaluation, ...]
    left_out: tuple[tuple[Evaluation, tuple[str, ...]], ...]  # each with its stops; withdrawn ones are in neither


def series(listed: Sequence[Edition]) -> Series:
    """What a chart over time may show. Fewer than two editions are no course of time."""
    standing = [edition.evaluation for edition in listed if not edition.evaluation.report.is_withdrawn]
    judged = [(e, compared(e, standing[-1]).stops) for e in standing]
    return Series(
        tuple(e for e, stops in judged if not stops),
        tuple((e, stops) for e, stops in judged if stops),
    )
