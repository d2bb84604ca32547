"""The closed vocabularies of the calendar. Light on purpose: command modules import it at start-up."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    SHOWING = "showing"
    MEETING = "meeting"
    CALL = "call"
    INSPECTION = "inspection"
    PHOTO_SESSION = "photo_session"
    OPEN_HOUSE = "open_house"
    DEAL = "deal"
    TASK = "task"
    OTHER = "other"


class EventStatus(StrEnum):
    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class CancelledBy(StrEnum):
    AGENT = "agent"
    CLIENT = "client"
    OWNER = "owner"


class EventOutcome(StrEnum):
    """What came of an event."""

    DONE = "done"
    INTERESTED = "interested"
    THINKING = "thinking"
    NOT_INTERESTED = "not_interested"
    OFFER = "offer"
    SECOND_SHOWING = "second_showing"
    NO_RESULT = "no_result"


class Response(StrEnum):
    """What somebody who was asked to come answered."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class ReminderChannel(StrEnum):
    """The ways in which a reminder goes out."""

    APP = "app"
    EMAIL = "email"
    TELEGRAM = "telegram"


class SeriesScope(StrEnum):
    """How much of a series an act is about."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


S = EventStatus
#: Where an event can go from each status. One that is over can be opened again.
MOVES: dict[EventStatus, frozenset[EventStatus]] = {
    S.SCHEDULED: frozenset({S.CONFIRMED, S.IN_PROGRESS, S.COMPLETED, S.CANCELLED, S.NO_SHOW}),
    S.CONFIRMED: frozenset({S.SCHEDULED, S.IN_PROGRESS, S.COMPLETED, S.CANCELLED, S.NO_SHOW}),
    S.IN_PROGRESS: frozenset({S.SCHEDULED, S.COMPLETED, S.CANCELLED, S.NO_SHOW}),
    S.COMPLETED: frozenset({S.SCHEDULED, S.NO_SHOW}),
    S.CANCELLED: frozenset({S.SCHEDULED}),
    S.NO_SHOW: frozenset({S.SCHEDULED, S.COMPLETED, S.CANCELLED}),
}
#: An event with one of these lies behind us.
OVER = frozenset({S.COMPLETED, S.CANCELLED, S.NO_SHOW})
del S

MAX_ATTENDEES, MAX_REMINDERS, MAX_BULK = 200, 10, 1_000
LONGEST_DAYS = 366
