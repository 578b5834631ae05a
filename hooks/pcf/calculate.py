"""Emissions from an inventory: every line with its derivation, every stage and the total, exact, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .fields import Words
from .library import Factor
from .load import Catalogue, Report
from .model import CRADLE_TO_GATE, FactorCitation, Line, Stage
from .problems import Problem
from .quantity import EMISSION, ZERO, Interval, Quantity, compatible, exact_text, product_unit, scale

Role = Literal["amount", "net_calorific_value", "emission_factor"]
StageState = Literal["quantified", "not-quantified", "outside-boundary"]


@dataclass(frozen=True, slots=True)
class Result:
    """Emissions in kgCO2e: the value of the numbers as written, and all that their printed precision allows."""

    value: Fraction
    interval: Interval

    @property
    def half_width(self) -> Fraction:
        return (self.interval.high - self.interval.low) / 2


@dataclass(frozen=True, slots=True)
class Multiplier:
    """One factor of a line's product: what it is, all that it may stand for, whether the report itself prints it."""

    role: Role
    quantity: Quantity
    interval: Interval
    printed_in_report: bool


@dataclass(frozen=True, slots=True)
class LineResult:
    """One line: amount × (net calorific value) × emission factor, or the reason why there is no amount."""

    line: Line
    factor_id: str | None
    factor: Factor | None
    multipliers: tuple[Multiplier, ...]
    emission: Result | None  # None: not quantified

    @property
    def needs_unprinted_values(self) -> bool:
        return any(not m.printed_in_report for m in self.multipliers)


@dataclass(frozen=True, slots=True)
class StageResult:
    """One stage: the sum of its lines, or why it has none."""

    stage: Stage
    state: StageState
    reason: Words | None
    lines: tuple[LineResult, ...]
    emission: Result | None

    @property
    def id(self) -> str:
        return self.stage.id

    @property
    def needs_unprinted_values(self) -> bool:
        return any(line.needs_unprinted_values for line in self.lines)


@dataclass(frozen=True, slots=True)
class Calculation:
    """A whole report, recomputed. ``total`` sums the stages that are quantified, and no other."""

    stages: tuple[StageResult, ...]
    total: Result
    cradle_to_gate: Result | None

    @property
    def by_id(self) -> Mapping[str, StageResult]:
        return {stage.id: stage for stage in self.stages}

    @property
    def not_quantified(self) -> tuple[str, ...]:
        return tuple(stage.id for stage in self.stages if stage.state == "not-quantified")

    @property
    def outside(self) -> tuple[str, ...]:
        return tuple(stage.id for stage in self.stages if stage.state == "outside-boundary")


def calculate(catalogue: Catalogue, report: Report) -> tuple[Calculation | None, list[Problem]]:
    """The report's emissions, or what keeps them from being computed.

    None without a problem where ``check`` has told it already: a factor that is not there, a line in no state.
    """
    lines_of_all = [line for stage in report.inventory.stages for line in stage.lines or ()]
    if any(_told_by_check(catalogue, line) for line in lines_of_all):
        return None, []
    problems: list[Problem] = []
    citations = {c.factor: c for c in report.inventory.factor_citations}
    stages: list[StageResult] = []
    for number, stage in enumerate(report.inventory.stages):
        lines = []
        for index, line in enumerate(stage.lines or ()):
            where = ("stages", number, "lines", index)
            found = _line(catalogue, citations, line, report, where)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                lines.append(found)
        stages.append(_stage(stage, tuple(lines)))
    if problems:
        return None, problems
    gate = [s.emission for s in stages if s.id in CRADLE_TO_GATE and s.emission]
    return Calculation(
        tuple(stages),
        add(s.emission for s in stages if s.emission),
        add(gate) if gate and report.inventory.boundary.scope != "gate-to-gate" else None,
    ), []


def add(results: Iterable[Result]) -> Result:
    """The sum of results; of none, zero."""
    value, interval = Fraction(0), ZERO
    for result in results:
        value += result.value
        interval += result.interval
    return Result(value, interval)


def _stage(stage: Stage, lines: tuple[LineResult, ...]) -> StageResult:
    quantified = [line.emission for line in lines if line.emission]
    if quantified:
        return StageResult(stage, "quantified", None, lines, add(quantified))
    if stage.outside_boundary:
        return StageResult(stage, "outside-boundary", stage.outside_boundary, (), None)
    reason = stage.not_quantified or next((line.line.not_quantified for line in lines), None)
    return StageResult(stage, "not-quantified", reason, lines, None)


def _told_by_check(catalogue: Catalogue, line: Line) -> bool:
    states = (line.amount, line.derived_from, line.not_quantified)
    unknown = line.factor is not None and line.factor not in catalogue.factors
    return (
        unknown or sum(state is not None for state in states) != 1 or (line.factor is None and not line.not_quantified)
    )


def _line(
    catalogue: Catalogue,
    citations: Mapping[str, FactorCitation],
    line: Line,
    report: Report,
    where: tuple[str | int, ...],
) -> LineResult | Problem:
    document = report.documents["inventory"]
    factor = catalogue.factors.get(line.factor) if line.factor else None
    if line.not_quantified or factor is None:
        return LineResult(line, line.factor, factor, (), None)
    citation = citations.get(str(line.factor))
    derived = line.derived_from
    unit = report.inventory.functional_unit.amount
    if derived and not compatible(derived.output.unit, unit.unit):
        expected = {"expected": f"the functional unit ({unit})", "expected_zh": f"功能单位（{unit}）"}
        at = (*where, "derived_from", "output")
        return document.problem(at, "Q-DIMENSION", unit=derived.output.unit, example=f"1200 {unit.unit}", **expected)
    amount, interval = _amount(line, unit)
    multipliers = [Multiplier("amount", amount, interval, True)]
    per_energy = compatible(factor.value.unit.partition("/")[2] or EMISSION, "GJ")
    own, library = line.net_calorific_value, factor.net_calorific_value
    if per_energy and not compatible(amount.unit, "GJ"):
        if own:
            heat = Multiplier("net_calorific_value", own.value, own.value.interval(), True)
        elif library:
            printed = not (citation and isinstance(citation.net_calorific_value, str))
            heat = Multiplier("net_calorific_value", library.value, library.value.interval(library.exact), printed)
        else:
            return document.problem((*where, "factor"), "R-CALORIFIC", unit=amount.unit)
        multipliers.append(heat)
    elif own:
        units_there = {"unit": amount.unit, "factor_unit": factor.value.unit}
        return document.key_problem((*where, "net_calorific_value"), "R-UNUSED", **units_there)
    printed = not (citation and isinstance(citation.value, str))
    multipliers.append(Multiplier("emission_factor", factor.value, factor.value.interval(factor.exact), printed))
    units = tuple(m.quantity.unit for m in multipliers)
    # CO2 alone has a GWP of 1 by definition (IPCC), so kgCO2 counts as kgCO2e.
    factor_of_units = scale(units, EMISSION) if factor.gases == "CO2e" else scale(units, "kgCO2")
    if factor_of_units is None:
        chain, found = " × ".join(units), product_unit(units)
        return document.problem((*where, "amount"), "C-UNITS", chain=chain, found=found)
    value = Fraction(factor_of_units) * amount.value
    interval = interval.scaled(factor_of_units)
    for multiplier in multipliers[1:]:
        value *= multiplier.quantity.value
        interval *= multiplier.interval
    return LineResult(line, line.factor, factor, tuple(multipliers), Result(value, interval))


def _amount(line: Line, functional_unit: Quantity) -> tuple[Quantity, Interval]:
    """The amount per functional unit and its interval; derived from the year's total and output where so given.

    Pieces are counted, so an output in pieces is exact; any other is as precise as it is printed.
    """
    if line.derived_from is None:
        assert line.amount is not None
        return line.amount, line.amount.interval()
    total, output = line.derived_from.total, line.derived_from.output
    units = functional_unit.value / (scale((output.unit,), functional_unit.unit) or 1)
    value = total.value * units / output.value
    made = output.interval(exact=output.unit == "piece")
    interval = total.interval() * Interval(units / made.high, units / made.low)
    return Quantity(exact_text(value), total.unit, value), interval
