"""Linked data: a Product with its footprint as text, its files as a Dataset, and no certification but a certificate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pcf.evaluate import evaluate
from pcf.library import Publisher
from pcf.linked import linked_data
from pcf.render import script_json
from pcf.wording import wording
from support import NEW, PRODUCT, R2, base, edited

STATEMENT = f"{R2}/statement.yaml"
SITE = "https://carbon.example.com/"
PUBLISHER = Publisher.model_validate({"address": SITE, "name": {"zh": "目录", "en": "Carbon"}})


def linked(files: Any = None, *typeset: str) -> Any:
    """As a reader of the page gets it."""
    outcome = evaluate(files or base())
    data = linked_data(outcome, outcome.evaluations[NEW], PUBLISHER, wording("en"), typeset)
    return json.loads(str(script_json(data)))


def test_a_product_with_its_value_as_it_is_printed() -> None:
    """Declared and recomputed apart, with unit, functional unit and what is left out; all of it text."""
    data = linked()
    declared, recomputed = data["additionalProperty"]

    assert {key: data[key] for key in ("@context", "@type", "name", "model", "identifier", "category")} == {
        "@context": "https://schema.org", "@type": "Product", "name": "Electric kettle K1", "model": "K1",
        "identifier": "acme-kettle", "category": "Electric kettles",
    }  # fmt: skip
    assert data["manufacturer"] == {"@type": "Organization", "name": "Acme Appliances"}
    assert declared == {
        "@type": "PropertyValue",
        "propertyID": "declared-total",
        "name": "Product carbon footprint, declared",
        "value": "3.68",
        "unitText": "kgCO2e",
        "description": "per 1 kettle · Cradle to grave · Not included: Use (not quantified)",
    }
    assert (recomputed["propertyID"], recomputed["value"]) == ("recomputed-total", "3.66")


def test_identifiers_stand_only_where_the_record_has_them() -> None:
    """GTIN and product number are never made up."""
    assert {"gtin", "mpn"} & set(linked()) == set()
    files = base()
    files[PRODUCT] += b'gtin: "06900000000000"\nproduct_number: EX-1\n'
    assert [linked(files)[key] for key in ("gtin", "mpn")] == ["06900000000000", "EX-1"]


def test_the_files_are_a_dataset_with_their_media_types() -> None:
    """PDFs only where they were typeset."""
    pdf = f"products/{NEW}/report.en.pdf"
    data = linked(None, pdf)["subjectOf"]

    assert {item["contentUrl"].removeprefix(SITE): item["encodingFormat"] for item in data["distribution"]} == {
        f"products/{NEW}/footprint.json": "application/json",
        f"products/{NEW}/inventory.csv": "text/csv",
        f"en/products/{NEW}/index.md": "text/markdown",
        pdf: "application/pdf",
    }
    assert (data["identifier"], data["datePublished"]) == ("R-2", "2025-03-01")
    assert data["temporalCoverage"] == "2024-01-01/2024-12-31"


@pytest.mark.parametrize("kind", ["self-declared", "assessment", "verification", "certification"])
def test_only_a_certificate_is_a_certification(kind: str) -> None:
    """A verification report is none, and nothing of it may look like one."""
    data = linked(edited(base(), STATEMENT, ("kind: verification", f"kind: {kind}")))

    assert ("hasCertification" in data) == (kind == "certification")
    if kind == "certification":
        certificate = data["hasCertification"]
        assert (certificate["certificationIdentification"], certificate["expires"]) == ("R-2", "2028-02-29")
        assert "certificationStatus" not in certificate


def test_a_withdrawn_certificate_is_inactive() -> None:
    """Search engines must not show it as one that stands."""
    files = edited(base(), STATEMENT, ("kind: verification", "kind: certification"))
    files[f"{R2}/review.yaml"] += b"withdrawn: {date: 2026-02-01, reason: {en: Wrong}}\n"

    assert linked(files)["hasCertification"]["certificationStatus"] == "https://schema.org/CertificationInactive"


def test_no_number_of_it_is_a_float() -> None:
    """A footprint of 64.2250 stays 64.2250."""

    def leaves(data: Any) -> list[Any]:
        if isinstance(data, (dict, list)):
            return [leaf for value in (data.values() if isinstance(data, dict) else data) for leaf in leaves(value)]
        return [data]

    assert {type(leaf) for leaf in leaves(linked())} <= {str, bool}
