"""Charts that a spreadsheet draws itself, from the cells of the table beside them. What a kind needs beyond its table
(the foot of a bar that hangs, the corners of steps) stands in hidden columns to the right."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from realty_cli.reports.document import Chart
from realty_cli.reports.wording import Wording

_TYPES: dict[str, dict[str, str]] = {
    "line": {"type": "line"}, "bar": {"type": "column"}, "hbar": {"type": "bar"}, "funnel": {"type": "bar"},
    "stacked_bar": {"type": "column", "subtype": "stacked"}, "histogram": {"type": "column"},
    "sparkline": {"type": "line"}, "dots": {"type": "bar"}, "steps": {"type": "scatter", "subtype": "straight"},
    "scatter": {"type": "scatter"}, "map": {"type": "scatter"}, "waterfall": {"type": "column", "subtype": "stacked"},
    "bullet": {"type": "bar", "subtype": "stacked"},
}  # fmt: skip
_BLUE, _RED, _GREEN, _PALE, _GRID, _INK = "#0072B2", "#D55E00", "#009E73", "#E3E8ED", "#D9DDE2", "#1A1D21"
_COLOURS = (_BLUE, _RED, _GREEN, "#9C4F7F", "#E69F00", "#56B4E9")
_MOST_POINTS = 500
#: Columns between a table and what its chart hides: as many as the chart covers.
_COVERED = 14
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the table of a chart stands: the row of its heads, its last row, and how many columns it has."""

    head: int
    last: int
    columns: int


def insert(
    book: Any, sheet: Any, chart: Chart, place: Place, words: Wording, clean: Callable[[str], str], code: str
) -> None:
    """Draw the chart beside its table; a kind that no spreadsheet has, or too many points, are left to the table.
    `code` is how its numbers are written."""
    kind = _TYPES.get(chart.kind)
    if kind is None or place.last - place.head > _MOST_POINTS:
        return
    drawn = book.add_chart(kind)
    native = _Native(sheet, drawn, chart, place, words, clean)
    {
        "scatter": native.scatter, "steps": native.steps, "map": native.map, "waterfall": native.waterfall,
        "bullet": native.bullet,
    }.get(chart.kind, native.plain)()  # fmt: skip
    drawn.set_title({"name": clean(chart.title)[:250], "name_font": {"size": 11}, "overlay": False})
    alone = chart.kind == "waterfall" or (len(chart.series) < 2 and not native.banded)
    drawn.set_legend({"position": "bottom", "none": alone, "delete_series": native.unnamed})
    lines = {"visible": True, "line": {"color": _GRID}}
    code = code.replace(".00", "")
    if kind["type"] == "bar":
        drawn.set_x_axis({"num_format": code, "major_gridlines": lines})
        drawn.set_y_axis({"reverse": True})
    else:
        drawn.set_y_axis({"num_format": "0.0" if chart.kind == "map" else code, "major_gridlines": lines})
    drawn.show_hidden_data()
    drawn.set_size({"width": 720, "height": 340})
    sheet.insert_chart(2, place.columns + 1, drawn, {"description": clean(chart.alt)[:500]})


class _Native:
    def __init__(
        self, sheet: Any, drawn: Any, chart: Chart, place: Place, words: Wording, clean: Callable[[str], str]
    ) -> None:
        self.sheet, self.drawn, self.chart, self.place, self.words = sheet, drawn, chart, place, words
        self.clean = clean
        self.name = sheet.get_name()
        self.hidden = place.columns + _COVERED
        #: Series that the legend leaves out, and whether there are bands.
        self.unnamed: list[int] = []
        self.banded = False

    def plain(self) -> None:
        """A column of the table a series, and the bounds of a band as thin lines."""
        at, filled = 1, _TYPES[self.chart.kind]["type"] in ("column", "bar")
        for number, one in enumerate(self.chart.series):
            colour = _COLOURS[number % len(_COLOURS)]
            look: dict[str, Any] = {"line": {"color": colour, "width": 2}}
            if filled:
                look["fill"] = {"color": colour}
            elif one.style in ("dashed", "dotted"):
                look["line"]["dash_type"] = "dash" if one.style == "dashed" else "round_dot"
            if one.style == "dotted":  # of a single point there is no line
                look["marker"] = {"type": "circle", "size": 5, "fill": {"color": colour}}
            self.column(at, look)
            at += 1
            for bound in (one.low, one.high, one.lowest, one.highest):
                if bound is not None:
                    if not filled:
                        self.banded = True
                        self.column(at, {"line": {"color": colour, "width": 0.75, "dash_type": "dash"}})
                    at += 1

    def scatter(self) -> None:
        for at, one in enumerate(self.chart.series, 1):
            self.column(at, {"marker": _marker(own=one.role == "marker")})

    def steps(self) -> None:
        """A scatter joins points by slopes: each fall gets a corner."""
        for number, one in enumerate(self.chart.series):
            known = [(x, y) for x, y in zip(self.chart.x, one.values, strict=False) if y is not None]
            corners = known[:1] + [spot for (_x, y), (x, fallen) in pairwise(known) for spot in ((x, y), (x, fallen))]
            across, up = self.keep([x for x, _y in corners]), self.keep([y for _x, y in corners])
            self.drawn.add_series({
                "name": self.clean(one.name), "categories": across, "values": up,
                "line": {"color": _COLOURS[number % len(_COLOURS)], "width": 2}, "marker": {"type": "none"},
            })  # fmt: skip

    def map(self) -> None:
        """Places by number around the subject, which is where both axes are nought."""
        labels = [{"value": found[0]} if (found := _NUMBER.search(str(one))) else {} for one in self.chart.x]
        head, last = self.place.head, self.place.last
        self.drawn.add_series({
            "name": self.clean(" / ".join(one.name for one in self.chart.series[:2])),
            "categories": [self.name, head + 1, 1, last, 1], "values": [self.name, head + 1, 2, last, 2],
            "marker": _marker(own=False), "data_labels": {"value": True, "custom": labels, "position": "right"},
        })  # fmt: skip
        self.drawn.add_series({"categories": self.keep([0]), "values": self.keep([0]), "marker": _marker(own=True)})
        self.unnamed = [1]
        self.drawn.set_x_axis({"name": self.clean(self.chart.series[0].name), "num_format": "0.0"})
        self.drawn.set_y_axis({"name": self.clean(self.chart.series[1].name)})

    def waterfall(self) -> None:
        """Each bar begins where the one before ended. A stack grows away from nought on both sides, so what stands
        above and what stands below are series of their own, on a foot that is not drawn."""
        values = [one or 0.0 for one in self.chart.series[0].values]
        feet, above, below, points = [], [], [], []
        level = 0.0
        for at, value in enumerate(values):
            whole = at in (0, len(values) - 1)
            start, level = (0.0, value) if whole else (level, level + value)
            low, high = sorted((start, level))
            foot = max(low, 0.0) + min(high, 0.0)
            feet.append(foot)
            above.append(max(high, 0.0) - max(foot, 0.0))
            below.append(min(low, 0.0) - min(foot, 0.0))
            points.append({"fill": {"color": _BLUE if whole else _GREEN if value >= 0 else _RED}})
        names = [self.name, self.place.head + 1, 0, self.place.last, 0]
        nothing = {"fill": {"none": True}, "border": {"none": True}}
        self.drawn.add_series({"categories": names, "values": self.keep(feet), "gap": 50, **nothing})
        for part in (above, below):
            labels = [
                {"value": self.words.short(value, self.chart.unit, self.chart.currency)} if size else {"delete": True}
                for value, size in zip(values, part, strict=True)
            ]
            self.drawn.add_series({
                "categories": names, "values": self.keep(part), "points": points,
                "data_labels": {"value": True, "custom": labels},
            })  # fmt: skip

    def bullet(self) -> None:
        """What is, then what is missing of what was expected by now, then what is left to the target."""
        by_role = {one.role: one for one in self.chart.series}
        actual, target = by_role["actual"], by_role["comparison"]
        facts = [one or 0.0 for one in actual.values]
        expected = by_role["marker"].values if "marker" in by_role else [None] * len(facts)
        goals = [one or 0.0 for one in target.values]
        behind = [
            max(0.0, min(due or 0.0, goal) - fact) for fact, due, goal in zip(facts, expected, goals, strict=True)
        ]
        left = [max(0.0, goal - fact - gap) for fact, gap, goal in zip(facts, behind, goals, strict=True)]
        names = [self.name, self.place.head + 1, 0, self.place.last, 0]
        at = 1 + [one.role for one in self.chart.series].index("actual")
        self.column(at, {"fill": {"color": _BLUE}, "gap": 60})
        for word, part, colour in (("behind", behind, _RED), ("left", left, _PALE)):
            self.drawn.add_series({
                "name": self.clean(self.words.word(word)), "categories": names, "values": self.keep(part),
                "fill": {"color": colour}, "border": {"color": _INK, "width": 0.5},
            })  # fmt: skip

    def column(self, at: int, look: dict[str, Any]) -> None:
        """A series of a column of the table."""
        head, last = self.place.head, self.place.last
        self.drawn.add_series({
            "name": [self.name, head, at], "categories": [self.name, head + 1, 0, last, 0],
            "values": [self.name, head + 1, at, last, at], **look,
        })  # fmt: skip

    def keep(self, values: Sequence[float | None]) -> list[Any]:
        """The values in a hidden column, and where it is."""
        first, at = self.place.head + 1, self.hidden
        for row, value in enumerate(values, first):
            if value is not None:
                self.sheet.write_number(row, at, value)
        self.sheet.set_column(at, at, None, None, {"hidden": True})
        self.hidden += 1
        return [self.name, first, at, first + max(len(values) - 1, 0), at]


def _marker(*, own: bool) -> dict[str, Any]:
    colour = _RED if own else _BLUE
    return {
        "type": "diamond" if own else "circle", "size": 11 if own else 7, "fill": {"color": colour},
        "border": {"color": _INK if own else "white"},
    }  # fmt: skip
