"""The commands that only look: ``pcf show``, ``pcf factors`` and ``pcf what-if``."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from pathlib import Path

import click

from .columns import table
from .evaluate import Evaluation, Outcome
from .exports import footprint
from .jsontext import json_bytes
from .problems import Language, Problem
from .quantity import EMISSION, Quantity, rounded
from .reconcile import signed
from .register import register
from .tables import LineRow, StageRow, decimals_of, derivation, half_width_text, stage_rows
from .terminal import LANGUAGE, REPORT, ROOT, Command, Option, fail, form, outcome_of, phrase, say, say_data, whole
from .whatif import Recalculated, as_data, parse_value
from .whatif import what_if as recalculated
from .wording import Wording, unit_in_print, wording

COLOURS = {
    "does-not-reproduce": "red",
    "reproduces": "green",
    "reproduces-with-unprinted-values": "green",
    "outdated": "yellow",
}


# pcf show


@click.command(cls=Command)
@ROOT
@LANGUAGE
@form("text", "json")
@REPORT
def show(root: Path, language: Language, form: str, report: str) -> None:
    outcome = outcome_of(root, language)
    evaluation = outcome.evaluations.get(report) or outcome.current.get(report)
    own = [p for p in outcome.problems if p.path.startswith(f"products/{report}/")]
    for problem in own:
        say(problem.text(language), error=True)
    if evaluation is None:
        if own:
            fail("problems", language, count=len(own))
        fail("no_report", language, report=report, hint=_near(outcome, report, language))
    if form == "json":
        say_data(json_bytes(footprint(outcome, evaluation)))
        return
    _head(outcome, evaluation, language)
    _derivation(evaluation, language)
    _foot(evaluation, language)


def _near(outcome: Outcome, report: str, language: Language) -> str:
    known = [*outcome.evaluations, *outcome.current]
    near = get_close_matches(report, known, 1)
    return phrase("fault.near", language, near=near[0]) if near else phrase("fault.reports_are", language)


def _head(outcome: Outcome, evaluation: Evaluation, language: Language) -> None:
    t, report, p = wording(language), evaluation.report, _phrases(language)
    inventory, statement = report.inventory, report.statement
    say(f"{report.product.model}  {t.text(report.product.name)}  ({report.id})", bold=True)
    if statement:
        facts = statement.report
        body = outcome.catalogue.bodies.get(facts.body)
        name = t.text(body.name) if body else facts.body
        kind = t(f"kind.{statement.statement.kind}")
        say(p("report", number=facts.number, body=name, issued=facts.issued.isoformat(), kind=kind))
    else:
        say(p("draft"))
    facts_of = [
        (p("unit"), f"{t.text(inventory.functional_unit.label)} ({inventory.functional_unit.amount})"),
        (p("boundary"), t(f"scope.{inventory.boundary.scope}")),
        (p("status"), " · ".join(t(f"status.{condition}") for condition in evaluation.conditions)),
        (p("seal"), report.review.seal or p("never")),
    ]
    if statement:
        valid = statement.statement.valid_until
        facts_of.insert(3, (p("valid_until"), p("not_stated") if isinstance(valid, str) else valid.isoformat()))
    for line in table(facts_of):
        say(line)
    say("")


def _phrases(language: Language) -> _Phrases:
    return _Phrases("show", language)


class _Phrases:
    """The words of one command in one language."""

    def __init__(self, section: str, language: Language) -> None:
        self.section, self.language = section, language

    def __call__(self, key: str, **values: object) -> str:
        return phrase(f"{self.section}.{key}", self.language, **values)


def _derivation(evaluation: Evaluation, language: Language) -> None:
    t, p = wording(language), _phrases(language)
    rows = [[p("stage"), p("derivation"), p("recomputed"), p("declared"), p("verdict")]]
    colours: list[str | None] = [None]
    lines_of = {row.id: lines for row, lines in derivation(evaluation, t)}
    for row in stage_rows(evaluation, t):
        rows.append(_stage(row, t))
        colours.append(COLOURS.get(row.verdict or ""))
        rows += [_line(line, t) for line in lines_of.get(row.id, ())]
        colours += [None] * len(lines_of.get(row.id, ()))
    rows.append(_total(evaluation, t, p("total")))
    colours.append(COLOURS.get(evaluation.reconciliation.total.verdict) if evaluation.reconciliation else None)
    for text, colour in zip(table(rows, right=(2, 3)), colours, strict=True):
        say(text, colour=colour)
    say(p("all_in", unit=unit_in_print(EMISSION)))
    if any(not m.printed for lines in lines_of.values() for line in lines for m in line.multipliers):
        say(p("unprinted"))
    say("")


def _stage(row: StageRow, t: Wording) -> list[str]:
    name = t(f"stage.{row.id}")
    if row.recomputed is None:
        return [name, t(f"state.{row.state}"), "", "", ""]
    return [name, "", f"{row.recomputed} ± {row.half_width}", row.declared or "", _verdict(row, t)]


def _verdict(row: StageRow, t: Wording) -> str:
    if row.verdict is None:
        return ""
    words = t(f"verdict_short.{row.verdict}")
    moved = ", ".join(part for part in (row.difference, row.percent) if part)
    return f"{words} ({moved})" if moved else words


def _line(line: LineRow, t: Wording) -> list[str]:
    name = f"  {line.label.text}"
    if line.emission is None:
        return [name, t("state.not-quantified"), "", "", ""]
    multipliers = (f"{m.number} {m.unit}{'' if m.printed else '*'}" for m in line.multipliers)
    return [name, " × ".join(multipliers), line.emission, "", ""]


def _total(evaluation: Evaluation, t: Wording, label: str) -> list[str]:
    decimals, total = decimals_of(evaluation), evaluation.calculation.total
    recomputed = f"{rounded(total.value, decimals)} ± {half_width_text(total.half_width, decimals)}"
    if evaluation.reconciliation is None:
        return [label, "", recomputed, "", ""]
    compared = evaluation.reconciliation.total
    verdict = t(f"verdict_short.{compared.verdict}")
    if compared.verdict == "does-not-reproduce" and compared.relative is not None:
        verdict += f" ({signed(compared.difference, decimals)}, {signed(100 * compared.relative, 1)} %)"
    return [label, "", recomputed, compared.declared.text, verdict]


def _foot(evaluation: Evaluation, language: Language) -> None:
    t, p, calculation = wording(language), _phrases(language), evaluation.calculation
    rows = []
    if calculation.not_quantified:
        rows.append((p("not_quantified"), t.stages(calculation.not_quantified)))
    if calculation.outside:
        rows.append((p("outside"), t.stages(calculation.outside)))
    by_rule = [finding for finding in evaluation.findings if finding.words is None]
    warnings = sum(finding.severity == "warning" for finding in by_rule)
    hand = len(evaluation.findings) - len(by_rule)
    rows.append((p("findings"), p("findings_count", rule=len(by_rule), warnings=warnings, hand=hand)))
    for line in table(rows):
        say(line)


# pcf factors


@click.command(cls=Command)
@ROOT
@LANGUAGE
@form("text", "json")
@click.option("--only", cls=Option, type=click.Choice(["outdated", "superseded", "unused"]), help="only")
def factors(root: Path, language: Language, form: str, only: str | None) -> None:
    entries = register(whole(root, language))
    listed = [entry for entry in entries if only in (None, entry.state)]
    if form == "json":
        say_data(json_bytes({"schema": "factors/1", "factors": [entry.as_data() for entry in listed]}))
        return
    p = _Phrases("factors", language)
    rows = [[p("id"), p("value"), p("lines"), p("reports"), p("state")]]
    rows += [
        [e.id, str(e.factor.value), str(e.lines), str(len(e.reports)), p(e.state, newer=", ".join(e.superseded_by))]
        for e in listed
    ]
    for text, state in zip(table(rows, right=(2, 3)), ["", *(entry.state for entry in listed)], strict=True):
        say(text, colour=COLOURS.get(state))
    states = Counter[str](entry.state for entry in entries)
    counts = {state: states[state] for state in ("used", "outdated", "superseded", "unused")}
    say(p("sum", factors=len(entries), **counts), error=True)


# pcf what-if


@click.command("what-if", cls=Command)
@ROOT
@LANGUAGE
@form("text", "json")
@click.argument("settings", metavar="FACTOR=VALUE…", nargs=-1, required=True)
def what_if(root: Path, language: Language, form: str, settings: tuple[str, ...]) -> None:
    outcome = whole(root, language)
    values = _values(outcome, settings, language)
    found = recalculated(outcome, values)
    if form == "json":
        say_data(json_bytes(as_data(outcome, values, found)))
        return
    p = _Phrases("whatif", language)
    say(p("mark"), bold=True)
    for line in table([[ref, str(outcome.catalogue.factors[ref].value), "→", str(v)] for ref, v in values.items()]):
        say(line)
    say("")
    rows = [[p("report"), p("before"), p("after"), p("difference"), "%"]]
    for item in found:
        rows += _compared(item, wording(language))
    for line in table(rows, right=(1, 2, 3, 4)):
        say(line)
    say(phrase("show.all_in", language, unit=unit_in_print(EMISSION)))
    say(p("unchanged", count=len(outcome.evaluations) - len(found)), error=True)


def _values(outcome: Outcome, settings: tuple[str, ...], language: Language) -> dict[str, Quantity]:
    """The settings read, or the end of the command, with every fault told."""
    values: dict[str, Quantity] = {}
    faults = []
    for text in settings:
        reference, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not value:
            known = next(iter(sorted(outcome.catalogue.factors)), "publisher/release/factor")
            faults.append(phrase("fault.setting", language, text=text, example=f"{known}=0.5"))
        elif reference in values:
            faults.append(phrase("fault.setting_twice", language, reference=reference))
        else:
            read = parse_value(outcome.catalogue, reference, value)
            if isinstance(read, Problem):
                words = {"words": read.words(language), "cure": read.cure(language)}
                faults.append(phrase("fault.value", language, reference=reference, **words))
            else:
                values[reference] = read
    if faults:
        raise click.ClickException("\n".join(faults))
    return values


def _compared(item: Recalculated, t: Wording) -> list[list[str]]:
    """The report's total, and below it each stage that moves."""
    decimals = decimals_of(item.evaluation)

    rows = []
    totals = (item.evaluation.id, item.before.total.value, item.after.total.value)
    stages = [
        (f"  {t(f'stage.{before.id}')}", before.emission.value, after.emission.value)
        for before, after in zip(item.before.stages, item.after.stages, strict=True)
        if before.emission and after.emission and before.emission.value != after.emission.value
    ]
    for name, before, after in [totals, *stages]:
        percent = signed(100 * (after - before) / before, 1) if before else ""
        rows.append(
            [name, rounded(before, decimals), rounded(after, decimals), signed(after - before, decimals), percent]
        )
    return rows
