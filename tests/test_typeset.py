"""PDF and pictures: what a reader's program finds in them, and that the same record gives the same bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
import zxingcpp
from PIL import Image

from pcf.document import card, document
from pcf.evaluate import evaluate
from pcf.exports import footprint
from pcf.jsontext import json_bytes
from pcf.qr import qr_code
from pcf.typeset import TypesetError, Typesetter
from pcf.wording import LANGUAGES, wording
from support import NEW, R2, base, edited

ADDRESS = "https://carbon.example.com/products/acme-kettle/r-2/"


@pytest.fixture(scope="module")
def typesetter(tmp_path_factory: pytest.TempPathFactory) -> Typesetter:
    made = Typesetter(tmp_path_factory.mktemp("cache"))
    assert made.font, "the tests need a font with Chinese; 'make test' installs one"
    return made


def data(language: str, *edits: tuple[str, str]) -> tuple[dict[str, Any], bytes]:
    outcome = evaluate(edited(base(), R2 + "/inventory.yaml", *edits))
    evaluation = outcome.evaluations[NEW]
    return (
        document(outcome, evaluation, wording(language), ADDRESS),  # type: ignore[arg-type]
        json_bytes(footprint(outcome, evaluation)),
    )


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_archivable_accessible_and_carries_its_data(typesetter: Typesetter, language: str) -> None:
    """PDF/A-3a and PDF/UA-1 by its own metadata, tagged, titled, in its language, with footprint.json inside."""
    whole, attached = data(language)
    reader = pypdf.PdfReader(typesetter.set("report", whole, attached))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode("utf-8")

    assert re.search(r"<pdfaid:part>3</pdfaid:part>.*<pdfaid:conformance>A<", metadata, re.DOTALL)
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith(language)
    assert reader.metadata is not None
    assert reader.metadata.title == whole["title"]
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date().isoformat() == "2025-03-01"
    assert reader.attachments["footprint.json"] == [attached]
    assert json.loads(attached)["declared"]["total"]["value"] == "3.68"


def test_every_page_says_which_of_how_many_it_is(typesetter: Typesetter) -> None:
    """After the cover every page has the report number and 'Page n of N'."""
    pages = pypdf.PdfReader(typesetter.set("report", *data("en"))).pages

    for number, page in enumerate(pages[1:], 2):
        text = page.extract_text()
        assert "Report number R-2" in text
        assert f"Page {number} of {len(pages)}" in text


def test_the_contents_name_the_page_of_each_chapter(typesetter: Typesetter) -> None:
    """What the table of contents says is where the chapter begins."""
    pages = [page.extract_text() for page in pypdf.PdfReader(typesetter.set("report", *data("en"))).pages]
    contents = next(text for text in pages if text.count(". . .") > 5 or text.count("....") > 5)

    for title in ("2 Company and product", "4 Data collection", "5 Calculation"):
        listed = re.search(re.escape(title) + r"[ .]*\s(\d+)", contents)
        assert listed, title
        assert title in pages[int(listed[1]) - 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_values_can_be_copied_from_the_pdf(typesetter: Typesetter, language: str) -> None:
    """Declared values and the derivation are text in the PDF, not a picture of it."""
    text = text_of(typesetter.set("report", *data(language)))

    for figure in ("3.68", "2.400", "0.1400", "2.037", "0.3000", "0.0500 kg", "40.00 GJ/t"):
        assert figure in text


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two machines' caches hold the same file for the same record and fonts."""
    first, second = (Typesetter(tmp_path / name).set("report", *data("zh")) for name in ("a", "b"))

    assert first.read_bytes() == second.read_bytes()
    assert first.name == second.name


def test_an_unchanged_record_is_not_set_again(typesetter: Typesetter) -> None:
    """The second time the file of the first is given, untouched; another text gives another file."""
    path = typesetter.set("report", *data("en"))
    before = path.stat().st_mtime_ns

    assert typesetter.set("report", *data("en")) == path
    assert path.stat().st_mtime_ns == before
    assert typesetter.set("report", *data("en", ("en: By output", "en: By mass"))) != path


def test_forty_lines_in_one_stage_flow_over_pages(typesetter: Typesetter) -> None:
    """A stage longer than a page is broken, its table's head repeats, and no line is lost."""
    lines = "".join(
        f"      - {{factor: lab/2024/steel, amount: 0.{n:03} kg, label: {{en: Part {n:03}}}}}\n" for n in range(1, 41)
    )
    old = "    lines:\n      - factor: lab/2024/steel\n"
    text = text_of(typesetter.set("report", *data("en", (old, "    lines:\n" + lines + old.partition("\n")[2]))))

    assert [n for n in range(1, 41) if f"Part {n:03}" not in text] == []
    assert text.count("Activity data Net calorific value") >= 2


def test_a_character_that_no_reader_could_see_is_told_and_not_dropped(typesetter: Typesetter) -> None:
    """A private-use character stops that document with Typst's words; an empty box would be a silent loss."""
    with pytest.raises(TypesetError, match=r"codepoint .*e0ff"):
        typesetter.set("report", *data("en", ("en: By output", "en: By output \ue0ff")))


@pytest.mark.parametrize(("form", "size"), [("card", (1200, 630)), ("square", (1200, 1200))])
def test_pictures_have_the_sizes_that_networks_ask_for(
    typesetter: Typesetter, form: str, size: tuple[int, int]
) -> None:
    """A PNG's own header says 1200 × 630, and 1200 × 1200."""
    outcome = evaluate(base())
    raw = typesetter.set("card", card(outcome, outcome.evaluations[NEW], wording("zh"), form), b"").read_bytes()

    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")) == size


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}{'x' * 300}/", "https://example.org/产品/?a=1&b=<2>"])
def test_a_qr_code_is_read_as_its_address(address: str) -> None:
    """By a reader, from the drawing as a browser draws it: at four pixels a module, dark on white."""
    svg = ElementTree.fromstring(qr_code(address))
    size = int(svg.attrib["viewBox"].split()[2])
    picture = Image.new("L", (4 * size, 4 * size), 255)
    x, y = 0.0, 0.0
    for move, dx, dy, length in re.findall(r"([Mm])(\d+) ([\d.]+)h(\d+)", svg[0].attrib["d"]):
        x, y = (float(dx), float(dy)) if move == "M" else (x + float(dx), y + float(dy))
        picture.paste(0, (int(4 * x), int(4 * y - 2), int(4 * (x + int(length))), int(4 * y + 2)))
        x += int(length)

    assert [read.text for read in zxingcpp.read_barcodes(picture)] == [address]


def test_a_qr_code_scales_and_holds_no_script() -> None:
    """The SVG has a view box, no size of its own, and nothing but paths."""
    svg = qr_code(ADDRESS)

    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \d+ \d+"', svg)
    assert set(re.findall(r"<(\w+)", svg)) == {"svg", "path"}
