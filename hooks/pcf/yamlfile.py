"""Documents from YAML text: dicts, lists and strings with the place of each, or problems. Nothing is converted."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from .problems import Problem

SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 12

Path = tuple[str | int, ...]
Place = tuple[int, int]  # line and column, both from 1

# libyaml's events are as safe as the pure parser's and fifteen times as fast; its constructors are not used.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Characters that hide text, turn it round or break a line unseen: controls, bidi, zero width, odd spaces, tags.
_INVISIBLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\ufffd-\uffff\U000e0000-\U000e0fff]"
)
_LINE = re.compile(r"\r\n|\n")
_WIDE_COLON = re.compile(r"^[ ]*(?:- )?[A-Za-z_][A-Za-z0-9_-]*(：)")
_WIDE_INDENT = re.compile(r"^[ ]*(?:- )?([\u3000\u00a0][\u3000\u00a0 ]*)")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$")
_DIRECTIVE = re.compile(r"^%")
_CLOSE_COMMENT = re.compile(r" ?#| +#[^ ]")  # too near to the value, or to its own words
# What every line is looked at for, if it stands anywhere in the text.
_SUSPECT = re.compile(
    rf"^(?:[<>|=]{{7}}|%|[ ]*(?:- )?(?:\u3000|[A-Za-z_][A-Za-z0-9_-]*：))|{_INVISIBLE.pattern}", re.MULTILINE
)


@dataclass(frozen=True)
class Document:
    """One YAML file: ``data`` of dict, list and str, and where each value and key stands.

    Places take more memory than the data, and only problems ask for them: they are read anew when one does.
    """

    path: str
    data: dict[str, Any]
    raw: bytes = b""

    @cached_property
    def _reader(self) -> _Reader:
        text = _decode(self.path, self.raw)
        assert isinstance(text, str)
        cleaned, _ = _clean(self.path, text)
        reader = _Reader(self.path, cleaned)
        reader.read(cleaned)
        return reader

    @property
    def values(self) -> dict[Path, Place]:
        return self._reader.values

    @property
    def keys(self) -> dict[Path, Place]:
        return self._reader.keys

    def place(self, *path: str | int) -> Place:
        """Where the value stands, or the nearest thing around it that exists."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.values:
                return self.values[path[:end]]
        return (1, 1)

    def key_place(self, *path: str | int) -> Place:
        return self.keys.get(path) or self.place(*path)

    def problem(self, where: Path, code: str, **values: str) -> Problem:
        """A problem at the value of the path."""
        return Problem(self.path, *self.place(*where), code, values)

    def key_problem(self, where: Path, code: str, **values: str) -> Problem:
        """A problem at the key of the path."""
        return Problem(self.path, *self.key_place(*where), code, values)


def parse(path: str, raw: bytes) -> tuple[Document | None, list[Problem]]:
    """The document of a file, and its problems. No document when it cannot be read at all; never an exception."""
    if len(raw) > SIZE_LIMIT:
        return None, [Problem(path, 1, 1, "F-SIZE", {"size": str(len(raw)), "limit": str(SIZE_LIMIT)})]
    text = _decode(path, raw)
    if isinstance(text, Problem):
        return None, [text]
    cleaned, problems = _clean(path, text)
    reader = _Reader(path, cleaned)
    try:
        reader.read(cleaned)
    except _StopError:
        return None, problems + reader.problems
    except (yaml.YAMLError, ValueError) as error:  # the pure parser lets chr() raise on \U00110000
        problems.extend(_syntax(path, error, reader.line, {p.line for p in problems}))
        return None, problems + reader.problems
    problems += reader.problems
    if not isinstance(reader.root, dict) or not reader.root:
        if not problems:
            problems.append(Problem(path, 1, 1, "Y-ROOT"))
        return None, problems
    return Document(path, reader.root, raw), problems


def _decode(path: str, raw: bytes) -> str | Problem:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:4]:
        return Problem(path, 1, 1, "F-ENCODING", {"found": "UTF-16 or UTF-32"})
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        return Problem(path, line, column, "F-ENCODING", {"found": _looks_like(raw)})
    return text.removeprefix("\ufeff")


def _looks_like(raw: bytes) -> str:
    try:
        guess = raw.decode("gb18030")
    except UnicodeDecodeError:
        return "not text, or cut off"
    return "looks like GBK" if any("\u4e00" <= c <= "\u9fff" for c in guess) else "looks like Latin-1"


def _clean(path: str, text: str) -> tuple[str, list[Problem]]:
    """What was found that YAML must not see, and the text with it put right, so that the rest is still read."""
    if not _SUSPECT.search(text):
        return text, []
    problems: list[Problem] = []
    lines = _LINE.split(text)
    for number, line in enumerate(lines, 1):
        if _CONFLICT.match(line):
            problems.append(Problem(path, number, 1, "F-CONFLICT"))
            lines[number - 1] = "#"
            continue
        if _DIRECTIVE.match(line):
            problems.append(Problem(path, number, 1, "Y-TAG"))
            lines[number - 1] = "#"
            continue
        if line.isascii() and line.isprintable():
            continue
        if match := _WIDE_INDENT.match(line):
            name = unicodedata.name(match[1][0]).lower()
            problems.append(Problem(path, number, match.start(1) + 1, "Y-INDENT", {"character": name}))
            line = line[: match.start(1)] + " " * len(match[1]) + line[match.end(1) :]
        if "\t" in line:
            problems.append(Problem(path, number, line.index("\t") + 1, "F-TAB"))
            line = line.replace("\t", " ")
        for found in _INVISIBLE.finditer(line):
            values = {"character": f"U+{ord(found[0]):04X}"}
            problems.append(Problem(path, number, found.start() + 1, "F-CHARACTER", values))
        line = _INVISIBLE.sub(" ", line)
        if match := _WIDE_COLON.match(line):  # last: what stands in its place is longer, and moves the columns
            problems.append(Problem(path, number, match.start(1) + 1, "Y-COLON"))
            line = line[: match.start(1)] + ": " + line[match.end(1) :]
        lines[number - 1] = line
    return "\n".join(lines), problems


def _syntax(path: str, error: Exception, last: int, told: set[int]) -> Iterator[Problem]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (last, 1)
    if line in told or line - 1 in told:  # a consequence of what is told already
        return
    detail = str(getattr(error, "problem", None) or "cannot be read")
    yield Problem(path, line, column, "Y-SYNTAX", {"detail": detail})


class _StopError(Exception):
    """Reading on would make no sense."""


class _Reader:
    """Builds the tree from events, without recursion; keeps places; refuses what the records do not use."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.commented = {number for number, line in enumerate(self.lines) if "#" in line}
        self.problems: list[Problem] = []
        self.root: Any = None
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.stack: list[_Open] = []
        self.documents = 0
        self.line = 1  # reached so far

    def read(self, text: str) -> None:
        for event in yaml.parse(text, Loader=_LOADER):
            self.take(event)

    def report(self, mark: Any, code: str, **values: str) -> None:
        self.problems.append(Problem(self.path, mark.line + 1, mark.column + 1, code, values))

    def take(self, event: yaml.Event) -> None:
        mark: Any = event.start_mark
        self.line = mark.line + 1
        if isinstance(event, yaml.ScalarEvent):  # most are
            if event.anchor is not None or event.tag is not None:
                self.check_node(event)
            self.put_scalar(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.report(mark, "Y-DOCUMENTS")
                raise _StopError
        elif isinstance(event, yaml.AliasEvent):
            self.report(mark, "Y-ANCHOR")
            self.put("", mark)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self.check_node(event)
            if len(self.stack) >= DEPTH_LIMIT:
                self.report(mark, "Y-DEPTH", limit=str(DEPTH_LIMIT))
                raise _StopError
            container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            top = self.stack[-1] if self.stack else None
            if top is not None and isinstance(top.container, dict) and top.key is None:
                self.report(mark, "Y-KEY")
                raise _StopError
            self.stack.append(_Open(container, self.put(container, mark)))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()

    def check_node(self, event: Any) -> None:
        if event.anchor is not None:
            self.report(event.start_mark, "Y-ANCHOR")
        if event.tag is not None:
            self.report(event.start_mark, "Y-TAG")

    def put_scalar(self, event: Any) -> None:
        mark, end, text = event.start_mark, event.end_mark, event.value
        plain = not event.style  # libyaml says None, the pure parser ''
        # Only within these quotes an escape may stand; what is written as it is was seen before.
        if event.style == '"' and (hidden := _INVISIBLE.search(text)):
            self.report(mark, "F-CHARACTER", character=f"U+{ord(hidden[0]):04X}")
            text = _INVISIBLE.sub("?", text)
        if plain and text:
            if end.line != mark.line:
                self.report(mark, "Y-FOLDED")
            if end.line in self.commented and _CLOSE_COMMENT.match(self.lines[end.line], end.column):
                self.report(end, "Y-COMMENT")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            self.take_key(top, text, mark)
        else:
            at = (mark.line + 1, mark.column + 1)
            if plain and text in ("", "~", "null", "Null", "NULL"):
                # libyaml marks an empty value where the next token stands: point at the key instead.
                if top and top.key is not None:
                    at = self.keys[(*top.path, top.key)]
                self.problems.append(Problem(self.path, *at, "Y-EMPTY"))
            self.put(text, mark, at)

    def take_key(self, top: _Open, text: str, mark: Any) -> None:
        path = (*top.path, text)
        if text == "<<":
            self.report(mark, "Y-ANCHOR")
        if text in top.container:
            self.report(mark, "Y-DUPLICATE", key=text, first=str(self.keys[path][0]))
            text = f"{text}#{mark.line}"  # keep the first; the second's own faults are still found, at their own places
            path = (*top.path, text)
            top.discard = True
        self.keys.setdefault(path, (mark.line + 1, mark.column + 1))
        top.key = sys.intern(text)  # the same few, thousands of times

    def put(self, value: Any, mark: Any, at: Place | None = None) -> Path:
        """Puts a value in its container; gives its path."""
        at = at or (mark.line + 1, mark.column + 1)
        if not self.stack:
            self.root = value
            self.values[()] = at
            return ()
        top = self.stack[-1]
        if isinstance(top.container, list):
            path: Path = (*top.path, len(top.container))
            top.container.append(value)
        else:
            if top.key is None:
                self.report(mark, "Y-KEY")
                raise _StopError
            path = (*top.path, top.key)
            if not top.discard:
                top.container[top.key] = value
            top.key, top.discard = None, False
        self.values.setdefault(path, at)
        return path


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read."""

    container: Any
    path: Path
    key: str | None = None
    discard: bool = False
