"""What a PDF that is attached says: its own words and what it tells of itself."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError

# It speaks of every oddity of a file; what matters here is the text.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def pdf_texts(raw: bytes) -> Iterator[str]:
    """Its metadata, those in XMP too, then the text of each page. What cannot be read has none: a scan is a picture."""
    try:
        reader = PdfReader(io.BytesIO(raw))
        for value in (reader.metadata or {}).values():
            yield str(value)
        if "/Metadata" in reader.root_object:  # XMP
            yield reader.root_object["/Metadata"].get_object().get_data().decode("utf-8", "replace")  # type: ignore[union-attr]
        for page in reader.pages:
            yield page.extract_text()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError):
        return
