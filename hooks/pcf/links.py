"""What pages written by hand link to of the records: such links are checked, though MkDocs makes no such page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote

# Inline links and images, link definitions, and links in HTML.
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)|^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)|\b(?:href|src)=[\"']([^\"']+)", re.MULTILINE)
_CODE = re.compile(r"^([`~]{3,}).*?^\1|(`+).*?\2", re.MULTILINE | re.DOTALL)  # examples lead nowhere
_FOLDERS = ("products/", "producers/", "bodies/", "categories/", "factors/", "schema/", "embed/")
_FILES = re.compile(r"(?:catalogue[a-z-]*\.(?:json|csv)|feed\.xml|llms\.txt|robots\.txt)")


def to_records(docs: str, known: Collection[str]) -> dict[str, str]:
    """By path from the site's root, a page as ``index.md``: which file below ``docs`` links there first.

    Of what is ``known`` to be there already, and of what the records never make, nothing.
    """
    found: dict[str, str] = {}
    for path in sorted(Path(docs).rglob("*.md")):
        source = path.relative_to(docs).as_posix()
        for groups in _LINK.findall(_CODE.sub("", path.read_text("utf-8", "replace"))):
            link = unquote(next(filter(None, groups))).partition("#")[0].partition("?")[0]
            target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
            bare = target.removeprefix("en/")
            if link and (bare.startswith(_FOLDERS) or _FILES.fullmatch(bare)) and target not in known:
                found.setdefault(target, source)
    return found
