"""One build of the site but for MkDocs: what did not change is taken from the store, the rest made, all written."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path

from .assets import Artifact, assets
from .brief import brief_of
from .check import Claim, conflicts
from .checksums import Stored, Written
from .evaluate import Outcome, evaluate_product, evaluate_shared
from .facts import Entries, Facts, claims_of, files_of, own_digest, rests_of
from .files import Trace, read_pages, read_product, read_shared, settled, traces
from .frames import Frame, Render, Shape, ThemeError, checked_frame, frame, report_shapes, shape
from .history import Past
from .jsontext import unpack
from .library import Publisher
from .making import Job, Made, Worker, make_all
from .pages import Page
from .problems import Problem, in_order
from .processes import beside, forks, processors, spread
from .render import compile_all, keep_compiled
from .search import SearchEntry, addressed
from .site import ALWAYS, Site, problem_pages
from .store import Files, Store
from .typeset import Typesetter
from .watched import Fingerprints
from .wording import LANGUAGES
from .yamlfile import parse

HERE = Path(__file__).resolve().parent
FEW = 240  # products that are known: one process has looked at so many before another has begun


@dataclass(frozen=True)
class Setup:
    """What a build is asked for."""

    root: Path
    docs: Path
    site: Path  # the folder that is filled
    publisher: Publisher
    on: date | None  # the day of the commit that is built, if it is known
    past: Past | None
    drafts: bool  # whether they are shown
    documents: bool  # whether PDFs and pictures for sharing are made
    links: bool = True  # whether files of the site may be other names of those that are kept


@dataclass
class Kept:
    """What one process knows from its last build, which under ``serve`` is soon followed by another."""

    shared: tuple[str, Outcome] | None = None  # the digest of the files that products share, and what was read of them
    frames: dict[Shape, Frame] = field(default_factory=dict)  # for as long as the theme is the same
    checked: set[Shape] = field(default_factory=set)  # of which a page was held against the theme
    theme: str = ""  # a digest of those of the reports
    variant: str = ""
    facts: dict[str, Facts] = field(default_factory=dict)  # by product
    placed: dict[str, Facts] = field(default_factory=dict)  # of which product what lies in the site
    written: dict[str, Stored] = field(default_factory=dict)  # the files besides, by address
    covered: set[str] = field(default_factory=set)  # where pages that tell problems stand
    followed: bool = False  # whether it is
    ground: tuple[Outcome, Past | None, date | None] | None = None  # what all products rest on
    untouched: dict[str, list[Trace]] = field(default_factory=dict)  # by product: of its files, when it stood on that
    listed: dict[str, bytes] = field(default_factory=dict)  # by address: digests of what pages then listed

    def cleared(self) -> None:
        """The site's folder is empty, and the theme is perhaps another."""
        self.frames, self.checked, self.theme = {}, set(), ""
        self.placed, self.written, self.covered = {}, {}, set()

    def stands_on(self, shared: Outcome, past: Past | None, on: date | None) -> None:
        """If it is not the very same ground as before, all products and lists are looked at anew."""
        before = self.ground
        if before is None or shared is not before[0] or past is not before[1] or on != before[2]:
            self.ground, self.untouched, self.listed = (shared, past, on), {}, {}


@dataclass
class Result:
    """What was made. With ``problems``, the site holds pages that tell them, and is not to be published."""

    problems: Sequence[Problem]
    pages: list[Page] = field(default_factory=list)  # those in the navigation, which are left to the theme
    addresses: list[str] = field(default_factory=list)  # of the others, without the language
    search: dict[str, Sequence[Iterable[SearchEntry]]] = field(default_factory=dict)  # of all of them, by language
    digests: Written = field(default_factory=Written)  # every file that was written, by address
    said: list[str] = field(default_factory=list)
    faces: tuple[tuple[str, str], ...] = ()  # the fonts of what was typeset
    loose: set[str] = field(default_factory=set)  # digests that only an older site may still have


def keep_templates(root: Path) -> None:
    """Ours, compiled by this software, in ``.cache/templates``. The first time, another process compiles them while
    this one has still to read what is written by hand.
    """
    folder = root / ".cache" / "templates" / software()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for other in folder.parent.iterdir():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
        keep_compiled(folder)
        if all(found.suffix == ".tmp" for found in folder.iterdir()):
            beside(compile_all)


@cache
def software() -> str:
    """A digest of all that is installed, and of every file of this package."""
    whole = hashlib.sha256(json.dumps(sorted(f"{found.name} {found.version}" for found in distributions())).encode())
    whole.update(sys.version.encode())
    for path in sorted(HERE.rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            whole.update(f"{path.relative_to(HERE).as_posix()}\0".encode() + path.read_bytes())
    return whole.hexdigest()[:32]


def tidy(setup: Setup, result: Result) -> None:
    """After the new site has taken its place: drops what nothing has any more."""
    files, now = Files(_folder(setup) / "files", setup.site), time.time()
    files.forget(result.loose)
    files.sweep(int(now), now - 30 * 86400)  # sooner or later each part has its turn


def _folder(setup: Setup) -> Path:
    return setup.root / ".cache" / "site"


def _in_order(product: str) -> str:
    """By this key, the reports of products stand in order of id."""
    return f"{product}/"


class Pipeline:
    """One build. ``render`` makes frames and what is made only once, and is what the frames are checked against.

    ``progress`` is told how many products are made, and of how many that have to be.
    """

    def __init__(self, setup: Setup, render: Render, kept: Kept, progress: Callable[[int, int], None]) -> None:
        self.setup, self.render, self.kept, self.progress = setup, render, kept, progress
        self.files = Files(_folder(setup) / "files", setup.site, links=setup.links)
        self.stale: set[str] = set()  # addresses that a product no longer has; perhaps another has them now

    def run(self) -> Result:
        """Reads, judges, makes and writes. Raises ThemeError where pages cannot be made from frames."""
        setup, kept = self.setup, self.kept
        shared, names = self._shared()
        if not kept.theme:
            frames = self._frames()
            kept.frames, kept.theme = frames, hashlib.sha256(repr(frames).encode("utf-8")).hexdigest()
        store, known = self._known()
        prints = Fingerprints(shared.catalogue)
        kept.stands_on(shared, setup.past, setup.on)
        facts = {name: known[name] for name in self._hold([name for name in names if name in known], known, prints)}
        claims = [claim for own in facts.values() for claim in claims_of(own)]
        job = Job(
            setup.root, setup.site, _folder(setup), shared.catalogue, setup.publisher, setup.on, setup.past,
            kept.frames, setup.drafts, setup.documents, writes=not shared.problems, links=setup.links,
        )  # fmt: skip
        result, problems, anew = Result(()), list(shared.problems), dict[str, Facts]()
        wanted = [name for name in names if name not in facts]
        for made in make_all(job, wanted, lambda done: self.progress(done, len(wanted))):
            self._take(made, result)
            problems += made.problems
            claims += made.claims
            if made.facts:
                own = made.facts._replace(mark=self._mark(made.facts, prints))
                anew[made.name] = facts[made.name] = own
                known.pop(made.name, None)  # or both would be in memory
                self._placed(made.name, own)
        some = next((name for name, own in facts.items() if own.briefs), None)
        if some and not wanted and not kept.checked:  # the theme is looked at in every whole build
            self._take(Worker(job).make([some])[0], result)
        result.problems = in_order([*problems, *self._twice(claims)])
        if result.problems:  # what was known stays: mended, most of it will hold again
            result.loose = store.write(anew, ())
            kept.facts = known | anew
            return self.cover(result) if setup.drafts else result
        for name in kept.placed.keys() - facts.keys():
            self._placed(name, None)
        self._uncover()
        self._reduce(result, shared, [facts[name] for name in sorted(names, key=_in_order)])
        self.stale |= kept.written.keys() | kept.covered
        for address in self.stale - result.digests.keys():
            (setup.site / address).unlink(missing_ok=True)
            kept.written.pop(address, None)
        kept.covered = set()
        kept.facts = facts
        result.loose = store.write(anew, known.keys() - facts.keys())
        return result

    # What is known

    def _shared(self) -> tuple[Outcome, list[str]]:
        """The records that products share, judged, and the names of the products."""
        files, met, names = read_shared(self.setup.root)
        docs, links = read_pages(self.setup.docs.parent, self.setup.docs.name)
        digest = own_digest({**files, **{f"/{path}": raw for path, raw in docs.items()}})
        if met or links or not self.kept.shared or self.kept.shared[0] != digest:
            self.kept.shared = digest, evaluate_shared(files, [*met, *links], docs)
        return self.kept.shared[1], names

    def _frames(self) -> dict[Shape, Frame]:
        pages = (page for page in report_shapes() if self.setup.documents or not page.picture)
        return {shape(page): checked_frame(page, self.render) for page in pages}

    def _known(self) -> tuple[Store, dict[str, Facts]]:
        """What was made before of this variant: of this software, configuration and theme, whatever the records."""
        setup = self.setup
        faces = Typesetter(setup.root).faces if setup.documents else ()
        parts = [software(), repr(setup.publisher), setup.drafts, setup.documents, faces, self.kept.theme]
        variant = hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()[:32]
        store = Store(_folder(setup), variant)
        if self.kept.variant != variant:
            self.kept.variant, self.kept.facts = variant, dict(store.read())
        return store, self.kept.facts

    def _hold(self, names: Sequence[str], known: Mapping[str, Facts], prints: Fingerprints) -> Iterator[str]:
        """Those of these products of which what was made is what would be made again. By several processes where they
        need not be handed what is known, nor this one what they saw.
        """
        workers = min(processors(), len(names) // FEW) if forks() and not self.kept.followed else 1
        work = spread(lambda some: [self._holds(name, known[name], prints) for name in some], names, workers)
        with closing(work) as results:
            for name, holds in zip(names, chain.from_iterable(results), strict=True):
                if holds:
                    if self.kept.placed.get(name) is not known[name]:
                        self._placed(name, known[name])
                    yield name

    def _holds(self, name: str, facts: Facts, prints: Fingerprints) -> bool:
        """Whether what was made of a product is what would be made of it again; then it is in the site."""
        kept = self.kept
        seen = traces(f"{self.setup.root}/products/{name}") if kept.followed else []
        if seen and kept.placed.get(name) is facts and kept.untouched.get(name) == seen:
            return True
        files, met = read_product(self.setup.root, name)
        if met or facts.own != own_digest(files) or facts.mark != self._mark(facts, prints):
            return False
        if kept.placed.get(name) is not facts and not self.files.place(files_of(facts)):
            return False
        if seen and settled(seen):
            kept.untouched[name] = seen
        return True

    def _mark(self, facts: Facts, prints: Fingerprints) -> str:
        """A digest of what a product rests on beside its own files: shared records, the day, and its history."""
        on, past, rests = self.setup.on, self.setup.past, rests_of(facts)
        marks = [
            [prints.of(need) for need in rests.needs],
            [on is not None and date.fromisoformat(day) < on for day in rests.days],
            [past.mark(report, used) for report, used in rests.trails] if past else None,
        ]
        return hashlib.sha256(repr(marks).encode("utf-8")).hexdigest()[:32]

    def _twice(self, claims: Iterable[Claim]) -> Iterator[Problem]:
        for claim, other in conflicts(claims):
            document, _ = parse(claim.path, (self.setup.root / claim.path).read_bytes())
            if document is not None:
                yield claim.problem(document, other)

    # What is made

    def _take(self, made: Made, result: Result) -> None:
        """Notes what is told once, and holds a page of each shape against the theme."""
        result.faces = made.faces or result.faces
        for page, content, html in made.samples:
            self._check(page, content, html)

    def _check(self, page: Page, content: str, html: str) -> None:
        if shape(page) not in self.kept.checked:
            self.kept.checked.add(shape(page))
            if self.render(page, content) != html:
                raise ThemeError(page.url)

    def _placed(self, name: str, facts: Facts | None) -> None:
        """Notes what lies in the site of a product."""
        before = self.kept.placed.pop(name, None)
        if facts is not None:
            self.kept.placed[name] = facts
        if before:
            self.stale.update(file.address for file in files_of(before))

    def _framed(self, page: Page) -> str:
        """A whole page. What is of a shape of its own is rendered by the theme itself."""
        content = page.render()
        if page.sections:
            return self.render(page, content)
        key = shape(page)
        if key not in self.kept.frames:
            self.kept.frames[key] = checked_frame(page, self.render)
        html = self.kept.frames[key].fill(page, content)
        self._check(page, content, html)
        return html

    def _reduce(self, result: Result, shared: Outcome, facts: Sequence[Facts]) -> None:
        """Writes what is of many products."""
        setup = self.setup
        reports = [brief_of(packed) for own in facts for packed in own.briefs]
        site = Site(shared.catalogue, setup.publisher, reports, cache(lambda product: self._outcome(shared, product)))
        result.addresses += (f"products/{brief.id}/" for brief in reports)
        for own in facts:
            for file in files_of(own):
                result.digests.add(file)
            result.said += unpack(own.said)
        for number, language in enumerate(LANGUAGES):
            first, last = list[SearchEntry](), list[SearchEntry]()
            self._pages(site.first_pages(language), result, first)
            self._pages(site.last_pages(language), result, last)
            result.search[language] = [first, *(Entries(own.search[number]) for own in facts), last]
        for artifact in site.artifacts():
            self._artifact(artifact, result)

    def _pages(self, made: Iterable[Page], result: Result, search: list[SearchEntry]) -> None:
        for page in made:
            if page.search:
                search.append(addressed(page.search, page.url))
            if page.nav_title:
                result.pages.append(page)
                continue
            if page.language == LANGUAGES[0]:
                result.addresses.append(page.address)
            self._listing(page, f"{page.url}index.html", result)

    def _listing(self, page: Page, address: str, result: Result) -> None:
        """A page of many products. One that lists what it listed before is as it was before."""
        kept = self.kept
        if kept.followed and page.listed is not None:
            listed = hashlib.sha256("\0".join(page.listed).encode("utf-8")).digest()
            if address in kept.written and kept.listed.get(address) == listed:
                result.digests.add(kept.written[address])
                return
            kept.listed[address] = listed
        self._artifact(Artifact(address, self._framed(page).encode("utf-8")), result)

    def _artifact(self, artifact: Artifact, result: Result) -> None:
        held = artifact.content
        content = held.read_bytes() if isinstance(held, Path) else held
        file = self.kept.written.get(artifact.address)
        if file is None or file.digest != hashlib.sha256(content).hexdigest():
            file = self.files.put(artifact.address, content)
        self.kept.written[artifact.address] = file
        result.digests.add(file)

    def _outcome(self, shared: Outcome, product: str) -> Outcome:
        files, _ = read_product(self.setup.root, product)
        return evaluate_product(files, shared.catalogue, on=self.setup.on)

    # What stands in the preview while there are problems

    def cover(self, result: Result, fault: str = "") -> Result:
        """At every address the page that tells the problems, or an error in this software, until they are mended."""
        kept = self.kept
        addresses = {f"products/{path.parent.name}/{path.name}/" for path in self._folders()}
        addresses |= {address.removesuffix("index.html").removeprefix("en/") for address in kept.written
                      if address.endswith("/index.html")}  # fmt: skip
        contents: dict[Shape, str] = {}
        for page in problem_pages(result.problems, {*ALWAYS, *addresses}, fault):
            if page.nav_title:
                result.pages.append(page)
                continue
            key = shape(page)
            if key not in contents:
                contents[key] = page.render()  # only how deep a page lies makes a difference
                kept.frames[key] = kept.frames.get(key) or frame(page, self.render)
            address = f"{page.url}index.html"
            kept.written.pop(address, None)
            kept.covered.add(address)
            self.files.cover(address, kept.frames[key].fill(page, contents[key]).encode("utf-8"))
        for artifact in assets().always:
            self._artifact(artifact, result)
        return result

    def _folders(self) -> list[Path]:
        """Those of reports, as far as they can be read: what cannot is told as a problem."""
        found: list[Path] = []
        with suppress(OSError):
            for name in read_shared(self.setup.root)[2]:
                with suppress(OSError):
                    found += (path for path in (self.setup.root / "products" / name).iterdir() if path.is_dir())
        return sorted(found)

    def _uncover(self) -> None:
        if self.kept.covered:
            for facts in self.kept.placed.values():
                self.files.place(file for file in files_of(facts) if file.address in self.kept.covered)
