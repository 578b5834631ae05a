"""The manifest of a site: the SHA-256 of every file, as ``sha256sum -c`` reads it, and what differs in a copy."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import NamedTuple

_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}  # as GNU coreutils do, with a backslash before the line
_ESCAPES = str.maketrans(_ESCAPED)
_PLAIN = {escape: character for character, escape in _ESCAPED.items()}


class ManifestError(Exception):
    """The file is no manifest; the message is the number of the line."""


@dataclass(frozen=True)
class Differences:
    """What a copy has otherwise than the manifest says: paths in order."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    extra: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.extra)


class Stored(NamedTuple):
    """A file as it was written: its address in the site, the SHA-256 of its content, its size and its time."""

    address: str
    digest: str
    size: int
    time: int


class Written(Mapping[str, Stored]):
    """Files by address, each in a few bytes: a large catalogue has hundreds of thousands."""

    _FORM = Struct("32sqq")

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}

    def add(self, file: Stored) -> None:
        self._packed[file.address] = self._FORM.pack(bytes.fromhex(file.digest), file.size, file.time)

    def __getitem__(self, address: str) -> Stored:
        digest, size, time = self._FORM.unpack(self._packed[address])
        return Stored(address, digest.hex(), size, time)

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def manifest(folder: Path, notes: Iterable[str] = (), known: Mapping[str, Stored] | None = None) -> bytes:
    """Every file below ``folder`` in the order of its path, after ``notes`` as comments.

    ``known`` are files by address that need not be read again, if they are as they were left.
    Raises OSError where a folder or a file cannot be read: a manifest never leaves one out.
    """
    known = known or {}
    whole = bytearray("".join(f"# {note}\n" for note in notes).encode("utf-8"))
    for name, path in _files(folder, _raised):
        shown = name.translate(_ESCAPES)
        mark = "\\" if shown != name else ""
        line = f"{mark}{_known(path, known.get(name)) or _digest(path)}  {shown}\n"
        whole += line.encode("utf-8", "surrogateescape")
    return bytes(whole)


def _known(path: str, left: Stored | None) -> str | None:
    if left is None:
        return None
    found = os.lstat(path)
    return left.digest if (found.st_size, found.st_mtime_ns) == (left.size, left.time) else None


def read_manifest(raw: bytes) -> dict[str, str]:
    """SHA-256 in hex by path. Raises ManifestError for a line of another form, and where there is none."""
    found: dict[str, str] = {}
    for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise ManifestError(str(number))
        mark, digest, name = match.groups()
        found[re.sub(r"\\[\\nr]", lambda m: _PLAIN[m[0]], name) if mark else name] = digest
    if not found:
        raise ManifestError("1")
    return found


def differences(folder: Path, wanted: dict[str, str]) -> Differences:
    """What differs in ``folder``. Files of a name with a dot at the top are the host's own, and no surplus.

    A file that cannot be read has changed, and what is in a folder that cannot be read is missing.
    """
    there = dict(_files(folder))
    return Differences(
        tuple(sorted(wanted.keys() - there.keys())),
        tuple(name for name in sorted(wanted.keys() & there.keys()) if not _is(there[name], wanted[name])),
        tuple(name for name in sorted(there.keys() - wanted.keys()) if not name.startswith(".")),
    )


def _raised(error: OSError) -> None:
    raise error


def _files(folder: Path, fault: Callable[[OSError], None] | None = None) -> Iterator[tuple[str, str]]:
    """Name and path of every file, in order of name. Links are not followed, so that none leads out of the folder or
    around in it.
    """
    pending = [""]
    while pending:
        name = pending.pop()
        path = os.path.join(folder, name)
        if name and not name.endswith("/"):
            yield name, path
            continue
        try:
            with os.scandir(path) as entries:
                own = [f"{name}{e.name}{'/' if e.is_dir(follow_symlinks=False) else ''}" for e in entries]
        except OSError as error:
            if fault:
                fault(error)
        else:
            pending += sorted(own, reverse=True)


def _is(path: str, digest: str) -> bool:
    try:
        return os.path.isfile(path) and _digest(path) == digest  # to read a pipe would take for ever
    except OSError:
        return False


def _digest(path: str) -> str:
    if os.path.islink(path):
        return f"link to {os.readlink(path)}"  # a link is never what was published
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
