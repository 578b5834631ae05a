"""The status of a report: the first condition that holds, and all the others beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

from .credential import Signature
from .load import Report
from .reconcile import Reconciliation

Status = Literal[
    "withdrawn", "superseded",
    "statement-not-readable", "statement-for-another-product", "key-unknown", "key-of-another-body", "key-withdrawn",
    "key-not-valid-then", "statement-edited", "signature-does-not-hold", "statement-differs",
    "changed-since-sealed", "expired", "does-not-reproduce",
    "as-reported", "verified", "verified-and-signed", "signed", "draft",
]  # fmt: skip


ORDER: tuple[Status, ...] = get_args(Status)  # by weight


def outweighed_by_expiry(status: Status) -> bool:
    """Whether a report of this status is first of all expired once its validity has ended."""
    return ORDER.index(status) > ORDER.index("expired")


def current(reports: Iterable[Report]) -> Report:
    """The report of a product that stands: the latest issued that is not withdrawn, drafts last."""
    return max(
        reports,
        key=lambda r: (
            r.statement is not None,
            not r.is_withdrawn,
            r.statement.report.issued if r.statement else date.min,
            r.folder,
        ),
    )


def supersedes(standing: Report, report: Report) -> bool:
    """Whether the report that stands was issued after this one. A draft supersedes nothing and nothing it."""
    if standing is report or standing.statement is None or report.statement is None or standing.is_withdrawn:
        return False
    return standing.statement.report.issued >= report.statement.report.issued


def status_of(
    report: Report,
    reconciliation: Reconciliation | None,
    *,
    sealed_as: str | None,
    superseded_by: Report | None,
    signature: Signature | None,
    on: date | None,
) -> tuple[Status, tuple[Status, ...]]:
    """Status and every condition that holds, in the order of their weight.

    ``sealed_as`` is the digest of the record as it is now; ``signature`` what was found of the body's signed
    statement, where there is one; ``on`` the day of the commit that is built, if known:
    the build never asks the clock.
    """
    if report.statement is None or reconciliation is None:
        return "draft", ("draft",)
    facts = report.statement.statement
    holds: list[Status] = []
    if report.is_withdrawn:
        holds.append("withdrawn")
    if superseded_by is not None:
        holds.append("superseded")
    if signature and signature.fault:
        holds.append(signature.fault)
    if report.review.seal != sealed_as:
        holds.append("changed-since-sealed")
    if on is not None and isinstance(facts.valid_until, date) and facts.valid_until < on:
        holds.append("expired")
    if reconciliation.total.verdict == "does-not-reproduce" or reconciliation.reproduced < len(reconciliation.stages):
        holds.append("does-not-reproduce")
    # Only a verification is one; an assessment, however thorough, is as reported.
    accepted = signature is not None and signature.fault is None
    if facts.kind == "verification":
        holds.append("verified-and-signed" if accepted else "verified")
    else:
        holds += ["as-reported", "signed"] if accepted else ["as-reported"]
    return holds[0], tuple(holds)
