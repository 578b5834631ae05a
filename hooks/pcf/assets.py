"""The style sheets, the script, plotly.js and the mark: the files that every page asks for, named for their content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from rjsmin import jsmin  # type: ignore[import-untyped]

from .charts import plotly_address, plotly_bundle

# In this order: a later rule stands over an earlier one.
STYLE = ("base", "search", "report", "catalogue", "embed", "small")
SHARED = ("today", "shared")  # before each script, whose parts all see their names
SCRIPT = ("charts", "reach", "copy", "search", "expiry", "catalogue", "verify")


@dataclass(frozen=True)
class Artifact:
    """A file of the site at its address: its bytes, or a file of this machine to be copied."""

    address: str
    content: bytes | Path


@dataclass(frozen=True)
class Assets:
    """The addresses of our style sheets, script and plotly.js, each named for its content or version."""

    style: Artifact
    card: Artifact  # the style sheet of what is shown in frames
    card_script: Artifact  # and its script, which knows the reader's day
    script: Artifact
    compare_style: Artifact  # of the one page that compares, so that no other page waits for them
    compare_script: Artifact
    early: Artifact  # a script that runs before the page is seen
    plotly: Artifact
    mark: Artifact
    verify: Artifact

    @property
    def always(self) -> tuple[Artifact, ...]:
        """Those that a site has whatever is in it."""
        return (self.style, self.card, self.card_script, self.script, self.compare_style, self.compare_script,
                self.early, self.plotly, self.mark, self.verify)  # fmt: skip


@cache
def assets() -> Assets:
    """Named for their content, so that a cached copy is never an old one."""
    return Assets(
        style=_named("pcf.css", _style(*STYLE)),
        card=_named("card.css", _card()),
        card_script=_named("card.js", f'"use strict";\n{_read("script/today.js")}{_read("script/expiry.js")}'),
        script=_named("pcf.js", _script(*SCRIPT)),
        compare_style=_named("compare.css", _style("compare")),
        compare_script=_named("compare.js", _script("compare")),
        early=_named("early.js", _read("script/early.js")),
        plotly=Artifact(plotly_address(), plotly_bundle()),
        mark=_named("mark.svg", _read("mark.svg")),
        verify=_named("verify.js", _read("verify.js")),
    )


def _style(*names: str) -> str:
    """Without comments and indentation, as the script."""
    whole = "\n".join(_read(f"style/{name}.css") for name in names)
    return re.sub(r"^\s+", "", re.sub(r"/\*.*?\*/", "", whole, flags=re.S), flags=re.M)


def _script(*names: str) -> str:
    """Each part in a block of its own, so that their names never meet; only what they share is seen by all."""
    shared = "".join(_read(f"script/{name}.js") for name in SHARED)
    parts = "".join(f"{{\n{_read(f'script/{name}.js')}}}\n" for name in names)
    return f'(function () {{\n"use strict";\n{shared}{parts}}})();\n'


def _card() -> str:
    """The card's style sheet with what it uses of the site's palettes in the place of its comments."""
    base, text = _read("style/base.css"), _read("style/card.css")
    fills = "\n".join(line for line in base.splitlines() if line.startswith(".pcf-fill-stage-"))
    used = set(re.findall(r"var\((--pcf-[a-z-]+)\)", text + fills))
    for name, scheme in (("light", "default"), ("dark", "slate")):
        palette = base.partition(f'[data-md-color-scheme="{scheme}"] {{')[2].partition("}")[0]
        kept = [line.strip() for line in palette.splitlines() if line.strip().partition(":")[0] in used]
        text = text.replace(f"/* {name} */", " ".join(kept))
    return text.replace("/* fills */", fills)


def _read(name: str) -> str:
    return (files(__package__) / "theme" / name).read_text("utf-8")


def _named(name: str, text: str) -> Artifact:
    """Scripts are sent without comments, indentation and other blanks: a sixth less, packed."""
    stem, _, ending = name.rpartition(".")
    content = (str(jsmin(text)) if ending == "js" else text).encode("utf-8")
    return Artifact(f"assets/pcf/{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}", content)
