"""Findings: what a reader of a report should know of its numbers, found by rules or noted by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from .calculate import Calculation, LineResult, StageResult
from .fields import NOT_STATED, Words
from .library import Factor
from .load import Report
from .model import SCOPE_STAGES
from .quantity import Interval, rounded, scale
from .reconcile import Comparison, Reconciliation, signed

Severity = Literal["note", "warning"]

# Every finding, in the order in which a page tells them. A warning weighs on what the value can be used for.
SEVERITIES: Mapping[str, Severity] = {
    "total-does-not-reproduce": "warning",
    "stage-does-not-reproduce": "warning",
    "no-single-calorific-value": "warning",
    "stages-do-not-sum": "warning",
    "share-does-not-reproduce": "warning",
    "raw-materials-energy-only": "warning",
    "scope-stage-not-quantified": "warning",
    "named-stage-not-quantified": "warning",
    "coverage-mixed": "warning",
    "body-prepared-and-verified": "warning",
    "body-prepared-and-issued": "warning",
    "line-without-amount": "note",
    "unprinted-values-needed": "note",
    "factor-unit-not-printed": "note",
    "factor-unit-printed-as-co2": "note",
    "factor-cited-differently": "note",
    "factor-older-than-data": "note",
    "gas-volume-conditions-not-stated": "note",
    "too-coarse-to-test": "note",
    "shares-do-not-sum": "note",
    "standard-cited-not-declared": "note",
    "assurance-not-stated": "note",
    "validity-not-stated": "note",
    "noted": "note",
}
_ORDER = {code: number for number, code in enumerate(SEVERITIES)}
_CO2_ALONE = re.compile(r"CO[2₂](?![ -]*(?:e|当量))", re.IGNORECASE)  # neither CO2e nor CO2 eq nor CO2当量
_LIQUID_OR_SOLID = ("diesel", "gasoline", "coal")


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """One finding: a code with its values (the words are in ``locales/``), or words noted by hand with their source."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()  # by reference
    words: Words | None = None
    source: str | None = None

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.code]


def findings(report: Report, calculation: Calculation, reconciliation: Reconciliation | None) -> list[FoundFinding]:
    """All findings in the order of ``SEVERITIES``: those by rule, then those noted in review.yaml."""
    found = [*_boundary(report, calculation), *_coarse(calculation), *_lines(report, calculation)]
    found += _citations(report, calculation)
    if reconciliation:
        found += _verdicts(reconciliation)
        found += _no_single_calorific_value(calculation, reconciliation)
        found += _shares(report, reconciliation)
        found += _statement(report)
    found += [FoundFinding("noted", words=f.words, source=f.source) for f in report.review.findings]
    return sorted(found, key=lambda finding: _ORDER[finding.code])


def _verdicts(reconciliation: Reconciliation) -> Iterator[FoundFinding]:
    """What does not come out as declared."""
    if reconciliation.total.verdict == "does-not-reproduce":
        yield FoundFinding("total-does-not-reproduce", _difference(reconciliation.total))
    for name, comparison in reconciliation.stages.items():
        if comparison.verdict == "does-not-reproduce":
            yield FoundFinding("stage-does-not-reproduce", _difference(comparison), (name,))
    if not reconciliation.total.declared_interval.meets(reconciliation.stage_sum):
        yield FoundFinding("stages-do-not-sum")


def _difference(comparison: Comparison) -> dict[str, str]:
    decimals, relative = comparison.declared.decimals, comparison.relative
    return {
        "declared": comparison.declared.text,
        "recomputed": rounded(comparison.recomputed.value, decimals),
        "difference": signed(comparison.difference, decimals),
        "percent": f"{signed(100 * relative, 1)} %" if relative is not None else "–",
    }


def _boundary(report: Report, calculation: Calculation) -> Iterator[FoundFinding]:
    """Stages that the report's words or its scope claim, and for which it has no data. Each is told once."""
    boundary = report.inventory.boundary
    named = tuple(name for name in boundary.named_stages if name in calculation.not_quantified)
    if named:
        yield FoundFinding("named-stage-not-quantified", stages=named)
    scope = SCOPE_STAGES[boundary.scope]
    rest = tuple(name for name in scope if name in calculation.not_quantified and name not in named)
    if rest:
        yield FoundFinding("scope-stage-not-quantified", stages=rest)


def _lines(report: Report, calculation: Calculation) -> Iterator[FoundFinding]:
    """What the lines and their factors cover, and what they leave open."""
    quantified = [stage for stage in calculation.stages if stage.emission]
    used = [(stage.id, line, line.factor) for stage in quantified for line in stage.lines if line.emission]
    made_of = [factor for name, _, factor in used if name == "raw-materials"]
    if made_of and all(factor and _is_energy(factor) for factor in made_of):
        yield FoundFinding("raw-materials-energy-only", stages=("raw-materials",))
    if len({factor.basis for _, _, factor in used if factor}) > 1:
        yield _about("coverage-mixed", [u for u in used if u[2] and u[2].basis == "combustion"])
    empty = [stage.id for stage in quantified for line in stage.lines if not line.emission]
    if empty:
        yield FoundFinding("line-without-amount", {"count": str(len(empty))}, tuple(dict.fromkeys(empty)))
    unprinted = tuple(stage.id for stage in quantified if stage.needs_unprinted_values)
    if unprinted:
        counts = {"count": str(len(unprinted)), "of": str(len(quantified))}
        yield FoundFinding("unprinted-values-needed", counts, unprinted)
    first = report.inventory.period.start.year
    years = sorted({f.year for _, _, f in used if f and f.year != NOT_STATED and f.year < first}, reverse=True)
    for year in years:
        values = {"year": str(year), "period": str(first)}
        yield _about("factor-older-than-data", [u for u in used if u[2] and u[2].year == year], values)
    open_volumes = [(name, line, factor) for name, line, factor in used if _is_gas_volume(line)]
    if open_volumes:
        yield _about("gas-volume-conditions-not-stated", open_volumes)


def _is_energy(factor: Factor) -> bool:
    return factor.kind in ("electricity", "fuel") or factor.carrier is not None


def _is_gas_volume(line: LineResult) -> bool:
    """An amount of gaseous fuel by volume, without the pressure and temperature at which it was measured."""
    if line.line.conditions or line.factor is None or line.factor.kind != "fuel":
        return False
    return "m3" in line.multipliers[0].quantity.unit and line.factor.carrier not in _LIQUID_OR_SOLID


def _about(
    code: str, used: Iterable[tuple[str, LineResult, Factor | None]], values: Mapping[str, str] | None = None
) -> FoundFinding:
    """A finding on lines: the stages they stand in, and their factors."""
    rows = list(used)
    factors = dict.fromkeys(str(line.factor_id) for _, line, _ in rows)
    return FoundFinding(code, values or {}, tuple(dict.fromkeys(name for name, _, _ in rows)), tuple(factors))


def _citations(report: Report, calculation: Calculation) -> Iterator[FoundFinding]:
    """How the report prints and sources the factors that its result rests on."""
    lines = (line for stage in calculation.stages for line in stage.lines if line.emission)
    used = {line.factor_id: line.factor for line in lines if line.factor}
    cited = [citation for citation in report.inventory.factor_citations if citation.factor in used]
    bare = tuple(citation.factor for citation in cited if citation.unit == "not-printed")
    if bare:
        yield FoundFinding("factor-unit-not-printed", factors=bare)
    narrow = tuple(c.factor for c in cited if used[c.factor].gases == "CO2e" and _CO2_ALONE.search(c.unit))
    if narrow:
        yield FoundFinding("factor-unit-printed-as-co2", factors=narrow)
    several = tuple(
        citation.factor
        for citation in cited
        if len({title for place in citation.printed_in_report for title in place.cites}) > 1
    )
    if several:
        yield FoundFinding("factor-cited-differently", factors=several)


def _statement(report: Report) -> Iterator[FoundFinding]:
    """Who stands behind the report, for how long, and by which standards."""
    assert report.statement is not None
    facts, standards = report.statement.statement, report.statement.standards
    if facts.prepared_by == report.statement.report.body:
        if report.statement.report.team != NOT_STATED or facts.kind in ("verification", "certification"):
            yield FoundFinding("body-prepared-and-verified")
        elif facts.kind == "assessment":
            yield FoundFinding("body-prepared-and-issued")
    if facts.kind == "verification" and facts.assurance == NOT_STATED:
        yield FoundFinding("assurance-not-stated")
    if facts.valid_until == NOT_STATED:
        yield FoundFinding("validity-not-stated")
    only_cited = [standard for standard in standards.cited if standard not in standards.declared]
    if only_cited:
        yield FoundFinding("standard-cited-not-declared", {"standards": "; ".join(only_cited)})


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
            yield FoundFinding("no-single-calorific-value", values, tuple(spans), (factor,))


def _shares(report: Report, reconciliation: Reconciliation) -> Iterator[FoundFinding]:
    wrong = tuple(name for name, share in reconciliation.shares.items() if share.verdict == "does-not-reproduce")
    if wrong:
        yield FoundFinding("share-does-not-reproduce", stages=wrong)
    assert report.statement is not None
    declared = report.statement.declared
    if declared.shares:
        total = sum((share.value for share in declared.shares.values()), Fraction(0))
        if total != 100:
            decimals = max(share.decimals for share in declared.shares.values())
            printed = declared.shares_total.text if declared.shares_total else "–"
            yield FoundFinding("shares-do-not-sum", {"sum": rounded(total, decimals), "printed": printed})


def _coarse(calculation: Calculation) -> Iterator[FoundFinding]:
    """An interval wider than 1 % of its value cannot test a declared value."""
    wide = tuple(
        stage.id
        for stage in calculation.stages
        if stage.emission
        and stage.emission.interval.high - stage.emission.interval.low > abs(stage.emission.value) / 100
    )
    if wide:
        yield FoundFinding("too-coarse-to-test", stages=wide)
