"""The command that outlasts the generator: ``pcf export`` writes every page as Markdown, and every file."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Collection
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from .emptying import publisher_block
from .fields import read
from .files import Cache
from .history import histories, past
from .library import Publisher
from .markdown import FILE
from .plain import markdown_of
from .problems import Language
from .site import build, without_drafts
from .terminal import LANGUAGE, ROOT, Command, fail, phrase, say, whole
from .typeset import Typesetter
from .yamlfile import parse


@click.command(cls=Command)
@ROOT
@LANGUAGE
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
def export(root: Path, language: Language, folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fail("not_empty", language, folder=folder)
    outcome = without_drafts(whole(root, language))
    made = build(outcome, _publisher(root, language), histories(past(root), outcome))
    cache = root / ".cache"
    typeset: dict[str, Path] = {}
    said: list[str] = []
    pictures = Cache(cache / "pictures")
    files: dict[str, bytes | Path] = {p.address: pictures.kept(p.copy.name, p.content) for p in made.pictures()}
    if made.publisher.documents:
        typeset, said = Typesetter(cache / "typeset").set_all(made.settings())
    files |= {artifact.address: artifact.content for artifact in made.artifacts(typeset)}
    pages = {f"{page.url}{FILE}": page for page in made.pages(typeset)}
    # What is written by hand is Markdown already; its links lead to the same places here.
    docs = root / "docs"
    for path in sorted(docs.rglob("*")) if docs.is_dir() else ():
        if path.is_file() and (name := path.relative_to(docs).as_posix()) not in pages:
            files.setdefault(name, path)
    known = files.keys() | pages.keys()
    for name, page in pages.items():
        if not page.markdown:  # a report's own edition is among the files
            text = markdown_of(page.render(), partial(_moved, page.url, known))
            files[name] = text.encode("utf-8")
    for name, content in sorted(files.items()):
        to = folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, to)
        else:
            to.write_bytes(content)
    for words in said:
        say(words, error=True)
    say(phrase("message.exported", language, folder=folder, pages=len(pages), files=len(files)))


def _moved(url: str, known: Collection[str], href: str) -> str | None:
    """Where a link of the page at ``url`` leads among what is written; None for a place of the page itself."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path:
        return href if parts.netloc or parts.scheme else None
    name = posixpath.normpath(posixpath.join("/" + url, parts.path)).lstrip("/")
    choices = (posixpath.join(name, FILE), posixpath.join(name, "index.html"), f"{name}.md", name)
    found = next((choice for choice in choices if choice in known), None)
    return posixpath.relpath("/" + found, "/" + url) if found else None


def _publisher(root: Path, language: Language) -> Publisher:
    """The configuration block; one that is not complete ends the command."""
    path = root / "mkdocs.yml"
    block = publisher_block(path.read_bytes().decode("utf-8")) if path.is_file() else None
    document, problems = parse("mkdocs.yml", (block or "").encode("utf-8"))
    if document is None or not isinstance(document.data.get("publisher"), dict):
        fail("no_block", language)
    publisher, more = read(Publisher, type(document)("mkdocs.yml", document.data["publisher"]))
    if publisher is None or problems or more:
        for problem in (*problems, *more):
            say(f"{problem.words(language)}; {problem.cure(language)}", error=True)
        fail("block", language)
    return publisher
