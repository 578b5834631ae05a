"""The commands that begin a record, or keep the editor's schemas: ``pcf new`` and ``pcf schema``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from .evaluate import Outcome, evaluate
from .fields import PIECES, TODO, is_id
from .files import read_folder
from .jsontext import json_bytes
from .model import SCOPE_STAGES
from .problems import Language, codes
from .quantity import QuantityError
from .recordschema import schema_files
from .skeleton import inventory, inventory_like, record, statement
from .terminal import ASK, LANGUAGE, ROOT, Command, Option, answer, fail, phrase, reports_in, say

TEMPLATE = Path(__file__).resolve().parent.parent.parent
DRAFT = "draft"  # the folder of a report that has no number yet

ABOUT_PRODUCT = ("model", "name_zh", "name_en", "producer", "category")


def about(name: str, flag: str) -> Callable[[Any], Any]:
    """An option that says what a person is else asked for."""
    return click.option(flag, name, cls=Option, help=name)


# pcf new


@click.command(cls=Command)
@ROOT
@LANGUAGE
@click.option("--like", cls=Option, metavar="PRODUCT/REPORT", shell_complete=reports_in, help="like")
@about("model", "--model")
@about("name_zh", "--name-zh")
@about("name_en", "--name-en")
@about("producer", "--producer")
@about("category", "--category")
@about("unit", "--unit")
@click.option("--scope", cls=Option, type=click.Choice(list(SCOPE_STAGES)), help="scope")
@click.option("--statement", "stated", cls=Option, is_flag=True, help="statement")
@about("body", "--body")
@ASK
@click.argument("target", metavar="PRODUCT[/REPORT]")
def new(root: Path, language: Language, target: str, like: str | None, stated: bool, ask: bool, **given: Any) -> None:
    if not (root / "products").is_dir():
        fail("no_products", language, folder=root.absolute())
    product, _, report = target.partition("/")
    report = report or DRAFT
    for name in (product, report):
        if not is_id(name):
            fail("no_id", language, name=name)
    found, met = read_folder(root)
    before = evaluate(found, more=met)
    _refuse(found, before, product, report, like, stated, given, language)
    if ask:
        _ask(found, product, like, stated, given, language)
    made = _files(found, before, product, report, like, stated, given, language)
    after = evaluate({**found, **{path: text.encode("utf-8") for path, text in made.items()}}, more=met)
    added = [problem for problem in after.problems if problem not in before.problems]
    if other := [problem for problem in added if problem.code != "S-TODO"]:
        for problem in other:
            say(problem.text(language), error=True)
        fail("not_begun", language)
    for path, text in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with (root / path).open("xb") as file:  # never over a file that is there
            file.write(text.encode("utf-8"))
        todo = sum(problem.path == path for problem in added)
        say(phrase("message.created", language, path=path, todo=todo))
    if like:
        say(phrase("message.like", language, report=like))
    say(phrase("message.next", language, folder=f"products/{product}/{report}"))


def _refuse(
    found: Mapping[str, bytes],
    outcome: Outcome,
    product: str,
    report: str,
    like: str | None,
    stated: bool,
    given: dict[str, Any],
    language: Language,
) -> None:
    """Ends the command where what is asked for cannot be begun."""
    folder = f"products/{product}/{report}"
    here = [path for path in (f"{folder}/inventory.yaml", f"{folder}/statement.yaml") if path in found]
    if f"{folder}/statement.yaml" in here or (here and not stated):
        fail("exists", language, path=here[-1])
    if f"products/{product}/product.yaml" in found:
        for key in ABOUT_PRODUCT:
            if given[key]:
                fail("known_product", language, product=product, option=f"--{key.replace('_', '-')}")
    if here and (like or given["unit"] or given["scope"]):
        fail("known_report", language, path=here[0])
    if like and like not in outcome.catalogue.reports:
        fail("no_report", language, report=like, hint=phrase("fault.reports_are", language))
    for key in ("producer", "category", "body"):
        if given[key] and not is_id(given[key]):
            fail("no_id", language, name=given[key])
    if given["body"] and not stated:
        fail("body_alone", language)
    if given["unit"]:
        try:
            PIECES(given["unit"])
        except QuantityError as error:
            _fail_with("--unit", error.code, error.values, language)
        except ValueError as error:  # pydantic's, with the same code and values
            _fail_with("--unit", str(getattr(error, "type", "")), getattr(error, "context", None) or {}, language)


def _fail_with(option: str, code: str, values: Mapping[str, Any], language: Language) -> None:
    words = codes()[code]
    one, other = (words.zh, words.zh_cure) if language == "zh" else (words.en, words.en_cure)
    fail("value", language, reference=option, words=one.format_map(values), cure=other.format_map(values))


def _ask(
    found: Mapping[str, bytes],
    product: str,
    like: str | None,
    stated: bool,
    given: dict[str, Any],
    language: Language,
) -> None:
    """Asks for what no option says. An empty answer leaves it to be filled in."""
    asked: list[str] = []
    if f"products/{product}/product.yaml" not in found:
        asked += ["model", "name_zh", "name_en", *(() if like else ("producer", "category"))]
    asked += ["body"] if stated and not like else []
    for key in asked:
        if given[key] is None:
            given[key] = answer(key, language, check=is_id if key in ("producer", "category", "body") else None)


def _files(
    found: Mapping[str, bytes],
    outcome: Outcome,
    product: str,
    report: str,
    like: str | None,
    stated: bool,
    given: dict[str, Any],
    language: Language,
) -> dict[str, str]:
    """The files to write, by path, in the order in which they are filled in."""
    other = outcome.catalogue.reports[like] if like else None
    shared: dict[str, dict[str, Any]] = {}
    made: dict[str, dict[str, Any]] = {}
    path = f"products/{product}/product.yaml"
    if path not in found:
        name = {"zh": given["name_zh"], "en": given["name_en"]}
        said = {language_: text for language_, text in name.items() if text}
        producer = given["producer"] or (other.product.producer if other else None)
        category = given["category"] or (other.product.category if other else None)
        stand_ins = {"model": given["model"] or TODO, "producer": producer or TODO, "category": category or TODO}
        made[path] = {**({"name": said} if said else {}), **stand_ins}
        if producer and f"products/_producers/{producer}.yaml" not in found:
            shared[f"products/_producers/{producer}.yaml"] = {}
        if category and category not in outcome.catalogue.claimed.get("category", ()):
            if "products/_categories.yaml" in found:
                fail("no_category", language, category=category)
            shared["products/_categories.yaml"] = {"categories": {category: {"name": {"zh": TODO, "en": TODO}}}}
    path = f"products/{product}/{report}/inventory.yaml"
    document = outcome.catalogue.documents.get(path)
    if path not in found:
        of = other.documents["inventory"].data if other else None
        scope, unit = given["scope"], given["unit"]
        made[path] = dict(inventory_like(of, scope, unit) if of else inventory(scope, unit))
    if stated:
        body = given["body"] or (other.statement.report.body if other and other.statement else None)
        of = document.data if document else made.get(path, {})
        made[f"products/{product}/{report}/statement.yaml"] = dict(statement(of, body))
        if body and f"products/_bodies/{body}.yaml" not in found:
            shared[f"products/_bodies/{body}.yaml"] = {}
    return {path: record(path, data, language) for path, data in {**shared, **made}.items()}


# pcf schema


@click.command(cls=Command)
@LANGUAGE
@click.option("--to", cls=Option, type=click.Path(file_okay=False, path_type=Path), default=TEMPLATE, help="to")
def schema(language: Language, to: Path) -> None:
    for path, made in schema_files().items():
        file = to / path
        raw = json_bytes(made)
        if not file.is_file() or file.read_bytes() != raw:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(raw)
            say(path)
