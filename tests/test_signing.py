"""``pcf sign`` and ``pcf verify``: a body signs, anyone checks; the private key is never printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pcf.cli import main
from pcf.signature import multikey_of, private_key
from support import NEW, R2, base, edited, write

BODY = "products/_bodies/verity.yaml"


def pcf(*arguments: object, **env: str) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], env={"LC_ALL": "C.UTF-8", **env})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(base(), tmp_path / "here")


def new_key(root: Path, path: Path) -> str:
    """A key, listed by the body of the report; gives the public half."""
    result = pcf("sign", "--new-key", path)
    assert result.exit_code == 0
    public = result.stdout.strip()
    listed = base()[BODY].decode() + f"keys: [{{public_key: {public}, valid_from: 2025-01-01}}]\n"
    (root / BODY).write_text(listed, "utf-8")
    return public


def test_a_body_signs_and_anyone_verifies(root: Path, tmp_path: Path) -> None:
    public = new_key(root, tmp_path / "key.pem")

    signed = pcf("sign", NEW, "--root", root, "--key", tmp_path / "key.pem", "--on", "2025-03-02")
    checked = pcf("verify", NEW, "--root", root, "--on", "2026-01-01", "--format", "json")

    assert signed.exit_code == 0
    assert checked.exit_code == 0
    found = json.loads(checked.stdout)
    assert (found["seal_holds"], found["signature"], found["key"], found["signed"]) == (
        True, "signed", public, "2025-03-02",
    )  # fmt: skip


def test_the_private_key_is_only_the_owners_and_never_printed(root: Path, tmp_path: Path) -> None:
    public = new_key(root, tmp_path / "key.pem")
    secret = (tmp_path / "key.pem").read_text("ascii")

    outputs = [
        pcf("sign", NEW, "--root", root, PCF_SIGNING_KEY=secret),
        pcf("sign", NEW, "--root", root, "--key", root / BODY),
        pcf("sign", NEW, "--root", root, PCF_SIGNING_KEY=secret[:-40]),
        pcf("sign", "--new-key", tmp_path / "key.pem"),
    ]

    assert [result.exit_code for result in outputs] == [0, 1, 1, 1]
    assert not any(line in result.output for result in outputs for line in secret.splitlines() if line)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert multikey_of(private_key(secret.encode())) == public
    assert (tmp_path / "key.pem").read_text("ascii") == secret


@pytest.mark.parametrize(
    ("day", "path", "old", "new", "signature"),
    [
        ("2028-03-01", "", "", "", "signed"),  # after the end of validity
        (
            "2026-01-01",
            BODY,
            "valid_from: 2025-01-01",
            "valid_from: 2025-01-01, withdrawn: 2025-06-01",
            "key-withdrawn",
        ),
        ("2026-01-01", f"{R2}/statement.yaml", "issued: 2025-03-01", "issued: 2025-03-02", "statement-differs"),
    ],
    ids=["expired", "key-withdrawn", "record-changed"],
)
def test_what_is_not_accepted_ends_with_one(
    root: Path, tmp_path: Path, day: str, path: str, old: str, new: str, signature: str
) -> None:
    new_key(root, tmp_path / "key.pem")
    assert pcf("sign", NEW, "--root", root, "--key", tmp_path / "key.pem", "--on", "2025-03-02").exit_code == 0
    if path:
        files = {path: (root / path).read_bytes()}
        (root / path).write_bytes(edited(files, path, (old, new))[path])

    result = pcf("verify", NEW, "--root", root, "--on", day, "--format", "json")

    assert (result.exit_code, json.loads(result.stdout)["signature"]) == (1, signature)


@pytest.mark.parametrize(("language", "words"), [("en", "has not signed"), ("zh", "没有为这份记录签名")])
def test_what_nobody_signed_is_not_called_invalid(root: Path, language: str, words: str) -> None:
    result = pcf("verify", NEW, "--root", root, "--language", language)

    assert result.exit_code == 1
    assert words in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [["sign"], ["sign", NEW, "--new-key", "k"], ["sign", "no/report", "--key", "{key}"], ["verify", "no/report"]],
    ids=" ".join,
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(root: Path, tmp_path: Path, arguments: list[str]) -> None:
    new_key(root, tmp_path / "key.pem")
    before = sorted(root.rglob("*"))

    result = pcf(*(a.format(key=tmp_path / "key.pem") for a in arguments), "--root", root)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert sorted(root.rglob("*")) == before


def test_a_record_that_is_not_sealed_as_it_stands_is_not_signed(root: Path, tmp_path: Path) -> None:
    """The body would sign bytes that the publisher has not sealed."""
    new_key(root, tmp_path / "key.pem")
    path = root / R2 / "review.yaml"
    text = path.read_text("utf-8")
    seal = text[text.index("sha-256:") : text.index("sha-256:") + 72]
    path.write_text(text.replace(seal, "sha-256:" + "0" * 64), "utf-8")

    result = pcf("sign", NEW, "--root", root, "--key", tmp_path / "key.pem", "--language", "en")

    assert result.exit_code == 1
    assert not (root / R2 / "credential.json").exists()
