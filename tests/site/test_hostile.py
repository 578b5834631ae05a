"""Forty hostile texts in every text field: a browser shows each literally and runs none."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Route, expect

from hostile import HARMLESS, TEXTS, Filler, write_catalogue, write_publisher
from pcf import fields
from published import Site
from web import LANGUAGES, PREFIX, Visit, build, make_root, mkdocs, serving, tree, visiting

FIELD = re.compile(re.escape(HARMLESS) + r"\.[A-Za-z]+\.[a-z_]+")
ARMED = "window.fired = []; window.pwn = (n) => window.fired.push(location.pathname + ' ' + n);"

# A page as the browser has read it, every element, attribute and text. Left out are drawings (a QR code), how wide
# a badge is, what the charts and linked data hold, which have tests of their own, and citations, which are in another
# language than HTML.
DOM = """html => {
  const read = new DOMParser().parseFromString(html, "text/html"), out = [];
  const walk = node => {
    if (node.nodeType !== 1) {
      const other = node.parentElement && node.parentElement.closest("pre, [type='application/ld+json']");
      out.push(node.nodeType + ":" + (other ? "" : node.data));
      return;
    }
    out.push("<" + node.tagName);
    for (const a of [...node.attributes].sort((x, y) => x.name < y.name ? -1 : 1))
      if (!["data-figure", "d", "viewBox", node.tagName === "IMG" ? "width" : ""].includes(a.name))
        out.push(" " + a.name + "=" + a.value);
    node.childNodes.forEach(walk);
    out.push(">");
  };
  walk(read.documentElement);
  return out.join("\\n");
}"""


class Hostile(Site):
    """The site, and who filled its records: first the harmless one."""

    fillers: list[Filler]
    publisher: Filler

    def addresses(self, filler: Filler) -> list[str]:
        """All pages of a filler's record, in both languages, forwarding page included."""
        product = f"products/product-{filler.tag}/"
        own = (
            f"{product}{filler.folder()}/",
            product,
            f"producers/maker-{filler.tag}/",
            f"factors/lab-{filler.tag}/r/",
            f"categories/category-{filler.tag}/",
        )
        return [PREFIX[language] + address for language in LANGUAGES for address in own]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "empty").mkdir()
    root = make_root(folder / "root", folder / "empty")
    logo = root / "docs" / "assets" / "logo.svg"
    logo.parent.mkdir(exist_ok=True)
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', "utf-8")
    fillers, publisher = write_catalogue(root), write_publisher(root)
    made = Hostile(root, build(root))
    made.fillers, made.publisher = fillers, publisher
    return made


@pytest.fixture
def visit(hostile: Hostile, browser: Browser) -> Iterator[Visit]:
    """A page in which pwn() tells on who calls it."""
    with serving(hostile.folder, framed=True) as base, visiting(browser, base) as visit:
        visit.page.add_init_script(ARMED)
        yield visit


def fired(visit: Visit) -> list[str]:
    """What ran on the page, gave trouble or asked another host."""
    return [*visit.page.evaluate("window.fired"), *visit.troubles()]


def expected(page: str, harmless: Filler, filler: Filler, hostile: Hostile) -> str:
    """The harmless record's page, with the hostile text in place of each harmless word and the ids of the other."""
    seals = [hostile.json(f"products/product-{f.tag}/{f.folder()}/footprint.json")["seal"] for f in (harmless, filler)]
    text = page.replace(seals[0], seals[1]).replace(f"{harmless.folder()}/", f"{filler.folder()}/")
    text = text.replace(f'"folder":"{harmless.folder()}"', f'"folder":"{filler.folder()}"')
    text = re.sub(rf"\b(product|maker|body|lab|site|category|former)-{harmless.tag}\b", rf"\1-{filler.tag}", text)
    return FIELD.sub(lambda _: str(filler.text), text)


def test_there_are_forty_texts_and_they_are_in_every_text_field(hostile: Hostile) -> None:
    """All text fields of all shapes of a record were filled, and most of them are shown on some page."""
    assert len(set(TEXTS)) == 40
    harmless, *others = hostile.fillers
    assert [filler.text for filler in others] == list(TEXTS)
    shapes = {where.partition(".")[0] for where in harmless.filled}
    assert {"Product", "Fact", "Line", "Stage", "Method", "Citation", "ReportFacts", "StatementFacts", "Standards",
            "Deviation", "Finding", "Change", "Withdrawal", "Factor", "Release", "Producer", "Site", "Body",
            "Category"} <= shapes  # fmt: skip
    assert all(filler.filled == harmless.filled for filler in others)
    assert len(harmless.filled) + len(hostile.publisher.filled) == len(text_fields(fields.Shape))
    shown = {found for address in hostile.addresses(harmless) for found in FIELD.findall(page_text(hostile, address))}
    assert len(shown) > 50


def text_fields(shape: type[fields.Shape]) -> set[tuple[str, str]]:
    """Every field, of every shape there is, that holds text for readers, counted by the annotations as written."""
    found: set[tuple[str, str]] = set()
    for kind in shape.__subclasses__():
        ours = kind.__module__ in ("pcf.fields", "pcf.library", "pcf.model") and kind is not fields.Words
        names = kind.__annotations__ if ours else {}
        found |= {(kind.__name__, n) for n, a in names.items() if re.search(r"\b(Text|Prose|Words)\b", str(a))}
    return found


def page_text(hostile: Hostile, address: str) -> str:
    return (hostile.folder / address / "index.html").read_text("utf-8")


DIGEST = re.compile("sha-256:[0-9a-f]{64}")  # of the words, which follows them


def test_every_page_has_the_text_literally_and_no_element_or_attribute_from_it(hostile: Hostile, visit: Visit) -> None:
    """What the browser reads of a hostile record's pages is what it reads of a harmless one's, but for the texts."""
    visit.go("404.html")
    harmless, *others = hostile.fillers
    pages = [visit.page.evaluate(DOM, page_text(hostile, address)) for address in hostile.addresses(harmless)]
    assert min(len(FIELD.findall(page)) for page in pages) >= 1
    for filler in others:
        for page, address in zip(pages, hostile.addresses(filler), strict=True):
            found = DIGEST.sub("", visit.page.evaluate(DOM, page_text(hostile, address))).split("\n")
            wanted = DIGEST.sub("", expected(page, harmless, filler, hostile)).split("\n")
            different = [pair for pair in zip(found, wanted, strict=False) if pair[0] != pair[1]][:5]
            assert different == [], f"{filler.text} on {address}"
            assert len(found) == len(wanted)
    assert fired(visit) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_shows_every_text_in_its_row(hostile: Hostile, visit: Visit, language: str) -> None:
    """Rows, options and chips made by script: each has its own text, and is built like the harmless one."""
    visit.go(PREFIX[language] + "?all=1&" + "&".join(f"category=category-{f.tag}" for f in hostile.fillers))
    visit.page.locator(".pcf-take__shown:not([hidden])").wait_for()
    rows = visit.page.evaluate(
        "[...document.querySelectorAll('.pcf-list__row')].map(r => [r.outerHTML, r.querySelector('a').textContent])"
    )
    shapes = {re.sub(r"-(d|\d+)-|maker|product", "", "".join(re.findall(r"<[a-z]+", html))) for html, _ in rows}
    assert len(rows) == len(hostile.fillers)
    assert len(shapes) == 1
    assert sorted(name for _, name in rows[1:] if HARMLESS not in name) == sorted(
        f"{filler.text} {filler.text}" for filler in hostile.fillers[1:] if f"{filler.text} {filler.text}" != rows[0][1]
    )
    texts = {str(filler.text) for filler in hostile.fillers[1:]}
    assert texts <= {name.removesuffix(" ×") for name in visit.page.locator(".pcf-chips button").all_text_contents()}
    assert texts <= set(visit.page.locator("[data-facet=category] label span").all_text_contents())
    assert visit.page.locator(".pcf-catalogue :is(.pcf-chips, .pcf-facet) :is(img, script, svg, a)").count() == 0
    assert fired(visit) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_finds_every_text(hostile: Hostile, visit: Visit, language: str) -> None:
    """What is typed is looked for as it is written, and runs nothing."""
    visit.go(PREFIX[language] + "?all=1")
    visit.page.locator(".pcf-take__shown:not([hidden])").wait_for()
    for filler in hostile.fillers[1:]:
        visit.page.locator(".pcf-filter__search").fill(str(filler.text))
        found = visit.page.locator(".pcf-list__row input").evaluate_all("all => all.map(e => e.value)")
        assert f"product-{filler.tag}/{filler.folder()}" in found
    assert fired(visit) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_facet_is_searched_for_every_text(hostile: Hostile, visit: Visit, language: str) -> None:
    """Of more than thirty categories six are shown; each is found by its name, however written, ticked, and stays."""
    visit.go(PREFIX[language] + "?all=1")
    facet = visit.page.locator("[data-facet=category]")
    labels = facet.locator("label span")
    expect(labels).to_have_count(6)
    find = facet.locator("> input")
    for filler in hostile.fillers[1:]:
        find.fill(str(filler.text))
        assert str(filler.text) in labels.all_text_contents()
    find.fill("no such category")
    expect(labels).to_have_count(0)
    expect(find).to_be_focused()  # the field in which is typed stays, whatever is found
    find.fill(str(hostile.fillers[1].text))
    own = f"category-{hostile.fillers[1].tag}"
    facet.locator(f"input[value={own}]").check()
    find.fill("")
    expect(facet.locator(f"input[value={own}]")).to_be_checked()
    assert fired(visit) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_catalogue_takes_away_has_every_text_and_no_formula(
    hostile: Hostile, visit: Visit, language: str
) -> None:
    """The CSV made in the browser: the rows of the whole file, in which each formula is text already."""
    visit.go(PREFIX[language] + "?all=1")
    with visit.page.expect_download() as download:
        visit.page.locator(".pcf-take button[value=csv]").click()
    taken = Path(download.value.path()).read_bytes()
    assert taken == (hostile.folder / "catalogue.csv").read_bytes()
    assert no_formula(taken) == {str(text) for text in TEXTS}
    assert fired(visit) == []


@pytest.mark.parametrize("alike", [False, True])
def test_the_compare_page_and_its_csv_have_every_text(hostile: Hostile, visit: Visit, alike: bool) -> None:
    """Stopped, as all the records differ; and with bars, as if all their conditions were the same."""

    def same(route: Route) -> None:
        data = route.fetch().json()
        data["comparability"] = [condition | {"key": "same"} for condition in data["comparability"]]
        route.fulfill(json=data)

    if alike:
        visit.page.route("**/footprint.json", same)
    others = hostile.fillers[1:]
    found: set[str] = set()
    for four in (others[start : start + 4] for start in range(0, len(others), 4)):
        visit.go("en/compare/?ids=" + ",".join(f"product-{f.tag}/{f.folder()}" for f in four))
        page = visit.page
        expect(page.locator(".pcf-compared > li")).to_have_count(4)
        texts = [str(filler.text) for filler in four]
        assert page.locator(".pcf-compared a").all_text_contents() == [f"{text} {text}" for text in texts]
        assert page.locator("[data-conditions] thead th").all_text_contents()[2:] == texts
        assert page.locator(".pcf-bars li:visible > b").all_text_contents() == (texts if alike else [])
        inside = "a, b, span, small, button, li, th, td, svg, rect"
        assert page.locator(f":is([data-cards], .pcf-bars, [data-label]) :not({inside})").count() == 0
        with page.expect_download() as download:
            page.get_by_role("button", name="Download CSV").click()
        found |= no_formula(Path(download.value.path()).read_bytes())
    assert found == {str(text) for text in TEXTS}
    assert fired(visit) == []


def no_formula(content: bytes) -> set[str]:
    """The hostile texts that a CSV file has as cells, of which none is one that a spreadsheet would compute."""
    found = set()
    assert content.startswith(b"\xef\xbb\xbf")
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        for cell in row:
            assert cell[:1] not in tuple("=+-@\t\r＝＋－＠") or re.fullmatch(r"|[+-]?\d+(\.\d+)?", cell), cell
            found |= {cell, cell.removeprefix("'")}
    return found & {str(text) for text in TEXTS}


# Each page in a frame, with its scripts, its folds open; gives its title and heading and what ran.
OPEN = """async addresses => {
  const found = [];
  await Promise.all([0, 1, 2, 3].map(async lane => {
    for (let i = lane; i < addresses.length; i += 4) {
      const frame = document.createElement("iframe");
      const loaded = new Promise(done => frame.onload = done);
      frame.src = "/" + addresses[i];
      document.body.append(frame);
      await loaded;
      const page = frame.contentDocument;
      page.querySelectorAll("details").forEach(fold => fold.open = true);
      await new Promise(done => frame.contentWindow.setTimeout(done, 0));
      found[i] = [page.title, page.querySelector("h1").textContent, frame.contentWindow.fired];
      frame.remove();
    }
  }));
  return found;
}"""


def test_nothing_runs_on_any_page(hostile: Hostile, visit: Visit) -> None:
    """On every report in both languages, every producer and every release, no text runs or calls another host."""
    visit.go("404.html")
    others = hostile.fillers[1:]
    pages = [(filler, address) for filler in others for address in hostile.addresses(filler)]
    pages = [
        (f, a) for f, a in pages if not re.fullmatch(r"(en/)?products/[^/]+/|(producers|factors|categories)/.*", a)
    ]
    assert len(pages) == 5 * len(others)
    found = visit.page.evaluate(OPEN, [address for _, address in pages])
    for (filler, address), (title, heading, ran) in zip(pages, found, strict=True):
        assert ran == [], f"{filler.text} on {address}"
        assert str(filler.text) in heading
        assert title.startswith(str(filler.text))
        assert title.endswith(str(hostile.publisher.text))
    assert fired(visit) == []


# Each file in a frame, as a document of its own; gives its title and what ran.
ALONE = """async addresses => {
  const found = [];
  for (const address of addresses) {
    const frame = document.createElement("iframe");
    const loaded = new Promise(done => frame.onload = done);
    frame.src = "/" + address;
    document.body.append(frame);
    await loaded;
    found.push([frame.contentDocument.title, frame.contentWindow.fired]);
    frame.remove();
  }
  return found;
}"""


def test_nothing_runs_in_a_card_or_badge(hostile: Hostile, visit: Visit) -> None:
    """Opened as a document, where a script in them could run, each has its text as its title and runs nothing."""
    visit.go("404.html")
    fillers = [filler for filler in hostile.fillers[1:] for _ in ("html", "en.svg")]
    found = visit.page.evaluate(
        ALONE, [f"embed/product-{f.tag}.{end}" for f in hostile.fillers[1:] for end in ("html", "en.svg")]
    )
    for filler, (title, ran) in zip(fillers, found, strict=True):
        assert ran == [], filler.text
        assert re.sub(r"\s+", " ", title).startswith(f"{filler.text} {filler.text}")
    assert fired(visit) == []


def test_charts_draw_every_text_literally(hostile: Hostile, visit: Visit) -> None:
    """Plotly reads HTML in its labels: the hover text of a bar still has the text itself, and makes no link of it."""
    harmless, *others = hostile.fillers
    visit.go(hostile.addresses(harmless)[0])
    visit.page.locator(".pcf-chart").first.scroll_into_view_if_needed()
    visit.page.locator(".pcf-chart--live .pcf-plot .main-svg").first.wait_for()
    hover = """async figure => {
      const box = document.createElement("div");
      document.body.append(box);
      await Plotly.newPlot(box, figure.data, figure.layout);
      Plotly.Fx.hover(box, [{curveNumber: 0, pointNumber: 0}]);
      const labels = [...box.querySelectorAll(".hovertext")].map(e => e.textContent).join("");
      const links = box.querySelectorAll("svg a, svg image").length;
      Plotly.purge(box);
      box.remove();
      return [labels, links];
    }"""
    for filler in others:
        page = hostile.html(hostile.addresses(filler)[0])
        (figure,) = [
            e.attributes["data-figure"] for e in page.find("figure") if e.attributes.get("data-pcf-view") == "stage"
        ]
        label, links = visit.page.evaluate(hover, json.loads(figure))
        assert label.count(str(filler.text)) == 2, f"{filler.text}: {label}"  # two lines of data in the stage
        assert links == 0
    assert fired(visit) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_shows_every_text_literally(hostile: Hostile, visit: Visit, language: str) -> None:
    """Every text as a query finds its report, whose title and excerpt show the text itself, marks apart."""
    visit.go(PREFIX[language])
    for filler in hostile.fillers[1:]:
        visit.search(str(filler.text))
        titles = visit.hits.locator("strong").all_text_contents()
        assert f"{filler.text} {filler.text} · {filler.text}" in titles, filler.text
    inside = visit.page.locator("#pcf-hits :not(a, strong, small, span, mark)")
    assert inside.count() == 0
    assert fired(visit) == []


def test_no_text_starts_a_formula_in_a_spreadsheet(hostile: Hostile) -> None:
    """In the CSV files a text that a spreadsheet would compute has an apostrophe before it; every text is whole."""
    neutralised = 0
    files = {name: content for name, content in tree(hostile.folder).items() if name.endswith(".csv")}
    assert len(files) == 2 * len(hostile.fillers) + 1  # each inventory at its former address, too
    for name, content in files.items():
        assert content.startswith(b"\xef\xbb\xbf")
        for row in csv.reader(content.decode("utf-8-sig").splitlines()):
            for cell in row:
                assert cell[:1] not in tuple("=+@\t\r＝＋－＠") or not cell, f"{name}: {cell}"
                assert not cell.startswith("-") or re.fullmatch(r"-\d+(\.\d+)?", cell), f"{name}: {cell}"
                neutralised += cell.startswith("'")
    assert neutralised > 20
    for filler in hostile.fillers[1:]:
        rows = csv.reader(files[hostile.addresses(filler)[0] + "inventory.csv"].decode("utf-8-sig").splitlines())
        assert any(str(filler.text) in (cell, cell.removeprefix("'")) for row in rows for cell in row), filler.text


def test_json_has_every_text_as_it_was_written(hostile: Hostile) -> None:
    """footprint.json and catalogue.json carry the texts unchanged."""
    names: list[Any] = [entry["product"]["name"] for entry in hostile.json("catalogue.json")["reports"]]
    assert names[1:] == [{"zh": text, "en": text} for text in TEXTS]
    for filler in hostile.fillers[1:]:
        assert hostile.json(hostile.addresses(filler)[0] + "footprint.json")["report"]["number"] == filler.text


def test_linked_data_has_every_text_as_it_was_written(hostile: Hostile, visit: Visit) -> None:
    """What a browser reads as the JSON-LD of a page parses, and is the harmless record's with the text in its place."""
    visit.go("404.html")
    read = """html => [...new DOMParser().parseFromString(html, "text/html")
      .querySelectorAll("script[type='application/ld+json']")].map(block => block.textContent)"""
    for filler in hostile.fillers[1:]:
        for prefix in PREFIX.values():
            address = f"{prefix}products/product-{filler.tag}/{filler.folder()}/"
            (block,) = visit.page.evaluate(read, page_text(hostile, address))
            data = json.loads(block)
            assert data["name"] == f"{filler.text} {filler.text}"
            assert data["manufacturer"]["name"] == data["gtin"] == data["subjectOf"]["identifier"] == filler.text


def test_the_feed_has_every_text_as_it_was_written(hostile: Hostile) -> None:
    """Read as XML, titles are the names and numbers, and no element is there but those of Atom."""
    atom = "{http://www.w3.org/2005/Atom}"
    for prefix in PREFIX.values():
        root = ElementTree.parse(hostile.folder / prefix / "feed.xml").getroot()
        assert root.findtext(f"{atom}title") == str(hostile.publisher.text)
        titles = {entry.findtext(f"{atom}title") for entry in root.findall(f"{atom}entry")}
        assert titles >= {f"{text} {text} · {text}" for text in TEXTS}
        assert {element.tag.removeprefix(atom) for element in root.iter()} == {
            "feed", "id", "title", "subtitle", "updated", "author", "name", "link", "entry", "published", "category",
            "summary",
        }  # fmt: skip


def markdown(text: str) -> list[tuple[str, str]]:
    """What a CommonMark reader with tables makes of a text: every mark, and every run of text."""
    found: list[tuple[str, str]] = []
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        found.append((block.type, str(block.attrs) if block.type != "inline" else ""))
        run = ""
        for mark in block.children or []:
            if mark.type in ("text", "text_special"):
                run += mark.content
            else:
                found += [("text", run), (mark.type, str(mark.attrs))]
                run = ""
        found += [("text", run)] if run else []
    return found


def test_the_markdown_editions_have_every_text_literally(hostile: Hostile) -> None:
    """A CommonMark reader finds the marks of the harmless record's editions and no other, with the text in place."""
    harmless = hostile.fillers[0]
    for prefix in PREFIX.values():

        def edition(filler: Filler, prefix: str = prefix) -> str:
            path = hostile.folder / f"{prefix}products/product-{filler.tag}/{filler.folder()}/index.md"
            return path.read_text("utf-8")

        wanted = markdown(edition(harmless))
        assert sum(len(FIELD.findall(text)) for kind, text in wanted if kind == "text") > 40
        for filler in hostile.fillers[1:]:
            found = markdown(edition(filler))
            assert [kind for kind, _ in found] == [kind for kind, _ in wanted], filler.text
            for (kind, text), (_, model) in zip(found, wanted, strict=True):
                assert text == expected(model, harmless, filler, hostile), (filler.text, kind)
    listed = markdown((hostile.folder / "llms.txt").read_text("utf-8"))
    assert [text for kind, text in listed if kind == "text" and str(hostile.publisher.text) in text] != []
    assert {kind for kind, _ in listed} <= {
        "heading_open", "heading_close", "inline", "text", "blockquote_open", "blockquote_close", "paragraph_open",
        "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "link_open",
        "link_close",
    }  # fmt: skip


def test_the_publishers_texts_are_shown_literally_on_every_page(hostile: Hostile, visit: Visit) -> None:
    """Name, contact and 备案号 of the block in mkdocs.yml stand in title, header and footer as they were written."""
    text = str(hostile.publisher.text)
    for address in ("", "en/", "factors/", "en/factors/", "404.html"):
        visit.go(address)
        title, header, footer = visit.page.evaluate(
            "[document.title, document.querySelector('.md-header__topic').textContent.trim(),"
            " document.querySelector('.md-copyright').textContent]"
        )
        assert title.endswith(text)
        assert header == text
        assert footer.count(text) == 2
    visit.go("en/")
    assert visit.page.locator(".pcf-intro").inner_text().count(text) == 2
    assert fired(visit) == []


def test_a_logo_that_is_no_file_is_refused(root: Path) -> None:
    """The logo is an address in every page's header: only a file of docs/ is taken."""
    path = root / "mkdocs.yml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("    address:", "    logo: '\"><img src=x onerror=pwn(1)>'\n    address:", 1), "utf-8")
    done = mkdocs(root, "build")
    assert done.returncode == 1
    assert "logo" in done.stderr
