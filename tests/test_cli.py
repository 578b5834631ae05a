"""The `pcf` command: check prints every problem and exits 1 where there is one; seal writes one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pcf.cli import main
from pcf.evaluate import evaluate
from support import NEW, OLD, R1, R2, RECORDS, base, edited, read_tree, write

INVENTORY, STATEMENT, REVIEW = f"{R2}/inventory.yaml", f"{R2}/statement.yaml", f"{R2}/review.yaml"


def seal_of(report: str) -> str | None:
    return evaluate(base()).evaluations[report].seal


def pcf(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), env=env)


# `pcf check`

TREE = RECORDS / "q-unit-lower-case"
BROKEN = base() | read_tree(TREE)


def test_check_is_silent_and_exits_0_where_all_is_well(tmp_path: Path) -> None:
    """The sum goes to the other stream, so that the output is the problems and nothing else."""
    result = pcf("check", "--root", write(base(), tmp_path), "--language", "en")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 reports recomputed, 0 problems\n"


def test_check_prints_the_problems_and_exits_1(tmp_path: Path) -> None:
    """The lines of expected.txt, on the output."""
    result = pcf("check", "--root", write(BROKEN, tmp_path), "--language", "en")

    assert (result.exit_code, result.stdout) == (1, (TREE / "expected.txt").read_text("utf-8"))
    assert result.stderr == "1 report recomputed, 1 problem\n"


def test_check_gives_the_same_as_data(tmp_path: Path) -> None:
    """One JSON object per problem, with path, place, code, words and cure."""
    result = pcf("check", "--root", write(BROKEN, tmp_path), "--language", "en", "--format", "json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "path": f"{R1}/inventory.yaml",
            "line": 14,
            "column": 17,
            "code": "Q-UNIT",
            "words": "unit 'kwh' is not known",
            "cure": "did you mean kWh?",
        }
    ]


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        ({}, False),
    ],
)
def test_messages_are_in_the_language_of_the_terminal(
    environment: dict[str, str], chinese: bool, tmp_path: Path
) -> None:
    """Chinese where the locale says so, else English; --language overrides it."""
    write(BROKEN, tmp_path)
    empty = {"LANG": "", "LC_ALL": "", "LC_MESSAGES": ""}

    result = pcf("check", "--root", tmp_path, env=empty | environment)

    assert ("单位“kwh”不认识；是否应为 kWh？" in result.stdout) == chinese
    assert ("unit 'kwh' is not known; did you mean kWh?" in result.stdout) == (not chinese)
    assert "单位" in pcf("check", "--root", tmp_path, "--language", "zh", env=empty | environment).stdout


def test_links_are_told_by_check(tmp_path: Path) -> None:
    """What the disk holds beside plain files is a problem like any other."""
    write(base(), tmp_path)
    (tmp_path / "products/acme-kettle/link.yaml").symlink_to("product.yaml")

    result = pcf("check", "--root", tmp_path, "--language", "en")

    assert result.stdout.startswith("products/acme-kettle/link.yaml:1:1: F-LINK ")
    assert result.exit_code == 1


def test_a_file_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    """A name in another encoding is refused in both forms of output, and neither breaks on it."""
    write(base(), tmp_path)
    with open(os.fsencode(tmp_path / "products/_bodies") + b"/\xb2\xe2.yaml", "wb") as file:
        file.write(b"name: {en: Other}\n")

    for form in ("text", "json"):
        result = pcf("check", "--root", tmp_path, "--format", form, "--language", "en")

        assert result.exit_code == 1
        assert "F-NAME" in result.stdout
        assert "\\udcb2" in result.stdout


def test_a_folder_without_records_is_told(tmp_path: Path) -> None:
    """A wrong --root is no catalogue without problems."""
    result = pcf("check", "--root", tmp_path)

    assert result.exit_code == 1
    assert "there is no folder 'products'" in result.stderr


def test_the_module_is_the_command(tmp_path: Path) -> None:
    """`python -m pcf` runs where nothing is installed but the libraries."""
    write(BROKEN, tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent / "hooks"), "PYTHONUTF8": "1"}

    done = subprocess.run(
        [sys.executable, "-P", "-m", "pcf", "check", "--language", "en"],
        cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, (TREE / "expected.txt").read_text("utf-8"))


# `pcf seal`


def run(root: Path, report: str = NEW) -> tuple[int, str]:
    result = pcf("seal", report, "--root", root, "--language", "en")
    return result.exit_code, result.output


REVIEWS = {
    "a seal with a comment behind it": (
        b"# ours\nseal: sha-256:%s  # old\nfindings: []\n",
        b"# ours\n%s\nfindings: []\n",
    ),
    "no seal yet": (b"findings: []\n", b"%s\nfindings: []\n"),
    "comments first": (b"# ours\n\n# more\nfindings: []\n", b"# ours\n\n# more\n%s\nfindings: []\n"),
    "CRLF": (b"findings: []\r\nseal: sha-256:%s\r\n", b"findings: []\r\n%s\r\n"),
    "CRLF and no seal yet": (b"findings: []\r\n", b"%s\r\nfindings: []\r\n"),
    "a byte order mark": (b"\xef\xbb\xbffindings: []\n", b"\xef\xbb\xbf%s\nfindings: []\n"),
    "a byte order mark before the seal": (b"\xef\xbb\xbfseal: sha-256:%s\n", b"\xef\xbb\xbf%s\n"),
    "the mark of a document's start": (b"--- # ours\nfindings: []\n", b"--- # ours\n%s\nfindings: []\n"),
    "no line end at the last line": (b"findings: []\nseal: sha-256:%s", b"findings: []\n%s"),
    "a text that speaks of a seal": (
        b"changes:\n  - date: 2025-04-01\n    words:\n      en: |\n        seal: none\n",
        b"%s\nchanges:\n  - date: 2025-04-01\n    words:\n      en: |\n        seal: none\n",
    ),
}


@pytest.mark.parametrize("name", REVIEWS)
def test_sealing_writes_the_line_of_the_seal_and_nothing_else(name: str, tmp_path: Path) -> None:
    """Every other byte of review.yaml stays: comments, line ends, marks; sealing again changes nothing."""
    before, after = (part.replace(b"%s", b"0" * 64 if n == 0 else b"%s") for n, part in enumerate(REVIEWS[name]))
    write({**base(), f"{R1}/review.yaml": before}, tmp_path)
    line = f"seal: {seal_of(OLD)}".encode()

    first, second = run(tmp_path, OLD), run(tmp_path, OLD)

    assert first == second == (0, f"{seal_of(OLD)}  {OLD}\n")
    assert (tmp_path / R1 / "review.yaml").read_bytes() == after.replace(b"%s", line)
    assert pcf("check", "--root", tmp_path).exit_code == 0


def test_sealing_makes_the_review_where_there_is_none(tmp_path: Path) -> None:
    """A report fresh from its transcription needs no other file of the publisher's."""
    files = base()
    del files[f"{R1}/review.yaml"]
    write(files, tmp_path)

    assert run(tmp_path, OLD)[0] == 0
    assert (tmp_path / R1 / "review.yaml").read_text() == f"seal: {seal_of(OLD)}\n"


UNSEALABLE = {
    "an empty review": ({f"{R1}/review.yaml": b""}, OLD, "Y-ROOT"),
    "a review in flow style": ({f"{R1}/review.yaml": b"{findings: []}\n"}, OLD, "yourself: seal: sha-256:"),
    "a quoted key": ({f"{R1}/review.yaml": b'"seal": sha-256:%s\n' % (b"0" * 64)}, OLD, "yourself: seal: sha-256:"),
    "a deviation that is not pinned": ({REVIEW: b"findings: []\n"}, NEW, "C-DEVIATION"),
    "an amount that cannot be read": (edited(base(), INVENTORY, ("1.200 kg", "1e3 kg")), NEW, "Q-NUMBER"),
    "a report that is not there": ({}, "acme-kettle/r-9", "no such report"),
    "a place outside the records": ({}, "../acme-kettle/r-1", "no such report"),
}


@pytest.mark.parametrize("name", UNSEALABLE)
def test_what_is_not_whole_is_not_sealed(name: str, tmp_path: Path) -> None:
    """With a problem of its own, or in a form that has no line for it, nothing is written and the reason is given."""
    changes, report, reason = UNSEALABLE[name]
    files = {**base(), **changes}
    write(files, tmp_path)

    code, output = run(tmp_path, report)

    assert code == 1
    assert reason in output
    assert {path: (tmp_path / path).read_bytes() for path in files} == files


def test_a_draft_cannot_be_sealed(tmp_path: Path) -> None:
    """Nobody has made a statement that could be transcribed."""
    files = base()
    del files[STATEMENT]
    write(files, tmp_path)

    assert run(tmp_path)[0] == 1
    assert (tmp_path / REVIEW).read_bytes() == base()[REVIEW]
