"""What a calendar file says, as far as we keep it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from realty_cli.errors import FieldProblem


@dataclass(slots=True)
class Draft:
    """A VEVENT that can be taken. `values` are columns of the table `events`, those that a file can fill: wall times as
    texts in the event's zone (`timezone`, None for floating ones), dates where it takes whole days."""

    line: int
    uid: str
    recurrence_id: str | None
    """The original start of the instance that it describes: a UTC stamp or a date. None for an event or a series."""
    sequence: int
    modified: str | None
    """LAST-MODIFIED, else DTSTAMP, as a stamp."""
    values: dict[str, Any]
    uid_made: bool = False
    """The file has no UID; ours comes from what the event says, so that the same file gives the same again."""
    warnings: list[FieldProblem] = field(default_factory=list)
    called_off: bool = False
    """It came with METHOD:CANCEL: it says no more than that this event does not take place."""


@dataclass(slots=True)
class Refused:
    """A component that cannot be taken, and why."""

    line: int
    component: str
    uid: str | None
    summary: str | None
    problems: list[FieldProblem]


@dataclass(slots=True)
class Reading:
    """A whole file. `warnings` concern no single component; each has the line in `params`."""

    drafts: list[Draft] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    name: str | None = None
    method: str | None = None
    ours: bool = False
    """We wrote it ourselves."""
    warnings: list[FieldProblem] = field(default_factory=list)
