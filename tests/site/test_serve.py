"""``mkdocs serve`` while an author works: every save shows, and no mistake stops or hangs the server."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from published import FAN, KETTLE, LAMP, RECORDS
from web import environment, make_root

BOUND = 20.0  # generous: how fast it is, is printed, never asserted
LEFT_OUT = "products/jiachen-fan/vt-2026-02/"
PUMP = "products/yisi-pump/study-2026/"


class Server:
    """A running server, and the root that it serves."""

    def __init__(self, root: Path, process: subprocess.Popen[bytes], base: str, log: Path) -> None:
        self.root, self.process, self.base, self.log = root, process, base, log

    def get(self, address: str, timeout: float = BOUND) -> str:
        try:
            with urlopen(self.base + address, timeout=timeout) as response:
                return str(response.read().decode("utf-8"))
        except HTTPError as error:  # an answer too
            with error:
                return f"{error.code}"

    def wait_for(self, address: str, seen: Callable[[str], bool]) -> str:
        """Asks until the page is as it should be; every single request must be answered."""
        end = time.monotonic() + BOUND
        while True:
            assert self.process.poll() is None, self.log.read_text("utf-8")
            page = self.get(address)
            if seen(page):
                return page
            assert time.monotonic() < end, f"{address} did not change\n{self.log.read_text('utf-8')[-3000:]}"
            time.sleep(0.05)

    @contextmanager
    def edited(self, name: str, old: str, new: str) -> Iterator[None]:
        """A file saved with another text, and put back at the end."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert text.count(old) >= 1
        path.write_text(text.replace(old, new, 1), "utf-8")
        try:
            yield
        finally:
            path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("serve")
    root, log = make_root(folder / "root", RECORDS), folder / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=root,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        end = time.monotonic() + 60
        while b"Serving on" not in log.read_bytes():
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < end, log.read_text("utf-8")
            time.sleep(0.05)
        yield Server(root, process, f"http://127.0.0.1:{port}/", log)
    finally:
        process.terminate()
        process.wait(30)


def is_whole(page: str) -> bool:
    return 'id="derivation"' in page


def lists(problem: str) -> Callable[[str], bool]:
    return lambda page: "pcf-problems" in page and problem in page


def test_saving_a_record_changes_the_page_and_reloads_the_browser(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """A saved YAML file is on the page soon after, and the open browser, which waits at the reload address, is told."""
    page = server.get(KETTLE)
    script = re.search(r"livereload\((\d+), (\d+)\)", page)
    assert script is not None
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(server.get(f"livereload/{script[1]}/{script[2]}", 60)))
    waiting.start()
    begin = time.monotonic()
    with server.edited("products/jiachen-kx200/product.yaml", "双层壶体", "三层壶体"):
        assert "双层壶体" not in server.wait_for(KETTLE, lambda page: "三层壶体" in page)
        seconds = time.monotonic() - begin
        waiting.join(BOUND)
        assert len(answers) == 1
        assert int(answers[0]) > int(script[1])
    server.wait_for(KETTLE, lambda page: "双层壶体" in page)
    with capsys.disabled():
        print(f"\n  from saving to the new page: {seconds:.2f} s")


def test_a_broken_record_is_answered_with_its_problems_and_mending_brings_the_page_back(server: Server) -> None:
    """While a file is broken its page lists path, line, column, code and cure; mended, it is itself again."""
    name = "products/yisi-lamp/n-17/inventory.yaml"
    with server.edited(name, "3.10 kWh", "3.10 kwh"):
        for language, cure in (("", "是否应为 kWh？"), ("en/", "did you mean kWh?")):
            page = server.wait_for(language + LAMP, lists(f"{name}:13:48"))
            assert "Q-UNIT" in page
            assert cure in page
        for address in ("", "factors/", KETTLE):  # whatever page is open shows it
            assert lists(f"{name}:13:48")(server.get(address))
    server.wait_for(LAMP, is_whole)
    assert "pcf-problems" not in server.get("")


def test_a_file_that_is_no_yaml_at_all_is_answered_too(server: Server) -> None:
    """Even a file that cannot be read leaves the server answering, at the address of its report."""
    with server.edited("products/yisi-lamp/n-17/statement.yaml", "report:", "report: [{\t"):
        server.wait_for(LAMP, lists("products/yisi-lamp/n-17/statement.yaml:1:"))
    server.wait_for(LAMP, is_whole)


def test_the_list_of_problems_shows_what_was_written_literally(server: Server) -> None:
    """A key that is markup is told as text."""
    with server.edited("products/yisi-lamp/product.yaml", "model:", "'<img src=x onerror=alert(1)>': a\nmodel:"):
        page = server.wait_for(LAMP, lists("products/yisi-lamp/product.yaml:2:1"))
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "<img src=x" not in page
    server.wait_for(LAMP, is_whole)


def test_a_new_report_that_is_broken_from_its_first_save_has_its_problems_at_its_own_address(server: Server) -> None:
    """An author who starts a report with a mistake finds the list where the report will be."""
    folder = server.root / "products" / "yisi-lamp" / "n-18"
    folder.mkdir()
    try:
        (folder / "inventory.yaml").write_text("functional_unit: 1\n", "utf-8")
        server.wait_for("en/products/yisi-lamp/n-18/", lists("products/yisi-lamp/n-18/inventory.yaml:1:18"))
    finally:
        (folder / "inventory.yaml").unlink()
        folder.rmdir()
    server.wait_for(LAMP, is_whole)


@pytest.mark.parametrize(("language", "word"), [("", "草稿"), ("en/", "Draft")])
def test_drafts_show_and_say_that_they_are(server: Server, language: str, word: str) -> None:
    """In the preview a report without a statement has its page, marked, and its product is in the catalogue."""
    for address in (PUMP, LEFT_OUT):
        page = server.wait_for(language + address, is_whole)
        assert re.search(rf"pcf-banner--draft.*?<strong>{word}</strong>", page, re.DOTALL)
    assert "P-1" in server.get(language)


def test_an_edit_to_the_software_takes_effect_without_a_restart(server: Server) -> None:
    """Words, templates and code of hooks/pcf are read again when they are saved."""
    with server.edited("hooks/pcf/locales/en.toml", 'withdrawn = "Withdrawn"', 'withdrawn = "Taken back"'):
        server.wait_for("en/" + FAN, lambda page: "<strong>Taken back</strong>" in page)
    server.wait_for("en/" + FAN, lambda page: "<strong>Withdrawn</strong>" in page)
    with server.edited("hooks/pcf/templates/report.html", 'class="pcf pcf-report"', 'class="pcf pcf-report moved"'):
        server.wait_for(KETTLE, lambda page: 'class="pcf pcf-report moved"' in page)
    with server.edited("hooks/pcf/exports.py", '"footprint/1"', '"footprint/1 of a test"'):
        server.wait_for(KETTLE + "footprint.json", lambda text: "footprint/1 of a test" in text)
    server.wait_for(KETTLE + "footprint.json", lambda text: "of a test" not in text)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("hooks/pcf/tables.py", "def headline(", "def headline((("),
        ("hooks/pcf/tables.py", "def headline(", "raise ValueError\n\n\ndef headline("),
        ("hooks/pcf/locales/en.toml", "[status]", "[status"),
        ("hooks/pcf/evaluate.py", "def evaluate(", "def evaluates("),
        ("hooks/pcf/templates/report.html", "{% import", "{% inport"),
        ("hooks/pcf/pages.py", 'template="report.html"', 'template="reports.html"'),
    ],
)
def test_a_mistake_in_the_software_neither_kills_nor_hangs_the_server(
    server: Server, name: str, old: str, new: str
) -> None:
    """With code, words or a template that cannot be read, every request is still answered; mended, pages come back."""
    logged = server.log.stat().st_size
    with server.edited(name, old, new):
        end = time.monotonic() + BOUND
        while b"Traceback" not in server.log.read_bytes()[logged:] and "Traceback" not in server.get(KETTLE):
            assert server.process.poll() is None
            assert time.monotonic() < end, "the mistake was not noticed"
            time.sleep(0.05)
        for address in ("", KETTLE, "en/" + KETTLE):
            assert server.get(address) not in ("404", "500")
    with server.edited("products/jiachen-kx200/product.yaml", "双层壶体", "四层壶体"):
        server.wait_for(KETTLE, lambda page: is_whole(page) and "四层壶体" in page)
    server.wait_for(KETTLE, lambda page: is_whole(page) and "双层壶体" in page)


def test_a_mistake_in_the_publishers_block_leaves_the_site_as_it_was(server: Server) -> None:
    """A misspelt key is told in the terminal, and the pages stay."""
    logged = server.log.stat().st_size
    with server.edited("mkdocs.yml", "    address:", "    adress:"):
        end = time.monotonic() + BOUND
        while b"adress" not in server.log.read_bytes()[logged:]:
            assert server.process.poll() is None
            assert time.monotonic() < end, "the mistake was not noticed"
            time.sleep(0.05)
        assert is_whole(server.get(KETTLE))
    server.wait_for(KETTLE, is_whole)


def test_a_document_at_an_address_of_the_records_is_told_and_does_not_stop_the_server(server: Server) -> None:
    """In the preview the records' page stays, or the fault is shown; either way requests are answered."""
    path = server.root / "docs" / "factors.md"
    logged = server.log.stat().st_size
    path.write_text("# Another\n", "utf-8")
    try:
        end = time.monotonic() + BOUND
        while b"docs/factors.md" not in server.log.read_bytes()[logged:]:
            assert server.process.poll() is None
            assert time.monotonic() < end, "the document was not noticed"
            time.sleep(0.05)
        assert server.get("factors/") != "404"
    finally:
        path.unlink()
    server.wait_for(KETTLE, is_whole)
