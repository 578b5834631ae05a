"""The rows of a report's page: as the report prints them, and drawn to scale."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from pcf.evaluate import evaluate
from pcf.tables import (
    Segment,
    carrier_bars,
    derivation,
    factors_used,
    half_width_text,
    headline,
    stage_bar,
    stage_bars,
    stage_rows,
)
from pcf.wording import wording
from support import NEW, R2, base, changed, edited, new

INVENTORY, STATEMENT = f"{R2}/inventory.yaml", f"{R2}/statement.yaml"
EN, ZH = wording("en"), wording("zh")


def test_results_stand_in_life_cycle_order_with_all_that_is_known() -> None:
    """Declared as printed, recomputed to the same decimals, the difference only where it does not reproduce."""
    rows = [
        (r.id, r.state, r.declared, r.recomputed, r.half_width, r.share, r.verdict, r.difference, r.percent)
        for r in stage_rows(new(), EN)
    ]

    assert rows == [
        ("raw-materials", "quantified", "2.400", "2.400", "0.002", "65.2", "reproduces", None, None),
        ("inbound-transport", "quantified", "0.1400", "0.1400", "0.0003", "3.8",
         "reproduces-with-unprinted-values", None, None),
        ("production", "quantified", "2.037", "2.037", "0.001", "55.4", "reproduces", None, None),
        ("storage", "outside-boundary", *[None] * 7),
        ("distribution", "quantified", "0.3000", "0.2800", "0.0004", "8.2", "does-not-reproduce", "−0.0200", "−6.7 %"),
        ("use", "not-quantified", *[None] * 7),
        ("end-of-life", "quantified", "-1.20", "-1.20", "0.001", "-32.6", "reproduces", None, None),
    ]  # fmt: skip


def test_the_headline_is_what_the_report_declares() -> None:
    """Not what was recomputed; of a draft, which declares nothing, what was recomputed."""
    files = base()
    del files[STATEMENT]

    assert headline(new()) == ("3.68", "3.68")
    assert headline(evaluate(files).evaluations[NEW]) == ("3.66", "3.6570")


@pytest.mark.parametrize(
    ("width", "decimals", "text"),
    [("0.0014787", 4, "0.0015"), ("0.0000286", 4, "0.00003"), ("0.5", 0, "1"), ("0.4", 0, "0.4"), ("0", 2, "0.00")],
)
def test_a_width_is_never_shown_as_nothing(width: str, decimals: int, text: str) -> None:
    """A range that the decimals of its value would swallow is shown to its first digit."""
    assert half_width_text(Fraction(width), decimals) == text


def test_every_line_can_be_followed_by_hand() -> None:
    """Amount × heating value × factor, each with unit, marked where it is not printed or counts CO2 alone."""
    rows = {row.id: lines for row, lines in derivation(new(), EN)}
    diesel = rows["inbound-transport"][0]
    electricity = rows["production"][0]

    assert [(m.number, m.unit, m.printed, m.note) for m in diesel.multipliers] == [
        ("0.0500", "kg", True, ""), ("40.00", "GJ/t", False, ""), ("0.0700", "tCO₂/GJ", True, "gwp_one"),
    ]  # fmt: skip
    assert (diesel.emission, diesel.label.text, diesel.carrier) == ("0.1400", "Diesel", "diesel")
    assert [(m.number, m.unit) for m in electricity.multipliers] == [("3.5", "kWh"), ("0.5000", "kgCO₂e/kWh")]
    assert (electricity.emission, electricity.derived) == ("1.750", ("4200 kWh", "1200 piece"))
    assert rows["raw-materials"][0].label.text == "Sheet of the body"  # the line's own, in place of the factor's
    assert rows["end-of-life"][0].emission == "-1.20"


def test_an_empty_place_of_the_report_is_a_row_with_its_reason() -> None:
    """What the report prints as "/" is no zero."""
    row = {row.id: lines for row, lines in derivation(new(), EN)}["distribution"][1]

    assert (row.emission, row.multipliers, row.factor_id, row.letter) == (None, (), None, "")
    assert row.reason is not None
    assert row.reason.en == "The report has “/”"


def test_a_derived_amount_without_a_last_digit_is_cut_and_says_so() -> None:
    """42/13 kWh is shown to eight places with an ellipsis; a written number is never cut."""
    evaluation = changed(
        INVENTORY,
        ("output: 1200 piece}", "output: 1300 piece}"),
        ("amount: 1.200 kg", "amount: 1.2000000000000001 kg"),
    ).evaluations[NEW]
    rows = {row.id: lines for row, lines in derivation(evaluation, EN)}

    assert rows["production"][0].multipliers[0].number == "3.23076923…"
    assert rows["raw-materials"][0].multipliers[0].number == "1.2000000000000001"


def test_factors_are_lettered_in_order_of_use() -> None:
    """The same letter wherever the same factor is used."""
    lines = [line for _, rows in derivation(new(), EN) for line in rows]

    assert factors_used(new()) == [
        "lab/2024/steel", "lab/2024/diesel", "lab/2024/electricity", "lab/2024/steel-recovered",
    ]  # fmt: skip
    assert [line.letter for line in lines] == ["a", "b", "c", "b", "b", "", "d"]


# Drawn to scale


def ends(segments: Sequence[Segment]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(s.start), Decimal(s.start) + Decimal(s.width)) for s in segments]


def test_the_one_bar_is_full_and_has_no_gap() -> None:
    """The positive stages side by side from 0 to 100 %; a credit has no length, what is not quantified no part."""
    segments = stage_bar(stage_rows(new(), EN), EN)
    spans = ends(segments)

    assert [s.id for s in segments] == ["raw-materials", "inbound-transport", "production", "distribution"]
    assert spans[0][0] == 0
    assert abs(spans[-1][1] - 100) <= Decimal("0.002")
    assert all(abs(a[1] - b[0]) <= Decimal("0.002") for a, b in pairwise(spans))
    assert abs(Decimal(segments[0].width) - 100 * Decimal("2.4") / Decimal("4.877")) <= Decimal("0.001")


def test_bars_share_one_scale_that_reaches_below_zero() -> None:
    """From −1.20 to 2.400: zero lies at a third, credits to its left, all else to its right."""
    bars = {bar.id: bar for bar in stage_bars(stage_rows(new(), EN), EN)}
    zero = 100 * Decimal("1.2") / Decimal("3.6")

    assert list(bars) == ["raw-materials", "inbound-transport", "production", "distribution", "use", "end-of-life"]
    for name, bar in bars.items():
        for start, end in ends(bar.segments):
            assert abs((end if name == "end-of-life" else start) - zero) <= Decimal("0.002")
    assert ends(bars["raw-materials"].segments)[0][1] == 100
    assert bars["use"].segments == ()


def test_carriers_are_stacked_from_zero_in_one_order() -> None:
    """Production is 1.750 of electricity and, behind it, 0.287 of diesel; the credit is no energy."""
    bars = {bar.id: bar for bar in carrier_bars(new(), EN)}
    first, second = bars["production"].segments

    assert [(s.id, s.value) for s in (first, second)] == [("electricity", "1.750"), ("diesel", "0.287")]
    assert abs(ends([first])[0][1] - ends([second])[0][0]) <= Decimal("0.002")
    assert [(s.id, s.value) for s in bars["end-of-life"].segments] == [("none", "-1.20")]
    assert [bars[name].value for name in bars] == ["2.400", "0.1400", "2.037", "0.2800", "-1.20"]


def test_a_report_of_nothing_can_be_drawn() -> None:
    """A single stage of zero has a scale, and no division by it."""
    files = edited(base(), INVENTORY, ("amount: 1.200 kg", "amount: 0.000 kg"))
    files = edited(files, STATEMENT, ("raw-materials: 2.400", "raw-materials: 0.000"), ("total: 3.68 ", "total: 1.28 "))
    rows = [row for row in stage_rows(evaluate(files).evaluations[NEW], ZH) if row.id in ("raw-materials", "use")]

    assert stage_bar(rows, ZH) == ()
    assert [(s.start, s.width) for bar in stage_bars(rows, ZH) for s in bar.segments] == [("0.000", "0.000")]
