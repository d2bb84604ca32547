"""Changing and ending a series: one, the rest, or all of it. Dates as people would see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from realty_cli.errors import Invalid, NotFound
from realty_cli.events.kinds import SeriesScope
from realty_cli.events.placing import place, recurrence_id, repeats, zone_of
from realty_cli.events.series import Plan, cut, edit

HOME = ZoneInfo("Europe/Moscow")
NOW = "2026-01-01T00:00:00.000000Z"
WINDOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


def series(
    rule: str | None = "FREQ=WEEKLY;BYDAY=MO", start: str = "2026-01-05T10:00:00", **more: Any
) -> dict[str, Any]:
    day = "T" not in start
    end = datetime.fromisoformat(start) + (timedelta(days=1) if day else timedelta(hours=1))
    return {
        "id": 1, "owner_id": 1, "uid": "one", "sequence": 3, "title": "Showing",
        "description": None, "status": "scheduled",
        "starts_local": start, "ends_local": end.date().isoformat() if day else end.isoformat(), "all_day": day,
        "timezone": None if day else "Europe/Moscow", "rrule": rule, "rdates": None, "exdates": None, "series_id": None,
        "recurrence_id": None, "related_to": None, "deleted_at": None, "outcome": "seen", "version": 1,
        **more,
    }  # fmt: skip


def name(master: Mapping[str, Any], wall: str) -> str:
    return recurrence_id(datetime.fromisoformat(wall), zone_of(master, HOME), all_day=bool(master["all_day"]))


class Store:
    """Rows as a plan leaves them."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = {row["id"]: row for row in rows}

    def apply(self, plan: Plan) -> Store:
        for before, changes in plan.updates:
            self.rows[before["id"]] = {**before, **changes}
        first = len(self.rows) + 1
        for row in plan.inserts:
            number = len(self.rows) + 1
            self.rows[number] = {
                "deleted_at": None,
                "rrule": None,
                "rdates": None,
                "exdates": None,
                **row,
                "id": number,
            }
        for before, changes in plan.adopted:
            self.rows[before["id"]] = {**before, **changes, "series_id": first}
        return self

    def exceptions(self, number: int = 1) -> list[dict[str, Any]]:
        return [row for row in self.rows.values() if row["series_id"] == number]

    def starts(self, days: int = 60) -> list[str]:
        found: list[tuple[datetime, str]] = []
        for row in self.rows.values():
            if row["deleted_at"] or (row["series_id"] and self.rows[row["series_id"]]["deleted_at"]):
                continue
            gone = {one["recurrence_id"] for one in self.exceptions(row["id"])}
            after = datetime(2026, 1, 1, tzinfo=UTC)
            for one in place(row, HOME, after, after + timedelta(days=days))[0]:
                if repeats(row) and one.recurrence_id in gone:
                    continue
                found.append((one.start, f"{one.start.astimezone(HOME):%m-%d %H:%M} {row['title']}"))
        return [text for _, text in sorted(found)]


def change(store: Store, wall: str | None, scope: SeriesScope, number: int = 1, **changes: Any) -> Store:
    master = store.rows[number]
    called = name(master, wall) if wall else None
    return store.apply(edit(master, store.exceptions(number), HOME, called, scope, changes, "two"))


def remove(store: Store, wall: str | None, scope: SeriesScope, number: int = 1) -> Store:
    master = store.rows[number]
    called = name(master, wall) if wall else None
    return store.apply(cut(master, store.exceptions(number), HOME, called, scope, NOW))


def at(start: str, hours: int = 1) -> dict[str, str]:
    return {"starts_local": start, "ends_local": (datetime.fromisoformat(start) + timedelta(hours=hours)).isoformat()}


def test_one_that_differs() -> None:
    store = change(Store(series()), "2026-01-12T10:00:00", SeriesScope.THIS, title="Late", **at("2026-01-13T18:00:00"))
    assert store.starts(25) == ["01-05 10:00 Showing", "01-13 18:00 Late", "01-19 10:00 Showing"]
    again = change(store, "2026-01-12T10:00:00", SeriesScope.THIS, title="Later")
    assert "01-13 18:00 Later" in again.starts(25)
    assert len(again.rows) == 2
    assert again.rows[2]["uid"] == "one"
    assert "outcome" not in again.rows[2]


def test_what_is_no_instance() -> None:
    store = Store(series(exdates=["2026-01-12T10:00:00"]))
    for wall in ("2026-01-12T10:00:00", "2026-01-13T10:00:00"):
        with pytest.raises(NotFound):
            change(store, wall, SeriesScope.THIS, title="x")
    with pytest.raises(NotFound):
        edit(store.rows[1], [], HOME, "tomorrow", SeriesScope.THIS, {}, "two")
    with pytest.raises(Invalid):
        change(store, "2026-01-19T10:00:00", SeriesScope.THIS, rrule="FREQ=DAILY")


def test_this_and_following() -> None:
    store = change(Store(series()), "2026-02-02T10:00:00", SeriesScope.THIS, title="Own")
    store = change(store, "2026-01-19T10:00:00", SeriesScope.FOLLOWING, title="New", **at("2026-01-20T12:00:00"))
    assert store.starts(40) == [
        "01-05 10:00 Showing", "01-12 10:00 Showing", "01-20 12:00 New", "01-27 12:00 New", "02-03 12:00 Own",
    ]  # fmt: skip
    new = store.rows[3]
    assert (new["uid"], new["related_to"], new["rrule"]) == ("two", "one", "FREQ=WEEKLY;BYDAY=TU")
    assert store.rows[1]["rrule"] == "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260119T065959Z"
    assert (store.rows[2]["series_id"], store.rows[2]["uid"]) == (3, "two")


def test_following_the_first_is_all() -> None:
    store = change(Store(series()), "2026-01-05T10:00:00", SeriesScope.FOLLOWING, title="New")
    assert len(store.rows) == 1
    assert store.rows[1]["title"] == "New"


def test_what_is_left_of_a_count() -> None:
    rule = "FREQ=WEEKLY;COUNT=5;BYDAY=MO"
    store = change(
        Store(series(rule, exdates=["2026-01-12T10:00:00"])), "2026-01-26T10:00:00", SeriesScope.FOLLOWING, title="N"
    )
    assert store.starts() == ["01-05 10:00 Showing", "01-19 10:00 Showing", "01-26 10:00 N", "02-02 10:00 N"]
    assert "COUNT=2" in store.rows[2]["rrule"]


def test_all_move_as_far_as_one_did() -> None:
    store = change(Store(series(exdates=["2026-01-12T10:00:00"])), "2026-01-26T10:00:00", SeriesScope.THIS, title="Own")
    store = change(store, "2026-01-19T10:00:00", SeriesScope.ALL, description="d", **at("2026-01-20T11:30:00", 2))
    assert store.starts(30) == ["01-06 11:30 Showing", "01-20 11:30 Showing", "01-27 11:30 Own"]
    assert store.rows[2]["description"] == "d"
    assert store.rows[2]["ends_local"] == "2026-01-27T13:30:00"
    renamed = change(store, None, SeriesScope.ALL, title="All")
    assert [text[-3:] for text in renamed.starts(30)] == ["All", "All", "Own"]


def test_the_end_of_a_rule_moves_with_it() -> None:
    store = Store(series("FREQ=DAILY;UNTIL=20260107T070000Z"))
    later = change(store, None, SeriesScope.ALL, **at("2026-01-05T15:00:00"))
    assert later.starts() == ["01-05 15:00 Showing", "01-06 15:00 Showing", "01-07 15:00 Showing"]
    earlier = change(later, None, SeriesScope.ALL, **at("2026-01-03T09:00:00"))
    assert earlier.starts() == ["01-03 09:00 Showing", "01-04 09:00 Showing", "01-05 09:00 Showing"]
    west = change(earlier, None, SeriesScope.ALL, timezone="America/New_York")
    assert len(west.starts()) == 3
    days = change(Store(series("FREQ=DAILY;UNTIL=20260106", "2026-01-05")), None, SeriesScope.ALL,
                  starts_local="2026-01-06", ends_local="2026-01-07")  # fmt: skip
    assert days.starts() == ["01-06 00:00 Showing", "01-07 00:00 Showing"]


def test_an_instance_that_the_clocks_skip_has_a_name() -> None:
    store = Store(series("FREQ=WEEKLY;COUNT=3", "2027-03-21T02:30:00", timezone="Europe/Berlin"))
    named = "2027-03-28T01:30:00.000000Z"
    store.apply(edit(store.rows[1], [], HOME, named, SeriesScope.THIS, {"title": "Own"}, "two"))
    assert store.rows[2]["recurrence_id"] == named
    store.apply(edit(store.rows[1], [store.rows[2]], HOME, None, SeriesScope.ALL, at("2027-03-20T02:30:00"), "two"))
    assert store.rows[2]["recurrence_id"] == "2027-03-27T01:30:00.000000Z"


def test_deleting() -> None:
    store = remove(Store(series("FREQ=WEEKLY;COUNT=3")), "2026-01-12T10:00:00", SeriesScope.THIS)
    assert store.starts() == ["01-05 10:00 Showing", "01-19 10:00 Showing"]
    with pytest.raises(NotFound):
        remove(store, "2026-01-12T10:00:00", SeriesScope.THIS)
    remove(store, "2026-01-05T10:00:00", SeriesScope.THIS)
    remove(store, "2026-01-19T10:00:00", SeriesScope.THIS)
    assert store.rows[1]["deleted_at"] == NOW  # nothing was left
    store = change(Store(series()), "2026-01-19T10:00:00", SeriesScope.THIS, title="Own")
    assert remove(store, "2026-01-12T10:00:00", SeriesScope.FOLLOWING).starts() == ["01-05 10:00 Showing"]
    assert store.rows[2]["deleted_at"] == NOW
    assert remove(store, None, SeriesScope.ALL).starts() == []


def test_whole_days() -> None:
    store = Store(series("FREQ=WEEKLY", "2026-01-05"))
    store = change(
        store, "2026-01-12", SeriesScope.THIS, title="Own", starts_local="2026-01-13", ends_local="2026-01-15"
    )
    assert store.rows[2]["recurrence_id"] == "2026-01-12"
    store = change(store, "2026-01-19", SeriesScope.FOLLOWING, title="New")
    assert store.rows[1]["rrule"] == "FREQ=WEEKLY;UNTIL=20260118"
    assert store.starts(26) == ["01-05 00:00 Showing", "01-13 00:00 Own", "01-19 00:00 New", "01-26 00:00 New"]


def test_a_series_in_another_zone_keeps_its_hours() -> None:
    store = Store(series("FREQ=DAILY", "2026-03-28T10:00:00", timezone="Europe/Berlin"))
    store = change(store, "2026-03-30T10:00:00", SeriesScope.FOLLOWING, title="New")
    days = store.starts(91)
    assert days[:3] == ["03-28 12:00 Showing", "03-29 11:00 Showing", "03-30 11:00 New"]


rules = st.sampled_from([
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3;COUNT=9", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", "FREQ=WEEKLY;COUNT=6",
    "FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=WEEKLY;UNTIL=20260302T070000Z",
])  # fmt: skip


def walls(store: Store, rows: Sequence[int] = (1,)) -> list[datetime]:
    return sorted(one.wall for number in rows for one in place(store.rows[number], HOME, *WINDOW)[0])


@settings(max_examples=60, deadline=None)
@given(rules, st.integers(0, 11), st.booleans())
@example("FREQ=DAILY", 5, True)
def test_a_split_loses_nothing(rule: str, which: int, extra: bool) -> None:
    """Both halves together are what there was before."""
    more = (
        {"rdates": ["2026-01-10T09:00:00", "2026-03-01T09:00:00"], "exdates": ["2026-01-12T10:00:00"]} if extra else {}
    )
    store = Store(series(rule, **more))
    before = walls(store)
    wall = before[which % len(before)]
    change(store, wall.isoformat(), SeriesScope.FOLLOWING, title="New")
    if len(store.rows) == 2:
        assert walls(store, (1, 2)) == before
        assert max(walls(store)) < wall <= min(walls(store, (2,)))


def test_a_split_keeps_what_was_earlier_that_day() -> None:
    store = Store(series("FREQ=DAILY;COUNT=3", rdates=["2026-01-06T09:00:00"]))
    change(store, "2026-01-06T10:00:00", SeriesScope.FOLLOWING, title="New")
    assert (store.rows[1]["rdates"], store.rows[2]["rdates"]) == (["2026-01-06T09:00:00"], None)


def test_a_split_at_a_date_beside_the_rule() -> None:
    """What follows begins with that date and goes on by the rule, at the hours of the rule."""
    dates = ["2026-01-07T09:00:00", "2026-01-14T15:00:00/2026-01-14T17:00:00", "2026-01-28T08:00:00"]
    store = Store(series(rdates=dates, exdates=["2026-01-19T10:00:00"]))
    store = change(store, "2026-01-07T09:00:00", SeriesScope.THIS, title="Before")
    store = change(store, "2026-01-28T08:00:00", SeriesScope.THIS, title="After")
    store = change(store, "2026-01-14T15:00:00", SeriesScope.FOLLOWING, title="New", **at("2026-01-15T16:00:00", 2))
    assert store.starts(30) == [
        "01-05 10:00 Showing", "01-07 09:00 Before", "01-12 10:00 Showing", "01-15 16:00 New", "01-27 11:00 New",
        "01-29 09:00 After",
    ]  # fmt: skip
    old, new = store.rows[1], store.rows[4]
    assert (old["rrule"], old["rdates"]) == ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260114T115959Z", dates[:1])
    assert new["rrule"] == "FREQ=WEEKLY;BYDAY=TU"
    assert new["rdates"] == ["2026-01-15T16:00:00/2026-01-15T18:00:00", "2026-01-29T09:00:00"]
    assert (new["starts_local"], new["ends_local"]) == ("2026-01-20T11:00:00", "2026-01-20T12:00:00")
    assert (store.rows[2]["series_id"], store.rows[3]["series_id"]) == (1, 4)
    # What was split is split again, before the start of its rule; what stays is a date alone.
    again = change(store, "2026-01-27T11:00:00", SeriesScope.FOLLOWING, 4, title="Third")
    assert again.starts(30)[3:] == ["01-15 16:00 New", "01-27 11:00 Third", "01-29 09:00 After"]


def test_a_split_of_dates_alone() -> None:
    """A date with a length of its own gives it to no other; one that is left with an exception is shown once."""
    dates = ["2026-01-07T10:00:00/2026-01-07T14:00:00", "2026-01-09T10:00:00"]
    store = change(Store(series(None, rdates=dates)), "2026-01-05T10:00:00", SeriesScope.THIS, title="Own")
    store = change(store, "2026-01-07T10:00:00", SeriesScope.FOLLOWING, title="New")
    assert store.starts() == ["01-05 10:00 Own", "01-07 10:00 New", "01-09 10:00 New"]
    lengths = [one.end - one.start for one in place(store.rows[3], HOME, *WINDOW)[0]]
    assert lengths == [timedelta(hours=4), timedelta(hours=1)]


def test_a_date_before_the_rule_stays_when_the_rule_goes() -> None:
    store = Store(series("FREQ=WEEKLY;COUNT=4", rdates=["2026-01-02T09:00:00", "2026-01-03T09:00:00"]))
    store = change(store, "2026-01-03T09:00:00", SeriesScope.FOLLOWING, title="New")
    assert store.starts(15) == ["01-02 09:00 Showing", "01-03 09:00 New", "01-05 10:00 New", "01-12 10:00 New"]
    assert "COUNT=4" in store.rows[2]["rrule"]
    assert remove(store, "2026-01-05T10:00:00", SeriesScope.FOLLOWING, 2).starts(15) == [
        "01-02 09:00 Showing", "01-03 09:00 New",
    ]  # fmt: skip


def test_days_of_what_had_hours() -> None:
    store = Store(series("FREQ=WEEKLY;UNTIL=20260119T070000Z", rdates=["2026-01-14T23:00:00"]))
    day = {"starts_local": "2026-01-14", "ends_local": "2026-01-15", "all_day": True, "timezone": None}
    store = change(store, "2026-01-14T23:00:00", SeriesScope.FOLLOWING, title="New", **day)
    assert store.starts()[2:] == ["01-14 00:00 New", "01-19 00:00 New"]
    assert store.rows[2]["rrule"] == "FREQ=WEEKLY;UNTIL=20260119"
    hours = {"all_day": False, "timezone": "Europe/Moscow", **at("2026-01-14T12:00:00")}
    store = change(store, "2026-01-14", SeriesScope.ALL, 2, **hours)
    assert store.starts()[2:] == ["01-14 12:00 New", "01-19 12:00 New"]


def test_what_cannot_be_split() -> None:
    """Two rules that both go on, of which neither says from which week or at what hour."""
    broken = series("FREQ=DAILY;COUNT=10\nFREQ=WEEKLY;COUNT=5")
    with pytest.raises(Invalid):
        change(Store(broken), "2026-01-12T10:00:00", SeriesScope.FOLLOWING, title="x")
    assert remove(Store(broken), "2026-01-12T10:00:00", SeriesScope.FOLLOWING).starts()
    ended = change(
        Store(series("FREQ=DAILY;COUNT=4\nFREQ=WEEKLY;COUNT=3")), "2026-01-12T10:00:00", SeriesScope.FOLLOWING,
        title="x",
    )  # fmt: skip
    assert ended.starts()[-2:] == ["01-12 10:00 x", "01-19 10:00 x"]
