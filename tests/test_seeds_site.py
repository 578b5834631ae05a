"""The site of this repository's own products: the figures at their addresses, and what its search finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from published import Site
from web import LANGUAGES, PREFIX, ROOT, build, make_root, serving, visiting
from web import browser as browser  # a fixture

BXS2 = "products/juxin-bxs2/t410267-4/"
BXS3 = "products/shengrun-bxs3/t400077-01/"
WITH_UNPRINTED = "reproduces-with-unprinted-values"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = make_root(tmp_path_factory.mktemp("seeds") / "root", ROOT / "products", typeset=True)
    return Site(root, build(root))


@pytest.fixture(scope="module")
def base(seeds: Site) -> Iterator[str]:
    with serving(seeds.folder) as address:
        yield address


@pytest.mark.parametrize(
    ("report", "declared", "recomputed", "verdict", "gate"),
    [
        (BXS2, "64.2254", "64.2258", WITH_UNPRINTED, "60.7058"),
        (BXS3, "33.0286", "33.4261", "does-not-reproduce", "27.6939"),
    ],
)
def test_totals_are_those_of_the_reports(
    seeds: Site, report: str, declared: str, recomputed: str, verdict: str, gate: str
) -> None:
    """Declared and recomputed total, the verdict between them, and the declared cradle-to-gate subtotal."""
    footprint = seeds.json(report + "footprint.json")
    assert footprint["declared"]["total"] == {"value": declared, "unit": "kgCO2e"}
    assert footprint["recomputed"]["total"]["value"] == recomputed
    assert footprint["verdict"] == verdict
    assert footprint["cradle_to_gate"]["declared"]["value"] == gate


@pytest.mark.parametrize(
    ("report", "verdicts"),
    [
        (
            BXS2,
            {
                "raw-materials": WITH_UNPRINTED,
                "inbound-transport": WITH_UNPRINTED,
                "production": "reproduces",
                "distribution": WITH_UNPRINTED,
                "end-of-life": WITH_UNPRINTED,
            },
        ),
        (
            BXS3,
            {
                "raw-materials": "reproduces",
                "inbound-transport": "does-not-reproduce",
                "production": "reproduces",
                "distribution": "does-not-reproduce",
                "end-of-life": "reproduces",
            },
        ),
    ],
)
def test_each_stage_has_its_verdict_and_the_others_are_null(seeds: Site, report: str, verdicts: dict[str, str]) -> None:
    """Quantified stages are judged; use and storage are not quantified, and null rather than zero."""
    stages = {stage["id"]: stage for stage in seeds.json(report + "footprint.json")["stages"]}
    assert {name: stage["verdict"] for name, stage in stages.items() if stage["recomputed"]} == verdicts
    for name in ("use", "storage"):
        assert stages[name]["state"] == "not-quantified"
        assert [stages[name][key] for key in ("declared", "recomputed", "share", "verdict")] == [None] * 4


@pytest.mark.parametrize(
    ("stage", "declared", "recomputed"),
    [("inbound-transport", "2.7963", "3.1966"), ("distribution", "0.1498", "0.1471")],
)
def test_deviations_stand_beside_the_declared_value(seeds: Site, stage: str, declared: str, recomputed: str) -> None:
    """The two stages of BXS3 that do not reproduce show both values, on the page too."""
    stages = {s["id"]: s for s in seeds.json(BXS3 + "footprint.json")["stages"]}
    assert stages[stage]["declared"]["value"] == declared
    assert stages[stage]["recomputed"]["value"] == recomputed
    for language in LANGUAGES:
        rows = seeds.html(BXS3, language).one("table", class_="pcf-table--results").one("tbody").find("tr")
        cells = [[cell.text for cell in row.find("td")] for row in rows]
        assert [row[0] for row in cells if recomputed in row] == [declared]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "reports"),
    [
        ("计量箱", {BXS2, BXS3}),
        ("互感器", {BXS3}),
        ("落地", {BXS3}),
        ("聚昕", {BXS2}),
        ("bxs3", {BXS3}),
        ("ＢＸＳ２", {BXS2}),
        ("T400077", {BXS3}),
        ("t410267-4", {BXS2}),
        ("metering", {BXS2, BXS3}),
        ("三信", {BXS2, BXS3}),
        ("64.2254", {BXS2}),
        ("计量箱 聚昕 sanxin", {BXS2}),
        ("鼙鼓", set()),
        ("计量箱 鼙鼓", set()),
        ("metering qwzx", set()),
    ],
)
def test_search_finds_the_products(browser: Browser, base: str, language: str, query: str, reports: set[str]) -> None:
    """In either language, by any part of a name, maker, body, model, number or value: every word, and no other report;
    nonsense finds nothing and says so, beside a word that is known too."""
    with visiting(browser, base) as visit:
        visit.go(PREFIX[language] + "methodology/")
        visit.search(query)
        found = visit.found()
        products = f"{base}{PREFIX[language]}products/"
        assert {href for href in found if href.startswith(products)} == {base + PREFIX[language] + r for r in reports}
        said = visit.page.locator(".pcf-search [role=status]")
        if reports:
            visit.hits.filter(has=visit.page.locator("mark")).first.click()
            expect(visit.page.locator("h1")).to_be_visible()
            assert visit.page.url.partition("#")[0] in {href.partition("#")[0] for href in found}
        else:
            assert found == []
            expect(said).to_have_text(f"没有找到“{query}”" if language == "zh" else f"Nothing found for “{query}”")
        assert visit.troubles() == []


@pytest.mark.parametrize(
    ("query", "reports"),
    [
        ("计量箱", {BXS2, BXS3}),
        ("落地", {BXS3}),
        ("聚昕", {BXS2}),
        ("bxs3", {BXS3}),
        ("ＢＸＳ２", {BXS2}),
        ("T400077", {BXS3}),
        ("metering", {BXS2, BXS3}),
        ("三信", {BXS2, BXS3}),
        ("没有这样的产品", set()),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_finds_the_products(
    browser: Browser, base: str, language: str, query: str, reports: set[str]
) -> None:
    """Two products are a plain list, and still have a search; nonsense finds nothing and says so."""
    with visiting(browser, base) as visit:
        visit.go(PREFIX[language])
        visit.page.locator(".pcf-take__shown:not([hidden])").wait_for()
        visit.page.keyboard.press("/")
        visit.page.keyboard.insert_text(query)
        rows = visit.page.locator(".pcf-list__row input").evaluate_all("all => all.map(e => e.value)")
        assert {f"products/{row}/" for row in rows} == reports
        assert visit.page.locator(".pcf-zero").is_visible() == (not reports)
        assert visit.page.locator(".pcf-facet").count() == 0
        assert visit.troubles() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_bxs2_and_bxs3_are_never_read_as_one_half_of_the_other(browser: Browser, base: str, language: str) -> None:
    """Why they may not be compared as they stand, no difference of the totals, and what remains, worked out by hand."""
    unlike = {"zh": "计入内容不同", "en": "covers different things"}[language]
    reasons = {
        "zh": ["电力 56.8120 kWh、天然气 9.1487 m³；没有计入材料本身", "电力 5.9203 kWh；没有计入材料本身"],
        "en": ["electricity 56.8120 kWh and natural gas 9.1487 m³; no material itself",
               "electricity 5.9203 kWh; no material itself"],
    }  # fmt: skip
    with visiting(browser, base) as visit:
        page = visit.page
        ids = ",".join(report.removeprefix("products/").rstrip("/") for report in (BXS2, BXS3))
        visit.go(f"{PREFIX[language]}compare/?ids={ids}")
        verdict = page.locator("[data-verdict]")
        title = {"zh": "不能直接比较", "en": "The values may not be compared as they stand"}[language]
        expect(verdict.locator("h2")).to_have_text(title)
        for reason in reasons[language]:
            expect(verdict.locator("li").first).to_contain_text(reason)
        total = page.locator("[data-row=sum] td")
        assert total.all_inner_texts() == ["64.2254", "33.0286", unlike]
        assert not {"−31.1968", "-31.1968", "31.1968", "49.1813"} & set(page.locator("article").inner_text().split())
        assert page.locator(".pcf-hatched").count() == 4  # raw materials and end of life, in both bars
        page.locator("input[value=raw-materials]").uncheck()
        assert total.all_inner_texts() == ["11.6239", "29.6084", unlike]  # end of life: gas and electricity again
        page.locator("input[value=end-of-life]").uncheck()
        # 0.4806 + 7.6237 + 1.8908 and 2.7963 + 21.4774 + 0.1498
        assert total.all_inner_texts() == ["9.9951", "24.4235", "+14.4284"]
        assert "3.1966" in page.locator("[data-stages] [data-row=inbound-transport]").inner_text()
        use = page.locator("[data-stages] [data-row=use] td").all_inner_texts()
        assert {text.strip() for text in use} == {{"zh": "未量化", "en": "not quantified"}[language], "–"}
        assert visit.troubles() == []
