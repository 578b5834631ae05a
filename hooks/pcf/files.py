"""The catalogue's files from a folder of the disk: bytes by path, and what is no plain file; and a cache on it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from .problems import Problem

# Left by file managers, editors and git, never data.
IGNORED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"})
IGNORED_ENDINGS = ("~", ".swp", ".swo", ".swx")


def read_folder(root: Path, folder: str = "products") -> tuple[dict[str, bytes], list[Problem]]:
    """Every file below ``root/folder``, by its path from ``root``. Links are refused, not followed."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    if (root / folder).is_symlink():
        return {}, [Problem(folder, 1, 1, "F-LINK")]
    if not (root / folder).is_dir():
        return {}, [Problem(folder, 1, 1, "F-MISSING", {"file": f"{folder}/"})]
    pending = [root / folder]
    while pending:
        here = pending.pop()
        with os.scandir(here) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                path = Path(entry.path).relative_to(root).as_posix()
                if entry.is_symlink():
                    problems.append(Problem(path, 1, 1, "F-LINK"))
                elif entry.is_dir():
                    pending.append(Path(entry.path))
                elif entry.name not in IGNORED and not entry.name.endswith(IGNORED_ENDINGS):
                    files[path] = Path(entry.path).read_bytes()
    return files, problems


def read_pages(root: Path, folder: str = "docs") -> tuple[dict[str, bytes], list[Problem]]:
    """The documentation's own files, as ``read_folder``; none where there is no such folder."""
    return read_folder(root, folder) if (root / folder).exists() else ({}, [])


class Cache:
    """Files that are made once. A name must be for all that a file is made of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self, name: str, make: Callable[[], bytes]) -> Path:
        """The file of that name; made first where it is not there."""
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".part")  # a build that is stopped leaves no half file under the final name
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
