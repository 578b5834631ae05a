"""The records of tests/site, and what their published site must have."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from web import LANGUAGES, PREFIX, Element, read_html

RECORDS = Path(__file__).resolve().parent / "site" / "records" / "products"

# The drafts (yisi-pump, jiachen-fan/vt-2026-02) are not among them.
KETTLE = "products/jiachen-kx200/vt-2025-03/"
KETTLE_BEFORE = "products/jiachen-kx200/vt-2024-01/"
FAN = "products/jiachen-fan/vt-2024-09/"
LAMP = "products/yisi-lamp/n-17/"
REPORTS = (KETTLE, KETTLE_BEFORE, FAN, LAMP)
FORWARDS = {"products/jiachen-kx200/": KETTLE, "products/jiachen-fan/": FAN, "products/yisi-lamp/": LAMP}
OTHERS = (
    "",
    "compare/",
    "factors/",
    "factors/lab/2023/",
    "factors/lab/2024/",
    "factors/agency/2025-1/",
    "producers/jiachen/",
    "producers/yisi/",
    "categories/kettle/",
    "categories/lamp/",
)


@dataclass
class Site:
    """A built site: its root (with mkdocs.yml, products/ …) and its folder."""

    root: Path
    folder: Path

    def html(self, address: str, language: str = "zh") -> Element:
        return read_html(self.folder / (PREFIX[language] + address) / "index.html")

    def json(self, address: str) -> Any:
        return json.loads((self.folder / address).read_text("utf-8"))

    @cached_property
    def pages(self) -> dict[str, Element]:
        """Every HTML file of the site, by its path."""
        return {path.relative_to(self.folder).as_posix(): read_html(path) for path in self.folder.rglob("*.html")}


def languages(*addresses: str) -> list[tuple[str, str]]:
    """Every address in each language."""
    return [(address, language) for address in addresses for language in LANGUAGES]


def figures(footprint: dict[str, Any]) -> list[str]:
    """Every number of a footprint.json that is a result, or what it rests on, as it is written there."""
    found = [footprint[part]["total"]["value"] for part in ("declared", "recomputed")]
    gate = footprint["cradle_to_gate"]["declared"]
    found += [gate["value"]] if gate else []
    for stage in footprint["stages"]:
        found += [stage[key]["value"] for key in ("declared", "recomputed", "share") if stage[key]]
        for line in stage["lines"]:
            found += [line[k]["value"] for k in ("amount", "factor", "net_calorific_value", "emission") if line[k]]
            found += [quantity["value"] for quantity in (line["derived_from"] or {}).values()]
    return found
