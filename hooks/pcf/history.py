"""What git tells of the reports: one log of all records, and the old values of those that changed, from its blobs."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .edits import UNKNOWN, Histories, History, Published, SealedAt, edits, published, sealed_differences
from .evaluate import Evaluation, Outcome, evaluate_report
from .fields import is_id
from .load import CREDENTIAL, REPORT_FILES, Memory, load
from .revisions import Repository, RevisionError, Step

FILES = (*(f"{name}.yaml" for name in REPORT_FILES), CREDENTIAL)
_AT_ONCE = 1000  # blobs in memory
At = tuple[int, str]  # a step, and a report by the id that it had then


@dataclass
class Past:
    """The log of the records of one commit, kept under ``serve`` for as long as no other commit is made."""

    repository: Repository
    head: str
    steps: Sequence[Step]
    shallow: bool
    blobs: dict[str, list[tuple[int, str | None]]] = field(default_factory=dict)  # by path: what each step left there
    reports: dict[str, list[int]] = field(default_factory=dict)  # by id: the steps that touched its folder
    moved: dict[At, str] = field(default_factory=dict)  # the id that a report had before a step
    states: dict[At, Published | None] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)  # paths of factors and bodies

    def __post_init__(self) -> None:
        for number, step in enumerate(self.steps):
            for file in step.touched:
                self.blobs.setdefault(file.path, []).append((number, file.blob))
                if name := _report_of(file.path):
                    steps = self.reports.setdefault(name, [])
                    if steps[-1:] != [number]:
                        steps.append(number)
                    before = _report_of(file.moved_from or "")
                    if before and before != name and file.path.endswith("/inventory.yaml"):
                        self.moved[number, name] = before
        self.shared = [path for path in self.blobs if path.startswith(("products/_factors/", "products/_bodies/"))]

    def of(self, outcome: Outcome) -> Histories:
        """The history of every report of an outcome, its records being those on disk."""
        trails = {name: self._trail(name, releases(e)) for name, e in outcome.evaluations.items()}
        on_disk = {entry.document.path: entry.source for entry in outcome.catalogue.releases.values()}
        for name, trail in trails.items():
            self._take_over(outcome.evaluations[name], trail, on_disk)
        self._read([at for trail in trails.values() if len(trail) > 1 for at in trail])
        return {name: self._history(outcome.evaluations[name], trail) for name, trail in trails.items()}

    def mark(self, report: str, releases: Iterable[str]) -> str:
        """The commits that ``of`` reads for a report which uses these releases: its history changes only with them."""
        told = [(step.commit, step.is_first and self.shallow)
                for step in (self.steps[number] for number, _ in self._trail(report, releases))]  # fmt: skip
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

    def _trail(self, report: str, releases: Iterable[str]) -> list[At]:
        """The steps at which a report may have changed, oldest first, through every folder that it stood in."""
        releases = {f"products/_factors/{release}.yaml" for release in releases}
        trail: list[At] = []
        name, end = report, len(self.steps)
        while own := [number for number in self.reports.get(name, ()) if number < end]:
            start = next((number for number in reversed(own) if (number, name) in self.moved), own[0])
            others = {f"products/{name.partition('/')[0]}/product.yaml", *releases}
            numbers = {number for path in others for number, _ in self.blobs.get(path, ())} | set(own)
            trail += [(number, name) for number in sorted(numbers, reverse=True) if start <= number < end]
            if (start, name) not in self.moved:
                break
            name, end = self.moved[start, name], start
        # What no value is made of, such as an attachment, is left out; the first step of a report never is.
        trail.reverse()
        used = sorted(releases)
        keys = [(at[1], self._key(at, used)) for at in trail]
        return [at for number, at in enumerate(trail) if number == 0 or keys[number] != keys[number - 1]]

    def _key(self, at: At, releases: Iterable[str]) -> tuple[str | None, ...]:
        return tuple(self._blob(path, at[0]) for path in (*_paths(at[1]), *releases))

    def _blob(self, path: str, number: int) -> str | None:
        """What stood at a path after a step."""
        found = self.blobs.get(path, ())
        last = bisect_right(found, number, key=lambda entry: entry[0])
        return found[last - 1][1] if last else None

    def _take_over(self, evaluation: Evaluation, trail: Sequence[At], on_disk: Mapping[str, bytes]) -> None:
        """Where the last commit holds what is on disk, its values are known already."""
        if len(trail) < 2 or trail[-1] in self.states:
            return
        report = evaluation.report
        held = {f"products/{report.id}/{name}.yaml": raw for name, raw in report.sources.items() if name != "product"}
        held[_paths(report.id)[0]] = report.sources["product"]
        if report.credential is not None:
            held[f"products/{report.id}/{CREDENTIAL}"] = report.credential
        held |= {path: on_disk[path] for path in (f"products/_factors/{name}.yaml" for name in releases(evaluation))}
        end = len(self.steps)
        there = {path for path in _paths(report.id) if self._blob(path, end)}
        if there <= held.keys() and all(_is_blob(raw, self._blob(path, end)) for path, raw in held.items()):
            self.states[trail[-1]] = published(evaluation)

    def _read(self, wanted: Iterable[At]) -> None:
        """Computes the values at these steps, as many at a time as memory should hold."""
        missing = sorted({at for at in wanted if at not in self.states})
        while missing:
            batch: list[At] = []
            blobs: set[str] = set()
            while missing and len(blobs) < _AT_ONCE:
                batch.append(missing.pop())
                blobs |= {blob for _, blob in self._files(batch[-1])}
            for at, evaluation in self._evaluations(batch, blobs):
                self.states[at] = published(evaluation) if evaluation else None

    def _files(self, at: At) -> Iterator[tuple[str, str]]:
        """The files that a report is computed from at a step, by path: its own, all factors, and the bodies."""
        for path in (*_paths(at[1]), *self.shared):
            if blob := self._blob(path, at[0]):
                yield path, blob

    def _evaluations(self, batch: Sequence[At], blobs: Iterable[str]) -> Iterator[tuple[At, Evaluation | None]]:
        """Judged by today's rules. What they cannot read is None: it was published by others, or never."""
        contents, memory = self.repository.contents(blobs), Memory()
        for at in batch:
            files = {path: contents[blob] for path, blob in self._files(at)}
            catalogue, _ = load(files, memory=memory)
            report = catalogue.reports.get(at[1])
            yield at, evaluate_report(catalogue, report, report, None)[0] if report else None

    def _history(self, evaluation: Evaluation, trail: Sequence[At]) -> History:
        if not trail:
            return UNKNOWN
        known = [(number, state) for number, name in trail if (state := self.states.get((number, name)))]
        if len(trail) == 1:
            first, whole = trail[0][0], True
        elif not known:
            return UNKNOWN
        else:
            # A draft publishes nothing; a record that cannot be read any more did, and what it said is not known.
            first = known[0][0]
            whole = all(self._blob(_paths(name)[2], number) is None for number, name in trail if number < first)
        cut = self.shallow and self.steps[trail[0][0]].is_first
        states = [(self.steps[number].day, self.steps[number].commit, state) for number, state in known]
        found = edits(states, evaluation.report.review.changes)
        return History(
            "whole" if whole and not cut else "cut", self.steps[first].day, found, self._sealed_at(evaluation, trail)
        )

    def _sealed_at(self, evaluation: Evaluation, trail: Sequence[At]) -> SealedAt | None:
        """For a report that changed since it was sealed: the newest commit that still holds what was sealed."""
        sealed_as = evaluation.report.review.seal
        if evaluation.sealed is None or sealed_as is None or sealed_as == evaluation.seal:
            return None
        for at in reversed(trail):
            for _, old in self._evaluations([at], {blob for _, blob in self._files(at)}):
                if old and old.sealed and old.seal == sealed_as:
                    step = self.steps[at[0]]
                    return SealedAt(step.day, step.commit, sealed_differences(old.sealed, evaluation.sealed))
        return None


def past(root: Path, kept: Past | None = None) -> Past | None:
    """The history of the records below ``root``; what was ``kept`` while no commit was made since. None: no git."""
    try:
        repository = Repository(root)
        head = repository.commit("HEAD")
        if kept and (kept.head, kept.repository.root) == (head, root):
            return kept
        return Past(repository, head, repository.steps(head), repository.is_shallow())
    except RevisionError:
        return None


def histories(known: Past | None, outcome: Outcome) -> Histories:
    """The history of every report as far as git tells it. What it does not tell fails nothing."""
    try:
        return known.of(outcome) if known else {}
    except RevisionError:
        return {}


def _report_of(path: str) -> str | None:
    """The report whose folder a file lies in, as an id."""
    parts = path.split("/")
    named = len(parts) > 3 and parts[0] == "products" and is_id(parts[1]) and is_id(parts[2])
    return f"{parts[1]}/{parts[2]}" if named else None


def _paths(report: str) -> tuple[str, ...]:
    """The files of a report: product.yaml, inventory.yaml, statement.yaml, review.yaml, credential.json."""
    return (f"products/{report.partition('/')[0]}/product.yaml", *(f"products/{report}/{name}" for name in FILES))


def releases(evaluation: Evaluation) -> set[str]:
    """The releases of factors that a report uses, as ``<publisher>/<release>``."""
    lines = (line for stage in evaluation.calculation.stages for line in stage.lines)
    return {line.factor_id.rpartition("/")[0] for line in lines if line.factor_id}


def _is_blob(raw: bytes, blob: str | None) -> bool:
    """Whether git would store these bytes as that blob, its line ends as they are or as on other machines."""
    if blob is None:
        return False
    kind = "sha1" if len(blob) == 40 else "sha256"  # of the repository; nothing rests on its strength
    forms = (raw, raw.replace(b"\r\n", b"\n"))
    return any(hashlib.new(kind, b"blob %d\0" % len(f) + f, usedforsecurity=False).hexdigest() == blob for f in forms)
