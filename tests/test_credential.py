"""A body's signed statement: accepted only whole, from the right key, for this report; else the status says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pcf.credential import CREDENTIAL, judge_statement, proof_options, unsigned
from pcf.evaluate import evaluate
from pcf.signature import multikey_of, new_private_key, private_key, signed
from support import NEW, OLD, R1, R2, Files, base, codes, edited

BODY = "products/_bodies/verity.yaml"
OTHER = "products/_bodies/other.yaml"
OURS, THEIRS, NOBODYS = (private_key(new_private_key()) for _ in range(3))
ON = date(2024, 3, 2)


def keyed(*lines: str) -> Files:
    """The old report alone, verified, its body with the key OURS and another body with THEIRS."""
    files = {path: raw for path, raw in base().items() if not path.startswith(R2)}
    files = edited(files, f"{R1}/statement.yaml", ("kind: assessment\n  prepared_by: verity",
                                                   "kind: verification\n  prepared_by: not-stated"))  # fmt: skip
    files[BODY] += _key(multikey_of(OURS), *lines).encode()
    files[OTHER] = b"name: {zh: X, en: X}\n" + _key(multikey_of(THEIRS)).encode()
    return files


def _key(key: str, *lines: str) -> str:
    more = "".join(f"    {line}\n" for line in lines)
    return f"keys:\n  - public_key: {key}\n    valid_from: 2024-01-01\n{more}"


def statement(files: Files, report: str = OLD, key: Any = OURS, on: date = ON, names: Any = None) -> dict[str, Any]:
    """A statement for a report, signed with ``key``; ``names`` is the key that it says it was signed with."""
    evaluation = evaluate(files).evaluations[report]
    assert evaluation.sealed
    name = multikey_of(names or key)
    body = evaluate(files).catalogue.bodies["verity"]
    return signed(unsigned(evaluation.report, evaluation.sealed, body, name, on), key, proof_options(name, on))


def with_statement(files: Files, document: Any, folder: str = R1) -> Files:
    return {**files, f"{folder}/{CREDENTIAL}": json.dumps(document).encode()}


def status(files: Files, on: date | None = None) -> str:
    outcome = evaluate(files, on=on)
    assert codes(outcome.problems) == []
    return outcome.evaluations[OLD].status


def test_what_the_body_signed_is_verified_and_signed() -> None:
    files = keyed()

    assert status(files) == "verified"
    assert status(with_statement(files, statement(files))) == "verified-and-signed"


def test_a_signed_assessment_stays_as_reported() -> None:
    """A signature binds the words of the body; it makes no verification of them."""
    files = edited(keyed(), f"{R1}/statement.yaml", ("kind: verification", "kind: assessment"))
    evaluation = evaluate(with_statement(files, statement(files))).evaluations[OLD]

    assert (evaluation.status, evaluation.conditions) == ("as-reported", ("as-reported", "signed"))


def of_another_product() -> tuple[Files, Any]:
    """The statement of the product's other report, copied."""
    both = base()
    both[BODY] += _key(multikey_of(OURS)).encode()
    return keyed(), statement(both, NEW)


def with_edit(edit: Callable[[dict[str, Any]], Any]) -> tuple[Files, Any]:
    document = statement(keyed())
    edit(document)
    return keyed(), document


def record_changed_after_signing() -> tuple[Files, Any]:
    """The declared total was moved, the report sealed anew, the old statement left beside it."""
    document = statement(keyed())
    files = edited(keyed(), f"{R1}/statement.yaml", ("total: 5.400", "total: 5.401"))
    seal = evaluate(files).evaluations[OLD].seal
    before = evaluate(keyed()).evaluations[OLD].seal
    assert seal
    assert before
    return edited(files, f"{R1}/review.yaml", (before, seal)), document


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: (keyed(), {"proof": {}}), "statement-not-readable"),
        (lambda: with_edit(lambda d: d["proof"].pop("created")), "statement-not-readable"),
        (of_another_product, "statement-for-another-product"),
        (lambda: (keyed(), statement(keyed(), key=NOBODYS)), "key-unknown"),
        (lambda: (keyed(), statement(keyed(), key=THEIRS)), "key-of-another-body"),
        (lambda: (keyed("withdrawn: 2026-01-01"), statement(keyed())), "key-withdrawn"),
        (lambda: (keyed(), statement(keyed(), on=date(2023, 12, 31))), "key-not-valid-then"),
        (lambda: (keyed("valid_to: 2024-03-01"), statement(keyed())), "key-not-valid-then"),
        (lambda: with_edit(lambda d: d["credentialSubject"].update(issued="2025-01-01")), "statement-edited"),
        (lambda: with_edit(lambda d: d.update(validUntil="2099-01-01T00:00:00Z")), "statement-edited"),
        (lambda: with_edit(lambda d: d["issuer"].update(name="Somebody else")), "signature-does-not-hold"),
        (lambda: (keyed(), statement(keyed(), key=NOBODYS, names=OURS)), "signature-does-not-hold"),
        (record_changed_after_signing, "statement-differs"),
    ],
    ids=[
        "nothing-in-it", "no-day", "another-report", "unknown-key", "key-of-another-body", "key-withdrawn",
        "signed-before-the-key", "signed-after-the-key", "date-edited", "validity-added", "issuer-edited",
        "right-name-wrong-key", "record-changed-since",
    ],
)  # fmt: skip
def test_what_is_not_accepted_says_why(made: Callable[[], tuple[Files, Any]], expected: str) -> None:
    files, document = made()

    assert status(with_statement(files, document)) == expected


def test_a_key_that_ends_on_the_day_of_signing_is_still_good() -> None:
    files = keyed("valid_to: 2024-03-02")

    assert status(with_statement(files, statement(files))) == "verified-and-signed"


def test_an_expired_statement_is_expired() -> None:
    """Though its signature holds."""
    files = edited(keyed(), f"{R1}/statement.yaml", ("valid_until: not-stated", "valid_until: 2026-02-28"))
    files = with_statement(files, statement(files))

    assert status(files, on=date(2026, 2, 28)) == "verified-and-signed"
    assert status(files, on=date(2026, 3, 1)) == "expired"


def test_how_the_statement_is_written_does_not_matter() -> None:
    """RFC 8785: order of keys, spaces and escapes are not signed."""
    files = keyed()
    document = statement(files)
    turned = dict(reversed(list(document.items())))

    assert status({**files, f"{R1}/{CREDENTIAL}": json.dumps(turned, indent=4, ensure_ascii=False).encode()}) == (
        "verified-and-signed"
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{", "Y-SYNTAX"),
        (b'{"a": "1", "a": "2"}', "Y-DUPLICATE"),
        (b"a: 1\n", "F-JSON"),
        (b"\xff", "F-ENCODING"),
    ],
)
def test_what_is_no_json_is_a_problem_at_its_place(raw: bytes, expected: str) -> None:
    assert expected in codes(evaluate({**keyed(), f"{R1}/{CREDENTIAL}": raw}).problems)


def test_a_statement_to_a_draft_is_refused() -> None:
    files = keyed()
    document = statement(files)
    del files[f"{R1}/statement.yaml"]

    assert "F-ALONE" in codes(evaluate(with_statement(files, document)).problems)


def test_a_key_in_the_document_is_never_trusted_for_itself() -> None:
    """A document may name any key and be signed with it; what counts is the site's list."""
    files = keyed()
    report = evaluate(files).evaluations[OLD]
    assert report.sealed

    found = judge_statement(report.report, report.sealed, {"verity": evaluate(base()).catalogue.bodies["verity"]},
                  json.dumps(statement(files)).encode())  # fmt: skip

    assert (found.fault, found.key) == ("key-unknown", multikey_of(OURS))
