"""Files of events in the store: known again by UID, taken back by undo, and the same again after a way out and in."""

from __future__ import annotations

import io
from typing import Any

import pytest

from realty_cli.auth import tokens
from realty_cli.auth.paging import PageQuery
from realty_cli.errors import Conflict
from realty_cli.events import exporting, feeds
from realty_cli.events.file_rows import Wanted
from realty_cli.events.ics.codec import codec_of
from realty_cli.events.importing import Terms, read_ahead
from realty_cli.events.kinds import SeriesScope
from realty_cli.events.schemas.care import EventOfTemplate, TemplateCreate
from realty_cli.events.schemas.event import EventUpdate
from realty_cli.events.schemas.feed import CalendarFeedCreate
from realty_cli.kit.importing import Prepared, Report
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate
from realty_cli.store import import_run
from tests.conftest import Agency
from tests.test_events.test_events import create, status
from tests.test_events.test_ics_files import calendar

WEEKLY = """UID:w
DTSTART;TZID=Europe/Moscow:20260105T100000
DTEND;TZID=Europe/Moscow:20260105T110000
RRULE:FREQ=WEEKLY;COUNT=4
SUMMARY:Планёрка"""
MOVED = """UID:w
RECURRENCE-ID;TZID=Europe/Moscow:20260112T100000
DTSTART;TZID=Europe/Moscow:20260112T120000
DTEND;TZID=Europe/Moscow:20260112T130000
SUMMARY:Планёрка позже"""
SHOWING = "UID:s\nDTSTART:20260107T070000Z\nDTEND:20260107T080000Z\nSUMMARY:Показ\nCATEGORIES:Показ"


def bring(agency: Agency, data: bytes, name: str = "a.ics", bad: list[Prepared] | None = None, **terms: Any) -> Report:
    reading = Terms("Europe/Moscow", agency.clock.now(), name)
    with codec_of(name).read(io.BytesIO(data)) as table, read_ahead(table, reading) as batches:
        with agency.write(f"events import {name}", source="import") as work:
            importer = work.event_importer((bad if bad is not None else []).append)
            return import_run.run(work, importer, batches, name, import_run.Terms(**terms))


def sent(agency: Agency, format_: str = "ics", **wanted: Any) -> bytes:
    def ask(work: Any) -> bytes:
        file = io.BytesIO()
        exporting.run(work.db, work.actor, codec_of("", format_), file, Wanted(owner_id=work.actor.id, **wanted))
        return file.getvalue()

    data: bytes = agency.ask(ask)
    return data


def events(agency: Agency) -> list[tuple[Any, ...]]:
    sql = (
        "SELECT e.uid, e.recurrence_id, e.series_id IS NULL, e.title, e.event_type, e.starts_local, e.ends_local,"
        " e.timezone, e.rrule, e.tags, e.ics, r.uid, r.recurrence_id, e.template_id, e.start_time, e.end_time,"
        " e.sequence, e.status"
        " FROM events e LEFT JOIN events r ON r.id = e.rescheduled_to WHERE e.deleted_at IS NULL"
        " ORDER BY e.uid, e.recurrence_id"
    )
    return [tuple(row) for row in agency.ask(lambda work: work.db.all(sql))]


def starts(agency: Agency) -> list[str]:
    rows = agency.ask(lambda work: work.db.all("SELECT start_time FROM event_instances ORDER BY start_time"))
    return [row[0][:16] for row in rows]


def test_a_calendar_comes_in_once_and_can_be_taken_back(agency: Agency) -> None:
    bad: list[Prepared] = []
    data = calendar(MOVED, WEEKLY, SHOWING, "UID:b\nSUMMARY:no start")
    report = bring(agency, data, bad=bad)
    assert report.counts == {"created": 3, "updated": 0, "unchanged": 0, "rejected": 1}
    assert [(one.cells, one.problems[0].code) for one in bad] == [(("VEVENT", "b", "no start"), "ics.no_start")]
    expected = ["2026-01-05T07:00", "2026-01-07T07:00", "2026-01-12T09:00", "2026-01-19T07:00", "2026-01-26T07:00"]
    assert starts(agency) == expected
    before = events(agency)
    assert [row[:5] for row in before] == [
        ("s", None, 1, "Показ", "showing"), ("w", "2026-01-12T07:00:00.000000Z", 0, "Планёрка позже", "other"),
        ("w", None, 1, "Планёрка", "other"),
    ] or sorted(row[0] for row in before) == ["s", "w", "w"]  # fmt: skip
    again = bring(agency, data)
    assert (again.counts["unchanged"], again.counts["created"], again.import_id) == (3, 0, None)
    agency.do(lambda work: work.undo.undo_import(report.import_id))
    assert events(agency) == []
    assert starts(agency) == []


def test_a_newer_version_updates_and_an_older_one_does_not(agency: Agency) -> None:
    bring(agency, calendar(SHOWING + "\nSEQUENCE:2"))
    assert bring(agency, calendar(SHOWING.replace("Показ", "Старый") + "\nSEQUENCE:1")).counts["unchanged"] == 1
    later = calendar(SHOWING.replace("070000Z", "060000Z") + "\nSEQUENCE:3")
    assert bring(agency, later).counts["updated"] == 1
    assert starts(agency) == ["2026-01-07T06:00"]


def test_what_a_letter_calls_off_is_called_off(agency: Agency) -> None:
    bring(agency, calendar(SHOWING))
    letter = calendar(SHOWING + "\nSEQUENCE:1").replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL", 1)
    assert bring(agency, letter).counts["updated"] == 1
    assert [one[-1] for one in events(agency)] == ["cancelled"]


def test_a_letter_calls_off_no_more_than_it_names(agency: Agency) -> None:
    def off(text: str) -> bytes:
        return calendar(text).replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL", 1)

    assert bring(agency, off(SHOWING)).counts["created"] == 0
    bring(agency, calendar(SHOWING))
    bring(agency, off("UID:s\nDTSTART:20260107T070000Z\nSEQUENCE:2"))
    assert [(one[3], one[5][11:16], one[6][11:16], one[-1]) for one in events(agency)] == [
        ("Показ", "07:00", "08:00", "cancelled"),
    ]  # fmt: skip


def test_an_event_whose_start_the_clocks_skip_keeps_its_length(agency: Agency) -> None:
    gap = "UID:g\nDTSTART;TZID=Europe/Berlin:20270328T023000\nDTEND;TZID=Europe/Berlin:20270328T033000\nSUMMARY:Ночью"
    bring(agency, calendar(gap))
    ((start, end),) = agency.ask(lambda work: work.db.all("SELECT start_time, end_time FROM events"))
    assert (str(start)[11:16], str(end)[11:16]) == ("01:30", "02:30")
    assert bring(agency, sent(agency)).counts["unchanged"] == 1


def test_an_exception_that_the_next_version_has_not_is_no_more(agency: Agency) -> None:
    bring(agency, calendar(WEEKLY, MOVED))
    report = bring(agency, calendar(WEEKLY.replace("Планёрка", "Совещание") + "\nSEQUENCE:1"))
    assert report.counts["updated"] == 1
    assert starts(agency) == ["2026-01-05T07:00", "2026-01-12T07:00", "2026-01-19T07:00", "2026-01-26T07:00"]
    agency.do(lambda work: work.undo.undo_import(report.import_id))
    assert starts(agency)[1] == "2026-01-12T09:00"


def test_nothing_is_kept_of_a_try_or_of_a_whole_that_is_refused(agency: Agency) -> None:
    data = calendar(SHOWING, "UID:b\nSUMMARY:no start")
    with pytest.raises(import_run.RefusedError):
        bring(agency, data, atomic=True)
    assert events(agency) == []


def test_what_goes_out_comes_back_the_same(agency: Agency) -> None:
    """Also which event took the place of another, by its UID, and of which template one was made, by its name."""
    kept = "CATEGORIES:Показ\\; второй,срочно\nORGANIZER;CN=Анна:mailto:anna@example.org\nURL:https://example.org/a;b"
    bring(agency, calendar(WEEKLY, MOVED, f"{SHOWING}\n{kept}"))
    template = {"name": "Показ с чаем", "event_type": "showing", "duration_minutes": 45}
    number = agency.do(lambda work: work.event_templates.create(validate(TemplateCreate, template)))["id"]
    for day, successor in ((6, "recurrence_id IS NOT NULL"), (8, "uid = 's'")):
        use = validate(EventOfTemplate, {"start_time": f"2026-01-0{day}T10:00:00"})
        made = agency.do(lambda work, use=use: work.event_templates.make(number, use))["id"]
        to = agency.ask(lambda work, which=successor: work.db.value(f"SELECT id FROM events WHERE {which}"))
        status(agency, made, "cancelled", cancelled_by="client", rescheduled_to=to)
    before, laid = events(agency), starts(agency)
    assert {row[11:14] for row in before} == {
        (None, None, None), ("w", "2026-01-12T07:00:00.000000Z", number), ("s", None, number),
    }  # fmt: skip
    for format_ in ("ics", "json", "csv"):
        data = sent(agency, format_)
        assert bring(agency, data, f"b.{format_}").counts["unchanged"] == 5, format_
        agency.do(lambda work: work.db.run("DELETE FROM events"))
        agency.do(lambda work: work.db.run("DELETE FROM event_instances"))
        report = bring(agency, data, f"b.{format_}")
        assert report.counts["created"] == 5, [one.problems for one in report.outcomes]
        assert events(agency) == before, format_
        assert bring(agency, data, f"b.{format_}").counts["unchanged"] == 5
    assert starts(agency) == laid


def test_a_successor_that_is_not_here_is_told_and_found_later(agency: Agency) -> None:
    off = calendar("UID:o\nDTSTART:20260106T070000Z\nSTATUS:CANCELLED\nSUMMARY:x\nX-REALTY-RESCHEDULED-TO:s")
    first = bring(agency, off)
    assert "ics.successor_unknown" in {problem.code for _, problem in first.warnings}
    assert bring(agency, off).counts["unchanged"] == 1
    bring(agency, calendar(SHOWING))
    assert bring(agency, off).counts["updated"] == 1
    assert [row[11] for row in events(agency)] == ["s", None]


def test_only_what_a_file_calls_off_is_put_off(agency: Agency) -> None:
    """As by hand: figures count on it. Nor does anything take its own place."""
    to = "\nX-REALTY-RESCHEDULED-TO:"
    off = "UID:o\nDTSTART:20260106T070000Z\nSUMMARY:x\nSTATUS:CANCELLED"
    open_ = "UID:p\nDTSTART:20260106T080000Z\nSUMMARY:x"
    bring(agency, calendar(SHOWING, f"{off}{to}o", f"{open_}{to}s", f"{open_.replace('p', 'q')}{to}later"))
    assert {row[11] for row in events(agency)} == {None}
    bring(agency, calendar(f"{off}{to}s\nSEQUENCE:1"))
    assert [row[11] for row in events(agency) if row[11]] == ["s"]
    bring(agency, calendar(f"{off.replace('CANCELLED', 'CONFIRMED')}\nSEQUENCE:2"))
    assert {row[11] for row in events(agency)} == {None}


def test_a_period_and_filters_choose_what_goes_out(agency: Agency) -> None:
    bring(agency, calendar(WEEKLY, SHOWING))
    assert sent(agency, start_from="2026-01-14T00:00:00.000000Z").count(b"BEGIN:VEVENT") == 1
    assert sent(agency, event_types=("showing",)).count(b"BEGIN:VEVENT") == 1
    assert sent(agency, start_to="2025-06-01T00:00:00.000000Z").count(b"BEGIN:VEVENT") == 0


def test_an_exception_in_the_bin_goes_out_as_a_date_left_out(agency: Agency) -> None:
    bring(agency, calendar(WEEKLY, MOVED))
    agency.do(lambda work: work.db.run("UPDATE events SET deleted_at = updated_at WHERE recurrence_id IS NOT NULL"))
    data = sent(agency)
    assert data.count(b"BEGIN:VEVENT") == 1
    assert b"EXDATE;TZID=Europe/Moscow:20260112T100000\r\n" in data


def test_a_table_that_people_keep_comes_in(agency: Agency) -> None:
    report = bring(
        agency,
        "Название;Начало;Конец;Место\nПоказ;2026-03-01 10:00;2026-03-01 11:00;Ленина, 1\n;2026-03-01;;\n".encode(),
        "a.csv",
    )
    assert report.counts == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert starts(agency) == ["2026-03-01T07:00"]


def test_a_series_is_parted_at_a_date_beside_its_rule(agency: Agency) -> None:
    """What follows begins with that date; a date before the start of a rule keeps its time as any other does."""
    dated = WEEKLY.replace("2026", "2027") + "\nRDATE;TZID=Europe/Moscow:20270111T150000,20270121T090000"
    bring(agency, calendar(dated))
    number, before = agency.ask(lambda work: work.db.value("SELECT id FROM events")), starts(agency)
    name, data = "2027-01-11T12:00:00.000000Z", validate(EventUpdate, {"title": "Дальше"})

    def part(work: Any) -> Any:
        return work.events.update(number, data, recurrence_id=name, scope=SeriesScope.FOLLOWING)

    new = agency.do(part)
    assert (new["rrule"], new["rdates"]) == ("FREQ=WEEKLY;COUNT=3", ["2027-01-11T15:00:00", "2027-01-21T09:00:00"])
    assert starts(agency) == before
    titles = agency.ask(lambda work: work.events.between("2027-01-01T00:00:00.000000Z", "2027-02-01T00:00:00.000000Z"))
    assert [one["title"] for one in titles["items"]] == ["Планёрка", *["Дальше"] * 5]
    with pytest.raises(Conflict):
        create(agency, start_time="2027-01-11T15:30:00", end_time="2027-01-11T16:30:00")
    agency.do(lambda work: work.undo.undo())
    assert (starts(agency), len(events(agency))) == (before, 1)
    agency.do(lambda work: work.events.delete(number, recurrence_id=name, scope=SeriesScope.FOLLOWING))
    assert starts(agency) == before[:1]


def test_what_overlaps_is_taken_and_told(agency: Agency) -> None:
    near = SHOWING.replace("2026", "2027")
    report = bring(agency, calendar(near, near.replace("UID:s", "UID:t")))
    assert report.counts["created"] == 2
    ((line, problem),) = report.warnings
    first = agency.ask(lambda work: work.db.value("SELECT id FROM events WHERE uid = 's'"))
    assert (problem.code, problem.params["id"]) == ("ics.overlaps", first)
    assert line > 4
    far = "UID:f\nDTSTART:20260101T073000Z\nDTEND:20260101T074500Z\nRRULE:FREQ=YEARLY\nSUMMARY:x"
    again = bring(agency, calendar(far, far.replace("UID:f", "UID:g").replace("0101T07", "0107T07")))
    assert [one.params.get("id") for _, one in again.warnings] == [first, first + 1]
    free = near.replace("UID:s", "UID:free") + "\nTRANSP:TRANSPARENT"
    assert bring(agency, calendar(free, near.replace("UID:s", "UID:off") + "\nSTATUS:CANCELLED")).warnings == []


def test_somebody_elses_showing_at_the_listing_is_told_of(agency: Agency) -> None:
    flat = PropertyCreate(title="Лесная, 5", property_type="apartment", deal_type="sale", price=9_000_000)
    listing = agency.do(lambda work: work.properties.create(flat))["id"]
    agency.add_account("boris", admin=True)
    when = {"start_time": "2027-01-07T10:00:00", "end_time": "2027-01-07T11:00:00"}
    create(agency, user="boris", property_id=listing, **when)
    report = bring(agency, calendar(SHOWING.replace("2026", "2027") + f"\nX-REALTY-PROPERTY:{listing}"))
    assert [problem.code for _, problem in report.warnings] == ["event.listing_taken"]


def test_a_feed_shows_the_calendar_to_whoever_has_its_address(agency: Agency) -> None:
    now = agency.clock.now()
    day = f"{now:%Y%m%d}"
    bring(agency, calendar(f"UID:1\nDTSTART:{day}T070000Z\nDTEND:{day}T080000Z\nSUMMARY:Иванов\nDESCRIPTION:тайна"))
    made = agency.do(lambda work: work.feeds.create(CalendarFeedCreate(name="Телефон")))
    token = made["token"]
    assert token not in str(agency.ask(lambda work: work.db.all("SELECT * FROM calendar_feeds")))

    def seen(work: Any, busy: bool) -> tuple[str, bytes]:
        feed = feeds.opened(work.db, token, now)
        return feeds.state(work.db, feed, now, busy=busy)[0], feeds.body(work.db, feed, now, busy=busy)

    tag, full = agency.ask(lambda work: seen(work, False))
    quiet, busy = agency.ask(lambda work: seen(work, True))
    assert "Иванов".encode() in full
    assert "Занято".encode() in busy
    assert "Иванов".encode() not in busy
    assert "тайна".encode() not in busy
    assert tag != quiet
    assert agency.ask(lambda work: seen(work, False)) == (tag, full)
    bring(agency, calendar(f"UID:1\nSEQUENCE:1\nDTSTART:{day}T080000Z\nDURATION:PT1H\nSUMMARY:Иванов"))
    assert agency.ask(lambda work: seen(work, False))[0] != tag


def test_the_log_tells_of_feeds_and_their_addresses_do_not_come_back(agency: Agency) -> None:
    def told() -> list[tuple[str, str]]:
        items = agency.ask(lambda work: work.history.changes(kind="feed"))["items"]
        return [(one["action"], (one["new"] or one["old"])["name"]) for one in items]

    def refused() -> str:
        with pytest.raises(Conflict) as error:
            agency.do(lambda work: work.undo.undo())
        return error.value.code

    made = agency.do(lambda work: work.feeds.create(CalendarFeedCreate(name="Телефон")))
    agency.do(lambda work: work.undo.undo())
    assert agency.ask(lambda work: work.feeds.page(PageQuery()))["items"] == []
    second = agency.do(lambda work: work.feeds.create(CalendarFeedCreate(name="Жена", detail="busy")))
    turned = agency.do(lambda work: work.feeds.rotate(second["id"]))
    assert refused() == "undo.feed"
    agency.do(lambda work: work.feeds.revoke(second["id"]))
    assert refused() == "undo.feed"
    assert told() == [
        ("create", "Телефон"), ("remove", "Телефон"), ("create", "Жена"), ("update", "Жена"), ("delete", "Жена"),
    ]  # fmt: skip
    create(agency, title="Звонок")
    third = agency.do(lambda work: work.feeds.create(CalendarFeedCreate(name="Жена")))
    agency.do(lambda work: work.feeds.revoke(third["id"]))
    assert refused() == "undo.last_is_final"
    log = str(agency.ask(lambda work: work.db.all("SELECT old_state, diff FROM changes")))
    for one in (made, second, turned):
        assert one["token"] not in log
        assert tokens.digest(one["token"]) not in log
