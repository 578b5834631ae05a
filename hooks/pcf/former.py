"""What answers at the addresses that renamed products have left: the same files, and pages that forward."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .addresses import in_language
from .assets import Artifact
from .evaluate import Outcome
from .pages import forward
from .wording import LANGUAGES, wording

# Files of a product stand below its folder in either language, and its card and badge below embed/.
_FILE = re.compile(r"((?:en/)?products/|embed/)([^/.]+)([/.].*)")


def former_addresses(outcome: Outcome, address: str) -> Iterator[str]:
    """Where else a file of a product answers: at the same place of each id that the product had before.

    Of every report: which of them was there under which id, the record does not say.
    """
    found = _FILE.fullmatch(address)
    if found is None or address.endswith("/index.html") or found[2] not in outcome.by_product:
        return
    for former in outcome.by_product[found[2]][0].report.product.former_ids:
        yield f"{found[1]}{former}{found[3]}"


def forwards(outcome: Outcome) -> Iterator[Artifact]:
    """For every former id a page that forwards to the current report, and one for each report to its page."""
    current = outcome.current
    for product, reports in outcome.by_product.items():
        for former in reports[0].report.product.former_ids:
            for language in LANGUAGES:
                title = wording(language).text(reports[0].report.product.name)
                base = in_language(f"products/{former}/", language)
                to = f"../{current[product].id}/"
                yield Artifact(f"{base}index.html", forward(to, title, language))
                for evaluation in reports:
                    to = f"../../{evaluation.id}/"
                    address = f"{base}{evaluation.report.folder}/index.html"
                    yield Artifact(address, forward(to, title, language, "site.moved"))
