"""Heatmaps: a colour and a number in each cell, grey where the sample is too small to mean anything."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from realty_cli.reports.charts import axes as common
from realty_cli.reports.charts.style import BLUE, INK, PALE, QUIET, Pen, numbers, shortened

#: Fewer observations than this say nothing of a cell.
FEW = 8
#: Points of an inch that the cells have beside the names of rows.
_POINTS_OF_CELLS = 66
#: Columns beyond which a cell has no room for its number.
_TOLD = 40
_SHADES = LinearSegmentedColormap.from_list("realty", ["#e6f1f8", "#8fc1e0", BLUE, "#00426b"])


def heatmap(axes: Axes, pen: Pen) -> None:
    rows = [numbers(one.values) for one in pen.chart.series]
    columns = len(pen.chart.x)
    known = [value for row in rows for value in row if not math.isnan(value)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    # Three figures have to fit into a cell.
    size = min(9.0, max(6.0, pen.width * _POINTS_OF_CELLS / max(columns, 1) / 1.75))
    for at, row in enumerate(rows):
        for place, value in enumerate(row[:columns]):
            few = _few(pen, at, place)
            share = 0.0 if math.isnan(value) or high == low else (value - low) / (high - low)
            face = PALE if few or math.isnan(value) else _SHADES(share)
            axes.add_patch(Rectangle((place - 0.48, at - 0.46), 0.96, 0.92, facecolor=face, linewidth=0))
            if math.isnan(value):
                text, ink = "·", QUIET
            else:
                text = _within(pen, value, columns)
                ink = QUIET if few or not value else "white" if share > 0.5 else INK
            if columns <= pen.room(_TOLD):
                axes.text(place, at, text, ha="center", va="center", fontsize=size, color=ink)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [shortened(one.name, 22) for one in pen.chart.series])
    labels = [pen.short(one, pen.chart.x_unit) for one in pen.chart.x]
    step = 1 if max(map(len, labels), default=1) * columns <= 90 else math.ceil(max(map(len, labels)) * columns / 90)
    axes.set_xticks(range(0, columns, step), labels[::step])
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    common.name_axes(axes, pen)


def _few(pen: Pen, row: int, column: int) -> bool:
    try:
        return pen.chart.counts[row][column] < FEW
    except IndexError:
        return False


def _within(pen: Pen, value: float, columns: int) -> str:
    """A share as whole percents; without the sign where cells are narrow, for the title says what they are."""
    if pen.chart.unit == "ratio" and columns > 10:
        return str(round(value * 100))
    return pen.short(value)
