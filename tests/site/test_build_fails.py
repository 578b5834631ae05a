"""A build that must not happen: it says everything that is wrong, and leaves the site that was there as it was."""

from __future__ import annotations

import re
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from published import RECORDS
from web import build, make_root, mkdocs, tree

# Each mistake by itself: the file, what is replaced, by what, and the problem it makes.
MISTAKES = (
    ("products/_bodies/north.yaml", "name:", "nmae:", "products/_bodies/north.yaml:1:1: S-UNKNOWN"),
    ("products/jiachen-kx200/product.yaml", "1.250 kg", "1.250",
     "products/jiachen-kx200/product.yaml:15:7: Q-UNIT-MISSING"),
    ("products/jiachen-kx200/vt-2025-03/inventory.yaml", "4.8080 kWh", "4.8080 kwh",
     "products/jiachen-kx200/vt-2025-03/inventory.yaml:20:17: Q-UNIT"),
    ("products/yisi-lamp/n-17/statement.yaml", "report:", "report: report:",
     "products/yisi-lamp/n-17/statement.yaml:1:15: Y-SYNTAX"),
)  # fmt: skip


def refused(done: CompletedProcess[str]) -> list[str]:
    """The lines of the one error of a build that was refused."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("ERROR") == 1
    return done.stderr.partition("ERROR")[2].lstrip(" -").strip().splitlines()


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_problem_of_every_file_is_told_at_once_and_the_old_site_stays(root: Path) -> None:
    """Broken records: exit code 1, one error with path:line:column: CODE for each, no byte of the site moved."""
    before = tree(build(root))
    for name, old, new, _ in MISTAKES:
        edit(root, name, old, new)
    lines = refused(mkdocs(root, "build", "--strict"))
    assert all(re.match(r"products/\S+\.yaml:\d+:\d+: [A-Z]-[A-Z-]+ \S.*; \S", line) for line in lines), lines
    for *_, problem in MISTAKES:
        assert sum(line.startswith(problem + " ") for line in lines) == 1, problem
    assert tree(root / "site") == before


def test_a_number_that_moved_refuses_the_build(root: Path) -> None:
    """An amount that no longer gives the declared value is refused at its line, with both values."""
    before = tree(build(root))
    edit(root, "products/jiachen-kx200/vt-2025-03/inventory.yaml", "4.8080 kWh", "4.9080 kWh")
    (line,) = [x for x in refused(mkdocs(root, "build")) if "C-DEVIATION" in x]
    assert line.startswith("products/jiachen-kx200/vt-2025-03/inventory.yaml:17:17: C-DEVIATION ")
    assert "4.8040 kgCO2e" in line
    assert "4.8540 kgCO2e" in line
    assert tree(root / "site") == before


def test_a_misspelt_key_of_the_publishers_block_is_refused_with_the_right_one(root: Path) -> None:
    """The one configuration block is read as strictly as a record."""
    before = tree(build(root))
    edit(root, "mkdocs.yml", "    address:", "    contcat: carbon@example.com\n    address:")
    (line,) = refused(mkdocs(root, "build", "--strict"))
    assert "mkdocs.yml" in line
    assert "'contcat'" in line
    assert "'contact'" in line
    assert tree(root / "site") == before


@pytest.mark.parametrize(
    "name",
    [
        "factors/index.md",
        "factors.md",
        "README.md",
        "en/producers/jiachen.md",
        "products/jiachen-kx200/vt-2025-03/README.md",
        "products/jiachen-kx200/vt-2025-03/footprint.json",
        "products/jiachen-kx200.md",
        "catalogue.csv",
    ],
)
def test_a_document_at_an_address_of_the_records_is_refused(root: Path, name: str) -> None:
    """Two sources of one address would overwrite each other without a word, whatever the second is called."""
    before = tree(build(root))
    path = root / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# Another\n", "utf-8")
    (line,) = refused(mkdocs(root, "build"))
    assert line.startswith(f"docs/{name}: ")
    assert tree(root / "site") == before


def test_without_a_chinese_font_the_rest_is_published_and_says_what_to_install(tmp_path: Path) -> None:
    """No face for the PDFs is no failure: the build names the packages, and no page links a file that is not there."""
    root = make_root(tmp_path / "root", RECORDS, typeset=True)
    fonts = (root / "hooks/pcf/typeset.py").read_text("utf-8")
    kept = re.sub(r"FONTS = \(.*?\n\)", 'FONTS = ("No Such Face",)', fonts, flags=re.DOTALL)
    (root / "hooks/pcf/typeset.py").write_text(kept, "utf-8")
    done = mkdocs(root, "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert "fonts-noto-cjk" in done.stderr
    files = tree(root / "site")
    assert not [name for name in files if name.endswith((".pdf", "card.zh.png"))]
    assert not [name for name, raw in files.items() if "products/" in name and b"report.zh.pdf" in raw]
