"""A document as the templates of HTML and PDF take it: texts that are ready to set, and drawings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from realty_cli.reports.document import Block, Chart, Document, Figure, Picture, Prose, Section, Table
from realty_cli.reports.wording import Wording, cell_of, is_numeric, table_of, wording_of

#: A drawing as SVG, or None where there is nothing to draw with.
Draw = Callable[[Chart], str | None]


def page_of(document: Document, clean: Callable[[str], str], draw: Draw) -> dict[str, Any]:
    """`clean` takes out of a text what the format cannot hold; every text of the result has gone through it."""
    return _Maker(wording_of(document), clean, draw, compact=document.compact).page(document)


def draw_svg(document: Document) -> Draw:
    """Draws by matplotlib where it is installed; without it a document is whole too, for its charts have tables."""
    words = wording_of(document)

    def drawn(chart: Chart) -> str | None:
        try:
            from realty_cli.reports.charts.drawing import draw
        except ImportError:
            from realty_cli.reports.plain_chart import bars

            return bars(chart, words)
        return draw(chart, words, "svg", titled=False, compact=document.compact).decode()

    return drawn


@dataclass(frozen=True, slots=True)
class _Maker:
    words: Wording
    clean: Callable[[str], str]
    draw: Draw
    compact: bool

    def page(self, document: Document) -> dict[str, Any]:
        clean, word = self.clean, self.words.word
        about = [document.agency, document.period, *document.filters]
        if document.as_of:
            about.append(f"{word('as_of')} {self.words.moment(document.as_of)}")
        return {
            "lang": document.language,
            "title": clean(document.title),
            "subtitle": clean(document.subtitle),
            "answer": clean(document.answer),
            "agency": clean(document.agency),
            "about": [clean(one) for one in about if one],
            "compact": document.compact,
            "footer": [
                clean(word("definitions", version=document.definitions_version)), clean(word("made_by")),
            ],
            "page_word": word("page", page="{page}", pages="{pages}"),
            "numbers_word": word("chart_table"),
            "sections": [self.section(one) for one in document.sections],
        }  # fmt: skip

    def section(self, section: Section) -> dict[str, Any]:
        return {
            "title": self.clean(section.title),
            "new_page": section.new_page,
            "blocks": [self.block(one) for one in section.blocks],
        }

    def block(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Prose):
            return {
                "kind": "prose", "points": block.points, "small": block.small,
                "paragraphs": [self.clean(one) for one in block.paragraphs],
            }  # fmt: skip
        if isinstance(block, Table):
            return {"kind": "table"} | self.table(block)
        if isinstance(block, Chart):
            numbers = self.table(table_of(block, self.words))
            return {
                "kind": "chart", "svg": self.draw(block), "title": self.clean(block.title),
                "subtitle": self.clean(block.subtitle), "alt": self.clean(block.alt or block.title),
                "note": self.clean(block.note), "table": numbers | {"title": "", "note": ""},
            }  # fmt: skip
        if isinstance(block, Picture):
            return {"kind": "picture", "data": block.data, "type": block.media_type, "alt": self.clean(block.alt)}
        return {"kind": "figures", "items": self.figures(block)}

    def table(self, table: Table) -> dict[str, Any]:
        return {
            "title": self.clean(table.title),
            "columns": [
                {"title": self.clean(one.title), "number": is_numeric(one.unit), "weight": one.weight}
                for one in table.columns
            ],
            "rows": [
                [self.cell(cell_of(value, column)) for value, column in zip(row, table.columns, strict=True)]
                for row in table.rows
            ],
            "note": self.clean(table.note),
            "empty": self.clean(table.empty or self.words.word("nothing")),
        }

    def cell(self, cell: Any) -> dict[str, str]:
        return {"text": self.clean(self.words.cell(cell)), "note": self.clean(cell.note), "tone": cell.tone}

    def figures(self, figures: Sequence[Figure]) -> list[dict[str, str]]:
        return [
            {
                "label": self.clean(one.label), "value": self.clean(self.words.figure(one.cell)),
                "note": self.clean(one.cell.note), "change": self.clean(one.change), "tone": one.tone,
                "definition": self.clean(one.definition),
            }
            for one in figures
        ]  # fmt: skip
