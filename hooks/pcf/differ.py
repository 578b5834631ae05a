"""Two revisions side by side: what changed of each report, in order of weight, and nothing computed twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from .calculate import Calculation
from .causes import StageChange, stage_change
from .changes import Changes, Fact, Kind, MethodChange, ReportChange, Side
from .evaluate import Evaluation, judge
from .factormoves import factor_changes, shared_leaves
from .leaves import Leaf, leaves
from .load import Catalogue, Files, Memory, Report, load
from .model import STAGES
from .problems import Problem
from .renames import Renamed, pairs, renames
from .status import current, supersedes
from .yamlfile import Document

Before = Mapping[str, MethodChange]  # by report, what the base's footprint.json says


def sides(
    base: tuple[Files, Sequence[Problem]], head: tuple[Files, Sequence[Problem]], also: Iterable[str] = ()
) -> tuple[Side, Side]:
    """Both revisions, from their files and the problems met before reading.

    A file that both hold is read once, and a report none of whose inputs changed is not computed; ``also`` names
    reports to compute in any case.
    """
    memory: Memory = {}
    old, told_old = load(base[0], memory=memory)
    new, told_new = load(head[0], memory=memory)
    before, after = _inputs(old), _inputs(new)
    touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} | set(also)
    # What the new report of a product is held against must be there, though nothing of it changed.
    products = {name.partition("/")[0] for name in touched}
    touched |= {name for name in before if name.partition("/")[0] in products}
    return (
        Side(base[0], judge(old, [*base[1], *told_old], only=touched)),
        Side(head[0], judge(new, [*head[1], *told_new], only=touched)),
    )


def _inputs(catalogue: Catalogue) -> dict[str, tuple[object, ...]]:
    """Everything that the evaluation of each report is made of. What is only formed otherwise is equal."""
    by_product: dict[str, list[Report]] = {}
    for report in catalogue.reports.values():
        by_product.setdefault(report.product_id, []).append(report)
    found: dict[str, tuple[object, ...]] = {}
    for reports in by_product.values():
        standing = current(reports)
        for report in reports:
            # Whether a signed statement is accepted depends on the keys of every body.
            signed = report.credential and (report.credential, [(n, b.keys) for n, b in catalogue.bodies.items()])
            names = {line.factor: None for stage in report.inventory.stages for line in stage.lines or ()}
            found[report.id] = (
                *(report.product, report.inventory, report.statement, report.review, report.attachments),
                standing.folder if supersedes(standing, report) else None,
                signed,
                *(catalogue.factors.get(str(name)) for name in names),
            )
    return found


def compare(base: Side, head: Side, before: Before | None = None) -> Changes:
    """All that differs between two sides, the reports in order of weight.

    ``before`` is what the base's own code computed: where it differs, the method changed.
    """
    old, new = base.outcome, head.outcome
    folders = _folders(base.files), _folders(head.files)
    renamed = renames(base.files, head.files, new.catalogue)
    changes, same, reformatted = [], 0, 0
    for was, now in pairs(*folders, renamed):
        change = _report(base, head, was, now, (before or {}).get(was or ""), renamed)
        if change is not None:
            changes.append(change)
        elif was in old.catalogue.reports and now in new.catalogue.reports:
            form = folders[0][was] != folders[1][now] or _product_file(base, was) != _product_file(head, now)
            same, reformatted = same + (not form), reformatted + form
    told = {_problem(problem, renamed) for problem in old.problems}
    factors, added, removed = factor_changes(base, head, changes)
    return Changes(
        base,
        head,
        tuple(sorted(_with_moves(changes), key=_weight)),
        factors,
        added,
        removed,
        tuple(shared_leaves(old.catalogue, new.catalogue)),
        tuple(p for p in new.problems if _problem(p, {}) not in told),
        tuple(old.problems),
        same,
        reformatted,
        tuple(Renamed(*ids, sum(name.startswith(f"{ids[0]}/") for name in folders[0])) for ids in renamed.items()),
    )


def _problem(problem: Problem, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """What makes two problems the same one: where, which and of what, in a renamed product under the id it has now."""
    said = (problem.path, problem.code, problem.words())
    for was, now in renamed.items():
        said = (*(text.replace(f"products/{was}/", f"products/{now}/") for text in said),)  # type: ignore[assignment]
    return said


def _folders(files: Files) -> dict[str, dict[str, bytes]]:
    """The files of each report that some path claims, by its id."""
    found: dict[str, dict[str, bytes]] = {}
    for path, raw in files.items():
        parts = path.split("/")
        if len(parts) > 3 and not parts[1].startswith("_"):
            found.setdefault("/".join(parts[1:3]), {})[path] = raw
    return found


def _product_file(side: Side, name: str) -> bytes | None:
    return side.files.get(f"products/{name.partition('/')[0]}/product.yaml")


def _report(
    base: Side,
    head: Side,
    was: str | None,
    now: str | None,
    recorded: MethodChange | None,
    renamed: Mapping[str, str],
) -> ReportChange | None:
    """What changed of one report; None where nothing did, or where it could be computed on neither side.

    ``was`` and ``now`` are its ids at the base and at the head, None where no file claims it.
    """
    before, after = base.outcome.evaluations.get(was or ""), head.outcome.evaluations.get(now or "")
    if before is None and after is None:
        return None
    kind: Kind = "changed"
    if after is None:
        kind = "failed" if now else "removed"
    elif before is None:
        kind = "repaired" if was else "added"
    against = before or (_predecessor(base, after.report.product_id, renamed) if after else None)
    old, new = (e.calculation if e else None for e in (against, after))
    stages = tuple(_stages(old, new)) if new else ()
    found = [leaf for pair in _documents(before, after) for leaf in leaves(*pair)] if before and after else []
    facts = tuple(_facts(before, after, found)) if before and after else ()
    method = recorded if recorded and against and _recorded_otherwise(against, recorded) else None
    moved = any(stage.parts or stage.lines for stage in stages)
    if kind == "changed" and not (moved or facts or found or method):
        return None
    name, former = now or was or "", was if now and was != now else None
    return ReportChange(name, kind, before, after, against, stages, facts, tuple(found), None, method, former)


def _predecessor(base: Side, product: str, renamed: Mapping[str, str]) -> Evaluation | None:
    """The report that stood for the product, under whatever id."""
    known = {product, *(was for was, now in renamed.items() if now == product)}
    reports = [r for r in base.outcome.catalogue.reports.values() if r.product_id in known and not r.is_draft]
    return base.outcome.evaluations.get(current(reports).id) if reports else None


def _stages(before: Calculation | None, after: Calculation) -> Iterator[StageChange]:
    """All stages of either, in life-cycle order; of a first report all are as they stand."""
    old, new = (before or after).by_id, after.by_id
    yield from (stage_change(name, old.get(name), new.get(name)) for name in STAGES if name in old or name in new)


def _documents(before: Evaluation, after: Evaluation) -> Iterator[tuple[Document | None, Document | None]]:
    for name in ("product", "inventory", "statement", "review"):
        yield before.report.documents.get(name), after.report.documents.get(name)


_MEASURED = {"amount", "derived_from", "factor", "net_calorific_value", "not_quantified", "outside_boundary"}


def _facts(before: Evaluation, after: Evaluation, found: Sequence[Leaf]) -> Iterator[Fact]:
    old, new = before.report, after.report
    was, now = old.inventory, new.inventory
    if old.product_id != new.product_id:
        yield "product-id"
    if was.functional_unit.amount != now.functional_unit.amount:
        yield "functional-unit"
    if (was.period, _boundary(before)) != (now.period, _boundary(after)):
        yield "boundary"
    if (old.statement and old.statement.declared) != (new.statement and new.statement.declared):
        yield "declared"
    if _said(old) != _said(new):
        yield "statement"
    if old.review.seal != new.review.seal:
        yield "seal"
    if (old.credential, before.signature) != (new.credential, after.signature):
        yield "signed-statement"
    if (before.conditions, old.is_withdrawn) != (after.conditions, new.is_withdrawn):
        yield "status"
    if [f for f in before.findings if f.code != "noted"] != [f for f in after.findings if f.code != "noted"]:
        yield "findings"
    if old.attachments != new.attachments:
        yield "attachments"
    if any(_is_text(leaf) for leaf in found):
        yield "text"


def _boundary(evaluation: Evaluation) -> tuple[object, ...]:
    boundary = evaluation.report.inventory.boundary
    states = [(stage.id, stage.state) for stage in evaluation.calculation.stages]
    return boundary.scope, boundary.named_stages, states


def _said(report: Report) -> tuple[object, ...]:
    """What the statement says but for its values and notes."""
    statement = report.statement
    if statement is None:
        return ()
    facts = statement.report
    return (
        facts.number,
        facts.issued,
        facts.body,
        facts.days_on_site,
        facts.team,
        statement.statement,
        statement.standards,
    )


def _is_text(leaf: Leaf) -> bool:
    """Whether nothing but words changed: neither a number nor what the statement, the boundary or the seal says."""
    file, first = leaf.path.rpartition("/")[2], leaf.key[0] if leaf.key else ""
    if file == "statement.yaml":
        return "notes" in leaf.key
    if file == "review.yaml":
        return first in ("deviations", "findings", "changes")
    if file == "inventory.yaml":
        if first == "stages":
            return leaf.key[-1] in ("zh", "en") or not _MEASURED & {str(step) for step in leaf.key}
        return first not in ("functional_unit", "period", "boundary") or "zh" in leaf.key or "en" in leaf.key
    return first != "former_ids"


def _recorded_otherwise(evaluation: Evaluation, recorded: MethodChange) -> bool:
    stages = {stage.id: stage.emission.value if stage.emission else None for stage in evaluation.calculation.stages}
    return recorded.total != evaluation.calculation.total.value or recorded.stages != stages


def _with_moves(changes: Iterable[ReportChange]) -> Iterator[ReportChange]:
    """A report that went is told together with the place where the same body and number came."""
    changes = list(changes)
    came = {_number(c.after): c.id for c in changes if c.kind == "added" and _number(c.after)}
    for change in changes:
        to = came.get(_number(change.before)) if change.kind == "removed" else None
        yield replace(change, moved_to=to) if to else change


def _number(evaluation: Evaluation | None) -> tuple[str, str] | None:
    statement = evaluation.report.statement if evaluation else None
    return (statement.report.body, statement.report.number) if statement else None


def _weight(change: ReportChange) -> tuple[object, ...]:
    """What can no longer be read outranks any size; then by relative change."""
    lost = {"failed": 0, "removed": 1}.get(change.kind, 2)
    return lost, not change.changes_numbers, -change.relative, change.id
