"""Every report of a catalogue, computed and judged: what all pages, files and commands speak of."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from .calculate import Calculation, calculate
from .check import check, claims, conflicts
from .completeness import Item, completeness
from .credential import Signature, judge_statement
from .findings import FoundFinding, findings
from .load import Catalogue, Files, Report, load
from .privacy import privacy
from .problems import Problem, in_order
from .reconcile import Reconciliation, reconcile
from .seal import digest, prose_digest, sealed_bytes
from .status import Status, current, outweighed_by_expiry, status_of, supersedes

V = TypeVar("V")


class Once(dict[tuple[Hashable, str], Any]):
    """What pages and files have made of something, by name and language: several ask for the same rows.

    What is kept here may not lead back to what it is kept at: thousands of such circles would wait for the collector.
    """

    def __call__(self, what: Hashable, language: str, make: Callable[[], V]) -> V:
        """What ``make`` gives, made when it is first asked for. Nobody may change it."""
        if (what, language) not in self:
            self[what, language] = make()
        found: V = self[what, language]
        return found


@dataclass(frozen=True)
class Evaluation:
    """One report with all that follows from it."""

    report: Report
    calculation: Calculation
    reconciliation: Reconciliation | None  # None for a draft
    findings: tuple[FoundFinding, ...]
    sealed: bytes | None  # None for a draft
    seal: str | None
    status: Status
    conditions: tuple[Status, ...]
    superseded_by: Report | None
    signature: Signature | None  # what was found of the body's signed statement; None where there is none
    once: Once = field(default_factory=Once, compare=False, repr=False)

    @property
    def id(self) -> str:
        return self.report.id

    @cached_property
    def prose_digest(self) -> str:
        return prose_digest(self.report)

    @cached_property
    def completeness(self) -> tuple[Item, ...]:
        return completeness(self.report, self.calculation, self.reconciliation)

    @property
    def ends(self) -> date | None:
        """The last day of validity, where it is stated and had not passed on the day of the build.

        Pages give it to the reader's browser, which knows a later day.
        """
        statement = self.report.statement
        if statement is None or "expired" in self.conditions:
            return None
        valid_until = statement.statement.valid_until
        return valid_until if isinstance(valid_until, date) else None

    @property
    def end_leads(self) -> bool:
        """Whether it will then be expired first of all, rather than beside something weightier."""
        return self.ends is not None and outweighed_by_expiry(self.status)


@dataclass(frozen=True)
class Outcome:
    """A catalogue, its evaluations in order of id, and every problem, in order of file and place."""

    catalogue: Catalogue
    evaluations: Mapping[str, Evaluation]
    problems: Sequence[Problem]
    once: Once = field(default_factory=Once, compare=False, repr=False)

    @cached_property
    def by_product(self) -> Mapping[str, Sequence[Evaluation]]:
        """All reports of each product, in order of id."""
        found: dict[str, list[Evaluation]] = {}
        for evaluation in self.evaluations.values():
            found.setdefault(evaluation.report.product_id, []).append(evaluation)
        return found

    @cached_property
    def current(self) -> Mapping[str, Evaluation]:
        """The report of each product that stands, by product."""
        return {
            product: self.evaluations[current(one.report for one in reports).id]
            for product, reports in self.by_product.items()
        }


def of_product(outcome: Outcome, product: str) -> Outcome:
    """The same catalogue with the reports of one product evaluated."""
    return Outcome(outcome.catalogue, {e.id: e for e in outcome.by_product[product]}, outcome.problems)


def only(outcome: Outcome, report: str) -> Outcome:
    """The same catalogue with one of its reports evaluated."""
    return Outcome(outcome.catalogue, {report: outcome.evaluations[report]}, outcome.problems)


def evaluate(
    files: Files, *, on: date | None = None, more: Sequence[Problem] = (), pages: Files | None = None
) -> Outcome:
    """Loads, checks, computes and judges all records. Problems are data: nothing is raised for them.

    ``more`` are problems that were met before reading, such as links; ``on`` is the day of the commit that is built;
    ``pages`` are files that are published beside the records and may hold nothing personal either.
    """
    catalogue, problems = load(files)
    problems = [*more, *problems, *privacy({**files, **(pages or {})}, catalogue)]
    return judge(catalogue, problems, on=on)


def evaluate_shared(files: Files, more: Sequence[Problem] = (), pages: Files | None = None) -> Outcome:
    """The records that products share, and ``pages``, as ``evaluate`` judges them: no product is among them."""
    catalogue, problems = load(files)
    return judge(catalogue, [*more, *problems, *privacy({**files, **(pages or {})}, catalogue)])


def evaluate_product(files: Files, shared: Catalogue, *, on: date | None = None) -> Outcome:
    """One product from its own files and the records that it shares with others.

    All that ``evaluate`` says of it, but for ``conflicts`` with other products.
    """
    catalogue, problems = load(files, shared=shared)
    return judge(catalogue, [*problems, *privacy(files, catalogue)], on=on, among_others=True)


def judge(
    catalogue: Catalogue,
    problems: Sequence[Problem],
    *,
    on: date | None = None,
    only: Container[str] | None = None,
    among_others: bool = False,
) -> Outcome:
    """Checks, computes and judges what was loaded with these problems; of reports, ``only`` those, by id.

    ``among_others``: not all products are in it, and who has them all looks for what two of them claim.
    """
    problems = [*problems, *check(catalogue)]
    if not among_others:
        twice = conflicts(claims(catalogue))
        problems += [claim.problem(catalogue.documents[claim.path], other) for claim, other in twice]
    by_product: dict[str, list[Report]] = {}
    for report in catalogue.reports.values():
        by_product.setdefault(report.product_id, []).append(report)
    evaluations: dict[str, Evaluation] = {}
    for reports in by_product.values():
        standing = current(reports)
        for report in reports:
            if only is not None and report.id not in only:
                continue
            evaluation, found = evaluate_report(catalogue, report, standing, on)
            problems += found
            if evaluation:
                evaluations[report.id] = evaluation
    return Outcome(catalogue, dict(sorted(evaluations.items())), tuple(in_order(problems)))


def evaluate_report(
    catalogue: Catalogue, report: Report, standing: Report, on: date | None
) -> tuple[Evaluation | None, list[Problem]]:
    """One report, computed and judged, where nothing keeps it from that. ``standing`` is its product's current one."""
    calculation, problems = calculate(catalogue, report)
    if calculation is None:
        return None, problems
    reconciliation, problems = reconcile(report, calculation)
    sealed = sealed_bytes(report, calculation) if report.statement else None
    seal = digest(sealed) if sealed else None
    newer = standing if supersedes(standing, report) else None
    signature = (
        judge_statement(report, sealed, catalogue.bodies, report.credential) if sealed and report.credential else None
    )
    status, conditions = status_of(
        report, reconciliation, sealed_as=seal, superseded_by=newer, signature=signature, on=on
    )
    found = tuple(findings(report, calculation, reconciliation))
    return Evaluation(
        report, calculation, reconciliation, found, sealed, seal, status, conditions, newer, signature
    ), problems
