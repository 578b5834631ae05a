"""JSON as it is written: to be read, in few bytes for a script, and packed to be kept."""

from __future__ import annotations

import zlib
from typing import Any

import orjson


def json_bytes(data: Any) -> bytes:
    """Readable JSON, keys in the order given, ending in a new line."""
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def compact(data: Any) -> bytes:
    """Without spaces: for a script, not for reading."""
    return orjson.dumps(data)


def canonical_text(data: Any) -> bytes:
    """The RFC 8785 form of data without numbers, all of whose keys are ASCII: in the order of its keys, no spaces.

    As rfc8785 makes it, which takes twenty times as long and need not be told what is in the data.
    """
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def pack(data: Any) -> bytes:
    """Compressed; ``unpack`` gives it back, tuples as lists."""
    return zlib.compress(orjson.dumps(data, default=list), 1)


def unpack(raw: bytes) -> Any:
    return orjson.loads(zlib.decompress(raw))
