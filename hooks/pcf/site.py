"""The whole site as data: every page in both languages and every file beside them, from an outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal

from . import embed
from .addresses import in_language, permanent, schema_of, whole
from .assets import Artifact, assets
from .bodies import KEYS_ADDRESS, body_page, keys
from .comparing import compare_page
from .document import SIZES, card, document
from .edits import UNKNOWN, Histories
from .evaluate import Evaluation, Outcome
from .exports import catalogue, catalogue_csv, footprint, inventory_csv, published_json
from .feed import FILE as FEED
from .feed import feed
from .former import former_addresses, forwards
from .index import INDEX_SCHEMA, Entry, catalogue_index, entries, index_bytes
from .library import Publisher
from .listing import catalogue_page, category_pages
from .load import AttachmentFile
from .markdown import FILE as MARKDOWN
from .markdown import llms, report_markdown
from .pages import (
    Page,
    factors_page,
    findings_page,
    forward,
    problems_page,
    producer_page,
    reference_page,
    release_page,
    report_page,
)
from .pictures import Copy, made
from .problems import Problem
from .schemas import published as published_schemas
from .wording import LANGUAGES, wording

# The pages that every site has, which mkdocs.yml lists in its navigation.
ALWAYS = ("", "compare/", "factors/", "embedding/", "reference/problems/", "reference/findings/")


@dataclass(frozen=True)
class Setting:
    """A file of the site that is to be typeset: its address, the kind of document, and what stands in it."""

    address: str
    kind: Literal["report", "card"]
    data: Mapping[str, Any]
    footprint: bytes = b""  # attached to a report


@dataclass(frozen=True)
class Picture:
    """A copy of an attached picture: its address, and how it is made."""

    address: str
    copy: Copy
    attachment: AttachmentFile

    def content(self) -> bytes:
        return made(self.attachment.content, self.copy)


@dataclass(frozen=True)
class Build:
    """One build of the site: a map over the reports, and one small reduce."""

    outcome: Outcome
    publisher: Publisher
    histories: Histories = field(default_factory=dict)

    @cached_property
    def shown(self) -> dict[str, Evaluation]:
        """The current report of each product."""
        return self.outcome.current()

    @cached_property
    def listed(self) -> list[Entry]:
        """Every report as the catalogue lists it."""
        return entries(self.outcome)

    def settings(self) -> Iterator[Setting]:
        """The formal report and the pictures for sharing of every report, in both languages."""
        for evaluation in self.outcome.evaluations.values():
            base = f"products/{evaluation.id}/"
            attached = published_json(self._footprint(evaluation), self.publisher)
            for language in LANGUAGES:
                t = wording(language)
                data = document(self.outcome, evaluation, t, permanent(self.publisher, evaluation, language))
                yield Setting(f"{base}report.{language}.pdf", "report", data, attached)
                for form in SIZES:
                    yield Setting(f"{base}{form}.{language}.png", "card", card(self.outcome, evaluation, t, form))

    def pictures(self) -> Iterator[Picture]:
        """The copies of all attached pictures. They are made before the settings are set, which show some of them."""
        for evaluation in self.outcome.evaluations.values():
            for attachment in evaluation.report.attachments:
                for name, copy in attachment.copies.items():
                    address = f"products/{evaluation.id}/attachments/{name}"
                    for place in (address, *former_addresses(self.outcome, address)):
                        yield Picture(place, copy, attachment)

    def pages(self, typeset: Collection[str] = ()) -> Iterator[Page]:
        """All pages, in both languages. Each renders itself when asked, and links what of ``settings`` was typeset."""
        uses, by_producer, by_body = self._uses(), self._by_producer(), self._by_body()
        for language in LANGUAGES:
            yield catalogue_page(self.outcome, self.listed, self.publisher, language)
            yield from category_pages(self.outcome, self.listed, language)
            yield compare_page(self.outcome, language)
            yield factors_page(self.outcome, language)
            yield reference_page(language)
            yield findings_page(language)
            yield embed.embedding_page(self.outcome, self.publisher, language)
            # In the order in which the search shows them.
            for evaluation in self.outcome.evaluations.values():
                standing = self.shown[evaluation.report.product_id]
                offer = partial(embed.offer, self.outcome, self.publisher, standing, language)
                yield report_page(
                    *(self.outcome, evaluation, self.publisher, language, typeset, offer),
                    self.histories.get(evaluation.id, UNKNOWN),
                )
            for name in sorted(self.outcome.catalogue.producers):
                yield producer_page(self.outcome, by_producer.get(name, []), name, language)
            for name in sorted(self.outcome.catalogue.bodies):
                yield body_page(self.outcome, by_body.get(name, []), name, language)
            for name in sorted(self.outcome.catalogue.releases):
                yield release_page(self.outcome, uses, name, language)

    def artifacts(self, typeset: Mapping[str, Path] | None = None) -> Iterator[Artifact]:
        """All files that are no pages; ``typeset`` is what was made of ``settings``, by address.

        What a product has is there under each id that it had before, too.
        """
        for artifact in self._artifacts(typeset or {}):
            yield artifact
            for address in former_addresses(self.outcome, artifact.address):
                yield Artifact(address, artifact.content)
        yield from forwards(self.outcome)

    def _artifacts(self, typeset: Mapping[str, Path]) -> Iterator[Artifact]:
        yield from (Artifact(address, path) for address, path in typeset.items())
        own = assets()
        yield from (own.style, own.card, own.card_script, own.script, own.compare_style, own.compare_script, own.early)
        yield from (own.plotly, own.mark, own.verify)
        for evaluation in self.outcome.evaluations.values():
            yield from self._report_files(evaluation, typeset)
        for product, evaluation in self.shown.items():
            for language in LANGUAGES:
                title = wording(language).text(evaluation.report.product.name)
                to = f"{evaluation.report.folder}/"
                yield Artifact(in_language(f"products/{product}/index.html", language), forward(to, title, language))
                if evaluation.report.statement:
                    given = self.outcome, evaluation
                    content = embed.card(*given, self.publisher, language, own)
                    yield Artifact(embed.card_address(product, language), content)
                    yield Artifact(embed.badge_address(product, language), embed.badge(*given, language))
        for name, entry in sorted(self.outcome.catalogue.releases.items()):
            yield Artifact(f"factors/{name}/factors.yaml", entry.source)
        yield Artifact("catalogue.json", published_json(catalogue(self.outcome), self.publisher))
        index = {"$schema": schema_of(self.publisher, INDEX_SCHEMA)} | catalogue_index(self.outcome, self.listed)
        yield Artifact("catalogue-index.json", index_bytes(index))
        yield Artifact("catalogue.csv", catalogue_csv(self.outcome))
        for language in LANGUAGES:
            yield Artifact(in_language(FEED, language), feed(self.outcome, self.publisher, language, self.histories))
            yield Artifact(in_language("llms.txt", language), llms(self.outcome, self.publisher, language))
        yield Artifact("robots.txt", robots(self.publisher))
        for address, content in published_schemas(self.publisher):
            yield Artifact(address, content)
        yield Artifact(KEYS_ADDRESS, published_json(keys(self.outcome), self.publisher))

    def _report_files(self, evaluation: Evaluation, typeset: Collection[str]) -> Iterator[Artifact]:
        base = f"products/{evaluation.id}"
        yield Artifact(f"{base}/footprint.json", published_json(self._footprint(evaluation), self.publisher))
        yield Artifact(f"{base}/inventory.csv", inventory_csv(evaluation))
        if evaluation.sealed is not None:
            yield Artifact(f"{base}/sealed.json", evaluation.sealed)
        for language in LANGUAGES:
            address = permanent(self.publisher, evaluation, language)
            content = report_markdown(self.outcome, evaluation, language, address=address, typeset=typeset)
            yield Artifact(f"{in_language(base, language)}/{MARKDOWN}", content)
        if evaluation.report.credential is not None:
            yield Artifact(f"{base}/credential.json", evaluation.report.credential)
        for name, source in evaluation.report.sources.items():
            yield Artifact(f"{base}/{name}.yaml", source)
        for attachment in evaluation.report.attachments:
            if not attachment.size:
                yield Artifact(f"{base}/attachments/{attachment.file}", attachment.served)

    def _footprint(self, evaluation: Evaluation) -> dict[str, Any]:
        return footprint(self.outcome, evaluation, self.histories.get(evaluation.id, UNKNOWN))

    def _uses(self) -> Mapping[str, list[Evaluation]]:
        uses: dict[str, list[Evaluation]] = {}
        for evaluation in self.outcome.evaluations.values():
            lines = (line for stage in evaluation.calculation.stages for line in stage.lines if line.emission)
            for factor in dict.fromkeys(line.factor_id for line in lines if line.factor_id):
                uses.setdefault(factor, []).append(evaluation)
        return uses

    def _by_producer(self) -> Mapping[str, list[Evaluation]]:
        result: dict[str, list[Evaluation]] = {}
        for evaluation in self.shown.values():
            result.setdefault(evaluation.report.product.producer, []).append(evaluation)
        return result

    def _by_body(self) -> Mapping[str, list[Evaluation]]:
        result: dict[str, list[Evaluation]] = {}
        for evaluation in self.outcome.evaluations.values():
            if evaluation.report.statement:
                result.setdefault(evaluation.report.statement.report.body, []).append(evaluation)
        return result


def build(outcome: Outcome, publisher: Publisher, histories: Histories | None = None) -> Build:
    """The site of an outcome that has no problems. Drafts are among its pages: the caller says whether they may be.

    ``histories`` is what git tells of the reports, by report.
    """
    return Build(outcome, publisher, histories or {})


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
