"""What each file of a record may say: the shapes of products, inventories, statements, reviews and attachments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from .fields import (
    NOT_STATED,
    Amount,
    CalorificValue,
    Count,
    Date,
    Days,
    Digest,
    Duration,
    Emission,
    Id,
    Mass,
    NotStated,
    Percentage,
    Pieces,
    PrintedNumber,
    Reference,
    Sha256,
    Shape,
    Share,
    Text,
    Words,
    refuse,
)
from .library import Fact

# In life-cycle order. ISO 14067:2018, 6.3.7, names the groups; the ids are ours and are used everywhere.
STAGES = (
    "raw-materials", "inbound-transport", "production", "storage", "distribution", "installation", "use", "end-of-life",
)  # fmt: skip
CRADLE_TO_GATE = STAGES[:3]
StageId = Literal[
    "raw-materials", "inbound-transport", "production", "storage", "distribution", "installation", "use", "end-of-life"
]  # fmt: skip
Scope = Literal["cradle-to-grave", "cradle-to-gate", "gate-to-gate"]
# The stages a record must list for each scope; the others are outside by definition and may be left out.
SCOPE_STAGES: dict[str, tuple[str, ...]] = {
    "cradle-to-grave": ("raw-materials", "inbound-transport", "production", "distribution", "use", "end-of-life"),
    "cradle-to-gate": CRADLE_TO_GATE,
    "gate-to-gate": ("production",),
}


class Period(Shape):
    """From the start of the first day to the end of the last."""

    start: Date
    end: Date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.end < self.start:
            raise refuse("S-PERIOD", start=self.start.isoformat(), end=self.end.isoformat())
        return self


# product.yaml


class Product(Shape):
    """product.yaml: what the product is. The folder's name is its id."""

    name: Words
    model: Text
    category: Id
    producer: Id
    production_site: Id | None = None
    summary: Words | None = None
    function: tuple[Words, ...] = ()
    specifications: tuple[Fact, ...] = ()
    process: tuple[Words, ...] = ()
    covered_models: tuple[Text, ...] = ()
    product_number: Text | None = None
    gtin: Text | None = None
    mass: Mass | None = None
    packaging_mass: Mass | None = None
    reference_service_life: Duration | None = None
    former_ids: tuple[Id, ...] = ()


# inventory.yaml


class FunctionalUnit(Shape):
    """What all results are for: ``label`` is short, as in 'per 1 unit'; ``definition`` is the report's own."""

    amount: Pieces
    label: Words
    definition: Words | None = None


class Boundary(Shape):
    """What the study covers. ``named_stages`` are those that the report's own words claim."""

    scope: Scope
    named_stages: tuple[StageId, ...]
    words: Words | None = None
    source: Text | None = None


class Derivation(Shape):
    """An amount per functional unit, derived from the year's: total over output."""

    total: Amount
    output: Pieces


class LineCalorificValue(Shape):
    """A plant's own heating value, in place of the factor's."""

    value: CalorificValue
    source: Words


class Line(Shape):
    """One line of activity data. Without a factor only as a place the report leaves empty.

    ``conditions`` are the pressure and temperature at which a volume of gas was measured.
    """

    factor: Reference | None = None
    label: Words | None = None
    amount: Amount | None = None
    derived_from: Derivation | None = None
    not_quantified: Words | None = None
    net_calorific_value: LineCalorificValue | None = None
    conditions: Words | None = None
    uncertainty: Percentage | None = None
    source: Text | None = None


class Stage(Shape):
    """One life-cycle stage, in exactly one state: with lines, not quantified, or outside the boundary."""

    id: StageId
    included: Words | None = None
    excluded: Words | None = None
    lines: tuple[Line, ...] | None = None
    not_quantified: Words | None = None
    outside_boundary: Words | None = None


class Citation(Shape):
    """How the report itself words the source of a factor, and where. ``cites`` are the documents it names there."""

    source: Text
    words: Words
    cites: tuple[Text, ...] = ()


class FactorCitation(Shape):
    """What the report prints of a factor that it uses; what it leaves out is said, never filled in."""

    factor: Reference
    value: PrintedNumber | Literal["not-printed"]
    unit: Text | Literal["not-printed"]
    net_calorific_value: CalorificValue | Literal["not-printed", "not-needed"]
    printed_in_report: tuple[Citation, ...] = ()


class CutOff(Shape):
    """Inputs below ``per_input`` of mass or energy may be left out, up to ``total`` together."""

    per_input: Percentage
    total: Percentage
    words: Words | None = None


class Impact(Shape):
    """Impact category and the characterisation factors, as the report names them."""

    category: Words
    characterisation: Words
    gases: tuple[Text, ...]
    words: Words | None = None


# What the standards ask a report to disclose and no other key holds; completeness.py asks for each.
Disclosure = Literal[
    "timing", "sensitivity", "electricity", "limitations", "value-choices", "scenarios", "performance-tracking",
    "separate-emissions", "comparison"
]  # fmt: skip


class Method(Shape):
    """How the study was made. ``goal`` is its purpose, audience and uses."""

    goal: Words | None = None
    allocation: Words
    cut_off: CutOff
    assumptions: Words
    impact: Impact
    data_sources: Words
    data_collection: Words | None = None
    data_quality: Words | None = None
    uncertainty: Words | None = None
    improvements: tuple[Words, ...] = ()
    product_category_rules: Words | NotStated = NOT_STATED
    primary_data_share: Percentage | NotStated = NOT_STATED
    disclosures: Mapping[Disclosure, Words] = Field(default_factory=dict)


class Inventory(Shape):
    """inventory.yaml: what was measured, and how."""

    functional_unit: FunctionalUnit
    annual_output: Pieces | NotStated = NOT_STATED
    period: Period
    boundary: Boundary
    stages: tuple[Stage, ...]
    method: Method
    factor_citations: tuple[FactorCitation, ...] = ()


# statement.yaml


class Team(Shape):
    lead: Count
    members: Count


class ReportFacts(Shape):
    number: Text
    issued: Date
    body: Id
    days_on_site: Days | NotStated = NOT_STATED
    team: Team | NotStated = NOT_STATED
    notes: tuple[Words, ...] = ()


class StatementFacts(Shape):
    kind: Literal["self-declared", "assessment", "verification", "certification"]
    prepared_by: Id | NotStated
    standard: Text | NotStated
    assurance: Literal["limited", "reasonable", "not-stated"]
    valid_until: Date | NotStated


class Standards(Shape):
    """Those on the cover or in the statement of conformity, and those that only the text names."""

    declared: tuple[Text, ...]
    cited: tuple[Text, ...] = ()


class Declared(Shape):
    total: Emission
    stages: Mapping[StageId, Emission]
    shares: Mapping[StageId, Share] = Field(default_factory=dict)
    shares_total: Percentage | None = None


class Statement(Shape):
    """statement.yaml: the words of the body."""

    report: ReportFacts
    statement: StatementFacts
    standards: Standards
    declared: Declared


# review.yaml


class Deviation(Shape):
    """A stage that does not reproduce, pinned with both values so that neither moves unseen."""

    stage: StageId
    declared: Emission
    recomputed: Emission
    cause: Literal["unknown", "transcription", "rounding", "other-factor", "other-amount", "other-calorific-value"]
    explanation: Words


class Finding(Shape):
    """Something noticed in the report by hand, with its place."""

    source: Text
    words: Words


class Change(Shape):
    date: Date
    words: Words


class Withdrawal(Shape):
    date: Date
    reason: Words


class Consent(Shape):
    """A person's recorded consent that this text, such as a certificate number, stands in the report."""

    text: Text
    given: Date
    evidence: Words


class Review(Shape):
    """review.yaml: the publisher's side."""

    seal: Digest | None = None
    deviations: tuple[Deviation, ...] = ()
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    consents: tuple[Consent, ...] = ()
    withdrawn: Withdrawal | None = None


# attachments/<name>.<ending>.yaml


# The kinds that have a place of their own on the page; each is a picture.
PICTURE_KINDS = ("product-picture", "process-flow", "factory-layout", "boundary-figure")


class Attachment(Shape):
    """A sidecar: what the file beside it is. ``title`` is also what a reader who cannot see the picture is told."""

    kind: Literal["product-picture", "process-flow", "factory-layout", "boundary-figure", "signed-report", "other"]
    title: Words
    source: Text
    licence: Text
    sha256: Sha256
