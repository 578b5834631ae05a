"""Lines that GitHub shows beside the files of a pull request."""

from __future__ import annotations

from typing import Literal

from .problems import shown_text


def annotation(
    level: Literal["error", "notice"], path: str, line: int, title: str, message: str, *, column: int | None = None
) -> str:
    """A workflow command, escaped as the runner reads it (actions/toolkit, packages/core/src/command.ts).

    Line ends reach the annotation escaped; whatever else is not printable is written out.
    """
    place = {"file": path, "line": line, "col": column, "title": title}
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in place.items() if value is not None)
    return f"::{level} {properties}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    kept = "\r\n".join("\n".join(map(shown_text, part.split("\n"))) for part in text.split("\r\n"))
    for character in "%\r\n" + more:
        kept = kept.replace(character, f"%{ord(character):02X}")
    return kept
