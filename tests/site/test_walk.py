"""A buyer's walk through the catalogue, from a search to a comparison for a tender, under the site's policy."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from published import Site
from small_reports import FACTORS, seal, write, write_report
from web import build, make_root, serving, visiting

ONE, TWO, LAMP = "acme-one/r-1", "acme-two/r-2", "acme-lamp/r-4"
ROOM = 10  # more kettles


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Twelve kettles, a lamp with a kettle in its name, and one without.

    Steel is 2 kgCO2e/kg and electricity 0.5 kgCO2e/kWh, so one kettle is 3.000 + 0.1 + 2.00 = 5.100 kgCO2e, the other
    0.2 + 0.2 + 2.2001 = 2.6001 kgCO2e.
    """
    folder = tmp_path_factory.mktemp("shop")
    (folder / "empty").mkdir()
    root = make_root(folder / "root", folder / "empty")
    write(root, "_categories.yaml", {"categories": {n: {"name": {"en": n.capitalize()}} for n in ("kettle", "lamp")}})
    write(root, "_producers/acme.yaml", {"name": {"zh": "顶峰", "en": "Acme"}})
    write(root, "_bodies/body.yaml", {"name": {"en": "Body"}})
    write(root, "_factors/lab/2024.yaml", FACTORS)

    def report(
        ident: str, steel: str, transport: str, production: str, values: tuple[str, ...], **more: object
    ) -> None:
        stages = {
            "raw-materials": [("steel", steel)],
            "inbound-transport": [("electricity", transport)],
            "production": [("electricity", production)],
        }
        write_report(root, ident, stages, dict(zip(stages, values, strict=False)), values[3], **more)

    report(ONE, "1.5 kg", "0.2 kWh", "4 kWh", ("3.000", "0.1", "2.00", "5.100"))
    report(TWO, "0.1 kg", "0.4 kWh", "4.4002 kWh", ("0.2", "0.2", "2.2001", "2.6001"))
    plain = ("1 kg", "0.2 kWh", "4 kWh", ("2", "0.1", "2", "4.1"))
    report(LAMP, *plain, category="lamp", name={"zh": "水壶灯", "en": "Kettle lamp"})
    report("acme-desk/r-5", *plain, category="lamp", name={"zh": "台灯", "en": "Desk lamp"})
    for number in range(ROOM):
        report(f"acme-k{number}/r-{number + 10}", *plain)
    seal(root)
    return Site(root, build(root))


def listed(page: Page) -> list[str]:
    return [str(value) for value in page.locator(".pcf-list__row input").evaluate_all("all => all.map(e => e.value)")]


def tick(page: Page, report: str) -> None:
    page.locator(f".pcf-list__row input[value='{report}']").check()


def table(download: Download) -> list[list[str]]:
    text = Path(str(download.path())).read_bytes().decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def shown(page: Page) -> list[str]:
    """All that a reader reads of a comparison."""
    expect(page.locator(".pcf-compared > li")).to_have_count(2)
    return page.locator(".pcf-compare").inner_text().split("\n")


def test_a_buyer_finds_filters_compares_shares_prints_takes_away_and_goes_back(browser: Browser, shop: Site) -> None:
    with serving(shop.folder) as base, visiting(browser, base, viewport={"width": 1440, "height": 900}) as visit:
        page = visit.page
        answer = page.goto(base + "en/", wait_until="load")
        assert answer is not None
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        page.locator(".pcf-take__shown:not([hidden])").wait_for()

        # Find: all kettles and the lamp of that name. Filter: the lamp alone.
        page.keyboard.press("/")
        page.keyboard.type("ｋｅｔｔｌｅ")
        count = page.locator("[role=status].pcf-count")
        expect(count).to_have_text(f"Reports: {ROOM + 3} of {ROOM + 4}")
        page.locator("[data-facet=category] input[value=lamp]").check()
        expect(count).to_have_text(f"Reports: 1 of {ROOM + 4}")
        assert listed(page) == [LAMP]
        tick(page, LAMP)
        page.get_by_role("button", name="Remove: Lamp").click()
        tick(page, ONE)

        # Compare two that may not be compared: the reason, both values, no bars and no differences.
        page.locator(".pcf-tray a").click()
        expect(page.locator("[data-verdict] h2")).to_have_text("These may not be compared")
        expect(page.locator("[data-verdict] p")).to_contain_text("Not the same: Product category.")
        assert page.url == f"{base}en/compare/?ids={LAMP},{ONE}"
        assert page.locator(".pcf-comparebar:visible").count() == 0
        stages = page.locator("[data-stages] thead th")
        assert stages.all_inner_texts() == ["Stage", "LAMP", "ONE"]

        # Take the lamp out, choose another kettle among the kettles, lowest first.
        page.get_by_role("button", name="Remove LAMP").click()
        page.locator("[data-another] a").click()
        page.locator(".pcf-take__shown:not([hidden])").wait_for()
        page.locator("[data-facet=category] input[value=kettle]").check()
        page.locator(".pcf-sort select").select_option("lowest")
        kettles = listed(page)
        assert (len(kettles), kettles[0], kettles[-1]) == (ROOM + 2, TWO, ONE)

        # Take away what is listed: the rows of the whole file, with the values as declared.
        with page.expect_download() as catalogue:
            page.locator(".pcf-take button[value=csv]").click()
        head, *lines = table(catalogue.value)
        totals = {line[head.index("page")]: line[head.index("declared_total")] for line in lines}
        assert set(totals) == {f"products/{kettle}/" for kettle in kettles}
        assert (totals[f"products/{ONE}/"], totals[f"products/{TWO}/"]) == ("5.100", "2.6001")
        tick(page, TWO)
        left = page.url

        # Compare two that may be: bars on one scale, differences to the last digit, without transport 5.000 and 2.4001.
        page.locator(".pcf-tray a").click()
        expect(page.locator("[data-verdict] h2")).to_have_text("The same in all conditions recorded here")
        page.locator("input[value=inbound-transport]").uncheck()
        expect(page.locator("[data-sum]")).to_have_text(
            "Chosen stages together, Raw materials, Production: ONE 5.000, TWO 2.4001 (difference −2.5999) kgCO₂e."
        )
        lengths = page.locator(".pcf-comparebar").evaluate_all(
            "all => all.map(bar => [...bar.children].reduce((sum, e) => sum + parseFloat(e.getAttribute('width')), 0))"
        )
        assert lengths == pytest.approx([100, 48.002])
        differences = page.locator("[data-stages] tr:not([hidden]) > :nth-child(4)").all_inner_texts()
        assert differences == ["TWO − ONE", "−2.800", "+0.1", "+0.2001", "−2.5999", "–"]
        assert page.url == f"{base}en/compare/?ids={ONE},{TWO}&stages=raw-materials,production"
        seen = shown(page)

        # Share: who opens the address elsewhere sees the same.
        with visiting(browser, base, viewport={"width": 1440, "height": 900}) as other:
            other.page.goto(page.url, wait_until="load")
            assert shown(other.page) == seen
            assert other.troubles() == []

        # Print: nothing to press, addresses in full.
        page.emulate_media(media="print")
        assert page.locator("button:visible, input:visible, .md-header:visible").count() == 0
        text = page.locator(".pcf-compare").inner_text()
        for address in (page.url, f"{base}en/products/{ONE}/", f"{base}en/products/{TWO}/"):
            assert address in text
        assert page.pdf(format="A4").startswith(b"%PDF")
        page.emulate_media(media="screen")

        # Download the comparison.
        with page.expect_download() as comparison:
            page.get_by_role("button", name="Download CSV").click()
        rows = table(comparison.value)
        assert rows[0] == ["Compare products", page.url]
        assert ["Raw materials", "3.000", "0.2", "-2.800"] in rows
        assert ["Chosen stages together", "5.000", "2.4001", "-2.5999"] in rows

        # Back in the catalogue all is as it was left.
        page.go_back()
        page.go_back()
        expect(page).to_have_url(left)
        page.locator(".pcf-take__shown:not([hidden])").wait_for()
        assert listed(page) == kettles
        expect(page.locator(".pcf-sort select")).to_have_value("lowest")
        expect(page.locator(".pcf-chips button").first).to_have_text("Kettle ×")
        for report in (ONE, TWO):
            expect(page.locator(f".pcf-list__row input[value='{report}']")).to_be_checked()
        assert visit.troubles() == []
