"""A build without frames, processes or anything kept: the theme renders every page. To check the short cuts by, and to
fall back on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from .assets import Artifact
from .checksums import Stored
from .evaluate import evaluate
from .files import Cache, read_folder, read_pages
from .history import histories
from .pipeline import Result, Setup
from .search import addressed
from .site import build, without_drafts
from .typeset import Typesetter
from .wording import LANGUAGES


def make(setup: Setup) -> Result:
    """Writes all files; every page is among ``pages``, to be rendered when it is written."""
    files, met = read_folder(setup.root)
    docs, links = read_pages(setup.docs.parent, setup.docs.name)
    outcome = evaluate(files, on=setup.on, more=[*met, *links], pages=docs)
    if outcome.problems:
        return Result(outcome.problems)
    shown = outcome if setup.drafts else without_drafts(outcome)
    made = build(shown, setup.publisher, histories(setup.past, shown))
    result, cache = Result(()), Cache(setup.root / ".cache" / "pictures")
    pictures = [Artifact(p.address, cache.kept(p.copy.name, p.content)) for p in made.pictures()]
    typeset: dict[str, Path] = {}
    if setup.documents:
        typesetter = Typesetter(setup.root / ".cache" / "typeset")
        typeset, result.said = typesetter.set_all(made.settings())
        result.faces = typesetter.faces
    result.pages = list(made.pages(typeset))
    for language in LANGUAGES:
        own = (page for page in result.pages if page.language == language)
        result.search[language] = [[addressed(page.search, page.url) for page in own if page.search]]
    for artifact in (*made.artifacts(typeset), *pictures):
        held = artifact.content
        content = held.read_bytes() if isinstance(held, Path) else held
        path = setup.site / artifact.address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        found = path.stat()
        digest = hashlib.sha256(content).hexdigest()
        result.digests.add(Stored(artifact.address, digest, found.st_size, found.st_mtime_ns))
    return result
