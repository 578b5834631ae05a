"""Pages of the site as plain data: address, title, sections, search entry, and the HTML that a template makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from . import charts, tables
from .addresses import in_language, page_of, permanent
from .assets import assets
from .cite import citations
from .credential import FAULTS
from .edits import UNKNOWN, History
from .evaluate import Evaluation, Outcome
from .fields import Words
from .findings import SEVERITIES
from .library import Publisher
from .linked import linked_data
from .load import Catalogue
from .pastwords import COMMIT, move_words
from .problems import Language, Problem, codes
from .qr import qr_code
from .render import as_made, environment, macros
from .search import SearchEntry
from .timeline import has_editions, timeline
from .wording import LANGUAGES, Wording, wording

# What the check in the browser can say, beside the words of the statuses.
VERIFY_WORDS = (
    "ask",
    "seal-holds",
    "seal-differs",
    "unsigned",
    "insecure",
    "unsupported",
    "unreachable",
    "not_checked",
)


@dataclass(frozen=True)
class Page:
    """One page in one language. ``address`` is without the language's prefix: the two editions share it."""

    address: str
    language: Language
    title: str
    description: str
    template: str
    context: Callable[[], Mapping[str, Any]]
    nav_title: str | None = None
    sections: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[tuple[str, str | None], ...] = ()
    search: SearchEntry | None = None
    picture: str | None = None  # its address; for sharing
    markdown: bool = False  # whether it has an edition in Markdown beside it
    listed: tuple[str, ...] | None = None  # what it says of reports, if all else that it says is of what products share

    @property
    def url(self) -> str:
        """The address from the site's root, with the language's prefix: empty for the Chinese home page."""
        return in_language(self.address, self.language)

    def render(self) -> str:
        """The page's content as HTML. All data is escaped here, once; nothing of it passes a Markdown converter."""
        words = wording(self.language)
        return (
            environment(self.language)
            .get_template(self.template)
            .render(self.context(), page=self, t=words, link=self.link, file=self.file, language=self.language)
        )

    def link(self, address: str) -> str:
        """From this page to a page of the same language, relative, so that the site can live in a sub-folder."""
        return link_from(self.address, self.language, address)

    def file(self, address: str) -> str:
        """From this page to an address from the site's root."""
        return _up(self.url) + address or "./"


def link_from(page: str, language: Language, address: str) -> str:
    """From a page to another of the same language: only how deep the first one lies matters."""
    return _up(in_language(page, language)) + in_language(address, language) or "./"


def _up(url: str) -> str:
    return "../" * url.count("/")


# Of a report's page.
SECTIONS = (
    "results",
    "derivation",
    "boundary",
    "method",
    "factors",
    "product",
    "findings",
    "editions",
    "history",
    "verification",
    "cite",
    "embed",
    "files",
)


def report_page_sections(language: Language, *, issued: bool, editions: bool) -> tuple[tuple[str, str], ...]:
    """The anchors of a report's page with their titles; ``issued`` is no draft, ``editions`` not the only one."""
    t = wording(language)
    absent = {*(() if issued else ("history", "verification")), *(() if editions else ("editions",))}
    return tuple((anchor, t(f"report.{anchor}")) for anchor in SECTIONS if anchor not in absent)


def report_page(
    outcome: Outcome,
    evaluation: Evaluation,
    publisher: Publisher,
    language: Language,
    typeset: Collection[str] = (),
    offer: Callable[[], Any] = lambda: None,
    history: History = UNKNOWN,
) -> Page:
    """One report of one product, whole. ``typeset`` are the addresses of the documents that exist beside it.

    ``offer`` gives the product's card and badge, if it has them; ``history`` is what git tells of the report.
    """
    base = page_of(evaluation)
    documents = {edition: f"{base}report.{edition}.pdf" for edition in LANGUAGES}
    documents = {edition: address for edition, address in documents.items() if address in typeset}
    picture = f"{base}card.{language}.png"
    t = wording(language)
    report, product, catalogue = evaluation.report, evaluation.report.product, outcome.catalogue
    statement = report.statement
    name = f"{t.text(product.name)} {product.model}"
    whole = f"{tables.headline(evaluation)[1]} {tables.UNIT}"
    number = statement.report.number if statement else t("status.draft")
    scope = t(f"scope.{report.inventory.boundary.scope}")
    other = wording("en" if language == "zh" else "zh")
    maker, category = catalogue.producers[product.producer].name, catalogue.categories[product.category].name
    body = catalogue.bodies[statement.report.body].name if statement else None
    replaced = [condition for condition in evaluation.conditions if condition in ("withdrawn", "superseded")]
    # Both languages: who reads English may have the Chinese name before them, and the other way round.
    found = [
        t.text(maker),
        t.text(category),
        t.text(body) if body else "",
        whole,
        other.text(product.name),
        other.text(maker),
        other.text(category),
        other.text(body) if body else "",
    ]
    entry = SearchEntry(
        title=f"{name} · {number}",
        text=" · ".join(dict.fromkeys(part for part in found if part)),
        place=" · ".join([t("search.report"), *(t(f"status.{condition}") for condition in replaced)]),
        replaced=bool(replaced),
    )
    return Page(
        address=base,
        language=language,
        title=f"{name} · {number}",
        description=f"{name}: {whole} / {t.text(report.inventory.functional_unit.label)}, {scope}",
        template="report.html",
        context=partial(_report_context, outcome, evaluation, publisher, t, documents, offer, history),
        picture=picture if picture in typeset else None,
        markdown=True,
        sections=report_page_sections(
            language, issued=statement is not None, editions=has_editions(outcome, evaluation)
        ),
        crumbs=((t("site.catalogue_nav"), ""), (name, None)),
        search=entry,
    )


def _report_context(
    outcome: Outcome,
    evaluation: Evaluation,
    publisher: Publisher,
    t: Wording,
    documents: Mapping[Language, str],
    offer: Callable[[], Any],
    history: History,
) -> dict[str, Any]:
    """What report.html sets. Made when the page is rendered, so that thousands of pages are never held at once."""
    report, product, catalogue = evaluation.report, evaluation.report.product, outcome.catalogue
    producer, statement = catalogue.producers[product.producer], report.statement
    rows = tables.stage_rows(evaluation, t)
    carriers = tables.carriers_used(evaluation)
    short, whole = tables.headline(evaluation)
    address = permanent(publisher, evaluation, t.language)
    return {
        "e": evaluation,
        "report": report,
        "product": product,
        "inventory": report.inventory,
        "statement": statement,
        "producer": producer,
        "category": catalogue.categories[product.category],
        "body": catalogue.bodies[statement.report.body] if statement else None,
        "bodies": catalogue.bodies,
        "site": next((site for site in producer.sites if site.id == product.production_site), None),
        "headline": short,
        "headline_whole": whole,
        "per": t.text(report.inventory.functional_unit.label),
        "unit": tables.UNIT,
        "gate": tables.gate(evaluation),
        "total": tables.total(evaluation),
        "rows": rows,
        "segments": tables.stage_bar(rows, t),
        "views": [
            ("stage", tables.stage_bars(rows, t), charts.for_page(charts.by_stage_figure(rows, t)), []),
            (
                "carrier",
                tables.carrier_bars(evaluation, t),
                charts.for_page(charts.by_carrier_figure(evaluation, t)),
                carriers,
            ),
        ],
        "derivation": tables.derivation(evaluation, t),
        "factors": [(ref, catalogue.factors[ref]) for ref in tables.factors_used(evaluation)],
        "factor_citations": {c.factor: c for c in report.inventory.factor_citations},
        "findings": [(f, tables.finding_text(evaluation, f, t)) for f in evaluation.findings if f.code != "noted"],
        "noted": [f for f in evaluation.findings if f.code == "noted"],
        "completeness": evaluation.completeness,
        "documents": documents,
        "attachments": f"products/{evaluation.id}/attachments/",
        "timeline": timeline(outcome, evaluation, t),
        "address": address,
        "offer": offer(),
        "linked": linked_data(outcome, evaluation, publisher, t, documents.values()),
        "citations": citations(outcome, evaluation, t, address),
        "qr": Markup(qr_code(address)),  # our own address, drawn by a library: no text of a record
        "base": f"products/{evaluation.id}/",
        "prose_digest": evaluation.prose_digest,
        "history": history,
        "edits": [(edit, [move_words(move, t) for move in edit.moves]) for edit in history.edits],
        "commit_length": COMMIT,
        "verify_script": assets().verify.address,
        "verify_words": {code: t(f"verify.{code}") for code in VERIFY_WORDS}
        | {code: t(f"status_words.{code}") for code in (*FAULTS, "signed", "expired")},
        "yaml_files": [f"{name}.yaml" for name in report.sources],
    }


def factors_page(catalogue: Catalogue, language: Language) -> Page:
    """All releases of factors."""
    t = wording(language)
    return Page(
        address="factors/",
        language=language,
        title=t("site.factors"),
        description=t("site.factors_intro"),
        template="factors.html",
        context=lambda: {"releases": sorted(catalogue.releases.items())},
        nav_title=t("site.factors"),
    )


def release_page(catalogue: Catalogue, uses: Mapping[str, Sequence[str]], name: str, language: Language) -> Page:
    """One release of factors. ``uses`` has a line by ``factor_line`` for each report that uses one, by reference."""
    t = wording(language)
    entry = catalogue.releases[name]
    title = t.text(entry.release.title)
    superseded_by = {f.supersedes: ref for ref, f in catalogue.factors.items() if f.supersedes}
    own = {ref: uses[ref] for ref in (f"{name}/{factor}" for factor in entry.release.factors) if ref in uses}
    return Page(
        address=f"factors/{name}/",
        language=language,
        title=title,
        description=f"{t.text(entry.release.publisher)}: {title}",
        template="release.html",
        context=lambda: {
            "name": name,
            "release": entry.release,
            "uses": {ref: as_made(lines) for ref, lines in own.items()},
            "superseded_by": superseded_by,
            "all_factors": catalogue.factors,
        },
        sections=tuple((factor, t.text(entry.release.factors[factor].label)) for factor in entry.release.factors),
        crumbs=((t("site.catalogue_nav"), ""), (t("site.factors"), "factors/"), (title, None)),
        search=named_entry(
            [entry.release.title, *(f.label for f in entry.release.factors.values())], t, t("site.factors")
        ),
        listed=tuple(text for ref, lines in own.items() for text in (ref, *lines)),
    )


def producer_page(catalogue: Catalogue, lines: Sequence[str], name: str, language: Language) -> Page:
    """One producer, with a line by ``producer_line`` for each of its products."""
    t = wording(language)
    producer = catalogue.producers[name]
    title = t.text(producer.name)
    return Page(
        address=f"producers/{name}/",
        language=language,
        title=title,
        description=title,
        template="producer.html",
        context=lambda: {"producer": producer, "lines": as_made(lines)},
        crumbs=((t("site.catalogue_nav"), ""), (title, None)),
        search=named_entry([producer.name, *(s.address for s in producer.sites)], t, t("search.producer")),
        listed=tuple(lines),
    )


def producer_line(evaluation: Evaluation, language: Language) -> str:
    """A report on the page of its producer, as HTML."""
    return _line("product", f"producers/{evaluation.report.product.producer}/", evaluation, language)


def body_line(evaluation: Evaluation, language: Language) -> str:
    """A report on the page of its body, as HTML."""
    return _line("report", "bodies/body/", evaluation, language)


def factor_line(evaluation: Evaluation, language: Language) -> str:
    """A report below a factor that it uses, as HTML."""
    return _line("use", "factors/publisher/release/", evaluation, language)


def _line(kind: str, page: str, evaluation: Evaluation, language: Language) -> str:
    macro = getattr(macros("lines.html", language), kind)
    link = partial(link_from, page, language)
    return str(macro(evaluation, tables.headline(evaluation)[1], tables.UNIT, wording(language), link))


def named_entry(names: Sequence[Words], t: Wording, place: str) -> SearchEntry:
    """The first name is the title; below it all others, and all in the other language."""
    other = wording("en" if t.language == "zh" else "zh")
    title, *texts = dict.fromkeys(words.text(name) for words in (t, other) for name in names)
    return SearchEntry(title, " · ".join(texts), place)


def problems_page(problems: Sequence[Problem], address: str, language: Language, fault: str = "") -> Page:
    """In the place of a page, under ``serve``: what to mend before the pages come back."""
    t = wording(language)
    return Page(
        address=address,
        language=language,
        title=t("problems.title"),
        description=t("problems.title"),
        template="problems.html",
        context=lambda: {"problems": problems, "fault": fault},
        nav_title=in_nav(t).get(address),
    )


def in_nav(t: Wording) -> Mapping[str, str]:
    """The pages made from records that the navigation lists: they keep their place there."""
    return {
        "": t("site.catalogue_nav"),
        "compare/": t("compare.nav"),
        "factors/": t("site.factors"),
        "embedding/": t("embed.title"),
    }


def reference_page(language: Language) -> Page:
    """What every problem code means, from the same table as the messages."""
    t = wording(language)
    groups: dict[str, list[str]] = {}
    for code in codes():
        groups.setdefault(code[0], []).append(code)
    return Page(
        address="reference/problems/",
        language=language,
        title=t("problems.reference"),
        description=t("problems.reference_intro"),
        template="reference.html",
        context=lambda: {"groups": groups, "codes": codes()},
        nav_title=t("problems.reference"),
        sections=tuple((group, t(f"problem_group.{group}")) for group in groups),
    )


def findings_page(language: Language) -> Page:
    """What every finding means, from the same words as the pages of the reports."""
    t = wording(language)
    return Page(
        address="reference/findings/",
        language=language,
        title=t("findings.title"),
        description=t("findings.intro"),
        template="findings.html",
        context=lambda: {"severities": SEVERITIES},
        nav_title=t("findings.title"),
        sections=tuple((code, t(f"finding_title.{code}")) for code in SEVERITIES),
    )


def forward(to: str, title: str, language: Language, why: str = "site.forwarding") -> bytes:
    """A page that forwards at once, without a script, and links for who is not forwarded."""
    template = environment(language).get_template("forward.html")
    return template.render(to=to, title=title, why=why, t=wording(language), language=language).encode("utf-8")
