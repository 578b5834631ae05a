"""What the tests share: the small catalogue in records/base, trees laid over it, and edits of one place in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pcf.edits import Histories
from pcf.evaluate import Evaluation, Outcome, evaluate
from pcf.library import Publisher
from pcf.problems import Problem
from pcf.site import build

RECORDS = Path(__file__).parent / "records"

# A body whose name says that it is none, and the private key that everyone has.
DEMONSTRATION = RECORDS / "demonstration"
DEMONSTRATION_KEY = DEMONSTRATION / "demonstration-key.pem"
SIGNED = "demo-kettle/demo-2026-01"

# The base catalogue: one producer and product, an old report from cradle to gate and the current one to the grave.
OLD, NEW = "acme-kettle/r-1", "acme-kettle/r-2"
R1, R2 = f"products/{OLD}", f"products/{NEW}"
PRODUCT = "products/acme-kettle/product.yaml"
FACTORS = "products/_factors/lab/2024.yaml"

Files = dict[str, bytes]


def read_tree(folder: Path) -> Files:
    """Every file below a folder that is part of a catalogue, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "products").rglob("*"))
        if path.is_file()
    }


def base() -> Files:
    """The base catalogue, to be changed at will."""
    return read_tree(RECORDS / "base")


def demonstration() -> Files:
    """The catalogue of the demonstration body, whose one report it has signed; its key lies beside it."""
    return read_tree(DEMONSTRATION)


def edited(files: Mapping[str, bytes], path: str, *edits: tuple[str, str]) -> Files:
    """The files with each old text, which must stand exactly once in the file, replaced by the new one."""
    text = files[path].decode("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        text = text.replace(old, new)
    return {**files, path: text.encode("utf-8")}


def changed(path: str, *edits: tuple[str, str]) -> Outcome:
    """The base catalogue, judged, with edits to one of its files."""
    return evaluate(edited(base(), path, *edits))


SITE = "https://carbon.example.com/pcf/"
PUBLISHER = Publisher.model_validate({"address": SITE, "name": {"zh": "目录", "en": "Carbon"}})


def published_file(outcome: Outcome, address: str, histories: Histories | None = None) -> bytes:
    """A file of the whole site of an outcome."""
    made = (a.content for a in build(outcome, PUBLISHER, histories).artifacts() if a.address == address)
    content = next(made)
    assert isinstance(content, bytes)
    return content


def new() -> Evaluation:
    """The current report of the base catalogue."""
    return evaluate(base()).evaluations[NEW]


def write(files: Mapping[str, bytes], root: Path) -> Path:
    """The files on disk."""
    for path, raw in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(raw)
    return root


def places(problems: Iterable[Problem]) -> list[str]:
    """``path:line:column: CODE`` of each problem."""
    return [f"{p.path}:{p.line}:{p.column}: {p.code}" for p in problems]


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def place_of(files: Mapping[str, bytes], path: str, text: str) -> str:
    """``path:line:column`` of a text that stands once in a file, found by plain search."""
    whole = files[path].decode("utf-8")
    assert whole.count(text) == 1, f"{text!r} stands {whole.count(text)} times in {path}"
    before = whole[: whole.index(text)]
    return f"{path}:{before.count(chr(10)) + 1}:{len(before) - (before.rfind(chr(10)) + 1) + 1}"
