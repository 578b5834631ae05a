"""JSON Schema of every YAML file, made from the models, for the editor: draft-07, which its language server knows best.

A schema is laid over what the editor's YAML reader makes of a file, and that reader turns ``2024`` into a number and
``true`` into a truth, where ours keeps text. So a text may be a number there, and a count a text. A schema accepts
whatever the models accept (but for an id such as ``true`` or ``1e3``, which wants quotes), and refuses what a pattern
can tell; rules that span keys, files and numbers stay with ``pcf check``.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from . import fields
from .fields import ID_LENGTH, RESERVED, TEXT_LENGTH, TODO, FromText, QuantityKind, Shape, Words
from .library import Body, Categories, Factor, Producer, Release
from .model import Attachment, Inventory, Line, Product, Review, Stage, Statement
from .problems import Language
from .quantity import LONGEST_NUMBER, PERCENT, UNITS

FOLDER = "hooks/pcf/schemas/records"
MODELINE = "# yaml-language-server: $schema="

# By the name of its schema; the globs, from the root, are those of .vscode/settings.json.
SHAPES: Mapping[str, type[Shape]] = {
    "product": Product,
    "inventory": Inventory,
    "statement": Statement,
    "review": Review,
    "attachment": Attachment,
    "producer": Producer,
    "body": Body,
    "categories": Categories,
    "factors": Release,
}
GLOBS: Mapping[str, str] = {
    "product": "products/*/product.yaml",
    "inventory": "products/*/*/inventory.yaml",
    "statement": "products/*/*/statement.yaml",
    "review": "products/*/*/review.yaml",
    "attachment": "products/*/*/attachments/*.yaml",
    "producer": "products/_producers/*.yaml",
    "body": "products/_bodies/*.yaml",
    "categories": "products/_categories.yaml",
    "factors": "products/_factors/*/*.yaml",
}


def kind_of_path(path: str) -> str | None:
    """The name of the schema for a file of the catalogue, from its path; None where it has none."""
    for name, glob in GLOBS.items():
        if re.fullmatch(re.escape(glob).replace(r"\*", "[^/]+"), path):
            return name
    return None


def modeline(path: str) -> str:
    """The comment that tells an editor which schema a file has, by relative path from the file."""
    return f"{MODELINE}{'../' * path.count('/')}{FOLDER}/{kind_of_path(path)}.json"


# What each key holds, in words


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[Language, str]]]:
    return types.MappingProxyType(tomllib.loads((files(__package__) / "locales" / "fields.toml").read_text("utf-8")))


def anchor(shape: type[Shape]) -> str:
    """FactorCitation is ``factor-citation``, in locales/fields.toml and on the page that lists all keys."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", shape.__name__).lower()


def words_of(shape: type[Shape], key: str, language: Language) -> str:
    """What the key holds."""
    return _words()[anchor(shape)][key][language]


# Patterns, in what Python and JavaScript both understand

_NUMBER = rf"(?=[^ ]{{1,{LONGEST_NUMBER}}}(?: |$))"
_DIGITS = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_ID = "[a-z0-9]+(?:-[a-z0-9]+)*"
_HEX = "[0-9a-f]{64}"
_DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"

_TEXT = {"type": ["string", "number", "boolean"], "maxLength": TEXT_LENGTH}
_SCALARS: Mapping[Any, dict[str, Any]] = {
    fields.Text: {**_TEXT, "pattern": r"^\S(?:.*\S)?$", "not": {"const": TODO}},
    fields.Prose: {**_TEXT, "pattern": r"\S", "not": {"const": TODO}},
    fields.Id: {
        "type": ["string", "integer"],
        "pattern": f"^{_ID}$",
        "maxLength": ID_LENGTH,
        "minimum": 0,
        "not": {"enum": [*sorted(RESERVED), *(int(word) for word in sorted(RESERVED) if word.isdigit())]},
    },
    fields.Reference: {"type": "string", "pattern": f"^{_ID}(?:/{_ID})*$"},
    fields.Date: {"type": "string", "format": "date", "pattern": f"^{_DAY}$"},
    fields.Flag: {"enum": [True, False, "true", "false"]},
    fields.Link: {
        "type": "string",
        "pattern": r"""^[Hh][Tt][Tt][Pp][Ss]://[!-"$-.0->A-~]+(?:[/?#][!-~]*)?$""",
    },
    fields.Digest: {"type": "string", "pattern": f"^sha-256:{_HEX}$"},
    fields.PublicKey: {"type": "string", "pattern": "^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$"},
    fields.Sha256: {"type": "string", "pattern": f"^{_HEX}$"},
    fields.Year: {"type": ["integer", "string"], "pattern": "^(?:19|20)[0-9]{2}$", "minimum": 1900, "maximum": 2099},
    fields.Count: {"type": ["integer", "string"], "pattern": f"^{_NUMBER}(?:-?0|[1-9][0-9]*)$", "minimum": 0},
    fields.PrintedNumber: {"type": ["number", "string"], "pattern": f"^{_NUMBER}-?{_DIGITS}$"},
    fields.Days: {"type": ["number", "string"], "pattern": rf"^{_NUMBER}(?:-0(?:\.0+)?|{_DIGITS})$", "minimum": 0},
}  # fmt: skip


def _quantity(kind: QuantityKind) -> dict[str, Any]:
    sign = "-?" if kind.negative else ""
    above = "" if kind.zero else r"(?!0(?:\.0+)? )"
    return {"type": "string", "pattern": f"^{_NUMBER}{sign}{above}{_DIGITS} (?:{_units(kind)})$"}


def _units(kind: QuantityKind) -> str:
    """Every unit that the kind may have: one, or one by another, either perhaps with a power of ten in brackets."""
    if kind.only:
        return kind.only
    if kind.measures(PERCENT):
        return PERCENT
    alone = [unit for unit in UNITS if kind.measures(unit)]
    divided: dict[tuple[str, ...], list[str]] = {}
    for over in UNITS:
        under = tuple(unit for unit in UNITS if kind.measures(f"{over}/{unit}"))
        if under:
            divided.setdefault(under, []).append(over)
    if not kind.like:
        return f"{_side(UNITS)}(?:/{_side(UNITS)})?"
    pairs = (f"{_side(over)}/{_side(under)}" for under, over in divided.items())
    return "|".join([*([_side(alone)] if alone else []), *pairs])


def _side(units: Any) -> str:
    names = "|".join(units)
    return rf"(?:{names}|\(10\^[1-9] (?:{names})\))"


# Schemas

# What a shape asks for beyond its keys one by one; the models leave these to check, where words can say more.
_RULES: Mapping[type[Shape], dict[str, Any]] = {
    Words: {"anyOf": [{"required": ["zh"]}, {"required": ["en"]}]},
    Stage: {"oneOf": [{"required": [key]} for key in ("lines", "not_quantified", "outside_boundary")]},
    Line: {
        "oneOf": [{"required": [key]} for key in ("amount", "derived_from", "not_quantified")],
        "anyOf": [{"required": ["factor"]}, {"required": ["label", "not_quantified"]}],
    },
    Factor: {
        "if": {"properties": {"gases": {"const": "CO2e"}}, "required": ["gases"]},
        "then": {"required": ["gwp_set"]},
    },
}


def schema(name: str) -> dict[str, Any]:
    """The schema of one kind of file, whole: draft-07, with words in both languages."""
    made: dict[str, Any] = {}
    pending = [SHAPES[name]]
    while pending:
        shape = pending.pop()
        if shape.__name__ not in made:
            made[shape.__name__] = _object(shape, pending)
    root = made.pop(SHAPES[name].__name__)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": GLOBS[name],
        **root,
        "definitions": dict(sorted(made.items())),
    }


def _object(shape: type[Shape], pending: list[type[Shape]]) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    properties = {}
    for key in shape.model_fields:
        description = f"{words_of(shape, key, 'zh')}\n\n{words_of(shape, key, 'en')}"
        properties[key] = {"description": description, **_value(hints[key], pending)}
        if shape is Stage and key == "lines":
            properties[key]["minItems"] = 1
    required = [key for key, field in shape.model_fields.items() if field.is_required()]
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
        **_RULES.get(shape, {}),
    }


def _value(hint: Any, pending: list[type[Shape]]) -> dict[str, Any]:
    """What one value may be. A hint that is not known here is a mistake of ours, and raises."""
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    if isinstance(hint, type) and issubclass(hint, Shape):
        pending.append(hint)
        return {"$ref": f"#/definitions/{hint.__name__}"}
    origin, arguments = get_origin(hint), get_args(hint)
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, FromText) and isinstance(mark.parse, QuantityKind):
            return _quantity(mark.parse)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        choices = [_value(choice, pending) for choice in arguments if choice is not type(None)]
        return choices[0] if len(choices) == 1 else {"anyOf": choices}
    if origin is tuple:
        return {"type": "array", "items": _value(arguments[0], pending)}
    if origin is not None and issubclass(origin, Mapping):
        key, value = (_value(argument, pending) for argument in arguments)
        return {"type": "object", "propertyNames": key, "additionalProperties": value}
    raise TypeError(f"no schema for {hint}")


def schema_files() -> dict[str, dict[str, Any]]:
    """Every schema by its path from the root of the repository."""
    return {f"{FOLDER}/{name}.json": schema(name) for name in SHAPES}
