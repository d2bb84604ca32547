"""Lines over time, survival in steps, and clouds of points."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes

from realty_cli.reports.charts import axes as common
from realty_cli.reports.charts.style import BLUE, COLOURS, DASHES, INK, MARKERS, QUIET, RED, WIDTH, Pen, numbers
from realty_cli.reports.document import Series

#: Values beyond which a line is thin and has no markers.
_MANY = 60


def line(axes: Axes, pen: Pen) -> None:
    count = len(pen.chart.x)
    places = [float(at) for at in range(count)]
    unfinished = next((common.place_of(pen, one["at"]) for one in pen.chart.annotations if one.get("partial")), None)
    colour = 0
    for number, one in enumerate(pen.chart.series):
        style, moved = _style(one, colour, number)
        if one.style == "dotted" and number:  # the end of the line before it
            style |= {
                "color": COLOURS[(colour - 1) % 6],
                "marker": MARKERS[(colour - 1) % 6],
                "markerfacecolor": "white",
            }
            moved = 0
        colour += moved
        _bands(axes, pen, one, places, style["color"])
        if one.style == "band":
            continue
        values = numbers(one.values)
        ends = count if unfinished is None or one.role != "actual" else int(unfinished)
        axes.plot(places[:ends], values[:ends], label=one.name, **style)
        if ends < count:
            begin = max(ends - 1, 0)
            rest = {**style, "linestyle": (0, (1, 1.5)), "markerfacecolor": "white"}
            axes.plot(places[begin:], values[begin:], markevery=slice(1, None), **rest)
    _join_forecast(axes, pen, places)
    common.name_places(axes, pen, count, common.category_labels(pen))
    axes.set_xlim(-0.4, max(count - 0.6, 0.6))
    _from_zero_if_near(axes)
    _finish(axes, pen)


def steps(axes: Axes, pen: Pen) -> None:
    places = numbers(pen.chart.x)
    for number, one in enumerate(pen.chart.series):
        colour = COLOURS[number % len(COLOURS)]
        axes.step(places, numbers(one.values), where="post", color=colour, label=one.name, linestyle=DASHES[number % 6])
        if one.low is not None and one.high is not None:
            axes.fill_between(
                places, numbers(one.low), numbers(one.high), step="post", color=colour, alpha=0.15, linewidth=0
            )
    axes.set_ylim(0, 1.03 if pen.chart.unit == "ratio" else None)
    axes.set_xlim(min(places, default=0), max(places, default=1) or 1)
    common.value_axis(
        axes, pen, on="x", unit=pen.chart.x_unit if pen.chart.x_unit != "text" else "count", bins=pen.room(8)
    )
    _finish(axes, pen)


def scatter(axes: Axes, pen: Pen) -> None:
    places = numbers(pen.chart.x)
    number = -1
    for one in pen.chart.series:
        number += one.role != "marker" and one.style != "band"
        if one.style == "band" and one.low is not None and one.high is not None:
            drawn = sorted(zip(places, numbers(one.low), numbers(one.high), strict=True))
            axes.fill_between(
                [x for x, _, _ in drawn], [low for _, low, _ in drawn], [high for _, _, high in drawn],
                color=BLUE, alpha=0.13, linewidth=0, label=one.name,
            )  # fmt: skip
            continue
        if one.role == "marker":
            axes.scatter(
                places, numbers(one.values), s=110, marker="D", color=RED, edgecolors=INK, linewidths=1.0, zorder=5,
                label=one.name,
            )  # fmt: skip
        else:
            axes.scatter(
                places, numbers(one.values), s=26, marker=MARKERS[number % 6], color=COLOURS[number % 6], alpha=0.75,
                edgecolors="white", linewidths=0.5, zorder=3, label=one.name,
            )  # fmt: skip
    common.value_axis(
        axes, pen, on="x", unit=pen.chart.x_unit if pen.chart.x_unit != "text" else "count", bins=pen.room(8)
    )
    axes.grid(visible=True, axis="both")
    axes.margins(x=0.06, y=0.12)
    _finish(axes, pen)


def sparkline(axes: Axes, pen: Pen) -> None:
    for one in pen.chart.series[:1]:
        values = numbers(one.values)
        axes.plot(range(len(values)), values, color=BLUE)
        if values and not math.isnan(values[-1]):
            axes.plot([len(values) - 1], [values[-1]], marker="o", color=RED, markersize=6)
            axes.annotate(
                pen.short(values[-1]), (len(values) - 1, values[-1]), xytext=(7, 0), textcoords="offset points",
                va="center",
            )  # fmt: skip
    axes.set_axis_off()
    axes.margins(x=0.12, y=0.2)


def _style(one: Series, colour: int, number: int) -> tuple[dict[str, Any], int]:
    """How a series is drawn, and whether it took a colour."""
    if one.role == "comparison":
        many = len(one.values) > _MANY
        return {"color": INK if many else QUIET, "linewidth": 1.5 if many else 1.2, "linestyle": (0, (4, 2))}, 0
    if one.role == "forecast":
        return {"color": BLUE, "linestyle": (0, (5, 2)), "marker": "o", "markerfacecolor": "white", "markersize": 4}, 0
    dash = {"solid": DASHES[number % 6], "dashed": DASHES[1], "dotted": DASHES[2], "band": DASHES[0]}[one.style]
    style = {"color": COLOURS[colour % 6], "linestyle": dash, "marker": MARKERS[colour % 6]}
    if len(one.values) > _MANY:
        style |= {"marker": "", "linewidth": 0.9, "alpha": 0.7}
    return style, 1


def _bands(axes: Axes, pen: Pen, one: Series, places: list[float], colour: str) -> None:
    """The wider band under the narrower one, both from the last value that is known."""
    pairs = ((one.lowest, one.highest, 0.12, "range_95", 0.95), (one.low, one.high, 0.28, "range_80", 0.8))
    for low, high, alpha, word, share in pairs:
        if low is not None and high is not None:
            label = pen.words.word(word) if one.role == "forecast" else ""
            if label and pen.width < WIDTH:
                label = pen.short(share, "ratio")
            axes.fill_between(places, numbers(low), numbers(high), color=colour, alpha=alpha, linewidth=0, label=label)


def _join_forecast(axes: Axes, pen: Pen, places: list[float]) -> None:
    """The last known point and the first of the forecast belong together."""
    known = next((one for one in pen.chart.series if one.role == "actual"), None)
    ahead = next((one for one in pen.chart.series if one.role == "forecast"), None)
    if known is None or ahead is None:
        return
    last = max((at for at, value in enumerate(known.values) if value is not None), default=None)
    first = min((at for at, value in enumerate(ahead.values) if value is not None), default=None)
    if last is None or first is None or first <= last:
        return
    ends = (known.values[last], ahead.values[first])
    axes.plot([places[last], places[first]], numbers(ends), color=BLUE, linestyle=(0, (5, 2)), linewidth=1.4)


def _from_zero_if_near(axes: Axes) -> None:
    low, high = axes.get_ylim()
    if 0 < low < high * 0.5 or -0.08 * high < low < 0:
        axes.set_ylim(0, high)
    elif low == high:
        axes.set_ylim(low - 1, high + 1)


def _finish(axes: Axes, pen: Pen) -> None:
    for one in common.bands(pen):
        common.mark_band(axes, pen, one, on="y")
    common.value_axis(axes, pen)
    common.name_axes(axes, pen)
    place: Callable[[Any], float | None] = (
        (lambda at: float(at)) if pen.chart.kind in ("scatter", "steps") else (lambda at: common.place_of(pen, at))
    )
    found = [(place(one["at"]), str(one["text"])) for one in pen.chart.annotations if "at" in one and one.get("text")]
    common.mark_places(axes, pen, [(at, text) for at, text in found if at is not None])
    common.legend(axes, pen)
