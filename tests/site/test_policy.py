"""The Content-Security-Policy of the published site: it is sent with every page here, and it holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from published import KETTLE, Site
from web import build, serving, visiting


def test_no_page_has_an_inline_script_or_style(site: Site) -> None:
    """So that the policy needs no exception. Data in JSON is no script."""
    for name, page in site.pages.items():
        scripts = [e for e in page.find("script") if "src" not in e.attributes and e.attributes.get("type") is None]
        assert scripts == [], name
        assert page.find("style") == [], name
        assert [e.tag for e in page.walk() if "style" in e.attributes] == [], name
        assert [e.tag for e in page.walk() if any(a.startswith("on") for a in e.attributes)] == [], name


INJECTED = {
    "script": "<script>document.title = 'ran'</script>",
    "event": "<img src='data:,' alt='' onerror=\"document.title = 'ran'\">",
    "style": "<style>h1 { color: rgb(1, 2, 3) !important }</style>",
    "style attribute": "<p style='color: rgb(1, 2, 3)'>x</p>",
    "other host": "<script src='https://example.com/x.js'></script>",
    "form": "<form action='/x'><button id=send>x</button></form>",
}


@pytest.fixture(scope="module")
def injected(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site, with a page for each thing that somebody may get into it."""
    folder = tmp_path_factory.mktemp("injected") / "site"
    shutil.copytree(site.folder, folder)
    page = (folder / "factors" / "index.html").read_text("utf-8")
    for name, text in INJECTED.items():
        (folder / "factors" / f"{name}.html").write_text(page.replace("</article>", f"{text}</article>", 1), "utf-8")
    with serving(folder) as base:
        yield base


@pytest.mark.parametrize("name", INJECTED)
def test_what_gets_into_a_page_is_stopped_and_told(browser: Browser, injected: str, name: str) -> None:
    """Neither run nor applied; and the tests' own visits tell, so that no test passes over a violation."""
    with visiting(browser, injected) as visit:
        visit.go(f"factors/{name}.html")
        for button in visit.page.locator("#send").all():
            button.click(no_wait_after=True)
        colours = visit.page.evaluate("[...document.querySelectorAll('h1, p')].map(e => getComputedStyle(e).color)")
        assert "rgb(1, 2, 3)" not in colours
        assert visit.page.title() != "ran"
        told = lambda: any("forbidden: " in line or "Content Security Policy" in line for line in visit.troubles())  # noqa: E731
        for _ in range(100):  # the browser tells of a form a little later
            if told():
                break
            visit.page.evaluate("new Promise(done => setTimeout(done, 20))")
        assert told()
        assert not any("another host" in line for line in visit.troubles())


def test_only_the_pages_for_it_are_shown_in_the_frame_of_another_site(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """A page below embed/ is; a report and the first page are not."""
    folder, other = tmp_path / "site", tmp_path / "other"
    shutil.copytree(site.folder, folder)
    (folder / "embed").mkdir(exist_ok=True)
    (folder / "embed" / "kettle.html").write_text("<!doctype html><title>x</title><h1>11.60</h1>", "utf-8")
    other.mkdir()
    with serving(folder) as base, serving(other) as elsewhere:
        context = browser.new_context()
        page = context.new_page()
        cases = ((KETTLE, False), ("", False), ("en/", False), ("embed/kettle.html", True))
        for number, (address, shown) in enumerate(cases):
            (other / f"{number}.html").write_text(f'<!doctype html><iframe src="{base}{address}"></iframe>', "utf-8")
            page.goto(f"{elsewhere}{number}.html", wait_until="load")
            if shown:
                expect(page.frame_locator("iframe").locator("h1")).to_have_text("11.60")
            assert page.frames[1].url == (base + address if shown else "chrome-error://chromewebdata/"), address
        context.close()


def test_a_publishers_own_file_takes_the_place_of_ours(root: Path) -> None:
    """Who needs more than the policy allows keeps a _headers in docs/."""
    (root / "docs" / "_headers").write_text("/*\n  X-Own: yes\n", "utf-8")
    assert (build(root) / "_headers").read_text("utf-8") == "/*\n  X-Own: yes\n"
