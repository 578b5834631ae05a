"""Charts: plain dicts that Plotly accepts, with the figures of the JSON and every text shown literally."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from pcf import charts
from pcf.charts import CARRIER_COLOURS, STAGE_COLOURS, by_carrier_figure, by_stage_figure, plotly_bundle
from pcf.evaluate import Evaluation, evaluate
from pcf.exports import footprint
from pcf.model import STAGES
from pcf.tables import CARRIERS, stage_rows
from pcf.wording import LANGUAGES, Wording, wording
from support import FACTORS, NEW, R2, base, edited, new

INVENTORY = f"{R2}/inventory.yaml"
EN = wording("en")
STYLE = (Path(charts.__file__).parent / "theme/style/base.css").read_text("utf-8")


def figures(evaluation: Evaluation, words: Wording = EN) -> list[dict[str, Any]]:
    return [by_stage_figure(stage_rows(evaluation, words), words), by_carrier_figure(evaluation, words)]


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from strings(value)


def coloured(data: Any) -> Any:
    """As charts.js does: in the place of each name of the style sheet a colour."""
    if isinstance(data, dict):
        return {key: coloured(value) for key, value in data.items()}
    if isinstance(data, list):
        return [coloured(value) for value in data]
    return "#123456" if isinstance(data, str) and f"\n  {data}: " in STYLE else data


@pytest.mark.parametrize("language", LANGUAGES)
def test_plotly_accepts_both_figures_and_they_hold_bars_alone(language: Any) -> None:
    """Checked by its own schema; no image, no map, no trace that could load something."""
    for figure in figures(new(), wording(language)):
        checked = go.Figure(coloured(figure))

        assert {trace.type for trace in checked.data} == {"bar"}
        assert not checked.layout.images
        assert figure["layout"]["xaxis"]["fixedrange"] is figure["layout"]["yaxis"]["fixedrange"] is True


def test_bars_of_stages_are_the_declared_values_in_life_cycle_order() -> None:
    """As text of the same digits as footprint.json; what is not quantified has a frame and no bar."""
    figure = figures(new())[0]
    outcome = evaluate(base())
    stages = footprint(outcome, outcome.evaluations[NEW])["stages"]
    (trace,) = figure["data"]

    assert dict(zip(trace["y"], trace["x"], strict=True)) == {
        stage["id"]: stage["declared"]["value"] for stage in stages if stage["declared"]
    }
    assert trace["x"] == ["2.400", "0.1400", "2.037", "0.3000", "-1.20"]
    assert figure["layout"]["yaxis"]["categoryarray"] == [
        "raw-materials", "inbound-transport", "production", "distribution", "use", "end-of-life",
    ]  # fmt: skip
    assert [(shape["y0"] + shape["y1"]) / 2 for shape in figure["layout"]["shapes"]] == [4]
    assert [label["text"] for label in figure["layout"]["annotations"]][3:5] == [
        "<span>Distribution</span>  0.3000 · 8.2%",
        "<span>Use</span>  not quantified",
    ]


def test_bars_of_carriers_are_the_recomputed_values() -> None:
    """Each line under its carrier; the parts of a stage add up to its recomputed value in footprint.json."""
    figure = figures(new())[1]

    assert {trace["name"]: dict(zip(trace["y"], trace["x"], strict=True)) for trace in figure["data"]} == {
        "Electricity": {"production": "1.750"},
        "Diesel": {"inbound-transport": "0.1400", "production": "0.287", "distribution": "0.2800"},
        "Not energy": {"raw-materials": "2.400", "end-of-life": "-1.20"},
    }
    assert [label["text"] for label in figure["layout"]["annotations"]] == [
        "<span>Raw materials</span>  2.400", "<span>Inbound transport</span>  0.1400", "<span>Production</span>  2.037",
        "<span>Distribution</span>  0.2800", "<span>End of life</span>  -1.20",
    ]  # fmt: skip


HOSTILE = [
    "<script>pwn(1)</script>",
    "<img src=x onerror=pwn(1)>",
    "<a href=https://evil.example>Verified</a>",
    "<span style=background:url(https://evil.example)>",
    "<b>bold",
    "%{customdata[0]} %{x:.1f}",
    "&lt;b&gt; &amp; &#60;",
    "<extra>gone</extra><br>",
]
OURS = re.compile(r"</?span>|<br>|<extra></extra>|%\{customdata\[\d\]\}")


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_record_is_shown_literally(text: str) -> None:
    """Plotly reads HTML in every string and templates in some: nothing but our own marks is left of either."""
    files = edited(base(), INVENTORY, ("en: Sheet of the body", f"en: '{text}'"))
    files = edited(files, FACTORS, ("en: Diesel}", f"en: '{text}'}}"))
    evaluation = evaluate(files).evaluations[NEW]

    shown = [OURS.sub("", string) for figure in figures(evaluation) for string in strings(figure)]

    assert [string for string in shown if "<" in string or "%{" in string] == []
    assert any(literal(string).startswith(text) for string in shown)


def literal(string: str) -> str:
    """What Plotly shows of a string: it knows these entities."""
    for entity, character in (("&#123;", "{"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        string = string.replace(entity, character)
    return string


def test_everything_that_can_be_drawn_has_a_colour_of_its_own() -> None:
    """Every stage and carrier, no colour twice in a chart."""
    assert STAGE_COLOURS.keys() == {*STAGES}
    assert CARRIER_COLOURS.keys() == {*CARRIERS}
    assert len({*STAGE_COLOURS.values()}) == len(STAGES)
    assert len({*CARRIER_COLOURS.values()}) == len(CARRIERS)


def test_plotly_js_comes_from_the_wheel() -> None:
    """Served by us, from the library that is installed: no other host is asked."""
    script = plotly_bundle().read_bytes()

    assert b"plotly.js v" in script[:1000]
