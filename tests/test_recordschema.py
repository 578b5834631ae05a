"""The schemas for the editor held against the models: what is committed, what they accept, what they refuse.

The editor's reader is stood in for by a YAML 1.2 core reader of its own, and jsonschema; neither is part of the site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from pcf import fields
from pcf.evaluate import evaluate
from pcf.fields import QuantityKind
from pcf.quantity import PERCENT, UNITS, QuantityError
from pcf.recordschema import FOLDER, GLOBS, SHAPES, kind_of_path, modeline, schema, schema_files, words_of
from support import RECORDS, Files, base, read_tree
from test_docs import page, records_page, rows, section, shapes

ROOT = Path(__file__).parent.parent


class Editor(yaml.SafeLoader):
    """YAML 1.2, core schema (10.3.2), as the editor's language server reads it; keys are text."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


for tag, pattern in {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
}.items():
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), None)
Editor.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Editor.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


@cache
def validator(name: str) -> Draft7Validator:
    """The schema as it is committed."""
    made = json.loads((ROOT / FOLDER / f"{name}.json").read_text("utf-8"))
    Draft7Validator.check_schema(made)
    return Draft7Validator(made)


def refused(path: str, raw: bytes) -> list[str]:
    """What the schema of the file says against it."""
    name = kind_of_path(path)
    assert name is not None, path
    return [error.message for error in validator(name).iter_errors(yaml.load(raw, Editor))]


def yaml_files(files: Files) -> Iterator[tuple[str, bytes]]:
    return ((path, raw) for path, raw in files.items() if path.endswith(".yaml"))


# Made from the models


def test_the_committed_schemas_are_what_the_models_give() -> None:
    """`pcf schema` writes nothing new, and no other file is beside them."""
    made = {path: json.dumps(data, ensure_ascii=False, indent=2) + "\n" for path, data in schema_files().items()}
    found = {p.relative_to(ROOT).as_posix(): p.read_text("utf-8") for p in (ROOT / FOLDER).iterdir()}

    assert found == made


def test_the_editor_is_told_where_each_schema_is() -> None:
    """The settings of the editor name the same files and folders as the first line of a record."""
    settings = json.loads((ROOT / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]

    assert settings == {f"./{FOLDER}/{name}.json": f"/{glob}" for name, glob in GLOBS.items()}
    for path, raw in yaml_files(read_tree(ROOT)):
        first = raw.decode("utf-8").split("\n")[0]
        target = (ROOT / path).parent / first.partition("$schema=")[2]
        assert (first, target.resolve()) == (modeline(path), ROOT / FOLDER / f"{kind_of_path(path)}.json")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_are_those_of_the_field_reference(language: Any) -> None:
    """Each key says in the editor what its row says on the page, links and marks of code taken out."""
    for anchor, shape in shapes().items():
        table = {row[0].strip("`"): row[2] for row in rows(section(records_page(language, shape), anchor))}
        plain = {key: re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", cell).replace("`", "") for key, cell in table.items()}
        assert plain == {key: words_of(shape, key, language) for key in shape.model_fields}, anchor
    assert "`pcf schema`" in page(language, "reference/commands.md")


@pytest.mark.parametrize("name", SHAPES)
def test_every_key_is_explained_in_both_languages(name: str) -> None:
    """Wherever a key may stand, and with no key beyond those."""
    whole = schema(name)
    for part in [whole, *whole["definitions"].values()]:
        assert part["additionalProperties"] is False
        for value in part["properties"].values():
            zh, en = value["description"].split("\n\n")
            assert zh
            assert en.isascii() or "CO₂" in en or "“" in en or "ICP" in en or "统一" in en


# What is accepted


@pytest.mark.parametrize("root", [RECORDS / "base", RECORDS.parent / "site" / "records", ROOT], ids=lambda p: p.name)
def test_what_the_check_accepts_the_schema_accepts(root: Path) -> None:
    """Every file of the catalogues that have no problem."""
    assert {path: faults for path, raw in yaml_files(read_tree(root)) if (faults := refused(path, raw))} == {}


# What is refused

# A schema cannot see bytes, the writing of YAML, other files, sums or what is personal: these codes are left to
# `pcf check`.
BEYOND = re.compile(r"[FYCP]-.*|R-(?!STATE).*|S-PERIOD")
# Single mistakes of a code that a schema else sees.
EXCEPT = {
    "q-dimension-output-other-than-the-functional-unit",  # rests on another key
    "q-number-count-with-point",  # JSON has one kind of number: 1.0 is a whole one
    "s-missing-heating-value-of-a-fuel-per-energy",  # rests on what the factor's unit measures
}


def trees() -> Iterator[tuple[str, str, set[str]]]:
    """Every tree of a mistake, the file it is in, and the codes that are told of it."""
    for folder in sorted(RECORDS.iterdir()):
        if folder.name != "base":
            problems = evaluate(base() | read_tree(folder)).problems
            for path, _ in yaml_files(read_tree(folder)):
                if codes := {p.code for p in problems if p.path == path}:
                    yield folder.name, path, codes


SHAPE_MISTAKES = [(tree, path) for tree, path, codes in trees() if not all(BEYOND.fullmatch(code) for code in codes)]


@pytest.mark.parametrize(("tree", "path"), SHAPE_MISTAKES, ids=[tree for tree, _ in SHAPE_MISTAKES])
def test_what_the_check_refuses_for_its_shape_the_schema_refuses(tree: str, path: str) -> None:
    """But for the few that are listed, with the reason."""
    assert bool(refused(path, read_tree(RECORDS / tree)[path])) == (tree not in EXCEPT)


KINDS = {name: value for name, value in vars(fields).items() if isinstance(value, QuantityKind)}


@pytest.mark.parametrize("name", KINDS)
def test_a_pattern_accepts_the_units_that_the_kind_accepts_and_no_other(name: str) -> None:
    """Every unit, every unit by another, with and without a power of ten."""
    from pcf.recordschema import _quantity

    kind, pattern = KINDS[name], re.compile(_quantity(KINDS[name])["pattern"])
    sides = [*UNITS, "(10^4 m3)", "(10^3 kg)"]
    units = [*sides, PERCENT, "kwh", "kg/", *(f"{one}/{other}" for one in sides for other in sides)]
    own = kind.example.partition(" ")[2]
    numbers = ("0.00", "-2.50", "-0", "012", "1e3", "+1", "1.", "9" * 30, "9" * 31)
    for text in [*(f"1 {unit}" for unit in units), *(f"{number} {own}" for number in numbers), "1", f"1  {own}"]:
        try:
            accepted = bool(kind(text))
        except (QuantityError, fields.PydanticCustomError):
            accepted = False
        assert bool(pattern.search(text)) == accepted, text
