"""The history of a report as data: which published values changed at which commit, and what changed since the seal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from .evaluate import Evaluation
from .model import Change
from .quantity import exact_text, rounded
from .seal import differences

# What of a report is published as a value and can change; in the order in which it is told.
ValueName = Literal[
    "report", "number", "issued", "declared-total", "declared-stage", "recomputed-total", "kind", "valid-until",
    "withdrawn", "signature", "status", "seal",
]  # fmt: skip
_NOT_BY_A_COMMIT = ("superseded", "expired")  # another report's doing, and the calendar's
_MOST_DECIMALS = 12


@dataclass(frozen=True)
class Published:
    """The published values of a report at one commit. ``recomputed`` is in kgCO2e, None where it cannot be computed."""

    report: str
    stated: Mapping[tuple[ValueName, str | None], str | None]  # by value and, where it is a stage's, stage
    recomputed: Fraction | None
    decimals: int  # of the declared total
    changes: tuple[Change, ...]  # what the publisher had said


@dataclass(frozen=True)
class Move:
    """One value that changed. None is: there was none, there is none."""

    value: ValueName
    stage: str | None
    was: str | None
    now: str | None


@dataclass(frozen=True)
class Edit:
    """A commit at which published values changed, and what the publisher says of it in ``review.yaml`` today."""

    day: date
    commit: str
    moves: tuple[Move, ...]
    said: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One leaf of ``sealed.json`` that is another than when the record was sealed. ``stage`` where it is a stage's."""

    place: str
    stage: str | None
    was: str | None
    now: str | None


@dataclass(frozen=True)
class SealedAt:
    """The newest commit whose record gives the seal that stands in ``review.yaml``, and all that differs since."""

    day: date
    commit: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class History:
    """What git tells of a report: ``whole`` from its first commit on; ``cut`` only from ``since`` on; or ``none``."""

    reach: Literal["whole", "cut", "none"] = "none"
    since: date | None = None
    edits: tuple[Edit, ...] = ()  # newest first
    sealed_at: SealedAt | None = None


UNKNOWN = History()
Histories = Mapping[str, History]  # by report


def published(evaluation: Evaluation) -> Published | None:
    """The values that this record publishes; None for a draft, which publishes nothing."""
    report, statement = evaluation.report, evaluation.report.statement
    if statement is None:
        return None
    declared, withdrawn, signature = statement.declared, report.review.withdrawn, evaluation.signature
    valid_until = statement.statement.valid_until
    stated: dict[tuple[ValueName, str | None], str | None] = {
        ("report", None): report.id,
        ("number", None): statement.report.number,
        ("issued", None): statement.report.issued.isoformat(),
        ("declared-total", None): str(declared.total),
        **{("declared-stage", stage): str(value) for stage, value in declared.stages.items()},
        ("kind", None): statement.statement.kind,
        ("valid-until", None): valid_until.isoformat() if isinstance(valid_until, date) else None,
        ("withdrawn", None): withdrawn.date.isoformat() if withdrawn else None,
        ("signature", None): (signature.fault or "signed") if signature else None,
        ("status", None): next((name for name in evaluation.conditions if name not in _NOT_BY_A_COMMIT), None),
        ("seal", None): report.review.seal,
    }
    total = evaluation.calculation.total.value
    return Published(report.id, stated, total, declared.total.decimals, report.review.changes)


def edits(states: Sequence[tuple[date, str, Published]], said: Sequence[Change]) -> tuple[Edit, ...]:
    """The commits, newest first, at which a published value changed, from the states of a report, oldest first.

    ``said`` is what ``review.yaml`` says today: words that were since taken out are not brought back from old commits.
    Each belongs to the commit that brought it, else to one of its day.
    """
    found = [
        Edit(day, commit, moves)
        for (_, _, before), (day, commit, after) in pairwise(states)
        if (moves := tuple(_moves(before, after)))
    ]
    own: dict[str, list[Change]] = {edit.commit: [] for edit in found}
    for change in said:
        brought = next((commit for _, commit, state in states if change in state.changes), None)
        same_day = next((edit.commit for edit in reversed(found) if edit.day == change.date), None)
        commit = brought if brought in own else same_day
        if commit is not None:
            own[commit].append(change)
    return tuple(Edit(e.day, e.commit, e.moves, tuple(own[e.commit])) for e in reversed(found))


def _moves(before: Published, after: Published) -> Iterator[Move]:
    for name in ValueName.__args__:  # type: ignore[attr-defined]
        if name == "recomputed-total":
            if None not in (before.recomputed, after.recomputed) and before.recomputed != after.recomputed:
                yield Move(name, None, *_apart(before, after))
            continue
        keys = dict.fromkeys(key for side in (before, after) for key in side.stated if key[0] == name)
        for key in keys:
            was, now = before.stated.get(key), after.stated.get(key)
            if was != now:
                yield Move(name, key[1], was, now)


def _apart(before: Published, after: Published) -> tuple[str, str]:
    """Two recomputed totals with as many decimals as declared ones have, and more where they are told apart only so."""
    assert before.recomputed is not None
    assert after.recomputed is not None
    for decimals in range(max(before.decimals, after.decimals), _MOST_DECIMALS):
        texts = rounded(before.recomputed, decimals), rounded(after.recomputed, decimals)
        if texts[0] != texts[1]:
            return f"{texts[0]} kgCO2e", f"{texts[1]} kgCO2e"
    return f"{exact_text(before.recomputed)} kgCO2e", f"{exact_text(after.recomputed)} kgCO2e"


def sealed_differences(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """Each leaf in which two ``sealed.json`` differ; a quantity is one leaf."""
    old, new = _joined(json.loads(before)), _joined(json.loads(after))
    return tuple(
        Difference(place, _stage_at(place, new) or _stage_at(place, old), was, now)
        for at, one, other in differences(old, new)
        for place, was, now in _spread(at, one, other)
    )


def _joined(value: Any) -> Any:
    """The same with every quantity as one text, as a record writes it."""
    if isinstance(value, dict):
        if value.keys() == {"value", "unit"}:
            return f"{value['value']} {value['unit']}"
        return {key: _joined(inner) for key, inner in value.items()}
    return [_joined(inner) for inner in value] if isinstance(value, list) else value


def _spread(place: str, was: Any, now: Any) -> Iterator[tuple[str, str | None, str | None]]:
    """The leaves of what came or went as a whole."""
    one, other = _parts(was), _parts(now)
    if one is None and other is None:
        yield place, _leaf(was), _leaf(now)
    for key in dict.fromkeys([*(one or ()), *(other or ())]):
        pair = (one or {}).get(key), (other or {}).get(key)
        if pair[0] != pair[1]:
            yield from _spread(f"{place}/{key}", *pair)


def _parts(value: Any) -> Mapping[Any, Any] | None:
    return value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else None


def _leaf(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _stage_at(place: str, projection: Mapping[str, Any]) -> str | None:
    _, first, *rest = place.split("/")
    if first == "declared" and rest[0] in ("stages", "shares") and len(rest) > 1:
        return rest[1]
    stages = projection["stages"]
    return stages[int(rest[0])]["id"] if first == "stages" and int(rest[0]) < len(stages) else None
