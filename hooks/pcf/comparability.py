"""Comparability: the conditions under which the values of two reports may be set against each other, as keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from .calculate import LineResult, StageResult
from .evaluate import Evaluation
from .fields import NOT_STATED, Words
from .library import Factor
from .model import STAGES, FunctionalUnit
from .quantity import compatible, exact_text, scale

# Where one of these differs, nothing is compared: no bars, no differences.
STOPS = ("functional-unit", "category")
COVERAGE = "coverage-"  # and the id of a stage
# In the order in which they are shown. The rules are those of ISO 14067:2018, annex B.
CONDITIONS = (
    "functional-unit", "category", "function", "service-life", "scope", "stages",
    *(f"{COVERAGE}{stage}" for stage in STAGES),
    "standards", "category-rules", "cut-off", "period", "electricity-factor", "factor-coverage", "verification",
    "reproduction",
)  # fmt: skip

# What a line counts: energy by its carrier, the rest by its kind.
Covered = Literal[
    "electricity", "natural-gas", "diesel", "gasoline", "coal", "heat", "steam", "other-energy",
    "fuel", "material", "transport", "waste", "other",
]  # fmt: skip
_BASES = ("piece", "kg", "m", "m2", "m3", "kWh")  # of functional units


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. Of two reports with the same ``key`` it is the same; None, what is not stated, is like nothing."""

    id: str
    key: str | None


def comparability(evaluation: Evaluation) -> tuple[Condition, ...]:
    """One condition for each of ``CONDITIONS``, decided by what the record holds and by nothing else."""
    keys = _of_what(evaluation) | _of_which_part(evaluation) | _by_which_rules(evaluation)
    return tuple(Condition(name, keys[name]) for name in CONDITIONS)


def _of_what(evaluation: Evaluation) -> dict[str, str | None]:
    """The product and what the value is for."""
    unit, product = evaluation.report.inventory.functional_unit, evaluation.report.product
    life = product.reference_service_life
    return {
        "functional-unit": unit_key(unit),
        "category": product.category,
        "function": _words(unit.definition),
        "service-life": f"{exact_text(life.value * (scale((life.unit,), 'a') or 1))} a" if life else None,
    }


def unit_key(unit: FunctionalUnit) -> str:
    """Amount and unit, in one unit of its kind: 1000 g is 1 kg. What a publisher calls it makes no difference."""
    base = next(base for base in _BASES if compatible(unit.amount.unit, base))
    return f"{exact_text(unit.amount.value * (scale((unit.amount.unit,), base) or 1))} {base}"


def _of_which_part(evaluation: Evaluation) -> dict[str, str | None]:
    """The boundary, what was quantified in it, and what is counted in each stage."""
    stages = evaluation.calculation.by_id
    return {
        "scope": evaluation.report.inventory.boundary.scope,
        "stages": " ".join(name for name in STAGES if name in stages and stages[name].emission),
        **{f"{COVERAGE}{name}": _coverage(stages.get(name)) for name in STAGES},
    }


def _coverage(stage: StageResult | None) -> str:
    """What is counted, or the state that keeps the stage from counting anything; one that is not listed is outside."""
    if stage is None:
        return "outside-boundary"
    return " ".join(covers(stage)) if stage.emission else stage.state


def covers(stage: StageResult) -> tuple[Covered, ...]:
    """What a stage counts, sorted: energy by its carrier; materials, transport services and waste by their kind.

    Not by the name of each material: that two products are of different materials is what a comparison is to show.
    """
    return tuple(sorted({covered(line) for line in quantified(stage)}))


def covered(line: LineResult) -> Covered:
    """What one line counts."""
    factor = line.factor
    assert factor is not None  # a line without a factor is not quantified
    if factor.kind in ("material", "transport", "waste"):
        return factor.kind
    if factor.carrier == "other":
        return "other-energy"
    return cast(Covered, factor.carrier or factor.kind)


def quantified(stage: StageResult) -> Iterable[LineResult]:
    return (line for line in stage.lines if line.emission)


def _by_which_rules(evaluation: Evaluation) -> dict[str, str | None]:
    """Standards, data, factors, and who looked at the result."""
    inventory, statement = evaluation.report.inventory, evaluation.report.statement
    rules, cut_off = inventory.method.product_category_rules, inventory.method.cut_off
    declared = sorted(_folded(standard) for standard in statement.standards.declared) if statement else []
    shares = (exact_text(share.value) for share in (cut_off.per_input, cut_off.total))
    return {
        "standards": "; ".join(declared) or None,
        "category-rules": None if rules == NOT_STATED else _words(rules),
        "cut-off": "/".join(shares),
        "period": f"{inventory.period.start.isoformat()}/{inventory.period.end.isoformat()}",
        "electricity-factor": "; ".join(sorted({_electricity(factor) for factor in electricity_factors(evaluation)}))
        or "none",
        "factor-coverage": "; ".join(sorted({" ".join(part) for part in factor_coverage(evaluation)})) or "none",
        "verification": _verification(evaluation),
        "reproduction": _reproduction(evaluation),
    }


def factors_counted(evaluation: Evaluation) -> list[Factor]:
    """The factors of all lines that count, in order of use, each once."""
    lines = (line for stage in evaluation.calculation.stages for line in quantified(stage))
    return list({line.factor_id: line.factor for line in lines if line.factor}.values())


def electricity_factors(evaluation: Evaluation) -> list[Factor]:
    return [factor for factor in factors_counted(evaluation) if factor.kind == "electricity"]


def _electricity(factor: Factor) -> str:
    """By value, place and year, so that a release that takes over a factor unchanged makes no difference."""
    unit = "kgCO2e/kWh" if factor.gases == "CO2e" else "kgCO2/kWh"
    share = scale((factor.value.unit,), unit)
    value = f"{exact_text(factor.value.value * share)} {unit}" if share else str(factor.value)
    return f"{value} {factor.basis} {_folded(factor.geography)} {factor.year}"


def factor_coverage(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Basis, gases and set of GWPs of the factors, each combination once, in order of use."""
    return list(dict.fromkeys((f.basis, f.gases, f.gwp_set or "none") for f in factors_counted(evaluation)))


def independence(evaluation: Evaluation) -> str | None:
    """Whether the body that speaks had prepared the study itself; None for a draft."""
    statement = evaluation.report.statement
    if statement is None:
        return None
    if statement.statement.prepared_by == NOT_STATED:
        return NOT_STATED
    return "same-body" if statement.statement.prepared_by == statement.report.body else "other-body"


def _verification(evaluation: Evaluation) -> str | None:
    statement = evaluation.report.statement
    if statement is None:
        return None
    facts = statement.statement
    return f"{facts.kind} {independence(evaluation)} {facts.assurance} {_folded(facts.standard)}"


def _reproduction(evaluation: Evaluation) -> str | None:
    """All reports that reproduce are alike in that. One that does not is like no other, so its id is in the key."""
    reconciliation = evaluation.reconciliation
    if reconciliation is None:
        return None
    if "does-not-reproduce" in evaluation.conditions:
        return f"{evaluation.id} {reconciliation.reproduced}/{len(reconciliation.stages)}"
    return "all"


def _words(words: Words | None) -> str | None:
    return None if words is None else _folded(" | ".join(text for text in (words.zh, words.en) if text))


def _folded(text: str) -> str:
    """Width, case and spaces make no difference: ＩＳＯ 14067 is iso 14067."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
