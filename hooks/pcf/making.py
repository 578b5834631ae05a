"""One product after the other becomes files of the site: read, judged, rendered, written; by several processes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from .assets import Artifact
from .brief import briefs
from .check import Claim, claims
from .checksums import Stored
from .evaluate import Evaluation, Outcome, evaluate_product
from .facts import Facts, Rests, own_digest, pack_claims, pack_search
from .files import Cache, read_product
from .frames import Frame, Shape, shape
from .history import Past, histories, releases
from .jsontext import pack
from .library import Publisher
from .load import Catalogue
from .pages import Page
from .problems import Problem
from .processes import processors, spread
from .product import Products
from .search import addressed
from .site import without_drafts
from .store import Files
from .typeset import Typesetter
from .watched import Need, watched
from .wording import LANGUAGES

FEW = 48  # products that one process has made before another has begun


@dataclass(frozen=True)
class Job:
    """What is the same for all products of one build."""

    root: Path
    site: Path  # the folder that is filled
    store: Path
    catalogue: Catalogue  # the records that products share
    publisher: Publisher
    on: date | None
    past: Past | None
    frames: Mapping[Shape, Frame]
    drafts: bool  # whether they are shown
    documents: bool  # whether PDFs and pictures for sharing are made
    links: bool = True  # whether files of the site may be other names of those that are kept
    writes: bool = True  # or only judges: pages cannot be made from shared records that are broken


@dataclass
class Made:
    """What became of one product. ``facts`` are kept, without their mark; the rest is told once."""

    name: str
    claims: list[Claim]
    facts: Facts | None = None  # what has problems is not made
    problems: list[Problem] = field(default_factory=list)
    faces: tuple[tuple[str, str], ...] = ()
    samples: list[tuple[Page, str, str]] = field(default_factory=list)  # a page of a shape, its content, and the whole


class Worker:
    """Makes products, in whichever process it is sent to."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.files = Files(job.store / "files", job.site, links=job.links)
        self.pictures = Cache(job.root / ".cache" / "pictures")
        self.sampled: set[Shape] = set()

    @cached_property
    def typesetter(self) -> Typesetter:
        return Typesetter(self.job.root / ".cache" / "typeset")

    def make(self, names: Sequence[str]) -> list[Made]:
        """These products; what has problems is not written. The history of all of them is read in one go."""
        job = self.job
        judged: list[tuple[Made, str, Outcome, set[Need]]] = []
        for name in names:
            files, met = read_product(job.root, name)
            needs: set[Need] = set()
            outcome = evaluate_product(files, watched(job.catalogue, needs), on=job.on)
            made = Made(name, list(claims(outcome.catalogue)), problems=[*met, *outcome.problems])
            judged.append((made, own_digest(files), outcome, needs))
        whole = [
            (made, own, outcome if job.drafts else without_drafts(outcome), needs)
            for made, own, outcome, needs in judged
            if job.writes and not made.problems
        ]
        evaluations = {e.id: e for _, _, outcome, _ in whole for e in outcome.evaluations.values()}
        told = histories(job.past, Outcome(job.catalogue, evaluations, ()))
        for made, own, outcome, needs in whole:
            self._write(made, own, Products(outcome, job.publisher, told), needs)
        if job.past is not None:
            job.past.states.clear()  # of thousands of products, they would be most of the memory
        return [made for made, *_ in judged]

    def _write(self, made: Made, own: str, products: Products, needs: set[Need]) -> None:
        job, outcome = self.job, products.outcome
        pictures = [Artifact(p.address, self.pictures.kept(p.copy.name, p.content)) for p in products.pictures()]
        typeset: dict[str, Path] = {}
        said: list[str] = []
        if job.documents and outcome.evaluations:
            typeset, said = self.typesetter.set_all(products.settings())
            made.faces = self.typesetter.faces
        stored, search = list[Stored](), list[bytes]()
        for language in LANGUAGES:
            pages = list(products.pages(language, typeset))
            for page in pages:
                content = page.render()
                key = shape(page)
                html = job.frames[key].fill(page, content)
                stored.append(self.files.put(f"{page.url}index.html", html.encode("utf-8")))
                if key not in self.sampled:
                    self.sampled.add(key)
                    made.samples.append((replace(page, context=dict), content, html))
            search.append(pack_search(addressed(page.search, page.url) for page in pages if page.search))
        for artifact in (*products.artifacts(typeset), *pictures):
            held = artifact.content
            stored.append(self.files.put(artifact.address, held.read_bytes() if isinstance(held, Path) else held))
        evaluations = outcome.evaluations.values()
        rests = Rests(
            sorted(needs),
            sorted({day.isoformat() for e in evaluations if (day := _last_day(e))}),
            [(e.id, sorted(releases(e))) for e in evaluations],
        )
        made.facts = Facts(
            own,
            "",
            rests=pack(list(rests)),
            claims=pack_claims(made.claims),
            files=pack(stored),
            search=search,
            said=pack(said),
            briefs=tuple(briefs(outcome, job.publisher, products.histories)),
        )


def _last_day(evaluation: Evaluation) -> date | None:
    statement = evaluation.report.statement
    until = statement.statement.valid_until if statement else None
    return until if isinstance(until, date) else None


def make_all(job: Job, names: Sequence[str], progress: Callable[[int], None]) -> Iterator[Made]:
    """Makes these products, in their order; ``progress`` is told how many are done."""
    done, workers = 0, min(processors(), -(-len(names) // FEW))
    with contextlib.closing(spread(Worker(job).make, names, workers)) as results:
        for made in results:
            done += len(made)
            progress(done)
            yield from made
