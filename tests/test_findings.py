"""Findings: what a reader should know of a report's numbers, found by rules or noted by hand."""

from __future__ import annotations

from pcf.evaluate import evaluate
from pcf.findings import FoundFinding
from support import NEW, OLD, R1, R2, base, changed, edited, new

INVENTORY, STATEMENT = f"{R2}/inventory.yaml", f"{R2}/statement.yaml"


def found(*edits: tuple[str, str], path: str = INVENTORY) -> dict[str, FoundFinding]:
    """The findings of the current report after edits, by code."""
    return {finding.code: finding for finding in changed(path, *edits).evaluations[NEW].findings}


def test_a_report_without_slips_has_no_findings() -> None:
    """Nothing is found where there is nothing to find."""
    assert evaluate(base()).evaluations[OLD].findings == ()


def test_findings_by_rule_come_first_and_those_by_hand_last() -> None:
    """What review.yaml notes keeps its words and its place in the report."""
    findings = new().findings

    assert [f.code for f in findings] == ["no-single-calorific-value", "named-stage-not-quantified", "noted"]
    assert [f.severity for f in findings] == ["warning", "warning", "note"]
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
    assert finding["shares-do-not-sum"].severity == "note"
    assert "shares-do-not-sum" not in found()


def test_a_share_that_does_not_follow_is_found() -> None:
    """3.9 % of 3.68 would be 0.1435 kg, not 0.1400."""
    assert found(("transport: 3.8 %", "transport: 3.9 %"), path=STATEMENT)["share-does-not-reproduce"].stages == (
        "inbound-transport",
    )


def test_a_total_that_is_not_the_sum_of_its_stages_is_found() -> None:
    """Declared stages add up to 3.677, with 0.005 either way for the last: 3.68 and 3.7 fit, 3.69 does not."""
    assert "stages-do-not-sum" not in found(("total: 3.68", "total: 3.7"), path=STATEMENT)
    assert found(("total: 3.68", "total: 3.69"), path=STATEMENT)["stages-do-not-sum"].severity == "warning"


def test_an_amount_too_coarse_to_test_is_found() -> None:
    """1.2 kg of steel could be anything from 1.15 to 1.25: 8 %, where 1 % is the most that tests a value."""
    assert found(("1.200 kg", "1.2 kg"))["too-coarse-to-test"].stages == ("raw-materials",)


def test_one_per_cent_is_not_too_coarse() -> None:
    """An interval of exactly 1 % still tests a value; a hair more does not."""
    exact = ("lab/2023/electricity\n        amount: 4.00 kWh", "lab/2023/electricity\n        amount: {} kWh")
    for amount, codes in {"1.00": [], "0.99": ["too-coarse-to-test"]}.items():  # 0.01 wide, of 1.00 and of 0.99
        files = edited(base(), f"{R1}/inventory.yaml", (exact[0], exact[1].format(amount)))

        assert [f.code for f in evaluate(files).evaluations[OLD].findings] == codes


def test_a_draft_is_told_what_needs_no_statement() -> None:
    """Without declared values only the inventory speaks."""
    files = base()
    del files[STATEMENT]

    assert [f.code for f in evaluate(files).evaluations[NEW].findings] == ["named-stage-not-quantified", "noted"]
