"""What a forge reads of this repository: workflows that strangers cannot use, forms and owners that fit the records."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pcf.model import STAGES
from pcf.wording import LANGUAGES, wording
from test_docs import documents, first_cells, page, pages, spans

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORM = ROOT / ".github" / "ISSUE_TEMPLATE" / "number-looks-wrong.yml"

# What these hold was written by whoever opened the pull request or pushed the branch.
STRANGE = re.compile(r"github\.(head_ref|event\.(?!pull_request\.(number|head\.sha)\b|repository\.default_branch\b))")


def workflow(path: Path) -> dict[Any, Any]:
    found = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def jobs() -> dict[str, dict[str, Any]]:
    return {f"{path.name}: {name}": job for path in WORKFLOWS for name, job in workflow(path)["jobs"].items()}


def steps(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_workflow_says_what_it_may_do(path: Path) -> None:
    """Rights of its own, none of them to write but in a single job; one run at a time for what it works on."""
    whole = workflow(path)

    assert "write" not in (whole["permissions"] or {}).values()
    assert "group" in whole["concurrency"]


@pytest.mark.parametrize("job", jobs().values(), ids=jobs())
def test_every_job_ends_and_keeps_no_token(job: dict[str, Any]) -> None:
    """A limit of time; a checkout leaves no credentials behind."""
    assert job["timeout-minutes"] <= 45
    for step in steps(job):
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_actions_are_pinned_by_hash() -> None:
    """Whole, with the version beside it, and each action at one version everywhere."""
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for line in re.findall(r"^.*\buses:.*$", path.read_text("utf-8"), re.M):
            match = re.fullmatch(r"\s*(?:- )?uses: ([\w/-]+)@([0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+)", line)
            assert match, line
            pins.setdefault(match[1], set()).add(match[2])

    assert {name for name, versions in pins.items() if len(versions) > 1} == set()
    assert pins


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_text_of_strangers_reaches_a_shell(path: Path) -> None:
    """Nothing is written into a command; what a stranger chose (title, branch) is not read at all."""
    assert [
        step for job in workflow(path)["jobs"].values() for step in steps(job) if "${{" in step.get("run", "")
    ] == []
    assert STRANGE.findall(path.read_text("utf-8")) == []


def test_what_runs_with_rights_never_checks_out_the_fork() -> None:
    """With pull_request_target: the default branch only, and either foreign data or the right to write, never both."""
    trusted = [path for path in WORKFLOWS if "pull_request_target" in workflow(path)[True]]  # YAML 1.1 reads `on` so
    assert [path.name for path in trusted] == ["review.yml"]
    for job in workflow(trusted[0])["jobs"].values():
        commands = " ".join(step.get("run", "") for step in steps(job))
        checkouts = [step for step in steps(job) if "actions/checkout" in step.get("uses", "")]
        writes = "write" in job["permissions"].values()

        assert [step["with"]["ref"] for step in checkouts] == ["${{ github.event.repository.default_branch }}"]
        assert not any("cache" in str(step) for step in steps(job))
        assert writes != (".ci/review fetch" in commands)
        assert not (writes and "make" in commands)
        assert "secrets." not in str(job)


def test_gitlab_keeps_its_token_for_the_default_branch() -> None:
    """Only the job that a trigger starts there posts; comparing goes without the token."""
    whole = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text("utf-8"))
    scripts = {name: job["script"] for name, job in whole.items() if "script" in job}
    posting = {name for name, lines in scripts.items() if any("review post" in line for line in lines)}

    assert posting == {"review"}
    assert whole["review"]["rules"] == [
        {"if": '$CI_PIPELINE_SOURCE == "trigger" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}
    ]
    (comparing,) = (line for line in scripts["review"] if "review compare" in line)
    assert "env -u REVIEW_TOKEN .ci/review compare" in comparing


def test_what_is_called_is_there() -> None:
    """Scripts and make targets that the forges run, and those that pre-commit runs."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)) | {".venv/.installed"}
    texts = [path.read_text("utf-8") for path in [*WORKFLOWS, ROOT / ".gitlab-ci.yml", ROOT / ".ci" / "run"]]
    called = {word for text in texts for word in re.findall(r"\bmake ([.\w/]+)", text)}
    scripts = {word for text in texts for word in re.findall(r"(\.ci/\w+)", text)}
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]

    assert called <= targets
    assert {script for script in scripts if not (ROOT / script).is_file()} == set()
    assert {hook["entry"].split()[0] for hook in hooks} <= {f".venv/bin/{name}" for name in ("pcf", "ruff", "mypy")}


def owners() -> list[tuple[str, str]]:
    """Pattern and owner, in order, as they are once the leading # is off."""
    text = (ROOT / ".github" / "CODEOWNERS").read_text("utf-8")
    if re.search(r"^[^#\n]", text, re.M):
        pytest.skip("in use, with owners of its own")
    return re.findall(r"^#([*/]\S*) +(@\S+)$", text, re.M)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("products/pump-7/product.yaml", "@example/company"),
        ("products/pump-7/r-1/inventory.yaml", "@example/practitioners"),
        ("products/pump-7/r-1/statement.yaml", "@example/body"),
        ("products/pump-7/r-1/review.yaml", "@example/publisher"),
        ("products/pump-7/r-1/attachments/front.jpg", "@example/publisher"),
        ("products/_factors/lab/2024.yaml", "@example/publisher"),
        ("products/_bodies/lab.yaml", "@example/publisher"),
        ("hooks/pcf/seal.py", "@example/maintainers"),
        ("products/acme-kettle/product.yaml", "@acme/product-managers"),
    ],
)
def test_each_file_of_a_record_has_its_owner(path: str, owner: str) -> None:
    """The last pattern that matches wins; a star stays within one folder."""

    def matches(pattern: str) -> bool:
        if pattern == "*":
            return True
        whole, parts = pattern.strip("/").split("/"), path.split("/")
        deep = pattern.endswith("/") and len(parts) >= len(whole)
        fits = all(fnmatch.fnmatchcase(part, one) for part, one in zip(parts, whole, strict=False))
        return fits and (deep or len(parts) == len(whole))

    assert [who for pattern, who in owners() if matches(pattern)][-1] == owner


def test_the_form_asks_in_both_languages() -> None:
    """For product, report, stage, both numbers and the source; its stages are those of the records."""
    form = yaml.safe_load(FORM.read_text("utf-8"))
    fields = {field["id"]: field for field in form["body"] if "id" in field}
    stages = fields["stage"]["attributes"]["options"]

    assert list(fields) == ["product", "report", "stage", "shown", "yours", "source"]
    assert all(field["validations"]["required"] for field in fields.values())
    assert all(" · " in field["attributes"]["label"] for field in fields.values())
    assert stages[1 : 1 + len(STAGES)] == [
        " · ".join(wording(language)(f"stage.{stage}") for language in LANGUAGES) for stage in STAGES
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_that_a_document_names_exist(language: str) -> None:
    """Those in the folders of the repository that hold code, set-up and documents."""
    known = re.compile(
        r"(?:\.ci|\.github|hooks|tests|docs)/[\w./-]*|\.(?:gitlab-ci|pre-commit-config)\.yaml?|\.gitlab-ci\.yml"
    )
    for name, text in documents(language).items():
        named = {span for span in spans(text) if known.fullmatch(span)}
        assert {span for span in named if not (ROOT / span).exists()} == set(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_of_the_scripts_are_documented(language: str) -> None:
    """Each variable that a script reads has its row, and no row tells of another."""
    read = {
        script: set(re.findall(r"\$\{?([A-Z][A-Z_]+)\b", re.sub(r"(?m)^ *#.*", "", (ROOT / script).read_text("utf-8"))))
        for script in (".ci/review", ".ci/deploy")
    }
    given = {"CI_DEFAULT_BRANCH", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "MARKER", "TRIGGER_PAYLOAD"}
    documented = set(first_cells(page(language, "reviewing/forge.md")))
    publishing = page(language, "publishing/hosting.md")

    assert read[".ci/review"] - given == {cell for cell in documented if re.fullmatch("[A-Z_]+", cell)}
    assert read[".ci/deploy"] <= set(spans(publishing))
    used = set(re.findall(r"(?:vars|secrets)\.(\w+)", (ROOT / ".github/workflows/deploy.yml").read_text("utf-8")))
    assert used == {cell for cell in first_cells(publishing) if cell.startswith("DEPLOY_")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_decisions_are_short_and_listed(language: str) -> None:
    """Each record is in the index under its own title, with its first sentence, and fits on a screen."""
    records = {name: path.read_text("utf-8") for name, path in pages(language).items() if "/decisions/" in name}
    index = records.pop("development/decisions/index.md")
    listed = re.findall(r"^\| \[([^]]+)\]\(([^)]+)\) \| (.+) \|$", index, re.M)

    assert {f"development/decisions/{name}" for _, name, _ in listed} == set(records)
    for title, name, sentence in listed:
        text = records[f"development/decisions/{name}"]
        assert text.startswith(f"# {title}\n\n{sentence}\n")
        assert re.findall(r"\{#([a-z]+)\}", text) == ["context", "decision", "consequences"]
        assert len(text) < 2500
