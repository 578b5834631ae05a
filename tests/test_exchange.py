"""A site is exchanged whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

import pcf.exchange
from pcf.exchange import BusyError, Exchange
from web import ROOT, tree

OLD, NEW = {"index.html": b"old", "a/b.html": b"old"}, {"index.html": b"new", "c.html": b"new"}


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(params=["one-step", "two-steps"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of exchanging: that of this system, and the one for systems without."""
    if request.param == "two-steps":
        monkeypatch.setattr(pcf.exchange, "_exchanged", lambda one, other: False)


@pytest.mark.usefixtures("way")
def test_the_new_site_takes_the_place_of_the_old(tmp_path: Path) -> None:
    exchange = Exchange(fill(tmp_path / "site", OLD))
    fill(exchange.begin(), NEW)
    assert tree(tmp_path / "site") == OLD

    exchange.publish(b"")

    assert tree(tmp_path / "site") == NEW
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["site"]


def test_a_first_site_is_put_in_its_place(tmp_path: Path) -> None:
    exchange = Exchange(tmp_path / "deep" / "site")
    fill(exchange.begin(), NEW)
    exchange.publish(b"")

    assert tree(tmp_path / "deep" / "site") == NEW


def test_what_is_dropped_leaves_the_old_site(tmp_path: Path) -> None:
    exchange = Exchange(fill(tmp_path / "site", OLD))
    fill(exchange.begin(), NEW)
    exchange.drop()

    assert tree(tmp_path / "site") == OLD
    assert not exchange.staging.exists()


def test_what_begins_with_a_dot_and_somebody_put_there_stays(tmp_path: Path) -> None:
    """As MkDocs does: .nojekyll, .git of a work tree; what the build has itself is the build's."""
    exchange = Exchange(fill(tmp_path / "site", {**OLD, ".nojekyll": b"", ".git/a/b": b"1", ".built": b"old"}))
    fill(exchange.begin(), {**NEW, ".built": b"new"})
    exchange.keep()
    exchange.publish(b"")

    assert tree(tmp_path / "site") == {**NEW, ".nojekyll": b"", ".git/a/b": b"1", ".built": b"new"}


def test_the_second_of_two_builds_says_so(tmp_path: Path) -> None:
    first = Exchange(fill(tmp_path / "site", OLD))
    fill(first.begin(), NEW)

    with pytest.raises(BusyError):
        Exchange(tmp_path / "site").begin()
    first.publish(b"")

    assert tree(tmp_path / "site") == NEW
    Exchange(tmp_path / "site").begin()


def test_a_killed_build_leaves_the_old_site_and_stops_no_later_one(tmp_path: Path) -> None:
    """kill -9 in the middle of writing."""
    fill(tmp_path / "site", OLD)
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from pcf.exchange import Exchange
        folder = Exchange(Path(sys.argv[1])).begin()
        (folder / "index.html").write_bytes(b"half")
        print("ready", flush=True)
        time.sleep(60)
    """)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "hooks")}
    command = [sys.executable, "-c", script, str(tmp_path / "site")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    assert tree(tmp_path / "site") == OLD

    exchange = Exchange(tmp_path / "site")
    fill(exchange.begin(), NEW)
    exchange.publish(b"")

    assert tree(tmp_path / "site") == NEW


def test_a_build_killed_between_the_two_renames_is_mended(tmp_path: Path) -> None:
    """Where the system has no single step; the site was away for that moment, and is put back."""
    fill(tmp_path / ".site.old", OLD)

    exchange = Exchange(tmp_path / "site")
    exchange.begin()

    assert tree(tmp_path / "site") == OLD


def test_a_link_stays_and_what_it_leads_to_changes(tmp_path: Path) -> None:
    fill(tmp_path / "releases" / "1", OLD)
    (tmp_path / "site").symlink_to("releases/1")

    exchange = Exchange(tmp_path / "site")
    fill(exchange.begin(), NEW)
    exchange.publish(b"manifest")

    assert (tmp_path / "site").is_symlink()
    assert tree(tmp_path / "site") == NEW
    assert (tmp_path / "releases" / "1.sha256").read_bytes() == b"manifest"


def test_a_fault_while_exchanging_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of the two renames fails: the first is taken back."""
    monkeypatch.setattr(pcf.exchange, "_exchanged", lambda one, other: False)
    exchange = Exchange(fill(tmp_path / "site", OLD))
    fill(exchange.begin(), NEW)
    rename = Path.rename

    def failing(path: Path, to: Path) -> Path:
        if path == exchange.staging:
            raise OSError(5, "injected")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="injected"):
        exchange.publish(b"")
    exchange.drop()

    assert tree(tmp_path / "site") == OLD


def test_no_reader_ever_finds_the_site_away(tmp_path: Path) -> None:
    """One thread reads while another exchanges; only where the system can do it in one step."""
    site = fill(tmp_path / "site", OLD)
    stop, missed, reads = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                reads.append((site / "index.html").read_bytes())
            except OSError as error:
                missed.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30):
        exchange = Exchange(site)
        fill(exchange.begin(), NEW)
        exchange.publish(b"")
    stop.set()
    reader.join()

    assert reads
    assert missed == []
