"""Work is divided among processes, its results come in order, and what goes wrong in one is told by the other."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from pcf import processes
from pcf.processes import AT_ONCE, HOOKS, WorkError, beside, spread

NAMES = [f"{number:03}" for number in range(3 * AT_ONCE + 1)]


@pytest.fixture(autouse=True)
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that other tests have left do no harm here; processes begun anew are those of test_making."""
    monkeypatch.setattr(processes, "forks", lambda: sys.platform == "linux")


def where(names: Sequence[str]) -> list[tuple[str, int]]:
    if names[0] == NAMES[0]:
        time.sleep(0.2)  # the others are done before it
    return [(name, os.getpid()) for name in names]


@pytest.mark.parametrize("workers", [0, 1, 2, 3])
def test_results_come_in_the_order_of_the_names(workers: int) -> None:
    done = [result for results in spread(where, NAMES, workers) for result in results]
    assert [name for name, _ in done] == NAMES
    others = {process for _, process in done} - {os.getpid()}
    assert len(others) > 1 if workers > 1 else not others


def test_whoever_stops_early_leaves_no_process() -> None:
    with closing(spread(where, NAMES, 2)) as results:
        assert next(results)[0][0] == NAMES[0]
    assert multiprocessing.active_children() == []


def test_where_no_further_process_can_be_begun_none_is_left_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    inner, begun = os.fork, list[int]()

    def fork() -> int:
        if begun:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        begun.append(1)
        return inner()

    monkeypatch.setattr(os, "fork", fork)
    with pytest.raises(WorkError, match="no further process"):
        list(spread(where, NAMES, 2))
    for process in multiprocessing.active_children():
        process.join(10)
    assert multiprocessing.active_children() == []


def test_without_names_there_is_nothing_to_do() -> None:
    assert list(spread(where, [], 0)) == []


def full(names: Sequence[str]) -> list[str]:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "site/index.html")


def wrong(names: Sequence[str]) -> list[str]:
    return [str({}[name]) for name in names]


def killed(names: Sequence[str]) -> list[str]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_a_full_disk_is_told_as_by_this_process() -> None:
    with pytest.raises(OSError, match=r"site/index\.html") as told:
        list(spread(full, NAMES, 2))
    assert told.value.errno == errno.ENOSPC


def test_an_error_in_our_code_is_told_with_its_place() -> None:
    with pytest.raises(WorkError, match=r"(?s)test_processes\.py.*in wrong.*KeyError: '000'"):
        list(spread(wrong, NAMES, 2))


def test_a_process_that_was_ended_from_outside_is_told() -> None:
    with pytest.raises(WorkError, match="too little memory"):
        list(spread(killed, NAMES, 2))


def test_what_nobody_waits_for_is_done_beside(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Of which an error is nobody's either. Where processes do not fork it is left to those who need it."""
    forked = processes.forks()
    beside(lambda: (tmp_path / "done").write_text(str(os.getpid()), "utf-8"))
    beside(lambda: wrong(NAMES))
    for process in multiprocessing.active_children():
        process.join()
        assert process.exitcode == 0
    assert (tmp_path / "done").exists() == forked
    assert not forked or int((tmp_path / "done").read_text("utf-8")) != os.getpid()
    assert capfd.readouterr().err == ""


ENDLESS = """
import sys, time
from concurrent.futures import ProcessPoolExecutor
import os
from pcf import processes
pool = ProcessPoolExecutor(1, initializer=processes._begin, initargs=(None, os.getpid()))
print(pool.submit(os.getpid).result(), flush=True)
pool.submit(time.sleep, 60)
time.sleep(60)
"""


def test_no_process_outlives_the_one_that_began_it() -> None:
    """A build that is killed leaves nobody who still writes."""
    environment = os.environ | {"PYTHONPATH": HOOKS}
    parent = subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    end = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < end, "the process is still there"
        time.sleep(0.05)
    parent.stdout.close()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())
