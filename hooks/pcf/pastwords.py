"""The history of a report as JSON, and each of its changes in words."""

from __future__ import annotations

from typing import Any

from .edits import Edit, History, Move, ValueName
from .wording import Wording, unit_in_print

COMMIT = 12  # characters of a commit's id that are shown
# Values that are words of ours, by the section that has them.
_WORDS: dict[ValueName, str] = {"kind": "kind", "status": "status", "signature": "status"}


def history_data(history: History) -> dict[str, Any]:
    """``history`` in footprint.json. Where it is cut off, it has no beginning: that would move with every commit."""
    return {
        "complete": history.reach == "whole",
        "since": history.since.isoformat() if history.since and history.reach == "whole" else None,
        "changes": [
            {
                "date": edit.day.isoformat(),
                "commit": edit.commit,
                "values": [{"value": m.value, "stage": m.stage, "was": m.was, "now": m.now} for m in edit.moves],
                "words": [{"zh": change.words.zh, "en": change.words.en} for change in edit.said],
            }
            for edit in history.edits
        ],
    }


def changed_since_sealed(history: History) -> list[dict[str, Any]] | None:
    """The same-named key of footprint.json: None where the seal stands, or what was sealed is not at hand."""
    if history.sealed_at is None:
        return None
    return [{"place": d.place, "was": d.was, "now": d.now} for d in history.sealed_at.differences]


def move_words(move: Move, t: Wording) -> str:
    """What changed: ``declared total 33.0286 kgCO₂e → 33.5 kgCO₂e``."""
    name = t(f"history_value.{move.value}", stage=t(f"stage.{move.stage}") if move.stage else "")
    return t("history.move", value=name, was=_said(move.value, move.was, t), now=_said(move.value, move.now, t))


def edit_words(edit: Edit, t: Wording) -> str:
    """One edit on one line, for the feed."""
    return t(
        "history.line", date=edit.day.isoformat(), moves=t("history.and").join(move_words(m, t) for m in edit.moves)
    )


def _said(value: ValueName, text: str | None, t: Wording) -> str:
    if text is None:
        return t("history.none")
    if value in _WORDS:
        return t(f"{_WORDS[value]}.{text}")
    number, _, unit = text.partition(" ")
    if value in ("declared-total", "declared-stage", "recomputed-total"):
        return f"{number} {unit_in_print(unit)}"
    return text.removeprefix("sha-256:")[:12] if value == "seal" else text
