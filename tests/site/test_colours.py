"""The colours of the style sheet: readable in both palettes, and the same in the charts."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from pcf.charts import CARRIER_COLOURS, CARRIER_PATTERNS, STAGE_COLOURS
from pcf.model import STAGES
from web import ROOT

CSS = (ROOT / "hooks" / "pcf" / "theme" / "style" / "base.css").read_text("utf-8")
PALETTES = {"light": r':root,\n\[data-md-color-scheme="default"\]', "dark": r'\[data-md-color-scheme="slate"\]'}

# Text that is set in the first colour stands on each of the others.
TEXT = {
    "ink": ("page", "soft", "warn-soft", "good-soft"),
    "muted": ("page", "soft", "warn-soft"),
    "brand": ("page", "soft", "good-soft"),
    "warn": ("page", "soft", "warn-soft"),
    "page": ("ink",),  # the chosen tab
}


def palette(name: str) -> dict[str, str]:
    """The colours of a palette, by variable without ``--pcf-``."""
    block = re.search(PALETTES[name] + r" \{(.*?)\n\}", CSS, re.DOTALL)
    assert block is not None
    found = dict(re.findall(r"--pcf-([a-z-]+): (#[0-9a-f]+);", block[1]))
    return {key: "#" + "".join(c * 2 for c in value[1:]) if len(value) == 4 else value for key, value in found.items()}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [value / 255 for value in bytes.fromhex(colour[1:])]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21:1; #767676 is the lightest grey that reads on white."""
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


def test_both_palettes_name_the_same_colours() -> None:
    """No colour is left from the other palette."""
    assert palette("light").keys() == palette("dark").keys()
    assert len(palette("light")) > 25


@pytest.mark.parametrize("name", PALETTES)
def test_text_can_be_read_on_every_ground_it_stands_on(name: str) -> None:
    """At least 4.5:1, as WCAG 2 asks of text."""
    colours = palette(name)
    low = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text, grounds in TEXT.items()
        for ground in grounds
        if contrast(colours[text], colours[ground]) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("name", PALETTES)
def test_bars_stand_out_from_the_page(name: str) -> None:
    """At least 3:1 for every stage and carrier, as WCAG 2 asks of graphics."""
    colours = palette(name)
    bars = [key for key in colours if key.startswith(("stage-", "carrier-"))]
    assert len(bars) == len(STAGES) + len(CARRIER_COLOURS)
    assert {
        b: round(contrast(colours[b], colours["page"]), 2) for b in bars if contrast(colours[b], colours["page"]) < 3
    } == {}


def test_what_is_printed_has_the_style_sheets_light_colours() -> None:
    """A bar has the same colour in the PDF and on the page."""
    light = palette("light")
    assert tuple(STAGE_COLOURS) == STAGES
    for stage, colour in STAGE_COLOURS.items():
        assert colour.lower() == light[f"stage-{stage}"]
    for carrier, colour in CARRIER_COLOURS.items():
        assert colour.lower() == light[f"carrier-{carrier}"]


def test_every_stage_and_carrier_has_its_fill_and_its_swatch() -> None:
    """Bars and legends find a rule for each."""
    for kind, names in (("stage", STAGES), ("carrier", tuple(CARRIER_COLOURS))):
        for name in names:
            assert f".pcf-fill-{kind}-{name} {{ fill: var(--pcf-{kind}-{name}); }}" in CSS
            assert f".pcf-back-{kind}-{name} {{ background: var(--pcf-{kind}-{name}); }}" in CSS


def test_carriers_of_energy_differ_by_more_than_colour() -> None:
    """In a stacked bar, neighbours keep apart without colour: at most one of any two has no pattern."""
    fuels = [carrier for carrier in CARRIER_COLOURS if carrier not in ("other", "none")]
    patterns = [CARRIER_PATTERNS.get(carrier) for carrier in fuels]
    assert all(one != other for one, other in pairwise(patterns))
    assert len(set(patterns)) == len(patterns)


def test_the_badge_reads_on_its_own_grounds() -> None:
    """Its colours are fixed, since it stands on pages of any colour: 4.5:1 for every text on the ground below it."""
    template = (ROOT / "hooks" / "pcf" / "templates" / "embed" / "badge.svg").read_text("utf-8")
    frame, ground, *runs = [line for line in template.splitlines() if line.startswith(("<rect", "  ('"))]
    page, *fields = (re.findall("#[0-9a-f]{6}", line) for line in (frame, ground))
    assert page[0] == "#ffffff"
    for run in runs:
        name = re.findall(r"\('(\w+)'", run)[0]
        grounds = fields[0] if name in ("label", "model", "number") else page[:1]
        inks = re.findall("#[0-9a-f]{6}", run)
        assert inks, run
        assert [(name, ink, on) for ink in inks for on in grounds if contrast(ink, on) < 4.5] == []
    assert len(runs) == 8
