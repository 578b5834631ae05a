"""The commands of a record on its way to be published: ``pcf check`` and ``pcf seal``."""

from __future__ import annotations

from pathlib import Path

import click

from .annotations import annotation
from .evaluate import Outcome
from .jsontext import json_bytes
from .problems import Language, Problem
from .seal import with_seal
from .terminal import LANGUAGE, PROBLEMS, REPORT, ROOT, Command, fail, form, leave, outcome_of, phrase, say, say_data
from .yamlfile import parse


@click.command(cls=Command)
@ROOT
@LANGUAGE
@form("text", "json", "github")
def check(root: Path, language: Language, form: str) -> None:
    outcome = outcome_of(root, language, pages=True)
    if form == "json":
        say_data(json_bytes([p.as_data(language) for p in outcome.problems]))
    else:
        for problem in outcome.problems:
            click.echo(_annotation(problem, language) if form == "github" else problem.text(language))
        say(_summary(outcome, language), error=True)
    leave(PROBLEMS if outcome.problems else 0)


def _annotation(problem: Problem, language: Language) -> str:
    stop = "；" if language == "zh" else "; "
    words = f"{problem.words(language)}{stop}{problem.cure(language)}"
    return annotation("error", problem.path, problem.line, problem.code, words, column=problem.column)


def _summary(outcome: Outcome, language: Language) -> str:
    reports, problems = len(outcome.evaluations), len(outcome.problems)
    plural = {"reports_s": "s"[: reports != 1], "problems_s": "s"[: problems != 1]}
    return phrase("message.checked", language, reports=reports, problems=problems, **plural)


@click.command(cls=Command)
@ROOT
@LANGUAGE
@REPORT
def seal(root: Path, language: Language, report: str) -> None:
    outcome = outcome_of(root, language)
    evaluation = outcome.evaluations.get(report)
    folder = f"products/{report}/"
    own = [p for p in outcome.problems if p.path.startswith(folder) and p.code != "R-SEAL"]
    for problem in own:
        say(problem.text(language), error=True)
    if evaluation is None or evaluation.seal is None or own:
        fail("not_sealed", language, report=report)
    path = root / folder / "review.yaml"
    before = path.read_bytes().decode("utf-8") if path.exists() else ""
    after = with_seal(before, evaluation.seal)
    written, faults = parse(f"{folder}review.yaml", after.encode("utf-8"))
    if faults or written is None or written.data.get("seal") != evaluation.seal:  # a form that has no place for a line
        fail("seal_by_hand", language, path=f"{folder}review.yaml", seal=evaluation.seal)
    if after != before:
        path.write_bytes(after.encode("utf-8"))
    say(f"{evaluation.seal}  {report}")
