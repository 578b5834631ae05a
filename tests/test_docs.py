"""The documents held against the code: keys, units, codes, commands, files, words, and every sum worked by hand.

Both editions are held to the same. The examples in them are a catalogue of their own, which is read and computed here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, get_args

import click
import pytest
import yaml
from click.testing import CliRunner

import pcf.library
import pcf.model
from pcf.checksums import manifest
from pcf.cli import main
from pcf.comparability import CONDITIONS, COVERAGE, STOPS
from pcf.completeness import State
from pcf.evaluate import Outcome, evaluate
from pcf.exports import footprint, inventory_csv
from pcf.fields import Shape, Words
from pcf.findings import SEVERITIES
from pcf.headers import COMMON, FRAMED, IMMUTABLE, POLICY, UNFRAMED
from pcf.library import Publisher
from pcf.model import SCOPE_STAGES, STAGES, Deviation, StatementFacts
from pcf.problems import codes
from pcf.quantity import PERCENT, UNITS, parse_quantity, rounded, scale
from pcf.reconcile import Verdict
from pcf.schemas import names
from pcf.status import Status
from pcf.wording import LANGUAGES, wording
from pcf.yamlfile import parse
from support import NEW, base, published_file
from test_layers import ROWS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = {"zh": DOCS, "en": DOCS / "en"}
READMES = {"zh": ROOT / "README.zh-CN.md", "en": ROOT / "README.md"}
GUIDES = {"zh": ROOT / "CONTRIBUTING.zh-CN.md", "en": ROOT / "CONTRIBUTING.md"}
REQUIRED = {"zh": {"是": True, "否": False, "视情况": False}, "en": {"yes": True, "no": False, "depends": False}}

# The factors that the template in CONTRIBUTING refers to.
FACTORS = {
    "products/_factors/cn-mee/2024.yaml": """
publisher: {en: p}
title: {en: t}
issued: 2025-09-28
factors:
  electricity-national-average: {label: {en: l}, kind: electricity, value: 0.5777 kgCO2e/kWh, exact: true, gases: CO2e,
    gwp_set: not-stated, basis: life-cycle, geography: CN, year: 2024, source: {en: s}}
""",
    "products/_factors/cn-gbt-32151-27/2024.yaml": """
publisher: {en: p}
title: {en: t}
issued: 2024
factors:
  diesel: {label: {en: l}, kind: fuel, value: 0.0726 tCO2/GJ, gases: CO2, basis: combustion, geography: CN, year: 2024,
    net_calorific_value: {value: 42.652 GJ/t, source: {en: s}}, source: {en: s}}
""",
}
NEED_GIT = {"compare"}  # its examples are run where there is a history
REPORT = "example-pz30/cfp-2026-001"
FOLDER = f"products/{REPORT}"

Files = dict[str, str]


# Reading the documents


def pages(language: str) -> dict[str, Path]:
    """Every hand-written page of a language, by its path from the language's root."""
    root = PAGES[language]
    found = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.md"))}
    return {name: path for name, path in found.items() if language == "en" or not name.startswith("en/")}


def documents(language: str) -> dict[str, str]:
    """The text of every document in a language, the two in the root folder included."""
    paths = [READMES[language], GUIDES[language], *pages(language).values()]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}


def page(language: str, name: str) -> str:
    return pages(language)[name].read_text("utf-8")


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.S | re.M)


def prose(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)


def spans(text: str) -> list[str]:
    """Every piece of inline code."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def code(text: str) -> str:
    """All that is set as code: inline, and in blocks of commands and of plain text."""
    return "\n".join([*spans(text), *blocks(text, "sh"), *blocks(text, "text")])


def headings(text: str) -> list[tuple[int, str, str | None]]:
    """Level, words and explicit anchor of every heading."""
    found = re.findall(r"^(#+) (.*?)(?: \{#([^}]+)\})?$", prose(text), re.M)
    return [(len(marks), words, anchor or None) for marks, words, anchor in found]


def anchors(text: str) -> list[str]:
    return [anchor for _, _, anchor in headings(text) if anchor]


def heading_of(text: str, anchor: str) -> str:
    return next(words for _, words, found in headings(text) if found == anchor)


def section(text: str, anchor: str) -> str:
    """What stands below a heading, to the next one."""
    return re.split(r"^#", text.split(f"{{#{anchor}}}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, heads and rules left out."""
    lines = [line.strip() for line in text.split("\n") if line.startswith("|")]
    rules = {n for n, line in enumerate(lines) if set(line) <= set("|-: ")}
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for n, line in enumerate(lines)
        if n not in rules and n + 1 not in rules
    ]


def first_cells(text: str) -> list[str]:
    return [name for row in rows(text) for name in re.findall(r"`([^`]+)`", row[0])]


# The template and the other examples, as files


def examples(text: str) -> Files:
    """The YAML blocks that say which file they are."""
    found = (re.match(r"# (products/\S+\.yaml)\n", block) for block in blocks(text, "yaml"))
    return {match[1]: match.string for match in found if match}


def uncommented(text: str) -> str:
    """With every optional key: ``#key`` and what is indented below it, but not ``# words``."""
    return re.sub(r"^( *)#(?=\S|  +\S)", r"\1", text, flags=re.M)


def judged(files: Files) -> Outcome:
    return evaluate({path: text.encode("utf-8") for path, text in (FACTORS | files).items()})


def template(language: str) -> Files:
    return examples(GUIDES[language].read_text("utf-8"))


def deviating(language: str) -> Files:
    """The template with the deviation that CONTRIBUTING supposes, declared and pinned as it says."""
    files = {path: uncommented(text) for path, text in template(language).items()}
    pinned = next(b for b in blocks(GUIDES[language].read_text("utf-8"), "yaml") if b.startswith("deviations:"))
    statement = files[f"{FOLDER}/statement.yaml"]
    for old, new in (("total: 18.8380 kg", "total: 18.8480 kg"), ("n: 0.3100 kg", "n: 0.3200 kg")):
        assert statement.count(old) == 1
        statement = statement.replace(old, new)
    files[f"{FOLDER}/statement.yaml"] = statement
    files[f"{FOLDER}/review.yaml"] += pinned
    return files


@cache
def shapes() -> dict[str, type[Shape]]:
    """Every shape of a record by its anchor: FactorCitation is #factor-citation."""
    found = [
        value
        for value in (vars(pcf.library) | vars(pcf.model)).values()
        if isinstance(value, type) and issubclass(value, Shape)
    ]
    named = {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", shape.__name__).lower(): shape for shape in {*found, Words}}
    return {anchor: shape for anchor, shape in named.items() if shape is not Shape}


def records_page(language: str, shape: type[Shape]) -> str:
    return page(language, "publishing/index.md" if shape is Publisher else "publishing/records.md")


def choices(annotation: Any) -> tuple[str, ...]:
    """The words that a field may hold, where it may hold only certain ones."""
    if isinstance(annotation, str):
        return (annotation,)
    return tuple(word for part in get_args(annotation) for word in choices(part) if word)


# Pages and anchors


def test_both_editions_have_the_same_pages() -> None:
    """Whoever switches the language stays on the page."""
    assert list(pages("zh")) == list(pages("en"))


def test_the_navigation_lists_every_page() -> None:
    """In the order of the Chinese edition, then of the English one; what is not in docs/ is made from data."""

    def listed(items: list[Any]) -> Iterator[str]:
        for item in items:
            if isinstance(item, dict):
                for value in item.values():
                    yield from listed(value) if isinstance(value, list) else [value]
            else:
                yield item

    nav = list(listed(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]))
    half = len(nav) // 2
    made = {"index.md", "compare/index.md", "factors/index.md", "embedding/index.md"}
    made |= {"reference/problems/index.md", "reference/findings/index.md"}

    assert [f"en/{name}" for name in nav[:half]] == nav[half:]
    assert {name for name in nav[:half] if name not in made} == set(pages("zh"))
    assert made < set(nav)


@pytest.mark.parametrize("name", pages("en"))
def test_both_editions_have_the_same_anchors(name: str) -> None:
    """Every heading below the title has an explicit anchor in ASCII, once, and both editions have the same."""
    zh, en = page("zh", name), page("en", name)

    assert [(level, anchor) for level, _, anchor in headings(zh)] == [(level, a) for level, _, a in headings(en)]
    assert [level for level, _, anchor in headings(en) if anchor is None] == [1]
    assert all(re.fullmatch(r"[a-z0-9-]+", anchor) for anchor in anchors(en))
    assert len(set(anchors(en))) == len(anchors(en))


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_and_pictures_of_the_root_documents_exist(language: str) -> None:
    """What README and CONTRIBUTING link to is there, and the picture of the README is small."""
    for path in (READMES[language], GUIDES[language]):
        targets = re.findall(r"\]\(([^)#]+)\)", prose(path.read_text("utf-8")))
        assert [target for target in targets if not (ROOT / target).is_file()] == []
    pictures = [ROOT / p for p in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", READMES[language].read_text("utf-8"))]

    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 300_000] == []


# Records


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("anchor", shapes())
def test_every_key_of_a_shape_has_its_row(anchor: str, language: str) -> None:
    """The table below a shape's anchor lists its keys in order, and says rightly which are required."""
    shape = shapes()[anchor]
    table = rows(section(records_page(language, shape), anchor))

    assert [row[0] for row in table] == [f"`{name}`" for name in shape.model_fields]
    assert [REQUIRED[language][row[1]] for row in table] == [f.is_required() for f in shape.model_fields.values()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("anchor", shapes())
def test_a_row_names_every_choice_of_its_key(anchor: str, language: str) -> None:
    """Where a key takes certain words only, its row names them all; lists of stages refer to the list of stages."""
    shape = shapes()[anchor]
    table = {row[0].strip("`"): row[2] for row in rows(section(records_page(language, shape), anchor))}
    for name, info in shape.model_fields.items():
        words = choices(info.annotation)
        if words and (words != STAGES or anchor == "stage"):
            assert [word for word in words if f"`{word}`" not in table[name]] == [], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_of_keys_belong_to_a_shape(language: str) -> None:
    """No table of the reference tells of keys that no file can have."""
    text = page(language, "publishing/records.md")
    other = {"folders", "yaml", "values", "units"}

    assert set(anchors(text)) - other == set(shapes()) - {"publisher"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_units_are_those_that_a_record_may_use(language: str) -> None:
    """The table of units holds each unit once, and every quantity set as code is one that can be read."""
    text = section(page(language, "publishing/records.md"), "units")
    units = [unit for row in rows(text) for unit in re.findall(r"`([^`]+)`", row[1])]

    assert sorted(units) == sorted([*UNITS, PERCENT])
    for document in documents(language).values():
        for span in spans(document):
            if re.fullmatch(r"-?[0-9.]+ [A-Za-z%][^=×÷]*", span):
                parse_quantity(span)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scopes_list_the_stages_that_are_required(language: str) -> None:
    """Stages have the site's names and stand in order; the scopes name what a record must list."""
    text = section(page(language, "methodology/index.md"), "stages")
    t = wording(language)
    named = {row[0].strip("`"): row[1] for row in rows(text) if len(row) == 3}
    scopes = {
        re.findall(r"`([^`]+)`", row[0])[0]: re.findall(r"`([^`]+)`", row[1]) for row in rows(text) if len(row) == 2
    }
    grave = scopes.pop("cradle-to-grave")

    assert named == {stage: t(f"stage.{stage}") for stage in STAGES}
    assert {scope: tuple(stages) for scope, stages in scopes.items()} | {
        "cradle-to-grave": tuple(s for s in STAGES if s not in grave)
    } == SCOPE_STAGES


# The template


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", [str, uncommented])
def test_the_template_passes_the_check_but_for_its_seal(language: str, form: Any) -> None:
    """As it stands, and with every optional key, the record of CONTRIBUTING is whole and reproduces."""
    outcome = judged({path: form(text) for path, text in template(language).items()})
    reconciliation = outcome.evaluations[REPORT].reconciliation
    assert reconciliation is not None

    assert [(p.path, p.code) for p in outcome.problems] == [(f"{FOLDER}/review.yaml", "R-SEAL")]
    assert reconciliation.reproduced == len(reconciliation.stages) == 5
    assert reconciliation.total.verdict == "reproduces-with-unprinted-values"


def test_both_editions_of_the_template_hold_the_same_data() -> None:
    """Only the comments differ."""
    zh, en = template("zh"), template("en")

    assert list(zh) == list(en)
    for path in en:
        for form in (str, uncommented):
            (one, _), (other, _) = (parse(path, form(files[path]).encode("utf-8")) for files in (zh, en))
            assert one is not None
            assert other is not None
            assert one.data == other.data, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_shows_every_key(language: str) -> None:
    """Each key that a record can have is in CONTRIBUTING, each of a factor release in the page on factors."""
    guide = "\n".join(blocks(GUIDES[language].read_text("utf-8"), "yaml"))
    factors = "\n".join(blocks(page(language, "publishing/factors.md"), "yaml"))
    for anchor, shape in shapes().items():
        if shape is not Publisher:
            text = factors if anchor in ("release", "factor", "factor-calorific-value") else guide
            missing = [key for key in shape.model_fields if not re.search(rf"(?m)[\s#{{`-]{key}:", text)]
            assert missing == [], anchor


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_deviation_of_the_guide_is_the_one_to_pin(language: str) -> None:
    """With the values that CONTRIBUTING supposes, the entry is asked for, and the one shown satisfies the check."""
    files = deviating(language)
    review = f"{FOLDER}/review.yaml"
    without = files | {review: files[review].split("\ndeviations:")[0] + "\n"}

    assert [p.code for p in judged(files).problems] == ["R-SEAL"]
    assert [p.code for p in judged(without).problems] == ["C-DEVIATION", "R-SEAL"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_factor_releases_of_the_guide_are_whole(language: str) -> None:
    """The release and its erratum on the page on factors pass the check, and the erratum supersedes a factor there."""
    files = examples(page(language, "publishing/factors.md"))
    outcome = judged(files)

    assert list(outcome.problems) == []
    assert (
        outcome.catalogue.factors["example-ministry/2024-erratum/diesel"].supersedes == "example-ministry/2024/diesel"
    )
    assert list(judged({path: uncommented(text) for path, text in files.items()}).problems) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_yaml_block_is_strict_yaml(language: str) -> None:
    """What can be copied from a document can be read."""
    for name, text in documents(language).items():
        for block in blocks(text, "yaml"):
            if "…" not in block or "{zh: …" in block:
                assert parse(name, block.encode("utf-8"))[1] == [], block


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_problem_that_documents_show_is_the_one_that_is_printed(language: str) -> None:
    """The line in README and on the page on publishing is what the template with kwh for kWh gives."""
    files = template(language)
    path = f"{FOLDER}/inventory.yaml"
    assert files[path].count("10.0000 kWh") == 1
    printed = judged(files | {path: files[path].replace("10.0000 kWh", "10.0000 kwh")}).problems[0].text(language)

    for text in (READMES[language].read_text("utf-8"), page(language, "publishing/index.md")):
        assert f"{printed}\n" in blocks(text, "text")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_excerpts_of_the_readme_stand_in_the_records(language: str) -> None:
    """Line by line and in order, for as long as those records are there."""
    for path, text in examples(READMES[language].read_text("utf-8")).items():
        if (ROOT / path).is_file():
            record = iter((ROOT / path).read_text("utf-8").split("\n"))
            wanted = [line for line in text.strip().split("\n") if not line.lstrip().startswith("#")]
            assert [line for line in wanted if line not in record] == []


# Method


def worked(text: str) -> Iterator[tuple[str, str, str]]:
    """Every sum set as code: its line, and its value as written and as it is."""
    for line in code(text).split("\n"):
        left, equals, right = line.rpartition(" = ")
        number, _, unit = right.partition(" ")
        decimals = len(number.partition(".")[2])
        if not equals or not re.fullmatch(r"[0-9.]+", number) or not re.search(r" [×÷+-] ", left):
            continue
        if unit:
            factors = [parse_quantity(part) for part in left.split(" × ")]
            units = tuple(factor.unit for factor in factors)
            value = scale(units, unit) or scale(units, unit.removesuffix("e"))
            assert value is not None, line
            for factor in factors:
                value *= factor.value
        else:
            assert re.fullmatch(r"[0-9. ()×÷+-]+", left), line
            python = re.sub(r"[0-9.]+", lambda n: f"Fraction('{n[0]}')", left).replace("×", "*").replace("÷", "/")
            value = eval(python, {"Fraction": Fraction})
        yield line, number, rounded(value, decimals)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sum_is_right_to_its_last_digit(language: str) -> None:
    """Each calculation that a document writes out gives what it says; both editions write out the same ones."""
    sums = {name: list(worked(text)) for name, text in documents(language).items()}

    assert [found for lines in sums.values() for found in lines if found[1] != found[2]] == []
    assert len(sums[f"docs/{'en/' if language == 'en' else ''}methodology/verdicts.md"]) == 9
    assert [list(worked(page("zh", n))) for n in pages("en")] == [list(worked(page("en", n))) for n in pages("en")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_have_their_sections_and_words(language: str) -> None:
    """Each verdict under its code, headed by the words of the site."""
    text, t = page(language, "methodology/verdicts.md"), wording(language)
    for verdict in get_args(Verdict):
        words = t(f"verdict.{verdict}")
        assert heading_of(text, verdict) == words[0].upper() + words[1:]
        assert section(text, verdict).startswith(f"\n`{verdict}`")


@pytest.mark.parametrize("language", LANGUAGES)
def test_statuses_have_their_sections_in_order_of_weight(language: str) -> None:
    """Each status under its code, headed by the words of the site; no other."""
    text, t = page(language, "methodology/status.md"), wording(language)
    statuses = get_args(Status)

    others = ("statuses", "kinds", "seal", "check", "signature", "history", "editions", "renamed")
    assert [a for a in anchors(text) if a not in others] == list(statuses)
    for status in statuses:
        assert heading_of(text, status) == t(f"status.{status}")
        assert section(text, status).startswith(f"\n`{status}`")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "anchor", "field", "words"),
    [
        ("methodology/status.md", "kinds", StatementFacts.model_fields["kind"], "kind"),
        ("methodology/verdicts.md", "deviations", Deviation.model_fields["cause"], "cause"),
    ],
)
def test_tables_of_choices_have_the_words_of_the_site(
    language: str, name: str, anchor: str, field: Any, words: str
) -> None:
    """Kinds of statement and causes of deviation, each beside what the page says of it."""
    table = {row[0].strip("`"): row[1] for row in rows(section(page(language, name), anchor))}

    assert table == {choice: wording(language)(f"{words}.{choice}") for choice in choices(field.annotation)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_listed_in_their_order(language: str) -> None:
    """Every finding with severity and title of the site; a section of its own is headed by that title too."""
    text, t = page(language, "methodology/findings.md"), wording(language)

    assert rows(section(text, "codes")) == [
        [f"`{code}`", t(f"severity.{severity}"), t(f"finding_title.{code}")] for code, severity in SEVERITIES.items()
    ]
    own = [anchor for anchor in anchors(text) if anchor not in ("codes", "completeness")]
    assert set(own) <= set(SEVERITIES)
    for finding in own:
        assert heading_of(text, finding) == t(f"finding_title.{finding}")
        assert section(text, finding).startswith(f"\n`{finding}`")


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_of_completeness_have_the_words_of_the_site(language: str) -> None:
    """In the order of the code."""
    text, t = page(language, "methodology/findings.md"), wording(language)
    table = [row[:2] for row in rows(section(text, "completeness"))]

    assert table == [[f"`{state}`", t(f"completeness_state.{state}")] for state in get_args(State)]


# Codes, commands, files, modules


@pytest.mark.parametrize("language", LANGUAGES)
def test_conditions_of_comparability_are_listed_in_their_order(language: str) -> None:
    """One row each; those of the stages share one. What stops a comparison is marked, and nothing else is."""
    table = rows(section(page(language, "methodology/comparing.md"), "conditions"))
    ids = list(dict.fromkeys(f"{COVERAGE}<stage>" if name.startswith(COVERAGE) else name for name in CONDITIONS))

    assert [row[0].strip("`") for row in table] == ids
    assert tuple(row[0].strip("`") for row in table if "**" in row[1]) == STOPS


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_on_a_comparison_are_those_of_the_page(language: str) -> None:
    """The three sentences, word for word."""
    table = rows(section(page(language, "methodology/comparing.md"), "page"))
    words = wording(language)

    assert [row[0] for row in table] == [words(f"compare_words.{kind}") for kind in ("stop", "careful", "alike")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_problem_codes_exist(language: str) -> None:
    """Every code that a document names is one, and every group of codes is named."""
    named = {
        code for text in documents(language).values() for code in re.findall(r"\b[A-Z]-[A-Z]+(?:-[A-Z]+)*\b", text)
    }

    assert named - set(codes()) == set()
    assert {code[0] for code in named} == {code[0] for code in codes()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_and_options_exist(language: str) -> None:
    """Every `pcf` command that a document names is one; each has its section, with each of its options."""
    assert isinstance(main, click.Group)
    named = {name for text in documents(language).values() for name in re.findall(r"\bpcf ([a-z][a-z-]*)", code(text))}
    text = page(language, "reference/commands.md")
    shared = {*first_cells(section(text, "common")), "--help"}

    assert named == set(main.commands)
    assert set(anchors(text)) - {"common", "exit-codes", "completion"} == set(main.commands)
    for name, command in main.commands.items():
        options = [p for p in command.params if p.param_type_name == "option"]
        told = set(first_cells(section(text, name))) | shared
        assert {opt for p in options for opt in (*p.opts, *p.secondary_opts)} <= told, name
        assert told - shared <= {opt for p in options for opt in (*p.opts, *p.secondary_opts)}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_the_commands_run(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in a catalogue that holds the template of CONTRIBUTING: each ends well."""
    for path, text in (FACTORS | template(language)).items():
        (tmp_path / "here" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / path).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path / "here")
    block = "extra:\n  publisher:\n    address: https://a.example/\n    documents: false\n    name: {en: A}\n"
    Path("mkdocs.yml").write_text(block, "utf-8")
    Path("site").mkdir()
    Path("site", "index.html").write_bytes(b"")
    Path("site.sha256").write_bytes(manifest(Path("site")))
    examples = [line for b in blocks(page(language, "reference/commands.md"), "sh") for line in b.splitlines()]
    ran = [shlex.split(line)[1:] for line in examples if line.startswith("pcf ") and line.split()[1] not in NEED_GIT]
    # Sealed first, since check is first on the page; what is begun has places to fill in, so it comes last.
    ran.sort(key=lambda words: (words[0] == "new", words[0] != "seal"))

    for words in ran:
        words += ["--to", str(tmp_path)] if words[0] == "schema" else []
        result = CliRunner().invoke(main, words)
        assert (result.exit_code, result.exception and str(result.exception)) == (0, None), (words, result.output)
        if words[:2] == ["sign", "--new-key"]:  # the body lists its key before anyone can accept what it signs
            with (tmp_path / "here/products/_bodies/example-lab.yaml").open("a") as file:
                file.write(f"keys: [{{public_key: {result.stdout.strip()}, valid_from: 2020-01-01}}]\n")
    assert {words[0] for words in ran} == set(main.commands) - NEED_GIT


@pytest.mark.parametrize("language", LANGUAGES)
def test_make_targets_exist(language: str) -> None:
    """Every target that a document names is in the Makefile, and CONTRIBUTING tells of each."""
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {name for text in documents(language).values() for name in re.findall(r"\bmake ([a-z]+)\b", code(text))}

    assert named <= targets
    assert {cell.split()[1] for cell in first_cells(GUIDES[language].read_text("utf-8"))} == targets


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readme_opens_with_two_commands(language: str) -> None:
    """One line each: what it is, a picture, then serve and test."""
    first = blocks(READMES[language].read_text("utf-8"), "sh")[0].strip().split("\n")

    assert [line.split("#")[0].strip() for line in first] == ["make serve", "make test"]


def leaves(data: Any, at: str = "") -> Iterator[str]:
    """The path of every leaf; words, quantities and results are leaves."""
    if (
        isinstance(data, dict)
        and data
        and not (set(data) <= {"zh", "en"} or {"value", "unit"} in (set(data), set(data) - {"exact", "low", "high"}))
    ):
        for key, value in data.items():
            yield from leaves(value, f"{at}.{key}" if at else key)
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        for item in data:
            yield from leaves(item, f"{at}[]")
    else:
        yield at


def paths(data: Any) -> set[str]:
    """The deepest paths; one that is null in some place and a mapping in another counts as the mapping."""
    found = set(leaves(data))
    return {path for path in found if not any(other.startswith((f"{path}.", f"{path}[]")) for other in found)}


@cache
def example() -> Outcome:
    """The template with every optional key and a deviation, so that no part of a file is empty."""
    return judged(deviating("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_have_the_keys_that_are_documented(language: str) -> None:
    """Each key of footprint.json and sealed.json has its row, and each row its key."""
    text = page(language, "publishing/files.md")
    evaluation = example().evaluations[REPORT]
    assert evaluation.sealed is not None
    values = {path for path in paths(footprint(example(), evaluation)) if path.startswith("findings[].values.")}
    sealed = {
        re.sub(r"(?<=^factors\.)[^.]+|(?<=^declared\.stages\.).+|(?<=^declared\.shares\.).+", "*", path)
        for path in paths(json.loads(evaluation.sealed))
    }

    two = evaluate(base())
    compared = {path for path in paths(footprint(two, two.evaluations[NEW])) if path.startswith("editions[].comp")}
    assert set(first_cells(section(text, "footprint"))) == (
        paths(footprint(example(), evaluation)) - values - {"editions[].comparison"}
        | compared - {"editions[].comparison"}
        | {"$schema", "findings[].values"}
    )
    assert {re.sub("<[a-z]+>", "*", key) for key in first_cells(section(text, "sealed"))} == sealed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_the_keys_that_are_documented(language: str) -> None:
    """catalogue.json: the parts of footprint.json that it repeats, and its own."""
    text = section(page(language, "publishing/files.md"), "catalogue-json")
    (entry,) = json.loads(published_file(example(), "catalogue.json"))["reports"]
    own = first_cells(text)
    parts = [span for span in spans(text) if span not in own]

    assert set(entry) - {"stages"} <= set(own) | set(parts)
    assert set(entry["stages"][0]) <= set(parts)
    assert set(own) == {"current", "page", "footprint"}
    assert set(own) | set(parts) <= set(entry) | set(entry["stages"][0]) | {
        "schema", "catalogue/1", "reports", "footprint.json", "true", "false",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_schema_is_listed_with_its_address(language: str) -> None:
    """All that are published, and no other."""
    table = rows(section(page(language, "publishing/files.md"), "schemas"))

    assert sorted(row[:2] for row in table) == [[f"`{name}`", f"`/schema/{name}.json`"] for name in names()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_have_the_columns_that_are_documented(language: str) -> None:
    """inventory.csv and catalogue.csv, column by column and in order."""
    text = page(language, "publishing/files.md")
    made = {
        "inventory": inventory_csv(example().evaluations[REPORT]),
        "catalogue-csv": published_file(example(), "catalogue.csv"),
    }
    for anchor, raw in made.items():
        columns = next(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        assert first_cells(section(text, anchor)) == columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_events_of_the_hook_exist(language: str) -> None:
    """The table of events names functions of publish.py."""
    named = set(first_cells(section(page(language, "development/index.md"), "hook")))
    events = set(re.findall(r"^def (on_[a-z_]+)", (ROOT / "hooks" / "publish.py").read_text("utf-8"), re.M))

    assert named <= events
    assert named


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layers_are_those_that_are_held(language: str) -> None:
    """The table of layers names every module, row by row and in order."""
    table = rows(section(page(language, "development/index.md"), "layers"))

    assert [re.findall(r"`([^`]+)`", row[1]) for row in table] == list(ROWS.values())


# Hosting


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_is_the_same_in_every_example(language: str) -> None:
    """The page on hosting, nginx, Caddy and _headers: one policy, and frames refused everywhere but below /embed/."""
    text = page(language, "publishing/hosting.md")
    (nginx,) = blocks(text, "nginx")
    (caddy,) = (block for block in blocks(text, "text") if "file_server" in block)

    assert f"{POLICY}\n" in blocks(text, "text")
    assert re.findall(r'Content-Security-Policy "(.*)"', nginx) == [f"{POLICY}$pcf_frames"]
    frames = re.search(r"map \$uri \$pcf_frames \{\n(.*?)\n\}", nginx, re.S)
    assert frames is not None
    assert re.findall(r'^ +(\S+) "(.*)";$', frames[1], re.M) == [
        ("default", UNFRAMED.removeprefix(POLICY)), (f"~^/{FRAMED}/", "")
    ]  # fmt: skip
    assert re.findall(r'header @(\w+) Content-Security-Policy "(.*)"', caddy) == [
        ("framed", POLICY), ("unframed", UNFRAMED)
    ]  # fmt: skip
    assert f"@framed path /{FRAMED}/*\n" in caddy
    assert f"@unframed not path /{FRAMED}/*\n" in caddy
    for name, value in COMMON.items():
        for example in (nginx, caddy):
            assert re.search(rf'{name} ("?{re.escape(value)}"?|\$pcf_origin)[ ;\n]', example), (name, value)
    assert nginx.count(IMMUTABLE) == 2
    assert caddy.count(IMMUTABLE) == 1
