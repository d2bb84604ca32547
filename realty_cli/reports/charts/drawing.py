"""A chart as SVG or PNG. Only what stands in this folder knows matplotlib; its state is never touched, but for settings
that one drawing at a time holds under a lock."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from realty_cli.reports.charts import axes as common
from realty_cli.reports.charts.bars import MOST_ROWS, bar, bullet, dots, funnel, hbar, histogram, stacked_bar, waterfall
from realty_cli.reports.charts.grid import heatmap
from realty_cli.reports.charts.lines import line, scatter, sparkline, steps
from realty_cli.reports.charts.place import place
from realty_cli.reports.charts.style import HALF, QUIET, RC, WIDTH, Pen
from realty_cli.reports.document import Chart, ChartKind
from realty_cli.reports.typeface import BOLD, FAMILY, REGULAR, drawable
from realty_cli.reports.wording import Wording

_KINDS: dict[ChartKind, Callable[[Axes, Pen], None]] = {
    "line": line, "steps": steps, "scatter": scatter, "sparkline": sparkline, "bar": bar, "hbar": hbar,
    "stacked_bar": stacked_bar, "histogram": histogram, "funnel": funnel, "waterfall": waterfall, "bullet": bullet,
    "dots": dots, "heatmap": heatmap, "map": place,
}  # fmt: skip
_LYING = ("hbar", "funnel", "bullet", "dots")
_PIXELS_AN_INCH = 160
#: Inches of what wants to be nearly as high as it is wide, in half of the width.
_SQUARE = 2.6
_ONE_AT_A_TIME = threading.Lock()
_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
#: Where a title may end its line: a no-break space holds a number and its unit together.
_SPACES = re.compile("[ \t\n]+")
_NAMED = re.compile(r'(\bid="|(?:xlink:)?href="#|url\(#)')


def draw(
    chart: Chart, words: Wording, form: Literal["svg", "png"], *, titled: bool = True, compact: bool = False,
    half: bool = False,
) -> bytes:  # fmt: skip
    """The chart at the width of a page, or of half of it; the same chart gives the same bytes. Without its title where
    the page that takes it writes that itself."""
    pen = Pen(chart, words, _height(chart, compact, half), compact, HALF if half else WIDTH)
    with _ONE_AT_A_TIME:
        for path in (REGULAR, BOLD):
            _known_font(str(path))
        settings: Any = {**RC, "font.family": [FAMILY], "svg.hashsalt": f"realty {chart.name}"}
        with mpl.rc_context(settings):
            return _drawn(pen, form, titled)


def has_values(chart: Chart) -> bool:
    return bool(chart.x) and any(value is not None for one in chart.series for value in one.values)


def _drawn(pen: Pen, form: str, titled: bool) -> bytes:
    lines = _lines(pen) if titled else []
    above = 0.1 + sum(size * 1.45 / 72 for _, size, _ in lines) + (0.06 if lines else 0.0)
    figure = Figure(figsize=(pen.width, pen.height + above), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0, 1, pen.height / (pen.height + above)), w_pad=0.04, h_pad=0.04)  # type: ignore[union-attr,call-arg]
    axes = figure.add_subplot()
    if has_values(pen.chart):
        _KINDS[pen.chart.kind](axes, pen)
    else:
        common.nothing_here(axes, pen)
    top = pen.height + above - 0.06
    for text, size, weight in lines:
        figure.text(
            0.006, top / (pen.height + above), text, va="top", ha="left", fontsize=size, fontweight=weight,
            color=QUIET if weight == "normal" else None,
        )  # fmt: skip
        top -= size * 1.45 / 72
    if form == "png":
        return _png(figure)
    return _svg(figure, pen)


def _lines(pen: Pen) -> list[tuple[str, float, str]]:
    lines = [(one, 11.5, "bold") for one in _wrapped(pen.chart.title, pen.room(72))]
    return lines + [(one, 9.0, "normal") for one in _wrapped(pen.chart.subtitle, pen.room(100))]


def _wrapped(text: str, width: int, most: int = 3) -> list[str]:
    lines: list[str] = []
    for word in filter(None, _SPACES.split(drawable(text))):
        word = word if len(word) <= width else word[: width - 1] + "…"
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        elif len(lines) == most:
            lines[-1] += "…"
            break
        else:
            lines.append(word)
    return lines


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(out, format="png", dpi=_PIXELS_AN_INCH, metadata={"Software": None})
    return out.getvalue()


def _svg(figure: Figure, pen: Pen) -> bytes:
    """Without prologue and metadata, so that it also stands inside a page, and with ids of its own."""
    out = io.StringIO()
    FigureCanvasSVG(figure)
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = _METADATA.sub("", _PROLOGUE.sub("", out.getvalue(), count=1), count=1)
    # Two widths of one chart may stand on one page.
    named = pen.chart.name if pen.width == WIDTH else f"{pen.chart.name} {pen.width}"
    prefix = "c" + sha256(named.encode("utf-8", "replace")).hexdigest()[:8] + "-"
    text = _NAMED.sub(lambda hit: hit[0] + prefix, text)
    label = f'role="img" aria-labelledby="{prefix}title {prefix}desc"'
    title = f'<title id="{prefix}title">{_xml(pen.chart.title)}</title>'
    described = f'<desc id="{prefix}desc">{_xml(pen.chart.alt)}</desc>'
    opening, rest = text.split(">", 1)
    return f"{opening} {label}>\n{title}\n{described}{rest}".encode()


def _xml(text: str) -> str:
    plain = drawable(text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _height(chart: Chart, compact: bool, half: bool) -> float:
    rows = min(len(chart.x), MOST_ROWS)
    if not has_values(chart):
        return 0.8
    if chart.kind == "sparkline":
        return 0.6
    if chart.kind in _LYING:
        each = (0.24 if compact else 0.26 if half else 0.3) if max(len(str(one)) for one in chart.x) <= 30 else 0.38
        bars = len(chart.series) if chart.kind == "hbar" else 1
        # The legend of a narrow bullet has a line for each of its series.
        legend = 0.17 * (len(chart.series) - 1) if half and chart.kind == "bullet" else 0.0
        return 0.55 + legend + rows * each * max(1.0, bars * 0.62)
    if chart.kind == "heatmap":
        return 0.45 + 0.24 * len(chart.series)
    if chart.kind == "map":
        return _SQUARE if half else 3.4
    if chart.kind == "scatter" and half:
        return _SQUARE
    return 1.75 if compact else 1.85 if half else 2.1


def _known_font(path: str) -> None:
    if not any(one.fname == path for one in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(path)
