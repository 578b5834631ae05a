"""Strict YAML: every value and key with its place, nothing converted, nothing dropped, never an exception."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pcf import yamlfile
from pcf.evaluate import evaluate
from pcf.problems import Problem
from pcf.yamlfile import Document, parse
from support import FACTORS, PRODUCT, R1, R2, RECORDS, base, codes, read_tree
from test_problems import BYTES, TREES

LEAF_PLACE = """\
name: {zh: 电水壶, en: "a: kettle"}
lines:
  - amount: 1.500 kg
    'factor': lab/2024/steel
  - [a, b]
words:
  zh: |
    第一行
    第二行
"""
VALUES = {
    (): (1, 1),
    ("name",): (1, 7),
    ("name", "zh"): (1, 12),
    ("name", "en"): (1, 21),
    ("lines",): (3, 3),
    ("lines", 0): (3, 5),
    ("lines", 0, "amount"): (3, 13),
    ("lines", 0, "factor"): (4, 15),
    ("lines", 1): (5, 5),
    ("lines", 1, 0): (5, 6),
    ("lines", 1, 1): (5, 9),
    ("words",): (7, 3),
    ("words", "zh"): (7, 7),
}
KEYS = {
    ("name",): (1, 1),
    ("name", "zh"): (1, 8),
    ("name", "en"): (1, 17),
    ("lines",): (2, 1),
    ("lines", 0, "amount"): (3, 5),
    ("lines", 0, "factor"): (4, 5),
    ("words",): (6, 1),
    ("words", "zh"): (7, 3),
}


def read(raw: bytes) -> Document:
    document, problems = parse("x.yaml", raw)
    assert document is not None
    assert problems == []
    return document


def test_every_value_and_key_has_its_line_and_column() -> None:
    """Lines and columns count from 1, columns in characters, Chinese ones too."""
    document = read(LEAF_PLACE.encode())

    assert document.values == VALUES
    assert document.keys == KEYS


@pytest.mark.parametrize("path", sorted(base()))
def test_a_place_is_where_the_text_stands(path: str) -> None:
    """At the place of each key and text of the base records stands that key or text."""
    raw = base()[path]
    lines = raw.decode().split("\n")
    document = read(raw)

    for place, expected in [
        *((document.keys[at], at[-1]) for at in document.keys),
        *((document.values[at], text) for at, text in texts(document.data)),
    ]:
        assert lines[place[0] - 1][place[1] - 1 :].lstrip("\"'").startswith(str(expected))


def texts(data: Any, at: yamlfile.Path = ()) -> Iterator[tuple[yamlfile.Path, str]]:
    if isinstance(data, str):
        yield at, data
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from texts(value, (*at, key))


AS_WRITTEN = [
    "56.8120", "1.10", "1.0e+5", "012", "0777", "0x1F", "1_000", "12:30", "2024-01-01", "2026-13-45", ".nan", ".inf",
    "yes", "no", "on", "off", "NO", "true", "=", "１２", "0.12345678901234567890123",
]  # fmt: skip


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_no_text_is_turned_into_something_else(text: str) -> None:
    """A scalar is the text that was written, as value and as key: no number, date, truth or base eight."""
    assert read(f"model: {text}\n".encode()).data == {"model": text}
    assert read(f"{text}: kettle\n".encode()).data == {text: "kettle"}


def test_keys_that_python_holds_for_equal_stay_apart() -> None:
    """1, 1.0 and true are one key in a dict of Python; here they are three texts."""
    assert read(b"1: a\n1.0: b\ntrue: c\n").data == {"1": "a", "1.0": "b", "true": "c"}


@pytest.mark.parametrize("path", sorted(base()))
def test_line_ends_and_mark_of_windows_change_nothing(path: str) -> None:
    """CRLF and a byte order mark give the same data at the same places as LF alone."""
    raw = base()[path]
    plain, windows = read(raw), read(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"))

    assert (windows.data, windows.values, windows.keys) == (plain.data, plain.values, plain.keys)


# Hostile input

BOMBS = {
    "a hundred thousand brackets": b"a: " + b"[" * 100_000,
    "a hundred thousand dashes": b"- " * 100_000,
    "mappings in mappings": b"a: " + b"{a: " * 50_000,
    "a hundred thousand question marks": b"? " * 100_000,
    "aliases that double nine times": b"".join(
        b"k%d: &k%d [%s]\n" % (n, n, b"*k%d, *k%d" % (n - 1, n - 1) if n else b"x, x") for n in range(10)
    ),
    "merge keys that double thirty times": b"k0: &k0 {a: 1}\n"
    + b"".join(b"k%d: &k%d {<<: [*k%d, *k%d]}\n" % (n, n, n - 1, n - 1) for n in range(1, 30)),
    "a list of a hundred thousand on one line": b"a: [" + b"x, " * 80_000 + b"]",
    "twenty thousand keys": b"".join(b"k%d: x\n" % n for n in range(20_000)),
    "the same key twenty thousand times": b"k: x\n" * 20_000,
    "eighty thousand characters that hide": b"a: " + "\u200b".encode() * 80_000,
    "a quarter of a million spaces": b"a: x" + b" " * 250_000 + b"# y",
    "a quarter of a million digits": b"a: " + b"9" * 250_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_file_takes_long(name: str) -> None:
    """The worst that fits into the size limit takes at most three seconds of the processor, most of it milliseconds."""
    start = time.process_time()

    document, problems = parse("x.yaml", BOMBS[name])

    assert document is not None or problems
    assert time.process_time() - start < 3


TOKENS = [
    b"\0", b"\t", b"\r", b"\r\n", b"\n", b" ", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xe2\x80\xa8",
    b"&a ", b"*a", b"<<: ", b"!!int ", b"!", b"%YAML 9\n", b"---\n", b"...\n", b"? ", b"- ", b": ", b":", b"|\n",
    b">-\n", b"{", b"}", b"[", b"]", b",", b'"', b"'", b"#", b" #", b"`", b"@", b"~", b"null", b"\\", b"\\u0000",
    b"1e3", b"-1 kWh", b"<<<<<<< HEAD\n", b"amount: ", b"factor: ", b"lines:\n", b"\xf0\x9f\x98",
    "：".encode(), "\u3000".encode(), "０".encode(),
]  # fmt: skip


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A file of the base with a few tokens put in, slices cut out or moved."""
    raw = draw(st.sampled_from([base()[path] for path in (PRODUCT, FACTORS, f"{R2}/inventory.yaml")]))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 30)))
        match draw(st.integers(0, 2)):
            case 0:
                raw = raw[:start] + draw(st.sampled_from(TOKENS)) + raw[start:]
            case 1:
                raw = raw[:start] + draw(st.sampled_from(TOKENS)) + raw[end:]
            case _:
                raw = raw[:start] + raw[end:] + raw[start:end]
    return raw


@given(mutations() | st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_a_damaged_file_is_read_or_told_and_never_raises(raw: bytes) -> None:
    """Whatever a file became, the catalogue is judged; what cannot be read has a message in both languages."""
    outcome = evaluate({**base(), f"{R2}/inventory.yaml": raw})

    assert outcome.problems or f"{R2}/inventory.yaml" in outcome.catalogue.documents
    for problem in outcome.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.text("zh") != problem.text("en")


@st.composite
def misshapen(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of the base, as JSON, with one node exchanged for something of another shape."""
    path = draw(st.sampled_from(sorted(base())))
    data = read(base()[path]).data
    at = draw(st.sampled_from(sorted(read(base()[path]).values, key=str)))
    junk = draw(st.sampled_from(["x", "1 kg", [], {}, ["x"], [[]], [{}], {"x": "y"}, {"zh": {}}, {"zh": ["x"]}]))
    return path, as_json(exchanged(data, at, junk)).encode()


def exchanged(data: Any, at: yamlfile.Path, new: Any) -> Any:
    if not at:
        return new
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    copy[at[0]] = exchanged(data[at[0]], at[1:], new) if at[1:] else new
    return copy


def as_json(data: Any) -> str:
    if isinstance(data, dict):
        return "{" + ",\n".join(f"{as_json(key)}: {as_json(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ",\n".join(map(as_json, data)) + "]"
    return '"' + data.replace('"', '\\"').replace("\n", "\\n") + '"'


@given(misshapen())
def test_a_value_of_another_shape_is_told_and_never_raises(file: tuple[str, bytes]) -> None:
    """A list for a text, a text for a mapping, a mapping for an amount: told with a known code, never a traceback."""
    path, raw = file

    outcome = evaluate({**base(), path: raw})

    for problem in outcome.problems:
        assert problem.text("zh") != problem.text("en")


def test_a_duplicate_does_not_hide_what_else_is_wrong_in_it() -> None:
    """The first of two keys is kept; faults in the second are told at their own places."""
    _, problems = parse("x.yaml", b"a: {b: 1}\na:\n  b: 1\n  b:\nc: 1\nc:\n")

    assert [(p.line, p.column, p.code) for p in problems] == [
        (2, 1, "Y-DUPLICATE"), (4, 3, "Y-DUPLICATE"), (4, 3, "Y-EMPTY"), (6, 1, "Y-DUPLICATE"), (6, 1, "Y-EMPTY"),
    ]  # fmt: skip
    assert [p.values["first"] for p in problems if p.code == "Y-DUPLICATE"] == ["1", "3", "5"]


FIXTURES = {
    **{f"{tree}/{path}": raw for tree in TREES for path, raw in read_tree(RECORDS / tree).items()},
    **{name: raw for name, (raw, _) in BYTES.items()},
    **base(),
}


NO_CHARACTER = {
    "y-syntax-character-beyond-unicode",
    "y-syntax-lone-surrogate",
    "y-syntax-surrogate-pair",
    "y-syntax-unknown-escape",
}


@pytest.mark.parametrize("name", FIXTURES)
def test_the_parser_of_pure_python_says_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing, every fixture gives the same data, places and problems.

    Of an escape that is no character the two know the line alone; both refuse it.
    """
    with_libyaml = parse("x.yaml", FIXTURES[name])
    monkeypatch.setattr(yamlfile, "_LOADER", yaml.SafeLoader)
    pure = parse("x.yaml", FIXTURES[name])

    if name.split("/")[0] in NO_CHARACTER:
        assert {p.line for p in pure[1]} == {p.line for p in with_libyaml[1]} == {1}
        return
    assert pure[0] == with_libyaml[0]
    assert list(map(told, pure[1])) == list(map(told, with_libyaml[1]))


def told(problem: Problem) -> tuple[int, int, str]:
    return problem.line, problem.column, problem.code


def test_a_report_is_read_on_behind_its_faults() -> None:
    """A tab and a wide colon are put right while reading, so that what stands below them is still judged."""
    raw = base()[f"{R1}/inventory.yaml"].replace(b"\nstages:", "\nstages：".encode()).replace(b"4.00 kWh", b"4.00\tkwh")

    assert codes(evaluate({**base(), f"{R1}/inventory.yaml": raw}).problems) == ["Y-COLON", "Q-UNIT", "F-TAB"]
