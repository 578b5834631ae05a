"""The kinds of value a record can hold, and a document read as a shape made of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError, core_schema

from .problems import Problem
from .quantity import PERCENT, Quantity, QuantityError, compatible, parse_number, parse_quantity
from .yamlfile import Document, Path

NotStated: TypeAlias = Literal["not-stated"]
NOT_STATED: NotStated = "not-stated"
TODO = "TODO"  # in the place of a value that is still to be filled in

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
ID_LENGTH = 64
# Names that an address of the site, MkDocs or Windows already means something by.
RESERVED = frozenset(
    {"index", "readme", "assets", "search", "404", "en", "templates", "con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
TEXT_LENGTH = 8000


class Shape(BaseModel):
    """What every part of a record is: frozen, with no key beyond those named."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def is_id(text: str) -> bool:
    """Whether the text can name a folder, a file, an address and an element on every system."""
    return bool(ID.fullmatch(text)) and len(text) <= ID_LENGTH and text not in RESERVED


def refuse(code: str, **values: str) -> PydanticCustomError:
    """The error that becomes the problem ``code`` at the value's place."""
    return PydanticCustomError(code, code, values)


@dataclass(frozen=True)
class FromText:
    """Makes a pydantic type of what ``parse`` makes of text."""

    parse: Callable[[str], Any]

    def __get_pydantic_core_schema__(self, _type: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def _read(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise refuse("S-TYPE", expected="text", expected_zh="文本")
        if value == TODO:
            raise refuse("S-TODO")
        try:
            return self.parse(value)
        except QuantityError as error:
            raise refuse(error.code, **error.values) from None


def _text(value: str) -> str:
    if not value.strip():
        raise refuse("S-TEXT", fault="is empty", fault_zh="为空")
    if value != value.strip() or "\n" in value:
        raise refuse("S-TEXT", fault="has spaces or lines around it", fault_zh="首尾有空格或换行")
    if len(value) > TEXT_LENGTH:
        raise refuse("S-TEXT", fault=f"is longer than {TEXT_LENGTH} characters", fault_zh=f"超过 {TEXT_LENGTH} 个字符")
    return value


def _prose(value: str) -> str:
    paragraphs = [" ".join(part.split("\n")).strip() for part in value.strip().split("\n\n")]
    if not any(paragraphs):
        raise refuse("S-TEXT", fault="is empty", fault_zh="为空")
    if len(value) > TEXT_LENGTH:
        raise refuse("S-TEXT", fault=f"is longer than {TEXT_LENGTH} characters", fault_zh=f"超过 {TEXT_LENGTH} 个字符")
    return "\n\n".join(p for p in paragraphs if p)


def _id(value: str) -> str:
    if not is_id(value):
        raise refuse("S-ID", value=value)
    return value


def _reference(value: str) -> str:
    if not all(is_id(part) for part in value.split("/")):
        raise refuse("S-ID", value=value)
    return value


def _date(value: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise refuse("S-DATE", value=value)


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise refuse("S-CHOICE", value=value, choices="true, false")
    return value == "true"


def _link(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, user, _port = parts.hostname, parts.username, parts.port
    except ValueError:
        parts, host, user = None, None, None
    if parts is None or parts.scheme != "https" or not host or user is not None or not re.fullmatch(r"[!-~]+", value):
        raise refuse("S-LINK", value=value)
    return value


def _digest(value: str) -> str:
    if not re.fullmatch(r"sha-256:[0-9a-f]{64}", value, re.ASCII):
        raise refuse("S-DIGEST", value=value)
    return value


def _sha256(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", value, re.ASCII):
        raise refuse("S-HASH", value=value)
    return value


def _public_key(value: str) -> str:
    """Ed25519 as a Multikey (W3C Controlled Identifiers): z6Mk and 44 characters of base58."""
    if not re.fullmatch(r"z6Mk[1-9A-HJ-NP-Za-km-z]{44}", value, re.ASCII):
        raise refuse("S-KEY", value=value)
    return value


def _year(value: str) -> int:
    if not re.fullmatch(r"(19|20)[0-9]{2}", value, re.ASCII):
        raise refuse("Q-NUMBER", value=value, hint="write a year such as 2024", hint_zh="请写年份，例如 2024")
    return int(value)


def _count(value: str) -> int:
    number = parse_number(value)
    if number.denominator != 1 or number < 0 or "." in value:
        raise refuse("Q-NUMBER", value=value, hint="write a whole number", hint_zh="请写整数")
    return int(number)


def _plain_number(value: str) -> Quantity:
    return Quantity(value, "", parse_number(value))


def _days(value: str) -> Quantity:
    days = _plain_number(value)
    if days.value < 0:
        raise refuse("Q-NEGATIVE", value=value)
    return days


@dataclass(frozen=True)
class QuantityKind:
    """A quantity that measures the same as one of ``like`` (any unit but per cent where none is named)."""

    example: str
    expected: str
    expected_zh: str
    like: tuple[str, ...] = ()
    negative: bool = False
    zero: bool = True
    only: str = ""  # no other unit

    def __call__(self, value: str) -> Quantity:
        quantity = parse_quantity(value, self.example)
        if not self.measures(quantity.unit):
            expected = {"expected": self.expected, "expected_zh": self.expected_zh, "example": self.example}
            raise refuse("Q-DIMENSION", unit=quantity.unit, **expected)
        if not self.negative and (quantity.value < 0 or value.startswith("-")):  # -0 neither
            raise refuse("Q-NEGATIVE", value=value)
        if not self.zero and quantity.value == 0:
            raise refuse("Q-ZERO", value=value)
        return quantity

    def measures(self, unit: str) -> bool:
        """Whether a quantity of this kind may have the unit, which must be a known one."""
        if self.only:
            return unit == self.only
        return any(compatible(unit, other) for other in self.like) if self.like else unit != PERCENT


Text = Annotated[str, FromText(_text)]
Prose = Annotated[str, FromText(_prose)]
Id = Annotated[str, FromText(_id)]
Reference = Annotated[str, FromText(_reference)]
Date = Annotated[date, FromText(_date)]
Flag = Annotated[bool, FromText(_flag)]
Link = Annotated[str, FromText(_link)]
Digest = Annotated[str, FromText(_digest)]
Sha256 = Annotated[str, FromText(_sha256)]
PublicKey = Annotated[str, FromText(_public_key)]
Year = Annotated[int, FromText(_year)]
Count = Annotated[int, FromText(_count)]
PrintedNumber = Annotated[Quantity, FromText(_plain_number)]
Days = Annotated[Quantity, FromText(_days)]

_FACTOR_LIKE = tuple(
    f"{gas}/{per}" for gas in ("kgCO2e", "kgCO2") for per in ("kWh", "kg", "m3", "tkm", "km", "m", "m2", "piece", "h")
)
AMOUNT = QuantityKind("56.8120 kWh", "an amount", "数量")
PIECES = QuantityKind(
    "1200 piece", "a number of pieces, a mass or a length", "件数、质量或长度",
    ("piece", "kg", "m", "m2", "m3", "kWh"), zero=False,
)  # fmt: skip
MASS = QuantityKind("12.5 kg", "a mass", "质量", ("kg",), zero=False)
DURATION = QuantityKind("20 a", "a length of time", "时间", ("a",), zero=False)
PERCENTAGE = QuantityKind("10.36 %", "a share", "百分比", (PERCENT,))
SHARE = QuantityKind("10.36 %", "a share", "百分比", (PERCENT,), negative=True)  # of a credit
EMISSIONS = QuantityKind(
    "3.4202 kgCO2e", "emissions in kgCO2e", "以 kgCO2e 计的排放量", negative=True, only="kgCO2e"
)  # fmt: skip
FACTOR = QuantityKind("0.5777 kgCO2e/kWh", "an emission factor", "排放因子", _FACTOR_LIKE, negative=True)
CALORIFIC = QuantityKind("42.652 GJ/t", "a net calorific value", "低位发热量", ("GJ/t", "GJ/m3"), zero=False)

Amount = Annotated[Quantity, FromText(AMOUNT)]
Pieces = Annotated[Quantity, FromText(PIECES)]
Mass = Annotated[Quantity, FromText(MASS)]
Duration = Annotated[Quantity, FromText(DURATION)]
Percentage = Annotated[Quantity, FromText(PERCENTAGE)]
Share = Annotated[Quantity, FromText(SHARE)]
Emission = Annotated[Quantity, FromText(EMISSIONS)]
FactorValue = Annotated[Quantity, FromText(FACTOR)]
CalorificValue = Annotated[Quantity, FromText(CALORIFIC)]


class Words(Shape):
    """What a reader sees, in Chinese and English. A missing language falls back on the other, and the page says so."""

    zh: Prose | None = None
    en: Prose | None = None

    @model_validator(mode="after")
    def _one_language(self) -> Words:
        if self.zh is None and self.en is None:
            raise refuse("S-WORDS")
        return self


# Documents as shapes

S = TypeVar("S", bound=Shape)

_EXPECTED = {
    "dict_type": ("a mapping", "映射"),
    "model_type": ("a mapping", "映射"),
    "model_attributes_type": ("a mapping", "映射"),
    "tuple_type": ("a list", "列表"),
    "string_type": ("text", "文本"),
}


def read(shape: type[S], document: Document) -> tuple[S | None, list[Problem]]:
    """The document as ``shape``, or every fault of its shape, each at its place."""
    try:
        return shape.model_validate(document.data), []
    except ValidationError as errors:
        found = errors.errors(include_url=False)
        # A union says of a mapping that it is not one of the words either: the other branch says what is wrong.
        told = [e for e in found if e["type"] != "literal_error" or isinstance(e["input"], str)]
        return None, _without_echoes([_problem(shape, document, error) for error in told or found])


def _problem(shape: type[Shape], document: Document, error: Any) -> Problem:
    where = _in_document(document, error["loc"])
    kind, context = error["type"], error.get("ctx") or {}
    at = document.key_problem if error["loc"][-1:] == ("[key]",) else document.problem
    if kind == "missing":
        return document.key_problem(where[:-1], "S-MISSING", key=str(where[-1]))
    if kind == "extra_forbidden":
        key = str(where[-1])
        return document.key_problem(where, "S-UNKNOWN", key=key, **_key_hint(shape, error["loc"], key))
    if error["input"] == TODO:
        steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in where)
        return at(where, "S-TODO", key="".join(steps).removeprefix("."))
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return at(where, "S-CHOICE", value=_short(error["input"]), choices=choices)
    if kind in _EXPECTED:
        expected, expected_zh = _EXPECTED[kind]
        key = str(where[-1]) if where else ""
        return document.problem(where, "S-TYPE", key=key, expected=expected, expected_zh=expected_zh)
    values = {name: _short(value) if name in ("value", "unit") else str(value) for name, value in context.items()}
    return at(where, kind, **({"key": str(where[-1]) if where else ""} | values))


def _in_document(document: Document, loc: tuple[str | int, ...]) -> Path:
    """The error's path without the steps that name a choice of a union or a model, which no document has."""
    path: Path = ()
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if (*path, step) in document.values or (last and not _is_branch(step)):
            path = (*path, step)
        elif step == "[key]":
            break
    return path


def _is_branch(step: str | int) -> bool:
    return isinstance(step, str) and not step.replace("_", "").isidentifier()


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    """One problem per place: a union reports each of its branches, and the first that is not a choice says most."""
    best: dict[tuple[int, int], Problem] = {}
    extra: list[Problem] = []
    for problem in problems:
        place = (problem.line, problem.column)
        if problem.code in ("S-MISSING", "S-UNKNOWN"):
            extra.append(problem)
        elif place not in best or best[place].code == "S-CHOICE":
            best[place] = problem
    return [*best.values(), *extra]


def _key_hint(shape: type[Shape], loc: tuple[str | int, ...], key: str) -> dict[str, str]:
    known = sorted(_known_keys(shape, loc[:-1]))
    near = get_close_matches(key, known, 1)
    if near:
        return {"hint": f"did you mean '{near[0]}'?", "hint_zh": f"是否应为“{near[0]}”？"}
    listed = ", ".join(known)
    return {"hint": f"use one of: {listed}", "hint_zh": f"可用：{listed}"}


def _known_keys(shape: type[Shape], loc: tuple[str | int, ...]) -> set[str]:
    """The keys that the model at ``loc`` has, found by walking the annotations."""
    models: list[type[Shape]] = [shape]
    for step in loc:
        deeper = [m for model in models if isinstance(step, str) and step in model.model_fields
                  for m in _models_in(model.model_fields[step].annotation)]  # fmt: skip
        models = deeper or models
    return {name for model in models for name in model.model_fields}


def _models_in(annotation: Any) -> list[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return [annotation]
    return [m for argument in getattr(annotation, "__args__", ()) for m in _models_in(argument)]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= 60 else text[:59] + "…"
