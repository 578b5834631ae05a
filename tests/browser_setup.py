"""A Chromium that starts, for the tests; as a command, installs it and Chinese fonts where they are missing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MACOS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")

# Started the way the tests start it; in a process of its own, because Playwright does not nest.
START = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch(executable_path=sys.argv[1], timeout=30_000).close()
"""
OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""

# How to install, and what: a library that Playwright's own Node.js needs and bare machines lack, a browser,
# Chinese fonts. No apk: Playwright has no wheel for musl.
MANAGERS = {
    "apt-get": {
        "install": "install -y --no-install-recommends -o DPkg::Lock::Timeout=300",
        "node": "libatomic1",
        "browser": "chromium",
        "fonts": "fontconfig fonts-noto-cjk",
    },
    "dnf": {
        "install": "install -y",
        "node": "libatomic",
        "browser": "chromium",
        "fonts": "fontconfig google-noto-sans-cjk-fonts",
    },
    "pacman": {
        "install": "-S --noconfirm --needed",
        "node": "gcc-libs",
        "browser": "chromium",
        "fonts": "fontconfig noto-fonts-cjk",
    },
}
PLAYWRIGHT = (sys.executable, "-m", "playwright")

HELP = """\
The browser tests need a Chromium, and none could be installed here. Do one of these, then run again:
  Debian:          sudo apt-get install chromium
  Fedora:          sudo dnf install chromium
  Ubuntu:          install Google Chrome (the chromium package there is a stub that needs snap)
  macOS, Windows:  install Google Chrome
  anywhere:        set CHROMIUM to the path of a Chromium, Chrome or Edge"""


def find_chromium() -> Path | None:
    """A browser that starts: the one CHROMIUM names, else the machine's, else Playwright's own."""
    return next((path for path in _candidates() if _starts(path)), None)


def main() -> int:
    """Make sure of a browser (1 if there is none) and of Chinese fonts (without them, go on)."""
    if find_chromium() is None:
        code, said = _run([*PLAYWRIGHT, "--version"], 60)
        if code != 0 and not (_install("node") and _run([*PLAYWRIGHT, "--version"], 60)[0] == 0):
            print(f"Playwright, which drives the browser, does not start:\n{said.strip()}", file=sys.stderr)
            return 1
        if find_chromium() is None and not _install_chromium():
            return 1
    return fonts()


def fonts() -> int:
    """Make sure of Chinese fonts, as the command does with ``--fonts``; without them, go on."""
    if not _has_chinese_fonts() and not (_install("fonts") and _has_chinese_fonts()):
        print("No Chinese fonts, and none could be installed: no PDF, and boxes for Chinese in screenshots.")
    return 0


def _candidates() -> Iterator[Path]:
    """Where to look, best first; not every path exists."""
    if named := os.environ.get("CHROMIUM"):
        yield Path(shutil.which(named) or named)
        return
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (folder / f"{name}.app" / "Contents" / "MacOS" / name for name in MACOS)
    if sys.platform == "win32":
        roots = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
        yield from (Path(root, tail) for root in roots if root for tail in WINDOWS)
    code, said = _run([sys.executable, "-c", OWN], 60)
    if code == 0:
        yield Path(said.strip())


def _starts(browser: Path) -> bool:
    """Ubuntu's package is a stub without snap, and a download may lack libraries: only a start is proof."""
    return browser.is_file() and _run([sys.executable, "-c", START, str(browser)], 60)[0] == 0


def _install_chromium() -> bool:
    """Playwright's own and the libraries it lacks, else the system's package."""
    if named := os.environ.get("CHROMIUM"):
        print(f"CHROMIUM={named} is not a browser that starts: correct it or unset it.", file=sys.stderr)
        return False
    print("No Chromium that starts. Installing Playwright's own (5 minutes at most) ...", flush=True)
    code, said = _run([*PLAYWRIGHT, "install", "--no-shell", "chromium"], 300)
    if code == 0:
        if find_chromium():
            return True
        if _root() is not None and _call([*PLAYWRIGHT, "install-deps", "chromium"]) and find_chromium():
            return True
        print("It was installed but does not start.", flush=True)
    else:
        errors = [line for line in said.splitlines() if line.startswith("Error:")]
        reason = "out of time" if code is None else errors[0] if errors else said.strip()[-200:]
        print(f"Playwright could not install it: {reason}", flush=True)
    if _install("browser") and find_chromium():
        return True
    print(HELP, file=sys.stderr)
    return False


def _has_chinese_fonts() -> bool:
    """Only Linux can be without."""
    if sys.platform != "linux":
        return True
    return bool(shutil.which("fc-list") and _run(["fc-list", ":lang=zh"], 60)[1].strip())


def _install(what: str) -> bool:
    """Through the system's package manager, where that works without a password."""
    manager, root = _manager(), _root()
    if manager is None or root is None:
        return False
    packages = MANAGERS[manager][what]
    print(f"Installing {packages} with {manager} ...", flush=True)
    _update()
    return _call([*root, manager, *MANAGERS[manager]["install"].split(), *packages.split()])


@cache
def _update() -> None:
    """A new machine has no package lists. Failing is no matter where there are some already."""
    root = _root()
    if _manager() == "apt-get" and root is not None:
        _call([*root, "apt-get", "update"])


def _manager() -> str | None:
    return next((name for name in MANAGERS if shutil.which(name)), None) if sys.platform == "linux" else None


@cache
def _root() -> list[str] | None:
    """What to put before a command to run it as root; None where that would ask for a password."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return quiet
    may = shutil.which("sudo") and _run(["sudo", "-n", "true"], 10)[0] == 0
    return ["sudo", "-n", *quiet] if may else None


def _call(command: Sequence[str]) -> bool:
    """Run in the open and without a limit: a package manager must not be killed half way."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _run(command: Sequence[str], seconds: float) -> tuple[int | None, str]:
    """Exit code (None: out of time) and output; no process that it started is left."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if process.poll() is None:
                _kill(process)
        output.seek(0)
        return code, output.read().decode(errors="replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With its children: a downloader leaves some."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    sys.exit(fonts() if "--fonts" in sys.argv[1:] else main())
