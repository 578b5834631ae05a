"""Card and badge on other sites' pages: in a frame of the size that the code gives, light and dark, and out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import violations
from published import FAN, FORWARDS, KETTLE, KETTLE_BEFORE, LAMP, Site
from web import LANGUAGES, PREFIX, serving, tree, visiting

PRODUCTS = [address.split("/")[1] for address in FORWARDS]
SUFFIX = {"zh": "", "en": ".en"}
CARDS = [f"embed/{product}{SUFFIX[language]}.html" for product in PRODUCTS for language in LANGUAGES]
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(20, 24, 29)"


def size(site: Site) -> tuple[int, int]:
    """What the code on a report's page gives the frame."""
    code = site.html(KETTLE).one("section", id="embed").find("code")[0].text
    width, height = re.findall(r'(?:width|height)="(\d+)"', code)
    return int(width), int(height)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_on_a_reports_page_leads_to_files_of_the_site(site: Site, language: str) -> None:
    """Whole addresses: of card, badge and the product's page, in the page's language; the page shows both itself."""
    for report in (KETTLE, FAN, LAMP):
        section = site.html(report, language).one("section", id="embed")
        codes = [code.text for code in section.find("code")]
        found = {part for code in codes for part in re.findall(r"https://carbon\.example\.com/([^\")]*)", code)}
        product = report.split("/")[1]
        files = {f"embed/{product}{SUFFIX[language]}.{ending}" for ending in ("html", "svg")}
        assert found == files | {f"{PREFIX[language]}products/{product}/"}
        here = PREFIX[language] + report
        shown = [element.attributes["src"] for tag in ("iframe", "img") for element in section.find(tag)]
        assert {urljoin(here, address) for address in shown} == files
        assert all((site.folder / name).is_file() for name in files)
    older = site.html(KETTLE_BEFORE, language).one("section", id="embed")
    assert older.find("code") == []
    assert urljoin(PREFIX[language] + KETTLE_BEFORE, older.one("a").attributes["href"]) == (
        f"{PREFIX[language]}{KETTLE}#embed"
    )


def test_only_products_that_are_published_stand_below_embed(site: Site) -> None:
    """Two languages of card and badge for each; nothing of drafts."""
    found = [name.removeprefix("embed/") for name in tree(site.folder) if name.startswith("embed/")]
    assert sorted(found) == sorted(
        f"{product}{end}" for product in PRODUCTS for end in (".html", ".en.html", ".svg", ".en.svg")
    )


# What overflows a card, or is cut off below. Lines that end in an ellipsis, and conditions that do not fit, may.
OVERFLOW = """() => {
  const root = document.documentElement, card = document.querySelector(".pcf-card"), found = [];
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) found.push("the page");
  if (card.scrollHeight > card.clientHeight + 1 || card.scrollWidth > card.clientWidth + 1) found.push("the card");
  let last = 0;
  for (const part of [...card.children, ...card.lastElementChild.children]
      .filter(e => e.tagName !== "FOOTER" && !e.hidden)) {
    const box = part.getBoundingClientRect();
    if (box.left < 0 || box.right > innerWidth || box.bottom > innerHeight) found.push(part.outerHTML.slice(0, 90));
    if (box.top < last - 1) found.push("over what is above it: " + part.outerHTML.slice(0, 90));
    last = box.bottom;
  }
  return found;
}"""


@pytest.mark.parametrize("width", [360, 280])
def test_a_card_fits_its_frame(browser: Browser, base: str, site: Site, width: int) -> None:
    """At the size that the code gives and down to 280 px, without scroll bars, whatever length the texts have."""
    with visiting(browser, base, viewport={"width": width, "height": size(site)[1]}) as visit:
        for address in CARDS:
            visit.go(address)
            assert visit.page.evaluate(OVERFLOW) == [], address
            for text in ("碳足迹计量箱" * 20, "Transformer " * 20, "X" * 200):
                visit.page.evaluate(
                    "text => document.querySelectorAll('h1 a, p b, p span:not(:has(*))').forEach(e =>"
                    " { if (!e.closest('.pcf-card__value')) e.textContent = text; })",
                    text,
                )
                assert visit.page.evaluate(OVERFLOW) == [], f"{address}: {text[:9]}"
        assert visit.troubles() == []


def ground(page: Page) -> str:
    return str(page.locator(".pcf-card").evaluate("e => getComputedStyle(e).backgroundColor"))


@pytest.mark.parametrize(("scheme", "colour"), [("light", LIGHT), ("dark", DARK)])
def test_a_card_is_as_the_readers_system_or_as_its_address_says(
    browser: Browser, base: str, scheme: str, colour: str
) -> None:
    """#light and #dark stand over the system; axe finds nothing in any of them."""
    with visiting(browser, base, viewport={"width": 360, "height": 264}, color_scheme=scheme) as visit:
        for address in CARDS:
            visit.go(address)
            assert ground(visit.page) == colour
            found = violations(visit.page)
            for end, wanted in (("#light", LIGHT), ("#dark", DARK)):
                visit.go("404.html")
                visit.go(address + end)
                assert ground(visit.page) == wanted
                found += violations(visit.page)
            assert found == []
        visit.requests.clear()
        visit.go(CARDS[0])
        assert {url.rpartition(".")[2] for url in visit.requests} <= {"html", "css"}


@pytest.fixture
def company(base: str, tmp_path: Path) -> Iterator[str]:
    """A page of another site that shows a card far down, and a badge."""
    (tmp_path / "index.html").write_text(
        f'<!doctype html><title>Company</title><div style="height:1500px">Kettles</div>'
        f'<iframe src="{base}embed/jiachen-kx200.en.html#dark" title="Card" width="360" height="264"></iframe>'
        f'<img src="{base}embed/jiachen-kx200.en.svg" alt="Badge">',
        "utf-8",
    )
    with serving(tmp_path) as address:
        yield address


def test_in_a_frame_of_another_site_the_card_opens_the_report_around_it(
    browser: Browser, base: str, company: str
) -> None:
    """The page does not jump to the card, the badge is drawn, and a click anywhere on the card opens the report."""
    context = browser.new_context(viewport={"width": 800, "height": 600})
    try:
        page = context.new_page()
        page.goto(company, wait_until="load")
        assert page.evaluate("scrollY") == 0
        drawn = page.locator("img").evaluate("e => [e.naturalWidth, e.naturalHeight]")
        assert drawn[0] > 200
        assert drawn[1] == 62
        frame = page.frame_locator("iframe")
        assert frame.locator(".pcf-card").evaluate("e => getComputedStyle(e).backgroundColor") == DARK
        frame.locator(".pcf-card").click(position={"x": 20, "y": 250})
        page.wait_for_url(f"{base}en/{KETTLE}")
        expect(page.locator("h1")).to_contain_text("KX-200")
    finally:
        context.close()


def test_the_page_about_embedding_does_not_jump_to_its_cards(browser: Browser, base: str) -> None:
    """Though their addresses end in an anchor, and they are of the same site."""
    with visiting(browser, base, viewport={"width": 1440, "height": 400}) as visit:
        visit.go("embedding/")
        for end in ("light", "dark"):
            frame = visit.page.frame_locator(f"iframe[src$='#{end}']")
            expect(frame.locator("h1")).to_be_visible()
        assert visit.page.evaluate("scrollY") == 0
        assert visit.troubles() == []


def test_a_badge_opened_by_itself_is_whole_under_a_strict_policy(browser: Browser, site: Site, tmp_path: Path) -> None:
    """As the only thing of a page that allows nothing, it is drawn in its colours."""
    svg = (site.folder / "embed" / "jiachen-fan.svg").read_text("utf-8").partition("?>")[2]
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    (tmp_path / "index.html").write_text(f"<!doctype html><meta charset=utf-8>{policy}{svg}", "utf-8")
    with serving(tmp_path) as base, visiting(browser, base) as visit:
        visit.go("")
        struck = visit.page.locator("text").nth(3)
        assert struck.evaluate("e => getComputedStyle(e).fill") == "rgb(86, 98, 112)"
        assert "line-through" in struck.evaluate("e => getComputedStyle(e).textDecorationLine")
        boxes = visit.page.locator("text").evaluate_all("all => all.map(e => e.getComputedTextLength())")
        assert min(boxes) > 5
        assert [t for t in visit.troubles() if "favicon" not in t] == []
