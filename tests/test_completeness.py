"""Completeness: what the standards ask a report to hold, decided by what its record holds and by nothing else."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from pcf.completeness import ASKS, Item, completeness
from pcf.evaluate import evaluate
from pcf.fields import Words
from pcf.library import Publisher
from pcf.model import Disclosure
from pcf.pages import report_page
from support import NEW, OLD, PRODUCT, R1, R2, Files, base, edited

INVENTORY, STATEMENT = f"{R1}/inventory.yaml", f"{R1}/statement.yaml"
DISCLOSURES = ", ".join(f"{name}: {{en: Said}}" for name in get_args(Disclosure))


def items(files: Files, report: str = OLD) -> dict[str, Item]:
    e = evaluate(files).evaluations[report]
    return {item.id: item for item in completeness(e.report, e.calculation, e.reconciliation)}


def states(files: Files, report: str = OLD) -> dict[str, str]:
    return {name: item.state for name, item in items(files, report).items()}


def full() -> Files:
    """The base catalogue, its old report filled with all that a record can hold."""
    files = edited(
        base(),
        INVENTORY,
        ("1 kettle}}", "1 kettle}, definition: {en: One kettle}}"),
        ("scope: cradle-to-gate", "scope: cradle-to-grave"),
        ("  - id: raw-materials\n", "  - id: raw-materials\n    included: {en: The body}\n"),
        (
            "  - id: inbound-transport\n    not_quantified: {zh: 无数据, en: No data}",
            "  - id: inbound-transport\n    outside_boundary: {en: Made next door}",
        ),
        ("  - id: production\n", "  - id: production\n    included: {en: Assembly}\n"),
        (
            "amount: 4.00 kWh\n",
            "amount: 4.00 kWh\n        uncertainty: 5 %\n"
            "  - {id: distribution, outside_boundary: {en: Collected}}\n"
            "  - {id: use, outside_boundary: {en: None}}\n  - {id: end-of-life, outside_boundary: {en: None}}\n",
        ),
        ("cut_off: {per_input: 1 %, total: 5 %}", "cut_off: {per_input: 1 %, total: 5 %, words: {en: By mass}}"),
        (
            "data_sources: {zh: 电表}\n",
            "data_sources: {zh: 电表}\n  goal: {en: For buyers}\n  data_collection: {en: On site}\n"
            "  data_quality: {en: Good}\n  primary_data_share: 80 %\n  uncertainty: {en: Small}\n"
            "  improvements: [{en: Use less}]\n  product_category_rules: {en: PCR 1}\n"
            f"  disclosures: {{{DISCLOSURES}}}\n",
        ),
        ("value: 0.6000, unit: not-printed", "value: 0.6000, unit: kgCO2e/kWh"),
    )
    files = edited(
        files,
        STATEMENT,
        ("kind: assessment", "kind: verification"),
        ("standard: not-stated", 'standard: "ISO 14064-3:2019"'),
        ("assurance: not-stated", "assurance: limited"),
        ("valid_until: not-stated", "valid_until: 2027-02-28"),
    )
    text = files[STATEMENT].decode("utf-8") + "  shares: {raw-materials: 55.6 %, production: 44.4 %}\n"
    product = files[PRODUCT].decode("utf-8") + "mass: 1.5 kg\nprocess: [{en: Pressing}]\n"
    return {**files, STATEMENT: text.encode("utf-8"), PRODUCT: product.encode("utf-8")}


def test_a_full_record_states_everything() -> None:
    """Every item can be reached by what a record may hold."""
    assert set(states(full()).values()) == {"stated"}
    assert [item.anchor for item in items(full()).values()] == [ask.anchor for ask in ASKS.values()]


def test_a_bare_record_states_what_it_must_and_no_more() -> None:
    """Nothing is filled in: what only a sentence could tell is not stated."""
    assert states(base()) == {
        "identification": "stated",
        "goal": "not-stated",
        "product-category-rules": "not-stated",
        "functional-unit": "partly",
        "boundary": "partly",
        "unit-processes": "not-stated",
        "cut-off": "partly",
        "scenarios": "not-applicable",
        "period": "partly",
        "data-sources": "partly",
        "allocation": "stated",
        "activity-data": "stated",
        "electricity": "partly",
        "data-quality": "not-stated",
        "gases": "stated",
        "characterisation": "stated",
        "results": "partly",
        "separate-emissions": "not-stated",
        "timing": "not-stated",
        "sensitivity": "not-stated",
        "interpretation": "not-stated",
        "value-choices": "not-stated",
        "performance-tracking": "not-applicable",
        "comparison": "not-stated",
        "verification": "not-stated",
    }


def test_a_report_to_the_grave_is_asked_for_its_scenarios() -> None:
    """End of life is quantified, without a word on the scenario; activity data need an unprinted heating value."""
    found = states(base(), NEW)

    assert (found["scenarios"], found["activity-data"], found["verification"]) == ("partly", "partly", "stated")


def test_a_draft_declares_no_results() -> None:
    """Its number, body and values are still to come."""
    files = base()
    del files[f"{R2}/statement.yaml"]
    found = states(files, NEW)

    assert (found["identification"], found["results"], found["verification"]) == ("partly", "not-stated", "not-stated")


WITHOUT = {
    "goal": (INVENTORY, "  goal: {en: For buyers}\n", "", "not-stated"),
    "functional-unit": (PRODUCT, "mass: 1.5 kg\n", "", "partly"),
    "unit-processes": (PRODUCT, "process: [{en: Pressing}]\n", "", "not-stated"),
    "boundary": (INVENTORY, "    included: {en: Assembly}\n", "", "partly"),
    "cut-off": (INVENTORY, ", words: {en: By mass}", "", "partly"),
    "data-sources": (INVENTORY, "  data_collection: {en: On site}\n", "", "partly"),
    "data-quality": (INVENTORY, "primary_data_share: 80 %", "primary_data_share: not-stated", "partly"),
    "gases": (INVENTORY, "gases: [CO2]", "gases: []", "not-stated"),
    "interpretation": (INVENTORY, "improvements: [{en: Use less}]", "improvements: []", "partly"),
    "product-category-rules": (INVENTORY, "  product_category_rules: {en: PCR 1}\n", "", "not-stated"),
    "period": (STATEMENT, "valid_until: 2027-02-28", "valid_until: not-stated", "partly"),
    "results": (STATEMENT, "  shares: {raw-materials: 55.6 %, production: 44.4 %}\n", "", "partly"),
    "activity-data": (INVENTORY, "value: 0.6000, unit", "value: not-printed, unit", "partly"),
    "verification": (STATEMENT, "assurance: limited", "assurance: not-stated", "partly"),
    "timing": (INVENTORY, "timing: {en: Said}, ", "", "not-stated"),
    "sensitivity": (INVENTORY, "sensitivity: {en: Said}, ", "", "partly"),
    "electricity": (INVENTORY, "electricity: {en: Said}, ", "", "partly"),
    "value-choices": (INVENTORY, "value-choices: {en: Said}, ", "", "not-stated"),
    "scenarios": (INVENTORY, "scenarios: {en: Said}, ", "", "not-stated"),
    "performance-tracking": (INVENTORY, "performance-tracking: {en: Said}, ", "", "not-applicable"),
    "separate-emissions": (INVENTORY, "separate-emissions: {en: Said}, ", "", "not-stated"),
    "comparison": (INVENTORY, ", comparison: {en: Said}", "", "not-stated"),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_one_thing_less_moves_its_item_alone(name: str) -> None:
    """A full record without one thing: that item falls, every other stays."""
    path, old, new, state = WITHOUT[name]

    assert {item: found for item, found in states(edited(full(), path, (old, new))).items() if found != "stated"} == {
        name: state
    }


@pytest.mark.parametrize("report", [OLD, NEW])
def test_what_is_stated_leads_to_a_place_of_the_page(report: str) -> None:
    """Each item with an anchor leads to an element that is there; one without says not stated or not applicable."""
    outcome = evaluate(base())
    publisher = Publisher(address="https://carbon.example.com/", name=Words(en="Products"))
    html = report_page(outcome, outcome.evaluations[report], publisher, "en").render()
    ids = set(re.findall(r' id="([^"]+)"', html))
    found = items(base(), report).values()

    assert {item.anchor for item in found if item.anchor} <= ids
    assert {item.state for item in found if item.anchor is None} <= {"not-stated", "not-applicable"}
    assert "What the standards ask for" in html
