"""``.ci/deploy``: a site reaches its readers whole. Tried with stubs that take this machine for the server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parent.parent / ".ci" / "deploy"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the server that the script speaks to has GNU mv")

SSH = """#!/bin/sh
shift
exec sh -c "$*"
"""
# The last two words are where from and where to.
RSYNC = """#!/bin/sh
printf '%s\\n' "$*" >>"$STUB/asked"
while [ $# -gt 2 ]; do shift; done
mkdir -p "${2#*:}" && cp -R "$1." "${2#*:}"
[ ! -f "$STUB/broken" ]
"""
AWS = """#!/bin/sh
printf '%s\\n' "$*" >>"$STUB/asked"
"""


class Server:
    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.stub, self.site = root, root / "srv", root / "stub", root / "site"
        self.stub.mkdir()
        for name, text in (("ssh", SSH), ("rsync", RSYNC), ("aws", AWS)):
            (self.stub / name).write_text(text)
            (self.stub / name).chmod(0o755)

    def build(self, words: str) -> None:
        self.site.mkdir(exist_ok=True)
        (self.site / "index.html").write_text(words)

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        own = {"STUB": str(self.stub), "PATH": f"{self.stub}{os.pathsep}{os.environ['PATH']}"}
        own |= {"DEPLOY_TARGET": f"web@host:{self.folder}", "DEPLOY_BUCKET": "s3://carbon", "DEPLOY_KEEP": "2"}
        return subprocess.run(
            ["sh", str(DEPLOY), *words],
            cwd=self.root,
            env=os.environ | own | (environment or {}),
            capture_output=True,
            text=True,
        )

    def publish(self, release: str) -> None:
        self.build(release)
        done = self.run("rsync", release, "site")
        assert done.returncode == 0, done.stderr

    @property
    def seen(self) -> str:
        """What a reader gets."""
        return (self.folder / "current" / "index.html").read_text()

    @property
    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "releases").iterdir())

    @property
    def asked(self) -> list[str]:
        return (self.stub / "asked").read_text().splitlines()


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_a_link_leads_to_the_newest_release(server: Server) -> None:
    """The older ones stay, as many as are to be kept, and lead back when they are published again."""
    for release in ("one", "two", "three"):
        server.publish(release)
        assert server.seen == release
    assert os.readlink(server.folder / "current") == "releases/three"
    assert server.releases == ["three", "two"]

    server.publish("two")

    assert server.seen == "two"
    assert server.releases == ["three", "two"]


def test_the_old_site_stays_when_sending_fails(server: Server) -> None:
    """The link moves last."""
    server.publish("one")
    server.build("two")
    (server.stub / "broken").touch()

    assert server.run("rsync", "two", "site").returncode != 0
    assert server.seen == "one"


@pytest.mark.parametrize(
    "wrong",
    [
        {"DEPLOY_TARGET": "web@host:/"},
        {"DEPLOY_TARGET": "web@host:relative"},
        {"DEPLOY_TARGET": "web@host:/srv/$(id)"},
        {"DEPLOY_KEEP": "0"},
        {"DEPLOY_BUCKET": "carbon"},
    ],
)
def test_a_wrong_setting_sends_nothing(server: Server, wrong: dict[str, str]) -> None:
    """Nor does a release whose name is a path, nor a folder without a site."""
    server.build("one")
    command = ("bucket", "site") if "DEPLOY_BUCKET" in wrong else ("rsync", "one", "site")

    assert server.run(*command, environment=wrong).returncode == 2
    assert server.run("rsync", "../one", "site").returncode == 2
    assert server.run("bucket", "elsewhere").returncode == 2
    assert not (server.stub / "asked").exists()


def test_a_bucket_gets_pages_after_what_they_load(server: Server) -> None:
    """Assets and data, then pages; what is gone goes last. The endpoint is named only where there is one."""
    server.build("one")
    assert server.run("bucket", "site").returncode == 0
    pages = next(n for n, line in enumerate(server.asked) if "--include *.html" in line)

    assert all("--exclude *.html" in line or "--include" in line for line in server.asked[:pages])
    assert [n for n, line in enumerate(server.asked) if "--delete" in line] == [len(server.asked) - 1]
    assert pages == len(server.asked) - 2
    assert not any("--endpoint-url" in line for line in server.asked)
    server.run("bucket", "site", environment={"DEPLOY_ENDPOINT": "https://store.example"})
    assert server.asked[-1].count("--endpoint-url https://store.example") == 1
