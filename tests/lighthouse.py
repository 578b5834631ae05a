"""Lighthouse over the published catalogue: ``python tests/bench.py --lighthouse``. Needs npx, which fetches it."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

from browser_setup import find_chromium
from web import ROOT, build, make_root, serving

PACKAGE = "lighthouse@12"  # the last that runs on Node.js 20
PRESETS = {"mobile": [], "desktop": ["--preset=desktop"]}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TARGET = 95
RUNS = 3  # the middle one counts: the score for performance hangs on what else the machine does
PACKED = (".html", ".css", ".js", ".json", ".svg", ".xml")


class Host(SimpleHTTPRequestHandler):
    """Sends what a web host sends: text packed, connections kept. Without that the score is of this server."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in PACKED or not path.is_file():
            return super().send_head()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=31536000")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


def report() -> int:
    """Prints the scores of the catalogue and of a report; 1 where a target is missed or Lighthouse does not run."""
    npx, chromium = shutil.which("npx"), find_chromium()
    if npx is None or chromium is None:
        missing = "npx, which comes with Node.js," if npx is None else "a Chromium (make browser)"
        print(f"Lighthouse was not run: it needs {missing} and there is none here.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        site = build(make_root(Path(folder) / "root", ROOT / "products"))
        pages = [
            "",
            sorted(path.parent for path in site.glob("products/*/*/index.html"))[-1].relative_to(site).as_posix(),
        ]
        print(f"{'':<9}{'':<44}" + "".join(f"{name:>16}" for name in CATEGORIES))
        missed = []
        with serving(site, handler=Host) as base:
            for preset, options in PRESETS.items():
                for page in pages:
                    address = base + (f"{page}/" if page else "")
                    found = [run([npx, "--yes", PACKAGE, address, *options], chromium) for _ in range(RUNS)]
                    scores = {name: sorted(run[name] for run in found)[RUNS // 2] for name in CATEGORIES}
                    print(f"{preset:<9}/{page:<43}" + "".join(f"{score:>16}" for score in scores.values()), flush=True)
                    missed += [f"{preset} /{page}: {n} {s}" for n, s in scores.items() if s < TARGET]
    for miss in missed:
        print(f"TARGET MISSED: {miss}, under {TARGET}")
    return 1 if missed else 0


def run(command: list[str], chromium: Path) -> dict[str, int]:
    """The four scores, of 100."""
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    done = subprocess.run(
        [*command, "--quiet", "--output=json", flags, f"--only-categories={','.join(CATEGORIES)}"],
        env=os.environ | {"CHROME_PATH": str(chromium)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"Lighthouse does not run:\n{done.stderr.strip()[-2000:]}")
    found = json.loads(done.stdout)["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}
