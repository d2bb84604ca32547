"""What all charts do to their axes: labels that fit, numbers as the language writes them, marks and bands."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from realty_cli.kit import formatting
from realty_cli.reports.charts.style import INK, ORANGE, QUIET, WIDTH, Pen, shortened
from realty_cli.reports.document import Unit

_MOST_LABELS = 12
#: Signs of a line of a label under its place, where there is room for all of them.
_UNDER = 14
#: What a legend of one line has room for.
_LEGEND_SIGNS = 92


def dates_of(pen: Pen) -> list[dt.date] | None:
    """The x of the chart as dates, if it says that they are dates."""
    if pen.chart.x_unit not in ("date", "moment"):
        return None
    try:
        return [one if isinstance(one, dt.date) else dt.date.fromisoformat(str(one)[:10]) for one in pen.chart.x]
    except ValueError:
        return None


def category_labels(pen: Pen, width: int = _UNDER) -> list[str]:
    """One label a place on x; dates as months or days, the year under where it begins."""
    language = pen.words.language
    dates = dates_of(pen)
    if dates is None:
        width = min(width, max(8, pen.room(92) // max(len(pen.chart.x), 1) - 1)) if width <= _UNDER else width
        return [shortened(pen.short(one, pen.chart.x_unit), width) for one in pen.chart.x]
    monthly = len(dates) > 1 and all(one.day == 1 for one in dates)
    labels, year = [], None
    for one in dates:
        label = formatting.short_month(one, language) if monthly else formatting.short_day(one, language)
        if one.year != year:
            label, year = f"{label}\n{one.year}", one.year
        labels.append(label)
    return labels


def name_places(axes: Axes, pen: Pen, count: int, labels: Sequence[str], offset: float = 0.0) -> None:
    """Write the labels under the places 0, 1, 2 ... of x, as many as there is room for."""
    longest = max((len(line) for one in labels for line in one.split("\n")), default=1)
    room = max(2, min(_MOST_LABELS, int(pen.room(92) / max(longest + 2, 5))))
    step = max(1, math.ceil(count / room))
    if pen.chart.kind == "waterfall" and count <= pen.room(_MOST_LABELS):
        step = 1  # each step is another thing, and no place between two names says what it is
    if pen.chart.x_unit == "date" and count > room:
        step = next((one for one in (1, 2, 3, 6, 12, 24) if one >= step), step)
    places = list(range(_first_place(pen, step), count, step))
    shown = [labels[place] for place in places]
    if (dates := dates_of(pen)) is not None:
        # The year stands where it is new among the labels that are left.
        years = [dates[place].year for place in places]
        shown = [
            label.partition("\n")[0] + (f"\n{year}" if not at or year != years[at - 1] else "")
            for at, (label, year) in enumerate(zip(shown, years, strict=True))
        ]
    axes.set_xticks([place + offset for place in places], shown)


def _first_place(pen: Pen, step: int) -> int:
    """Where the first label stands: so that Januaries, which name the year, are among them."""
    dates = dates_of(pen)
    if step == 1 or not dates or not all(one.day == 1 for one in dates):
        return 0
    return next((place % step for place, one in enumerate(dates) if one.month == 1), 0)


def value_axis(axes: Axes, pen: Pen, *, on: str = "y", unit: Unit | None = None, bins: int = 5) -> None:
    """Round steps, whole ones for counts, written as the language writes them."""
    axis = axes.yaxis if on == "y" else axes.xaxis
    unit = unit or pen.chart.unit
    axis.set_major_locator(
        MaxNLocator(nbins=bins, integer=unit in ("count", "score", "days"), steps=[1, 2, 2.5, 5, 10])
    )
    axis.set_major_formatter(FuncFormatter(lambda value, _at: pen.short(round(value, 10), unit)))


def name_axes(axes: Axes, pen: Pen) -> None:
    if pen.chart.x_label:
        axes.set_xlabel(pen.text(pen.chart.x_label))


def place_of(pen: Pen, at: Any) -> float | None:
    """Where on a categorical x a label or a value stands."""
    for place, one in enumerate(pen.chart.x):
        if one == at or str(one) == str(at):
            return float(place)
    dates = dates_of(pen)
    try:
        wanted = dt.date.fromisoformat(str(at)[:10])
    except ValueError:
        return None
    if not dates or not dates[0] <= wanted:
        return None
    return float(max(place for place, one in enumerate(dates) if one <= wanted))


def mark_places(axes: Axes, pen: Pen, places: Sequence[tuple[float, str]]) -> None:
    """Vertical dashes with their text on top; neighbours take turns in height."""
    low, high = axes.get_xlim()
    for number, (place, text) in enumerate(sorted(places)):
        axes.axvline(place, color=INK, linewidth=1.0, linestyle=(0, (2, 2)), zorder=3)
        right = place > low + (high - low) * 0.66
        axes.annotate(
            shortened(text, 30), (place, 1.0), xycoords=("data", "axes fraction"),
            xytext=(-4 if right else 4, 2 + 11 * (number % 2)), textcoords="offset points",
            ha="right" if right else "left", va="bottom", fontsize=9, color=INK, annotation_clip=False,
        )  # fmt: skip


def mark_band(axes: Axes, pen: Pen, annotation: Mapping[str, Any], *, on: str) -> None:
    """A band of values, such as an estimate with its interval."""
    low, high = float(annotation["low"]), float(annotation["high"])
    span, line = (axes.axvspan, axes.axvline) if on == "x" else (axes.axhspan, axes.axhline)
    span(low, high, color=ORANGE, alpha=0.22, linewidth=0, zorder=0, label=pen.text(str(annotation.get("text", ""))))
    for edge in (low, high):
        line(edge, color=ORANGE, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)


def bands(pen: Pen) -> list[Mapping[str, Any]]:
    return [one for one in pen.chart.annotations if one.get("low") is not None and one.get("high") is not None]


def legend(axes: Axes, pen: Pen) -> None:
    """Above the drawing, on the left, where there is more than one thing to tell apart."""
    handles, labels = axes.get_legend_handles_labels()
    if len(handles) < 2:
        return
    narrow = pen.width < WIDTH
    if narrow and pen.chart.kind == "line" and labels[0] in pen.chart.title:
        handles, labels = handles[1:], labels[1:]  # the title names it, and there is little room
    labels = [shortened(label, 40).replace("\n", " ") for label in labels]
    lengths = [len(label) + (6 if narrow else 9) for label in labels]
    room = pen.room(_LEGEND_SIGNS)
    columns = len(labels) if sum(lengths) <= room else max(1, room // max(lengths))
    lifted = 1.02 + (0.4 / pen.height if any("at" in one for one in pen.chart.annotations) else 0.0)
    axes.legend(
        handles, labels, loc="lower right" if narrow else "lower left",
        bbox_to_anchor=(1.0 if narrow else 0.0, lifted), ncols=columns,
        columnspacing=1.0 if narrow else 1.6, handlelength=1.6 if narrow else None,
    )  # fmt: skip


def nothing_here(axes: Axes, pen: Pen) -> None:
    """What stands in place of a drawing without numbers."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, pen.text(pen.words.word("nothing")), ha="center", va="center", color=QUIET, fontsize=10)
