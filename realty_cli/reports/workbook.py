"""A document as a workbook: the text on a first sheet, each table on its own, numbers as numbers with their format, and
charts that the spreadsheet draws itself. Texts stay texts: nothing becomes a formula or a link."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from typing import Any

from realty_cli.kit import formatting
from realty_cli.reports.document import Cell, Document, Prose, Unit
from realty_cli.reports.sheet_charts import Place, insert
from realty_cli.reports.tables import Sheet, sheets_of
from realty_cli.reports.wording import SMALL_SCORE, Wording, cell_of, is_numeric, wording_of

_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}  # fmt: skip
#: Signs that no name of a sheet may have, or that count twice there.
_NOT_A_SHEET = re.compile(r"[\[\]:*?/\\'\x00-\x1f\U00010000-\U0010ffff]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no zones; one date, so one document is one file
_MAX_TEXT, _MAX_ROWS = 32_000, 1_000_000
_FORMATS: dict[Unit, str] = {
    "count": "#,##0", "ratio": "0.0%", "days": "#,##0.0", "hours": "#,##0.0", "months": "#,##0.0", "score": "0",
    "area": "#,##0.0", "money": "#,##0.00", "money_per_m2": "#,##0", "date": "dd.mm.yyyy", "moment": "@", "text": "@",
}  # fmt: skip
#: A count that is no whole number; as a format of all counts it would write a whole one as `5.`.
_PART = "#,##0.0#"
#: Units that stand behind a number, as CLDR calls them.
_SUFFIXES: dict[Unit, str] = {
    "days": "duration-day", "hours": "duration-hour", "months": "duration-month", "area": "area-square-meter",
}  # fmt: skip
_SHEET_SIGNS = 31
#: Signs of the widest column; longer texts wrap.
_WIDEST = 60
#: How workbooks number this size of paper.
_A4 = 9
_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€"}
_SHADES = {"type": "2_color_scale", "min_color": "#E6F1F8", "max_color": "#0072B2"}


def workbook(document: Document) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, _OPTIONS)
    book.set_properties({"title": _text(document.title), "company": _text(document.agency), "created": _MADE})
    maker = _Maker(book, wording_of(document))
    maker.cover(document)
    for sheet in sheets_of(document):
        maker.sheet(sheet)
    book.close()
    return out.getvalue()


class _Maker:
    def __init__(self, book: Any, words: Wording) -> None:
        self.book, self.words = book, words
        self.names: set[str] = set()
        self._formats: dict[tuple[Any, ...], Any] = {}

    def cover(self, document: Document) -> None:
        """What the document says in words."""
        sheet = self.book.add_worksheet(self._name(document.title))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 100)
        about = [document.agency, document.period, *document.filters]
        if document.as_of:
            about.append(f"{self.words.word('as_of')} {self.words.moment(document.as_of)}")
        lines = [(document.title, self.format(bold=True, size=16)), (document.subtitle, self.format(quiet=True))]
        lines += [
            (document.answer, self.format(bold=True, wrap=True)),
            (" · ".join(filter(None, about)), self.format(quiet=True, wrap=True)),
        ]
        for section in document.sections:
            texts = [one for block in section.blocks if isinstance(block, Prose) for one in block.paragraphs]
            if texts and section.title:
                lines.append((section.title, self.format(bold=True)))
            lines += [(one, self.format(wrap=True)) for one in texts]
        lines.append((self.words.word("definitions", version=document.definitions_version), self.format(quiet=True)))
        for row, (text, style) in enumerate((text, style) for text, style in lines if text):
            sheet.write_string(row, 0, _text(text), style)

    def sheet(self, one: Sheet) -> None:
        table = one.table
        sheet = self.book.add_worksheet(self._name(one.name or table.title or table.name))
        sheet.write_string(0, 0, _text(table.title or one.name), self.format(bold=True, size=12))
        head = 2
        for column, about in enumerate(table.columns):
            right = is_numeric(about.unit)
            sheet.write_string(head, column, _text(about.title), self.format(head=True, right=right))
            sheet.set_column(column, column, _width(one, column, self.words))
        sheet.freeze_panes(head + 1, 0)
        # On paper: A4, as wide as a page, with its heads on each.
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(head)
        rows = table.rows[:_MAX_ROWS]
        for number, row in enumerate(rows, head + 1):
            for column, (value, about) in enumerate(zip(row, table.columns, strict=True)):
                self.cell(sheet, number, column, cell_of(value, about))
        last = head + len(rows)
        if rows:
            sheet.autofilter(head, 0, last, len(table.columns) - 1)
        for place, text in enumerate(filter(None, (table.empty if not rows else "", table.note))):
            sheet.write_string(last + 2 + place, 0, _text(text), self.format(quiet=True))
        if one.chart is not None and one.chart.kind == "heatmap" and rows:
            sheet.conditional_format(head + 1, 1, last, len(table.columns) - 1, dict(_SHADES))
        if one.chart is not None and rows:
            where = Place(head, last, len(table.columns))
            insert(self.book, sheet, one.chart, where, self.words, _text, _FORMATS.get(one.chart.unit, "General"))

    def cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        value = cell.value
        part = (
            isinstance(value, float)
            and bool(value % 1)
            and (cell.unit == "count" or (cell.unit == "score" and abs(value) < SMALL_SCORE))
        )
        style = self.format(unit=cell.unit, currency=cell.currency, tone=cell.tone, part=part)
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and cell.unit not in ("text", "date", "moment")
        ):
            if math.isfinite(value):
                sheet.write_number(row, column, value, style)
        elif cell.unit == "date" and (day := _day(value)) is not None:
            sheet.write_datetime(row, column, day, style)
        elif value not in (None, ""):
            text = self.words.cell(cell) if cell.unit == "moment" else str(value)
            style = self.format(unit="text", tone=cell.tone, wrap=len(text) > _WIDEST)
            sheet.write_string(row, column, _text(text), style)
        if cell.note:
            sheet.write_comment(row, column, _text(cell.note))

    def format(
        self, *, bold: bool = False, quiet: bool = False, wrap: bool = False, head: bool = False, right: bool = False,
        size: int = 10, unit: Unit | None = None, currency: str | None = None, tone: str = "neutral",
        part: bool = False,
    ) -> Any:  # fmt: skip
        key = (bold, quiet, wrap, head, right, size, unit, currency, tone, part)
        if key not in self._formats:
            look: dict[str, Any] = {"font_name": "Arial", "font_size": size, "valign": "top"}
            look |= {"bold": True} if bold or head or tone == "bad" else {}
            look |= {"text_wrap": True} if wrap or head else {}
            look |= {"bottom": 1, "valign": "bottom"} if head else {}
            look |= {"align": "right"} if right else {}
            if quiet or tone != "neutral":
                look["font_color"] = {"good": "#00664B", "bad": "#A33F00"}.get(tone, "#5B626B")
            if unit is not None:
                look["num_format"] = _PART if part else self._number_format(unit, currency)
            self._formats[key] = self.book.add_format(look)
        return self._formats[key]

    def _number_format(self, unit: Unit, currency: str | None) -> str:
        code = _FORMATS[unit]
        if unit in ("money", "money_per_m2"):
            sign = _SIGNS.get(currency or self.words.currency, currency or self.words.currency)
            per = (
                formatting.unit_suffix(self.words.language, _SUFFIXES["area"]).strip() if unit == "money_per_m2" else ""
            )
            return f'{code} "{sign}{"/" if per else ""}{per}"'
        if unit in _SUFFIXES:
            return f'{code} "{formatting.unit_suffix(self.words.language, _SUFFIXES[unit]).strip()}"'
        return code

    def _name(self, title: str) -> str:
        """A name of a sheet: 31 signs, and no other sheet's."""
        plain = " ".join(_NOT_A_SHEET.sub(" ", _text(title)).split()) or "1"
        if len(plain) > _SHEET_SIGNS:  # whole words, where there are any
            plain = plain[:_SHEET_SIGNS].rpartition(" ")[0].rstrip(" ,(–—") or plain[:_SHEET_SIGNS]
        name, number = plain.strip(), 1
        while name.lower() in self.names or name.lower() == "history":
            number += 1
            name = f"{plain[: 28 - len(str(number))].strip()} {number}"
        self.names.add(name.lower())
        return name


def _width(one: Sheet, column: int, words: Wording) -> float:
    about = one.table.columns[column]
    shown = (words.cell(cell_of(row[column], about)) for row in one.table.rows[:200])
    return float(min(_WIDEST, max(9, len(about.title) * 0.8 + 2, *(len(text) + 2 for text in shown), 0)))


def _day(value: Any) -> dt.datetime | None:
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
    return dt.datetime(day.year, day.month, day.day) if day.year >= 1900 else None  # noqa: DTZ001


def _text(text: str) -> str:
    shown = _NOT_XML.sub("\ufffd", text)[:_MAX_TEXT]
    # The library takes a text between these for finished XML; a space in front makes it a text again.
    return f" {shown}" if shown.startswith("<r>") else shown
