"""The pages of the bodies, with the keys that they sign with, and the list of all keys that a check uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import tables
from .evaluate import Evaluation, Outcome
from .pages import Page, named_entry
from .problems import Language
from .wording import wording

KEYS_SCHEMA = "keys/1"
KEYS_ADDRESS = "bodies/keys.json"


def body_page(outcome: Outcome, reports: Sequence[Evaluation], name: str, language: Language) -> Page:
    """One body, with its keys and the reports that it issued."""
    t = wording(language)
    body = outcome.catalogue.bodies[name]
    title = t.text(body.name)
    return Page(
        address=f"bodies/{name}/",
        language=language,
        title=title,
        description=title,
        template="body.html",
        context=lambda: {"body": body, "reports": [(e, tables.headline(e)) for e in reports], "unit": tables.UNIT},
        crumbs=((t("site.catalogue_nav"), ""), (title, None)),
        search=named_entry([body.name], t, t("report.body")),
    )


def keys(outcome: Outcome) -> dict[str, Any]:
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
            for name, body in sorted(outcome.catalogue.bodies.items())
        },
    }
