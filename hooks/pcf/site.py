"""The whole site as data: what is of many products, from what each of them has to say, and all of an outcome."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .addresses import in_language, schema_of, whole
from .assets import Artifact, assets
from .bodies import KEYS_ADDRESS, body_page, keys
from .brief import Brief, brief_of, briefs
from .comparing import compare_page
from .edits import Histories
from .embed import SPENT, embedding_page
from .evaluate import Outcome, of_product
from .exports import catalogue_csv, catalogue_json, published_json
from .feed import FILE as FEED
from .feed import feed, newest_of
from .index import INDEX_SCHEMA, Entry, catalogue_index, index_bytes
from .library import Publisher
from .listing import catalogue_page, category_page
from .load import Catalogue
from .markdown import llms
from .pages import (
    Page,
    factors_page,
    findings_page,
    in_nav,
    problems_page,
    producer_page,
    reference_page,
    release_page,
)
from .problems import Language, Problem
from .product import Picture, Products, Setting
from .schemas import published as published_schemas
from .wording import LANGUAGES, wording

# The pages that every site has, which mkdocs.yml lists in its navigation.
ALWAYS = ("", "compare/", "factors/", "embedding/", "reference/problems/", "reference/findings/")


@dataclass(frozen=True)
class Site:
    """What is of many products: the one small reduce over all of them.

    ``reports`` are in order of id. ``outcome_of`` gives the outcome of one product, for the one page that shows a
    product as an example.
    """

    catalogue: Catalogue  # with what products share; its reports are not looked at
    publisher: Publisher
    reports: Sequence[Brief]
    outcome_of: Callable[[str], Outcome]

    @cached_property
    def listed(self) -> list[Entry]:
        """Every report as the catalogue lists it."""
        return [brief.entry for brief in self.reports]

    @cached_property
    def standing(self) -> list[Entry]:
        """The current report of each product."""
        return [brief.entry for brief in self.reports if brief.current]

    def first_pages(self, language: Language) -> Iterator[Page]:
        """The pages that the search shows before the reports."""
        yield catalogue_page(self.catalogue, self.listed, self.publisher, language)
        by_category: dict[str, list[Brief]] = {}
        for brief in self.reports:
            by_category.setdefault(brief.entry.category, []).append(brief)
        for name, own in sorted(by_category.items()):
            rows = [(brief.entry, brief.lines(language).category) for brief in own]
            yield category_page(self.catalogue, name, rows, language)
        yield compare_page([entry.id for entry in self.standing[:2]], language)
        yield factors_page(self.catalogue, language)
        yield reference_page(language)
        yield findings_page(language)
        yield embedding_page(self._example(), self.publisher, language)

    def last_pages(self, language: Language) -> Iterator[Page]:
        """And those that it shows after them."""
        by_producer: dict[str, list[str]] = {}
        by_body: dict[str, list[str]] = {}
        uses: dict[str, list[str]] = {}
        for brief in self.reports:
            lines = brief.lines(language)
            if brief.current:
                by_producer.setdefault(brief.entry.producer, []).append(lines.producer)
            if brief.entry.body:
                by_body.setdefault(brief.entry.body, []).append(lines.body)
            for factor in brief.factors:
                uses.setdefault(factor, []).append(lines.factor)
        for name in sorted(self.catalogue.producers):
            yield producer_page(self.catalogue, by_producer.get(name, []), name, language)
        for name in sorted(self.catalogue.bodies):
            yield body_page(self.catalogue, by_body.get(name, []), name, language)
        for name in sorted(self.catalogue.releases):
            yield release_page(self.catalogue, uses, name, language)

    def artifacts(self) -> Iterator[Artifact]:
        """All files that are no pages."""
        yield from assets().always
        for name, entry in sorted(self.catalogue.releases.items()):
            yield Artifact(f"factors/{name}/factors.yaml", entry.source)
        yield Artifact("catalogue.json", catalogue_json(self.publisher, (brief.json() for brief in self.reports)))
        index = {"$schema": schema_of(self.publisher, INDEX_SCHEMA)} | catalogue_index(self.catalogue, self.listed)
        yield Artifact("catalogue-index.json", index_bytes(index))
        yield Artifact("catalogue.csv", catalogue_csv(brief.cells() for brief in self.reports))
        newest = newest_of(brief for brief in self.reports if brief.day)
        for language in LANGUAGES:
            items = (brief.item(language) for brief in newest)
            yield Artifact(in_language(FEED, language), feed(self.publisher, language, items))
            listing = llms(self.publisher, self.standing, len(self.reports), language)
            yield Artifact(in_language("llms.txt", language), listing)
        yield Artifact("robots.txt", robots(self.publisher))
        for address, content in published_schemas(self.publisher):
            yield Artifact(address, content)
        yield Artifact(KEYS_ADDRESS, published_json(keys(self.catalogue), self.publisher))

    def _example(self) -> Outcome:
        """The product on the page about cards: best one whose value stands; nobody would show a withdrawn one."""
        issued = [entry for entry in self.standing if entry.number]
        example = next((entry for entry in issued if entry.status not in SPENT), issued[0] if issued else None)
        return self.outcome_of(example.product) if example else Outcome(self.catalogue, {}, ())


@dataclass(frozen=True)
class Build:
    """All of an outcome at once, in memory: for small catalogues, an export, and the tests."""

    outcome: Outcome
    publisher: Publisher
    histories: Histories

    @cached_property
    def products(self) -> Products:
        return Products(self.outcome, self.publisher, self.histories)

    @cached_property
    def site(self) -> Site:
        told = [brief_of(packed) for packed in briefs(self.outcome, self.publisher, self.histories)]
        return Site(self.outcome.catalogue, self.publisher, told, lambda product: of_product(self.outcome, product))

    def settings(self) -> Iterator[Setting]:
        return self.products.settings()

    def pictures(self) -> Iterator[Picture]:
        return self.products.pictures()

    def pages(self, typeset: Collection[str] = ()) -> Iterator[Page]:
        """All pages, in both languages, in the order in which the search shows them."""
        for language in LANGUAGES:
            yield from self.site.first_pages(language)
            yield from self.products.pages(language, typeset)
            yield from self.site.last_pages(language)

    def artifacts(self, typeset: Mapping[str, Path] | None = None) -> Iterator[Artifact]:
        """All files that are no pages; ``typeset`` is what was made of ``settings``, by address."""
        yield from self.products.artifacts(typeset)
        yield from self.site.artifacts()


def build(outcome: Outcome, publisher: Publisher, histories: Histories | None = None) -> Build:
    """The site of an outcome that has no problems. Drafts are among its pages: the caller says whether they may be.

    ``histories`` is what git tells of the reports, by report.
    """
    return Build(outcome, publisher, histories or {})


def in_navigation(address: str, language: Language, title: str) -> Page:
    """A page of the navigation before the records are read: its place and title."""
    return Page(address, language, title, title, "", dict, nav_title=title)


def nav_titles(language: Language) -> dict[str, str]:
    """What the navigation calls the pages of ``ALWAYS``, by address."""
    t = wording(language)
    titles = {page.address: page.nav_title for page in (reference_page(language), findings_page(language))}
    return {address: titles.get(address) or in_nav(t)[address] for address in ALWAYS}


def robots(publisher: Publisher) -> bytes:
    """robots.txt (RFC 9309): everything may be read, and the sitemap lists it."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {whole(publisher, 'sitemap.xml')}\n".encode()


def without_drafts(outcome: Outcome) -> Outcome:
    """For publishing: a report without a statement is never in a published site."""
    whole = {name: e for name, e in outcome.evaluations.items() if e.status != "draft"}
    return Outcome(outcome.catalogue, whole, outcome.problems)


def problem_pages(problems: Sequence[Problem], addresses: Iterable[str], fault: str = "") -> list[Page]:
    """In the preview, the problems stand at every address that would otherwise have a page; the reference stays.

    ``fault`` is the trace of an error in the core itself, for who is working on it.
    """
    pages: list[Page] = []
    for language in LANGUAGES:
        reference = [reference_page(language), findings_page(language)]
        others = sorted(set(addresses) - {page.address for page in reference})
        pages += [*reference, *(problems_page(problems, address, language, fault) for address in others)]
    return pages
