"""A document for a terminal: plain lines of at most so many columns, bars and sparks from block signs."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from realty_cli.reports.document import Cell, Chart, Document, Figure, Picture, Prose, Table
from realty_cli.reports.wording import Wording, cell_of, is_numeric, table_of, visible, wording_of, x_labels

SPARKS = "▁▂▃▄▅▆▇█"
_PARTS = " ▏▎▍▌▋▊▉"
_NARROWEST = 20
_MOST_ROWS = 50
#: Signs of a word from which it may be broken in a table, and lines of a cell.
_WORD, _FOLDS = 12, 5


def text(document: Document, width: int = 80) -> str:
    """No sign in it moves a terminal's cursor or colours its text."""
    return "\n".join(_lines(document, wording_of(document), max(width, _NARROWEST))).rstrip() + "\n"


def sparkline(values: Sequence[float | None]) -> str:
    """`▁▂▃▅`, a dot where a value is missing."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    step = (high - low) / (len(SPARKS) - 1) or 1
    return "".join("·" if value is None else SPARKS[round((value - low) / step)] for value in values)


def bar(share: float, width: int) -> str:
    """A bar of `share` of `width` signs, to an eighth of a sign."""
    eighths = round(max(0.0, min(share, 1.0)) * width * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_PARTS[rest] if rest else "")


def cells_wide(text: str) -> int:
    """How many columns the text takes."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly so many columns."""
    while cells_wide(text) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 1 else ""
    space = " " * (width - cells_wide(text))
    return space + text if right else text + space


def _lines(document: Document, words: Wording, width: int) -> Iterator[str]:
    about = [document.agency, document.period, *document.filters]
    if document.as_of:
        about.append(f"{words.word('as_of')} {words.moment(document.as_of)}")
    yield from _wrapped(document.title, width)
    if document.subtitle:
        yield from _wrapped(document.subtitle, width)
    yield from _wrapped(" · ".join(one for one in about if one), width)
    yield ""
    yield from _wrapped(document.answer, width)
    for section in document.sections:
        if section.title:
            yield ""
            yield padded(f"── {visible(section.title)} " + "─" * width, width).replace("…", "─")
        for block in section.blocks:
            yield ""
            yield from _block(block, words, width)
    yield ""
    yield from _wrapped(words.word("definitions", version=document.definitions_version), width)


def _block(block: object, words: Wording, width: int) -> Iterator[str]:
    if isinstance(block, Prose):
        for one in block.paragraphs:
            yield from _wrapped(one, width, "• " if block.points else "")
    elif isinstance(block, Table):
        yield from _wrapped(block.title, width)
        yield from _table(block, words, width)
    elif isinstance(block, Chart):
        yield from chart_lines(block, words, width)
    elif isinstance(block, Picture):
        yield from _wrapped(f"({block.alt})", width)
    elif isinstance(block, Sequence):
        yield from _figures(block, words, width)


def _figures(figures: Sequence[Figure], words: Wording, width: int) -> Iterator[str]:
    label = min(30, max((cells_wide(visible(one.label)) for one in figures), default=0))
    for one in figures:
        shown = [words.figure(one.cell), f"({one.cell.note})" if one.cell.note else "", one.change]
        line = f"{padded(visible(one.label), label)}  " + "  ".join(visible(part) for part in shown if part)
        yield padded(line, width).rstrip()


def chart_lines(chart: Chart, words: Wording, width: int) -> Iterator[str]:
    """A chart with its title: sparks for lines, bars for sizes, else its numbers."""
    yield from _wrapped(chart.title, width)
    if chart.subtitle:
        yield from _wrapped(chart.subtitle, width)
    if not chart.series or not chart.x:
        yield words.word("nothing")
    elif chart.kind in ("line", "sparkline", "steps"):
        yield from _sparks(chart, words, width)
    elif chart.kind == "heatmap":
        yield from _table(_hundredths(table_of(chart, words)), words, width)
    elif chart.kind in ("bar", "hbar", "funnel", "histogram", "dots", "bullet") and _bars_fit(chart):
        yield from _bars(chart, words, width)
    else:
        yield from _table(table_of(chart, words), words, width)
    if chart.note:
        yield from _wrapped(chart.note, width)


def _sparks(chart: Chart, words: Wording, width: int) -> Iterator[str]:
    labels = x_labels(chart, words)
    name = min(24, max(cells_wide(visible(one.name)) for one in chart.series))
    for one in chart.series:
        values = list(one.values)[-(width - name - 20) :]
        last = next((value for value in reversed(values) if value is not None), None)
        shown = words.short(last, chart.unit, chart.currency)
        yield padded(f"{padded(visible(one.name), name)}  {sparkline(values)}  {shown}", width).rstrip()
    yield padded(visible(f"{' ' * name}  {labels[0]} – {labels[-1]}"), width).rstrip()


def _hundredths(table: Table) -> Table:
    """Shares as whole percents without their sign, for there is no room for it."""
    columns = [replace(one, unit="count") if one.unit == "ratio" else one for one in table.columns]
    rows = [
        [round(value * 100) if column.unit == "ratio" and value is not None else value
         for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]  # fmt: skip
    return replace(table, columns=columns, rows=rows)


def _bars_fit(chart: Chart) -> bool:
    return all(value is None or value >= 0 for one in chart.series for value in one.values)


def _bars(chart: Chart, words: Wording, width: int) -> Iterator[str]:
    labels = [visible(one) for one in x_labels(chart, words)]
    shown = [one for one in chart.series if any(value is not None for value in one.values)]
    if chart.kind == "dots":  # a row has one dot, whosoever it is
        rows = zip(*(one.values for one in shown), strict=True)
        shown = [replace(shown[0], values=[next((one for one in row if one is not None), None) for row in rows])]
    if chart.kind == "bullet":
        shown = [one for one in shown if one.role == "actual"]
    most = max((value for one in shown for value in one.values if value is not None), default=0) or 1
    label = min(width // 3, max(map(cells_wide, labels), default=0))
    room = width - label - 18
    for one in shown:
        if len(shown) > 1:
            yield padded(visible(one.name), width).rstrip()
        for name, value in zip(labels, one.values, strict=False):
            if value is not None or len(shown) == 1:
                drawn = bar((value or 0) / most, room)
                number = words.short(value, chart.unit, chart.currency)
                yield padded(f"{padded(name, label)}  {drawn} {number}", width).rstrip()


def _table(table: Table, words: Wording, width: int) -> Iterator[str]:
    """Where there is too little room texts wrap, heads too, then amounts are shortened, and a table that is still too
    wide is told row by row: no number is cut."""
    if not table.rows:
        yield from _wrapped(table.empty or words.word("nothing"), width)
        return
    heads = [visible(one.title) for one in table.columns]
    rows = [[cell_of(value, column) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows[:_MOST_ROWS]]  # fmt: skip
    right = [is_numeric(one.unit) for one in table.columns]
    said = [[_said(cell, words, brief=False) for cell in row] for row in rows]
    shown, wide = said, _shared(heads, said, right, width)
    if not _fits(wide, width):
        shown = [[_said(cell, words, brief=True) for cell in row] for row in rows]
        wide = _shared(heads, shown, right, width)
    if not _fits(wide, width):
        yield from _told(heads, said, width)
        heads, shown = [""] * len(heads), []
    titled = any(one.strip() for one in heads)
    for row in (heads, ["─" * one for one in wide], *shown) if titled else shown:
        yield from _row(row, wide, right, width)
    if len(table.rows) > _MOST_ROWS:
        yield f"… +{len(table.rows) - _MOST_ROWS}"
    if table.note:
        yield from _wrapped(table.note, width)


def _fits(wide: Sequence[int], width: int) -> bool:
    return sum(wide) + 2 * (len(wide) - 1) <= width


def _told(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Each row as a sentence of its own: what it is, then its other cells by their heads."""
    for row in rows:
        others = (f"{head}: {cell}" if head.strip() else cell for head, cell in zip(heads[1:], row[1:], strict=True))
        yield from _wrapped(f"{row[0]} — " + "; ".join(others), width, hang="  ")


def _said(cell: Cell, words: Wording, *, brief: bool) -> str:
    said = words.cell(replace(cell, short=True) if brief else cell)
    return visible(said) + (f" {visible(cell.note)}" if cell.note else "")


def _shared(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], width: int) -> list[int]:
    """As many columns for each as its texts ask for; what is too much is taken where lines can wrap."""
    wide, least = [], []
    for at, head in enumerate(heads):
        texts = [row[at] for row in rows]
        longest = max(map(cells_wide, texts))
        word = max(cells_wide(part) for text in (*texts, head) for part in text.split(" "))
        least.append(word if right[at] else min(word, _WORD))
        wide.append(max(longest, least[-1], min(cells_wide(head), longest * 3 // 2)))
    while not _fits(wide, width):
        spare = [one - few for one, few in zip(wide, least, strict=True)]
        if max(spare) <= 0:
            break
        wide[spare.index(max(spare))] -= 1
    return wide


def _row(cells: Sequence[str], wide: Sequence[int], right: Sequence[bool], width: int) -> Iterator[str]:
    """One row of a table, of as many lines as its longest cell has."""
    parts = [list(_folded(cell, room)) for cell, room in zip(cells, wide, strict=True)]
    for at in range(max(map(len, parts))):
        line = (
            padded(one[at] if at < len(one) else "", room, right=side)
            for one, room, side in zip(parts, wide, right, strict=True)
        )
        yield padded("  ".join(line).rstrip(), width).rstrip()


def _folded(text: str, room: int) -> Iterator[str]:
    signs = max(1, room - max(0, cells_wide(text) - len(text)))
    lines = textwrap.wrap(text, signs) or [""]
    yield from lines[:_FOLDS]
    if len(lines) > _FOLDS:
        yield "…"


def _wrapped(text: str, width: int, point: str = "", *, hang: str = "") -> Iterator[str]:
    line = visible(text)
    # The wrapping counts signs: so many fewer as there are signs of two columns.
    room = max(_NARROWEST, width - max(0, cells_wide(line) - len(line)))
    for one in textwrap.wrap(line, room, initial_indent=point, subsequent_indent=hang or " " * len(point)):
        yield padded(one, width).rstrip()
