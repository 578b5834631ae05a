"""The catalogue's files, read from a folder of the disk: bytes by path, and what is no plain file."""

from __future__ import annotations

import os
from pathlib import Path

from .problems import Problem

IGNORED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"})  # left by file managers and git, never data


def read_folder(root: Path, folder: str = "products") -> tuple[dict[str, bytes], list[Problem]]:
    """Every file below ``root/folder``, by its path from ``root``. Links are refused, not followed."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    if (root / folder).is_symlink():
        return {}, [Problem(folder, 1, 1, "F-LINK")]
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
                elif entry.name not in IGNORED:
                    files[path] = Path(entry.path).read_bytes()
    return files, problems
