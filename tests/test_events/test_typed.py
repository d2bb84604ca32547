"""When an event is, as people type it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.events.kinds import EventType
from realty_cli.events.typed import length, span

NOW, MOSCOW = datetime(2026, 3, 10, 9, tzinfo=UTC), ZoneInfo("Europe/Moscow")


def typed(text: str, zone: ZoneInfo = MOSCOW) -> tuple[str, str, bool]:
    meant = span(text, now=NOW, zone=zone, field="WHEN")
    return meant.start.isoformat(), meant.ended(EventType.SHOWING).isoformat(), meant.days


@pytest.mark.parametrize(
    ("text", "start", "end", "days"),
    [
        ("завтра 15:30", "2026-03-11T15:30", "2026-03-11T16:30", False),
        ("fri 10:00 +1h", "2026-03-13T10:00", "2026-03-13T11:00", False),
        ("15.03 10:00 +45мин", "2026-03-15T10:00", "2026-03-15T10:45", False),
        ("завтра 15:30 + 1 ч 30 мин", "2026-03-11T15:30", "2026-03-11T17:00", False),
        ("завтра 15:30 +1:30", "2026-03-11T15:30", "2026-03-11T17:00", False),
        ("завтра в 15.30-17.00", "2026-03-11T15:30", "2026-03-11T17:00", False),
        ("2026-03-12 10:00–11:30", "2026-03-12T10:00", "2026-03-12T11:30", False),
        ("22:00-01:00", "2026-03-10T22:00", "2026-03-11T01:00", False),
        ("+2h", "2026-03-10T14:00", "2026-03-10T15:00", False),
        ("+1h +30m", "2026-03-10T13:00", "2026-03-10T13:30", False),
        ("завтра", "2026-03-11T00:00", "2026-03-12T00:00", True),
        ("15.03 +3d", "2026-03-15T00:00", "2026-03-18T00:00", True),
        ("+2d", "2026-03-12T00:00", "2026-03-13T00:00", True),
    ],
)
def test_what_is_meant(text: str, start: str, end: str, days: bool) -> None:
    assert typed(text) == (f"{start}:00+03:00", f"{end}:00+03:00", days)


@pytest.mark.parametrize(
    "text", ["", "когда-нибудь", "завтра 15:30 +0", "завтра +1h", "завтра 15:30 +1x", "15:30-25:00"]
)
def test_refused(text: str) -> None:
    with pytest.raises(Invalid):
        span(text, now=NOW, zone=MOSCOW, field="WHEN")


def test_a_length_is_elapsed_time_and_days_are_days() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert typed("2026-03-29 01:30 +1h", berlin)[1] == "2026-03-29T03:30:00+02:00"
    assert typed("2026-03-29", berlin)[:2] == ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")


@settings(max_examples=60)
@given(st.text(alphabet="0123456789:.,hmчмин дd+", max_size=12))
def test_a_length_is_minutes_or_refused(text: str) -> None:
    try:
        found = length(text, "--for")
    except Invalid:
        return
    assert 0 < found <= 366 * 1_440
