"""The conditions of comparability in words: what each report states, for people to judge where keys differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .calculate import LineResult, StageResult
from .comparability import (
    CONDITIONS,
    COVERAGE,
    comparability,
    covered,
    electricity_factors,
    factor_coverage,
    independence,
    quantified,
)
from .evaluate import Evaluation, Outcome
from .fields import NOT_STATED, Words
from .model import STAGES
from .tables import activity_of, label_of
from .wording import LANGUAGES, Wording, wording

LISTED = 4  # more lines of one kind are told by their number


def conditions(outcome: Outcome, evaluation: Evaluation) -> list[dict[str, str | None]]:
    """``id``, ``key``, and the words in each language, in the order in which they are shown."""
    words = {language: condition_words(outcome, evaluation, wording(language)) for language in LANGUAGES}
    return [
        {"id": condition.id, "key": condition.key, **{language: words[language][condition.id] for language in words}}
        for condition in comparability(evaluation)
    ]


def condition_label(name: str, t: Wording) -> str:
    """What a condition is called."""
    if name.startswith(COVERAGE):
        return t("compare.coverage", stage=t(f"stage.{name.removeprefix(COVERAGE)}"))
    return t(f"condition.{name}")


def condition_labels(t: Wording) -> dict[str, str]:
    return {name: condition_label(name, t) for name in CONDITIONS}


def condition_words(outcome: Outcome, evaluation: Evaluation, t: Wording) -> Mapping[str, str]:
    """What one report states of each condition."""
    inventory, product, statement = evaluation.report.inventory, evaluation.report.product, evaluation.report.statement
    not_stated, life, method = t("report.stated_not"), product.reference_service_life, inventory.method
    rules, stages = method.product_category_rules, evaluation.calculation.by_id
    declared = statement.standards.declared if statement else ()
    say: Callable[[Words], str] = lambda words: said(words, t)  # noqa: E731
    return {
        "functional-unit": say(inventory.functional_unit.label),
        "category": say(outcome.catalogue.categories[product.category].name),
        "function": say(inventory.functional_unit.definition) if inventory.functional_unit.definition else not_stated,
        "service-life": t.quantity(life) if life else not_stated,
        "scope": t(f"scope.{inventory.boundary.scope}"),
        "stages": _stages(evaluation, t),
        **{f"{COVERAGE}{name}": coverage_words(name, stages.get(name), t) for name in STAGES},
        "standards": t.listed(declared) if declared else not_stated,
        "category-rules": not_stated if rules == NOT_STATED else say(rules),
        "cut-off": t("report.cut_off_words", per_input=str(method.cut_off.per_input), total=str(method.cut_off.total)),
        "period": t("compare.period", start=inventory.period.start.isoformat(), end=inventory.period.end.isoformat()),
        "electricity-factor": _electricity(evaluation, t),
        "factor-coverage": _factors(evaluation, t),
        "verification": _verification(evaluation, t),
        "reproduction": _reproduction(evaluation, t),
    }


def said(words: Words, t: Wording) -> str:
    """In one line; a text that is only there in the other language says so."""
    found = t.say(words)
    text = found.line
    return t("compare.only", text=text, which=t(f"site.only_in_{found.language}")) if found.missing else text


def _joined(parts: list[str], t: Wording) -> str:
    return t("compare.semicolon").join(part for part in parts if part)


def _stages(evaluation: Evaluation, t: Wording) -> str:
    calculation = evaluation.calculation
    counted = [stage.id for stage in calculation.stages if stage.emission]
    missing = calculation.not_quantified
    return _joined(
        [t.stages(counted), t("compare.not_quantified", names=t.stages(missing)) if missing else ""],
        t,
    )


def coverage_words(name: str, stage: StageResult | None, t: Wording) -> str:
    """What a stage counts with its amounts, which rows of it are empty, and where raw materials are no materials."""
    if stage is None:
        return t("state.outside-boundary")
    if stage.emission is None:
        return t(f"state.{stage.state}")
    by_kind: dict[str, list[LineResult]] = {}
    for line in quantified(stage):
        by_kind.setdefault(covered(line), []).append(line)
    counted = [text for kind, lines in by_kind.items() for text in _counted(kind, lines, t)]
    empty = [label_of(line, t).text for line in stage.lines if line.emission is None]
    return _joined(
        [
            t.listed(counted),
            t("compare.no_materials") if name == "raw-materials" and "material" not in by_kind else "",
            t("compare.not_quantified", names=t.listed(empty)) if empty else "",
        ],
        t,
    )


def _counted(kind: str, lines: list[LineResult], t: Wording) -> list[str]:
    name = t(f"covers.{kind}")
    if len(lines) > LISTED:
        return [t("compare.lines", kind=name, count=str(len(lines)))]
    own = kind in ("material", "transport", "waste", "other", "other-energy")  # the kind alone would say too little
    return [f"{label_of(line, t).text if own else name} {activity_of(line, t)}" for line in lines]


def _electricity(evaluation: Evaluation, t: Wording) -> str:
    factors = [
        t(
            "compare.factor",
            value=t.quantity(factor.value),
            basis=t(f"basis.{factor.basis}"),
            geography=factor.geography,
            year=t("report.stated_not") if factor.year == NOT_STATED else str(factor.year),
        )
        for factor in electricity_factors(evaluation)
    ]
    return _joined(factors, t) or t("compare.no_electricity")


def _factors(evaluation: Evaluation, t: Wording) -> str:
    parts = []
    for basis, gases, gwp_set in factor_coverage(evaluation):
        what = t(f"gases.{gases}")
        if gwp_set != "none":
            gwp = t("report.stated_not") if gwp_set == NOT_STATED else gwp_set
            what = t("compare.gwp", gases=what, gwp=gwp)
        parts.append(t("compare.coverage_of_factors", basis=t(f"basis.{basis}"), gases=what))
    return _joined(parts, t)


def _verification(evaluation: Evaluation, t: Wording) -> str:
    statement = evaluation.report.statement
    if statement is None:
        return t("status.draft")
    facts = statement.statement
    stated = "" if facts.standard == NOT_STATED else f"{t('report.standard')} {facts.standard}"
    assured = t("report.stated_not") if facts.assurance == NOT_STATED else t(f"assurance.{facts.assurance}")
    return _joined(
        [
            t(f"kind.{facts.kind}"),
            t(f"independence.{independence(evaluation)}"),
            stated,
            t("compare.assurance", assurance=assured),
        ],
        t,
    )


def _reproduction(evaluation: Evaluation, t: Wording) -> str:
    reconciliation = evaluation.reconciliation
    if reconciliation is None:
        return t("report.stated_not")
    count, of = reconciliation.reproduced, len(reconciliation.stages)
    unprinted = reconciliation.with_unprinted_values
    return _joined(
        [
            t("catalogue.reproduced", count=str(count), of=str(of)),
            t("report.with_unprinted", count=str(unprinted)) if unprinted else "",
            "" if reconciliation.total.verdict != "does-not-reproduce" else t("compare.total_does_not_reproduce"),
        ],
        t,
    )
