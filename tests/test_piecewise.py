"""One product after the other gives what all of them at once give: the same evaluations, the same problems."""

from __future__ import annotations

import pytest

from pcf.check import claims, conflicts
from pcf.evaluate import Outcome, evaluate, evaluate_product, evaluate_shared
from pcf.load import product_of
from pcf.problems import in_order
from support import RECORDS, Files, base, read_tree

MISTAKES = sorted(path.name for path in RECORDS.iterdir() if path.name != "base")


def piecewise(files: Files) -> tuple[list[str], dict[str, Outcome]]:
    """The words of all problems, and each product's outcome, by product."""
    products: dict[str, Files] = {}
    shared: Files = {}
    for path, raw in files.items():
        product = product_of(path)
        (shared if product is None else products.setdefault(product, {}))[path] = raw
    common = evaluate_shared(shared)
    outcomes = {name: evaluate_product(own, common.catalogue) for name, own in sorted(products.items())}
    problems = [*common.problems, *(p for outcome in outcomes.values() for p in outcome.problems)]
    twice = conflicts(claim for outcome in outcomes.values() for claim in claims(outcome.catalogue))
    documents = {path: d for outcome in outcomes.values() for path, d in outcome.catalogue.documents.items()}
    problems += [claim.problem(documents[claim.path], other) for claim, other in twice]
    return [problem.text() for problem in in_order(problems)], outcomes


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_told_the_same(mistake: str) -> None:
    files = {**base(), **read_tree(RECORDS / mistake)}
    assert piecewise(files)[0] == [problem.text() for problem in evaluate(files).problems]


def copied(name: str) -> Files:
    """The kettle's files once more, in another folder."""
    return {path.replace("acme-kettle", name): raw for path, raw in base().items() if "acme-kettle" in path}


def test_what_two_products_claim_is_told_the_same() -> None:
    """Three products with the same report numbers, of which one was called what another is called now."""
    files = {**base(), **copied("acme-another"), **copied("acme-third")}
    path = "products/acme-third/product.yaml"
    files[path] += b"former_ids: [acme-another, acme-old]\n"
    files["products/acme-kettle/product.yaml"] += b"former_ids: [acme-old]\n"
    problems, outcomes = piecewise(files)
    assert problems == [problem.text() for problem in evaluate(files).problems]
    assert sum("R-NUMBER-TWICE" in text for text in problems) == 4
    assert sum("R-FORMER" in text for text in problems) == 2
    assert sorted(outcomes) == ["acme-another", "acme-kettle", "acme-third"]


def test_every_evaluation_is_the_same() -> None:
    whole, (_, outcomes) = evaluate(base()), piecewise(base())
    found = {name: e for outcome in outcomes.values() for name, e in outcome.evaluations.items()}
    assert {name: (e.seal, e.status, e.findings) for name, e in found.items()} == {
        name: (e.seal, e.status, e.findings) for name, e in whole.evaluations.items()
    }
