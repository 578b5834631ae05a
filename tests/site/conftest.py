"""The site of the tests' own records, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from published import RECORDS, Site
from web import browser as browser  # a fixture
from web import build, make_root, serving


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The published site; no test may change it."""
    root = make_root(tmp_path_factory.mktemp("site") / "root", RECORDS, typeset=True)
    return Site(root, build(root))


@pytest.fixture(scope="session")
def base(site: Site) -> Iterator[str]:
    """The address of the published site on a server of its own."""
    with serving(site.folder) as address:
        yield address


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root that a test may change."""
    return make_root(tmp_path / "root", RECORDS)
