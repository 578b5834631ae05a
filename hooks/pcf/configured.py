"""The one block of the configuration that makes it somebody's site, read as strictly as a record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .fields import read
from .library import Publisher
from .wording import Wording
from .yamlfile import Document


def footer(publisher: Publisher, t: Wording) -> list[str]:
    """What stands below every page."""
    parts = [t("site.data_line")]
    if publisher.contact:
        parts.append(f"{t('site.contact')}: {publisher.contact}")
    return [*parts, *([publisher.icp] if publisher.icp else [])]


def publisher_of(extra: Mapping[str, Any], docs: Path) -> tuple[Publisher | None, list[str]]:
    """What ``extra.publisher`` of mkdocs.yml says, and a line for each fault; with faults, it must not be used."""
    given = extra.get("publisher")
    given = given if isinstance(given, dict) else {}
    # MkDocs has made values of true and false; a record's are read from the words.
    words = {key: str(value).lower() if isinstance(value, bool) else value for key, value in given.items()}
    publisher, problems = read(Publisher, Document("mkdocs.yml", words))
    faults = [f"{problem.words()}; {problem.cure()}" for problem in problems]
    if publisher and publisher.logo and not (docs / publisher.logo).is_file():
        faults.append(f"logo: docs/ has no file '{publisher.logo}'; add it, or leave the key out")
    return publisher, [f"mkdocs.yml: extra.publisher: {fault}" for fault in faults]
