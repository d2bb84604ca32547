"""A map without tiles: places by number around the subject, with rings of distance, a bar of scale and the north."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Circle

from realty_cli.reports.charts.style import BLUE, INK, QUIET, RED, Pen, numbers

#: Kilometres between rings, from which the one is taken that gives two or three.
_STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0)
_LEAST, _RINGS, _BESIDE, _TIMES, _NAMED = 0.15, 3, 0.11, 3.0, 6


def place(axes: Axes, pen: Pen) -> None:
    """The first series is km east of the subject, the second km north; the numbers are those of the labels."""
    east, north = (numbers(one.values) for one in pen.chart.series[:2])
    known = [
        (at + 1, x, y)
        for at, (x, y) in enumerate(zip(east, north, strict=False))
        if not math.isnan(x) and not math.isnan(y)
    ]
    reach = _reach([math.hypot(x, y) for _number, x, y in known])
    step = next((one for one in _STEPS if reach / one <= _RINGS), _STEPS[-1])
    edge = max(math.ceil(reach / step - 1e-9), 1) * step
    axes.set_aspect("equal")
    axes.set_xlim(-edge * 1.12, edge * 1.12)
    axes.set_ylim(-edge * 1.12, edge * 1.12)
    axes.set_axis_off()
    free = _free([math.atan2(y, x) for _number, x, y in known])
    for ring in range(1, round(edge / step) + 1):
        axes.add_patch(Circle((0, 0), ring * step, fill=False, edgecolor=QUIET, linewidth=0.8, linestyle=(0, (4, 3))))
        axes.annotate(
            _km(pen, ring * step), (ring * step * math.cos(free), ring * step * math.sin(free)), ha="center",
            va="center", fontsize=9, color=QUIET, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},
            zorder=2,
        )  # fmt: skip
    inside = [one for one in known if math.hypot(one[1], one[2]) <= edge]
    for number, x, y in (one for one in known if one not in inside):
        away = math.hypot(x, y)
        # Its distance stands outside of the rings, where no other place is.
        at = (x / away * edge * 1.06, y / away * edge * 1.06)
        axes.plot(
            [at[0]], [at[1]], "o", color="white", markeredgecolor=BLUE, markeredgewidth=1.6, markersize=7, zorder=4
        )
        axes.annotate(
            f"{number}: {_km(pen, round(away, 1))}", at, xytext=(6 if x > 0 else -6, 5 if y > 0 else -5),
            textcoords="offset points", fontweight="bold", zorder=6, annotation_clip=False,
            ha="left" if x > 0 else "right", va="bottom" if y > 0 else "top",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
        )  # fmt: skip
    for names, x, y in _together(inside, edge * _BESIDE):
        axes.plot([x], [y], "o", color=BLUE, markersize=8, markeredgecolor="white", zorder=4)
        axes.annotate(
            _named(names), (x, y), xytext=(6, 4), textcoords="offset points", fontweight="bold", zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
        )  # fmt: skip
    axes.plot([0], [0], "D", color=RED, markersize=10, markeredgecolor=INK, zorder=5)
    _scale(axes, pen, edge, step)


def _reach(away: list[float]) -> float:
    """How far the map goes: to the farthest, or where that would leave most in one spot, to the most of them; what is
    farther stands hollow at the edge, with its distance."""
    if not away:
        return _LEAST
    most = sorted(away)[math.ceil(len(away) * 2 / 3) - 1]
    return max(_LEAST, most if max(away) > _TIMES * most else max(away))


def _free(angles: list[float]) -> float:
    """The direction, of eight, in which the fewest places are: the lengths of the rings stand there."""
    ways = [math.pi / 4 * at for at in (6, 5, 7, 4, 0, 3, 2, 1)]
    return max(ways, key=lambda way: min((1 - math.cos(way - one) for one in angles), default=0.0))


def _together(known: list[tuple[int, float, float]], near: float) -> list[tuple[list[int], float, float]]:
    """Places that would cover one another as one, with all of their numbers."""
    found: list[tuple[list[int], float, float]] = []
    for number, x, y in known:
        for names, left, low in found:
            if math.hypot(x - left, y - low) < near:
                names.append(number)
                break
        else:
            found.append(([number], x, y))
    return found


def _named(names: list[int]) -> str:
    return ", ".join(map(str, names[:_NAMED])) + ("…" if len(names) > _NAMED else "")


def _scale(axes: Axes, pen: Pen, edge: float, step: float) -> None:
    """As long as one ring is wide, at the lower left; an arrow to the north at the upper right."""
    left, low = -edge * 1.1, -edge * 1.08
    axes.plot([left, left + step], [low, low], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=5)
    for end in (left, left + step):
        axes.plot([end, end], [low - edge * 0.02, low + edge * 0.02], color=INK, linewidth=1.2, zorder=5)
    axes.annotate(
        _km(pen, step), (left, low), xytext=(0, 4), textcoords="offset points", fontsize=9, va="bottom", zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
    )  # fmt: skip
    right = edge * 1.06
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.2}
    axes.annotate("", (right, edge * 1.0), (right, edge * 0.72), arrowprops=arrow)
    axes.annotate(
        pen.text(pen.words.word("north")), (right, edge * 1.0), ha="center", va="bottom", fontweight="bold"
    )  # fmt: skip


def _km(pen: Pen, length: float) -> str:
    return pen.text(pen.words.kilometres(length))
