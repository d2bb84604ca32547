"""A document as the templates of HTML and PDF take it: texts that are ready to set, and drawings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from realty_cli.reports.document import Block, Cell, Chart, Document, Figure, Picture, Prose, Section, Table
from realty_cli.reports.wording import NBSP, Wording, cell_of, is_numeric, table_of, wording_of

#: A drawing as SVG, of half the width where it stands beside another; None where there is nothing to draw with.
Draw = Callable[[Chart, bool], str | None]
#: Signs of a text that would be a column of single words where there is little room.
_PROSE = 16
#: What no line may part: a number and its unit or what it is a part of, a sample and its number; nor begins one with a
#: dash.
_TOGETHER = (
    (re.compile(r"\bn = (?=\d)"), f"n{NBSP}={NBSP}"),
    (re.compile(r"(?<=\d) (?=(?:%|₽|(?:мес|дн|тыс)\.|(?:км|м²|ч|мин|млн|km|m²|h|pp)\b))"), NBSP),
    (re.compile(r"(?<=\d) (из|of) (?=\d)"), rf"{NBSP}\1{NBSP}"),
    (re.compile(" (?=[—–] )"), NBSP),
)


def page_of(document: Document, clean: Callable[[str], str], draw: Draw, *, phone: bool = False) -> dict[str, Any]:
    """`clean` takes out of a text what the format cannot hold; every text of the result has gone through it. For a
    `phone` a wide chart is drawn a second time, narrow, so that its letters can be read there."""

    def joined(text: str) -> str:
        for parted, whole in _TOGETHER:
            text = parted.sub(whole, text)
        return clean(text)

    return _Maker(wording_of(document), joined, draw, document.compact, phone).page(document)


def blocks_of(page: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The blocks of a page, those that stand side by side one by one."""
    for section in page["sections"]:
        for block in section["blocks"]:
            yield from block["blocks"] if block["kind"] == "pair" else (block,)


def draw_svg(document: Document) -> Draw:
    """Draws by matplotlib where it is installed; without it a document is whole too, for its charts have tables."""
    words = wording_of(document)

    def drawn(chart: Chart, half: bool) -> str | None:
        try:
            from realty_cli.reports.charts.drawing import draw
        except ImportError:
            from realty_cli.reports.plain_chart import bars

            return bars(chart, words)
        return draw(chart, words, "svg", titled=False, compact=document.compact, half=half).decode()

    return drawn


@dataclass(frozen=True, slots=True)
class _Maker:
    words: Wording
    clean: Callable[[str], str]
    draw: Draw
    compact: bool
    phone: bool

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
            "definitions_word": word("definitions_of"),
            "definitions": [*self.definitions(document)],
            "sections": [self.section(one) for one in document.sections],
        }  # fmt: skip

    def section(self, section: Section) -> dict[str, Any]:
        return {
            "title": self.clean(section.title),
            "new_page": section.new_page,
            "blocks": list(self.blocks(section.blocks)),
        }

    def blocks(self, blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
        """Neighbours of half the width two by two; one that is left over has the whole width."""
        waiting = list(blocks)
        while waiting:
            one = waiting.pop(0)
            if _is_half(one) and waiting and _is_half(waiting[0]):
                pair = (one, waiting.pop(0))
                yield {"kind": "pair", "blocks": [self.block(each, half=True) for each in pair]}
            else:
                yield self.block(one)

    def block(self, block: Block, *, half: bool = False) -> dict[str, Any]:
        if isinstance(block, Prose):
            return {
                "kind": "prose", "points": block.points, "small": block.small,
                "paragraphs": [self.clean(one) for one in block.paragraphs],
            }  # fmt: skip
        if isinstance(block, Table):
            return {"kind": "table", "half": half} | self.table(block)
        if isinstance(block, Chart):
            numbers = self.table(table_of(block, self.words))
            return {
                "kind": "chart", "half": half, "svg": self.draw(block, half), "title": self.clean(block.title),
                "narrow": self.draw(block, True) if self.phone and not half else None,
                "subtitle": self.clean(block.subtitle), "alt": self.clean(block.alt or block.title),
                "note": self.clean(block.note), "table": numbers | {"title": "", "note": ""},
            }  # fmt: skip
        if isinstance(block, Picture):
            return {"kind": "picture", "data": block.data, "type": block.media_type, "alt": self.clean(block.alt)}
        return {"kind": "figures", "items": self.figures(block)}

    def table(self, table: Table) -> dict[str, Any]:
        rows = [
            [self.cell(cell_of(value, column)) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        return {
            "title": self.clean(table.title),
            "columns": [
                {"title": self.clean(one.title), "number": is_numeric(one.unit), "prose": _is_prose(rows, at)}
                for at, one in enumerate(table.columns)
            ],
            "rows": rows,
            "note": self.clean(table.note),
            "empty": self.clean(table.empty or self.words.word("nothing")),
        }

    def cell(self, cell: Cell) -> dict[str, Any]:
        return {
            "text": self.clean(self.words.cell(cell)), "note": self.clean(cell.note), "tone": cell.tone,
            "shade": cell.shade,
        }  # fmt: skip

    def definitions(self, document: Document) -> Iterator[dict[str, str]]:
        """What its figures mean, each once."""
        seen: set[str] = set()
        for section in document.sections:
            for block in section.blocks:
                if isinstance(block, (Prose, Table, Chart, Picture)):
                    continue
                for one in block:
                    if one.definition and one.label not in seen:
                        seen.add(one.label)
                        definition = _begun_small(self.clean(one.definition))
                        yield {"label": self.clean(one.label), "definition": definition}

    def figures(self, figures: Sequence[Figure]) -> list[dict[str, str]]:
        return [
            {
                "label": self.clean(one.label), "value": self.clean(self.words.figure(one.cell)),
                "note": self.clean(one.cell.note), "change": self.clean(one.change), "tone": one.tone,
                "definition": self.clean(one.definition),
            }
            for one in figures
        ]  # fmt: skip


def _begun_small(text: str) -> str:
    """As it goes on after a colon; a word of capitals stays one."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _is_prose(rows: Sequence[Sequence[Mapping[str, Any]]], at: int) -> bool:
    """Whether a column has texts that need room of their own."""
    return any(len(row[at]["text"]) > _PROSE for row in rows)


def _is_half(block: Block) -> bool:
    return isinstance(block, (Table, Chart)) and block.half
