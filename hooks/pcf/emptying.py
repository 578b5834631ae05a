"""The command that makes a catalogue of one's own: ``pcf init`` copies the template, without its example products."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click

from .evaluate import evaluate
from .fields import read
from .files import read_folder
from .library import Publisher
from .problems import Language
from .skeleton import publisher
from .starting import TEMPLATE, about
from .terminal import ASK, LANGUAGE, Command, Option, answer, fail, phrase, say
from .yamlfile import Document

# What the template comes with, and what goes with it. The factor library stays.
EXAMPLES = (
    "products/juxin-bxs2/", "products/shengrun-bxs3/", "products/_producers/juxin.yaml",
    "products/_producers/shengrun.yaml", "products/_bodies/sanxin.yaml", "products/_categories.yaml",
    "tests/test_seeds",
)  # fmt: skip
LIBRARY = "products/_factors/"
EXAMPLE_HOST = "carbon.example.com"
_BLOCK = re.compile(r"(?m)^  publisher:[^\n]*\n(?:    [^\n]*\n)*")
_LEFT = {".git", ".venv", "site", "site.sha256", ".site.lock", ".cache", "__pycache__"}
ANSWERS = ("address", "name_zh", "name_en", "contact")


@click.command(cls=Command)
@LANGUAGE
@about("address", "--address")
@about("name_zh", "--name-zh")
@about("name_en", "--name-en")
@about("intro_zh", "--intro-zh")
@about("intro_en", "--intro-en")
@about("contact", "--contact")
@about("icp", "--icp")
@click.option("--in-place", cls=Option, is_flag=True, help="in_place")
@ASK
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
def init(language: Language, folder: Path | None, in_place: bool, ask: bool, **given: str | None) -> None:
    if (folder is None) != in_place:
        fail("where", language)
    target = TEMPLATE if folder is None else folder
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fail("not_empty", language, folder=folder)
    names = _names()
    if folder is None:
        _refuse(names, language)
    config = _filled((TEMPLATE / "mkdocs.yml").read_bytes().decode("utf-8"), in_place, ask, given, language)
    for name in names:
        example = name.startswith(EXAMPLES) or (name.startswith("products/") and not name.startswith(LIBRARY))
        if folder is None and example:
            (TEMPLATE / name).unlink()
            _without_empty(TEMPLATE / name)
        elif folder is not None and not example:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TEMPLATE / name, folder / name)
    (target / "products").mkdir(exist_ok=True)
    (target / "mkdocs.yml").write_bytes(config.encode("utf-8"))
    found, met = read_folder(target)
    for problem in (problems := evaluate(found, more=met).problems):
        say(problem.text(language), error=True)
    if problems:
        fail("problems", language, count=len(problems))
    say(phrase("message.init", language, folder=target))


def _names() -> list[str]:
    """The files of the template, from git where it is a clone, by path from its root."""
    if (TEMPLATE / ".git").exists():
        done = subprocess.run(
            ["git", "-C", str(TEMPLATE), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=True,
        )  # fmt: skip
        names = [name for name in done.stdout.decode("utf-8", "surrogateescape").split("\0") if name]
    else:
        files = (path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*"))
        names = [path.as_posix() for path in files if not _LEFT & set(path.parts)]
    return sorted(n for n in names if (TEMPLATE / n).is_file() and not (TEMPLATE / n).is_symlink())


def _refuse(names: list[str], language: Language) -> None:
    """In place only what git can bring back is taken out, and only the examples."""
    if not (TEMPLATE / ".git").exists():
        fail("no_git", language)
    status = subprocess.run(["git", "-C", str(TEMPLATE), "status", "--porcelain"], capture_output=True, check=True)
    if status.stdout.strip():
        fail("not_committed", language)
    own = [n for n in names if n.startswith("products/") and not n.startswith((*EXAMPLES, LIBRARY))]
    if own:
        fail("own_records", language, path=own[0])


def _without_empty(gone: Path) -> None:
    for folder in gone.parents:
        if folder == TEMPLATE or any(folder.iterdir()):
            return
        folder.rmdir()


def _filled(config: str, in_place: bool, ask: bool, given: dict[str, str | None], language: Language) -> str:
    """mkdocs.yml with the configuration block filled. In place, a block that is somebody's already stays as it is."""
    blocks = _BLOCK.findall(config)
    if len(blocks) != 1:
        fail("no_block", language)
    if in_place and EXAMPLE_HOST not in blocks[0]:
        if any(given.values()):
            fail("filled", language)
        return config
    for key in ANSWERS:
        if ask and given[key] is None:
            given[key] = answer(key, language)
    block = _block(given, language)
    return _BLOCK.sub(lambda _: f"  publisher:\n{block}", config)


def publisher_block(config: str) -> str | None:
    """The text of the configuration block, if mkdocs.yml has exactly one."""
    blocks = _BLOCK.findall(config)
    return blocks[0] if len(blocks) == 1 else None


def _block(given: dict[str, str | None], language: Language) -> str:
    """The configuration block, or the end of the command with all that is wrong in it."""
    data: dict[str, Any] = {key: given[key] for key in ("address", "contact", "icp") if given[key]}
    for key in ("name", "intro"):
        words = {which: text for which in ("zh", "en") if (text := given[f"{key}_{which}"])}
        data |= {key: words} if words else {}
    _, problems = read(Publisher, Document("mkdocs.yml", data))
    if problems:
        for problem in problems:
            say(f"{problem.words(language)}; {problem.cure(language)}", error=True)
        fail("block", language)
    return publisher(data, language)
