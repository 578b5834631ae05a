"""What blocks a change: each rule on the mistake that it is for, and silent on the change that is right beside it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from pcf.blocking import blocking
from pcf.changes import Changes
from pcf.differ import compare, sides
from pcf.evaluate import evaluate
from pcf.problems import codes as all_codes
from support import FACTORS, NEW, OLD, PRODUCT, R1, R2, Files, base, edited, place_of

INVENTORY, STATEMENT, REVIEW = f"{R2}/inventory.yaml", f"{R2}/statement.yaml", f"{R2}/review.yaml"


def compared(head: Files, start: Files | None = None) -> Changes:
    return compare(*sides((start if start is not None else base(), []), (head, [])))


def told(head: Files, start: Files | None = None) -> list[str]:
    return [block.code for block in blocking(compared(head, start))]


def edit(path: str, *edits: tuple[str, str]) -> Files:
    return edited(base(), path, *edits)


def resealed(files: Files, report: str = NEW) -> Files:
    """With the seal that the record now has."""
    evaluation = evaluate(files).evaluations[report]
    old = evaluation.report.review.seal
    return edited(files, f"products/{report}/review.yaml", (str(old), str(evaluation.seal)))


def without(files: Files, prefix: str) -> Files:
    return {path: raw for path, raw in files.items() if not path.startswith(prefix)}


def moved(files: Files, before: str, after: str) -> Files:
    return {path.replace(before, after): raw for path, raw in files.items()}


def renamed(files: Files, before: str, after: str, *earlier: str) -> Files:
    """The product under another id, as the guide says: its folder moved, the former ids in product.yaml."""
    files = moved(files, f"products/{before}/", f"products/{after}/")
    path = f"products/{after}/product.yaml"
    kept = [line for line in files[path].splitlines() if not line.startswith(b"former_ids:")]
    line = f"former_ids: [{', '.join((before, *earlier))}]".encode()
    return files | {path: b"\n".join([*kept, line, b""])}


PAST = renamed(base(), "acme-kettle", "acme-mug")  # published under two ids


def issued_again(files: Files) -> Files:
    """The same report number under a new date of issue: the body spoke again."""
    return edited(files, STATEMENT, ("issued: 2025-03-01", "issued: 2025-06-01"))


def successor(*edits: tuple[str, str]) -> Files:
    """A new report beside the old ones, sealed, with edits to its inventory."""
    files = base()
    for name in ("inventory", "statement", "review"):
        files[f"products/acme-kettle/r-3/{name}.yaml"] = files[f"{R2}/{name}.yaml"]
    statement = "products/acme-kettle/r-3/statement.yaml"
    files = edited(files, statement, ("number: R-2", "number: R-3"), ("2025-03-01", "2026-03-01"))
    return resealed(edited(files, "products/acme-kettle/r-3/inventory.yaml", *edits), "acme-kettle/r-3")


STORAGE = "  - id: storage\n    outside_boundary: {zh: 即产即发, en: Shipped as made}\n"
WITHDRAWN = "withdrawn: {date: 2025-05-01, reason: {zh: 数据有误, en: Data in error}}\nfindings:"

# The mistake and its right neighbour, of each code. Other codes may follow from a mistake; none from its neighbour.
RULES: dict[str, tuple[Callable[[], Files], Callable[[], Files]]] = {
    "B-DECLARED": (
        lambda: edit(STATEMENT, ("declared:\n  total: 3.68 kgCO2e", "declared:\n  total: 3.66 kgCO2e")),
        lambda: edit(STATEMENT, ("team: {lead: 1, members: 2}", "team: {lead: 1, members: 2}\n  notes: [{en: Said}]")),
    ),
    "B-RESEALED": (
        lambda: resealed(edit(INVENTORY, ("0.0500 kg", "0.05000 kg"))),
        lambda: edit(REVIEW, ("seal: ", "# ours\nseal:   ")),
    ),
    "B-INVENTORY": (
        lambda: edit(INVENTORY, ("period: {start: 2024-01-01", "period: {start: 2024-02-01")),
        lambda: resealed(issued_again(edit(INVENTORY, ("period: {start: 2024-01-01", "period: {start: 2024-02-01")))),
    ),
    "B-BOUNDARY": (
        lambda: edit(INVENTORY, ("not_quantified: {zh: 无数据, en: No data}", "outside_boundary: {en: Not looked at}")),
        lambda: successor(
            ("    not_quantified: {zh: 无数据, en: No data}", "    outside_boundary: {en: Not looked at}")
        ),
    ),
    "B-REMOVED": (
        lambda: without(base(), f"{R1}/"),
        lambda: edit(f"{R1}/review.yaml", ("seal:", WITHDRAWN.replace("\nfindings:", "\nseal:"))),
    ),
    "B-MOVED": (lambda: moved(base(), "acme-kettle/", "acme-mug/"), lambda: renamed(base(), "acme-kettle", "acme-mug")),
    "B-FORMER": (
        lambda: edited(PAST, "products/acme-mug/product.yaml", ("former_ids: [acme-kettle]\n", "")),
        lambda: renamed(PAST, "acme-mug", "acme-jug", "acme-kettle"),
    ),
    "B-FACTOR": (
        lambda: edit(FACTORS, ("value: 2.000 kgCO2e/kg", "value: 2.0000 kgCO2e/kg")),
        lambda: edit(FACTORS, ("https://lab.example/2024", "https://lab.example/2024-2")),
    ),
    "B-FACTOR-REMOVED": (
        lambda: without(base(), "products/_factors/lab/2023.yaml"),
        lambda: base() | {"products/_factors/lab/2025.yaml": base()["products/_factors/lab/2023.yaml"]},
    ),
}


START = {"B-FORMER": PAST}  # where a rule needs another base


def test_every_rule_stands_here() -> None:
    """A code without its mistake could be dead."""
    assert {code for code in all_codes() if code.startswith("B-")} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_fires_on_its_mistake(code: str) -> None:
    assert code in told(RULES[code][0](), START.get(code))


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_silent_on_what_is_right(code: str) -> None:
    """The neighbour blocks nothing at all."""
    assert told(RULES[code][1](), START.get(code)) == []


SAME = {
    "nothing": base,
    "a comment": lambda: edit(INVENTORY, ("stages:\n", "# checked\nstages:\n")),
    "CRLF": lambda: {path: raw.replace(b"\n", b"\r\n") for path, raw in base().items()},
    "other quotes": lambda: edit(PRODUCT, ("category: ", "'category': ")),
    "another order of keys": lambda: edit(
        STATEMENT,
        ("  total: 3.68 kgCO2e\n", ""),
        ("shares_total: 100.0 %", "shares_total: 100.0 %\n  total: 3.68 kgCO2e"),
    ),
    "a file made longer": lambda: edit(FACTORS, ("factors:\n", "factors:\n\n\n")),
}


@pytest.mark.parametrize("name", SAME)
def test_form_alone_changes_nothing(name: str) -> None:
    """It is counted, not listed, and no number, no value and no block comes of it."""
    changes = compared(SAME[name]())

    assert (changes.reports, changes.factors, changes.shared, blocking(changes)) == ((), (), (), ())
    assert changes.unchanged + changes.reformatted == 2
    assert not changes.changes_numbers


def test_words_are_listed_but_change_no_number() -> None:
    """Each value that differs, with its line."""
    files = edit(INVENTORY, ("data_sources: {zh: 电表", "data_sources: {zh: 计量表"))
    (change,) = compared(files).reports

    assert change.facts == ("text",)
    assert not compared(files).changes_numbers
    place = place_of(files, INVENTORY, "计量表")
    assert [f"{x.path}:{x.line}" for x in change.leaves] == [place.rpartition(":")[0]]
    assert [(x.name, x.before, x.after) for x in change.leaves] == [("method.data_sources.zh", "电表", "计量表")]


def test_a_factor_reaches_every_report_that_uses_it() -> None:
    """Both reports, by size, and the edit is told once, at its own line."""
    changes = compared(edit(FACTORS, ("value: 2.000 kgCO2e/kg", "value: 3.000 kgCO2e/kg")))

    (factor,) = changes.factors
    assert factor.reports == ((OLD, Fraction("1.5")), (NEW, Fraction("1.2")))  # kg of steel at 1 kgCO2e/kg more
    assert [b.code for b in blocking(changes)].count("B-FACTOR") == 1
    assert {change.id for change in changes.reports} == {OLD, NEW}


def test_what_is_lost_comes_before_any_size() -> None:
    """A report that went, then one that cannot be read, then rules, then what follows from them."""
    files = without(base(), f"{R1}/")
    files = edited(files, FACTORS, ("value: 2.000 kgCO2e/kg", "value: 200.0 kgCO2e/kg"))
    files["products/acme-mug/product.yaml"] = b"name: [\n"

    found = told(files)

    assert found[0] == "B-REMOVED"
    assert found.index("Y-SYNTAX") < found.index("B-FACTOR") < found.index("C-DEVIATION")


def test_a_report_that_cannot_be_read_is_failed_not_removed() -> None:
    """Its files are there."""
    changes = compared(edit(INVENTORY, ("amount: 1.200 kg", "amount: 1.200 lbs")))

    assert [(c.id, c.kind) for c in changes.reports if c.id == NEW] == [(NEW, "failed")]
    assert "B-REMOVED" not in [b.code for b in blocking(changes)]


def test_a_statement_that_goes_makes_a_published_report_a_draft() -> None:
    """Which is on no page, so it is removed."""
    assert "B-REMOVED" in told(without(base(), STATEMENT))


def test_a_fault_of_the_base_is_not_held_against_the_head() -> None:
    """It is told apart, and putting it right blocks nothing."""
    broken = edit(INVENTORY, ("amount: 1.200 kg", "amount: 1.200 lbs"))

    assert told(broken, broken) == []
    assert told(base(), broken) == []
    assert [c.kind for c in compared(base(), broken).reports if c.id == NEW] == ["repaired"]
    assert [p.code for p in compared(broken, broken).old_problems] == ["Q-UNIT"]


def test_a_new_report_is_held_against_the_one_that_stood() -> None:
    """The reader of a product sees one number give way to another."""
    changes = compared(successor(("1.200 kg", "1.300 kg")))
    change = next(c for c in changes.reports if c.kind == "added")

    assert change.against is not None
    assert change.against.id == NEW
    assert {p.cause: str(p.value) for s in change.stages for p in s.parts} == {"amount": "1/5"}
    assert [(c.id, c.facts) for c in changes.reports if c.id == NEW] == [(NEW, ("status",))]


def test_a_new_report_may_not_leave_out_a_stage_without_a_word() -> None:
    """Storage was within the boundary and has no entry any more: its number would fall for no reason that is told."""
    within = (STORAGE, STORAGE.replace("outside_boundary", "not_quantified"))
    start = resealed(edit(INVENTORY, within))
    silent, aloud = successor((STORAGE, "")), successor()
    for files in (silent, aloud):
        files |= {path: start[path] for path in (INVENTORY, REVIEW)}

    assert told(silent, start) == ["B-BOUNDARY"]
    assert told(aloud, start) == []


def test_only_what_the_change_touches_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two products, the one that nothing changed of is neither computed before nor after."""
    other = {path.replace("acme-kettle", "acme-mug"): raw for path, raw in base().items() if "acme-kettle" in path}
    other = {path.replace("/r-", "/m-"): raw.replace(b"number: R-", b"number: M-") for path, raw in other.items()}
    start = base() | other
    head = edited(start, INVENTORY, ("1.200 kg", "1.300 kg"))

    before, after = sides((start, []), (head, []))

    assert {name.partition("/")[0] for name in (*before.outcome.evaluations, *after.outcome.evaluations)} == {
        "acme-kettle"
    }
    assert compare(before, after).unchanged == 3
