"""The index of the site's search: a short entry for each page made from records, and every section of the others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from .jsontext import compact


@dataclass(frozen=True)
class SearchEntry:
    """What the search knows of a page or section: what people look for, with a title and the kind of place it is."""

    title: str
    text: str
    place: str = ""
    replaced: bool = False  # a report that another has replaced, or that was withdrawn: found last
    address: str = ""  # from the site's root, with the language's prefix


def entries_of(html: str, address: str, title: str, place: str) -> list[SearchEntry]:
    """The sections of a page that is prose, from its content as HTML: all text below a heading that has an anchor.

    ``place`` is said of the page itself; of a section, the page's title.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    entries = []
    for anchor, words, texts in reader.sections:
        text, heading = _joined(texts), _joined(words)
        if anchor:
            entries.append(SearchEntry(heading, text, title, address=f"{address}#{anchor}"))
        elif text or heading:
            entries.append(SearchEntry(title, text, place, address=address))
    return entries


def addressed(entry: SearchEntry, address: str) -> SearchEntry:
    return replace(entry, address=address)


def index(entries: Iterable[SearchEntry]) -> bytes:
    """``search/<language>.json``: address, title, text, number of the place, and 1 where another has replaced it.

    Current before replaced, so that both are found in the order in which they are shown.
    """
    listed = sorted(entries, key=lambda entry: entry.replaced)
    places = list(dict.fromkeys(entry.place for entry in listed))
    number = {place: i for i, place in enumerate(places)}
    rows = [
        [entry.address, entry.title, entry.text, number[entry.place], *([1] if entry.replaced else [])]
        for entry in listed
    ]
    content = {"places": places, "entries": rows}
    return compact(content)


def _joined(texts: Iterable[str]) -> str:
    return re.sub(r"\s+", " ", "".join(texts)).strip()


class _Reader(HTMLParser):
    """Reads headings, and rows of a table that have an anchor of their own, as the beginning of a section."""

    SILENT = frozenset(("script", "style", "svg", "template"))
    HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
    APART = frozenset(("p", "li", "td", "th", "dd", "dt", "pre", "br", "div", "summary"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[tuple[str, list[str], list[str]]] = [("", [], [])]
        self.within = ""  # the tag of the title that is being read
        self.anchor = ""  # of a section or row whose title has not come yet
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("id") or ""
        if self.silent:
            return
        if tag in self.SILENT or "headerlink" in (given.get("class") or "").split():
            self.silent = tag
        elif tag in ("section", "tr"):
            self.anchor = name
        elif tag in self.HEADINGS or (tag == "th" and self.anchor):
            name, self.anchor = self.anchor or name, ""
            if tag == "h1" or name:
                self.within = tag
            if tag != "h1" and name:
                self.sections.append((name, [], []))
            self.sections[-1][2].append(" ")
        elif tag in self.APART:
            self.sections[-1][2].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""
        elif tag == self.within:
            self.within = ""

    def handle_data(self, data: str) -> None:
        if not self.silent:
            _, words, texts = self.sections[-1]
            (words if self.within else texts).append(data)
