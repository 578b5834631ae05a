"""PDF documents and pictures from data, set by Typst; what was set before and has not changed is not set again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast

import typst

from .product import Setting
from .qr import qr_code

# By preference. Each holds Latin and Chinese; the first that the machine has sets all text.
FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "SimSun",
)
NO_FONT = (
    "no PDF and no pictures: no font with Chinese was found; install one (Debian, Ubuntu: fonts-noto-cjk; "
    "Fedora: google-noto-sans-cjk-fonts; Arch: noto-fonts-cjk)"
)
STANDARDS = ["a-3a", "ua-1"]


class TypesetError(Exception):
    """A document that Typst cannot set; the message says why."""


class Typesetter:
    """Sets documents with the fonts of this machine, through a cache by content.

    The pictures in them lie in ``pictures/`` beside the cache.
    """

    def __init__(self, cache: Path) -> None:
        self.cache = cache

    @cached_property
    def font(self) -> str | None:
        """The family that all text is set in; None where the machine has no Chinese face."""
        families = set(typst.Fonts().families())
        return next((family for family in FONTS if family in families), None)

    def set_all(self, settings: Iterable[Setting]) -> tuple[dict[str, Path], list[str]]:
        """The files by address, and words on what is left out because it cannot be set."""
        if self.font is None:
            return {}, [NO_FONT]
        made, said = {}, []
        for setting in settings:
            try:
                made[setting.address] = self.set(setting.kind, setting.data, setting.footprint)
            except TypesetError as error:
                said.append(f"{setting.address} is left out: {error}")
        return made, said

    @cached_property
    def faces(self) -> tuple[tuple[str, str], ...]:
        """The files of that family with the SHA-256 of each: other fonts make other documents."""
        paths = {Path(face.path) for face in typst.Fonts().fonts() if face.family == self.font and face.path}
        found = ((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)
        return tuple(sorted(found))

    @cached_property
    def _compiler(self) -> typst.Compiler:
        self.cache.mkdir(parents=True, exist_ok=True)
        return typst.Compiler(root=self.cache.parent)  # reads the machine's fonts once, not for every document

    def set(self, kind: str, data: Mapping[str, Any], footprint: bytes) -> Path:
        """The file of a document: a ``report`` as PDF/A-3a and PDF/UA-1 with footprint.json inside, a ``card`` as PNG.

        The dates in it are the record's, so the same record and fonts give the same bytes.
        Errors: TypesetError where Typst cannot set it, such as a character that no font has.
        """
        whole = {**data, "fonts": [self.font]}
        if kind == "card":
            return self._set("card.typ", {"card": _json(whole)}, "png", None)
        whole["qr"] = qr_code(data["address"])
        date = datetime(data["date"]["year"], data["date"]["month"], data["date"]["day"], tzinfo=UTC)
        inputs = {"document": _json(whole), "footprint": footprint.decode("utf-8")}
        return self._set("report.typ", inputs, "pdf", date)

    def _set(self, template: str, inputs: dict[str, str], form: Literal["pdf", "png"], date: datetime | None) -> Path:
        source = (files(__package__) / "templates" / template).read_bytes()
        made_of = [version("typst"), template, hashlib.sha256(source).hexdigest(), *inputs.values()]
        made_of += (digest for _, digest in self.faces)
        key = hashlib.sha256("\0".join(made_of).encode("utf-8")).hexdigest()
        path = self.cache / f"{key}.{form}"
        if not path.exists():
            options: dict[str, Any] = {"pdf_standards": STANDARDS, "timestamp": date} if form == "pdf" else {"ppi": 72}
            try:
                made = self._compiler.compile(input=source, format=form, sys_inputs=inputs, **options)
            except typst.TypstError as error:
                raise TypesetError(" ".join([error.message, *error.hints])) from None
            path.parent.mkdir(parents=True, exist_ok=True)
            half = self.cache / f"{path.name}.{os.getpid()}"  # who is stopped leaves no half one under the final name
            half.write_bytes(cast(bytes, made[0] if isinstance(made, list) else made))
            half.replace(path)
        return path


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
