"""The seal: the SHA-256 of what a report's numbers rest on, kept by reformatting and dropped by any sealed leaf."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from pcf.evaluate import Evaluation, evaluate
from pcf.seal import differences, prose_digest
from pcf.yamlfile import parse
from support import FACTORS, NEW, OLD, PRODUCT, R1, R2, Files, base, changed, edited
from test_yamlfile import as_json, exchanged

INVENTORY, STATEMENT, REVIEW = f"{R2}/inventory.yaml", f"{R2}/statement.yaml", f"{R2}/review.yaml"

Leaf = tuple[str | int, ...]


def sealed(files: Files, report: str = NEW) -> Evaluation:
    return evaluate(files).evaluations[report]


@cache
def seal_of_base() -> str | None:
    return sealed(base()).seal


def leaves(data: Any, at: Leaf = ()) -> Iterator[tuple[Leaf, Any]]:
    """Every leaf of a tree of mappings and lists, with its path."""
    if isinstance(data, (dict, list)) and data:
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*at, key))
    else:
        yield at, data


def projection(files: Files) -> dict[Leaf, Any]:
    raw = sealed(files).sealed
    assert raw is not None
    return dict(leaves(json.loads(raw)))


# The bytes


def test_the_seal_is_the_sha256_of_canonical_json() -> None:
    """RFC 8785: keys in order, no space, UTF-8, text unescaped; sha256sum of the file gives the digest."""
    files = edited(base(), PRODUCT, ("model: K1", 'model: "K\\"1\\" 型/€"'))
    evaluation = sealed(files)
    assert evaluation.sealed is not None

    canonical = json.dumps(json.loads(evaluation.sealed), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert evaluation.sealed == canonical.encode("utf-8")
    assert '"model":"K\\"1\\" 型/€"' in canonical
    assert evaluation.seal == "sha-256:" + hashlib.sha256(canonical.encode()).hexdigest()


def test_every_number_is_sealed_as_it_was_written() -> None:
    """A text with its last zero, never a JSON number: 1.200 and 1.2 do not claim the same."""
    found = projection(base())

    assert {type(value) for value in found.values()} == {str, bool, type(None), list}  # a list without items
    assert found["stages", 0, "lines", 0, "amount", "value"] == "1.200"
    assert found["declared", "shares_total", "value"] == "100.0"


def test_the_seals_of_the_base_records_hold() -> None:
    """They were written once and must never move: every published seal would drop with them."""
    for report, folder in ((OLD, R1), (NEW, R2)):
        assert f"seal: {sealed(base(), report).seal}\n" in base()[f"{folder}/review.yaml"].decode()


# Kept by reformatting


def reversed_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: reversed_keys(value) for key, value in reversed(data.items())}
    return [reversed_keys(item) for item in data] if isinstance(data, list) else data


def as_flow(raw: bytes) -> bytes:
    document, _ = parse("x.yaml", raw)
    assert document is not None
    return as_json(reversed_keys(document.data)).encode()


REFORMATTED = {
    "comments and empty lines": lambda raw: b"# A comment.\n\n" + raw.replace(b"\n", b"  # note\n"),
    "CRLF": lambda raw: raw.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "flow style, quotes and another order of keys": as_flow,
    "the mark of a document's start": lambda raw: b"---\n" + raw,
}


@pytest.mark.parametrize("how", REFORMATTED)
def test_reformatting_keeps_the_seal(how: str) -> None:
    """Comments, line ends, quotes, flow style and the order of keys say nothing about a number."""
    files = {path: REFORMATTED[how](raw) for path, raw in base().items()}

    assert files != base()
    assert evaluate(files).problems == ()
    assert sealed(files).seal == seal_of_base()


# Dropped by any sealed leaf

# What the seal covers, by file and path; '*' is any item. All else in the record may change under a seal.
COVERED = [
    (PRODUCT, ("model",)),
    (PRODUCT, ("producer",)),
    (STATEMENT, ("report", "number")),
    (STATEMENT, ("declared", "total")),
    (STATEMENT, ("declared", "stages", "*")),
    (STATEMENT, ("declared", "shares", "*")),
    (STATEMENT, ("declared", "shares_total")),
    (INVENTORY, ("functional_unit", "amount")),
    (INVENTORY, ("period", "*")),
    (INVENTORY, ("boundary", "scope")),
    (INVENTORY, ("boundary", "named_stages", "*")),
    (INVENTORY, ("stages", "*", "id")),
    (INVENTORY, ("stages", "*", "lines", "*", "factor")),
    (INVENTORY, ("stages", "*", "lines", "*", "amount")),
    (INVENTORY, ("stages", "*", "lines", "*", "derived_from", "*")),
    (INVENTORY, ("stages", "*", "lines", "*", "net_calorific_value", "value")),
    (FACTORS, ("factors", "*", "value")),
    (FACTORS, ("factors", "*", "exact")),
    (FACTORS, ("factors", "*", "gases")),
    (FACTORS, ("factors", "*", "gwp_set")),
    (FACTORS, ("factors", "*", "net_calorific_value", "value")),
]


def is_covered(path: str, leaf: Leaf) -> bool:
    """Whether the seal covers a leaf of a file; of the library, only factors that the report uses."""
    if path == FACTORS and leaf[:2] == ("factors", "gasoline"):
        return False
    return any(
        path == file
        and len(leaf) == len(pattern)
        and all(want in ("*", step) for want, step in zip(pattern, leaf, strict=True))
        for file, pattern in COVERED
    )


# Another value that is as valid in its place, where the rules of `another` do not give one.
CHOICES = {
    "cradle-to-grave": "cradle-to-gate", "AR5": "AR6", "true": "false", "verification": "certification",
    "limited": "reasonable", "unknown": "rounding", "combustion": "life-cycle", "life-cycle": "combustion",
    "electricity": "other", "fuel": "other", "material": "other", "waste": "other", "diesel": "coal",
    "gasoline": "coal",
    "not-stated": "verity", "not-printed": "not-needed", "not-needed": "not-printed", "https://lab.example/2024":
    "https://lab.example/", "lab/2024/steel": "lab/2024/steel-recovered", "lab/2024/steel-recovered": "lab/2024/steel",
    "lab/2024/diesel": "lab/2024/gasoline", "lab/2024/electricity": "lab/2023/electricity", "lab/2023/electricity":
    "lab/2024/diesel",
} | dict.fromkeys(("raw-materials", "inbound-transport", "production", "storage", "distribution", "use", "end-of-life"),
                  "installation")  # fmt: skip


def another(text: str) -> str:
    """Another text of the same kind: the last digit moved, a day later or earlier, another choice, a word more."""
    if text in CHOICES:
        return CHOICES[text]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text[:-2] + ("02" if text.endswith("01") else "01")
    if match := re.fullmatch(r"(-?[\d.]*)(\d)( .*)?", text):
        return f"{match[1]}{int(match[2]) % 9 + 1}{match[3] or ''}"
    if text.startswith("sha-256:"):
        return text[:-1] + ("0" if text[-1] != "0" else "1")
    return text + "2"


def data_of(path: str) -> Any:
    document, _ = parse(path, base()[path])
    assert document is not None
    return document.data


def put(path: str, *changes: tuple[Leaf, Any]) -> Files:
    """The base with a file in flow style, in which some nodes are new."""
    data = data_of(path)
    for leaf, value in changes:
        data = exchanged(data, leaf, value)
    return {**base(), path: as_json(data).encode()}


@cache
def with_another(path: str, leaf: Leaf) -> Evaluation:
    """The report with one leaf changed; the unit of a factor goes with its gases, or it would be refused."""
    text = dict(leaves(data_of(path)))[leaf]
    if leaf[-1] != "gases":
        return sealed(put(path, (leaf, another(text))))
    gases, value = {"CO2e": "CO2", "CO2": "CO2e"}[text], (*leaf[:-1], "value")
    return sealed(put(path, (leaf, gases), (value, dict(leaves(data_of(path)))[value].replace(text, gases))))


LEAVES = [
    (path, leaf)
    for path in (PRODUCT, INVENTORY, STATEMENT, REVIEW, FACTORS)
    for leaf, _ in leaves(data_of(path))
]  # fmt: skip


@pytest.mark.parametrize(("path", "leaf"), LEAVES, ids=lambda v: v if isinstance(v, str) else ".".join(map(str, v)))
def test_each_leaf_of_a_record_drops_the_seal_or_keeps_it(path: str, leaf: Leaf) -> None:
    """What the seal covers drops it; prose, translations, sources, other keys and unused factors do not."""
    assert (with_another(path, leaf).seal != seal_of_base()) == is_covered(path, leaf)


def other_shapes() -> Iterator[Files]:
    """The base with units, states and lines changed that no single text holds."""
    inventory, words = data_of(INVENTORY), {"en": "None"}
    for number, stage in enumerate(inventory["stages"]):
        yield put(INVENTORY, (("stages", number), {"id": stage["id"], "outside_boundary": words}))
        yield put(INVENTORY, (("stages", number), {"id": stage["id"], "not_quantified": words}))
        lines = [{"factor": "lab/2024/steel", "amount": "1 kg"}]
        yield put(INVENTORY, (("stages", number), {"id": stage["id"], "lines": lines}))
        for index in range(len(stage.get("lines", ()))):
            line = ("stages", number, "lines", index)
            heat = {"value": "39.00 GJ/t", "source": words}
            yield put(INVENTORY, (line, {"factor": "lab/2024/diesel", "amount": "1 g", "net_calorific_value": heat}))
            derived = {"total": "9 MJ", "output": "7 piece"}
            yield put(INVENTORY, (line, {"factor": "lab/2024/electricity", "derived_from": derived}))
            yield put(INVENTORY, (line, {"label": words, "not_quantified": words}))
    weighed = ("stages", 2, "lines", 0, "derived_from", "output")
    yield put(INVENTORY, (("functional_unit", "amount"), "1 kg"), (weighed, "1200 kg"))
    yield put(INVENTORY, (("stages", 2, "lines", 1, "net_calorific_value", "value"), "41.00 MJ/kg"))
    for name, factor in data_of(FACTORS)["factors"].items():
        at = ("factors", name)
        yield put(FACTORS, ((*at, "value"), factor["value"].replace("kgCO2e/", "gCO2e/").replace("tCO2/", "kgCO2/")))
        yield put(FACTORS, ((*at, "net_calorific_value"), {"value": "40.00 MJ/kg", "source": words, "exact": "true"}))
        yield put(FACTORS, ((*at, "exact"), "true"))
        yield put(FACTORS, ((*at, "gwp_set"), "AR4"))


def test_no_leaf_of_the_projection_can_move_under_the_seal() -> None:
    """Walked through in full: each leaf moves with something in the record, and the seal with it."""
    before, moved = projection(base()), set()
    renamed = {path.replace("acme-kettle", "acme-pot"): raw for path, raw in base().items()}
    for evaluation in [
        *(with_another(path, leaf) for path, leaf in LEAVES),
        *map(sealed, other_shapes()),
        sealed(renamed, "acme-pot/r-2"),
    ]:
        assert evaluation.sealed is not None
        after = dict(leaves(json.loads(evaluation.sealed)))
        moved |= {leaf for leaf in before if after.get(leaf, "gone") != before[leaf]}
        assert (after == before) == (evaluation.seal == seal_of_base())

    # What can be nothing else: the schema, and the one unit in which emissions and shares are declared.
    constant = {leaf for leaf in before if leaf == ("schema",) or (leaf[0] == "declared" and leaf[-1] == "unit")}
    assert set(before) - moved == constant


def test_the_digest_of_the_words_follows_every_word_and_no_number() -> None:
    """A bettered translation changes it and not the seal; a changed amount changes the seal and not it."""
    whole = evaluate(base()).evaluations[NEW]
    reworded = changed(PRODUCT, ("Electric kettle", "Kettle")).evaluations[NEW]
    measured = changed(f"{R2}/inventory.yaml", ("4200 kWh", "4201 kWh")).evaluations[NEW]

    assert (reworded.seal, prose_digest(reworded.report) == prose_digest(whole.report)) == (whole.seal, False)
    assert (measured.seal == whole.seal, prose_digest(measured.report)) == (False, prose_digest(whole.report))


def test_what_differs_between_two_records_is_named_leaf_by_leaf() -> None:
    before = {"a": {"b": "1", "c": ["x", "y"]}, "gone": "1"}
    after = {"a": {"b": "2", "c": ["x"]}, "new": {"d": "3"}}

    assert list(differences(before, after)) == [
        ("/a/b", "1", "2"), ("/a/c/1", "y", None), ("/gone", "1", None), ("/new", None, {"d": "3"}),
    ]  # fmt: skip
