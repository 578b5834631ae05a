"""Plotly figures of a report as plain dicts: results by stage and by energy carrier, from the page's own rows."""

from __future__ import annotations

import html
from collections.abc import Sequence
from fractions import Fraction
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .evaluate import Evaluation
from .quantity import rounded
from .tables import UNIT, Bar, StageRow, by_carrier, carriers_used, stage_decimals
from .wording import Wording

# The light palette, for PDFs and pictures; theme/style/base.css holds the same and the dark one. Chosen for at least
# 3:1 against the page and for the widest distance between neighbours under normal, protan, deutan and tritan vision.
STAGE_COLOURS = {
    "raw-materials": "#1D3593",
    "inbound-transport": "#2C9DD8",
    "production": "#CC8124",
    "storage": "#949596",
    "distribution": "#14766D",
    "installation": "#7A6A1E",
    "use": "#C72900",
    "end-of-life": "#602D4C",
}
CARRIER_COLOURS = {
    "electricity": "#4A5568",
    "natural-gas": "#B7791F",
    "diesel": "#2C7A7B",
    "gasoline": "#9B4A75",
    "coal": "#2B2B2B",
    "heat": "#B23A2E",
    "steam": "#6A74C9",
    "other": "#71797F",
    "none": "#8A939B",
}
CARRIER_PATTERNS = {"natural-gas": "/", "diesel": "x", "gasoline": "\\", "coal": "+", "heat": "-", "steam": "|"}

# In a figure, the names of CSS variables in the place of colours, so that a chart takes those of either palette.
INK, MUTED, BRAND, PAGE = "--pcf-ink", "--pcf-muted", "--pcf-brand", "--pcf-page"
HOVER = {"bgcolor": "--pcf-soft", "bordercolor": "--pcf-line", "font": {"color": "--pcf-ink"}, "align": "left"}
# No share button, no logo, no address of another host: the figure stays on its page.
CONFIG = {
    "displayModeBar": False, "responsive": True, "scrollZoom": False, "showSendToCloud": False,
    "showEditInChartStudio": False, "plotlyServerURL": "", "displaylogo": False,
}  # fmt: skip


def by_stage_figure(rows: Sequence[StageRow], wording: Wording) -> dict[str, Any]:
    """Horizontal bars in life-cycle order, the label above each; a stage that is not quantified is a dotted frame."""
    shown = [row for row in rows if row.state != "outside-boundary"]
    ids = [row.id for row in shown]
    quantified = [row for row in shown if row.value is not None]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [row.value for row in quantified],
        "y": [row.id for row in quantified],
        "width": 0.34,
        "marker": {"color": [f"--pcf-stage-{row.id}" for row in quantified], "line": {"width": 0}},
        "customdata": [
            [_safe(wording(f"stage.{row.id}")), row.value, row.share or "–", _safe(row.activity)] for row in quantified
        ],
        "hovertemplate": f"<span>%{{customdata[0]}}</span><br>%{{customdata[1]}} {UNIT} · %{{customdata[2]}}%"
        "<br>%{customdata[3]}<extra></extra>",
    }
    annotations = [_label(row.id, _stage_label(row, wording)) for row in shown]
    shapes = [
        {
            "type": "rect", "xref": "paper", "x0": 0, "x1": 1,
            "yref": "y", "y0": position - 0.17, "y1": position + 0.17,
            "line": {"color": MUTED, "width": 1, "dash": "dot"},
        }
        for position, row in enumerate(shown) if row.value is None
    ]  # fmt: skip
    return {"data": [trace], "layout": _layout(ids, annotations) | {"shapes": shapes}}


def by_carrier_figure(evaluation: Evaluation, wording: Wording) -> dict[str, Any]:
    """The same bars divided by energy carrier, with recomputed values."""
    stages = by_carrier(evaluation)
    decimals = {stage: stage_decimals(evaluation, stage) for stage in stages}
    traces = []
    for carrier in carriers_used(evaluation):
        name = _safe(wording(f"carrier.{carrier}"))
        parts = {s: rounded(values[carrier], decimals[s]) for s, values in stages.items() if carrier in values}
        marker: dict[str, Any] = {"color": f"--pcf-carrier-{carrier}", "line": {"width": 0}}
        if carrier in CARRIER_PATTERNS:
            # Without bgcolor a pattern draws an invisible bar.
            marker["pattern"] = {
                "shape": CARRIER_PATTERNS[carrier], "fillmode": "replace", "bgcolor": f"--pcf-carrier-{carrier}",
                "fgcolor": PAGE, "size": 7, "solidity": 0.22,
            }  # fmt: skip
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "x": list(parts.values()),
                "y": list(parts),
                "width": 0.34,
                "marker": marker,
                "customdata": [[_safe(wording(f"stage.{stage}")), value] for stage, value in parts.items()],
                "hovertemplate": f"<span>%{{customdata[0]}}</span><br>{name} %{{customdata[1]}} {UNIT}<extra></extra>",
            }
        )
    totals = {stage: rounded(sum(values.values(), Fraction(0)), decimals[stage]) for stage, values in stages.items()}
    annotations = [
        _label(stage, f"<span>{_safe(wording(f'stage.{stage}'))}</span>  {total}") for stage, total in totals.items()
    ]
    layout = _layout(list(stages), annotations)
    layout["margin"] = {"l": 0, "r": 8, "t": 34, "b": 8}
    layout["height"] += 28
    layout["showlegend"] = True
    layout["legend"] = {
        "orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "traceorder": "normal",
        "itemclick": False, "itemdoubleclick": False, "font": {"size": 13},
    }  # fmt: skip
    return {"data": traces, "layout": layout}


def for_page(figure: dict[str, Any]) -> dict[str, Any]:
    """A figure as script/charts.js takes it, with how plotly.js is to show it."""
    return {"data": figure["data"], "layout": figure["layout"] | {"hoverlabel": HOVER}, "config": CONFIG}


def by_edition_figure(bars: Sequence[Bar], wording: Wording) -> dict[str, Any]:
    """Declared totals over time: horizontal bars, the oldest edition above, as in the figure by stage."""
    ids = [str(number) for number in range(len(bars))]  # as categories, so that no number of a report becomes a value
    labels = [f"<span>{_safe(bar.label)}</span>  {_safe(bar.value or '')}" for bar in bars]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [bar.value for bar in bars],
        "y": ids,
        "width": 0.34,
        "marker": {"color": [BRAND if bar.id == "current" else MUTED for bar in bars], "line": {"width": 0}},
        "customdata": [[_safe(bar.label), bar.value, _safe(wording(f"editions.{bar.id}"))] for bar in bars],
        "hovertemplate": f"<span>%{{customdata[0]}}</span><br>%{{customdata[1]}} {UNIT}"
        "<br>%{customdata[2]}<extra></extra>",
    }
    return {"data": [trace], "layout": _layout(ids, [_label(*pair) for pair in zip(ids, labels, strict=True)])}


def _stage_label(row: StageRow, wording: Wording) -> str:
    # Bold by the style sheet: for <b> the library would set a style attribute, which the site's policy forbids.
    name = f"<span>{_safe(wording(f'stage.{row.id}'))}</span>"
    if row.value is None:
        return f"{name}  {_safe(wording('state.not-quantified'))}"
    return f"{name}  {row.value}" + (f" · {row.share}%" if row.share else "")


def _label(stage: str, text: str) -> dict[str, Any]:
    """Above its bar, from the left edge: no axis, no margin, so that it reads the same at 360 px."""
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": stage, "yanchor": "bottom", "yshift": 10, "showarrow": False,
        "align": "left", "text": text, "font": {"size": 13, "color": INK},
    }  # fmt: skip


def _layout(ids: Sequence[str], annotations: list[dict[str, Any]]) -> dict[str, Any]:
    axis = {"visible": False, "fixedrange": True}
    return {
        "barmode": "relative",
        "height": 58 * max(len(ids), 1) + 22,
        "margin": {"l": 0, "r": 8, "t": 6, "b": 8},
        "xaxis": axis | {"type": "linear"},
        "yaxis": axis | {"type": "category", "categoryorder": "array", "categoryarray": list(ids),
                         "range": [len(ids) - 0.5, -0.95]},
        "annotations": annotations,
        "showlegend": False,
        "dragmode": False,  # so that a finger scrolls the page past the chart
        "hovermode": "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": INK, "family": "system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"},
    }  # fmt: skip


def _safe(text: str) -> str:
    """Text that Plotly shows literally: it reads HTML in every string, and %{…} in hover templates; not &quot;."""
    return html.escape(text, quote=False).replace("%{", "%&#123;")


def plotly_bundle() -> Path:
    """The plotly.js that the installed plotly carries, found without importing plotly."""
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def plotly_address() -> str:
    """Where the site serves plotly.js: named for its version, so that a cached copy is never an old one."""
    return f"assets/pcf/plotly-{version('plotly')}.min.js"
