"""How far a build is, is told on a terminal after two seconds, and never in a log."""

from __future__ import annotations

import io

import pytest

from pcf import progress as module
from pcf.progress import progress


class Terminal(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


def told(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, seconds: float) -> str:
    """What a build of ten products says whose products take so many seconds each."""
    out, clock = Terminal(terminal), [0.0]
    monkeypatch.setattr(module.sys, "stderr", out)
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    tell = progress()
    for done in range(1, 11):
        clock[0] += seconds
        tell(done, 10)
    return out.getvalue()


def test_a_short_build_and_a_log_are_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, terminal=True, seconds=0.1) == ""
    assert told(monkeypatch, terminal=False, seconds=5.0) == ""


def test_a_long_build_counts_on_one_line_and_leaves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, terminal=True, seconds=0.5)
    assert [part.removesuffix("\033[K") for part in said.split("\r")[1:]] == [*(f"{n} / 10" for n in range(5, 10)), ""]
