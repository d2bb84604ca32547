"""Cells that are not text, as spreadsheets and JSON hold them, in the text that a CSV file would hold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, time
from typing import Any

_PLACE = ("country", "region", "city", "locality", "district", "street", "house", "building")


def as_text(cell: object, depth: int = 0) -> str:
    """A cell of a spreadsheet or of JSON as the text that a CSV file would hold; empty for nothing."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    if depth > 4:
        return ""
    if isinstance(cell, list | tuple):
        return "; ".join(text for item in cell if (text := as_text(item, depth + 1)))
    if isinstance(cell, dict):
        return _table_text(cell, depth)
    try:
        return str(cell)
    except ValueError:
        # Python writes no whole number of more than some thousand digits.
        return ""


def _table_text(cell: Mapping[Any, Any], depth: int) -> str:
    """`{"value": 63, "unit": "кв. м"}` is `63 кв. м`, `{"name": "Сокол"}` its name; anything else stays JSON."""
    if "number" in cell:
        return "".join(as_text(cell.get(name), depth + 1) for name in ("countryCode", "number"))
    if any(name in cell for name in ("street", "city", "locality")):
        return ", ".join(text for name in _PLACE if (text := as_text(cell.get(name), depth + 1)))
    if "value" in cell:
        return " ".join(text for name in ("value", "unit", "currency") if (text := as_text(cell.get(name), depth + 1)))
    for name in ("name", "title", "text", "display_name"):
        if name in cell:
            return as_text(cell[name], depth + 1)
    return as_json(cell) if cell else ""


def as_json(cell: Mapping[Any, Any]) -> str:
    """A table as JSON; empty for one that JSON cannot hold."""
    try:
        return json.dumps(cell, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        return ""
