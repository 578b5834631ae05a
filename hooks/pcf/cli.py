"""The ``pcf`` command: check the records, seal a report, review a change."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from .cli_compare import compare_command
from .evaluate import Outcome, evaluate
from .files import read_folder
from .locale import language_of
from .problems import Language
from .seal import with_seal
from .yamlfile import parse

ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder that holds products/.",
)
LANGUAGE = click.option("--language", type=click.Choice(["zh", "en"]), help="Of the messages; by default the locale's.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Footprint Press: product carbon footprints that a reader can recompute."""


main.add_command(compare_command)


@main.command()
@ROOT
@LANGUAGE
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How problems are printed.")
def check(root: Path, language: Language | None, form: str) -> None:
    """Read and recompute every record; print all problems. Exit code 1 where there is one."""
    language = language or language_of(dict(os.environ))
    outcome = _outcome(root)
    if form == "json":
        click.echo(json.dumps([p.as_data(language) for p in outcome.problems], ensure_ascii=False, indent=2))
    else:
        for problem in outcome.problems:
            click.echo(problem.text(language))
        click.echo(_summary(outcome, language), err=True)
    sys.exit(1 if outcome.problems else 0)


@main.command()
@ROOT
@LANGUAGE
@click.argument("report", metavar="PRODUCT/REPORT")
def seal(root: Path, language: Language | None, report: str) -> None:
    """Write the seal of a report into its review.yaml: 'this is what I transcribed from the signed report'."""
    language = language or language_of(dict(os.environ))
    outcome = _outcome(root)
    evaluation = outcome.evaluations.get(report)
    folder = f"products/{report}/"
    own = [p for p in outcome.problems if p.path.startswith(folder) and p.code != "R-SEAL"]
    for problem in own:
        click.echo(problem.text(language), err=True)
    if evaluation is None or evaluation.seal is None or own:
        raise click.ClickException(
            f"{report} 不能封签：没有这份报告、没有声明，或尚有问题。" if language == "zh"
            else f"{report} cannot be sealed: there is no such report, it has no statement, or it has problems."
        )  # fmt: skip
    path = root / folder / "review.yaml"
    before = path.read_bytes().decode("utf-8") if path.exists() else ""
    after = with_seal(before, evaluation.seal)
    written, faults = parse(f"{folder}review.yaml", after.encode("utf-8"))
    if faults or written is None or written.data.get("seal") != evaluation.seal:  # a form that has no place for a line
        raise click.ClickException(
            f"请在 {folder}review.yaml 中自行写入 seal: {evaluation.seal}" if language == "zh"
            else f"write this into {folder}review.yaml yourself: seal: {evaluation.seal}"
        )  # fmt: skip
    if after != before:
        path.write_bytes(after.encode("utf-8"))
    click.echo(f"{evaluation.seal}  {report}")


def _outcome(root: Path) -> Outcome:
    if not (root / "products").is_dir():
        raise click.ClickException(f"there is no folder 'products' in {root.absolute()}")
    files, problems = read_folder(root)
    return evaluate(files, more=problems)


def _summary(outcome: Outcome, language: Language) -> str:
    reports, problems = len(outcome.evaluations), len(outcome.problems)
    if language == "zh":
        return f"{reports} 份报告已复算，{problems} 个问题"
    return f"{reports} report{'s'[: reports != 1]} recomputed, {problems} problem{'s'[: problems != 1]}"
