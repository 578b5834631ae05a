"""Files for machines: decimals as text, null for what is not quantified, and the same figures as on the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.evaluate import evaluate
from pcf.exports import csv_bytes, footprint, inventory_csv, published_json
from pcf.jsontext import json_bytes
from pcf.library import Publisher
from pcf.seal import prose_digest
from pcf.tables import derivation, headline, stage_rows
from pcf.wording import LANGUAGES, wording
from support import FACTORS, NEW, OLD, PRODUCT, R2, Files, base, edited, published_file

INVENTORY, STATEMENT = f"{R2}/inventory.yaml", f"{R2}/statement.yaml"


def published(files: Files | None = None, report: str = NEW) -> dict[str, Any]:
    """footprint.json as a reader of the file gets it."""
    outcome = evaluate(files or base())
    return json.loads(json_bytes(footprint(outcome, outcome.evaluations[report])))  # type: ignore[no-any-return]


def rows_of(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def inventory_rows(files: Files | None = None) -> list[dict[str, str]]:
    return rows_of(inventory_csv(evaluate(files or base()).evaluations[NEW]))


def leaves(data: Any) -> Iterator[Any]:
    if isinstance(data, (dict, list)):
        for value in data.values() if isinstance(data, dict) else data:
            yield from leaves(value)
    else:
        yield data


def kg(value: str) -> dict[str, str]:
    return {"value": value, "unit": "kgCO2e"}


# footprint.json


def test_the_head_of_footprint_json() -> None:
    """Schema, product, report, status, boundary and the totals, declared beside recomputed."""
    data = published()
    total = data["recomputed"].pop("total")

    assert {key: data[key] for key in list(data)[:14]} == {
        "schema": "footprint/1",
        "product": {
            "id": "acme-kettle",
            "former_ids": [],
            "name": {"zh": "电水壶", "en": "Electric kettle"},
            "model": "K1",
            "category": "kettle",
            "producer": {"id": "acme", "name": {"zh": "甲电器厂", "en": "Acme Appliances"}},
        },
        "report": {
            "number": "R-2",
            "issued": "2025-03-01",
            "body": "verity",
            "kind": "verification",
            "prepared_by": "not-stated",
            "standard": "ISO 14064-3:2019",
            "assurance": "limited",
            "period": {"start": "2024-01-01", "end": "2024-12-31"},
            "valid_until": "2028-02-29",
        },
        "status": "does-not-reproduce",
        "conditions": ["does-not-reproduce", "verified"],
        "seal": evaluate(base()).evaluations[NEW].seal,
        "prose_digest": prose_digest(evaluate(base()).evaluations[NEW].report),
        "signature": None,
        "functional_unit": {"value": "1", "unit": "piece", "label": {"zh": "1 只水壶", "en": "1 kettle"}},
        "boundary": {
            "scope": "cradle-to-grave",
            "named_stages": ["raw-materials", "inbound-transport", "production", "distribution", "use", "end-of-life"],
            "not_quantified": ["use"],
            "outside": ["storage"],
        },
        "declared": {"total": kg("3.68")},
        "recomputed": {},
        "cradle_to_gate": {"declared": kg("4.58"), "recomputed": data["cradle_to_gate"]["recomputed"]},
        "verdict": "does-not-reproduce",
    }
    assert (total["value"], total["exact"], total["unit"]) == ("3.66", "3.657", "kgCO2e")
    assert (data["cradle_to_gate"]["recomputed"]["value"], data["cradle_to_gate"]["recomputed"]["exact"]) == (
        "4.58",
        "4.577",
    )


def test_a_stage_with_its_line_in_footprint_json() -> None:
    """Amount, factor, heating value and emission, each with its unit; the result with its interval, exact."""
    stage = next(stage for stage in published()["stages"] if stage["id"] == "inbound-transport")
    emission = {
        "value": "0.1400",
        "exact": "0.14",
        "low": "0.1397426299875",  # 0.04995 × 39.995 × 0.06995
        "high": "0.1402576300125",  # 0.05005 × 40.005 × 0.07005
        "unit": "kgCO2e",
    }

    assert stage == {
        "id": "inbound-transport",
        "state": "quantified",
        "declared": kg("0.1400"),
        "recomputed": emission,
        "share": {"value": "3.8", "unit": "%"},
        "verdict": "reproduces-with-unprinted-values",
        "deviation": None,
        "reason": None,
        "included": None,
        "excluded": None,
        "covers": ["diesel"],
        "lines": [
            {
                "label": {"zh": "柴油", "en": "Diesel"},
                "amount": {"value": "0.0500", "unit": "kg"},
                "derived_from": None,
                "factor": {"id": "lab/2024/diesel", "value": "0.0700", "unit": "tCO2/GJ", "gases": "CO2"},
                "net_calorific_value": {"value": "40.00", "unit": "GJ/t", "printed_in_report": False},
                "emission": emission,
                "conditions": None,
                "uncertainty": None,
                "source": None,
                "not_quantified": None,
            }
        ],
    }


def test_what_is_not_quantified_is_null_and_never_zero() -> None:
    """A stage without data, a stage outside the boundary and an empty line have no number at all."""
    stages = {stage["id"]: stage for stage in published()["stages"]}
    empty = stages["distribution"]["lines"][1]

    for name, state in (("use", "not-quantified"), ("storage", "outside-boundary")):
        assert stages[name]["state"] == state
        assert [stages[name][key] for key in ("declared", "recomputed", "share", "verdict")] == [None] * 4
    assert stages["use"]["reason"] == {"zh": "无数据", "en": "No data"}
    assert [empty[key] for key in ("amount", "factor", "net_calorific_value", "emission")] == [None] * 4
    assert empty["not_quantified"] == {"zh": "报告印“/”", "en": "The report has “/”"}


def test_a_deviation_stands_beside_its_stage() -> None:
    """With its cause and the explanation, and both values unsmoothed."""
    stage = next(stage for stage in published()["stages"] if stage["id"] == "distribution")

    assert stage["deviation"] == {
        "cause": "unknown",
        "explanation": {"zh": "原因不明", "en": "The cause is not known"},
    }
    assert (stage["declared"]["value"], stage["recomputed"]["value"]) == ("0.3000", "0.2800")


@pytest.mark.parametrize("report", [OLD, NEW])
def test_no_decimal_is_a_json_number(report: str) -> None:
    """Text, truth or null: nothing that a reader's float could round."""
    assert {type(leaf) for leaf in leaves(published(report=report))} <= {str, bool, type(None)}


def test_exact_is_a_fraction_where_no_decimal_ends_and_amounts_are_always_decimals() -> None:
    """42/13 kWh × 0.5 is 21/13 kg; the amount is given to eight places beside what it was derived from."""
    files = edited(base(), INVENTORY, ("output: 1200 piece}", "output: 1300 piece}"))
    line = next(stage for stage in published(files)["stages"] if stage["id"] == "production")["lines"][0]
    row = next(row for row in inventory_rows(files) if row["stage"] == "production")

    assert (line["emission"]["exact"], line["emission"]["value"]) == ("21/13", "1.615")
    assert line["amount"] == {"value": "3.23076923", "unit": "kWh"}
    assert line["derived_from"] == {
        "total": {"value": "4200", "unit": "kWh"},
        "output": {"value": "1300", "unit": "piece"},
    }
    assert row["amount"] == "3.23076923"


def test_a_draft_declares_nothing() -> None:
    """No number, date, seal or verdict: what was recomputed stands alone."""
    files = base()
    del files[STATEMENT]
    data = published(files)

    assert (data["status"], data["verdict"], data["declared"]["total"]) == ("draft", None, None)
    assert data["recomputed"]["total"]["value"] == "3.6570"
    assert {data["report"][key] for key in ("number", "issued", "body", "valid_until")} == {None}
    assert {stage["declared"] for stage in data["stages"]} == {None}


def test_json_is_readable_utf_8() -> None:
    """Chinese as Chinese, indented, ending in a new line."""
    assert json_bytes({"zh": "钢", "value": None}) == '{\n  "zh": "钢",\n  "value": null\n}\n'.encode()


# The same figures everywhere


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_json_and_csv_agree_to_the_last_digit(language: Any) -> None:
    """Tables in either language, footprint.json and inventory.csv show the same texts for the same figures."""
    evaluation = evaluate(base()).evaluations[NEW]
    words = wording(language)
    data, rows = published(), inventory_rows()

    assert headline(evaluation)[1] == data["declared"]["total"]["value"]
    for row, stage in zip(stage_rows(evaluation, words), data["stages"], strict=True):
        assert (row.id, row.state, row.verdict) == (stage["id"], stage["state"], stage["verdict"])
        assert [row.declared, row.recomputed, row.share] == [
            stage[key] and stage[key]["value"] for key in ("declared", "recomputed", "share")
        ]
    by_line = {stage["id"]: stage["lines"] for stage in data["stages"]}
    for row, lines in derivation(evaluation, words):
        cells = [cell for cell in rows if cell["stage"] == row.id]
        for line, item, cell in zip(lines, by_line[row.id], cells, strict=True):
            assert line.emission == (item["emission"] and item["emission"]["value"])
            assert cell["emission"] == (line.emission or "")
            assert cell["amount"] == (line.multipliers[0].number if line.multipliers else "")
            assert cell["stage_declared"] == (row.declared or "")
            assert cell["stage_recomputed"] == (row.recomputed or "")


# CSV


def test_inventory_csv_has_a_row_per_line_and_per_stage_without_lines() -> None:
    """Every cell of two rows, and the order of all."""
    rows = inventory_rows()

    assert [(row["stage"], row["line_en"], row["state"]) for row in rows] == [
        ("raw-materials", "Sheet of the body", "quantified"),
        ("inbound-transport", "Diesel", "quantified"),
        ("production", "Electricity (2024)", "quantified"),
        ("production", "Diesel", "quantified"),
        ("storage", "", "outside-boundary"),
        ("distribution", "Diesel", "quantified"),
        ("distribution", "Second row", "not-quantified"),
        ("use", "", "not-quantified"),
        ("end-of-life", "Steel recovered (credit)", "quantified"),
    ]
    assert rows[1] == {
        "stage": "inbound-transport", "stage_zh": "原辅料运输", "stage_en": "Inbound transport", "state": "quantified",
        "line_zh": "柴油", "line_en": "Diesel", "amount": "0.0500", "amount_unit": "kg", "factor": "lab/2024/diesel",
        "factor_value": "0.0700", "factor_unit": "tCO2/GJ", "net_calorific_value": "40.00",
        "net_calorific_value_unit": "GJ/t", "emission": "0.1400", "emission_unit": "kgCO2e", "stage_declared": "0.1400",
        "stage_recomputed": "0.1400", "stage_verdict": "reproduces-with-unprinted-values",
    }  # fmt: skip
    assert {key for key, value in rows[7].items() if value} == {"stage", "stage_zh", "stage_en", "state"}
    assert rows[8]["emission"] == "-1.20"  # a number may begin with a minus


def test_csv_is_what_spreadsheet_programs_open() -> None:
    """UTF-8 with its mark, CRLF, every cell quoted, quotes doubled."""
    assert csv_bytes([["名", 'a "b"'], ["-1.5", ""]]) == '\ufeff"名","a ""b"""\r\n"-1.5",""\r\n'.encode()


FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    "-",
    "+",
    "=",
    "--1",
    "-1.2.3",
    "-１",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_can_start_a_formula(text: str) -> None:
    """An apostrophe goes before it, for full-width signs too (CWE-1236)."""
    assert next(csv.reader(io.StringIO(csv_bytes([[text]]).decode("utf-8-sig"), newline=""))) == ["'" + text]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1), min_size=1))
def test_csv_loses_nothing(rows: list[list[str]]) -> None:
    """Every cell reads back as it was, but for the apostrophe before what could start a formula."""
    back = list(csv.reader(io.StringIO(csv_bytes(rows).decode("utf-8-sig"), newline="")))

    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    for cell in (cell for row in back for cell in row):
        assert cell[:1] not in {*"=+@\t\r＝＋－＠"}
        assert not cell.startswith("-") or Fraction(cell) < 0 or cell.strip("-0.") == ""


def test_hostile_words_are_neutral_in_the_files() -> None:
    """A label that is a formula in the record is text in the CSV, and itself in the JSON."""
    label = '=HYPERLINK(""https://evil.example"")'.replace('""', '\\"')
    files = edited(base(), INVENTORY, ("en: Sheet of the body", f'en: "{label}"'))
    text = '=HYPERLINK("https://evil.example")'

    assert inventory_rows(files)[0]["line_en"] == "'" + text
    assert published(files)["stages"][0]["lines"][0]["label"]["en"] == text


# The whole catalogue


def test_the_catalogue_lists_every_report_and_says_which_is_current() -> None:
    """The superseded report stays in the list; the figures are those of each footprint.json."""
    outcome = evaluate(base())
    entries = json.loads(published_file(outcome, "catalogue.json"))

    assert entries["schema"] == "catalogue/1"
    assert [(e["page"], e["status"], e["current"]) for e in entries["reports"]] == [
        ("products/acme-kettle/r-1/", "superseded", False),
        ("products/acme-kettle/r-2/", "does-not-reproduce", True),
    ]
    for entry, report in zip(entries["reports"], (OLD, NEW), strict=True):
        whole = footprint(outcome, outcome.evaluations[report])
        for key in ("product", "report", "status", "conditions", "functional_unit", "boundary", "declared",
                    "recomputed", "cradle_to_gate", "verdict"):  # fmt: skip
            assert entry[key] == whole[key]
        assert entry["stages"] == [
            {key: stage[key] for key in ("id", "state", "declared", "verdict")} for stage in whole["stages"]
        ]
        assert entry["footprint"] == f"products/{report}/footprint.json"


def test_catalogue_csv_has_one_row_per_report() -> None:
    """Names in both languages, values as declared and recomputed, and what is not quantified beside the total."""
    old, new = rows_of(published_file(evaluate(base()), "catalogue.csv"))

    assert new == {
        "product": "acme-kettle", "name_zh": "电水壶", "name_en": "Electric kettle", "model": "K1",
        "category": "kettle", "producer": "acme", "producer_zh": "甲电器厂", "report": "R-2",
        "issued": "2025-03-01", "body": "verity", "status": "does-not-reproduce", "current": "true",
        "scope": "cradle-to-grave", "not_quantified": "use", "functional_unit": "1 piece", "declared_total": "3.68",
        "recomputed_total": "3.66", "cradle_to_gate_declared": "4.58", "unit": "kgCO2e",
        "verdict": "does-not-reproduce", "page": "products/acme-kettle/r-2/",
    }  # fmt: skip
    assert list(new)[-1] == "page"
    assert (old["page"], old["status"], old["current"]) == ("products/acme-kettle/r-1/", "superseded", "false")


def test_a_published_file_begins_with_the_address_of_its_schema() -> None:
    """Below /schema/ of the publisher's site, wherever that is; the rest of the file follows unchanged."""
    publisher = Publisher.model_validate({"address": "https://carbon.example.com/pcf/", "name": {"en": "Carbon"}})
    outcome = evaluate(base())
    data = footprint(outcome, outcome.evaluations[NEW])

    read = json.loads(published_json(data, publisher))
    assert next(iter(read.items())) == ("$schema", "https://carbon.example.com/pcf/schema/footprint/1.json")
    assert read == {"$schema": read["$schema"], **data}
    whole = json.loads(published_file(outcome, "catalogue.json"))
    assert list(whole)[:2] == ["$schema", "schema"]
    assert whole["$schema"] == "https://carbon.example.com/pcf/schema/catalogue/1.json"


def test_a_catalogue_without_reports_is_a_list_without_entries() -> None:
    empty = json.loads(published_file(evaluate({}), "catalogue.json"))
    assert (empty["schema"], empty["reports"]) == ("catalogue/1", [])


def test_a_missing_translation_is_null_in_json_and_filled_in_csv() -> None:
    """JSON says what there is; a table for people shows the other language."""
    files = edited(base(), PRODUCT, ("name: {zh: 电水壶, en: Electric kettle}", "name: {zh: 电水壶}"))
    files = edited(files, FACTORS, ("label: {zh: 柴油, en: Diesel}", "label: {en: Diesel}"))
    outcome = evaluate(files)

    assert published(files)["product"]["name"] == {"zh": "电水壶", "en": None}
    assert rows_of(published_file(outcome, "catalogue.csv"))[-1]["name_en"] == "电水壶"
    assert inventory_rows(files)[1]["line_zh"] == "Diesel"
