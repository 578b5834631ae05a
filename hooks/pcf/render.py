"""Where data becomes HTML or Markdown: two Jinja2 environments, each of which escapes all that it is given."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from . import charts
from .wording import unit_in_print


@cache
def environment() -> jinja2.Environment:
    """Autoescape on, undefined names are errors: the only place where data becomes HTML."""
    made = _environment()
    made.globals["plotly"] = charts.plotly_address()
    made.filters["attribute_json"] = _attribute_json
    made.filters["script_json"] = script_json
    return made


@cache
def markdown_environment() -> jinja2.Environment:
    """For Markdown: whatever a template prints is escaped by ``escaped``, but for the template's own text.

    Autoescape stays on, so that what a macro has made, which is escaped already, is told from data.
    """
    made = _environment(finalize=lambda value: value if isinstance(value, Markup) else escaped(str(value)))
    made.filters["destination"] = _destination
    return made


def _environment(**more: Any) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(files(__package__) / "templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **more,
    )
    made.filters["print_unit"] = unit_in_print
    return made


def _attribute_json(data: Any) -> Markup:
    """JSON for an attribute in double quotes."""
    return Markup.escape(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


_OF_SCRIPT = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def script_json(data: Any) -> Markup:
    """JSON for a ``script`` element: no text in it can end the element or begin a comment."""
    return Markup(json.dumps(data, ensure_ascii=False, indent=1).translate(_OF_SCRIPT))


def _destination(address: str) -> Markup:
    """An address of the site where Markdown has one: what would end it or be read as an entity is percent-encoded."""
    return Markup(re.sub(r"[()<>\\;]", lambda c: f"%{ord(c[0]):02X}", address))


# CommonMark 0.31 and what others add to it: tables, strikethrough, attribute lists, formulas, footnotes, mentions.
# Entities for HTML, because not all converters let a backslash stand before "<".
_MARKS = str.maketrans({c: f"\\{c}" for c in "\\`*_[]{}|~#$@^"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"})
_LINES = re.compile(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_LEADING = re.compile(r"^([-+=:](?=[-+= ]|$)|[0-9]+(?=[.)](?: |$)))")  # list items, rules, underlined headings
_LINKS = re.compile(r"(?i):(?=//)|(?<=\bwww)\.|(?<=\bmailto):|(?<=\bxmpp):")  # what is made a link without a mark


@lru_cache(maxsize=1024)  # most of what is printed is the site's own words
def escaped(text: str) -> Markup:
    """The text on one line of Markdown, where it reads as itself wherever on the line it stands."""
    line = _LINES.sub(" ", text).strip(" ").translate(_MARKS)
    line = _LINKS.sub(r"\\\g<0>", line)
    return Markup(_LEADING.sub(lambda m: m[1] + "\\" if m[1].isdigit() else "\\" + m[1], line))
