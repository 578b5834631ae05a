"""A change under review as Markdown for a comment on GitHub, GitLab or Gitee: data in it is text, whatever it holds."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from .blocking import of_report
from .changes import Changes, ReportChange
from .leaves import Leaf
from .problems import Language, Problem, shown_text
from .reasons import (
    Reason,
    arrow,
    change_of,
    decimals,
    decimals_in,
    declared_in,
    derivations,
    model_of,
    moved,
    name_of,
    notes_of,
    number_of,
    reasons,
    remarks,
    reproduced,
    shown,
    statuses,
    sum_of,
    total_reasons,
    unit_of,
)
from .wording import LANGUAGES, Wording, wording

MARKER = "<!-- pcf compare -->"  # by which a workflow finds the comment that it wrote before
LONGEST = 60_000  # GitHub takes 65,536 characters, and refuses the whole comment beyond
LONGEST_TEXT = 160  # of one datum
LONGEST_WORDS = 640  # of words of ours with data in them

# What can be markup inside a line or a cell; at the start of a line there is never a datum.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#!|~&@$:\"^]")
# What GitHub and GitLab turn into mentions, references and links even where it is escaped, for they look at the text
# once Markdown was read. An invisible joiner keeps the parts asunder.
_LINKED = re.compile(r"(?<=[@#!$%~&^*:\[])(?=[\w\"/\[])|(?<=www)(?=\.)|(?<=GH-)(?=[0-9])", re.IGNORECASE)
_JOINER = "\u2060"


@dataclass(frozen=True)
class Link:
    """Where files can be seen at the head: ``https://…/blob/<commit>``; empty for nowhere."""

    prefix: str = ""

    def to(self, path: str, line: int, text: str) -> str:
        if not self.prefix:
            return code(text)
        address = _entities(f"{self.prefix}/{quote(os.fsencode(path))}#L{line}")
        return f'<a href="{address}">{code(text)}</a>'


def escaped(text: str, longest: int = LONGEST_TEXT) -> str:
    """Data as text in Markdown and in HTML alike, on one line, cut off where it is long."""
    return _entities(_LINKED.sub(_JOINER, _line(text, longest)))


def code(text: str) -> str:
    """Data as code, in which nothing is linked, so that it can be copied as it is."""
    return f"<code>{_entities(_line(text, LONGEST_TEXT))}</code>"


def _line(text: str, longest: int) -> str:
    text = shown_text(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def whole(text: str) -> str:
    """A short text of a narrow column, kept on one line."""
    return together(text).replace(" ", "\u00a0")


def together(text: str) -> str:
    """Chinese that may break between words only: in a narrow column it would else break at every character."""
    return re.sub(r"(?<=[\u4e00-\u9fff·])(?=[\u4e00-\u9fff·])", _JOINER, text)


def _entities(text: str) -> str:
    return _MARKUP.sub(lambda c: f"&#{ord(c[0])};", text)


def markdown(
    changes: Changes,
    blocks: Sequence[Problem],
    languages: Sequence[Language] = LANGUAGES,
    *,
    names: tuple[str, str] = ("", ""),
    link: str = "",
) -> str:
    """The comment, first the first language and the others folded below it. It always fits."""
    for most in (40, 20, 10, 5, 2, 1):
        texts = ["\n".join(_Comment(changes, blocks, wording(x), names, Link(link), most).lines()) for x in languages]
        text = _joined(texts, languages)
        if len(text) <= LONGEST:
            break
    return text


def _joined(texts: Sequence[str], languages: Sequence[Language]) -> str:
    folded = [
        f"\n<details><summary>{wording(language)('review.language')}</summary>\n\n{text}\n\n</details>"
        for text, language in zip(texts[1:], languages[1:], strict=True)
    ]
    return "\n".join([MARKER, texts[0], *folded]) + "\n"


class _Comment:
    """The comment in one language, with at most so many items in each list."""

    def __init__(
        self, changes: Changes, blocks: Sequence[Problem], t: Wording, names: tuple[str, str], link: Link, most: int
    ) -> None:
        self.changes = changes
        self.blocks = blocks
        self.t = t
        self.names = names
        self.link = link
        self.most = most

    def lines(self) -> Iterator[str]:
        t, changes = self.t, self.changes
        yield f"### {t('review.title')}"
        yield ""
        blocked = t("review.verdict_blocked", count=str(len(self.blocks)))
        verdict = f"⛔ **{blocked}**" if self.blocks else f"✅ **{t('review.verdict_free')}**"
        yield f"{verdict} {self.counts()}"
        told = [change for change in changes.reports if change.changes_numbers or of_report(self.blocks, change)]
        quiet = [change for change in changes.reports if change not in told]
        if changes.renamed:
            yield from self.renamed()
        if told:
            yield from self.overview(told)
        if self.blocks:
            yield from self.blocking()
        if changes.factors or changes.removed_factors:
            yield from self.factors()
        for number, change in enumerate(told[: self.most]):
            yield from self.report(change, is_open=number < 3 and len(told) <= self.most)
        yield from self.values([*(leaf for change in quiet for leaf in change.leaves), *changes.shared])
        yield from self.base_problems()
        yield ""
        yield self.foot()

    def counts(self) -> str:
        """``1 report changed, 1 added; 12 unchanged``."""
        t, counted = self.t, [change.kind for change in self.changes.reports if change.changes_numbers]
        found = [
            t(f"review_count.{kind}", count=str(counted.count(kind)))
            for kind in ("failed", "removed", "changed", "added", "repaired")
            if kind in counted
        ]
        if not self.changes.changes_numbers:
            found.append(t("review.no_number"))
        quiet = [change for change in self.changes.reports if not change.changes_numbers]
        drafts = sum(change.is_draft for change in quiet)
        renamed = sum(change.facts == ("product-id",) and not change.is_draft for change in quiet)
        kinds = (("drafts", drafts), ("renamed", renamed), ("words", len(quiet) - drafts - renamed))
        for kind, count in kinds:
            if count:
                found.append(t(f"review_count.{kind}", count=str(count)))
        if self.changes.reformatted:
            found.append(t("review_count.reformatted", count=str(self.changes.reformatted)))
        return t("review.counts", changed=t.listed(found), unchanged=str(self.changes.unchanged))

    def renamed(self) -> Iterator[str]:
        t, products = self.t, self.changes.renamed
        yield from ("", f"#### {t('review.renamed')}", "")
        for product in products[: self.most]:
            path = f"products/{product.after}/product.yaml"
            line = self.changes.head.outcome.catalogue.documents[path].key_place("former_ids")[0]
            words = t("review.renamed_words", count=str(product.reports))
            yield f"- {code(product.before)} → {self.place(path, line, product.after)}<br>{words}"
        yield from self.left_out(len(products))

    def overview(self, told: Sequence[ReportChange]) -> Iterator[str]:
        t = self.t
        yield from (
            "",
            self.row(*(together(t(f"review_column.{key}")) for key in _COLUMNS)),
            "|:--|:--|--:|--:|--:|--:|:-:|:--|",
        )
        for change in told[: self.most]:
            yield self.row(*self.cells(change))
        yield from self.left_out(len(told))

    def cells(self, change: ReportChange) -> Iterator[str]:
        """Product, unit, declared before and after, its change, recomputed, stages that reproduce, status."""
        t, places = self.t, decimals(change)
        (was, now), (had, has) = change.declared, change.recomputed
        yield f"**{escaped(model_of(change))}** {escaped(name_of(change, t))}<br>{escaped(number_of(change))}"
        yield whole(escaped(unit_of(change, t)))
        yield shown(was, places)
        yield f"**{shown(now, places)}**" if was != now and now is not None else shown(now, places)
        yield self.strong(whole(change_of(was, now, places, t)))
        text = whole(arrow(shown(had, places), shown(has, places)))
        yield f"{text}<br>{self.strong(whole(change_of(had, has, places, t)))}" if had != has and had and has else text
        yield whole(
            arrow(reproduced(change.against), reproduced(change.after)) if change.after else reproduced(change.before)
        )
        mark = "⛔ " if of_report(self.blocks, change) else ""
        new = f"{t('review_kind.added')} · " if change.kind == "added" else ""
        yield f"{mark}{new}{escaped(statuses(change, t))}"

    def blocking(self) -> Iterator[str]:
        t = self.t
        yield from ("", f"#### {t('review.blocking')}", "")
        for block in self.blocks[: self.most]:
            place = self.place(block.path, block.line, f"{block.path}:{block.line}")
            words, cure = (escaped(text(t.language), LONGEST_WORDS) for text in (block.words, block.cure))
            yield f"- ⛔ **{block.code}** {place}<br>{words}<br>→ {cure}"
        yield from self.left_out(len(self.blocks))

    def factors(self) -> Iterator[str]:
        t = self.t
        yield from ("", f"#### {t('review.factors')}", "")
        yield from (
            self.row(*(together(t(f"review_column.{key}")) for key in ("factor", "value", "reaches"))),
            "|:--|:--|:--|",
        )
        for change in self.changes.factors[: self.most]:
            name = arrow(code(change.before_id), code(change.after_id))
            values = [t.quantity(factor.value) if factor else "–" for factor in (change.before, change.after)]
            heats = [
                t.quantity(factor.net_calorific_value.value) if factor and factor.net_calorific_value else ""
                for factor in (change.before, change.after)
            ]
            value = escaped(arrow(*values)) + (f"<br>{escaped(arrow(*heats))}" if heats[0] != heats[1] else "")
            reached = [f"{escaped(name)} {moved(value, 4)}" for name, value in change.reports[: self.most]]
            if more := len(change.reports) - len(reached):
                reached.append(t("review.more", count=str(more)))
            count = t("review.reaches", count=str(len(change.reports)))
            yield self.row(name, value, "<br>".join([count, *reached]))
        for factor in self.changes.removed_factors[: self.most]:
            yield self.row(code(factor), t("review_kind.removed"), "")
        yield from self.left_out(len(self.changes.factors))

    def report(self, change: ReportChange, *, is_open: bool) -> Iterator[str]:
        """One report: what its total is made of, stage by stage with reasons, the derivations, all other values."""
        t = self.t
        title = f"{model_of(change)} · {number_of(change)}"
        opened = " open" if is_open else ""
        yield ""
        yield f"<details{opened}><summary><b>{escaped(title)}</b> {escaped(name_of(change, t))}</summary>"
        yield ""
        if change.kind == "added" and change.against:
            yield from (t("review.against", report=escaped(change.against.id)), "")
        if change.after is None:
            yield from (t("review.failed" if change.kind == "failed" else "review.removed"), "")
        if change.against and (change.method or any(stage.change for stage in change.stages)):
            yield from (f"{t('review.recomputed')} **{escaped(sum_of(change, t))}** kgCO₂e", "")
        for remark in remarks(change, t):
            yield from (escaped(remark, LONGEST_WORDS), "")
        if change.after:
            yield from self.stages(change)
            yield from self.derivations(change)
            yield from self.notes(change)
            yield from self.values(change.leaves)
        yield from ("", "</details>")

    def stages(self, change: ReportChange) -> Iterator[str]:
        t, is_new = self.t, change.against is None
        keys = ("stage", "declared", "recomputed_before", "recomputed_after", "change", "reason")
        yield from (self.row(*(together(t(f"review_column.{key}")) for key in keys)), "|:--|--:|--:|--:|--:|:--|")
        for stage in change.stages:
            places = decimals_in(change, stage.id)
            declared = [declared_in(e, stage.id) or "–" for e in (change.against or change.after, change.after)]
            was, now = change.stage_values(stage)
            states = (None if is_new else stage.before, stage.after)
            cells = [
                t(f"state.{state.state}") if state and value is None else shown(value, places)
                for state, value in zip(states, (None if is_new else was, now), strict=True)
            ]
            why = [] if is_new else reasons(self.changes, change, stage, t)
            told = "<br>".join(self.reason(reason) for reason in why[: self.most])
            if len(why) > self.most:
                told += "<br>" + t("review.more", count=str(len(why) - self.most))
            difference = stage.change + change.method_in(stage)
            text = "" if is_new else self.strong(moved(difference, places))
            values = (arrow(*declared).replace("-", "−"), *cells, text, told)
            yield self.row(whole(t(f"stage.{stage.id}")), *values)
        yield self.total(change)

    def total(self, change: ReportChange) -> str:
        t, places, is_new = self.t, decimals(change), change.against is None
        (was, now), (had, has) = change.declared, change.recomputed
        declared = arrow(shown(now if is_new else was, places), shown(now, places))
        cells = (
            declared,
            shown(had, places),
            shown(has, places),
            "" if is_new else whole(change_of(had, has, places, t)),
        )
        why = "<br>".join(self.reason(reason) for reason in total_reasons(change, t))
        return self.row(f"**{t('review.total')}**", *(f"**{cell}**" if cell else "" for cell in cells), why)

    def reason(self, reason: Reason) -> str:
        text = escaped(reason.text, LONGEST_WORDS)
        if not reason.place:
            return text
        place = code(reason.place)
        return f"{text} {place if reason.is_before else self.link.to(reason.path, reason.line, reason.place)}"

    def derivations(self, change: ReportChange) -> Iterator[str]:
        found = list(derivations(change, self.t)) if change.against else []
        if not found:
            return
        yield from ("", f"<details><summary>{self.t('review.derivations')}</summary>", "", "```diff")
        for title, before, after in found[: self.most]:
            # Every line begins with a sign of our own, so that no datum can end the block.
            yield f"@@ {_line(title, LONGEST_WORDS)} @@"
            yield from (f"{sign} {_line(text, LONGEST_WORDS)}" for sign, text in (("-", before), ("+", after)) if text)
        yield from ("```", "")
        yield from self.left_out(len(found))
        yield from ("", "</details>")

    def notes(self, change: ReportChange) -> Iterator[str]:
        """What the publisher wrote of the change, in review.yaml."""
        if notes := notes_of(change, self.t):
            yield from ("", f"<details><summary>{self.t('review.notes', count=str(len(notes)))}</summary>", "")
            yield from (f"- {escaped(note, LONGEST_WORDS)}" for note in notes[: self.most])
            yield from self.left_out(len(notes))
            yield from ("", "</details>")

    def values(self, leaves: Sequence[Leaf]) -> Iterator[str]:
        """Every value that differs, folded: nothing is missed for being no number."""
        if not leaves:
            return
        t = self.t
        yield from ("", f"<details><summary>{t('review.values', count=str(len(leaves)))}</summary>", "")
        yield from (
            self.row(*(together(t(f"review_column.{key}")) for key in ("place", "key", "before", "after"))),
            "|:--|:--|:--|:--|",
        )
        for leaf in leaves[: self.most]:
            place = self.place(leaf.path, leaf.line, f"{leaf.path.removeprefix('products/')}:{leaf.line}")
            yield self.row(place, code(leaf.name), escaped(leaf.before or "–"), escaped(leaf.after or "–"))
        yield from self.left_out(len(leaves))
        yield from ("", "</details>")

    def base_problems(self) -> Iterator[str]:
        if problems := self.changes.old_problems:
            yield from (
                "",
                f"<details><summary>{self.t('review.base_problems', count=str(len(problems)))}</summary>",
                "",
            )
            for problem in problems[: self.most]:
                words = escaped(problem.words(self.t.language), LONGEST_WORDS)
                yield f"- {code(f'{problem.path}:{problem.line}')} {problem.code} {words}"
            yield from self.left_out(len(problems))
            yield from ("", "</details>")

    def place(self, path: str, line: int, text: str) -> str:
        """With a link where the head has the file."""
        return self.link.to(path, line, text) if path in self.changes.head.files else code(text)

    def left_out(self, count: int) -> Iterator[str]:
        if count > self.most:
            yield from ("", self.t("review.more", count=str(count - self.most)))

    def foot(self) -> str:
        before, after = (code(name) if name else self.t("review.disk") for name in self.names)
        return f"<sub>{self.t('review.foot', base=before, head=after)}</sub>"

    def row(self, *cells: str) -> str:
        return f"| {' | '.join(cells)} |"

    def strong(self, text: str) -> str:
        return text if text in ("0", "–", "") else f"**{text}**"


_COLUMNS = ("product", "unit", "declared_before", "declared_after", "change", "recomputed", "reproduced", "status")
