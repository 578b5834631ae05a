"""``pcf compare``: what a change does to the numbers, from two revisions of a git repository."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from . import differ
from .blocking import blocking
from .changes import Changes, MethodChange
from .differ import sides
from .files import read_folder
from .locale import language_of
from .problems import Language, Problem
from .recorded import recorded
from .review import review
from .reviewmarkdown import markdown
from .reviewtext import review_lines, workflow_commands
from .revisions import Repository, RevisionError, shared
from .terminal import Command, Option, form
from .wording import LANGUAGES, wording

COULD_NOT_COMPARE = 2
_STYLES: dict[str, dict[str, object]] = {
    "plain": {}, "title": {"bold": True}, "bad": {"fg": "red", "bold": True}, "good": {"fg": "green"},
    "up": {"fg": "yellow"}, "down": {"fg": "cyan"}, "muted": {"dim": True},
}  # fmt: skip


@click.command("compare", cls=Command)
@click.option(
    "--root",
    cls=Option,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="repository",
)
@form("text", "markdown", "json", "github")
@click.option("--language", cls=Option, type=click.Choice([*LANGUAGES, "both"]), help="languages")
@click.option("--merge-base", cls=Option, is_flag=True, help="merge_base")
@click.option("--base-json", cls=Option, type=click.Path(exists=True, path_type=Path), help="base_json")
@click.option("--link", cls=Option, default="", metavar="URL", help="link")
@click.option("--if-changed", cls=Option, is_flag=True, help="if_changed")
@click.argument("base")
@click.argument("head", required=False)
def compare(
    base: str,
    head: str | None,
    root: Path,
    form: str,
    language: str | None,
    merge_base: bool,
    base_json: Path | None,
    link: str,
    if_changed: bool,
) -> None:
    here = language_of(dict(os.environ))
    languages = _languages(language, here, form)
    try:
        changes, names = _changes(root, base, head, merge_base, _recorded(base_json))
    except RevisionError as error:
        click.echo(_error(error, languages[0] if language else here), err=True)
        sys.exit(COULD_NOT_COMPARE)
    blocks = blocking(changes)
    if changes.changes_numbers or changes.renamed or blocks or not if_changed:
        _print(changes, blocks, form, languages, names, link)
    sys.exit(1 if blocks else 0)


def _languages(asked: str | None, here: Language, form: str) -> tuple[Language, ...]:
    if asked == "both" or (asked is None and form == "markdown"):
        return LANGUAGES
    return ("zh",) if (asked or here) == "zh" else ("en",)


def _changes(
    root: Path, base: str, head: str | None, merge_base: bool, before: dict[str, MethodChange]
) -> tuple[Changes, tuple[str, str | None]]:
    """What differs, and the two commits; None for the files on disk."""
    repository = Repository(root)
    old, new = repository.commit(base), repository.commit(head or "HEAD") if head or merge_base else None
    if merge_base and new:
        old = repository.merge_base(old, new)
    start = repository.read(old)
    if head and new:
        end = repository.read(new)
        files, problems = end.files, end.problems
    else:
        if not (root / "products").is_dir():
            raise RevisionError("no_records", folder=str(root.absolute()))
        found, problems = read_folder(root)
        files, new = shared(start.files, found.items()), None
    gc.disable()  # nothing here is a cycle, and looking for one takes a third of the time at a thousand products
    try:
        both = sides((start.files, start.problems), (files, problems), also=before)
        return differ.compare(*both, before), (old, new)
    finally:
        gc.enable()


def _recorded(path: Path | None) -> dict[str, MethodChange]:
    """What the base's own code computed, by report."""
    if path is None:
        return {}
    found = {}
    for file in sorted(path.glob("products/*/*/footprint.json")) if path.is_dir() else [path]:
        try:
            name, change = recorded(json.loads(file.read_bytes()))
        except (ValueError, RecursionError, OSError):
            raise RevisionError("recorded", file=str(file)) from None
        found[name] = change
    return found


def _print(
    changes: Changes,
    blocks: Sequence[Problem],
    form: str,
    languages: Sequence[Language],
    names: tuple[str, str | None],
    link: str,
) -> None:
    if form == "json":
        click.echo(json.dumps(review(changes, blocks, *names), ensure_ascii=False, indent=2))
    elif form == "markdown":
        short = tuple((name or "")[:12] for name in names)
        click.echo(markdown(changes, blocks, languages, names=(short[0], short[1]), link=link), nl=False)
    elif form == "github":
        for language in languages:
            for line in workflow_commands(changes, blocks, language):
                click.echo(line)
    else:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        for language in languages:
            for parts in review_lines(changes, blocks, language):
                line = "".join(click.style(text, **_STYLES[style]) if text else "" for text, style in parts)  # type: ignore[arg-type]
                click.echo(line if colour else click.unstyle(line), color=colour)


def _error(error: RevisionError, language: Language) -> str:
    t = wording(language)
    values = dict(error.values)
    hint = values.pop("hint", "")
    return t(f"review_error.{error.key}", **values) + (t(f"review_error.{hint}") if hint else "")
