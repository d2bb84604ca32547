"""Values as the text of one cell, for formats that know only text, and as JSON for the ones that know more."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

import orjson


def json_default(value: object) -> object:
    """What orjson does not know: Decimal becomes a number if that loses nothing, else text; a set becomes a list."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        if value == value.to_integral_value() and abs(value) < 1 << 63:
            return int(value)
        number = float(value)
        return number if Decimal(repr(number)) == value else str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"no file format holds a {type(value).__name__}")


def well_formed(value: object) -> object:
    """The value with lone surrogates, which no encoding can write, as escapes, in every text within."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {well_formed(key): well_formed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [well_formed(inner) for inner in value]
    return value


def json_text(value: object) -> str:
    """A list or dict as the JSON text of one cell."""
    try:
        return orjson.dumps(value, default=json_default).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(well_formed(value), default=json_default, option=orjson.OPT_NON_STR_KEYS).decode()


def cell_text(value: object) -> str:
    """Any value as the text of one cell; no value and a number that is none are empty. Raises TypeError for others."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return repr(float(value)) if math.isfinite(value) else ""
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple | dict | set | frozenset):
        return json_text(value)
    raise TypeError(f"no file format holds a {type(value).__name__}")
