"""Rules that span keys, files and folders: references, uniqueness, order, and what a record's files owe each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from .load import Catalogue, Report
from .model import SCOPE_STAGES, STAGES, FactorCitation
from .problems import Problem
from .quantity import Interval, Quantity, QuantityError, compatible, scale
from .yamlfile import Document, Path


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that only one record of a catalogue may have, and where it says so."""

    kind: Literal["number", "product", "former"]
    value: str
    path: str
    where: Path
    body: str = ""  # whose number it is

    def problem(self, document: Document, other: str) -> Problem:
        """What is told of it where another record has it already; ``document`` is that of its own path."""
        if self.kind == "number":
            return document.problem(self.where, "R-NUMBER-TWICE", number=self.value, other=other)
        return document.problem(self.where, "R-FORMER", value=self.value, other=other)


def check(catalogue: Catalogue) -> list[Problem]:
    """Every breach of a rule that the shape of one file cannot state, but for ``conflicts``.

    Most rules read the documents rather than the models, so that a file with a fault of shape still shows its others.
    """
    problems = [p for document in catalogue.documents.values() for p in _document(catalogue, document)]
    for report in catalogue.reports.values():
        problems += _inventory_and_statement(report)
        problems += _citations(catalogue, report)
    for path, document in catalogue.documents.items():  # where products come alone, others check the releases
        release = path.partition("/_factors/")[2].removesuffix(".yaml")
        if release and (entry := catalogue.releases.get(release)):
            for name, factor in entry.release.factors.items():
                problems += _factor(document, name, factor)
    return problems


def claims(catalogue: Catalogue) -> Iterator[Claim]:
    """What the products of a catalogue claim for themselves: report numbers of a body, their ids and former ids."""
    for path, document in catalogue.documents.items():
        facts = document.data.get("report")
        if path.endswith("/statement.yaml") and isinstance(facts, dict) and isinstance(facts.get("number"), str):
            yield Claim("number", facts["number"], path, ("report", "number"), str(facts.get("body")))
        if path.endswith("/product.yaml"):
            yield Claim("product", path.split("/")[-2], path, ())
            for where, value in _find(document.data, ("former_ids", "*")):
                if isinstance(value, str):
                    yield Claim("former", value, path, where)


def conflicts(made: Iterable[Claim]) -> Iterator[tuple[Claim, str]]:
    """What is claimed twice, with the path of who has it: the first in order of path, and a product its own id.

    An address that a product has left behind must lead to that product and to no other.
    """
    order = ("number", "product", "former")
    owner: dict[tuple[str, ...], str] = {}
    for claim in sorted(made, key=lambda claim: (order.index(claim.kind), claim.path)):
        key = (claim.body, claim.value) if claim.kind == "number" else (claim.value,)
        if key in owner:
            yield claim, owner[key]
        owner.setdefault(key, claim.path)


# References, by the file they stand in and their path there; '*' is any item.
_REFERENCES = (
    ("product.yaml", ("category",), "category", "类别"),
    ("product.yaml", ("producer",), "producer", "生产者"),
    ("inventory.yaml", ("stages", "*", "lines", "*", "factor"), "factor", "因子"),
    ("inventory.yaml", ("factor_citations", "*", "factor"), "factor", "因子"),
    ("statement.yaml", ("report", "body"), "body", "机构"),
    ("statement.yaml", ("statement", "prepared_by"), "body", "机构"),
    ("_factors/", ("factors", "*", "supersedes"), "factor", "因子"),
)
_UNIQUE = (
    ("inventory.yaml", ("stages", "*", "id")),
    ("inventory.yaml", ("boundary", "named_stages", "*")),
    ("inventory.yaml", ("factor_citations", "*", "factor")),
    ("review.yaml", ("deviations", "*", "stage")),
    ("_producers/", ("sites", "*", "id")),
)
# Exactly one of these keys; the last is what an item is called in the message.
_ONE_OF = (
    ("inventory.yaml", ("stages", "*"), ("lines", "not_quantified", "outside_boundary"), "id"),
    ("inventory.yaml", ("stages", "*", "lines", "*"), ("amount", "derived_from", "not_quantified"), "factor"),
)


def _document(catalogue: Catalogue, document: Document) -> Iterator[Problem]:
    for where, pattern, kind, kind_zh in _REFERENCES:
        if where in document.path:
            for path, value in _find(document.data, pattern):
                known = catalogue.claimed.get(kind, set())
                if isinstance(value, str) and not _is_known(value, known) and value != "not-stated":
                    hint = _reference_hint(value, known)
                    yield document.problem(path, "R-REFERENCE", kind=kind, kind_zh=kind_zh, value=value, **hint)
    for where, pattern in _UNIQUE:
        if where in document.path:
            yield from _unique(document, pattern)
    for where, items, keys, name in _ONE_OF:
        if where in document.path:
            for path, value in _find(document.data, items):
                if isinstance(value, dict):
                    yield from _one_of(document, path, value, keys, name)
    if document.path.endswith("/inventory.yaml"):
        yield from _stage_order(document)
        yield from _lines(document)
    if document.path.endswith("/product.yaml"):
        yield from _production_site(catalogue, document)
    if document.path.endswith("/statement.yaml"):
        yield from _folder(document)
    if "_bodies/" in document.path:
        yield from _demonstration(document) if document.data.get("demonstration") == "true" else _keys(document)


def _find(data: Any, pattern: Path, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value at a path like the pattern, with its path."""
    if not pattern:
        yield at, data
        return
    step, rest = pattern[0], pattern[1:]
    if step == "*":
        items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
        for key, value in items:
            yield from _find(value, rest, (*at, key))
    elif isinstance(data, dict) and step in data:
        yield from _find(data[step], rest, (*at, step))


def _is_known(value: str, known: set[str]) -> bool:
    return value in known or value[: value.rfind("/") + 1] + "*" in known


def _reference_hint(value: str, known: set[str]) -> dict[str, str]:
    if near := get_close_matches(value, sorted(known), 1):
        return {"hint": f"did you mean '{near[0]}'?", "hint_zh": f"是否应为“{near[0]}”？"}
    return {"hint": "add it, or use one that exists", "hint_zh": "请补上，或改用已有的"}


def _unique(document: Document, pattern: Path) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, value in _find(document.data, pattern):
        if isinstance(value, str):
            if value in first:
                yield document.problem(path, "R-TWICE", value=value, first=str(document.place(*first[value])[0]))
            first.setdefault(value, path)


def _one_of(
    document: Document, path: Path, item: dict[str, Any], keys: tuple[str, ...], name: str
) -> Iterator[Problem]:
    present = [key for key in keys if key in item]
    if len(present) == 1:
        return
    found = " and ".join(f"'{key}'" for key in present) or "none of them"
    found_zh = "同时写了 " + "、".join(present) if present else "一项也没有"
    what = item[name] if isinstance(item.get(name), str) else str(path[-1])
    values = {"what": what, "found": found, "found_zh": found_zh, "choices": ", ".join(keys)}
    yield (
        document.key_problem((*path, present[1]), "R-STATE", **values)
        if present
        else document.problem(path, "R-STATE", **values)
    )


def _stage_order(document: Document) -> Iterator[Problem]:
    last = -1
    for path, stage in _find(document.data, ("stages", "*", "id")):
        if stage in STAGES:
            if STAGES.index(stage) < last:
                yield document.problem(path, "R-ORDER", stage=stage, before=STAGES[last])
            last = max(last, STAGES.index(stage))


def _lines(document: Document) -> Iterator[Problem]:
    """A line without a factor stands for an empty place in the report: it needs a label, and can have no amount."""
    for path, lines in _find(document.data, ("stages", "*", "lines")):
        if lines == []:
            expected = {"expected": "a list of at least one line", "expected_zh": "至少有一行的列表"}
            yield document.problem(path, "S-TYPE", key="lines", **expected)
    for path, line in _find(document.data, ("stages", "*", "lines", "*")):
        if isinstance(line, dict) and "factor" not in line:
            if "not_quantified" not in line:
                yield document.problem(path, "S-MISSING", key="factor")
            if "label" not in line:
                yield document.problem(path, "S-MISSING", key="label")


def _production_site(catalogue: Catalogue, document: Document) -> Iterator[Problem]:
    producer = catalogue.producers.get(str(document.data.get("producer")))
    site = document.data.get("production_site")
    if producer and isinstance(site, str):
        known = {s.id for s in producer.sites}
        if site not in known:
            hint = _reference_hint(site, known)
            yield document.problem(
                ("production_site",),
                "R-REFERENCE",
                kind="site of the producer",
                kind_zh="生产者的场所",
                value=site,
                **hint,
            )


# What the name of a demonstration body begins with, so that wherever it is read, cut off or not, it says what it is.
DEMONSTRATION = {"zh": "演示", "en": "Demonstration"}


def _demonstration(document: Document) -> Iterator[Problem]:
    for path, name in _find(document.data, ("name", "*")):
        begin = DEMONSTRATION.get(str(path[-1]))
        if begin and isinstance(name, str) and not name.startswith(begin):
            yield document.problem(path, "R-DEMONSTRATION", begin=begin)


# Keys whose private half is published: of the demonstration body of this repository, and of the W3C's test vectors.
PUBLISHED_KEYS = frozenset(
    {"z6MkpcuTHYXRAZtTEPGbhBTT8vgSVPh25xsw6vmqrQGivAWr", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"}
)


def _keys(document: Document) -> Iterator[Problem]:
    """Anyone could sign in the name of a body that lists such a key."""
    for path, key in _find(document.data, ("keys", "*", "public_key")):
        if key in PUBLISHED_KEYS:
            yield document.problem(path, "R-KEY-PUBLISHED")


def folder_of(number: str) -> str:
    """The folder a report number asks for: lower case, with hyphens for all that an address cannot hold."""
    return re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")


def _folder(document: Document) -> Iterator[Problem]:
    facts = document.data.get("report")
    number = facts.get("number") if isinstance(facts, dict) else None
    if isinstance(number, str):
        folder, expected = document.path.split("/")[-2], folder_of(number)
        if expected and folder != expected:
            where = ("report", "number")
            yield document.problem(where, "R-NUMBER", number=number, folder=folder, expected=expected)


def _inventory_and_statement(report: Report) -> Iterator[Problem]:
    inventory = report.documents["inventory"]
    listed = {stage.id: stage for stage in report.inventory.stages}
    owed = set(report.inventory.boundary.named_stages) | set(SCOPE_STAGES[report.inventory.boundary.scope])
    for name in STAGES:
        if name in owed and name not in listed:
            yield inventory.key_problem(("stages",), "R-STAGE", stage=name)
    if report.statement is None:
        return
    statement = report.documents["statement"]
    quantified = {
        name for name, stage in listed.items() if any(line.not_quantified is None for line in stage.lines or ())
    }
    for name in quantified - set(report.statement.declared.stages):
        yield statement.key_problem(("declared", "stages"), "R-DECLARED", stage=name)
    for part, values in (("stages", report.statement.declared.stages), ("shares", report.statement.declared.shares)):
        for name in values:
            if name not in quantified:
                yield statement.key_problem(("declared", part, name), "R-NOT-DECLARED", stage=name)
    facts = report.statement.statement
    if facts.kind == "verification" and facts.prepared_by == report.statement.report.body:
        yield statement.problem(("statement", "kind"), "R-INDEPENDENT", body=report.statement.report.body)
    if report.review.seal is None:
        review = report.documents.get("review")
        path = review.path if review else statement.path.replace("statement.yaml", "review.yaml")
        yield Problem(path, 1, 1, "R-SEAL", {"report": report.id})


def _citations(catalogue: Catalogue, report: Report) -> Iterator[Problem]:
    document = report.documents["inventory"]
    cited = {c.factor for c in report.inventory.factor_citations}
    for path, line in (
        (("stages", s, "lines", n, "factor"), line)
        for s, stage in enumerate(report.inventory.stages)
        for n, line in enumerate(stage.lines or ())
    ):
        if line.factor and line.factor not in cited and _is_known(line.factor, catalogue.claimed.get("factor", set())):
            cited.add(line.factor)
            yield document.problem(path, "R-CITATION", factor=line.factor)
    for number, citation in enumerate(report.inventory.factor_citations):
        yield from _printed(catalogue, document, number, citation)


def _printed(catalogue: Catalogue, document: Document, number: int, citation: FactorCitation) -> Iterator[Problem]:
    """What the report prints of a factor must be that factor, to the precision of both."""
    factor = catalogue.factors.get(citation.factor)
    if factor is None:
        return
    heat = factor.net_calorific_value
    pairs: list[tuple[str, Quantity | str, str, Interval, Quantity]] = [
        ("value", citation.value, citation.unit, factor.value.interval(factor.exact), factor.value)
    ]
    if heat and not isinstance(citation.net_calorific_value, str):
        printed = citation.net_calorific_value
        pairs.append(("net_calorific_value", printed, printed.unit, heat.value.interval(heat.exact), heat.value))
    for key, printed_value, unit, interval, library in pairs:
        if isinstance(printed_value, str):
            continue
        if not printed_value.interval().scaled(_unit_ratio(unit, library.unit)).meets(interval):
            where = ("factor_citations", number, key)
            printed_text = printed_value.text if unit == "not-printed" else f"{printed_value.text} {unit}"
            values = {"factor": citation.factor, "printed": printed_text, "library": str(library)}
            yield document.problem(where, "R-PRINTED", **values)


@lru_cache(maxsize=1024)
def _unit_ratio(printed: str, library: str) -> Fraction:
    """What turns a number in the printed unit into the library's: 1 where the report's unit is not one we can read.

    A report may print kgCO2/kW·h for what is kgCO2e/kWh; that slip is not a different number.
    """
    plain = printed.replace("·", "").replace("₂", "2").replace("CO2e", "CO2")
    try:
        return scale((plain,), library.replace("CO2e", "CO2")) or Fraction(1)
    except QuantityError:
        return Fraction(1)


def _factor(document: Document, name: str, factor: Any) -> Iterator[Problem]:
    """CO2 alone counts with a GWP of 1 and is written so; CO2e says which GWP set it used."""
    where = ("factors", name)
    mass, _, _per = factor.value.unit.partition("/")
    if mass.endswith("CO2e") != (factor.gases == "CO2e"):
        hint = {"hint": f"write the unit with {factor.gases}", "hint_zh": f"请以 {factor.gases} 书写单位"}
        yield document.problem((*where, "value"), "R-FACTOR-UNIT", unit=factor.value.unit, gases=factor.gases, **hint)
    if factor.gases == "CO2e" and factor.gwp_set is None:
        yield document.key_problem(where, "S-MISSING", key="gwp_set")
    if factor.kind == "fuel" and compatible(factor.value.unit, "tCO2/GJ") and factor.net_calorific_value is None:
        yield document.key_problem(where, "S-MISSING", key="net_calorific_value")
