"""Two calendars in step: our store, and a real server that another program writes to."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from realty_cli.errors import Conflict, NotFound, Unavailable
from realty_cli.events.schemas.event import EventCreate, EventStatusChange, EventUpdate
from realty_cli.events.schemas.sync import IntegrationCreate, SyncRequest
from realty_cli.integrations.caldav import CalDav, opened
from realty_cli.integrations.calendars import Calendars
from realty_cli.kit.schema import validate
from tests.calendar_servers import PASSWORD, CalendarServer
from tests.conftest import Agency

_NAMES = map("sync{}".format, itertools.count())
SERIES = "FREQ=WEEKLY;COUNT=4"


class Pair:
    """Anna's store and her calendar elsewhere."""

    def __init__(self, agency: Agency, server: CalendarServer, conflict: str = "newest") -> None:
        self.agency = agency
        self.calendars = Calendars(agency.realty.settings, here=True, wait=lambda _: None)
        self.url = server.make(next(_NAMES))
        data = validate(
            IntegrationCreate,
            {"name": "Phone", "url": self.url, "username": "agent", "password": PASSWORD, "conflict": conflict},
        )
        url, private_ok = self.calendars.found(data)
        made = agency.do(lambda work: self.calendars.create(work, data, url, private_ok=private_ok))
        self.id: int = made["id"]

    def open(self, write: bool) -> Any:
        return self.agency.write("events sync run") if write else self.agency.read()

    def run(self, **asked: Any) -> dict[str, Any]:
        return self.calendars.run(self.open, self.id, validate(SyncRequest, asked))

    def add(self, title: str, day: int = 1, **more: Any) -> dict[str, Any]:
        at = f"2026-12-{day:02}T10:00:00"
        given = {
            "title": title,
            "event_type": "showing",
            "start_time": at,
            "end_time": at.replace("T10", "T11"),
            **more,
        }
        made: dict[str, Any] = self.agency.do(
            lambda work: work.events.create(validate(EventCreate, given, zone=work.actor.timezone))
        )
        return made

    def edit(self, number: int, **fields: Any) -> None:
        self.agency.do(lambda work: work.events.update(number, validate(EventUpdate, fields, zone=work.actor.timezone)))

    def titles(self) -> list[str]:
        with self.agency.read() as work:
            rows = work.db.all("SELECT title FROM events WHERE deleted_at IS NULL ORDER BY title, id")
        return [row[0] for row in rows]

    def event(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.agency.ask(lambda work: work.events.get(number))
        return found

    @property
    def door(self) -> CalDav:
        return opened(self.url, "agent", PASSWORD, private_ok=True)

    def there(self) -> dict[str, str]:
        """The files there, by address."""
        door = self.door
        try:
            return {one.href: one.data.decode() for one in door.pull(None, {}).changed}
        finally:
            door.close()

    def change_there(self, change: Callable[[str], str | None], pick: str = "") -> None:
        door = self.door
        for one in door.pull(None, {}).changed:
            text = "\r\n".join(one.data.decode().splitlines()) + "\r\n"  # XML knows no carriage returns
            if pick in text:
                new = change(text)
                if new is None:
                    door.delete(one.href, one.etag)
                else:
                    door.put(one.href, "", new.encode(), one.etag)
        door.close()

    def quiet(self) -> None:
        """Nothing is left to do."""
        report = self.run()
        assert {name: report[name] for name in ("taken", "pushed", "deleted_here", "deleted_there", "failed")} == {
            "taken": 0, "pushed": 0, "deleted_here": 0, "deleted_there": 0, "failed": [],
        }  # fmt: skip


FOREIGN = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Phone//EN", "BEGIN:VEVENT", "UID:phone-1",
    "DTSTAMP:20261120T080000Z", "LAST-MODIFIED:20261120T080000Z", "DTSTART:20261205T100000Z",
    "DTEND:20261205T110000Z", "SUMMARY:Дантист", "X-PHONE-COLOUR:7", "END:VEVENT", "END:VCALENDAR", "",
])  # fmt: skip


def _put(pair: Pair, text: str, uid: str) -> None:
    door = pair.door
    door.put(None, uid, text.encode(), None)
    door.close()


def _both_ways(pair: Pair) -> None:
    ours = pair.add("Показ", notes="между нами", rrule=SERIES)
    _put(pair, FOREIGN, "phone-1")
    seen = pair.run(dry_run=True)
    assert (seen["taken"], seen["pushed"], len(seen["plan"])) == (1, 1, 2)
    assert pair.titles() == ["Показ"]
    done = pair.run()
    assert (done["taken"], done["pushed"], done["failed"], done["skipped"]) == (1, 1, [], [])
    assert pair.titles() == ["Дантист", "Показ"]
    assert "между нами" not in "".join(pair.there().values())
    pair.quiet()
    # The phone moves one showing of the series; we rename the series meanwhile.
    pair.edit(ours["id"], title="Показ дома")

    def move(text: str) -> str:
        head, _, rest = text.partition("BEGIN:VEVENT")
        master, _, tail = rest.partition("END:VEVENT")
        lines = [line for line in master.split("\r\n") if not line.startswith(("RRULE", "DTSTART", "DTEND"))]
        moved = "\r\n".join(
            [*lines[:-1], "RECURRENCE-ID:20261208T070000Z", "DTSTART:20261209T070000Z", "DTEND:20261209T080000Z", ""]
        )
        return f"{head}BEGIN:VEVENT{master}END:VEVENT\r\nBEGIN:VEVENT{moved}END:VEVENT{tail}"

    pair.change_there(move, "RRULE")
    done = pair.run()
    assert (done["failed"], done["skipped"], done["conflicts"]) == ([], [], 0)
    assert (done["taken"], done["pushed"]) == (1, 1)
    with pair.agency.read() as work:
        starts = [
            row[0]
            for row in work.db.all(
                "SELECT start_time FROM event_instances WHERE series_id = :id ORDER BY 1", {"id": ours["id"]}
            )
        ]
    assert [start[:13] for start in starts] == ["2026-12-01T07", "2026-12-09T07", "2026-12-15T07", "2026-12-22T07"]
    assert [text.count("Показ дома") for text in pair.there().values() if "RRULE" in text] == [1]
    pair.quiet()
    # What goes on one side goes on the other; what the phone wrote beside our fields stays with it.
    dentist = next(
        row for row in pair.agency.ask(lambda work: work.db.all("SELECT id, title FROM events")) if row[1] == "Дантист"
    )
    pair.edit(dentist[0], title="Дантист, 5 этаж")
    pair.change_there(lambda _: None, "RRULE")
    done = pair.run()
    assert (done["deleted_here"], done["pushed"]) == (1, 1)
    assert pair.titles() == ["Дантист, 5 этаж"]
    (left,) = pair.there().values()
    assert "X-PHONE-COLOUR:7" in left
    pair.agency.do(lambda work: work.events.delete(dentist[0]))
    assert pair.run()["deleted_there"] == 1
    assert pair.there() == {}
    pair.quiet()


def test_both_ways_with_radicale(agency: Agency, radicale_server: CalendarServer) -> None:
    _both_ways(Pair(agency, radicale_server))


def test_both_ways_with_xandikos(sqlite_agency: Agency, xandikos_server: CalendarServer) -> None:
    _both_ways(Pair(sqlite_agency, xandikos_server))


@pytest.mark.parametrize(("policy", "won"), [("local", "ours"), ("remote", "theirs"), ("both", "theirs")])
def test_a_clash_is_kept_and_can_be_turned_round(
    sqlite_agency: Agency, radicale_server: CalendarServer, policy: str, won: str
) -> None:
    pair = Pair(sqlite_agency, radicale_server, policy)
    made = pair.add("Показ")
    pair.run()
    pair.edit(made["id"], title="ours", description="here")
    pair.change_there(lambda text: text.replace("SUMMARY:Показ", "SUMMARY:theirs\r\nLOCATION:там"))
    assert pair.run()["conflicts"] == 1
    event = pair.event(made["id"])
    assert (event["title"], event["description"], event["location"]) == (won, "here", "там")
    assert pair.titles() == (["ours", "theirs"] if policy == "both" else [won])
    pair.run()
    pair.quiet()
    (kept,) = pair.agency.ask(lambda work: work.integrations.conflicts(pair.id, _page()))["items"]
    assert [(one["field"], one["local"], one["remote"]) for one in kept["clashes"]] == [("title", "ours", "theirs")]
    other: Any = "remote" if won == "ours" else "local"
    pair.agency.do(lambda work: work.integrations.resolve(pair.id, kept["id"], other))
    assert pair.event(made["id"])["title"] == {"ours": "theirs", "theirs": "ours"}[won]
    assert pair.run()["pushed"] == 1
    pair.quiet()


def _page() -> Any:
    from realty_cli.auth.paging import PageQuery

    return PageQuery()


def test_a_question_stays_open_until_it_is_answered(sqlite_agency: Agency, radicale_server: CalendarServer) -> None:
    pair = Pair(sqlite_agency, radicale_server, "ask")
    made = pair.add("Показ")
    pair.run()
    pair.edit(made["id"], title="ours")
    pair.change_there(lambda text: text.replace("SUMMARY:Показ", "SUMMARY:theirs"))
    for _ in range(2):
        report = pair.run()
        assert (report["conflicts"], report["taken"], report["pushed"]) == (1, 0, 0)
    (asked,) = pair.agency.ask(lambda work: work.integrations.conflicts(pair.id, _page()))["items"]
    assert asked["state"] == "open"
    pair.agency.do(lambda work: work.integrations.resolve(pair.id, asked["id"], "local"))
    assert pair.run()["pushed"] == 1
    assert "SUMMARY:ours" in "".join(pair.there().values())
    pair.quiet()


def test_what_stands_on_both_sides_already_is_linked(sqlite_agency: Agency, radicale_server: CalendarServer) -> None:
    """Joined anew, or restored from a backup: nothing is doubled, and nothing deleted."""
    pair = Pair(sqlite_agency, radicale_server)
    pair.add("Показ")
    pair.run()
    pair.agency.do(lambda work: work.db.run("DELETE FROM sync_links"))
    pair.agency.do(lambda work: work.db.run("UPDATE calendar_integrations SET token = 'gone'"))
    report = pair.run()
    assert (report["linked"], report["taken"], report["pushed"]) == (1, 0, 0)
    assert len(pair.there()) == 1


def test_what_is_agreed_upon_again_there_is_put_off_no_more(
    sqlite_agency: Agency, radicale_server: CalendarServer
) -> None:
    pair = Pair(sqlite_agency, radicale_server)
    off, instead = pair.add("Показ")["id"], pair.add("Вместо него", 2)["id"]
    sqlite_agency.do(lambda work: work.events.change_status(
        off, validate(EventStatusChange, {"status": "cancelled", "rescheduled_to": instead})
    ))  # fmt: skip
    pair.run()
    pair.change_there(lambda text: text.replace("STATUS:CANCELLED", "STATUS:CONFIRMED"), "STATUS:CANCELLED")
    assert pair.run()["taken"] == 1
    assert [pair.event(off)[name] for name in ("status", "rescheduled_to")] == ["confirmed", None]


def test_nobody_deletes_a_whole_calendar_by_accident(sqlite_agency: Agency, radicale_server: CalendarServer) -> None:
    pair = Pair(sqlite_agency, radicale_server)
    for day in range(1, 13):
        pair.add(f"Показ {day}", day)
    assert pair.run()["pushed"] == 12
    for href in list(pair.there())[:11]:
        pair.change_there(lambda _: None, href.rpartition("/")[2].removesuffix(".ics").replace("%40", "@"))
    with pytest.raises(Conflict, match="mass_delete"):
        pair.run()
    assert len(pair.titles()) == 12
    pair.change_there(lambda _: None)
    pair.agency.do(lambda work: work.db.run("UPDATE calendar_integrations SET token = NULL"))
    with pytest.raises(Conflict, match="emptied"):
        pair.run()
    with radicale_server.http as client:
        client.delete(pair.url).raise_for_status()
    with pytest.raises((NotFound, Unavailable)):
        pair.run(allow_mass_delete=True)
    assert len(pair.titles()) == 12


def test_the_password_is_nowhere_but_in_its_file(sqlite_agency: Agency, radicale_server: CalendarServer) -> None:
    pair = Pair(sqlite_agency, radicale_server)
    home = sqlite_agency.realty.settings.home
    holding = [path for path in home.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert [(path.parent.name, path.stat().st_mode & 0o777) for path in holding] == [("calendars", 0o600)]
    assert PASSWORD not in str(pair.agency.ask(lambda work: work.integrations.page(_page())))
    sqlite_agency.do(lambda work: pair.calendars.remove(work, pair.id))
    assert not holding[0].exists()
