"""Declared beside recomputed: the verdict on each stage, total and share by printed precision; pinned deviations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .calculate import Calculation, Result, StageResult, add
from .load import Report
from .model import CRADLE_TO_GATE, Deviation
from .problems import Problem
from .quantity import EMISSION, Interval, Quantity, rounded, scale
from .yamlfile import Document

Verdict = Literal["reproduces", "reproduces-with-unprinted-values", "does-not-reproduce"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A declared value and the recomputed one. Neither replaces the other."""

    declared: Quantity
    declared_interval: Interval  # in kgCO2e
    recomputed: Result
    verdict: Verdict

    @property
    def difference(self) -> Fraction:
        """Recomputed less declared, in kgCO2e."""
        return self.recomputed.value - self.declared_value

    @property
    def relative(self) -> Fraction | None:
        """The difference as a share of the declared value; none where that is zero."""
        return self.difference / self.declared_value if self.declared_value else None

    @property
    def declared_value(self) -> Fraction:
        return (self.declared_interval.low + self.declared_interval.high) / 2


@dataclass(frozen=True, slots=True)
class Share:
    """A declared share and the one that follows from the declared values, in per cent."""

    declared: Quantity
    follows: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A report held against its statement. ``stages`` has the quantified ones only."""

    stages: Mapping[str, Comparison]
    total: Comparison
    stage_sum: Interval  # of the declared stages
    shares: Mapping[str, Share]
    cradle_to_gate: Fraction | None  # sum of the declared stages up to production
    deviations: Mapping[str, Deviation]

    @property
    def reproduced(self) -> int:
        return sum(c.verdict != "does-not-reproduce" for c in self.stages.values())

    @property
    def with_unprinted_values(self) -> int:
        return sum(c.verdict == "reproduces-with-unprinted-values" for c in self.stages.values())


def in_kg(quantity: Quantity) -> Fraction:
    return quantity.value * (scale((quantity.unit,), EMISSION) or 0)


def _interval_in_kg(quantity: Quantity) -> Interval:
    return quantity.interval().scaled(scale((quantity.unit,), EMISSION) or Fraction(0))


def compare(declared: Quantity, recomputed: Result, needs_unprinted_values: bool) -> Comparison:
    """The verdict by printed precision: the declared interval must meet the recomputed one. No other tolerance."""
    interval = _interval_in_kg(declared)
    verdict: Verdict = "does-not-reproduce"
    if interval.meets(recomputed.interval):
        verdict = "reproduces-with-unprinted-values" if needs_unprinted_values else "reproduces"
    return Comparison(declared, interval, recomputed, verdict)


def reconcile(report: Report, calculation: Calculation) -> tuple[Reconciliation | None, list[Problem]]:
    """The verdicts, none for a draft, and a problem for each stage that deviates and is not pinned as it is."""
    if report.statement is None:
        return None, []
    declared = report.statement.declared
    values: dict[str, Quantity] = {str(name): value for name, value in declared.stages.items()}
    stages = {
        stage.id: compare(values[stage.id], stage.emission, stage.needs_unprinted_values)
        for stage in calculation.stages
        if stage.emission and stage.id in values
    }
    unprinted = any(stage.needs_unprinted_values for stage in calculation.stages)
    gate = [in_kg(values[name]) for name in CRADLE_TO_GATE if name in stages]
    result = Reconciliation(
        stages,
        compare(declared.total, calculation.total, unprinted),
        add(Result(c.declared_value, c.declared_interval) for c in stages.values()).interval,
        {
            name: _share(share, values[name], declared.total)
            for name, share in declared.shares.items()
            if name in stages
        },
        sum(gate, Fraction(0)) if calculation.cradle_to_gate is not None and gate else None,
        {d.stage: d for d in report.review.deviations},
    )
    return result, _deviations(report, calculation, result)


def _share(printed: Quantity, stage: Quantity, total: Quantity) -> Share:
    """The share that the declared stage and total allow."""
    part, whole = _interval_in_kg(stage), _interval_in_kg(total)
    if whole.low <= 0:
        return Share(printed, Interval(printed.value, printed.value), "does-not-reproduce")
    follows = (part * Interval(1 / whole.high, 1 / whole.low)).scaled(Fraction(100))
    return Share(printed, follows, "reproduces" if printed.interval().meets(follows) else "does-not-reproduce")


def _deviations(report: Report, calculation: Calculation, result: Reconciliation) -> list[Problem]:
    problems: list[Problem] = []
    statement, inventory = report.documents["statement"], report.documents["inventory"]
    places: dict[str, int] = {stage.id: number for number, stage in enumerate(report.inventory.stages)}
    for name, comparison in result.stages.items():
        if comparison.verdict == "does-not-reproduce" and name not in result.deviations:
            where = ("stages", places[name], "lines", _first_amount(calculation.by_id[name]), "amount")
            problems.append(inventory.problem(where, "C-DEVIATION", stage=name, **_difference(comparison)))
    review = report.documents.get("review")
    if review is not None:
        for number, deviation in enumerate(report.review.deviations):
            found = result.stages.get(deviation.stage)
            if found is None or found.verdict != "does-not-reproduce":
                state, state_zh = ("reproduces", "可以复算") if found else ("is not quantified", "没有量化")
                values: dict[str, str] = {"stage": deviation.stage, "state": state, "state_zh": state_zh}
                problems.append(review.problem(("deviations", number, "stage"), "C-STALE", **values))
                continue
            now = {
                "declared": (deviation.declared, found.declared.text),
                "recomputed": (deviation.recomputed, rounded(found.recomputed.value, found.declared.decimals)),
            }
            for which, (pinned, text) in now.items():
                if in_kg(pinned) != Fraction(text) or pinned.decimals != found.declared.decimals:
                    expected = f"{text} {EMISSION}"
                    values = {"stage": deviation.stage, "which": which, "pinned": str(pinned), "now": expected}
                    problems.append(review.problem(("deviations", number, which), "C-PINNED", **values))
    problems += _total(statement, calculation, result)
    return problems


def _total(statement: Document, calculation: Calculation, result: Reconciliation) -> list[Problem]:
    """A total that does not reproduce is excused only by its stages: with those as declared, it must follow."""
    if result.total.verdict != "does-not-reproduce":
        return []
    parts = []
    for stage in calculation.stages:
        if stage.emission:
            comparison = result.stages.get(stage.id)
            pinned = comparison and comparison.verdict == "does-not-reproduce"
            parts.append(
                Result(comparison.declared_value, comparison.declared_interval)
                if comparison and pinned
                else stage.emission
            )
    follows = add(parts)
    if result.total.declared_interval.meets(follows.interval):
        return []
    declared = result.total.declared
    values = {"declared": str(declared), "sum": f"{rounded(follows.value, declared.decimals)} {EMISSION}"}
    return [statement.problem(("declared", "total"), "C-TOTAL", **values)]


def _first_amount(stage: StageResult) -> int:
    return next(number for number, line in enumerate(stage.lines) if line.emission)


def _difference(comparison: Comparison) -> dict[str, str]:
    decimals = comparison.declared.decimals
    relative = comparison.relative
    return {
        "declared": str(comparison.declared),
        "recomputed": f"{rounded(comparison.recomputed.value, decimals)} {EMISSION}",
        "difference": signed(comparison.difference, decimals),
        "percent": f"{signed(100 * relative, 1)} %" if relative is not None else "–",
    }


def signed(value: Fraction, decimals: int) -> str:
    """With its sign written out, and the minus of typography."""
    text = rounded(value, decimals)
    return "−" + text[1:] if text.startswith("-") else "+" + text
