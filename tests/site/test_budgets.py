"""What a reader's first visit costs, in bytes as they are sent."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from pcf import assets
from published import KETTLE, Site
from web import LANGUAGES, PREFIX, visiting

# Measured in November 2026, gzip -9: the catalogue 86 kB, a report with two editions, history, verification and the
# code for embedding 98 kB, of which the theme's own style sheets and script are 60 kB and ours 19 kB. At the 1.6 Mbit/s
# that Lighthouse takes for a phone, 100 kB are 0.5 s. plotly.js, 1.5 MB, comes when a chart comes into view.
BUDGETS = {"": 87_000, KETTLE: 103_000}
SCRIPTS = 10_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", BUDGETS)
def test_the_first_load_stays_in_its_budget(
    browser: Browser, base: str, site: Site, address: str, language: str
) -> None:
    """All that the browser asks for before the reader does anything, packed; none of it from another host."""
    with visiting(browser, base, viewport={"width": 360, "height": 640}) as visit:
        visit.go(PREFIX[language] + address)
        visit.page.wait_for_load_state("networkidle")
        sizes = {}
        for url in dict.fromkeys(visit.requests):
            if urlsplit(url).scheme == "http":  # not data:
                path = urlsplit(url).path.lstrip("/")
                file = site.folder / (path + "index.html" if path.endswith("/") or not path else path)
                sizes[path] = len(gzip.compress(file.read_bytes(), 9))
        assert visit.troubles() == []
    assert any(path.endswith(".css") for path in sizes)
    assert any(path.endswith(".js") for path in sizes)
    assert not any("plotly" in path for path in sizes)
    assert not any("/search/" in f"/{path}" or "/workers/" in path for path in sizes)
    assert sum(sizes.values()) <= BUDGETS[address], sizes


def test_the_scripts_of_catalogue_comparison_and_charts_stay_small() -> None:
    """Together, packed as they are sent, with what they share."""
    script = assets._named("all.js", assets._script("charts", "catalogue", "compare")).content
    assert isinstance(script, bytes)
    assert len(gzip.compress(script, 9)) <= SCRIPTS


def test_no_script_holds_up_the_page(site: Site) -> None:
    """No script file in the head of any page; ours is the last element of the body."""
    for name, page in site.pages.items():
        (head,) = page.find("head")
        assert [s.attributes["src"] for s in head.find("script") if "src" in s.attributes] == [], name
        if page.find("script"):  # no page that only forwards
            last = [child for child in page.one("body").children if not isinstance(child, str)][-1]
            assert last.tag == "script", name
            own = "card" if name.startswith("embed/") else "pcf"
            assert f"assets/pcf/{own}." in last.attributes["src"], name


def test_pictures_have_dimensions(site: Site) -> None:
    """So that nothing moves when they come."""
    pictures = [
        (name, picture.attributes)
        for name, page in site.pages.items()
        for picture in (*page.find("img"), *page.find("svg", role="img"))
    ]
    assert pictures
    assert [(name, given) for name, given in pictures if not {"width", "height"} <= given.keys()] == []


def test_every_page_says_what_it_holds(site: Site) -> None:
    """One description for search engines, but where a page only forwards or was not found."""
    for name, page in site.pages.items():
        if page.find("script") and name != "404.html" and not name.startswith("embed/"):  # cards are not indexed
            (description,) = (m for m in page.find("meta") if m.attributes.get("name") == "description")
            assert description.attributes["content"].strip(), name
