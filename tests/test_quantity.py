"""Quantities: exact units, numbers as printed, what a printed number stands for, rounding for display."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pcf.quantity import (
    UNITS,
    Interval,
    QuantityError,
    compatible,
    exact_text,
    parse_number,
    parse_quantity,
    rounded,
    scale,
    significant,
)

# A number with up to six decimals, as a Decimal that keeps its last zeros.
decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=6) | st.decimals(-1000, 1000, places=2)
fractions = st.fractions(max_denominator=10**6)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(fractions), draw(fractions)))
    return Interval(low, high)


@st.composite
def points(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval and a value in it: an end or something between."""
    interval = draw(intervals())
    part = draw(st.just(Fraction(0)) | st.just(Fraction(1)) | st.fractions(0, 1, max_denominator=1000))
    return interval, interval.low + part * (interval.high - interval.low)


def holds(interval: Interval, value: Fraction) -> bool:
    return interval.low <= value <= interval.high


# Units

EXACT = [
    (("kWh",), "GJ", Fraction(36, 10_000)),
    (("kWh",), "MJ", Fraction(36, 10)),
    (("MWh",), "kWh", Fraction(1000)),
    (("TJ",), "GJ", Fraction(1000)),
    (("kJ",), "MJ", Fraction(1, 1000)),
    (("t",), "kg", Fraction(1000)),
    (("g",), "kg", Fraction(1, 1000)),
    (("L",), "m3", Fraction(1, 1000)),
    (("km",), "m", Fraction(1000)),
    (("d",), "h", Fraction(24)),
    (("tCO2e",), "kgCO2e", Fraction(1000)),
    (("gCO2e",), "kgCO2e", Fraction(1, 1000)),
    (("gCO2",), "tCO2", Fraction(1, 10**6)),
    (("kgCO2e/kWh",), "kgCO2e/GJ", Fraction(10_000, 36)),
    (("GJ/(10^4 m3)",), "GJ/m3", Fraction(1, 10_000)),
    (("m3", "GJ/(10^4 m3)", "tCO2/GJ"), "kgCO2", Fraction(1, 10)),  # natural gas
    (("kg", "GJ/t", "tCO2/GJ"), "kgCO2", Fraction(1)),  # diesel
    (("kWh", "kgCO2e/kWh"), "kgCO2e", Fraction(1)),
    (("MJ", "kgCO2e/kWh"), "kgCO2e", Fraction(10, 36)),
]


@pytest.mark.parametrize(
    ("units", "to", "expected"), EXACT, ids=lambda v: " × ".join(v) if isinstance(v, tuple) else ""
)
def test_conversions_are_exact(units: tuple[str, ...], to: str, expected: Fraction) -> None:
    """Every conversion is a ratio of whole numbers: 1 kWh is 9/2500 GJ, not 0.0036."""
    found = scale(units, to)

    assert found == expected
    assert isinstance(found, Fraction)


@given(st.sampled_from(list(UNITS)), st.sampled_from(list(UNITS)), st.permutations(range(3)))
def test_scale_is_multiplicative_in_any_order(unit: str, other: str, order: list[int]) -> None:
    """In a chain whose units cancel but for one conversion, that conversion is what remains."""
    chain = ("kWh", f"{unit}/kWh", f"kgCO2e/{other}")

    assert scale(tuple(chain[n] for n in order), "kgCO2e") == scale((unit,), other)


@given(st.sampled_from(list(UNITS)), st.sampled_from(list(UNITS)), st.sampled_from(list(UNITS)))
def test_going_by_way_of_another_unit_changes_nothing(first: str, second: str, third: str) -> None:
    """From one unit to a second and on to a third is the same as straight there, and back is the inverse."""
    one, two, both = scale((first,), second), scale((second,), third), scale((first,), third)

    assert (one is None) == (not compatible(first, second))
    if one is not None and two is not None:
        assert both == one * two
        assert scale((second,), first) == 1 / one


APART = ["kg", "kgCO2", "kgCO2e", "MJ", "m3", "m", "m2", "tkm", "piece", "h", "a", "%"]


@pytest.mark.parametrize("unit", APART)
def test_what_differs_in_kind_never_converts(unit: str) -> None:
    """Mass of product is no mass of CO2, CO2 no CO2e, a year no number of hours, a share nothing but a share."""
    assert [other for other in APART if compatible(unit, other)] == [unit]


# Numbers


@given(decimals, st.sampled_from([*UNITS, "%", "GJ/(10^4 m3)", "kgCO2e/kWh"]))
def test_a_quantity_keeps_its_text(number: Decimal, unit: str) -> None:
    """Value, decimals and text are those that were written; what is printed reads back the same."""
    text = f"{number:f} {unit}"

    quantity = parse_quantity(text)

    assert str(quantity) == text
    assert parse_quantity(str(quantity)) == quantity
    assert (quantity.value, quantity.decimals) == (Fraction(number), -int(number.as_tuple().exponent))


REFUSED = {
    "an exponent": ["1e3", "1E3", "1.0e3", "1.0e+3", "1E-3", "1.0e+400", "1.0e-400"],
    "groups": ["1_000", "1,000", "1 000", "1\u00a0000", "1\u2009000", "1'000"],
    "leading zeros": ["012", "019", "00", "00.5", "-012"],
    "another base": ["0x1F", "0o17", "0b1"],
    "sixties": ["12:30", "1:30:00", "12:30.5"],
    "no number": ["", " ", ".nan", "nan", "NaN", ".inf", "inf", "-inf", "Infinity", "yes", "on", "null", "~", "/"],
    "half a decimal": [".5", "5.", "-.5", ".", "1..2", "1.2.3"],
    "a sign too many": ["+1", "--1", "-", "±1", "1-"],
    "other digits and signs": ["０.５", "٠.٥", "१२", "−1", "－1", "１．５", "½", "²", "①", "一"],
    "spaces": [" 1", "1 ", "1\n", "\t1"],
    "a fraction or a sum": ["1/2", "1+1", "2**8"],
    "too many digits": ["1" * 31, "0." + "1" * 29, "9" * 10_000],
}


@pytest.mark.parametrize("kind", REFUSED)
def test_only_plain_ascii_decimals_are_numbers(kind: str) -> None:
    """Whatever YAML, Decimal or a spreadsheet might read as a number is refused unless it is 56.8120-like."""
    for text in REFUSED[kind]:
        with pytest.raises(QuantityError) as caught:
            parse_number(text)
        assert caught.value.code == "Q-NUMBER", text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("０.５", "0.5"),
        ("１２．５", "12.5"),
        ("٠٫٥", "0.5"),
        ("१२", "12"),
        ("−1", "-1"),
        ("－１", "-1"),
        ("3。5", "3.5"),
    ],
)
def test_digits_of_another_script_are_given_in_ascii(text: str, form: str) -> None:
    """The cure for a number in full-width or other digits is the number itself, ready to paste."""
    with pytest.raises(QuantityError) as caught:
        parse_number(text)

    assert caught.value.values["hint"] == f"write it in ASCII: {form}"


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("5", "Q-UNIT-MISSING", None),
        ("5 ", "Q-UNIT-MISSING", None),
        ("5kWh", "Q-NUMBER", "put one space between number and unit"),
        ("kWh", "Q-NUMBER", None),
        ("5 kwh", "Q-UNIT", "did you mean kWh?"),
        ("5 KG", "Q-UNIT", "did you mean kg?"),
        ("5 kWhs", "Q-UNIT", "did you mean kWh?"),
        ("5  kWh", "Q-UNIT", None),
        ("5 kWh ", "Q-UNIT", None),
        ("5 kg CO2", "Q-UNIT", None),
        ("5 kg**9999999", "Q-UNIT", None),
        ("5 kg/kg/kg", "Q-UNIT", None),
        ("5 /kg", "Q-UNIT", None),
        ("5 GJ/(10^4)", "Q-UNIT", None),
        ("5 GJ/(10^44 m3)", "Q-UNIT", None),
        ("5 __import__('os')", "Q-UNIT", None),
        ("5 ｋＷｈ", "Q-UNIT", None),
    ],
)
def test_a_unit_is_one_of_the_list_written_as_there(text: str, code: str, hint: str | None) -> None:
    """A unit is never guessed: another case, a plural or an expression is refused, with the nearest one named."""
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)

    assert caught.value.code == code
    assert hint is None or caught.value.values["hint"] == hint


# Intervals


@given(points(), points())
def test_an_interval_holds_every_result_of_values_within(
    first: tuple[Interval, Fraction], second: tuple[Interval, Fraction]
) -> None:
    """Whatever true values the operands stand for, their sum and product lie inside the computed interval."""
    (a, x), (b, y) = first, second

    assert holds(a + b, x + y)
    assert holds(a * b, x * y)
    assert holds(a.scaled(y), x * y)


@given(intervals(), intervals())
def test_an_interval_is_no_wider_than_it_must_be(a: Interval, b: Interval) -> None:
    """Each end is reached by ends of the operands, so nothing is excused by slack."""
    products = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]

    assert a * b == Interval(min(products), max(products))
    assert a + b == Interval(a.low + b.low, a.high + b.high)


@given(intervals(), points())
def test_intervals_meet_where_they_share_a_number(a: Interval, other: tuple[Interval, Fraction]) -> None:
    """Touching at one end is meeting; a gap, however small, is not."""
    b, inside = other
    gap = Fraction(1, 10**12)

    assert a.meets(b) == b.meets(a) == (max(a.low, b.low) <= min(a.high, b.high))
    assert b.meets(Interval(inside, inside))
    assert b.meets(Interval(b.high, b.high + 1))
    assert not b.meets(Interval(b.high + gap, b.high + 1))


@given(decimals, st.integers(0, 6))
def test_a_printed_number_stands_for_all_that_round_to_it(number: Decimal, places: int) -> None:
    """The interval of what was printed holds the number that was rounded, and reaches half a last place each way."""
    printed = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    half = Fraction(1, 2 * 10**places)

    interval = parse_quantity(f"{printed:f} kg").interval()

    assert holds(interval, Fraction(number))
    assert interval == Interval(Fraction(printed) - half, Fraction(printed) + half)
    assert parse_quantity(f"{printed:f} kg").interval(exact=True) == Interval(Fraction(printed), Fraction(printed))


# Display


@given(decimals, st.integers(0, 8))
def test_rounding_is_half_up_away_from_zero(number: Decimal, places: int) -> None:
    """As decimal.ROUND_HALF_UP rounds, for every number that decimal can hold; zero has no sign."""
    expected = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    assert rounded(Fraction(number), places) == f"{abs(expected) if expected == 0 else expected:f}"


@given(st.fractions(), st.integers(0, 12))
def test_rounding_a_fraction_is_never_off_by_more_than_half_a_place(value: Fraction, places: int) -> None:
    """Thirds and sevenths round exactly, where a float would have gone wrong."""
    text = rounded(value, places)

    assert len(text.partition(".")[2]) == places
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**places)


@given(decimals, st.integers(1, 6))
def test_significant_digits_are_those_of_decimal(number: Decimal, digits: int) -> None:
    """To n significant digits as decimal's own context rounds, without an exponent."""
    expected = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(number)

    text = significant(Fraction(number), digits)

    assert Decimal(text) == expected
    assert text == "0" or "." not in text or len(text.replace(".", "").lstrip("-0")) == digits


@pytest.mark.parametrize(
    ("value", "text"),
    [("64.2254", "64.2"), ("99.96", "100"), ("999.6", "1000"), ("0.099961", "0.100"), ("0.0012345", "0.00123"),
     ("-33.05", "-33.1"), ("123456", "123000"), ("5", "5.00"), ("0", "0")],
)  # fmt: skip
def test_a_headline_has_three_significant_digits(value: str, text: str) -> None:
    """Carried over where rounding up gives a digit more, filled with zeros where the value has fewer."""
    assert significant(Fraction(value)) == text


@given(st.fractions() | decimals.map(Fraction))
@example(Fraction(1, 2**61))
@example(Fraction(1, 2**62))
def test_exact_text_loses_nothing(value: Fraction) -> None:
    """The exact text reads back as the same number: a decimal wherever one of 61 places will do, else a fraction."""
    text = exact_text(value)

    assert Fraction(text) == value
    assert ("/" in text) == ((value * 10**61).denominator != 1)
    assert "e" not in text.lower()
