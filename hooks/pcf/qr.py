"""QR codes of addresses, as SVG."""

from __future__ import annotations

import io

import segno


def qr_code(address: str) -> str:
    """The address as a QR code (ISO/IEC 18004), error correction M, two modules of quiet zone."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, nl=False, svgclass=None, omitsize=True
    )
    return out.getvalue().decode("utf-8")
