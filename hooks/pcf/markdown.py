"""The Markdown edition of a report's page, and llms.txt, which lists them for programs that read text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from . import tables
from .addresses import in_language, page_of, whole
from .evaluate import Evaluation, Outcome
from .index import Entry
from .library import Publisher
from .problems import Language
from .render import markdown_environment
from .timeline import timeline
from .wording import LANGUAGES, wording

FILE = "index.md"
LISTED = 200  # reports in llms.txt; what is longer no program reads whole, and catalogue.csv has all


def report_markdown(
    outcome: Outcome,
    evaluation: Evaluation,
    language: Language,
    *,
    folder: str | None = None,
    address: str | None = None,
    typeset: Collection[str] = (),
) -> bytes:
    """A report as CommonMark with tables, from the same rows as its page.

    ``folder`` is where the linked files are: by default the way there from the edition's own place in the site;
    ``address`` the report's permanent one, if it has one; ``typeset`` the addresses of the documents beside it.
    """
    t, report, catalogue = wording(language), evaluation.report, outcome.catalogue
    base, statement = page_of(evaluation), report.statement
    if folder is None:
        folder = "" if language == "zh" else "../" * in_language(base, language).count("/") + base
    documents = {edition: f"report.{edition}.pdf" for edition in LANGUAGES}
    context: dict[str, Any] = {
        "t": t,
        "e": evaluation,
        "report": report,
        "product": report.product,
        "inventory": report.inventory,
        "method": report.inventory.method,
        "statement": statement,
        "producer": catalogue.producers[report.product.producer],
        "category": catalogue.categories[report.product.category],
        "body": catalogue.bodies[statement.report.body] if statement else None,
        "bodies": catalogue.bodies,
        "headline": tables.headline(evaluation)[1],
        "unit": tables.UNIT,
        "per": t.text(report.inventory.functional_unit.label),
        "gate": tables.gate(evaluation),
        "total": tables.total(evaluation),
        "rows": tables.stage_rows(evaluation, t),
        "derivation": tables.derivation(evaluation, t),
        "factors": list(zip(tables.letters(), tables.factors_used(evaluation), strict=False)),
        "all_factors": catalogue.factors,
        "citations": {c.factor: c for c in report.inventory.factor_citations},
        "findings": [(f, tables.finding_text(evaluation, f, t)) for f in evaluation.findings if f.code != "noted"],
        "noted": [f for f in evaluation.findings if f.code == "noted"],
        "timeline": timeline(outcome, evaluation, t),
        "address": address,
        "folder": folder,
        "documents": {edition: name for edition, name in documents.items() if base + name in typeset},
    }
    return _rendered("report.md", context)


def llms(publisher: Publisher, standing: Sequence[Entry], count: int, language: Language) -> bytes:
    """llms.txt (llmstxt.org): what the site is, its reports as Markdown, and where its method is explained.

    ``standing`` are the current reports, of ``count`` in all. Of more than ``LISTED`` it lists none and names the
    files that have all.
    """
    t = wording(language)
    items = [
        {
            "name": f"{t.text(entry.name)} {entry.model}",
            "address": whole(publisher, in_language(f"products/{entry.id}/{FILE}", language)),
            "value": f"{entry.total} {tables.UNIT}",
            "per": t.text(entry.per),
            "scope": t(f"scope.{entry.scope}"),
            "status": t(f"status.{entry.status}"),
        }
        for entry in standing[: LISTED + 1]
    ]
    context = {
        "t": t,
        "publisher": publisher,
        "items": items if len(items) <= LISTED else [],
        "count": count,
        "page": lambda name: whole(publisher, in_language(name, language)),
        "file": lambda name: whole(publisher, name),
    }
    return _rendered("llms.md", context)


def _rendered(template: str, context: dict[str, Any]) -> bytes:
    """Without the empty lines that parts of a template leave; data has no line breaks."""
    text = markdown_environment(context["t"].language).get_template(template).render(context)
    return (re.sub(r"\n{3,}", "\n\n", text).strip() + "\n").encode("utf-8")
