"""The reading half of an import of portal statistics: from the rows of any file to a day of a listing on a portal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.analytics.channel_record import COUNTS
from realty_cli.errors import FieldProblem
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.importing import Prepared
from realty_cli.properties.reading import fields, rows
from realty_cli.properties.reading.fields import Cells, FieldPlan, Read, planned
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.reading.rows import Reading as Reading
from realty_cli.properties.reading.sheet import Column, Vocabulary
from realty_cli.properties.values import Unreadable, line

VOCABULARY = Vocabulary("realty_cli.analytics", "channel_headers.toml")
require_known = VOCABULARY.require_known
#: How a row names its listing, the strongest first.
NAMING = ("property_id", "property_code", "url")
_MOST = 1_000_000_000
_MARKS = frozenset({"no file of ours has it"})


@dataclass(slots=True)
class DayRow:
    """A row that can be taken: `listing` is what names it, each by its field."""

    line: int
    source: Prepared
    listing: dict[str, Any]
    portal: str
    day: str
    counts: tuple[int, int, int]


Batch = rows.Batch[DayRow]


def read_ahead(table: Table, reading: Reading, *, own_process: bool = False) -> AbstractContextManager[Iterator[Batch]]:
    """Batches of checked rows, made in a thread beside the writing of the last ones."""
    return rows.read_ahead(table, ChannelReader(reading))


class ChannelReader(rows.RowReader[Cells, DayRow]):
    def plan(self, block: Block) -> FieldPlan:
        now = self.reading.now
        readers: dict[str, Read] = {
            "property_id": fields.wholes("property_id"),
            "property_code": fields.texts("property_code", 200),
            "url": fields.texts("url", 2_000),
            "portal": _portal,
            "day": fields.days("day", now),
            **{name: _counts(name) for name in COUNTS},
        }
        return planned(
            VOCABULARY, readers, block.header, _MARKS, ours=frozenset(), given=frozenset(),
            user_map=self.reading.mapping, defaults=self.reading.defaults, extra_aliases=self.reading.extra_aliases,
        )  # fmt: skip

    def check(self, found: Cells) -> None:
        values = found.values
        # A count that cannot be read is no zero: the row is wrong.
        found.problems += found.warnings
        for name in ("portal", "day"):
            if name not in values and not found.problems:
                found.problems.append(FieldProblem(name, "field.missing", {}))
        if not any(name in values for name in NAMING):
            found.problems.append(FieldProblem("property_id", "field.missing", {}))
        if not any(name in values for name in COUNTS) and not found.problems:
            found.problems.append(FieldProblem("views", "field.missing", {}))
        for name in COUNTS:
            if not 0 <= values.get(name, 0) <= _MOST:
                found.problems.append(FieldProblem(name, "channels.count", {"value": values[name]}))
        today = self.reading.now.astimezone(ZoneInfo(self.reading.zone)).date()
        if "day" in values and values["day"] > today:
            found.problems.append(FieldProblem("day", "channels.ahead", {"day": values["day"].isoformat()}))

    def row(self, source: Prepared, found: Cells, digest: int) -> DayRow:
        values = found.values
        views, contacts, favourites = (int(values.get(name, 0)) for name in COUNTS)
        return DayRow(
            source.line, source, {name: values[name] for name in NAMING if name in values}, values["portal"],
            values["day"].isoformat(), (views, contacts, favourites),
        )  # fmt: skip


def _counts(name: str) -> Read:
    """A number that is none makes the row wrong, and is not kept: the sentence is another one than for listings."""
    whole = fields.wholes(name)

    def read(found: Cells, column: Column, cell: object) -> None:
        try:
            whole(found, column, cell)
        except (Unreadable, ValueError):
            raise Unreadable("channels.count") from None

    return read


def _portal(found: Cells, column: Column, cell: object) -> None:
    text = line(as_text(cell))
    try:
        found.values["portal"] = VOCABULARY.word("portal", text)
    except Unreadable:
        if len(text) > 100:
            raise
        found.values["portal"] = text.lower()
