"""The tables of a document in order, those of its figures and charts with them: what csv and workbooks are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from realty_cli.reports.document import Cell, Chart, Column, Document, Figure, Table
from realty_cli.reports.wording import Wording, cell_of, table_of, wording_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table, and the chart that it belongs to."""

    table: Table
    chart: Chart | None = None
    #: What it is called where people see it: its title, else its section's or what its rows are.
    name: str = ""


def sheets_of(document: Document) -> list[Sheet]:
    """The figures of the whole document first, if it has any."""
    words = wording_of(document)
    return [*_summary(document, words), *_others(document, words)]


def plain(value: Any, column: Column) -> Any:
    """A value of a row without its clothes: what a file of data holds."""
    return cell_of(value, column).value


def _summary(document: Document, words: Wording) -> Iterator[Sheet]:
    figures = [one for block in _blocks(document) if _is_figures(block) for one in block]
    if not figures:
        return
    titles = {"indicator": "text", "value": "count", "change": "text", "note": "text", "definition": "text"}
    columns = [Column(name, words.word(name), unit, weight=2) for name, unit in titles.items()]  # type: ignore[arg-type]
    rows = [
        [
            one.label, Cell(one.cell.value, one.cell.unit, one.cell.currency, one.tone),
            Cell(one.change, moved=one.moved), one.cell.note, one.definition,
        ]
        for one in figures
    ]  # fmt: skip
    yield Sheet(Table("summary", words.word("summary"), columns, rows), name=words.word("summary"))


def _others(document: Document, words: Wording) -> Iterator[Sheet]:
    for section in document.sections:
        alone = sum(isinstance(block, Table) and not block.title for block in section.blocks) == 1
        for block in section.blocks:
            if isinstance(block, Table):
                about = block.columns[0].title.strip() if block.columns else ""
                names = (block.title, section.title if alone else "", about, section.title, block.name)
                yield Sheet(block, name=next(filter(None, names)))
            elif isinstance(block, Chart):
                yield Sheet(table_of(block, words), block, block.label or block.title)


def _blocks(document: Document) -> Iterator[Any]:
    for section in document.sections:
        yield from section.blocks


def _is_figures(block: Any) -> bool:
    return isinstance(block, Sequence) and all(isinstance(one, Figure) for one in block)
