"""What a product asks of shared records is noted, and each answer has a fingerprint that changes with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pcf.evaluate import evaluate_product, evaluate_shared
from pcf.load import Catalogue, product_of
from pcf.watched import ALL, Fingerprints, Need, watched
from support import FACTORS, Files, base


def shared(files: Files) -> Catalogue:
    return evaluate_shared({path: raw for path, raw in files.items() if product_of(path) is None}).catalogue


def needs() -> set[Need]:
    found: set[Need] = set()
    own = {path: raw for path, raw in base().items() if product_of(path)}
    assert not evaluate_product(own, watched(shared(base()), found)).problems
    return found


def test_a_product_needs_its_factors_and_who_it_names() -> None:
    found = needs()
    assert {("factors", "lab/2024/electricity"), ("claimed body", "verity"), ("claimed category", "kettle")} <= found
    assert {kind for kind, name in found if name == ALL} == set()


ASKED: dict[str, Callable[[Catalogue], object]] = {
    "by key": lambda c: c.producers["acme"],
    "by get": lambda c: c.producers.get("acme"),
    "whether it is there": lambda c: "acme" in c.producers,
    "all names": lambda c: list(c.producers),
    "all keys": lambda c: c.producers.keys(),
    "all values": lambda c: c.producers.values(),
    "all pairs": lambda c: c.producers.items(),
    "a copy": lambda c: dict(c.producers),
    "sorted": lambda c: sorted(c.producers),
}


@pytest.mark.parametrize("how", ASKED)
def test_every_way_of_asking_is_noted(how: str) -> None:
    found: set[Need] = set()
    ASKED[how](watched(shared(base()), found))
    assert found & {("producers", "acme"), ("producers", ALL)}


@pytest.mark.parametrize(
    ("path", "edit", "changed"),
    [
        (FACTORS, ("source: {zh:", "source: {zh: 另 "), {"factors"}),
        ("products/_producers/acme.yaml", ("name: {zh: 甲", "name: {zh: 乙"), {"producers"}),
    ],
)
def test_a_fingerprint_changes_with_what_it_is_of(path: str, edit: tuple[str, str], changed: set[str]) -> None:
    text = base()[path].decode("utf-8")
    at = text.index(edit[0])
    other = {**base(), path: (text[:at] + edit[1] + text[at + len(edit[0]) :]).encode("utf-8")}
    before, after = Fingerprints(shared(base())), Fingerprints(shared(other))
    kinds = ("producers", "bodies", "categories", "factors", "claimed factor")
    assert {kind for kind in kinds if before.of((kind, ALL)) != after.of((kind, ALL))} == changed


def test_what_is_not_there_has_a_fingerprint_too() -> None:
    """A record that comes later changes it."""
    prints = Fingerprints(shared(base()))
    for kind in ("producers", "bodies", "factors", "releases", "categories"):
        assert prints.of((kind, "nobody")) != prints.of((kind, ALL))
