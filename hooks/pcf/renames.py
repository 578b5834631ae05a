"""Products that have another id at the head: known by ``former_ids``, so that they are held against what they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .load import Catalogue, Files


@dataclass(frozen=True)
class Renamed:
    """A product by its id at the base and at the head, and how many reports it had under the first."""

    before: str
    after: str
    reports: int


def renames(old: Files, new: Files, head: Catalogue) -> dict[str, str]:
    """The id that each product of the base has now, of those whose folder went and that another claims as its own past.

    ``old`` and ``new`` are the files of both sides, ``head`` what was read of the second.
    """
    found: dict[str, str] = {}
    for path in sorted(head.documents):
        if path.endswith("/product.yaml"):
            for former in former_ids(head, product := path.split("/")[1]):
                file = f"products/{former}/product.yaml"
                if file in old and file not in new:
                    found.setdefault(former, product)
    return found


def former_ids(catalogue: Catalogue, product: str) -> tuple[str, ...]:
    """The former ids that a product's file names, though the rest of it could not be read."""
    document = catalogue.documents.get(f"products/{product}/product.yaml")
    data = document.data if document else None
    listed = data.get("former_ids") if isinstance(data, dict) else None
    return tuple(value for value in listed if isinstance(value, str)) if isinstance(listed, list) else ()


def pairs(
    before: Iterable[str], after: Iterable[str], renamed: Mapping[str, str]
) -> list[tuple[str | None, str | None]]:
    """Every report by its id at the base and at the head, None where it is not there; ``renamed`` as from `renames`."""
    old, free = sorted(before), {*after}
    kept = [name for name in old if name in free]
    free -= {*kept}
    found: list[tuple[str | None, str | None]] = [(name, name) for name in kept]
    for name in (name for name in old if name not in {*kept}):
        product, _, folder = name.partition("/")
        now = f"{renamed.get(product, product)}/{folder}"
        found.append((name, now if now in free else None))
        free.discard(now)
    found += [(None, name) for name in free]
    return sorted(found, key=lambda pair: (pair[1] or pair[0] or "", pair[0] or ""))
