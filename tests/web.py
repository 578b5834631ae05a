"""For tests of the site: a root of one's own, a build as a user makes it, a server, a page that tells what happened."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    Response,
    Route,
    sync_playwright,
)

from browser_setup import find_chromium

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh", "en")
PREFIX = {"zh": "", "en": "en/"}


# Building


def make_root(folder: Path, products: Path, *, typeset: bool = False) -> Path:
    """A catalogue of one's own: this repository's software, configuration and documentation with other records.

    Without the typeset files, which take a second for each report, unless they are asked for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    if not typeset:
        assert "\n    address:" in text
        text = text.replace("\n    address:", "\n    documents: false\n    address:", 1)
    (folder / "mkdocs.yml").write_text(text, "utf-8")
    shutil.copytree(ROOT / "hooks", folder / "hooks", ignore=ignore)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=ignore)
    shutil.copytree(products, folder / "products", ignore=ignore)
    return folder


def environment(**more: str) -> dict[str, str]:
    """This process's, without what would change a build."""
    kept = {name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "PYTHONPATH")}
    return kept | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"} | more


def mkdocs(root: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """``mkdocs`` as a user calls it: never -q, which hides warnings, nor -v, which skips the anchors."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=root,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def build(root: Path, **env: str) -> Path:
    """The folder of a site that was built without a warning."""
    done = mkdocs(root, "build", "--strict", **env)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr, done.stderr
    return root / "site"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Reading HTML

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
SILENT = frozenset(("script", "style", "template", "noscript"))


@dataclass
class Element:
    """An element of a page with what is in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def find(self, tag: str = "", **attributes: str) -> list[Element]:
        """All elements in it with that tag and, word for word, those attributes (``class_`` for class)."""
        wanted = [(name.rstrip("_"), value) for name, value in attributes.items()]
        return [
            element
            for element in self.walk()
            if tag in ("", element.tag) and all(value in element.attributes.get(n, "").split() for n, value in wanted)
        ]

    def one(self, tag: str = "", **attributes: str) -> Element:
        found = self.find(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}"
        return found[0]

    @property
    def text(self) -> str:
        """What a reader reads in it, spaces joined."""
        return re.sub(r"\s+", " ", self._text()).strip()

    def _text(self) -> str:
        if self.tag in SILENT:
            return ""
        return "".join(child if isinstance(child, str) else child._text() for child in self.children)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, 0, -1):
            if self.open[index].tag == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse_html(text: str) -> Element:
    """The elements of a page."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return parser.root


def read_html(path: Path) -> Element:
    """The elements of a page in a file."""
    return parse_html(path.read_text("utf-8"))


# Serving


def read_headers(text: str) -> list[tuple[str, str, str]]:
    """The rules of a ``_headers`` file: path, name and value, in their order."""
    rules, path = [], ""
    for line in text.splitlines():
        if line[:1].isspace():
            name, _, value = line.strip().partition(": ")
            rules.append((path, name, value))
        elif line.strip() and not line.startswith("#"):
            path = line.strip()
    return rules


def headers_of(rules: list[tuple[str, str, str]], path: str, *, joined: bool = True) -> dict[str, str]:
    """What a host sends with a path: of the same header all values with commas (Cloudflare Pages), or the last one."""
    sent: dict[str, str] = {}
    for rule, name, value in rules:
        if re.fullmatch(re.escape(rule).replace(r"\*", ".*"), path):
            sent[name] = f"{sent[name]}, {value}" if joined and name in sent else value
    return sent


class _Handler(SimpleHTTPRequestHandler):
    prefix = "/"
    rules: list[tuple[str, str, str]] = []  # noqa: RUF012

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory) / "there is no such file")
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def end_headers(self) -> None:
        path = "/" + urlsplit(self.path).path.removeprefix(self.prefix)
        for name, value in headers_of(self.rules, path).items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@contextmanager
def serving(
    folder: Path, prefix: str = "/", handler: type[SimpleHTTPRequestHandler] | None = None, *, framed: bool = False
) -> Iterator[str]:
    """The folder under ``prefix`` of a server of its own, which sends what its ``_headers`` says; gives the address.

    ``framed``: for a test that opens pages in frames, the same policy without the word on who may do so.
    """
    headers = folder / "_headers"
    rules = read_headers(headers.read_text("utf-8")) if headers.is_file() else []
    if framed:
        rules = [rule for rule in rules if "frame-ancestors" not in rule[2]]
    handler = handler or type("Handler", (_Handler,), {"prefix": prefix, "rules": rules})
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{prefix}"
        finally:
            server.shutdown()
            thread.join()


# Looking

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
VIOLATIONS = """addEventListener("securitypolicyviolation", (e) =>
  pcfViolation(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile || ""}:${e.lineNumber} ${e.sample}`))"""
_running: list[Browser] = []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests, whichever folder asks for it; each test opens a context of its own."""
    if _running:
        yield _running[0]
        return
    chromium = find_chromium()
    assert chromium is not None, "no Chromium that starts: run make browser"
    with sync_playwright() as playwright:
        _running.append(playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS))
        yield _running[0]
        _running.pop().close()


@dataclass
class Visit:
    """A browser page and all that happened on it: a test ends with ``assert visit.troubles() == []``."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        self.page.goto(self.base + address, wait_until="load")

    def requested(self, part: str) -> int:
        return sum(part in url for url in self.requests)

    def search(self, text: str) -> None:
        """Types into the site's search box, as a reader does, and waits for what it says."""
        self.page.wait_for_load_state("load")
        box = self.page.get_by_role("combobox", include_hidden=True).and_(self.page.locator("[data-pcf-search] input"))
        if not box.is_visible():
            self.page.locator(".pcf-search__open").click()
        box.click()
        box.fill(text)
        self.page.locator(".pcf-search__panel").wait_for()

    @property
    def hits(self) -> Locator:
        """What the search has found, best first."""
        return self.page.locator("#pcf-hits > a")

    def found(self) -> list[str]:
        """The addresses of the hits."""
        return list(self.hits.evaluate_all("links => links.map(link => link.href)"))

    def troubles(self) -> list[str]:
        """Console errors and warnings, page errors, failed requests, requests to another host, dialogs, and what the
        site's policy has forbidden."""
        return self.trouble


@contextmanager
def visiting(browser: Browser, base: str, *, data_saver: bool = False, **options: object) -> Iterator[Visit]:
    """A new page in a context of its own; another host is never reached, only told of."""
    defaults: Mapping[str, object] = {"viewport": {"width": 1440, "height": 600}, "reduced_motion": "reduce"}
    context = browser.new_context(**{**defaults, **options})  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    page = context.new_page()
    visit = Visit(page, base)
    host = urlsplit(base).netloc

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visit.trouble.append(f"{page.url}: console {message.type}: {message.text}")

    def request(request: Request) -> None:
        visit.requests.append(request.url)

    def response(response: Response) -> None:
        if response.status >= 400:
            visit.trouble.append(f"{page.url}: {response.status} {response.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # by leaving the page before it was there
            visit.trouble.append(f"{page.url}: {request.failure} {request.url}")

    def dialog(dialog: Dialog) -> None:
        visit.trouble.append(f"{page.url}: dialog: {dialog.message}")
        dialog.dismiss()

    def elsewhere(route: Route) -> None:
        visit.trouble.append(f"{page.url}: another host: {route.request.url}")
        route.abort()

    # Chromium tells of violations in the console too, but not of all: what is only a style attribute can go unsaid.
    context.expose_binding("pcfViolation", lambda _, said: visit.trouble.append(f"{page.url}: forbidden: {said}"))
    context.add_init_script(VIOLATIONS)
    page.on("console", console)
    page.on("pageerror", lambda error: visit.trouble.append(f"{page.url}: page error: {error}"))
    page.on("request", request)
    page.on("requestfailed", failed)
    page.on("response", response)
    page.on("dialog", dialog)
    context.route(lambda url: urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != host, elsewhere)
    if data_saver:
        context.new_cdp_session(page).send("Emulation.setDataSaverOverride", {"dataSaverEnabled": True})
    try:
        yield visit
    finally:
        context.close()
