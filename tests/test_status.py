"""Status: the first condition that holds, with all others beside it; never more than the source bears out."""

from __future__ import annotations

from datetime import date

import pytest

from pcf.evaluate import Evaluation, evaluate
from support import NEW, OLD, R1, R2, Files, base, edited


def without(files: Files, prefix: str) -> Files:
    return {path: raw for path, raw in files.items() if not path.startswith(prefix)}


def alone(path: str = f"{R1}/statement.yaml", *edits: tuple[str, str]) -> Files:
    """The old report as the only one of its product, which reproduces throughout."""
    return edited(without(base(), R2), path, *edits)


def status(files: Files, report: str = OLD, on: date | None = None) -> tuple[str, tuple[str, ...]]:
    evaluation = evaluate(files, on=on).evaluations[report]
    return evaluation.status, evaluation.conditions


def review(files: Files, text: str, folder: str = R1) -> Files:
    """The files with something more in a review.yaml."""
    path = f"{folder}/review.yaml"
    return {**files, path: files[path] + text.encode()}


def test_as_reported_is_what_a_whole_and_sealed_transcription_is() -> None:
    """It reproduces, it is sealed, and nobody verified it."""
    assert status(alone()) == ("as-reported", ("as-reported",))


def test_verified_is_only_what_somebody_else_verified() -> None:
    """A verification of another's study, whole, sealed and reproducing."""
    files = alone(f"{R1}/statement.yaml", ("kind: assessment\n  prepared_by: verity",
                                           "kind: verification\n  prepared_by: not-stated"))  # fmt: skip

    assert status(files) == ("verified", ("verified",))


@pytest.mark.parametrize("kind", ["self-declared", "assessment", "certification"])
def test_no_other_kind_of_statement_is_called_verified(kind: str) -> None:
    """A self-declaration, an assessment and a certificate are shown as reported."""
    assert status(alone(f"{R1}/statement.yaml", ("kind: assessment", f"kind: {kind}")))[0] == "as-reported"


def test_what_does_not_reproduce_says_so_before_it_says_verified() -> None:
    """The current report deviates in one stage, though the deviation is pinned and the body verified it."""
    assert status(base(), NEW) == ("does-not-reproduce", ("does-not-reproduce", "verified"))


def test_a_stage_that_does_not_reproduce_is_enough() -> None:
    """The total may come out right while a stage does not."""
    files = edited(base(), f"{R2}/statement.yaml", ("total: 3.68 ", "total: 3.66 "))

    assert status(files, NEW)[0] == "changed-since-sealed"
    assert "does-not-reproduce" in status(files, NEW)[1]


@pytest.mark.parametrize(
    ("day", "expired"),
    [(date(2028, 2, 28), False), (date(2028, 2, 29), False), (date(2028, 3, 1), True), (None, False)],
)
def test_a_statement_expires_on_the_day_after_its_last(day: date | None, expired: bool) -> None:
    """Only against a day that is known: the build never asks the clock."""
    assert ("expired" in status(base(), NEW, on=day)[1]) == expired


def test_a_statement_without_an_end_never_expires() -> None:
    """Not stated is not the past."""
    assert status(alone(), on=date(2999, 1, 1)) == ("as-reported", ("as-reported",))


def test_a_number_changed_after_the_seal_is_said_first() -> None:
    """The seal no longer fits, and what else holds stands beside it."""
    files = alone(f"{R1}/inventory.yaml", ("amount: 4.00 kWh", "amount: 4.000 kWh"))

    assert status(files) == ("changed-since-sealed", ("changed-since-sealed", "as-reported"))


def test_a_report_never_sealed_counts_as_changed() -> None:
    """Without a seal nobody has said that the transcription is whole."""
    files = {**alone(), f"{R1}/review.yaml": b"findings: []\n"}

    assert status(files)[0] == "changed-since-sealed"


def test_a_withdrawn_report_stays_as_a_record() -> None:
    """With the reason in review.yaml; the newer one stands."""
    files = review(base(), "withdrawn: {date: 2025-04-01, reason: {en: Wrong meter}}\n")

    assert status(files) == ("withdrawn", ("withdrawn", "superseded", "as-reported"))


def test_all_conditions_are_listed_in_the_order_of_their_weight() -> None:
    """Withdrawn, superseded, changed, expired, not reproducing: all of them at once, the first as the status."""
    files = review(base(), "withdrawn: {date: 2025-04-01, reason: {en: Wrong meter}}\n")
    files = edited(files, f"{R1}/inventory.yaml", ("amount: 4.00 kWh", "amount: 4.10 kWh"))
    files = edited(files, f"{R1}/statement.yaml", ("valid_until: not-stated", "valid_until: 2025-12-31"))

    assert status(files, on=date(2026, 1, 1)) == (
        "withdrawn",
        ("withdrawn", "superseded", "changed-since-sealed", "expired", "does-not-reproduce", "as-reported"),
    )


# Which report stands


def standing(files: Files) -> Evaluation:
    return evaluate(files).current["acme-kettle"]


def test_the_report_issued_last_stands_and_supersedes_the_others() -> None:
    """By its date of issue, whatever its folder is called."""
    outcome = evaluate(base())
    swapped = edited(base(), f"{R1}/statement.yaml", ("issued: 2024-03-01", "issued: 2026-03-01"))

    assert standing(base()).id == NEW
    assert status(base())[0] == "superseded"
    assert outcome.evaluations[OLD].superseded_by is outcome.evaluations[NEW].report
    assert outcome.evaluations[NEW].superseded_by is None
    assert standing(swapped).id == OLD
    assert "superseded" in status(swapped, NEW)[1]


def test_a_withdrawn_report_supersedes_nothing() -> None:
    """When the newest is withdrawn, the one before it stands again."""
    files = review(base(), "withdrawn: {date: 2025-04-01, reason: {en: Wrong meter}}\n", R2)

    assert standing(files).id == OLD
    assert status(files) == ("as-reported", ("as-reported",))
    assert status(files, NEW)[1] == ("withdrawn", "does-not-reproduce", "verified")


def test_a_draft_is_a_draft_and_supersedes_nothing() -> None:
    """No statement yet: seen in the preview only, with no seal and no verdict, and the published report stands."""
    files = base()
    del files[f"{R2}/statement.yaml"]
    evaluation = evaluate(files).evaluations[NEW]

    assert (evaluation.status, evaluation.conditions) == ("draft", ("draft",))
    assert (evaluation.reconciliation, evaluation.sealed, evaluation.seal) == (None, None, None)
    assert evaluation.superseded_by is None
    assert standing(files).id == OLD
    assert status(files) == ("as-reported", ("as-reported",))


def test_a_product_with_drafts_only_has_a_draft_that_stands() -> None:
    """The preview shows it; a catalogue that is published leaves it out."""
    files = without(base(), R1)
    del files[f"{R2}/statement.yaml"]

    assert standing(files).status == "draft"
