"""A folder that changes all at once: built beside the one that is there, and exchanged with it at the end."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from .checksums import ManifestError, differences, read_manifest
from .processes import WorkError, forks, processors, spread

_LINUX_EXCHANGE, _MAC_SWAP, _AT_CWD = 2, 2, -100  # linux/fs.h RENAME_EXCHANGE; sys/stdio.h RENAME_SWAP; fcntl.h
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM)  # this file system has no such step

# Faults of the place, not of the software: no room, no right, no such file system, too large, a mount point, a disk
# that fails, something else under a name that is needed.
PLACE = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EBUSY,
                   errno.EXDEV, errno.EIO, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY))  # fmt: skip

FEW = 240  # folders in folders of a site: one process removes so many before another has begun


class BusyError(Exception):
    """Another build of the same folder is under way."""


class Exchange:
    """One build of ``target``: ``begin``, write into ``staging``, then ``publish`` or ``drop``.

    Whatever happens in between, a kill or a full disk, ``target`` stays as it was. What a killed build left is cleared
    at the next ``begin``. The staging folder is beside the target: only folders of one file system can be exchanged.

    The manifest follows the target, so a kill between the two leaves the new site with the old manifest; the new one
    lies beside them, and the next ``begin`` puts it in its place.
    """

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()  # a link stays, and what it leads to changes
        self.manifest = self.target.with_name(f"{self.target.name}.sha256")
        self.staging = self._beside("new")
        self._old, self._manifest = self._beside("old"), self._beside("sha256")
        self._lock = FileLock(self._beside("lock"))

    def begin(self) -> Path:
        """The empty staging folder. Raises BusyError, and OSError where the place cannot be written."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise BusyError(str(self.target)) from None
        self._settle()
        self._clear()
        self.staging.mkdir()
        if self.target.is_dir():
            shutil.copymode(self.target, self.staging)
        elif self.target.exists():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(self.target))
        return self.staging

    def keep(self) -> None:
        """Takes along what begins with a dot at the top, such as .nojekyll or .git: MkDocs leaves it there too."""
        for path in self.target.iterdir() if self.target.is_dir() else ():
            if path.name.startswith("."):
                _copy(path, self.staging / path.name)

    def publish(self, manifest: bytes) -> None:
        """Puts what was built in the target's place, in one step where the system has one, and its manifest beside."""
        self._manifest.write_bytes(manifest)
        if not self.target.exists():
            self.staging.rename(self.target)
        elif not _exchanged(self.staging, self.target):
            self.target.rename(self._old)
            try:
                self.staging.rename(self.target)
            except OSError:
                self._old.rename(self.target)
                raise
        try:
            self._manifest.replace(self.manifest)
        except OSError:
            self._take_back()
            raise
        self.drop()

    def drop(self) -> None:
        """Removes what is no longer wanted, and lets others build. Again is harmless; without a ``begin``, too."""
        if self._lock.is_locked:
            try:
                with suppress(OSError):  # of the place, which has been told; the next build tries again
                    self._settle()
                    self._clear()
            finally:
                self._lock.release()

    def _beside(self, purpose: str) -> Path:
        return self.target.with_name(f".{self.target.name}.{purpose}")

    def _take_back(self) -> None:
        """The old site again, or none where there was none: its manifest cannot be changed."""
        if self.staging.exists():  # it was exchanged in one step
            _exchanged(self.staging, self.target)
            return
        self.target.rename(self.staging)
        if self._old.exists():
            self._old.rename(self.target)

    def _settle(self) -> None:
        """Ends what a build that was stopped in ``publish`` had begun."""
        if self._old.exists() and self.staging.exists() and not self.target.exists():  # between the two renames
            self._old.rename(self.target)
        if self._manifest.exists() and self._is_of_target():  # between the site and its manifest
            self._manifest.replace(self.manifest)

    def _is_of_target(self) -> bool:
        """Whether the manifest that was to be put in place is that of the site which stands there."""
        try:
            return not differences(self.target, read_manifest(self._manifest.read_bytes()))
        except ManifestError:
            return False

    def _clear(self) -> None:
        for left in (self.staging, self._old):
            parts = _parts(left)
            workers = min(processors(), len(parts) // FEW) if forks() else 1
            with suppress(WorkError, OSError), closing(spread(_remove, parts, workers)) as done:
                for _ in done:
                    pass
            shutil.rmtree(left, ignore_errors=True)
        self._manifest.unlink(missing_ok=True)


def _remove(folders: Sequence[str]) -> list[str]:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return list(folders)


def _parts(folder: Path) -> list[str]:
    """The folders in the folders of a folder, and the folders in those of one that has few, such as en/."""
    found: list[str] = []
    for top in _folders(str(folder)) if not folder.is_symlink() else ():
        own = _folders(top)
        found += own if len(own) >= FEW else (part for inner in own for part in _folders(inner))
    return found


def _folders(folder: str) -> list[str]:
    """Links are not followed: nothing outside is ours to remove."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    return []


def _copy(path: Path, to: Path) -> None:
    """A file, a link or a folder, but for what is there already."""
    if path.is_dir() and not path.is_symlink():
        to.mkdir(exist_ok=True)
        for inner in path.iterdir():
            _copy(inner, to / inner.name)
    elif not os.path.lexists(to):
        shutil.copy2(path, to, follow_symlinks=False)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchanges two folders in one step; False where this system or file system cannot."""
    library = ctypes.CDLL(None, use_errno=True) if sys.platform != "win32" else None
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform.startswith("linux") and hasattr(library, "renameat2"):
        done = library.renameat2(_AT_CWD, names[0], _AT_CWD, names[1], _LINUX_EXCHANGE)  # type: ignore[union-attr]
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        done = library.renamex_np(*names, _MAC_SWAP)  # type: ignore[union-attr]
    else:
        return False
    if done == 0:
        return True
    fault = ctypes.get_errno()
    if fault in _CANNOT:
        return False
    raise OSError(fault, os.strerror(fault), str(other))
