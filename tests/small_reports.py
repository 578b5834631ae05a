"""Small reports with values worked out by hand: a line each, sealed."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from pcf.evaluate import evaluate
from pcf.files import read_folder

FACTORS: dict[str, Any] = {
    "publisher": {"en": "Lab"}, "title": {"en": "2024"}, "issued": "2024-12-31", "factors": {
        name: {"label": {"zh": zh, "en": en}, "kind": kind, **carrier, "value": value, "exact": "true", "gases": "CO2e",
               "gwp_set": "AR5", "basis": "life-cycle", "geography": "CN", "year": "2024", "source": {"en": "Table 1"}}
        for name, zh, en, kind, carrier, value in (
            ("electricity", "电力", "Electricity", "electricity", {"carrier": "electricity"}, "0.5 kgCO2e/kWh"),
            ("gas", "天然气", "Gas", "fuel", {"carrier": "natural-gas"}, "2 kgCO2e/m3"),
            ("steel", "钢板", "Steel sheet", "material", {}, "2 kgCO2e/kg"),
            ("scrap", "废钢", "Scrap", "waste", {}, "-1 kgCO2e/kg"),
        )
    },
}  # fmt: skip
PRINTED = {name: str(factor["value"]).partition(" ")[0] for name, factor in FACTORS["factors"].items()}
TEXT = {"zh": "同", "en": "same"}
INVENTORY: dict[str, Any] = {
    "functional_unit": {"amount": "1 piece", "label": {"zh": "1 只", "en": "1 kettle"}, "definition": TEXT},
    "period": {"start": "2024-01-01", "end": "2024-12-31"},
    "boundary": {"scope": "cradle-to-gate", "named_stages": ["raw-materials", "inbound-transport", "production"]},
    "method": {
        "allocation": TEXT, "cut_off": {"per_input": "1 %", "total": "5 %"}, "assumptions": TEXT, "data_sources": TEXT,
        "impact": {"category": TEXT, "characterisation": TEXT, "gases": ["CO2"]}, "product_category_rules": TEXT,
    },
}  # fmt: skip


def write(root: Path, name: str, data: Any) -> None:
    """As JSON, which is YAML."""
    path = root / "products" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")


def write_report(
    root: Path, ident: str, stages: dict[str, Any], declared: dict[str, str], total: str, **more: Any
) -> None:
    """A product with one report. A stage is its lines, or a word why it has none."""
    product, _, report = ident.partition("/")
    inventory = deepcopy(INVENTORY)
    inventory["functional_unit"]["amount"] = more.get("amount", "1 piece")
    inventory["stages"] = [
        {"id": stage, "not_quantified": TEXT}
        if lines is None
        else {"id": stage, "lines": [{"factor": f"lab/2024/{factor}", "amount": amount} for factor, amount in lines]}
        for stage, lines in stages.items()
    ]
    inventory["factor_citations"] = [
        {
            "factor": f"lab/2024/{name}",
            "value": PRINTED[name],
            "unit": "not-printed",
            "net_calorific_value": "not-needed",
        }
        for name in dict.fromkeys(name for lines in stages.values() if lines for name, _ in lines)
    ]
    write(root, f"{product}/product.yaml", {
        "name": more.get("name", {"zh": "水壶", "en": "Kettle"}), "model": more.get("model", product[5:].upper()),
        "category": more.get("category", "kettle"), "producer": "acme", "reference_service_life": "5 a",
    })  # fmt: skip
    write(root, f"{ident}/inventory.yaml", inventory)
    write(root, f"{ident}/statement.yaml", {
        "report": {"number": report.upper(), "issued": "2025-03-01", "body": "body"},
        "statement": {"kind": "verification", "prepared_by": "not-stated", "standard": "ISO 14064-3:2019",
                      "assurance": "limited", "valid_until": more.get("valid_until", "2099-12-31")},
        "standards": {"declared": ["ISO 14067:2018"]},
        "declared": {"total": f"{total} kgCO2e", "stages": {k: f"{v} kgCO2e" for k, v in declared.items()}},
    })  # fmt: skip
    write(root, f"{ident}/review.yaml", {"deviations": more.get("deviations", [])})


def seal(root: Path) -> None:
    """Writes into each review.yaml the seal of its report."""
    for evaluation in evaluate(read_folder(root)[0]).evaluations.values():
        path = root / "products" / evaluation.id / "review.yaml"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"seal": evaluation.seal}), "utf-8")
