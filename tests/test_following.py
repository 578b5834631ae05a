"""Edits are seen by what the system tells of files, and nobody looks for them while something is built."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest
from watchdog.events import FileSystemEvent, FileSystemEventHandler

from pcf.files import settled, traces
from pcf.following import Observer

BOUND = 20.0  # seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/file").write_bytes(b"one")
    return tmp_path


def rewrite(path: Path) -> None:
    """Another text of the same length, with the time of the old one."""
    before = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    path.with_name("new").write_bytes(b"two")
    path.with_name("new").replace(path)


def link_to_nothing(path: Path) -> None:
    path.with_name("link").symlink_to("nowhere")


@pytest.mark.parametrize("edit", [rewrite, replace, link_to_nothing, Path.unlink])
def test_an_edit_leaves_another_trace(folder: Path, edit: Callable[[Path], None]) -> None:
    before = traces(str(folder))
    assert before == traces(str(folder))
    time.sleep(0.02)  # longer than a step of the system's clock
    edit(folder / "deep/er/file")
    assert traces(str(folder)) != before


def test_what_is_in_linked_folders_is_looked_at_once(folder: Path) -> None:
    """Also where a link leads back to where it lies."""
    (folder / "deep/around").symlink_to(folder)
    (folder / "deep/again").symlink_to(folder)
    names = [Path(name).relative_to(folder).as_posix() for name, *_ in traces(str(folder))]
    assert sorted(name.rpartition("deep/er/")[2] for name in names) == ["file", "file"]


def test_a_file_that_is_not_there_leaves_no_trace(folder: Path) -> None:
    assert [name for name, *_ in traces(str(folder / "deep/er/file"), str(folder / "none"))] == [
        str(folder / "deep/er/file")
    ]


def test_traces_are_settled_once_the_files_were_written_some_time_ago(folder: Path) -> None:
    (found,) = traces(str(folder))
    name, size, _, _, number = found
    old = time.time_ns() - 3_000_000_000
    assert not settled([found])
    assert not settled([(name, size, old, found[3], number)])  # the time of the content can be set
    assert settled([(name, size, old, old, number)])


class Told(FileSystemEventHandler):
    def __init__(self) -> None:
        self.events: Queue[FileSystemEvent] = Queue()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.events.put(event)


@pytest.fixture
def observer() -> Iterator[Observer]:
    observer = Observer(interval=0.01)
    observer.start()
    yield observer
    observer.stop()
    observer.join(BOUND)


def test_an_edit_is_told_to_who_follows_the_folder(folder: Path, observer: Observer) -> None:
    told = Told()
    observer.schedule(told, str(folder), recursive=True)
    (folder / "deep/er/file").write_bytes(b"three")
    assert not told.events.get(timeout=BOUND).is_directory  # MkDocs builds for files alone


def test_what_is_edited_during_a_build_is_told_once_after_it(folder: Path, observer: Observer) -> None:
    told = Told()
    with observer.at_rest():
        observer.schedule(told, str(folder), recursive=True)
        (folder / "deep/er/file").write_bytes(b"three")
        (folder / "another").write_bytes(b"")
        with pytest.raises(Empty):
            told.events.get(timeout=0.2)
    told.events.get(timeout=BOUND)
    with pytest.raises(Empty):
        told.events.get(timeout=0.2)


def test_who_follows_no_more_is_told_nothing(folder: Path, observer: Observer) -> None:
    first, second = Told(), Told()
    observer.unschedule(observer.schedule(first, str(folder / "deep"), recursive=True))
    observer.schedule(second, str(folder), recursive=True)
    (folder / "deep/er/file").write_bytes(b"three")
    second.events.get(timeout=BOUND)
    assert first.events.empty()
