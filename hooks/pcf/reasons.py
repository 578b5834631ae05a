"""A change in plain words: how far each number moved, why, and at which line of which file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from .calculate import LineResult, Multiplier, StageResult
from .causes import LineChange, Part, StageChange
from .changes import Changes, ReportChange
from .evaluate import Evaluation
from .quantity import rounded, significant
from .reconcile import signed
from .tables import DECIMALS, decimals_of, stage_decimals
from .wording import Wording


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a number moved: in words, and where; ``is_before`` where only the base has that line."""

    text: str
    path: str
    line: int
    is_before: bool = False

    @property
    def place(self) -> str:
        """The file's own name and the line, which is enough beside the report's; of the code's change, none."""
        return self.path and f"{self.path.rpartition('/')[2]}:{self.line}"


def shown(value: Fraction | None, decimals: int) -> str:
    return "–" if value is None else rounded(value, decimals).replace("-", "−")


def moved(value: Fraction, decimals: int) -> str:
    """A change with its sign, never rounded away: what is smaller than the last place keeps two digits."""
    if value == 0:
        return "0"
    text = signed(value, decimals)
    return text if text.strip("+−0.") else ("+" if value > 0 else "−") + significant(abs(value), 2)


def percent(before: Fraction | None, after: Fraction | None) -> str:
    """The relative change in per cent; empty where there is nothing to divide by."""
    return f"{moved(100 * (after - before) / abs(before), 2)} %" if before and after is not None else ""


def change_of(before: Fraction | None, after: Fraction | None, decimals: int, t: Wording) -> str:
    """``+0.3977 (+1.20 %)``."""
    if before is None or after is None:
        return "–"
    if before == after:
        return "0"
    share = percent(before, after)
    text = moved(after - before, decimals)
    return t("review.change", change=text, percent=share) if share else text


def decimals(change: ReportChange) -> int:
    """As many as either side prints its total with."""
    return max((decimals_of(e) for e in (change.against, change.after) if e), default=DECIMALS)


def decimals_in(change: ReportChange, stage: str) -> int:
    return max((stage_decimals(e, stage) for e in (change.against, change.after) if e), default=DECIMALS)


def name_of(change: ReportChange, t: Wording) -> str:
    """What the product is called now, or was."""
    return t.text(_any(change).report.product.name)


def model_of(change: ReportChange) -> str:
    return _any(change).report.product.model


def number_of(change: ReportChange) -> str:
    """The report's number; of a draft, its folder."""
    report = _any(change).report
    return report.statement.report.number if report.statement else report.folder


def unit_of(change: ReportChange, t: Wording) -> str:
    """The functional unit; both, where it changed."""
    units = [t.text(e.report.inventory.functional_unit.label) for e in (change.against, change.after) if e]
    return " → ".join(dict.fromkeys(units))


def reproduced(evaluation: Evaluation | None) -> str:
    found = evaluation.reconciliation if evaluation else None
    return f"{found.reproduced}/{len(found.stages)}" if found else "–"


def arrow(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def statuses(change: ReportChange, t: Wording) -> str:
    """The status before and after, where there was one before."""
    before, after = (t(f"status.{e.status}") if e else None for e in (change.before, change.after))
    if after is None:
        return t(f"review_kind.{change.kind}")
    return arrow(before or after, after)


def causes(change: ReportChange) -> dict[str, Fraction]:
    """The recomputed total's change by cause, in the order in which causes are told; the parts add up to it."""
    sums: dict[str, Fraction] = {}
    for part in (part for stage in change.stages for part in stage.parts):
        sums[part.cause] = sums.get(part.cause, Fraction(0)) + part.value
    if change.method:
        sums["method"] = change.method_part
    return dict(sorted(sums.items(), key=lambda item: CAUSES.index(item[0])))


CAUSES = (
    "amount", "factor", "factor-value", "net-calorific-value", "line-added", "line-removed", "line-state",
    "stage-added", "stage-removed", "stage-state", "method",
)  # fmt: skip


def sum_of(change: ReportChange, t: Wording) -> str:
    """``+5.0762 = +1.9099 (amount) +3.1662 (other factor)``."""
    parts = {name: value for name, value in causes(change).items() if value}
    places = decimals(change)
    whole = moved(sum(parts.values(), Fraction(0)), places)
    return f"{whole} = " + " ".join(
        t("review.part", cause=t(f"review_cause.{name}"), value=moved(value, places)) for name, value in parts.items()
    )


def reasons(changes: Changes, change: ReportChange, stage: StageChange, t: Wording) -> list[Reason]:
    """Everything that moved a stage: each cause with its part, then a declared value that changed."""
    found = list(_reasons(changes, change, stage, t))
    if method := change.method_in(stage):
        words = t("review_reason.method", change=moved(method, decimals_in(change, stage.id)))
        found.append(Reason(words, "", 0))
    was, now = (declared_in(e, stage.id) for e in (change.against, change.after))
    if change.kind == "changed" and change.after and was != now and was and now:
        document = change.after.report.documents["statement"]
        place = document.place("declared", "stages", stage.id)[0]
        found.append(Reason(t("review.declared_moved", before=was, after=now), document.path, place))
    return found


def total_reasons(change: ReportChange, t: Wording) -> list[Reason]:
    """Why the declared total changed: it was declared anew."""
    found = change.after and change.after.reconciliation
    before = change.before and change.before.reconciliation
    if not (found and before and change.after) or before.total.declared == found.total.declared:
        return []
    document = change.after.report.documents["statement"]
    words = t("review.declared_moved", before=before.total.declared.text, after=found.total.declared.text)
    return [Reason(words, document.path, document.place("declared", "total")[0])]


def remarks(change: ReportChange, t: Wording) -> list[str]:
    """What changed beside the sizes: other things of the record, and findings that came and went."""
    told = []
    if "functional-unit" in change.facts:
        told.append(t("review.functional_unit"))
    if facts := [fact for fact in change.facts if fact not in ("functional-unit", "status", "findings")]:
        told.append(t("review.facts", facts=t.listed(t(f"review_fact.{fact}") for fact in facts)))
    if change.before and change.after:
        old, new = ([t(f"finding_title.{f.code}") for f in e.findings] for e in (change.before, change.after))
        for key, titles in (("came", [x for x in new if x not in old]), ("went", [x for x in old if x not in new])):
            if titles:
                told.append(t(f"review.findings_{key}", findings=" · ".join(dict.fromkeys(titles))))
    return told


def notes_of(change: ReportChange, t: Wording) -> list[str]:
    """What the publisher added under ``changes`` in review.yaml."""
    old, new = (e.report.review.changes if e else () for e in (change.before, change.after))
    return [f"{note.date.isoformat()} · {t.text(note.words)}" for note in new if note not in old]


def declared_in(evaluation: Evaluation | None, stage: str) -> str | None:
    """The declared value of a stage as printed."""
    found = evaluation.reconciliation.stages.get(stage) if evaluation and evaluation.reconciliation else None
    return found.declared.text if found else None


def _reasons(changes: Changes, change: ReportChange, stage: StageChange, t: Wording) -> Iterator[Reason]:
    places = decimals_in(change, stage.id)
    for part in stage.parts:
        if part.cause.startswith("stage-"):
            there = change.after if stage.after else change.against
            states = {"before": _state(stage.before, t), "after": _state(stage.after, t)}
            words = t(f"review_reason.{part.cause}", **states, change=moved(part.value, places))
            yield _at(there, words, stage.id, (), stage.after is None)
            return
    for line in stage.lines:
        for part in line.parts:
            yield _line_reason(changes, change, stage, line, part, t)


def _state(stage: StageResult | None, t: Wording) -> str:
    return t(f"state.{stage.state}") if stage else ""


def _line_reason(
    changes: Changes, change: ReportChange, stage: StageChange, line: LineChange, part: Part, t: Wording
) -> Reason:
    is_before = line.after is None or part.cause == "line-removed"
    shape, number = (line.before, line.before_at) if is_before else (line.after, line.after_at)
    assert shape is not None
    values = {"label": label_of(shape, t), "change": moved(part.value, decimals_in(change, stage.id))}
    if part.before and part.after:
        values |= {"before": _quantity(part.before, part.after, t), "after": t.quantity(part.after.quantity)}
    if part.cause == "line-state":
        state = "quantified" if shape.emission else "not-quantified"
        values["state"] = t(f"state.{state}")
    words = t(f"review_reason.{part.cause}", **values)
    own = shape.line.net_calorific_value is not None
    if part.cause == "factor-value" or (part.cause == "net-calorific-value" and not own):
        release, _, name = str(shape.factor_id).rpartition("/")
        document = changes.head.outcome.catalogue.releases[release].document
        key = "value" if part.cause == "factor-value" else "net_calorific_value"
        return Reason(words, document.path, document.place("factors", name, key)[0])
    key = {"amount": "amount" if shape.line.amount else "derived_from", "factor": "factor"}.get(part.cause, "")
    key = "net_calorific_value" if part.cause == "net-calorific-value" else key
    steps = ("lines", number or 0, key) if key else ("lines", number or 0)
    return _at(change.against if is_before else change.after, words, stage.id, steps, is_before)


def _quantity(before: Multiplier, after: Multiplier, t: Wording) -> str:
    """Without its unit where that is the same after."""
    same = before.quantity.unit == after.quantity.unit
    return before.quantity.text if same else t.quantity(before.quantity)


def _at(evaluation: Evaluation | None, words: str, stage: str, steps: tuple[str | int, ...], is_before: bool) -> Reason:
    assert evaluation is not None
    document = evaluation.report.documents["inventory"]
    number = next(n for n, s in enumerate(evaluation.report.inventory.stages) if s.id == stage)
    return Reason(words, document.path, document.place("stages", number, *steps)[0], is_before)


def label_of(line: LineResult, t: Wording) -> str:
    words = line.line.label or (line.factor.label if line.factor else None)
    return t.text(words) if words else str(line.factor_id or "")


def derivation(line: LineResult | None, places: int, t: Wording) -> str:
    """``56.8120 kWh × 0.5777 kgCO₂e/kWh = 32.8203``; in words where there is no amount."""
    if line is None:
        return ""
    if line.emission is None:
        return t("state.not-quantified")
    chain = " × ".join(t.quantity(m.quantity) for m in line.multipliers)
    return f"{chain} = {shown(line.emission.value, places)}"


def derivations(change: ReportChange, t: Wording) -> Iterator[tuple[str, str, str]]:
    """Of each line that changed: its stage and label, its derivation before, and after."""
    for stage in change.stages:
        for line in stage.lines:
            there = line.after or line.before
            assert there is not None
            title = f"{t(f'stage.{stage.id}')} · {label_of(there, t)}"
            places = decimals_in(change, stage.id)
            yield title, derivation(line.before, places, t), derivation(line.after, places, t)


def _any(change: ReportChange) -> Evaluation:
    found = change.after or change.before
    assert found is not None
    return found
