"""The style sheet, the script, plotly.js and the mark: the files that every page asks for, named for their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from .charts import plotly_address, plotly_bundle

# In this order: a later rule stands over an earlier one.
STYLE = ("base", "report", "catalogue", "small")
SCRIPT = ("charts", "reach", "copy")  # after shared.js, whose names all of them see


@dataclass(frozen=True)
class Artifact:
    """A file of the site at its address: its bytes, or a file of this machine to be copied."""

    address: str
    content: bytes | Path


@dataclass(frozen=True)
class Assets:
    """The addresses of our style sheet, script and plotly.js, each named for its content or version."""

    style: Artifact
    script: Artifact
    plotly: Artifact
    mark: Artifact


def assets() -> Assets:
    """Named for their content, so that a cached copy is never an old one."""
    return Assets(
        style=_named("pcf.css", "\n".join(_read(f"style/{part}.css") for part in STYLE)),
        script=_named("pcf.js", _script()),
        plotly=Artifact(plotly_address(), plotly_bundle()),
        mark=_named("mark.svg", _read("mark.svg")),
    )


def _script() -> str:
    """Each part in a block of its own, so that their names never meet; only what they share is seen by all."""
    parts = "".join(f"{{\n{_read(f'script/{part}.js')}}}\n" for part in SCRIPT)
    return f'(function () {{\n"use strict";\n{_read("script/shared.js")}{parts}}})();\n'


def _read(name: str) -> str:
    return (files(__package__) / "theme" / name).read_text("utf-8")


def _named(name: str, text: str) -> Artifact:
    content = text.encode("utf-8")
    stem, _, ending = name.rpartition(".")
    return Artifact(f"assets/pcf/{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}", content)
