"""The content of a page of ours as Markdown: headings, paragraphs, lists, tables and links, for other generators."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

from .render import escaped

_SILENT = frozenset(
    {"script", "style", "template", "noscript", "svg", "button", "select", "form", "input", "label", "fieldset"}
)
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "path", "rect", "col", "wbr"})
_INLINE = frozenset({"span", "a", "b", "strong", "i", "em", "small", "code", "sup", "sub", "s", "abbr", "time"})


def markdown_of(html: str, link: Callable[[str], str | None]) -> str:
    """CommonMark with tables. All text reads as itself; ``link`` gives where a link leads now, None for nowhere."""
    reader = _Reader(link)
    reader.feed(html)
    reader.close()
    reader.end_block()
    return "\n\n".join(reader.blocks) + "\n"


class _Reader(HTMLParser):
    def __init__(self, link: Callable[[str], str | None]) -> None:
        super().__init__(convert_charrefs=True)
        self.link = link
        self.blocks: list[str] = []
        self.line: list[str] = []
        self.links: list[tuple[int, str | None]] = []
        self.rows: list[list[str]] = []
        self.prefix = ""
        self.silent = 0
        self.ended = False  # an inline element has just ended
        self.pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "small" or (self.ended and tag in _INLINE):  # the style sheet sets them apart
            self.line.append(" ")
        self.ended = False
        if self.silent or tag in _SILENT:
            self.silent += tag not in _VOID
        elif tag == "a":
            self.links.append((len(self.line), given.get("href")))
        elif tag == "img":
            self._text(given.get("alt") or "")
        elif tag == "br":
            self.line.append(" ")
        elif tag in _INLINE or tag in _VOID:
            pass
        elif tag == "dd" and self.line:
            self.line.append(": ")
        elif self._cell:
            self.line.append(" ")
        elif tag == "table":
            self.end_block()
            self.rows = [[]]
        elif tag == "tr" and self.rows:
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.line, self._cell = [], True
        else:
            self.end_block()
            self.prefix = "#" * int(tag[1]) + " " if tag in _HEADINGS else "- " if tag in ("li", "dt") else ""
            self.pre = tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self.ended = tag in _INLINE
        if self.silent:
            self.silent -= 1
        elif tag == "a" and self.links:
            start, href = self.links.pop()
            text = "".join(self.line[start:])
            to = self.link(href) if href else None
            self.line[start:] = [f"[{text.strip()}](<{to}>)" if to and text.strip() else text]
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append(" ".join("".join(self.line).split()))
            self.line, self._cell = [], False
        elif tag == "table":
            self._end_table()
        elif tag not in _INLINE and tag not in _VOID and tag != "dt" and not self._cell:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.ended = False
            self._text(data)

    _cell = False

    def _text(self, text: str) -> None:
        if self.pre:
            self.line.append(text)
            return
        before, after = text[:1].isspace(), text[-1:].isspace()
        self.line.append(f"{' ' if before else ''}{escaped(text)}{' ' if after else ''}")

    def end_block(self) -> None:
        """What was read since the last block is one."""
        text = "".join(self.line)
        if self.pre and text.strip():
            self.blocks.append("\n".join(f"    {line}" for line in text.strip("\n").split("\n")))
        elif text.strip():
            self.blocks.append(self.prefix + " ".join(text.split()))
        self.line, self.links, self.prefix, self.pre = [], [], "", False

    def _end_table(self) -> None:
        rows = [row for row in self.rows if row]
        width = max(map(len, rows), default=0)
        lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
        if lines:
            self.blocks.append("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))
        self.line, self.links, self.rows, self._cell = [], [], [], False


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
