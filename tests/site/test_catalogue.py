"""The catalogue in a browser: found, filtered, sorted, shared and taken away, and the same rows as without a script."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import COLOURS, violations
from bench_records import records
from published import Site
from web import LANGUAGES, PREFIX, Visit, build, make_root, serving, visiting

COUNT = 60  # more than one page of rows
TODAY = "2026-11-20"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Synthetic products: the first has expired, the second is withdrawn."""
    folder = tmp_path_factory.mktemp("many")
    for path, raw in records(COUNT, rich=False).items():
        if path.startswith("products/p00000/") and path.endswith("statement.yaml"):
            raw = raw.replace(b"valid_until: '20", b"valid_until: '19")  # before all others
        if path.startswith("products/p00001/") and path.endswith("review.yaml"):
            raw += "withdrawn: {date: 2026-01-01, reason: {zh: 撤回, en: Withdrawn}}\n".encode()
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    root = make_root(folder / "root", folder / "products")
    return Site(root, build(root))


@pytest.fixture(scope="module")
def rows(many: Site) -> list[dict[str, Any]]:
    """What the footprint.json of every report says: the facts that the catalogue is held against."""
    found = [json.loads(p.read_text("utf-8")) for p in sorted((many.folder / "products").glob("*/*/footprint.json"))]
    for entry in found:
        entry["standards"] = ["GB/T 24067-2024", "ISO 14067:2018"]
        entry["away"] = entry["status"] == "withdrawn" or entry["report"]["valid_until"] < TODAY
        entry["text"] = " ".join(
            [*entry["product"]["name"].values(), entry["product"]["model"], entry["report"]["number"],
             *entry["product"]["producer"]["name"].values()]
        ).lower()  # fmt: skip
    assert sum(entry["away"] for entry in found) == 2
    return found


@pytest.fixture
def visit(browser: Browser, many: Site) -> Iterator[Visit]:
    with serving(many.folder) as base, visiting(browser, base, viewport={"width": 1440, "height": 900}) as visit:
        yield visit
        assert visit.troubles() == []


def go(visit: Visit, address: str = "") -> Page:
    """The catalogue once its data are there."""
    visit.go(address)
    visit.page.locator(".pcf-take__shown:not([hidden])").wait_for()
    return visit.page


def listed(page: Page) -> list[str]:
    """Reports in the list, in order: ``<product>/<report>``."""
    return [str(value) for value in page.locator(".pcf-list__row input").evaluate_all("all => all.map(e => e.value)")]


def counted(page: Page) -> int:
    """The number of reports that is announced."""
    return int(page.locator(".pcf-count").inner_text().removeprefix("Reports: ").split()[0])


def options(page: Page, facet: str) -> dict[str, int]:
    """The counts beside a facet's options, all of them shown."""
    more = page.locator(f"[data-facet={facet}] .pcf-facet__more[aria-expanded=false]:visible")
    if more.count():
        more.click()
    read = "all => all.map(e => [e.querySelector('input').value, +e.querySelector('small').textContent])"
    return dict(page.locator(f"[data-facet={facet}] label").evaluate_all(read))


def ids(entries: list[dict[str, Any]]) -> list[str]:
    return [f"{e['product']['id']}/{e['report']['number'].lower()}" for e in entries]


def newest(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda e: e["report"]["issued"], reverse=True)


# Rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_made_by_script_are_those_of_the_server(visit: Visit, many: Site, language: str) -> None:
    """Element by element and attribute by attribute, for the fifty rows that the server made."""
    server = "() => [...document.querySelectorAll('.pcf-list__row')].map(row => row.outerHTML.split(/(?=<)/))"
    visit.page.route("**/catalogue-index.json", lambda route: route.abort())
    visit.go(PREFIX[language])
    expected = visit.page.evaluate(server)
    visit.page.unroute("**/catalogue-index.json")
    visit.trouble.clear()
    page = go(visit, PREFIX[language] + "?q=zzzz")
    assert listed(page) == []
    page.locator(".pcf-zero button").click()
    assert len(expected) == 50
    expected = [row for row in expected if not any("p00000" in part for part in row)]  # expired since the build
    for made, wanted in zip(page.evaluate(server), expected, strict=False):
        assert [pair for pair in zip(made, wanted, strict=False) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_script_the_newest_are_listed_and_categories_lead_to_the_rest(many: Site, language: str) -> None:
    page = many.html("", language)
    assert len(page.one(class_="pcf-list").find(class_="pcf-list__row")) == 50
    reports = set()
    for link in page.one("nav", class_="pcf-categories").find("a"):
        address = link.attributes["href"].partition("categories/")[2]
        own = many.html("categories/" + address, language).find("a", class_="pcf-list__name")
        reports |= {a.attributes["href"].partition("products/")[2] for a in own}
    assert len(reports) == COUNT


# Find


@pytest.mark.parametrize("query", ["计量箱", "METERING", "ｂｘｓ", "r2025-00014", "00013", "changzhou box", "箱 常州"])
def test_search_finds_every_word_anywhere(visit: Visit, rows: list[dict[str, Any]], query: str) -> None:
    """Names, models, numbers and producers in both languages, by substring; width and case do not count."""
    page = go(visit, "en/")
    page.locator(".pcf-filter__search").fill(query)
    words = query.lower().replace("ｂｘｓ", "bxs").split()
    wanted = [e for e in rows if not e["away"] and all(word in e["text"] for word in words)]
    assert wanted
    assert counted(page) == len(wanted)
    assert listed(page) == ids(newest(wanted))[:50]


def test_search_finds_bodies(visit: Visit, rows: list[dict[str, Any]]) -> None:
    page = go(visit, "?q=第3检测")
    assert listed(page) == ids(newest([e for e in rows if e["report"]["body"] == "body-2" and not e["away"]]))


def test_nothing_found_says_so_and_leads_back(visit: Visit) -> None:
    """Zero is announced, and one key gives everything back."""
    page = go(visit, "en/")
    page.keyboard.press("/")
    expect(page.locator(".pcf-filter__search")).to_be_focused()
    page.keyboard.type("no such thing")
    expect(page.locator("[role=status].pcf-count")).to_have_text("Reports: 0 of 58")
    expect(page.locator(".pcf-zero")).to_be_visible()
    page.locator(".pcf-zero button").press("Enter")
    expect(page.locator(".pcf-filter__search")).to_have_value("")
    expect(page.locator(".pcf-filter__search")).to_be_focused()
    assert counted(page) == 58
    assert page.url == visit.base + "en/"


# Facets

KEYS = {
    "category": lambda e: [e["product"]["category"]],
    "producer": lambda e: [e["product"]["producer"]["id"]],
    "boundary": lambda e: [e["boundary"]["scope"]],
    "standard": lambda e: e["standards"],
    "body": lambda e: [e["report"]["body"]],
    "status": lambda e: [e["status"]],
    "year": lambda e: [e["report"]["issued"][:4]],
}


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", {}),
        ("", {"category": ["category-1"], "boundary": ["cradle-to-grave"]}),
        ("box", {"body": ["body-1", "body-2", "body-7"]}),
        ("", {"status": ["verified"], "producer": ["maker-0003"]}),
    ],
)
def test_a_count_is_what_a_click_will_give(
    visit: Visit, rows: list[dict[str, Any]], query: str, chosen: dict[str, list[str]]
) -> None:
    """Counts beside the options leave their own facet out, and no other; a facet that divides nothing is not shown."""
    asked = "&".join([f"q={query}", *(f"{facet}={value}" for facet, values in chosen.items() for value in values)])
    page = go(visit, f"en/?{asked}")
    base = [e for e in rows if not e["away"] and query in e["text"]]
    fits = {f: lambda e, f=f: f not in chosen or any(v in chosen[f] for v in KEYS[f](e)) for f in KEYS}
    assert counted(page) == sum(all(fit(e) for fit in fits.values()) for e in base)
    for facet in ("category", "producer", "boundary", "body", "status"):
        others = [e for e in base if all(fit(e) for name, fit in fits.items() if name != facet)]
        wanted = Counter(value for e in others for value in KEYS[facet](e))
        wanted.update(dict.fromkeys(chosen.get(facet, ()), 0))
        assert options(page, facet) == dict(wanted)
    for facet in ("standard", "year"):
        expect(page.locator(f"[data-facet={facet}]")).to_be_hidden()


def test_what_is_put_away_is_one_click_away(visit: Visit, rows: list[dict[str, Any]]) -> None:
    """Withdrawn and expired reports are not listed until asked for; expiry is judged by the reader's own day."""
    page = go(visit)
    old = {i for i, e in zip(ids(rows), rows, strict=True) if e["away"]}
    assert old.isdisjoint(listed(page))
    page.locator(".pcf-away input").check()
    expect(page).to_have_url(visit.base + "?all=1")
    page.locator(".pcf-more button").click()
    assert len(listed(page)) == COUNT
    assert old < set(listed(page))
    for report, status in zip(sorted(old), ("expired", "withdrawn"), strict=True):
        expect(page.locator(f".pcf-list__row:has([value='{report}']) .pcf-status--{status}")).to_be_visible()


# Values


def test_values_are_ranked_only_within_one_category_and_functional_unit(
    visit: Visit, rows: list[dict[str, Any]]
) -> None:
    """Until then sorting and range are off, and the page says why, even if the address asks for them."""
    page = go(visit, "en/?sort=lowest&max=300")
    expect(page.locator(".pcf-range__why")).to_be_visible()
    expect(page.locator(".pcf-sort option[value=lowest]")).to_be_disabled()
    expect(page.locator(".pcf-range__max")).to_be_disabled()
    assert counted(page) == 58
    assert listed(page) == ids(newest([e for e in rows if not e["away"]]))[:50]
    page.locator("[data-facet=category] input[value=category-2]").check()
    expect(page.locator(".pcf-range__why")).to_be_hidden()
    own = [e for e in rows if e["product"]["category"] == "category-2" and not e["away"]]
    within = [e for e in own if float(e["declared"]["total"]["value"]) <= 300]
    assert 0 < len(within) < len(own)
    assert listed(page) == ids(sorted(within, key=lambda e: float(e["declared"]["total"]["value"])))
    expect(page.locator(".pcf-sort select")).to_have_value("lowest")
    page.locator(".pcf-range__max").fill("")
    assert counted(page) == len(own)


def test_names_are_sorted_as_the_language_does(visit: Visit, rows: list[dict[str, Any]]) -> None:
    """Chinese by pinyin, English by letters."""
    first = {
        "zh": ["变压器", "充电桩", "电缆", "电流"],
        "en": ["Compact", "Dry-type", "Explosion-proof", "Floor-standing"],
    }
    assert first["zh"]
    page = go(visit, "en/?sort=name")
    names = page.locator(".pcf-list__name > span:first-child").all_text_contents()
    assert names == sorted(names, key=str.lower)
    page = go(visit, "?sort=name")
    names = page.locator(".pcf-list__name > span:first-child").all_text_contents()
    initial = {"防": "f", "干": "g", "紧": "j", "户": "h", "落": "l", "模": "m", "壁": "b", "预": "y", "智": "z"}
    letters = [initial[name[0]] for name in names]
    assert letters == sorted(letters)


def test_the_histogram_has_a_bar_for_each_part_of_the_range_that_has_values(
    visit: Visit, rows: list[dict[str, Any]]
) -> None:
    """Twenty-four parts from the least to the greatest value, the fullest 40 high; what the limits leave out apart."""
    page = go(visit, "en/?category=category-2&max=300")
    own = [e for e in rows if e["product"]["category"] == "category-2" and not e["away"]]
    values = [float(e["declared"]["total"]["value"]) for e in own]
    width = (max(values) - min(values)) / 24
    counts = Counter(min(23, int((value - min(values)) / width)) for value in values)
    bars = {True: {}, False: {}}
    for kind, inside in (("in", True), ("out", False)):
        path = page.locator(f".pcf-range__{kind}").get_attribute("d") or ""
        for x, height in re.findall(r"M(\d+) 40v-([\d.]+)h9V40z", path):
            bars[inside][int(x) // 10] = float(height)
    assert bars[True] | bars[False] == {
        part: pytest.approx(40 * n / max(counts.values())) for part, n in counts.items()
    }
    assert set(bars[True]) == {part for part in counts if min(values) + part * width <= 300}
    assert bars[True]
    assert bars[False]


# The address


def test_the_address_holds_what_was_chosen_and_back_and_forward_work(visit: Visit) -> None:
    page = go(visit, "en/")
    page.locator(".pcf-filter__search").fill("box")
    expect(page).to_have_url(visit.base + "en/?q=box")
    page.locator("[data-facet=category] input").first.check()
    one = page.locator("[data-facet=category] input").first.get_attribute("value")
    expect(page).to_have_url(f"{visit.base}en/?q=box&category={one}")
    page.locator(".pcf-sort select").select_option("name")
    page.locator(".pcf-list__row input").nth(0).check()
    chosen = listed(page)[0]
    whole = f"{visit.base}en/?q=box&category={one}&sort=name&compare={chosen}"
    expect(page).to_have_url(whole)
    rows = listed(page)
    page.go_back()
    expect(page.locator(".pcf-tray")).to_be_hidden()
    page.go_back()
    page.go_back()
    expect(page.locator(".pcf-chips button")).to_have_count(0)
    expect(page.locator(".pcf-filter__search")).to_have_value("box")
    for _ in range(3):
        page.go_forward()
    expect(page).to_have_url(whole)
    assert listed(page) == rows
    page = go(visit, whole.removeprefix(visit.base))
    assert listed(page) == rows
    expect(page.locator(".pcf-list__row input").first).to_be_checked()
    page.locator(".pcf-chips button").first.press("Enter")
    expect(page).to_have_url(f"{visit.base}en/?q=box&sort=name&compare={chosen}")


@pytest.mark.parametrize("width", [1440, 360])
def test_the_theme_leaves_the_query_alone(visit: Visit, width: int) -> None:
    """Its own search took ``?q=`` too, opened over the page and removed it from the address; it is switched off."""
    visit.page.set_viewport_size({"width": width, "height": 800})
    page = go(visit, "en/?q=box")
    expect(page.locator(".pcf-filter__search")).to_have_value("box")
    expect(page.locator(".pcf-filter__search")).to_be_in_viewport()
    expect(page.locator(".pcf-search__panel")).to_be_hidden()
    assert page.url == visit.base + "en/?q=box"
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("/")
    expect(page.locator(".pcf-filter__search")).to_be_focused()


def test_four_can_be_compared_and_a_fifth_says_why_not(visit: Visit) -> None:
    page = go(visit, "en/")
    boxes = page.locator(".pcf-list__row input")
    for number in range(4):
        boxes.nth(number).press(" ")
    link = page.locator(".pcf-tray a")
    expect(link).to_have_attribute("href", "../en/compare/?ids=" + ",".join(listed(page)[:4]))
    boxes.nth(4).press(" ")
    expect(boxes.nth(4)).not_to_be_checked()
    expect(page.locator(".pcf-tray [role=status]")).to_have_text("No more than 4 can be compared; leave one out first.")
    boxes.nth(0).press(" ")
    boxes.nth(4).press(" ")
    expect(boxes.nth(4)).to_be_checked()


def test_long_facets_fold_and_keep_the_focus(visit: Visit) -> None:
    """Six options until more are asked for; what was ticked keeps the keyboard's focus."""
    page = go(visit)
    labels = page.locator("[data-facet=producer] label")
    expect(labels).to_have_count(6)
    page.locator("[data-facet=producer] .pcf-facet__more").press("Enter")
    expect(labels.nth(8)).to_be_visible()
    tick = labels.nth(8).locator("input")
    tick.press(" ")
    expect(tick).to_be_focused()
    expect(tick).to_be_checked()


# Taken away


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_is_listed_can_be_taken_away(visit: Visit, many: Site, kind: str) -> None:
    """The entries of the whole file whose page is listed, unchanged: all of them, not only the rows in sight."""
    page = go(visit, "?category=category-1")
    wanted = {f"products/{report}/" for report in listed(page)}
    with page.expect_download() as download:
        page.locator(f".pcf-take button[value={kind}]").click()
    raw = Path(download.value.path()).read_bytes()
    whole = (many.folder / f"catalogue.{kind}").read_bytes()
    if kind == "json":
        taken, everything = json.loads(raw), json.loads(whole)
        assert taken == everything | {"reports": [r for r in everything["reports"] if r["page"] in wanted]}
        assert {r["page"] for r in taken["reports"]} == wanted
    else:
        head, *lines = csv.reader(whole.decode("utf-8-sig").splitlines())
        assert list(csv.reader(raw.decode("utf-8-sig").splitlines())) == [head, *(r for r in lines if r[-1] in wanted)]
        assert raw.startswith(b"\xef\xbb\xbf")


# For everyone


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, many: Site, language: str, width: int
) -> None:
    """Filtered, filters open and reports chosen; with nothing found; a category. Dark again, what depends on colour."""
    found = []
    states = ("?category=category-1&sort=lowest&compare={},{}", "?q=zzzz", "categories/category-1/")
    with serving(many.folder) as base, visiting(browser, base, viewport={"width": width, "height": 900}) as visit:
        some = listed(go(visit))[:2]
        for state in states:
            visit.page.emulate_media(color_scheme="light")
            visit.go(PREFIX[language] + state.format(*some))
            if "?" in state:
                visit.page.locator(".pcf-take__shown:not([hidden])").wait_for()
                visit.page.evaluate("document.querySelector('details').open = true")
            found += violations(visit.page)
            visit.page.emulate_media(color_scheme="dark")
            expect(visit.page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
            found += violations(visit.page, COLOURS)
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.troubles() == []
    assert found == []
