"""Why a stage changed: parts that add up exactly, take no side, and lines that are found again without an id."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.calculate import LineResult, Multiplier, Result, StageResult
from pcf.causes import match, shapley, stage_change
from pcf.differ import compare, sides
from pcf.evaluate import evaluate
from pcf.library import Factor
from pcf.model import Line, Stage
from pcf.quantity import ZERO, Quantity, scale
from support import NEW, R2, Files, base, edited

INVENTORY = f"{R2}/inventory.yaml"
NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=10_000)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=4)


def product(numbers: list[Fraction]) -> Fraction:
    result = Fraction(1)
    for number in numbers:
        result *= number
    return result


@settings(max_examples=500)
@given(PAIRS)
def test_the_parts_add_up_to_the_change_exactly(pairs: list[tuple[Fraction, Fraction]]) -> None:
    """In fractions, so without a rest."""
    before, after = [b for b, _ in pairs], [a for _, a in pairs]

    assert sum(shapley(before, after)) == product(after) - product(before)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_parts_do_not_depend_on_the_order(pairs: list[tuple[Fraction, Fraction]], draw: object) -> None:
    """Each number keeps its part wherever it stands in the product; exchanged roles exchange the parts."""
    order = list(range(len(pairs)))
    draw.shuffle(order)  # type: ignore[attr-defined]

    parts = shapley([b for b, _ in pairs], [a for _, a in pairs])
    other = shapley([pairs[n][0] for n in order], [pairs[n][1] for n in order])

    assert other == [parts[n] for n in order]


@given(PAIRS)
def test_the_way_back_has_the_same_parts_with_the_other_sign(pairs: list[tuple[Fraction, Fraction]]) -> None:
    """Base and head take no rank."""
    before, after = [b for b, _ in pairs], [a for _, a in pairs]

    assert shapley(after, before) == [-part for part in shapley(before, after)]


@given(PAIRS, NUMBERS)
def test_a_number_that_stays_has_no_part(pairs: list[tuple[Fraction, Fraction]], still: Fraction) -> None:
    """And takes none from the others but by its size."""
    parts = shapley([*(b for b, _ in pairs), still], [*(a for _, a in pairs), still])

    assert parts[-1] == 0
    assert parts[:-1] == [part * still for part in shapley([b for b, _ in pairs], [a for _, a in pairs])]


def test_two_that_move_share_what_they_do_together() -> None:
    """By hand: 2 × 3 becomes 4 × 5. Alone the first adds 6 and the second 4; the joint 4 is halved."""
    assert shapley([Fraction(2), Fraction(3)], [Fraction(4), Fraction(5)]) == [8, 6]


# Whole reports: what a change of the base catalogue's files is split into


def parts(*edits: tuple[str, str], files: Files | None = None) -> dict[tuple[str, str], Fraction]:
    """The parts of the current report's change, by stage and cause."""
    start = files or base()
    changes = compare(*sides((start, []), (edited(start, INVENTORY, *edits), [])))
    change = next(change for change in changes.reports if change.id == NEW)
    return {(stage.id, part.cause): part.value for stage in change.stages for part in stage.parts}


INBOUND = "factor: lab/2024/diesel\n        amount: 0.0500 kg"
CASES: dict[str, tuple[tuple[str, str], dict[tuple[str, str], Fraction]]] = {
    # 1.200 kg of steel at 2.000 kgCO2e/kg
    "an amount": (("1.200 kg", "1.500 kg"), {("raw-materials", "amount"): Fraction("0.6")}),
    "an amount in another unit": (("1.200 kg", "1500 g"), {("raw-materials", "amount"): Fraction("0.6")}),
    "the same amount in another unit": (("amount: 1.200 kg", "amount: 1200 g"), {}),
    # 0.1000 kg of diesel, 41.00 GJ/t measured, 0.0700 tCO2/GJ
    "a heating value": (("41.00 GJ/t", "42.00 GJ/t"), {("production", "net-calorific-value"): Fraction("0.007")}),
    "a line more": (
        (INBOUND, f"{INBOUND}\n      - factor: lab/2024/steel\n        amount: 0.100 kg"),
        {("inbound-transport", "line-added"): Fraction("0.2")},
    ),
    "a line that loses its amount": (
        ("factor: lab/2024/diesel\n        amount: 0.1000 kg\n        net_calorific_value: {value: 41.00 GJ/t, "
         "source: {zh: 厂内实测, en: Measured at the plant}}",
         "factor: lab/2024/diesel\n        not_quantified: {zh: 缺, en: Lost}"),
        {("production", "line-state"): Fraction("-0.287")},
    ),
    "a stage that loses its amount": (
        ("amount: 1.200 kg", "not_quantified: {zh: 缺, en: Lost}"),
        {("raw-materials", "stage-state"): Fraction("-2.4")},
    ),
    "another factor": (
        ("- factor: lab/2024/steel\n        label: ", "- factor: lab/2024/steel-recovered\n        label: "),
        {("raw-materials", "factor"): Fraction("-4.2")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_cause_has_its_own_part(name: str) -> None:
    """The figures are worked out by hand from the numbers in records/base."""
    edit, expected = CASES[name]

    assert parts(edit) == expected


AMOUNT = st.integers(0, 10**6).map(lambda n: f"{n // 10**4}.{n % 10**4:04d}")
HEAT = st.integers(1, 10**5).map(lambda n: f"{n // 100}.{n % 100:02d}")


@settings(max_examples=10, deadline=None)
@given(AMOUNT, AMOUNT, HEAT, st.sampled_from(["diesel", "steel"]), st.booleans())
def test_the_causes_of_a_report_add_up_to_its_change(a: str, b: str, heat: str, factor: str, own: bool) -> None:
    """Whatever moves together: amounts, heating values, factors with and without one, lines that come and go."""
    heating = f"\n        net_calorific_value: {{value: {heat} GJ/t, source: {{en: Measured}}}}" if own else ""
    heating = heating if factor == "diesel" else ""
    files = edited(base(), INVENTORY, (INBOUND, f"factor: lab/2024/{factor}\n        amount: {a} kg{heating}"),
                   ("amount: 1.200 kg", f"amount: {b} kg"))  # fmt: skip
    changes = compare(*sides((base(), []), (files, [])))
    before, after = (evaluate(f).evaluations[NEW].calculation.total.value for f in (base(), files))

    told = sum((part.value for c in changes.reports for stage in c.stages for part in stage.parts), Fraction(0))
    lines = sum((line.change for c in changes.reports for stage in c.stages for line in stage.lines), Fraction(0))

    assert told == lines == after - before


UNITS = {
    "kWh": ["kgCO2e/kWh", "gCO2e/kWh", "kgCO2e/MJ"],
    "kg": ["kgCO2e/kg", "tCO2/GJ", "kgCO2e/t"],
    "m3": ["kgCO2e/m3"],
}


def drawn(draw: random.Random) -> StageResult:
    """A stage of up to four lines, some not quantified, some with a heating value, in units of every size."""
    lines = []
    for _ in range(draw.randrange(5)):
        kind = draw.choice(list(UNITS))
        unit = draw.choice(["g", "kg", "t"]) if kind == "kg" else draw.choice(["kWh", "MWh"]) if kind == "kWh" else kind
        quantities = [("amount", unit), ("emission_factor", draw.choice(UNITS[kind]))]
        if "/GJ" in quantities[1][1]:
            quantities.insert(1, ("net_calorific_value", draw.choice(["GJ/t", "MJ/kg", "kJ/g"])))
        multipliers = []
        for role, of in quantities:
            number = Fraction(draw.randrange(-5 if role == "emission_factor" else 0, 10**4), 10 ** draw.randrange(5))
            multipliers.append(Multiplier(role, Quantity("", of, number), ZERO, True))  # type: ignore[arg-type]
        units = tuple(m.quantity.unit for m in multipliers)
        gases = "CO2e" if "CO2e" in units[-1] else "CO2"
        size = scale(units, "kgCO2e" if gases == "CO2e" else "kgCO2")
        assert size is not None
        emission = Result(product([m.quantity.value for m in multipliers]) * size, ZERO)
        name = f"lab/{draw.choice('ab')}/{draw.choice('xy')}"
        own = Line.model_construct(factor=name, label=draw.choice([None, "L", "M"]))
        factor = Factor.model_construct(gases=gases)
        if draw.random() < 0.2:
            lines.append(LineResult(own, name, factor, (), None))
        else:
            lines.append(LineResult(own, name, factor, tuple(multipliers), emission))
    found = [line.emission for line in lines if line.emission]
    total = Result(sum((e.value for e in found), Fraction(0)), ZERO) if found else None
    stage = Stage.model_construct(id="production")
    return StageResult(stage, "quantified" if found else "not-quantified", None, tuple(lines), total)


def test_the_causes_add_up_for_ten_thousand_random_pairs_of_inventories() -> None:
    """Each stage of a pair by itself; the sum is taken from the lines' own emissions, not from the module's."""
    draw = random.Random(20261120)
    for _ in range(10_000):
        before, after = drawn(draw), drawn(draw)
        old, new = (sum((x.emission.value for x in s.lines if x.emission), Fraction(0)) for s in (before, after))

        change = stage_change("production", before, after)

        assert sum(part.value for part in change.parts) == sum(line.change for line in change.lines) == new - old


# Lines, which have no id


def pairs_of(old: str, new: str) -> list[tuple[int | None, int | None]]:
    stages = []
    for lines in (old, new):
        files = edited(base(), INVENTORY, (f"      - {INBOUND}", lines))
        stages.append(evaluate(files).evaluations[NEW].calculation.by_id["inbound-transport"].lines)
    return match(*stages)


def line(factor: str, amount: str, label: str = "") -> str:
    return f"      - factor: lab/{factor}\n        amount: {amount}" + (
        f"\n        label: {{en: {label}}}" if label else ""
    )


STEEL, DIESEL, POWER = line("2024/steel", "1 kg"), line("2024/diesel", "2 kg"), line("2024/electricity", "3 kWh")
MATCHES = {
    "lines that change places": (f"{STEEL}\n{DIESEL}", f"{DIESEL}\n{STEEL}", [(1, 0), (0, 1)]),
    "a line put first": (STEEL, f"{DIESEL}\n{STEEL}", [(None, 0), (0, 1)]),
    "two lines of one factor": (
        f"{line('2024/steel', '1 kg')}\n{line('2024/steel', '5 kg')}",
        f"{line('2024/steel', '5 kg')}\n{line('2024/steel', '2 kg')}",
        [(1, 0), (0, 1)],
    ),
    "the same factor of another release": (
        f"{STEEL}\n{POWER}", f"{line('2023/electricity', '3 kWh')}\n{STEEL}", [(1, 0), (0, 1)],
    ),
    "a label that stays": (
        f"{line('2024/steel', '1 kg', 'Lid')}\n{line('2024/steel', '2 kg', 'Foot')}",
        f"{line('2024/diesel', '2 kg', 'Foot')}\n{line('2024/steel', '1 kg', 'Lid')}",
        [(1, 0), (0, 1)],
    ),
    "nothing alike": (STEEL, POWER, [(0, None), (None, 0)]),
}  # fmt: skip


@pytest.mark.parametrize("name", MATCHES)
def test_a_line_is_found_again(name: str) -> None:
    """By factor, label and amount, then by less, last by its place; a line of another kind is another line."""
    old, new, expected = MATCHES[name]

    assert sorted(pairs_of(old, new), key=str) == sorted(expected, key=str)


def test_a_stage_that_is_new_is_one_cause() -> None:
    """Its lines are not told a second time as parts of the stage."""
    stage = evaluate(base()).evaluations[NEW].calculation.by_id["production"]

    change = stage_change("production", None, stage)

    assert stage.emission is not None
    assert [(part.cause, part.value) for part in change.parts] == [("stage-added", stage.emission.value)]
