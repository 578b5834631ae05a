"""Every kind of problem: a tree or a row of bytes that makes the mistake, and the line that must be printed for it.

A folder in records/ holds the files by which it differs from records/base, and in expected.txt what `pcf check` prints:
all of it and nothing else. Bytes that git or an editor would change on the way stand in BYTES below instead.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.evaluate import evaluate
from pcf.files import read_folder
from pcf.problems import Code, Problem, in_order
from pcf.problems import codes as all_codes
from support import RECORDS, base, codes, edited, places, read_tree, write

TREES = sorted(folder.name for folder in RECORDS.iterdir() if folder.name not in ("base", "demonstration"))
HOOKS = Path(__file__).parent.parent / "hooks"


def code_of(tree: str) -> str:
    """The code that a tree is named for, the longest that its name begins with."""
    return max((code for code in all_codes() if f"{tree}-".startswith(f"{code.lower()}-")), key=len, default="")


def test_the_base_catalogue_has_no_problem() -> None:
    """Two reports of one product, with every kind of line and state, are read without a problem."""
    outcome = evaluate(base())

    assert places(outcome.problems) == []
    assert list(outcome.evaluations) == ["acme-kettle/r-1", "acme-kettle/r-2"]


@pytest.mark.parametrize("tree", TREES)
def test_a_mistake_is_told_in_full_and_nothing_else_is(tree: str) -> None:
    """`pcf check` prints exactly the lines of expected.txt: path, line, column, code, words and cure."""
    problems = evaluate(base() | read_tree(RECORDS / tree)).problems

    assert [p.text("en") for p in problems] == (RECORDS / tree / "expected.txt").read_text("utf-8").splitlines()
    assert code_of(tree) in codes(problems)


# Bytes of products/_bodies/other.yaml, and what is told of them as line:column: CODE.

NAME = "name: {zh: 乙, en: Other}\n"
LIMIT = 256 * 1024

BYTES: dict[str, tuple[bytes, list[str]]] = {
    "as it should be": (NAME.encode(), []),
    "a file as large as allowed": (NAME.encode() + b"#" * (LIMIT - len(NAME.encode())), []),
    "a file one byte too large": (NAME.encode() + b"#" * (LIMIT - len(NAME.encode()) + 1), ["1:1: F-SIZE"]),
    "UTF-16, little end first": (b"\xff\xfe" + NAME.encode("utf-16-le"), ["1:1: F-ENCODING"]),
    "UTF-16, big end first": (b"\xfe\xff" + NAME.encode("utf-16-be"), ["1:1: F-ENCODING"]),
    "UTF-16 without a mark": (NAME.encode("utf-16-le"), ["1:1: F-ENCODING"]),
    "UTF-32": (NAME.encode("utf-32"), ["1:1: F-ENCODING"]),
    "GB18030": ("accreditation: CNAS\nname: {zh: 乙}\n".encode("gb18030"), ["2:12: F-ENCODING"]),
    "Latin-1": ("name: {en: Prüfer}\n".encode("latin-1"), ["1:14: F-ENCODING"]),
    "UTF-8 cut off": (NAME.encode()[:12], ["1:12: F-ENCODING"]),
    "a surrogate in UTF-8": (b"name: {en: \xed\xa0\x80}\n", ["1:12: F-ENCODING"]),
    "one byte order mark": (b"\xef\xbb\xbf" + NAME.encode(), []),
    "two byte order marks": (b"\xef\xbb\xbf" * 2 + NAME.encode(), ["1:1: F-CHARACTER"]),
    "CRLF": (NAME.replace("\n", "\r\n").encode(), []),
    "a lone CR": (b"name: {en: Other}\raccreditation: CNAS\n", ["1:18: F-CHARACTER"]),
    "a NUL": (b"name: {en: Ot\0her}\n", ["1:14: F-CHARACTER"]),
    "a NUL written as an escape": (b'name: {en: "Ot\\0her"}\n', ["1:12: F-CHARACTER"]),
    "a tab after the colon": (b"name:\t{en: Other}\n", ["1:6: F-TAB"]),
    "a tab as indentation": (b"name:\n\ten: Other\n", ["2:1: F-TAB"]),
    "a tab in quotes": (b'name: {en: "Ot\ther"}\n', ["1:15: F-TAB"]),
    "a tab written as an escape": (b'name: {en: "Ot\\ther"}\n', ["1:12: F-CHARACTER"]),
    "an ideographic space as indentation": ("name:\n\u3000en: Other\n".encode(), ["2:1: Y-INDENT"]),
    "a no-break space as indentation": ("name:\n \u00a0en: Other\n".encode(), ["2:2: Y-INDENT"]),
    "an ideographic space in Chinese text": ("name: {zh: 乙\u3000丙}\n".encode(), []),
    "a no-break space between groups of digits": ("name: {en: 1\u00a0000}\n".encode(), ["1:13: F-CHARACTER"]),
    "a key that no editor shows on a line of its own": (
        "name: {en: Other}  # see below\u2028accreditation: CNAS\n".encode(),
        ["1:31: F-CHARACTER"],
    ),
    "a conflict that git left": (
        b"<<<<<<< HEAD\nname: {en: Other}\n||||||| base\n=======\nname: {en: Another}\n>>>>>>> branch\n",
        ["1:1: F-CONFLICT", "3:1: F-CONFLICT", "4:1: F-CONFLICT", "5:1: Y-DUPLICATE", "6:1: F-CONFLICT"],
    ),
    "three mistakes at once": (
        "name：{en: Ot\u200bher}\naccreditation:\tCNAS\n".encode(),
        ["1:5: Y-COLON", "1:13: F-CHARACTER", "2:15: F-TAB"],
    ),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_an_editor_would_hide_are_told_at_their_place(name: str) -> None:
    """What a file is as bytes is told with line and column, before YAML can make something else of it."""
    raw, expected = BYTES[name]

    problems = evaluate({**base(), "products/_bodies/other.yaml": raw}).problems

    assert places(problems) == [f"products/_bodies/other.yaml:{line}" for line in expected]


HIDDEN = [
    *map(chr, (*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x85, 0x9F)),  # controls
    *map(chr, (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),  # turn text round
    *map(chr, (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x180E, 0x3164)),  # take no room
    *map(chr, (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F)),  # spaces that are not the space
    *map(chr, (0x2028, 0x2029)),  # end a line in YAML, though not in git
    *map(chr, (0xE0001, 0xE0041, 0xE007F)),  # tags, a second text behind the first
]


@pytest.mark.parametrize("character", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_a_character_that_hides_is_refused_raw_and_as_an_escape(character: str) -> None:
    """Controls, marks that turn text round, zero widths, odd spaces and tags are refused however they are written."""
    for written, column in ((character, 14), (f"\\U{ord(character):08x}", 12)):
        raw = f'name: {{en: "O{written}ther"}}\n'.encode()

        problems = evaluate({**base(), "products/_bodies/other.yaml": raw}).problems

        assert places(problems) == [f"products/_bodies/other.yaml:1:{column}: F-CHARACTER"]
        assert f"U+{ord(character):04X}" in problems[0].text()


def test_a_file_in_another_encoding_is_told_what_it_looks_like() -> None:
    """An author in China reads that it looks like GBK; one with a broken copy, that it is cut off."""
    for name, found in {"GB18030": "looks like GBK", "UTF-8 cut off": "cut off", "UTF-32": "UTF-16 or UTF-32"}.items():
        (problem,) = evaluate({**base(), "products/_bodies/other.yaml": BYTES[name][0]}).problems

        assert found in problem.text("en")


@pytest.mark.parametrize("kind", ["mass: {}", "gtin: '{}'\nmass: 5 {}", "category: {}", "model: {}!\nmass: 1 %"])
def test_a_message_does_not_repeat_a_text_without_end(kind: str) -> None:
    """Ten thousand digits, letters or units are refused in a message that fits a terminal."""
    product = kind.replace("{}", "9" * 10_000).encode()
    files = {**base(), "products/acme-toaster/product.yaml": product}

    assert [len(problem.text("en")) for problem in evaluate(files).problems if len(problem.text("en")) > 500] == []


def test_links_are_refused_and_not_followed(tmp_path: Path) -> None:
    """A symbolic link, to a file, a folder or nothing, is refused by its own path; what it points to is not read."""
    write(base(), tmp_path)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.yaml").write_text("secret: 1\n")
    (tmp_path / "products/_bodies/file.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    (tmp_path / "products/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "products/nowhere.yaml").symlink_to("nothing-there")

    files, problems = read_folder(tmp_path)

    assert files == base()
    assert places(in_order(problems)) == [
        "products/_bodies/file.yaml:1:1: F-LINK",
        "products/folder:1:1: F-LINK",
        "products/nowhere.yaml:1:1: F-LINK",
    ]


def test_the_records_themselves_are_no_link(tmp_path: Path) -> None:
    """Where products/ itself is a link, nothing is read at all."""
    write(base(), tmp_path / "elsewhere")
    (tmp_path / "products").symlink_to(tmp_path / "elsewhere/products")

    files, problems = read_folder(tmp_path)

    assert (files, places(problems)) == ({}, ["products:1:1: F-LINK"])


def test_what_file_managers_leave_behind_is_no_record(tmp_path: Path) -> None:
    """Files that file managers and git leave in folders are passed over; every other stray file is told."""
    write({**base(), "products/.DS_Store": b"\0", "products/_bodies/.gitkeep": b""}, tmp_path)

    assert read_folder(tmp_path) == (base(), [])


def test_every_code_has_a_tree_or_a_row() -> None:
    """No problem can be told that is not shown here, and no tree is named for a code that is not.

    Those of a change under review (B-) take two trees each and stand in test_blocking.py.
    """
    by_tree = {code_of(tree) for tree in TREES}
    by_row = {line.rpartition(" ")[2] for _, expected in BYTES.values() for line in expected}

    assert by_tree | by_row | {"F-LINK", "F-LARGE", "F-SUBMODULE"} == {c for c in all_codes() if not c.startswith("B-")}


def test_the_code_names_exactly_the_problems_of_the_list() -> None:
    """A code in hooks/ that problems.toml lacks would fail only when its problem is met; one left over is dead."""
    named = {
        node.value
        for path in HOOKS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert {word for word in named if is_code(word)} == set(all_codes())


def is_code(word: str) -> bool:
    return (
        word[:2] in ("F-", "Y-", "S-", "Q-", "R-", "C-", "B-", "P-")
        and word[2:].replace("-", "").isalpha()
        and word.isupper()
    )


def placeholders(text: str) -> set[str]:
    """The names in braces; ``hint_zh`` is ``hint`` in Chinese."""
    return {name.removesuffix("_zh") for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", all_codes())
def test_words_and_cure_say_the_same_in_both_languages(name: str) -> None:
    """Each problem has words and a cure in Chinese and English, which name the same values."""
    code: Code = all_codes()[name]

    assert all((code.en, code.en_cure, code.zh, code.zh_cure))
    assert placeholders(code.en) == placeholders(code.zh)
    assert placeholders(code.en_cure) == placeholders(code.zh_cure)


class EveryValue(dict[str, str]):
    """One text for every placeholder."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __missing__(self, key: str) -> str:
        return self.text


@given(st.sampled_from(sorted(all_codes())), st.text(), st.text())
def test_a_message_is_one_line_whatever_the_data_holds(code: str, path: str, value: str) -> None:
    """Text from a record or a file's name cannot break a message, turn it round or hide in it."""
    problem = Problem(path, 1, 1, code, EveryValue(value))

    for language in ("zh", "en"):
        assert problem.text(language).isprintable()


def test_what_follows_from_a_fault_at_the_same_place_is_not_told_again() -> None:
    """An empty amount is told as empty, not also as no number and no unit."""
    files = edited(base(), "products/acme-kettle/r-1/inventory.yaml", ("amount: 4.00 kWh", "amount:"))

    assert codes(evaluate(files).problems) == ["Y-EMPTY"]


def test_a_library_that_cannot_be_read_is_told_once() -> None:
    """The lines that use a factor of a broken release are not at fault, and neither are products of a broken list."""
    broken = {"products/_factors/lab/2024.yaml": b"factors: [\n", "products/_categories.yaml": b"categories: [\n"}

    assert places(evaluate(base() | broken).problems) == [
        "products/_categories.yaml:2:1: Y-SYNTAX",
        "products/_factors/lab/2024.yaml:2:1: Y-SYNTAX",
    ]


def test_problems_are_told_all_at_once_in_order_of_place() -> None:
    """The mistakes of fifty trees that share no file are told in one run, sorted, none lost."""
    files, expected = base(), []
    for tree in TREES:
        overlay = read_tree(RECORDS / tree)
        renamed = {path.replace("/_bodies/other.", f"/_bodies/{tree}."): raw for path, raw in overlay.items()}
        if renamed.keys() != overlay.keys():
            files |= renamed
            expected += list(renamed_lines(tree))

    assert len(expected) > 30
    assert [p.text("en") for p in evaluate(files).problems] == sorted(expected, key=by_place)


def renamed_lines(tree: str) -> Iterator[str]:
    for line in (RECORDS / tree / "expected.txt").read_text("utf-8").splitlines():
        yield line.replace("/_bodies/other.", f"/_bodies/{tree}.")


def by_place(line: str) -> tuple[str, int, int, str]:
    path, row, column, rest = line.split(":", 3)
    return path, int(row), int(column), rest
