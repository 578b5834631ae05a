"""The files of products are the same whoever makes them: one process or several, forked or begun anew."""

from __future__ import annotations

import gc
import pickle
import threading
from pathlib import Path

import pytest
from markupsafe import escape

from bench_records import records
from pcf import making, processes
from pcf.evaluate import evaluate_shared
from pcf.facts import files_of, rests_of
from pcf.files import read_shared
from pcf.frames import frame, report_shapes, shape
from pcf.making import Job, make_all
from support import PUBLISHER, write
from web import tree

COUNT = 14


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(records(COUNT), tmp_path_factory.mktemp("making"))


def job(root: Path, name: str) -> tuple[Job, list[str]]:
    files, _, names = read_shared(root)
    frames = {
        shape(page): frame(page, lambda page, content: f"{escape(page.title)}{content}") for page in report_shapes()
    }
    catalogue = evaluate_shared(files).catalogue
    folder = root.parent / f"{root.name}-{name}"
    where = root, folder / "site", folder / "store"
    return Job(*where, catalogue, PUBLISHER, None, None, frames, drafts=False, documents=False), names


def made(root: Path, name: str) -> tuple[dict[str, bytes], list[tuple[str, object, object]]]:
    """Every file, and of each product its name, needs and files but for their times."""
    work, names = job(root, name)
    facts = []
    for product in make_all(work, names, lambda done: None):
        assert product.problems == []
        assert product.facts
        files = [(stored.address, stored.digest, stored.size) for stored in files_of(product.facts)]
        facts.append((product.name, rests_of(product.facts), files))
    return tree(work.site), facts


def test_several_processes_make_what_one_makes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the products. With another thread about, processes are begun anew instead of forked."""
    monkeypatch.setattr(making, "processors", lambda: 1)
    alone = made(root, "alone")
    assert [name for name, *_ in alone[1]] == sorted(name for name, *_ in alone[1])
    assert len(alone[1]) == COUNT
    monkeypatch.setattr(making, "FEW", 2)
    monkeypatch.setattr(processes, "AT_ONCE", 3)
    monkeypatch.setattr(making, "processors", lambda: 3)
    assert made(root, "forked") == alone
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        assert made(root, "anew") == alone
    finally:
        stop.set()
        other.join()


def test_what_is_made_of_a_product_is_freed_without_the_collector(root: Path) -> None:
    """Looking for cycles in all that is made took some 4 % of a build, and until then it lay in memory."""
    work, names = job(root, "freed")
    worker = making.Worker(work)
    worker.make(names[:2])  # templates and words are read, and stay
    gc.collect()
    gc.disable()
    try:
        worker.make(names[2:])
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_what_a_process_is_given_can_be_sent_to_it(root: Path) -> None:
    work, _ = job(root, "sent")
    assert pickle.loads(pickle.dumps(work)).catalogue.factors.keys() == work.catalogue.factors.keys()
