"""Findings: what a reader of a report should know of its numbers, found by rules or noted by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from .calculate import Calculation, StageResult
from .fields import Words
from .load import Report
from .quantity import Interval, rounded, scale
from .reconcile import Reconciliation

Severity = Literal["note", "warning"]


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """One finding: a code with its values (the words are in ``locales/``), or words noted by hand with their source."""

    code: str
    severity: Severity
    values: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    words: Words | None = None
    source: str | None = None


def findings(report: Report, calculation: Calculation, reconciliation: Reconciliation | None) -> list[FoundFinding]:
    """All findings, rules first, then those noted in review.yaml."""
    found: list[FoundFinding] = []
    if reconciliation:
        found += _no_single_calorific_value(calculation, reconciliation)
        found += _shares(report, reconciliation)
        if not reconciliation.total.declared_interval.meets(reconciliation.stage_sum):
            found.append(FoundFinding("stages-do-not-sum", "warning"))
    found += _coarse(calculation)
    unquantified = [name for name in report.inventory.boundary.named_stages if name in calculation.not_quantified]
    if unquantified:
        found.append(FoundFinding("named-stage-not-quantified", "warning", stages=tuple(unquantified)))
    found += [FoundFinding("noted", "note", words=f.words, source=f.source) for f in report.review.findings]
    return found


def implied_calorific_value(stage: StageResult, declared: Interval) -> tuple[str, str, Interval] | None:
    """The library's heating value that would give the declared stage, where that is one line with a positive factor.

    Returns the factor's id, the unit of its heating value, and the interval in that unit.
    """
    quantified = [line for line in stage.lines if line.emission]
    if len(quantified) != 1 or len(quantified[0].multipliers) != 3 or quantified[0].line.net_calorific_value:
        return None
    amount, heat, factor = quantified[0].multipliers
    kilograms = scale((amount.quantity.unit, heat.quantity.unit, factor.quantity.unit), "kgCO2")
    kilograms = kilograms or scale((amount.quantity.unit, heat.quantity.unit, factor.quantity.unit), "kgCO2e")
    known = amount.interval * factor.interval
    if not kilograms or known.low <= 0 or declared.low < 0:
        return None
    return (
        str(quantified[0].factor_id),
        heat.quantity.unit,
        Interval(declared.low / (known.high * kilograms), declared.high / (known.low * kilograms)),
    )


def _no_single_calorific_value(calculation: Calculation, reconciliation: Reconciliation) -> Iterator[FoundFinding]:
    """Rows of one fuel whose declared values ask for heating values that have no number in common."""
    by_factor: dict[tuple[str, str], list[tuple[str, Interval]]] = {}
    for stage in calculation.stages:
        if stage.id in reconciliation.stages:
            implied = implied_calorific_value(stage, reconciliation.stages[stage.id].declared_interval)
            if implied:
                by_factor.setdefault(implied[:2], []).append((stage.id, implied[2]))
    for (factor, unit), rows in by_factor.items():
        if max(i.low for _, i in rows) > min(i.high for _, i in rows):
            spans = {name: f"{rounded(i.low, 2)}–{rounded(i.high, 2)} {unit}" for name, i in rows}
            values = {"factor": factor, "unit": unit, "spans": "; ".join(spans.values())}
            yield FoundFinding("no-single-calorific-value", "warning", values, tuple(spans))


def _shares(report: Report, reconciliation: Reconciliation) -> Iterator[FoundFinding]:
    wrong = tuple(name for name, share in reconciliation.shares.items() if share.verdict == "does-not-reproduce")
    if wrong:
        yield FoundFinding("share-does-not-reproduce", "warning", stages=wrong)
    assert report.statement is not None
    declared = report.statement.declared
    if declared.shares:
        total = sum((share.value for share in declared.shares.values()), Fraction(0))
        if total != 100:
            decimals = max(share.decimals for share in declared.shares.values())
            printed = declared.shares_total.text if declared.shares_total else "–"
            yield FoundFinding("shares-do-not-sum", "note", {"sum": rounded(total, decimals), "printed": printed})


def _coarse(calculation: Calculation) -> Iterator[FoundFinding]:
    """An interval wider than 1 % of its value cannot test a declared value."""
    wide = tuple(
        stage.id
        for stage in calculation.stages
        if stage.emission
        and stage.emission.interval.high - stage.emission.interval.low > abs(stage.emission.value) / 100
    )
    if wide:
        yield FoundFinding("too-coarse-to-test", "note", stages=wide)
