"""Whether two reports may be compared: the key of every condition, what moves it and what does not, its words."""

from __future__ import annotations

import pytest

from pcf.comparability import CONDITIONS, STOPS, comparability
from pcf.conditions import conditions
from pcf.evaluate import evaluate
from pcf.exports import footprint
from support import FACTORS, NEW, OLD, PRODUCT, R2, base, changed, edited, new

INVENTORY, STATEMENT = f"{R2}/inventory.yaml", f"{R2}/statement.yaml"

# Read off the record by hand.
KEYS = {
    "functional-unit": "1 piece",
    "category": "kettle",
    "function": None,
    "service-life": None,
    "scope": "cradle-to-grave",
    "stages": "raw-materials inbound-transport production distribution end-of-life",
    "coverage-raw-materials": "material",
    "coverage-inbound-transport": "diesel",
    "coverage-production": "diesel electricity",
    "coverage-storage": "outside-boundary",
    "coverage-distribution": "diesel",
    "coverage-installation": "outside-boundary",  # not listed
    "coverage-use": "not-quantified",
    "coverage-end-of-life": "waste",
    "standards": "iso 14067:2018",
    "category-rules": None,
    "cut-off": "1/5",
    "period": "2024-01-01/2024-12-31",
    "electricity-factor": "0.5 kgCO2e/kWh life-cycle cn 2024",
    "factor-coverage": "combustion CO2 none; life-cycle CO2e AR5",
    "verification": "verification not-stated limited iso 14064-3:2019",
    "reproduction": "acme-kettle/r-2 4/5",
}


def keys_of(outcome: object = None) -> dict[str, str | None]:
    evaluation = outcome.evaluations[NEW] if outcome else new()  # type: ignore[attr-defined]
    return {condition.id: condition.key for condition in comparability(evaluation)}


def moved(path: str, *edits: tuple[str, str]) -> dict[str, str | None]:
    """The keys that an edit changes, with what they become."""
    return {name: key for name, key in keys_of(changed(path, *edits)).items() if key != KEYS[name]}


def test_every_condition_has_its_key_in_the_order_it_is_shown() -> None:
    """What is not stated has none."""
    assert keys_of() == KEYS
    assert list(keys_of()) == list(CONDITIONS)


def test_functional_unit_and_category_stop_a_comparison() -> None:
    """They come first, so the reader meets them first."""
    assert STOPS == CONDITIONS[:2] == ("functional-unit", "category")


@pytest.mark.parametrize(
    ("path", "edit", "expected"),
    [
        (INVENTORY, ("en: 1 kettle}", "en: 1 kettle}, definition: {en: Boil Ｗater}"), {"function": "boil water"}),
        (PRODUCT, ("model:", "reference_service_life: 5 a\nmodel:"), {"service-life": "5 a"}),
        (INVENTORY, ("per_input: 1 %", "per_input: 1.0 %"), {}),
        (INVENTORY, ("per_input: 1 %", "per_input: 2 %"), {"cut-off": "2/5"}),
        (INVENTORY, ("end: 2024-12-31", "end: 2024-06-30"), {"period": "2024-01-01/2024-06-30"}),
        (
            INVENTORY,
            ("  data_sources:", "  product_category_rules: {en: PCR  7}\n  data_sources:"),
            {"category-rules": "pcr 7"},
        ),
        (STATEMENT, ('["ISO 14067:2018"]', '["ＩＳＯ 14067:2018"]'), {}),
        (
            STATEMENT,
            ('["ISO 14067:2018"]', '["iso 14067:2018", GB/T 24067-2024]'),
            {"standards": "gb/t 24067-2024; iso 14067:2018"},
        ),
        (
            STATEMENT,
            ("assurance: limited", "assurance: reasonable"),
            {"verification": "verification not-stated reasonable iso 14064-3:2019"},
        ),
        (
            STATEMENT,
            ("kind: verification\n  prepared_by: not-stated", "kind: assessment\n  prepared_by: verity"),
            {"verification": "assessment same-body limited iso 14064-3:2019"},
        ),
        (FACTORS, ("value: 0.5000 kgCO2e/kWh", "value: 0.500 tCO2e/MWh"), {}),
    ],
)  # fmt: skip
def test_a_key_moves_with_what_it_stands_for_and_with_nothing_else(
    path: str, edit: tuple[str, str], expected: dict[str, str | None]
) -> None:
    """Width, case, spaces and the way a unit or a share is written are no difference."""
    assert moved(path, edit) == expected


@pytest.mark.parametrize(
    ("written", "key"), [("2 piece", "2 piece"), ("1000 g", "1 kg"), ("1 kg", "1 kg"), ("3.60 MJ", "1 kWh")]
)
def test_functional_units_are_converted_before_they_are_matched(written: str, key: str) -> None:
    """Exactly: 3.6 MJ is 1 kWh."""
    path = f"products/{OLD}/inventory.yaml"
    outcome = changed(path, ("amount: 1 piece", f"amount: {written}"))

    assert comparability(outcome.evaluations[OLD])[0].key == key


LINE = (
    "      - factor: lab/2024/steel\n        label: {zh: 壶体钢板, en: Sheet of the body}\n"
    "        amount: 1.200 kg\n        source: table 2\n"
)


@pytest.mark.parametrize(
    ("lines", "key", "covers", "zh", "en"),
    [
        (
            "      - {factor: lab/2024/steel, amount: 9 kg}\n",
            "material", ["material"], "钢板 9 kg", "Steel sheet 9 kg",
        ),
        (
            "      - {factor: lab/2024/electricity, amount: 56.8120 kWh}\n"
            "      - {factor: lab/2024/diesel, amount: 2 kg}\n",
            "diesel electricity", ["diesel", "electricity"],
            "电力 56.8120 kWh、柴油 2 kg；没有计入材料本身",
            "electricity 56.8120 kWh and diesel 2 kg; no material itself",
        ),
        (
            "      - {factor: lab/2024/electricity, amount: 5.9203 kWh}\n"
            "      - {label: {zh: 铜, en: Copper}, not_quantified: {en: /}}\n",
            "electricity", ["electricity"],
            "电力 5.9203 kWh；没有计入材料本身；未量化：铜",
            "electricity 5.9203 kWh; no material itself; not quantified: Copper",
        ),
        (
            "      - {factor: lab/2024/steel, amount: 1 kg}\n" * 5,
            "material", ["material"], "材料（5 行）", "materials (5 rows)",
        ),
        (
            "      - {label: {en: Copper}, not_quantified: {en: /}}\n",
            "not-quantified", [], "未量化", "not quantified",
        ),
    ],
)  # fmt: skip
def test_a_stage_is_known_by_what_it_counts_not_by_how_much(
    lines: str, key: str, covers: list[str], zh: str, en: str
) -> None:
    """Key, list and words; that energy alone stands for raw materials is said."""
    outcome = changed(INVENTORY, (LINE, lines))
    data = footprint(outcome, outcome.evaluations[NEW])
    condition = next(c for c in data["comparability"] if c["id"] == "coverage-raw-materials")

    assert condition == {"id": "coverage-raw-materials", "key": key, "zh": zh, "en": en}
    assert data["stages"][0]["covers"] == covers


def test_reports_that_reproduce_are_alike_and_one_that_does_not_is_like_no_other() -> None:
    """Two reports in which three of five stages reproduce have that in common, and nothing else."""
    outcome = evaluate(base())
    keys = {name: comparability(e)[-1].key for name, e in outcome.evaluations.items()}

    assert keys == {OLD: "all", NEW: "acme-kettle/r-2 4/5"}


def test_a_draft_states_no_standards_no_verification_and_no_reproduction() -> None:
    """Without a statement there is nothing to be the same."""
    files = {path: raw for path, raw in base().items() if not path.startswith(R2) or path == INVENTORY}
    keys = keys_of(evaluate(files))

    assert {name for name, key in keys.items() if key != KEYS[name]} == {"standards", "verification", "reproduction"}
    assert [keys[name] for name in ("standards", "verification", "reproduction")] == [None] * 3


def test_an_electricity_factor_of_another_year_is_another_condition() -> None:
    """The two reports of the base catalogue count electricity of 2023 and 2024."""
    outcome = evaluate(base())
    words = {name: {c["id"]: c for c in conditions(outcome, e)} for name, e in outcome.evaluations.items()}

    assert words[OLD]["electricity-factor"]["key"] == "0.6 kgCO2e/kWh life-cycle cn 2023"
    assert words[OLD]["electricity-factor"]["zh"] == "0.6000 kgCO₂e/kWh，生命周期，CN，2023"
    assert words[NEW]["electricity-factor"]["en"] == "0.5000 kgCO₂e/kWh, Life cycle, CN, 2024"


def test_a_text_that_is_there_in_one_language_says_so_in_the_other() -> None:
    """It is shown all the same."""
    outcome = changed(INVENTORY, ("en: 1 kettle}", "en: 1 kettle}, definition: {zh: 一只水壶}"))
    function = conditions(outcome, outcome.evaluations[NEW])[2]

    assert (function["zh"], function["en"]) == ("一只水壶", "一只水壶 (in Chinese only)")


def test_no_electricity_is_a_condition_too() -> None:
    """A report that counts none differs from one that does."""
    files = edited(
        base(),
        f"products/{OLD}/inventory.yaml",
        ("lab/2023/electricity\n        amount: 4.00 kWh", "lab/2024/steel\n        amount: 1 kg"),
    )
    outcome = evaluate(files)
    found = {c["id"]: c for c in conditions(outcome, outcome.evaluations[OLD])}

    assert (found["electricity-factor"]["key"], found["electricity-factor"]["zh"]) == ("none", "没有计入电力")
