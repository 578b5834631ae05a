"""The pages of the bodies, with the keys that they sign with, and the list of all keys that a check uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .load import Catalogue
from .pages import Page, named_entry
from .problems import Language
from .render import as_made
from .wording import wording

KEYS_SCHEMA = "keys/1"
KEYS_ADDRESS = "bodies/keys.json"


def body_page(catalogue: Catalogue, lines: Sequence[str], name: str, language: Language) -> Page:
    """One body, with its keys and a line by ``body_line`` for each report that it issued."""
    t = wording(language)
    body = catalogue.bodies[name]
    title = t.text(body.name)
    return Page(
        address=f"bodies/{name}/",
        language=language,
        title=title,
        description=title,
        template="body.html",
        context=lambda: {"body": body, "lines": as_made(lines)},
        crumbs=((t("site.catalogue_nav"), ""), (title, None)),
        search=named_entry([body.name], t, t("report.body")),
        listed=tuple(lines),
    )


def keys(catalogue: Catalogue) -> dict[str, Any]:
    """bodies/keys.json: the keys that this site accepts signatures of, by body. Never taken from a signed document."""
    return {
        "schema": KEYS_SCHEMA,
        "bodies": {
            name: [
                {
                    "public_key": key.public_key,
                    "valid_from": key.valid_from.isoformat(),
                    "valid_to": None if key.valid_to == "not-stated" else key.valid_to.isoformat(),
                    "withdrawn": key.withdrawn.isoformat() if key.withdrawn else None,
                }
                for key in body.keys
            ]
            for name, body in sorted(catalogue.bodies.items())
        },
    }
