"""A document as csv: one table as it is, several as a zip with one file each. RFC 4180 in UTF-8; numbers are raw, and
no text is one that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from realty_cli.kit.formula_guard import guarded
from realty_cli.reports.document import Cell, Document, Table
from realty_cli.reports.tables import plain, sheets_of
from realty_cli.reports.wording import wording_of

#: Every file of a zip has this date: the same document gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_NOT_A_NAME = re.compile(r"[^a-z0-9_-]+")


def comma_separated(document: Document) -> tuple[bytes, bool]:
    """The bytes, and whether they are a zip."""
    tables, before = [one.table for one in sheets_of(document)], wording_of(document).word("previous")
    if len(tables) == 1:
        return _csv(tables[0], before), False
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, table in enumerate(tables, 1):
            name = _NOT_A_NAME.sub("-", table.name.lower()).strip("-")[:40] or "table"
            shown = _csv(table, before)
            archive.writestr(zipfile.ZipInfo(f"{number:02}-{name}.csv", _DATE), shown, zipfile.ZIP_DEFLATED)
    return out.getvalue(), True


def _csv(table: Table, before: str) -> bytes:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    columns = list(_numbers(table, before))
    write.writerow([guarded(title) for title, _values in columns])
    write.writerows(zip(*(map(_cell, values) for _title, values in columns), strict=True) if columns else [])
    return out.getvalue().encode("utf-8", "replace")


def _numbers(table: Table, before: str) -> Iterator[tuple[str, list[Any]]]:
    """Every column with its values. What says in words how a number changed gives way to two numbers: by how much, in
    the unit of what changed, and what it was."""
    titles = [one.title.strip() or one.name for one in table.columns]
    given = any(one.name == "previous" for one in table.columns)
    for place, (title, column) in enumerate(zip(titles, table.columns, strict=True)):
        cells = [row[place] for row in table.rows]
        moves = [one.moved if isinstance(one, Cell) else None for one in cells]
        if not any(moves):
            yield title, [plain(one, column) for one in cells]
            continue
        # Several columns of changes are told apart by what each stands behind.
        about = f"{titles[place - 1]}: " if titles.count(title) > 1 else ""
        yield about + title, [one[0] if one else None for one in moves]
        if not given:
            yield about + before, [one[1] if one else None for one in moves]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return guarded(str(value).replace("\0", ""))
    return value
