"""Whatever happens to a build, the site that was there stays whole; a good build takes its place at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pcf.checksums import differences, read_manifest
from pcf.exchange import Exchange
from published import RECORDS
from web import build, make_root, mkdocs, tree

FAULTS = """
import logging, os, resource, signal

def fault(event):
    wanted, _, kind = os.environ.get("FAULT", "").partition(" ")
    if event != wanted:
        return
    if kind == "raise":
        raise ValueError("injected")
    if kind == "warn":
        logging.getLogger("mkdocs.plugins.faults").warning("injected")
    if kind == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    if kind == "stop":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
        os.kill(os.getpid(), signal.SIGINT)
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)

def on_files(files, **_):
    fault("files")

def on_post_page(output, **_):
    fault("post_page")

def on_post_build(**_):
    fault("post_build")
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a site, and a hook beside ours in which a fault can be had by asking for it."""
    root = make_root(tmp_path_factory.mktemp("whole") / "root", RECORDS)
    (root / "hooks" / "faults.py").write_text(FAULTS, "utf-8")
    text = (root / "mkdocs.yml").read_text("utf-8")
    hooks = "hooks: [hooks/publish.py]"
    assert hooks in text
    (root / "mkdocs.yml").write_text(text.replace(hooks, "hooks: [hooks/publish.py, hooks/faults.py]"), "utf-8")
    build(root)
    return root


@pytest.mark.parametrize(
    ("fault", "options", "code", "said"),
    [
        ("files raise", (), 1, "ValueError: injected"),
        ("post_page full", (), 1, "cannot be written"),
        ("post_page stop", (), 1, "Aborted"),
        ("post_page kill", (), -9, ""),
        ("post_build raise", (), 1, "ValueError: injected"),
        ("post_build warn", ("--strict",), 1, "in strict mode"),
        ("post_build warn", ("--strict", "-q"), 1, "in strict mode"),
    ],
)
def test_a_build_that_fails_leaves_the_site_and_its_manifest(
    root: Path, fault: str, options: tuple[str, ...], code: int, said: str
) -> None:
    """An exception early and late, no room, Ctrl-C, kill -9, a warning under --strict, which counts under -q too."""
    before, manifest = tree(root / "site"), (root / "site.sha256").read_bytes()
    done = mkdocs(root, "build", *options, FAULT=fault)
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stderr
    assert tree(root / "site") == before
    assert (root / "site.sha256").read_bytes() == manifest
    if code != -9:
        assert not (root / ".site.new").exists()
    if "-q" in options:
        assert "injected" not in done.stderr


def test_a_good_build_after_a_killed_one_is_met_whole_by_every_reader(root: Path) -> None:
    """The leftovers go, no reader ever misses a page, and the manifest says what stands in the site."""
    assert mkdocs(root, "build", FAULT="post_page kill").returncode == -9
    assert (root / ".site.new").exists()
    stop, missed, reads = threading.Event(), [], 0

    def read() -> None:
        nonlocal reads
        while not stop.wait(0.0005):
            try:
                (root / "site" / "index.html").read_bytes()
                reads += 1
            except OSError as error:
                missed.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    build(root)
    stop.set()
    reader.join()
    assert reads > 100
    assert missed == []
    assert not (root / ".site.new").exists()
    assert not differences(root / "site", read_manifest((root / "site.sha256").read_bytes()))


def test_the_second_of_two_builds_at_once_says_so(root: Path) -> None:
    before = tree(root / "site")
    first = Exchange(root / "site")
    first.begin()
    done = mkdocs(root, "build")
    first.drop()
    assert done.returncode == 1
    assert "another build" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(root / "site") == before


def test_a_place_that_cannot_be_written_is_told_in_one_line(root: Path) -> None:
    done = mkdocs(root, "build", "-d", "mkdocs.yml/site")
    assert done.returncode == 1
    assert "mkdocs.yml/site cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
