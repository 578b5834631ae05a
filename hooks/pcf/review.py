"""A change under review as data: review/1, what `pcf compare --format json` prints. Every number is a string."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .causes import LineChange, StageChange
from .changes import Changes, FactorChange, ReportChange
from .evaluate import Evaluation
from .fields import Words
from .leaves import Leaf
from .problems import Problem
from .quantity import EMISSION, Quantity, exact_text, rounded
from .reasons import causes, decimals, decimals_in
from .wording import LANGUAGES

REVIEW_SCHEMA = "review/1"


def review(changes: Changes, blocks: Sequence[Problem], base: str, head: str | None) -> dict[str, Any]:
    """The whole of a comparison. ``base`` and ``head`` are commits; the head is None for the working tree."""
    kinds = Counter(change.kind for change in changes.reports)
    return {
        "schema": REVIEW_SCHEMA,
        "base": base,
        "head": head,
        "blocks": bool(blocks),
        "changes_numbers": changes.changes_numbers,
        "counts": {
            **{kind: kinds[kind] for kind in ("failed", "removed", "changed", "added", "repaired")},
            "unchanged": changes.unchanged,
            "reformatted": changes.reformatted,
            "blocking": len(blocks),
        },
        "blocking": [_problem(block) for block in blocks],
        "reports": [_report(change) for change in changes.reports],
        "renamed": [
            {"before": product.before, "after": product.after, "reports": product.reports}
            for product in changes.renamed
        ],
        "factors": [_factor(change) for change in changes.factors],
        "added_factors": list(changes.added_factors),
        "removed_factors": list(changes.removed_factors),
        "shared": [_leaf(leaf) for leaf in changes.shared],
        "base_problems": [_problem(problem) for problem in changes.old_problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    both = {language: problem.as_data(language) for language in LANGUAGES}
    same = {key: both["en"][key] for key in ("path", "line", "column", "code")}
    return same | {key: {language: both[language][key] for language in LANGUAGES} for key in ("words", "cure")}


def _report(change: ReportChange) -> dict[str, Any]:
    places = decimals(change)
    there = change.after or change.before
    assert there is not None
    statement = there.report.statement
    return {
        "id": change.id,
        "kind": change.kind,
        "against": change.against.id if change.against else None,
        "moved_to": change.moved_to,
        "renamed_from": change.renamed_from,
        "product": {"id": change.product_id, "name": _words(there.report.product.name)},
        "number": statement.report.number if statement else None,
        "functional_unit": {side: _unit(e) for side, e in (("before", change.against), ("after", change.after))},
        "declared": _pair(*change.declared, places),
        "recomputed": _pair(*change.recomputed, places),
        "reproduced": {side: _reproduced(e) for side, e in (("before", change.against), ("after", change.after))},
        "status": {side: e.status if e else None for side, e in (("before", change.before), ("after", change.after))},
        "causes": [{"cause": name, "change": _change(value, places)} for name, value in causes(change).items()],
        "facts": list(change.facts),
        "stages": [_stage(change, stage) for stage in change.stages],
        "values": [_leaf(leaf) for leaf in change.leaves],
    }


def _stage(change: ReportChange, stage: StageChange) -> dict[str, Any]:
    places = decimals_in(change, stage.id)
    method = change.method_in(stage)
    parts: dict[str, Fraction] = {part.cause: part.value for part in stage.parts}
    if method:
        parts["method"] = method
    declared = [_declared(e, stage.id) for e in (change.against, change.after)]
    return {
        "id": stage.id,
        "state": {"before": stage.before.state if stage.before else None,
                  "after": stage.after.state if stage.after else None},
        "declared": {"before": declared[0], "after": declared[1]},
        "recomputed": _pair(*change.stage_values(stage), places),
        "change": _change(stage.change + method, places),
        "causes": [{"cause": name, "change": _change(value, places)} for name, value in parts.items()],
        "lines": [_line(line, places) for line in stage.lines],
    }  # fmt: skip


def _line(line: LineChange, places: int) -> dict[str, Any]:
    sides = (("before", line.before, line.before_at), ("after", line.after, line.after_at))
    return {
        "number": {side: at + 1 if at is not None else None for side, _, at in sides},
        "factor": {side: result.factor_id if result else None for side, result, _ in sides},
        "change": _change(line.change, places),
        "causes": [
            {
                "cause": part.cause,
                "before": _quantity(part.before.quantity) if part.before else None,
                "after": _quantity(part.after.quantity) if part.after else None,
                "change": _change(part.value, places),
            }
            for part in line.parts
        ],
    }


def _factor(change: FactorChange) -> dict[str, Any]:
    heats = [f.net_calorific_value if f else None for f in (change.before, change.after)]
    return {
        "id": {"before": change.before_id, "after": change.after_id},
        "edited": change.is_edit,
        "value": {"before": _quantity(change.before.value if change.before else None),
                  "after": _quantity(change.after.value if change.after else None)},
        "net_calorific_value": {"before": _quantity(heats[0].value if heats[0] else None),
                                "after": _quantity(heats[1].value if heats[1] else None)},
        "reports": [{"id": name, "change": _change(value, 4)} for name, value in change.reports],
    }  # fmt: skip


def _pair(before: Fraction | None, after: Fraction | None, places: int) -> dict[str, Any]:
    change = after - before if before is not None and after is not None else None
    return {
        "before": _value(before, places),
        "after": _value(after, places),
        "change": _value(change, places),
        "percent": rounded(100 * change / abs(before), 2) if before and change is not None else None,
    }


def _value(value: Fraction | None, places: int) -> dict[str, str] | None:
    return _change(value, places) if value is not None else None


def _change(value: Fraction, places: int) -> dict[str, str]:
    return {"value": rounded(value, places), "exact": exact_text(value), "unit": EMISSION}


def _quantity(quantity: Quantity | None) -> dict[str, str] | None:
    return {"value": quantity.text, "unit": quantity.unit} if quantity else None


def _unit(evaluation: Evaluation | None) -> dict[str, str] | None:
    return _quantity(evaluation.report.inventory.functional_unit.amount) if evaluation else None


def _reproduced(evaluation: Evaluation | None) -> dict[str, int] | None:
    found = evaluation.reconciliation if evaluation else None
    return {"reproduced": found.reproduced, "stages": len(found.stages)} if found else None


def _declared(evaluation: Evaluation | None, stage: str) -> dict[str, str] | None:
    found = evaluation.reconciliation.stages.get(stage) if evaluation and evaluation.reconciliation else None
    return _quantity(found.declared) if found else None


def _leaf(leaf: Leaf) -> dict[str, Any]:
    return {"path": leaf.path, "line": leaf.line, "key": leaf.name, "before": leaf.before, "after": leaf.after}


def _words(words: Words) -> dict[str, str | None]:
    return {"zh": words.zh, "en": words.en}
