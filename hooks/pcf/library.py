"""What the files that reports share may say: factors, producers, bodies, categories, and whose site it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .fields import (
    NOT_STATED,
    CalorificValue,
    Date,
    FactorValue,
    Flag,
    Id,
    Link,
    NotStated,
    PublicKey,
    Reference,
    Shape,
    Text,
    Words,
    Year,
)

# _factors, _producers, _bodies, _categories.yaml


class Fact(Shape):
    """A thing said of a product or a maker: a label and a value."""

    label: Words
    value: Words
    source: Text | None = None


class FactorCalorificValue(Shape):
    """The heating value that a factor per energy needs, with its own source."""

    value: CalorificValue
    exact: Flag = False
    source: Words


class Factor(Shape):
    """One emission factor. ``exact`` where the published value is defined so rather than rounded."""

    label: Words
    kind: Literal["electricity", "fuel", "material", "transport", "waste", "other"]
    carrier: Literal["electricity", "natural-gas", "diesel", "gasoline", "coal", "heat", "steam", "other"] | None = None
    value: FactorValue
    exact: Flag = False
    gases: Literal["CO2", "CO2e"]
    gwp_set: Literal["AR4", "AR5", "AR6", "not-stated"] | None = None
    basis: Literal["combustion", "life-cycle"]
    net_calorific_value: FactorCalorificValue | None = None
    geography: Text
    year: Year | NotStated
    source: Words
    supersedes: Reference | None = None
    link: Link | None = None


class Release(Shape):
    """_factors/<publisher>/<release>.yaml: factors that were published together. Never edited once merged."""

    publisher: Words
    title: Words
    issued: Date | Year | NotStated
    link: Link | None = None
    notes: tuple[Words, ...] = ()
    factors: Mapping[Id, Factor]


class Site(Shape):
    id: Id
    address: Words


class Producer(Shape):
    """_producers/<producer>.yaml: who makes the product."""

    name: Words
    former_name: Words | None = None
    founded: Text | None = None
    sites: tuple[Site, ...] = ()
    profile: tuple[Words, ...] = ()
    facts: tuple[Fact, ...] = ()
    unified_social_credit_code: Text | None = None
    web_domain: Text | None = None


class Key(Shape):
    """A key that a body signs its statements with. One that is withdrawn makes none of them acceptable any more."""

    public_key: PublicKey
    valid_from: Date
    valid_to: Date | NotStated = NOT_STATED
    withdrawn: Date | None = None


class Body(Shape):
    """_bodies/<body>.yaml: who assessed or verified it."""

    name: Words
    accreditation: Text | NotStated = NOT_STATED
    web_domain: Text | None = None
    keys: tuple[Key, ...] = ()
    demonstration: Flag = False


class Category(Shape):
    name: Words


class Categories(Shape):
    """_categories.yaml: the kinds of product."""

    categories: Mapping[Id, Category]


class Publisher(Shape):
    """The one block of mkdocs.yml, ``extra.publisher``: whose site it is."""

    address: Link
    name: Words
    intro: Words | None = None
    contact: Text | None = None
    logo: Text | None = None
    icp: Text | None = None
    documents: Flag = True
