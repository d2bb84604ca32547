"""Reminders: due by a pure rule, taken in hand once and only once, told truthfully when the letter goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time as clock_of_machine
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.events import due
from realty_cli.events.repository import EventRows
from realty_cli.events.tables import EventReminderRow
from tests.conftest import Agency
from tests.test_events.test_instances import change, event

MOSCOW = ZoneInfo("Europe/Moscow")
ZONES = ["Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


class TestRule:
    def test_minutes_are_elapsed_ones(self) -> None:
        # The night has no 2 o'clock in Berlin: an hour before 03:30 is 01:30 by the wall.
        berlin = ZoneInfo("Europe/Berlin")
        start = at("2026-03-29T03:30", berlin)
        assert due.due_at(start, 60).astimezone(berlin).strftime("%H:%M") == "01:30"

    @pytest.mark.parametrize(
        ("starts", "minutes", "goes"),
        [
            ("2026-03-10T15:00", 60, "2026-03-10T14:00"),
            ("2026-03-10T15:00", 24 * 60, "2026-03-09T15:00"),
            # At night, of something far off: in the morning.
            ("2026-03-11T07:00", 11 * 60, "2026-03-10T20:00"),
            ("2026-03-11T12:00", 5 * 60, "2026-03-11T09:00"),
            ("2026-03-11T23:00", 24 * 60, "2026-03-11T09:00"),
            # Near, or over by the morning: at once.
            ("2026-03-11T08:30", 90, "2026-03-11T07:00"),
            ("2026-03-11T08:30", 10 * 60, "2026-03-10T22:30"),
        ],
    )
    def test_quiet_hours(self, starts: str, minutes: int, goes: str) -> None:
        start = at(starts)
        assert due.goes_at(due.due_at(start, minutes), start, due.USUAL, MOSCOW) == at(goes)

    def test_hours_of_the_day_may_be_quiet_too_or_none(self) -> None:
        start = at("2026-03-10T20:00")
        noon = due.due_at(start, 8 * 60)
        assert due.goes_at(noon, start, due.Quiet(time(11), time(14)), MOSCOW) == at("2026-03-10T14:00")
        assert due.goes_at(noon, start, due.Quiet(time(0), time(0)), MOSCOW) == noon

    @settings(max_examples=60)
    @given(
        start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        minutes=st.integers(0, due.LONGEST),
        zone=st.sampled_from(ZONES),
    )
    def test_never_before_it_is_due_nor_after_the_start(self, start: datetime, minutes: int, zone: str) -> None:
        raw = due.due_at(start, minutes)
        goes = due.goes_at(raw, start, due.USUAL, ZoneInfo(zone))
        assert raw <= goes <= start
        assert goes == raw or goes.astimezone(ZoneInfo(zone)).time() == due.USUAL.ends


def enter(agency: Agency, *rows: dict[str, Any]) -> list[int]:
    def act(work: Any) -> Any:
        work.db.run("UPDATE accounts SET trusted_email = 'anna@example.com', trusted_email_key = 'anna@example.com'")
        return EventRows(work.db, work.log, work.clock).insert(list(rows))

    found: list[int] = agency.do(act)
    return found


def reminded(agency: Agency) -> list[tuple[str, int, str, str]]:
    return [(one["title"], one["minutes_before"], one["channel"], one["state"]) for one in agency.realty.remind()]


def letters(agency: Agency) -> list[str]:
    return [path.read_text() for path in sorted(agency.realty.settings.letters_folder.glob("*.txt"))]


MAIL = [{"minutes_before": 60, "channel": "email"}, {"minutes_before": 15, "channel": "app"}]


def test_once_and_only_once(agency: Agency) -> None:
    enter(agency, event(end="2026-03-10T16:30:00", reminders=MAIL, location="Садовая, 5"))
    assert set(EventReminderRow.model_fields) >= {"event_id", "recurrence_id", "minutes_before", "channel", "due_at"}
    assert reminded(agency) == []
    agency.clock.moment = datetime(2026, 3, 10, 11, 30, tzinfo=UTC)
    assert agency.realty.remind(dry_run=True)[0]["state"] == "due"
    assert reminded(agency) == [("Показ", 60, "email", "sent")]
    assert reminded(agency) == []
    assert agency.realty.deliver()["sent"] == 1
    (letter,) = letters(agency)
    assert "anna@example.com" in letter
    assert "15:30–16:30" in letter
    assert "Садовая, 5" in letter
    # A clock that goes back a day, then on, repeats nothing (194).
    agency.clock.advance(days=-1)
    assert reminded(agency) == []
    agency.clock.advance(days=1, minutes=45)
    assert reminded(agency) == [("Показ", 15, "app", "told")]
    assert [one["state"] for one in agency.ask(lambda work: work.reminders.recent())["items"]] == ["told", "sent"]
    # One that goes ahead a year finds nothing of use to tell.
    agency.clock.advance(days=365)
    assert reminded(agency) == []


def test_what_changed_since(agency: Agency) -> None:
    moved, cancelled = enter(
        agency,
        event("moved", end="2026-03-10T16:30:00", reminders=MAIL[:1]),
        event("cancelled", end="2026-03-10T16:30:00", reminders=MAIL[:1]),
    )
    agency.clock.moment = datetime(2026, 3, 10, 11, 31, tzinfo=UTC)
    assert len(reminded(agency)) == 2
    change(agency, cancelled, status="cancelled")
    change(agency, moved, starts_local="2026-03-10T18:00:00", ends_local="2026-03-10T19:00:00")
    # Neither letter is true any more when it would go.
    assert agency.realty.deliver() == {"sent": 0, "failed": 0, "dead": 2}
    agency.clock.moment = datetime(2026, 3, 10, 14, 1, tzinfo=UTC)
    assert len(reminded(agency)) == 1
    assert agency.realty.deliver()["sent"] == 1
    assert "18:00–19:00" in letters(agency)[0]


def test_wishes_of_whoever_is_told(sqlite_agency: Agency) -> None:
    from realty_cli.events.schemas.settings import NotificationSettingsUpdate

    row = event(
        end="2026-03-10T16:30:00", reminders=[{"minutes_before": 8 * 60, "channel": one} for one in ("email", "app")]
    )
    enter(sqlite_agency, row)
    sqlite_agency.clock.moment = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)  # 8:30, which is quiet as a rule
    assert reminded(sqlite_agency) == []
    wishes = NotificationSettingsUpdate(channels=["app"], quiet_from="22:00", quiet_to="07:00")
    sqlite_agency.do(lambda work: work.calendar_settings.tell(wishes))
    assert reminded(sqlite_agency) == [("Показ", 480, "app", "told")]


def test_no_address_no_letter(sqlite_agency: Agency) -> None:
    enter(sqlite_agency, event(reminders=MAIL[:1]))
    sqlite_agency.do(lambda work: work.db.run("UPDATE accounts SET trusted_email = NULL"))
    sqlite_agency.clock.moment = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    assert reminded(sqlite_agency) == [("Показ", 60, "email", "no_address")]
    assert sqlite_agency.realty.deliver()["sent"] == 0


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [("Europe/Berlin", "2026-03-28", 3), ("Australia/Lord_Howe", "2026-04-04", 3)],
)
def test_every_instance_once_over_a_change_of_clocks(
    sqlite_agency: Agency, zone: str, first: str, days: int
) -> None:  # 195
    day = datetime.fromisoformat(first)
    sqlite_agency.clock.moment = day.replace(tzinfo=UTC) - timedelta(days=1)
    row = event("night", f"{first}T02:15:00", f"FREQ=DAILY;COUNT={days}", end=f"{first}T02:45:00", reminders=MAIL[1:])
    enter(sqlite_agency, row | {"timezone": zone})
    told = []
    for _ in range((days + 2) * 24 * 2):
        told += sqlite_agency.realty.remind()
        sqlite_agency.clock.advance(minutes=30)
    assert len({one["recurrence_id"] for one in told}) == len(told) == days


def test_a_process_that_is_killed_repeats_nothing(sqlite_agency: Agency, tmp_path: Path) -> None:
    """Killed at any moment, each reminder is one row and one letter after others have gone on."""
    rows = [event(f"e{n}", end="2026-03-10T16:30:00", reminders=MAIL[:1]) for n in range(60)]
    enter(sqlite_agency, *rows)
    home = sqlite_agency.realty.settings.home
    program = textwrap.dedent(
        f"""
        from datetime import datetime, UTC
        from pathlib import Path
        from realty_cli.app import Realty
        from realty_cli.settings import Settings
        from tests.conftest import HandClock
        realty = Realty(Settings(home=Path({str(home)!r})), HandClock(datetime(2026, 3, 10, 12, 0, tzinfo=UTC)))
        print("ready", flush=True)
        while realty.remind(5): realty.deliver(5)
        """
    )
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            clock_of_machine.sleep(0.05)
            os.kill(process.pid, signal.SIGKILL)
    two = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait(60) for one in two] == [0, 0]
    sqlite_agency.clock.moment = datetime(2026, 3, 10, 12, 5, tzinfo=UTC)
    sqlite_agency.realty.remind()
    sqlite_agency.realty.deliver(100)
    counts = sqlite_agency.ask(
        lambda work: work.db.one("SELECT count(*), count(DISTINCT outbox_id) FROM event_reminders")
    )
    assert tuple(counts) == (60, 60)
    assert sqlite_agency.ask(lambda work: work.db.value("SELECT count(*) FROM outbox")) == 60
    assert len(letters(sqlite_agency)) == 60


def test_the_letter_of_the_morning(agency: Agency) -> None:
    """Once a day, at the hour that was asked for, of what stands there when it goes; none of an empty day."""
    from realty_cli.events.schemas.settings import NotificationSettingsUpdate
    from realty_cli.kit.schema import validate
    from tests.test_events.test_events import create

    agency.do(lambda work: work.db.run("UPDATE accounts SET trusted_email = 'anna@example.com'"))
    wish = validate(NotificationSettingsUpdate, {"digest": True, "digest_at": "08:30"})
    agency.do(lambda work: work.calendar_settings.tell(wish))
    create(agency, start_time="2026-03-11T10:00:00", end_time="2026-03-11T11:00:00", title="Показ", location="Ленина 1")
    create(agency, start_time="2026-03-11T09:00:00", end_time="2026-03-11T09:30:00", title="Звонок")
    create(agency, start_time="2026-03-12T00:00:00", end_time="2026-03-12T01:00:00", title="Не сегодня")
    folder = agency.realty.settings.letters_folder

    def letters() -> list[str]:
        agency.realty.remind()
        agency.realty.deliver()
        return [path.read_text() for path in sorted(folder.glob("*.txt"))] if folder.exists() else []

    agency.clock.moment = at("2026-03-11T08:29")
    assert letters() == []
    agency.clock.moment = at("2026-03-11T08:30")
    (letter,) = letters()
    assert "09:00 Звонок\n10:00 Показ, Ленина 1" in letter
    assert "Не сегодня" not in letter
    assert len(letters()) == 1
    agency.clock.moment = at("2026-03-13T09:00")
    assert len(letters()) == 1, "nothing is planned on that day"
    agency.clock.moment = at("2026-03-12T13:00")
    assert len(letters()) == 1, "a clock that goes back tells nothing anew"
