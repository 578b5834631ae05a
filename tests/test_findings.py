"""Findings: what a reader should know of a report's numbers, found by rules or noted by hand."""

from __future__ import annotations

import pytest

from pcf.evaluate import evaluate
from pcf.findings import SEVERITIES, FoundFinding
from pcf.tables import finding_text
from pcf.wording import LANGUAGES, wording
from support import FACTORS, NEW, OLD, R1, R2, Files, base, changed, edited, new

INVENTORY, STATEMENT = f"{R2}/inventory.yaml", f"{R2}/statement.yaml"


def spotless() -> Files:
    """The base catalogue, with all that its old report leaves out or gets wrong put right."""
    files = edited(
        base(),
        f"{R1}/inventory.yaml",
        ("not_quantified: {zh: 无数据, en: No data}", "outside_boundary: {zh: 自提, en: Collected}"),
        ("value: 0.6000, unit: not-printed", "value: 0.6000, unit: kgCO2e/kWh"),
    )
    return edited(
        files,
        f"{R1}/statement.yaml",
        ("prepared_by: verity", "prepared_by: not-stated"),
        ("valid_until: not-stated", "valid_until: 2027-02-28"),
    )


def of_old(files: Files) -> list[FoundFinding]:
    return list(evaluate(files).evaluations[OLD].findings)


def codes_after(path: str, *edits: tuple[str, str]) -> list[str]:
    """What is found in the spotless report after edits to one of its files."""
    return [finding.code for finding in of_old(edited(spotless(), path, *edits))]


def found(*edits: tuple[str, str], path: str = INVENTORY) -> dict[str, FoundFinding]:
    """The findings of the current report after edits, by code."""
    return {finding.code: finding for finding in changed(path, *edits).evaluations[NEW].findings}


def test_a_report_without_slips_has_no_findings() -> None:
    """Nothing is found where there is nothing to find."""
    assert of_old(spotless()) == []


def test_warnings_come_before_notes_and_those_by_hand_last() -> None:
    """What weighs on a figure is read first; what review.yaml notes keeps its words and its place in the report."""
    findings = new().findings

    assert [(SEVERITIES[f.code], f.code) for f in findings] == [
        ("warning", "total-does-not-reproduce"),
        ("warning", "stage-does-not-reproduce"),
        ("warning", "no-single-calorific-value"),
        ("warning", "named-stage-not-quantified"),
        ("warning", "coverage-mixed"),
        ("note", "line-without-amount"),
        ("note", "unprinted-values-needed"),
        ("note", "factor-unit-not-printed"),
        ("note", "factor-unit-printed-as-co2"),
        ("note", "noted"),
    ]
    assert findings[-1].words is not None
    assert (findings[-1].words.en, findings[-1].source) == ("The caption names another product", "table 2")


def test_rows_of_one_fuel_that_ask_for_different_heating_values_are_found() -> None:
    """0.1400 ÷ (0.0500 × 0.0700) is 39.92 to 40.08 GJ/t; 0.3000 ÷ (0.1000 × 0.0700) is 42.80 to 42.92: no overlap."""
    finding = found()["no-single-calorific-value"]

    assert finding.stages == ("inbound-transport", "distribution")
    assert finding.values == {
        "factor": "lab/2024/diesel",
        "unit": "GJ/t",
        "spans": "39.92–40.08 GJ/t; 42.80–42.92 GJ/t",
    }


def test_rows_that_one_heating_value_explains_are_no_finding() -> None:
    """0.2803 kg asks for 39.98 to 40.10 GJ/t, which overlaps: one heating value may have given both."""
    assert "no-single-calorific-value" not in found(("distribution: 0.3000", "distribution: 0.2803"), path=STATEMENT)


def test_plants_with_their_own_heating_values_are_no_finding() -> None:
    """A line that brings its own heating value does not ask for the library's."""
    own = "amount: 0.1000 kg\n        net_calorific_value: {value: 42.86 GJ/t, source: {en: Measured}}\n      - label"

    assert "no-single-calorific-value" not in found(("amount: 0.1000 kg\n      - label", own))


def test_a_named_stage_without_data_is_found() -> None:
    """The report's own words claim the use stage, for which it has no data; storage it does not name."""
    assert found()["named-stage-not-quantified"].stages == ("use",)
    assert "named-stage-not-quantified" not in found(("distribution, use, end", "distribution, end"))


def test_shares_that_do_not_add_up_are_noted_with_what_is_printed() -> None:
    """65.2 + 3.8 + 55.4 + 8.3 − 32.6 is 100.1 %, while the report prints 100.0."""
    finding = found(("distribution: 8.2 %", "distribution: 8.3 %"), path=STATEMENT)

    assert finding["shares-do-not-sum"].values == {"sum": "100.1", "printed": "100.0"}
    assert SEVERITIES["shares-do-not-sum"] == "note"
    assert "shares-do-not-sum" not in found()


def test_a_share_that_does_not_follow_is_found() -> None:
    """3.9 % of 3.68 would be 0.1435 kg, not 0.1400."""
    assert found(("transport: 3.8 %", "transport: 3.9 %"), path=STATEMENT)["share-does-not-reproduce"].stages == (
        "inbound-transport",
    )


def test_a_total_that_is_not_the_sum_of_its_stages_is_found() -> None:
    """Declared stages add up to 3.677, with 0.005 either way for the last: 3.68 and 3.7 fit, 3.69 does not."""
    assert "stages-do-not-sum" not in found(("total: 3.68", "total: 3.7"), path=STATEMENT)
    assert found(("total: 3.68", "total: 3.69"), path=STATEMENT)["stages-do-not-sum"].code == "stages-do-not-sum"


def test_an_amount_too_coarse_to_test_is_found() -> None:
    """1.2 kg of steel could be anything from 1.15 to 1.25: 8 %, where 1 % is the most that tests a value."""
    assert found(("1.200 kg", "1.2 kg"))["too-coarse-to-test"].stages == ("raw-materials",)


def test_one_per_cent_is_not_too_coarse() -> None:
    """An interval of exactly 1 % still tests a value; a hair more does not."""
    exact = ("lab/2023/electricity\n        amount: 4.00 kWh", "lab/2023/electricity\n        amount: {} kWh")
    for amount, codes in {"1.00": [], "0.99": ["too-coarse-to-test"]}.items():  # 0.01 wide, of 1.00 and of 0.99
        files = edited(spotless(), f"{R1}/inventory.yaml", (exact[0], exact[1].format(amount)))

        assert [f.code for f in of_old(files) if f.code.startswith("too")] == codes


def test_a_draft_is_told_what_needs_no_statement() -> None:
    """Without declared values only the inventory speaks."""
    files = base()
    del files[STATEMENT]

    assert [f.code for f in evaluate(files).evaluations[NEW].findings] == [
        "named-stage-not-quantified",
        "coverage-mixed",
        "line-without-amount",
        "unprinted-values-needed",
        "factor-unit-not-printed",
        "factor-unit-printed-as-co2",
        "noted",
    ]


def test_a_stage_that_does_not_reproduce_is_told_with_its_values() -> None:
    """0.1000 kg × 40.00 GJ/t × 0.0700 tCO2/GJ is 0.2800; with 0.2800 declared the finding goes."""
    finding = found()["stage-does-not-reproduce"]
    right = ("distribution: 0.3000", "distribution: 0.2800")

    assert finding.stages == ("distribution",)
    assert finding.values == {
        "declared": "0.3000", "recomputed": "0.2800", "difference": "−0.0200", "percent": "−6.7 %",
    }  # fmt: skip
    assert "stage-does-not-reproduce" not in found(right, path=STATEMENT)


def test_a_total_that_does_not_reproduce_is_told_with_its_values() -> None:
    """2.400 + 0.1400 + 2.037 + 0.2800 − 1.20 is 3.657: 3.66 holds it, 3.75 does not."""
    assert "total-does-not-reproduce" not in found(("total: 3.68", "total: 3.66"), path=STATEMENT)
    assert found(("total: 3.68", "total: 3.75"), path=STATEMENT)["total-does-not-reproduce"].values == {
        "declared": "3.75", "recomputed": "3.66", "difference": "−0.09", "percent": "−2.5 %",
    }  # fmt: skip


def test_a_stage_of_the_scope_without_data_is_told_once() -> None:
    """Named in the boundary's words or only comprised by the scope, not both."""
    renamed = found(("distribution, use, end", "distribution, end"))

    assert renamed["scope-stage-not-quantified"].stages == ("use",)
    assert "named-stage-not-quantified" not in renamed
    assert "scope-stage-not-quantified" not in found()
    assert codes_after(f"{R1}/inventory.yaml", ("outside_boundary: {zh: 自提", "not_quantified: {zh: 无")) == [
        "scope-stage-not-quantified"
    ]


STEEL = "factor: lab/2024/steel\n        amount: 1.500 kg"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("factor: lab/2023/electricity\n        amount: 5.000 kWh", True),
        (f"{STEEL}\n      - factor: lab/2023/electricity\n        amount: 5.000 kWh", False),
        (STEEL, False),
    ],
)
def test_raw_materials_of_energy_alone_are_told(lines: str, told: bool) -> None:
    """One row of a material is enough for the finding to go."""
    assert ("raw-materials-energy-only" in codes_after(f"{R1}/inventory.yaml", (STEEL, lines))) is told


def test_factors_that_cover_different_things_are_told() -> None:
    """Diesel is combustion alone, steel and electricity the life cycle; were they alike, nothing is mixed."""
    mixed = found()["coverage-mixed"]

    assert (mixed.factors, mixed.stages) == (("lab/2024/diesel",), ("inbound-transport", "production", "distribution"))
    text = base()[FACTORS].decode("utf-8").replace("basis: combustion", "basis: life-cycle")
    all_alike = {**base(), FACTORS: text.encode("utf-8")}
    assert "coverage-mixed" not in [f.code for f in evaluate(all_alike).evaluations[NEW].findings]


BODY = ("prepared_by: not-stated", "prepared_by: verity")


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ([BODY], "body-prepared-and-issued"),
        ([BODY, ("body: verity}", "body: verity, team: {lead: 1, members: 0}}")], "body-prepared-and-verified"),
        ([BODY, ("kind: assessment", "kind: certification")], "body-prepared-and-verified"),
        ([BODY, ("kind: assessment", "kind: self-declared")], None),
        ([("body: verity}", "body: verity, team: {lead: 1, members: 0}}")], None),
    ],
)
def test_one_body_that_did_it_all_is_told_as_far_as_it_is_known(edits: list[tuple[str, str]], code: str | None) -> None:
    """Verified only where a team or the kind of statement says so; nothing where another or nobody is named."""
    assert codes_after(f"{R1}/statement.yaml", *edits) == ([code] if code else [])


def test_a_row_without_amount_is_told_where_its_stage_has_others() -> None:
    """The second row of distribution; a stage that is empty throughout is told as such."""
    finding = found()["line-without-amount"]

    assert (finding.stages, finding.values) == (("distribution",), {"count": "1"})
    row = (
        "      - label: {zh: 第二行, en: Second row}\n        not_quantified: {zh: 报告印“/”, en: The report has “/”}\n"
    )
    assert "line-without-amount" not in found((row, ""))


def test_stages_that_need_unprinted_values_are_counted() -> None:
    """The heating value of diesel is not printed; production brings its own."""
    finding = found()["unprinted-values-needed"]

    assert finding.stages == ("inbound-transport", "distribution")
    assert finding.values == {"count": "2", "of": "5"}
    printed = ("unit: not-printed, net_calorific_value: not-printed", "unit: tCO2/GJ, net_calorific_value: 40.00 GJ/t")
    assert not {"unprinted-values-needed", "factor-unit-not-printed"} & set(found(printed))


def test_a_factor_without_unit_is_told_if_the_result_rests_on_it() -> None:
    """Of a factor that no row uses, nothing is told."""
    assert found()["factor-unit-not-printed"].factors == ("lab/2024/diesel",)
    unused = "\n  - {factor: lab/2024/gasoline, value: 0.0680, unit: not-printed, net_calorific_value: not-printed}"
    end = "value: 0.6000, unit: kgCO2e/kWh, net_calorific_value: not-needed}"
    assert codes_after(f"{R1}/inventory.yaml", (end, end + unused)) == []


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("kgCO2/kWh", True), ("kgCO₂/kW·h", True), ("kgCO2e/kWh", False), ("kgCO₂ eq/kWh", False),
        ("kgCO2-eq/kWh", False), ("kgCO2当量/kWh", False), ("kg/kWh", False),
    ],
)  # fmt: skip
def test_co2_printed_for_equivalents_is_told(printed: str, told: bool) -> None:
    """However the equivalents are spelt; a unit that names no gas is no such slip."""
    edit = ("value: 0.6000, unit: kgCO2e/kWh", f"value: 0.6000, unit: {printed}")

    assert codes_after(f"{R1}/inventory.yaml", edit) == (["factor-unit-printed-as-co2"] if told else [])


@pytest.mark.parametrize(
    ("cites", "told"),
    [
        (["[Notice 1]", "[Notice 2]"], True),
        (["[Notice 1, Notice 2]"], True),
        (["[Notice 1]", "[Notice 1]"], False),
        (["[Notice 1]", "[]"], False),
    ],
)
def test_several_sources_for_one_factor_are_told(cites: list[str], told: bool) -> None:
    """Different words for the same document are not; nor is a place that names none."""
    places = ", ".join(f"{{source: table {n}, words: {{en: W{n}}}, cites: {c}}}" for n, c in enumerate(cites))
    end = "unit: kgCO2e/kWh, net_calorific_value: not-needed}"
    edit = (end, f"{end[:-1]}, printed_in_report: [{places}]}}")

    assert codes_after(f"{R1}/inventory.yaml", edit) == (["factor-cited-differently"] if told else [])


def test_a_factor_older_than_the_data_is_told_with_both_years() -> None:
    """2023 for data that begin in 2024; not for data that begin on the last day of 2023."""
    path = f"{R1}/inventory.yaml"
    period = "period: {start: 2023-01-01, end: 2023-12-31}"
    later = edited(spotless(), path, (period, "period: {start: 2024-01-01, end: 2024-12-31}"))
    (finding,) = of_old(later)

    assert (finding.code, finding.factors) == ("factor-older-than-data", ("lab/2023/electricity",))
    assert (finding.stages, finding.values) == (("production",), {"year": "2023", "period": "2024"})
    assert codes_after(path, (period, "period: {start: 2023-12-31, end: 2024-12-30}")) == []


GAS = """  natural-gas:
    label: {zh: 天然气, en: Natural gas}
    kind: fuel
    carrier: natural-gas
    value: 2.000 kgCO2e/m3
    gases: CO2e
    gwp_set: AR5
    basis: life-cycle
    geography: CN
    year: 2024
    source: {zh: 表5, en: Table 5}
  gasoline:
"""


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("amount: 1.200 m3", True),
        ("amount: 1.200 m3\n        conditions: {zh: 20 °C, en: 20 °C}", False),
    ],
)
def test_a_volume_of_gas_without_conditions_is_told(row: str, told: bool) -> None:
    """Temperature and pressure on the line settle it."""
    files = edited(spotless(), FACTORS, ("  gasoline:\n", GAS))
    power = "factor: lab/2023/electricity\n        amount: 4.00 kWh"
    gas = f"factor: lab/2024/natural-gas\n        {row}"
    files = edited(files, f"{R1}/inventory.yaml", (power, gas))
    told_of = [f for f in of_old(files) if f.code == "gas-volume-conditions-not-stated"]

    assert [(f.stages, f.factors) for f in told_of] == ([(("production",), ("lab/2024/natural-gas",))] if told else [])


def test_a_volume_of_liquid_needs_no_conditions() -> None:
    """A cubic metre of diesel is one at any weather."""
    liquid = GAS.replace("carrier: natural-gas", "carrier: diesel")
    files = edited(spotless(), FACTORS, ("  gasoline:\n", liquid))
    power = "factor: lab/2023/electricity\n        amount: 4.00 kWh"
    files = edited(files, f"{R1}/inventory.yaml", (power, "factor: lab/2024/natural-gas\n        amount: 1.200 m3"))

    assert "gas-volume-conditions-not-stated" not in [f.code for f in of_old(files)]


def test_a_standard_of_the_text_alone_is_told() -> None:
    """One that is declared as well is not."""
    declared = 'standards: {declared: ["ISO 14067:2018"]}'
    with_cited = 'standards: {declared: ["ISO 14067:2018"], cited: [PAS 2050, "ISO 14067:2018"]}'
    files = edited(spotless(), f"{R1}/statement.yaml", (declared, with_cited))
    (finding,) = of_old(files)

    assert (finding.code, finding.values) == ("standard-cited-not-declared", {"standards": "PAS 2050"})
    same = 'standards: {declared: ["ISO 14067:2018"], cited: ["ISO 14067:2018"]}'
    assert codes_after(f"{R1}/statement.yaml", (declared, same)) == []


def test_a_verification_without_level_of_assurance_is_told() -> None:
    """An assessment has none to state."""
    assert codes_after(f"{R1}/statement.yaml", ("kind: assessment", "kind: verification")) == ["assurance-not-stated"]
    assert "assurance-not-stated" not in found()


def test_a_validity_that_is_not_stated_is_told() -> None:
    """By the statement alone; the clock is not asked."""
    assert codes_after(f"{R1}/statement.yaml", ("valid_until: 2027-02-28", "valid_until: not-stated")) == [
        "validity-not-stated"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_names_stages_and_factors_in_words(language: str) -> None:
    """No id of a stage or reference of a factor is left in the words of a page."""
    t = wording("zh" if language == "zh" else "en")
    texts = {f.code: finding_text(new(), f, t) for f in new().findings if f.code != "noted"}

    assert ("柴油" if language == "zh" else "Diesel") in texts["coverage-mixed"]
    assert t("stage.distribution") in texts["stage-does-not-reproduce"]
    assert [text for text in texts.values() if "lab/" in text or "{" in text or "inbound-" in text] == []
