"""Rules of repetition: read strictly, expanded as the calendars agree, and never at more cost than was agreed."""

# ruff: noqa: DTZ001, DTZ007 - wall times have no zone
from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.events.expansion import MOST, Extra, Series, excluded, expand, extras
from realty_cli.events.recurrence import WEEKDAYS, entered, read

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
GOLDEN = Path(__file__).parents[2].parent / "shared" / "data" / "ics" / "rrule_golden.json"


def starts(
    rule: str, start: str, *, until: str = "21000101", zone: object = UTC, after: str | None = None
) -> list[str]:
    """What a rule gives, written as the golden lists are."""
    shape = "%Y%m%dT%H%M%S" if "T" in start else "%Y%m%d"
    first = datetime.strptime(start, shape)
    series = Series(first, zone, "T" not in start, read(rule))  # type: ignore[arg-type]
    begin = datetime.strptime(after, "%Y%m%d") if after else first
    return [one.strftime(shape) for one in expand(series, begin, datetime.strptime(until, "%Y%m%d")).starts]


#: One oddity a line: the rule, its start, what it gives.
AGREED = [
    # Weeks begin where WKST says, which matters for every other week.
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000",
     ["19970805T090000", "19970810T090000", "19970819T090000", "19970824T090000"]),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000",
     ["19970805T090000", "19970817T090000", "19970819T090000", "19970831T090000"]),
    # The 31st is skipped where a month has none; the last day is counted from the end.
    ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "20260131", ["20260131", "20260331", "20260531"]),
    ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "20260131", ["20260131", "20260228", "20260331"]),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "20260130", ["20260130", "20260227", "20260331"]),
    ("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260327", "20260130", ["20260130", "20260227", "20260327"]),
    ("FREQ=YEARLY;COUNT=2", "20240229", ["20240229", "20280229"]),
    # Positions are counted in the whole first week, also in the part of it before the start.
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,3;COUNT=3", "20241023T090000",
     ["20241023T090000", "20241025T090000", "20241028T090000", "20241101T090000"]),
    # A numbered week keeps the weekday of the start.
    ("FREQ=YEARLY;BYWEEKNO=20;COUNT=3", "19970512T090000",
     ["19970512T090000", "19980511T090000", "19990517T090000"]),
    # A start that the rule would not give is kept, and does not count.
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2", "19970902T090000",
     ["19970902T090000", "19980213T090000", "19980313T090000"]),
    # Times of day mean nothing for whole days.
    ("FREQ=DAILY;BYHOUR=9,10;BYMINUTE=30;COUNT=2", "20260101", ["20260101", "20260102"]),
    # Real files end in a semicolon, and repeat the name of the property.
    ("RRULE:FREQ=DAILY;COUNT=2;", "20260101T100000", ["20260101T100000", "20260102T100000"]),
    ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "19970902T090000",
     ["19970902T090000", "19970902T120000", "19970902T150000"]),
    ("FREQ=DAILY;COUNT=2\nFREQ=WEEKLY;COUNT=2", "20260105", ["20260105", "20260106", "20260112"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "start", "expected"), AGREED)
def test_agreed_readings(rule: str, start: str, expected: list[str]) -> None:
    assert starts(rule, start) == expected


#: Golden rules that we refuse: thousands of times on one day.
REFUSED = {"rrule.too_dense": 1}


@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden lists are not part of the project")
def test_golden_rules() -> None:
    refused: dict[str, int] = {}
    for case in json.loads(GOLDEN.read_text())["cases"]:
        expected = [one.rstrip("Z") for one in case["expected"]]
        start = case["dtstart"].rstrip("Z")
        try:
            found = starts(case["rrule"], start, until="99991231")
        except Invalid as error:
            refused[error.fields[0].code] = refused.get(error.fields[0].code, 0) + 1
            continue
        if not case["complete"]:
            found = found[: len(expected)]
        # The lists leave out a start that its rule does not give; we keep it (RFC 5545 calls the set undefined).
        assert found in (expected, [start, *expected]), case
    assert refused == REFUSED


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "rrule.empty"),
        ("INTERVAL=2", "rrule.frequency"),
        ("FREQ=SOMETIMES", "rrule.frequency"),
        ("FREQ=DAILY;INTERVAL=0", "rrule.number"),
        ("FREQ=DAILY;INTERVAL=-1", "rrule.number"),
        ("FREQ=DAILY;COUNT=0", "rrule.number"),
        ("FREQ=DAILY;COUNT=٣", "rrule.number"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "rrule.two_ends"),
        ("FREQ=DAILY;UNTIL=20260230", "rrule.until"),
        ("FREQ=DAILY;UNTIL=tomorrow", "rrule.until"),
        ("FREQ=WEEKLY;BYDAY=MO ,TU", "rrule.part"),
        ("FREQ=WEEKLY;BYDAY=", "rrule.part"),
        ("FREQ=WEEKLY;BYDAY=2MO", "rrule.nth_day"),
        ("FREQ=DAILY;FREQ=DAILY", "rrule.part"),
        ("FREQ=DAILY;BYEASTER=1", "rrule.part"),
        ("FREQ=DAILY;BYMONTH=13", "rrule.number"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rrule.never"),
        ("FREQ=MONTHLY;BYWEEKNO=3", "rrule.week_number"),
        ("RSCALE=CHINESE;FREQ=YEARLY", "rrule.calendar_scale"),
        ("RSCALE=GREGORIAN;SKIP=BACKWARD;FREQ=YEARLY", "rrule.calendar_scale"),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10;BYMINUTE=1,2,3,4,5,6,7,8,9,10", "rrule.too_dense"),
        ("FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 2_000), "rrule.too_long"),
        ("FREQ=DAILY\n" * 5, "rrule.too_many"),
    ],
)
def test_refused(rule: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(rule)
    assert refused.value.fields[0].code == code


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=DAILY\nFREQ=WEEKLY", "rrule.one"),
        ("FREQ=HOURLY;COUNT=3", "rrule.below_a_day"),
        ("FREQ=YEARLY;BYWEEKNO=3", "rrule.part_not_entered"),
        ("FREQ=DAILY;UNTIL=20251231", "rrule.until_before_start"),
        ("FREQ=DAILY;UNTIL=20260101T065959Z", "rrule.until_before_start"),
    ],
)
def test_what_is_read_from_files_only(rule: str, code: str) -> None:
    read(rule)
    with pytest.raises(Invalid) as refused:
        entered(rule, datetime(2026, 1, 1, 10), MOSCOW)
    assert refused.value.fields[0].code == code


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        ("FREQ=SECONDLY", 1),
        ("FREQ=MINUTELY", 1),
        ("FREQ=SECONDLY;COUNT=1000000", 1),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=29;BYYEARDAY=300;COUNT=1000", 1),
        ("FREQ=SECONDLY;INTERVAL=3599;BYHOUR=23;BYMINUTE=59;COUNT=1000", 1_001),
        ("FREQ=DAILY;BYMONTH=3;BYYEARDAY=366;COUNT=5", 1),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", 1),
        ("FREQ=WEEKLY;BYMONTH=2;BYDAY=TU;BYSETPOS=366", 1),
        ("FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=30;BYYEARDAY=1", 1),
        ("FREQ=YEARLY;BYDAY=53MO;BYWEEKNO=10;BYMONTH=11", 1),
        ("FREQ=DAILY;COUNT=1000000000", MOST),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,15,30,45", MOST),
        ("FREQ=YEARLY;INTERVAL=36525", 1),
    ],
)
def test_no_rule_costs_more_than_was_agreed(rule: str, most: int) -> None:
    """The budget counts candidates, not seconds: it must end, and with no more than may be shown."""
    series = Series(datetime(1970, 1, 1, 10), MOSCOW, rules=read(rule))
    assert len(expand(series, series.start, datetime(2200, 1, 1)).starts) <= most


def test_a_late_window_begins_where_it_is() -> None:
    """A daily rule of centuries ago answers for one day without a walk to it."""
    series = Series(datetime(1, 1, 3, 10), UTC, rules=read("FREQ=DAILY;INTERVAL=2"))
    found = expand(series, datetime(2026, 1, 1), datetime(2026, 1, 5))
    assert [one.day for one in found.starts] in ([1, 3], [2, 4])
    assert not found.truncated


def test_until_is_read_in_the_zone_of_the_start() -> None:
    rule = "FREQ=DAILY;UNTIL=20260105T100000"
    assert starts(rule, "20260101T100000", zone=MOSCOW)[-1] == "20260105T100000"
    assert starts(rule + "Z", "20260101T100000", zone=MOSCOW)[-1] == "20260105T100000"
    assert starts("FREQ=DAILY;UNTIL=20260105T065959Z", "20260101T100000", zone=MOSCOW)[-1] == "20260104T100000"
    assert starts("FREQ=DAILY;UNTIL=20260105", "20260101T100000", zone=MOSCOW)[-1] == "20260105T100000"


def test_wall_time_stays_over_a_change_of_the_clocks() -> None:
    assert starts("FREQ=WEEKLY;COUNT=3", "20260322T023000", zone=BERLIN) == [
        "20260322T023000", "20260329T023000", "20260405T023000",
    ]  # fmt: skip


def test_dates_beside_the_rules() -> None:
    series = Series(
        datetime(2026, 1, 5, 10), MOSCOW, rules=read("FREQ=WEEKLY;COUNT=4"),
        rdates=extras(["2026-01-07T12:00:00", "2026-01-08T09:00:00/2026-01-08T15:00:00"]),
        exdates=excluded(["2026-01-12", "2026-01-19T10:00:00", "2026-01-26T11:00:00"]),
    )  # fmt: skip
    found = expand(series, datetime(2026, 1, 1), datetime(2026, 3, 1))
    assert [one.strftime("%d %H") for one in found.starts] == ["05 10", "07 12", "08 09", "26 10"]
    assert found.ends == {datetime(2026, 1, 8, 9): datetime(2026, 1, 8, 15)}
    assert extras(["2026-01-07"]) == (Extra(datetime(2026, 1, 7)),)
    assert excluded(["2026-01-07"]) == {date(2026, 1, 7)}


rules = st.builds(
    lambda freq, interval, days, setpos: f"FREQ={freq};INTERVAL={interval}"
    + (f";BYDAY={','.join(sorted(days))}" if days else "")
    + (f";BYSETPOS={setpos}" if days and setpos and freq != "DAILY" else ""),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]), st.integers(1, 9),
    st.sets(st.sampled_from(WEEKDAYS), max_size=4), st.sampled_from([0, 1, -1, 2]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rules, st.integers(0, 1_500), st.integers(0, 2_000), st.integers(1, 400))
def test_a_window_is_a_cut_of_the_whole(rule: str, start: int, after: int, days: int) -> None:
    first = datetime(2020, 1, 1, 9, 30) + timedelta(days=start)
    begin = first + timedelta(days=after)
    end = begin + timedelta(days=days)
    series = Series(first, MOSCOW, rules=read(rule))
    whole = expand(series, first, end).starts
    assert expand(series, begin, end).starts == [one for one in whole if one >= begin]
    counted = Series(first, MOSCOW, rules=read(rule + ";COUNT=5"))
    assert set(expand(counted, first, end).starts) <= {first, *[one for one in whole if one >= first][:6]}
