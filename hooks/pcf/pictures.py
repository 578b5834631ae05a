"""Pictures that publishers attach: what they are, and the copies of them that the site serves."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import PIL
from PIL import Image, ImageCms, ImageOps, IptcImagePlugin
from PIL.ExifTags import IFD

from .people import names, people_in_xmp

# What a file begins with, by the ending it must then have.
_BEGINS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"%PDF-", "pdf"),
)
ENDINGS: Mapping[str, str] = MappingProxyType(
    {"png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp", "pdf": "pdf"}
)  # what an ending says that the file is
_DECODERS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}

BYTES = 10 * 1024 * 1024
# A few bytes can unfold to more pixels than a machine has memory for. WebP ends at 16,383 a side.
PIXELS, SIDE = 50_000_000, 16_000
WIDTHS = (480, 960, 1440)
_RECIPE = f"1 {PIL.__version__}"  # part of a copy's name: another recipe or library may give other bytes
_TURNED = range(5, 9)  # EXIF orientations that change places of width and height
_ORIENTATION = 0x0112
# Of EXIF the artist, what Windows writes as author, and the camera's owner; of IPTC the by-line.
_ARTIST, _AUTHOR, _OWNER, _BYLINE = 0x013B, 0x9C9D, 0xA430, (2, 80)


class PictureError(Exception):
    """A file that is no picture we can show; ``fault`` and ``fault_zh`` say why."""

    def __init__(self, fault: str, fault_zh: str) -> None:
        super().__init__(fault)
        self.fault, self.fault_zh = fault, fault_zh


@dataclass(frozen=True)
class Measure:
    """A picture's size, upright, and whether parts of it can be seen through."""

    width: int
    height: int
    transparent: bool


@dataclass(frozen=True)
class Copy:
    """One copy to be served: ``name`` is for its content, and the same wherever and whenever it is made."""

    name: str
    width: int
    height: int
    form: Literal["webp", "png", "jpg"]


def content_of(raw: bytes) -> str | None:
    """What a file is by how it begins: png, jpg, webp, pdf; None for all others."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "webp"
    return next((ending for start, ending in _BEGINS if raw.startswith(start)), None)


def picture_texts(raw: bytes) -> Iterator[str]:
    """What a picture says of itself: comments, EXIF, XMP. None of it is in the copies that the site serves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(raw), formats=tuple(_DECODERS.values()))
            tags = image.getexif()
            said = [value for name, value in image.info.items() if name not in ("icc_profile", "exif")]
            inner = [value for ifd in (IFD.Exif, IFD.GPSInfo) for value in tags.get_ifd(ifd).values()]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return  # that it is no picture is told elsewhere
    for value in (*said, *tags.values(), *inner):
        yield value.decode("utf-8", "replace").replace("\0", "") if isinstance(value, bytes) else str(value)


def picture_people(raw: bytes) -> list[str]:
    """Whom a picture names: as artist, author or owner of the camera, in EXIF, XMP, IPTC or the text of a PNG."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(raw), formats=tuple(_DECODERS.values()))
            tags, info = image.getexif(), dict(image.info)
            found = [tags.get(_ARTIST), tags.get(_AUTHOR), tags.get_ifd(IFD.Exif).get(_OWNER)]
            found += [info.get(name) for name in ("Author", "Artist", "Creator")]
            found += [(IptcImagePlugin.getiptcinfo(image) or {}).get(_BYLINE)]
            found += people_in_xmp(_bytes(info.get("xmp") or info.get("XML:com.adobe.xmp") or b""))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []  # that it is no picture is told elsewhere
    several = [part for value in found for part in (value if isinstance(value, list) else [value])]
    return names(_text(part) for part in several if part)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _text(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    wide = len(value) % 2 == 0 and b"\0" in value  # XPAuthor is UTF-16
    return value.decode("utf-16-le" if wide else "utf-8", "replace")


def measure(raw: bytes) -> Measure:
    """The measure of a picture that can be read to its end.

    Errors: PictureError.
    """
    image = _opened(raw)
    width, height = image.size
    if image.getexif().get(_ORIENTATION) in _TURNED:
        width, height = height, width
    return Measure(width, height, image.has_transparency_data)


def copies(digest: str, size: Measure, ending: str) -> tuple[Copy, ...]:
    """The copies of a picture by its SHA-256: WebP in every width up to its own, then one for what knows no WebP.

    The last is a PNG where the picture was one or can be seen through, else a JPEG, and as wide as the widest WebP.
    """
    widths = sorted({min(width, size.width) for width in WIDTHS})
    last: Literal["png", "jpg"] = "png" if ending == "png" or size.transparent else "jpg"
    wanted: list[tuple[int, Literal["webp", "png", "jpg"]]] = [(width, "webp") for width in widths]
    return tuple(_copy(digest, size, width, form) for width, form in [*wanted, (widths[-1], last)])


def _copy(digest: str, size: Measure, width: int, form: Literal["webp", "png", "jpg"]) -> Copy:
    height = max(1, (2 * size.height * width + size.width) // (2 * size.width))
    name = hashlib.sha256(f"{_RECIPE} {digest} {width} {form}".encode()).hexdigest()
    return Copy(f"{name}.{form}", width, height, form)


def made(raw: bytes, copy: Copy) -> bytes:
    """The bytes of a copy: upright, in sRGB, and without a word of what the file said beside its pixels."""
    drawn = content_of(raw) == "png"  # a drawing, most likely: fine lines and few colours
    image = _plain(_opened(raw))
    if image.size != (copy.width, copy.height):
        image = image.resize((copy.width, copy.height), Image.Resampling.LANCZOS)
    match copy.form:
        case "png":
            return _saved(image, "PNG", optimize=True)
        case "jpg":
            return _saved(image, "JPEG", quality=86, optimize=True, progressive=True)
        case "webp" if drawn:
            both = _saved(image, "WEBP", lossless=True, method=4), _saved(image, "WEBP", quality=90, method=4)
            return min(both, key=len)
        case "webp":
            return _saved(image, "WEBP", quality=82, method=4)


def _opened(raw: bytes) -> Image.Image:
    """The picture with all its pixels, by the one decoder that its first bytes name."""
    decoder = _DECODERS.get(content_of(raw) or "")
    if decoder is None:
        raise PictureError("it is of another kind", "不是图片")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of size, which is asked below, and of odd metadata, which is not kept
            image = Image.open(io.BytesIO(raw), formats=[decoder])
            width, height = image.size
            if width * height > PIXELS or max(width, height) > SIDE:
                raise PictureError(
                    f"it has {width} × {height} pixels, and may have {PIXELS // 10**6} million, {SIDE} a side",
                    f"有 {width} × {height} 像素；上限为 {PIXELS // 10**4} 万像素，每边 {SIDE}",
                )
            # A telephone's JPEG may carry a small second picture behind the first; a moving picture is another thing.
            if decoder != "JPEG" and getattr(image, "n_frames", 1) > 1:
                raise PictureError("it is a moving picture", "是动画")
            image.load()
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError("it has too many pixels", "像素过多") from None
    except Exception:  # a decoder raises whatever it likes
        raise PictureError("it is damaged", "文件损坏") from None
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in sRGB, RGB or RGBA, with nothing but its pixels."""
    seen_through = image.has_transparency_data
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off rather than divide
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    mode = "RGBA" if seen_through else "RGB"
    if image.mode in ("P", "PA", "LA", "1") or (seen_through and image.mode != "RGBA"):
        image = image.convert(mode)
    if profile:
        image = _in_srgb(image, profile, mode)
    image = image.convert(mode)
    plain = Image.new(mode, image.size)
    plain.paste(image)
    return plain


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that does not fit: the picture is taken as sRGB
        return image
    return turned or image


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
