"""A field of an event is written in the schemas, the options and the view; all name the same."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.cli import event_view
from realty_cli.cli.event_options import FIELDS, FILTERS
from realty_cli.events import kinds
from realty_cli.events.record import EVENT, SEARCHED
from realty_cli.events.schemas.event import EventCreate, EventResponse, EventUpdate
from realty_cli.events.schemas.filters import EventFilter

#: Said by the argument WHEN, by commands of their own, or kept for files.
_NOT_OPTIONS = {"start_time", "end_time", "all_day", "status", "outcome", "outcome_note", "exdates"}
_NOT_STORED = {"start_local", "end_local", "local_date", "warnings"}


def test_responses_show_what_is_stored() -> None:
    assert set(EventResponse.model_fields) == (set(EVENT.columns) - EVENT.hidden) | _NOT_STORED
    assert set(EVENT.columns) >= SEARCHED


def test_creation_and_change_take_the_same_fields() -> None:
    assert set(EventCreate.model_fields) - {"status"} == set(EventUpdate.model_fields)


@pytest.mark.parametrize(
    ("options", "schema", "without"), [(FIELDS, EventCreate, _NOT_OPTIONS), (FILTERS, EventFilter, set())]
)
def test_options_are_the_fields(options: Any, schema: Any, without: set[str]) -> None:
    assert {one.field for one in options} == set(schema.model_fields) - without
    flags = [flag for one in options for part in one.flags or ("--" + one.field,) for flag in part.split("/")]
    assert len(flags) == len(set(flags))


def test_every_field_shown_has_a_label() -> None:
    unlabelled = set(EventResponse.model_fields) - set(event_view.LABELS) - _NOT_STORED
    assert unlabelled == {
        "id", "title", "uid", "sequence", "all_day", "start_time", "end_time", "busy", "latitude", "longitude",
        "rdates", "related_to", "tentative", "declined", "template_id", "source",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (event_view.TYPES, kinds.EventType), (event_view.STATUSES, kinds.EventStatus),
        (event_view.OUTCOMES, kinds.EventOutcome), (event_view.WHO, kinds.CancelledBy),
    ],
)  # fmt: skip
def test_every_word_is_said(words: dict[str, str], kind: Any) -> None:
    assert set(words) == set(kind)
