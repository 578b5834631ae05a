"""The clock moved past validity without another build: page, card, lists and comparison say expired, and not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from published import LAMP, Site
from web import LANGUAGES, PREFIX, Visit, visiting

BEFORE, AFTER = datetime(2026, 6, 30, 12, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC)
EXPIRED = {"zh": "已过有效期", "en": "Expired"}
VERIFIED = {"zh": "经核查", "en": "Verified"}
ID = LAMP.removeprefix("products/").rstrip("/")
Open = Callable[[str, datetime], Page]


@pytest.fixture
def visit(browser: Browser, base: str) -> Iterator[Visit]:
    with visiting(browser, base, timezone_id="Asia/Shanghai") as visit:
        yield visit
        assert visit.troubles() == []


@pytest.fixture
def opened(visit: Visit) -> Open:
    def open_(address: str, day: datetime) -> Page:
        visit.page.clock.set_fixed_time(day)
        visit.go(address)
        return visit.page

    return open_


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_so(opened: Open, language: str) -> None:
    """Status, words, what also holds, and a banner at the top."""
    for day, status, also in ((BEFORE, VERIFIED, None), (AFTER, EXPIRED, VERIFIED)):
        page = opened(PREFIX[language] + LAMP, day)

        expect(page.locator("#status .pcf-status:visible")).to_have_text(status[language])
        expect(page.locator(".pcf-panel__words:visible")).to_have_count(1)
        expect(page.locator(".pcf-panel__also .pcf-status:visible")).to_have_text([also[language]] if also else [])
        expect(page.locator(".pcf-banner--expired:visible strong")).to_have_text([EXPIRED[language]] if also else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_says_so(opened: Open, language: str) -> None:
    """The last day itself is still valid; the value is grey and the line of the card amber after it."""
    card = f"embed/yisi-lamp{'.en' if language == 'en' else ''}.html"
    for day, status in ((BEFORE, VERIFIED), (AFTER, EXPIRED)):
        page = opened(card, day)

        expect(page.locator(".pcf-card__status b:visible")).to_have_text(status[language])
        expect(page.locator(".pcf-card__words:visible")).to_have_count(1)
        assert page.locator(".pcf-card--spent").count() == (day == AFTER)
        page.set_viewport_size({"width": 360, "height": 264})
        assert page.locator("main").evaluate("card => card.scrollHeight <= card.clientHeight")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_say_so(opened: Open, language: str) -> None:
    """The pages of its category, maker and body, and the catalogue, which puts it away unless asked."""
    for day, status in ((BEFORE, VERIFIED), (AFTER, EXPIRED)):
        for address in ("categories/lamp/", "producers/yisi/", "bodies/north/"):
            page = opened(PREFIX[language] + address, day)
            row = page.locator(".pcf-list__row, .pcf-products li").filter(has=page.locator(f"[href$='{LAMP}']"))
            expect(row.locator(".pcf-status:visible")).to_have_text(status[language])
        page = opened(f"{PREFIX[language]}?all=1", day)
        page.locator(".pcf-take__shown:not([hidden])").wait_for()
        row = page.locator(".pcf-list__row").filter(has=page.locator(f"[href$='{LAMP}']"))
        expect(row.locator(".pcf-status")).to_have_text(status[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_says_so(opened: Open, language: str) -> None:
    for day in (BEFORE, AFTER):
        page = opened(f"{PREFIX[language]}compare/?ids={ID}", day)
        expect(page.locator(".pcf-compared .pcf-status").first).to_be_visible()

        assert (EXPIRED[language] in page.locator(".pcf-compared .pcf-status").all_inner_texts()) == (day == AFTER)


def test_without_scripts_the_page_is_as_it_was_built(browser: Browser, base: str, site: Site) -> None:
    """The end of validity is printed; nothing is said twice."""
    with visiting(browser, base, java_script_enabled=False) as visit:
        for address in (LAMP, "embed/yisi-lamp.html"):
            visit.go(address)
            text = visit.page.locator("main").first.inner_text()
            assert "2026-06-30" in text
            assert VERIFIED["zh"] in text
            assert EXPIRED["zh"] not in text
