"""The table of DESIGN §4: what may import what, one home for each library, modules of a readable size, no floats."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOOKS = Path(__file__).parent.parent / "hooks"
PCF = HOOKS / "pcf"

# A module imports only from the rows above and from its left in its own row.
ROWS = {
    "words": ["problems", "quantity", "locale", "jsontext"],
    "shape": ["yamlfile", "fields", "library", "model", "recordschema"],
    "reading": ["people", "pictures", "pdf", "load", "watched", "privacy", "check"],
    "science": ["calculate", "reconcile", "findings", "completeness", "signature", "seal", "credential", "status",
                "evaluate", "edits", "comparability", "register", "whatif", "leaves", "causes", "renames", "changes",
                "factormoves", "differ", "recorded", "blocking", "editions"],
    "forms": ["wording", "pastwords", "addresses", "tables", "conditions", "charts", "timeline", "exports",
              "index", "schemas", "qr", "cite", "feed", "linked", "blocks", "document", "assets", "search",
              "headers", "columns", "skeleton", "annotations", "reasons", "review", "reviewmarkdown", "reviewtext"],
    "pages": ["render", "markdown", "plain", "pages", "bodies", "listing", "comparing", "embed", "former", "brief",
              "product", "site", "frames"],
    "edge": ["files", "links", "configured", "progress", "reloading", "following", "finishing", "checksums",
             "processes", "exchange", "typeset", "revisions", "history", "facts", "store", "making", "pipeline",
             "plainly", "terminal", "checking", "reviewing", "signing", "showing", "mirroring", "starting", "emptying",
             "leaving", "cli"],
}  # fmt: skip
ADAPTER = ["publish", "themed"]  # beside the package: what knows MkDocs
ORDER = [name for row in ROWS.values() for name in row]
CORE = [name for row in ("words", "shape", "reading", "science") for name in ROWS[row]]

# Each library lives in one module, pydantic in two; markupsafe is the part of Jinja that both sides of a page share,
# and click declares a command where the command is: its own part, help and errors by language, is in terminal.
LIBRARIES = {
    "PIL": {"pictures"},
    "click": {
        "terminal",
        "checking",
        "showing",
        "reviewing",
        "signing",
        "mirroring",
        "starting",
        "emptying",
        "leaving",
        "cli",
    },
    "cryptography": {"signature"},
    "filelock": {"exchange"},
    "jinja2": {"publish", "render", "themed"},
    "markupsafe": {"frames", "pages", "render", "themed"},
    "mkdocs": {"publish", "themed"},
    "orjson": {"jsontext"},
    "pint": {"quantity"},
    "pypdf": {"pdf"},
    "pydantic": {"fields", "model"},
    "pydantic_core": {"fields"},
    "rfc8785": {"signature"},
    "rjsmin": {"assets"},
    "typst": {"typeset"},
    "watchdog": {"following"},
    "yaml": {"yamlfile"},
    "zxingcpp": {"qr"},
}


def tree(name: str) -> ast.Module:
    path = HOOKS / f"{name}.py" if name in ADAPTER else PCF / f"{name}.py"
    return ast.parse(path.read_text("utf-8"))


def imports(name: str) -> Iterator[tuple[bool, str]]:
    """What a module imports: whether from the package itself, and the module's name there or the top-level package."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and node.level:
            for module in [node.module] if node.module else [alias.name for alias in node.names]:
                yield True, module.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            yield False, str(node.module).split(".")[0]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield False, alias.name.split(".")[0]


def own(name: str) -> set[str]:
    return {module for is_own, module in imports(name) if is_own}


def foreign(name: str) -> set[str]:
    return {module for is_own, module in imports(name) if not is_own}


def test_every_module_has_its_place_in_the_table() -> None:
    """A new module is given a row before it is used."""
    assert {path.stem for path in PCF.glob("*.py")} == {*ORDER, "__init__", "__main__"}
    assert sorted(path.name for path in HOOKS.glob("*.py")) == [f"{name}.py" for name in ADAPTER]


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_from_above_and_from_its_left(name: str) -> None:
    """So a reader can begin at the top, and the science can be trusted without the pages."""
    assert own(name) <= set(ORDER[: ORDER.index(name)])


@pytest.mark.parametrize("name", ROWS["edge"])
def test_nothing_but_the_edge_touches_disk_and_terminal(name: str) -> None:
    """The core is handed its files; no module below the edge imports the edge."""
    assert [other for other in ORDER if name in own(other) and other not in ROWS["edge"]] == []


def test_each_library_lives_in_one_module() -> None:
    """So it can be replaced in one place."""
    found: dict[str, set[str]] = {}
    for name in [*ORDER, *ADAPTER]:
        for library in foreign(name) - set(sys.stdlib_module_names) - {"pcf", *ADAPTER}:
            found.setdefault(library, set()).add(name)

    assert found == LIBRARIES


@pytest.mark.parametrize("path", sorted(HOOKS.rglob("*.py")), ids=lambda path: path.stem)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    """Near 200 lines, 450 at most."""
    assert len(path.read_text("utf-8").splitlines()) <= 450


@pytest.mark.parametrize("name", [*CORE, "wording", "tables", "exports", "index", "listing"])
def test_there_is_no_float_between_yaml_and_page(name: str) -> None:
    """Neither the name nor a literal; only the drawing of charts measures in floats."""
    nodes = list(ast.walk(tree(name)))

    assert [node.lineno for node in nodes if isinstance(node, ast.Name) and node.id == "float"] == []
    assert [node.lineno for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)] == []


OUTSIDE = {"glob", "io", "logging", "os", "pathlib", "random", "shutil", "socket", "subprocess", "tempfile", "time"}
# Pillow and pypdf read bytes as a stream only; pypdf logs every oddity of a file until it is told not to.
STREAMS = {"pictures": {"io"}, "pdf": {"io", "logging"}}


@pytest.mark.parametrize("name", CORE)
def test_the_core_reaches_for_nothing_outside(name: str) -> None:
    """It opens no file, asks no clock and draws no lots: a folder, a git revision and a literal are the same to it."""
    assert foreign(name) & OUTSIDE == STREAMS.get(name, set())
    names = {node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    assert names & {"today", "now", "utcnow", "read_bytes", "write_text", "write_bytes"} == set()
