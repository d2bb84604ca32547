"""Pages of lists that are short, or are read from their newest end: by offset, or by the cursor of the page before."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from realty_cli.errors import Invalid
from realty_cli.kit.schema import MAX_ID, TextSchema


class PageQuery(TextSchema):
    """Which page of a list. `total=false` skips the count."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    cursor: Annotated[str, Field(max_length=40, description="next_cursor of the page before")] | None = None
    total: bool = True


def after(page: PageQuery) -> int:
    """The number that the cursor holds, 0 without one. Raises `Invalid` for one that no list gave."""
    if page.cursor is None:
        return 0
    if page.offset:
        raise Invalid.one("cursor", "cursor.with_offset")
    text = page.cursor
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_ID):
        raise Invalid.one("cursor", "cursor.unreadable")
    return int(text)


def listed(items: list[dict[str, Any]], page: PageQuery) -> dict[str, Any]:
    """The page of a list that was read whole; its cursor is where the next one begins."""
    start = after(page) or page.offset
    end = start + page.limit
    return answer(items[start:end], len(items), page, str(end) if end < len(items) else None)


def answer(items: list[dict[str, Any]], total: int | None, page: PageQuery, cursor: str | None) -> dict[str, Any]:
    return {
        "items": items,
        "total": total if page.total else None,
        "limit": page.limit,
        "offset": page.offset,
        "next_cursor": cursor,
    }
