"""Calendars elsewhere that are kept in step, as they are entered and shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from realty_cli.kit.schema import FilledLine, Id, Moment, Schema

Policy = Literal["newest", "local", "remote", "ask", "both"]


class IntegrationCreate(Schema):
    """A calendar elsewhere. The password is taken and never shown."""

    provider: Literal["caldav", "google", "outlook"] = "caldav"
    name: Annotated[FilledLine, Field(max_length=100)]
    url: Annotated[FilledLine, Field(max_length=2_000, description="of the calendar, or of the server that has it")]
    username: Annotated[FilledLine, Field(max_length=200)] | None = None
    password: Annotated[SecretStr, Field(max_length=1_000)] = SecretStr("")
    calendar: Annotated[FilledLine, Field(max_length=200)] | None = Field(
        default=None, description="which of the server's calendars, where it has several"
    )
    conflict: Policy = Field(default="newest", description="whose word is taken where both sides changed a field")
    days_back: Annotated[int, Field(ge=0, le=3_650)] = Field(
        default=90, description="events that were over so many days before are not sent there"
    )


class Integration(Schema):
    """A calendar elsewhere as it is shown."""

    id: Id
    provider: str
    name: str
    url: str
    username: str | None
    conflict: str
    days_back: int
    created_at: Moment
    last_synced_at: Moment | None
    last_error: str | None
    events: int = Field(description="events that stand on both sides")
    open_conflicts: int


class IntegrationList(Schema):
    items: list[Integration]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class SyncRequest(Schema):
    """How to come into step."""

    dry_run: bool = Field(default=False, description="show what would be done, and do nothing")
    conflict: Policy | None = Field(default=None, description="for this run; else as the integration says")
    allow_mass_delete: bool = Field(default=False, description="delete even a large part of what is linked")


class SyncReport(Schema):
    """What was done, or would be."""

    integration_id: Id
    dry_run: bool
    taken: int
    pushed: int
    deleted_here: int
    deleted_there: int
    linked: int
    conflicts: int
    skipped: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    plan: list[dict[str, Any]]


class SyncConflict(Schema):
    """What both sides changed. `open`: nothing was done; `settled`: one side's word was taken; `local`, `remote`: what
    somebody decided."""

    id: Id
    integration_id: Id
    uid: str
    title: str | None
    state: str
    clashes: list[dict[str, Any]]
    created_at: Moment
    resolved_at: Moment | None


class SyncConflictList(Schema):
    items: list[SyncConflict]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class SyncResolve(Schema):
    """Whose word it shall be."""

    take: Literal["local", "remote"]
