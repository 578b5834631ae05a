"""Machine-readable files: footprint.json, inventory.csv, catalogue.json, catalogue.csv. Every decimal is a string."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from .addresses import page_of, schema_of
from .calculate import LineResult, Result, StageResult
from .comparability import covers
from .conditions import conditions
from .edits import UNKNOWN, History
from .evaluate import Evaluation, Outcome
from .fields import Words
from .jsontext import json_bytes
from .library import Publisher
from .pastwords import changed_since_sealed, history_data
from .quantity import EMISSION, Quantity, exact_text, rounded
from .tables import decimals_of, stage_decimals
from .timeline import editions_json
from .wording import LANGUAGES, wording

FOOTPRINT_SCHEMA = "footprint/1"
CATALOGUE_SCHEMA = "catalogue/1"


def published_json(data: Mapping[str, Any], publisher: Publisher) -> bytes:
    """A JSON file of the site: the address of its schema first, by which editors and validators find it."""
    return json_bytes({"$schema": schema_of(publisher, data["schema"]), **data})


def footprint(outcome: Outcome, evaluation: Evaluation, history: History = UNKNOWN) -> dict[str, Any]:
    """footprint.json: the whole result and derivation of one report. What is not quantified is null, never zero.

    ``history`` is what git tells of it.
    """
    return {
        **_head(outcome, evaluation),
        "stages": [_stage(evaluation, stage) for stage in evaluation.calculation.stages],
        "findings": [
            {"code": f.code, "severity": f.severity, "stages": list(f.stages), "factors": list(f.factors),
             "values": dict(f.values), "words": _words(f.words) if f.words else None, "source": f.source}
            for f in evaluation.findings
        ],
        "completeness": [
            {"id": item.id, "state": item.state}
            for item in evaluation.completeness
        ],
        "comparability": conditions(outcome, evaluation),
        "editions": editions_json(outcome, evaluation),
        "changed_since_sealed": changed_since_sealed(history),
        "history": history_data(history),
    }  # fmt: skip


def _head(outcome: Outcome, evaluation: Evaluation) -> dict[str, Any]:
    """All but the stages and the findings."""
    report, calculation, reconciliation = evaluation.report, evaluation.calculation, evaluation.reconciliation
    statement, inventory = report.statement, report.inventory
    decimals = decimals_of(evaluation)
    producer = outcome.catalogue.producers.get(report.product.producer)
    gate = calculation.cradle_to_gate
    return {
        "schema": FOOTPRINT_SCHEMA,
        "product": {
            "id": report.product_id,
            "former_ids": list(report.product.former_ids),
            "name": _words(report.product.name),
            "model": report.product.model,
            "category": report.product.category,
            "producer": {"id": report.product.producer, "name": _words(producer.name) if producer else None},
        },
        "report": {
            "number": statement.report.number if statement else None,
            "issued": statement.report.issued.isoformat() if statement else None,
            "body": statement.report.body if statement else None,
            "kind": statement.statement.kind if statement else None,
            "prepared_by": statement.statement.prepared_by if statement else None,
            "standard": statement.statement.standard if statement else None,
            "assurance": statement.statement.assurance if statement else None,
            "period": {"start": inventory.period.start.isoformat(), "end": inventory.period.end.isoformat()},
            "valid_until": _stated(statement.statement.valid_until) if statement else None,
        },
        "status": evaluation.status,
        "conditions": list(evaluation.conditions),
        "seal": report.review.seal,
        "prose_digest": evaluation.prose_digest,
        "signature": {
            "fault": evaluation.signature.fault,
            "key": evaluation.signature.key,
            "signed": evaluation.signature.signed,
            "demonstration": evaluation.signature.demonstration,
        }
        if evaluation.signature
        else None,
        "functional_unit": {
            **(_quantity(inventory.functional_unit.amount) or {}),
            "label": _words(inventory.functional_unit.label),
        },
        "boundary": {
            "scope": inventory.boundary.scope,
            "named_stages": list(inventory.boundary.named_stages),
            "not_quantified": list(calculation.not_quantified),
            "outside": list(calculation.outside),
        },
        "declared": {"total": _quantity(reconciliation.total.declared) if reconciliation else None},
        "recomputed": {"total": _result(calculation.total, decimals)},
        "cradle_to_gate": {
            "declared": {"value": rounded(reconciliation.cradle_to_gate, decimals), "unit": EMISSION}
            if reconciliation and reconciliation.cradle_to_gate is not None
            else None,
            "recomputed": _result(gate, decimals),
        },
        "verdict": reconciliation.total.verdict if reconciliation else None,
    }


def _stage(evaluation: Evaluation, stage: StageResult) -> dict[str, Any]:
    reconciliation = evaluation.reconciliation
    comparison = reconciliation.stages.get(stage.id) if reconciliation else None
    share = reconciliation.shares.get(stage.id) if reconciliation else None
    deviation = reconciliation.deviations.get(stage.id) if reconciliation else None
    decimals = stage_decimals(evaluation, stage.id)
    return {
        "id": stage.id,
        "state": stage.state,
        "declared": _quantity(comparison.declared) if comparison else None,
        "recomputed": _result(stage.emission, decimals),
        "share": _quantity(share.declared) if share else None,
        "verdict": comparison.verdict if comparison else None,
        "deviation": {"cause": deviation.cause, "explanation": _words(deviation.explanation)} if deviation else None,
        "reason": _words(stage.reason) if stage.reason else None,
        "included": _words(stage.stage.included) if stage.stage.included else None,
        "excluded": _words(stage.stage.excluded) if stage.stage.excluded else None,
        "covers": list(covers(stage)),
        "lines": [_line(line, decimals) for line in stage.lines],
    }


def _line(line: LineResult, decimals: int) -> dict[str, Any]:
    by_role = {m.role: m for m in line.multipliers}
    heat = by_role.get("net_calorific_value")
    words = line.line.label or (line.factor.label if line.factor else None)
    value = line.factor.value if line.factor else None
    derived = line.line.derived_from
    return {
        "label": _words(words) if words else None,
        "amount": _quantity(by_role["amount"].quantity) if by_role else None,
        "derived_from": {"total": _quantity(derived.total), "output": _quantity(derived.output)} if derived else None,
        "factor": {"id": line.factor_id, **(_quantity(value) or {}), "gases": line.factor.gases}
        if line.factor
        else None,
        "net_calorific_value": {**(_quantity(heat.quantity) or {}), "printed_in_report": heat.printed_in_report}
        if heat
        else None,
        "emission": _result(line.emission, decimals),
        "conditions": _words(line.line.conditions) if line.line.conditions else None,
        "uncertainty": _quantity(line.line.uncertainty),
        "source": line.line.source,
        "not_quantified": _words(line.line.not_quantified) if line.line.not_quantified else None,
    }


def inventory_csv(evaluation: Evaluation) -> bytes:
    """inventory.csv: one row per line of activity data, and per stage that has none."""
    zh, en = (wording(language) for language in LANGUAGES)
    rows: list[list[str]] = [
        ["stage", "stage_zh", "stage_en", "state", "line_zh", "line_en", "amount", "amount_unit", "factor",
         "factor_value", "factor_unit", "net_calorific_value", "net_calorific_value_unit", "emission", "emission_unit",
         "stage_declared", "stage_recomputed", "stage_verdict"],
    ]  # fmt: skip
    reconciliation = evaluation.reconciliation
    for stage in evaluation.calculation.stages:
        comparison = reconciliation.stages.get(stage.id) if reconciliation else None
        decimals = stage_decimals(evaluation, stage.id)
        head = [stage.id, zh(f"stage.{stage.id}"), en(f"stage.{stage.id}")]
        tail = [
            comparison.declared.text if comparison else "",
            rounded(stage.emission.value, decimals) if stage.emission else "",
            comparison.verdict if comparison else "",
        ]
        if not stage.lines:
            rows.append([*head, stage.state, *[""] * 11, *tail])
        for line in stage.lines:
            by_role = {m.role: m.quantity for m in line.multipliers}
            words = line.line.label or (line.factor.label if line.factor else None)
            rows.append(
                [
                    *head,
                    "quantified" if line.emission else "not-quantified",
                    zh.text(words) if words else "",
                    en.text(words) if words else "",
                    *_cells(by_role.get("amount")),
                    line.factor_id or "",
                    *_cells(by_role.get("emission_factor")),
                    *_cells(by_role.get("net_calorific_value")),
                    rounded(line.emission.value, decimals) if line.emission else "",
                    EMISSION if line.emission else "",
                    *tail,
                ]
            )
    return csv_bytes(rows)


def catalogue_json(publisher: Publisher, entries: Iterable[str]) -> bytes:
    """catalogue.json of all reports, in order of address, from the text of each entry by ``entry_text``."""
    head = json_bytes({"$schema": schema_of(publisher, CATALOGUE_SCHEMA), "schema": CATALOGUE_SCHEMA, "reports": []})
    before, empty, after = head.partition(b"[]")
    listed = bytearray()  # of thousands of reports, the parts would be as much memory again
    for entry in entries:
        listed += (b",\n" if listed else b"") + entry.encode("utf-8")
    return b"".join([before, b"[\n", listed, b"\n  ]", after] if listed else [before, empty, after])


def entry_text(entry: Mapping[str, Any]) -> str:
    """An entry of catalogue.json as it stands there."""
    return "    " + json_bytes(entry).decode("utf-8").rstrip("\n").replace("\n", "\n    ")


def catalogue_entry(outcome: Outcome, evaluation: Evaluation) -> dict[str, Any]:
    """One report in catalogue.json; what is superseded or withdrawn stays in it."""
    head, compared = _head(outcome, evaluation), evaluation.reconciliation.stages if evaluation.reconciliation else {}
    keys = ("functional_unit", "boundary", "declared", "recomputed", "cradle_to_gate", "verdict")
    stages = [(stage, compared.get(stage.id)) for stage in evaluation.calculation.stages]
    return {
        **{key: head[key] for key in ("product", "report", "status", "conditions")},
        "current": evaluation.id == outcome.current[evaluation.report.product_id].id,
        **{key: head[key] for key in keys},
        "stages": [
            {"id": stage.id, "state": stage.state, "declared": _quantity(comparison.declared) if comparison else None,
             "verdict": comparison.verdict if comparison else None}
            for stage, comparison in stages
        ],
        "page": page_of(evaluation),
        "footprint": f"{page_of(evaluation)}footprint.json",
    }  # fmt: skip


_CATALOGUE_CSV = (
    "product", "name_zh", "name_en", "model", "category", "producer", "producer_zh", "report", "issued", "body",
    "status", "current", "scope", "not_quantified", "functional_unit", "declared_total", "recomputed_total",
    "cradle_to_gate_declared", "unit", "verdict", "page",
)  # fmt: skip


def catalogue_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """catalogue.csv of all reports, in the order of catalogue.json, from the row of each by ``catalogue_row``."""
    return csv_bytes(chain([_CATALOGUE_CSV], rows))


def catalogue_row(outcome: Outcome, evaluation: Evaluation, entry: Mapping[str, Any]) -> list[str]:
    """One report in catalogue.csv; ``entry`` is that of ``catalogue_entry``."""
    zh, en = (wording(language) for language in LANGUAGES)
    report, product, gate = entry["report"], entry["product"], entry["cradle_to_gate"]["declared"]
    producer = outcome.catalogue.producers.get(product["producer"]["id"])
    return [
        product["id"],
        zh.text(evaluation.report.product.name),
        en.text(evaluation.report.product.name),
        product["model"],
        product["category"],
        product["producer"]["id"],
        zh.text(producer.name) if producer else "",
        report["number"] or "",
        report["issued"] or "",
        report["body"] or "",
        entry["status"],
        "true" if entry["current"] else "false",
        entry["boundary"]["scope"],
        " ".join(entry["boundary"]["not_quantified"]),
        f"{entry['functional_unit']['value']} {entry['functional_unit']['unit']}",
        entry["declared"]["total"]["value"] if entry["declared"]["total"] else "",
        entry["recomputed"]["total"]["value"],
        gate["value"] if gate else "",
        EMISSION,
        entry["verdict"] or "",
        entry["page"],
    ]


_FORMULA = frozenset("=+-@\t\r＝＋－＠")


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, so that Excel reads Chinese; every cell quoted; no text can start a formula (CWE-1236)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_neutral(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _neutral(cell: str) -> str:
    starts_formula = cell[:1] in _FORMULA and not _is_number(cell)
    return "'" + cell if starts_formula else cell


def _is_number(cell: str) -> bool:
    body = cell[1:] if cell[:1] == "-" else cell
    return body.isascii() and body.replace(".", "", 1).isdigit()


def _cells(quantity: Quantity | None) -> tuple[str, str]:
    return (_decimal(quantity), quantity.unit) if quantity else ("", "")


def _quantity(quantity: Quantity | None) -> dict[str, str] | None:
    return {"value": _decimal(quantity), "unit": quantity.unit} if quantity else None


def _decimal(quantity: Quantity) -> str:
    """As written; to eight places where an amount was derived by a division that has no last digit."""
    return rounded(quantity.value, 8) if "/" in quantity.text else quantity.text


def _result(result: Result | None, decimals: int) -> dict[str, str] | None:
    if result is None:
        return None
    return {
        "value": rounded(result.value, decimals),
        "exact": exact_text(result.value),
        "low": exact_text(result.interval.low),
        "high": exact_text(result.interval.high),
        "unit": EMISSION,
    }


def _stated(value: date | str) -> str:
    return value.isoformat() if isinstance(value, date) else value


def _words(words: Words) -> dict[str, str | None]:
    return {"zh": words.zh, "en": words.en}
