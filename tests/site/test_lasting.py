"""Addresses that last: a catalogue of one report, of its successors, and of the same product under another id."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from pcf.evaluate import evaluate
from pcf.seal import with_seal
from published import Site
from support import R1, R2, base, edited, write
from web import LANGUAGES, PREFIX, Element, build, make_root, read_html, serving, tree, visiting

Files = dict[str, bytes]
OLD, NEW = "acme-kettle", "acme-kettle-k1"
UNSEALED = b"seal: sha-256:" + b"0" * 64 + b"\n"
REASON = "The scale was found to be wrong"


def report(
    files: Files, name: str, issued: str, *edits: tuple[str, str], unit: str = "1 piece", product: str = OLD
) -> Files:
    """The files with a copy of report R-1 as another one; edits go to its inventory, then to its statement."""
    folder, copy = f"products/{product}/{name.lower()}", {}
    for part in ("inventory", "statement"):
        text = base()[f"{R1}/{part}.yaml"].decode()
        for old, new in (("number: R-1", f"number: {name}"), ("2024-03-01", issued), ("1 piece", unit), *edits):
            text = text.replace(old, new)
        copy[f"{folder}/{part}.yaml"] = text.encode()
    return {**files, **copy, f"{folder}/review.yaml": UNSEALED}


def sealed(files: Files, *names: str) -> Files:
    """As ``pcf seal`` leaves them."""
    outcome = evaluate(files)
    for name in names:
        path = f"products/{name}/review.yaml"
        files = {**files, path: with_seal(files[path].decode(), str(outcome.evaluations[name].seal)).encode()}
    assert evaluate(files).problems == ()
    return files


def first() -> Files:
    """One report, with a picture attached."""
    files = {path: raw for path, raw in base().items() if not path.startswith(R2)}
    stream = io.BytesIO()
    Image.new("RGB", (1200, 800), "#0b5d4e").save(stream, "PNG")
    picture = stream.getvalue()
    sidecar = (
        "kind: product-picture\ntitle: {zh: 照片, en: The kettle}\nsource: p. 1\nlicence: CC0-1.0\n"
        f"sha256: {hashlib.sha256(picture).hexdigest()}\n"
    )
    place = f"{R1}/attachments/front.png"
    return {**files, place: picture, f"{place}.yaml": sidecar.encode()}


def second() -> Files:
    """R-2 supersedes R-1, R-3 is withdrawn; and a product whose second report is for two pieces."""
    files = report(first() | {path: raw for path, raw in base().items() if path.startswith(R2)}, "R-3", "2025-06-01")
    files["products/acme-pot/product.yaml"] = base()["products/acme-kettle/product.yaml"]
    files = report(files, "P-1", "2024-05-01", product="acme-pot")
    files = report(files, "P-2", "2025-05-01", unit="2 piece", product="acme-pot")
    files[f"products/{OLD}/r-3/review.yaml"] += (
        f"withdrawn: {{date: 2025-09-01, reason: {{zh: 秤有误差, en: {REASON}}}}}\n".encode()
    )
    return sealed(files, f"{OLD}/r-3", "acme-pot/p-1", "acme-pot/p-2")


def third() -> Files:
    """The product has another id, and a fourth report: 1.200 kg × 2.000 + 3.50 kWh × 0.6000 = 4.500 kgCO2e."""
    moved = {path.replace(f"products/{OLD}/", f"products/{NEW}/"): raw for path, raw in second().items()}
    moved[f"products/{NEW}/product.yaml"] += f"former_ids: [{OLD}]\n".encode()
    edits = (("1.500 kg", "1.200 kg"), ("4.00 kWh", "3.50 kWh"), ("5.400", "4.500"), ("3.000", "2.400"))
    files = report(moved, "R-4", "2026-02-01", *edits, product=NEW)
    path = f"products/{NEW}/r-4/statement.yaml"
    files = edited(files, path, ("production: 2.400", "production: 2.100"))
    return sealed(files, f"{NEW}/r-4")


@dataclass
class Builds:
    """The three sites, by number."""

    sites: dict[int, Site]

    def paths(self, number: int) -> set[str]:
        """Every file but those that are named for their content."""
        return {path for path in tree(self.sites[number].folder) if not path.startswith("assets/")}

    def page(self, number: int, address: str, language: str = "en") -> Element:
        return self.sites[number].html(address, language)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """One root, built three times as a publisher would."""
    start = tmp_path_factory.mktemp("editions")
    root = make_root(start / "root", write(first(), start / "first") / "products", typeset=True)
    sites = {}
    for number, files in enumerate((first(), second(), third()), 1):
        shutil.rmtree(root / "products")
        write(files, root)
        sites[number] = Site(root, Path(shutil.move(build(root), start / f"site-{number}")))
    return Builds(sites)


def forwarded(folder: Path, path: str) -> str:
    """Where a page leads in the end, as the path of its file."""
    for _ in range(3):
        found = [e for e in read_html(folder / path).find("meta") if e.attributes.get("http-equiv") == "refresh"]
        if not found:
            return path
        to = found[0].attributes["content"].partition("url=")[2]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), to, "index.html"))
    raise AssertionError(f"{path} forwards without end")


def changes(page: Element) -> dict[str, str]:
    """What the table of editions says of the change, by the number of the report, the newest first."""
    found = {}
    for row in page.one("section", id="editions").one("tbody").find("tr"):
        number = re.sub(r" this page$", "", row.one("th").text)
        cells = [cell for cell in row.find("td") if cell.attributes.get("data-label") == "Change"]
        found[number] = cells[0].text
    return found


def test_no_address_ever_stops_answering(builds: Builds) -> None:
    """Pages, files, PDFs, pictures, cards and badges of every build are there in all builds after it."""
    assert builds.paths(1) - builds.paths(2) == set()
    assert builds.paths(2) - builds.paths(3) == set()
    kinds = (
        "footprint.json",
        "inventory.csv",
        "sealed.json",
        "report.zh.pdf",
        "card.en.png",
        "index.html",
        "product.yaml",
    )
    assert {f"products/{OLD}/r-1/{name}" for name in kinds} <= builds.paths(1)
    assert any(path.startswith(f"products/{OLD}/r-1/attachments/") for path in builds.paths(1))
    assert {f"embed/{OLD}.html", f"embed/{OLD}.en.svg", f"en/products/{OLD}/r-1/index.md"} <= builds.paths(1)


def test_what_a_renamed_product_has_left_leads_to_what_it_has_now(builds: Builds) -> None:
    """Its pages forward in their language, each report to its own page; its files are the same under both ids."""
    folder = builds.sites[3].folder
    left = sorted(path for path in builds.paths(3) if re.match(rf"(?:en/)?products/{OLD}/|embed/{OLD}\.", path))
    for path in left:
        now = path.replace(OLD, NEW)
        if path.endswith("/index.html"):
            expected = now.replace(f"{NEW}/index", f"{NEW}/r-4/index")
            assert forwarded(folder, path) == expected
            assert forwarded(folder, now) == expected
        else:
            assert (folder / path).read_bytes() == (folder / now).read_bytes()
    assert len(left) > 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_edition_keeps_its_own_values(builds: Builds, language: str) -> None:
    """The page at a permanent address is of that report, whatever came after it; the status is of today."""
    expected = {
        1: {"r-1": ("5.400", "as-reported")},
        2: {"r-1": ("5.400", "superseded"), "r-2": ("3.68", "does-not-reproduce"), "r-3": ("5.400", "withdrawn")},
        3: {"r-1": ("5.400", "superseded"), "r-2": ("3.68", "superseded"), "r-3": ("5.400", "withdrawn"),
            "r-4": ("4.500", "as-reported")},
    }  # fmt: skip
    for number, reports in expected.items():
        for name, (total, status) in reports.items():
            address = f"products/{NEW if number == 3 else OLD}/{name}/"
            page, data = builds.page(number, address, language), builds.sites[number].json(f"{address}footprint.json")

            assert data["declared"]["total"]["value"] == total
            assert data["status"] == status
            assert "changed-since-sealed" not in data["conditions"]
            assert total in page.one("p", class_="pcf-hero__exact").text
            current = {1: f"{OLD}/r-1", 2: f"{OLD}/r-2", 3: f"{NEW}/r-4"}[number]
            banners = page.find("div", class_="pcf-banner")
            links = [link.attributes["href"] for banner in banners for link in banner.find("a")]
            assert links == ([f"{'../' * (4 if language == 'en' else 3)}{PREFIX[language]}products/{current}/"]
                             if status in ("superseded", "withdrawn") and f"/{current}/" not in f"/{address}"
                             and data["conditions"].count("superseded") else [])  # fmt: skip


def test_a_withdrawn_report_says_why_and_since_when(builds: Builds) -> None:
    """On its own page, among the editions, and in the feed; the catalogue does not count it as current."""
    site = builds.sites[2]
    banner = builds.page(2, f"products/{OLD}/r-3/").one("div", class_="pcf-banner").text
    row = builds.page(2, f"products/{OLD}/r-2/").one("section", id="editions").one("tr", class_="pcf-none").text
    feed = (site.folder / "en/feed.xml").read_text("utf-8")

    for text in (banner, row, feed):
        assert REASON in text
        assert "Withdrawn on 2025-09-01" in text
    listed = {entry["report"]["number"]: entry["current"] for entry in site.json("catalogue.json")["reports"]}
    assert (listed["R-2"], listed["R-3"]) == (True, False)


def test_the_change_is_from_one_edition_to_the_next(builds: Builds) -> None:
    """3.68 − 5.400 = −1.720 (−31.9 %), 4.500 − 3.68 = +0.820 (+22.3 %); none to a withdrawn one or away from it."""
    for name in ("r-4", "r-1"):
        shown = changes(builds.page(3, f"products/{NEW}/{name}/"))

        assert list(shown) == ["R-4", "R-3", "R-2", "R-1"]
        assert shown["R-4"].startswith("+0.820 kgCO₂e (+22.3 %) since R-2 differs in: ")
        assert shown["R-2"].startswith("−1.720 kgCO₂e (−31.9 %) since R-1 differs in: ")
        assert "System boundary" in shown["R-2"]
        assert (shown["R-3"], shown["R-1"]) == ("–", "–")
    editions = builds.sites[3].json(f"products/{OLD}/r-1/footprint.json")["editions"]
    assert [edition["id"] for edition in editions] == [f"{NEW}/r-{n}" for n in (1, 2, 3, 4)]
    found = [edition["comparison"] and edition["comparison"]["difference"]["value"] for edition in editions]
    assert found == [None, "-1.720", None, "0.820"]
    assert [e["comparison"]["relative"]["value"] for e in editions if e["comparison"]] == ["-31.9", "22.3"]


def test_the_chart_over_time_leaves_out_what_was_withdrawn(builds: Builds) -> None:
    """Bars on one scale from zero, the oldest first: of 5.400, 3.68 is 68.148 %, and 4.500 is 83.333 %."""
    section = builds.page(3, f"products/{NEW}/r-4/").one("section", id="editions")

    assert [bar.find("b")[0].text for bar in section.one("ol").find("li")] == [
        "R-1 · 2024-03-01", "R-2 · 2025-03-01", "R-4 · 2026-02-01",
    ]  # fmt: skip
    assert [rect.attributes["width"] for rect in section.find("rect")] == ["100.000", "68.148", "83.333"]


def test_a_report_for_another_unit_is_compared_with_nothing(builds: Builds) -> None:
    """No change and no chart between a value for one piece and one for two; the page says that the unit is why."""
    page = builds.page(2, "products/acme-pot/p-2/")
    section = page.one("section", id="editions")

    assert changes(page)["P-2"] == "not compared with P-1; differs in: Functional unit"
    assert section.find("svg") == section.find("figure") == []
    assert "No chart over time" in section.text
    assert "P-1 is not on one scale with the current report; differs in: Functional unit." in section.text
    comparison = builds.sites[2].json("products/acme-pot/p-2/footprint.json")["editions"][1]["comparison"]
    assert (comparison["comparable"], comparison["stops"]) == (False, ["functional-unit"])
    assert comparison["difference"] is comparison["relative"] is None


def test_a_first_report_has_no_history(builds: Builds) -> None:
    """Neither a section nor an entry in the table of contents."""
    page = builds.page(1, f"products/{OLD}/r-1/")

    assert page.find(id="editions") == []
    assert [link for link in page.find("a") if link.attributes.get("href") == "#editions"] == []


def test_an_address_with_the_old_id_still_compares(builds: Builds, browser: Browser) -> None:
    """A link to a comparison that was sent before the product was renamed shows the same values."""
    with serving(builds.sites[3].folder) as address, visiting(browser, address) as visit:
        visit.go(f"en/compare/?ids={OLD}/r-1,{NEW}/r-4")
        visit.page.get_by_text("5.400").first.wait_for()

        assert visit.page.get_by_text("4.500").count()
        assert visit.troubles() == []
