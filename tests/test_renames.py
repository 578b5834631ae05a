"""A product under another id is the same product: `pcf compare` holds it against what it was, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pcf.blocking import blocking
from pcf.changes import Changes
from pcf.differ import compare, sides
from pcf.evaluate import evaluate
from pcf.review import review
from pcf.reviewmarkdown import markdown
from pcf.reviewtext import review_lines, workflow_commands
from support import Files, base, edited
from test_blocking import PAST, moved, renamed, successor, without
from test_compare import SCHEMA, as_data, commit, git, pcf, repository

__all__ = ["repository"]  # the fixture

MUG = "acme-mug"
INVENTORY, REVIEW = f"products/{MUG}/r-2/inventory.yaml", f"products/{MUG}/r-2/review.yaml"


def compared(head: Files, start: Files | None = None) -> Changes:
    return compare(*sides((start if start is not None else base(), []), (head, [])))


def told(changes: Changes) -> list[str]:
    return [block.code for block in blocking(changes)]


def test_a_renamed_product_is_neither_removed_nor_added() -> None:
    """Each report against itself under the id before: nothing but the id changed, no number, and nothing blocks."""
    changes = compared(PAST)

    assert [(c.id, c.renamed_from, c.kind, c.facts) for c in changes.reports] == [
        (f"{MUG}/{name}", f"acme-kettle/{name}", "changed", ("product-id",)) for name in ("r-1", "r-2")
    ]
    assert [(p.before, p.after, p.reports) for p in changes.renamed] == [("acme-kettle", MUG, 2)]
    assert not changes.changes_numbers
    assert told(changes) == []
    assert {leaf.name for change in changes.reports for leaf in change.leaves} == {"former_ids"}


def test_what_changed_with_the_id_is_found_as_in_any_other_report() -> None:
    """0.3 kg more of steel at 2 kgCO2e/kg, in the same change as the rename."""
    changes = compared(edited(PAST, INVENTORY, ("1.200 kg", "1.500 kg")))
    change = next(c for c in changes.reports if c.id == f"{MUG}/r-2")

    assert [str(part.value) for stage in change.stages for part in stage.parts] == ["3/5"]
    assert change.changes_numbers
    assert told(changes)[0] == "B-INVENTORY"
    assert "B-REMOVED" not in told(changes)


def test_a_new_seal_for_the_new_id_blocks() -> None:
    """What was sealed under the former id stays sealed under it."""
    seal = evaluate(PAST).evaluations[f"{MUG}/r-2"].report.review.seal
    unclaimed = edited(PAST, f"products/{MUG}/product.yaml", ("former_ids: [acme-kettle]\n", ""))
    now = evaluate(unclaimed).evaluations[f"{MUG}/r-2"].seal
    assert now != seal

    assert told(compared(edited(PAST, REVIEW, (str(seal), str(now))))) == ["B-RESEALED"]


def test_a_report_lost_on_the_way_blocks() -> None:
    """Under the id that it was published with; the others are held against themselves."""
    changes = compared(without(PAST, f"products/{MUG}/r-1/"))

    assert [(c.id, c.kind) for c in changes.reports] == [("acme-kettle/r-1", "removed"), (f"{MUG}/r-2", "changed")]
    assert [(b.code, b.path) for b in blocking(changes)] == [("B-REMOVED", "products/acme-kettle/r-1/statement.yaml")]


def test_a_report_whose_folder_changed_too_blocks() -> None:
    """former_ids forwards ids of products, not of reports."""
    assert told(compared(moved(PAST, f"{MUG}/r-1/", f"{MUG}/r-9/")))[0] == "B-MOVED"


def test_a_new_report_under_the_new_id_is_held_against_the_one_that_stood() -> None:
    head = renamed(successor(), "acme-kettle", MUG)
    change = next(c for c in compared(head).reports if c.kind == "added")

    assert change.id == f"{MUG}/r-3"
    assert change.against
    assert change.against.id == "acme-kettle/r-2"


def test_a_product_that_comes_under_the_id_left_behind_is_no_rename() -> None:
    """The addresses then lead to another product: refused, and nothing is held against what it is not."""
    both = PAST | {path: raw for path, raw in base().items() if "acme-kettle" in path}

    assert compared(both).renamed == ()
    assert "R-FORMER" in told(compared(both))


def test_a_report_that_broke_with_the_rename_is_failed_not_removed() -> None:
    changes = compared(edited(PAST, INVENTORY, ("amount: 1.200 kg", "amount: 1.200 lbs")))

    assert (f"{MUG}/r-2", "failed") in [(c.id, c.kind) for c in changes.reports]
    assert "B-REMOVED" not in told(changes)


def test_a_fault_of_the_base_moves_with_the_product() -> None:
    """It is not held against the rename."""
    broken = edited(base(), "products/acme-kettle/r-2/inventory.yaml", ("amount: 1.200 kg", "amount: 1.200 lbs"))

    assert told(compared(renamed(broken, "acme-kettle", MUG), broken)) == []


def test_an_id_taken_back_still_answers_at_both() -> None:
    """Renamed, and renamed again to what it was."""
    back = renamed(moved(base(), "acme-kettle/", "acme-mug/"), MUG, "acme-kettle")

    assert told(compared(back, PAST)) == []


def test_two_products_made_one_keep_their_reports() -> None:
    """Another product's report joins this one's, and its id goes on leading there."""
    mug = {path.replace("acme-kettle", MUG).replace("/r-1/", "/m-1/"): raw for path, raw in base().items()
           if "acme-kettle" in path and "/r-2/" not in path}  # fmt: skip
    mug = {path: raw.replace(b"number: R-1", b"number: M-1") for path, raw in mug.items()}
    one = base() | {path.replace(MUG, "acme-kettle"): raw for path, raw in mug.items() if "/m-1/" in path}
    product = "products/acme-kettle/product.yaml"
    one[product] += f"former_ids: [{MUG}]\n".encode()
    changes = compared(one, base() | mug)

    assert ("acme-kettle/m-1", f"{MUG}/m-1") in [(c.id, c.renamed_from) for c in changes.reports]
    assert not {"B-REMOVED", "B-MOVED", "B-FORMER"} & {*told(changes)}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Product renamed: acme-kettle → acme-mug"), ("zh", "产品改名：acme-kettle → acme-mug")],
)
def test_every_form_tells_of_it(language: str, words: str, repository: Path) -> None:
    """Comment, data, annotation and table; also where nothing else is to be told."""
    git(repository, "checkout", "-q", "-b", "change")
    commit(repository, PAST)
    given = ("main", "change", "--language", language, "--if-changed")
    data = as_data(repository, "main", "change")

    assert data["renamed"] == [{"before": "acme-kettle", "after": MUG, "reports": 2}]
    assert [report["renamed_from"] for report in data["reports"]] == ["acme-kettle/r-1", "acme-kettle/r-2"]
    assert data["counts"]["removed"] == data["counts"]["added"] == 0
    text, comment, github = (pcf(repository, *given, "--format", form) for form in ("text", "markdown", "github"))
    assert [result.exit_code for result in (text, comment, github)] == [0, 0, 0]
    assert words in text.stdout
    assert f"- <code>acme-kettle</code> → <code>{MUG}</code><br>" in comment.stdout
    line = PAST[f"products/{MUG}/product.yaml"].decode().splitlines().index("former_ids: [acme-kettle]") + 1
    assert github.stdout.startswith(f"::notice file=products/{MUG}/product.yaml,line={line},title={words}".replace(
        ": acme", "%3A acme"))  # fmt: skip


@pytest.mark.parametrize("former", ["acme-kettle]\n@x: [1", "*", '"<b>"', "{a: b}"])
def test_former_ids_that_are_none_break_nothing(former: str) -> None:
    """They are problems of the file; every form can still be written."""
    path = f"products/{MUG}/product.yaml"
    changes = compared(edited(PAST, path, ("former_ids: [acme-kettle]", f"former_ids: [{former}]")))
    blocks = blocking(changes)

    assert blocks
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(
        json.loads(json.dumps(review(changes, blocks, "a", "b")))
    )
    assert markdown(changes, blocks)
    assert list(review_lines(changes, blocks, "en"))
    assert list(workflow_commands(changes, blocks, "zh"))
