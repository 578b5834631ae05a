"""The history of a report from git: what changed, when and in which commit; and what it must never tell."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from hostile import TEXTS
from pcf.cli import main
from pcf.edits import UNKNOWN, History, Move
from pcf.evaluate import evaluate
from pcf.exports import footprint
from pcf.files import read_folder
from pcf.history import histories, past
from pcf.library import Publisher
from pcf.site import build
from support import FACTORS, NEW, R2, base, edited, published_file, write

PUBLISHER = Publisher.model_validate({"address": "https://carbon.example.com/", "name": {"zh": "目录", "en": "Carbon"}})
AUTHOR = "somebody@mail.example.com"
DAY = 86400
RUN = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "<b>Some Body</b>",
    "GIT_AUTHOR_EMAIL": AUTHOR,
    "GIT_COMMITTER_NAME": "Some Body",
    "GIT_COMMITTER_EMAIL": AUTHOR,
}
Commit = Callable[..., str]


def git(root: Path, *arguments: str, day: int = 0) -> str:
    """One git command; ``day`` is that of a commit, from 2026-01-01 on."""
    when = f"{1767225600 + day * DAY} +0000"
    environment = os.environ | RUN | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    done = subprocess.run(["git", *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, files: dict[str, bytes], day: int, message: str = "-") -> str:
    """The files, and no other, as a commit."""
    if not (root / ".git").exists():
        git(root, "init", "-q")
    elif git(root, "ls-files"):
        git(root, "rm", "-rq", "--ignore-unmatch", ".")
    write(files, root)
    git(root, "add", "-A")
    git(root, "commit", "-qm", message, day=day)
    return git(root, "rev-parse", "HEAD")


def told(root: Path) -> dict[str, History]:
    files, met = read_folder(root)
    return dict(histories(past(root), evaluate(files, more=met)))


def resealed(files: dict[str, bytes], more: str = "") -> dict[str, bytes]:
    """The files with the seal that NEW has now."""
    evaluation = evaluate(files).evaluations[NEW]
    old = evaluation.report.review.seal
    path = f"{R2}/review.yaml"
    sealed = edited(files, path, (str(old), str(evaluation.seal)))
    return {**sealed, path: sealed[path] + more.encode()}


CORRECTED = ("amount: 1.200 kg", "amount: 1.201 kg")
SAID = "changes:\n  - {date: 2026-01-02, words: {zh: 抄录更正, en: A slip of transcription}}\n"


def correct() -> dict[str, bytes]:
    return resealed(edited(base(), f"{R2}/inventory.yaml", CORRECTED), SAID)


def test_a_corrected_amount_is_told_with_its_commit_its_day_and_the_publishers_words(tmp_path: Path) -> None:
    """2.000 × 1.201 is 0.002 more than before: 3.657 becomes 3.659, which two decimals would not tell apart."""
    commit(tmp_path, base(), 0)
    second = commit(tmp_path, correct(), 5)

    history = told(tmp_path)[NEW]

    assert (history.reach, history.since) == ("whole", date(2026, 1, 1))
    (edit,) = history.edits
    assert (edit.day, edit.commit) == (date(2026, 1, 6), second)
    assert [move.value for move in edit.moves] == ["recomputed-total", "seal"]
    assert [change.words.en for change in edit.said] == ["A slip of transcription"]
    assert (edit.moves[0].was, edit.moves[0].now) == ("3.657 kgCO2e", "3.659 kgCO2e")


def test_a_declared_value_is_told_by_its_stage_as_it_was_written(tmp_path: Path) -> None:
    commit(tmp_path, base(), 0)
    commit(tmp_path, edited(base(), f"{R2}/statement.yaml", ("production: 2.037 kg", "production: 2.038 kg")), 1)

    moves = told(tmp_path)[NEW].edits[0].moves

    assert Move("declared-stage", "production", "2.037 kgCO2e", "2.038 kgCO2e") in moves
    assert [move for move in moves if move.value == "declared-total"] == []


def test_prose_attachments_and_form_are_no_change_of_a_value(tmp_path: Path) -> None:
    commit(tmp_path, base(), 0)
    commit(tmp_path, edited(base(), f"{R2}/inventory.yaml", ("The body", "The whole body")), 1)
    commit(tmp_path, {path: b"# a comment\n" + raw for path, raw in base().items() if path.endswith(".yaml")}, 2)

    for history in told(tmp_path).values():
        assert (history.reach, history.edits) == ("whole", ())


def test_a_factor_edited_in_its_release_changes_the_reports_that_use_it(tmp_path: Path) -> None:
    """The report's own folder was not touched."""
    commit(tmp_path, base(), 0)
    factors = base()[FACTORS].decode()
    assert "2.000 kgCO2e/kg" in factors
    changed = commit(tmp_path, {**base(), FACTORS: factors.replace("2.000 kgCO2e/kg", "2.100 kgCO2e/kg").encode()}, 1)

    (edit,) = told(tmp_path)[NEW].edits

    assert edit.commit == changed
    assert "recomputed-total" in {move.value for move in edit.moves}


def test_words_that_were_taken_out_are_not_brought_back(tmp_path: Path) -> None:
    """An old commit may hold what had to go; only what review.yaml says today is told."""
    commit(tmp_path, base(), 0)
    commit(tmp_path, correct(), 1)
    commit(tmp_path, edited(correct(), f"{R2}/review.yaml", (SAID, "")), 2)

    (edit,) = told(tmp_path)[NEW].edits

    assert edit.said == ()


def test_a_merge_counts_on_the_day_of_the_merge(tmp_path: Path) -> None:
    """What a branch tried on the way was never published."""
    commit(tmp_path, base(), 0)
    main = git(tmp_path, "branch", "--show-current")
    git(tmp_path, "checkout", "-qb", "work")
    commit(tmp_path, edited(base(), f"{R2}/statement.yaml", ("total: 3.68 kg", "total: 9.99 kg")), 1)
    commit(tmp_path, correct(), 2)
    git(tmp_path, "checkout", "-q", main)
    git(tmp_path, "merge", "-q", "--no-ff", "-m", "-", "work", day=3)

    (edit,) = told(tmp_path)[NEW].edits

    assert (edit.day, edit.commit) == (date(2026, 1, 4), git(tmp_path, "rev-parse", "HEAD"))
    assert "declared-total" not in {move.value for move in edit.moves}


def test_a_renamed_folder_is_followed(tmp_path: Path) -> None:
    """The address is one of the values that changed."""
    commit(tmp_path, base(), 0)
    commit(tmp_path, correct(), 1)
    commit(tmp_path, {path.replace("acme-kettle", "acme-pot"): raw for path, raw in correct().items()}, 2)

    history = told(tmp_path)["acme-pot/r-2"]

    assert (history.reach, history.since) == ("whole", date(2026, 1, 1))
    assert [edit.day.day for edit in history.edits] == [3, 2]
    assert Move("report", None, NEW, "acme-pot/r-2") in history.edits[0].moves


def test_a_shallow_clone_says_from_when_on_it_knows(tmp_path: Path) -> None:
    """Nothing is claimed of what lies before; the JSON names no beginning, which would move with each commit."""
    whole = tmp_path / "whole"
    whole.mkdir()
    commit(whole, base(), 0)
    commit(whole, correct(), 1)
    git(tmp_path, "clone", "-q", "--depth", "1", whole.as_uri(), "cut")

    history = told(tmp_path / "cut")[NEW]

    assert (history.reach, history.since, history.edits) == ("cut", date(2026, 1, 2), ())
    outcome = evaluate(correct())
    data = footprint(outcome, outcome.evaluations[NEW], history)["history"]
    assert data == {"complete": False, "since": None, "changes": []}


def test_without_git_or_a_commit_nothing_is_known_and_nothing_fails(tmp_path: Path) -> None:
    write(base(), tmp_path)
    assert told(tmp_path).get(NEW, UNKNOWN) == UNKNOWN
    git(tmp_path, "init", "-q")
    assert told(tmp_path).get(NEW, UNKNOWN) == UNKNOWN


def test_a_report_with_one_commit_costs_no_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(tmp_path, base(), 0)
    monkeypatch.setattr("pcf.revisions.Repository.contents", None)

    assert told(tmp_path)[NEW].since == date(2026, 1, 1)


def test_a_commit_that_cannot_be_read_today_is_no_claim(tmp_path: Path) -> None:
    """What stood there before was published by other rules; the history begins where it can be read."""
    commit(tmp_path, {**base(), f"{R2}/inventory.yaml": b"older: form\n"}, 0)
    commit(tmp_path, base(), 1)

    history = told(tmp_path)[NEW]

    assert (history.reach, history.since, history.edits) == ("cut", date(2026, 1, 2), ())


def test_what_changed_since_the_seal_is_named_leaf_by_leaf(tmp_path: Path) -> None:
    """By the newest commit whose record gives the seal in review.yaml; by the page, the JSON and ``pcf verify``."""
    sealed = commit(tmp_path, base(), 0)
    commit(tmp_path, edited(base(), f"{R2}/inventory.yaml", CORRECTED), 1)

    history = told(tmp_path)[NEW]

    assert history.sealed_at is not None
    assert history.sealed_at.commit == sealed
    leaves = [(d.place, d.stage, d.was, d.now) for d in history.sealed_at.differences]
    assert leaves == [("/stages/0/lines/0/amount", "raw-materials", "1.200 kg", "1.201 kg")]
    arguments = ["verify", NEW, "--root", str(tmp_path), "--on", "2026-01-03", "--language", "en"]
    text = CliRunner().invoke(main, arguments).stdout
    assert "/stages/0/lines/0/amount: 1.200 kg → 1.201 kg" in text
    data = json.loads(CliRunner().invoke(main, [*arguments, "--format", "json"]).stdout)
    assert data["changed_since_sealed"] == [{"place": "/stages/0/lines/0/amount", "was": "1.200 kg", "now": "1.201 kg"}]
    for html in pages(tmp_path):
        assert "/stages/0/lines/0/amount" in html
        assert "1.201 kg" in html


def test_where_the_sealed_record_is_not_at_hand_that_is_said(tmp_path: Path) -> None:
    commit(tmp_path, edited(base(), f"{R2}/inventory.yaml", CORRECTED), 0)

    assert told(tmp_path)[NEW].sealed_at is None
    assert ["not in the git history at hand" in html or "没有封签时的记录" in html for html in pages(tmp_path)] == [
        True
    ] * 2


def pages(root: Path) -> list[str]:
    """The page of NEW in both languages."""
    outcome = evaluate(read_folder(root)[0])
    made = build(outcome, PUBLISHER, histories(past(root), outcome))
    return [page.render() for page in made.pages() if page.address == f"products/{NEW}/"]


def test_page_data_and_feed_tell_the_same(tmp_path: Path) -> None:
    commit(tmp_path, base(), 0)
    second = commit(tmp_path, correct(), 5)
    outcome = evaluate(correct())
    known = told(tmp_path)

    (change,) = footprint(outcome, outcome.evaluations[NEW], known[NEW])["history"]["changes"]

    assert (change["date"], change["commit"]) == ("2026-01-06", second)
    for html in pages(tmp_path):
        assert second[:12] in html
        for value in change["values"]:
            for text in (value["was"], value["now"]):
                assert text.removeprefix("sha-256:").partition(" ")[0][:12] in html
    entry = published_file(outcome, "en/feed.xml", known).decode()
    assert "<updated>2026-01-06T00:00:00Z</updated>" in entry
    assert "2026-01-06 Recomputed total: " in entry


@pytest.mark.parametrize("text", TEXTS[:6])
def test_nothing_of_who_committed_and_what_they_wrote_is_published(tmp_path: Path, text: str) -> None:
    """Neither name nor address nor message: git holds them, the site does not."""
    commit(tmp_path, base(), 0, message=f"first {text}")
    commit(tmp_path, correct(), 1, message=f"second {text}")
    outcome = evaluate(correct())
    made = build(outcome, PUBLISHER, told(tmp_path))

    whole = [page.render() for page in made.pages()] + [str(artifact.content) for artifact in made.artifacts()]

    for part in (AUTHOR, "Some Body", f"second {text}"):
        assert [found for found in whole if part in found] == []


def test_a_commit_of_an_impossible_time_has_a_day(tmp_path: Path) -> None:
    """git keeps what a commit claims; a calendar ends somewhere."""
    commit(tmp_path, base(), 0)
    commit(tmp_path, correct(), 1)
    held = git(tmp_path, "cat-file", "commit", "HEAD").replace(f" {1767225600 + DAY} ", f" {10**15} ")
    raw = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=tmp_path, input=held + "\n", text=True, capture_output=True, check=True,
    )  # fmt: skip
    git(tmp_path, "reset", "-q", "--soft", raw.stdout.strip())

    assert told(tmp_path)[NEW].edits[0].day == date.max


def test_while_serving_the_log_is_read_again_only_after_a_commit(tmp_path: Path) -> None:
    commit(tmp_path, base(), 0)
    first = past(tmp_path)
    assert past(tmp_path, first) is first
    commit(tmp_path, correct(), 1)
    assert past(tmp_path, first) is not first
