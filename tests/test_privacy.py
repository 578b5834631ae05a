"""The privacy gate: what is personal is found wherever it stands, and nothing else is taken for it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

from pcf.cli import main
from pcf.evaluate import evaluate
from pcf.library import Publisher
from pcf.pdf import pdf_people, served
from pcf.people import names, people_in_xmp
from pcf.pictures import picture_people
from pcf.privacy import personal
from pcf.site import build
from pcf.wording import LANGUAGES
from support import PRODUCT, R2, base, codes, edited, places, write

# All made up; the identity number is of a district and a day, with the check digit that GB 11643 gives it.
PERSONAL = {
    "13800000000": "P-PHONE",
    "联系电话13800000000。": "P-PHONE",
    "１３８００００００００": "P-PHONE",
    "+86 138 0000 0000": "P-PHONE",
    "138-0000-0000": "P-PHONE",
    "0571-88880000": "P-PHONE",
    "(010) 88880000": "P-PHONE",
    "+49 30 12345678": "P-PHONE",
    "110101190001010014": "P-IDENTITY",
    "li.ming@qq.com": "P-MAIL",
    "li.ming@company.cn": "P-MAIL",
    "CCAA-GHG1-0000001": "P-CERTIFICATE",
    "2020-N1GHG-1000000": "P-CERTIFICATE",
}


@pytest.mark.parametrize("text", PERSONAL)
def test_what_is_personal_is_found(text: str) -> None:
    assert [code for _, code, _ in personal(text)] == [PERSONAL[text]]


@pytest.mark.parametrize(
    "text",
    [
        "carbon@company.cn", "someone@example.com", "91330100MA0000000X", "110101190001010015", "GB/T 24067-2024",
        "13800000000 kWh".replace("138", "1.38"), "138000000001", "sha-256:a13800000000b", "T410267-4", "2025-12-31",
        "6900000000000", "0.055539 tCO2/GJ", "ISO 14064-3:2019", "IPCC AR6, 2021-08-09", "33.0286", "MRV-2024-0001",
    ],
)  # fmt: skip
def test_what_is_not_is_left_alone(text: str) -> None:
    """Role boxes, examples, credit codes, standards, amounts, digests, report numbers, dates."""
    assert list(personal(text)) == []


@given(st.text(alphabet="0123456789 -.@x+", max_size=40))
def test_no_text_breaks_the_gate(text: str) -> None:
    for start, _, found in personal(text):
        assert text[start : start + len(found)] == found


def test_it_is_told_at_its_place_and_never_in_full() -> None:
    """Logs and comments on a pull request are public too."""
    files = edited(base(), PRODUCT, ("model:", "summary: {zh: 电话 13800000000, en: X}\nmodel:"))
    (problem,) = evaluate(files).problems

    text = files[PRODUCT].decode().splitlines()[problem.line - 1]
    assert text[problem.column - 1 :].startswith("13800000000")
    assert "13800000000" not in problem.text("en") + problem.text("zh") + str(problem.as_data("en"))


def test_pages_beside_the_records_are_read_too() -> None:
    """What stands in docs/ is published as well."""
    pages = {"docs/contact.md": b"# Contact\n\nLi Ming, 13800000000\n", "docs/a.jpg": jpeg()}

    assert places(evaluate(base(), pages=pages).problems) == [
        "docs/a.jpg:1:1: P-AUTHOR",
        "docs/a.jpg:1:1: P-PHONE",
        "docs/contact.md:3:10: P-PHONE",
    ]


def test_the_check_reads_them(tmp_path: Path) -> None:
    """At its place, and links are refused as among the records: MkDocs would follow them."""
    root = write({**base(), "docs/contact.md": b"13800000000\n"}, tmp_path)
    (root / "docs/link.md").symlink_to("/etc/hostname")

    result = CliRunner().invoke(main, ["check", "--root", str(root)])

    assert result.exit_code == 1
    assert [line.split(" ")[:2] for line in result.stdout.splitlines()] == [
        ["docs/contact.md:1:1:", "P-PHONE"], ["docs/link.md:1:1:", "F-LINK"],
    ]  # fmt: skip


def test_consent_lets_exactly_its_text_pass_in_its_report() -> None:
    review = f"{R2}/review.yaml"
    consent = b"consents:\n  - {text: CCAA-GHG1-0000001, given: 2025-01-01, evidence: {zh: X, en: X}}\n"
    files = edited(
        base(), f"{R2}/statement.yaml", ("number: R-2", "number: R-2\n  notes: [{zh: CCAA-GHG1-0000001, en: X}]")
    )
    elsewhere = edited(base(), PRODUCT, ("model:", "summary: {zh: CCAA-GHG1-0000001, en: X}\nmodel:"))

    assert codes(evaluate(files).problems) == ["P-CERTIFICATE"]
    assert codes(evaluate({**files, review: files[review] + consent}).problems) == []
    assert codes(evaluate({**elsewhere, review: files[review] + consent}).problems) == ["P-CERTIFICATE"]


def jpeg() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Li Ming, 13800000000"  # Artist
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def pdf() -> bytes:
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_metadata({"/Author": "li.ming@qq.com"})
    writer.write(out)
    return out.getvalue()


def xmp() -> bytes:
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(72, 72)
    writer.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>13800000000</x:xmpmeta>"
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [("a.jpg", jpeg(), "P-PHONE"), ("a.pdf", pdf(), "P-MAIL"), ("b.pdf", xmp(), "P-PHONE")],
)
def test_an_attachment_is_read_for_what_it_says_of_itself(name: str, raw: bytes, code: str) -> None:
    path = f"{R2}/attachments/{name}"

    assert f"{path}:1:1: {code}" in places(evaluate({**base(), path: raw}).problems)


NAMED = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator><rdf:Seq><rdf:li>Wang Wu</rdf:li></rdf:Seq></dc:creator>
<rdf:Description photoshop:CaptionWriter="Zhao Liu" xmp:CreatorTool="Word"/></x:xmpmeta>"""
PEOPLE = ["李明", "Sun Qi", "Wang Wu", "Zhao Liu", "Zhang San"]


def named(*, signed: bool = False, author: str = "李明", password: str | None = None) -> bytes:
    """A PDF that names somebody wherever an office program may: properties, XMP of document and page, a comment."""
    out, writer = io.BytesIO(), PdfWriter()
    page = writer.add_blank_page(72, 72)
    writer.add_metadata({"/Author": author, "/Manager": "Sun Qi", "/Title": "Kettle", "/CreationDate": "D:20250301"})
    writer.xmp_metadata = NAMED
    page[NameObject("/Metadata")] = writer.root_object.raw_get("/Metadata")
    writer.add_annotation(0, Text(rect=(0, 0, 9, 9), text="Seen", title_bar="Zhang San"))
    if signed:
        offsets = ArrayObject([NumberObject(n) for n in (0, 9, 20, 9)])
        signature = DictionaryObject({NameObject("/Type"): NameObject("/Sig"), NameObject("/ByteRange"): offsets})
        writer.root_object[NameObject("/Signature")] = writer._add_object(signature)
    if password is not None:
        writer.encrypt(password, "owner")
    writer.write(out)
    return out.getvalue()


def test_a_pdf_is_served_without_the_names_that_it_holds() -> None:
    """In no object of the copy, compressed or not, is anything left of them; what readers need is."""
    raw = named()
    copy = served(raw)
    objects = PdfReader(io.BytesIO(copy))
    whole = copy + b"".join(
        part.get_data() for part in map(objects.get_object, range(1, objects.trailer["/Size"]))
        if isinstance(part, StreamObject)
    )  # fmt: skip

    assert sorted(pdf_people(raw)) == sorted(PEOPLE)
    assert pdf_people(copy) == []
    for name in PEOPLE:
        assert name.encode() not in whole
        assert name.encode("utf-16-be") not in whole
    assert objects.metadata == {"/Title": "Kettle", "/CreationDate": "D:20250301", "/Producer": "pypdf"}
    assert [page.mediabox[2:] for page in objects.pages] == [[72, 72]]
    assert objects.pages[0]["/Annots"][0]["/Contents"] == "Seen"
    assert served(raw) == copy


def test_a_pdf_that_is_signed_or_names_nobody_is_served_byte_for_byte() -> None:
    assert served(named(signed=True)) == named(signed=True)
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_metadata({"/Title": "Kettle", "/Author": "Administrator"})
    writer.write(out)

    assert served(out.getvalue()) == out.getvalue()
    assert served(b"%PDF-1.4\n%%EOF\n") == b"%PDF-1.4\n%%EOF\n"


def attached(raw: bytes) -> dict[str, bytes]:
    sidecar = (
        "kind: other\ntitle: {zh: 附件, en: Annex}\nsource: p. 1\nlicence: CC0-1.0\n"
        f"sha256: {hashlib.sha256(raw).hexdigest()}\n"
    )
    return {**base(), f"{R2}/attachments/a.pdf": raw, f"{R2}/attachments/a.pdf.yaml": sidecar.encode()}


def test_the_site_serves_the_copy() -> None:
    outcome = evaluate(attached(named()))
    publisher = Publisher.model_validate({"address": "https://carbon.example.com/", "name": {"en": "A"}})
    files = {artifact.address: artifact.content for artifact in build(outcome, publisher).artifacts()}

    assert outcome.problems == ()
    assert files[f"{R2}/attachments/a.pdf"] == served(named())


def test_a_name_in_what_is_published_byte_for_byte_needs_consent() -> None:
    """A signed PDF, and whatever lies in docs/. Each name alone, and never in full."""
    files = attached(named(signed=True))
    problems = evaluate(files).problems
    pages = evaluate(base(), pages={"docs/a.pdf": named(), "docs/a.jpg": portrait()}).problems
    review = f"{R2}/review.yaml"
    consents = "consents:\n" + "".join(
        f"  - {{text: {name}, given: 2025-01-01, evidence: {{zh: X, en: X}}}}\n" for name in PEOPLE
    )

    assert places(problems) == [f"{R2}/attachments/a.pdf:1:1: P-AUTHOR"] * len(PEOPLE)
    assert not any(name in problem.text(language) for problem in problems for name in PEOPLE for language in LANGUAGES)
    assert places(pages) == ["docs/a.jpg:1:1: P-AUTHOR"] * 2 + ["docs/a.pdf:1:1: P-AUTHOR"] * len(PEOPLE)
    assert codes(evaluate({**files, review: files[review] + consents.encode()}).problems) == []


def test_a_body_is_no_person() -> None:
    """A signed report has its issuer as author."""
    people = evaluate(attached(named(signed=True, author="真言检测中心"))).problems
    others = evaluate(attached(named(signed=True, author="真言"))).problems

    assert len(people) == len(PEOPLE) - 1
    assert len(others) == len(PEOPLE)


def portrait() -> bytes:
    """A photograph with an artist in EXIF, and an author as Windows writes it."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x013B], exif[0x9C9D] = "Wang Wu", "李明".encode("utf-16-le") + b"\0\0"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_pictures_name_their_author_in_many_ways() -> None:
    """EXIF, XMP, and the text of a PNG."""
    png, webp, text = io.BytesIO(), io.BytesIO(), PngInfo()
    text.add_text("Author", "Sun Qi")
    Image.new("RGB", (8, 8)).save(png, "PNG", pnginfo=text)
    Image.new("RGB", (8, 8)).save(webp, "WEBP", xmp=NAMED)

    assert picture_people(portrait()) == ["Wang Wu", "李明"]
    assert picture_people(png.getvalue()) == ["Sun Qi"]
    assert picture_people(webp.getvalue()) == ["Wang Wu", "Zhao Liu"]


def test_a_pdf_that_nobody_can_open_is_refused() -> None:
    """What is locked for its reader is locked for the gate; a password of its owner alone locks nothing."""
    assert "P-LOCKED" in codes(evaluate(attached(named(password="secret"))).problems)
    assert codes(evaluate(attached(named(password=""))).problems) == []
    assert pdf_people(served(named(password=""))) == []


@given(st.binary(max_size=200))
def test_no_packet_breaks_the_reading_of_names(raw: bytes) -> None:
    assert all(names(people_in_xmp(b"<dc:creator>" + raw + b"</dc:creator>")))


@pytest.mark.parametrize("raw", [b"%PDF-", b"%PDF-1.7\n%%EOF", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_a_broken_attachment_breaks_nothing(raw: bytes) -> None:
    """That it is broken is told by another problem."""
    assert not any(code[0] == "P" for code in codes(evaluate({**base(), f"{R2}/attachments/a.pdf": raw}).problems))
