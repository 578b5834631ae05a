"""What builds keep: files by their content, and facts by name, of a few variants; whatever is spoilt is as not kept."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from pcf.brief import Packed
from pcf.checksums import Stored
from pcf.facts import Facts, from_bytes, to_bytes
from pcf.jsontext import pack
from pcf.store import Files, Store


def files(root: Path) -> Files:
    return Files(root / "store", root / "site")


def test_a_file_of_the_site_is_another_name_of_the_one_in_the_store(tmp_path: Path) -> None:
    """The same content twice is kept once; put again, it is not written again."""
    first = files(tmp_path).put("a/b.txt", b"text")
    second = files(tmp_path).put("c.txt", b"text")
    assert (first.digest, first.time) == (second.digest, second.time)
    assert (tmp_path / "site/a/b.txt").stat().st_nlink == 3
    assert (tmp_path / "site/c.txt").read_bytes() == b"text"


@pytest.mark.parametrize("fault", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_where_a_file_can_have_no_second_name_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    def link(*_: object) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, "link", link)
    there = files(tmp_path)
    stored = [there.put(name, b"text") for name in ("a", "b/c")]
    assert [(tmp_path / "site" / file.address).read_bytes() for file in stored] == [b"text"] * 2
    assert (tmp_path / "site/a").stat().st_nlink == 1
    assert sorted(path.name for path in (tmp_path / "site").rglob("*")) == ["a", "b", "c"]


def test_a_file_is_placed_again_only_as_it_was_left(tmp_path: Path) -> None:
    stored = files(tmp_path).put("a", b"text")
    elsewhere = Files(tmp_path / "store", tmp_path / "another")
    assert elsewhere.place([stored])
    assert (tmp_path / "another/a").read_bytes() == b"text"
    os.utime(tmp_path / "site/a", ns=(1, 1))  # who writes into the site writes into the store
    assert not elsewhere.place([stored])
    assert not elsewhere.place([Stored("b", "0" * 64, 4, 1)])


def test_what_was_written_over_in_the_site_is_never_taken_for_the_content(tmp_path: Path) -> None:
    """Not even with the same length."""
    files(tmp_path).put("a", b"text")
    (tmp_path / "site/a").write_bytes(b"TEXT")
    files(tmp_path).put("b", b"text")
    assert (tmp_path / "site/b").read_bytes() == b"text"


def test_another_file_in_the_same_place_takes_it(tmp_path: Path) -> None:
    there = files(tmp_path)
    there.put("a", b"old")
    there.put("a", b"new")
    assert (tmp_path / "site/a").read_bytes() == b"new"
    there.cover("a", b"for a while")
    assert (tmp_path / "site/a").read_bytes() == b"for a while"
    there.put("b", b"new")
    assert (tmp_path / "site/b").read_bytes() == b"new"


def test_only_what_no_site_has_is_forgotten(tmp_path: Path) -> None:
    there = files(tmp_path)
    kept, gone = there.put("a", b"kept"), there.put("b", b"gone")
    (tmp_path / "site/b").unlink()
    there.forget([kept.digest, gone.digest, "0" * 64])
    assert sorted(path.name for path in (tmp_path / "store").rglob("*") if path.is_file()) == [kept.digest]


def test_what_a_stopped_build_left_goes_when_it_is_old(tmp_path: Path) -> None:
    there = files(tmp_path)
    kept, left = there.put("a", b"kept"), there.put("b", b"left")
    (tmp_path / "site/b").unlink()
    for part in range(256):
        there.sweep(part, left.time / 1e9 - 10)
    assert (tmp_path / "store" / left.digest[:2] / left.digest).exists()
    for part in range(256):
        there.sweep(part, left.time / 1e9 + 10)
    assert [path.name for path in (tmp_path / "store").rglob("*") if path.is_file()] == [kept.digest]


def made(*digests: str) -> Facts:
    """Of a product with so many files."""
    files = [Stored(f"{digest}.txt", digest, 1, 1) for digest in digests]
    brief = Packed(b"head", b"json", b"cells", [b"zh", b"en"], [])
    return Facts("own", "mark", b"rests", b"claims", pack(files), [b"zh", b"en"], pack(["钢"]), (brief,))


def test_facts_come_back_by_name_and_variant(tmp_path: Path) -> None:
    Store(tmp_path, "one").write({"a": made("x"), "b": made()}, ())
    Store(tmp_path, "two").write({"a": made("y")}, ())
    assert dict(Store(tmp_path, "one").read()) == {"a": made("x"), "b": made()}
    assert dict(Store(tmp_path, "three").read()) == {}


def test_what_is_replaced_or_dropped_tells_the_files_that_nothing_asks_for(tmp_path: Path) -> None:
    store = Store(tmp_path, "one")
    assert store.write({"a": made("x", "y"), "b": made("z")}, ()) == set()
    assert store.write({"a": made("y", "v")}, ["b", "never"]) == {"x", "z"}
    assert dict(store.read()) == {"a": made("y", "v")}


def test_the_oldest_variants_go(tmp_path: Path) -> None:
    for number in range(6):
        loose = Store(tmp_path, str(number)).write({"a": made(f"x{number}")}, ())
    assert loose == {"x1"}
    assert [bool(dict(Store(tmp_path, str(number)).read())) for number in range(6)] == [False, False, *[True] * 4]


def test_facts_that_were_spoilt_are_as_none(tmp_path: Path) -> None:
    """Where a bit of a row is not what it was, all is made again."""
    raw = to_bytes(made("x"))
    assert from_bytes(raw) == made("x")
    for at in range(len(raw)):
        with pytest.raises(ValueError, match="spoilt"):
            from_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    Store(tmp_path, "one").write({"a": made("x")}, ())
    with sqlite3.connect(tmp_path / "facts.sqlite") as database:
        database.execute("update facts set data = ?", (raw[:-1],))
    assert dict(Store(tmp_path, "one").read()) == {}
    Store(tmp_path, "one").write({"a": made("x")}, ())
    assert dict(Store(tmp_path, "one").read()) == {"a": made("x")}


@pytest.mark.parametrize("raw", [b"", b"SQLite format 3\0 and then nothing", b"\0" * 5000])
def test_a_database_that_is_none_is_begun_anew(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "facts.sqlite").write_bytes(raw)
    assert dict(Store(tmp_path, "one").read()) == {}
    Store(tmp_path, "one").write({"a": made("x")}, ())
    assert dict(Store(tmp_path, "one").read()) == {"a": made("x")}
