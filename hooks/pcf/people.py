"""Names of persons in what a file tells of itself: the author that an office program, a scanner or a camera wrote."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

# Elements and attributes of XMP by their local names: Dublin Core, PDF, XMP Rights, Photoshop, Exif, IPTC.
_NAMES = (
    "creator|contributor|authors?|owner|manager|lastmodifiedby|lastsavedby|artist|cameraownername|captionwriter|byline"
)
_ELEMENT = re.compile(rf"<(?:[\w.-]+:)?({_NAMES})(?:\s[^<>]*)?>(.*?)</(?:[\w.-]+:)?\1\s*>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(rf"\s(?:[\w.-]+:)?(?:{_NAMES})\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")

# What programs write in the place of a name.
_NOBODY = {
    *("", "admin", "administrator", "author", "default", "microsoft", "microsoft office user", "none", "null", "owner"),
    *("root", "scanner", "unknown", "user", "windows user", "wps", "wps office", "用户", "管理员", "作者", "未知"),
}


def people_in_xmp(raw: bytes) -> Iterator[str]:
    """Whom a packet of XMP names, one entry of each list at a time. It need not be well-formed."""
    coded = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = raw.decode(coded, "replace")
    for element in _ELEMENT.finditer(text):
        yield from (html.unescape(part) for part in _TAG.split(element[2]))
    for attribute in _ATTRIBUTE.finditer(text):
        yield html.unescape(attribute[1][1:-1])


def names(found: Iterator[str]) -> list[str]:
    """Each name once, trimmed, without those that stand for nobody."""
    trimmed = (" ".join(text.replace("\0", " ").split()) for text in found)
    return list(dict.fromkeys(text for text in trimmed if text.casefold() not in _NOBODY))
