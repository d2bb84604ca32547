"""A document as csv: one table as it is, several as a zip with one file each. RFC 4180 in UTF-8; numbers are raw, and
no text is one that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

from realty_cli.kit.formula_guard import guarded
from realty_cli.reports.document import Document, Table
from realty_cli.reports.tables import plain, sheets_of

#: Every file of a zip has this date: the same document gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_NOT_A_NAME = re.compile(r"[^a-z0-9_-]+")


def comma_separated(document: Document) -> tuple[bytes, bool]:
    """The bytes, and whether they are a zip."""
    tables = [one.table for one in sheets_of(document)]
    if len(tables) == 1:
        return _csv(tables[0]), False
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, table in enumerate(tables, 1):
            name = _NOT_A_NAME.sub("-", table.name.lower()).strip("-")[:40] or "table"
            archive.writestr(zipfile.ZipInfo(f"{number:02}-{name}.csv", _DATE), _csv(table), zipfile.ZIP_DEFLATED)
    return out.getvalue(), True


def _csv(table: Table) -> bytes:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow([guarded(one.title.strip() or one.name) for one in table.columns])
    for row in table.rows:
        write.writerow([_cell(plain(value, column)) for value, column in zip(row, table.columns, strict=True)])
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return guarded(str(value).replace("\0", ""))
    return value
