"""Problems: what is wrong in a file, where, and what to do about it, in Chinese and English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: its words and its cure, each with ``{placeholders}``."""

    en: str
    en_cure: str
    zh: str
    zh_cure: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place. Lines and columns count from 1, columns in characters."""

    path: str
    line: int
    column: int
    code: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def words(self, language: Language = "en") -> str:
        code = codes()[self.code]
        return (code.zh if language == "zh" else code.en).format_map(self.values)

    def cure(self, language: Language = "en") -> str:
        code = codes()[self.code]
        return (code.zh_cure if language == "zh" else code.en_cure).format_map(self.values)

    def text(self, language: Language = "en") -> str:
        """``path:line:column: CODE words; cure``, on one line whatever the data holds."""
        stop = "；" if language == "zh" else "; "
        line = f"{self.path}:{self.line}:{self.column}: {self.code} {self.words(language)}{stop}{self.cure(language)}"
        return shown_text(line)

    def as_data(self, language: Language = "en") -> dict[str, str | int]:
        return {
            "path": shown_text(self.path),
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "words": shown_text(self.words(language)),
            "cure": shown_text(self.cure(language)),
        }


def shown_text(text: str) -> str:
    """Without line ends, and without characters that hide, turn text round or, from a file's name, are none."""
    return "".join(c if c.isprintable() or c == "\u3000" else f"\\u{ord(c):04x}" for c in text)


# A value that is not there, or no id, has only that fault: what else is said of the same place follows from it.
_WHOLE = frozenset({"Y-EMPTY", "Y-ANCHOR", "Y-FOLDED", "S-ID", "S-TODO"})
_FOLLOWS = frozenset({
    "S-UNKNOWN", "S-TYPE", "S-CHOICE", "S-TEXT", "S-DATE", "S-LINK", "S-DIGEST", "R-REFERENCE", "R-NUMBER",
    "R-NUMBER-TWICE", "R-TWICE",
})  # fmt: skip


def in_order(problems: list[Problem]) -> list[Problem]:
    """The problems by file and place, each once."""
    told = {(p.path, p.line, p.column) for p in problems if p.code in _WHOLE}
    unique = {
        (p.path, p.line, p.column, p.code, p.words()): p
        for p in problems
        if not ((p.path, p.line, p.column) in told and (p.code in _FOLLOWS or p.code.startswith("Q-")))
    }
    return [unique[key] for key in sorted(unique)]


@cache
def codes() -> Mapping[str, Code]:
    """Every kind of problem, by its code."""
    table = tomllib.loads((files(__package__) / "locales" / "problems.toml").read_text("utf-8"))
    return MappingProxyType({code: Code(**words) for code, words in table.items()})
