"""QR codes of addresses, as SVG."""

from __future__ import annotations

import math
import re

import zxingcpp

QUIET = 2  # modules around it
_DARK = re.compile(rb"\x00+")


def qr_code(address: str) -> str:
    """The address as a QR code (ISO/IEC 18004), error correction M: a line for each run of dark modules."""
    made = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    raw = memoryview(made.to_image(add_quiet_zones=False)).tobytes()  # type: ignore[arg-type]  # before Python 3.12
    size = math.isqrt(len(raw))
    lines = [_line(row + QUIET, raw[row * size : (row + 1) * size]) for row in range(size)]
    whole = size + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}">'
        f'<path stroke="#000" d="{"".join(lines)}"/></svg>'
    )


def _line(y: int, row: bytes) -> str:
    """From each run the way to the next."""
    pen, drawn = 0, list[str]()
    for run in _DARK.finditer(row):
        start, end = run.span()
        drawn.append(f"m{start - pen} 0h{end - start}" if drawn else f"M{start + QUIET} {y}.5h{end - start}")
        pen = end
    return "".join(drawn)
