"""A body's signed statement: a W3C Verifiable Credential that binds what it verified to the bytes of sealed.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from .library import Body, Key
from .load import CREDENTIAL as CREDENTIAL
from .load import Report
from .seal import digest
from .signature import proof_holds, public_bytes

CONTEXT = ["https://www.w3.org/ns/credentials/v2"]

# In the order in which they are found: the first that holds says why a statement is not accepted.
Fault = Literal[
    "statement-not-readable", "statement-for-another-product", "key-unknown", "key-of-another-body", "key-withdrawn",
    "key-not-valid-then", "statement-edited", "signature-does-not-hold", "statement-differs",
]  # fmt: skip

FAULTS: tuple[Fault, ...] = get_args(Fault)


@dataclass(frozen=True)
class Signature:
    """What was found when a report's signed statement was held against the report and the site's own list of keys.

    ``fault`` is None where the body's statement is accepted.
    """

    fault: Fault | None
    key: str | None  # as z6Mk…
    signed: str | None  # the day it was made, as it says
    demonstration: bool = False


def subject(report: Report, sealed: bytes) -> dict[str, Any]:
    """What the body states: which report of which product, its declared values, and the bytes that they rest on."""
    statement = report.statement
    if statement is None:
        raise ValueError(f"{report.id} is a draft")
    facts, declared = statement.statement, statement.declared
    return {
        "product": json.loads(sealed)["product"]["id"],  # that of the day it was sealed; a rename comes later
        "report": report.folder,
        "number": statement.report.number,
        "issued": statement.report.issued.isoformat(),
        "body": statement.report.body,
        "kind": facts.kind,
        "valid_until": facts.valid_until.isoformat() if isinstance(facts.valid_until, date) else facts.valid_until,
        "seal": digest(sealed),
        "declared": {
            "total": {"value": declared.total.text, "unit": declared.total.unit},
            "stages": {
                name: {"value": value.text, "unit": value.unit} for name, value in sorted(declared.stages.items())
            },
        },
    }


def unsigned(report: Report, sealed: bytes, body: Body, key: str, on: date) -> dict[str, Any]:
    """The credential before its proof. ``key`` is the public key, as z6Mk…; ``on`` the day of signing."""
    issuer = {"id": f"did:key:{key}", "name": body.name.en or body.name.zh or ""}
    about = subject(report, sealed)
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "validFrom": f"{on.isoformat()}T00:00:00Z",
        "credentialSubject": about,
    }
    until = about["valid_until"]
    return document if until == "not-stated" else {**document, "validUntil": f"{until}T23:59:59Z"}


def proof_options(key: str, on: date) -> dict[str, str]:
    return {
        "created": f"{on.isoformat()}T00:00:00Z",
        "verificationMethod": f"did:key:{key}#{key}",
        "proofPurpose": "assertionMethod",
    }


def judge_statement(report: Report, sealed: bytes, bodies: Mapping[str, Body], raw: bytes) -> Signature:
    """Holds a signed statement against the report it lies beside and the keys in ``_bodies/``.

    The key named in the document only says which of the listed keys to use; it is never trusted for itself.
    """
    try:
        document = json.loads(raw)
        about, proof = document["credentialSubject"], document["proof"]
        method, created = proof["verificationMethod"], proof["created"]
        key, signed = method.rpartition("#")[2], date.fromisoformat(created[:10])
        about["product"], about["report"], about["seal"], public_bytes(key)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Signature("statement-not-readable", None, None)
    expected = subject(report, sealed)
    found = _fault(expected, about, key, signed, bodies, document)
    return Signature(found, key, signed.isoformat(), bodies[expected["body"]].demonstration)


def _fault(
    expected: Mapping[str, Any],
    about: Mapping[str, Any],
    key: str,
    signed: date,
    bodies: Mapping[str, Body],
    document: Mapping[str, Any],
) -> Fault | None:
    if any(about.get(name) != expected[name] for name in ("product", "report", "number", "body")):
        return "statement-for-another-product"
    listed: Key | None = next((own for own in bodies[expected["body"]].keys if own.public_key == key), None)
    if listed is None:
        others = (own.public_key for name, body in bodies.items() if name != expected["body"] for own in body.keys)
        return "key-of-another-body" if key in others else "key-unknown"
    # A key that is withdrawn may be in other hands, and the day of signing is what the signer says it was.
    if listed.withdrawn:
        return "key-withdrawn"
    if signed < listed.valid_from or (isinstance(listed.valid_to, date) and signed > listed.valid_to):
        return "key-not-valid-then"
    agrees = about == expected and str(document.get("validUntil", "not-stated"))[:10] == expected["valid_until"]
    if not proof_holds(document, public_bytes(key)):
        return "signature-does-not-hold" if agrees else "statement-edited"
    return None if agrees else "statement-differs"
