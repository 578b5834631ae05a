"""The published site for those who cannot see it, use no mouse, or read it on paper."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import COLOURS, violations
from published import FAN, KETTLE, LAMP, Site
from web import LANGUAGES, PREFIX, Visit, visiting

# Every kind of page; the one that is not found stands once, in Chinese.
PAGES = (
    "", KETTLE, "producers/jiachen/", "factors/", "factors/lab/2024/", "embedding/", "reference/problems/",
    "reference/findings/", "methodology/", "compare/",
)  # fmt: skip


@pytest.fixture
def visit(browser: Browser, base: str) -> Iterator[Visit]:
    with visiting(browser, base) as visit:
        yield visit
        assert visit.troubles() == []


# axe


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(browser: Browser, base: str, language: str, width: int) -> None:
    """On every kind of page, all folds open and the chart drawn; in the dark palette again, what depends on colour."""
    found = []
    addresses = [PREFIX[language] + address for address in PAGES] + (["404.html"] if language == "zh" else [])
    with visiting(browser, base, viewport={"width": width, "height": 900}, color_scheme="light") as visit:
        page = visit.page
        for address in addresses:
            page.emulate_media(color_scheme="light")
            visit.go(address)
            open_up(page)
            found += violations(page)
            page.emulate_media(color_scheme="dark")
            expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
            found += violations(page, COLOURS)
        assert visit.troubles() == []
    assert found == []


def open_up(page: Page) -> None:
    """Opens all folds, and has the chart drawn where there is one."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    chart = page.locator("#results .pcf-chart:not([hidden])")
    if chart.count():
        chart.scroll_into_view_if_needed()
        page.locator(".pcf-chart--live:not([hidden]) .pcf-plot .main-svg").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_menu_and_search(browser: Browser, base: str, scheme: str) -> None:
    """On a phone the menu with a section open, and the search with its hits; opened without a mouse."""
    with visiting(browser, base, viewport={"width": 360, "height": 900}, color_scheme=scheme) as visit:
        page = visit.page
        visit.go("en/methodology/")
        page.locator(".md-header__button[for=__drawer]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".md-nav--primary").get_by_role("link", name="Verdicts")).to_be_visible()
        found = violations(page)
        page.keyboard.press("Escape")
        visit.go("en/factors/")
        page.locator(".pcf-search__open").focus()
        page.keyboard.press("Enter")
        page.get_by_role("combobox", name="Search").fill("kettle")
        visit.hits.first.wait_for()
        page.keyboard.press("ArrowDown")
        found += violations(page)
        assert visit.troubles() == []
    assert found == []


# Keyboard

# What one can act on and see, but for what the arrow keys reach.
STOPS = """() => [...document.querySelectorAll("a[href], button, input, summary, [tabindex]")].filter(e =>
    e.tabIndex >= 0 && !e.disabled && e.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && e.getBoundingClientRect().width > 0 && !e.closest(".pcf-search__box, .md-option"))
  .map((e, i) => { e.dataset.stop = i; return e.outerHTML.slice(0, 120); })"""

# The element that has the keyboard, and whether one sees that: an input of no size has its label stand for it,
# a frame what has the keyboard in it, which marks itself by a part laid over the whole card.
FOCUS = """() => {
  const e = document.activeElement;
  const shown = e.matches(".md-option") ? e.nextElementSibling : e;
  const inner = e.tagName === "IFRAME" ? e.contentDocument.activeElement : null;
  const style = inner ? getComputedStyle(inner, "::after") : getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none";
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {stop: e.dataset.stop, what: e.outerHTML.slice(0, 120), seen: ring && inside && box.width > 0,
          start: e === document.body || e.dataset.start === "yes", search: !!e.closest(".pcf-search__field")};
}"""


@pytest.mark.parametrize("width", [1440, 360])
def test_everything_on_a_report_is_reached_by_tab_and_seen_when_it_is(browser: Browser, base: str, width: int) -> None:
    """Tab goes to all links, buttons, folds and boxes that scroll, and each stop is marked and on the screen."""
    with visiting(browser, base, viewport={"width": width, "height": 900}) as visit:
        page = visit.page
        visit.go("en/" + KETTLE)
        page.locator(".pcf-tabs").wait_for()
        wanted = dict(enumerate(page.evaluate(STOPS)))
        assert len(wanted) > 40
        unseen = []
        for _ in range(3 * len(wanted)):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus["start"]:
                break
            if focus["stop"]:
                wanted.pop(int(focus["stop"]), None)
            if not focus["seen"] and not focus["search"]:
                unseen.append(focus["what"])
        assert wanted == {}
        assert unseen == []
        assert visit.troubles() == []


def test_folds_open_and_close_with_enter(visit: Visit) -> None:
    """Every fold of a report, from its title."""
    visit.go(KETTLE)
    folds = visit.page.locator("details")
    assert folds.count() > 3
    for fold in folds.all():
        before = fold.get_attribute("open")
        for wanted in (before is None, before is not None):
            fold.locator("summary").press("Enter")
            expect(fold).to_have_attribute("open", "") if wanted else expect(fold).not_to_have_attribute("open", "")


# Paper

A4 = {"width": 718, "height": 1047}  # px at 96 dpi, less margins of 10 mm


@pytest.mark.parametrize("address", [KETTLE, FAN, LAMP])
def test_a_printed_report_shows_every_declared_value_and_fits_the_sheet(
    browser: Browser, base: str, site: Site, address: str
) -> None:
    """In print each declared value is visible, nothing is wider than A4, no chart is cut, no page is blank."""
    footprint = site.json(address + "footprint.json")
    declared = [stage["declared"]["value"] for stage in footprint["stages"] if stage["declared"]]
    declared.append(footprint["declared"]["total"]["value"])
    with visiting(browser, base, viewport=A4) as visit:
        page = visit.page
        visit.go(address)
        page.emulate_media(media="print")
        text = page.locator("article").inner_text()
        assert [value for value in declared if value not in text] == []
        wide = page.evaluate("""() => [...document.querySelectorAll("article *")].filter(e =>
            e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1
            && getComputedStyle(e).position !== "absolute").map(e => e.outerHTML.slice(0, 120))""")
        assert wide == []
        for chart in page.locator(".pcf-chart").all():
            assert chart.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
            box = chart.bounding_box()
            assert box is not None
            assert 40 < box["height"] < A4["height"]
        margin = "10mm"
        sheets = pages(page.pdf(format="A4", margin={"top": margin, "right": margin, "bottom": margin, "left": margin}))
        assert len(sheets) > 1
        assert [number for number, words in enumerate(sheets, 1) if words < 20] == []
        assert visit.troubles() == []


def pages(pdf: bytes) -> list[int]:
    """How many pieces of text each page of Chromium's PDF sets."""
    objects = {int(m[1]): m[2] for m in re.finditer(rb"(?s)\b(\d+) 0 obj\b(.*?)\bendobj\b", pdf)}
    contents = [
        int(m[1])
        for body in objects.values()
        if re.search(rb"/Type\s*/Page\b", body) and (m := re.search(rb"/Contents (\d+) 0 R", body))
    ]
    streams = [re.search(rb"(?s)stream\r?\n(.*)\r?\nendstream", objects[number]) for number in contents]
    return [len(re.findall(rb"T[jJ]\b", zlib.decompress(stream[1]))) for stream in streams if stream]
