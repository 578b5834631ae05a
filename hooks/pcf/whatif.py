"""Every report under other factor values: the same inventories, recalculated. Nobody has verified what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from .calculate import Calculation, calculate
from .evaluate import Evaluation, Outcome
from .load import Catalogue
from .problems import Problem
from .quantity import EMISSION, Quantity, QuantityError, compatible, exact_text, parse_number, parse_quantity, rounded

SCHEMA = "what-if/1"


@dataclass(frozen=True, slots=True)
class Recalculated:
    """One report that uses a factor that was changed: as it is, and as it would be."""

    evaluation: Evaluation
    after: Calculation

    @property
    def before(self) -> Calculation:
        return self.evaluation.calculation

    @property
    def difference(self) -> Fraction:
        """Of the total, in kgCO2e."""
        return self.after.total.value - self.before.total.value


def parse_value(catalogue: Catalogue, reference: str, text: str) -> Quantity | Problem:
    """Another value for a factor: ``0.6205 kgCO2e/kWh``, or a number alone in the factor's own unit.

    A factor that is not in the library, a text that is no quantity and a unit that measures something else give the
    problem that a record with it would have.
    """
    factor = catalogue.factors.get(reference)
    if factor is None:
        near = get_close_matches(reference, sorted(catalogue.factors), 1)
        hint = {"hint": "`pcf factors` lists them", "hint_zh": "`pcf factors` 列出全部因子"}
        if near:
            hint = {"hint": f"did you mean '{near[0]}'?", "hint_zh": f"是否应为“{near[0]}”？"}
        return _problem(reference, "R-REFERENCE", kind="factor", kind_zh="因子", value=reference, **hint)
    unit = factor.value.unit
    try:
        if " " not in text:
            return Quantity(text, unit, parse_number(text))
        quantity = parse_quantity(text, str(factor.value))
    except QuantityError as error:
        return _problem(reference, error.code, **error.values)
    if not compatible(quantity.unit, unit):
        expected = {"expected": f"the factor, which is in {unit}", "expected_zh": f"以 {unit} 计的因子"}
        return _problem(reference, "Q-DIMENSION", unit=quantity.unit, example=str(factor.value), **expected)
    return quantity


def _problem(reference: str, code: str, **values: str) -> Problem:
    return Problem(reference, 1, 1, code, values)


def what_if(outcome: Outcome, values: Mapping[str, Quantity]) -> list[Recalculated]:
    """The reports that use one of the factors, recalculated with its other value; in order of id."""
    catalogue = _with(outcome.catalogue, values)
    found = []
    for evaluation in outcome.evaluations.values():
        lines = (line for stage in evaluation.report.inventory.stages for line in stage.lines or ())
        if any(line.factor in values for line in lines):
            after, _ = calculate(catalogue, evaluation.report)
            assert after is not None  # the units are those of before
            found.append(Recalculated(evaluation, after))
    return found


def _with(catalogue: Catalogue, values: Mapping[str, Quantity]) -> Catalogue:
    """The catalogue with other values of some factors; what was given is not touched."""
    factors = {
        reference: factor.model_copy(update={"value": values[reference]}) if reference in values else factor
        for reference, factor in catalogue.factors.items()
    }
    return replace(catalogue, factors=factors)


def as_data(outcome: Outcome, values: Mapping[str, Quantity], found: list[Recalculated]) -> dict[str, Any]:
    """The answer for a program, exact, and marked for what it is."""
    return {
        "schema": SCHEMA,
        "verified": False,
        "factors": [
            {"id": ref, "before": _quantity(outcome.catalogue.factors[ref].value), "after": _quantity(value)}
            for ref, value in values.items()
        ],
        "reports": [_report(item) for item in found],
        "unchanged": len(outcome.evaluations) - len(found),
    }


def _report(item: Recalculated) -> dict[str, Any]:
    pairs = zip(item.before.stages, item.after.stages, strict=True)
    return {
        "report": item.evaluation.id,
        "total": _change(item.before.total.value, item.after.total.value),
        "stages": [
            {"id": before.id} | _change(before.emission.value, after.emission.value)
            for before, after in pairs
            if before.emission and after.emission and before.emission.value != after.emission.value
        ],
    }


def _change(before: Fraction, after: Fraction) -> dict[str, Any]:
    return {
        "before": exact_text(before),
        "after": exact_text(after),
        "difference": exact_text(after - before),
        "percent": rounded(100 * (after - before) / before, 2) if before else None,
        "unit": EMISSION,
    }


def _quantity(quantity: Quantity) -> dict[str, str]:
    return {"value": quantity.text, "unit": quantity.unit}
