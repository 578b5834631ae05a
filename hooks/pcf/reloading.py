"""Under ``serve``: this package read again after an edit, which MkDocs would not do and silently run the old code."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parent


def read_at() -> float:
    """When the newest file of the package was written: code, templates, words, styles."""
    return max(path.stat().st_mtime for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".pyc")


def read_again() -> ModuleType:
    """The package, all of its modules anew. Whatever fails on the way is raised, and the old one stays."""
    name = __package__
    old = {key: module for key, module in sys.modules.items() if key == name or key.startswith(f"{name}.")}
    for key in old:
        del sys.modules[key]
    sys.path.insert(0, str(FOLDER.parent))
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # or the watched folder would change again
    try:
        for key in old:
            importlib.import_module(key)
        read = sys.modules[name]
        for language in read.wording.LANGUAGES:  # read when first asked for, which would be too late to fall back
            read.wording.wording(language)
        read.problems.codes()
    except Exception:
        sys.modules.update(old)
        raise
    finally:
        sys.dont_write_bytecode = before
        sys.path.remove(str(FOLDER.parent))
    return read
