"""The catalogue from a set of files: every product, report, factor and maker, and every problem found on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from .fields import Shape, is_id, read
from .library import Body, Categories, Category, Factor, Producer, Release
from .model import PICTURE_KINDS, Attachment, Inventory, Product, Review, Statement
from .pdf import served
from .pictures import BYTES, ENDINGS, Copy, Measure, PictureError, content_of, copies, measure
from .problems import Problem
from .yamlfile import Document, parse

Files = Mapping[str, bytes]  # path with forward slashes, from the catalogue's root, to the file's bytes


@dataclass(frozen=True)
class AttachmentFile:
    """A file attached to a report, with what its sidecar says. ``size`` where it is a picture."""

    name: str
    ending: str
    shape: Attachment
    content: bytes
    size: Measure | None

    @property
    def file(self) -> str:
        return f"{self.name}.{self.ending}"

    @cached_property
    def copies(self) -> Mapping[str, Copy]:
        """What the site serves of a picture, by file name; the last is for what knows no WebP. Of a PDF, nothing."""
        made = copies(self.shape.sha256, self.size, self.ending) if self.size else ()
        return {f"{self.name}-{copy.width}.{copy.form}": copy for copy in made}

    @cached_property
    def served(self) -> bytes:
        """What the site serves of a PDF: its own bytes, or a copy without names where it is not signed and has some."""
        return served(self.content)


@dataclass(frozen=True)
class Report:
    """One report of one product, whole: what its four files say, and what is attached."""

    product_id: str
    folder: str
    product: Product
    inventory: Inventory
    statement: Statement | None  # None is a draft
    review: Review
    documents: Mapping[str, Document]  # by file name without ending: product, inventory, statement, review
    sources: Mapping[str, bytes]
    attachments: tuple[AttachmentFile, ...] = ()  # by name
    credential: bytes | None = None  # credential.json, the body's signed statement

    @property
    def id(self) -> str:
        """``<product>/<report>``, as in its address."""
        return f"{self.product_id}/{self.folder}"

    def attached(self, kind: str) -> list[AttachmentFile]:
        return [attachment for attachment in self.attachments if attachment.shape.kind == kind]

    @property
    def is_draft(self) -> bool:
        return self.statement is None

    @property
    def is_withdrawn(self) -> bool:
        return self.review.withdrawn is not None


@dataclass(frozen=True)
class ReleaseEntry:
    """One release of factors, with the file it came from."""

    id: str  # <publisher>/<release>
    release: Release
    document: Document
    source: bytes


@dataclass
class Catalogue:
    """Everything that was read whole. What had a problem is absent; its problems say why."""

    reports: dict[str, Report] = field(default_factory=dict)
    releases: dict[str, ReleaseEntry] = field(default_factory=dict)
    producers: dict[str, Producer] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    factors: dict[str, Factor] = field(default_factory=dict)  # by reference, <publisher>/<release>/<factor>
    # Every document that could be parsed, and every id that some file or folder claims, whole or not;
    # '*' stands for all that a file would hold which cannot be read.
    documents: dict[str, Document] = field(default_factory=dict)
    claimed: dict[str, set[str]] = field(default_factory=dict)


S = TypeVar("S", bound=Shape)


# What was read of a file of these bytes at this path: of two revisions, the files they share are read once.
Memory = dict[tuple[str, bytes, object], Any]


def load(
    files: Files, root: str = "products", memory: Memory | None = None, shared: Catalogue | None = None
) -> tuple[Catalogue, list[Problem]]:
    """Reads all files below ``root``. Never raises for bad data; what can be read is read.

    With the same ``memory`` in a second call, a file that did not change yields the very objects of the first.
    ``shared`` has the factors, producers, bodies and categories of products whose files come alone.
    """
    return _Loader(files, root, {} if memory is None else memory, shared).run()


def product_of(path: str, root: str = "products") -> str | None:
    """The folder of a product that a file lies in, whether or not it is a good one; None of what products share."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == root and not parts[1].startswith("_") else None


CREDENTIAL = "credential.json"
REPORT_FILES: dict[str, type[Shape]] = {"inventory": Inventory, "statement": Statement, "review": Review}


def kind_of(parts: tuple[str, ...]) -> tuple[str, tuple[str, ...], str]:
    """What a file is, from its path below the root: its kind, the names in it that must be ids, and what was expected.

    The kind is empty for a file that has no place here.
    """
    match parts:
        case ("_categories.yaml",):
            return "categories", (), ""
        case ("_producers" | "_bodies", name):
            kind = "producer" if parts[0] == "_producers" else "body"
            return (kind if name.endswith(".yaml") else "", (name.removesuffix(".yaml"),), "<id>.yaml")
        case ("_factors", publisher, name):
            stem = name.removesuffix(".yaml")
            return ("release" if name.endswith(".yaml") else "", (publisher, stem), "<publisher>/<release>.yaml")
        case (product, "product.yaml") if not product.startswith("_"):
            return "product", (product,), ""
        case (product, report, name) if not product.startswith("_"):
            known = (name.endswith(".yaml") and name.removesuffix(".yaml") in REPORT_FILES) or name == CREDENTIAL
            expected = f"inventory.yaml, statement.yaml, review.yaml, {CREDENTIAL}, attachments/"
            return ("report" if known else "", (product, report), expected)
        case (product, report, "attachments", name) if not product.startswith("_"):
            stem, _, ending = name.removesuffix(".yaml").rpartition(".")
            expected = f"<name>.<{'|'.join(ENDINGS)}>, <name>.<{'|'.join(ENDINGS)}>.yaml"
            return ("attachment" if ending in ENDINGS else "", (product, report, stem), expected)
    return "", (), "_categories.yaml, _producers/, _bodies/, _factors/, <product>/product.yaml, <product>/<report>/"


class _Loader:
    def __init__(self, files: Files, root: str, memory: Memory, shared: Catalogue | None) -> None:
        self.files = files
        self.root = root
        self.memory = memory
        self.catalogue = Catalogue() if shared is None else replace(shared, reports={}, documents={})
        self.problems: list[Problem] = []

    def run(self) -> tuple[Catalogue, list[Problem]]:
        prefix = self.root + "/"
        products: dict[str, dict[str, set[str]]] = {}
        attached: dict[str, list[str]] = {}  # paths by report
        for path in sorted(self.files):
            if not path.startswith(prefix):
                continue
            parts = tuple(path[len(prefix) :].split("/"))
            kind, names, expected = kind_of(parts)
            if not kind:
                self.problems.append(Problem(path, 1, 1, "F-UNEXPECTED", {"expected": expected}))
                continue
            if bad := [name for name in names if not is_id(name)]:
                self.problems += [Problem(path, 1, 1, "F-NAME", {"name": name}) for name in bad]
                continue
            match kind:
                case "categories":
                    self.read_categories(path)
                case "producer":
                    self.read_maker(path, "producer", names[0], Producer, self.catalogue.producers)
                case "body":
                    self.read_maker(path, "body", names[0], Body, self.catalogue.bodies)
                case "release":
                    self.read_release(path, "/".join(names))
                case "product":
                    products.setdefault(names[0], {})
                case "report":
                    files = products.setdefault(names[0], {}).setdefault(names[1], set())
                    files.add(parts[-1].removesuffix(".yaml"))
                case "attachment":
                    products.setdefault(names[0], {}).setdefault(names[1], set())
                    attached.setdefault("/".join(names[:2]), []).append(path)
        for product, reports in products.items():
            self.read_product(product, reports, attached)
        return self.catalogue, self.problems

    # Files

    def shaped(self, path: str, shape: type[S]) -> S | None:
        key = (path, self.files[path], shape)
        if key not in self.memory:
            self.memory[key] = _shaped(*key)
        document, value, problems = self.memory[key]
        if document is not None:
            self.catalogue.documents[path] = document
        self.problems += problems
        return None if problems else value

    def claim(self, kind: str, name: str) -> None:
        self.catalogue.claimed.setdefault(kind, set()).add(name)

    def read_categories(self, path: str) -> None:
        value = self.shaped(path, Categories)
        document = self.catalogue.documents.get(path)
        if document is None:
            self.claim("category", "*")
        names = document.data.get("categories") if document else None
        for name in names if isinstance(names, dict) else ():
            self.claim("category", name)
        if value:
            self.catalogue.categories.update(value.categories)

    def read_maker(self, path: str, kind: str, name: str, shape: type[S], into: dict[str, S]) -> None:
        self.claim(kind, name)
        if value := self.shaped(path, shape):
            into[name] = value

    def read_release(self, path: str, name: str) -> None:
        value = self.shaped(path, Release)
        document = self.catalogue.documents.get(path)
        if document is None:
            self.claim("factor", f"{name}/*")
        factors = document.data.get("factors") if document else None
        for factor in factors if isinstance(factors, dict) else ():
            self.claim("factor", f"{name}/{factor}")
        if value and document:
            self.catalogue.releases[name] = ReleaseEntry(name, value, document, self.files[path])
            self.catalogue.factors.update({f"{name}/{own}": factor for own, factor in value.factors.items()})

    def read_product(self, product_id: str, reports: Mapping[str, set[str]], attached: Mapping[str, list[str]]) -> None:
        base = f"{self.root}/{product_id}"
        product = None
        if f"{base}/product.yaml" in self.files:
            product = self.shaped(f"{base}/product.yaml", Product)
        else:
            self.missing(f"{base}/product.yaml")
        if product is not None and not reports:
            path = f"{base}/product.yaml"
            self.problems.append(Problem(path, 1, 1, "F-MISSING", {"file": "<report>/inventory.yaml"}))
        for folder, names in reports.items():
            if "inventory" not in names:
                self.missing(f"{base}/{folder}/inventory.yaml")
            attachments = tuple(self.read_attachments(attached.get(f"{product_id}/{folder}", [])))
            before = len(self.problems)
            paths = {name: f"{base}/{folder}/{name}.yaml" for name in REPORT_FILES if name in names}
            inventory = self.shaped(paths["inventory"], Inventory) if "inventory" in paths else None
            statement = self.shaped(paths["statement"], Statement) if "statement" in paths else None
            review = self.shaped(paths["review"], Review) if "review" in paths else Review()
            credential = self.read_credential(f"{base}/{folder}/{CREDENTIAL}", statement is not None)
            if product is None or inventory is None or review is None or len(self.problems) > before:
                continue
            paths["product"] = f"{base}/product.yaml"
            self.catalogue.reports[f"{product_id}/{folder}"] = Report(
                product_id,
                folder,
                product,
                inventory,
                statement,
                review,
                {name: self.catalogue.documents[path] for name, path in paths.items()},
                {name: self.files[path] for name, path in paths.items()},
                attachments,
                credential,
            )

    def read_credential(self, path: str, has_statement: bool) -> bytes | None:
        """The signed statement as it lies there. Its text must be JSON; whether to believe it is judged later."""
        raw = self.files.get(path)
        if raw is None:
            return None
        _, problems = parse(path, raw)  # JSON is YAML, and is held to the same: no key twice, nothing hidden
        self.problems += problems
        if not problems:
            try:
                json.loads(raw)
            except json.JSONDecodeError as error:
                self.problems.append(Problem(path, error.lineno, error.colno, "F-JSON", {"fault": error.msg}))
        if not has_statement:
            self.problem(path, "F-ALONE", file="statement.yaml")
        return raw

    def read_attachments(self, paths: list[str]) -> Iterator[AttachmentFile]:
        """The attachments of one report that are whole; ``paths`` are in order."""
        first: dict[str, str] = {}  # a name, to the ending that it stands with first
        for path in paths:
            if path.endswith(".yaml"):
                if path.removesuffix(".yaml") not in self.files:
                    self.shaped(path, Attachment)
                    self.problem(path, "F-ALONE", file=path.rpartition("/")[2].removesuffix(".yaml"))
                continue
            before, raw = len(self.problems), self.files[path]
            name, _, ending = path.rpartition("/")[2].rpartition(".")
            if name in first:
                self.problem(path, "F-TWICE", other=f"{name}.{first[name]}")
            first.setdefault(name, ending)
            key = (path, raw, measure)
            if key not in self.memory:
                told = len(self.problems)
                self.memory[key] = self.measured(path, raw, ending), self.problems[told:]
            else:
                self.problems += self.memory[key][1]
            size = self.memory[key][0]
            found = hashlib.sha256(raw).hexdigest()
            if f"{path}.yaml" not in self.files:
                self.problem(path, "F-SIDECAR", file=f"{name}.{ending}.yaml", sha256=found)
                continue
            shape = self.shaped(f"{path}.yaml", Attachment)
            if shape is None:
                continue
            sidecar = self.catalogue.documents[f"{path}.yaml"]
            if shape.sha256 != found:
                self.problems.append(sidecar.problem(("sha256",), "R-HASH", found=found))
            if shape.kind != "other" and (shape.kind in PICTURE_KINDS) == (ending == "pdf"):
                asked, asked_zh = ("a PDF", "PDF") if shape.kind == "signed-report" else ("a picture", "图片")
                values = {"kind": shape.kind, "asked": asked, "asked_zh": asked_zh, "ending": ending}
                self.problems.append(sidecar.problem(("kind",), "R-KIND", **values))
            if len(self.problems) == before:
                yield AttachmentFile(name, ending, shape, raw, size)

    def measured(self, path: str, raw: bytes, ending: str) -> Measure | None:
        """The measure of a picture; what is none, or no file that can be published, is told."""
        if len(raw) > BYTES:
            self.problem(path, "F-LARGE", size=str(len(raw)), limit=str(BYTES))
            return None
        found = content_of(raw)
        if found != ENDINGS[ending]:
            what, what_zh = (found, found) if found else ("no picture and no PDF", "既不是图片也不是 PDF")
            self.problem(path, "F-CONTENT", ending=ending, found=what, found_zh=what_zh)
            return None
        if found == "pdf":
            return None
        try:
            return measure(raw)
        except PictureError as error:
            self.problem(path, "F-PICTURE", fault=error.fault, fault_zh=error.fault_zh)
            return None

    def problem(self, path: str, code: str, **values: str) -> None:
        self.problems.append(Problem(path, 1, 1, code, values))

    def missing(self, path: str) -> None:
        self.problem(path, "F-MISSING", file=path.rpartition("/")[2])


def _shaped(path: str, raw: bytes, shape: type[S]) -> tuple[Document | None, S | None, list[Problem]]:
    """A document with faults is still read for the rest of its faults; its value must not be used."""
    document, problems = parse(path, raw)
    if document is None:
        return None, None, problems
    value, more = read(shape, document)
    return document, value, problems + more
