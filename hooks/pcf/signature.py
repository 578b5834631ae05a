"""Proofs over a JSON document: Data Integrity with the cryptosuite eddsa-jcs-2022 (W3C, Recommendation of 2025-05-15).

The proof signs SHA-256 of the RFC 8785 form of the proof's own options, followed by that of the document without its
proof, with Ed25519. https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

CRYPTOSUITE = "eddsa-jcs-2022"
_ED25519 = b"\xed\x01"  # the multicodec of an Ed25519 public key
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def canonical(document: Any) -> bytes:
    """The RFC 8785 form, which does not depend on how a document was written."""
    return rfc8785.dumps(document)


def to_multibase(raw: bytes) -> str:
    """Base58 as Bitcoin writes it, with the ``z`` that says so (W3C Controlled Identifiers, Multibase)."""
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "z" + "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def from_multibase(text: str) -> bytes:
    """The bytes. Raises ValueError for what is not base58 with a leading ``z``."""
    if text[:1] != "z" or not all(character in _ALPHABET for character in text):
        raise ValueError(text)
    number = 0
    for character in text[1:]:
        number = number * 58 + _ALPHABET.index(character)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def public_bytes(multikey: str) -> bytes:
    """The 32 bytes of a key written as ``z6Mk…``. Raises ValueError for anything else."""
    raw = from_multibase(multikey)
    if not raw.startswith(_ED25519) or len(raw) != 34:
        raise ValueError(multikey)
    return raw[2:]


def private_key(text: bytes) -> Ed25519PrivateKey:
    """A key in PEM (PKCS 8, without a password). Raises ValueError, which says nothing of what was in it."""
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("no Ed25519 key in PEM without a password") from None
    return key


def new_private_key() -> bytes:
    """A new key in PEM."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def multikey_of(key: Ed25519PrivateKey) -> str:
    """The public key of a private one, as ``z6Mk…``."""
    return to_multibase(_ED25519 + key.public_key().public_bytes_raw())


def signed(document: Mapping[str, Any], key: Ed25519PrivateKey, options: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its proof. ``options`` are the proof's: created, verificationMethod, proofPurpose."""
    proof = {"type": "DataIntegrityProof", "cryptosuite": CRYPTOSUITE, **options, "@context": document["@context"]}
    value = to_multibase(key.sign(_hash_data(document, proof)))
    return {**document, "proof": {**proof, "proofValue": value}}


def proof_holds(document: Mapping[str, Any], public: bytes) -> bool:
    """Whether the document's proof was made with the private half of ``public`` (32 bytes) over all that it says."""
    proof = document.get("proof")
    if not isinstance(proof, dict) or not isinstance(proof.get("proofValue"), str):
        return False
    if (proof.get("type"), proof.get("cryptosuite")) != ("DataIntegrityProof", CRYPTOSUITE):
        return False
    if proof.get("@context", document.get("@context")) != document.get("@context"):
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            from_multibase(proof["proofValue"]), _hash_data(document, options)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _hash_data(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(unsecured)).digest()
