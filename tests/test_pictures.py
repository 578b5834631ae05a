"""Attached pictures: read strictly, served small, bare and upright, and set in their places on page and paper."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from pcf.document import document
from pcf.evaluate import evaluate
from pcf.files import Cache
from pcf.library import Publisher
from pcf.model import PICTURE_KINDS
from pcf.pages import report_page
from pcf.pictures import BYTES, Measure, copies, made, measure
from pcf.site import Build, build, without_drafts
from pcf.typeset import Typesetter
from pcf.wording import LANGUAGES, wording
from support import NEW, R2, Files, base, places

FOLDER = f"{R2}/attachments"
PDF = b"%PDF-1.4\n%%EOF\n"
SECRET = b"13800000000"
PUBLISHER = Publisher.model_validate({"address": "https://carbon.example.com/", "name": {"zh": "甲", "en": "A"}})


def picture(form: str = "PNG", size: tuple[int, int] = (1600, 1000), green: int = 20, **options: Any) -> bytes:
    """Red above, blue below."""
    image = Image.new("RGB", size, (200, green, 20))
    image.paste((20, 20, 200), (0, size[1] // 2, *size))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def attached(*items: tuple[str, str, bytes], title: dict[str, str] | None = None) -> Files:
    """The base catalogue with files, by name and kind, on the current report."""
    files = base()
    for name, kind, raw in items:
        sidecar = {
            "kind": kind,
            "title": title or {"zh": f"{name} 的样子", "en": f"What {name} shows"},
            "source": "Acme Appliances",
            "licence": "CC BY 4.0",
            "sha256": hashlib.sha256(raw).hexdigest(),
        }
        files |= {f"{FOLDER}/{name}": raw, f"{FOLDER}/{name}.yaml": json.dumps(sidecar, ensure_ascii=False).encode()}
    return files


def built(files: Files) -> Build:
    outcome = evaluate(files)
    assert places(outcome.problems) == []
    return build(outcome, PUBLISHER)


def html(files: Files, language: str = "en") -> str:
    outcome = evaluate(files)
    assert places(outcome.problems) == []
    return report_page(outcome, outcome.evaluations[NEW], PUBLISHER, language).render()  # type: ignore[arg-type]


def opened(raw: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(raw))
    image.load()
    return image


def only_copy(raw: bytes, form: str = "webp") -> Image.Image:
    """The widest copy of a picture in a form."""
    digest = hashlib.sha256(raw).hexdigest()
    return opened(made(raw, [copy for copy in copies(digest, measure(raw), "jpg") if copy.form == form][-1]))


# Reading


def test_a_report_keeps_what_is_attached() -> None:
    """Name, ending, words, bytes and size, in order of name; the other report has nothing."""
    outcome = evaluate(attached(("front.png", "product-picture", picture()), ("annex.pdf", "other", PDF)))
    first, second = outcome.evaluations[NEW].report.attachments

    assert places(outcome.problems) == []
    assert (first.name, first.ending, first.shape.kind, first.content, first.size) == (
        "annex",
        "pdf",
        "other",
        PDF,
        None,
    )
    assert (second.name, second.shape.title.zh, second.size) == (
        "front",
        "front.png 的样子",
        Measure(1600, 1000, False),
    )
    assert [e.report.attachments for e in outcome.evaluations.values() if e.id != NEW] == [()]


def test_the_seal_does_not_cover_attachments() -> None:
    """A picture may be added to a sealed report."""
    with_picture = evaluate(attached(("front.png", "product-picture", picture()))).evaluations[NEW]

    assert with_picture.sealed == evaluate(base()).evaluations[NEW].sealed


def test_a_file_may_be_ten_mebibytes_large_and_no_more() -> None:
    """One byte more is told with its size and the limit."""
    for more, expected in ((0, []), (1, [f"{FOLDER}/annex.pdf:1:1: F-LARGE"])):
        raw = PDF + b"\n" * (BYTES - len(PDF) + more)

        assert places(evaluate(attached(("annex.pdf", "other", raw))).problems) == expected


def test_every_mistake_of_an_attachment_is_told_at_once() -> None:
    """A wrong hash does not hide a damaged picture."""
    files = attached(("front.jpg", "product-picture", picture("JPEG")[:2000]))
    files[f"{FOLDER}/front.jpg.yaml"] = re.sub(rb"[0-9a-f]{64}", b"0" * 64, files[f"{FOLDER}/front.jpg.yaml"])

    assert places(evaluate(files).problems) == [
        f"{FOLDER}/front.jpg:1:1: F-PICTURE",
        f"{FOLDER}/front.jpg.yaml:1:{files[f'{FOLDER}/front.jpg.yaml'].decode().index('000000')}: R-HASH",
    ]


def test_an_attachment_with_a_mistake_leaves_the_report_whole() -> None:
    """The other files of the report and its figures are there all the same."""
    files = attached(("front.png", "product-picture", picture()), ("back.png", "product-picture", b"no picture"))
    report = evaluate(files).evaluations[NEW].report

    assert [attachment.file for attachment in report.attachments] == ["front.png"]


def test_attachments_without_a_report_are_told() -> None:
    """A folder with pictures alone is a report that lacks its inventory."""
    files = {
        path.replace("/r-2/", "/r-9/"): raw for path, raw in attached(("a.pdf", "other", PDF)).items() if "att" in path
    }

    assert places(evaluate(base() | files).problems) == ["products/acme-kettle/r-9/inventory.yaml:1:1: F-MISSING"]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_no_cut_or_changed_picture_escapes(form: str) -> None:
    """Whatever a decoder meets, it is told as a problem and never raised."""
    whole = picture(form, (40, 30))
    name = f"front.{ {'PNG': 'png', 'JPEG': 'jpg', 'WEBP': 'webp'}[form] }"
    for at in range(12, len(whole), max(1, len(whole) // 25)):
        for raw in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            found = places(evaluate(attached((name, "product-picture", raw))).problems)
            assert found in ([], [f"{FOLDER}/{name}:1:1: F-PICTURE"], [f"{FOLDER}/{name}:1:1: F-CONTENT"])


# Copies


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), [(480, 360), (960, 720), (1440, 1080)]),
        ((1000, 500), [(480, 240), (960, 480), (1000, 500)]),
        ((960, 961), [(480, 481), (960, 961)]),
        ((300, 200), [(300, 200)]),
        ((5000, 1), [(480, 1), (960, 1), (1440, 1)]),
    ],
)
def test_a_picture_is_never_made_wider(size: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    """480, 960 and 1440 pixels wide, or as wide as it is; then the widest again for what knows no WebP."""
    *webp, last = copies("0" * 64, Measure(*size, False), "jpg")

    assert [(copy.width, copy.height) for copy in webp] == expected
    assert {copy.form for copy in webp} == {"webp"}
    assert (last.form, (last.width, last.height)) == ("jpg", expected[-1])


def test_copies_have_the_size_they_say_and_the_same_bytes_each_time() -> None:
    """Each copy of each form, made twice."""
    for form, ending in (("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")):
        raw = picture(form, (1000, 600))
        for copy in copies(hashlib.sha256(raw).hexdigest(), measure(raw), ending):
            one = made(raw, copy)
            assert one == made(raw, copy)
            assert opened(one).size == (copy.width, copy.height)
            assert opened(one).format == {"webp": "WEBP", "png": "PNG", "jpg": "JPEG"}[copy.form]


def with_metadata(form: str) -> bytes:
    """A picture that tells where and when it was taken, by whom and with what number, wherever its form has a place."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x0132] = SECRET.decode(), SECRET.decode(), "2026:01:01 00:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 12.5), 3: "E", 4: (120.0, 9.0, 1.0), 29: "2026:01:01"})
    options: dict[str, Any] = {"exif": exif, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if form == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", SECRET.decode())
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET.decode())
        options["dpi"] = (300, 300)
        del options["xmp"]
    if form == "JPEG":
        options["comment"] = SECRET
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return picture(form, (600, 400), icc_profile=profile, **options) + SECRET


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_metadata_is_gone(form: str) -> None:
    """No place, time, name, comment, profile or resolution, and nothing of what stood behind the picture."""
    raw = with_metadata(form)
    assert raw.count(SECRET) > 2
    assert b"Exif" in raw or b"eXIf" in raw or b"EXIF" in raw
    for ending in ("png", "jpg"):
        for copy in copies(hashlib.sha256(raw).hexdigest(), measure(raw), ending):
            served = made(raw, copy)
            image = opened(served)
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                                       "progression", "loop", "background", "timestamp", "duration"}  # fmt: skip
            for mark in (SECRET, b"Exif", b"eXIf", b"EXIF", b"ICC", b"iCCP", b"XMP", b"xmp", b"tEXt", b"pHYs", b"2026"):
                assert mark not in served


def test_a_turned_picture_is_served_upright() -> None:
    """A telephone stores how it was held; the copy stands as the reader is to see it, and so do its dimensions."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    raw = picture("JPEG", (800, 600), exif=exif)
    image = only_copy(raw).convert("RGB")

    assert (measure(raw).width, measure(raw).height) == image.size == (600, 800)
    left, right = image.getpixel((20, 400)), image.getpixel((580, 400))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[2] > left[0]  # the blue lower half is now on the left
    assert right[0] > right[2]


def test_a_colour_profile_is_worked_into_the_colours() -> None:
    """A profile in which red and blue change places is followed, then dropped; one that does not fit is passed over."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = srgb.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    xyz = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()

    def corner(**options: Any) -> Any:
        return only_copy(picture("PNG", (300, 200), **options), "jpg").getpixel((150, 20))

    assert all(abs(one - other) < 4 for one, other in zip(corner(icc_profile=turned), (20, 20, 200), strict=True))
    assert corner(icc_profile=xyz) == corner(icc_profile=b"no profile") == corner(icc_profile=srgb) == corner()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_shown(mode: str) -> None:
    """Grey, indexed, transparent, of 16 bits or for print; what can be seen through stays so."""
    image = Image.new("RGBA", (30, 20), (255, 255, 255, 0 if mode in ("LA", "RGBA") else 255))
    if mode == "P":
        image = image.convert("RGB")
    image = image.convert("L").point(lambda v: v * 257, "I").convert("I;16") if mode == "I;16" else image.convert(mode)
    out = io.BytesIO()
    image.save(out, "JPEG" if mode == "CMYK" else "PNG")
    raw = out.getvalue()
    size = measure(raw)
    form = copies("0" * 64, size, "jpg")[-1].form
    corner = opened(made(raw, copies("0" * 64, size, "png")[-1])).getpixel((0, 0))

    assert size.transparent == (mode in ("LA", "RGBA"))
    assert form == ("png" if size.transparent else "jpg")
    assert corner == ((255, 255, 255, 0) if size.transparent else (255, 255, 255))


def test_the_cache_makes_a_file_once(tmp_path: Path) -> None:
    """And leaves no half file behind."""
    cache, calls = Cache(tmp_path / "pictures"), []

    for _ in range(2):
        assert cache.kept("a.webp", lambda: calls.append(1) or b"made").read_bytes() == b"made"  # type: ignore[func-returns-value]
    assert len(calls) == 1
    assert [path.name for path in cache.folder.iterdir()] == ["a.webp"]


# The site


def test_the_site_has_the_copies_and_the_pdf_and_not_the_picture_itself() -> None:
    """At addresses of the report; the bytes of a copy are those of the size it is named for."""
    site = built(attached(("front.jpg", "product-picture", picture("JPEG")), ("signed.pdf", "signed-report", PDF)))
    folder = f"products/{NEW}/attachments/"
    files = {artifact.address: artifact.content for artifact in site.artifacts() if "attachments" in artifact.address}
    copies_made = {item.address: item.content() for item in site.pictures()}

    assert files == {f"{folder}signed.pdf": PDF}
    assert list(copies_made) == [
        f"{folder}{name}" for name in ("front-480.webp", "front-960.webp", "front-1440.webp", "front-1440.jpg")
    ]
    assert opened(copies_made[f"{folder}front-960.webp"]).size == (960, 600)


def test_a_draft_is_published_with_none_of_its_files() -> None:
    """What no body has stated is not on the site, and neither are its pictures."""
    files = attached(("front.jpg", "product-picture", picture("JPEG")))
    del files[f"{R2}/statement.yaml"]
    site = build(without_drafts(evaluate(files)), PUBLISHER)

    assert list(site.pictures()) == []


ALL = tuple((f"{kind}.png", kind, picture(size=(900, 600), green=n)) for n, kind in enumerate(PICTURE_KINDS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_stand_in_their_sections(language: str) -> None:
    """The boundary figure with the boundary, the others with the product; where none is, the page says so."""
    t = wording(language)
    sections = dict(re.findall(r'<section id="(\w+)"(.*?)</section>', html(attached(*ALL), language), re.S))
    bare = dict(re.findall(r'<section id="(\w+)"(.*?)</section>', html(base(), language), re.S))
    shown = {name: re.findall(r"attachments/([a-z-]+)-900\.png", text) for name, text in sections.items()}

    assert shown.pop("boundary") == ["boundary-figure"]
    assert sorted(shown.pop("product")) == ["factory-layout", "process-flow", "product-picture"]
    assert not any(shown.values())
    assert all(t("document.in_signed_report") not in text for text in sections.values())
    for kind in PICTURE_KINDS:
        line = f"<b>{t(f'attachment_kind.{kind}')}</b> {t('document.in_signed_report')}"
        assert line in bare["boundary" if kind == "boundary-figure" else "product"]


def test_nothing_moves_when_a_picture_comes() -> None:
    """Width and height in the page are those of the file that is fetched, and all copies have the same shape."""
    site = built(attached(*ALL))
    sizes = {item.address: opened(item.content()).size for item in site.pictures()}
    page = html(attached(*ALL))
    images = re.findall(r'<img src="\.\./\.\./\.\./\.\./([^"]+)" width="(\d+)" height="(\d+)" alt="[^"]+"[^>]*>', page)
    offered = re.findall(r"\.\./\.\./\.\./\.\./(\S+\.webp) (\d+)w", page)

    assert len(images) == len(PICTURE_KINDS)
    assert page.count('loading="lazy"') >= len(images)
    assert {address: (int(width), int(height)) for address, width, height in images} == {
        address: size for address, size in sizes.items() if address.endswith(".png")
    }
    assert {address: int(width) for address, width in offered} == {
        address: size[0] for address, size in sizes.items() if address.endswith(".webp")
    }
    assert all(round(width / height, 2) == 1.5 for width, height in sizes.values())


def test_the_signed_report_stands_first_among_the_files() -> None:
    """Named as the original that prevails; what is attached besides comes after the files that we made."""
    page = html(attached(("signed.pdf", "signed-report", PDF), ("extra.png", "other", picture(size=(50, 40)))))
    links = re.findall(r'href="[./]*([^"]+)"', page.split('class="pcf-files"')[1])

    assert links[0] == f"products/{NEW}/attachments/signed.pdf"
    assert wording("en")("report.file_signed") in page
    assert f"products/{NEW}/attachments/extra-50.png" in links[1:]


@pytest.mark.parametrize(
    "text", ["<script>pwn(1)</script>", '"><img src=x onerror=pwn(1)>', "' onload='x", "#[strong] $x$"]
)
def test_a_hostile_title_is_text(text: str) -> None:
    """In the caption and in the alternative text, escaped once."""
    page = html(attached(("front.png", "product-picture", picture(size=(90, 60))), title={"en": text}))
    escaped = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
    )

    assert f'alt="{escaped}"' in page
    assert f"<span>{escaped}</span>" in page
    assert text not in page or text == escaped


def test_a_missing_language_falls_back_and_says_so() -> None:
    """The alternative text is marked with the language it is in."""
    page = html(attached(("front.png", "product-picture", picture(size=(90, 60))), title={"zh": "正面"}))

    assert 'alt="正面" lang="zh"' in page
    assert wording("en")("site.only_in_zh") in page


# Paper


def blocks_of(files: Files, language: str) -> list[dict[str, Any]]:
    outcome = evaluate(files)
    data = document(outcome, outcome.evaluations[NEW], wording(language), "https://carbon.example.com/")  # type: ignore[arg-type]
    sections = [section for part in data["parts"] for section in part.get("sections", ())]
    return [{**block, "section": section["title"].split()[0]} for section in sections for block in section["blocks"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_has_the_pictures_in_place_of_the_notes(language: str) -> None:
    """2.2 factory layout, 2.3 product and process, 3.3 boundary, each with its alternative text."""
    t = wording(language)
    blocks = blocks_of(attached(*ALL), language)
    pictures = [(b["section"], b["alt"]) for b in blocks if b["kind"] == "picture"]
    notes = [b["section"] for b in blocks if b.get("text") == t("document.in_signed_report")]
    bare = [b["section"] for b in blocks_of(base(), language) if b.get("text") == t("document.in_signed_report")]
    words = "{}.png 的样子" if language == "zh" else "What {}.png shows"

    assert pictures == [
        ("2.2", words.format("factory-layout")),
        ("2.3", words.format("process-flow")),
        ("2.3", words.format("product-picture")),
        ("3.3", words.format("boundary-figure")),
    ]
    assert notes == []
    assert {"2.2", "2.3"} <= set(bare)


def test_the_pdf_holds_the_pictures(tmp_path: Path) -> None:
    """PDF/UA-1 asks for alternative text, so it is there; hostile words are set as they are; twice the same bytes."""
    typesetter = Typesetter(tmp_path / ".cache" / "typeset")
    if typesetter.font is None:
        pytest.skip("no font with Chinese on this machine")
    files = attached(*ALL, title={"en": '#panic("x") <script> *b*', "zh": "图"})
    sizes = []
    for each in (files, base()):
        site, cache = built(each), Cache(tmp_path / ".cache" / "pictures")
        for item in site.pictures():
            cache.kept(item.copy.name, item.content)
        setting = next(s for s in site.settings() if s.address == f"products/{NEW}/report.en.pdf")
        path = typesetter.set(setting.kind, setting.data, setting.footprint)
        first = path.read_bytes()
        path.unlink()
        assert typesetter.set(setting.kind, setting.data, setting.footprint).read_bytes() == first
        sizes.append(first.count(b"/Subtype/Image") + first.count(b"/Subtype /Image"))

    assert sizes[0] - sizes[1] == len(PICTURE_KINDS)
