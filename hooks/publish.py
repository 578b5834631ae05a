"""The MkDocs adapter: lends the core the theme, and leaves to MkDocs the pages that are written by hand.

With themed.py the only module that imports mkdocs. MkDocs puts this folder on sys.path only while it loads this file,
so the core is imported here, at the top (mkdocs/config/config_options.py, Hooks).
"""

from __future__ import annotations

import logging
import os
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler, clean_directory

import pcf.assets
import pcf.checksums
import pcf.configured
import pcf.exchange
import pcf.files
import pcf.finishing
import pcf.following
import pcf.frames
import pcf.history
import pcf.links
import pcf.locale
import pcf.pipeline
import pcf.plainly
import pcf.processes
import pcf.progress
import pcf.reloading
import pcf.search
import pcf.site
import pcf.wording
import themed

PLAIN = "PCF_PLAIN"  # in the environment: every page through MkDocs, one process, no page from the builds before
log = get_plugin_logger("pcf")


@dataclass
class _State:
    """What one event leaves for a later one of the same process; MkDocs loads a hook file once."""

    serving: bool = False
    early: CountHandler = field(default_factory=CountHandler)  # of warnings before MkDocs counts
    exchange: Any = None
    core_read_at: float = 0.0
    publisher: Any = None
    past: Any = None  # the log of the records; read again only when a commit was made
    kept: Any = None  # of the build before, under serve
    result: Any = None
    pages: dict[str, themed.DataPage] = field(default_factory=dict)  # those that MkDocs renders, by address
    promised: dict[str, str] = field(default_factory=dict)  # what pages link to of the records: by path, who does
    prose: dict[str, Any] = field(default_factory=dict)  # search entries of the sections of pages that are prose
    theme: Any = None  # of the last build, from its navigation on
    seen: Any = None  # what lies in the folders of everything but the records


state = _State()


@event_priority(float("inf"))
def on_startup(*, command: str, dirty: bool) -> None:
    state.serving = themed.DataPage.serving = command == "serve"
    top = _top_logger()
    if top.level > logging.WARNING:  # -q: what is not shown still counts under --strict
        for handler in top.handlers:
            handler.setLevel(top.level)
        top.setLevel(logging.WARNING)
    state.early.setLevel(logging.WARNING)
    top.addHandler(state.early)


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    _top_logger().removeHandler(state.early)
    if config.strict and state.early.get_counts():
        raise PluginError("there were warnings before the build began, and --strict allows none")
    if state.serving:
        _reload_core()
    else:
        _begin(config)
    pcf.pipeline.software()  # of what was just read, before anybody edits it
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
    themed.speak(config, "zh")
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    state.prose, state.result, state.pages = {}, None, {}
    state.seen = _elsewhere(config) if state.serving else None
    state.kept = state.kept or pcf.pipeline.Kept(followed=state.serving)
    state.kept.cleared()
    if not os.environ.get(PLAIN):
        pcf.pipeline.keep_templates(Path(config.config_file_path).parent)


THEME_SEARCH = ("assets/javascripts/workers/", "assets/javascripts/lunr/")  # our own takes its place
DOUBLE = "the records make a page or file of this address too, and one would overwrite the other; rename this one"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """The pages of the navigation that are made from records stand there from the start, and are filled later."""
    for file in list(files):
        if file.dest_uri.startswith(THEME_SEARCH):
            files.remove(file)
    for language in pcf.wording.LANGUAGES:
        for address, title in pcf.site.nav_titles(language).items():
            page = pcf.site.in_navigation(address, language, title)
            _double([file for file in files if file.dest_uri == f"{page.url}index.html"], files, config)
            _add(files, config, page, InclusionLevel.INCLUDED)
    state.promised = pcf.links.to_records(config.docs_dir, {file.src_uri for file in files})
    for source in state.promised:
        file = themed.Promise.generated(config, source, content="", inclusion=InclusionLevel.INCLUDED)
        file.dest_uri = _place_of(source, config)
        files.append(file)
    return files


def _add(files: Files, config: MkDocsConfig, page: Any, level: InclusionLevel, content: str | None = None) -> None:
    file = File.generated(config, f"{page.url}index.md", content="", inclusion=level)
    files.append(file)
    state.pages[page.url] = themed.DataPage(file, config, page, content)


def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    state.theme = themed.Theme(config, files, nav, themed.by_language(nav), pages=state.pages)
    return nav


@event_priority(-100)
def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
    """All records are read, judged, made and written here: with the theme at hand, and before MkDocs writes."""
    state.theme.env = env
    if not os.environ.get(PLAIN):
        try:
            _make(config)
            return env
        except pcf.frames.ThemeError as error:
            log.info("every page is rendered by the theme itself, which takes longer: %s differs from its frame", error)
    _plainly(config, files)
    return env


def _make(config: MkDocsConfig) -> None:
    """Runs the pipeline. Its pages in the navigation are left for MkDocs to render."""
    setup, progress = _setup(config), pcf.progress.progress()
    pipeline = pcf.pipeline.Pipeline(setup, state.theme.rendered, state.kept, progress)
    try:
        with pcf.files.collector_at_rest():
            state.result = pipeline.run()
    except pcf.frames.ThemeError:
        raise
    except pcf.processes.WorkError as error:
        _refuse([str(error)])
        state.result = pipeline.cover(pcf.pipeline.Result(()), str(error))
    except Exception:
        if not state.serving:
            raise
        # Raised under serve, it would leave every request of the browser waiting.
        log.error("%s", traceback.format_exc())
        state.result = pipeline.cover(pcf.pipeline.Result(()), traceback.format_exc())
    finally:
        progress(0, 0)
    if state.serving:
        pcf.pipeline.tidy(setup, state.result)
    else:
        state.kept = None
    if state.result.problems:
        _refuse(_told(state.result.problems))
    for page in state.result.pages:
        state.pages[page.url].show(page)
    _agree(config, state.result)


def _told(problems: Any) -> list[str]:
    language = pcf.locale.language_of(dict(os.environ))
    return [problem.text(language) for problem in problems]


def _setup(config: MkDocsConfig) -> Any:
    root, publisher = Path(config.config_file_path).parent, config.extra["publisher_shape"]
    state.past = pcf.history.past(root, state.past)
    documents = publisher.documents and not state.serving  # where a save is to show within a second
    places, on = (root, Path(config.docs_dir), Path(config.site_dir)), pcf.files.day_of_build(os.environ)
    setup = pcf.pipeline.Setup(*places, publisher, on, state.past, drafts=state.serving, documents=documents)
    return replace(setup, links=state.serving or not _others(config))


LATE = ("env", "pre_template", "template_context", "post_template", "page_context", "post_page", "post_build")


def _others(config: MkDocsConfig) -> bool:
    """Whether other hooks or plugins have a hand in what is written: one that writes into a file of the new site must
    not meet that of the old site by another name.
    """
    handlers = (handler for event in LATE for handler in config.plugins.events[event])
    return any(getattr(handler, "__module__", "") != __name__ for handler in handlers)


def _plainly(config: MkDocsConfig, files: Files) -> None:
    """Without frames, processes and what was kept: all pages are MkDocs's to render."""
    clean_directory(config.site_dir)
    state.seen = None  # every save asks for a whole build
    try:
        result = state.result = pcf.plainly.make(_setup(config))
    except Exception:
        if not state.serving:
            raise
        log.error("%s", traceback.format_exc())
        result = state.result = pcf.pipeline.Result(
            (), pcf.site.problem_pages((), pcf.site.ALWAYS, traceback.format_exc())
        )
    if result.problems:
        _refuse(_told(result.problems))
        result.pages = pcf.site.problem_pages(result.problems, pcf.site.ALWAYS)
    for page in result.pages:
        if page.url in state.pages:
            state.pages[page.url].show(page)
        else:
            _add(files, config, page, InclusionLevel.NOT_IN_NAV)
            state.pages[page.url].read_source(config)
    _agree(config, result)


def _agree(config: MkDocsConfig, result: Any) -> None:
    """What is written by hand and what is made do not make the same file, and all that is linked to is there."""
    for words in dict.fromkeys(result.said):
        log.info("%s", words)
    made = {f"{page.url}index.html" for page in result.pages}
    doubles = [f for f in state.theme.files if f.abs_src_path and (f.dest_uri in made or f.dest_uri in result.digests)]
    _double(doubles, state.theme.files, config)
    for source, page in state.promised.items():
        place = _place_of(source, config)
        if not result.problems and place not in made and place not in result.digests:
            log.warning("Doc file '%s' contains a link to '%s', which the records do not make.", page, source)


def _place_of(source: str, config: MkDocsConfig) -> str:
    """Where a page or file would stand in the site."""
    return File(source, config.docs_dir, config.site_dir, config.use_directory_urls).dest_uri


def _double(taken: list[File], files: Files, config: MkDocsConfig) -> None:
    if taken:
        _refuse([f"{Path(config.docs_dir).name}/{file.src_uri}: {DOUBLE}" for file in taken])
    for file in taken:
        files.remove(file)


def _refuse(lines: list[str], *, anyway: bool = False) -> None:
    """Ends the build. Under serve, where nothing is refused that need not be, it only says so."""
    text = "\n".join(["", *lines])
    if anyway or not state.serving:
        raise PluginError(text)
    log.error("%s", text)


def on_page_context(context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Navigation) -> dict[str, Any]:
    if isinstance(page, themed.DataPage):
        page.fill()
    language = themed.language_of(page.file.src_uri)
    themed.speak(config, language)
    context["nav"] = state.theme.navs[language]
    context["alternates"] = state.theme.alternates(page)
    context["page_language"], context["t"] = language, pcf.wording.wording(language)
    if not isinstance(page, themed.DataPage) or (page.made.nav_title and page.made.sections):
        place = context["t"]("search.documentation")
        state.prose[page.url] = pcf.search.entries_of(page.content or "", page.url, str(page.title or ""), place)
    return context


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    page.content = None  # thousands of pages need not stay in memory until the last is written
    return output


def on_pre_template(template: Any, *, template_name: str, config: MkDocsConfig) -> Any:
    themed.speak(config, "zh")
    return template


def on_template_context(context: dict[str, Any], *, template_name: str, config: MkDocsConfig) -> dict[str, Any]:
    context["nav"] = state.theme.navs["zh"]
    context["page_language"], context["t"] = "zh", pcf.wording.wording("zh")
    context["locations"] = state.theme.locations(context["pages"], state.result.addresses)
    context["alternates"] = [
        {"language": language, "name": pcf.wording.wording(language)("language"), "url": url, "absolute": None}
        for language, url in (("zh", "."), ("en", "en/"))
    ]
    return context


@event_priority(float("-inf"))
def on_post_build(config: MkDocsConfig) -> None:
    """Last of all: writes what is known only now, and puts the site in its place, unless MkDocs will still refuse."""
    pcf.finishing.finish(Path(config.site_dir), state.result.search, state.prose)
    if state.exchange is None:
        return
    counters = (h for h in _top_logger().handlers if isinstance(h, CountHandler))
    if any(counter.get_counts() for counter in counters):  # MkDocs has one only under --strict, and aborts after this
        return
    notes = [f"font {digest} {name}" for name, digest in state.result.faces]
    manifest = pcf.checksums.manifest(state.exchange.staging, notes, state.result.digests)
    state.exchange.keep()
    state.exchange.publish(manifest)
    config.site_dir = str(state.exchange.target)  # gh-deploy sends it from there
    pcf.pipeline.tidy(_setup(config), state.result)


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
    publisher, faults = pcf.configured.publisher_of(config.extra, Path(config.docs_dir))
    if faults:
        _refuse(faults, anyway=state.publisher is None)
    else:
        state.publisher = publisher  # under serve the block before it stays
    return state.publisher


# Authoring


def on_serve(server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
    """Looks for edits up to twenty times a second, not twice, and makes no more anew than a save asks for."""
    watched = [config.docs_dir, config.config_file_path]
    for path in watched:
        server.unwatch(path)
    observer: Any = pcf.following.Observer(interval=0.05)
    server.observer = observer
    for path in watched:
        server.watch(path)
    whole = server.builder

    def build() -> None:
        with observer.at_rest():
            if state.seen != _elsewhere(config) or not _refresh():
                whole()

    server.builder = build
    return server


def _elsewhere(config: MkDocsConfig) -> Any:
    """What lies wherever MkDocs looks, but for the records."""
    file = Path(config.config_file_path).resolve()
    places = {Path(place).resolve() for place in (config.docs_dir, *config.watch, *config.theme.dirs[:1])}
    return pcf.files.traces(*map(str, sorted({file, *places} - {file.parent / "products"})))


def _refresh() -> bool:
    """Only records were edited: MkDocs need not read and render all that is written by hand again.

    False where that cannot be done, since pages cannot be put into frames.
    """
    config = state.theme.config
    log.info("Building what comes from the records...")
    try:
        _make(config)
    except pcf.frames.ThemeError:
        return False
    site = Path(config.site_dir)
    for page in (state.pages[made.url] for made in state.result.pages):
        before = page.filled
        page.fill()
        if page.filled != before:
            page.ready = page.content
            (site / page.url / "index.html").write_bytes(state.theme.rendered(page.made).encode("utf-8"))
    pcf.finishing.finish(site, state.result.search, state.prose)
    return True


def _reload_core() -> None:
    newest = pcf.reloading.read_at()
    if newest <= (state.core_read_at or newest):
        state.core_read_at = newest
        return
    state.core_read_at, state.past, state.kept = newest, None, None
    try:
        globals()["pcf"] = vars(themed)["pcf"] = pcf.reloading.read_again()
        log.info("the core was read again")
    except Exception:
        log.error("the core cannot be read, the one before stays:\n%s", traceback.format_exc())
