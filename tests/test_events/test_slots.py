"""The seven properties of conflicts and suggestions, and what each part of them says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.events import hours
from realty_cli.events.busy import Block, Place, merge
from realty_cli.events.conflicts import against, between, pairs
from realty_cli.events.hours import Day, day_of, grid, spans_of
from realty_cli.events.slots import Found, Person, Wish, feasible, suggest
from realty_cli.events.travel import Travel

ZONE = ZoneInfo("Europe/Moscow")
WEEK = {name: [("09:00", "20:00")] for name in hours.WEEKDAYS[:5]} | {"sat": [("10:00", "18:00")]}
MONDAY = datetime(2034, 5, 15, tzinfo=ZONE).astimezone(UTC)
SUNDAY = MONDAY - timedelta(days=1)
DST = [
    ("Europe/Berlin", date(2034, 3, 26)), ("Europe/Berlin", date(2034, 10, 29)),
    ("America/New_York", date(2034, 3, 12)),
    ("America/New_York", date(2034, 11, 5)), ("Africa/Cairo", date(2024, 4, 26)), ("Africa/Cairo", date(2024, 10, 31)),
    ("Australia/Lord_Howe", date(2034, 4, 2)), ("Australia/Lord_Howe", date(2034, 10, 1)),
    ("Europe/Moscow", date(2014, 10, 26)),
]  # fmt: skip
PLACES = [Place(), Place(55.75, 37.62), Place(55.70, 37.50), Place(55.76, 37.63), Place(59.93, 30.33), Place(name="x")]


def block(start: int, length: int, number: int | None = None, **more: object) -> Block:
    """Minutes from Monday's midnight in Moscow."""
    begin = MONDAY + timedelta(minutes=start)
    given: dict[str, object] = {"owner_id": 1, "event_id": number, **more}
    return Block(begin, begin + timedelta(minutes=length), **given)  # type: ignore[arg-type]


def wish(**more: object) -> Wish:
    given: dict[str, object] = {
        "start": MONDAY, "end": MONDAY + timedelta(days=3), "now": MONDAY - timedelta(days=1), "duration": 60,
        "model": block(0, 60), "tz": ZONE, "limit": 100, "spread": 100, **more,
    }  # fmt: skip
    return Wish(**given)  # type: ignore[arg-type]


def offered(blocks: list[Block], travel: Travel | None = None, **more: object) -> Found:
    return suggest(wish(**more), [Person(ZONE, WEEK, blocks)], travel or Travel(ZONE))


@st.composite
def events(draw: st.DrawFn, most: int = 12) -> list[Block]:
    found = []
    for number in range(draw(st.integers(0, most))):
        found.append(
            block(
                draw(st.integers(0, 3 * 288)) * 5,
                draw(st.sampled_from([0, 5, 20, 45, 60, 90, 300])),
                number + 1,
                owner_id=draw(st.sampled_from([1, 1, 1, 2])),
                soft=draw(st.booleans()),
                event_type=draw(st.sampled_from(["showing", "call", "open_house", "task"])),
                place=draw(st.sampled_from([*PLACES, Place(55.7, 37.6, 7)])),
                before=draw(st.sampled_from([0, 0, 15, 400])),
                after=draw(st.sampled_from([0, 0, 10])),
                series_id=draw(st.sampled_from([None, None, 900])),
            )
        )
    return found


MODELS = st.builds(
    lambda place, around, kind: block(0, 60, place=place, before=around, after=around, event_type=kind),
    st.sampled_from(PLACES), st.sampled_from([0, 10]), st.sampled_from(["showing", "call"]),
)  # fmt: skip


@settings(max_examples=40)
@given(events(), MODELS, st.sampled_from([15, 30, 60]))
def test_no_suggestion_has_a_conflict(blocks: list[Block], model: Block, step: int) -> None:
    mine = [replace(one, owner_id=1) for one in blocks]
    for one in offered(mine, model=model, granularity=step).suggestions:
        start, end = (datetime.fromisoformat(one[name]) for name in ("start", "end"))
        assert against([replace(model, start=start, end=end)], mine, Travel(ZONE)) == []


@settings(max_examples=40)
@given(events(), events(most=1), MODELS)
def test_another_event_adds_no_start_on_the_grid(blocks: list[Block], more: list[Block], model: Block) -> None:
    asked = wish(model=model)
    before = feasible(asked, [Person(ZONE, WEEK, blocks)], Travel(ZONE))
    added = [replace(one, event_id=99, series_id=None) for one in more]
    assert feasible(asked, [Person(ZONE, WEEK, blocks + added)], Travel(ZONE)) <= before


@settings(max_examples=60)
@given(st.integers(0, 500), st.integers(1, 300), st.integers(0, 500), st.integers(1, 300))
def test_conflicts_are_symmetrical_and_half_open(at: int, length: int, other: int, others: int) -> None:
    one, two, travel = block(at, length, 1), block(other, others, 2), Travel(ZONE)
    assert list(between(one, two, travel)) == list(between(two, one, travel))
    assert bool(list(between(one, two, travel))) == (at < other + others and other < at + length)
    after = block(at + length, others, 2)
    assert not list(between(one, after, travel))


@settings(max_examples=30)
@given(events(most=60))
def test_the_sweep_finds_what_looking_at_all_pairs_finds(blocks: list[Block]) -> None:
    travel = Travel(ZONE)
    swept, more = pairs(blocks, travel)
    brute = [found for one, two in combinations(blocks, 2) for found in between(one, two, travel)]

    def named(found: list[tuple[object, ...]]) -> set[tuple[object, ...]]:
        return {(*one[:5], one[5].event_id, one[6].event_id) for one in found}  # type: ignore[attr-defined]

    assert not more
    assert len(swept) == len(brute)
    assert named(swept) == named(brute)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(events(), st.sampled_from(["America/New_York", "Asia/Kathmandu", "UTC", "Australia/Lord_Howe"]))
def test_the_zone_of_display_changes_no_moment(blocks: list[Block], name: str) -> None:
    here, there = offered(blocks), offered(blocks, tz=ZoneInfo(name))
    assert [one["start"] for one in here.suggestions] == [one["start"] for one in there.suggestions]
    assert [one["score"] for one in here.suggestions] == [one["score"] for one in there.suggestions]


@settings(max_examples=40)
@given(events(), st.sampled_from([5, 10, 15, 20, 30, 60]))
def test_starts_lie_on_the_grid_or_say_so(blocks: list[Block], step: int) -> None:
    for one in offered(blocks, granularity=step).suggestions:
        at = datetime.fromisoformat(one["start_local"])
        assert ((at.hour * 60 + at.minute) % step == 0) != one["off_grid"]
        assert 9 <= at.hour < 20


@pytest.mark.parametrize(("name", "day"), DST)
def test_days_on_which_the_clocks_change(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    ((start, end),) = spans_of(day, [("00:00", "24:00")], zone)
    clock = {at.astimezone(zone).strftime("%H:%M") for at in grid(start, end - timedelta(minutes=1), zone, 30)}
    points = grid(start, end - timedelta(minutes=1), zone, 30)
    assert all(at.astimezone(zone).minute % 30 == 0 for at in points)
    assert len(points) == (end - start) // timedelta(minutes=30)
    assert len(clock) <= len(points)
    asked = wish(
        start=start, end=end, now=start - timedelta(days=1), duration=30, model=Block(start, end, owner_id=1), tz=zone
    )  # fmt: skip
    week = {one: [("00:00", "24:00")] for one in hours.WEEKDAYS}
    found = suggest(asked, [Person(zone, week, [])], Travel(zone)).suggestions
    assert {datetime.fromisoformat(one["start"]) for one in found} == set(points)


# What each part says ----------------------------------------------------------------------------------------------


def test_kinds_of_conflict() -> None:
    travel = Travel(ZONE)
    there, far = Place(55.75, 37.62, 7), Place(55.65, 37.40, 8)
    first = block(600, 60, 1, event_type="showing", place=there, after=15)

    def kinds(other: Block) -> list[tuple[str, str]]:
        return [(one[0], one[1]) for one in between(first, other, travel)]

    assert kinds(block(630, 60, 2)) == [("time", "hard")]
    assert kinds(block(630, 60, 2, soft=True)) == [("time", "soft")]
    assert kinds(block(630, 60, 2, owner_id=2, event_type="showing", place=there)) == [("resource", "hard")]
    assert kinds(block(630, 60, 2, owner_id=2, event_type="open_house", place=there)) == [("resource", "soft")]
    assert kinds(block(630, 60, 2, owner_id=2, event_type="call", place=there)) == []
    assert kinds(block(665, 60, 2)) == [("buffer", "soft")]
    assert kinds(block(690, 60, 2, event_type="showing", place=far)) == [("travel", "soft")]
    assert kinds(block(690, 60, 2, event_type="call", place=Place(online=True))) == []
    assert kinds(block(630, 0, 2)) == []
    assert kinds(block(630, 60, 1)) == []
    assert kinds(replace(block(630, 60, 5), uid="a")) == [("time", "hard")]
    assert not list(between(replace(first, uid="a"), replace(block(630, 60, 5), uid="a"), travel))


def test_travel() -> None:
    travel = Travel(ZONE)
    one = block(12 * 60, 60, 1, event_type="showing", place=Place(55.75, 37.62))
    assert travel.minutes(one, replace(one, place=Place(55.75, 37.62, 3))) == 0
    assert travel.minutes(one, replace(one, place=Place())) == 20
    assert travel.minutes(one, replace(one, place=Place(), event_type="task")) == 0
    there = replace(one, place=Place(55.80, 37.62))  # 5.56 km
    assert travel.minutes(one, there) == 35
    assert travel.minutes(block(17 * 60, 60, 1, place=one.place), there) == 40
    assert replace(travel, mode=12).minutes(one, there) == 12
    assert replace(travel, mode="none").minutes(one, there) == 0
    assert replace(travel, matrix=lambda _a, _b, _at: 7).minutes(one, there) == 7


def test_reasons_and_scores() -> None:
    here = Place(55.75, 37.62, 7)
    shows = [block(10 * 60, 60, 1, event_type="showing", place=here)]
    asked = block(0, 60, event_type="showing", place=here)
    found = offered(shows, model=asked, end=MONDAY + timedelta(days=1)).suggestions
    best = found[0]
    assert best["start_local"].endswith("T09:00+03:00")
    assert {one["code"]: one["points"] for one in best["reasons"]} == {"base": 50, "cluster": 15, "exact_fit": 5}
    assert best["score"] == 70
    lunch = next(one for one in found if "T13:00" in one["start_local"])
    assert {"code": "lunch", "points": -5} in lunch["reasons"]
    moved = offered(shows, model=asked, end=MONDAY + timedelta(days=1), lunch=("11:30", "12:00")).suggestions
    had = {one["start_local"][11:16] for one in moved if {"code": "lunch", "points": -5} in one["reasons"]}
    assert "13:00" not in had
    assert "11:30" in had
    tokyo = offered([], attendee_tz=ZoneInfo("Asia/Tokyo")).suggestions
    assert tokyo[0]["attendee_local"].endswith("+09:00")
    late = next(one for one in tokyo if "T19:00" in one["start_local"])
    assert {"code": "attendee_hours", "points": -25} in late["reasons"]
    assert all(
        "T0" in one["start_local"] or "T1" in one["start_local"]
        for one in offered([], prefer="morning").suggestions[:3]
    )
    touching = offered([block(600, 60, 1, soft=True)], tentative_blocks=False).suggestions
    assert {"code": "tentative", "points": -15} in next(one for one in touching if "15T10:00" in one["start_local"])[
        "reasons"
    ]


def test_spread_limit_and_caps() -> None:
    found = offered([], spread=2, limit=5).suggestions
    assert len(found) == 5
    days = [one["start_local"][:10] for one in found]
    assert max(days.count(day) for day in days) == 2
    model = block(0, 60, event_type="showing")
    held = [block(600 + 100 * number, 60, number + 1, event_type="showing") for number in range(3)]
    capped = offered(held, model=model, cap=3, end=MONDAY + timedelta(days=1))
    assert (capped.suggestions, capped.empty_reason) == ([], "cap_reached")
    two = offered(held, model=model, cap=4, end=MONDAY + timedelta(days=1))
    assert len(two.suggestions) == 1


def test_off_grid_starts_at_the_end_of_what_is_before() -> None:
    found = offered([block(540, 70, 1)], end=MONDAY + timedelta(hours=12)).suggestions
    assert [one["start_local"][11:16] for one in sorted(found, key=lambda one: one["start"]) if one["off_grid"]] == [
        "10:10"
    ]


@pytest.mark.parametrize(
    ("more", "blocks", "reason"),
    [
        ({"now": MONDAY + timedelta(days=9)}, [], "window_in_past"),
        ({"duration": 900}, [], "duration_too_long"),
        ({"start": SUNDAY, "end": MONDAY, "now": SUNDAY - timedelta(days=3)}, [], "no_working_hours"),
        ({"end": MONDAY + timedelta(days=1)}, [block(0, 24 * 60, 1, all_day=True)], "all_busy"),
        ({"end": MONDAY + timedelta(days=1), "now": MONDAY + timedelta(hours=18)}, [], "window_in_past"),
    ],
)  # fmt: skip
def test_why_there_is_nothing(more: dict[str, object], blocks: list[Block], reason: str) -> None:
    found = offered(blocks, **more)
    assert (found.suggestions, found.empty_reason) == ([], reason)


def test_everybody_who_has_to_come_is_free() -> None:
    one = Person(ZONE, WEEK, [block(540, 300, 1)])
    two = Person(ZoneInfo("Asia/Yekaterinburg"), WEEK, [block(16 * 60, 60, 2, owner_id=1)])
    found = suggest(wish(end=MONDAY + timedelta(days=1)), [one, two], Travel(ZONE)).suggestions
    times = sorted(item["start_local"][11:16] for item in found)
    assert times == ["14:00", "14:30", "15:00", "17:00"]


def test_working_days_of_russia_and_what_is_said_of_them_here() -> None:
    assert day_of(date(2026, 1, 9), "RU", {}).working is False
    assert day_of(date(2025, 11, 1), "RU", {}).working is True
    assert day_of(date(2026, 12, 31), "RU", {}, "ru").name is not None
    assert day_of(date(2026, 11, 28), "RU", {}) == Day()
    assert day_of(date(2026, 11, 28), "ZZ", {}) == Day()
    assert day_of(date(2026, 1, 9), "RU", {date(2026, 1, 9): Day(True)}).working is True
    assert hours.ranges_on(date(2025, 11, 2), WEEK, Day(True)) == [("09:00", "20:00")]
    holiday = Person(ZONE, WEEK, [], lambda day: Day(False, "x") if day == date(2034, 5, 15) else Day())
    found = suggest(wish(end=MONDAY + timedelta(days=1)), [holiday], Travel(ZONE))
    assert found.empty_reason == "no_working_hours"
    assert found.rejected["holiday"] == 23


def test_hours_across_midnight() -> None:
    ((start, end),) = spans_of(date(2034, 5, 15), [("22:00", "02:00")], ZONE)
    assert end - start == timedelta(hours=4)
    assert merge([(start, end), (end, end + timedelta(hours=1)), (start, start)]) == [(start, end + timedelta(hours=1))]


def test_what_is_drawn_up_of_the_calendar_of_holidays_is_what_the_library_says() -> None:
    drawn = hours._drawn_up()
    whole = orjson.loads(Path(hours.__file__).with_name("days_off.json").read_bytes())
    assert (drawn == whole) == (version("holidays") == whole["version"]), "another version is asked itself"
    first, last = date(2017, 12, 1), date(2037, 1, 31)
    for language, its in (("en", "en_US"), ("ru", "ru")):
        library = holidays.country_holidays("RU", years=range(2017, 2038), language=its)
        for day in (first + timedelta(days=one) for one in range((last - first).days)):
            name, working = library.get(day), False if day in library else day in library.weekend_workdays or None
            assert day_of(day, "RU", {}, language) == Day(working, name), day
