"""A copy of the site is whole, or pcf verify-site says what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from pcf.checksums import ManifestError, Stored, Written, differences, manifest, read_manifest
from pcf.cli import main

FILES = {"index.html": b"<h1>1</h1>", "a/中文 name.txt": b"", "b\\c\nd": b"x", ".well-known/key": b"k"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "site.sha256").write_bytes(manifest(tmp_path / "site", ["font 0 face.otf"]))
    return tmp_path / "site"


def test_sha256sum_reads_the_manifest(site: Path) -> None:
    """Whoever has a mirror needs none of our software to check it."""
    if not (program := shutil.which("sha256sum")):
        pytest.skip("no GNU coreutils here")
    command = [program, "--check", "--strict", "--quiet", "../site.sha256"]
    assert subprocess.run(command, cwd=site, check=False).returncode == 0
    (site / "index.html").write_bytes(b"")
    assert subprocess.run(command, cwd=site, capture_output=True, check=False).returncode == 1


def test_the_manifest_gives_back_every_path_with_its_digest(site: Path) -> None:
    wanted = read_manifest((site.parent / "site.sha256").read_bytes())
    assert wanted == {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    assert list(wanted) == sorted(wanted)
    assert not differences(site, wanted)


def test_the_manifest_is_in_the_order_of_whole_paths(tmp_path: Path) -> None:
    """Also where a character that comes before "/" makes a file of a folder's neighbour."""
    names = ["a/b", "a/b-c/d", "a/b.c", "a b", "a!/c", "a-b/c", "a.b", "a0", "aé/b", "ab/a"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(read_manifest(manifest(tmp_path))) == sorted(names)


def test_a_written_file_is_given_back_as_it_was_noted() -> None:
    written = Written()
    files = [Stored("a/中文.html", "0f" * 32, 2**40, 1_800_000_000_123_456_789), Stored("b", "a0" * 32, 0, 0)]
    for file in (Stored("b", "ff" * 32, 1, 1), *files):
        written.add(file)
    assert {address: written[address] for address in written} == {file.address: file for file in files}
    assert "a/中文.html" in written
    assert "a" not in written


@pytest.mark.parametrize("raw", [b"", b"# only words\n", b"<html>\n", b"0" * 63 + b"  a\n"])
def test_what_is_no_manifest_is_told(raw: bytes) -> None:
    with pytest.raises(ManifestError):
        read_manifest(raw)


def test_verify_site_names_what_is_missing_changed_and_extra(site: Path, tmp_path: Path) -> None:
    """Exit code 0 for a whole copy, else 1. A host's own file with a dot at the top is no fault, a link in it is."""
    copy = shutil.copytree(site, tmp_path / "mirror")
    (copy / ".htaccess").write_bytes(b"")
    command = ["verify-site", str(copy), "--manifest", str(tmp_path / "site.sha256"), "--format", "json"]
    whole = CliRunner().invoke(main, command)
    assert (whole.exit_code, json.loads(whole.output)) == (0, {"files": 4, "missing": [], "changed": [], "extra": []})

    (copy / "b\\c\nd").unlink()
    (copy / "index.html").write_bytes(b"<h1>2</h1>")
    (copy / "a" / "more.js").write_bytes(b"")
    (copy / "a" / "中文 name.txt").unlink()
    (copy / "a" / "中文 name.txt").symlink_to(site / "a" / "中文 name.txt")

    told = CliRunner().invoke(main, command)
    assert told.exit_code == 1
    assert json.loads(told.output) == {
        "files": 4, "missing": ["b\\c\nd"], "changed": ["a/中文 name.txt", "index.html"], "extra": ["a/more.js"],
    }  # fmt: skip


def test_what_cannot_be_read_is_not_whole_and_never_left_out_of_a_manifest(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder or a file that the disk does not give, a pipe in the place of a file."""
    wanted = read_manifest((site.parent / "site.sha256").read_bytes())
    (site / "index.html").unlink()
    os.mkfifo(site / "index.html")
    scandir = os.scandir

    def failing(path: Path | str) -> object:
        if Path(path).name == "a":
            raise OSError(5, "injected")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    found = differences(site, wanted)
    assert (found.missing, found.changed, found.extra) == (("a/中文 name.txt",), ("index.html",), ())
    with pytest.raises(OSError, match="injected"):
        manifest(site)


def test_without_a_manifest_nothing_is_said_to_be_whole(site: Path) -> None:
    (site.parent / "site.sha256").unlink()
    done = CliRunner().invoke(main, ["verify-site", str(site), "--language", "en"])
    assert done.exit_code == 1
    assert "site.sha256 cannot be read" in done.output
