"""What is known of a site only when its pages are written: the search index, the headers, the packed sitemap."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from pathlib import Path

from .headers import headers_file
from .pages import Page
from .search import SearchEntry, addressed, index
from .wording import LANGUAGES


def finish(site: Path, pages: Collection[Page], prose: Collection[SearchEntry]) -> None:
    """Writes them into ``site``; ``prose`` are the search entries of the pages that are no data."""
    for language in LANGUAGES:
        entries = [addressed(page.search, page.url) for page in pages if page.search and page.language == language]
        entries += [entry for entry in prose if entry.address.startswith("en/") == (language == "en")]
        path = site / "search" / f"{language}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(index(entries))
    headers = site / "_headers"
    if not headers.exists():  # docs/ may have one of the publisher's own
        files = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
        headers.write_bytes(headers_file(files).encode("utf-8"))
    # MkDocs writes the day of the build into the packed sitemap.
    sitemap = site / "sitemap.xml"
    sitemap.with_name("sitemap.xml.gz").write_bytes(gzip.compress(sitemap.read_bytes(), mtime=0))
