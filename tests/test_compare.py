"""`pcf compare`: two revisions of a git repository, read as objects; a comment, data, annotations and a table."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from hostile import TEXTS
from pcf.blocking import blocking
from pcf.cli import main
from pcf.differ import compare, sides
from pcf.evaluate import evaluate
from pcf.exports import footprint
from pcf.problems import Problem
from pcf.reviewmarkdown import LONGEST, MARKER, escaped, markdown
from pcf.reviewtext import review_lines, width, workflow_commands
from support import FACTORS, NEW, OLD, PRODUCT, R2, Files, base, edited, write

INVENTORY, STATEMENT = f"{R2}/inventory.yaml", f"{R2}/statement.yaml"
SCHEMA = Path(__file__).parent.parent / "hooks" / "pcf" / "schemas" / "review-1.json"
GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main",
       "-c", "core.autocrlf=false", "-c", "commit.gpgsign=false")  # fmt: skip


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run([*GIT, *arguments], cwd=root, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def commit(root: Path, files: Files, message: str = "records") -> str:
    """Makes products/ be these files, and commits."""
    subprocess.run([*GIT, "rm", "-rqf", "--ignore-unmatch", "."], cwd=root, check=True, capture_output=True)
    write(files, root)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the base catalogue on main."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q")
    commit(root, base())
    return root


def pcf(root: Path, *arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(
        main, ["compare", *arguments, "--root", str(root)], env={"LANG": "en_GB.UTF-8", **(env or {})}
    )


def as_data(root: Path, *arguments: str) -> Any:
    data = json.loads(pcf(root, *arguments, "--format", "json").stdout)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(data)
    return data


AMOUNT = edited(base(), INVENTORY, ("1.200 kg", "1.500 kg"))

# Revisions


def test_the_files_on_disk_are_compared_with_a_revision(repository: Path) -> None:
    """0.3 kg more of steel at 2 kgCO2e/kg: what would be committed, before it is."""
    write(AMOUNT, repository)

    data = as_data(repository, "main")

    (report,) = data["reports"]
    assert (report["id"], report["recomputed"]["change"]["exact"], data["head"]) == (NEW, "0.6", None)
    assert data["counts"]["unchanged"] == 1


def test_two_revisions_are_compared_without_a_checkout(repository: Path, tmp_path: Path) -> None:
    """A bare repository has no files on disk, and none come to be."""
    git(repository, "checkout", "-q", "-b", "change")
    commit(repository, AMOUNT)
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(repository), str(bare))

    data = as_data(bare, "main", "change")

    assert [report["id"] for report in data["reports"]] == [NEW]
    assert not (bare / "products").exists()


def test_nothing_of_either_revision_is_run(repository: Path) -> None:
    """Hooks, filters and modules that a branch brings lie there as blobs."""
    files = {"hooks/pcf/__init__.py": b"raise SystemExit('run')", "pcf.py": b"raise SystemExit('run')",
             ".gitattributes": b"* filter=evil\n", ".git-hooks/post-checkout": b"#!/bin/sh\ntouch ran\n"}  # fmt: skip
    git(repository, "checkout", "-q", "-b", "change")
    commit(repository, AMOUNT | files)
    git(repository, "config", "filter.evil.smudge", "touch ran; cat")
    git(repository, "config", "filter.evil.clean", "touch ran; cat")
    git(repository, "config", "core.hooksPath", ".git-hooks")

    assert pcf(repository, "main", "change").exit_code == 1
    assert not (repository / "ran").exists()


HOSTILE_NAMES = ["--help", "--output=x", "-x", "$(touch ran)", "a;b", "a b", "main\n", "x\0y", ":/", "main:products"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_is_no_revision_is_told(name: str, repository: Path) -> None:
    """It is an argument of git's and nothing else, whatever it holds."""
    result = CliRunner().invoke(main, ["compare", "--root", str(repository), "--", name], env={"LANG": "en"})

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "is not known" in result.stderr
    assert not (repository / "ran").exists()


def test_what_could_not_be_compared_is_told_in_the_reader_s_language(repository: Path, tmp_path: Path) -> None:
    """Exit code 2: no repository, a shallow clone, no folder of records."""
    shallow = tmp_path / "shallow"
    first = git(repository, "rev-parse", "HEAD")
    commit(repository, AMOUNT)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(shallow))
    (tmp_path / "empty").mkdir()

    missing, chinese = pcf(shallow, first), pcf(shallow, first, env={"LANG": "zh_CN.UTF-8"})
    outside = pcf(tmp_path / "empty", "main", env={"GIT_CEILING_DIRECTORIES": str(tmp_path)})

    assert (missing.exit_code, chinese.exit_code, outside.exit_code) == (2, 2, 2)
    assert f"revision '{first}' is not known; this clone is shallow" in missing.stderr
    assert f"找不到版本“{first}”；当前是浅克隆" in chinese.stderr
    assert "git says: not a git repository" in outside.stderr


def test_links_and_submodules_of_a_revision_are_told(repository: Path) -> None:
    """As on disk, they are refused, not followed; a folder of links is none."""
    git(repository, "checkout", "-q", "-b", "change")
    (repository / "products" / "_bodies" / "link.yaml").symlink_to("verity.yaml")
    git(repository, "add", "-A")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},products/acme-kettle/module")
    git(repository, "commit", "-qm", "links")

    codes = {(b["path"], b["code"]) for b in as_data(repository, "main", "change")["blocking"]}

    assert codes == {("products/_bodies/link.yaml", "F-LINK"), ("products/acme-kettle/module", "F-SUBMODULE")}


def test_the_catalogue_may_lie_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    """With --root as everywhere; a path says where it is from there."""
    git(tmp_path, "init", "-q")
    commit(tmp_path, {f"site/{path}": raw for path, raw in base().items()})
    commit(tmp_path, {f"site/{path}": raw for path, raw in AMOUNT.items()})

    data = as_data(tmp_path / "site", "HEAD~1", "HEAD")

    assert {value["path"] for report in data["reports"] for value in report["values"]} == {INVENTORY}


def test_the_merge_base_leaves_out_what_the_base_did_meanwhile(repository: Path) -> None:
    """Else the base's own progress would look as if the change took it back."""
    git(repository, "checkout", "-q", "-b", "change")
    commit(repository, AMOUNT)
    git(repository, "checkout", "-q", "main")
    commit(repository, edited(base(), PRODUCT, ("producer: acme", "producer: acme\nproduct_number: K-1")))

    own = as_data(repository, "main", "change", "--merge-base")["reports"]
    all_of_it = as_data(repository, "main", "change")["reports"]

    assert {value["key"] for report in own for value in report["values"]} == {"stages.raw-materials.lines.1.amount"}
    assert "product_number" in {value["key"] for report in all_of_it for value in report["values"]}


def test_a_merge_commit_is_a_revision_like_any_other(repository: Path) -> None:
    """What merging does is the merge held against its first parent."""
    git(repository, "checkout", "-q", "-b", "change")
    commit(repository, AMOUNT)
    git(repository, "checkout", "-q", "main")
    git(repository, "commit", "-q", "--allow-empty", "-m", "meanwhile")
    git(repository, "merge", "-q", "--no-ff", "--no-edit", "change")

    assert [report["id"] for report in as_data(repository, "HEAD^1", "HEAD")["reports"]] == [NEW]


# Exit codes, and silence where nothing changed


def test_the_exit_code_says_whether_something_blocks(repository: Path) -> None:
    """0 for a new body's words, 1 for an amount under a seal."""
    words = edited(base(), INVENTORY, ("data_sources: {zh: 电表", "data_sources: {zh: 计量表"))

    assert pcf(write(words, repository), "main").exit_code == 0
    assert pcf(write(AMOUNT, repository), "main").exit_code == 1


@pytest.mark.parametrize("form", ["text", "markdown", "json", "github"])
def test_a_workflow_posts_nothing_where_no_number_changes(form: str, repository: Path) -> None:
    """--if-changed: words and form alone make no comment; a number does."""
    words = edited(base(), INVENTORY, ("data_sources: {zh: 电表", "data_sources: {zh: 计量表"))

    assert pcf(write(words, repository), "main", "--format", form, "--if-changed").stdout == ""
    assert pcf(write(AMOUNT, repository), "main", "--format", form, "--if-changed").stdout != ""


def test_no_published_number_changes_is_said(repository: Path) -> None:
    """In so many words, in each form that is read."""
    write(base(), repository)

    assert "No published number changes." in pcf(repository, "main", "--language", "en").stdout
    assert "已公布的数值没有变化" in pcf(repository, "main", "--format", "markdown", "--language", "zh").stdout
    assert as_data(repository, "main")["changes_numbers"] is False


# The code itself


def test_what_another_code_computed_is_told_as_method(repository: Path, tmp_path: Path) -> None:
    """The same records, of which the base's own footprint.json says 0.1 kg less of raw materials."""
    outcome = evaluate(base())
    data = footprint(outcome, outcome.evaluations[NEW])
    for result in (data["recomputed"]["total"], data["stages"][0]["recomputed"]):
        result["exact"] = str(Fraction(result["exact"]) - Fraction("0.1"))
    file = tmp_path / "products" / "acme-kettle" / "r-2" / "footprint.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(data))

    for given in (file, tmp_path):
        (report,) = as_data(repository, "main", "--base-json", str(given))["reports"]
        assert [(cause["cause"], cause["change"]["exact"]) for cause in report["causes"]] == [("method", "0.1")]
        assert report["recomputed"]["change"]["exact"] == "0.1"
    file.write_text(json.dumps({**data, "schema": "footprint/9"}))
    assert pcf(repository, "main", "--base-json", str(file)).exit_code == 2


# The comment


def comment(files: Files, languages: tuple[Any, ...] = ("en",)) -> str:
    changes = compare(*sides((base(), []), (files, [])))
    return markdown(
        changes, blocking(changes), languages, names=("1" * 12, "2" * 12), link="https://forge.example/blob/2"
    )


def elements(text: str) -> list[str]:
    """The tags of a comment as a forge's reader would set them, with every extension of theirs on."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return re.findall(r"<(/?[a-z0-9]+[^>]*)>", html)


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_stays_text(text: str) -> None:
    """It adds no element to the comment: no link, picture, script, row, cell, heading or list."""
    files = dict(AMOUNT)
    plain = comment(edited(files, PRODUCT, (_name(files), "name: {en: Plain}")))

    told = comment(edited(files, PRODUCT, (_name(files), f"name: {{en: {json.dumps(text, ensure_ascii=False)}}}")))

    assert elements(told) == elements(plain)


def _name(files: Files) -> str:
    return next(line for line in files[PRODUCT].decode().splitlines() if line.startswith("name:"))


LINKED = ["@owner", "@org/team", "#12", "!12", "GH-12", "owner/repo#12", "https://evil.example", "www.evil.example",
          "me@evil.example", "[[page]]", ":tada:", "~bug", "%1.0", "&4", "$7", "^alert#1", "/close"]  # fmt: skip


@pytest.mark.parametrize("text", LINKED)
def test_a_forge_finds_nothing_to_link_or_to_call(text: str) -> None:
    """Mentions and references are looked for in the text as set, so that escaping alone would not keep them off."""
    html = MarkdownIt("commonmark").render("Set " + escaped(text))
    seen = re.sub(r"</?p>|\n", "", html).removeprefix("Set ")

    assert "<a" not in html
    assert not re.search(r"www\.|://", escaped(text))  # by which GitHub's own reader finds bare addresses
    assert not re.search(r"@\w|[#!~%$&^]\w|GH-\d|www\.|://|\[\[|:\w+:", seen.replace("&amp;", "&"), re.IGNORECASE)
    assert seen.replace("\u2060", "").replace("&amp;", "&") == text


def many() -> tuple[Files, Files]:
    """Two hundred products with long names, an edited factor under all of them."""
    start = base()
    for n in range(200):
        for path, raw in base().items():
            if "acme-kettle/" in path:
                text = raw.replace(b"number: R-", b"number: N%d-R-" % n)
                start[path.replace("acme-kettle", f"acme-kettle-{n}").replace("/r-", f"/n{n}-r-")] = text
    return start, edited(start, FACTORS, ("value: 2.000 kgCO2e/kg", "value: 3.000 kgCO2e/kg"))


def test_a_comment_always_fits() -> None:
    """Below GitHub's 65,536 characters, both languages together; what is left out is counted."""
    start, end = many()
    changes = compare(*sides((start, []), (end, [])))

    text = markdown(changes, blocking(changes))

    assert len(text) <= LONGEST < 65_536
    assert text.startswith(MARKER)
    assert re.search(r"… and \d+ more", text)
    assert text.count("<details") == text.count("</details>")


def test_a_comment_tells_what_moved_why_and_where() -> None:
    """The number, its sign and share, the cause, the line as a link, and what blocks first."""
    told = comment(AMOUNT)

    # 3.657 recomputed before: 2.4 + 0.14 + 2.037 + 0.28 − 1.2; 0.6 more is 16.41 %
    assert "+0.60 (+16.41 %)" in told.replace("\u00a0", " ")
    assert "Amount&#58; Sheet of the body 1.200 → 1.500 kg (+0.600)" in told
    assert f'<a href="https&#58;//forge.example/blob/2/{INVENTORY}&#35;L14">' in told
    assert told.index("B-INVENTORY") < told.index("C-DEVIATION") < told.index("<details")
    assert "- 1.200 kg × 2.000 kgCO₂e/kg = 2.400\n+ 1.500 kg × 2.000 kgCO₂e/kg = 3.000" in told


def test_both_languages_stand_in_one_comment() -> None:
    """The first open, the second folded below."""
    told = comment(AMOUNT, ("zh", "en"))

    assert told.index("碳足迹审阅") < told.index("<details><summary>English</summary>") < told.index("Footprint review")


# Annotations and the terminal


def test_an_annotation_cannot_be_broken_out_of() -> None:
    """Line ends, percent signs, colons and commas are escaped, as GitHub's own toolkit does."""
    block = Problem("a:b,c%\n::error::x", 3, 1, "F-NAME", {"name": "50%\r\n::set-env name=x::y"})
    changes = compare(*sides((base(), []), (base(), [])))

    (line,) = workflow_commands(changes, [block], "en")

    assert line.startswith("::error file=a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3Ax,line=3,title=F-NAME::")
    assert "\n" not in line
    assert "\r" not in line
    assert "50%25" in line


def test_the_table_lines_up_in_chinese_too() -> None:
    """A Chinese character takes two columns of a terminal."""
    changes = compare(*sides((base(), []), (AMOUNT, [])))

    for language in ("zh", "en"):
        rows = [line for line in review_lines(changes, blocking(changes), language) if len(line) == 16]  # type: ignore[arg-type]
        assert len(rows) == 2
        assert len({sum(width(text) for text, _ in row[:-2]) for row in rows}) == 1


def test_colour_is_for_a_terminal_only(repository: Path) -> None:
    """Neither a pipe nor NO_COLOR gets an escape."""
    write(AMOUNT, repository)

    assert "\x1b" not in pcf(repository, "main").stdout


def entries(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from entries(value)


def test_the_schema_refuses_what_is_not_said(repository: Path) -> None:
    """Every object of it is closed, so that a key cannot come without its place there."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    assert all(entry["additionalProperties"] is False for entry in entries(schema) if entry.get("type") == "object")
    data = as_data(write(AMOUNT, repository), "main")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**data, "more": 1})


def test_the_environment_of_git_cannot_ask(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No prompt may hold up a workflow."""
    seen: list[Any] = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: (seen.append(k), run(*a, **k))[1])

    pcf(repository, "main")

    assert seen
    assert {k["env"]["GIT_TERMINAL_PROMPT"] for k in seen} == {"0"}
    assert os.environ.get("GIT_TERMINAL_PROMPT") is None


# A history of pull requests, each with what its comment must say


def reformatted(files: Files) -> Files:
    return {path: raw.replace(b"\n", b"\r\n") + b"# checked\r\n" for path, raw in files.items()}


def without(files: Files, prefix: str) -> Files:
    return {path: raw for path, raw in files.items() if not path.startswith(prefix)}


def added() -> Files:
    """A second product, with one report of its own number."""
    old = {path: raw for path, raw in base().items() if "acme-kettle" in path and "/r-2/" not in path}
    more = {path.replace("acme-kettle", "acme-mug").replace("/r-1/", "/m-1/"): raw for path, raw in old.items()}
    more = {path: raw.replace(b"R-1", b"M-1") for path, raw in more.items()}
    return base() | more


def superseded() -> Files:
    """A newer report of the kettle beside the two that stand."""
    more = {path.replace("/r-2/", "/r-3/"): raw for path, raw in base().items() if "/r-2/" in path}
    statement = "products/acme-kettle/r-3/statement.yaml"
    files = edited(base() | more, statement, ("number: R-2", "number: R-3"), ("2025-03-01", "2026-03-01"))
    seal = evaluate(files).evaluations["acme-kettle/r-3"]
    return edited(files, statement.replace("statement", "review"), (str(seal.report.review.seal), str(seal.seal)))


# Files after; kinds of the reports that differ; the code that blocks first; the current report's recomputed change, by
# hand: steel 1.200 kg at 2.000 kgCO2e/kg; electricity 4200/1200 = 3.5 kWh at 0.5000 and, in 2023, 0.6000 kgCO2e/kWh.
# Where the newer report cannot be read, the older one stands again.
HISTORY: dict[str, tuple[Files, dict[str, str], str | None, str | None]] = {
    "an amount corrected": (AMOUNT, {NEW: "changed"}, "B-INVENTORY", "0.6"),
    "a release moved on": (
        edited(base(), INVENTORY, ("- factor: lab/2024/electricity", "- factor: lab/2023/electricity")),
        {NEW: "changed"}, "B-INVENTORY", "0.35",
    ),
    "a declared value alone": (
        edited(base(), STATEMENT, ("  total: 3.68 kgCO2e", "  total: 3.66 kgCO2e")),
        {NEW: "changed"}, "B-DECLARED", "0",
    ),
    "a product added": (added(), {"acme-mug/m-1": "added"}, None, None),
    "a report superseded": (superseded(), {"acme-kettle/r-3": "added", NEW: "changed"}, None, "0"),
    "a product removed": (
        without(base(), "products/acme-kettle/"), {OLD: "removed", NEW: "removed"}, "B-REMOVED", None,
    ),
    "comments and line ends": (reformatted(base()), {}, None, None),
    "YAML broken": (base() | {INVENTORY: b"stages: [\n"}, {OLD: "changed", NEW: "failed"}, "Y-SYNTAX", None),
    "a file renamed": (
        {path.replace("r-2/inventory.yaml", "r-2/inventory.yml"): raw for path, raw in base().items()},
        {OLD: "changed", NEW: "failed"}, "F-MISSING", None,
    ),
    "a factor edited in place": (
        edited(base(), FACTORS, ("value: 2.000 kgCO2e/kg", "value: 2.500 kgCO2e/kg")),
        {OLD: "changed", NEW: "changed"}, "B-FACTOR", "0.6",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORY)
def test_a_pull_request_gets_the_comment_that_it_needs(name: str, repository: Path) -> None:
    """Kinds, what blocks first, the change of the current report, and the exit code that goes with them."""
    files, kinds, code, change = HISTORY[name]
    git(repository, "checkout", "-q", "-b", "change")
    commit(repository, files, name)

    data = as_data(repository, "main", "change")

    assert {report["id"]: report["kind"] for report in data["reports"]} == kinds
    assert (data["blocking"][0]["code"] if data["blocking"] else None) == code
    found = {report["id"]: report["recomputed"]["change"] for report in data["reports"]}
    assert (found[NEW]["exact"] if change else None) == change
    result = pcf(repository, "main", "change", "--format", "markdown")
    assert result.exit_code == (1 if code else 0)
    assert (f"**{code}**" in result.stdout) == bool(code)
