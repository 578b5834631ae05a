"""Completeness: what ISO 14067:2018 and GB/T 24067-2024 ask a report to hold, and what the record has of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .calculate import Calculation
from .fields import NOT_STATED
from .load import Report
from .reconcile import Reconciliation

State = Literal["stated", "partly", "not-stated", "not-applicable"]
Anchor = Literal["status", "results", "derivation", "boundary", "method", "factors", "product"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is asked for: the clause of ISO 14067:2018 and the part of the report in GB/T 24067-2024."""

    iso: str
    gbt: str | None
    anchor: Anchor


# In the order of GB/T 24067-2024's report: who and why, scope, inventory, result, interpretation.
ASKS: Mapping[str, Ask] = {
    "identification": Ask("7.1", "1", "status"),
    "goal": Ask("6.2, 7.1", "2", "method"),
    "product-category-rules": Ask("7.3 s", "1", "method"),
    "functional-unit": Ask("7.3 a", "3", "method"),
    "boundary": Ask("7.3 b, 7.3 o", "3", "boundary"),
    "unit-processes": Ask("7.3 c", "3", "product"),
    "cut-off": Ask("7.3 g", "3", "method"),
    "scenarios": Ask("7.3 p, 7.3 q", "3", "method"),
    "period": Ask("7.3 r", "3", "status"),
    "data-sources": Ask("7.3 d", "4", "method"),
    "allocation": Ask("7.3 h", "4", "method"),
    "activity-data": Ask("6.3.5", "4", "derivation"),
    "electricity": Ask("7.3 l, 6.4.9.4", "4", "factors"),
    "data-quality": Ask("7.3 j, 6.3.5", "4", "method"),
    "gases": Ask("7.3 e", "5", "method"),
    "characterisation": Ask("7.3 f", "5", "method"),
    "results": Ask("7.2", "5", "results"),
    "separate-emissions": Ask("7.2", "5", "method"),
    "timing": Ask("7.3 i", None, "method"),
    "sensitivity": Ask("7.3 k", "6", "method"),
    "interpretation": Ask("7.3 m", "6", "method"),
    "value-choices": Ask("7.3 n", "6", "method"),
    "performance-tracking": Ask("7.3 t", None, "method"),
    "comparison": Ask("B", None, "method"),
    "verification": Ask("8", None, "status"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """What a record has of one thing that is asked for, and where on the report's page it stands."""

    id: str
    iso: str
    gbt: str | None
    state: State
    anchor: Anchor | None  # None where there is nothing to go to


def completeness(report: Report, calculation: Calculation, reconciliation: Reconciliation | None) -> tuple[Item, ...]:
    """One item for each of ``ASKS``, decided by what the record holds and by nothing else."""
    states = {**_from_method(report, calculation), **_from_record(report, calculation, reconciliation)}
    return tuple(
        Item(name, ask.iso, ask.gbt, states[name], ask.anchor if states[name] in ("stated", "partly") else None)
        for name, ask in ASKS.items()
    )


def _whole(parts: Iterable[object]) -> State:
    """All parts, some of them, or none."""
    has = [bool(part) for part in parts]
    return "stated" if all(has) else "partly" if any(has) else "not-stated"


def _if(applies: bool, said: bool, in_part: object) -> State:
    """Of what not every report can state: said in words, shown by the data alone, or not at all."""
    if not applies:
        return "not-applicable"
    return "stated" if said else "partly" if in_part else "not-stated"


def _from_method(report: Report, calculation: Calculation) -> dict[str, State]:
    """What the texts on method say, and the disclosures that have no key of their own."""
    inventory, method = report.inventory, report.inventory.method
    said = method.disclosures
    lines = [line for stage in calculation.stages for line in stage.lines if line.emission]
    electric = any(line.factor and line.factor.kind == "electricity" for line in lines)
    to_the_grave = inventory.boundary.scope == "cradle-to-grave"
    used = [
        stage for stage in ("use", "end-of-life") if stage in calculation.by_id and calculation.by_id[stage].emission
    ]
    return {
        "goal": _whole([method.goal]),
        "product-category-rules": _whole([method.product_category_rules != NOT_STATED]),
        "cut-off": _whole([True, method.cut_off.words]),
        "data-sources": _whole([True, method.data_collection]),
        "allocation": "stated",
        "data-quality": _whole([method.data_quality, method.primary_data_share != NOT_STATED]),
        "gases": _whole([method.impact.gases]),
        "characterisation": "stated",
        "sensitivity": _whole(
            ["sensitivity" in said, method.uncertainty or any(line.line.uncertainty for line in lines)]
        ),
        "interpretation": _whole(["limitations" in said, method.improvements]),
        "scenarios": _if(to_the_grave, "scenarios" in said, used),
        "electricity": _if(electric, "electricity" in said, True),
        "performance-tracking": "stated" if "performance-tracking" in said else "not-applicable",
        "separate-emissions": _whole(["separate-emissions" in said]),
        "timing": _whole(["timing" in said]),
        "value-choices": _whole(["value-choices" in said]),
        "comparison": _whole(["comparison" in said]),
    }


def _from_record(report: Report, calculation: Calculation, reconciliation: Reconciliation | None) -> dict[str, State]:
    """What the structure of the record shows: unit, boundary, data, results, statement."""
    inventory, product, statement = report.inventory, report.product, report.statement
    facts = statement.statement if statement else None
    quantified = [stage for stage in calculation.stages if stage.emission]
    cited = {citation.factor for citation in inventory.factor_citations}
    lines = [line for stage in quantified for line in stage.lines if line.emission]
    third_party = facts is not None and facts.kind in ("verification", "certification")
    return {
        "identification": _whole([True, statement]),
        "functional-unit": _whole([True, inventory.functional_unit.definition, product.mass]),
        "boundary": _whole(
            [True, not calculation.not_quantified and all(stage.stage.included for stage in quantified)]
        ),
        "unit-processes": _whole([product.process]),
        "period": _whole([True, facts and facts.valid_until != NOT_STATED]),
        "activity-data": _whole([True, all(x.factor_id in cited and not x.needs_unprinted_values for x in lines)]),
        "results": _whole([reconciliation, reconciliation and reconciliation.shares]),
        "verification": _whole(
            [
                third_party,
                third_party and facts and facts.standard != NOT_STATED,
                third_party and facts and facts.assurance != NOT_STATED,
            ]
        ),
    }
