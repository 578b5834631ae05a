"""The catalogue's files at a revision, straight from git's objects: nothing is checked out, and no code is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from .files import IGNORED, IGNORED_ENDINGS
from .pictures import BYTES
from .problems import Problem
from .yamlfile import SIZE_LIMIT

LARGEST = max(BYTES, SIZE_LIMIT)  # a larger file is refused whatever it is, so it need not be read


class RevisionError(Exception):
    """git could not be asked, or does not know it. ``key`` names the words, ``review_error`` in ``locales/``."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Snapshot:
    """The files of one revision by path from the catalogue's root, and what is no plain file there."""

    commit: str
    files: dict[str, bytes]
    problems: list[Problem]


@dataclass(frozen=True)
class Touched:
    """One file as a commit left it. ``blob`` is None where no plain file is there then."""

    path: str
    blob: str | None
    moved_from: str | None = None  # where git finds that it is the same file


@dataclass(frozen=True)
class Step:
    """One commit of a branch and the files that it touched, against its first parent: what a merge brought counts as
    that merge's. Of who made it, and of what they wrote, nothing is read.
    """

    commit: str
    day: date  # the author's, in UTC
    is_first: bool  # that git has at hand
    touched: tuple[Touched, ...]


class Repository:
    """The git repository around a catalogue's root; a bare one will do. Every blob is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.prefix = self._text("rev-parse", "--show-prefix")
        self.blobs: dict[str, bytes] = {}

    def commit(self, name: str) -> str:
        """The full id of the commit that a revision names, whatever characters the name holds."""
        found = (
            None
            if "\0" in name
            else self._run("rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
        )
        if found is None or found.returncode:
            raise RevisionError("unknown", revision=name, hint=self._shallow())
        return found.stdout.decode("ascii").strip()

    def merge_base(self, base: str, head: str) -> str:
        """The commit from which two went apart. Both are full ids."""
        found = self._run("merge-base", base, head)
        if found.returncode:
            raise RevisionError("no_merge_base", base=base[:12], head=head[:12], hint=self._shallow())
        return found.stdout.decode("ascii").split()[0]

    def read(self, commit: str, folder: str = "products") -> Snapshot:
        """Every file below ``folder`` at a commit, as ``files.read_folder`` gives those of the disk."""
        files: dict[str, str] = {}
        problems: list[Problem] = []
        entries = self._checked("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", f"{self.prefix}{folder}")
        for entry in entries.split(b"\0")[:-1]:
            facts, _, raw = entry.partition(b"\t")
            mode, kind, blob, size = facts.decode("ascii").split()
            path = os.fsdecode(raw).removeprefix(self.prefix)
            name = path.rpartition("/")[2]
            if kind != "blob":
                problems.append(Problem(path, 1, 1, "F-SUBMODULE"))
            elif mode == "120000":
                problems.append(Problem(path, 1, 1, "F-LINK"))
            elif name in IGNORED or name.endswith(IGNORED_ENDINGS):
                continue
            elif int(size) > LARGEST:
                problems.append(Problem(path, 1, 1, "F-LARGE", {"size": size, "limit": str(LARGEST)}))
            else:
                files[path] = blob
        if not files and not problems:
            problems.append(Problem(folder, 1, 1, "F-MISSING", {"file": f"{folder}/"}))
        self._fetch(sorted(set(files.values()) - self.blobs.keys()))
        return Snapshot(commit, {path: self.blobs[blob] for path, blob in files.items()}, problems)

    def steps(self, commit: str, folder: str = "products") -> list[Step]:
        """The commits that touched files below a folder, along first parents up to this one, oldest first."""
        settings = (
            "log.showRoot=true", "log.showSignature=false", "log.follow=false", "diff.relative=false",
            "diff.renameLimit=1000",
        )  # fmt: skip
        out = self._checked(
            *(part for setting in settings for part in ("-c", setting)),
            *("log", "-z", "--raw", "--no-abbrev", "--first-parent", "-m", "-M", "--format=tformat:%H %at %P"),
            *(commit, "--", f"{self.prefix}{folder}"),
        )
        return _steps(out, self.prefix)[::-1]

    def is_shallow(self) -> bool:
        """Whether the clone was cut off somewhere."""
        return bool(self._shallow())

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Blobs by id, read in one process."""
        self._fetch(sorted({*blobs} - self.blobs.keys()))
        found, self.blobs = self.blobs, {}
        return found

    def _fetch(self, blobs: Sequence[str]) -> None:
        """Reads blobs by id, all in one process."""
        if not blobs:
            return
        out = self._checked("cat-file", "--batch", feed="".join(f"{blob}\n" for blob in blobs).encode("ascii"))
        at = 0
        for blob in blobs:
            end = out.index(b"\n", at)
            head = out[at:end].split()
            if len(head) != 3 or head[0] != blob.encode("ascii"):
                raise RevisionError("git", said=out[at:end].decode("utf-8", "replace"))
            at = end + 1 + int(head[2])
            self.blobs[blob] = out[end + 1 : at]
            at += 1  # git ends each object with a line end

    def _shallow(self) -> str:
        """``shallow`` where the clone lacks history, which is the usual reason why a revision is not found."""
        found = self._run("rev-parse", "--is-shallow-repository")
        return "shallow" if found.stdout.strip() == b"true" else ""

    def _text(self, *arguments: str) -> str:
        return os.fsdecode(self._checked(*arguments)).removesuffix("\n")

    def _checked(self, *arguments: str, feed: bytes = b"") -> bytes:
        done = self._run(*arguments, feed=feed)
        if done.returncode:
            said = next(iter(done.stderr.decode("utf-8", "replace").splitlines()), "")
            raise RevisionError("git", said=said.removeprefix("fatal: "))
        return done.stdout

    def _run(self, *arguments: str, feed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """git itself with these arguments: no shell, no prompt, no replaced objects, no pattern in a path."""
        command: list[str] = ["git", "--no-replace-objects", "--literal-pathspecs", *arguments]
        environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            return subprocess.run(command, cwd=self.root, env=environment, input=feed, capture_output=True, check=False)
        except (OSError, ValueError) as error:
            raise RevisionError("git", said=str(error)) from None


def _steps(out: bytes, prefix: str) -> list[Step]:
    """What ``git log -z --raw`` wrote: of each commit a head, then of each file its facts and one path, or two."""
    parts = iter(out.split(b"\0")[:-1])
    steps: list[Step] = []
    for part in parts:
        text = part.removeprefix(b"\n")  # stands between a head and the first of its files
        if text.startswith(b":"):
            _, mode, _, blob, kind = text.decode("ascii").split()
            before = os.fsdecode(next(parts)).removeprefix(prefix)
            after = os.fsdecode(next(parts)).removeprefix(prefix) if kind.startswith("R") else before
            plain = mode.startswith("100")
            touched = [Touched(after, blob if plain else None, before if after != before else None)]
            if after != before:
                touched.insert(0, Touched(before, None))
            steps[-1] = replace(steps[-1], touched=(*steps[-1].touched, *touched))
        elif text:
            commit, seconds, *parents = text.decode("ascii").split(" ")
            steps.append(Step(commit, _day(seconds), not any(parents), ()))
    return steps


def _day(seconds: str) -> date:
    """The day of a moment, in UTC. git keeps whatever moment a commit claims; a calendar ends somewhere."""
    day = date(1970, 1, 1).toordinal() + int(seconds or 0) // 86400
    return date.fromordinal(min(max(day, date.min.toordinal()), date.max.toordinal()))


def shared(before: dict[str, bytes], after: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files after, each that did not change as the very bytes of before: a revision beside the working tree."""
    return {path: before[path] if before.get(path) == raw else raw for path, raw in after}
