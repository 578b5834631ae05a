"""The catalogue's files from a folder of the disk: bytes by path, and what is no plain file; and a cache on it."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from .problems import Problem

# Left by file managers, editors and git, never data.
IGNORED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"})
IGNORED_ENDINGS = ("~", ".swp", ".swo", ".swx")


def read_folder(root: Path, folder: str = "products") -> tuple[dict[str, bytes], list[Problem]]:
    """Every file below ``root/folder``, by its path from ``root``. Links are refused, not followed."""
    if problem := _absent(root, folder):
        return {}, [problem]
    return _below(root, [folder])


def read_shared(root: Path, folder: str = "products") -> tuple[dict[str, bytes], list[Problem], list[str]]:
    """What lies below ``root/folder`` as ``read_folder`` gives it, but for products: their names, in order."""
    if problem := _absent(root, folder):
        return {}, [problem], []
    names: list[str] = []
    files, problems = _below(root, [folder], names)
    return files, problems, sorted(names)


def read_product(root: Path, name: str, folder: str = "products") -> tuple[dict[str, bytes], list[Problem]]:
    """The files of one product, as ``read_folder`` gives them."""
    return read_folder(root, f"{folder}/{name}")


def read_pages(root: Path, folder: str = "docs") -> tuple[dict[str, bytes], list[Problem]]:
    """The documentation's own files, as ``read_folder``; none where there is no such folder."""
    return read_folder(root, folder) if (root / folder).exists() else ({}, [])


def _absent(root: Path, folder: str) -> Problem | None:
    if (root / folder).is_symlink():
        return Problem(folder, 1, 1, "F-LINK")
    return None if (root / folder).is_dir() else Problem(folder, 1, 1, "F-MISSING", {"file": f"{folder}/"})


def _below(root: Path, folders: list[str], products: list[str] | None = None) -> tuple[dict[str, bytes], list[Problem]]:
    """What lies below folders; where ``products`` is given, the names of those in the first go there instead."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    top, pending = folders[0], list(folders)
    while pending:
        here = pending.pop()
        with os.scandir(root / here) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                path = f"{here}/{entry.name}"
                if entry.is_symlink():
                    problems.append(Problem(path, 1, 1, "F-LINK"))
                elif entry.is_dir():
                    if products is not None and here == top and not entry.name.startswith("_"):
                        products.append(entry.name)
                    else:
                        pending.append(path)
                elif entry.name not in IGNORED and not entry.name.endswith(IGNORED_ENDINGS):
                    with open(entry.path, "rb") as file:
                        files[path] = file.read()
    return files, problems


Trace = tuple[str, int, int, int, int]


def traces(*places: str) -> list[Trace]:
    """What the system tells, without reading them, of all files at or below these places: another if one was written.

    Name, size, times of content and entry in ns, number. What is not there leaves none, nor does what Python compiles.
    Links are followed, to each folder once.
    """
    found: list[Trace] = []
    pending = [place for place in places if os.path.isdir(place)]
    linked: set[str] = set()
    for place in {*places} - {*pending}:
        with suppress(FileNotFoundError):
            found.append(_trace(place, os.stat(place)))
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                if not entry.is_dir():
                    with suppress(OSError):
                        found.append(_trace(entry.path, _seen(entry)))
                elif entry.is_symlink():
                    if (target := os.path.realpath(entry.path)) not in linked:
                        linked.add(target)
                        pending.append(entry.path)
                elif entry.name != "__pycache__":
                    pending.append(entry.path)
    found.sort()
    return found


def _seen(entry: os.DirEntry[str]) -> os.stat_result:
    try:
        return entry.stat()
    except OSError:  # a link to nothing
        return entry.stat(follow_symlinks=False)


def _trace(path: str, seen: os.stat_result) -> Trace:
    return path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino


def settled(found: Iterable[Trace]) -> bool:
    """Whether all these files were written some time ago: right after a change, a second one can leave the same trace.

    No file system in use counts time in steps of more than two seconds.
    """
    latest = time.time_ns() - 2_000_000_000
    return all(content < latest and entry < latest for _, _, content, entry, _ in found)


class Cache:
    """Files that are made once. A name must be for all that a file is made of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self, name: str, make: Callable[[], bytes]) -> Path:
        """The file of that name; made first where it is not there."""
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            half = self.folder / f"{name}.{os.getpid()}"  # who is stopped leaves no half file under the final name
            half.write_bytes(make())
            half.replace(path)
        return path


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Records hold no cycles. Looking for some in all of them, again and again, would take a third of the build."""
    gc.unfreeze()  # under serve, those of the build before
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def day_of_build(environment: Mapping[str, str]) -> date | None:
    """The day of the commit that is built, where the caller says it in SOURCE_DATE_EPOCH. Never the clock's."""
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else None
