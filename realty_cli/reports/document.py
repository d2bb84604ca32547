"""A document as plain data: what the renderers of this package draw, and what makers of reports fill.

Texts are in the reader's language already; numbers are raw, with their unit, so that json and xlsx get numbers and
html, pdf and md get them as the language writes them. Nothing in a text is ever markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

#: How a cell is written. `money` and `money_per_m2` are in whole units of the document's or the cell's currency
#: (12.5 is 12 roubles 50); `ratio` is a fraction of 1; `date` and `moment` are ISO texts.
Unit = Literal[
    "text", "count", "ratio", "days", "hours", "money", "money_per_m2", "months", "score", "area", "date", "moment"
]
Tone = Literal["good", "bad", "neutral"]
ChartKind = Literal[
    "line", "bar", "hbar", "stacked_bar", "heatmap", "funnel", "histogram", "scatter", "sparkline", "waterfall",
    "bullet", "steps", "dots", "map",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: `text`s are text, everything else a number or None (drawn as a dash)."""

    value: Any
    unit: Unit = "text"
    currency: str | None = None
    tone: Tone = "neutral"
    #: Shown small behind the value, such as "n = 7" or "little data".
    note: str = ""
    #: Written as an axis would write it, "12.5M" for 12,512,300, where there is no room for all of it.
    short: bool = False
    #: From 0 to 1: how strongly its ground is coloured, where a table is read as a picture.
    shade: float | None = None
    #: Of a text that says how a number changed: by how much, and what it was, for files of data.
    moved: tuple[float | None, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    title: str
    unit: Unit = "text"
    currency: str | None = None
    #: Its share of the width, relative to the others.
    weight: float = 1.0
    #: As of a cell.
    short: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    title: str
    columns: Sequence[Column]
    #: Rows of raw values in the order of `columns`, or of `Cell`s where one differs from its column.
    rows: Sequence[Sequence[Any]]
    note: str = ""
    #: Said in place of a table without rows.
    empty: str = ""
    #: May stand beside its neighbour, which may too, where a format has pages.
    half: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number large, with its label, change and definition: at most eight on a page."""

    label: str
    cell: Cell
    change: str = ""
    tone: Tone = "neutral"
    definition: str = ""
    #: By how much it changed, and what it was; what `change` says, for files of data.
    moved: tuple[float | None, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Sequence[float | None]
    #: Bounds of a band, of the same length.
    low: Sequence[float | None] | None = None
    high: Sequence[float | None] | None = None
    #: A wider band around the first one.
    lowest: Sequence[float | None] | None = None
    highest: Sequence[float | None] | None = None
    style: Literal["solid", "dashed", "dotted", "band"] = "solid"
    role: Literal["actual", "forecast", "comparison", "marker"] = "actual"


@dataclass(frozen=True, slots=True)
class Chart:
    """`title` is a sentence with the answer, `alt` says in words what the drawing shows. `x` are the labels of the
    values (dates, categories or numbers), and every series has one value for each of them, None where it has none.

    What a kind makes of it: a `heatmap` has one series a row, and cells of fewer than 8 are grey where `counts` are
    given; a `histogram` of n values has n labels or n + 1 edges; `scatter` and `steps` have numbers on x; a `waterfall`
    begins with an amount, goes on with signed changes and ends with what is left; a `bullet` has an actual value, a
    `comparison` (the target) and a `marker` (what is expected by now); `dots` are rows of `hbar` with a dot in
    place of a bar; a `map` has places named by x, in series of km east and km north of the subject; series of role
    `marker` are the reader's own object, drawn to be seen first.
    """

    name: str
    kind: ChartKind
    title: str
    alt: str
    x: Sequence[Any]
    series: Sequence[Series]
    subtitle: str = ""
    x_label: str = ""
    x_unit: Unit = "text"
    unit: Unit = "count"
    currency: str | None = None
    #: `{at: label or value on x, text}` marks a place on x; `{low, high, text}` a band of values.
    annotations: Sequence[Mapping[str, Any]] = ()
    #: How many observations stand behind each value, as `series` of a heatmap have them.
    counts: Sequence[Sequence[int]] = ()
    note: str = ""
    #: What it is called in a word or three, where there is no room for its title.
    label: str = ""
    #: As of a table.
    half: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo: the bytes of a JPEG or PNG."""

    data: bytes
    media_type: str
    alt: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, or the points of a list."""

    paragraphs: Sequence[str]
    points: bool = False
    #: A quiet aside, such as method and limits.
    small: bool = False


Block = Prose | Table | Chart | Picture | Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: Sequence[Block]
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """`answer` is the first line: what the whole document says, in words. `data` is the body of the JSON format and
    holds the same numbers."""

    kind: str
    title: str
    answer: str
    language: str
    sections: Sequence[Section]
    subtitle: str = ""
    agency: str = ""
    #: The period in words, and as of when the numbers stand (ISO, with offset).
    period: str = ""
    as_of: str = ""
    filters: Sequence[str] = ()
    currency: str = "RUB"
    definitions_version: str = "1"
    #: One page, densely set, as the owner's report is.
    compact: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
