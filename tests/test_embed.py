"""Card and badge: they say what the page says of the report that stands, and hold any text without breaking."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from hostile import Filler, write_catalogue
from pcf.assets import assets
from pcf.embed import BADGE_HEIGHT, card_address, offer
from pcf.evaluate import Outcome, evaluate
from pcf.fields import Words
from pcf.files import read_folder
from pcf.library import Publisher
from pcf.problems import Language
from pcf.site import Build, build
from pcf.wording import LANGUAGES
from support import NEW, OLD, R1, R2, Files, base, edited
from web import Element, parse_html

PUBLISHER = Publisher(address="https://example.com/carbon", name=Words(en="Products"))  # a site in a sub-folder
SVG = "{http://www.w3.org/2000/svg}"
SUFFIX = {"zh": "", "en": ".en"}


def site(files: Files, on: date | None = None) -> Build:
    return build(evaluate(files, on=on), PUBLISHER)


def files_of(made: Build) -> dict[str, bytes]:
    """What stands below embed/, by address."""
    return {a.address: a.content for a in made.artifacts() if a.address.startswith("embed/")}  # type: ignore[misc]


def embedding(outcome: Outcome, language: str) -> str:
    """The page about cards and badges."""
    pages = (page for page in build(outcome, PUBLISHER).pages() if page.address == "embedding/")
    return next(page.render() for page in pages if page.language == language)


def card(files: dict[str, bytes], language: str, product: str = "acme-kettle") -> Element:
    return parse_html(files[f"embed/{product}{SUFFIX[language]}.html"].decode())


def badge(files: dict[str, bytes], language: str, product: str = "acme-kettle") -> ElementTree.Element:
    return ElementTree.fromstring(files[f"embed/{product}{SUFFIX[language]}.svg"])


def texts(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def alone(path: str = f"{R1}/statement.yaml", *edits: tuple[str, str]) -> Files:
    """The old report as the only one, which is whole."""
    return edited({name: raw for name, raw in base().items() if not name.startswith(R2)}, path, *edits)


def withdrawn() -> Files:
    words = b"withdrawn: {date: 2025-04-01, reason: {en: Wrong meter}}\n"
    return {**alone(), f"{R1}/review.yaml": alone()[f"{R1}/review.yaml"] + words}


VERIFIED = ("kind: assessment\n  prepared_by: verity", "kind: verification\n  prepared_by: not-stated")
OLD_FACTS = {"value": "5.40", "whole": "5.400", "number": "R-1", "issued": "2024-03-01", "until": None}
NEW_FACTS = {"value": "3.68", "whole": "3.68", "number": "R-2", "issued": "2025-03-01", "until": "2028-02-29"}
CHANGED = NEW_FACTS | {"value": "3.66", "whole": "3.66"}

# What the records are, the day of the build, what is said of them, and the words for it.
CASES: dict[str, tuple[Files, date | None, dict[str, Any], tuple[str, str]]] = {
    "as-reported": (alone(), None, OLD_FACTS, ("按报告原样公布", "As reported")),
    "verified": (alone(f"{R1}/statement.yaml", VERIFIED), None, OLD_FACTS, ("经核查", "Verified")),
    "does-not-reproduce": (base(), None, NEW_FACTS, ("不能复算", "Does not reproduce")),
    "expired": (base(), date(2028, 3, 1), NEW_FACTS, ("已过有效期", "Expired")),
    "changed-since-sealed": (
        edited(base(), f"{R2}/statement.yaml", ("total: 3.68 ", "total: 3.66 ")),
        None,
        CHANGED,
        ("封签后有改动", "Changed since it was sealed"),
    ),
    "withdrawn": (withdrawn(), None, OLD_FACTS, ("已撤回", "Withdrawn")),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", CASES)
def test_card_and_badge_say_what_the_page_says(status: str, language: Language) -> None:
    """Under every status that a report that stands can have: the status in words, and what it is the status of."""
    files, on, facts, words = CASES[status]
    made = site(files, on)
    (evaluation,) = made.outcome.current.values()
    assert evaluation.status == status
    word = words[LANGUAGES.index(language)]
    zh = language == "zh"
    shown, svg = card(files_of(made), language), badge(files_of(made), language)
    text, drawn = shown.one("main").text, texts(svg)
    page = next(p for p in made.pages() if p.address == f"products/{evaluation.id}/" and p.language == language)

    said = [b for b in shown.one("p", class_="pcf-card__status").find("b") if "hidden" not in b.attributes]
    assert said[0].text.startswith(word)
    assert word in drawn
    assert word in parse_html(page.render()).one("h2", id="status").children[0].text  # type: ignore[union-attr]
    name, body = ("电水壶", "真言检测中心") if zh else ("Electric kettle", "Verity Testing")
    assert shown.one("h1").text == name
    for said in ("K1", "甲电器厂" if zh else "Acme Appliances", body, facts["number"], facts["issued"]):
        assert said in text
    assert shown.one("p", class_="pcf-card__value").text.split() == [
        facts["value"], "kg", "CO₂e", *(["每", "1", "只水壶报告值"] if zh else ["per", "1", "kettleDeclared"]),
        facts["whole"],
    ]  # fmt: skip
    assert (facts["until"] or ("未载明" if zh else "not stated")) in text
    assert f"kgCO₂e · {'每 1 只水壶' if zh else 'per 1 kettle'}" in drawn
    assert f"{body} · {facts['issued']}{f' – {until}' if (until := facts['until']) else ''}" in drawn
    assert {"K1", facts["value"], facts["number"]} <= set(drawn)
    scope = {"R-1": ("摇篮到大门", "Cradle to gate"), "R-2": ("摇篮到坟墓", "Cradle to grave")}[facts["number"]]
    assert scope[LANGUAGES.index(language)] in drawn
    assert scope[LANGUAGES.index(language)] in text
    assert "认证" not in text + "".join(drawn)
    assert "✓" not in text + "".join(drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawn_value_is_struck_through(language: Language) -> None:
    """And only that one; the date of the withdrawal stands beside the word."""
    gone, there = files_of(site(withdrawn())), files_of(site(base()))

    assert card(gone, language).one("s").text == "5.40"
    assert "2025-04-01" in card(gone, language).one("p", class_="pcf-card__status").text
    assert card(there, language).find("s") == []
    struck = [e.text for e in badge(gone, language).iter() if e.get("text-decoration") == "line-through"]
    assert struck == ["5.40"]
    assert [e for e in badge(there, language).iter() if e.get("text-decoration")] == []


def test_what_is_not_quantified_is_named_and_outside_the_bar() -> None:
    """The largest stage with its share, and the stages without data; the bar has a part for each that adds."""
    zh, en = (card(files_of(site(base())), language) for language in LANGUAGES)

    assert "使用未量化" in zh.one("p", class_="pcf-card__stages").text
    assert "Use: not quantified" in en.one("p", class_="pcf-card__stages").text
    assert "Raw materials" in en.one("p", class_="pcf-card__stages").text
    parts = [part.attributes["class"].rpartition("-stage-")[2] for part in en.one("svg").find("rect")]
    assert parts == ["raw-materials", "inbound-transport", "production", "distribution"]


def test_a_product_has_one_card_and_badge_of_the_report_that_stands() -> None:
    """Nothing for an older report, nothing for a draft, and a superseded report says which one stands."""
    made = site(base())
    assert set(files_of(made)) == {f"embed/acme-kettle{end}" for end in (".html", ".en.html", ".svg", ".en.svg")}
    draft = {name: raw for name, raw in alone().items() if not name.endswith(("statement.yaml", "review.yaml"))}
    assert files_of(site(draft)) == {}

    pages = {p.address: parse_html(p.render()).one("section", id="embed") for p in made.pages() if p.language == "en"
             if p.template == "report.html"}  # fmt: skip
    assert len(pages[f"products/{NEW}/"].find("code")) == 3
    old = pages[f"products/{OLD}/"]
    assert old.find("code") + old.find("iframe") == []
    assert old.one("a").text == "R-2"
    assert urljoin(f"en/products/{OLD}/", old.one("a").attributes["href"]) == f"en/products/{NEW}/#embed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_needs_nothing_and_leads_out_of_its_frame(language: Language) -> None:
    """Nothing inline, one link: to the report's page, in the window around the frame; a script where validity ends."""
    made = site(base())
    page = card(files_of(made), language)
    (link,) = page.find("a")
    (sheet,) = page.find("link", rel="stylesheet")
    here = f"https://example.com/carbon/{card_address('acme-kettle', language)}"
    whole = f"https://example.com/carbon/{'en/' if language == 'en' else ''}products/{NEW}/"

    (script,) = page.find("script")
    assert urljoin(here, script.attributes["src"]) == f"https://example.com/carbon/{assets().card_script.address}"
    assert script.children + page.find("style") == []
    assert card(files_of(site(alone())), language).find("script") == []
    assert [e for e in page.walk() if any(name == "style" or name[:2] == "on" for name in e.attributes)] == []
    assert link.attributes["target"] == "_top"
    assert urljoin(here, link.attributes["href"]) == whole
    assert page.one("link", rel="canonical").attributes["href"] == whole
    assert urljoin(here, sheet.attributes["href"]) == f"https://example.com/carbon/{assets().card.address}"
    assert [m.attributes["content"] for m in page.find("meta", name="robots")] == ["noindex"]


def test_the_badge_needs_no_style_and_asks_for_nothing() -> None:
    """Colours are attributes, so that a policy against inline styles, as our own is, leaves it whole."""
    svg = badge(files_of(site(base())), "zh")

    assert {e.tag.removeprefix(SVG) for e in svg.iter()} == {"svg", "title", "desc", "rect", "text"}
    names = {name for e in svg.iter() for name in e.attrib}
    assert not names & {"style", "class", "href", "{http://www.w3.org/1999/xlink}href"}
    assert svg.find(f"{SVG}title") is not None


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Filler], Build]:
    """The catalogue of forty hostile texts in every field, the first harmless."""
    root = tmp_path_factory.mktemp("hostile")
    fillers = write_catalogue(root)
    return fillers, build(evaluate(*read_folder(root)[:1]), PUBLISHER)


def test_no_text_breaks_a_badge_or_a_card(hostile: tuple[list[Filler], Build]) -> None:
    """Well-formed XML and HTML, built like the harmless one's, with each text literally in its places."""
    fillers, made = hostile
    files = files_of(made)
    harmless, *others = (f"product-{filler.tag}" for filler in fillers)
    for language in LANGUAGES:
        svgs = {product: badge(files, language, product) for product in (harmless, *others)}
        cards = {product: card(files, language, product) for product in (harmless, *others)}
        for filler, product in zip(fillers[1:], others, strict=True):
            text = str(filler.text)
            assert [(e.tag, *e.attrib) for e in svgs[product].iter()] == [
                (e.tag, *e.attrib) for e in svgs[harmless].iter()
            ]
            title, description = (svgs[product].findtext(f"{SVG}{tag}", "") for tag in ("title", "desc"))
            assert title.startswith(f"{text} {text}")
            assert description.count(text) == 2  # body and number
            assert [(e.tag, *e.attributes) for e in cards[product].walk()] == [
                (e.tag, *e.attributes) for e in cards[harmless].walk()
            ]
            joined = "".join(cards[product].one("main")._text())
            assert joined.count(text) == 6  # name, model, producer, functional unit, number, body


def test_pasted_code_is_the_text_and_nothing_else(hostile: tuple[list[Filler], Build]) -> None:
    """As HTML one frame, or one link with one picture; as Markdown the same; the name in it literally."""
    fillers, made = hostile
    for filler in fillers:
        given = offer(made.outcome, PUBLISHER, made.outcome.current[f"product-{filler.tag}"], "en")
        assert given is not None
        name = f"Product carbon footprint: {filler.text or 'Harmless.Product.name'} "
        root, page = "https://example.com/carbon/embed/product-", "https://example.com/carbon/en/products/product-"
        frame = parse_html(given.code["card"])
        assert [e.tag for e in frame.walk()] == ["", "iframe"]
        assert frame.one("iframe").attributes["src"] == f"{root}{filler.tag}.en.html"
        assert frame.one("iframe").attributes["title"].startswith(name)
        for html in (given.code["badge"], MarkdownIt().render(given.code["markdown"])):
            link = parse_html(html).one("a")
            assert link.attributes["href"] == f"{page}{filler.tag}/"
            assert [e.tag for e in link.walk()] == ["a", "img"]
            assert link.one("img").attributes["src"] == f"{root}{filler.tag}.en.svg"
            assert link.one("img").attributes["alt"].startswith(name)


def test_a_badge_has_room_for_what_stands_in_it() -> None:
    """Texts keep to their ground and do not meet; one too long is cut, with the date after it, and told whole."""
    long = "真言检测中心" * 30
    files = edited(base(), "products/_bodies/verity.yaml", ("zh: 真言检测中心", f"zh: {long}"))
    files = edited(files, "products/acme-kettle/product.yaml", ("model: K1", f"model: {'K1-' * 60}"))
    svg = badge(files_of(site(files)), "zh")
    runs = [(int(e.attrib["x"]), int(e.attrib["y"]), int(e.attrib["textLength"])) for e in svg.iter(f"{SVG}text")]
    ground = int(svg.findall(f"{SVG}rect")[1].attrib["width"])

    for x, y, width in runs:
        following = [other for other, row, _ in runs if row == y and other > x] + [int(svg.attrib["width"])]
        end = min(following) if x > ground else ground
        assert x + width < end
        assert y < BADGE_HEIGHT
    assert int(svg.attrib["width"]) < 600
    (cut,) = (text for text in texts(svg) if text.startswith("真言检测中心"))
    assert re.fullmatch(r"(真|言|检|测|中|心)+… · 2025-03-01 – 2028-02-29", cut)
    assert long in svg.findtext(f"{SVG}desc", "")


def test_a_wide_character_takes_twice_the_room_of_a_letter_and_a_mark_none() -> None:
    """Width is told from East Asian width, without a font."""

    def width(model: str) -> int:
        svg = badge(
            files_of(site(edited(base(), "products/acme-kettle/product.yaml", ("model: K1", f"model: {model}")))), "zh"
        )
        (run,) = (e for e in svg.iter(f"{SVG}text") if e.text == model)
        return int(run.attrib["textLength"])

    assert width("水壶水壶水壶") == 66  # six squares of 11 px
    assert 33 <= width("abcdef") <= 40
    assert width("éé") == width("e\u0301e\u0301") == width("ee")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_about_it_shows_an_example_if_there_is_one(language: Language) -> None:
    """A company's page, light and dark, from whatever is in the catalogue; without products it explains."""

    def page(outcome: Outcome) -> Element:
        return parse_html(embedding(outcome, language))

    shown, empty = page(evaluate(base())), page(evaluate({}))
    ends = [frame.attributes["src"].rpartition("#")[2] for frame in shown.find("iframe")]
    assert ends == ["light", "dark"]
    assert len({frame.attributes["aria-label"] for frame in shown.find("iframe")}) == 2
    assert len(shown.find("code")) == 4
    assert empty.find("iframe") == []
    assert [e.attributes["id"] for e in empty.find("section")] == [e.attributes["id"] for e in shown.find("section")]


def test_the_example_is_a_report_that_stands_if_there_is_one() -> None:
    """Nobody shows a withdrawn value on a page of his own; where there is no other, it still serves."""
    files = withdrawn()
    first = {
        path.replace("acme-kettle/r-1", "a-pot/r-9").replace("acme-kettle", "a-pot"): raw.replace(b"R-1", b"R-9")
        for path, raw in files.items()
        if "/acme-kettle/" in path
    }
    both = embedding(evaluate({**base(), **first}), "en")
    only = embedding(evaluate(files), "en")

    assert evaluate({**base(), **first}).current["a-pot"].status == "withdrawn"
    for html in (both, only):
        assert "embed/acme-kettle.en.html#light" in html
        assert "a-pot" not in html


def test_the_cards_style_sheet_has_the_sites_colours() -> None:
    """Each colour that it uses is set four times, as base.css has it: light, dark, and both by the card's address."""
    sheet, own = (part.content.decode() for part in (assets().card, assets().style))  # type: ignore[union-attr]
    used = set(re.findall(r"var\((--pcf-[a-z-]+)\)", sheet))

    assert len(used) > 12
    for name in used:
        found, site_wide = (re.findall(rf"{name}: (#[0-9a-f]+);", text) for text in (sheet, own))
        assert len(site_wide) == 2
        assert found == site_wide * 2
