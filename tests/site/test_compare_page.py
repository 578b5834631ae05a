"""The compare page in a browser: whether reports may be compared, how far, exactly, by an address that lasts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from axe import violations
from hostile import TEXTS
from pcf.evaluate import evaluate
from pcf.exports import footprint
from pcf.files import read_folder
from published import Site
from small_reports import FACTORS, TEXT, seal, write, write_report
from web import LANGUAGES, PREFIX, Visit, build, make_root, serving, visiting

# A catalogue of its own. One and two agree in every condition; the others differ from one in what their names say.
ONE, TWO, GAS, LAMP, PAIR, ODD = (
    "acme-one/r-1", "acme-two/r-2", "acme-gas/r-3", "acme-lamp/r-4", "acme-pair/r-5", "acme-odd/r-6"
)  # fmt: skip
NAME, MODEL, MAKER = TEXTS[0], '=HYPERLINK("https://elsewhere.example","x")', "<img src=x onerror=pwn(1)>"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("compare")
    (folder / "empty").mkdir()
    root = make_root(folder / "root", folder / "empty")
    write(root, "_categories.yaml", {"categories": {n: {"name": {"en": n.capitalize()}} for n in ("kettle", "lamp")}})
    write(root, "_producers/acme.yaml", {"name": {"zh": MAKER}})
    write(root, "_bodies/body.yaml", {"name": {"en": "Body"}})
    write(root, "_factors/lab/2024.yaml", FACTORS)
    steel, power = [("steel", "1.5 kg")], [("electricity", "4 kWh")]
    write_report(
        root, ONE, {"raw-materials": steel, "inbound-transport": [("electricity", "0.2 kWh")], "production": power},
        {"raw-materials": "3.000", "inbound-transport": "0.1", "production": "2.00"}, "5.100",
    )  # fmt: skip
    write_report(
        root, TWO,
        {"raw-materials": [("steel", "0.1 kg")], "inbound-transport": [("electricity", "0.4 kWh")],
         "production": [("electricity", "4.4002 kWh")]},
        {"raw-materials": "0.2", "inbound-transport": "0.2", "production": "2.2001"}, "2.6001",
    )  # fmt: skip
    write_report(
        root, GAS,
        {"raw-materials": [("gas", "1 m3")], "inbound-transport": None, "production": [("electricity", "2 kWh")]},
        {"raw-materials": "2", "production": "1.5"}, "3.5", valid_until="2025-06-30",
        deviations=[{"stage": "production", "declared": "1.5 kgCO2e", "recomputed": "1.0 kgCO2e", "cause": "unknown",
                     "explanation": TEXT}],
    )  # fmt: skip
    stages = {"raw-materials": steel, "inbound-transport": None, "production": power}
    values = {"raw-materials": "3", "production": "2"}
    write_report(root, LAMP, stages, values, "5", category="lamp")
    write_report(root, PAIR, stages, values, "5", amount="2 piece")
    write_report(
        root, ODD, {"raw-materials": [*steel, ("scrap", "4 kg")], "inbound-transport": None, "production": power},
        {"raw-materials": "-1.0", "production": "2.0"}, "1.0", name={"zh": NAME}, model=MODEL,
    )  # fmt: skip
    seal(root)
    return Site(root, build(root))


@pytest.fixture
def visit(browser: Browser, compared: Site) -> Iterator[Visit]:
    with serving(compared.folder) as base, visiting(browser, base) as visit:
        visit.page.add_init_script("window.fired = []; window.pwn = (n) => window.fired.push(n);")
        yield visit
        assert visit.page.evaluate("window.fired") == []
        assert visit.troubles() == []


def go(visit: Visit, *ids: str, language: str = "en", stages: str | None = None) -> Page:
    """The page with what it shows in place."""
    chosen = "" if stages is None else f"&stages={stages}"
    visit.go(f"{PREFIX[language]}compare/?ids={','.join(ids)}{chosen}")
    expect(visit.page.locator(".pcf-compared > li").first).to_be_visible()
    return visit.page


def rows(page: Page, table: str) -> dict[str, list[str]]:
    """The cells of each row that is shown, by the row's id."""
    found: list[tuple[str, list[str]]] = page.locator(f"[data-{table}]").evaluate(
        """table => [...table.rows].filter(row => !row.hidden).map(row => [row.dataset.row,
            [...row.cells].filter(cell => cell.dataset.label !== undefined).map(cell => cell.textContent)])"""
    )
    return dict(found)


def verdict(page: Page) -> str:
    return page.locator("[data-verdict] h2").inner_text()


# Whether


def test_reports_that_agree_in_everything_are_compared_to_the_last_digit(visit: Visit) -> None:
    """Sums of decimals of different length keep the most places; 0.1 + 0.2 is no more than 0.3."""
    page = go(visit, ONE, TWO)
    assert verdict(page) == "The same in all conditions recorded here"
    assert set(page.locator(".pcf-tag--same").all_inner_texts()) == {"same"}
    assert page.locator(".pcf-tag--different, .pcf-tag--not_stated, .pcf-hatched").count() == 0
    assert rows(page, "stages") == {
        "head": ["ONE", "TWO", "TWO − ONE"],
        "raw-materials": ["3.000", "0.2", "−2.800"],
        "inbound-transport": ["0.1", "0.2", "+0.1"],
        "production": ["2.00", "2.2001", "+0.2001"],
        "sum": ["5.100", "2.6001", "−2.4999"],
        "total": ["5.100", "2.6001", "–"],
    }
    expect(page.locator("[data-sum]")).to_have_text(
        "Chosen stages together, Raw materials, Inbound transport, Production: "
        "ONE 5.100, TWO 2.6001 (difference −2.4999) kgCO₂e."
    )


@pytest.mark.parametrize(("other", "condition"), [(LAMP, "category"), (PAIR, "functional-unit")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_another_category_or_unit_stops_the_comparison(visit: Visit, language: str, other: str, condition: str) -> None:
    """Tables and the reason; no bars, no differences, no stages to choose."""
    page = go(visit, ONE, other, language=language)
    assert verdict(page) == {"zh": "不能比较", "en": "These may not be compared"}[language]
    assert page.locator(".pcf-differs th").first.inner_text() in page.locator("[data-verdict] p").inner_text()
    assert page.locator(f"[data-row={condition}]").get_attribute("class") == "pcf-differs"
    assert page.locator(".pcf-comparebar:visible, input[type=checkbox]:visible").count() == 0
    stages = rows(page, "stages")
    assert {len(cells) for cells in stages.values()} == {2}
    assert "sum" not in stages
    assert (
        rows(page, "conditions")[condition] == page.locator(f"[data-row={condition}] td[data-label]").all_inner_texts()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stage_that_counts_different_things_has_no_difference_and_the_sum_none_while_it_is_in(
    visit: Visit, language: str
) -> None:
    """It is hatched and said why; without it the rest is subtracted. Nothing that one has not quantified is offered."""
    page = go(visit, ONE, GAS, language=language)
    unlike = {"zh": "计入内容不同", "en": "covers different things"}[language]
    none = {"zh": "未量化", "en": "not quantified"}[language]
    assert verdict(page) == {"zh": "不能直接比较", "en": "The values may not be compared as they stand"}[language]
    reasons = page.locator("[data-verdict] li").first.inner_text()
    assert {"zh": "钢板 1.5 kg", "en": "Steel sheet 1.5 kg"}[language] in reasons
    assert {"zh": "天然气 1 m³；没有计入材料本身", "en": "natural gas 1 m³; no material itself"}[language] in reasons
    assert page.locator(".pcf-scope input:visible").evaluate_all("all => all.map(box => box.value)") == [
        "raw-materials",
        "production",
    ]
    assert page.locator(".pcf-hatched").count() == 2
    stages = rows(page, "stages")
    assert stages["raw-materials"] == ["3.000", "2", unlike]
    assert stages["inbound-transport"] == ["0.1", none, "–"]
    assert stages["production"][0] == "2.00"
    assert "1.0" in stages["production"][1].removeprefix("1.5")  # recomputed, beside the declared value
    assert stages["sum"] == ["5.000", "3.5", unlike]
    assert "GAS" in page.locator("[data-left]").inner_text()
    page.locator("input[value=raw-materials]").uncheck()
    assert rows(page, "stages")["sum"] == ["2.00", "1.5", "−0.50"]
    assert page.locator(".pcf-hatched").count() == 0
    assert page.url.endswith("&stages=production")


def test_what_is_not_stated_is_not_the_same(browser: Browser, base: str) -> None:
    """Two reports that are both silent on category rules are not known to agree in them."""
    kettles = "jiachen-kx200/vt-2025-03,jiachen-kx200/vt-2024-01"
    with visiting(browser, base) as visit:
        page = go(visit, kettles)
        assert page.locator("[data-row=category-rules] td").all_inner_texts() == [
            "not stated",
            "not stated",
            "not stated",
        ]
        assert "Product category rules" in page.locator("[data-verdict] li").last.inner_text()
        assert rows(page, "stages")["head"][:2] == ["KX-200 VT-2025-03", "KX-200 VT-2024-01"]  # one model, two reports
        assert page.locator(".pcf-compared .pcf-status--superseded").count() == 1
        assert visit.troubles() == []


def test_bars_share_one_scale_and_credits_lie_left_of_zero(visit: Visit) -> None:
    """5.0 kg and 3.5 kg to the right of zero: as long as their values; a credit of 1.0 to the left of it."""
    page = go(visit, ONE, GAS, ODD)
    ends = page.locator(".pcf-comparebar").evaluate_all(
        """bars => bars.map(bar => [...bar.querySelectorAll("rect:not(.pcf-hatched)")].map(rect => {
            const x = parseFloat(rect.getAttribute("x")); return [x, x + parseFloat(rect.getAttribute("width"))]; }))"""
    )
    scale = 100 / 6  # 1 kg below zero, 5 above
    expected = [[[1, 4], [4, 6]], [[1, 3], [3, 4.5]], [[0, 1], [1, 3]]]
    for bar, wanted in zip(ends, expected, strict=True):
        for segment, kg in zip(bar, wanted, strict=True):
            assert segment == pytest.approx([scale * end for end in kg])


# The address


def test_everything_shown_is_in_the_address_and_back_undoes_it(visit: Visit) -> None:
    """Stages and reports; back and forward go through them; the other language shows the same."""
    page = go(visit, ONE, TWO, GAS)
    page.locator("input[value=raw-materials]").uncheck()
    page.get_by_role("button", name="Remove GAS").click()
    expect(page.locator("h1")).to_be_focused()
    assert page.url.endswith(f"?ids={ONE},{TWO}&stages=production")
    expect(page.locator(".pcf-compared > li")).to_have_count(2)
    page.go_back()
    expect(page.locator(".pcf-compared > li")).to_have_count(3)
    page.go_back()
    expect(page.locator("input[value=raw-materials]")).to_be_checked()
    page.go_forward()
    expect(page.locator("input[value=raw-materials]")).not_to_be_checked()
    page.locator(".pcf-language", has_text="中文").click()
    expect(page.locator("[data-verdict] h2")).to_have_text("不能直接比较")
    assert page.url.endswith(f"/compare/?ids={ONE},{TWO},{GAS}&stages=production")
    assert rows(page, "stages")["sum"] == ["2.00", "2.2001", "1.5", "+0.2001", "−0.50"]


def test_what_cannot_be_shown_is_told_and_the_rest_is_shown(visit: Visit) -> None:
    """A fifth report, one named twice, one that is none, one that does not exist, one that does not arrive."""
    page = go(visit, ONE, ONE, "acme-one", "<b>/x", TWO, GAS, LAMP, PAIR)
    told = page.locator("[data-notes] p").all_inner_texts()
    assert [("acme-one/r-1" in t, "“acme-one”" in t, "“<b>/x”" in t, PAIR in t) for t in told] == [
        (True, False, False, False),
        (False, True, False, False),
        (False, False, True, False),
        (False, False, False, True),
    ]
    expect(page.locator(".pcf-compared > li")).to_have_count(4)
    assert page.locator("[data-another]").is_hidden()

    page.route(f"**/{TWO}/footprint.json", lambda route: route.abort())
    page = go(visit, ONE, "acme-one/r-9", TWO)
    assert page.locator("[data-notes] p").all_inner_texts() == [
        "The catalogue has no report “acme-one/r-9”.",
        "The report “acme-two/r-2” could not be read. Check the connection, then load this page again.",
    ]
    expect(page.locator(".pcf-compared > li")).to_have_count(1)
    assert verdict(page) == "Only one report is chosen"
    assert page.locator("[data-another] a").get_attribute("href") == f"../../en/?compare={ONE}"
    assert page.locator(".pcf-tag:visible, .pcf-comparebar:visible").count() == 0
    own = [t for t in visit.trouble if "r-9" in t or "Failed to load resource" in t or TWO in t]
    assert len(own) == len(visit.trouble) >= 2
    visit.trouble.clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_reports_or_without_script_the_page_says_what_to_do(
    browser: Browser, compared: Site, language: str
) -> None:
    """It leads to the catalogue, an example of an address, and how it judges; without a script to the CSV."""
    for script in (True, False):
        with serving(compared.folder) as base, visiting(browser, base, java_script_enabled=script) as visit:
            visit.go(PREFIX[language] + "compare/")
            links = visit.page.locator("[data-intro] a:visible").evaluate_all(
                "all => all.map(a => a.getAttribute('href'))"
            )
            root = "../" * (1 + (language == "en"))
            own = root + PREFIX[language]
            without = [] if script else [own, f"{root}catalogue.csv"]
            assert links == [*without, own, f"?ids={GAS},{LAMP}", f"{own}methodology/comparing/"]
            assert visit.page.locator("[data-shown]").is_hidden()
            assert visit.troubles() == []


# Status, drafts, strange names


def test_a_statement_that_has_ended_by_the_readers_day_is_marked(visit: Visit) -> None:
    """The build knew no day; the reader's clock does."""
    page = go(visit, ONE, GAS)
    marks = [card.locator(".pcf-status").all_inner_texts() for card in page.locator(".pcf-compared > li").all()]
    assert marks == [["Verified"], ["Does not reproduce", "Verified", "Expired"]]


def test_a_draft_is_compared_by_its_recomputed_values_and_says_so(visit: Visit, compared: Site) -> None:
    """As the local preview shows it; it states no verification, so it is like no other."""
    files = {k: v for k, v in read_folder(compared.root)[0].items() if TWO not in k or "inventory" in k}
    outcome = evaluate(files)
    draft = json.dumps(footprint(outcome, outcome.evaluations[TWO]))
    visit.page.route(f"**/{TWO}/footprint.json", lambda route: answer(route, draft))
    page = go(visit, ONE, TWO)
    stages = rows(page, "stages")
    assert stages["head"] == ["ONE", "TWO (draft, recomputed)", "TWO − ONE"]
    assert stages["production"] == ["2.00", "2.2001", "+0.2001"]
    assert stages["total"][1] == "2.6001"
    assert page.locator("[data-row=verification] td").first.inner_text() == "not stated"


def answer(route: Route, text: str) -> None:
    route.fulfill(body=text, content_type="application/json")


def test_strange_names_are_shown_as_they_are(visit: Visit) -> None:
    """In cards, tables, bars and reasons; nothing is read as HTML."""
    page = go(visit, ONE, ODD)
    card = page.locator(".pcf-compared > li").nth(1)
    assert card.locator("a").text_content() == f"{NAME} (in Chinese only) {MODEL}"
    assert card.locator("span").first.text_content() == f"{MAKER} (in Chinese only)"
    assert rows(page, "stages")["head"] == ["ONE", MODEL, f"{MODEL} − ONE"]
    assert page.locator(".pcf-compare img").count() == 0


# Taking away


def test_the_csv_is_what_is_shown_and_no_cell_is_a_formula(visit: Visit) -> None:
    """UTF-8 with a mark, all cells quoted, numbers as numbers with an ASCII minus."""
    page = go(visit, ONE, ODD, stages="production")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    raw = Path(str(download.value.path())).read_bytes()
    assert download.value.suggested_filename == "compare.csv"
    assert raw.startswith(b"\xef\xbb\xbf" + b'"Compare products"')
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert lines[0] == ["Compare products", page.url]
    assert lines[1][0] == "The values may not be compared as they stand"
    assert lines[2][:4] == ["ONE", f"{MAKER} (in Chinese only)", "R-1", "2025-03-01"]
    assert lines[3][0] == "'" + MODEL
    assert lines[3][-1].endswith("/en/products/acme-odd/r-6/")
    start = lines.index(["Stage", "ONE", f"'{MODEL}", f"'{MODEL} − ONE"])
    assert lines[start + 1 :] == [
        ["Raw materials not in the sum", "3.000", "-1.0", "covers different things"],
        ["Inbound transport not in the sum", "0.1", "not quantified", "–"],
        ["Production", "2.00", "2.0", "+0.00"],
        ["Chosen stages together", "2.00", "2.0", "+0.00"],
        ["All stages of the report", "5.100", "1.0", "–"],
    ]
    assert [
        "different",
        "Raw materials: what is counted",
        "Steel sheet 1.5 kg",
        "Steel sheet 1.5 kg and Scrap 4 kg",
    ] in lines
    assert raw.count(b"\r\n") == len(lines)


def test_on_paper_there_are_addresses_and_no_buttons(visit: Visit) -> None:
    """Title, verdict, dates, addresses in full; nothing to press, and nothing wider than the sheet."""
    visit.page.set_viewport_size({"width": 718, "height": 1000})
    page = go(visit, ONE, GAS)
    page.emulate_media(media="print")
    assert page.locator("button:visible, input:visible, .md-header:visible, .md-tabs:visible").count() == 0
    text = page.locator("article").inner_text()
    for wanted in ("Compare products", verdict(page), "2025-03-01", visit.base + f"en/products/{GAS}/", page.url):
        assert wanted in text
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_link_is_copied(visit: Visit) -> None:
    """The address as it stands."""
    page = go(visit, ONE, TWO, stages="production")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


# For everyone


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser: Browser, compared: Site, width: int) -> None:
    """With four reports, with two that agree, with a stopped comparison, alone; light and dark."""
    found = []
    with serving(compared.folder) as base, visiting(browser, base, viewport={"width": width, "height": 900}) as visit:
        for ids in ((ONE, TWO, GAS, ODD), (ONE, TWO), (ONE, LAMP), (ONE,)):
            for scheme in ("light", "dark"):
                visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page = go(visit, *ids)
                found += violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.troubles() == []
    assert found == []


def test_the_keyboard_chooses_stages_and_keeps_its_place(visit: Visit) -> None:
    """Space unticks, the figures follow, and the box still has the keyboard."""
    page = go(visit, ONE, TWO)
    page.locator("input[value=production]").focus()
    page.keyboard.press("Space")
    assert rows(page, "stages")["sum"] == ["3.100", "0.4", "−2.700"]
    expect(page.locator("input[value=production]")).to_be_focused()
    expect(page.locator("[data-sum]")).to_have_attribute("role", "status")


def test_no_style_is_written_into_the_page(visit: Visit) -> None:
    """So that a strict Content-Security-Policy holds."""
    page = go(visit, ONE, GAS, ODD)
    assert page.locator(".pcf-compare [style], .pcf-compare style, .pcf-compare script").count() == 0
