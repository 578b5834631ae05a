"""How to cite a report: GB/T 7714, BibTeX and plain."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .evaluate import Evaluation, Outcome
from .wording import Wording


def citations(outcome: Outcome, evaluation: Evaluation, t: Wording, address: str) -> Mapping[str, str]:
    """By style: ``gbt-7714`` (GB/T 7714-2015, an online report), ``bibtex``, ``plain``. Empty for a draft.

    The date of access that GB/T 7714 asks for is the reader's to add: the page knows no clock.
    """
    report, statement = evaluation.report, evaluation.report.statement
    if statement is None:
        return {}
    body = t.text(outcome.catalogue.bodies[statement.report.body].name)
    name = f"{t.text(report.product.name)} {report.product.model}"
    number, issued = statement.report.number, statement.report.issued
    title = t("document.report")
    colon = "：" if t.language == "zh" else ": "
    key = re.sub(r"[^a-z0-9]+", "-", f"{report.product_id}-{report.folder}")
    entries = {
        "title": f"{title}{colon}{name}",
        "institution": body,
        "number": number,
        "year": str(issued.year),
        "month": str(issued.month),
        "url": address,
    }
    bibtex = ",\n".join(
        f"  {field} = {{{_tex(value) if field != 'url' else value}}}" for field, value in entries.items()
    )
    return {
        "gbt-7714": f"{body}. {title}{colon}{name}{colon}{number}[R/OL]. ({issued.isoformat()}). {address}",
        "bibtex": f"@techreport{{{key},\n{bibtex}\n}}",
        "plain": f"{body} ({issued.year}). {title}{colon}{name}. {number}, {issued.isoformat()}. {address}",
    }


def _tex(text: str) -> str:
    """The characters that TeX reads as commands, as themselves."""
    special = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(c) or (f"\\{c}" if c in "#$%&_" else c) for c in text)
