"""The formal report as data, chapter by chapter in one language: what report.typ sets on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from . import blocks, tables
from .blocks import Block, cell, facts, para
from .charts import STAGE_COLOURS
from .evaluate import Evaluation, Outcome
from .fields import NOT_STATED, Words
from .model import Statement
from .wording import Wording, unit_in_print

Section = tuple[str, list[Block]]


def document(outcome: Outcome, evaluation: Evaluation, t: Wording, address: str) -> dict[str, Any]:
    """The whole report for setting. ``address`` is the permanent one, in the QR code and on the cover."""
    return _Document(outcome, evaluation, t).whole(address)


SIZES = {"card": (1200, 630), "square": (1200, 1200)}  # pixels; what chats and social networks ask for


def card(outcome: Outcome, evaluation: Evaluation, t: Wording, form: str) -> dict[str, Any]:
    """A picture for sharing: ``form`` is a key of SIZES."""
    report, (width, height) = evaluation.report, SIZES[form]
    statement = report.statement
    number = statement.report.number if statement else ""
    cover = _Document(outcome, evaluation, t).cover(number)
    return {
        "width": width,
        "height": height,
        "language": t.language,
        "title": cover["short"],
        "name": cover["name"],
        "model": report.product.model,
        "producer": t.text(outcome.catalogue.producers[report.product.producer].name),
        "value": tables.headline(evaluation)[0],
        "unit": f"kg CO₂e · {t('unit.per', unit=t.text(report.inventory.functional_unit.label))}",
        "segments": cover["segments"],
        "scope": t(f"scope.{report.inventory.boundary.scope}"),
        "missing": cover["missing"],
        "status": t(f"status.{evaluation.status}"),
        "number": number,
        # A picture cannot look at the clock: whose word it is, and until when, stands on it.
        "body": t.text(outcome.catalogue.bodies[statement.report.body].name) if statement else "",
        "dates": " · ".join(_dates(statement, t)) if statement else "",
    }


def _dates(statement: Statement, t: Wording) -> Iterator[str]:
    ends = statement.statement.valid_until
    yield f"{t('report.issued')} {statement.report.issued.isoformat()}"
    yield f"{t('report.valid_until')} {ends.isoformat() if isinstance(ends, date) else t('report.stated_not')}"


class _Document:
    """Holds what every chapter needs; each method makes one part."""

    def __init__(self, outcome: Outcome, evaluation: Evaluation, t: Wording) -> None:
        self.e, self.t = evaluation, t
        self.report = evaluation.report
        self.product, self.inventory = self.report.product, self.report.inventory
        self.statement = self.report.statement
        self.method = self.inventory.method
        catalogue = outcome.catalogue
        self.factors, self.bodies = catalogue.factors, catalogue.bodies
        self.producer = catalogue.producers[self.product.producer]
        self.body = catalogue.bodies[self.statement.report.body] if self.statement else None
        self.rows = tables.stage_rows(evaluation, t)
        self.per = t.text(self.inventory.functional_unit.label)
        self.name = t.text(self.product.name)

    def whole(self, address: str) -> dict[str, Any]:
        t, inventory = self.t, self.inventory
        issued = self.statement.report.issued if self.statement else inventory.period.end
        number = self.statement.report.number if self.statement else t("status.draft")
        return {
            "language": t.language,
            "title": f"{t('document.report')}: {self.name} {self.product.model}",
            "author": t.text(self.body.name) if self.body else t.text(self.producer.name),
            "date": {"year": issued.year, "month": issued.month, "day": issued.day},
            "number": f"{t('report.number')} {number}",
            "address": address,
            "words": {
                "report": t("document.report"),
                "contents": t("document.contents"),
                "scan": t("document.scan"),
                "edition": t("document.edition"),
                "attachment": t("report.file_footprint"),
                "page": t("document.page").split("#"),
            },
            "cover": self.cover(number),
            "parts": [
                self.declaration(number),
                {"contents": True},
                self.abstract(),
                self.introduction(),
                self.company_and_product(),
                self.goal_and_scope(),
                self.data_collection(),
                self.calculation(),
                self.improvements(),
                self.annex(),
            ],
        }

    # Front matter

    def cover(self, number: str) -> Block:
        t, statement = self.t, self.statement
        segments = tables.stage_bar(self.rows, t)
        rows = [(t("report.producer"), t.text(self.producer.name)), (t("report.number"), number)]
        if statement and self.body:
            rows.append((t("report.body"), t.text(self.body.name)))
            rows.append((t("report.issued"), statement.report.issued.isoformat()))
        return {
            "standards": " / ".join(statement.standards.declared) if statement else "",
            "name": self.name,
            "model": f"{t('report.model')} {self.product.model}",
            "short": f"{self.name} {self.product.model}",
            "value": tables.headline(self.e)[1],
            "unit": f"{tables.UNIT} · {t('unit.per', unit=self.per)}",
            "segments": blocks.segments(segments, STAGE_COLOURS),
            "alt": self.sentence(),
            "legend": "   ".join(f"{s.label} {s.share}%" for s in segments),
            "missing": self.not_included(),
            "facts": [*rows, (t("report.status"), t(f"status.{self.e.status}"))],
        }

    def withdrawal(self) -> Iterator[tuple[str, str]]:
        """When and why, of a report that is withdrawn: a PDF travels without the site's banner."""
        if withdrawn := self.report.review.withdrawn:
            when = self.t("report.withdrawn_on", date=withdrawn.date.isoformat())
            yield self.t("status.withdrawn"), f"{when}{self.t('embed.colon')}{self.t.text(withdrawn.reason)}"

    def declaration(self, number: str) -> Block:
        t, statement = self.t, self.statement
        addresses = [t.text(site.address) for site in self.producer.sites]
        rows = [
            (t("report.producer"), t.text(self.producer.name)),
            (t("producer.sites"), "\n".join(addresses) or t("report.not_stated")),
        ]
        if statement and self.body:
            rows += [
                (t("report.number"), number),
                (t("report.body"), t.text(self.body.name)),
                (t("report.kind"), t(f"kind.{statement.statement.kind}")),
                (t("report.prepared_by"), self.preparer()),
                (t("report.issued"), statement.report.issued.isoformat()),
                (t("report.valid_until"), self.stated(statement.statement.valid_until)),
                (t("report.standard"), self.stated(statement.statement.standard)),
                (t("report.assurance"), self.assurance()),
                (t("report.standards"), "; ".join(statement.standards.declared)),
            ]
        rows += [
            (t("report.boundary"), self.boundary_sentence()),
            (t("report.period"), self.period()),
            (
                t("report.status"),
                f"{t(f'status.{self.e.status}')}{t('embed.colon')}{t(f'status_words.{self.e.status}')}",
            ),
            *self.withdrawal(),
        ]
        if others := self.e.conditions[1:]:
            rows.append((t("report.conditions").rstrip(":："), t.listed([t(f"status.{name}") for name in others])))
        columns = [(t("catalogue.product"), "3"), (t("report.model"), "1.4"), (t("report.functional_unit"), "1.2")]
        value = cell(tables.headline(self.e)[1], strong=True)
        made: list[Block] = [facts(rows)]
        if statement:
            made.append(para(t("document.conformity", standards="; ".join(statement.standards.declared))))
        made.append(
            blocks.table(
                t("document.result_per_unit"),
                [*columns, (f"{t('catalogue.value')} {tables.UNIT}", "1.6>")],
                [[self.name, self.product.model, self.per, value]],
            )
        )
        if statement and statement.report.notes:
            made.append({"kind": "list", "items": [t.text(words) for words in statement.report.notes]})
        roles = [t("document.sign_body"), t("document.sign_lead"), t("document.sign_producer")]
        made += [{"kind": "signatures", "roles": roles}, {"kind": "note", "text": t("document.unsigned")}]
        return {"title": t("document.declaration"), "blocks": made}

    def assurance(self) -> str:
        level = self.statement.statement.assurance if self.statement else NOT_STATED
        return self.t("report.not_stated" if level == NOT_STATED else f"assurance.{level}")

    def preparer(self) -> str:
        """Who prepared the study, and whether that was the body itself."""
        t, statement = self.t, self.statement
        assert statement is not None
        preparer = statement.statement.prepared_by
        if preparer == NOT_STATED:
            return t("report.not_stated")
        if preparer != statement.report.body:
            return t.text(self.bodies[preparer].name)
        listed = statement.report.team != NOT_STATED
        return t("report.prepared_and_verified" if listed else "report.prepared_and_issued")

    def abstract(self) -> Block:
        t = self.t
        values = [
            t("document.abstract_stage", stage=t(f"stage.{row.id}"), value=row.value or "", share=row.share or "–")
            for row in self.rows
            if row.value
        ]
        result = t(
            "document.abstract_result",
            unit=self.per,
            name=f"{self.name} {self.product.model}",
            value=tables.headline(self.e)[1],
            scope=t(f"scope.{self.inventory.boundary.scope}"),
            stages=t.listed(values),
        )
        paragraphs = [result, self.not_included(), self.reproduction_sentence()]
        return {"title": t("document.abstract"), "blocks": [para(*(p for p in paragraphs if p))]}

    def introduction(self) -> Block:
        paragraphs = [self.t(f"document.introduction_{n}") for n in (1, 2, 3)]
        return {"title": f"1 {self.t('document.introduction')}", "blocks": [para(*paragraphs)], "break": False}

    # Chapters 2 and 3

    def company_and_product(self) -> Block:
        t, product, producer = self.t, self.product, self.producer
        company = [self.prose(words) for words in producer.profile]
        if producer.facts:
            company.append(facts([(t.text(f.label), t.text(f.value)) for f in producer.facts]))
        about = [self.prose(product.summary)] if product.summary else []
        if product.specifications:
            about.append(facts([(t.text(f.label), t.text(f.value)) for f in product.specifications]))
        if product.function:
            about += [_heading(t("report.function")), *(self.prose(words) for words in product.function)]
        steps = [t.text(step) for step in product.process]
        flow: list[Block] = [{"kind": "flow", "steps": steps}] if steps else []
        flow += [blocks.picture(attachment, t) for attachment in self.report.attached("process-flow")]
        about += [_heading(t("report.process")), *(flow or [self.in_signed_report()])]
        about += [_heading(t("document.picture")), *self.pictures("product-picture")]
        sections = [
            (t("document.company"), company or [para(t("report.not_stated"))]),
            (t("document.layout"), self.pictures("factory-layout")),
            (t("report.product"), about),
        ]
        return _chapter(2, t("document.company_and_product"), sections)

    def goal_and_scope(self) -> Block:
        t, method, unit = self.t, self.method, self.inventory.functional_unit
        cut = t("report.cut_off_words", per_input=str(method.cut_off.per_input), total=str(method.cut_off.total))
        impact = facts(
            [
                (t("report.impact_category"), t.text(method.impact.category)),
                (t("report.characterisation"), t.text(method.impact.characterisation)),
                (t("report.gases"), t.listed(method.impact.gases)),
            ]
        )
        primary = para(t("document.primary_data"), t("document.secondary_data"))
        words = self.boundary_sentence()
        figures = [blocks.picture(attachment, t) for attachment in self.report.attached("boundary-figure")]
        sections = [
            (t("report.goal"), [self.prose(method.goal)]),
            (t("report.functional_unit"), [self.prose(unit.definition or unit.label)]),
            (t("report.boundary"), [para(words), *blocks.boundary(self.e, self.rows, t, words), *figures]),
            (t("report.allocation"), [self.prose(method.allocation)]),
            (t("report.cut_off"), [para(cut), *self.where_given(method.cut_off.words)]),
            (t("report.assumptions"), [self.prose(method.assumptions)]),
            (t("document.impact"), [impact, *self.where_given(method.impact.words)]),
            (t("report.data_sources"), [self.prose(method.data_sources)]),
            (t("report.data_quality"), [self.prose(method.data_quality), primary]),
        ]
        return _chapter(3, t("document.goal_and_scope"), sections)

    # Chapters 4 to 6, and the annex

    def data_collection(self) -> Block:
        t, output = self.t, self.inventory.annual_output
        rows = [
            (t("report.period"), self.period()),
            (t("report.annual_output"), t("report.not_stated") if isinstance(output, str) else t.quantity(output)),
        ]
        sections = [
            (t("report.data_collection"), [facts(rows), self.prose(self.method.data_collection)]),
            (
                t("document.activity_data"),
                [para(t("report.derivation_lead")), blocks.derivation(self.e, t, self.per)],
            ),
            (t("report.factors"), self.factor_sources()),
        ]
        return _chapter(4, t("document.data_collection"), sections)

    def factor_sources(self) -> list[Block]:
        t = self.t
        citations = {c.factor: c for c in self.inventory.factor_citations}
        made: list[Block] = []
        for letter, ref in zip(tables.letters(), tables.factors_used(self.e), strict=False):
            factor, citation = self.factors[ref], citations.get(ref)
            head = f"{letter}  {t.text(factor.label)}  {factor.value.text} {unit_in_print(factor.value.unit)}"
            texts = [f"{t('report.our_source')}: {t.text(factor.source)}"]
            if heat := factor.net_calorific_value:
                head += f" · {t('report.net_calorific_value')} {heat.value.text} {unit_in_print(heat.value.unit)}"
                texts.append(t.text(heat.source))
            for printed in citation.printed_in_report if citation else ():
                texts.append(f"{t('report.report_cites')} ({t.place(printed.source)}): {t.text(printed.words)}")
            made += [_heading(head), para(*texts)]
        return made

    def calculation(self) -> Block:
        t = self.t
        sums = " + ".join(row.declared for row in self.rows if row.declared)
        lines = [t("document.formula_1"), t("document.formula_2")]
        if sums:
            lines.append(f"{t('report.declared')}: {sums} → {tables.headline(self.e)[1]} {tables.UNIT}")
        which = t("report.declared" if self.statement else "report.recomputed")
        by_stage = t("report.by_stage_caption", which=which, unit=self.per)
        sections = [
            (t("document.formula"), [para(t("document.formula_words")), {"kind": "formula", "lines": lines}]),
            (
                t("document.results"),
                [
                    para(self.sentence(), self.reproduction_sentence()),
                    blocks.results(self.e, self.rows, t),
                    blocks.stage_bars(self.rows, t, by_stage),
                    blocks.carrier_bars(self.e, t, t("report.by_carrier_caption", unit=self.per)),
                ],
            ),
            (t("report.uncertainty"), [self.prose(self.method.uncertainty)]),
            (t("report.findings"), self.findings()),
        ]
        return _chapter(5, t("document.calculation"), sections)

    def findings(self) -> list[Block]:
        t = self.t
        items = []
        for f in self.e.findings:
            if f.words:
                text, head = t.say(f.words).line, t.place(f.source or "")
            else:
                text, head = tables.finding_text(self.e, f, t), t(f"severity.{f.severity}")
            items.append({"head": head, "text": text, "warn": f.severity == "warning"})
        if not items:
            return [para(t("document.no_findings"))]
        return [para(t("report.findings_lead")), {"kind": "findings", "items": items}]

    def improvements(self) -> Block:
        t, items = self.t, [self.t.text(words) for words in self.method.improvements]
        made = {"kind": "list", "items": items} if items else para(t("report.not_stated"))
        return {"title": f"6 {t('report.improvements')}", "blocks": [made], "break": False}

    def annex(self) -> Block:
        t, statement = self.t, self.statement
        made: list[Block] = []
        if statement and self.body:
            made.append(facts([(t("report.body"), t.text(self.body.name)), (t("report.team"), self.team())]))
            made.append({"kind": "note", "text": t("document.team_is_a_count")})
        if self.report.review.seal:
            made += [facts([(t("report.seal"), self.report.review.seal)]), para(t("report.seal_words"))]
        return {"title": t("document.annex"), "blocks": made}

    def team(self) -> str:
        assert self.statement is not None
        team, days = self.statement.report.team, self.statement.report.days_on_site
        if isinstance(team, str):
            return self.t("report.not_stated")
        counts = {"lead": str(team.lead), "members": str(team.members)}
        if isinstance(days, str):
            return self.t("report.team_words_short", **counts)
        return self.t("report.team_words", **counts, days=days.text)

    # Sentences

    def sentence(self) -> str:
        largest = max((row for row in self.rows if row.value), key=lambda row: row.number, default=None)
        lead = self.t("report.results_lead_none", unit=self.per)
        if largest is None or largest.share is None:
            return lead
        return self.t("report.results_lead", stage=self.t(f"stage.{largest.id}"), share=largest.share) + " " + lead

    def reproduction_sentence(self) -> str:
        t, reconciliation = self.t, self.e.reconciliation
        if reconciliation is None:
            return t("status_words.draft")
        text = t("catalogue.reproduced", count=str(reconciliation.reproduced), of=str(len(reconciliation.stages)))
        if reconciliation.with_unprinted_values:
            text += " (" + t("report.with_unprinted", count=str(reconciliation.with_unprinted_values)) + ")"
        return t("document.reproduction", text=text, verdict=t(f"verdict.{reconciliation.total.verdict}"))

    def boundary_sentence(self) -> str:
        t, boundary = self.t, self.inventory.boundary
        text = t("report.boundary_lead", scope=t(f"scope.{boundary.scope}"), stages=t.stages(boundary.named_stages))
        return f"{text} {self.not_included()}".rstrip()

    def period(self) -> str:
        return f"{self.inventory.period.start.isoformat()} – {self.inventory.period.end.isoformat()}"

    def stated(self, value: date | str) -> str:
        return self.t("report.not_stated") if value == NOT_STATED else str(value)

    def not_included(self) -> str:
        missing = self.e.calculation.not_quantified
        return self.t("report.not_included", stages=self.t.stages(missing)) if missing else ""

    def prose(self, words: Words | None) -> Block:
        if words is None:
            return para(self.t("report.not_stated"))
        said = self.t.say(words)
        missing = f" ({self.t(f'site.only_in_{said.language}')})" if said.missing else ""
        return para(*said.paragraphs[:-1], said.paragraphs[-1] + missing)

    def where_given(self, words: Words | None) -> list[Block]:
        return [self.prose(words)] if words else []

    def pictures(self, kind: str) -> list[Block]:
        """The pictures of a kind, or the note that the signed report has one."""
        shown = [blocks.picture(attachment, self.t) for attachment in self.report.attached(kind)]
        return shown or [self.in_signed_report()]

    def in_signed_report(self) -> Block:
        return {"kind": "note", "text": self.t("document.in_signed_report")}


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _chapter(number: int, title: str, sections: Sequence[Section]) -> Block:
    numbered = [{"title": f"{number}.{n} {name}", "blocks": made} for n, (name, made) in enumerate(sections, 1)]
    return {"title": f"{number} {title}", "blocks": [], "sections": numbered}
