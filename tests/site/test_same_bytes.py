"""The same records give the same site: whatever the folder, the day's zone, the locale, the hash seed or the cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from published import RECORDS, Site
from web import build, environment, make_root, tree


def test_two_builds_under_other_conditions_give_the_same_files(site: Site, tmp_path: Path) -> None:
    """Cold here, PDFs and pictures included; then in the same folder again, from the cache."""
    root = make_root(tmp_path / "another name 另名", RECORDS, typeset=True)
    other = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "4711"}
    wanted = tree(site.folder)

    cold = tree(build(root, **other))
    assert sorted(cold) == sorted(wanted)
    assert [name for name in wanted if cold[name] != wanted[name]] == []
    assert [name for name in wanted if name.endswith((".pdf", ".png"))]

    warm = tree(build(root, TZ="America/Los_Angeles", PYTHONHASHSEED="0"))
    assert [name for name in wanted if warm[name] != wanted[name]] == []
    assert (root / "site.sha256").read_bytes() == (site.root / "site.sha256").read_bytes()


if "PROPERDOCS" in os.environ:  # a Python that has it: a workflow makes one, since it cannot stand beside MkDocs

    def test_properdocs_builds_the_same_site(tmp_path: Path) -> None:
        """The project outlasts MkDocs: its continuation builds it unchanged. PROPERDOCS names a Python that has it."""
        root = make_root(tmp_path / "root", RECORDS)
        wanted = tree(build(root))
        shutil.rmtree(root / "site")
        command = [os.environ["PROPERDOCS"], "-m", "properdocs", "build", "--strict", "-f", "mkdocs.yml"]
        done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        generator = re.compile(rb'<meta name="generator"[^>]*>')  # the theme says what built the page
        found = tree(root / "site")
        assert sorted(found) == sorted(wanted)
        differing = [n for n in wanted if generator.sub(b"", found[n]) != generator.sub(b"", wanted[n])]
        assert [name for name in differing if not name.endswith(".gz")] == []
