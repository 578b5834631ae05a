"""Work on many products or folders, divided among processes; the results come back in the order of these."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[Sequence[str]], list[Any]]

AT_ONCE, LEAST = 12, 3  # names handed to a process at a time, at most and at least
_DEATH_SIGNAL = 1  # linux/prctl.h PR_SET_PDEATHSIG
HOOKS = str(Path(__file__).resolve().parent.parent)


class WorkError(Exception):
    """Another process failed; the message says how."""


def processors() -> int:
    """How many processes this one may keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def forks() -> bool:
    """Whether a new process has all that this one has read. With other threads about, as under serve, it could find one
    of their locks held for ever.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def spread(
    work: Callable[[Sequence[str]], list[T]], names: Sequence[str], workers: int
) -> Generator[list[T], None, None]:
    """What ``work`` gives for these names, some at a time, in their order; fewer than two workers are this process.

    Where processes do not fork, ``work`` is pickled. Raises WorkError for what goes wrong in another process or where
    none can be begun, and OSError as it is.
    """
    if workers < 2:
        yield from (work(names[at : at + AT_ONCE]) for at in range(0, len(names), AT_ONCE))
        return
    context = multiprocessing.get_context("fork" if forks() else "spawn")
    pool = ProcessPoolExecutor(workers, context, _begin, (work, os.getpid()))
    gc.freeze()  # what is read stays shared between the processes
    try:
        # MkDocs had it there only while it loaded the hook; a process begun anew takes it over.
        sys.path.insert(0, HOOKS)
        try:
            waiting = [pool.submit(_do, chunk) for chunk in _chunks(names, workers)]
        except (OSError, RuntimeError) as error:
            for begun in multiprocessing.active_children():  # or they would wait for ever, and this one for them
                begun.terminate()
            raise WorkError(f"no further process can be begun: {error}") from None
        finally:
            sys.path.remove(HOOKS)
        waiting.reverse()
        while waiting:
            yield waiting.pop().result()
    except BrokenProcessPool:
        words = "a process that worked on the site was ended from outside; perhaps there is too little memory"
        raise WorkError(words) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        gc.unfreeze()


def _chunks(names: Sequence[str], workers: int) -> Iterator[Sequence[str]]:
    """Less and less towards the end, so that no process is left with much when the others are done."""
    at = 0
    while at < len(names):
        size = min(AT_ONCE, max(LEAST, (len(names) - at) // (3 * workers)))
        yield names[at : at + size]
        at += size


def beside(work: Callable[[], object]) -> None:
    """Begins work that nobody waits for, in a process of its own where that costs little, else not at all: it is only
    of use if others then find it done. What goes wrong in it, they will meet themselves.
    """
    if forks():
        multiprocessing.get_context("fork").Process(target=_alone, args=(work, os.getpid()), daemon=True).start()


def _alone(work: Callable[[], object], parent: int) -> None:
    _belong_to(parent)
    with suppress(Exception):
        work()


_work: list[Work] = []  # of a process of the pool


def _belong_to(parent: int) -> None:
    """Ctrl-C is the parent's to answer, and no process outlives it: the next build would meet what it still does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":  # at once; elsewhere, within a moment
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _begin(work: Work, parent: int) -> None:
    """In each process of the pool."""
    _belong_to(parent)
    gc.disable()  # what is made of a product holds no cycles, as a test knows; libraries may leave a few
    _work[:] = [work]


def _end_with(parent: int) -> None:
    if sys.platform == "win32":  # where a process keeps the number of a parent that is gone
        own = multiprocessing.parent_process()
        multiprocessing.connection.wait([own.sentinel] if own else [])
        os._exit(1)
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def _do(names: Sequence[str]) -> list[Any]:
    try:
        return _work[0](names)
    except OSError:  # of the place, most likely: whoever asked knows what to say of it
        raise
    except Exception:  # not all can be sent to another process; as text, each can
        raise WorkError(traceback.format_exc()) from None
    finally:
        gc.collect()
