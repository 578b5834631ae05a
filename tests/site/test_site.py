"""The published site, file by file: addresses, links, languages, figures, and the same bytes every time."""

from __future__ import annotations

import csv
import datetime
import gzip
import hashlib
import json
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from published import FAN, FORWARDS, KETTLE, KETTLE_BEFORE, LAMP, OTHERS, RECORDS, REPORTS, Site, figures, languages
from web import LANGUAGES, PREFIX, Element, build, environment, tree

HOST = "carbon.example.com"  # of mkdocs.yml
YAML = ("product.yaml", "inventory.yaml", "statement.yaml", "review.yaml")
FILES = ("footprint.json", "inventory.csv", "sealed.json", *YAML)


# Addresses


@pytest.mark.parametrize(("address", "language"), languages(*REPORTS, *OTHERS))
def test_every_page_exists_in_both_languages(site: Site, address: str, language: str) -> None:
    """Catalogue, reports, factors and producers have a page at their address, in the language of the address."""
    page = site.html(address, language)
    assert page.one("html").attributes["lang"].partition("-")[0] == language
    assert len(page.find("h1")) == 1


@pytest.mark.parametrize(("address", "language"), languages(*FORWARDS))
def test_a_product_forwards_to_its_current_report_without_a_script(site: Site, address: str, language: str) -> None:
    """The product's address refreshes to the report, says so in its canonical link, and links it for who stays."""
    page = site.html(address, language)
    target = PREFIX[language] + FORWARDS[address]
    (refresh,) = (m for m in page.find("meta") if m.attributes.get("http-equiv") == "refresh")
    to = refresh.attributes["content"].partition("url=")[2]
    for link in (to, page.one("link", rel="canonical").attributes["href"], page.one("a").attributes["href"]):
        assert urljoin(PREFIX[language] + address, link) == target
    assert page.find("script") == []


@pytest.mark.parametrize("report", REPORTS)
def test_files_without_language_stand_once_at_the_root(site: Site, report: str) -> None:
    """Data files are beside the Chinese page and nowhere else."""
    for name in FILES:
        assert (site.folder / report / name).is_file()
        assert not (site.folder / "en" / report / name).exists()
    endings = {path.suffix for path in (site.folder / "en").rglob("*") if path.is_file()}
    assert endings == {".html", ".md", ".txt", ".xml"}  # texts, which have a language


def test_the_whole_catalogue_is_offered_as_data(site: Site) -> None:
    """catalogue.json and catalogue.csv name each report once, and of each product the current one."""
    entries = site.json("catalogue.json")["reports"]
    assert sorted(entry["page"] for entry in entries) == sorted(REPORTS)
    assert {entry["page"] for entry in entries if entry["current"]} == set(FORWARDS.values())
    rows = list(csv.DictReader((site.folder / "catalogue.csv").read_text("utf-8-sig").splitlines()))
    assert [row["page"] for row in rows] == [entry["page"] for entry in entries]
    assert [row["current"] for row in rows] == [str(entry["current"]).lower() for entry in entries]
    assert [row["declared_total"] for row in rows] == [entry["declared"]["total"]["value"] for entry in entries]


def test_published_yaml_is_the_record_byte_for_byte(site: Site) -> None:
    """What is offered as the record is the file that was read."""
    for report in REPORTS:
        for name in ("inventory.yaml", "statement.yaml", "review.yaml"):
            assert (site.folder / report / name).read_bytes() == (RECORDS.parent / report / name).read_bytes()
        product = RECORDS.parent / posixpath.dirname(report.rstrip("/")) / "product.yaml"
        assert (site.folder / report / "product.yaml").read_bytes() == product.read_bytes()
    for release in ("lab/2023", "lab/2024", "agency/2025-1"):
        source = RECORDS / "_factors" / f"{release}.yaml"
        assert (site.folder / "factors" / release / "factors.yaml").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("report", REPORTS)
def test_sha256sum_of_sealed_json_is_the_seal(site: Site, report: str) -> None:
    """A reader checks the seal with no more than sha256sum."""
    digest = hashlib.sha256((site.folder / report / "sealed.json").read_bytes()).hexdigest()
    assert site.json(report + "footprint.json")["seal"] == f"sha-256:{digest}"
    assert f"seal: sha-256:{digest}" in (RECORDS.parent / report / "review.yaml").read_text("utf-8")


# Links


def targets(page: Element) -> list[str]:
    """All addresses that a page links or loads."""
    found = []
    for element in page.walk():
        found += [element.attributes[name] for name in ("href", "src", "data-plotly") if name in element.attributes]
        found += [part.split()[0] for part in element.attributes.get("srcset", "").split(",") if part.strip()]
    return found


def test_every_link_leads_to_a_page_or_file_of_the_site(site: Site) -> None:
    """Every href and src resolves, and every anchor exists on the page it names."""
    anchors = {path: {e.attributes["id"] for e in p.walk() if "id" in e.attributes} for path, p in site.pages.items()}
    broken, checked = [], 0
    for path, page in site.pages.items():
        # The page of a missing address can stand anywhere, so its links start at the site's root.
        here = f"https://{HOST}/{path.removesuffix('index.html')}"
        for link in targets(page):
            parts = urlsplit(urljoin(here, link))
            if parts.netloc != HOST:
                continue
            checked += 1
            target = unquote(parts.path).lstrip("/")
            target += "index.html" if target.endswith("/") or not target else ""
            if not (site.folder / target).is_file():
                broken.append(f"{path}: {link}")
            elif parts.fragment and target in anchors and unquote(parts.fragment) not in anchors[target]:
                broken.append(f"{path}: {link} (no such anchor)")
    assert broken == []
    assert checked > 20 * len(site.pages)


def test_no_link_of_a_page_made_from_records_starts_at_the_root(site: Site) -> None:
    """A site in a sub-folder works: all links of our pages are relative."""
    for path, page in site.pages.items():
        if path != "404.html":
            assert [link for link in targets(page) if link.startswith("/")] == [], path


@pytest.mark.parametrize("address", [KETTLE, ""])
def test_a_page_names_both_its_editions_in_its_head(site: Site, address: str) -> None:
    """Both editions link to both, by whole addresses, and by a rel that the theme's script does not follow."""
    for language in LANGUAGES:
        links = [link.attributes for link in site.html(address, language).find("link") if "hreflang" in link.attributes]
        assert {link["hreflang"]: urlsplit(link["href"]).path for link in links} == {
            "zh": f"/{address}",
            "en": f"/en/{address}",
        }
        assert [link["rel"].split() for link in links] == [["alternate"], ["alternate"]]
        assert "alternate" not in [link["rel"] for link in links]


def test_links_within_a_language_stay_in_it(site: Site) -> None:
    """But for the language switch and the data files, no page leads into the other language."""
    strays = []
    for path, page in site.pages.items():
        language = page.one("html").attributes["lang"].partition("-")[0]  # a card's address does not begin with it
        switches = [link for box in page.find(class_="pcf-languages") for link in box.find("a")]
        for link in page.find("a"):
            href = link.attributes.get("href", "")
            target = urlsplit(urljoin(f"https://{HOST}/{path}", href))
            is_page = target.path.endswith("/")  # files have no language, or say it in their names
            if path == "404.html" or link in switches or target.netloc != HOST or not is_page:
                continue
            if (target.path + "/").startswith("/en/") != (language == "en"):
                strays.append(f"{path}: {href}")
    assert strays == []


LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("audio", "src"),
          ("embed", "src"), ("object", "data"), ("use", "href"), ("image", "href")}  # fmt: skip
FETCHED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest",
           "alternate"}  # fmt: skip


def test_nothing_is_loaded_from_another_host(site: Site) -> None:
    """No script, style, picture, frame or font has another host's address."""
    loaded = []
    for path, page in site.pages.items():
        here = f"https://{HOST}/{path}"
        for element in page.walk():
            links = [v for (tag, name) in LOADED if tag == element.tag and (v := element.attributes.get(name))]
            if element.tag == "link" and FETCHED & set(element.attributes.get("rel", "").split()):
                links.append(element.attributes["href"])
            links += re.findall(r"url\(\s*['\"]?([^'\")]+)", element.attributes.get("style", ""))
            if element.tag == "style":
                links += css_links("".join(c for c in element.children if isinstance(c, str)))
            loaded += [f"{path}: {link}" for link in links if urlsplit(urljoin(here, link)).netloc not in ("", HOST)]
    for style in site.folder.rglob("*.css"):
        here = f"https://{HOST}/{style.relative_to(site.folder).as_posix()}"
        for link in css_links(style.read_text("utf-8")):
            loaded += [f"{style.name}: {link}"] if urlsplit(urljoin(here, link)).netloc not in ("", HOST) else []
    assert loaded == []


def css_links(text: str) -> list[str]:
    return re.findall(r"url\(\s*['\"]?([^'\")]+)", text) + re.findall(r"@import\s+['\"]([^'\"]+)", text)


# Editions for programs


@pytest.mark.parametrize(("report", "language"), languages(*REPORTS))
def test_a_report_has_an_edition_in_markdown_beside_its_page(site: Site, report: str, language: str) -> None:
    """Its text as it is, not as a page of its own; it has every figure, and its links lead to files of the site."""
    address = f"{PREFIX[language]}{report}index.md"
    text = (site.folder / address).read_text("utf-8")
    assert text.startswith("# ")
    assert set(figures(site.json(report + "footprint.json"))) - numbers(text) == set()
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) >= 9  # PDFs, data, YAML
    paths = [posixpath.normpath(posixpath.join(posixpath.dirname(address), link)) for link in links]
    assert [path for path in paths if not (site.folder / path).is_file()] == []
    head = site.html(report, language).one("link", type="text/markdown")
    assert head.attributes["href"] == "index.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_names_the_feed_of_its_language(site: Site, language: str) -> None:
    """In its head, by a rel that the theme's script does not follow; the catalogue links it in sight too."""
    feed = f"{PREFIX[language]}feed.xml"
    for path, page in site.pages.items():
        found = [link for link in page.find("link") if link.attributes.get("type") == "application/atom+xml"]
        if path.startswith("en/") == (language == "en") and page.find(class_="md-header"):
            (link,) = found
            assert urljoin(f"/{path}", link.attributes["href"]) == f"/{feed}"
            assert link.attributes["rel"] == "alternate "
    (link,) = [a for a in site.html("", language).find("a") if a.attributes.get("type") == "application/atom+xml"]
    assert urljoin(PREFIX[language], link.attributes["href"]) == feed
    assert (site.folder / feed).read_text("utf-8").count("<entry>") == len(REPORTS)


def test_robots_and_llms_lead_into_the_site(site: Site) -> None:
    """robots.txt allows all and names the sitemap; every link of llms.txt is a page or a file of the site."""
    robots = (site.folder / "robots.txt").read_text("utf-8")
    assert robots == f"User-agent: *\nAllow: /\n\nSitemap: https://{HOST}/sitemap.xml\n"
    for language in LANGUAGES:
        text = (site.folder / PREFIX[language] / "llms.txt").read_text("utf-8")
        links = [urlsplit(link) for link in re.findall(r"\]\(([^)]+)\)", text)]
        assert {link.netloc for link in links} == {HOST}
        paths = [link.path.lstrip("/") + ("index.html" if link.path.endswith("/") else "") for link in links]
        assert [path for path in paths if not (site.folder / path).is_file()] == []
        assert {f"{PREFIX[language]}{report}index.md" for report in FORWARDS.values()} <= set(paths)


@pytest.mark.parametrize(("report", "language"), languages(*REPORTS))
def test_a_page_holds_its_product_as_linked_data(site: Site, report: str, language: str) -> None:
    """One block of JSON-LD, with the declared value as it is printed; every file it names is there."""
    (block,) = site.html(report, language).find("script", type="application/ld+json")
    data = json.loads("".join(str(child) for child in block.children))
    footprint = site.json(report + "footprint.json")
    assert data["@type"] == "Product"
    assert data["additionalProperty"][0]["value"] == footprint["declared"]["total"]["value"]
    files = [urlsplit(item["contentUrl"]).path.lstrip("/") for item in data["subjectOf"]["distribution"]]
    assert {f"{report}report.{edition}.pdf" for edition in LANGUAGES} < set(files)
    assert [name for name in files if not (site.folder / name).is_file()] == []


def test_every_json_file_passes_the_schema_that_it_names(site: Site) -> None:
    """By the schema at the address in the file, as the site publishes it. sealed.json names it by its schema alone."""
    checked = 0
    for path in sorted(site.folder.rglob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if path.parent.name == "search" or path.parent.parent.name == "schema":  # the search's own index is no export
            continue
        address = f"schema/{data['schema']}.json"
        schema = site.json(address)
        assert schema["$id"] == f"https://{HOST}/{address}"
        assert data.get("$schema") == (None if path.name == "sealed.json" else schema["$id"])
        Draft202012Validator(schema).validate(data)
        checked += 1
    assert checked >= 2 * len(REPORTS) + 1


# Languages


def test_the_sitemap_pairs_the_languages_of_every_page(site: Site) -> None:
    """Every page is in the sitemap, with hreflang links to itself and to its other language."""
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    listed: dict[str, dict[str, str]] = {}
    for url in ElementTree.parse(site.folder / "sitemap.xml").getroot().findall("s:url", names):
        location = url.findtext("s:loc", "", names)
        listed[location] = {e.attrib["hreflang"]: e.attrib["href"] for e in url.findall("x:link", names)}
    for address, language in languages(*REPORTS, *OTHERS):
        pair = {other: f"https://{HOST}/{PREFIX[other]}{address}" for other in LANGUAGES}
        assert listed[pair[language]] == pair
    for location, pair in listed.items():
        assert location in pair.values()
        for target in pair.values():
            assert (site.folder / urlsplit(target).path.lstrip("/") / "index.html").is_file(), target


@pytest.mark.parametrize(("address", "language"), languages(*REPORTS, *OTHERS))
def test_the_language_switch_stays_on_the_page(site: Site, address: str, language: str) -> None:
    """The switch leads to the same page in the other language."""
    other = "en" if language == "zh" else "zh"
    (link,) = [a for box in site.html(address, language).find(class_="pcf-languages") for a in box.find("a")]
    assert link.attributes["hreflang"] == other
    target = urlsplit(urljoin(f"https://{HOST}/{PREFIX[language]}{address}", link.attributes["href"])).path
    assert target == f"/{PREFIX[other]}{address}"


def test_a_missing_translation_falls_back_and_says_so(site: Site) -> None:
    """Text that exists in one language only is shown with its language marked; other text is not."""
    lamp = site.html(LAMP, "en").one("h1")
    assert lamp.text == "吸顶灯 （in Chinese only） D-9"
    assert [e.text for e in lamp.find(lang="zh")] == ["吸顶灯"]
    method = site.html(LAMP, "zh").one("section", id="method")
    assert [e.text for e in method.find(lang="en")] == ["By mass （仅有英文）"]
    assert site.html(LAMP, "zh").one("h1").text == "吸顶灯 D-9"
    assert site.html(KETTLE, "en").one("h1").find(lang="zh") == []


# What is published


def test_a_draft_is_never_in_a_published_site(site: Site) -> None:
    """No page, file, list, index or sitemap of a published site knows of a report without a statement."""
    for name, content in tree(site.folder).items():
        text = name.encode() + (gzip.decompress(content) if name.endswith(".gz") else content)
        for trace in ("yisi-pump", "vt-2026-02", "循环水泵", "循\u200b环\u200b水\u200b泵", "Circulation pump"):
            assert trace.encode() not in text, f"{trace} in {name}"


@pytest.mark.parametrize(
    ("report", "status", "words"),
    [(KETTLE_BEFORE, "superseded", ("已被新报告取代", "Superseded")), (FAN, "withdrawn", ("已撤回", "Withdrawn"))],
)
def test_a_report_once_published_keeps_its_page_and_files(
    site: Site, report: str, status: str, words: tuple[str, str]
) -> None:
    """Superseded and withdrawn reports stay, with a banner, their figures and all their files."""
    assert site.json(report + "footprint.json")["status"] == status
    for language, word in zip(LANGUAGES, words, strict=True):
        page = site.html(report, language)
        assert word in page.one(class_=f"pcf-banner--{status}").text
        assert page.one("section", id="derivation").find("tr", class_="pcf-line") != []
    assert all((site.folder / report / name).is_file() for name in FILES)


def test_a_superseded_report_links_the_newer_one(site: Site) -> None:
    """The banner of a superseded report leads to the report that replaced it."""
    for language in LANGUAGES:
        (link,) = site.html(KETTLE_BEFORE, language).one(class_="pcf-banner--superseded").find("a")
        assert urljoin(PREFIX[language] + KETTLE_BEFORE, link.attributes["href"]) == PREFIX[language] + KETTLE


def test_a_withdrawn_report_gives_date_and_reason(site: Site) -> None:
    """The banner of a withdrawn report says when and why."""
    assert "2024-11-11" in site.html(FAN, "zh").one(class_="pcf-banner--withdrawn").text
    assert "电表装反" in site.html(FAN, "zh").one(class_="pcf-banner--withdrawn").text
    assert "The meter was wired backwards" in site.html(FAN, "en").one(class_="pcf-banner--withdrawn").text


# Figures


def numbers(text: str) -> set[str]:
    """The numbers of a text, whole: 4.8040 is not in 14.80405."""
    return set(re.findall(r"(?<![\d.])-?\d+(?:\.\d+)?(?!\.?\d)", text))


@pytest.mark.parametrize(("report", "language"), languages(*REPORTS))
def test_every_figure_of_the_json_is_text_of_the_page(site: Site, report: str, language: str) -> None:
    """Declared, recomputed, shares, activity data, factors, heating values and emissions stand in the HTML itself."""
    wanted = figures(site.json(report + "footprint.json"))
    assert len(wanted) > 5
    assert set(wanted) - numbers(site.html(report, language).one("article").text) == set()


@pytest.mark.parametrize(("report", "language"), languages(*REPORTS))
def test_the_table_of_results_is_the_json(site: Site, report: str, language: str) -> None:
    """Each stage's row has declared, share and recomputed of that stage; else its state, no number."""
    footprint = site.json(report + "footprint.json")
    table = site.html(report, language).one("table", class_="pcf-table--results")
    rows = table.one("tbody").find("tr")
    assert len(rows) == len(footprint["stages"])
    for row, stage in zip(rows, footprint["stages"], strict=True):
        cells = [cell.text for cell in row.find("td")]
        if stage["state"] == "quantified":
            share = stage["share"]["value"] if stage["share"] else cells[1]
            assert cells[:3] == [stage["declared"]["value"], share, stage["recomputed"]["value"]]
        else:
            assert stage["recomputed"] is None
            assert len(cells) == 1
            assert numbers(cells[0]) == set()
    total = [cell.text for cell in table.one("tfoot").find("td")]
    assert total[0] == footprint["declared"]["total"]["value"]
    assert total[2] == footprint["recomputed"]["total"]["value"]


@pytest.mark.parametrize(("report", "language"), languages(*REPORTS))
def test_the_derivation_is_the_json_line_by_line(site: Site, report: str, language: str) -> None:
    """Each line shows its own amount, heating value, factor and emission, in that order."""
    lines = [line for stage in site.json(report + "footprint.json")["stages"] for line in stage["lines"]]
    rows = site.html(report, language).one("table", class_="pcf-table--derivation").find("tr", class_="pcf-line")
    assert len(rows) == len(lines) > 0
    for row, line in zip(rows, lines, strict=True):
        keys = ("amount", "net_calorific_value", "factor", "emission") if line["emission"] else ()
        shown = [cell.text.rstrip("…") for cell in row.find("span", class_="pcf-num")]
        assert shown == [line[key]["value"] for key in keys if line[key]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_quantified_is_named_beside_the_total_and_is_null(site: Site, language: str) -> None:
    """Not quantified is not zero, and outside the boundary is neither."""
    name, other = {"zh": ("使用", "仓储"), "en": ("Use", "Storage")}[language]
    hero = site.html(KETTLE, language).one("header", class_="pcf-hero")
    assert name in hero.one("p", class_="pcf-hero__exact").one(class_="pcf-warn").text
    assert other in hero.one("p", class_="pcf-hero__exact").text
    stages = {stage["id"]: stage for stage in site.json(KETTLE + "footprint.json")["stages"]}
    for stage in ("use", "storage"):
        assert [stages[stage][key] for key in ("declared", "recomputed", "share", "verdict")] == [None] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_shows_each_product_with_its_declared_value(site: Site, language: str) -> None:
    """A row per report that stands, the newest first: link to the report, declared value, body, date and status."""
    rows = site.html("", language).one(class_="pcf-list").find(class_="pcf-list__row")
    standing = [LAMP, KETTLE]  # the fan is withdrawn, the kettle's first report superseded
    for row, report in zip(rows, standing, strict=True):
        entry = site.json(report + "footprint.json") | {"page": report}
        link = row.one("a", class_="pcf-list__name").attributes["href"]
        assert urljoin(PREFIX[language], link) == PREFIX[language] + entry["page"]
        assert entry["declared"]["total"]["value"] in numbers(row.text)
        for text in (entry["product"]["model"], entry["report"]["number"], entry["report"]["issued"]):
            assert text in row.text
        assert row.one(class_=f"pcf-status--{entry['status']}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_category_lists_all_of_its_reports(site: Site, language: str) -> None:
    """Superseded and withdrawn ones too, marked; the catalogue leads there without a script."""
    here = PREFIX[language]
    links = [a.attributes["href"] for a in site.html("", language).one("nav", class_="pcf-categories").find("a")]
    found: dict[str, str] = {}
    for link in links:
        address = urljoin(here, link)
        for row in site.html(address.removeprefix(here), language).find(class_="pcf-list__row"):
            report = urljoin(address, row.one("a", class_="pcf-list__name").attributes["href"]).removeprefix(here)
            found[report] = row.one(class_="pcf-status").attributes["class"].partition("--")[2]
    assert found == {report: site.json(report + "footprint.json")["status"] for report in REPORTS}
    assert (found[FAN], found[KETTLE_BEFORE]) == ("withdrawn", "superseded")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_factor_lists_the_products_that_use_it(site: Site, language: str) -> None:
    """The page of a release links every report that uses each factor, and what supersedes it."""
    here = PREFIX[language] + "factors/lab/2023/"
    page = site.html("factors/lab/2023/", language).one("section", id="electricity")
    used = {urljoin(here, a.attributes["href"]) for a in page.one("ul").find("a")}
    assert used == {PREFIX[language] + KETTLE_BEFORE, PREFIX[language] + FAN}
    links = [a.attributes["href"] for a in page.one("p", class_="pcf-warn").find("a")]
    assert [urljoin(here, link) for link in links] == [PREFIX[language] + "factors/lab/2024/#electricity"]


# Search


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_search_index_of_its_own_pages(site: Site, language: str) -> None:
    """One entry per report, release and producer, and per section of the other pages; each leads somewhere."""
    index = site.json(f"search/{language}.json")
    addresses = [address for address, *_ in index["entries"]]
    assert len(addresses) == len(set(addresses))
    wanted = {
        *REPORTS,
        "factors/lab/2024/",
        "producers/jiachen/",
        "reference/problems/#Q-UNIT",
        "methodology/verdicts/",
    }
    assert {PREFIX[language] + address for address in wanted} <= set(addresses)
    for address, title, _, place, *_ in index["entries"]:
        path, _, anchor = address.partition("#")
        assert path.startswith("en/") == (language == "en")
        ids = {e.attributes.get("id") for e in site.html(path.removeprefix("en/"), language).walk()}
        assert not anchor or anchor in ids, address
        assert title
        assert index["places"][place]


def test_a_name_is_found_in_both_languages(site: Site) -> None:
    """A report's entry has name, maker, category and body in both, whichever language the page is in."""
    rows = {
        language: {row[0]: row for row in site.json(f"search/{language}.json")["entries"]} for language in LANGUAGES
    }
    for language in LANGUAGES:
        _, title, text, *_ = rows[language][PREFIX[language] + KETTLE]
        for words in ("不锈钢电热水壶", "KX-200", "VT-2025-03", "甲辰", "Jiachen", "kettle", "6.5427"):
            assert words in title + text, words


def test_the_themes_search_is_not_there(site: Site) -> None:
    """Neither its worker nor its languages nor its index."""
    names = {path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*")}
    assert [name for name in names if "lunr" in name or "workers" in name or name.endswith("search_index.json")] == []


# The same bytes

SHIFTED = """
import datetime, sys, time
ahead = 400 * 86400
real, clock = datetime.datetime, time.time
class Later(real):
    @classmethod
    def now(cls, tz=None):
        return real.now(tz) + datetime.timedelta(seconds=ahead)
    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)
    @classmethod
    def today(cls):
        return cls.now()
datetime.datetime = Later
time.time = lambda: clock() + ahead
from mkdocs.__main__ import cli
sys.argv = ["mkdocs", "build", "--strict"]
cli()
"""


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_the_same_records_give_the_same_bytes(site: Site, tmp_path: Path) -> None:
    """Another folder, time zone, locale, order of hashes and a day more than a year away change no byte."""
    root = tmp_path / "under another name"
    shutil.copytree(site.root, root, ignore=shutil.ignore_patterns("site", "__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", SHIFTED],
        cwd=root,
        env=environment(TZ="Pacific/Kiritimati", PYTHONHASHSEED="4711", LC_ALL="C", LANG="de_DE.UTF-8"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert differing(tree(site.folder), tree(root / "site")) == []


def test_building_again_gives_the_same_bytes(root: Path) -> None:
    """A second build over the first changes nothing."""
    first = tree(build(root))
    assert differing(first, tree(build(root))) == []


def test_no_file_says_when_it_was_built(root: Path) -> None:
    """Of the time that a build is told, nothing reaches the site but what has expired by then."""
    moment = 1_700_000_000  # 2023-11-14, before all records
    with_time = tree(build(root, SOURCE_DATE_EPOCH=str(moment)))
    later = tree(build(root, SOURCE_DATE_EPOCH=str(moment + 86_400 * 30)))
    assert differing(with_time, later) == []
    assert differing(with_time, tree(build(root))) == []
    day = datetime.datetime.fromtimestamp(moment, datetime.UTC).date()
    for name, content in with_time.items():
        assert day.isoformat().encode() not in content, name


@pytest.mark.parametrize(("day", "status"), [("2026-06-30", "verified"), ("2026-07-01", "expired")])
def test_a_report_expires_on_the_day_after_its_validity(root: Path, day: str, status: str) -> None:
    """Whether a statement has expired is asked of the commit's time, never of the clock."""
    moment = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    folder = build(root, SOURCE_DATE_EPOCH=str(int(moment.timestamp())))
    footprint = json.loads((folder / LAMP / "footprint.json").read_text("utf-8"))
    assert footprint["status"] == status
    built = Site(root, folder)
    for language in LANGUAGES:
        banners = built.html(LAMP, language).find(class_="pcf-banner--expired")
        # Before, the banner waits for the reader's day.
        assert ["hidden" in banner.attributes for banner in banners] == [status != "expired"]
