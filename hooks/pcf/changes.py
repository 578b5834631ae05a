"""What a change does to the numbers, as data: report by report and factor by factor, with the causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from .causes import StageChange
from .evaluate import Evaluation, Outcome
from .leaves import Leaf
from .library import Factor
from .load import Files
from .problems import Problem
from .reconcile import in_kg
from .renames import Renamed

FOOTPRINT = "footprint/1"

Kind = Literal["changed", "added", "removed", "failed", "repaired"]
# What changed beside the sized causes, in the order in which it is told.
Fact = Literal[
    "product-id", "functional-unit", "boundary", "declared", "statement", "seal", "signed-statement", "status",
    "findings", "attachments", "text",
]  # fmt: skip
FACTS: tuple[Fact, ...] = get_args(Fact)


@dataclass(frozen=True)
class Side:
    """One revision: its files, and what follows from them. Only reports that the change touches are computed."""

    files: Files
    outcome: Outcome


@dataclass(frozen=True)
class MethodChange:
    """What the base's own code had computed from the same records, in kgCO2e."""

    total: Fraction
    stages: Mapping[str, Fraction | None]


@dataclass(frozen=True)
class ReportChange:
    """One report before and after. ``against`` is what the stages are held against.

    That is the report before; of a report that is new, the one that stood for its product, if any.
    """

    id: str
    kind: Kind
    before: Evaluation | None
    after: Evaluation | None
    against: Evaluation | None
    stages: tuple[StageChange, ...]
    facts: tuple[Fact, ...]
    leaves: tuple[Leaf, ...]
    moved_to: str | None = None  # a removed report, found again under another id
    method: MethodChange | None = None  # where the base's code had another result
    renamed_from: str | None = None  # its id at the base, where the product has had another one since

    @property
    def product_id(self) -> str:
        return self.id.partition("/")[0]

    @property
    def is_draft(self) -> bool:
        """Whether no side was ever published."""
        return all(e is None or e.report.is_draft for e in (self.before, self.after))

    @property
    def declared(self) -> tuple[Fraction | None, Fraction | None]:
        """The declared totals in kgCO2e."""
        return _declared(self.against), _declared(self.after)

    @property
    def recomputed(self) -> tuple[Fraction | None, Fraction | None]:
        before = self.against.calculation.total.value if self.against else None
        if before is not None and self.method:
            before = self.method.total
        return before, self.after.calculation.total.value if self.after else None

    @property
    def method_part(self) -> Fraction:
        """What the code alone changed: the same records, before."""
        if self.method is None or self.against is None:
            return Fraction(0)
        return self.against.calculation.total.value - self.method.total

    def stage_values(self, stage: StageChange) -> tuple[Fraction | None, Fraction | None]:
        """Recomputed in kgCO2e, before by the base's own code where that is known; None for what is not quantified."""
        before, after = (s.emission.value if s and s.emission else None for s in (stage.before, stage.after))
        return (self.method.stages.get(stage.id) if self.method else before), after

    def method_in(self, stage: StageChange) -> Fraction:
        """What the code alone changed in a stage."""
        now = stage.before.emission.value if stage.before and stage.before.emission else Fraction(0)
        return now - (self.method.stages.get(stage.id) or 0) if self.method else Fraction(0)

    @property
    def relative(self) -> Fraction:
        """The larger of the relative changes of declared and recomputed total; 1 where that was zero."""
        return max((_relative(*pair) for pair in (self.declared, self.recomputed)), default=Fraction(0))

    @property
    def changes_numbers(self) -> bool:
        """Whether a page shows another number, verdict or status. A draft is on no page."""
        before, after = (e and (None if e.report.is_draft else e) for e in (self.before, self.after))
        if before is None or after is None:
            return before is not after
        return (
            any(stage.change for stage in self.stages)
            or self.method is not None
            or bool({"declared", "functional-unit", "boundary", "status", "statement"} & set(self.facts))
            or before.conditions != after.conditions
            or _verdicts(before) != _verdicts(after)
        )


@dataclass(frozen=True)
class FactorChange:
    """A factor that was edited in its release, or that lines took in another's place, with all that it reaches."""

    before_id: str
    after_id: str
    before: Factor | None
    after: Factor | None
    reports: tuple[tuple[str, Fraction], ...]  # by size

    @property
    def is_edit(self) -> bool:
        return self.before_id == self.after_id


@dataclass(frozen=True)
class Changes:
    """All that differs. ``unchanged`` counts the reports of which nothing does, ``reformatted`` those only in form."""

    base: Side
    head: Side
    reports: tuple[ReportChange, ...]
    factors: tuple[FactorChange, ...]
    added_factors: tuple[str, ...]
    removed_factors: tuple[str, ...]
    shared: tuple[Leaf, ...]  # of producers, bodies, categories and releases
    problems: tuple[Problem, ...]  # of the head, and not of the base
    old_problems: tuple[Problem, ...]  # of the base
    unchanged: int = 0
    reformatted: int = 0
    renamed: tuple[Renamed, ...] = ()

    @property
    def changes_numbers(self) -> bool:
        edited = bool(self.removed_factors) or any(change.is_edit for change in self.factors)
        return bool(self.problems) or edited or any(report.changes_numbers for report in self.reports)


def _declared(evaluation: Evaluation | None) -> Fraction | None:
    statement = evaluation.report.statement if evaluation else None
    return in_kg(statement.declared.total) if statement else None


def _relative(before: Fraction | None, after: Fraction | None) -> Fraction:
    if before is None or after is None or before == after:
        return Fraction(0)
    return abs(after - before) / abs(before) if before else Fraction(1)


def _verdicts(evaluation: Evaluation) -> object:
    found = evaluation.reconciliation
    return found and (found.total.verdict, {name: stage.verdict for name, stage in found.stages.items()})
