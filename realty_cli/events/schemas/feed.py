"""Subscriptions to a calendar as they are made and shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from realty_cli.auth.schemas.parts import Confidential
from realty_cli.events.kinds import EventType
from realty_cli.kit.schema import FilledLine, Id, Moment, Schema, Word


class CalendarFeedCreate(Schema):
    """A subscription: whom it is for, and how much it tells."""

    name: Annotated[FilledLine, Field(max_length=100)]
    detail: Literal["full", "busy"] = Field(default="full", description="busy tells when, and nothing more")
    event_types: Annotated[list[Word[EventType]], Field(max_length=9)] = Field(
        default_factory=list, description="only these; all without any"
    )


class CalendarFeed(Schema):
    """A subscription as it is listed. Its address is shown when it is made, and never again."""

    id: Id
    name: str
    detail: str
    event_types: list[str]
    created_at: Moment
    last_read_at: Moment | None


class CalendarFeedMade(CalendarFeed, Confidential):
    """The only answer that holds the address: whoever knows `path` reads the feed without signing in."""

    token: str
    path: str


class CalendarFeedList(Schema):
    items: list[CalendarFeed]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None
