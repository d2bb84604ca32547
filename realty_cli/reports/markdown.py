"""A document as Markdown (CommonMark with tables). Texts are escaped: none of them becomes markup, a link or HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from realty_cli.reports.document import Chart, Document, Figure, Picture, Prose, Table
from realty_cli.reports.wording import Wording, cell_of, is_numeric, table_of, visible, wording_of

_SIGNS = re.compile(r"([\\`*_\[\]|~#!$])")
_LINE_STARTS = re.compile(r"^(\s*)([-+=]|[0-9]{1,9}(?=[.)]))")


def markdown(document: Document) -> bytes:
    return ("\n\n".join(_parts(document, wording_of(document))) + "\n").encode("utf-8", "replace")


def escaped(text: str) -> str:
    """The text on one line, every sign that Markdown or HTML would read as theirs made plain."""
    line = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _SIGNS.sub(r"\\\1", line)
    # A bare address is made a link by many readers; what breaks it is seen by none of them.
    line = re.sub(r"(?i)(https?|ftp|file|mailto|javascript|data):", r"\1&#58;", line)
    line = re.sub(r"(?i)\bwww\.", "www&#46;", line)
    return _LINE_STARTS.sub(_plain_start, line)


def _plain_start(hit: re.Match[str]) -> str:
    return f"{hit[1]}{hit[2]}\\" if hit[2].isdigit() else f"{hit[1]}\\{hit[2]}"


def _parts(document: Document, words: Wording) -> Iterator[str]:
    yield f"# {escaped(document.title)}"
    if document.subtitle:
        yield escaped(document.subtitle)
    yield f"**{escaped(document.answer)}**"
    about = [one for one in (document.agency, document.period) if one]
    if document.as_of:
        about.append(f"{words.word('as_of')} {words.moment(document.as_of)}")
    about += document.filters
    if about:
        yield escaped(" · ".join(about))
    for section in document.sections:
        if section.title:
            yield f"## {escaped(section.title)}"
        for block in section.blocks:
            yield from _block(block, words)
    yield "---"
    yield escaped(f"{words.word('definitions', version=document.definitions_version)} · {words.word('made_by')}")


def _block(block: object, words: Wording) -> Iterator[str]:
    if isinstance(block, Prose):
        if block.points:
            yield "\n".join(f"- {escaped(one)}" for one in block.paragraphs)
        else:
            yield from (escaped(one) for one in block.paragraphs)
    elif isinstance(block, Table):
        yield from _table(block, words)
    elif isinstance(block, Chart):
        yield f"### {escaped(block.title)}"
        if block.subtitle:
            yield escaped(block.subtitle)
        yield escaped(block.alt)
        yield from _table(table_of(block, words), words, titled=False)
    elif isinstance(block, Picture):
        yield f"({escaped(block.alt)})"
    elif isinstance(block, Sequence):
        yield _figures(block, words)


def _figures(figures: Sequence[Figure], words: Wording) -> str:
    lines = []
    for one in figures:
        note = f" ({escaped(one.cell.note)})" if one.cell.note else ""
        change = f", {escaped(one.change)}" if one.change else ""
        definition = f" — {escaped(one.definition)}" if one.definition else ""
        lines.append(f"- {escaped(one.label)}: **{escaped(words.figure(one.cell))}**{note}{change}{definition}")
    return "\n".join(lines)


def _table(table: Table, words: Wording, *, titled: bool = True) -> Iterator[str]:
    if titled and table.title:
        yield f"### {escaped(table.title)}"
    if not table.rows:
        yield escaped(table.empty or words.word("nothing"))
        return
    lines = ["| " + " | ".join(escaped(one.title) or " " for one in table.columns) + " |"]
    lines.append("|" + "|".join("---:" if is_numeric(one.unit) else "---" for one in table.columns) + "|")
    for row in table.rows:
        cells = [cell_of(value, column) for value, column in zip(row, table.columns, strict=True)]
        shown = (words.cell(one) + (f" ({one.note})" if one.note else "") for one in cells)
        lines.append("| " + " | ".join(map(escaped, shown)) + " |")
    yield "\n".join(lines)
    if table.note:
        yield escaped(table.note)
