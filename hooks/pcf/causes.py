"""Why a stage changed: its lines matched, and the change of each split exactly over what moved in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Literal

from .calculate import LineResult, Multiplier, Role, StageResult
from .quantity import EMISSION, compatible, scale

# ``factor`` is another factor in the line's place, ``factor-value`` the same factor with another value.
Cause = Literal[
    "amount", "net-calorific-value", "factor", "factor-value",
    "line-added", "line-removed", "line-state",
    "stage-added", "stage-removed", "stage-state",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One cause's part of a change, in kgCO2e, with the values that moved where there are two."""

    cause: Cause
    value: Fraction
    before: Multiplier | None = None
    after: Multiplier | None = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line before and after, each with its number in its stage; the parts add up to the change exactly."""

    before: LineResult | None
    after: LineResult | None
    before_at: int | None
    after_at: int | None
    parts: tuple[Part, ...]

    @property
    def change(self) -> Fraction:
        return sum((part.value for part in self.parts), Fraction(0))


@dataclass(frozen=True, slots=True)
class StageChange:
    """One stage before and after; None where the record has no entry for it."""

    id: str
    before: StageResult | None
    after: StageResult | None
    lines: tuple[LineChange, ...]  # those that changed
    parts: tuple[Part, ...]  # one per cause

    @property
    def change(self) -> Fraction:
        """After less before, in kgCO2e; what is not quantified adds nothing to a total."""
        return _emission(self.after) - _emission(self.before)


def shapley(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """The part that each number has in the change of their product.

    The mean, over every order in which the numbers may move from before to after, of what each one's move adds
    (L. S. Shapley, 1953): no order is preferred, a number that stays has no part, and the parts add up exactly.
    """
    numbers = range(len(before))
    moved = [n for n in numbers if before[n] != after[n]]

    def product(done: Sequence[int]) -> Fraction:
        result = Fraction(1)
        for n in numbers:
            result *= after[n] if n in done else before[n]
        return result

    parts = [Fraction(0)] * len(before)
    for n in moved:
        others = [m for m in moved if m != n]
        for size in range(len(moved)):
            weight = Fraction(factorial(size) * factorial(len(moved) - size - 1), factorial(len(moved)))
            for done in combinations(others, size):
                parts[n] += weight * (product((*done, n)) - product(done))
    return parts


def stage_change(name: str, before: StageResult | None, after: StageResult | None) -> StageChange:
    """What moved in a stage. Where its state changed, or its entry came or went, that is the cause of the whole."""
    pairs = match(before.lines if before else (), after.lines if after else ())
    lines = tuple(change for pair in pairs if (change := _line_change(before, after, *pair)) is not None)
    whole = _emission(after) - _emission(before)
    cause: Cause | None = None
    if before is None or after is None:
        cause = "stage-added" if before is None else "stage-removed"
    elif before.state != after.state:
        cause = "stage-state"
    if cause:
        return StageChange(name, before, after, lines, (Part(cause, whole),))
    sums: dict[Cause, Fraction] = {}
    for line in lines:
        for part in line.parts:
            sums[part.cause] = sums.get(part.cause, Fraction(0)) + part.value
    return StageChange(name, before, after, lines, tuple(Part(cause, value) for cause, value in sums.items()))


Pair = tuple[int | None, int | None]


def match(before: Sequence[LineResult], after: Sequence[LineResult]) -> list[Pair]:
    """Which line became which, by number: lines have no id.

    In turn, and each time in the order of the record: the same factor, label and amount; the same factor and label;
    the same label; the same factor; the same factor of another release; and for what is left the order alone, where
    the amounts can be in each other's unit. No line is matched twice; the rest was removed or added.
    """
    old, new = list(range(len(before))), list(range(len(after)))
    found: list[Pair] = []
    for alike in _ALIKE:
        for n in tuple(new):
            m = next((m for m in old if alike(before[m], after[n])), None)
            if m is not None:
                found.append((m, n))
                old.remove(m)
                new.remove(n)
    found += [(m, None) for m in old] + [(None, n) for n in new]
    return sorted(found, key=lambda pair: (pair[1] if pair[1] is not None else pair[0], pair[1] is None))


def _amounts_fit(before: LineResult, after: LineResult) -> bool:
    if not before.multipliers or not after.multipliers:
        return not before.multipliers and not after.multipliers
    return compatible(before.multipliers[0].quantity.unit, after.multipliers[0].quantity.unit)


def _same_label(before: LineResult, after: LineResult) -> bool:
    return before.line.label == after.line.label


def _same_factor(before: LineResult, after: LineResult) -> bool:
    return before.factor_id is not None and before.factor_id == after.factor_id


_ALIKE: tuple[Callable[[LineResult, LineResult], bool], ...] = (
    lambda b, a: b.line == a.line,
    lambda b, a: _same_factor(b, a) and _same_label(b, a) and _amounts_fit(b, a),
    lambda b, a: _same_factor(b, a) and _same_label(b, a),
    lambda b, a: b.line.label is not None and _same_label(b, a),
    _same_factor,
    lambda b, a: bool(b.factor_id and a.factor_id) and _name(b) == _name(a),
    lambda b, a: bool(b.factor_id and a.factor_id) and bool(b.multipliers) and _amounts_fit(b, a),
)


def _name(line: LineResult) -> str:
    return str(line.factor_id).rpartition("/")[2]


def _line_change(
    stage_before: StageResult | None, stage_after: StageResult | None, m: int | None, n: int | None
) -> LineChange | None:
    before = stage_before.lines[m] if stage_before and m is not None else None
    after = stage_after.lines[n] if stage_after and n is not None else None
    parts = tuple(_parts(before, after))
    return LineChange(before, after, m, n, parts) if parts else None


def _parts(before: LineResult | None, after: LineResult | None) -> Iterator[Part]:
    old, new = _line_emission(before), _line_emission(after)
    if before is None or after is None:
        yield Part("line-added" if before is None else "line-removed", new - old)
    elif before.emission is None or after.emission is None:
        if (before.emission is None) != (after.emission is None):
            yield Part("line-state", new - old)
    elif not _amounts_fit(before, after):  # nothing of the one line is in the other
        yield Part("line-removed", -old)
        yield Part("line-added", new)
    else:
        numbers = _comparable(before, after)
        split = shapley([b for _, b, _ in numbers], [a for _, _, a in numbers])
        for (cause, b, a), value in zip(numbers, split, strict=True):
            if b != a:
                yield Part(cause, value, _multiplier(before, _ROLES[cause]), _multiplier(after, _ROLES[cause]))


_HEAT: Role = "net_calorific_value"
_ROLES: dict[Cause, Role] = {
    "amount": "amount",
    "net-calorific-value": _HEAT,
    "factor": "emission_factor",
    "factor-value": "emission_factor",
}


def _comparable(before: LineResult, after: LineResult) -> list[tuple[Cause, Fraction, Fraction]]:
    """The numbers whose product is each line's emission in kgCO2e, each in the units of before on both sides.

    Where only one side has a heating value, or the two are not per the same thing, heat and factor move as one.
    """
    unit = before.multipliers[0].quantity.unit
    numbers: list[tuple[Cause, Fraction, Fraction]] = []
    numbers.append(("amount", _in_unit(before, "amount", unit), _in_unit(after, "amount", unit)))
    heat, other = _multiplier(before, _HEAT), _multiplier(after, _HEAT)
    per = heat.quantity.unit if heat and other and compatible(heat.quantity.unit, other.quantity.unit) else None
    if per:
        numbers.append(("net-calorific-value", _in_unit(before, _HEAT, per), _in_unit(after, _HEAT, per)))
    cause: Cause = "factor-value" if before.factor_id == after.factor_id else "factor"
    numbers.append((cause, _rest(before, unit, per), _rest(after, unit, per)))
    return numbers


def _in_unit(line: LineResult, role: Role, unit: str) -> Fraction:
    multiplier = _multiplier(line, role)
    assert multiplier is not None
    return multiplier.quantity.value * (scale((multiplier.quantity.unit,), unit) or 0)


def _rest(line: LineResult, unit: str, per: str | None) -> Fraction:
    """kgCO2e for one ``unit`` of the amount, and for one ``per`` of heating value where that is apart."""
    heat, factor = _multiplier(line, _HEAT), _multiplier(line, "emission_factor")
    assert factor is not None
    assert line.factor is not None
    value, heat_unit = factor.quantity.value, per
    if heat and per is None:
        value, heat_unit = value * heat.quantity.value, heat.quantity.unit
    units = (unit, heat_unit, factor.quantity.unit) if heat_unit else (unit, factor.quantity.unit)
    return value * (scale(units, EMISSION if line.factor.gases == "CO2e" else "kgCO2") or 0)


def _multiplier(line: LineResult, role: Role) -> Multiplier | None:
    return next((m for m in line.multipliers if m.role == role), None)


def _line_emission(line: LineResult | None) -> Fraction:
    return line.emission.value if line and line.emission else Fraction(0)


def _emission(stage: StageResult | None) -> Fraction:
    return stage.emission.value if stage and stage.emission else Fraction(0)
