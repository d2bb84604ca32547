"""Values and fixed words of a document, as its language writes them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from realty_cli.kit import formatting
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.i18n import translator
from realty_cli.reports.document import Cell, Chart, Column, Document, Series, Table, Unit

NBSP, MINUS = "\u00a0", "\N{MINUS SIGN}"
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
#: Above this an amount in a large figure is shortened.
_LONG_AMOUNT = 1e9
#: A score below this has a decimal: 0.3 showings a week are not none.
SMALL_SCORE = 10
#: A ratio from which its percents are whole, and hours from which they have decimals in place of minutes.
_WHOLE_RATIO, _HOURS = 10, 10
#: Charts whose x are numbers, not names of places.
_NUMBERED = ("scatter", "steps")
#: What a short cell shortens; a length of time keeps its unit.
_SHORTENED = ("money", "money_per_m2", "ratio")

_WORDS = {
    "period": _("Period"),
    "as_of": _("As of"),
    "filters": _("Filter"),
    "page": _("Page {page} of {pages}"),
    "definitions": _("Definitions, edition {version}"),
    "made_by": _("made with realty"),
    "chart_table": _("The numbers of the chart"),
    "nothing": _("Nothing to show for this period."),
    "low": _("{name}, from"),
    "high": _("{name}, to"),
    "widest_low": _("{name}, from (wider)"),
    "widest_high": _("{name}, to (wider)"),
    "summary": _("Summary"),
    "value": _("Value"),
    "change": _("Change"),
    "previous": _("Before"),
    "definition": _("What it means"),
    "definitions_of": _("What the numbers mean"),
    "indicator": _("Indicator"),
    "note": _("Note"),
    "continued": _("continued"),
    "range_80": _("with 80 % certainty"),
    "range_95": _("with 95 % certainty"),
    "north": _("N"),
    "behind": _("short of what was expected"),
    "left": _("left to the target"),
    "share_before": _("number, and its share of the stage before"),
}  # fmt: skip


class Wording:
    """One language, and the currency of amounts that name none."""

    def __init__(self, language: str, currency: str) -> None:
        self.language, self.currency = language, currency
        self._say = translator(language)

    def word(self, key: str, /, **params: Any) -> str:
        return self._say.text(_WORDS[key], **params)

    def cell(self, cell: Cell) -> str:
        """The value with its unit, without its note."""
        brief = cell.short and cell.unit in _SHORTENED
        return (self.short if brief else self.value)(cell.value, cell.unit, cell.currency)

    def figure(self, cell: Cell) -> str:
        """The value as it stands in large type: amounts of a milliard and more are shortened."""
        if cell.unit == "money" and _is_number(cell.value) and abs(cell.value) >= _LONG_AMOUNT:
            return self.short(cell.value, "money", cell.currency)
        return self.cell(cell)

    def value(self, value: Any, unit: Unit, currency: str | None = None) -> str:
        if unit in ("text", "date", "moment"):
            return self._text(value, unit)
        if not _is_number(value):
            return formatting.NOTHING
        return self._number(value, unit, currency).replace("-", MINUS)

    def _number(self, value: Any, unit: Unit, currency: str | None) -> str:
        match unit:
            case "ratio":
                return formatting.percent(value, self.language, decimals=0 if abs(value) >= _WHOLE_RATIO else 1)
            case "money":
                return formatting.money(round(value) * 100, currency or self.currency, self.language)
            case "money_per_m2":
                return formatting.money(round(value) * 100, currency or self.currency, self.language) + self._per_m2
            case "area":
                return formatting.number(value, self.language, decimals=1) + formatting.unit_suffix(
                    self.language, "area-square-meter"
                )
            case "hours" if abs(value) < _HOURS:
                return formatting.duration(value * 3600, self.language)
            case "days" | "hours" | "months":
                return formatting.length_of(unit.removesuffix("s"), value, self.language)
            case "score":
                return formatting.number(value, self.language, decimals=int(abs(value) < SMALL_SCORE))
            case _:
                return formatting.number(value, self.language, decimals=1)

    def short(self, value: Any, unit: Unit, currency: str | None = None) -> str:
        """The value as the axis and the bars of a chart have room for it."""
        if unit in ("money", "money_per_m2") and _is_number(value):
            amount = formatting.compact_money(value * 100, currency or self.currency, self.language)
            return amount.replace("-", MINUS) + (self._per_m2 if unit == "money_per_m2" else "")
        if unit in ("days", "hours", "months") and _is_number(value):
            return formatting.number(value, self.language, decimals=1)
        if unit == "ratio" and _is_number(value):
            return formatting.percent(value, self.language, decimals=0 if abs(value) >= 0.1 else 1).replace("-", MINUS)
        return self.value(value, unit, currency)

    def kilometres(self, value: float) -> str:
        return formatting.number(value, self.language) + formatting.unit_suffix(self.language, "length-kilometer")

    def moment(self, text: str) -> str:
        """An ISO moment on its own wall clock; what is none is given back."""
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            return text
        return formatting.datetime(moment, moment.tzinfo or dt.UTC, self.language)

    @property
    def _per_m2(self) -> str:
        return "/" + formatting.unit_suffix(self.language, "area-square-meter").strip(NBSP)

    def _text(self, value: Any, unit: Unit) -> str:
        if value is None or value == "":
            return formatting.NOTHING
        if unit == "moment":
            return self.moment(value.isoformat() if isinstance(value, dt.datetime) else str(value))
        if unit == "date" and not isinstance(value, dt.date):
            value = _date(value) or str(value)
        if isinstance(value, dt.date):
            return formatting.date(value, self.language)
        return str(value)


def visible(text: str) -> str:
    """The text on one line, without signs that steer a terminal, turn the direction of what follows, or stand in no
    file of text."""
    return _INVISIBLE.sub(" ", text)


def wording_of(document: Document) -> Wording:
    return Wording(document.language, document.currency)


def cell_of(value: Any, column: Column) -> Cell:
    """A raw value of a row with what its column says of it."""
    if not isinstance(value, Cell):
        return Cell(value, column.unit, column.currency, short=column.short)
    if value.unit == "text" and column.unit != "text" and not isinstance(value.value, str):
        return Cell(value.value, column.unit, value.currency or column.currency, value.tone, value.note, column.short)
    return replace(value, short=True) if column.short and not value.short else value


def is_numeric(unit: Unit) -> bool:
    """Whether values of the unit stand on the right of their column."""
    return unit not in ("text", "date", "moment")


def x_labels(chart: Chart, words: Wording) -> list[str]:
    """A label for each value of the chart's series; bins are named by their edges."""
    length = max((len(one.values) for one in chart.series), default=len(chart.x))
    if chart.kind == "histogram" and len(chart.x) == length + 1:
        edges = [words.short(value, chart.x_unit, chart.currency) for value in chart.x]
        return [between(low, high) for low, high in pairwise(edges)]
    dates = [value if isinstance(value, dt.date) else _date(value) for value in chart.x]
    if chart.x_unit == "date" and len(dates) > 1 and all(one is not None and one.day == 1 for one in dates):
        return [formatting.month_of_year(one, words.language) for one in dates if one is not None]
    return [words.value(value, chart.x_unit, chart.currency) for value in chart.x]


def table_of(chart: Chart, words: Wording) -> Table:
    """The numbers of a chart, so that nobody depends on the drawing."""
    labels = x_labels(chart, words)
    if chart.kind == "heatmap":
        columns = [Column("row", chart.x_label or " ", weight=1.5)]
        columns += [Column(f"x{at}", label, chart.unit, chart.currency) for at, label in enumerate(labels)]
        rows: Sequence[Sequence[Any]] = [[one.name, *one.values] for one in chart.series]
        return Table(chart.name, chart.title, columns, rows, note=chart.note)
    columns = [Column("x", chart.x_label or " ", weight=1.5)]
    values: list[Sequence[Any]] = [labels]
    if chart.kind in _NUMBERED:
        columns, values = [Column("x", chart.x_label or " ", chart.x_unit, chart.currency, weight=1.5)], [chart.x]
    for at, one in enumerate(chart.series):
        bounds: Mapping[str, Sequence[float | None] | None] = {
            "low": one.low, "high": one.high, "widest_low": one.lowest, "widest_high": one.highest
        }  # fmt: skip
        columns.append(Column(f"s{at}", one.name, chart.unit, chart.currency))
        values.append(_told(one, chart.series[0]))
        for key, bound in bounds.items():
            if bound is not None:
                columns.append(Column(f"s{at}_{key}", words.word(key, name=one.name), chart.unit, chart.currency))
                values.append(bound)
    return Table(chart.name, chart.title, columns, list(zip(*values, strict=False)), note=chart.note)


def _told(one: Series, first: Series) -> Sequence[float | None]:
    """The values of a series, but for those of the line before by which a dotted one is joined with it."""
    if one.style != "dotted":
        return one.values
    return [None if value == before else value for value, before in zip(one.values, first.values, strict=False)]


def between(low: str, high: str) -> str:
    """`120–140 тыс. ₽`: the unit is said once where both have the same."""
    figures, other = re.fullmatch(r"([0-9.,]+)(\D*)", low), re.fullmatch(r"([0-9.,]+)(\D*)", high)
    if figures and other and figures[2] == other[2]:
        return f"{figures[1]}–{high}"
    return f"{low} – {high}"


def _date(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)
