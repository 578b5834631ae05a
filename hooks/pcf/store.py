"""What builds keep from one to the next, in ``.cache/``: made files by their content, and the facts of products."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .checksums import Stored
from .facts import Facts, files_of, from_bytes, to_bytes

_VARIANTS = 4  # kinds of build kept at once: of two configurations, or before and after an update
_SCHEMA = """
create table if not exists facts (variant text, name text, data blob, primary key (variant, name)) without rowid;
create table if not exists variants (variant text primary key, used integer);
"""


class Files:
    """The contents of made files, each under its SHA-256. A file of the site is a second name of one of them where the
    system can give a file two names, else a copy.
    """

    def __init__(self, folder: Path, site: Path, *, links: bool = True) -> None:
        self.folder, self.site = folder, site
        self._root, self._top = str(folder), str(site)
        self.made: set[str] = set()  # folders
        self.links = links

    def put(self, address: str, content: bytes) -> Stored:
        """Writes a file of the site, through the store."""
        digest = hashlib.sha256(content).hexdigest()
        try:
            return self._put(address, digest, content)
        except FileNotFoundError:  # another build has just dropped what was there
            return self._put(address, digest, content)

    def _put(self, address: str, digest: str, content: bytes) -> Stored:
        kept = self._kept(digest)
        found = _left(kept, content)
        if found is None:
            self._folder_of(kept)
            half = f"{kept}.{os.getpid()}"
            with open(half, "wb") as file:
                file.write(content)
            os.replace(half, kept)
            found = os.stat(kept)
        self._name(kept, address)
        return Stored(address, digest, found.st_size, found.st_mtime_ns)

    def place(self, files: Iterable[Stored]) -> bool:
        """Puts files that were made before into the site; False where one of them is not as it was left."""
        for address, digest, size, time in files:
            kept = self._kept(digest)
            try:
                found = os.stat(kept)
            except FileNotFoundError:
                return False
            if (found.st_size, found.st_mtime_ns) != (size, time):
                return False
            try:
                self._name(kept, address)
            except FileNotFoundError:  # another build has just dropped it
                return False
        return True

    def cover(self, address: str, content: bytes) -> None:
        """Puts something else in the place of a file for a while; the store keeps what was there."""
        path = f"{self._top}/{address}"
        self._folder_of(path)
        half = f"{path}.{os.getpid()}"
        with open(half, "wb") as file:
            file.write(content)
        os.replace(half, path)

    def forget(self, digests: Iterable[str]) -> None:
        """Removes what no site has any more."""
        for digest in digests:
            kept = self._kept(digest)
            with contextlib.suppress(OSError):
                if os.stat(kept).st_nlink == 1:
                    os.unlink(kept)

    def sweep(self, part: int, before: float) -> None:
        """Removes what builds that were stopped have left, of one part of 256: no site has it, and it is old."""
        with contextlib.suppress(OSError):
            for kept in os.scandir(f"{self._root}/{part % 256:02x}"):
                found = kept.stat()
                if found.st_nlink == 1 and found.st_mtime < before:
                    os.unlink(kept.path)

    def _kept(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest}"

    def _folder_of(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        if not folder or folder in self.made:
            return
        try:
            os.mkdir(folder)
        except FileExistsError:
            pass
        except FileNotFoundError:
            self._folder_of(folder)
            with contextlib.suppress(FileExistsError):  # another process makes the same
                os.mkdir(folder)
        self.made.add(folder)

    def _name(self, kept: str, address: str) -> None:
        path = f"{self._top}/{address}"
        self._folder_of(path)
        if self.links:
            try:
                os.link(kept, path)
            except FileExistsError:
                pass
            except FileNotFoundError:
                raise
            except OSError as error:  # another file system, or one without links
                self.links = error.errno == errno.EMLINK
            else:
                return
        # Beside and renamed: who reads the site meanwhile meets the file as it was or as it is.
        half = f"{path}.{os.getpid()}"
        shutil.copyfile(kept, half)
        os.replace(half, path)


def _left(path: str, content: bytes) -> os.stat_result | None:
    """A file as it lies there, if it still has this content: somebody may have written into the site, and so through
    the second name.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    with open(path, "rb") as file:
        return found if file.read() == content else None


class Store:
    """Facts by name, of one variant of the build: all that is not in the records and yet goes into every page."""

    def __init__(self, folder: Path, variant: str) -> None:
        self.folder, self.variant = folder, variant
        self._file = folder / "facts.sqlite"

    def read(self) -> Iterator[tuple[str, Facts]]:
        """What was kept of this variant. A file that cannot be read is as none: it can all be made again."""
        try:
            with self._open() as database:
                found = database.execute("select name, data from facts where variant = ?", (self.variant,))
                for name, data in found:
                    yield name, from_bytes(data)
        except sqlite3.OperationalError:
            return  # another build is writing
        except (sqlite3.Error, ValueError, OSError):
            with contextlib.suppress(OSError):
                self._file.unlink()

    def write(self, changed: Mapping[str, Facts], gone: Iterable[str]) -> set[str]:
        """Keeps what was made anew, drops what is gone, and variants that were not built for long.

        Gives the digests of files that nothing of what was dropped or replaced asks for any more.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        loose: set[str] = set()
        try:
            with self._open() as database:
                for name in (*changed, *gone):
                    old = database.execute(
                        "select data from facts where variant = ? and name = ?", (self.variant, name)
                    ).fetchone()
                    loose |= _digests(old)
                (newest,) = database.execute("select coalesce(max(used), 0) from variants").fetchone()
                database.execute("insert or replace into variants values (?, ?)", (self.variant, newest + 1))
                most = "select variant from variants order by used desc limit -1 offset ?"
                for (variant,) in database.execute(most, (_VARIANTS,)).fetchall():
                    for old in database.execute("select data from facts where variant = ?", (variant,)):
                        loose |= _digests(old)
                    database.execute("delete from facts where variant = ?", (variant,))
                    database.execute("delete from variants where variant = ?", (variant,))
                database.executemany(
                    "delete from facts where variant = ? and name = ?", ((self.variant, name) for name in gone)
                )
                database.executemany(
                    "insert or replace into facts values (?, ?, ?)",
                    ((self.variant, name, to_bytes(facts)) for name, facts in changed.items()),
                )
        except sqlite3.Error:  # another build is writing, or the file is none: the next build makes it again
            return set()
        return loose - {stored.digest for facts in changed.values() for stored in files_of(facts)} if loose else loose

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self._file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._file, timeout=5)
        try:
            database.executescript(_SCHEMA)
            with database:
                yield database
        finally:
            database.close()


def _digests(row: tuple[bytes] | None) -> set[str]:
    if row is None:
        return set()
    try:
        return {stored.digest for stored in files_of(from_bytes(row[0]))}
    except ValueError:
        return set()
