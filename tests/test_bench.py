"""The bench measures what is real only if its records are valid, the same everywhere, and all of its steps run."""

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

import pytest

import bench
from bench import COLD, EDIT, FLOOR, HUGO, HUGO_PAGES, PLAIN, SAME, Measure, Row
from bench_hugo import attributes
from bench_records import LIBRARY, PROSE_LENGTH, prose, records
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
    assert len({e.report.product_id for e in outcome().evaluations.values()}) == COUNT


def test_one_product_in_five_has_an_older_report_and_one_report_in_ten_a_picture() -> None:
    statuses = Counter(evaluation.status for evaluation in outcome().evaluations.values())
    assert statuses["superseded"] == COUNT // 5
    attached = [e for e in outcome().evaluations.values() if e.report.attachments]
    assert 0.05 <= len(attached) / len(outcome().evaluations) <= 0.15
    assert all(a.size and a.size.width > a.size.height for e in attached for a in e.report.attachments)


def test_plain_records_are_one_report_for_each_product() -> None:
    plain = records(3, rich=False)
    assert len([path for path in plain if path.endswith("/inventory.yaml")]) == 3
    assert not [path for path in plain if "/attachments/" in path]


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
    code = f"import test_bench; print(test_bench.digest(test_bench.records({COUNT})))"
    folders = [Path(__file__).parent, Path(__file__).parent.parent / "hooks"]
    environment = os.environ | {"PYTHONHASHSEED": "12345", "PYTHONPATH": os.pathsep.join(map(str, folders))}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert printed.stdout.strip() == digest(made())


def test_another_seed_makes_other_records() -> None:
    assert digest(records(2, seed=1)) != digest(records(2, seed=2))


# The run

FAKE = """
import pathlib, sys
if "version" in sys.argv:
    print("hugo v0.168.0-test")
else:
    assert pathlib.Path("data/groups.json").is_file() and pathlib.Path("layouts/baseof.en.html").is_file()
    pathlib.Path("out").mkdir()
    pathlib.Path("out/index.html").write_text("<p>")
"""


def test_a_small_run_goes_through_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for Hugo itself, which a machine need not have; what it is given is made."""
    monkeypatch.setattr(bench, "find_hugo", lambda: [sys.executable, "-c", FAKE])
    row = bench.measure(3, tmp_path, once=True)
    assert row.reports == 4
    assert {COLD, SAME, EDIT, PLAIN, FLOOR, HUGO, HUGO_PAGES} < set(row.steps)
    assert all(took.wall > 0 and took.seconds > 0 and took.megabytes > 1 for took in row.steps.values())
    assert row.save is not None
    assert row.save > 0
    files, size, pages = row.output["site"]
    assert files > 100
    assert size > pages > 500_000
    assert sum(row.parts["parts"].values()) < row.parts["whole"]
    assert len(row.parts["absent"]) < len(bench.PARTS) / 2
    assert next(bench.table(row)).startswith("3 products, 4 reports")
    assert len(list(bench.split(row))) > 10


def made_row(count: int, cold: float, *, hugo: float, floor: float, again: float, save: float, peak: float) -> Row:
    steps = {COLD: cold, HUGO: hugo, FLOOR: floor, SAME: again, EDIT: again}
    row = Row(count, steps={name: Measure(wall, wall, peak) for name, wall in steps.items()})
    row.save = save
    return row


def test_targets_that_are_met_are_not_told_and_those_that_are_missed_are() -> None:
    met = [
        made_row(100, 2, hugo=1, floor=0.5, again=1, save=0.4, peak=700),
        made_row(1000, 10, hugo=10, floor=5, again=9, save=1.5, peak=700),
        made_row(10_000, 100, hugo=125, floor=20, again=15, save=9, peak=600),
    ]
    assert list(bench.missed(met)) == []
    broken = [
        made_row(100, 2, hugo=1, floor=0.5, again=1, save=0.6, peak=700),
        made_row(1000, 10, hugo=9, floor=4, again=9, save=1.6, peak=700),
        made_row(10_000, 200, hugo=125, floor=20, again=31, save=9, peak=601),
    ]
    said = list(bench.missed(broken))
    assert [line.partition(":")[0] for line in said] == [
        "a save under serve at 100",
        "cold build over Hugo at 1,000",
        "cold build over the floor at 1,000",
        "a save under serve at 1,000",
        "cold build over Hugo at 10,000",
        "peak memory at 10,000",
        "no-change build over the cold one at 10,000",
        "one-edit build over the cold one at 10,000",
        "growth exponent from 1,000 to 10,000",
    ]


def test_json_in_an_attribute_is_escaped_around_what_hugo_fills_in() -> None:
    assert attributes('<p data-a="@@{"b":"{{ index . "c" }}"}@@">') == (
        '<p data-a="{&#34;b&#34;:&#34;{{ index . "c" }}&#34;}">'
    )
