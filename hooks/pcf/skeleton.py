"""The text of a record that is begun: every key of its shape, explained, and TODO for what is to be filled in."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .fields import NOT_STATED, TODO, Shape, Words
from .library import Publisher
from .model import SCOPE_STAGES
from .problems import Language
from .recordschema import SHAPES, kind_of_path, modeline, words_of

Data = Mapping[str, Any]  # as a document has it: dicts, lists and text

_PLAIN = re.compile(r"[A-Za-z0-9\u3400-\u9fff][^:：#\[\]{},&*!|>'\"%@`\\]*(?: %)?")
_WORDS = {"zh": TODO, "en": TODO}


def record(path: str, data: Data, language: Language) -> str:
    """The file at the path, from its root: what ``data`` holds, TODO for the rest that is required, and, behind ``#``,
    the keys that may be left out. Each key is explained where it stands first."""
    shape = SHAPES[str(kind_of_path(path))]
    return "\n".join([modeline(path), *_mapping(shape, data, language)]) + "\n"


def publisher(data: Data, language: Language) -> str:
    """The block of mkdocs.yml below ``publisher:``. Every text is quoted: MkDocs makes numbers and truths of others."""
    return "\n".join(_indented(_mapping(Publisher, data, language, quoted=True), 4)) + "\n"


def _mapping(
    shape: type[Shape], data: Data, language: Language, *, explained: bool = True, quoted: bool = False
) -> list[str]:
    hints = get_type_hints(shape, include_extras=True)
    lines: list[str] = []
    for key, field in shape.model_fields.items():
        if explained:
            lines.append(f"# {words_of(shape, key, language)}")
        if key in data or field.is_required():
            lines += _entry(key, hints[key], data.get(key), language, explained, quoted)
        elif explained:
            lines.append(f"#{key}: {_flow(hints[key])}")
    return lines


def _entry(key: str, hint: Any, value: Any, language: Language, explained: bool, quoted: bool) -> Iterator[str]:
    """One key with its value; of a value that is not given, what is required of it."""
    shape, item = _shape_of(hint), _shape_of(_item_of(hint))
    if value is None and (shape is None or shape is Words):
        yield f"{key}: {_flow(hint)}"
    elif shape is not None and (value is None or isinstance(value, Mapping)) and shape is not Words:
        yield f"{key}:"
        yield from _indented(_mapping(shape, value or {}, language, explained=explained, quoted=quoted), 2)
    elif isinstance(value, Mapping):
        yield f"{key}:"
        for name, part in value.items():
            yield from _indented(_entry(name, None, part, language, False, quoted), 2)
    elif isinstance(value, list) and item is not None:
        yield f"{key}:"
        for number, part in enumerate(value):
            first = explained and not number
            if item is Words:
                lines = [line for name in part for line in _entry(name, None, part[name], language, False, quoted)]
            else:
                lines = _mapping(item, part, language, explained=first)
            yield from _dashed(lines)
    elif isinstance(value, list):
        yield f"{key}: [{', '.join(_scalar(part) for part in value)}]"
    elif "\n" in value and not quoted:
        yield f"{key}: |"
        yield from (line and f"  {line}" for line in value.rstrip("\n").split("\n"))
    else:
        yield f"{key}: {json.dumps(value, ensure_ascii=False) if quoted else _scalar(value)}"


def _dashed(lines: list[str]) -> Iterator[str]:
    """The lines of an item of a list: the first that is no comment gets the dash."""
    dash = "- "
    for line in lines:
        if line.startswith("#"):
            yield f"  {line}" if dash == "- " else f"    {line}"
        else:
            yield f"  {dash}{line}" if line else line
            dash = "  "


def _indented(lines: Any, by: int) -> Iterator[str]:
    return (line and " " * by + line for line in lines)


def _scalar(text: str) -> str:
    """Plain where nothing in it could be taken for a sign of YAML's own, else in quotes."""
    return text if _PLAIN.fullmatch(text) and text == text.strip() else json.dumps(text, ensure_ascii=False)


def _flow(hint: Any) -> str:
    """What is to be filled in, on one line."""
    shape, item = _shape_of(hint), _item_of(hint)
    if shape is not None:
        hints = get_type_hints(shape, include_extras=True)
        asked = [key for key, field in shape.model_fields.items() if field.is_required() or shape is Words]
        return "{" + ", ".join(f"{key}: {TODO if shape is Words else _flow(hints[key])}" for key in asked) + "}"
    if item is not None:
        return f"[{_flow(item)}]"
    plain = _choices(hint)[0]
    if get_origin(plain) is not None and issubclass(_origin(plain), Mapping):
        key, value = get_args(plain)
        return f"{{{get_args(key)[0]}: {_flow(value)}}}" if get_origin(key) is Literal else TODO
    return TODO


def _origin(hint: Any) -> type:
    origin = get_origin(hint)
    return origin if isinstance(origin, type) else object


def _choices(hint: Any) -> list[Any]:
    if get_origin(hint) in (Union, types.UnionType):
        return [choice for choice in get_args(hint) if choice is not type(None)]
    return [hint]


def _shape_of(hint: Any) -> type[Shape] | None:
    """The shape that a value may have, where it may have one."""
    return next((c for c in _choices(hint) if isinstance(c, type) and issubclass(c, Shape)), None)


def _item_of(hint: Any) -> Any:
    """What the items of a list are, where it is one."""
    return next((get_args(choice)[0] for choice in _choices(hint) if get_origin(choice) is tuple), None)


# What a record begins with


def inventory(scope: str | None, unit: str | None) -> Data:
    """The stages that the scope asks for, each with one line. Without a scope, those from cradle to grave."""
    line = {"factor": TODO, "amount": TODO}
    return {
        "functional_unit": {"amount": unit or TODO},
        "boundary": {"scope": scope or TODO, "named_stages": [TODO]},
        "stages": [{"id": stage, "lines": [line]} for stage in SCOPE_STAGES[scope or "cradle-to-grave"]],
    }


def inventory_like(other: Data, scope: str | None, unit: str | None) -> Data:
    """Stages, factors and method texts of another inventory, and none of its numbers or of what its report prints."""
    begun = dict(inventory(scope, unit))
    begun["stages"] = [_stage_like(stage) for stage in other["stages"]]
    begun["method"] = _texts(other["method"])
    used = (line.get("factor") for stage in begun["stages"] for line in stage.get("lines", ()))
    begun["factor_citations"] = [{"factor": factor} for factor in dict.fromkeys(used) if factor]
    return begun


def _stage_like(stage: Data) -> dict[str, Any]:
    if "lines" in stage:
        return {"id": stage["id"], "lines": [_line_like(line) for line in stage["lines"]]}
    state = "outside_boundary" if "outside_boundary" in stage else "not_quantified"
    return {"id": stage["id"], state: _WORDS}


def _line_like(line: Data) -> dict[str, Any]:
    label = {"label": line["label"]} if "label" in line else {}
    if "factor" not in line:
        return {**label, "not_quantified": _WORDS}
    return {"factor": line["factor"], **label, "amount": TODO}


def _texts(data: Data) -> dict[str, Any]:
    """Words, lists of them and ``not-stated``; no number."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, list) or value == NOT_STATED or (isinstance(value, Mapping) and {*value} <= {"zh", "en"}):
            kept[key] = value
        elif isinstance(value, Mapping) and (texts := _texts(value)):
            kept[key] = texts
    return kept


def statement(inventory_data: Data, body: str | None) -> Data:
    """A statement to be filled in, with a place for each stage that has lines."""
    stages = [stage["id"] for stage in inventory_data.get("stages", ()) if "lines" in stage]
    return {"report": {"body": body or TODO}, "declared": {"stages": {str(stage): TODO for stage in stages}}}
