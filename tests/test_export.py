"""The catalogue outlasts its generator: everything is Markdown and files, and the links between them lead somewhere."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from pcf.cli import main
from pcf.plain import markdown_of
from published import OTHERS, RECORDS, REPORTS, languages
from web import PREFIX, make_root


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_root(tmp_path_factory.mktemp("export") / "root", RECORDS)
    done = CliRunner().invoke(main, ["export", "--root", str(root), str(root.parent / "out")])
    assert done.exit_code == 0, done.output
    return root.parent / "out"


@pytest.mark.parametrize(("address", "language"), languages(*OTHERS, *REPORTS))
def test_every_page_has_its_markdown(exported: Path, address: str, language: str) -> None:
    text = (exported / PREFIX[language] / address / "index.md").read_text("utf-8")
    assert re.search(r"(?m)^# \S", text)
    assert "<div" not in text


def test_links_between_them_lead_to_what_is_there(exported: Path) -> None:
    """Of the pages made from data; those of the documentation are held by the strict build."""
    dead, seen = [], 0
    for address, language in languages(*OTHERS, *REPORTS):
        path = exported / PREFIX[language] / address / "index.md"
        for token in MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8")):
            for child in token.children or ():
                href = str(child.attrs.get("href", ""))
                if href and not href.startswith(("http", "mailto:", "#")):
                    seen += 1
                    if not (path.parent / posixpath.normpath(unquote(href.partition("#")[0]))).exists():
                        dead.append((address, language, href))
    assert seen > 100
    assert dead == []


def test_text_reads_as_itself() -> None:
    """Nothing of a record becomes markup."""
    text = markdown_of("<h1>a *b* &lt;i&gt;</h1><table><tr><th>x|y</th></tr><tr><td># z</td></tr></table>", lambda h: h)
    shown = [c.content for t in MarkdownIt("commonmark").enable("table").parse(text) for c in t.children or ()]
    assert "".join(shown) == "a *b* <i>x|y# z"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_bytes(b"1")
    done = CliRunner().invoke(main, ["export", "--root", str(RECORDS.parent), str(tmp_path / "out")])
    assert done.exit_code == 1
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine"]
