"""catalogue-index.json: every report in a few bytes, for searching and sorting the catalogue in the browser."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from .comparability import unit_key
from .evaluate import Evaluation, Outcome
from .fields import Words
from .jsontext import compact
from .load import Catalogue
from .model import STAGES, FunctionalUnit, Scope
from .quantity import EMISSION, rounded
from .status import Status
from .tables import headline, headline_value

INDEX_SCHEMA = "catalogue-index/1"
AWAY: frozenset[Status] = frozenset(("withdrawn", "superseded", "expired"))  # listed only when asked for


class Unit(NamedTuple):
    """A functional unit: what is the same for two that may be ranked, the amount as written, and its label."""

    key: str
    value: str
    unit: str
    zh: str | None
    en: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One report as the catalogue lists it: on the page by ``listing``, in the index here."""

    product: str
    report: str  # the folder
    number: str | None  # None for a draft, as are body and issued
    name: Words
    model: str
    producer: str
    category: str
    scope: Scope
    standards: tuple[str, ...]
    body: str | None
    status: Status
    is_away: bool
    ends: date | None  # the day after which a row says that it is expired, where it does not yet
    issued: date | None
    valid_until: date | None  # None where not stated
    unit: Unit  # the functional unit
    total: str  # kgCO2e, as declared; of a draft, as recomputed
    headline: str  # to three significant digits
    shares: tuple[int | None, ...]  # of the total, per mille, by position in STAGES; negative for a credit
    not_quantified: tuple[str, ...]
    reproduced: int | None  # stages that reproduce, of so many that are compared
    compared: int | None

    @property
    def id(self) -> str:
        return f"{self.product}/{self.report}"

    @property
    def per(self) -> Words:
        """The label of the functional unit."""
        return Words.model_construct(zh=self.unit.zh, en=self.unit.en)


_FIELDS = tuple(field.name for field in fields(Entry))


def entries(outcome: Outcome) -> list[Entry]:
    """Every report, the old ones too, in order of id."""
    return [entry(evaluation) for evaluation in outcome.evaluations.values()]


def entry(evaluation: Evaluation) -> Entry:
    """A report as it is listed."""
    report, reconciliation = evaluation.report, evaluation.reconciliation
    statement, product = report.statement, report.product
    valid_until = statement.statement.valid_until if statement else None
    short, whole = headline(evaluation)
    return Entry(
        product=report.product_id,
        report=report.folder,
        number=statement.report.number if statement else None,
        name=product.name,
        model=product.model,
        producer=product.producer,
        category=product.category,
        scope=report.inventory.boundary.scope,
        standards=statement.standards.declared if statement else (),
        body=statement.report.body if statement else None,
        status=evaluation.status,
        ends=evaluation.ends if evaluation.end_leads else None,
        is_away=not AWAY.isdisjoint(evaluation.conditions),
        issued=statement.report.issued if statement else None,
        valid_until=valid_until if isinstance(valid_until, date) else None,
        unit=_unit(report.inventory.functional_unit),
        total=whole,
        headline=short,
        shares=_shares(evaluation),
        not_quantified=tuple(evaluation.calculation.not_quantified),
        reproduced=reconciliation.reproduced if reconciliation else None,
        compared=len(reconciliation.stages) if reconciliation else None,
    )


def entry_data(entry: Entry) -> list[Any]:
    """The entry as JSON can hold it; ``entry_of`` makes it again."""
    return [_plain(getattr(entry, name)) for name in _FIELDS]


def entry_of(data: Sequence[Any]) -> Entry:
    values = dict(zip(_FIELDS, data, strict=True))
    for name in ("standards", "shares", "not_quantified"):
        values[name] = tuple(values[name])
    for name in ("ends", "issued", "valid_until"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    zh, en = values["name"]
    return Entry(**values | {"name": Words.model_construct(zh=zh, en=en), "unit": Unit(*values["unit"])})


def _plain(value: Any) -> Any:
    if isinstance(value, Words):
        return [value.zh, value.en]
    return value.isoformat() if isinstance(value, date) else value


def _shares(evaluation: Evaluation) -> tuple[int | None, ...]:
    """Of a total that is not above zero there are no shares."""
    total, declared = headline_value(evaluation), evaluation.reconciliation
    shares: dict[str, int] = {}
    for stage in evaluation.calculation.stages:
        if stage.emission is not None and total > 0:
            comparison = declared.stages.get(stage.id) if declared else None
            value = comparison.declared_value if comparison else stage.emission.value
            shares[stage.id] = int(rounded(1000 * Fraction(value) / total, 0))
    return tuple(shares.get(stage) for stage in STAGES)


T = TypeVar("T", bound=Hashable)


class _Table(Generic[T]):
    """What rows have in common, once, in order of first use; a row holds its position."""

    def __init__(self) -> None:
        self.positions: dict[T, int] = {}

    def add(self, value: T) -> int:
        return self.positions.setdefault(value, len(self.positions))

    def add_all(self, values: Iterable[T | None]) -> list[int | None]:
        return [None if value is None else self.add(value) for value in values]

    def __iter__(self) -> Iterator[T]:
        return iter(self.positions)


def catalogue_index(catalogue: Catalogue, listed: Sequence[Entry]) -> dict[str, Any]:
    """The index: ``columns`` hold one cell per report, ``tables`` what they repeat. A missing value is null.

    Columns rather than rows, so that like stands beside like: a third of the bytes once packed.
    """
    category, producer, body, standard = _Table[str](), _Table[str](), _Table[str](), _Table[str]()
    standards, missing = _Table[tuple[int, ...]](), _Table[tuple[int, ...]]()
    unit = _Table[Unit]()
    statuses: tuple[str, ...] = get_args(Status)
    scopes: tuple[str, ...] = get_args(Scope)
    columns: dict[str, Any] = {
        "product": [e.product for e in listed],
        "report": [e.report for e in listed],
        "number": [e.number for e in listed],
        "name_zh": [_line(e.name.zh) for e in listed],
        "name_en": [_line(e.name.en) for e in listed],
        "model": [e.model for e in listed],
        "category": category.add_all(e.category for e in listed),
        "producer": producer.add_all(e.producer for e in listed),
        "body": body.add_all(e.body for e in listed),
        "scope": [scopes.index(e.scope) for e in listed],
        "standards": standards.add_all(tuple(standard.add(name) for name in e.standards) for e in listed),
        "status": [statuses.index(e.status) for e in listed],
        "issued": [_day(e.issued) for e in listed],
        "valid_until": [_day(e.valid_until) for e in listed],
        "functional_unit": unit.add_all(e.unit for e in listed),
        "total": [e.total for e in listed],
        "not_quantified": missing.add_all(tuple(STAGES.index(s) for s in e.not_quantified) for e in listed),
        "reproduced": [e.reproduced for e in listed],
        "compared": [e.compared for e in listed],
        "shares": {stage: [e.shares[n] for e in listed] for n, stage in enumerate(STAGES)},
    }
    tables = {
        "category": _named(category, catalogue.categories),
        "producer": _named(producer, catalogue.producers),
        "body": _named(body, catalogue.bodies),
        "scope": list(scopes),
        "standard": list(standard),
        "standards": [list(positions) for positions in standards],
        "status": list(statuses),
        "stage": list(STAGES),
        "not_quantified": [list(positions) for positions in missing],
        "functional_unit": [row._asdict() for row in unit],
    }
    return {"schema": INDEX_SCHEMA, "unit": EMISSION, "tables": tables, "columns": columns}


def index_bytes(index: Mapping[str, Any]) -> bytes:
    """Without spaces: for a script, not for reading."""
    return compact(index) + b"\n"


def _named(table: _Table[str], shapes: Mapping[str, Any]) -> list[dict[str, str | None]]:
    return [{"id": name, "zh": _line(shapes[name].name.zh), "en": _line(shapes[name].name.en)} for name in table]


def _unit(unit: FunctionalUnit) -> Unit:
    return Unit(unit_key(unit), unit.amount.text, unit.amount.unit, _line(unit.label.zh), _line(unit.label.en))


def _line(text: str | None) -> str | None:
    """Paragraphs as one, as a name is shown."""
    return text if text is None else " ".join(text.split("\n\n"))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
