"""What differs between two YAML documents as data: each leaf that came, went or changed, with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .yamlfile import Document, Path

LONGEST_LIST = 400  # beyond it items are compared by their number alone: the matcher's cost is quadratic


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a document. ``line`` is its line after, or before where it went; None stands for no value.

    ``name`` is the key as one writes it, items of a list by their id or number from 1: ``stages.use.lines.2.amount``.
    """

    path: str
    line: int
    key: Path
    name: str
    before: str | None
    after: str | None


def leaves(before: Document | None, after: Document | None) -> list[Leaf]:
    """The values that differ. Comments, quotes, the order of keys and all other form make no difference."""
    old, new = before.data if before else None, after.data if after else None
    found = []
    for key_before, key_after, was, now in _differ(old, new, (), ()):
        there = after if now is not None or before is None else before
        assert there is not None
        key = key_after if there is after else key_before
        found.append(Leaf(there.path, there.place(*key)[0], key, _name(there.data, key), _text(was), _text(now)))
    return found


def _differ(old: Any, new: Any, at: Path, to: Path) -> Iterator[tuple[Path, Path, Any, Any]]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(k for k in new if k not in old)]:
            yield from _differ(old.get(key), new.get(key), (*at, key), (*to, key))
    elif isinstance(old, list) and isinstance(new, list):
        for m, n in _pairs(old, new):
            was, now = None if m is None else old[m], None if n is None else new[n]
            yield from _differ(was, now, (*at, m or 0), (*to, n or 0))
    else:
        yield at, to, old, new


def _pairs(old: list[Any], new: list[Any]) -> Iterator[tuple[int | None, int | None]]:
    """Which item became which: the equal ones in their order, and what lies between them in turn."""
    longest = max(len(old), len(new))
    if longest > LONGEST_LIST:
        yield from ((i if i < len(old) else None, i if i < len(new) else None) for i in range(longest))
        return
    matcher = SequenceMatcher(None, [repr(item) for item in old], [repr(item) for item in new], autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        for step in range(max(i_end - i, j_end - j)):
            yield (i + step if i + step < i_end else None), (j + step if j + step < j_end else None)


def _name(data: Any, key: Path) -> str:
    steps = []
    for step in key:
        data = data[step]
        own = data.get("id") if isinstance(data, dict) and isinstance(step, int) else None
        steps.append(own if isinstance(own, str) else str(step + 1) if isinstance(step, int) else step)
    return ".".join(steps)


def _text(value: Any) -> str | None:
    """A value in one line; of a mapping or list, its leaves."""
    if value is None or isinstance(value, str):
        return value
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return "; ".join(f"{key}: {_text(item)}" if isinstance(value, dict) else str(_text(item)) for key, item in items)
