"""What a PDF that is attached says, whom it names, and the copy of it that the site serves."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject

from .people import names, people_in_xmp

# It speaks of every oddity of a file; what matters here is the text.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_UNREADABLE = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError)
# Of what a document tells of itself, what names no person: the copy keeps these.
_KEPT = {"/Title", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped"}
_PEOPLE = ("/Author", "/Manager", "/Owner", "/LastModifiedBy", "/LastSavedBy")
# A signature says which bytes of the file it signs (ISO 32000-1, 12.8.1).
_SIGNED = re.compile(rb"/ByteRange\s*\[")


def pdf_texts(raw: bytes) -> Iterator[str]:
    """Its metadata, those in XMP too, then the text of each page. What cannot be read has none: a scan is a picture."""
    try:
        reader = PdfReader(io.BytesIO(raw))
        for value in (reader.metadata or {}).values():
            yield str(value)
        if "/Metadata" in reader.root_object:
            yield _xmp(reader.root_object).decode("utf-8", "replace")
        for page in reader.pages:
            yield page.extract_text()
    except _UNREADABLE:
        return


def is_locked(raw: bytes) -> bool:
    """Whether it opens with a password only, so that nobody can see what it says."""
    try:
        reader = PdfReader(io.BytesIO(raw))
        return reader.is_encrypted and not reader.decrypt("")
    except _UNREADABLE:
        return False


def is_signed(raw: bytes) -> bool:
    """Whether it carries a digital signature, which any other byte would break."""
    return bool(_SIGNED.search(raw))


def pdf_people(raw: bytes) -> list[str]:
    """Whom it names: in its properties, in XMP, wherever that stands, and as authors of comments."""
    try:
        reader = PdfReader(io.BytesIO(raw))
        info: Mapping[str, Any] = reader.metadata or {}
        found = [str(info[key]) for key in _PEOPLE if key in info]
        for number in range(1, int(reader.trailer["/Size"])):  # type: ignore[call-overload]
            part = reader.get_object(number)
            if isinstance(part, DictionaryObject):
                found += _named_in(part)
    except _UNREADABLE:
        return []
    return names(iter(found))


def served(raw: bytes) -> bytes:
    """The bytes that the site serves: the file's own, or a copy that names nobody where it names somebody.

    The copy keeps pages, links, structure, title and dates; it has no XMP. A file that is signed stays as it is.
    """
    if is_signed(raw) or not pdf_people(raw):
        return raw
    writer = PdfWriter(clone_from=io.BytesIO(raw))
    info: Mapping[str, Any] = writer.metadata or {}
    writer.metadata = {key: value for key, value in info.items() if key in _KEPT}
    for part in writer._objects:
        if isinstance(part, DictionaryObject):
            for key in ("/Metadata", "/PieceInfo", *(("/T",) if _is_comment(part) else ())):
                part.pop(NameObject(key), None)
    # What nothing leads to any more is only left out when the document is cloned once more.
    return _written(PdfWriter(clone_from=io.BytesIO(_written(writer))))


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _named_in(part: DictionaryObject) -> Iterator[str]:
    if part.get("/Type") == "/Metadata" or "/Metadata" in part:
        yield from people_in_xmp(_xmp(part))
    if _is_comment(part):
        yield str(part["/T"])


def _xmp(part: DictionaryObject) -> bytes:
    found = part["/Metadata"].get_object() if "/Metadata" in part else part
    return bytes(found.get_data())  # type: ignore[union-attr]


def _is_comment(part: DictionaryObject) -> bool:
    """An annotation with a title, which is its author's name; of a form's field the same key is the field's name."""
    return "/Subtype" in part and "/T" in part and "/Rect" in part and str(part["/Subtype"]) != "/Widget"
