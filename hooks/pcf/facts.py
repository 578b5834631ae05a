"""What is kept of a product from one build to the next. Thousands are held at once, so each is packed."""

from __future__ import annotations

import hashlib
import marshal
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .brief import Packed
from .check import Claim
from .checksums import Stored
from .jsontext import pack, unpack
from .search import SearchEntry
from .watched import Need


class Rests(NamedTuple):
    """What a product rests on beside its own files, as it was seen to ask for it."""

    needs: list[Need]  # records that it shares with others
    days: list[str]  # after which it is shown in another way
    trails: list[tuple[str, list[str]]]  # by report, the releases whose history is part of its own


class Facts(NamedTuple):
    """One product. ``mark`` is a digest of what ``rests`` led to when it was made."""

    own: str  # a digest of its own files
    mark: str
    rests: bytes
    claims: bytes
    files: bytes  # what it has in the site
    search: list[bytes]  # by language
    said: bytes  # what is told of it in each build
    briefs: tuple[Packed, ...]  # of its reports, in order of id


def to_bytes(facts: Facts) -> bytes:
    """As the store has it, with a sum to tell what was spoilt since."""
    raw = marshal.dumps((*facts[:-1], [tuple(brief) for brief in facts.briefs]))
    return zlib.crc32(raw).to_bytes(4, "big") + raw


def from_bytes(raw: bytes) -> Facts:
    """Raises ValueError for what is not as it was left."""
    if zlib.crc32(raw[4:]).to_bytes(4, "big") != raw[:4]:
        raise ValueError("spoilt")
    values = marshal.loads(raw[4:])  # of this machine, as compiled templates are, and of this very Python
    return Facts._make([*values[:-1], tuple(Packed(*parts) for parts in values[-1])])


def rests_of(facts: Facts) -> Rests:
    needs, days, trails = unpack(facts.rests)
    return Rests([(kind, key) for kind, key in needs], days, [(report, releases) for report, releases in trails])


def files_of(facts: Facts) -> Iterator[Stored]:
    return (Stored(*values) for values in unpack(facts.files))


def claims_of(facts: Facts) -> Iterator[Claim]:
    for kind, value, path, where, body in unpack(facts.claims):
        yield Claim(kind, value, path, tuple(where), body)


def pack_claims(claims: list[Claim]) -> bytes:
    return pack([[claim.kind, claim.value, claim.path, claim.where, claim.body] for claim in claims])


def pack_search(entries: Iterable[SearchEntry]) -> bytes:
    return pack([[e.title, e.text, e.place, e.replaced, e.address] for e in entries])


@dataclass(frozen=True, slots=True)
class Entries:
    """Those of a product in the search of one language, unpacked whenever they are asked for."""

    packed: bytes

    def __iter__(self) -> Iterator[SearchEntry]:
        return (SearchEntry(*row) for row in unpack(self.packed))


def own_digest(files: Mapping[str, bytes]) -> str:
    """Of a product's own files."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{len(files[path])}\0".encode("utf-8", "surrogateescape"))
        whole.update(files[path])
    return whole.hexdigest()[:32]
