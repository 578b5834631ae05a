"""The change from one report of a product to the next: how much, beside which conditions, and when there is none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pcf.editions import Comparison, editions, series
from pcf.evaluate import Evaluation, evaluate
from support import NEW, OLD, PRODUCT, R1, R2, base, edited


def judged(*edits: tuple[str, tuple[str, str]]) -> list[Evaluation]:
    """The reports of the base catalogue's product after edits to its files."""
    files = base()
    for path, edit in edits:
        files = edited(files, path, edit)
    return list(evaluate(files).evaluations.values())


def last(reports: list[Evaluation]) -> Comparison:
    found = editions(reports)[-1].comparison
    assert found is not None
    return found


def test_the_change_is_exact_and_beside_all_that_differs() -> None:
    """3.68 − 5.400 = −1.720 kgCO2e; what neither report states, as the service life, is no difference."""
    first, second = editions(judged())
    found = last(judged())

    assert (first.evaluation.id, first.comparison, second.evaluation.id) == (OLD, None, NEW)
    assert (found.difference, found.decimals, found.relative) == (
        Fraction("-1.72"),
        3,
        Fraction("-1.72") / Fraction("5.4"),
    )
    assert found.stops == ()
    assert {"scope", "period", "verification"} < set(found.differing)
    assert not {"category", "service-life", "function", "standards", "cut-off"} & set(found.differing)


@pytest.mark.parametrize("unit", ["2 piece", "1 kg"])
def test_another_functional_unit_stops_the_comparison(unit: str) -> None:
    """There is no difference then, in either direction of time, and nothing to draw."""
    reports = judged(
        (f"{R1}/inventory.yaml", ("functional_unit: {amount: 1 piece", f"functional_unit: {{amount: {unit}"))
    )
    found = last(reports)

    assert (found.stops, found.difference, found.relative) == (("functional-unit",), None, None)
    course = series(editions(reports))
    assert [e.id for e in course.shown] == [NEW]
    assert [(e.id, stops) for e, stops in course.left_out] == [(OLD, ("functional-unit",))]


def test_the_same_unit_written_otherwise_does_not_stop_it() -> None:
    """1000 g of product are 1 kg."""
    one, other = (f"{r}/inventory.yaml" for r in (R1, R2))
    reports = judged(
        (one, ("functional_unit: {amount: 1 piece", "functional_unit: {amount: 1000 g")),
        (other, ("functional_unit: {amount: 1 piece", "functional_unit: {amount: 1 kg")),
        (other, ("derived_from: {total: 4200 kWh, output: 1200 piece}", "amount: 3.50 kWh")),
        (other, ("annual_output: 1200 piece\n", "")),
    )

    assert last(reports).difference == Fraction("-1.72")


def test_a_withdrawn_report_is_listed_and_compared_with_nothing() -> None:
    """The only other report then has nothing before it."""
    reports = judged((f"{R1}/review.yaml", ("seal:", "withdrawn: {date: 2025-01-01, reason: {en: Wrong}}\nseal:")))

    assert [(edition.evaluation.id, edition.comparison) for edition in editions(reports)] == [(OLD, None), (NEW, None)]
    assert [e.id for e in series(editions(reports)).shown] == [NEW]
    assert series(editions(reports)).left_out == ()


def test_a_rename_keeps_the_seal_of_what_was_sealed_before() -> None:
    """Only with the former id in the record, and only for what else is unchanged."""
    files = {path.replace("/acme-kettle/", "/acme-pot/"): raw for path, raw in base().items()}
    product = PRODUCT.replace("acme-kettle", "acme-pot")
    former = {**files, product: files[product] + b"former_ids: [acme-jug, acme-kettle]\n"}
    moved = edited(former, product, ("model: K1", "model: K2"))
    of = lambda files: evaluate(files).evaluations["acme-pot/r-1"].conditions  # noqa: E731

    assert "changed-since-sealed" in of(files)
    assert "changed-since-sealed" not in of(former)
    assert "changed-since-sealed" in of(moved)
