"""The seals of the two published reports: dropped by every sealed leaf, kept by every reformatting and all prose."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pcf.evaluate import evaluate
from pcf.yamlfile import parse
from support import Files, read_tree
from test_seal import Leaf, leaves
from test_yamlfile import as_json, exchanged

FILES = read_tree(Path(__file__).parent.parent)
REPORTS = {"juxin-bxs2/t410267-4": 56, "shengrun-bxs3/t400077-01": 54}  # with the least number of sealed leaves

# What the seal covers, by file and path; the factors are those that the report uses.
SEALED = {
    "product.yaml": ("model", "producer"),
    "statement.yaml": ("report/number", "declared/total", "declared/stages/*", "declared/shares/*",
                       "declared/shares_total"),
    "inventory.yaml": ("functional_unit/amount", "period/*", "boundary/scope", "boundary/named_stages/*", "stages/*/id",
                       "stages/*/lines/*/factor", "stages/*/lines/*/amount",
                       "stages/*/lines/*/net_calorific_value/value"),
    "factors": ("factors/*/value", "factors/*/exact", "factors/*/gases", "factors/*/gwp_set",
                "factors/*/net_calorific_value/value"),
}  # fmt: skip


@cache
def data_of(path: str) -> Any:
    document, _ = parse(path, FILES[path])
    assert document is not None
    return document.data


def seal(files: Files, report: str) -> str | None:
    """Of a record that cannot be read any more there is none."""
    evaluation = evaluate(files).evaluations.get(report)
    return evaluation.seal if evaluation else None


def own_files(report: str) -> dict[str, str]:
    """The kinds of a report's files by path, the releases of its factors among them."""
    found = {f"products/{report.split('/')[0]}/product.yaml": "product.yaml"}
    found |= {f"products/{report}/{name}": name for name in ("inventory.yaml", "statement.yaml", "review.yaml")}
    return found | {f"products/_factors/{name.rpartition('/')[0]}.yaml": "factors" for name in used(report)}


@cache
def used(report: str) -> set[str]:
    lines = leaves(data_of(f"products/{report}/inventory.yaml"))
    return {text for leaf, text in lines if leaf[0] == "stages" and leaf[-1] == "factor"}


def is_sealed(report: str, path: str, kind: str, leaf: Leaf) -> bool:
    release = path.removeprefix("products/_factors/").removesuffix(".yaml")
    if kind == "factors" and f"{release}/{leaf[1:2] and leaf[1]}" not in used(report):
        return False
    place = "/".join(map(str, leaf))
    return any(re.fullmatch(pattern.replace("*", "[^/]+"), place) for pattern in SEALED.get(kind, ()))


def other(leaf: Leaf, text: str) -> str:
    """Another text in its place: a digit moved, another choice, another of the catalogue's ids."""
    choices = {"cradle-to-grave": "cradle-to-gate", "cradle-to-gate": "cradle-to-grave", "CO2": "CO2e", "CO2e": "CO2",
               "true": "false", "AR6": "AR5", "AR5": "AR6", "juxin": "shengrun", "shengrun": "juxin"}  # fmt: skip
    if text in choices:
        return choices[text]
    if leaf[-1] == "gwp_set":
        return "AR4"
    if leaf[-1] == "factor":
        return min({ref for report in REPORTS for ref in used(report)} - {text})
    if leaf[-1] == "id" or "named_stages" in leaf:
        return "installation"
    if found := re.fullmatch(r"(\d{4}-\d{2}-)(\d{2})", text):
        return found[1] + ("02" if found[2] == "01" else "01")
    return re.sub(r"\d(?=\D*$)", lambda digit: str(int(digit[0]) % 9 + 1), re.split(r"(?= )", text)[0], count=1) + (
        "" if " " not in text else text[text.index(" ") :]
    )


@pytest.mark.parametrize("report", REPORTS)
def test_every_sealed_leaf_drops_the_seal(report: str) -> None:
    """All of them, one by one: a digit, a choice, a reference. What can no longer be read has no seal either."""
    before, tried = seal(FILES, report), 0
    for path, kind in own_files(report).items():
        for leaf, text in leaves(data_of(path)):
            if is_sealed(report, path, kind, leaf):
                changed = exchanged(data_of(path), leaf, other(leaf, text))
                assert seal({**FILES, path: as_json(changed).encode()}, report) != before, (path, leaf)
                tried += 1

    assert before == evaluate(FILES).evaluations[report].report.review.seal
    assert tried >= REPORTS[report]


@pytest.mark.parametrize("report", REPORTS)
def test_every_number_of_sealed_json_is_reached_by_one_of_them(report: str) -> None:
    """Nothing in it stays as it is whatever is edited, but its schema and the two fixed units."""
    sealed = evaluate(FILES).evaluations[report].sealed
    assert sealed
    decimals = set(re.findall(rb'"value":"(-?[\d.]+)"', sealed))
    reached = {
        number
        for path, kind in own_files(report).items()
        for leaf, text in leaves(data_of(path))
        if is_sealed(report, path, kind, leaf)
        for number in re.findall(r"-?\d[\d.]*", text)
    }
    assert {number.decode() for number in decimals} <= reached


@pytest.mark.parametrize("report", REPORTS)
def test_any_edit_of_prose_keeps_the_seal(report: str) -> None:
    """Every sentence in either language, and the digest of the words tells it."""
    before, tried = seal(FILES, report), 0
    for path in own_files(report):
        words = [(leaf, text) for leaf, text in leaves(data_of(path)) if leaf[-1] in ("zh", "en")]
        changed = data_of(path)
        for leaf, text in words:
            changed = exchanged(changed, leaf, text + " x")
            tried += 1
        assert seal({**FILES, path: as_json(changed).encode()}, report) == before, path
        for leaf, text in words[::7]:
            one = exchanged(data_of(path), leaf, text + " x")
            assert seal({**FILES, path: as_json(one).encode()}, report) == before, (path, leaf)

    assert tried > 100


def reformatted(raw: bytes, chance: random.Random) -> bytes:
    """The same data, written in another way."""
    document, _ = parse("x.yaml", raw)
    assert document is not None
    if chance.random() < 0.5:
        raw = as_json(shuffled(document.data, chance)).encode() + b"\n"
    else:
        notes = [b"", b"\n", b"# A note.\n\n"]
        raw = re.sub(rb"^(?=\w)", lambda _: chance.choice(notes), raw, flags=re.M)  # before keys of the first level
    if chance.random() < 0.3:
        raw = b"---\n" + raw
    if chance.random() < 0.5:
        raw = raw.replace(b"\n", b"\r\n")
    return b"\xef\xbb\xbf" + raw if chance.random() < 0.3 else raw


def shuffled(data: Any, chance: random.Random) -> Any:
    """With the keys in another order; that of lists says something."""
    if isinstance(data, list):
        return [shuffled(item, chance) for item in data]
    if not isinstance(data, dict):
        return data
    keys: list[str] = sorted(data)
    chance.shuffle(keys)
    return {key: shuffled(data[key], chance) for key in keys}


def test_fifty_reformattings_keep_both_seals() -> None:
    """Comments, line ends, marks, flow style and the order of keys, of all files at once."""
    before, seen = {report: seal(FILES, report) for report in REPORTS}, set()
    for number in range(50):
        chance = random.Random(number)
        files = {
            p: reformatted(r, chance) if p.endswith(".yaml") and "attachments" not in p else r for p, r in FILES.items()
        }
        seen.add(tuple(files.values()))
        assert {report: seal(files, report) for report in REPORTS} == before, number

    assert len(seen) == 50
