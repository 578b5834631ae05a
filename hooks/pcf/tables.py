"""The rows of a report's page: results, derivation, bars and carriers, as text to be set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import count
from typing import NamedTuple

from .calculate import LineResult, StageResult
from .evaluate import Evaluation
from .fields import Words
from .findings import FoundFinding
from .model import CRADLE_TO_GATE
from .quantity import EMISSION, Quantity, per_cent, rounded, significant
from .reconcile import Verdict, signed
from .wording import Said, Wording, unit_in_print

DECIMALS = 4  # of results in a draft, where no declared value says how many
CARRIERS = ("electricity", "natural-gas", "diesel", "gasoline", "coal", "heat", "steam", "other", "none")


class StageRow(NamedTuple):
    """One stage in the results: ``value`` is the declared one, or the recomputed where nothing is declared."""

    id: str
    state: str
    value: str | None
    number: Fraction  # of value; zero where there is none, for drawing only
    declared: str | None
    recomputed: str | None
    half_width: str | None
    share: str | None
    verdict: Verdict | None
    difference: str | None
    percent: str | None
    activity: str
    reason: Words | None


class Total(NamedTuple):
    """The total, and the difference where it does not reproduce."""

    declared: str | None  # of a draft, none
    recomputed: str
    half_width: str
    verdict: Verdict | None
    difference: str | None
    percent: str | None


class Factor(NamedTuple):
    """One multiplier of a line, set for reading."""

    number: str
    unit: str
    printed: bool
    note: str  # 'gwp_one' where CO2 alone is counted


class LineRow(NamedTuple):
    label: Said
    factor_id: str | None
    letter: str  # of the factor's note below the table
    multipliers: tuple[Factor, ...]
    emission: str | None
    derived: tuple[str, str] | None
    place: str | None  # where the report says so
    uncertainty: str | None
    reason: Words | None
    carrier: str
    conditions: Said | None  # of a volume of gas


class Segment(NamedTuple):
    """A part of a bar: where it starts and how long it is, in per cent of the bar."""

    id: str
    start: str
    width: str
    label: str
    value: str
    share: str


class Bar(NamedTuple):
    """A bar with its text: segments from the left edge of a scale that all bars of the figure share."""

    id: str
    label: str
    value: str | None
    share: str | None
    segments: tuple[Segment, ...]


def decimals_of(evaluation: Evaluation) -> int:
    """As many as the declared total is printed with."""
    reconciliation = evaluation.reconciliation
    return reconciliation.total.declared.decimals if reconciliation else DECIMALS


def stage_decimals(evaluation: Evaluation, stage: str) -> int:
    """As many as the declared value of the stage is printed with."""
    comparison = evaluation.reconciliation.stages.get(stage) if evaluation.reconciliation else None
    return comparison.declared.decimals if comparison else decimals_of(evaluation)


def stage_rows(evaluation: Evaluation, wording: Wording) -> list[StageRow]:
    """All stages of the record, in life-cycle order, the unquantified ones included."""
    return evaluation.once("stage rows", wording.language, lambda: _stage_rows(evaluation, wording))


def _stage_rows(evaluation: Evaluation, wording: Wording) -> list[StageRow]:
    total = headline_value(evaluation)
    stages = evaluation.calculation.stages
    rows = evaluation.once("stage rows", "", lambda: [_stage_row(evaluation, stage, total) for stage in stages])
    return [
        row._replace(activity=" + ".join(f"{label_of(x, wording).text} {activity_of(x, wording)}" for x in lines))
        for row, stage in zip(rows, stages, strict=True)
        for lines in [[line for line in stage.lines if line.emission]]
    ]


def headline_value(evaluation: Evaluation) -> Fraction:
    """The declared total; of a draft, the recomputed one."""
    reconciliation = evaluation.reconciliation
    return reconciliation.total.declared_value if reconciliation else evaluation.calculation.total.value


def headline(evaluation: Evaluation) -> tuple[str, str]:
    """The headline to three significant digits, and whole."""
    return evaluation.once("headline", "", lambda: _headline(evaluation))


def _headline(evaluation: Evaluation) -> tuple[str, str]:
    value = headline_value(evaluation)
    reconciliation = evaluation.reconciliation
    whole = reconciliation.total.declared.text if reconciliation else rounded(value, DECIMALS)
    return significant(value), whole


def _stage_row(evaluation: Evaluation, stage: StageResult, total: Fraction) -> StageRow:
    """But for the activity, which is said in words."""
    decimals = stage_decimals(evaluation, stage.id)
    reconciliation = evaluation.reconciliation
    comparison = reconciliation.stages.get(stage.id) if reconciliation else None
    if stage.emission is None:
        return StageRow(
            stage.id, stage.state, None, Fraction(0), None, None, None, None, None, None, None, "", stage.reason
        )
    declared = comparison.declared if comparison else None
    recomputed = rounded(stage.emission.value, decimals)
    number = comparison.declared_value if comparison else stage.emission.value
    share = reconciliation.shares.get(stage.id) if reconciliation else None
    deviates = comparison if comparison and comparison.verdict == "does-not-reproduce" else None
    relative = deviates.relative if deviates else None
    return StageRow(
        stage.id,
        stage.state,
        declared.text if declared else recomputed,
        number,
        declared.text if declared else None,
        recomputed,
        half_width_text(stage.emission.half_width, decimals),
        share.declared.text if share else rounded(100 * number / total, 2) if total else None,
        comparison.verdict if comparison else None,
        signed(deviates.difference, decimals) if deviates else None,
        f"{signed(100 * relative, 1)} %" if relative is not None else None,
        "",
        None,
    )


def gate(evaluation: Evaluation) -> tuple[str, list[str]] | None:
    """The declared cradle-to-gate subtotal (of a draft, the recomputed), and the stages missing from it."""
    calculation, reconciliation = evaluation.calculation, evaluation.reconciliation
    if calculation.cradle_to_gate is None:
        return None
    value = reconciliation.cradle_to_gate if reconciliation else calculation.cradle_to_gate.value
    if value is None:
        return None
    missing = [name for name in CRADLE_TO_GATE if name in calculation.not_quantified]
    return rounded(value, decimals_of(evaluation)), missing


def total(evaluation: Evaluation) -> Total:
    """The total's row."""
    decimals, result = decimals_of(evaluation), evaluation.calculation.total
    judged = evaluation.reconciliation.total if evaluation.reconciliation else None
    deviates = judged is not None and judged.verdict == "does-not-reproduce"
    relative = judged.relative if judged and deviates else None
    return Total(
        declared=judged.declared.text if judged else None,
        recomputed=rounded(result.value, decimals),
        half_width=half_width_text(result.half_width, decimals),
        verdict=judged.verdict if judged else None,
        difference=signed(judged.difference, decimals) if judged and deviates else None,
        percent=f"{signed(100 * relative, 1)} %" if relative is not None else None,
    )


def half_width_text(width: Fraction, decimals: int) -> str:
    """To the decimals of its value, or to its first digit where that lies further back: ± 0.00003, never ± 0.0000."""
    while width and Fraction(rounded(width, decimals)) == 0:
        decimals += 1
    return rounded(width, decimals)


def activity_of(line: LineResult, wording: Wording) -> str:
    """The amount of a line that is quantified, with its unit."""
    amount = line.multipliers[0].quantity
    return f"{_amount_text(line, amount)} {wording.unit(amount.unit)}"


def label_of(line: LineResult, wording: Wording) -> Said:
    """The line's own label, else its factor's."""
    words = line.line.label or (line.factor.label if line.factor else None)
    assert words is not None
    return wording.say(words)


def _amount_text(line: LineResult, quantity: Quantity) -> str:
    """As written; a derived amount that is no short decimal is shown to eight places, marked by an ellipsis."""
    if line.line.derived_from and ("/" in quantity.text or len(quantity.text) > 14):
        return rounded(quantity.value, 8) + "…"
    return quantity.text


def carrier_of(line: LineResult) -> str:
    return (line.factor.carrier if line.factor else None) or "none"


def derivation(evaluation: Evaluation, wording: Wording) -> list[tuple[StageRow, list[LineRow]]]:
    """Every stage that has lines, with its lines; the factors are lettered in order of use."""
    return evaluation.once("derivation", wording.language, lambda: _derivation(evaluation, wording))


def _derivation(evaluation: Evaluation, wording: Wording) -> list[tuple[StageRow, list[LineRow]]]:
    letters: dict[str, str] = {}
    rows = {row.id: row for row in stage_rows(evaluation, wording)}
    result = []
    for stage in evaluation.calculation.stages:
        if stage.lines:
            decimals = stage_decimals(evaluation, stage.id)
            result.append((rows[stage.id], [_line_row(line, wording, letters, decimals) for line in stage.lines]))
    return result


def factors_used(evaluation: Evaluation) -> list[str]:
    """The references of the factors in the inventory, in order of use: the letters a, b, c of the derivation."""
    lines = (line for stage in evaluation.calculation.stages for line in stage.lines)
    return list(dict.fromkeys(line.factor_id for line in lines if line.factor_id))


def _line_row(line: LineResult, wording: Wording, letters: dict[str, str], decimals: int) -> LineRow:
    letter = ""
    if line.factor_id:
        letter = letters.setdefault(line.factor_id, _letter(len(letters)))
    derived = line.line.derived_from
    return LineRow(
        label_of(line, wording),
        line.factor_id,
        letter,
        tuple(
            Factor(
                _amount_text(line, m.quantity) if m.role == "amount" else m.quantity.text,
                wording.unit(m.quantity.unit) if m.role == "amount" else unit_in_print(m.quantity.unit),
                m.printed_in_report,
                "gwp_one" if m.role == "emission_factor" and line.factor and line.factor.gases == "CO2" else "",
            )
            for m in line.multipliers
        ),
        rounded(line.emission.value, decimals) if line.emission else None,
        (wording.quantity(derived.total), wording.quantity(derived.output)) if derived else None,
        wording.place(line.line.source) if line.line.source else None,
        str(line.line.uncertainty) if line.line.uncertainty else None,
        line.line.not_quantified,
        carrier_of(line),
        wording.say(line.line.conditions) if line.line.conditions else None,
    )


def letters() -> Iterator[str]:
    """a, b, … z, aa, ab, …: what the derivation calls the factors."""
    return map(_letter, count())


def finding_text(evaluation: Evaluation, finding: FoundFinding, wording: Wording) -> str:
    """A finding by rule in words, its stages and factors by name."""
    labels = evaluation.once("factor labels", wording.language, lambda: _factor_labels(evaluation, wording))
    return wording(
        f"finding.{finding.code}",
        stages=wording.stages(finding.stages),
        factors=wording.listed(labels[ref] for ref in finding.factors),
        scope=wording(f"scope.{evaluation.report.inventory.boundary.scope}"),
        **{name: value for name, value in finding.values.items() if name != "factor"},
    )


def _factor_labels(evaluation: Evaluation, wording: Wording) -> dict[str | None, str]:
    lines = (line for stage in evaluation.calculation.stages for line in stage.lines)
    return {line.factor_id: wording.text(line.factor.label) for line in lines if line.factor}


def _letter(number: int) -> str:
    return chr(ord("a") + number) if number < 26 else _letter(number // 26 - 1) + _letter(number % 26)


def stage_bar(rows: Sequence[StageRow], wording: Wording) -> tuple[Segment, ...]:
    """The stages as parts of one bar. Credits have no length in it; the results list them."""
    positive = [row for row in rows if row.number > 0]
    whole = sum((row.number for row in positive), Fraction(0))
    segments, start = [], Fraction(0)
    for row in positive:
        at, width = per_cent(start, whole, 3), per_cent(row.number, whole, 3)
        segments.append(Segment(row.id, at, width, wording(f"stage.{row.id}"), row.value or "", row.share or ""))
        start += row.number
    return tuple(segments)


def stage_bars(rows: Sequence[StageRow], wording: Wording) -> list[Bar]:
    """One bar per stage on one scale, which reaches below zero where there are credits."""
    low, high = _scale([row.number for row in rows])
    return [
        Bar(
            row.id,
            wording(f"stage.{row.id}"),
            row.value,
            row.share,
            (_on_scale(row.id, Fraction(0), row.number, low, high, row.value or ""),) if row.value else (),
        )
        for row in rows
        if row.state != "outside-boundary"
    ]


def bars_on_scale(parts: Sequence[tuple[str, str, str, Fraction]]) -> list[Bar]:
    """One bar each on one scale from zero: id, label, value as printed, and the value."""
    low, high = _scale([number for *_, number in parts])
    return [
        Bar(name, label, value, None, (_on_scale(name, Fraction(0), number, low, high, value),))
        for name, label, value, number in parts
    ]


def _scale(ends: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    low, high = min([Fraction(0), *ends]), max([Fraction(0), *ends])
    return low, high if high > low else low + 1


def _on_scale(name: str, start: Fraction, end: Fraction, low: Fraction, high: Fraction, value: str) -> Segment:
    left, right = sorted((start, end))
    span = high - low
    return Segment(name, per_cent(left - low, span, 3), per_cent(right - left, span, 3), name, value, "")


def carriers_used(evaluation: Evaluation) -> list[str]:
    used = {carrier_of(line) for stage in evaluation.calculation.stages for line in stage.lines if line.emission}
    return [carrier for carrier in CARRIERS if carrier in used]


def by_carrier(evaluation: Evaluation) -> dict[str, dict[str, Fraction]]:
    """Recomputed emissions by stage and energy carrier."""
    return evaluation.once("by carrier", "", lambda: _by_carrier(evaluation))


def _by_carrier(evaluation: Evaluation) -> dict[str, dict[str, Fraction]]:
    result: dict[str, dict[str, Fraction]] = {}
    for stage in evaluation.calculation.stages:
        parts: dict[str, Fraction] = {}
        for line in stage.lines:
            if line.emission:
                carrier = carrier_of(line)
                parts[carrier] = parts.get(carrier, Fraction(0)) + line.emission.value
        if parts:
            result[stage.id] = parts
    return result


def carrier_bars(evaluation: Evaluation, wording: Wording) -> list[Bar]:
    """One bar per quantified stage, of the carriers' recomputed parts; credits to the left of zero."""
    bars = evaluation.once("carrier bars", "", lambda: _carrier_bars(evaluation))
    return [bar._replace(label=wording(f"stage.{bar.id}")) for bar in bars]


def _carrier_bars(evaluation: Evaluation) -> list[Bar]:
    """But for the labels."""
    stages = by_carrier(evaluation)
    ends = [sum((v for v in parts.values() if v > 0), Fraction(0)) for parts in stages.values()]
    ends += [sum((v for v in parts.values() if v < 0), Fraction(0)) for parts in stages.values()]
    low, high = _scale(ends)
    bars = []
    for stage, parts in stages.items():
        segments, right, left = [], Fraction(0), Fraction(0)
        decimals = stage_decimals(evaluation, stage)
        for carrier in CARRIERS:
            if carrier not in parts:
                continue
            value = parts[carrier]
            start, end = (right, right + value) if value > 0 else (left + value, left)
            right, left = (end, left) if value > 0 else (right, start)
            segments.append(_on_scale(carrier, start, end, low, high, rounded(value, decimals)))
        total = rounded(sum(parts.values(), Fraction(0)), decimals)
        bars.append(Bar(stage, "", total, None, tuple(segments)))
    return bars


UNIT = unit_in_print(EMISSION)
