"""The JSON Schemas of the files that the site publishes, each at the address that the files name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from .addresses import schema_of
from .jsontext import json_bytes
from .library import Publisher


def names() -> list[str]:
    """``footprint/1`` and the others: what files have in their key ``schema``."""
    found = (path.name for path in (files(__package__) / "schemas").iterdir() if path.is_file())
    stems = (name.removesuffix(".json").rpartition("-") for name in found)
    return sorted(f"{name}/{version}" for name, _, version in stems)


def schema(name: str, publisher: Publisher) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a name, with its whole address as ``$id``."""
    raw = (files(__package__) / "schemas" / f"{name.replace('/', '-')}.json").read_text("utf-8")
    return {**json.loads(raw), "$id": schema_of(publisher, name)}


def published(publisher: Publisher) -> Iterator[tuple[str, bytes]]:
    """Address from the site's root, and content, of every schema."""
    for name in names():
        yield f"schema/{name}.json", json_bytes(schema(name, publisher))
