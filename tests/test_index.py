"""catalogue-index.json: decoded again, it says what the records say, in few bytes."""

from __future__ import annotations

import gzip
import itertools
import json
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench_records import records
from pcf.comparability import comparability
from pcf.evaluate import Outcome, evaluate
from pcf.index import catalogue_index, entries, index_bytes
from pcf.listing import newest_first, row
from pcf.wording import wording
from support import NEW, OLD, R2, base, edited

BYTES = 70  # of the issue: packed, for each product, with the names in both languages
SCHEMA = Path(__file__).parent.parent / "hooks/pcf/schemas/catalogue-index-1.json"


def index_of(outcome: Outcome) -> dict[str, Any]:
    """The index as a program reads it from the file."""
    address = {"$schema": "https://carbon.example.com/schema/catalogue-index/1.json"}
    return json.loads(index_bytes(address | catalogue_index(outcome.catalogue, entries(outcome))))


def decoded(index: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows of an index by id, as its documentation says how to read it."""
    columns, tables = index["columns"], index["tables"]
    rows = {}
    for i, product in enumerate(columns["product"]):
        cells = {name: column[i] for name, column in columns.items() if name != "shares"}
        for name in ("category", "producer", "body", "scope", "status", "functional_unit"):
            cells[name] = None if cells[name] is None else tables[name][cells[name]]
        cells["standards"] = [tables["standard"][k] for k in tables["standards"][cells["standards"]]]
        cells["not_quantified"] = [tables["stage"][k] for k in tables["not_quantified"][cells["not_quantified"]]]
        cells["shares"] = {stage: shares[i] for stage, shares in columns["shares"].items()}
        rows[f"{product}/{cells['report']}"] = cells
    return rows


@cache
def synthetic() -> Outcome:
    return evaluate(records(60, rich=False))


def named(name: str, shape: Any) -> dict[str, Any]:
    return {"id": name, "zh": shape.name.zh, "en": shape.name.en}


def test_every_report_is_in_it_as_the_records_have_it() -> None:
    """Each cell against the shapes as they were read, not against what the pages show."""
    outcome = synthetic()
    rows, catalogue = decoded(index_of(outcome)), outcome.catalogue
    assert list(rows) == sorted(outcome.evaluations)
    for name, cells in rows.items():
        report = catalogue.reports[name]
        product, statement = report.product, report.statement
        assert statement is not None
        assert isinstance(statement.statement.valid_until, date)
        unit = report.inventory.functional_unit
        declared = {stage: quantity.value for stage, quantity in statement.declared.stages.items()}
        total = statement.declared.total
        shares = cells.pop("shares")
        assert {stage for stage, share in shares.items() if share is not None} == set(declared)
        for stage, value in declared.items():
            assert abs(shares[stage] - 1000 * value / total.value) <= Fraction(1, 2)
        reproduced, compared = cells.pop("reproduced"), cells.pop("compared")
        assert compared == len(declared)
        assert compared - reproduced == len(report.review.deviations)
        assert cells == {
            "product": report.product_id,
            "report": report.folder,
            "number": statement.report.number,
            "name_zh": product.name.zh,
            "name_en": product.name.en,
            "model": product.model,
            "category": named(product.category, catalogue.categories[product.category]),
            "producer": named(product.producer, catalogue.producers[product.producer]),
            "body": named(statement.report.body, catalogue.bodies[statement.report.body]),
            "scope": report.inventory.boundary.scope,
            "standards": list(statement.standards.declared),
            "status": outcome.evaluations[name].status,
            "issued": statement.report.issued.isoformat(),
            "valid_until": statement.statement.valid_until.isoformat(),
            "functional_unit": {
                "key": "1 piece",
                "value": "1",
                "unit": "piece",
                "zh": unit.label.zh,
                "en": unit.label.en,
            },
            "total": total.text,
            "not_quantified": [s.id for s in report.inventory.stages if s.not_quantified],
        }


def test_old_reports_are_in_it_and_what_is_not_stated_is_null() -> None:
    """A superseded report stays; a draft has neither number nor body nor date, and its recomputed total."""
    rows = decoded(index_of(evaluate(base())))
    assert rows[OLD]["status"] == "superseded"
    assert rows[NEW]["status"] != "superseded"
    draft = {path: raw for path, raw in base().items() if not path.startswith(R2) or "inventory" in path}
    outcome = evaluate(draft)
    cells = decoded(index_of(outcome))[NEW]
    assert cells["status"] == "draft"
    assert [cells[k] for k in ("number", "body", "issued", "valid_until", "reproduced", "compared")] == [None] * 6
    assert cells["standards"] == []
    assert abs(Fraction(cells["total"]) - outcome.evaluations[NEW].calculation.total.value) <= Fraction(1, 20_000)


def test_a_functional_unit_is_the_same_by_the_rule_of_the_compare_page() -> None:
    """By amount and unit, as the key of ``comparability``; another label makes no other functional unit."""
    path = f"products/{NEW}/inventory.yaml"
    for edit, keys, labels in (
        (("en: 1 kettle}", "en: one kettle}"), 1, 2),
        (("amount: 1 piece", "amount: 2 piece"), 2, 1),
    ):
        outcome = evaluate(edited(base(), path, edit))
        units = {name: cells["functional_unit"] for name, cells in decoded(index_of(outcome)).items()}
        assert len({unit["en"] for unit in units.values()}) == labels
        assert len({unit["key"] for unit in units.values()}) == keys
        for name, evaluation in outcome.evaluations.items():
            assert {c.id: c.key for c in comparability(evaluation)}["functional-unit"] == units[name]["key"]


def test_a_report_few_bytes() -> None:
    """With names in both languages, of all reports: 70 bytes each once packed."""
    outcome = evaluate(records(300))
    packed = len(gzip.compress(index_bytes(catalogue_index(outcome.catalogue, entries(outcome))), 9, mtime=0))
    assert packed <= BYTES * 300


def test_its_schema_fits_and_is_strict() -> None:
    """Draft 2020-12; a key too many or a number for a decimal is refused."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    validator.check_schema(validator.schema)
    for outcome in (synthetic(), evaluate(base())):
        assert [error.message for error in validator.iter_errors(index_of(outcome))] == []
    for spoil in (
        lambda index: index["columns"].update(more=[]),
        lambda index: index["columns"]["total"].append(1.5),
        lambda index: index["columns"].pop("shares"),
        lambda index: index.update(schema="catalogue-index/2"),
    ):
        index = index_of(synthetic())
        spoil(index)
        assert not validator.is_valid(index)


def test_the_newest_come_first_and_those_of_one_day_by_id() -> None:
    listed = newest_first(entries(synthetic()))
    days = [entry.issued for entry in listed]
    assert days == sorted(days, key=lambda day: day or date.max, reverse=True)
    assert all(a.id < b.id for a, b in itertools.pairwise(listed) if a.issued == b.issued)


def test_a_row_says_what_is_missing_and_where_it_is_of_another_language() -> None:
    """A name without an English form stands in Chinese, marked as such; stages without data are named, never zero."""
    name = "name: {zh: 电水壶, en: Electric kettle}"
    product = "products/acme-kettle/product.yaml"
    files = base()
    outcome = evaluate(edited(files, product, (name, "name: {zh: 电水壶}")))
    (entry,) = (entry for entry in entries(outcome) if entry.id == NEW)
    made = row(outcome.catalogue, entry, wording("en"))
    assert (made.name.text, made.name.language, made.name.missing) == ("电水壶", "zh", True)
    evaluation = outcome.evaluations[NEW]
    quantified = [stage.id for stage in evaluation.calculation.stages if stage.emission and stage.emission.value > 0]
    assert [segment[0] for segment in made.segments] == quantified
    assert made.missing is not None
    for stage in evaluation.calculation.not_quantified:
        assert wording("en")(f"stage.{stage}") in made.missing
