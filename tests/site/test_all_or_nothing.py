"""Whatever happens to a build, the site that was there stays whole; a good build takes its place at once.

The builds are forked from one process (``nursery``), which makes each cost a third of a second; what needs a file
system of its own is built by ``mkdocs`` as a user calls it. Each build is of another site than the one before, with a
mark on its pages. What stands there is the old site or the new one, to the byte and with its own manifest, no third.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from nursery import EVENTS, Done, Nursery, mark, marks, nursery, tiny_root
from pcf.checksums import differences, manifest, read_manifest
from pcf.cli import main
from support import RECORDS
from web import environment, tree

_numbers = count(1)


class Builds:
    """A tiny root with a site, and builds of it."""

    def __init__(self, root: Path, made: Nursery) -> None:
        self.root, self.site, self.nursery, self.number = root, root / "site", made, 0
        self.good()

    def another(self) -> None:
        """The next build is another site."""
        self.number = next(_numbers)
        mark(self.root, self.number)

    def run(self, *options: str, **env: str) -> Done:
        self.another()
        return self.nursery.run("build", *options, FOLDER=str(self.root), **env)

    def good(self) -> None:
        """A build without a fault publishes, whatever was there before, and leaves nothing else."""
        done = self.run("--strict")
        assert done.code == 0, done.said
        assert self.is_new()
        assert self.left() == []

    def all(self) -> dict[str, bytes]:
        """The site and its manifest, to the byte."""
        return tree(self.site) | {"site.sha256": (self.root / "site.sha256").read_bytes()}

    def is_new(self) -> bool:
        """Whether the site is whole, with its own manifest, and the one that was built last."""
        return self.mark() == self.number and self.told("site.sha256")

    def mark(self) -> int:
        """The site that stands there; every page that has a mark has the same."""
        pages = [self.site / name / "about" / "index.html" for name in ("", "en")]
        (found,) = set().union(*(marks(page.read_bytes()) for page in pages))
        return int(found.removeprefix(b"mark-"))

    def told(self, name: str) -> bool:
        """Whether the site is what this manifest says."""
        path = self.root / name
        return path.exists() and not differences(self.site, read_manifest(path.read_bytes()))

    def held(self, number: int = 1) -> tuple[int, set[int]]:
        """Begins builds of another site at once, and waits until one is held in the middle: that one, the others."""
        self.another()
        faults = {"FOLDER": str(self.root), "FAULTS": "last env wait"}
        started = {self.nursery.start("build", "--strict", **faults) for _ in range(number)}
        for _ in range(6000):
            if self.waiting():
                break
            time.sleep(0.01)
        (first,) = self.waiting()
        return first, started - {first}

    def waiting(self) -> set[int]:
        return {int(path.name.removeprefix("waiting-")) for path in self.root.glob("waiting-*")}

    def go(self, first: int) -> Done:
        """Lets the one that is held go on, to its end."""
        (self.root / "go").touch()
        done = self.nursery.wait(first)
        for path in (self.root / "go", *self.root.glob("waiting-*")):
            path.unlink()
        return done

    def left(self) -> list[str]:
        """What a build has left beside the site. The lock's file stays: to remove it would let two builds have one."""
        return sorted(path.name for path in self.root.glob(".site.*") if path.name != ".site.lock")


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    root = tiny_root(tmp_path_factory.mktemp("whole") / "root", RECORDS / "base" / "products")
    with nursery(root) as made:
        yield Builds(root, made)


# A fault at every event

DURING = [event for event in EVENTS if event not in ("startup", "build_error", "shutdown")]
ALWAYS = [(f"{place} {event} raise", ()) for place in ("first", "last") for event in ("startup", *DURING)]
WARNED = [(f"first {event} warn", ("--strict", "-q")) for event in DURING[::2]]
WARNED += [(f"last {event} warn", ("--strict",)) for event in DURING[1::2]]
STOPPED = [(f"{place} {event} stop", ()) for event in ("config", "env", "post_page") for place in ("first", "last")]
TWICE = [
    (f"last {event} {kind}, {place} {late} raise", ())
    for event, kind, late in (("files", "raise", "build_error"), ("page_context", "raise", "shutdown"),
                              ("post_build", "raise", "build_error"))
    for place in ("first", "last")
]  # fmt: skip
SAID = {"raise": "ValueError: injected", "warn": "in strict mode", "stop": "Aborted"}


@pytest.mark.parametrize(("faults", "options"), [*ALWAYS, *WARNED, *STOPPED, *TWICE])
def test_a_fault_at_any_event_leaves_the_site_and_its_manifest(
    builds: Builds, faults: str, options: tuple[str, ...]
) -> None:
    """An exception, a warning under --strict with -q and without, Ctrl-C; before our hook is asked, and after."""
    before = builds.all()
    done = builds.run(*options, FAULTS=faults)
    assert (done.code, SAID[faults.rpartition(" ")[2]] in done.said) == (1, True), done.said
    assert builds.all() == before
    assert builds.left() == []
    if "-q" in options:
        assert "injected" not in done.said


@pytest.mark.parametrize("event", ["config", "files", "post_page", "post_build"])
def test_a_build_that_cannot_even_clean_up_is_cleared_by_the_next(builds: Builds, event: str) -> None:
    """kill -9, and Ctrl-C with a hook that fails before ours when it ends."""
    before = builds.all()
    assert builds.run(FAULTS=f"last {event} kill").code == -signal.SIGKILL
    assert builds.all() == before
    done = builds.run(FAULTS=f"last {event} stop, first shutdown raise")
    assert done.code == 1
    assert builds.all() == before
    builds.good()


@pytest.mark.parametrize(("faults", "code"), [("first shutdown raise", 1), ("last shutdown raise", 1),
                                              ("first shutdown stop", 1), ("last shutdown kill", -9)])  # fmt: skip
def test_a_fault_after_all_is_published_leaves_the_new_site(builds: Builds, faults: str, code: int) -> None:
    """The exit code tells of the fault; the site is the new one, whole."""
    assert builds.run("--strict", FAULTS=faults).code == code
    assert builds.is_new()
    builds.good()


# Killed


READER = """
import json, select, sys, time
from pathlib import Path
from nursery import marks
site, reads, missed, half = Path(sys.argv[1]), 0, [], []
while not select.select([sys.stdin], [], [], 0.0005)[0]:
    for name in ("index.html", "about/index.html", "en/about/index.html"):
        try:
            page = (site / name).read_bytes()
        except OSError as error:
            missed.append(str(error))
            continue
        reads += 1
        if not (page.rstrip().endswith(b"</html>") if name == "index.html" else len(marks(page)) == 1):
            half.append(f"{name}: {len(page)}")
print(json.dumps([reads, missed, half]))
"""


@contextmanager
def reading(site: Path) -> Iterator[None]:
    """A reader in a process of its own, who at the end has missed no page and met none that was not whole."""
    command = [sys.executable, "-c", READER, str(site)]
    there = environment(PYTHONPATH=str(Path(__file__).resolve().parent.parent))
    with subprocess.Popen(command, env=there, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        try:
            yield
        finally:
            told, _ = reader.communicate("")
    reads, missed, half = json.loads(told)
    assert reads > 100
    assert (missed, half) == ([], [])


def test_killed_at_a_hundred_random_moments(builds: Builds) -> None:
    """kill -9 anywhere in a build: the site is whole each time, and no reader misses a page or reads half of one."""
    chance, ended = random.Random(2067), Counter[int]()
    builds.good()
    began = time.monotonic()
    builds.good()
    took = time.monotonic() - began
    with reading(builds.site):
        for _ in range(100):
            before = builds.number if builds.is_new() else builds.mark()
            builds.another()
            process = builds.nursery.start("build", "--strict")
            time.sleep(chance.uniform(0, took))
            os.kill(process, signal.SIGKILL)
            ended[builds.nursery.wait(process).code] += 1
            assert builds.mark() in (before, builds.number)
            # Killed between the site and its manifest, the manifest lies beside; the next build puts it in its place.
            assert builds.told("site.sha256") or builds.told(".site.sha256")
        builds.good()
    assert set(ended) <= {0, -signal.SIGKILL}
    assert ended[-signal.SIGKILL] >= 50, ended


# Several at once


def test_of_six_builds_at_once_one_publishes_and_the_others_say_so(builds: Builds) -> None:
    """One is held until the five have ended, so that nothing hangs on which is how fast."""
    before = builds.all()
    first, others = builds.held(6)
    for other in others:
        done = builds.nursery.wait(other)
        assert done.code == 1
        assert [line for line in done.said.splitlines() if line.strip()] == [
            f"ERROR   -  another build of {builds.site} is under way; wait for its end, or build to another folder",
            "Aborted with a BuildError!",
        ]
    assert builds.waiting() == {first}
    assert builds.all() == before
    done = builds.go(first)
    assert done.code == 0, done.said
    assert builds.is_new()
    assert builds.left() == []


def test_six_builds_that_race_end_with_a_whole_site(builds: Builds) -> None:
    """Nothing holds any of them: each publishes or says that another is under way."""
    builds.another()
    with reading(builds.site):
        ended = [
            builds.nursery.wait(process)
            for process in [builds.nursery.start("build", "--strict") for _ in range(6)]
        ]  # fmt: skip
    assert {done.code for done in ended} <= {0, 1}
    assert any(done.code == 0 for done in ended)
    assert all("another build" in done.said and "Traceback" not in done.said for done in ended if done.code)
    assert builds.is_new()
    assert builds.left() == []


# Places

OLD = {"index.html": b"<html>old</html>", "a/index.html": b"<html>old</html>"}

# A file system of its own at $1 with what is in $2, changed by $5; then the command, and what stands there, in $3.
MOUNTED = """
place=$1 old=$2 after=$3 options=$4 change=$5; shift 5
mount -t tmpfs -o "$options" tmpfs "$place"
cp -r "$old/." "$place"
eval "$change"
"$@" && code=0 || code=$?
cp -r "$place/." "$after"
exit $code
"""
NAMESPACES = (["unshare", "--user", "--map-root-user", "--mount"], ["unshare", "--mount"])


@pytest.fixture(scope="module")
def namespace() -> list[str]:
    """What gives a command mounts of its own here; nothing where none may be made."""
    probe = 'mount -t tmpfs -o size=1m tmpfs "$0"'
    for way in NAMESPACES if shutil.which("unshare") else ():
        if subprocess.run([*way, "sh", "-c", probe, "/tmp"], capture_output=True, check=False).returncode == 0:
            return way
    return []


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder with an old site of 20 bytes or so and its manifest; it may be locked by a test."""
    for name, content in OLD.items():
        (tmp_path / "place" / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "place" / "site" / name).write_bytes(content)
    (tmp_path / "place" / "site.sha256").write_bytes(manifest(tmp_path / "place" / "site"))
    yield tmp_path / "place"
    for folder in (tmp_path / "place", tmp_path / "place" / "site"):
        folder.chmod(0o755)


def refused(code: int, said: str, place: Path, why: str) -> None:
    """One line that says why, exit code 1, and nothing has moved."""
    assert code == 1, said
    assert "Traceback" not in said
    (line,) = [line for line in said.splitlines() if "cannot be written" in line]
    assert why in line
    assert tree(place / "site") == OLD
    assert not differences(place / "site", read_manifest((place / "site.sha256").read_bytes()))
    assert [path.name for path in place.glob(".site.*") if path.name != ".site.lock"] == []


def mounted(
    builds: Builds, place: Path, namespace: list[str], options: str, change: str = ":"
) -> tuple[int, str, Path]:
    """A build as a user makes it on a small file system of its own; what stands there when it has ended."""
    disk, after = place.with_name("disk"), place.with_name("after")
    disk.mkdir()
    after.mkdir()
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(disk / "site")]
    there = [*namespace, "sh", "-c", MOUNTED, "sh", str(disk), str(place), str(after), options, change, *command]
    done = subprocess.run(there, cwd=builds.root, env=environment(), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr, after


# By the options of the mount, the largest file where there can be none. The last is one page short of what the old
# site, the new one and its manifest take: all but the manifest fits.
FULL = {
    "size=1m": 1_000_000,
    "size=4m": 4_000_000,
    "nr_inodes=8": 2_000,
    "nr_inodes=40": 20_000,
    "size=all but one page": 4_500_000,
}


@pytest.mark.parametrize("options", FULL)
def test_on_a_full_disk_the_old_site_stays(builds: Builds, place: Path, namespace: list[str], options: str) -> None:
    """A real one. Where none can be mounted, the system refuses a file that is too large."""
    if namespace:
        files = [*builds.site.rglob("*"), builds.root / "site.sha256", *place.rglob("*")]
        pages = sum(math.ceil(file.stat().st_size / 4096) for file in files if file.is_file())
        options = options.replace("all but one page", f"{4 * (pages - 1)}k")
        code, said, after = mounted(builds, place, namespace, options)
        refused(code, said, after, "No space left on device")
    else:
        done = builds.run("-d", str(place / "site"), FAULTS="first startup full", LIMIT=str(FULL[options]))
        refused(done.code, done.said, place, "File too large")


def test_on_a_disk_that_is_just_large_enough_the_new_site_is_published(
    builds: Builds, place: Path, namespace: list[str]
) -> None:
    """What the tests of a full disk take for the room that is needed is what is needed."""
    if namespace:
        files = [*builds.site.rglob("*"), builds.root / "site.sha256", *place.rglob("*")]
        pages = sum(math.ceil(file.stat().st_size / 4096) for file in files if file.is_file())
        code, said, after = mounted(builds, place, namespace, f"size={4 * pages}k")
    else:
        done = builds.run("-d", str(place / "site"), FAULTS="first startup full", LIMIT="8000000")
        code, said, after = done.code, done.said, place
    assert code == 0, said
    assert len(marks((after / "site" / "about" / "index.html").read_bytes())) == 1
    assert not differences(after / "site", read_manifest((after / "site.sha256").read_bytes()))


READ_ONLY = 'mount -o remount,ro tmpfs "$place"'
MOUNT_POINT = """
mv "$place/site" "$place/away"; mkdir "$place/site"; mount -t tmpfs tmpfs "$place/site"
cp -r "$place/away/." "$place/site"; rm -r "$place/away"
"""


@pytest.mark.parametrize(
    ("change", "why"), [(READ_ONLY, "Read-only file system"), (MOUNT_POINT, "Device or resource busy")]
)
def test_a_file_system_that_refuses_is_told(
    builds: Builds, place: Path, namespace: list[str], change: str, why: str
) -> None:
    """One that is read-only, and a site that is a mount point, which no system renames."""
    if namespace:
        code, said, after = mounted(builds, place, namespace, "size=32m", change)
        refused(code, said, after, why)
    else:
        (place / "site").chmod(0o555)
        done = builds.run("-d", str(place / "site"))
        refused(done.code, done.said, place, "Permission denied")


@pytest.mark.parametrize("event", ["startup", "config", "env", "post_build"])
def test_a_folder_that_cannot_be_written_is_told(builds: Builds, place: Path, event: str) -> None:
    """From the start, or from some moment on: when the site is exchanged, nothing can be renamed any more."""
    builds.another()
    done = builds.nursery.run("build", "-d", str(place / "site"), FOLDER=str(place), FAULTS=f"last {event} lock")
    place.chmod(0o755)
    if event != "startup":
        shutil.rmtree(place / ".site.new")  # nothing beside the site could be removed either; the next build does it
    refused(done.code, done.said, place, "Permission denied")


def test_a_site_that_cannot_be_written_is_told(builds: Builds, place: Path) -> None:
    """The new site has the rights of the old one, so that nothing is published against them."""
    (place / "site").chmod(0o555)
    done = builds.run("-d", str(place / "site"))
    refused(done.code, done.said, place, "Permission denied")


# Exit codes

INVENTORY = "products/acme-kettle/r-2/inventory.yaml"


def edit(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


def add(root: Path, name: str, text: str) -> None:
    """To the end of a page, which is made anew for each build, or a file of its own."""
    with (root / name).open("a", encoding="utf-8") as file:
        file.write(text)


# What goes wrong: how, whether it is an error (else a warning, which only --strict takes for one), and what is said.
WRONG = {
    "record": (lambda r: edit(r, INVENTORY, "period:", "perod:"), True, "S-UNKNOWN"),
    "record that is no YAML": (lambda r: edit(r, INVENTORY, "period:", "period: period:"), True, "Y-SYNTAX"),
    "no records": (lambda r: (r / "products").rename(r / "away"), True, "products"),
    "key of the block": (lambda r: edit(r, "mkdocs.yml", "    address:", "    adress:"), True, "'adress'"),
    "no block": (lambda r: edit(r, "mkdocs.yml", "  publisher:", "  publsher:"), True, "extra.publisher"),
    "mkdocs.yml that is no YAML": (lambda r: edit(r, "mkdocs.yml", "theme:", "theme: ["), True, "mkdocs.yml"),
    "no mkdocs.yml": (lambda r: (r / "mkdocs.yml").unlink(), True, "mkdocs.yml"),
    "no theme": (lambda r: edit(r, "mkdocs.yml", "name: material", "name: marble"), True, "marble"),
    "no hook": (lambda r: (r / "hooks/last.py").unlink(), True, "last.py"),
    "no docs": (lambda r: shutil.rmtree(r / "docs"), True, "docs"),
    "page of the records": (lambda r: add(r, "docs/factors.md", "# Factors"), True, "docs/factors.md"),
    "option": (lambda r: add(r, "mkdocs.yml", "\nsite_nmae: x\n"), False, "site_nmae"),
    "link": (lambda r: add(r, "docs/about.md", "[x](nowhere.md)"), False, "nowhere.md"),
    "link of another kind": (lambda r: add(r, "docs/about.md", "[x](/nowhere)"), False, "/nowhere"),
    "anchor": (lambda r: add(r, "docs/about.md", "[x](en/about.md#nowhere)"), False, "nowhere"),
    "anchor of its own": (lambda r: add(r, "docs/about.md", "[x](#nowhere)"), False, "nowhere"),
    "nav without a file": (lambda r: edit(r, "mkdocs.yml", "nav:\n", "nav:\n  - abuot.md\n"), False, "abuot.md"),
    "file without a nav": (lambda r: add(r, "docs/more.md", "# More"), False, "more.md"),
}  # fmt: skip
FAULTY = {
    f"{event} warn": (f"first {event} warn", False, "injected")
    for event in ("startup", "config", "nav", "env", "post_build")
}
FAULTY |= {f"{event} raise": (f"last {event} raise", True, "injected") for event in ("pre_build", "page_content")}


def judged(builds: Builds, options: tuple[str, ...], is_error: bool, said: str, **env: str) -> None:
    """The exit code, and that it tells what is published."""
    before = builds.all()
    done = builds.nursery.run("build", *options, **env)
    fails = is_error or "--strict" in options
    assert done.code == (1 if fails else 0), done.said
    if is_error or "-q" not in options:
        assert said in done.said
    if fails:
        assert builds.all() == before
    else:
        assert builds.is_new()
    assert builds.left() == []


@pytest.fixture
def kept(builds: Builds) -> Iterator[None]:
    """The root as it was, after a test that spoils it."""
    copy = builds.root.with_name("kept")
    for name in ("docs", "products", "hooks"):
        shutil.copytree(builds.root / name, copy / name)
    shutil.copy(builds.root / "mkdocs.yml", copy / "mkdocs.yml")
    yield
    for name in ("docs", "products", "hooks", "away"):
        shutil.rmtree(builds.root / name, ignore_errors=True)
    shutil.copytree(copy, builds.root, dirs_exist_ok=True)
    shutil.rmtree(copy)


EVERY = [(), ("-q",), ("--strict",), ("--strict", "-q")]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("wrong", WRONG)
def test_exit_codes_of_what_is_wrong_in_the_files(builds: Builds, wrong: str) -> None:
    """With --strict every one is 1, with -q and without; without it a warning is 0."""
    spoil, is_error, said = WRONG[wrong]
    builds.another()
    spoil(builds.root)
    for options in EVERY[::-1]:
        judged(builds, options, is_error, said)


@pytest.mark.parametrize("fault", FAULTY)
def test_exit_codes_of_what_a_hook_does(builds: Builds, fault: str) -> None:
    faults, is_error, said = FAULTY[fault]
    builds.another()
    for options in EVERY[::-1]:
        judged(builds, options, is_error, said, FAULTS=faults)


@pytest.mark.parametrize("options", EVERY)
def test_exit_codes_of_the_place(builds: Builds, options: tuple[str, ...]) -> None:
    """Another build, and no folder; a good build is 0 whatever the options."""
    judged(builds, ("-d", "mkdocs.yml/site", *options), True, "cannot be written")
    first, _ = builds.held()
    done = builds.nursery.run("build", *options)
    assert (done.code, "another build" in done.said) == (1, True)
    assert builds.go(first).code == 0
    assert builds.run(*options).code == 0
    assert builds.is_new()


# Copies


def test_verify_site_tells_a_copy_that_is_not_whole(builds: Builds, tmp_path: Path) -> None:
    """A mirror made with cp -r is whole; one that lacks a file, has another one or one more is not."""
    mirror = tmp_path / "mirror"
    subprocess.run(["cp", "-r", str(builds.site), str(mirror)], check=True)

    def verify() -> tuple[int, dict[str, object]]:
        told = ["--manifest", str(builds.root / "site.sha256"), "--format", "json"]
        done = CliRunner().invoke(main, ["verify-site", str(mirror), *told])
        return done.exit_code, json.loads(done.output)

    whole = {"files": len(tree(builds.site)), "missing": [], "changed": [], "extra": []}
    assert verify() == (0, whole)
    (mirror / "404.html").unlink()
    assert verify() == (1, whole | {"missing": ["404.html"]})
    with (mirror / "about" / "index.html").open("ab") as page:
        page.write(b" ")
    assert verify() == (1, whole | {"missing": ["404.html"], "changed": ["about/index.html"]})
    (mirror / "en" / "more.html").touch()
    assert verify() == (
        1,
        {**whole, "missing": ["404.html"], "changed": ["about/index.html"], "extra": ["en/more.html"]},
    )
