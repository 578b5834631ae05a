"""Factors that changed between two revisions, each with every report that it reaches; and what reports share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from .causes import LineChange
from .changes import FactorChange, ReportChange, Side
from .leaves import Leaf, leaves
from .library import Factor
from .load import Catalogue


def factor_changes(
    base: Side, head: Side, changes: Sequence[ReportChange]
) -> tuple[tuple[FactorChange, ...], tuple[str, ...], tuple[str, ...]]:
    """Factors that changed, by what they reach; those that came; those that went and did not merely fail to load."""
    old, new = base.outcome.catalogue.factors, head.outcome.catalogue.factors
    reached: dict[tuple[str, str], dict[str, Fraction]] = {
        (name, name): {} for name in sorted(old.keys() & new.keys()) if numbers_of(old[name]) != numbers_of(new[name])
    }
    for change in changes:
        if change.kind != "changed":
            continue
        for line in (line for stage in change.stages for line in stage.lines):
            for ids, value in _by_factor(line):
                reports = reached.setdefault(ids, {})
                reports[change.id] = reports.get(change.id, Fraction(0)) + value
    found = [
        FactorChange(was, now, old.get(was), new.get(now), tuple(sorted(by.items(), key=lambda r: (-abs(r[1]), r[0]))))
        for (was, now), by in sorted(reached.items())
    ]
    claimed = head.outcome.catalogue.claimed.get("factor", set())
    gone = [
        n for n in sorted(old.keys() - new.keys()) if n not in claimed and f"{n.rpartition('/')[0]}/*" not in claimed
    ]
    return tuple(found), tuple(sorted(new.keys() - old.keys())), tuple(gone)


def _by_factor(line: LineChange) -> Iterator[tuple[tuple[str, str], Fraction]]:
    """The parts of a line's change that its factor has, its heating value included unless that is the line's own."""
    if line.before is None or line.after is None or not (line.before.factor_id and line.after.factor_id):
        return
    own = line.before.line.net_calorific_value or line.after.line.net_calorific_value
    for part in line.parts:
        if part.cause in ("factor", "factor-value") or (part.cause == "net-calorific-value" and not own):
            yield (line.before.factor_id, line.after.factor_id), part.value


def numbers_of(factor: Factor) -> tuple[object, ...]:
    """What a result rests on: everything of a factor but its words and links."""
    heat = factor.net_calorific_value
    return (
        *(factor.value, factor.exact, factor.gases, factor.gwp_set, heat and (heat.value, heat.exact)),
        *(factor.kind, factor.carrier, factor.basis, factor.geography, factor.year),
    )


def shared_leaves(before: Catalogue, after: Catalogue) -> Iterator[Leaf]:
    """What differs in producers, bodies, categories and releases that both sides have."""
    for path in sorted(before.documents.keys() | after.documents.keys()):
        if path.split("/")[1].startswith("_"):
            old, new = before.documents.get(path), after.documents.get(path)
            if old is not None and new is not None:
                yield from leaves(old, new)
