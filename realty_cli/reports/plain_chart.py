"""The simplest drawing that needs no library: one value a row as a bar. Where matplotlib is not installed."""

from __future__ import annotations

from html import escape

from realty_cli.reports.document import Chart
from realty_cli.reports.wording import Wording, x_labels

_MOST_ROWS = 30
_ROW, _LEFT, _WIDE = 22, 210, 660
_PLAIN_KINDS = ("bar", "hbar", "funnel", "histogram", "line")


def bars(chart: Chart, words: Wording) -> str | None:
    """An SVG of the first series, or None for what bars cannot show; the table of the chart has all of it."""
    if chart.kind not in _PLAIN_KINDS or not chart.series:
        return None
    rows = [
        (label, value)
        for label, value in zip(x_labels(chart, words), chart.series[0].values, strict=False)
        if value is not None and value >= 0
    ][-_MOST_ROWS:]
    most = max((value for _label, value in rows), default=0)
    if not most:
        return None
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDE} {_ROW * len(rows)}" '
        f'width="{_WIDE}" height="{_ROW * len(rows)}" font-size="12" fill="#1a1d21">',
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt)}</desc>",
    ]
    for at, (label, value) in enumerate(rows):
        middle, length = at * _ROW + 15, round((_WIDE - _LEFT - 110) * value / most, 1)
        shown = escape(words.short(value, chart.unit, chart.currency))
        cut = label if len(label) <= 30 else label[:29] + "…"
        lines.append(f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{escape(cut)}</text>')
        lines.append(f'<rect x="{_LEFT}" y="{at * _ROW + 4}" width="{length}" height="{_ROW - 8}" fill="#0072B2"/>')
        lines.append(f'<text x="{_LEFT + length + 6}" y="{middle}">{shown}</text>')
    return "\n".join([*lines, "</svg>"])
