"""Bars: upright over time, lying for what is largest, and their kin (funnel, histogram, waterfall, bullet, dots)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes

from realty_cli.reports.charts import axes as common
from realty_cli.reports.charts.style import (
    BLUE,
    COLOURS,
    GREEN,
    GRID,
    HATCHES,
    INK,
    PALE,
    QUIET,
    RED,
    WIDTH,
    Pen,
    numbers,
)  # fmt: skip
from realty_cli.reports.document import Unit
from realty_cli.reports.wording import NBSP

#: More rows than a page has room for stand in the table alone.
MOST_ROWS = 30
_LABELLED_BARS = 14
#: Signs of labels that stand beside one another over the whole width.
_SIGNS = 100
#: Bars beyond which each is a line.
_LINES = 300
#: Steps of a waterfall beyond which there is no room for their numbers.
_STEPS = 16


def bar(axes: Axes, pen: Pen) -> None:
    shown, count = pen.chart.series, len(pen.chart.x)
    width = 0.76 / max(len(shown), 1)
    for number, one in enumerate(shown):
        offset = (number - (len(shown) - 1) / 2) * width
        values = numbers(one.values)
        places = [at + offset for at in range(count)]
        if count * len(shown) > _LINES:  # thinner than a hatch: one drawing in place of a thousand
            axes.vlines(places, 0, values, color=COLOURS[number % 6], linewidth=1.0, label=one.name)
            continue
        drawn = axes.bar(
            places, values, width * 0.94, label=one.name,
            color=COLOURS[number % 6], hatch=HATCHES[number % 6], edgecolor="white", linewidth=0.4,
        )  # fmt: skip
        labels = [_or_nothing(pen, value) for value in values]
        if _labels_fit(pen, labels, count * len(shown)):
            axes.bar_label(drawn, labels, padding=2, fontsize=9)
    _upright(axes, pen, count)


def stacked_bar(axes: Axes, pen: Pen) -> None:
    count = len(pen.chart.x)
    feet = [0.0] * count
    for number, one in enumerate(pen.chart.series):
        values = [0.0 if math.isnan(value) else value for value in numbers(one.values)]
        axes.bar(
            range(count), values, 0.72, bottom=feet, label=one.name, color=COLOURS[number % 6],
            hatch=HATCHES[number % 6], edgecolor="white", linewidth=0.6,
        )  # fmt: skip
        feet = [foot + value for foot, value in zip(feet, values, strict=True)]
    labels = [_or_nothing(pen, total) for total in feet]
    if _labels_fit(pen, labels, count):
        for at, total in enumerate(feet):
            axes.annotate(
                labels[at], (at, total), xytext=(0, 2), textcoords="offset points", ha="center",
                va="bottom", fontsize=9,
            )  # fmt: skip
    _upright(axes, pen, count)


def _labels_fit(pen: Pen, labels: Sequence[str], count: int) -> bool:
    """Whether so many bars beside one another have room for what stands on them."""
    longest = max(map(len, labels), default=0)
    return count <= pen.room(_LABELLED_BARS) and count * (longest + 1) <= pen.room(_SIGNS)


def histogram(axes: Axes, pen: Pen) -> None:
    values = numbers(pen.chart.series[0].values)
    count = len(values)
    axes.bar(range(count), values, 0.98, align="edge", color=BLUE, edgecolor="white", linewidth=0.6)
    edges = len(pen.chart.x) == count + 1
    if edges:
        labels = [pen.short(one, pen.chart.x_unit) for one in pen.chart.x]
        common.name_places(axes, pen, count + 1, labels)
    else:
        common.name_places(axes, pen, count, common.category_labels(pen), offset=0.5)
    axes.set_xlim(-0.1, count + 0.1)
    common.value_axis(axes, pen)
    common.name_axes(axes, pen)
    _room_above(axes, pen)
    marks = [
        (_in_bins(pen, one["at"], edges), str(one.get("text", ""))) for one in pen.chart.annotations if "at" in one
    ]
    common.mark_places(axes, pen, [(at, text) for at, text in marks if at is not None])


def hbar(axes: Axes, pen: Pen) -> None:
    rows = min(len(pen.chart.x), MOST_ROWS)
    shown = pen.chart.series
    height = 0.74 / max(len(shown), 1)
    for number, one in enumerate(shown):
        values = numbers(one.values)[:rows]
        places = [at + (number - (len(shown) - 1) / 2) * height for at in range(rows)]
        drawn = axes.barh(
            places, values, height * 0.92, label=one.name, color=COLOURS[number % 6], hatch=HATCHES[number % 6],
            edgecolor="white", linewidth=0.4,
        )  # fmt: skip
        axes.bar_label(drawn, [_or_nothing(pen, value) for value in values], padding=4, fontsize=9)
    _lying(axes, pen, rows)
    common.legend(axes, pen)


def funnel(axes: Axes, pen: Pen) -> None:
    """What is left at each stage, and its share of the stage before."""
    rows = min(len(pen.chart.x), MOST_ROWS)
    values = numbers(pen.chart.series[0].values)[:rows]
    axes.barh(range(rows), values, 0.7, color=BLUE)
    for at, value in enumerate(values):
        text = _or_nothing(pen, value)
        before = values[at - 1] if at else math.nan
        if at and before and not math.isnan(before) and not math.isnan(value):
            text += f"{NBSP}{NBSP}·{NBSP}{NBSP}" + pen.short(value / before, "ratio")
        axes.annotate(
            text, (0 if math.isnan(value) else value, at), xytext=(5, 0), textcoords="offset points", va="center",
        )  # fmt: skip
    _lying(axes, pen, rows, room=0.24)
    axes.set_xlabel(pen.text(pen.chart.x_label or pen.words.word("share_before")), loc="right")


def dots(axes: Axes, pen: Pen) -> None:
    """Rows with a dot at their value; the reader's own is larger, of another shape and named in bold."""
    rows = min(len(pen.chart.x), MOST_ROWS)
    own: set[int] = set()
    narrow = pen.width < WIDTH
    unit: Unit | None = "money" if narrow and pen.chart.unit == "money_per_m2" else None  # the title names its measure
    axes.hlines(range(rows), 0, 1, transform=axes.get_yaxis_transform(), color=GRID, linewidth=0.6, zorder=0)
    for one in pen.chart.series:
        values = numbers(one.values)[:rows]
        mine = one.role == "marker"
        own |= {at for at, value in enumerate(values) if mine and not math.isnan(value)}
        axes.scatter(
            values, range(rows), s=90 if mine else 42, marker="D" if mine else "o", color=RED if mine else BLUE,
            edgecolors=INK if mine else "white", linewidths=0.9, zorder=4, label=one.name,
        )  # fmt: skip
        for at, value in enumerate(values):
            if not math.isnan(value):
                axes.annotate(
                    pen.short(value, unit), (1.0, at), xycoords=("axes fraction", "data"), ha="right", va="center",
                    fontweight="bold" if mine else "normal", backgroundcolor="white", zorder=3,
                )  # fmt: skip
    for band in common.bands(pen):
        common.mark_band(axes, pen, band, on="x")
    _lying(axes, pen, rows, room=0.75 if narrow else 0.3, zero=False)
    for at in own:
        axes.get_yticklabels()[at].set_fontweight("bold")
    common.legend(axes, pen)


def waterfall(axes: Axes, pen: Pen) -> None:
    values = [0.0 if math.isnan(one) else one for one in numbers(pen.chart.series[0].values)]
    level, count, falls = 0.0, len(values), 0
    for at, value in enumerate(values):
        whole = at in (0, count - 1)
        foot = 0.0 if whole else level
        colour, hatch = (BLUE, "") if whole else (GREEN, "") if value >= 0 else (RED, "////")
        axes.bar(at, value, 0.66, bottom=foot, color=colour, hatch=hatch, edgecolor="white", linewidth=0.4)
        # What is taken away stands under its bar: neighbours have room beside one another.
        below = value < 0 and not whole
        falls += below
        end = min(foot, foot + value) if below else max(foot, foot + value)
        if count > pen.room(_STEPS):
            level = value if whole else level + value
            continue
        axes.annotate(
            pen.short(value) if whole else pen.signed(value), (at, end),
            xytext=(0, -3 - 10 * ((falls - 1) % 2) if below else 2), textcoords="offset points", ha="center",
            va="top" if below else "bottom", fontsize=9,
        )  # fmt: skip
        level = value if whole else level + value
        if at < count - 1:
            axes.plot([at + 0.33, at + 0.67], [level, level], color=QUIET, linewidth=0.8)
    axes.axhline(0, color=QUIET, linewidth=0.8)
    _upright(axes, pen, count, from_zero=False)
    if count <= pen.room(_STEPS):
        axes.set_yticks([])  # every bar has its number


def bullet(axes: Axes, pen: Pen) -> None:
    """A thick bar of what is, over a pale one of what was planned, and a tick where one should be by now."""
    rows = min(len(pen.chart.x), MOST_ROWS)
    by_role = {one.role: one for one in pen.chart.series}
    target, now, fact = by_role.get("comparison"), by_role.get("marker"), by_role.get("actual")
    if target is not None:
        axes.barh(
            range(rows), numbers(target.values)[:rows], 0.72, color=PALE, edgecolor=QUIET, linewidth=0.8,
            label=target.name,
        )  # fmt: skip
    if fact is not None:
        axes.barh(range(rows), numbers(fact.values)[:rows], 0.34, color=BLUE, label=fact.name)
    if now is not None:
        axes.scatter(numbers(now.values)[:rows], range(rows), marker="|", s=330, linewidths=2.4, color=INK, zorder=5)
        axes.plot([], [], "|", color=INK, markersize=9, markeredgewidth=2.4, label=now.name)
    ends: Sequence[Any] = [one.values for one in pen.chart.series]
    for at in range(rows):
        reached = max((float(values[at]) for values in ends if values[at] is not None), default=0.0)
        if fact is not None:
            axes.annotate(
                _or_nothing(pen, numbers(fact.values)[at]), (reached, at), xytext=(7, 0), textcoords="offset points",
                va="center", fontweight="bold",
            )  # fmt: skip
    _lying(axes, pen, rows, room=0.14)
    common.legend(axes, pen)


def _upright(axes: Axes, pen: Pen, count: int, *, from_zero: bool = True) -> None:
    common.name_places(axes, pen, count, common.category_labels(pen))
    axes.set_xlim(-0.6, max(count - 0.4, 0.6))
    common.value_axis(axes, pen)
    _room_above(axes, pen)
    if from_zero and axes.get_ylim()[0] > 0:
        axes.set_ylim(bottom=0)
    common.name_axes(axes, pen)
    found = [
        (common.place_of(pen, one["at"]), str(one.get("text", ""))) for one in pen.chart.annotations if "at" in one
    ]
    common.mark_places(axes, pen, [(at, text) for at, text in found if at is not None and text])
    for band in common.bands(pen):
        common.mark_band(axes, pen, band, on="y")
    common.legend(axes, pen)


def _lying(axes: Axes, pen: Pen, rows: int, *, room: float = 0.12, zero: bool = True) -> None:
    labels = common.category_labels(pen, width=max(pen.room(30), 17))[:rows]
    axes.set_yticks(range(rows), labels)
    axes.set_ylim(rows - 0.45, -0.55)
    low, high = axes.get_xlim()
    if zero:
        low = min(low, 0.0)
        axes.set_xlim(low, high + (high - low) * room if high > 0 else 1)
        axes.axvline(0, color=QUIET, linewidth=0.8)
    else:
        axes.set_xlim(low - (high - low) * 0.04, high + (high - low) * room)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    if pen.chart.x_label and pen.chart.kind != "funnel":
        axes.set_xlabel(pen.text(pen.chart.x_label))


def _room_above(axes: Axes, pen: Pen) -> None:
    """For the numbers on top of the bars."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + (high - low) * 0.16 / pen.height if high > low else low + 1)


def _or_nothing(pen: Pen, value: float) -> str:
    return "" if math.isnan(value) else pen.short(value)


def _in_bins(pen: Pen, at: Any, edges: bool) -> float | None:
    """Where a value stands among the edges of a histogram; a label stands in the middle of its bin."""
    if not edges:
        place = common.place_of(pen, at)
        return None if place is None else place + 0.5
    bounds = [float(one) for one in pen.chart.x]
    value = min(max(float(at), bounds[0]), bounds[-1])
    for place, (low, high) in enumerate(pairwise(bounds)):
        if low <= value <= high:
            return place + ((value - low) / (high - low) if high > low else 0.0)
    return None
