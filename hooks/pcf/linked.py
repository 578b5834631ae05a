"""A report's page as linked data: a schema.org Product with its footprint, and the files as a Dataset."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from . import tables
from .addresses import page_of, permanent, whole
from .evaluate import Evaluation, Outcome
from .library import Publisher
from .quantity import EMISSION
from .wording import LANGUAGES, Wording

Node = dict[str, Any]

FILES = {"footprint.json": "application/json", "inventory.csv": "text/csv", "index.md": "text/markdown"}


def linked_data(
    outcome: Outcome, evaluation: Evaluation, publisher: Publisher, t: Wording, typeset: Collection[str] = ()
) -> Node:
    """For ``application/ld+json``. Numbers are text, as printed: no reader rounds them.

    A certification is stated only where the statement is one; a verification or an assessment is none.
    """
    report, product = evaluation.report, evaluation.report.product
    address = permanent(publisher, evaluation, t.language)
    optional = {"mpn": product.product_number, "gtin": product.gtin}
    node: Node = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": f"{permanent(publisher, evaluation, 'zh')}#product",
        "name": f"{t.text(product.name)} {product.model}",
        "model": product.model,
        "identifier": report.product_id,
        "category": t.text(outcome.catalogue.categories[product.category].name),
        "manufacturer": _organization(t.text(outcome.catalogue.producers[product.producer].name)),
        **{key: value for key, value in optional.items() if value},
        "url": address,
        "additionalProperty": _values(evaluation, t),
        "subjectOf": _dataset(outcome, evaluation, publisher, t, typeset, address),
    }
    statement = report.statement
    if statement and statement.statement.kind == "certification":
        certification = {
            "@type": "Certification",
            "name": statement.report.number,
            "certificationIdentification": statement.report.number,
            "issuedBy": _organization(t.text(outcome.catalogue.bodies[statement.report.body].name)),
            "datePublished": statement.report.issued.isoformat(),
        }
        valid_until = statement.statement.valid_until
        if isinstance(valid_until, date):
            certification["expires"] = valid_until.isoformat()
        if {"withdrawn", "expired"} & set(evaluation.conditions):
            certification["certificationStatus"] = "https://schema.org/CertificationInactive"
        node["hasCertification"] = certification
    return node


def _values(evaluation: Evaluation, t: Wording) -> list[Node]:
    """The declared and the recomputed total, each with what it is per and what it leaves out."""
    inventory, calculation = evaluation.report.inventory, evaluation.calculation
    parts = [t("unit.per", unit=t.text(inventory.functional_unit.label)), t(f"scope.{inventory.boundary.scope}")]
    if calculation.not_quantified:
        parts.append(t("report.not_included", stages=t.stages(calculation.not_quantified)))
    total = tables.total(evaluation)
    return [
        {
            "@type": "PropertyValue",
            "propertyID": f"{key}-total",
            "name": t("linked.footprint", which=t(f"report.{key}").lower()),
            "value": value,
            "unitText": EMISSION,
            "description": " · ".join(parts),
        }
        for key, value in (("declared", total.declared), ("recomputed", total.recomputed))
        if value is not None
    ]


def _dataset(
    outcome: Outcome, evaluation: Evaluation, publisher: Publisher, t: Wording, typeset: Collection[str], address: str
) -> Node:
    report, period = evaluation.report, evaluation.report.inventory.period
    name = f"{t('document.report')}: {t.text(report.product.name)} {report.product.model}"
    dataset: Node = {
        "@type": "Dataset",
        "@id": f"{permanent(publisher, evaluation, 'zh')}#report",
        "name": name,
        "description": f"{name}. {t('report.files_lead')}",
        "url": address,
        "inLanguage": t.language,
        "temporalCoverage": f"{period.start.isoformat()}/{period.end.isoformat()}",
        "creativeWorkStatus": t(f"status.{evaluation.status}"),
        "isAccessibleForFree": True,
        "publisher": _organization(t.text(publisher.name)),
        "distribution": [
            {"@type": "DataDownload", "contentUrl": whole(publisher, file), "encodingFormat": kind}
            for file, kind in _files(evaluation, t, typeset).items()
        ],
    }
    if report.statement:
        facts = report.statement.report
        body = _organization(t.text(outcome.catalogue.bodies[facts.body].name))
        dataset |= {"identifier": facts.number, "datePublished": facts.issued.isoformat(), "creator": body}
    return dataset


def _files(evaluation: Evaluation, t: Wording, typeset: Collection[str]) -> Mapping[str, str]:
    base = page_of(evaluation)
    prefix = {"index.md": "en/" if t.language == "en" else ""}
    files = {f"{prefix.get(name, '')}{base}{name}": kind for name, kind in FILES.items()}
    documents = [f"{base}report.{language}.pdf" for language in LANGUAGES]
    return files | {address: "application/pdf" for address in documents if address in typeset}


def _organization(name: str) -> Node:
    return {"@type": "Organization", "name": name}
