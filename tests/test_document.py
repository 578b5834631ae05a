"""The formal report as data: what every chapter must hold, in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pcf.document import SIZES, card, document
from pcf.evaluate import evaluate
from pcf.wording import wording
from support import NEW, R2, base, edited

ADDRESS = "https://carbon.example.com/products/acme-kettle/r-2/"


def made(language: str = "en", *edits: tuple[str, str, str]) -> dict[str, Any]:
    """The document of the base catalogue's current report, after edits of (path, old, new)."""
    files = base()
    for path, old, new in edits:
        files = edited(files, path, (old, new))
    outcome = evaluate(files)
    return document(outcome, outcome.evaluations[NEW], wording(language), ADDRESS)  # type: ignore[arg-type]


def titles(whole: dict[str, Any]) -> list[str]:
    parts = [part for part in whole["parts"] if "title" in part]
    return [title for part in parts for title in (part["title"], *(s["title"] for s in part.get("sections", ())))]


def blocks(whole: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """All blocks of a kind, in order."""
    parts = [part for part in whole["parts"] if "title" in part]
    every = [
        b for part in parts for b in [*part["blocks"], *(b for s in part.get("sections", ()) for b in s["blocks"])]
    ]
    return [block for block in every if block["kind"] == kind]


def test_the_chapters_are_those_of_a_report() -> None:
    """Declaration, abstract, chapters 1 to 6 with their sections numbered, and the annex, in this order."""
    numbers = [title.split(" ")[0] for title in titles(made()) if title[0].isdigit()]

    assert numbers == ["1", "2", "2.1", "2.2", "2.3", "3", *(f"3.{n}" for n in range(1, 10)),
                       "4", "4.1", "4.2", "4.3", "5", "5.1", "5.2", "5.3", "5.4", "6"]  # fmt: skip
    assert [t for t in titles(made()) if not t[0].isdigit()] == ["Declaration", "Abstract", "Annex 1  Team and seal"]


def test_both_languages_have_the_same_parts() -> None:
    """The Chinese and the English edition have the same kinds of block in the same order."""

    def shape(whole: dict[str, Any]) -> list[list[str]]:
        parts = [part for part in whole["parts"] if "title" in part]
        return [[b["kind"] for s in [part, *part.get("sections", ())] for b in s["blocks"]] for part in parts]

    assert shape(made("zh")) == shape(made("en"))


@pytest.mark.parametrize("figure", ["3.68", "2.400", "0.1400", "2.037", "0.3000", "-1.20", "1.200 kg", "0.0500 kg"])
def test_every_declared_value_and_amount_is_in_the_report(figure: str) -> None:
    """Declared values and activity data stand in the document as the record writes them."""
    assert figure in json.dumps(made(), ensure_ascii=False).replace("−", "-")


def test_what_is_not_quantified_is_said_and_hatched() -> None:
    """A stage without data has no segment in the bars, and words in the boundary, never a zero."""
    whole = made()
    [boundary] = blocks(whole, "boundary")
    use = next(stage for stage in boundary["stages"] if stage["label"] == "Use")
    bar = next(b for b in blocks(whole, "bars")[0]["bars"] if b["label"] == "Use")

    assert (use["quantified"], use["note"]) == (False, "not quantified")
    assert (bar["segments"], bar["value"]) == ([], "not quantified")


def test_what_the_report_does_not_state_is_not_filled_in() -> None:
    """Without a data-quality text the section says so."""
    sections = next(part for part in made()["parts"] if part.get("title", "").startswith("3 "))["sections"]
    quality = next(s for s in sections if "Data quality" in s["title"])

    assert quality["blocks"][0] == {"kind": "para", "paragraphs": ["not stated in the report"]}


def test_text_of_a_record_is_data_and_never_markup() -> None:
    """Typst's own signs pass through untouched: the template sets strings."""
    hostile = "#panic(1) *b* $x$ `c` @ref <label> // comment"
    whole = made(
        "en", (R2 + "/inventory.yaml", "allocation: {zh: 按产量, en: By output}", f'allocation: {{en: "{hostile}"}}')
    )

    assert {"kind": "para", "paragraphs": [hostile]} in blocks(whole, "para")


def test_the_dates_are_the_records() -> None:
    """The document's date is the day the report was issued, not that of the build."""
    assert made()["date"] == {"year": 2025, "month": 3, "day": 1}


@pytest.mark.parametrize("form", SIZES)
def test_a_card_says_what_is_missing_from_its_number(form: str) -> None:
    """The picture for sharing names the stages that are not quantified and the status, never a bare number."""
    outcome = evaluate(base())
    data = card(outcome, outcome.evaluations[NEW], wording("en"), form)

    assert (data["width"], data["height"]) == SIZES[form]
    assert data["value"] == "3.68"
    assert "Use (not quantified)" in data["missing"]
    assert data["status"]
