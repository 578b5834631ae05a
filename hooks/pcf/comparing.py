"""The page on which reports are compared: its words and rules for the script, and what stands there without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .assets import assets
from .comparability import COVERAGE, STOPS
from .conditions import condition_labels
from .model import STAGES
from .pages import Page
from .problems import Language
from .wording import Wording, wording

ADDRESS = "compare/"
LARGEST = 4  # reports side by side


def compare_page(standing: Sequence[str], language: Language) -> Page:
    """One page for all comparisons: which reports and stages it shows stands in the address it is opened with.

    ``standing`` are the ids of the current reports, of which it shows two as an example.
    """
    t = wording(language)
    return Page(
        address=ADDRESS,
        language=language,
        title=t("compare.title"),
        description=t("compare.lead"),
        template="compare.html",
        context=lambda: {"words": _for_script(t), "example": example(standing), **_files()},
        nav_title=t("compare.nav"),
    )


def example(standing: Sequence[str]) -> str:
    """The query of a comparison: of the first two products, or of what such an address looks like."""
    ids = standing[:2]
    return "?ids=" + ",".join(ids if len(ids) == 2 else ["product-a/report-1", "product-b/report-7"])


def _files() -> dict[str, str]:
    """The addresses of the style sheet and the script, which no other page asks for."""
    own = assets()
    return {"style": own.compare_style.address, "script": own.compare_script.address}


def _for_script(t: Wording) -> dict[str, Any]:
    """The rules as data, and the words. A record's own words come with its footprint.json."""
    return {
        "language": t.language,
        "largest": LARGEST,
        "stops": list(STOPS),
        "coverage": COVERAGE,
        "conditions": condition_labels(t),
        "stages": {stage: t(f"stage.{stage}") for stage in STAGES},
        "states": _section(t, "state"),
        "statuses": _section(t, "status"),
        **_section(t, "compare_words"),
    }


def _section(t: Wording, name: str) -> dict[str, str]:
    prefix = f"{name}."
    return {key.removeprefix(prefix): words for key, words in t.table.items() if key.startswith(prefix)}
