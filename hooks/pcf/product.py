"""All that the site has of a product: its pages in both languages and the files beside them, from its outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from . import embed
from .addresses import in_language, permanent
from .assets import Artifact, assets
from .document import SIZES, card, document
from .edits import UNKNOWN, Histories
from .evaluate import Evaluation, Outcome
from .exports import footprint, inventory_csv, published_json
from .former import former_addresses, forwards
from .library import Publisher
from .load import AttachmentFile
from .markdown import FILE as MARKDOWN
from .markdown import report_markdown
from .pages import Page, forward, report_page
from .pictures import Copy, made
from .problems import Language
from .wording import LANGUAGES, wording


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
class Products:
    """The products of an outcome, one or all. Nothing in it rests on any product that is not among them."""

    outcome: Outcome
    publisher: Publisher
    histories: Histories = field(default_factory=dict)

    def settings(self) -> Iterator[Setting]:
        """The formal report and the pictures for sharing of every report, in both languages."""
        for evaluation in self.outcome.evaluations.values():
            base = f"products/{evaluation.id}/"
            attached = self._footprint(evaluation)
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

    def pages(self, language: Language, typeset: Collection[str] = ()) -> Iterator[Page]:
        """The page of each report. It renders itself when asked, and links what of ``settings`` was typeset."""
        standing = self.outcome.current
        for evaluation in self.outcome.evaluations.values():
            shown = standing[evaluation.report.product_id]
            offer = partial(embed.offer, self.outcome, self.publisher, shown, language)
            history = self.histories.get(evaluation.id, UNKNOWN)
            yield report_page(self.outcome, evaluation, self.publisher, language, typeset, offer, history)

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
        for evaluation in self.outcome.evaluations.values():
            yield from self._report_files(evaluation, typeset)
        for product, evaluation in self.outcome.current.items():
            for language in LANGUAGES:
                title = wording(language).text(evaluation.report.product.name)
                to = f"{evaluation.report.folder}/"
                yield Artifact(in_language(f"products/{product}/index.html", language), forward(to, title, language))
                if evaluation.report.statement:
                    given = self.outcome, evaluation
                    content = embed.card(*given, self.publisher, language, own)
                    yield Artifact(embed.card_address(product, language), content)
                    yield Artifact(embed.badge_address(product, language), embed.badge(*given, language))

    def _report_files(self, evaluation: Evaluation, typeset: Collection[str]) -> Iterator[Artifact]:
        base = f"products/{evaluation.id}"
        yield Artifact(f"{base}/footprint.json", self._footprint(evaluation))
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

    def _footprint(self, evaluation: Evaluation) -> bytes:
        history = self.histories.get(evaluation.id, UNKNOWN)
        return published_json(footprint(self.outcome, evaluation, history), self.publisher)
