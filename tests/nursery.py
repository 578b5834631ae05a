"""Builds of a tiny root, forked from one process that has already built it: each costs a build, not a start as well."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

MADE = ("index.md", "compare/index.md", "factors/index.md", "embedding/index.md", "reference/problems/index.md",
        "reference/findings/index.md")  # fmt: skip

# Of MkDocs, in their order in a build (mkdocs/plugins.py).
EVENTS = ("startup", "config", "pre_build", "files", "nav", "pre_page", "page_markdown", "page_content", "env",
          "pre_template", "template_context", "post_template", "page_context", "post_page", "post_build", "build_error",
          "shutdown")  # fmt: skip

# A hook file before ours and one after it, in which a fault can be had at any event: FAULTS="first files raise, …".
FAULTS = """
import logging, os, resource, signal, time
from pathlib import Path

PLACE = Path(__file__).stem

def fault(kind):
    if kind == "raise":
        raise ValueError("injected")
    if kind == "warn":
        logging.getLogger("mkdocs.plugins.faults").warning("injected")
    if kind == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ["LIMIT"]),) * 2)
    if kind == "stop":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
        os.kill(os.getpid(), signal.SIGINT)
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "lock":  # from now on nothing beside the site can be made or renamed
        Path(os.environ["FOLDER"]).chmod(0o555)
    if kind == "wait":
        Path(os.environ["FOLDER"], f"waiting-{os.getpid()}").touch()
        for _ in range(3000):
            if Path(os.environ["FOLDER"], "go").exists():
                return
            time.sleep(0.01)
        os._exit(99)

def listen(event):
    def heard(*_, **__):
        for wanted in os.environ.get("FAULTS", "").split(", "):
            if wanted.rpartition(" ")[0] == f"{PLACE} {event}":
                fault(wanted.rpartition(" ")[2])
    return heard

for event in {EVENTS}:
    globals()[f"on_{event}"] = listen(event)
"""


def tiny_root(folder: Path, products: Path) -> Path:
    """This software and its configuration with two pages of its own, which say ``mark`` from end to end."""
    folder.mkdir(parents=True)
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(ROOT / "hooks", folder / "hooks", ignore=ignore)
    shutil.copytree(products, folder / "products", ignore=ignore)
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    head, _, rest = text.partition("\nnav:\n")
    nav = [f"  - {prefix}{page}\n" for prefix in ("", "en/") for page in (*MADE, "about.md")]
    text = "".join([head, "\nnav:\n", *nav, "\n", rest[rest.index("validation:") :]])
    edits = (
        ("\n    address:", "\n    documents: false\n    address:"),
        ("hooks: [hooks/publish.py]", "hooks: [hooks/first.py, hooks/publish.py, hooks/last.py]"),
    )
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "mkdocs.yml").write_text(text, "utf-8")
    for name in ("first", "last"):
        (folder / "hooks" / f"{name}.py").write_text(FAULTS.replace("{EVENTS}", repr(EVENTS)), "utf-8")
    mark(folder, 0)
    return folder


def mark(root: Path, number: int) -> None:
    """Makes the next build another one: its pages say so from end to end."""
    for folder in ("docs", "docs/en"):
        (root / folder).mkdir(exist_ok=True)
        text = f"mark-{number:05} " * 3000  # always as long, so that every site takes the same room
        (root / folder / "about.md").write_text(f"# About\n\n[Catalogue](index.md)\n\n{text}\n", "utf-8")


def marks(page: bytes) -> set[bytes]:
    """What a page that is whole says: one mark. A half one has none."""
    whole = page.rstrip().endswith(b"</html>") and page.count(b"mark-") == 3000
    return {word for word in page.split() if word.startswith(b"mark-")} if whole else set()


@dataclass
class Done:
    """A build that ended: negative the signal that ended it, as for subprocess."""

    code: int
    said: str


class Nursery:
    """One process, from which builds are forked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        kept = {k: v for k, v in os.environ.items() if k not in ("SOURCE_DATE_EPOCH", "PYTHONPATH")}
        more = {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve())],
            cwd=root, env=kept | more, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._answer() == "ready"

    def start(self, *arguments: str, **env: str) -> int:
        """Begins ``mkdocs`` with these arguments; the process it runs in."""
        return int(self._ask(["start", arguments, env]))

    def wait(self, pid: int) -> Done:
        return Done(*self._ask(["wait", pid]))

    def run(self, *arguments: str, **env: str) -> Done:
        return self.wait(self.start(*arguments, **env))

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ask(self, request: object) -> object:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> object:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the nursery has ended"
        return json.loads(line)


@contextmanager
def nursery(root: Path) -> Iterator[Nursery]:
    made = Nursery(root)
    try:
        yield made
    finally:
        made.close()


# What runs in the process itself


def _main() -> None:
    import gc
    import logging

    if "bounded" not in sys.argv and hasattr(os, "geteuid") and os.geteuid() == 0:
        # Root may write anywhere; without CAP_DAC_OVERRIDE (linux/capability.h) where it has the right, as others do.
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP of linux/prctl.h, from the next exec on
        os.execv(sys.executable, [sys.executable, *sys.argv, "bounded"])

    from mkdocs.__main__ import cli
    from mkdocs.config.config_options import Hooks

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as folder:
        cli(["build", "-q", "-d", f"{folder}/site"], prog_name="mkdocs", standalone_mode=False)
        # Every build loads the hooks itself, as if nothing had been built before.
        Hooks._load_hook.cache_clear()
        gc.collect()
        logging.getLogger("mkdocs").handlers.clear()
        _say(answers, "ready")
        for line in sys.stdin:
            request, *rest = json.loads(line)
            _say(answers, _begun(folder, *rest) if request == "start" else _ended(folder, *rest))


def _say(answers: object, answer: object) -> None:
    print(json.dumps(answer), file=answers, flush=True)  # type: ignore[call-overload]


def _ended(folder: str, pid: int) -> tuple[int, str]:
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    said = Path(folder, str(pid))
    text = said.read_text("utf-8", "replace") if said.exists() else ""  # killed before it could say anything
    said.unlink(missing_ok=True)
    return code, text


def _begun(folder: str, arguments: list[str], env: dict[str, str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        said = os.open(f"{folder}/{os.getpid()}", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(source, target)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.update(env)
        from mkdocs.__main__ import cli

        cli(arguments, prog_name="mkdocs")
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1 if left.code else 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _main()
