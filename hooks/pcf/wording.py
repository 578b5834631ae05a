"""Words and numbers as a reader sees them, in one language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from .fields import Words
from .problems import Language
from .quantity import Quantity

LANGUAGES: tuple[Language, ...] = ("zh", "en")

# How a unit is set in print; what is not here is set as it is written.
_UNITS = {"m3": "m³", "m2": "m²", "tkm": "t·km"}
_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Said(NamedTuple):
    """A text and the language it is in, which is the other one where a translation is missing."""

    text: str
    language: Language
    missing: bool

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")

    @property
    def line(self) -> str:
        """All paragraphs on one line."""
        return self.text.replace("\n\n", " ")


@dataclass(frozen=True)
class Wording:
    """The words of one language, by ``section.key``."""

    language: Language
    table: Mapping[str, str]

    @cached_property
    def whole(self) -> Mapping[str, str]:
        """The texts without blanks, as they are said."""
        whole = {}
        for key, text in self.table.items():
            with suppress(KeyError):
                whole[key] = text.format_map({})
        return whole

    def __call__(self, key: str, **values: str) -> str:
        if not values and key in self.whole:
            return self.whole[key]
        return self.table[key].format_map(values)

    def say(self, words: Words) -> Said:
        """The words in this language, else in the other and marked as such."""
        own, other = (words.zh, words.en) if self.language == "zh" else (words.en, words.zh)
        if own is not None:
            return Said(own, self.language, False)
        return Said(other or "", "en" if self.language == "zh" else "zh", True)

    def text(self, words: Words) -> str:
        return self.say(words).text

    def listed(self, texts: Iterable[str]) -> str:
        items = list(texts)
        if self.language == "zh":
            return "、".join(items)
        return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""

    def stages(self, ids: Iterable[str]) -> str:
        return self.listed(self(f"stage.{stage}") for stage in ids)

    def unit(self, unit: str) -> str:
        return self("unit.piece") if unit == "piece" else unit_in_print(unit)

    def quantity(self, quantity: Quantity) -> str:
        return f"{quantity.text} {self.unit(quantity.unit)}"

    def place(self, source: str) -> str:
        """A place in a report, ``table 4.2.1`` or ``3.2``, in this language's words."""
        return self.listed(self._one_place(part) for part in source.split(", "))

    def _one_place(self, part: str) -> str:
        if part[:1].isdigit():
            return self("place.section", number=part)
        return re.sub(r"^[a-z]+", lambda word: self.table.get(f"place.{word[0]}", word[0]), part)


@lru_cache(maxsize=1024)
def unit_in_print(unit: str) -> str:
    """``GJ/(10^4 m3)`` as ``GJ/(10⁴ m³)``, ``kgCO2e/kWh`` as ``kgCO₂e/kWh``."""
    sides = []
    for side in unit.split("/"):
        inner = side.strip("()")
        words = [w.replace("10^", "10") if w.startswith("10^") else w for w in inner.split(" ")]
        shown = [
            "10" + w[2:].translate(_DIGITS) if w.startswith("10") else _UNITS.get(w, w).replace("CO2", "CO₂")
            for w in words
        ]
        text = " ".join(shown)
        sides.append(f"({text})" if side.startswith("(") else text)
    return "/".join(sides)


@cache
def wording(language: Language) -> Wording:
    """The site's words in a language, from ``locales/``."""
    raw = tomllib.loads((files(__package__) / "locales" / f"{language}.toml").read_text("utf-8"))
    return Wording(language, MappingProxyType(dict(_flat(raw))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
