"""Tables and figures of the formal report as data: boundary, derivation, results and bars, and the plain blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import tables
from .charts import CARRIER_COLOURS, STAGE_COLOURS
from .evaluate import Evaluation
from .load import AttachmentFile
from .quantity import rounded
from .wording import Wording

Block = dict[str, Any]


def para(*paragraphs: str) -> Block:
    return {"kind": "para", "paragraphs": list(paragraphs)}


def facts(rows: Sequence[tuple[str, str]]) -> Block:
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def picture(attachment: AttachmentFile, t: Wording) -> Block:
    """An attached picture; the file is named from the folder that the typesetter is given."""
    title, copy = t.say(attachment.shape.title).line, list(attachment.copies.values())[-1]
    return {
        "kind": "picture",
        "file": f"/pictures/{copy.name}",
        "width": copy.width,
        "height": copy.height,
        "alt": title,
        "caption": title,
        "note": f"{attachment.shape.source} · {attachment.shape.licence}",
    }


def table(caption: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], **more: Any) -> Block:
    """``columns`` are title and width, a width that ends in ``>`` aligned right; a cell is a text or ``cell(…)``."""
    return {"kind": "table", "caption": caption, "columns": _columns(columns), "rows": rows, **more}


def cell(text: str, **more: Any) -> Block:
    """A cell with a look: ``strong``, ``muted``, ``warn``, ``right``; over several columns with ``span``."""
    return {"text": text, **more}


def _columns(columns: Sequence[tuple[str, str]]) -> list[Block]:
    return [
        {"title": title, "width": width.removesuffix(">"), "right": width.endswith(">")} for title, width in columns
    ]


def boundary(evaluation: Evaluation, rows: Sequence[tables.StageRow], t: Wording, words: str) -> list[Block]:
    """The boundary drawn, hatched where nothing was quantified, and as a table of what each stage includes."""
    stages = evaluation.calculation.stages
    shares = {row.id: row.share for row in rows}
    drawn = [
        {
            "label": t(f"stage.{stage.id}"),
            "colour": STAGE_COLOURS[stage.id],
            "quantified": stage.state == "quantified",
            "note": f"{shares[stage.id]}%" if shares[stage.id] else t(f"state.{stage.state}"),
        }
        for stage in stages
    ]
    listed = []
    for stage in stages:
        included, excluded = stage.stage.included or stage.reason, stage.stage.excluded
        state = cell(t(f"state.{stage.state}"), warn=stage.state == "not-quantified")
        name = cell(t(f"stage.{stage.id}"), strong=True)
        listed.append([name, state, t.text(included) if included else "–", t.text(excluded) if excluded else "–"])
    columns = [(t("report.stage"), "1.2"), (t("report.state"), "1"), (t("report.included"), "3")]
    return [
        {"kind": "boundary", "caption": t("document.boundary_figure"), "alt": words, "stages": drawn},
        table(t("report.table_boundary"), [*columns, (t("report.excluded"), "1.6")], listed),
    ]


def derivation(evaluation: Evaluation, t: Wording, per: str) -> Block:
    """Every line's product, stage by stage. A stage is one group, so that no page break falls inside it."""
    reconciliation = evaluation.reconciliation
    columns = [(t("report.source"), "1.95"), (t("report.amount"), "1.2>"), (t("report.net_calorific_value"), "1.75>"),
               (t("report.emission_factor"), "2.0>"), (t("report.emission"), "1.65>")]  # fmt: skip
    groups = []
    for row, lines in tables.derivation(evaluation, t):
        deviation = reconciliation.deviations.get(row.id) if reconciliation else None
        note = []
        if deviation:
            cause = t("report.deviation", cause=t(f"cause.{deviation.cause}"))
            note = [cause, *t.say(deviation.explanation).paragraphs]
        group = {"title": t(f"stage.{row.id}"), "colour": STAGE_COLOURS[row.id], "note": note}
        groups.append(group | {"rows": [_line(line, t) for line in lines], "foot": _stage_foot(row, t)})
    recomputed = rounded(evaluation.calculation.total.value, tables.decimals_of(evaluation))
    declared = reconciliation.total.declared.text if reconciliation else None
    foot = [
        cell(t("report.total"), span=2, strong=True),
        cell(f"{t('report.recomputed')} {recomputed}", span=2, right=True, muted=True),
        cell(f"{t('report.declared')} {declared}" if declared else "", right=True, strong=True),
    ]
    return {"kind": "stages", "caption": t("report.table_derivation", unit=per), "columns": _columns(columns),
            "groups": groups, "foot": foot}  # fmt: skip


def _stage_foot(row: tables.StageRow, t: Wording) -> list[Block]:
    if not row.value:
        return []
    verdict = t(f"verdict_short.{row.verdict}") if row.verdict else ""
    if row.difference:
        verdict += f"  {row.difference} ({row.percent})"
    recomputed = f"{t('report.recomputed')} {row.recomputed} ± {row.half_width}"
    return [
        cell(verdict, span=2, warn=row.verdict == "does-not-reproduce", muted=True),
        cell(recomputed, span=2, right=True, muted=True),
        cell(f"{t('report.declared')} {row.declared}" if row.declared else "", right=True, strong=True),
    ]


def _line(line: tables.LineRow, t: Wording) -> list[Block]:
    notes = [_note(t("report.derived", total=line.derived[0], output=line.derived[1]))] if line.derived else []
    label = cell(line.label.text, letter=line.letter, notes=notes)
    if line.emission is None:
        reason = t.text(line.reason) if line.reason else ""
        return [label, cell(f"{t('state.not-quantified')} · {reason}", span=4, muted=True)]
    amount, *heat, factor = line.multipliers
    unprinted = _note(t("report.unprinted"), warn=True)
    cells = [label, cell(f"{amount.number} {amount.unit}")]
    for value in heat:
        cells.append(cell(f"× {value.number} {value.unit}", notes=[] if value.printed else [unprinted]))
    if not heat:
        cells.append(cell("–", muted=True))
    notes = [_note(t(f"report.{factor.note}"))] if factor.note else []
    cells.append(cell(f"× {factor.number} {factor.unit}", notes=notes + ([] if factor.printed else [unprinted])))
    return [*cells, cell(f"= {line.emission}")]


def _note(text: str, *, warn: bool = False) -> Block:
    return {"text": text, "warn": warn}


def results(evaluation: Evaluation, rows: Sequence[tables.StageRow], t: Wording) -> Block:
    """Declared and recomputed side by side, by stage, with the total."""
    reconciliation, statement = evaluation.reconciliation, evaluation.report.statement
    listed: list[list[Any]] = []
    for row in rows:
        name = t(f"stage.{row.id}")
        if row.value is None:
            listed.append([name, cell(t(f"state.{row.state}"), span=4, warn=row.state == "not-quantified")])
            continue
        verdict = t(f"verdict_short.{row.verdict}") if row.verdict else "–"
        judged = cell(verdict, warn=row.verdict == "does-not-reproduce")
        listed.append([name, row.declared or "–", row.share or "–", row.recomputed or "–", judged])
    shares = statement.declared.shares_total if statement else None
    total = reconciliation.total if reconciliation else None
    foot = [
        t("report.total"),
        total.declared.text if total else "–",
        shares.text if shares else "–",
        rounded(evaluation.calculation.total.value, tables.decimals_of(evaluation)),
        t(f"verdict_short.{total.verdict}") if total else "–",
    ]
    columns = [(t("report.stage"), "2"), (t("report.declared"), "1>"), (t("report.share"), "0.8>"),
               (t("report.recomputed"), "1>"), (t("report.verdict"), "2")]  # fmt: skip
    return table(t("report.table_results"), columns, listed, foot=foot)


def stage_bars(rows: Sequence[tables.StageRow], t: Wording, caption: str) -> Block:
    """One bar per stage; hatched where it is not quantified."""
    bars = [
        (bar, t("state.not-quantified") if bar.value is None else bar.value + (f" · {bar.share}%" if bar.share else ""))
        for bar in tables.stage_bars(rows, t)
    ]
    return _bars(bars, caption, STAGE_COLOURS)


def carrier_bars(evaluation: Evaluation, t: Wording, caption: str) -> Block:
    """One bar per stage, divided by energy carrier."""
    bars = []
    for bar in tables.carrier_bars(evaluation, t):
        parts = " + ".join(f"{t(f'carrier.{segment.id}')} {segment.value}" for segment in bar.segments)
        bars.append((bar, f"{bar.value} ({parts})"))
    return _bars(bars, caption, CARRIER_COLOURS)


def _bars(bars: Sequence[tuple[tables.Bar, str]], caption: str, colours: Mapping[str, str]) -> Block:
    return {
        "kind": "bars",
        "caption": caption,
        "alt": "; ".join(f"{bar.label} {value}" for bar, value in bars),
        "bars": [
            {"label": bar.label, "value": value, "segments": segments(bar.segments, colours)} for bar, value in bars
        ],
    }


def segments(parts: Sequence[tables.Segment], colours: Mapping[str, str]) -> list[Block]:
    """Start and width in per cent of the bar, with the colour of light paper."""
    return [{"start": part.start, "width": part.width, "colour": colours[part.id]} for part in parts]
