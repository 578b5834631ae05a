"""A site is exchanged whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import pcf.exchange
import pcf.processes
from pcf.exchange import PLACE, BusyError, Exchange
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


def test_several_processes_remove_a_large_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without following what a hook has linked into it; and where one of them is ended, the rest is done here."""
    outside = fill(tmp_path / "elsewhere", OLD)
    monkeypatch.setattr(pcf.exchange, "FEW", 3)
    monkeypatch.setattr(pcf.exchange, "processors", lambda: 2)
    for module in (pcf.exchange, pcf.processes):  # threads that other tests have left do no harm here
        monkeypatch.setattr(module, "forks", lambda: True)
    pages = [f"{top}/{number}/index.html" for top in ("products", "en/products") for number in range(20)]
    for deadly in (False, True):
        exchange = Exchange(tmp_path / "site")
        staging = fill(exchange.begin(), dict.fromkeys(["index.html", *pages], b"old"))
        (staging / "products/linked").symlink_to(outside)
        (staging / "linked").symlink_to(outside)
        with monkeypatch.context() as patch:
            patch.setattr(pcf.exchange, "_remove", removing(tmp_path / "removed", deadly=deadly))
            exchange.drop()
        assert [path.name for path in tmp_path.glob(".site.*")] == [".site.lock"]
    assert tree(outside) == OLD
    lines = (tmp_path / "removed").read_text("utf-8").splitlines()
    assert len(lines) == 40


def removing(told: Path, *, deadly: bool) -> Callable[[Sequence[str]], list[str]]:
    """Notes who removes a folder, or ends the process that was to."""
    inner, own = pcf.exchange._remove, os.getpid()

    def remove(folders: Sequence[str]) -> list[str]:
        assert os.getpid() != own
        if deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        with told.open("a") as file:
            file.writelines(f"{os.getpid()}\n" for _ in folders)
        return inner(folders)

    return remove


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


# Each run stops one build at its n-th step on the disk, n = 1, 2, … until a build has no more steps, and tells what
# stood there then, and what after the begin of the next build: the site, and the site that the manifest is of.
STOPPED = """
import json, os, signal, sys
from pathlib import Path
import pcf.exchange
from pcf.checksums import differences, manifest, read_manifest
from pcf.exchange import Exchange

folder, way, kind, start = Path(sys.argv[1]), *sys.argv[2:]
site, fired, armed = folder / "site", False, 0
one_step = pcf.exchange._exchanged

def exchanged(one, other):
    sys.audit("os.before the exchange")
    done = way == "one-step" and one_step(one, other)
    sys.audit("os.after the exchange")
    return done

def stopping(event, arguments):
    global armed, fired
    if armed > 0 and event.startswith(("os.", "open", "shutil.")):
        armed -= 1
        if not armed:
            fired = True
            if kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise KeyboardInterrupt if kind == "stop" else OSError(5, "injected")

def build(content, step=0):
    global armed
    exchange = Exchange(site)
    armed = step
    try:
        staging = exchange.begin()
        for name in ("index.html", "a/b.html", f"{content}.html"):
            (staging / name).parent.mkdir(exist_ok=True)
            (staging / name).write_text(content)
        exchange.keep()
        exchange.publish(manifest(staging))
    except (OSError, KeyboardInterrupt):
        exchange.drop()

def standing():
    found = {path.read_text() for path in site.rglob("*.html")} if site.exists() else {"none"}
    told = site.with_name("site.sha256")
    of = "none"
    if told.exists():
        names = read_manifest(told.read_bytes())
        of = next(name for name in ("old", "new") if f"{name}.html" in names)
        if found == {of}:
            assert not differences(site, names)
    return "+".join(sorted(found)) + ", " + of

def left():
    return sorted(path.name for path in folder.iterdir() if path.name not in ("site", "site.sha256", ".site.lock"))

pcf.exchange._exchanged = exchanged
sys.addaudithook(stopping)
stopped, begun, kept, step, code = set(), set(), set(), 0, 1
while code:
    step += 1
    for path in [site, *map(folder.joinpath, left())]:
        if path.exists():
            pcf.exchange.shutil.rmtree(path) if path.is_dir() else path.unlink()
    site.with_name("site.sha256").unlink(missing_ok=True)
    if start == "again":
        build("old")
    if not (child := os.fork()):
        build("new", step)
        os._exit(fired)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    stopped.add(standing())
    kept |= {*left()}
    after = Exchange(site)
    after.begin()
    begun.add(standing())
    after.drop()
    assert left() == [], left()
print(json.dumps([step, sorted(stopped), sorted(begun), sorted(kept)]))
"""


@pytest.mark.parametrize("start", ["first", "again"])
@pytest.mark.parametrize("kind", ["kill", "stop", "fail"])
@pytest.mark.parametrize("way", ["one-step", "two-steps"])
def test_stopped_at_any_step_the_site_is_whole_and_has_its_manifest_after_the_next_begin(
    tmp_path: Path, way: str, kind: str, start: str
) -> None:
    """Killed, by Ctrl-C and by a fault of the disk, before each single step; the next build mends what a kill left."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "hooks")}
    command = [sys.executable, "-c", STOPPED, str(tmp_path), way, kind, start]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    steps, stopped, begun, kept = json.loads(done.stdout)
    before = "none" if start == "first" else "old"
    consistent = {f"{before}, {before}", "new, new"}
    assert steps > 20
    assert set(begun) == consistent
    possible = set(consistent)
    if kind == "kill":
        possible.add(f"new, {before}")  # between the site and its manifest
        if (way, start) == ("two-steps", "again"):
            possible.add("none, old")  # between the two renames
    assert set(stopped) == possible
    assert set(kept) <= {".site.new", ".site.old", ".site.sha256"}


def test_half_of_an_old_site_never_comes_back(tmp_path: Path) -> None:
    """A kill while the old site was removed, then the new one taken away by hand: there is no site to put back."""
    fill(tmp_path / ".site.old", {"a/b.html": b"old"})

    Exchange(tmp_path / "site").begin()

    assert not (tmp_path / "site").exists()


def test_where_a_manifest_cannot_be_put_the_old_site_stays(tmp_path: Path) -> None:
    """The two belong together: without the one, not the other."""
    (tmp_path / "site.sha256").mkdir()
    exchange = Exchange(fill(tmp_path / "site", OLD))
    fill(exchange.begin(), NEW)
    with pytest.raises(IsADirectoryError) as told:
        exchange.publish(b"manifest")
    exchange.drop()

    assert told.value.errno in PLACE
    assert tree(tmp_path / "site") == OLD
    assert [path.name for path in tmp_path.glob(".site.*")] == [".site.lock"]


def test_a_file_in_the_place_of_the_site_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "site").write_bytes(b"mine")
    exchange = Exchange(tmp_path / "site")
    with pytest.raises(NotADirectoryError):
        exchange.begin()
    exchange.drop()

    assert (tmp_path / "site").read_bytes() == b"mine"
    assert not exchange.staging.exists()


def test_a_worker_that_outlives_a_killed_build_stops_no_later_one(tmp_path: Path) -> None:
    """What a build forked has the lock's file open too; the lock goes with the build all the same."""
    script = textwrap.dedent("""
        import os, signal, sys, time
        from pathlib import Path
        from pcf.exchange import Exchange
        exchange = Exchange(Path(sys.argv[1]))
        exchange.begin()
        worker = os.fork()
        if not worker:
            time.sleep(60)
        time.sleep(0.2)
        print(worker, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "hooks")}
    command = [sys.executable, "-c", script, str(tmp_path / "site")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
    try:
        Exchange(tmp_path / "site").begin()
    finally:
        os.kill(worker, signal.SIGKILL)


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
