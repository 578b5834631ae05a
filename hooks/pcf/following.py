"""Looks for edits under ``serve``, in the place of what MkDocs looks with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from watchdog.events import FileModifiedEvent, FileSystemEventHandler

from .files import traces


class Observer(threading.Thread):
    """As watchdog's PollingObserver, as far as MkDocs uses it, but in a third of the time, and at rest during a build:
    both would share one processor. What is edited meanwhile is seen afterwards.

    It looks every ``interval`` seconds, and less often where it would be busy for more than a third of the time.
    """

    def __init__(self, interval: float) -> None:
        super().__init__(daemon=True)
        self.interval = interval
        self._handlers: dict[str, FileSystemEventHandler] = {}  # by place
        self._seen: dict[str, object] = {}
        self._at_work, self._stopped = threading.Event(), threading.Event()
        self._at_work.set()

    def schedule(self, handler: FileSystemEventHandler, path: str, *, recursive: bool = True) -> str:
        """Tells ``handler`` of edits at or below ``path``; gives what ``unschedule`` takes."""
        self._seen[path], self._handlers[path] = traces(path), handler
        return path

    def unschedule(self, path: str) -> None:
        del self._handlers[path]

    def run(self) -> None:
        pause = self.interval
        while not self._stopped.wait(pause):
            self._at_work.wait()
            start = time.monotonic()
            for path, handler in list(self._handlers.items()):
                seen = traces(path)
                if seen != self._seen[path]:
                    self._seen[path] = seen
                    handler.dispatch(FileModifiedEvent(path))
            pause = max(self.interval, 2 * (time.monotonic() - start))

    def stop(self) -> None:
        self._stopped.set()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Does not look meanwhile."""
        self._at_work.clear()
        try:
            yield
        finally:
            self._at_work.set()
