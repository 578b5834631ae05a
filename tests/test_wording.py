"""The site's own words: the same in both languages, and one for everything that a record or a result can be."""

from __future__ import annotations

import ast
import string
from pathlib import Path
from typing import Any, get_args

import pytest

from pcf.calculate import StageState
from pcf.changes import Fact, Kind
from pcf.comparability import CONDITIONS, COVERAGE, Covered
from pcf.completeness import ASKS, State
from pcf.fields import Words
from pcf.findings import SEVERITIES, Severity
from pcf.library import Factor
from pcf.model import Boundary, Deviation, Disclosure, Stage, StatementFacts
from pcf.problems import codes
from pcf.quantity import UNITS
from pcf.reasons import CAUSES
from pcf.reconcile import Verdict
from pcf.status import Status
from pcf.tables import CARRIERS
from pcf.wording import Wording, unit_in_print, wording

PCF = Path(__file__).parent.parent / "hooks/pcf"
ZH, EN = wording("zh"), wording("en")


def fields_of(text: str) -> list[str]:
    return sorted(str(name) for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_both_languages_say_the_same_things() -> None:
    """The same keys with the same placeholders; nothing empty but the frame of what was noted by hand."""
    assert ZH.table.keys() == EN.table.keys()
    assert {key for key in ZH.table if fields_of(ZH.table[key]) != fields_of(EN.table[key])} == set()
    for words in (ZH, EN):
        assert [key for key, text in words.table.items() if not text.strip()] == ["finding.noted"]


def choices(shape: Any, field: str) -> set[str]:
    """What a field of a record may say, without 'not-stated'."""
    found: set[str] = set()
    pending = [shape.model_fields[field].annotation]
    while pending:
        annotation = pending.pop()
        found |= {argument for argument in get_args(annotation) if isinstance(argument, str)}
        pending += [argument for argument in get_args(annotation) if not isinstance(argument, str)]
    return found - {"not-stated"}


def found_codes() -> set[str]:
    """The codes of all findings, from the code that makes them."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse((PCF / "findings.py").read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("FoundFinding", "_about")
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


SECTIONS = {
    "stage": choices(Stage, "id"),
    "carrier": {*CARRIERS},
    "scope": choices(Boundary, "scope"),
    "state": {*get_args(StageState)},
    "verdict": {*get_args(Verdict)},
    "verdict_short": {*get_args(Verdict)},
    "kind": choices(StatementFacts, "kind"),
    "status": {*get_args(Status)},
    "status_words": {*get_args(Status)},
    "cause": choices(Deviation, "cause"),
    "basis": choices(Factor, "basis"),
    "gases": choices(Factor, "gases"),
    "factor_kind": choices(Factor, "kind"),
    "assurance": choices(StatementFacts, "assurance"),
    "finding": {*SEVERITIES},
    "finding_title": {*SEVERITIES},
    "finding_meaning": {*SEVERITIES},
    "finding_cure": {*SEVERITIES},
    "completeness_item": {*ASKS},
    "completeness_state": {*get_args(State)},
    "disclosure": {*get_args(Disclosure)},
    "severity": {*get_args(Severity)},
    "covers": {*get_args(Covered)},
    "condition": {name for name in CONDITIONS if not name.startswith(COVERAGE)},
    "independence": {"same-body", "other-body", "not-stated"},
    "review_cause": {*CAUSES},
    "review_reason": {*CAUSES},
    "review_fact": {*get_args(Fact)},
    "review_kind": {*get_args(Kind)},
    "problem_group": {code[0] for code in codes()},
}


@pytest.mark.parametrize("section", SECTIONS)
def test_everything_that_can_be_said_has_its_words(section: str) -> None:
    """One text for each value that a field, a verdict, a status or a finding can have, and none left over."""
    assert {key.removeprefix(f"{section}.") for key in EN.table if key.startswith(f"{section}.")} == SECTIONS[section]


def test_every_finding_that_can_be_made_is_in_the_table() -> None:
    """And none is in the table that nothing makes."""
    assert found_codes() == {*SEVERITIES}


def test_every_carrier_of_a_factor_has_its_place_in_the_charts() -> None:
    """What a record may name as energy carrier, and what is none."""
    assert {*CARRIERS} == choices(Factor, "carrier") | {"none"}


def test_only_a_verification_is_called_verified_and_only_a_certification_certified() -> None:
    """核查 and 认证 are words of law: neither stands where the source does not bear it."""
    kinds = {kind: (ZH(f"kind.{kind}"), EN(f"kind.{kind}").lower()) for kind in SECTIONS["kind"]}
    statuses = {status: (ZH(f"status.{status}"), EN(f"status.{status}").lower()) for status in SECTIONS["status"]}

    assert [kind for kind, (zh, en) in kinds.items() if "核查" in zh or "verif" in en] == ["verification"]
    assert [kind for kind, (zh, en) in kinds.items() if "认证" in zh or "certif" in en] == ["certification"]
    verified = {"verified", "verified-and-signed"}
    assert {status for status, (zh, en) in statuses.items() if "核查" in zh or "verif" in en} == verified
    assert [status for status, (zh, en) in statuses.items() if "认证" in zh or "certif" in en] == []


@pytest.mark.parametrize(
    ("words", "language", "text", "own", "missing"),
    [
        (ZH, {"zh": "钢", "en": "Steel"}, "钢", "zh", False),
        (EN, {"zh": "钢", "en": "Steel"}, "Steel", "en", False),
        (ZH, {"en": "Steel"}, "Steel", "en", True),
        (EN, {"zh": "钢"}, "钢", "zh", True),
    ],
)
def test_a_missing_translation_falls_back_and_says_so(
    words: Wording, language: dict[str, str], text: str, own: str, missing: bool
) -> None:
    """The other language is shown and named, so that a page can mark it."""
    said = words.say(Words.model_validate(language))

    assert (said.text, said.language, said.missing) == (text, own, missing)


@pytest.mark.parametrize(
    ("items", "zh", "en"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a、b", "a and b"), (["a", "b", "c"], "a、b、c", "a, b and c")],
)
def test_lists_are_set_as_each_language_sets_them(items: list[str], zh: str, en: str) -> None:
    """With the comma of enumeration in Chinese, with an and in English."""
    assert (ZH.listed(items), EN.listed(items)) == (zh, en)


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("kWh", "kWh"), ("m3", "m³"), ("tkm", "t·km"), ("kgCO2e/kWh", "kgCO₂e/kWh"), ("tCO2/GJ", "tCO₂/GJ"),
        ("GJ/(10^4 m3)", "GJ/(10⁴ m³)"), ("kgCO2e/m2", "kgCO₂e/m²"), ("%", "%"),
    ],
)  # fmt: skip
def test_units_are_set_as_in_print(unit: str, printed: str) -> None:
    """Powers raised, the 2 of CO2 lowered, nothing else moved."""
    assert unit_in_print(unit) == printed


def test_every_unit_can_be_set() -> None:
    """No unit of the list loses a letter in print: digits move, letters stay."""
    for unit in UNITS:
        assert unit_in_print(unit).replace("³", "3").replace("²", "2").replace("₂", "2").replace("·", "") == unit
