"""The register of factors: which lines and reports use each, and what has been superseded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .evaluate import Outcome
from .library import Factor

# outdated: a newer factor supersedes it, and reports still use it
FactorState = Literal["used", "outdated", "superseded", "unused"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One factor with its uses. ``lines`` counts lines of activity data, those without an amount included."""

    id: str  # <publisher>/<release>/<factor>
    factor: Factor
    lines: int
    reports: tuple[str, ...]
    superseded_by: tuple[str, ...]

    @property
    def state(self) -> FactorState:
        if self.superseded_by:
            return "outdated" if self.reports else "superseded"
        return "used" if self.reports else "unused"

    def as_data(self) -> dict[str, Any]:
        """The entry for a program, every number a text."""
        return {
            "id": self.id,
            "label": {"zh": self.factor.label.zh, "en": self.factor.label.en},
            "value": {"value": self.factor.value.text, "unit": self.factor.value.unit},
            "gases": self.factor.gases,
            "geography": self.factor.geography,
            "year": str(self.factor.year),
            "state": self.state,
            "lines": self.lines,
            "reports": list(self.reports),
            "superseded_by": list(self.superseded_by),
        }


def register(outcome: Outcome) -> list[Entry]:
    """Every factor of the library, by reference; drafts and superseded reports count among the uses."""
    lines: dict[str, int] = {}
    reports: dict[str, dict[str, None]] = {}
    for report in outcome.catalogue.reports.values():
        for stage in report.inventory.stages:
            for line in stage.lines or ():
                if line.factor:
                    lines[line.factor] = lines.get(line.factor, 0) + 1
                    reports.setdefault(line.factor, {})[report.id] = None
    newer: dict[str, list[str]] = {}
    for reference, factor in outcome.catalogue.factors.items():
        if factor.supersedes:
            newer.setdefault(factor.supersedes, []).append(reference)
    return [
        Entry(ref, factor, lines.get(ref, 0), tuple(sorted(reports.get(ref, ()))), tuple(sorted(newer.get(ref, ()))))
        for ref, factor in sorted(outcome.catalogue.factors.items())
    ]
