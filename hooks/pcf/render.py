"""Where data becomes HTML or Markdown: two Jinja2 environments, each of which escapes all that it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import jinja2.bccache
import jinja2.compiler
import jinja2.ext
import jinja2.runtime
from markupsafe import Markup, escape

from . import charts
from .fields import Words
from .jsontext import compact
from .problems import Language
from .wording import LANGUAGES, Said, Wording, unit_in_print, wording


@cache
def environment(language: Language) -> jinja2.Environment:
    """Autoescape on, undefined names are errors: the only place where data becomes HTML.

    What every page says of the site is a filter rather than a macro or a function: a call of either takes Jinja ten
    times as long, and words that are the same on all pages, such as ``'report.total' | t``, are put into the template
    when it is compiled.
    """
    made = _environment(language)
    made.globals["plotly"] = charts.plotly_address()
    made.filters["attribute_json"] = _attribute_json
    made.filters["script_json"] = script_json
    made.filters |= _html(wording(language))
    return made


@cache
def markdown_environment(language: Language) -> jinja2.Environment:
    """For Markdown: whatever a template prints is escaped by ``escaped``, but for the template's own text.

    Autoescape stays on, so that what a filter has made, which is escaped already, is told from data. The words of
    another text's blanks are ``| words``: only what is printed is escaped.
    """
    made = _environment(language, finalize=_escaped_for_markdown)
    made.filters["destination"] = _destination
    made.filters |= _markdown(wording(language))
    return made


def _escaped_for_markdown(value: Any) -> Markup:
    return value if type(value) is Markup else escaped(str(value))


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Kept where that can be done; two builds may do it at once."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def keep_compiled(folder: Path) -> None:
    """Compiled templates are kept in a folder that exists: to compile them takes as long as to render many pages.

    They hold words of their language; the folder must be of this software alone.
    """
    for made in (environment, markdown_environment):
        for language in LANGUAGES:
            made(language).bytecode_cache = _Compiled(str(folder), f"{made.__name__}-{language}-%s")


def compile_all() -> None:
    """Every template that is not a part of another."""
    for language in LANGUAGES:
        for made, endings in ((environment(language), (".html", ".svg")), (markdown_environment(language), (".md",))):
            assert made.loader
            sources = {name: made.loader.get_source(made, name)[0] for name in made.list_templates()}
            parts = {part for source in sources.values() for part in _Whole.include.findall(source)}
            for name in sources.keys() - parts:
                if name.endswith(endings):
                    made.get_template(name)


def as_made(lines: Iterable[str]) -> list[Markup]:
    """HTML that templates have made already, to be printed as it is."""
    return [Markup(line) for line in lines]


@cache
def macros(template: str, language: Language) -> Any:
    """The macros of a template, to be called for a part of a page that is kept by itself."""
    return environment(language).get_template(template).module


def _environment(language: Language, **more: Any) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(files(__package__) / "templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_Whole],
        auto_reload=False,  # an edit under serve has this module read again
        **more,
    )
    made.code_generator_class = _Code
    made.extend(printed=printed, joined=joined)
    made.filters["print_unit"] = unit_in_print
    made.filters["t"] = wording(language).__call__
    return made


class _Whole(jinja2.ext.Extension):
    """A part that a template includes is compiled as if it stood there: each include copied all that the page knows."""

    include = re.compile(r"\{% include '([^']+)' %\}\n?")

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return self.include.sub(self._part, source)

    def _part(self, found: re.Match[str]) -> str:
        assert self.environment.loader
        source, _, _ = self.environment.loader.get_source(self.environment, found[1])
        return self.preprocess(source.removesuffix("\n"), found[1])


class _Code(jinja2.compiler.CodeGenerator):
    """Templates that put together plain text: to make a Markup of each escaped value took a tenth of a build."""

    def visit_Getattr(self, node: jinja2.nodes.Getattr, frame: Any) -> None:  # noqa: N802 - as Jinja calls it
        """An attribute is never a key of a dict: Jinja's own function, which tries both, takes ten times as long."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(self, node: jinja2.nodes.Call, frame: Any, forward_caller: bool = False) -> None:  # noqa: N802
        """Nothing that our templates call asks for Jinja's context."""
        if node.dyn_args or node.dyn_kwargs or forward_caller:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(")(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def visit_Concat(self, node: jinja2.nodes.Concat, frame: Any) -> None:  # noqa: N802
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.printed(" if finalize.src is None else f"({finalize.src}")
        else:
            super()._output_child_pre(node, frame, finalize)


def joined(parts: tuple[Any, ...]) -> str:
    """What ``~`` makes of its operands."""
    for part in parts:
        if type(part) is not str:
            return jinja2.runtime.markup_join(parts)
    return "".join(parts)


_special = re.compile("[&<>\"']").search


def printed(value: Any) -> str:
    """The value as text for HTML, as ``markupsafe.escape`` gives it."""
    kind = type(value)
    return value if kind is Markup or (kind is str and not _special(value)) else escape(value)


def _html(t: Wording) -> dict[str, Callable[..., Markup]]:
    """Pieces that every page shares."""

    def attribute(said: Said) -> str:
        return f' lang="{said.language}"' if said.missing else ""

    def missing(said: Said) -> str:
        if not said.missing:
            return ""
        return f' <small class="pcf-missing">（{escape(t(f"site.only_in_{said.language}"))}）</small>'

    def say(words: Words) -> Markup:
        """On one line."""
        said = t.say(words)
        return Markup(f"<span{attribute(said)}>{printed(said.line)}</span>{missing(said)}")

    def prose(words: Words) -> Markup:
        said = t.say(words)
        texts = [f"<p{attribute(said)}>{escape(paragraph)}" for paragraph in said.paragraphs]
        return Markup("</p>\n".join(texts) + f"{missing(said)}</p>\n")

    def fact(label: str, value: Any) -> Markup:
        """A pair in a list of facts."""
        return Markup(f'<div class="pcf-fact"><dt>{printed(label)}</dt><dd>{printed(value)}</dd></div>\n')

    def verdict(name: str, short: bool = True) -> Markup:
        text = escape(t(f"{'verdict_short' if short else 'verdict'}.{name}"))
        return Markup(f'<span class="pcf-verdict pcf-verdict--{escape(name)}">{text}</span>')

    def status(name: str) -> Markup:
        return Markup(f'<span class="pcf-status pcf-status--{escape(name)}">{escape(t(f"status.{name}"))}</span>')

    return {"say": say, "prose": prose, "fact": fact, "verdict": verdict, "status": status}


def _markdown(t: Wording) -> dict[str, Callable[..., Any]]:
    """The same for Markdown, where every value stays on its line."""

    def missing(said: Said) -> str:
        return f" ({escaped(t(f'site.only_in_{said.language}'))})" if said.missing else ""

    def say(words: Words) -> Markup:
        said = t.say(words)
        return Markup(escaped(said.text) + missing(said))

    def prose(words: Words) -> Markup:
        said = t.say(words)
        return Markup("\n\n\n".join(escaped(paragraph) for paragraph in said.paragraphs) + missing(said) + "\n\n\n")

    def stated(value: Any) -> Any:
        return t("report.not_stated") if value == "not-stated" else value

    def printed(key: str, **values: str) -> Markup:
        return escaped(t(key, **values))

    return {"say": say, "prose": prose, "stated": stated, "t": printed, "words": t.__call__}


def _attribute_json(data: Any) -> Markup:
    """JSON for an attribute in double quotes."""
    return escape(compact(data).decode("utf-8"))


_of_script = re.compile("[<>&\u2028\u2029]")


def script_json(data: Any) -> Markup:
    """JSON for a ``script`` element: no text in it can end the element or begin a comment."""
    return Markup(_of_script.sub(lambda found: f"\\u{ord(found[0]):04x}", compact(data).decode("utf-8")))


def _destination(address: str) -> Markup:
    """An address of the site where Markdown has one: what would end it or be read as an entity is percent-encoded."""
    return Markup(re.sub(r"[()<>\\;]", lambda c: f"%{ord(c[0]):02X}", address))


# CommonMark 0.31 and what others add to it: tables, strikethrough, attribute lists, formulas, footnotes, mentions.
# Entities for HTML, because not all converters let a backslash stand before "<".
_MARKS = str.maketrans({c: f"\\{c}" for c in "\\`*_[]{}|~#$@^"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"})
_LINES = re.compile(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_LEADING = re.compile(r"^([-+=:](?=[-+= ]|$)|[0-9]+(?=[.)](?: |$)))")  # list items, rules, underlined headings
_LINKS = re.compile(r"(?i):(?=//)|(?<=\bwww)\.|(?<=\bmailto):|(?<=\bxmpp):")  # what is made a link without a mark


# What none of these stands in is escaped already, but for its beginning and end.
_SUSPECT = re.compile(r"[\\`*_\[\]{}|~#$@^<>&:\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]|www|  ")


@lru_cache(maxsize=4096)  # most of what is printed is the site's own words
def escaped(text: str) -> Markup:
    """The text on one line of Markdown, where it reads as itself wherever on the line it stands."""
    if not _SUSPECT.search(text) and not _LEADING.match(text) and text == text.strip(" "):
        return Markup(text)
    line = _LINES.sub(" ", text).strip(" ").translate(_MARKS)
    line = _LINKS.sub(r"\\\g<0>", line)
    return Markup(_LEADING.sub(lambda m: m[1] + "\\" if m[1].isdigit() else "\\" + m[1], line))
