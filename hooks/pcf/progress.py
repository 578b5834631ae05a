"""How far a build is: on a terminal, when it takes longer than two seconds, and never in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

AFTER = 2.0  # seconds
EVERY = 0.2


def progress() -> Callable[[int, int], None]:
    """To be told how many are done, of how many."""
    if not sys.stderr.isatty():
        return lambda done, of: None
    begin, last = time.monotonic(), 0.0

    def tell(done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done >= of:
            if last:
                sys.stderr.write("\r\033[K")
                sys.stderr.flush()
        elif now - begin > AFTER and now - last > EVERY:
            last = now
            sys.stderr.write(f"\r{done} / {of}\033[K")
            sys.stderr.flush()

    return tell
