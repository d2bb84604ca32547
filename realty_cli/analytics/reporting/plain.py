"""A document as the body of its json: what every other format shows, with raw numbers, by names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.reports.document import Block, Cell, Chart, Document, Picture, Prose, Table


def plain(document: Document, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """See `ReportBody`."""
    return {
        "report_type": document.kind,
        "title": document.title,
        "subtitle": document.subtitle,
        "answer": document.answer,
        "language": document.language,
        "agency": document.agency,
        "period": document.period,
        "as_of": document.as_of,
        "filters": list(document.filters),
        "currency": document.currency,
        "definitions_version": document.definitions_version,
        "sections": [
            {"title": one.title, "blocks": [_block(block) for block in one.blocks]} for one in document.sections
        ],
        "metrics": dict(metrics),
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Prose):
        return {"kind": "prose", "paragraphs": list(block.paragraphs)}
    if isinstance(block, Picture):
        return {"kind": "picture", "alt": block.alt}
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return _chart(block)
    items = [
        {"label": one.label, **_cell(one.cell), "change": one.change, "definition": one.definition} for one in block
    ]
    return {"kind": "figures", "items": items}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"value": cell.value, "unit": cell.unit, "currency": cell.currency, "note": cell.note}


def _table(table: Table) -> dict[str, Any]:
    names = [one.name for one in table.columns]
    return {
        "kind": "table",
        "name": table.name,
        "title": table.title,
        "columns": [
            {"name": one.name, "title": one.title, "unit": one.unit, "currency": one.currency} for one in table.columns
        ],
        "rows": [
            dict(zip(names, (one.value if isinstance(one, Cell) else one for one in row), strict=True))
            for row in table.rows
        ],
        "note": table.note,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    series = []
    for one in chart.series:
        shown: dict[str, Any] = {"name": one.name, "role": one.role, "values": list(one.values)}
        for name in ("low", "high", "lowest", "highest"):
            bound: Sequence[float | None] | None = getattr(one, name)
            if bound is not None:
                shown[name] = list(bound)
        series.append(shown)
    return {
        "kind": "chart",
        "name": chart.name,
        "type": chart.kind,
        "title": chart.title,
        "alt": chart.alt,
        "x": list(chart.x),
        "x_unit": chart.x_unit,
        "unit": chart.unit,
        "currency": chart.currency,
        "series": series,
        "annotations": [dict(one) for one in chart.annotations],
    }
