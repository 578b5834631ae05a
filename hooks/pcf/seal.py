"""The seal of a report: the canonical bytes of what its numbers rest on, and their SHA-256."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

from .calculate import Calculation
from .fields import Shape, Words
from .jsontext import canonical_text
from .library import Factor
from .load import Report
from .model import Line, Stage
from .quantity import Quantity

SCHEMA = "sealed/1"

_WORDLESS = (str, type(None), bool, int, date, Quantity)

_SEAL_LINE = re.compile(r"(?<![^\n\ufeff])seal:[^\r\n]*")
# What may stand before the first key: a byte order mark, comments, empty lines, the mark of a document's start.
_HEAD = re.compile(r"\ufeff?(?:(?:---)? *(?:#[^\n]*)?\r?\n)*")


def projection(report: Report, calculation: Calculation, product: str | None = None) -> dict[str, Any]:
    """What the seal covers, every decimal as written. Not in it: translations, prose, pictures, links, software.

    ``product`` is the id that the product was sealed under, where it has had another one since.
    A report without a statement has no number and no declared values, and cannot be sealed.
    """
    statement = report.statement
    if statement is None:
        raise ValueError(f"{report.id} is a draft")
    inventory = report.inventory
    declared = statement.declared
    factors = {line.factor_id: line.factor for stage in calculation.stages for line in stage.lines if line.factor}
    return {
        "schema": SCHEMA,
        "product": {
            "id": product or report.product_id,
            "model": report.product.model,
            "producer": report.product.producer,
        },
        "report": {"number": statement.report.number},
        "functional_unit": _quantity(inventory.functional_unit.amount),
        "period": {"start": inventory.period.start.isoformat(), "end": inventory.period.end.isoformat()},
        "boundary": {"scope": inventory.boundary.scope, "named_stages": list(inventory.boundary.named_stages)},
        "stages": [_stage(stage.stage, stage.state) for stage in calculation.stages],
        "factors": {str(name): _factor(factor) for name, factor in factors.items()},
        "declared": {
            "total": _quantity(declared.total),
            "stages": {name: _quantity(value) for name, value in declared.stages.items()},
            "shares": {name: _quantity(value) for name, value in declared.shares.items()},
            "shares_total": _quantity(declared.shares_total),
        },
    }


def sealed_bytes(report: Report, calculation: Calculation) -> bytes:
    """The RFC 8785 form of the projection: ``sha256sum sealed.json`` gives the seal.

    A report that was sealed before its product was renamed keeps its seal: a former id is tried too.
    """
    whole = canonical_text(projection(report, calculation))
    if digest(whole) != report.review.seal:
        for name in report.product.former_ids:
            former = canonical_text(projection(report, calculation, name))
            if digest(former) == report.review.seal:
                return former
    return whole


def digest(sealed: bytes) -> str:
    return "sha-256:" + hashlib.sha256(sealed).hexdigest()


def prose_digest(report: Report) -> str:
    """The SHA-256 of the RFC 8785 form of all the record's words, by their places. Shown beside the seal; it blocks
    nothing, since a translation may be bettered at any time.
    """
    parts = {"product": report.product, "inventory": report.inventory, "statement": report.statement}
    words: dict[str, dict[str, dict[str, str | None]]] = {name: {} for name in parts}
    for name, part in parts.items():
        _words(part, "", words[name])
    return digest(canonical_text(words))


def _words(value: Any, place: str, found: dict[str, dict[str, str | None]]) -> None:
    if isinstance(value, Words):
        found[place] = {"zh": value.zh, "en": value.en}
        return
    if isinstance(value, Shape):
        inner: Any = vars(value).items()
    elif isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, tuple):
        inner = enumerate(value)
    else:
        return
    for key, part in inner:
        if part.__class__ not in _WORDLESS:
            _words(part, f"{place}/{key}", found)


def differences(before: Any, after: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each leaf in which two projections differ: its place, what stood there, what stands there now."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from differences(before.get(name), after.get(name), f"{place}/{name}")
    elif isinstance(before, list) and isinstance(after, list):
        for index, (one, other) in enumerate(zip_longest(before, after)):
            yield from differences(one, other, f"{place}/{index}")
    elif before != after:
        yield place, before, after


def with_seal(review: str, seal: str) -> str:
    """The text of review.yaml with this seal in it, every other byte as it was."""
    line = f"seal: {seal}"
    if _SEAL_LINE.search(review):
        return _SEAL_LINE.sub(line, review, count=1)
    head = _HEAD.match(review)
    start = head.end() if head else 0
    return review[:start] + line + ("\r\n" if "\r\n" in review else "\n") + review[start:]


def _quantity(quantity: Quantity | None) -> dict[str, str] | None:
    return {"value": quantity.text, "unit": quantity.unit} if quantity else None


def _stage(stage: Stage, state: str) -> dict[str, Any]:
    return {"id": stage.id, "state": state, "lines": [_line(line) for line in stage.lines or ()]}


def _line(line: Line) -> dict[str, Any]:
    derived, own = line.derived_from, line.net_calorific_value
    return {
        "factor": line.factor,
        "amount": _quantity(line.amount),
        "derived_from": {"total": _quantity(derived.total), "output": _quantity(derived.output)} if derived else None,
        "net_calorific_value": _quantity(own.value) if own else None,
        "quantified": line.not_quantified is None,
    }


def _factor(factor: Factor) -> dict[str, Any]:
    heat = factor.net_calorific_value
    return {
        "value": _quantity(factor.value),
        "exact": factor.exact,
        "gases": factor.gases,
        "gwp_set": factor.gwp_set,
        "net_calorific_value": _quantity(heat.value) if heat else None,
        "net_calorific_value_exact": heat.exact if heat else None,
    }
