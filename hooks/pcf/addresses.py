"""The addresses of the site: of a report's page, of a file in each language, of a schema; whole or from the root."""

from __future__ import annotations

from collections.abc import Collection

from .evaluate import Evaluation
from .library import Publisher
from .problems import Language
from .wording import LANGUAGES


def in_language(address: str, language: Language) -> str:
    """An address from the site's root with the language's prefix: English stands below ``en/``."""
    return ("en/" if language == "en" else "") + address


def editions(url: str, known: Collection[str] | None = None) -> list[tuple[Language, str, bool]]:
    """Of a page, by its address from the site's root with or without the language's prefix: its address in each
    language, and whether it is there. Where it is not, the address is that of the language's home page.

    ``known`` are the addresses that exist; without it, all do.
    """
    bare = url.removeprefix("en/").removeprefix("./")
    found: list[tuple[Language, str, bool]] = []
    for language in LANGUAGES:
        own = in_language(bare, language)
        exists = known is None or own in known or own == url
        found.append((language, own if exists else in_language("", language), exists))
    return found


def page_of(evaluation: Evaluation) -> str:
    """The address of a report's page and of the folder of its files, from the root of its language."""
    return f"products/{evaluation.id}/"


def whole(publisher: Publisher, address: str) -> str:
    """An address from the site's root as one that works anywhere."""
    return f"{publisher.address.rstrip('/')}/{address}"


def permanent(publisher: Publisher, evaluation: Evaluation, language: Language) -> str:
    """The whole address of a report's page, which never changes."""
    return whole(publisher, in_language(page_of(evaluation), language))


def schema_of(publisher: Publisher, schema: str) -> str:
    """The whole address of the JSON Schema that a file names: ``footprint/1`` is at ``/schema/footprint/1.json``."""
    return whole(publisher, f"schema/{schema}.json")
