"""JSON as it is written: the same to every reader, whatever form it has."""

from __future__ import annotations

import json
from typing import NamedTuple

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pcf.jsontext import canonical_text, compact, json_bytes, pack, unpack

TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # a record cannot hold half a character
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(DATA)
def test_every_form_reads_back_as_what_was_written(data: object) -> None:
    assert json.loads(json_bytes(data)) == json.loads(compact(data)) == unpack(pack(data)) == data
    assert json_bytes(data).endswith(b"\n")
    assert json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() == compact(data)


PLACES = st.text(st.characters(max_codepoint=0x7F))


@given(st.recursive(TEXT | st.none() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(PLACES, inner)))
def test_what_is_sealed_has_the_form_of_rfc_8785(data: object) -> None:
    assert canonical_text(data) == rfc8785.dumps(data)  # type: ignore[arg-type]


def test_a_tuple_with_names_is_packed_as_a_list() -> None:
    class Pair(NamedTuple):
        one: str
        other: int

    assert unpack(pack([Pair("钢", 1), ()])) == [["钢", 1], []]
