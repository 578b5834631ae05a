"""What is known of a site only when its pages are written: the search index, the headers, the packed sitemap."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from .headers import headers_file
from .search import SearchEntry, index
from .wording import LANGUAGES


def _pages(site: Path) -> Iterator[str]:
    """The pages at the top of the site, and one of each folder there that has any."""
    for place in sorted(site.iterdir()):
        found = place.rglob("*.html") if place.is_dir() else iter([place] if place.suffix == ".html" else [])
        if page := next(found, None):
            yield page.relative_to(site).as_posix()


def finish(
    site: Path, search: Mapping[str, Iterable[Iterable[SearchEntry]]], prose: Mapping[str, Sequence[SearchEntry]]
) -> None:
    """Writes them into ``site``: ``search`` has the entries of pages made from records by language, in parts, ``prose``
    those of the others by address.
    """
    for language in LANGUAGES:
        entries = [entry for part in search.get(language, ()) for entry in part]
        for address, sections in prose.items():
            entries += sections if address.startswith("en/") == (language == "en") else ()
        path = site / "search" / f"{language}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(index(entries))
    headers = site / "_headers"
    if not headers.exists():  # docs/ may have one of the publisher's own
        headers.write_bytes(headers_file(_pages(site)).encode("utf-8"))
    # MkDocs writes the day of the build into the packed sitemap.
    sitemap = site / "sitemap.xml"
    sitemap.with_name("sitemap.xml.gz").write_bytes(gzip.compress(sitemap.read_bytes(), mtime=0))
