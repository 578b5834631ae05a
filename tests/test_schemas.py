"""The published JSON Schemas: every file that we make passes, nothing else does, and every key is explained."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from pcf import library, model
from pcf.calculate import StageState
from pcf.changes import Fact, Kind
from pcf.comparability import CONDITIONS, Covered
from pcf.completeness import ASKS
from pcf.completeness import State as Completeness
from pcf.credential import Fault
from pcf.edits import ValueName
from pcf.evaluate import Outcome, evaluate
from pcf.exports import footprint, published_json
from pcf.findings import SEVERITIES
from pcf.library import Publisher
from pcf.model import STAGES
from pcf.reasons import CAUSES
from pcf.reconcile import Verdict
from pcf.schemas import names, published, schema
from pcf.status import Status
from support import NEW, R2, base, published_file

PUBLISHER = Publisher.model_validate({"address": "https://carbon.example.com/pcf", "name": {"en": "Carbon"}})
SITE = "https://carbon.example.com/pcf/"


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name, PUBLISHER), format_checker=FormatChecker())


def refused(name: str, data: Any) -> list[str]:
    """What the schema finds wrong, by place."""
    return [f"{error.json_path}: {error.message[:80]}" for error in validator(name).iter_errors(data)]


def made(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    """Every JSON file of a catalogue as it is published, with the name of its schema."""
    for evaluation in outcome.evaluations.values():
        yield "footprint/1", json.loads(published_json(footprint(outcome, evaluation), PUBLISHER))
        if evaluation.sealed:
            yield "sealed/1", json.loads(evaluation.sealed)
    yield "catalogue/1", json.loads(published_file(outcome, "catalogue.json"))


def test_the_name_in_a_file_is_the_address_of_its_schema() -> None:
    """Below /schema/, and whole in $id and in the file's own $schema."""
    addresses = {address: json.loads(content) for address, content in published(PUBLISHER)}
    assert {"footprint/1", "sealed/1", "catalogue/1"} <= set(names())
    assert list(addresses) == [f"schema/{name}.json" for name in names()]
    for address, content in addresses.items():
        Draft202012Validator.check_schema(content)
        assert content["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert content["$id"] == SITE + address
    for name, data in made(evaluate(base())):
        assert data["schema"] == name
        assert data.get("$schema") == (None if name == "sealed/1" else f"{SITE}schema/{name}.json")


def test_every_file_passes_its_schema() -> None:
    """Reports with every state of a stage, superseded ones and drafts among them."""
    draft = base()
    del draft[f"{R2}/statement.yaml"]
    for files in (base(), draft):
        for name, data in made(evaluate(files)):
            assert refused(name, data) == []


def places(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a file."""
    if at:
        yield at
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*at, key))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def open_mapping(path: tuple[Any, ...]) -> bool:
    """Keys that name a finding's numbers, a factor or a stage may be there or not."""
    return (
        path[-1] == "values"
        or path[-1:] == ("factors",)
        or path[-2:] in (("declared", "stages"), ("declared", "shares"))
    )


@pytest.mark.parametrize("name", ["footprint/1", "sealed/1", "catalogue/1"])
def test_a_schema_refuses_every_file_that_is_not_ours(name: str) -> None:
    """At every place of a real file: a key missing, a key too many, a number or an unknown word for a text."""
    whole = [data for found, data in made(evaluate(base())) if found == name][-1]
    tried = 0
    for path in places(whole):
        parent, key, value = path[:-1], path[-1], at(whole, path)
        wrong: list[Any] = [12.5, ["X"]]
        if isinstance(value, dict):
            wrong = [] if open_mapping(path) else [{**value, "extra": None}]
        elif isinstance(value, str) and value in WORDS and key not in ("key", "standard", "prepared_by"):  # text
            wrong.append("Unknown")
        for other in wrong:
            changed = copy.deepcopy(whole)
            at(changed, parent)[key] = other
            assert refused(name, changed) != [], (path, other)
            tried += 1
        if isinstance(key, str) and not (parent and open_mapping(parent)):
            changed = copy.deepcopy(whole)
            del at(changed, parent)[key]
            assert refused(name, changed) != [], path
            tried += 1
    assert refused(name, {**whole, "extra": None}) != []
    assert tried > 100


def test_what_is_not_quantified_may_have_no_number() -> None:
    """A zero in the place of null is refused, in every stage without data."""
    outcome = evaluate(base())
    data = json.loads(published_json(footprint(outcome, outcome.evaluations[NEW]), PUBLISHER))
    (use,) = (stage for stage in data["stages"] if stage["id"] == "use")
    use["declared"] = {"value": "0", "unit": "kgCO2e"}
    assert refused("footprint/1", data) != []


def choices(shape: type[Any], field: str) -> set[str]:
    def words(annotation: Any) -> Iterator[str]:
        if isinstance(annotation, str):
            yield annotation
        for part in get_args(annotation):
            yield from words(part)

    return set(words(shape.model_fields[field].annotation))


CHOICES = {
    "stages": set(STAGES),
    "states": set(get_args(StageState)),
    "verdicts": set(get_args(Verdict)),
    "statuses": set(get_args(Status)),
    "scopes": choices(model.Boundary, "scope"),
    "kinds": choices(model.StatementFacts, "kind"),
    "causes": choices(model.Deviation, "cause"),
    "assurance": choices(model.StatementFacts, "assurance"),
    "gases": choices(library.Factor, "gases"),
    "gwp_sets": choices(library.Factor, "gwp_set"),
    "findings": set(SEVERITIES),
    "severities": set(SEVERITIES.values()),
    "asks": set(ASKS),
    "completeness": set(get_args(Completeness)),
    "covers": set(get_args(Covered)),
    "conditions": set(CONDITIONS),
    "causes_of_changes": set(CAUSES),
    "facts": set(get_args(Fact)),
    "kinds_of_changes": set(get_args(Kind)),
    "signature.fault": set(get_args(Fault)),
    "values_of_history": set(get_args(ValueName)),
}
WORDS = set().union(*CHOICES.values())


def nodes(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from nodes(value)


def test_the_words_of_a_schema_are_those_of_the_model() -> None:
    """Each list of words is one of the model's, whole; and each of the model's is in some schema."""
    found = [
        frozenset(node["enum"]) - {None}
        for name in names()
        for node in nodes(schema(name, PUBLISHER))
        if "enum" in node
    ]
    assert [words for words in found if words not in CHOICES.values()] == []
    assert {frozenset(words) for words in CHOICES.values()} == set(found)


@pytest.mark.parametrize("name", names())
def test_every_key_has_a_title_and_a_description_and_every_object_is_closed(name: str) -> None:
    """A schema is documentation too; and what it does not name it refuses."""
    for node in nodes(schema(name, PUBLISHER)):
        if node.get("type") == "object" and "required" in node:
            assert node["additionalProperties"] is False
            for key, value in node["properties"].items():
                assert {"title", "description"} <= set(value), key
                assert value["description"].endswith("."), key
