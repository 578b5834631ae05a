"""Exact quantities: a number as printed, its unit, its interval, and arithmetic without floats."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, lru_cache

import pint

EMISSION = "kgCO2e"  # every result is given in this unit

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_SIDE = re.compile(r"\(10\^([1-9]) ([A-Za-z][A-Za-z0-9]*)\)|([A-Za-z%][A-Za-z0-9]*)", re.ASCII)
LONGEST_NUMBER = 30

# The units a record may use, exactly as written there; definitions are exact (SI Brochure, 9th ed., tables 2, 4 and 8).
# CO2e and CO2 are dimensions of their own: mass of product never turns into emissions, and CO2 only through a GWP.
UNITS = {
    "kg": "[mass]", "g": "kg / 1000", "t": "1000 * kg",
    "MJ": "[energy]", "kJ": "MJ / 1000", "GJ": "1000 * MJ", "TJ": "1000000 * MJ",
    "kWh": "18 * MJ / 5", "MWh": "3600 * MJ",
    "m3": "[volume]", "L": "m3 / 1000",
    "m": "[length]", "km": "1000 * m", "m2": "[area]",
    "tkm": "[freight]", "piece": "[count]",
    "h": "[time]", "d": "24 * h", "a": "[year]",
    "kgCO2e": "[co2e]", "gCO2e": "kgCO2e / 1000", "tCO2e": "1000 * kgCO2e",
    "kgCO2": "[co2]", "gCO2": "kgCO2 / 1000", "tCO2": "1000 * kgCO2",
}  # fmt: skip
PERCENT = "%"


class QuantityError(ValueError):
    """A text that is no quantity. ``code`` and ``values`` are those of the problem to report."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``low`` to ``high``, both included."""

    low: Fraction
    high: Fraction

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __mul__(self, other: Interval) -> Interval:
        if self.low >= 0 and other.low >= 0:  # as nearly all are
            return Interval(self.low * other.low, self.high * other.high)
        ends = (self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high)
        return Interval(min(ends), max(ends))

    def meets(self, other: Interval) -> bool:
        """Whether the two have a number in common."""
        return self.low <= other.high and other.low <= self.high

    def scaled(self, factor: Fraction) -> Interval:
        return self * Interval(factor, factor)


ZERO = Interval(Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was written, with its unit: ``56.8120 kWh`` keeps its last zero."""

    text: str
    unit: str
    value: Fraction

    def __str__(self) -> str:
        return f"{self.text} {self.unit}"

    @property
    def decimals(self) -> int:
        return len(self.text.partition(".")[2])

    def interval(self, exact: bool = False) -> Interval:
        """What the print stands for: half a unit of its last place to either side, or itself where ``exact``."""
        if exact:
            return Interval(self.value, self.value)
        half = _half_a_unit(self.decimals)
        return Interval(self.value - half, self.value + half)


@cache
def _half_a_unit(decimals: int) -> Fraction:
    """Of the last place."""
    return Fraction(1, 2 * 10**decimals)


def parse_number(text: str) -> Fraction:
    """The exact value of a number in plain ASCII decimals.

    Errors: QuantityError Q-NUMBER for exponents, groups, leading zeros, other digits or signs, too many digits.
    """
    if _NUMBER.fullmatch(text) and len(text) <= LONGEST_NUMBER:
        return Fraction(text)
    raise QuantityError("Q-NUMBER", value=text, **_number_hint(text))


def parse_quantity(text: str, example: str = "56.8120 kWh") -> Quantity:
    """``number unit``, one space between, from the closed list of units.

    Errors: QuantityError Q-NUMBER, Q-UNIT-MISSING, Q-UNIT.
    """
    number, space, unit = text.partition(" ")
    value = parse_number(number)
    if not space or not unit.strip():
        raise QuantityError("Q-UNIT-MISSING", value=text, example=example)
    if unit != PERCENT:
        _pint_unit(unit)
    return Quantity(number, unit, value)


@lru_cache(maxsize=4096)
def compatible(unit: str, other: str) -> bool:
    """Whether the two units measure the same thing."""
    if PERCENT in (unit, other):
        return unit == other
    return bool(_pint_unit(unit).is_compatible_with(_pint_unit(other)))


@lru_cache(maxsize=4096)
def scale(units: tuple[str, ...], to: str) -> Fraction | None:
    """The product of the units in ``to``, or None: ("kg", "GJ/t", "tCO2e/GJ") is 1 "kgCO2e", ("kg",) is none of it."""
    product = _product(units)
    target = _pint_unit(to)
    # Ask first: pint's own message cannot format a Fraction on Python 3.11.
    if not product.is_compatible_with(target):
        return None
    # .to() looks at the target's units only, not at its number, which is 1/10000 for GJ/(10^4 m3).
    return Fraction(product.to(target).magnitude) / Fraction(target.magnitude)


def product_unit(units: tuple[str, ...]) -> str:
    """The product of the units in words, for a message."""
    return f"{_product(units).to_reduced_units().units:~C}" or "1"


def rounded(value: Fraction, decimals: int) -> str:
    """The value with so many decimals, half away from zero (GB/T 8170 names the plain rule; the seeds follow it)."""
    return _rounded(value.numerator, value.denominator, decimals)


def per_cent(part: Fraction, whole: Fraction, decimals: int) -> str:
    """The share of a positive whole in per cent, rounded likewise."""
    return _rounded(100 * part.numerator * whole.denominator, part.denominator * whole.numerator, decimals)


def _rounded(numerator: int, denominator: int, decimals: int) -> str:
    sign = "-" if numerator < 0 else ""
    whole = (2 * abs(numerator) * 10**decimals + denominator) // (2 * denominator)
    digits = str(whole).rjust(decimals + 1, "0")
    text = digits[: len(digits) - decimals] + ("." + digits[len(digits) - decimals :] if decimals else "")
    return text if whole == 0 else sign + text


def significant(value: Fraction, digits: int = 3) -> str:
    """The value to so many significant digits, half away from zero, never with an exponent."""
    if value == 0:
        return "0"
    magnitude = len(str(abs(value.numerator) // value.denominator)) if abs(value) >= 1 else _leading_zeros(abs(value))
    decimals = digits - magnitude
    if abs(Fraction(rounded(value, max(decimals, 0)))) >= Fraction(10) ** magnitude:
        decimals -= 1  # 99.96 rounds up to 100
    if decimals >= 0:
        return rounded(value, decimals)
    step = 10**-decimals
    return str(int(rounded(value / step, 0)) * step)


def exact_text(value: Fraction) -> str:
    """The value without loss: a decimal where one of at most 61 places exists, else ``numerator/denominator``."""
    rest, places = value.denominator, {2: 0, 5: 0}
    for prime in places:
        while rest % prime == 0:
            rest //= prime
            places[prime] += 1
    if rest != 1 or max(places.values()) > 61:
        return f"{value.numerator}/{value.denominator}"
    return rounded(value, max(places.values()))


def _leading_zeros(value: Fraction) -> int:
    """0 for 0.5, -1 for 0.05: how many places the first digit lies behind the point."""
    places = 0
    while value * 10 < 1:
        value *= 10
        places -= 1
    return places


def _number_hint(text: str) -> dict[str, str]:
    if len(text) > LONGEST_NUMBER:
        return {"hint": f"write at most {LONGEST_NUMBER} characters", "hint_zh": f"最多 {LONGEST_NUMBER} 个字符"}
    ascii_form = "".join(_ASCII.get(c) or str(unicodedata.decimal(c, c)) for c in text)
    if ascii_form != text and _NUMBER.fullmatch(ascii_form):
        return {"hint": f"write it in ASCII: {ascii_form}", "hint_zh": f"请用半角字符：{ascii_form}"}
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text, re.ASCII):
        return {"hint": "write the digits out, without an exponent", "hint_zh": "请写出全部数字，不用指数"}
    if re.fullmatch(r"-?0[0-9]+(\.[0-9]+)?", text, re.ASCII):
        return {"hint": "drop the leading zeros", "hint_zh": "请去掉前导零"}
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?[A-Za-z%]+[0-9]?", text, re.ASCII):
        return {"hint": "put one space between number and unit", "hint_zh": "数字与单位之间请空一格"}
    return {
        "hint": "write plain decimals such as 56.8120, without signs, groups or exponents",
        "hint_zh": "请写普通小数，例如 56.8120，不用正号、分组或指数",
    }


_ASCII = {"．": ".", "。": ".", "٫": ".", "−": "-", "－": "-"}  # beside the digits of other scripts


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[Fraction]:
    registry: pint.UnitRegistry[Fraction] = pint.UnitRegistry(None, non_int_type=Fraction, cache_folder=None)
    for name, definition in UNITS.items():
        registry.define(f"{name} = {definition}")
    return registry


@lru_cache(maxsize=1024)
def _pint_unit(text: str) -> pint.Quantity[Fraction]:
    """``unit`` or ``unit/unit``, either side perhaps ``(10^4 m3)``. Our grammar: pint's evaluates powers."""
    one = _registry().Quantity(Fraction(1))
    for position, side in enumerate(text.split("/")):
        match = _SIDE.fullmatch(side)
        name = match and (match[2] or match[3])
        if position > 1 or match is None or name not in UNITS:
            raise QuantityError("Q-UNIT", unit=text, **_unit_hint(name or side))
        part = _registry().Quantity(Fraction(10 ** int(match[1] or 0)), str(name))
        one = one * part if position == 0 else one / part
    return one


def _unit_hint(unit: str) -> dict[str, str]:
    folded = {name.lower(): name for name in UNITS}
    near = folded.get(unit.lower()) or next(iter(get_close_matches(unit, UNITS, 1)), None)
    if near:
        return {"hint": f"did you mean {near}?", "hint_zh": f"是否应为 {near}？"}
    known = ", ".join(UNITS)
    return {"hint": f"use one of: {known}", "hint_zh": f"可用：{known}"}


def _product(units: tuple[str, ...]) -> pint.Quantity[Fraction]:
    product = _registry().Quantity(Fraction(1))
    for unit in units:
        product = product * _pint_unit(unit)
    return product
