"""How charts look: one face, eight colours that every eye tells apart (Okabe and Ito), and never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from realty_cli.reports.document import Chart, Unit
from realty_cli.reports.typeface import drawable
from realty_cli.reports.wording import NBSP, Wording

INK, QUIET, GRID, PALE = "#1a1d21", "#5b626b", "#d9dde2", "#eef1f4"
BLUE, RED, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#9c4f7f", "#E69F00", "#56B4E9"
COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)), (0, (1, 2.5)))
HATCHES = ("", "////", "\\\\\\\\", "----", "xxxx", "||||")
#: Inches: what a sheet of A4 leaves between its margins.
WIDTH = 6.9
#: Of a chart that stands beside another.
HALF = 3.36

RC: dict[str, Any] = {
    "font.size": 9.0, "text.color": INK, "text.parse_math": False, "axes.unicode_minus": True,
    "axes.edgecolor": QUIET, "axes.labelcolor": QUIET, "axes.labelsize": 9.0, "axes.linewidth": 0.7,
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
    "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True, "grid.color": GRID, "grid.linewidth": 0.6,
    "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelsize": 9.0, "ytick.labelsize": 9.0,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "ytick.major.size": 0, "xtick.major.size": 3,
    "lines.linewidth": 1.8, "lines.markersize": 4.5, "hatch.linewidth": 0.6, "hatch.color": "white",
    "legend.frameon": False, "legend.fontsize": 9.0, "legend.handlelength": 2.4, "legend.borderaxespad": 0.0,
    "legend.borderpad": 0.0,
    "svg.fonttype": "path", "figure.facecolor": "white", "savefig.facecolor": "white", "path.simplify": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pen:
    """A chart on its way to paper: what the kinds of charts share."""

    chart: Chart
    words: Wording
    #: Of the drawing without its title.
    height: float
    compact: bool = False
    width: float = WIDTH

    def room(self, signs: int) -> int:
        """How many of the signs that the whole width holds this drawing holds."""
        return round(signs * self.width / WIDTH)

    def text(self, text: str) -> str:
        return drawable(text)

    def short(self, value: Any, unit: Unit | None = None) -> str:
        """A value on an axis or at a bar."""
        return drawable(self.words.short(value, unit or self.chart.unit, self.chart.currency))

    def signed(self, value: float) -> str:
        return ("+" if value > 0 else "\u2212" if value < 0 else "") + self.short(abs(value))


def shortened(text: str, width: int) -> str:
    """At most two lines of `width` signs; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in drawable(text).split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        elif len(lines) == 2:
            lines[-1] = lines[-1][: width - 1].rstrip(" ,.") + "…"
            break
        else:
            lines.append(word if len(word) <= width else word[: width - 1] + "…")
    return "\n".join(lines) or NBSP


def numbers(values: Any) -> list[float]:
    """The values with what is missing as NaN, which nothing draws."""
    return [float("nan") if value is None else float(value) for value in values]
