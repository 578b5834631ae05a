"""``.ci/review``: what a forge runs for each pull request.

Tried with a repository of its own, a stub of ``curl`` that keeps what it is asked, and a stub of ``pcf compare`` that
reads one file, ``products/value``, of both revisions as the command reads records: from git, without a checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pcf.reviewmarkdown import MARKER  # by which the script, too, must find the comment

REVIEW = Path(__file__).parent.parent / ".ci" / "review"
BOT = "github-actions[bot]"
TOKEN = "token-that-no-list-of-processes-may-show"

PCF = f"""#!/bin/sh
printf '%s\\n' "$*" >>"$STUB/asked"
[ "$4" = --merge-base ] && began=$(git merge-base "$2" "$3") || exit 2
old=$(git cat-file -p "$began:products/value") new=$(git cat-file -p "$3:products/value")
case $new in broken) echo 'Traceback' >&2; exit 1 ;; esac
case $6 in
json) [ "$old" = "$new" ] && echo '{{"changes_numbers": false}}' || echo '{{"changes_numbers": true}}' ;;
markdown) printf '%s\\n%s to %s\\n' '{MARKER}' "$old" "$new" ;;
github) echo "::error file=products/value,line=1::$old to $new" ;;
esac
printf '%s\\n' '::add-mask::what a record says' >&2
case $new in blocked) exit 1 ;; esac
"""

CURL = """#!/bin/sh
cat >>"$STUB/headers"
while [ $# -gt 1 ]; do
    case $1 in --request) method=$2 ;; --data-binary) cat "${2#@}" >"$STUB/body" ;; esac
    case "$*" in *"$TOKEN"*) exit 99 ;; esac
    shift
done
printf '%s %s\\n' "$method" "$1" >>"$STUB/calls"
case $method$1 in
GET*/user) echo '{"username": "reviewer", "login": "reviewer"}' ;;
GET*page=1) cat "$STUB/comments" ;;
GET*) cat "$STUB/more_comments" ;;
esac
"""


class Desk:
    """A publisher's repository, the fork that it was proposed from, and what the script asked of the forge."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clone, self.origin, self.stub = root / "clone", root / "origin.git", root / "stub"
        for folder in (self.clone, self.stub):
            folder.mkdir()
        for name, text in (("pcf", PCF), ("curl", CURL)):
            (self.stub / name).write_text(text)
            (self.stub / name).chmod(0o755)
        (self.stub / "comments").write_text("[]")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.origin))
        self.commit("1.0")
        self.git("push", "--quiet", "origin", "main")

    def git(self, *words: str) -> str:
        author = {f"GIT_{who}_{what}": "desk" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        config = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        env = os.environ | author | config
        done = subprocess.run(["git", *words], cwd=self.clone, env=env, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, value: str, path: str = "products/value") -> str:
        (self.clone / path).parent.mkdir(exist_ok=True)
        (self.clone / path).write_text(value)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", value)
        return self.git("rev-parse", "HEAD")

    def propose(self, value: str) -> str:
        """A pull request: a commit that the forge keeps under refs/pull, and that the clone does not have."""
        head = self.commit(value)
        self.git("push", "--quiet", "origin", "HEAD:refs/pull/7/head")
        self.git("reset", "--quiet", "--hard", "HEAD~1")
        self.git("reflog", "expire", "--expire=now", "--all")
        self.git("gc", "--quiet", "--prune=now")
        return head

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI"))}
        kept |= {"STUB": str(self.stub), "TOKEN": TOKEN, "PCF": str(self.stub / "pcf")}
        kept["PATH"] = f"{self.stub}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        return subprocess.run(
            ["sh", str(REVIEW), *words], cwd=self.clone, env=kept | (environment or {}), capture_output=True, text=True
        )

    def compare(self, value: str) -> subprocess.CompletedProcess[str]:
        self.propose(value)
        assert self.run("fetch", "refs/pull/7/head").returncode == 0
        return self.run("compare", "main", "refs/review/head")

    def post(self, forge: str = "github", **environment: str) -> list[str]:
        """What the forge was asked: ``METHOD address``, without its host."""
        (self.stub / "calls").unlink(missing_ok=True)
        own = {"FORGE": forge, "REVIEW_REPO": "o/r", "REVIEW_NUMBER": "7", "REVIEW_TOKEN": TOKEN}
        done = self.run("post", environment=own | environment)
        assert done.returncode == 0, done.stderr
        return (self.stub / "calls").read_text().split("\n")[:-1]

    def comments(self, *comments: dict[str, Any], name: str = "comments") -> None:
        (self.stub / name).write_text(json.dumps(comments))

    @property
    def sent(self) -> str:
        return str(json.loads((self.stub / "body").read_text())["body"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def comment(number: int, author: str, body: str) -> dict[str, Any]:
    return {"id": number, "user": {"login": author}, "body": body}


@pytest.mark.parametrize(
    ("value", "code", "result"),
    [("1.0 ", 0, "changed"), ("2.0", 0, "changed"), ("blocked", 1, "blocked"), ("broken", 2, "failed")],
)
def test_the_exit_code_is_that_of_the_comparison(desk: Desk, value: str, code: int, result: str) -> None:
    """1 where something blocks; a command that broke down, which also exits with 1, did not compare: 2."""
    done = desk.compare(value)

    assert done.returncode == code, done.stderr
    assert (desk.clone / ".cache/review/result").read_text() == f"{result}\n"
    assert (desk.clone / ".cache/review/comment.md").read_text().startswith(f"{MARKER}\n")


def test_the_head_is_never_checked_out(desk: Desk) -> None:
    """The work tree stays that of the base, no branch or tag is made, and the command gets commits, not folders."""
    head, base = desk.propose("2.0"), desk.git("rev-parse", "main")
    desk.run("fetch", "refs/pull/7/head")
    desk.run("compare", "main", "refs/review/head")

    assert (desk.clone / "products/value").read_text() == "1.0"
    assert desk.git("status", "--porcelain", "--untracked-files=no") == ""
    refs = desk.git("for-each-ref", "--format=%(refname)").split()
    assert refs == ["refs/heads/main", "refs/remotes/origin/main", "refs/review/head"]
    formats = [line.split() for line in (desk.stub / "asked").read_text().splitlines()]
    assert [words[:4] for words in formats] == [["compare", base, head, "--merge-base"]] * 2


def test_what_the_base_did_meanwhile_is_not_the_changes_doing(desk: Desk) -> None:
    """The comparison begins where the change left the base."""
    desk.propose("2.0")
    desk.commit("3.0")
    desk.run("fetch", "refs/pull/7/head")

    assert "1.0 to 2.0" in desk.run("compare", "main", "refs/review/head").stdout


def test_a_shallow_clone_gets_a_comment_that_says_so(desk: Desk) -> None:
    """Without the commit that the change began at there is no comparison, and silence would look like approval."""
    desk.propose("2.0")
    desk.commit("3.0")
    desk.git("push", "--quiet", "origin", "main")
    shallow = desk.root / "shallow"
    desk.git("clone", "--quiet", "--depth=1", f"file://{desk.origin}", str(shallow))
    desk.clone = shallow
    desk.git("fetch", "--quiet", "--depth=1", "origin", "refs/pull/7/head:refs/review/head")

    assert desk.run("compare", "main", "refs/review/head").returncode == 2
    assert "Could not compare" in (shallow / ".cache/review/comment.md").read_text()


def test_files_are_linked_where_the_forge_shows_them(desk: Desk) -> None:
    """At the commit under review."""
    head = desk.propose("2.0")
    desk.run("fetch", "refs/pull/7/head")
    desk.run("compare", "main", "refs/review/head", environment={"REVIEW_LINK": "https://forge.example/o/r/blob"})

    assert f"--link https://forge.example/o/r/blob/{head}" in (desk.stub / "asked").read_text()


def test_nothing_is_written_where_no_number_changes(desk: Desk) -> None:
    """Not a word at a pull request that moves nothing."""
    desk.propose("1.0\n")
    desk.run("fetch", "refs/pull/7/head")
    done = desk.run("compare", "main", "refs/review/head")

    assert done.returncode == 0
    assert desk.post() == ["GET https://api.github.com/repos/o/r/issues/7/comments?per_page=100&page=1"]


def test_a_comment_is_written_once_and_then_replaced(desk: Desk) -> None:
    """Also by one that says that nothing changes any more."""
    desk.compare("2.0")

    assert desk.post()[1:] == ["POST https://api.github.com/repos/o/r/issues/7/comments"]
    assert desk.sent == f"{MARKER}\n1.0 to 2.0\n"
    desk.comments(comment(41, BOT, "something else"), comment(42, BOT, desk.sent))
    assert desk.post()[1:] == ["PATCH https://api.github.com/repos/o/r/issues/comments/42"]
    (desk.clone / ".cache/review/result").write_text("quiet\n")
    assert desk.post()[1:] == ["PATCH https://api.github.com/repos/o/r/issues/comments/42"]


def test_only_a_comment_of_its_own_is_replaced(desk: Desk) -> None:
    """Anyone can write the marker, and may quote the comment."""
    desk.compare("2.0")
    desk.comments(comment(1, "mallory", f"{MARKER}\nall is well"), comment(2, BOT, f"quoted: {MARKER}"))

    assert desk.post()[-1] == "POST https://api.github.com/repos/o/r/issues/7/comments"


def test_it_is_found_on_a_later_page(desk: Desk) -> None:
    """A long discussion does not lead to a second comment."""
    desk.compare("2.0")
    desk.comments(*[comment(n, "someone", "hm") for n in range(100)])
    desk.comments(comment(142, BOT, f"{MARKER}\n"), name="more_comments")

    assert [call.split("page=")[-1] for call in desk.post()[:2]] == ["1", "2"]
    assert desk.post()[-1] == "PATCH https://api.github.com/repos/o/r/issues/comments/142"


@pytest.mark.parametrize(
    ("forge", "repository", "listed", "replaced", "header"),
    [
        ("gitlab", "12", "projects/12/merge_requests/7/notes", "PUT", f"PRIVATE-TOKEN: {TOKEN}"),
        ("gitee", "o/r", "repos/o/r/pulls/7/comments", "PATCH", f"Authorization: Bearer {TOKEN}"),
    ],
)
def test_other_forges_get_the_same(
    desk: Desk, forge: str, repository: str, listed: str, replaced: str, header: str
) -> None:
    """The owner of the token is asked for first; the token travels in a header only, never on a command line."""
    desk.compare("2.0")
    calls = desk.post(forge, REVIEW_REPO=repository, REVIEW_API="https://forge.example")
    mine = {"id": 5, "author": {"username": "reviewer"}, "body": f"{MARKER}\nold"}
    one = listed if forge == "gitlab" else "repos/o/r/pulls/comments"

    assert calls == [
        "GET https://forge.example/user",
        f"GET https://forge.example/{listed}?per_page=100&page=1",
        f"POST https://forge.example/{listed}",
    ]
    assert set((desk.stub / "headers").read_text().splitlines()) == {header}
    desk.comments(mine)
    calls = desk.post(forge, REVIEW_REPO=repository, REVIEW_API="https://forge.example")
    assert calls[-1] == f"{replaced} https://forge.example/{one}/5"


@pytest.mark.parametrize("wrong", [{"REVIEW_NUMBER": "7/../8"}, {"REVIEW_REPO": "o/r?x="}, {"FORGE": "other"}])
def test_what_goes_into_an_address_is_checked(desk: Desk, wrong: dict[str, str]) -> None:
    """A number is a number; nothing is asked of the forge otherwise."""
    desk.compare("2.0")
    own = {"FORGE": "github", "REVIEW_REPO": "o/r", "REVIEW_NUMBER": "7", "REVIEW_TOKEN": TOKEN}

    assert desk.run("post", environment=own | wrong).returncode == 2
    assert not (desk.stub / "calls").exists()


def test_the_log_of_a_run_obeys_no_record(desk: Desk) -> None:
    """On GitHub, what the command says is fenced off, and annotations come from the format that is made for them."""
    desk.propose("2.0")
    desk.run("fetch", "refs/pull/7/head")
    summary = desk.root / "summary"
    on_github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    done = desk.run("compare", "main", "refs/review/head", environment=on_github)
    fence = done.stderr.splitlines()

    assert fence[0].startswith("::stop-commands::")
    assert fence[1] == "::add-mask::what a record says"
    assert fence[-1] == f"::{fence[0].removeprefix('::stop-commands::')}::"
    assert done.stdout == "::error file=products/value,line=1::1.0 to 2.0\n"
    assert summary.read_text() == f"{MARKER}\n1.0 to 2.0\n"


def test_a_change_of_the_code_is_computed_by_both(desk: Desk) -> None:
    """The base builds its own site, in a work tree that is gone afterwards; without a change of code, nobody does."""
    (desk.stub / "make").write_text('#!/bin/sh\nmkdir "$2/site" && cp "$2/products/value" "$2/site/"\n')
    (desk.stub / "make").chmod(0o755)
    (desk.stub / "pcf").write_text('#!/bin/sh\ncat "$5/value"; echo " by $2 $3 $4"; exit 1\n')
    base = desk.git("rev-parse", "HEAD")

    assert desk.run("method", "main").stdout == "The code is the same.\n"
    desk.git("switch", "--quiet", "--create", "code")
    desk.commit("1 / 3", path="hooks/calculate")
    done = desk.run("method", "main")
    assert (done.returncode, done.stdout) == (0, f"1.0 by {base} HEAD --base-json\n")
    assert len(desk.git("worktree", "list").splitlines()) == 1


def test_gitlab_tells_which_merge_request(desk: Desk) -> None:
    """From the file that its webhook leaves; one that is closed, or into another branch, is not reviewed."""
    payload = desk.root / "payload.json"
    request = {"iid": 7, "state": "opened", "target_branch": "main"}

    def answer(**facts: Any) -> tuple[int, str]:
        payload.write_text(json.dumps({"object_kind": "merge_request", "object_attributes": request | facts}))
        done = desk.run("number", environment={"TRIGGER_PAYLOAD": str(payload), "CI_DEFAULT_BRANCH": "main"})
        return done.returncode, done.stdout.strip()

    assert answer() == (0, "7")
    assert answer(state="closed") == (1, "")
    assert answer(target_branch="old") == (1, "")


def test_shells_find_no_fault() -> None:
    """Plain POSIX sh, for dash and busybox as for bash; shellcheck where it is installed."""
    for script in sorted(REVIEW.parent.iterdir()):
        first = script.read_text().split("\n", 1)[0]
        assert os.access(script, os.X_OK), script.name
        assert first in ("#!/bin/sh", "#!/usr/bin/env bash")
        for shell in (["dash", "-n"], ["busybox", "sh", "-n"], ["bash", "-n"], ["shellcheck"]):
            if shutil.which(shell[0]) and (first == "#!/bin/sh" or shell[0] in ("bash", "shellcheck")):
                done = subprocess.run([*shell, str(script)], capture_output=True, text=True)
                assert done.returncode == 0, done.stdout + done.stderr
