"""Calendar files read and written: an outcome for each component, and what is written is read back."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.events.ics.drafts import Draft
from realty_cli.events.ics.reader import read
from realty_cli.events.ics.vtimezone import vtimezone
from realty_cli.events.ics.writer import write

SHARED = Path(__file__).parents[3] / "shared" / "data" / "ics"
MOSCOW = "Europe/Moscow"


def calendar(*events: str, head: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{head}{body}END:VCALENDAR\n".encode()


def only(*events: str, head: str = "") -> dict[str, Any]:
    found = read(calendar(*events, head=head), MOSCOW)
    assert not found.refused
    (draft,) = found.drafts
    return draft.values


def codes(data: bytes) -> list[str]:
    return [problem.code for one in read(data, MOSCOW).refused for problem in one.problems]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collection of real files is not here")
def test_every_real_file_is_read_or_refused_with_a_reason_and_written_back():
    files = sorted(SHARED.glob("*/*.ics"))
    taken, refused = 0, {}
    for path in files:
        try:
            found = read(path.read_bytes(), MOSCOW)
        except Invalid as error:
            refused[path.name] = [one.code for one in error.fields]
            continue
        assert all(one.problems and one.line for one in found.refused), path
        again = read(write([one.values for one in found.drafts], MOSCOW), MOSCOW)
        assert [one.values for one in again.drafts] == [one.values for one in found.drafts], path
        taken += len(found.drafts)
    assert taken > 1_000
    assert refused == dict.fromkeys(  # noqa: RUF024
        ("empty.ics", "invalid.ics", "silly_test.ics", "vcard_with_groups.ics"), ["ics.not_a_calendar"]
    )


def test_an_event_is_read_with_all_that_it_says():
    values = only(
        """UID:1@x
SEQUENCE:3
DTSTART;TZID=Europe/Berlin:20261201T100000
DTEND;TZID=Europe/Moscow:20261201T130000
SUMMARY:Показ\\, 3-к
 омнатная
DESCRIPTION:первая\\nвторая
GEO:55.75;37.62
STATUS:TENTATIVE
TRANSP:TRANSPARENT
CATEGORIES:Показ,Срочно
ATTENDEE;CN="Иванов, Пётр";PARTSTAT=ACCEPTED:mailto:p@example.com
X-OTHER;A=b:kept
BEGIN:VALARM
ACTION:EMAIL
TRIGGER:-PT1H
END:VALARM"""
    )
    assert (values["uid"], values["sequence"], values["title"]) == ("1@x", 3, "Показ, 3-комнатная")
    assert (values["starts_local"], values["ends_local"]) == ("2026-12-01T10:00:00", "2026-12-01T11:00:00")
    assert (values["timezone"], values["tentative"], values["busy"]) == ("Europe/Berlin", True, False)
    assert (values["event_type"], values["tags"]) == ("showing", ["Показ", "Срочно"])
    assert values["attendees"] == [
        {"name": "Иванов, Пётр", "email": "p@example.com", "phone": None, "response": "accepted"}
    ]
    assert values["reminders"] == [{"minutes_before": 60, "channel": "email"}]
    assert (values["latitude"], values["ics"]) == (55.75, ["X-OTHER;A=b:kept"])


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Russian Standard Time", "Europe/Moscow"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("america/new_york", "America/New_York"),
        ("Nowhere", None),
    ],
)
def test_a_zone_is_known_by_its_other_names(tzid, zone):
    assert only(f"UID:1\nDTSTART;TZID={tzid}:20260701T100000\nDURATION:PT1H")["timezone"] == zone


def test_a_zone_like_no_other_gives_its_instants():
    own = (
        "BEGIN:VTIMEZONE\nTZID:Odd\\, very\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0117\n"
        "TZOFFSETTO:+0117\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    found = read(calendar('UID:1\nDTSTART;TZID="Odd, very":20260701T100000\nDURATION:PT1H', head=own), MOSCOW)
    (draft,) = found.drafts
    assert (draft.values["timezone"], draft.values["starts_local"]) == ("UTC", "2026-07-01T08:43:00")
    assert [one.code for one in draft.warnings] == ["ics.zone_own"]


def test_a_zone_of_the_files_own_is_what_its_definition_says():
    own = vtimezone("America/Denver", 2025, 2029).replace("America/Denver", "US-Mountain").replace("\r\n", "\n")
    assert only("UID:1\nDTSTART;TZID=US-Mountain:20260701T100000\nDURATION:PT1H", head=own)["timezone"] == (
        "America/Denver"
    )


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("UID:1\nSUMMARY:no start", "ics.no_start"),
        ("UID:1\nDTSTART:20260230T100000Z", "ics.moment"),
        ("UID:1\nDTSTART:00000101T100000Z", "ics.moment"),
        ("UID:1\nDTSTART:20260101T100000Z\nDTEND:20260101T090000Z", "ics.end_before_start"),
        ("UID:1\nDTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;INTERVAL=0", "rrule.number"),
        ("UID:1\nDTSTART:20260101T100000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rrule.never"),
        ("UID:1\nDTSTART:20260101T100000Z\nRDATE:" + ",".join(["20260102T100000Z"] * 50_000), "ics.too_many_of"),
    ],
)
def test_one_that_cannot_be_taken_takes_no_other_with_it(event, code):
    began = time.monotonic()
    found = read(calendar(event, "UID:2\nDTSTART:20260101T100000Z\nDURATION:PT1H"), MOSCOW)
    assert [one.uid for one in found.drafts] == ["2"]
    assert [problem.code for one in found.refused for problem in one.problems] == [code]
    assert time.monotonic() - began < 30


def test_what_is_cut_off_or_beyond_measure_is_refused_by_its_line():
    whole = calendar("UID:1\nDTSTART:20260101T100000Z\nDURATION:PT1H", "UID:2\nDTSTART:20260102T100000Z")
    assert codes(whole[: whole.rindex(b"END:VEVENT")]) == ["ics.unclosed"]
    with pytest.raises(Invalid) as caught:
        read(calendar("UID:1\nDTSTART:20260101T100000Z\nSUMMARY:" + "x" * (10 << 20)), MOSCOW)
    assert [(one.code, one.params["line"]) for one in caught.value.fields] == [("ics.line_too_long", 7)]
    for data in (b"", b"\0\1\2", b"name;price\n1;2\n"):
        with pytest.raises(Invalid):
            read(data, MOSCOW)


def test_a_series_comes_before_its_overrides_and_the_newest_version_counts():
    found = read(
        calendar(
            "UID:1\nRECURRENCE-ID;VALUE=DATE:20260108\nDTSTART;TZID=Europe/Moscow:20260108T120000\nDURATION:PT1H",
            "UID:1\nDTSTART;TZID=Europe/Moscow:20260101T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nSUMMARY:old",
            "UID:1\nSEQUENCE:1\nDTSTART;TZID=Europe/Moscow:20260101T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;",
        ),
        MOSCOW,
    )
    assert [(one.recurrence_id, one.sequence) for one in found.drafts] == [
        (None, 1),
        ("2026-01-08T07:00:00.000000Z", 0),
    ]


def changed_from(original: str, start: str) -> list[Draft]:
    """A weekly series with a date beside its rule, and a change of one of its instances and all that follow."""
    return read(
        calendar(
            "UID:1\nDTSTART;TZID=Europe/Moscow:20260101T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=5\n"
            "RDATE;TZID=Europe/Moscow:20260113T150000",
            f"UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Moscow:{original}\n"
            f"DTSTART;TZID=Europe/Moscow:{start}\nDURATION:PT1H\nSUMMARY:New",
        ),
        MOSCOW,
    ).drafts


def test_a_change_of_all_that_follows_parts_the_series():
    """As where somebody changes it here: also at a date beside the rule, and the first changes all."""
    first, second = changed_from("20260115T100000", "20260115T120000")
    assert (first.values["rrule"], second.values["rrule"]) == (
        "FREQ=WEEKLY;UNTIL=20260115T065959Z", "FREQ=WEEKLY;COUNT=3",
    )  # fmt: skip
    assert (second.values["related_to"], second.recurrence_id) == ("1", None)
    first, second = changed_from("20260113T150000", "20260113T170000")
    assert (first.values["rdates"], second.values["rdates"]) == ([], ["2026-01-13T17:00:00"])
    assert (second.values["starts_local"], second.values["ends_local"]) == (
        "2026-01-15T12:00:00",
        "2026-01-15T13:00:00",
    )
    assert (second.values["rrule"], second.values["title"]) == ("FREQ=WEEKLY;COUNT=3", "New")
    (whole,) = changed_from("20260101T100000", "20260101T120000")
    assert (whole.uid, whole.values["title"], whole.values["rrule"]) == ("1", "New", "FREQ=WEEKLY;COUNT=5")
    assert (whole.values["starts_local"], whole.values["rdates"]) == ("2026-01-01T12:00:00", ["2026-01-13T17:00:00"])


def test_no_title_can_begin_a_property_of_its_own():
    values = only("UID:1\nDTSTART:20260101T100000Z\nDURATION:PT1H")
    values["title"] = "Показ\r\nATTENDEE:mailto:x@example.com\nEND:VEVENT;,\\"
    data = write([values], MOSCOW)
    assert b"\nATTENDEE" not in data
    assert data.count(b"END:VEVENT\r\n") == 1
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert str(icalendar.Calendar.from_ical(data).events[0]["SUMMARY"]).startswith("Показ\nATTENDEE")


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", MOSCOW])
def test_a_written_zone_keeps_the_time_of_the_real_one(name):
    text = vtimezone(name, 2024, 2026)
    zone = icalendar.Timezone.from_ical(text).to_tz(lookup_tzid=False)  # type: ignore[union-attr]
    real = ZoneInfo(name)
    for day in range(366 * 5):
        noon = datetime(2024, 1, 1, 12) + timedelta(days=day)  # noqa: DTZ001
        assert noon.replace(tzinfo=zone).utcoffset() == noon.replace(tzinfo=real).utcoffset(), noon


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split()) or "x"
)
MINUTES = st.integers(0, 60 * 24 * 700)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    start = datetime(2026, 1, 1) + timedelta(minutes=draw(MINUTES))  # noqa: DTZ001
    all_day = draw(st.booleans())
    end = start + (timedelta(days=draw(st.integers(1, 3))) if all_day else timedelta(minutes=draw(st.integers(0, 900))))
    rule = draw(st.sampled_from([None, "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;COUNT=7", "FREQ=DAILY;INTERVAL=2"]))

    def told(moment: datetime) -> str:
        return moment.date().isoformat() if all_day else moment.isoformat(timespec="seconds")

    return {
        "uid": draw(TEXT), "sequence": draw(st.integers(0, 9)), "title": draw(TEXT), "all_day": all_day,
        "description": draw(st.none() | TEXT), "location": draw(st.none() | TEXT), "starts_local": told(start),
        "ends_local": told(end), "timezone": None if all_day else draw(st.sampled_from([None, "UTC", MOSCOW])),
        "status": draw(st.sampled_from(["scheduled", "confirmed", "in_progress", "completed", "cancelled", "no_show"])),
        "event_type": draw(st.sampled_from(["showing", "other", "open_house"])), "busy": draw(st.booleans()),
        "tentative": False, "rrule": rule, "recurrence_id": None, "rdates": [],
        "exdates": [told(start + timedelta(days=7))] if rule else [], "latitude": None, "longitude": None,
        "attendees": [{"name": draw(TEXT), "email": None, "phone": "+79161234567", "response": "declined"}],
        "reminders": [{"minutes_before": draw(st.integers(0, 9_000)), "channel": "email"}],
        "tags": draw(st.lists(TEXT, max_size=2, unique=True)), "priority": draw(st.none() | st.integers(1, 9)),
        "color": None, "declined": False, "related_to": None, "outcome_note": draw(st.none() | TEXT), "ics": ["X-A:b"],
        "template": draw(st.none() | TEXT), "rescheduled_to_uid": draw(st.none() | TEXT),
        "rescheduled_to_recurrence_id": draw(st.sampled_from([None, "2026-01-12", "2026-01-12T07:00:00.000000Z"])),
    }  # fmt: skip


@settings(max_examples=60)
@given(st.lists(events(), min_size=1, max_size=3, unique_by=lambda one: one["uid"]))
def test_what_is_written_is_read_back(some):
    data = write(some, MOSCOW, name="Календарь")
    found = read(data, MOSCOW)
    assert not found.refused
    assert found.name == "Календарь"
    for event, draft in zip(some, found.drafts, strict=True):
        assert {name: draft.values[name] for name in event} == event
    assert len(icalendar.Calendar.from_ical(data).events) == len(some)


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_make_it_stumble(junk, place):
    whole = calendar("UID:1\nDTSTART;TZID=Europe/Moscow:20260101T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3")
    with suppress(Invalid):
        found = read(whole[:place] + junk + whole[place:], MOSCOW)
        write([one.values for one in found.drafts], MOSCOW)
