"""Pages of MkDocs whose content is made from data, and the theme that renders them: a part of publish.py."""

from __future__ import annotations

import posixpath
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment
from markupsafe import escape
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import get_relative_url

import pcf.addresses
import pcf.configured
import pcf.wording

ANCHOR = re.compile(r' id="([^"]+)"')


class DataPage(Page):
    """A page whose content comes from data: it never passes through the Markdown converter or its front matter."""

    made: Any
    ready: str | None
    filled = 0  # tells one content from another, without holding it
    serving = False

    def __init__(self, file: File, config: MkDocsConfig, made: Any, content: str | None = None) -> None:
        super().__init__(str(escape(made.nav_title or made.title)), file, config)
        self.show(made, content)

    def show(self, made: Any, content: str | None = None) -> None:
        """What is in it: a page of the core, and its content where that is made already."""
        self.made, self.ready = made, content
        # The theme prints these as they are, so they are escaped here, exactly once.
        self.meta = {
            "title": str(escape(made.title)),
            "description": str(escape(made.description)),
            "picture": made.picture,
            "hide": ["navigation"] if made.sections else ["navigation", "toc"],
        }
        self.toc = TableOfContents([AnchorLink(str(escape(title)), name, 2) for name, title in made.sections])

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Nothing yet: MkDocs renders all pages before it writes the first, and holds them all."""
        self.content = ""

    def fill(self) -> None:
        """The content, made just before the page is written."""
        try:
            self.content = self.made.render() if self.ready is None else self.ready
        except Exception:
            if not self.serving:
                raise
            # An exception under serve would leave every request of the browser waiting.
            self.content = f"<h1>{escape(self.made.template)}</h1><pre>{escape(traceback.format_exc())}</pre>"
        self.filled = hash(self.content)
        self.present_anchor_ids = set(ANCHOR.findall(self.content))  # MkDocs checks links to them at the end


class Promise(File):
    """A page or file of the records that a page written by hand links to: the core writes it, not MkDocs."""

    def is_documentation_page(self) -> bool:
        return False

    def copy_file(self, dirty: bool = False) -> None:
        pass


@dataclass
class Theme:
    """What MkDocs renders a page with; of the last build, under ``serve``."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    navs: Mapping[str, Navigation]  # one per language, so that neither leads into the other
    env: Environment | None = None
    pages: dict[str, DataPage] = field(default_factory=dict)  # those that MkDocs renders, by address

    def rendered(self, made: Any, content: str | None = None) -> str:
        """A page of the core as MkDocs renders it (mkdocs/commands/build.py, _build_page)."""
        config, page = self.config, self.pages.get(made.url)
        if page is None or page.made is not made:
            file = File.generated(config, f"{made.url}index.md", content="", inclusion=InclusionLevel.NOT_IN_NAV)
            page = DataPage(file, config, made, content)
        page.read_source(config)
        page.active = True
        try:
            context = get_context(self.nav, self.files, config, page)
            context = config.plugins.on_page_context(context, page=page, config=config, nav=self.nav)
            assert self.env is not None
            output = self.env.get_template("main.html").render(context)
            return str(config.plugins.on_post_page(output, page=page, config=config))
        finally:
            page.active = False

    def alternates(self, page: Page) -> list[dict[str, Any]]:
        """A page in each language; the home page of a language that does not have it."""
        known = {other.url for navigation in self.navs.values() for other in navigation.pages}
        site = self.config.site_url
        return [
            {
                "language": language,
                "name": pcf.wording.wording(language)("language"),
                "url": get_relative_url(url or ".", page.url),
                "absolute": posixpath.join(site, url) if site and exists else None,
            }
            for language, url, exists in pcf.addresses.editions(page.url, None if isinstance(page, DataPage) else known)
        ]

    def locations(self, pages: Any, addresses: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
        """For the sitemap: the whole address of every page, with those of its editions by language.

        ``pages`` are MkDocs's, ``addresses`` those of the others without the language.
        """
        found = []
        for page in (file.page for file in pages if file.page.canonical_url):
            editions = [(a["language"], a["absolute"]) for a in self.alternates(page) if a["absolute"]]
            found.append((page.canonical_url, editions))
        site = self.config.site_url or ""
        for address in addresses if site else ():
            urls: list[tuple[str, str]] = [(name, site + url) for name, url, _ in pcf.addresses.editions(address)]
            found += ((url, urls) for _, url in urls)
        return sorted(found)


def by_language(nav: Navigation) -> dict[str, Navigation]:
    """A navigation for each language, with next and previous pages that stay in it."""
    navs: dict[str, Navigation] = {}
    for language in pcf.wording.LANGUAGES:
        items = [item for item in nav.items if _language_of_item(item) == language]
        pages = [page for page in nav.pages if language_of(page.file.src_uri) == language]
        for before, page, after in zip([None, *pages], pages, [*pages[1:], None], strict=False):
            page.previous_page, page.next_page = before, after
        navs[language] = own = Navigation(items, pages)
        own.homepage = next((p for p in pages if p.file.src_uri in ("index.md", "en/index.md")), None)
    return navs


def language_of(uri: str) -> str:
    return "en" if uri.startswith("en/") else "zh"


def _language_of_item(item: Any) -> str:
    while isinstance(item, Section):
        item = item.children[0]
    return language_of(item.file.src_uri if isinstance(item, Page) else item.url)


def speak(config: MkDocsConfig, language: str) -> None:
    """Sets what the theme takes from the configuration to one language."""
    t, publisher = pcf.wording.wording("en" if language == "en" else "zh"), config.extra["publisher_shape"]
    config.theme["language"] = language
    config.site_name = str(escape(t.text(publisher.name)))
    config.copyright = " · ".join(str(escape(part)) for part in pcf.configured.footer(publisher, t))
    config.mdx_configs.setdefault("toc", {})["title"] = t("site.on_this_page")
    palette = config.theme["palette"]
    for choice in palette if isinstance(palette, list) else []:
        choice["toggle"]["name"] = t(f"palette.{choice['toggle']['icon'].rpartition('/')[2]}")
