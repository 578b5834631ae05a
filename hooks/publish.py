"""The MkDocs adapter: hands the core its files, and MkDocs the pages and files that the core makes.

The only module that imports mkdocs. MkDocs puts this folder on sys.path only while it loads this file, so the core is
imported here, at the top (mkdocs/config/config_options.py, Hooks).
"""

from __future__ import annotations

import importlib
import logging
import os
import posixpath
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel, get_files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import CountHandler, get_relative_url
from watchdog.observers.polling import PollingObserver

import pcf.assets
import pcf.checksums
import pcf.evaluate
import pcf.exchange
import pcf.fields
import pcf.files
import pcf.finishing
import pcf.headers
import pcf.history
import pcf.library
import pcf.locale
import pcf.problems
import pcf.search
import pcf.site
import pcf.typeset
import pcf.wording
import pcf.yamlfile

HERE = Path(__file__).resolve().parent
log = get_plugin_logger("pcf")


@dataclass
class _State:
    """What one event leaves for a later one of the same process; MkDocs loads a hook file once."""

    serving: bool = False
    exchange: Any = None
    faces: Any = ()  # the fonts of what was typeset
    core_read_at: float = 0.0
    publisher: Any = None
    past: Any = None  # the log of the records; read again only when a commit was made
    build: Any = None
    pages: dict[str, Any] = field(default_factory=dict)  # by source path
    artifacts: list[Any] = field(default_factory=list)
    addresses: set[str] = field(default_factory=lambda: {*pcf.site.ALWAYS})
    navs: dict[str, Navigation] = field(default_factory=dict)
    prose: list[Any] = field(default_factory=list)  # search entries of the sections of pages that are prose


state = _State()


class DataPage(Page):
    """A page whose content comes from data: it never passes through the Markdown converter or its front matter."""

    def __init__(self, file: File, config: MkDocsConfig, page: Any) -> None:
        super().__init__(str(escape(page.nav_title or page.title)), file, config)
        self.made = page

    def read_source(self, config: MkDocsConfig) -> None:
        # The theme prints these as they are, so they are escaped here, exactly once.
        self.markdown = ""
        self.meta = {
            "title": str(escape(self.made.title)),
            "description": str(escape(self.made.description)),
            "picture": self.made.picture,
            "hide": ["navigation"] if self.made.sections else ["navigation", "toc"],
        }

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """The table of contents alone. MkDocs renders all pages before it writes the first, and holds them all."""
        self.content = ""
        self.toc = TableOfContents([AnchorLink(str(escape(title)), name, 2) for name, title in self.made.sections])

    def fill(self) -> None:
        """The content, made just before the page is written."""
        try:
            self.content = self.made.render()
        except Exception:
            if not state.serving:
                raise
            # An exception under serve would leave every request of the browser waiting.
            self.content = f"<h1>{escape(self.made.template)}</h1><pre>{escape(traceback.format_exc())}</pre>"


def on_startup(*, command: str, dirty: bool) -> None:
    state.serving = command == "serve"
    top = _top_logger()
    if top.level > logging.WARNING:  # -q: what is not shown still counts under --strict
        for handler in top.handlers:
            handler.setLevel(top.level)
        top.setLevel(logging.WARNING)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    if state.serving:
        _reload_core()
    else:
        _begin(config)
    publisher = _publisher(config)
    if not state.serving:
        config.site_url = publisher.address.rstrip("/") + "/"
    config.extra["publisher_shape"] = publisher
    config.extra["generator"] = False
    # Truthy but no list: the header shows our language links, and the theme fetches no sitemaps for them.
    config.extra["alternate"] = True
    made = pcf.assets.assets()
    config.theme["logo"] = publisher.logo or made.mark.address
    config.theme["favicon"] = made.mark.address
    config.extra_css.append(made.style.address)
    config.extra_javascript.append(made.script.address)
    config.extra["early"] = made.early.address
    _speak(config, "zh")
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    """All records are read, checked and computed here, before MkDocs empties the site."""
    state.build, state.prose = None, []
    made = pcf.assets.assets()
    state.artifacts = [made.style, made.script, made.early, made.plotly, made.mark, made.verify]
    try:
        with pcf.files.collector_at_rest():
            problems = _read(config)
    except Exception:
        if not state.serving:
            raise
        # Raised under serve, it would leave every request of the browser waiting.
        log.error("%s", traceback.format_exc())
        state.pages = _by_source(pcf.site.problem_pages([], state.addresses, traceback.format_exc()))
        return
    if problems:
        language = pcf.locale.language_of(dict(os.environ))
        lines = "\n".join(["", *(problem.text(language) for problem in problems)])
        if not state.serving:
            raise PluginError(lines)
        log.error("%s", lines)


def _read(config: MkDocsConfig) -> Any:
    """Makes the pages of the records, or of their problems, and gives the problems."""
    root, docs = Path(config.config_file_path).parent, Path(config.docs_dir)
    files, met = pcf.files.read_folder(root)
    pages, links = pcf.files.read_pages(docs.parent, docs.name)
    outcome = pcf.evaluate.evaluate(files, on=pcf.files.day_of_build(os.environ), more=[*met, *links], pages=pages)
    if outcome.problems:
        folders = {"/".join(path.split("/")[:3]) + "/" for path in files if path.count("/") == 3}
        addresses = state.addresses | {folder for folder in folders if not folder.startswith("products/_")}
        state.pages = _by_source(pcf.site.problem_pages(outcome.problems, addresses))
        return outcome.problems
    shown = outcome if state.serving else pcf.site.without_drafts(outcome)
    state.past = pcf.history.past(root, state.past)
    told = pcf.history.histories(state.past, shown)
    state.build = pcf.site.build(shown, config.extra["publisher_shape"], told)
    cache = pcf.files.Cache(root / ".cache" / "pictures")
    pictures = [pcf.assets.Artifact(p.address, cache.kept(p.copy.name, p.content)) for p in state.build.pictures()]
    # Not under serve: a save is to show within a second.
    wanted = config.extra["publisher_shape"].documents and not state.serving
    typeset = _typeset(state.build, root) if wanted else {}
    state.pages = _by_source(state.build.pages(typeset))
    state.artifacts = [*state.build.artifacts(typeset), *pictures]
    made = _made()
    if doubles := [file.src_uri for file in get_files(config) if file.dest_uri in made]:
        raise PluginError("\n".join(["", *(f"{Path(config.docs_dir).name}/{uri}: {DOUBLE}" for uri in doubles)]))
    state.addresses = {page.address for page in state.pages.values()}
    return ()


def _typeset(build: Any, root: Path) -> dict[str, Path]:
    """The documents and pictures by address. What cannot be set is told and left out; the rest is published."""
    typesetter = pcf.typeset.Typesetter(root / ".cache" / "typeset")
    made, said = typesetter.set_all(build.settings())
    for words in said:
        log.info("%s", words)
    state.faces = typesetter.faces
    return made


DOUBLE = "the records make a page or file of this address too, and one would overwrite the other; rename this one"


def _made() -> set[str]:
    """Where in the site the pages and files of the records go."""
    return {f"{page.url}index.html" for page in state.pages.values()} | {a.address for a in state.artifacts}


THEME_SEARCH = ("assets/javascripts/workers/", "assets/javascripts/lunr/")  # our own takes its place


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    made = _made()
    for file in list(files):
        # Of the records' only under serve, where nothing is refused.
        if file.dest_uri in made or file.dest_uri.startswith(THEME_SEARCH):
            files.remove(file)
    for source, page in state.pages.items():
        level = InclusionLevel.INCLUDED if page.nav_title else InclusionLevel.NOT_IN_NAV
        file = File.generated(config, source, content="", inclusion=level)
        files.append(file)
        DataPage(file, config, page)
    for artifact in state.artifacts:
        held = artifact.content
        given = {"abs_src_path": str(held)} if isinstance(held, Path) else {"content": held}
        # What ends in .md would be taken for a page to be converted, and overwrite the page made from data.
        source = f"{artifact.address}.txt" if artifact.address.endswith(".md") else artifact.address
        file = File.generated(config, source, inclusion=InclusionLevel.INCLUDED, **given)
        file.dest_uri = artifact.address
        files.append(file)
    return files


def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    """One navigation per language, so that neither leads into the other."""
    for language in pcf.wording.LANGUAGES:
        items = [item for item in nav.items if _language_of_item(item) == language]
        pages = [page for page in nav.pages if _language_of(page.file.src_uri) == language]
        for before, page, after in zip([None, *pages], pages, [*pages[1:], None], strict=False):
            page.previous_page, page.next_page = before, after
        own = Navigation(items, pages)
        own.homepage = next((p for p in pages if p.file.src_uri in ("index.md", "en/index.md")), None)
        state.navs[language] = own
    return nav


def on_page_context(context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Navigation) -> dict[str, Any]:
    if isinstance(page, DataPage):
        page.fill()
    language = _language_of(page.file.src_uri)
    _speak(config, language)
    context["nav"] = state.navs[language]
    context["alternates"] = _alternates(page, config)
    context["page_language"], context["t"] = language, pcf.wording.wording(language)
    if not isinstance(page, DataPage) or (page.made.sections and not page.made.search):
        place = context["t"]("search.documentation")
        state.prose += pcf.search.entries_of(page.content or "", page.url, str(page.title or ""), place)
    return context


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    page.content = None  # thousands of pages need not stay in memory until the last is written
    return output


def on_pre_template(template: Any, *, template_name: str, config: MkDocsConfig) -> Any:
    _speak(config, "zh")
    return template


def on_template_context(context: dict[str, Any], *, template_name: str, config: MkDocsConfig) -> dict[str, Any]:
    context["nav"] = state.navs["zh"]
    context["page_language"], context["t"] = "zh", pcf.wording.wording("zh")
    context["alternates_of"] = lambda page: _alternates(page, config)
    context["alternates"] = [
        {"language": language, "name": pcf.wording.wording(language)("language"), "url": url, "absolute": None}
        for language, url in (("zh", "."), ("en", "en/"))
    ]
    return context


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    """Last of all: writes what is known only now, and puts the site in its place, unless MkDocs will still refuse."""
    pcf.finishing.finish(Path(config.site_dir), state.pages.values(), state.prose)
    if state.exchange is None:
        return
    counters = (h for h in _top_logger().handlers if isinstance(h, CountHandler))
    if any(counter.get_counts() for counter in counters):  # MkDocs has one only under --strict, and aborts after this
        return
    state.exchange.keep()
    notes = [f"font {digest} {name}" for name, digest in state.faces]
    state.exchange.publish(pcf.checksums.manifest(state.exchange.staging, notes))
    config.site_dir = str(state.exchange.target)  # gh-deploy sends it from there


# All or nothing


def _begin(config: MkDocsConfig) -> None:
    """MkDocs cleans and fills a folder beside the site."""
    state.exchange = pcf.exchange.Exchange(Path(config.site_dir))
    try:
        config.site_dir = str(state.exchange.begin())
    except pcf.exchange.BusyError as busy:
        words = f"another build of {busy} is under way; wait for its end, or build to another folder"
        raise PluginError(words) from None


def _top_logger() -> logging.Logger:
    return logging.getLogger(log.logger.name.partition(".")[0])  # ProperDocs has another name


@event_priority(-100)
def on_build_error(*, error: Exception) -> None:
    if state.exchange is None:
        return
    state.exchange.drop()
    if isinstance(error, OSError) and error.errno in pcf.exchange.PLACE:
        raise PluginError(f"{state.exchange.target} cannot be written: {error}; what was there is as it was") from error


@event_priority(-100)
def on_shutdown() -> None:
    """Also after Ctrl-C, which MkDocs does not take for an error of the build."""
    if state.exchange is not None:
        state.exchange.drop()


# The configuration


def _publisher(config: MkDocsConfig) -> Any:
    """The one block that makes it somebody's site, read as strictly as a record."""
    given = config.extra.get("publisher")
    given = given if isinstance(given, dict) else {}
    # MkDocs has made values of true and false; a record's are read from the words.
    words = {key: str(value).lower() if isinstance(value, bool) else value for key, value in given.items()}
    document = pcf.yamlfile.Document("mkdocs.yml", words)
    publisher, problems = pcf.fields.read(pcf.library.Publisher, document)
    faults = [f"{problem.words()}; {problem.cure()}" for problem in problems]
    if publisher and publisher.logo and not (Path(config.docs_dir) / publisher.logo).is_file():
        faults.append(f"logo: docs/ has no file '{publisher.logo}'; add it, or leave the key out")
        publisher = None
    if faults:
        lines = "\n".join(["", *(f"mkdocs.yml: extra.publisher: {fault}" for fault in faults)])
        if state.publisher is None:
            raise PluginError(lines)
        log.error("%s", lines)  # under serve the block before it stays
    state.publisher = publisher or state.publisher
    return state.publisher


def _speak(config: MkDocsConfig, language: str) -> None:
    """Sets what the theme takes from the configuration to one language."""
    t = pcf.wording.wording(language)
    publisher = config.extra["publisher_shape"]
    config.theme["language"] = language
    config.site_name = str(escape(t.text(publisher.name)))
    parts = [escape(t("site.data_line"))]
    if publisher.contact:
        parts.append(escape(f"{t('site.contact')}: {publisher.contact}"))
    if publisher.icp:
        parts.append(escape(publisher.icp))
    config.copyright = " · ".join(parts)
    config.mdx_configs.setdefault("toc", {})["title"] = t("site.on_this_page")
    palette = config.theme["palette"]
    for choice in palette if isinstance(palette, list) else []:
        choice["toggle"]["name"] = t(f"palette.{choice['toggle']['icon'].rpartition('/')[2]}")


# Languages


def _language_of(uri: str) -> str:
    return "en" if uri.startswith("en/") else "zh"


def _language_of_item(item: Any) -> str:
    while isinstance(item, Section):
        item = item.children[0]
    return _language_of(item.file.src_uri if isinstance(item, Page) else item.url)


def _alternates(page: Page, config: MkDocsConfig) -> list[dict[str, Any]]:
    """This page in each language; the home page of a language that does not have it."""
    bare = page.url.removeprefix("en/") if _language_of(page.file.src_uri) == "en" else page.url
    bare = "" if bare == "./" else bare
    known = {other.url for other in (state.navs["zh"].pages + state.navs["en"].pages)}
    result = []
    for language in pcf.wording.LANGUAGES:
        url = ("en/" if language == "en" else "") + bare
        exists = isinstance(page, DataPage) or url in known or url == page.url
        url = url if exists else "en/" if language == "en" else ""
        result.append(
            {
                "language": language,
                "name": pcf.wording.wording(language)("language"),
                "url": get_relative_url(url or ".", page.url),
                "absolute": posixpath.join(config.site_url, url) if config.site_url and exists else None,
            }
        )
    return result


def _by_source(pages: Any) -> dict[str, Any]:
    return {f"{page.url}index.md": page for page in pages}


# Authoring


def on_serve(server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
    """Looks for edits ten times a second, not twice, so that a save shows within one."""
    watched = [config.docs_dir, config.config_file_path]
    for path in watched:
        server.unwatch(path)
    server.observer = PollingObserver(timeout=0.1)
    for path in watched:
        server.watch(path)
    return server


def _reload_core() -> None:
    """Under serve an edit to the core takes effect at the next build; MkDocs itself would run the old code silently."""
    newest = max(path.stat().st_mtime for path in (HERE / "pcf").rglob("*") if path.suffix in (".py", ".toml"))
    if not state.core_read_at:
        state.core_read_at = newest
    if newest <= state.core_read_at:
        return
    state.core_read_at, state.past = newest, None
    old = {name: module for name, module in sys.modules.items() if name == "pcf" or name.startswith("pcf.")}
    for name in old:
        del sys.modules[name]
    sys.path.insert(0, str(HERE))
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # or the watched folder would change again
    try:
        for name in old:
            importlib.import_module(name)
        read = sys.modules["pcf"]
        for language in read.wording.LANGUAGES:  # read when first asked for, which would be too late to fall back
            read.wording.wording(language)
        read.problems.codes()
        globals()["pcf"] = read
        log.info("the core was read again")
    except Exception:
        sys.modules.update(old)
        log.error("the core cannot be read, the one before stays:\n%s", traceback.format_exc())
    finally:
        sys.dont_write_bytecode = before
        sys.path.remove(str(HERE))
