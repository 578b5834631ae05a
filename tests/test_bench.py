"""The bench measures what is real only if its records are valid, and the same only if they are the same everywhere."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from bench import LIBRARY, PROSE_LENGTH, prose, records
from pcf.evaluate import Outcome, evaluate

COUNT = 20


@cache
def made() -> dict[str, bytes]:
    return records(COUNT)


@cache
def outcome() -> Outcome:
    return evaluate(made())


def digest(files: Mapping[str, bytes]) -> str:
    return sha256(b"\0".join(path.encode() + b"\0" + text for path, text in sorted(files.items()))).hexdigest()


def test_records_have_no_problems() -> None:
    assert [problem.text() for problem in outcome().problems] == []
    assert len(outcome().evaluations) == COUNT


def test_every_report_is_sealed_and_a_few_deviate() -> None:
    """The bench declares what its own arithmetic says: where no deviation is made, the core must agree."""
    stages = Counter(
        comparison.verdict != "does-not-reproduce"
        for evaluation in outcome().evaluations.values()
        if evaluation.reconciliation
        for comparison in evaluation.reconciliation.stages.values()
    )
    deviations = sum(len(e.report.review.deviations) for e in outcome().evaluations.values())
    assert stages[False] == deviations > 0
    assert stages[True] > 10 * deviations
    assert all(e.report.review.seal == e.seal for e in outcome().evaluations.values())


def test_inventories_are_as_large_as_real_ones() -> None:
    lines = [sum(len(s.lines or ()) for s in e.report.inventory.stages) for e in outcome().evaluations.values()]
    assert min(lines) >= 5
    assert max(lines) <= 40
    assert {line.factor for e in outcome().evaluations.values() for s in e.report.inventory.stages
            for line in s.lines or ()} <= set(LIBRARY)  # fmt: skip
    assert all(e.calculation.total.value > 0 for e in outcome().evaluations.values())


def test_prose_has_the_length_of_a_report() -> None:
    for language in ("zh", "en"):
        for seed in range(50):
            assert PROSE_LENGTH[0] <= sum(map(len, prose(random.Random(seed), language))) <= 1600


def test_same_seed_same_bytes_in_another_process() -> None:
    code = f"import bench, test_bench; print(test_bench.digest(bench.records({COUNT})))"
    folders = [Path(__file__).parent, Path(__file__).parent.parent / "hooks"]
    environment = os.environ | {"PYTHONHASHSEED": "12345", "PYTHONPATH": os.pathsep.join(map(str, folders))}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert printed.stdout.strip() == digest(made())


def test_another_seed_makes_other_records() -> None:
    assert digest(records(2, seed=1)) != digest(records(2, seed=2))
