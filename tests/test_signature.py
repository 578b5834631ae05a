"""Proofs: the test vectors of the W3C and of RFC 8785, and what a proof does not survive."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pcf.signature import (
    canonical,
    from_multibase,
    multikey_of,
    new_private_key,
    private_key,
    proof_holds,
    public_bytes,
    signed,
    to_multibase,
)

# https://github.com/cyberphone/json-canonicalization, testdata, which RFC 8785 names in its appendix.
JCS = json.loads((Path(__file__).parent / "vectors" / "rfc8785.json").read_text("utf-8"))
# https://www.w3.org/TR/vc-di-eddsa/#representation-eddsa-jcs-2022, the vectors of the Recommendation of 2025-05-15.
KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
PRIVATE = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
PROOF = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
OPTIONS = {
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": f"did:key:{KEY}#{KEY}",
    "proofPurpose": "assertionMethod",
}


@pytest.mark.parametrize("name", JCS)
def test_canonical_form_is_that_of_rfc_8785(name: str) -> None:
    assert canonical(json.loads(JCS[name]["input"])).hex() == JCS[name]["output"]


def test_the_proof_of_the_w3c_is_made_again_byte_for_byte() -> None:
    key = Ed25519PrivateKey.from_private_bytes(from_multibase(PRIVATE)[2:])

    made = signed(DOCUMENT, key, OPTIONS)

    assert multikey_of(key) == KEY
    assert made["proof"]["proofValue"] == PROOF
    assert proof_holds(made, public_bytes(KEY))


def w3c() -> dict[str, Any]:
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", **OPTIONS}
    return {**DOCUMENT, "proof": {**proof, "@context": DOCUMENT["@context"], "proofValue": PROOF}}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, inner in items for leaf in leaves(inner, (*path, key))]
    return [path]


@pytest.mark.parametrize("path", leaves(w3c()), ids=lambda path: ".".join(map(str, path)))
def test_no_leaf_can_be_changed(path: tuple[Any, ...]) -> None:
    """The document's and the proof's own."""
    document = copy.deepcopy(w3c())
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] += "x"

    assert not proof_holds(document, public_bytes(KEY))


@pytest.mark.parametrize("proof", [None, {}, "z", {"proofValue": 1}, {"proofValue": "z0"}, {"proofValue": "z" * 9}])
def test_what_is_no_proof_holds_nothing(proof: Any) -> None:
    assert not proof_holds({**DOCUMENT, "proof": proof}, public_bytes(KEY))


@given(st.binary(max_size=70))
def test_multibase_gives_the_same_bytes_back(raw: bytes) -> None:
    assert from_multibase(to_multibase(raw)) == raw


@pytest.mark.parametrize("text", ["", "z0", "zl", "f00", KEY[:-1], "z6Mk" + "1" * 44, PRIVATE])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        public_bytes(text)


def test_a_new_key_signs() -> None:
    key = private_key(new_private_key())

    assert proof_holds(signed(DOCUMENT, key, OPTIONS), public_bytes(multikey_of(key)))


@pytest.mark.parametrize("text", [b"", b"secret", b"-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_private_key_is_refused_without_a_word_of_it(text: bytes) -> None:
    with pytest.raises(ValueError, match="no Ed25519 key") as caught:
        private_key(text)
    assert "secret" not in str(caught.value)
