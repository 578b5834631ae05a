"""What keeps a change from being merged: rules that hold between two revisions, each with its words and cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .changes import Changes, FactorChange, ReportChange
from .evaluate import Evaluation
from .leaves import Leaf
from .library import Factor
from .model import Statement
from .problems import Problem
from .renames import former_ids
from .seal import projection


def blocking(changes: Changes) -> tuple[Problem, ...]:
    """Everything that blocks: what went or no longer loads, the rules between the sides, and what follows in a report.

    A deviation, say, that an edited factor calls forth comes after the edit.
    """
    reports = (block for change in changes.reports for block in _report(change))
    rules = [*_left_behind(changes), *_factors(changes), *reports]
    lost = [block for block in rules if block.code in ("B-REMOVED", "B-MOVED", "B-FORMER")]
    whole = tuple(f"products/{name}/" for name in changes.head.outcome.evaluations)
    follows = [problem for problem in changes.problems if problem.path.startswith(whole)]
    unread = [problem for problem in changes.problems if problem not in follows]
    return (*lost, *unread, *(block for block in rules if block not in lost), *follows)


def of_report(blocks: Iterable[Problem], change: ReportChange) -> list[Problem]:
    """Those at the report's own files, or at its product's."""
    own = (f"products/{change.id}/", f"products/{change.product_id}/product.yaml")
    return [block for block in blocks if block.path.startswith(own)]


def _report(change: ReportChange) -> Iterator[Problem]:
    before, after = change.before, change.after
    statement = before.report.statement if before else None
    if before is None or statement is None:
        if after is not None and change.against is not None:
            yield from _boundary(change, change.against, after)
        return
    named = {"number": statement.report.number, "issued": statement.report.issued.isoformat()}
    gone = after is None or after.report.statement is None
    if gone and change.kind != "failed":
        path = f"products/{change.id}/statement.yaml"
        if change.moved_to:
            yield Problem(path, 1, 1, "B-MOVED", {**named, "to": change.moved_to})
        else:
            yield Problem(path, 1, 1, "B-REMOVED", named)
    if after is None or after.report.statement is None or not _same_report(statement, after.report.statement):
        return
    if "declared" in change.facts:
        yield from _moved("B-DECLARED", (x for x in change.leaves if _is_declared(x)), named)
    if before.report.review.seal is not None and "seal" in change.facts:
        yield from (_at(leaf, "B-RESEALED", named) for leaf in change.leaves if leaf.name == "seal")
    was, now = (_sealed(evaluation, change.product_id) for evaluation in (before, after))
    if before.report.review.seal is not None and was != now:
        yield from _moved("B-INVENTORY", (x for x in change.leaves if _is_sealed(x)), named)
    yield from _boundary(change, before, after)


def _same_report(before: Statement, after: Statement) -> bool:
    return (before.report.number, before.report.issued) == (after.report.number, after.report.issued)


def _moved(code: str, found: Iterable[Leaf], named: dict[str, str]) -> Iterator[Problem]:
    """One block for all values that moved, at the first of them."""
    leaves = list(found)
    for leaf in leaves[:1]:
        others = len(leaves) - 1
        more = {"more": f" and {others} more" if others else "", "more_zh": f"，另有 {others} 处" if others else ""}
        what = {"what": leaf.name, "before": _cut(leaf.before), "after": _cut(leaf.after)}
        yield _at(leaf, code, {**named, **what, **more})


def _cut(text: str | None) -> str:
    return "–" if text is None else text if len(text) <= 80 else text[:79] + "…"


def _at(leaf: Leaf, code: str, values: dict[str, str]) -> Problem:
    return Problem(leaf.path, leaf.line, 1, code, values)


def _is_declared(leaf: Leaf) -> bool:
    return leaf.path.endswith("/statement.yaml") and leaf.key[:1] == ("declared",)


_WORDS = {"zh", "en", "label", "included", "excluded", "source", "conditions", "uncertainty", "definition", "words"}


def _is_sealed(leaf: Leaf) -> bool:
    """Whether the seal covers the value; the words of a record are not in it."""
    if leaf.path.endswith("/product.yaml"):
        return leaf.name in ("model", "producer")
    covered = ("functional_unit", "period", "boundary", "stages")
    return (
        leaf.path.endswith("/inventory.yaml") and leaf.key[:1][0] in covered and not _WORDS & {str(k) for k in leaf.key}
    )


def _sealed(evaluation: Evaluation, product: str) -> dict[str, object]:
    """What the report's own files put into the seal: factors and declared values have rules of their own.

    ``product`` is one id for both sides, since a rename alone keeps the seal.
    """
    sealed = projection(evaluation.report, evaluation.calculation, product)
    return {key: value for key, value in sealed.items() if key not in ("factors", "declared")}


def _boundary(change: ReportChange, before: Evaluation, after: Evaluation) -> Iterator[Problem]:
    """A stage that was in the boundary, and of which nothing is said any more.

    In the same report a stage may not leave by its own word either; a new report may say that it lies outside.
    """
    same = before is change.before
    old = {stage.id: stage.state for stage in before.calculation.stages}
    new = {stage.id: stage.state for stage in after.calculation.stages}
    was, now = before.report.inventory.boundary, after.report.inventory.boundary
    gone = [
        name
        for name, state in old.items()
        if state != "outside-boundary"
        and (name not in new if not same else new.get(name, "outside-boundary") == "outside-boundary")
    ]
    if same:
        gone += [name for name in was.named_stages if name not in now.named_stages and name not in gone]
    elif was.scope != now.scope:
        return
    if gone:
        document = after.report.documents["inventory"]
        yield document.problem(("stages",), "B-BOUNDARY", stages=", ".join(gone))


def _left_behind(changes: Changes) -> Iterator[Problem]:
    """Ids that a published product has had, and under which it would no longer be found."""
    base, head = changes.base.outcome.catalogue, changes.head.outcome.catalogue
    renamed = {product.before: product.after for product in changes.renamed}
    for was in sorted({report.product_id for report in base.reports.values() if not report.is_draft}):
        now = renamed.get(was, was)
        document = head.documents.get(f"products/{now}/product.yaml")
        for former in former_ids(base, was) if document else ():
            if document and former not in (now, *former_ids(head, now)):
                yield document.key_problem(("former_ids",), "B-FORMER", former=former, product=now)


def _factors(changes: Changes) -> Iterator[Problem]:
    documents = changes.head.outcome.catalogue.documents
    for change in changes.factors:
        if change.is_edit and change.before and change.after:
            release, _, name = change.after_id.rpartition("/")
            before, after = _difference(change.before, change.after)
            values = {"factor": change.after_id, "before": before, "after": after, "reports": str(len(change.reports))}
            document = documents[f"products/_factors/{release}.yaml"]
            yield document.problem(("factors", name, _first_key(change)), "B-FACTOR", **values)
    for name in changes.removed_factors:
        path = f"products/_factors/{name.rpartition('/')[0]}.yaml"
        yield Problem(path, 1, 1, "B-FACTOR-REMOVED", {"factor": name})


_NUMBERS = (
    "value",
    "net_calorific_value",
    "exact",
    "gases",
    "gwp_set",
    "kind",
    "carrier",
    "basis",
    "geography",
    "year",
)


def _first_key(change: FactorChange) -> str:
    assert change.before is not None
    assert change.after is not None
    return next(k for k in _NUMBERS if _shown(change.before, k) != _shown(change.after, k))


def _difference(before: Factor, after: Factor) -> tuple[str, str]:
    keys = [key for key in _NUMBERS if _shown(before, key) != _shown(after, key)]
    was, now = (", ".join(f"{key} {_shown(factor, key)}" for key in keys) for factor in (before, after))
    return was, now


def _shown(factor: Factor, key: str) -> str:
    value = getattr(factor, key)
    if key == "net_calorific_value" and value is not None:
        return f"{value.value} (exact)" if value.exact else str(value.value)
    return str(value).lower() if isinstance(value, bool) else str(value) if value is not None else "–"
