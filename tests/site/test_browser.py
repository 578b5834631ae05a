"""The published site in a real browser: every look, the charts, the search box, the keyboard, paper, no scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from pcf.wording import wording
from published import FAN, KETTLE, KETTLE_BEFORE, LAMP, Site, figures
from web import LANGUAGES, PREFIX, Visit, serving, visiting

LOOKS = [(language, scheme, width) for language in LANGUAGES for scheme in ("light", "dark") for width in (1440, 360)]
OTHER_PAGES = ("", "factors/", "factors/lab/2024/", "producers/jiachen/", FAN, LAMP, "methodology/")

# The chart that is shown, as Plotly holds it and as it drew it.
PLOT = """() => {
  const plot = document.querySelector(".pcf-chart:not([hidden]) .pcf-plot");
  return {
    traces: plot.data.map(t => ({name: t.name, x: t.x, y: t.y, colour: t.marker.color})),
    drawn: plot.calcdata.map(bars => bars.map(bar => bar.s)),
    annotations: plot.layout.annotations.map(a => a.text.replace(/<[^>]+>/g, "")),
    bars: plot.querySelectorAll(".bars .point path").length,
    height: plot.getBoundingClientRect().height,
  };
}"""

COLOURS = "String(document.querySelector('.pcf-plot').data[0].marker.color)"

CARRIERS = {
    "agency/2025-1/steel": "none",
    "agency/2025-1/steel-recovered": "none",
    "lab/2024/electricity": "electricity",
    "lab/2024/diesel": "diesel",
    "lab/2024/natural-gas": "natural-gas",
}


@pytest.fixture
def visit(browser: Browser, base: str) -> Iterator[Visit]:
    with visiting(browser, base) as visit:
        yield visit
        assert visit.troubles() == []


def draw(visit: Visit) -> None:
    """Scrolls to the chart, and waits until it is drawn."""
    visit.page.wait_for_load_state("load")
    visit.page.locator("#results .pcf-chart:not([hidden])").scroll_into_view_if_needed()
    visit.page.locator("#results .pcf-chart--live:not([hidden]) .pcf-plot .main-svg").first.wait_for()


def by_stage(footprint: dict[str, Any]) -> dict[str, str]:
    return {stage["id"]: stage["declared"]["value"] for stage in footprint["stages"] if stage["declared"]}


def by_carrier(footprint: dict[str, Any]) -> dict[str, dict[str, str]]:
    """By carrier and stage, from the exact emissions of the lines; to the decimals of the stage's declared value."""
    sums: dict[str, dict[str, Fraction]] = {}
    for stage in footprint["stages"]:
        for line in stage["lines"]:
            if line["emission"]:
                carrier = sums.setdefault(CARRIERS[line["factor"]["id"]], {})
                carrier[stage["id"]] = carrier.get(stage["id"], Fraction(0)) + Fraction(line["emission"]["exact"])
    decimals = {stage: Decimal(value) for stage, value in by_stage(footprint).items()}
    return {
        carrier: {
            stage: str((Decimal(v.numerator) / Decimal(v.denominator)).quantize(decimals[stage], ROUND_HALF_UP))
            for stage, v in stages.items()
        }
        for carrier, stages in sums.items()
    }


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_a_report_reads_and_draws_in_every_look(
    browser: Browser, base: str, site: Site, language: str, scheme: str, width: int
) -> None:
    """In each language, palette and width: nothing wider than the screen; a chart, once seen, of the JSON's values."""
    footprint, t = site.json(KETTLE + "footprint.json"), wording(language)  # type: ignore[arg-type]
    with visiting(browser, base, viewport={"width": width, "height": 600}, color_scheme=scheme) as visit:
        page = visit.page
        for address in OTHER_PAGES:
            visit.go(PREFIX[language] + address)
            assert overflow(visit) == []
        visit.go(PREFIX[language] + KETTLE)
        expect(page.locator("body")).to_have_attribute(
            "data-md-color-scheme", "default" if scheme == "light" else "slate"
        )
        assert overflow(visit) == []
        top = page.locator(".pcf-chart").first.bounding_box()
        assert top is not None
        assert top["y"] > 600, "the chart must start below the screen, or this test shows nothing"
        assert visit.requested("plotly") == 0

        draw(visit)
        assert visit.requested("plotly") == 1
        plot = page.evaluate(PLOT)
        assert [(t["y"], t["x"]) for t in plot["traces"]] == [
            (list(by_stage(footprint)), list(by_stage(footprint).values()))
        ]
        assert plot["drawn"] == [[float(value) for value in by_stage(footprint).values()]]
        assert plot["bars"] == len(by_stage(footprint))
        rows = page.locator(".pcf-table--results tbody tr")
        for stage, label in zip((s for s in footprint["stages"] if s["state"] != "outside-boundary"),
                                plot["annotations"], strict=True):  # fmt: skip
            row = rows.filter(has=page.locator("th", has_text=t(f"stage.{stage['id']}")))
            value = stage["declared"]["value"] if stage["declared"] else t("state.not-quantified")
            assert label.startswith(t(f"stage.{stage['id']}"))
            assert value in label
            assert value in row.inner_text()
        assert overflow(visit) == []

        page.get_by_role("tab").nth(1).click()
        draw(visit)
        assert visit.requested("plotly") == 1
        plot = page.evaluate(PLOT)
        expected = {t(f"carrier.{c}"): values for c, values in by_carrier(footprint).items()}
        assert {t["name"]: dict(zip(t["y"], t["x"], strict=True)) for t in plot["traces"]} == expected
        assert plot["drawn"] == [[float(v) for v in expected[t["name"]].values()] for t in plot["traces"]]
        recomputed = [s["recomputed"]["value"] for s in footprint["stages"] if s["recomputed"]]
        assert [label.split()[-1] for label in plot["annotations"]] == recomputed
        caption = page.locator("#results .pcf-chart:not([hidden]) figcaption")
        expect(caption).to_contain_text({"zh": "复算", "en": "Recomputed (not declared)"}[language])
        assert overflow(visit) == []
        assert page.locator(".modebar-btn, .modebar a, .plotlyjsicon, .pcf-plot a").count() == 0
        assert visit.troubles() == []


def overflow(visit: Visit) -> list[str]:
    """What sticks out of the screen on the right, but for what a reader can scroll to or never sees."""
    found = visit.page.evaluate("""() => {
      const wide = document.documentElement.clientWidth;
      const scrolls = ".pcf-scroll, pre, .md-typeset__scrollwrap, .md-tabs__list, .md-search, .md-sidebar";
      const kept = e => e.closest(scrolls + ", [hidden], .md-header__topic");
      const out = [...document.querySelectorAll("body *")].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width > 0 && box.right > wide + 1 && !kept(e) && getComputedStyle(e).position !== "absolute";
      });
      const page = document.scrollingElement.scrollWidth > innerWidth ? ["the page itself"] : [];
      return page.concat(out.map(e => e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 60)));
    }""")
    return [f"{visit.page.url}: {item}" for item in found]


def test_the_palette_switch_recolours_the_drawn_chart(visit: Visit) -> None:
    """Switching light and dark gives the live chart the colours that the style sheet has for that palette."""
    page = visit.page
    visit.go(KETTLE)
    draw(visit)
    colours: dict[str, list[str]] = {}
    for scheme in ("default", "slate"):
        for _ in range(3):  # system, light, dark
            if page.locator("body").get_attribute("data-md-color-scheme") == scheme:
                break
            page.locator(".md-header__option label:visible").first.click()
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        wanted = page.evaluate("""() => document.querySelector(".pcf-plot").data[0].y.map(
            id => getComputedStyle(document.body).getPropertyValue("--pcf-stage-" + id).trim())""")
        page.wait_for_function(f"wanted => {COLOURS} === String(wanted)", arg=wanted)
        colours[scheme] = page.evaluate(
            "[...document.querySelectorAll('.pcf-plot .bars .point path')].map(bar => getComputedStyle(bar).fill)"
        )
        assert colours[scheme] == [rgb(colour) for colour in wanted]
    assert not set(colours["default"]) & set(colours["slate"])
    assert visit.requested("plotly") == 1


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour.removeprefix("#")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_static_bars_stay_for_who_hears_the_page(visit: Visit, site: Site, language: str) -> None:
    """Once the chart is drawn, a screen reader still has every stage and value as text, and not the drawing."""
    visit.go(PREFIX[language] + KETTLE)
    draw(visit)
    said = visit.page.locator("#results .pcf-chart:not([hidden])").aria_snapshot()
    t = wording(language)  # type: ignore[arg-type]
    for stage, value in by_stage(site.json(KETTLE + "footprint.json")).items():
        assert t(f"stage.{stage}") in said
        assert value in said
    assert t("state.not-quantified") in said
    assert said.count("4.8040") == 1, "the drawing is read out too"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_every_figure_can_be_read(browser: Browser, base: str, site: Site, language: str) -> None:
    """With JavaScript off the page shows all figures of footprint.json, and the bars of both views."""
    with visiting(browser, base, java_script_enabled=False) as visit:
        visit.go(PREFIX[language] + KETTLE)
        shown = set(re.findall(r"(?<![\d.])-?\d+(?:\.\d+)?(?!\.?\d)", visit.page.locator("article").inner_text()))
        wanted = figures(site.json(KETTLE + "footprint.json"))
        assert len(wanted) > 40
        assert set(wanted) - shown == set()
        for view in ("stage", "carrier"):
            bars = visit.page.locator(f"[data-pcf-view={view}] .pcf-bars")
            expect(bars).to_be_visible()
            assert bars.locator("svg rect").count() >= 5
        assert visit.requested("plotly") == 0
        assert visit.troubles() == []


def test_with_the_save_data_hint_the_chart_comes_only_when_asked_for(browser: Browser, base: str) -> None:
    """A reader who saves data gets static bars and a button; the chart comes on pressing it, in any palette."""
    with visiting(browser, base, data_saver=True, color_scheme="light") as visit:
        page = visit.page
        visit.go("en/" + KETTLE)
        assert page.evaluate("navigator.connection.saveData") is True
        chart = page.locator("#results .pcf-chart:not([hidden])")
        chart.scroll_into_view_if_needed()
        chart.hover()
        page.wait_for_timeout(300)
        expect(chart.locator(".pcf-bars")).to_be_visible()
        assert visit.requested("plotly") == 0
        chart.get_by_role("button", name="Show the interactive chart").click()
        chart.locator(".pcf-plot .main-svg").first.wait_for()
        assert visit.requested("plotly") == 1
        light = page.evaluate(PLOT)["traces"][0]["colour"]
        assert len(light) == 5
        page.emulate_media(color_scheme="dark")
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
        page.wait_for_function(f"light => {COLOURS} !== String(light)", arg=light)
        assert visit.troubles() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_shows_the_static_bars_of_both_views_and_everything_folded(visit: Visit, language: str) -> None:
    """Printed after the chart was drawn: static bars of both views, no plot, no buttons, and the text of every fold."""
    page = visit.page
    visit.go(PREFIX[language] + KETTLE)
    draw(visit)
    page.emulate_media(media="print")
    for view in ("stage", "carrier"):
        bars = page.locator(f"[data-pcf-view={view}] .pcf-bars")
        expect(bars).to_be_visible()
        box = bars.bounding_box()
        assert box is not None
        assert box["height"] > 100
    expect(page.locator(".pcf-plot").first).to_be_hidden()
    for hidden in (".pcf-tabs", ".md-header", ".md-footer"):
        expect(page.locator(hidden)).to_be_hidden()
    folds = page.locator("details.pcf-fold")
    assert folds.count() > 3
    for fold in folds.all():
        box, title = fold.bounding_box(), fold.locator("summary").bounding_box()
        assert box is not None
        assert title is not None
        assert box["height"] > title["height"] + 10, fold.locator("summary").inner_text()
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF-")


def test_the_language_switch_stays_on_the_page(visit: Visit) -> None:
    """The link in the header leads to the same report in the other language, and back."""
    page = visit.page
    visit.go(KETTLE)
    page.get_by_role("link", name="English", exact=True).click()
    expect(page).to_have_url(visit.base + "en/" + KETTLE)
    expect(page.locator("h1")).to_contain_text("Stainless steel kettle")
    page.get_by_role("link", name="中文", exact=True).click()
    expect(page).to_have_url(visit.base + KETTLE)


@pytest.mark.parametrize(
    ("language", "query", "address"),
    [
        ("zh", "电热水壶", KETTLE),
        ("zh", "锈钢电", KETTLE),  # from the middle of one word to the middle of the next
        ("zh", "KX-200", KETTLE),
        ("zh", "VT-2025-03", KETTLE),
        ("zh", "甲辰", "producers/jiachen/"),
        ("zh", "kettle", KETTLE),
        ("zh", "吸顶", LAMP),
        ("en", "stainless", KETTLE),
        ("en", "kx-200", KETTLE),
        ("en", "VT-2025-03", KETTLE),
        ("en", "Jiachen", "producers/jiachen/"),
        ("en", "N/17", LAMP),
    ],
)
def test_the_search_box_finds_pages_of_its_own_language(visit: Visit, language: str, query: str, address: str) -> None:
    """Chinese by any part, models, report numbers with hyphens, English words: the first hit leads there."""
    page = visit.page
    visit.go(PREFIX[language] + "factors/")
    visit.search(query)
    found = visit.found()
    assert found[0] == visit.base + PREFIX[language] + address, found
    assert all(href.startswith(f"{visit.base}en/") == (language == "en") for href in found)
    visit.hits.first.click()
    page.wait_for_url(f"{visit.base}{PREFIX[language]}{address}")
    expect(page.locator("h1")).to_be_visible()


def test_the_search_box_finds_nothing_where_there_is_nothing(visit: Visit) -> None:
    """What no page has gives no hit, whether its characters are known or not, also beside a word that is found."""
    visit.go("")
    for query in ("鼙鼓", "壶水热", "kettle 鼙鼓", "电热水壶 KX-2001"):
        visit.search(query)
        expect(visit.page.locator(".pcf-search [role=status]")).to_have_text(f"没有找到“{query}”")
        assert visit.hits.count() == 0


def test_the_search_box_does_not_know_a_draft(visit: Visit) -> None:
    """A draft's name leads to no page of it."""
    visit.go("")
    for query in ("循环水泵", "水泵", "yisi-pump"):
        visit.search(query)
        assert visit.found() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_shows_where_the_words_stand(visit: Visit, language: str) -> None:
    """Sections of documents, too; each word is marked as it is written there, in an excerpt about the first of them."""
    visit.go(PREFIX[language])
    visit.search("ＦＲＡＣＴＩＯＮ PINT")
    marked = visit.page.locator("#pcf-hits mark").all_text_contents()
    assert {"Fraction", "pint"} <= set(marked)
    assert {text.lower() for text in marked} == {"fraction", "pint"}
    assert f"{visit.base}{PREFIX[language]}development/#pipeline" in visit.found()
    texts = visit.page.locator("#pcf-hits > a > span").all_text_contents()
    assert all(len(text) < 250 for text in texts)


def test_a_report_that_was_replaced_comes_after_the_current_one(visit: Visit) -> None:
    """And says that it was."""
    visit.go("en/")
    visit.search("KX-200 kettle")
    found = visit.found()
    assert found.index(f"{visit.base}en/{KETTLE}") < found.index(f"{visit.base}en/{KETTLE_BEFORE}")
    expect(visit.hits.nth(found.index(f"{visit.base}en/{KETTLE_BEFORE}")).locator("small")).to_have_text(
        "Report · Superseded"
    )
    expect(visit.hits.nth(found.index(f"{visit.base}en/{KETTLE}")).locator("small")).to_have_text("Report")


def test_the_search_index_comes_when_the_field_has_the_keyboard(visit: Visit) -> None:
    """Not with the page; once, and nothing of the theme's search at all."""
    page = visit.page
    visit.go("")
    page.wait_for_load_state("networkidle")
    assert visit.requested("/search/") == 0
    visit.search("电")
    visit.search("电热")
    assert visit.requested("/search/zh.json") == visit.requested("/search/") == 1
    assert visit.requested("workers") == 0


def test_the_search_works_by_keyboard(visit: Visit) -> None:
    """A slash goes to the field, arrows choose and go round, Enter opens, Escape closes, then empties."""
    page = visit.page
    visit.go("en/factors/")
    field = page.get_by_role("combobox", name="Search")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("kettle")
    options = page.get_by_role("option")
    options.first.wait_for()
    expect(field).to_have_attribute("aria-expanded", "true")
    last = options.count() - 1
    for key, chosen in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", None), ("ArrowUp", last)):
        page.keyboard.press(key)
        expect(field).to_be_focused()
        selected = page.locator("#pcf-hits [aria-selected=true]")
        if chosen is None:
            assert selected.count() == 0
            expect(field).to_have_attribute("aria-activedescendant", "")
        else:
            expect(options.nth(chosen)).to_have_attribute("aria-selected", "true")
            expect(field).to_have_attribute("aria-activedescendant", str(selected.get_attribute("id")))
            expect(selected).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("kettle")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    page.keyboard.type("N/17")  # a slash in the field is a slash
    expect(options.first).to_contain_text("N/17")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{visit.base}en/{LAMP}")


def test_a_field_of_the_page_itself_keeps_the_slash(visit: Visit) -> None:
    """Where the page has a search of its own, / is left to it."""
    visit.go("factors/")
    visit.page.evaluate("document.body.dataset.pcfFind = ''")
    visit.page.keyboard.press("/")
    assert visit.page.evaluate("document.activeElement === document.body")


def test_search_on_a_phone_takes_the_whole_width(browser: Browser, base: str) -> None:
    """Opened by its button, closed by its button, and the keyboard is back where it was."""
    with visiting(browser, base, viewport={"width": 360, "height": 640}) as visit:
        page = visit.page
        visit.go("en/")
        expect(page.locator(".pcf-search input")).to_be_hidden()
        visit.search("kettle")
        box = page.locator(".pcf-search__panel").bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 360)
        page.get_by_role("button", name="Close search").click()
        expect(page.locator(".pcf-search input")).to_be_hidden()
        expect(page.get_by_role("button", name="Search", exact=True)).to_be_focused()
        assert visit.troubles() == []


def test_a_search_that_cannot_be_loaded_says_so_and_is_tried_again(browser: Browser, base: str) -> None:
    """A broken connection is no empty result."""
    with visiting(browser, base) as visit:
        visit.go("en/")
        visit.page.route("**/search/en.json", lambda route: route.abort())
        visit.search("kettle")
        expect(visit.page.locator(".pcf-search [role=status]")).to_contain_text("could not be loaded")
        visit.page.unroute("**/search/en.json")
        visit.search("kettle ")
        visit.hits.first.wait_for()


def test_the_views_can_be_switched_with_the_keyboard(visit: Visit) -> None:
    """One stop of the Tab key for both tabs; arrow keys choose, and round the end; the panel that is shown changes."""
    page = visit.page
    visit.go("en/" + KETTLE)
    tabs, panels = page.get_by_role("tab"), page.locator("#results .pcf-chart")
    assert [tab.get_attribute("tabindex") for tab in tabs.all()] == ["0", "-1"]
    tabs.first.focus()
    for key, chosen in (("ArrowRight", 1), ("ArrowRight", 0), ("ArrowLeft", 1), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        expect(tabs.nth(chosen)).to_be_focused()
        expect(tabs.nth(chosen)).to_have_attribute("aria-selected", "true")
        expect(tabs.nth(1 - chosen)).to_have_attribute("aria-selected", "false")
        expect(panels.nth(chosen)).to_be_visible()
        expect(panels.nth(1 - chosen)).to_be_hidden()
        assert tabs.nth(chosen).get_attribute("aria-controls") == panels.nth(chosen).get_attribute("id")
    page.keyboard.press("Tab")
    expect(tabs.nth(0)).not_to_be_focused()
    expect(tabs.nth(1)).not_to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_site_works_in_a_sub_folder(browser: Browser, site: Site, language: str) -> None:
    """Under /catalogue/ of a server all links, the chart, the search and the language switch still work."""
    with serving(site.folder, "/catalogue/") as base, visiting(browser, base) as visit:
        page = visit.page
        visit.go(PREFIX[language])
        page.locator(".pcf-list__name", has_text="KX-200").click()
        expect(page).to_have_url(base + PREFIX[language] + KETTLE)
        draw(visit)
        other = "en" if language == "zh" else "zh"
        page.locator(".pcf-language").click()
        expect(page).to_have_url(base + PREFIX[other] + KETTLE)
        visit.search("KX-200")
        assert visit.found()[0] == base + PREFIX[other] + KETTLE
        assert all(url.startswith((base, "data:", "blob:")) for url in visit.requests)
        assert visit.troubles() == []
