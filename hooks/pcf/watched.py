"""What a product asks of the records that it shares with others: so that it is made anew when one of those changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from .load import Catalogue

V = TypeVar("V")
Need = tuple[str, str]  # the kind of a record, and its id; ``ALL`` where all of a kind were looked at
ALL = ""  # no record has no name

KINDS = ("releases", "factors", "producers", "bodies", "categories")


class _Records(dict[str, V]):
    """A dict that notes each key it is asked for."""

    def __init__(self, kind: str, inner: dict[str, V], needs: set[Need]) -> None:
        super().__init__(inner)
        self.kind, self.needs = kind, needs

    def __getitem__(self, key: str) -> V:
        self.needs.add((self.kind, key))
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.needs.add((self.kind, str(key)))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.needs.add((self.kind, key))
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        self.needs.add((self.kind, ALL))
        return super().__iter__()

    def __len__(self) -> int:
        self.needs.add((self.kind, ALL))
        return super().__len__()

    def keys(self) -> Any:
        self.needs.add((self.kind, ALL))
        return super().keys()

    def values(self) -> Any:
        self.needs.add((self.kind, ALL))
        return super().values()

    def items(self) -> Any:
        self.needs.add((self.kind, ALL))
        return super().items()


class _Names(set[str]):
    """A set that notes each name it is asked for."""

    def __init__(self, kind: str, inner: set[str], needs: set[Need]) -> None:
        super().__init__(inner)
        self.kind, self.needs = kind, needs

    def __contains__(self, name: object) -> bool:
        self.needs.add((self.kind, str(name)))
        return super().__contains__(name)

    def __len__(self) -> int:
        self.needs.add((self.kind, ALL))
        return super().__len__()

    def __iter__(self) -> Iterator[str]:
        self.needs.add((self.kind, ALL))
        return super().__iter__()


def watched(shared: Catalogue, needs: set[Need]) -> Catalogue:
    """The same records, of which each that is asked for is noted in ``needs``."""
    records: dict[str, Any] = {kind: _Records(kind, getattr(shared, kind), needs) for kind in KINDS}
    claimed: dict[str, set[str]] = {
        kind: _Names(f"claimed {kind}", names, needs) for kind, names in shared.claimed.items()
    }
    return replace(shared, **records, claimed=claimed)


class Fingerprints:
    """A digest of what a need leads to: the same for as long as nothing that a product can ask for there changes."""

    def __init__(self, shared: Catalogue) -> None:
        self.shared = shared
        self.known: dict[Need, str] = {}

    def of(self, need: Need) -> str:
        if need not in self.known:
            self.known[need] = hashlib.sha256(self._text(*need).encode("utf-8", "backslashreplace")).hexdigest()[:32]
        return self.known[need]

    def _text(self, kind: str, key: str) -> str:
        if kind.startswith("claimed "):
            names = self.shared.claimed.get(kind.removeprefix("claimed "), set())
            return repr(sorted(names)) if key == ALL else repr(key in names)
        records = getattr(self.shared, kind)
        if key == ALL:
            return repr([(name, self.of((kind, name))) for name in sorted(records)])
        if kind == "releases":
            return records[key].source.hex() if key in records else ""
        return repr(records.get(key))
