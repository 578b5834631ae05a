"""QR codes of addresses, as SVG."""

from __future__ import annotations

import io

import segno

# Any of the eight masks gives a code that every reader reads; to find the one that looks most even takes four times as
# long as all the rest.
MASK = 3


def qr_code(address: str) -> str:
    """The address as a QR code (ISO/IEC 18004), error correction M, two modules of quiet zone."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False, mask=MASK).save(
        out, kind="svg", border=2, xmldecl=False, nl=False, svgclass=None, omitsize=True
    )
    return out.getvalue().decode("utf-8")
