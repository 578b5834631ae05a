"""Declared beside recomputed: the verdict by printed precision, and deviations pinned rather than explained away."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from pcf.calculate import Result
from pcf.evaluate import Evaluation, evaluate
from pcf.quantity import Interval, parse_quantity
from pcf.reconcile import compare
from support import NEW, OLD, R1, R2, base, changed, codes, edited, new

STATEMENT, INVENTORY, REVIEW = f"{R2}/statement.yaml", f"{R2}/inventory.yaml", f"{R2}/review.yaml"
REPRODUCES, UNPRINTED, DIFFERS = "reproduces", "reproduces-with-unprinted-values", "does-not-reproduce"
EPSILON = Fraction(1, 10**30)


def declared(*edits: tuple[str, str]) -> Evaluation:
    """The current report with other declared values."""
    return changed(STATEMENT, *edits).evaluations[NEW]


def verdicts(evaluation: Evaluation) -> Mapping[str, str]:
    assert evaluation.reconciliation is not None
    return {name: c.verdict for name, c in evaluation.reconciliation.stages.items()} | {
        "total": evaluation.reconciliation.total.verdict
    }


def test_each_stage_and_the_total_has_its_verdict() -> None:
    """Reproduced, reproduced with a heating value that is not printed, and off: side by side in one report."""
    assert verdicts(new()) == {
        "raw-materials": REPRODUCES,
        "inbound-transport": UNPRINTED,  # the library's heating value
        "production": REPRODUCES,  # the plant's own, which the report prints
        "distribution": DIFFERS,
        "end-of-life": REPRODUCES,  # a credit
        "total": DIFFERS,
    }


# The declared value 2.400 stands for 2.3995 to 2.4005.
EDGES = [
    ("the same number", "2.4", "2.4", REPRODUCES),
    ("touching from above", "2.4005", "2.5", REPRODUCES),
    ("touching from below", "2.3", "2.3995", REPRODUCES),
    ("around it", "2", "3", REPRODUCES),
    ("inside it", "2.3999", "2.4001", REPRODUCES),
    ("missing it by a hair above", Fraction("2.4005") + EPSILON, "2.5", DIFFERS),
    ("missing it by a hair below", "2.3", Fraction("2.3995") - EPSILON, DIFFERS),
]


@pytest.mark.parametrize(("low", "high", "verdict"), [edge[1:] for edge in EDGES], ids=[edge[0] for edge in EDGES])
def test_intervals_that_touch_reproduce_and_a_hair_between_them_does_not(
    low: str | Fraction, high: str | Fraction, verdict: str
) -> None:
    """No tolerance beside what the printed digits stand for."""
    interval = Interval(Fraction(low), Fraction(high))

    comparison = compare(parse_quantity("2.400 kgCO2e"), Result(interval.low, interval), False)

    assert comparison.verdict == verdict


@pytest.mark.parametrize(
    ("total", "verdict"),
    # 4.002 kWh × 0.6, exact, is 2.4009 to 2.4015; 2.402 stands for 2.4015 and more, 2.4016 for 2.40155 and more.
    [("2.402", REPRODUCES), ("2.4016", DIFFERS), ("2.400", DIFFERS), ("2.40", REPRODUCES), ("2.4009", REPRODUCES)],
)
def test_fewer_digits_claim_less(total: str, verdict: str) -> None:
    """The same electricity is reproduced by 2.40 and not by 2.400: the zero says that the third place was known."""
    files = edited(base(), f"{R1}/inventory.yaml", ("4.00 kWh", "4.002 kWh"))
    files = edited(files, f"{R1}/statement.yaml", ("production: 2.400", f"production: {total}"))

    assert verdicts(evaluate(files).evaluations[OLD])["production"] == verdict


def test_unprinted_values_excuse_nothing() -> None:
    """A stage that differs differs, whether its heating value is printed or not."""
    assert (
        verdicts(declared(("inbound-transport: 0.1400", "inbound-transport: 0.1500")))["inbound-transport"] == DIFFERS
    )


def test_a_credit_is_compared_like_any_value() -> None:
    """−1.21 is 0.005 too low for 0.800 kg × −1.500 kgCO2e/kg, −1.2 is not."""
    assert verdicts(declared(("end-of-life: -1.20 ", "end-of-life: -1.21 ")))["end-of-life"] == DIFFERS
    assert verdicts(declared(("end-of-life: -1.20 ", "end-of-life: -1.2 ")))["end-of-life"] == REPRODUCES


def test_the_difference_is_recomputed_less_declared() -> None:
    """In kg and as a share of the declared value, exact; of nothing there is no share."""
    reconciliation = new().reconciliation
    assert reconciliation is not None
    comparison = reconciliation.stages["distribution"]
    zero = compare(parse_quantity("0.00 kgCO2e"), comparison.recomputed, False)

    assert (comparison.difference, comparison.relative) == (Fraction("-0.02"), Fraction(-1, 15))
    assert (zero.difference, zero.relative) == (Fraction("0.28"), None)


def test_cradle_to_gate_of_declared_values_is_their_sum() -> None:
    """2.400 + 0.1400 + 2.037, from raw materials to production."""
    reconciliation = new().reconciliation

    assert reconciliation is not None
    assert reconciliation.cradle_to_gate == Fraction("4.577")


# Deviations


def test_a_stage_that_differs_must_be_pinned() -> None:
    """Without its entry the stage is refused at its line, with both values and the difference."""
    outcome = changed(REVIEW, ("  - stage: distribution", "  - stage: use"))

    assert codes(outcome.problems) == ["C-DEVIATION", "C-STALE"]
    assert outcome.problems[0].values == {
        "stage": "distribution",
        "declared": "0.3000 kgCO2e",
        "recomputed": "0.2800 kgCO2e",
        "difference": "−0.0200",
        "percent": "−6.7 %",
    }


def test_a_pin_holds_only_for_the_values_it_names() -> None:
    """When the data moves the recomputed value, the pin no longer holds."""
    outcome = changed(INVENTORY, ("amount: 0.1000 kg\n      - label", "amount: 0.1001 kg\n      - label"))

    assert codes(outcome.problems) == ["C-PINNED"]
    assert outcome.problems[0].values["now"] == "0.2803 kgCO2e"  # 0.1001 × 40 × 0.07 = 0.28028


def test_a_pin_goes_when_its_stage_reproduces() -> None:
    """An entry that is left over would excuse the next mistake."""
    outcome = changed(STATEMENT, ("distribution: 0.3000", "distribution: 0.2800"), ("total: 3.68 ", "total: 3.66 "))

    assert codes(outcome.problems) == ["C-STALE"]


def test_a_total_is_excused_by_its_pinned_stages_alone() -> None:
    """With distribution as declared and all else as recomputed the stages give 3.6734 to 3.6807, and no more.

    The declared stages alone would give 3.6709 to 3.6831, for −1.20 is printed coarsely: 3.682 is not excused by that.
    """
    for total in ("3.67", "3.68", "3.7", "3.680"):
        assert codes(changed(STATEMENT, ("total: 3.68 ", f"total: {total} ")).problems) == []
    for total in ("3.64", "3.69", "3.682"):
        outcome = changed(STATEMENT, ("total: 3.68 ", f"total: {total} "))

        assert codes(outcome.problems) == ["C-TOTAL"]


def test_a_total_may_reproduce_where_stages_do_not() -> None:
    """3.66 is what the lines give: the total reproduces, with unprinted values, and the stage keeps its verdict."""
    found = verdicts(declared(("total: 3.68 ", "total: 3.66 ")))

    assert (found["total"], found["distribution"]) == (UNPRINTED, DIFFERS)


# Shares

SHARES = [
    ("raw-materials", "65.2 %", "65.0 %", DIFFERS),  # 2.400 of 3.68 is 65.12 to 65.32 %
    ("raw-materials", "65.2 %", "65.3 %", REPRODUCES),
    ("raw-materials", "65.2 %", "65.4 %", DIFFERS),
    ("end-of-life", "-32.6 %", "-32.7 %", REPRODUCES),  # −1.20 of 3.68 is −32.79 to −32.43 %
    ("end-of-life", "-32.6 %", "-32.8 %", REPRODUCES),
    ("end-of-life", "-32.6 %", "-32.9 %", DIFFERS),
    ("end-of-life", "-32.6 %", "-32.4 %", REPRODUCES),
    ("end-of-life", "-32.6 %", "-32.3 %", DIFFERS),
]


@pytest.mark.parametrize(("stage", "old", "share", "verdict"), SHARES)
def test_a_share_is_judged_by_the_declared_values(stage: str, old: str, share: str, verdict: str) -> None:
    """A share must be one that stage and total allow, to their printed precision and its own; of a credit as well."""
    reconciliation = declared((f"{stage}: {old}", f"{stage}: {share}")).reconciliation

    assert reconciliation is not None
    assert reconciliation.shares[stage].verdict == verdict
