"""Emissions: amount × heating value × factor per line, summed by stage, with the derivation and the interval of each.

The figures of report r-2 of the base catalogue, worked out by hand as fractions.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import prod

import pytest

from pcf.evaluate import Evaluation
from pcf.quantity import Interval
from support import FACTORS, NEW, R2, base, changed, codes, new

INVENTORY = f"{R2}/inventory.yaml"


def spread(number: str) -> tuple[Fraction, Fraction, Fraction]:
    """A positive printed number and the two ends of what it stands for."""
    half = Fraction(Decimal(5).scaleb(int(Decimal(number).as_tuple().exponent) - 1))
    return Fraction(number), Fraction(number) - half, Fraction(number) + half


def times(*numbers: str) -> tuple[Fraction, ...]:
    """Value, low and high of a product of positive printed numbers."""
    return tuple(prod(ends) for ends in zip(*map(spread, numbers), strict=True))


def plus(first: tuple[Fraction, ...], second: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return tuple(one + other for one, other in zip(first, second, strict=True))


# 4200 kWh ÷ 1200 piece × 0.5000 kgCO2e/kWh: pieces are counted and the factor is exact
ELECTRICITY = (Fraction("1.75"), Fraction("4199.5") / 2400, Fraction("4200.5") / 2400)

# A credit: the larger amount lies further below zero.
CREDIT = times("0.800", "1.500")

# stage: value, low and high in kgCO2e
BY_HAND: dict[str, tuple[Fraction, ...]] = {
    "raw-materials": times("1.200", "2.000"),
    "inbound-transport": times("0.0500", "40.00", "0.0700"),
    "production": plus(ELECTRICITY, times("0.1000", "41.00", "0.0700")),
    "distribution": times("0.1000", "40.00", "0.0700"),
    "end-of-life": tuple(-end for end in (CREDIT[0], CREDIT[2], CREDIT[1])),
}


def report_with(*edits: tuple[str, str], path: str = INVENTORY) -> Evaluation:
    return changed(path, *edits).evaluations[NEW]


def stage_of(evaluation: Evaluation, stage: str) -> tuple[Fraction, ...]:
    result = evaluation.calculation.by_id[stage].emission
    assert result is not None
    return result.value, result.interval.low, result.interval.high


@pytest.mark.parametrize("stage", BY_HAND)
def test_a_stage_is_the_sum_of_its_lines_with_their_intervals(stage: str) -> None:
    """Value and both ends are exact: what half a last place of every rounded number allows, no more and no less."""
    assert stage_of(new(), stage) == BY_HAND[stage]


def test_the_total_sums_the_quantified_stages_and_no_other() -> None:
    """Stages without data and outside the boundary add nothing; cradle to gate ends with production."""
    calculation = new().calculation
    gate = [BY_HAND[stage] for stage in ("raw-materials", "inbound-transport", "production")]

    assert calculation.total.value == sum(value for value, _, _ in BY_HAND.values()) == Fraction("3.657")
    assert calculation.total.interval == Interval(
        *(sum(ends) for ends in list(zip(*BY_HAND.values(), strict=True))[1:])
    )
    assert calculation.cradle_to_gate is not None
    assert calculation.cradle_to_gate.value == sum(value for value, _, _ in gate) == Fraction("4.577")
    assert calculation.not_quantified == ("use",)
    assert calculation.outside == ("storage",)
    assert calculation.by_id["use"].emission is None


def test_a_line_keeps_its_derivation() -> None:
    """Each multiplier with its role, its text as written and whether the report prints it, in the formula's order."""
    lines = {stage.id: stage.lines for stage in new().calculation.stages}

    assert [
        [(m.role, str(m.quantity), m.printed_in_report) for m in line.multipliers]
        for line in (*lines["inbound-transport"], *lines["production"], *lines["distribution"])
    ] == [
        [("amount", "0.0500 kg", True), ("net_calorific_value", "40.00 GJ/t", False),
         ("emission_factor", "0.0700 tCO2/GJ", True)],
        [("amount", "3.5 kWh", True), ("emission_factor", "0.5000 kgCO2e/kWh", True)],
        [("amount", "0.1000 kg", True), ("net_calorific_value", "41.00 GJ/t", True),
         ("emission_factor", "0.0700 tCO2/GJ", True)],
        [("amount", "0.1000 kg", True), ("net_calorific_value", "40.00 GJ/t", False),
         ("emission_factor", "0.0700 tCO2/GJ", True)],
        [],
    ]  # fmt: skip


def test_a_factor_that_the_report_does_not_print_is_marked() -> None:
    """A factor cited without its value counts as not printed, like a heating value."""
    evaluation = report_with(("steel, value: 2.000, unit: kgCO2e/kg", "steel, value: not-printed, unit: not-printed"))

    assert [m.printed_in_report for m in evaluation.calculation.by_id["raw-materials"].lines[0].multipliers] == [
        True, False,
    ]  # fmt: skip


def test_a_heating_value_that_the_report_prints_is_not_marked() -> None:
    """A report that prints its heating value reproduces with printed values alone."""
    evaluation = report_with(
        ("0.0700, unit: not-printed, net_calorific_value: not-printed",
         "0.0700, unit: not-printed, net_calorific_value: 40.00 GJ/t"),
    )  # fmt: skip

    assert not evaluation.calculation.by_id["inbound-transport"].needs_unprinted_values


def test_an_exact_factor_stands_for_itself() -> None:
    """Without `exact: true` the same factor is one of all that round to it, and the interval widens."""
    evaluation = report_with(("0.5000 kgCO2e/kWh\n    exact: true", "0.5000 kgCO2e/kWh"), path=FACTORS)
    electricity = tuple(end / 1200 for end in times("4200", "0.5000"))

    assert stage_of(evaluation, "production") == plus(electricity, times("0.1000", "41.00", "0.0700"))


def test_an_exact_heating_value_stands_for_itself() -> None:
    """A heating value that is defined as such adds nothing to the interval."""
    evaluation = report_with(("value: 40.00 GJ/t", "value: 40.00 GJ/t\n      exact: true"), path=FACTORS)

    assert stage_of(evaluation, "distribution")[1:] == (
        Fraction("0.09995") * 40 * Fraction("0.06995"),
        Fraction("0.10005") * 40 * Fraction("0.07005"),
    )


def test_a_derived_amount_has_no_last_digit_to_lose() -> None:
    """A third stays a third: 4200 kWh over 1300 pieces is 42/13 kWh, not 3.2308."""
    line = report_with(("output: 1200 piece}", "output: 1300 piece}")).calculation.by_id["production"].lines[0]

    assert line.multipliers[0].quantity.value == Fraction(42, 13)
    assert line.emission is not None
    assert line.emission.value == Fraction(21, 13)


def test_an_output_that_was_weighed_is_as_precise_as_it_is_printed() -> None:
    """Pieces are counted, but 1200 kg stands for all that round to it."""
    evaluation = report_with(
        ("functional_unit: {amount: 1 piece", "functional_unit: {amount: 0.5 t"),
        ("output: 1200 piece}", "output: 1200 kg}"),
    )
    amount = evaluation.calculation.by_id["production"].lines[0].multipliers[0]
    (total, total_low, total_high), (output, output_low, output_high) = spread("4200"), spread("1200")

    assert amount.quantity.value == total * 500 / output
    assert amount.interval == Interval(total_low * 500 / output_high, total_high * 500 / output_low)


@pytest.mark.parametrize(
    ("amount", "value"),
    [("2.0 MJ", "0.14"), ("0.100 kWh", "0.0252"), ("50.0 g", "0.14"), ("0.000050 t", "0.14")],
)
def test_an_amount_of_fuel_may_stand_in_any_unit_that_fits(amount: str, value: str) -> None:
    """Energy needs no heating value; grams and tonnes give what kilograms give."""
    evaluation = report_with(("amount: 0.0500 kg", f"amount: {amount}"))

    assert stage_of(evaluation, "inbound-transport")[0] == Fraction(value)


@pytest.mark.parametrize(
    ("amount", "heat", "value"),
    [
        ("0.0600 m3", "0.0389 GJ/m3", Fraction("0.06") * Fraction("0.0389") * 70),
        ("0.0600 m3", "389.31 GJ/(10^4 m3)", Fraction("0.06") * Fraction("0.038931") * 70),
        ("1.00 L", "35.00 MJ/L", Fraction("2.45")),
    ],
)
def test_gas_by_volume_takes_a_heating_value_by_volume(amount: str, heat: str, value: Fraction) -> None:
    """Per cubic metre, per ten thousand of them or per litre, converted exactly."""
    evaluation = report_with(("amount: 0.1000 kg\n        net", f"amount: {amount}\n        net"), ("41.00 GJ/t", heat))

    assert stage_of(evaluation, "production")[0] == Fraction("1.75") + value


def test_co2_alone_counts_as_co2e_and_co2e_as_itself() -> None:
    """CO2 has a GWP of 1, so both are summed in kgCO2e; the two units never mix within a factor."""
    evaluation = report_with(("2.000 kgCO2e/kg\n    gases: CO2e", "2.000 kgCO2/kg\n    gases: CO2"), path=FACTORS)

    assert stage_of(evaluation, "raw-materials")[0] == Fraction("2.4")


def test_a_report_without_data_has_no_total_of_its_own() -> None:
    """Where no stage is quantified nothing is divided by the sum, and no subtotal is claimed."""
    start = "  - id: raw-materials\n"
    inventory = "\n".join(
        f"  - id: {stage}\n    not_quantified: {{en: None}}"
        for stage in ("raw-materials", "inbound-transport", "production", "distribution", "use", "end-of-life")
    )
    text = base()[INVENTORY].decode()
    old = text[text.index(start) : text.index("method:")]
    outcome = changed(INVENTORY, (old, inventory + "\n"))

    assert outcome.evaluations[NEW].calculation.total.value == 0
    assert outcome.evaluations[NEW].calculation.cradle_to_gate is None
    assert set(codes(outcome.problems)) == {"R-NOT-DECLARED", "C-STALE", "C-TOTAL"}


def test_gate_to_gate_has_no_cradle_to_gate_subtotal() -> None:
    """A study that begins at the gate cannot say what came before it."""
    assert report_with(("scope: cradle-to-grave", "scope: gate-to-gate")).calculation.cradle_to_gate is None
