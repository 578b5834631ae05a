"""The results that another version of this code had written, read back from its footprint.json."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from .changes import MethodChange
from .check import folder_of

FOOTPRINT = "footprint/1"
_EXACT = re.compile(r"-?[0-9]{1,200}(?:\.[0-9]{1,200}|/[1-9][0-9]{0,200})?", re.ASCII)


def recorded(data: Any) -> tuple[str, MethodChange]:
    """The report's id and its recomputed values, from the footprint.json that some version of this code wrote.

    Errors: ValueError for what is no such file.
    """
    try:
        if data["schema"] != FOOTPRINT:
            raise ValueError("schema")
        name = f"{data['product']['id']}/{folder_of(data['report']['number'])}"
        stages = {stage["id"]: _exact(stage["recomputed"]) for stage in data["stages"]}
        total = _exact(data["recomputed"]["total"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from None
    if total is None:
        raise ValueError("recomputed.total")
    return name, MethodChange(total, stages)


def _exact(result: Any) -> Fraction | None:
    if result is None:
        return None
    if not _EXACT.fullmatch(result["exact"]):
        raise ValueError("exact")
    return Fraction(result["exact"])
