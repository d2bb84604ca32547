"""Files that we write, in programs that other people read calendars with: khal and vdirsyncer, as processes."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from realty_cli.events import instances
from realty_cli.events.ics.reader import read
from realty_cli.events.ics.writer import write
from tests.conftest import Agency
from tests.test_events.test_files_of_events import bring, sent
from tests.test_events.test_ics_files import calendar

MOSCOW = ZoneInfo("Europe/Moscow")
BIN = Path(sys.executable).parent
EVENTS = calendar(
    "UID:w\nDTSTART;TZID=Europe/Berlin:20260302T100000\nDTEND;TZID=Europe/Berlin:20260302T110000\nSUMMARY:Планёрка\n"
    "RRULE:FREQ=WEEKLY;COUNT=6\nEXDATE;TZID=Europe/Berlin:20260309T100000",
    "UID:w\nRECURRENCE-ID;TZID=Europe/Berlin:20260316T100000\nDTSTART;TZID=Europe/Berlin:20260316T120000\nDURATION:PT1H"
    "\nSUMMARY:Планёрка позже",
    "UID:d\nDTSTART;VALUE=DATE:20260304\nDTEND;VALUE=DATE:20260306\nSUMMARY:Выставка\\, зал 2; вход\nSTATUS:TENTATIVE",
    "UID:s\nDTSTART:20260305T070000Z\nDTEND:20260305T080000Z\nSUMMARY:Показ «Ленина, 1» " + "длинный " * 20,
)


def written(folder: Path) -> None:
    """Each event, a series with its exceptions, as a file of its own: how these programs keep calendars."""
    folder.mkdir(parents=True)
    drafts = read(EVENTS, "Europe/Moscow").drafts
    for uid in {draft.uid for draft in drafts}:
        some = [draft.values for draft in drafts if draft.uid == uid]
        (folder / f"{uid}.ics").write_bytes(write(some, "Europe/Moscow"))


def run(program: str, *args: str, folder: Path) -> str:
    if not (BIN / program).exists():
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [BIN / program, *args], capture_output=True, text=True, timeout=60, check=False, cwd=folder,
        env={"HOME": str(folder), "PATH": str(BIN), "LANG": "C.UTF-8", "TZ": "Europe/Berlin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower(), done.stderr
    return done.stdout


def test_khal_shows_what_we_wrote(tmp_path: Path) -> None:
    written(tmp_path / "calendars" / "realty")
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[realty]]\npath = {tmp_path}/calendars/realty\n[sqlite]\npath = {tmp_path}/khal.db\n"
        "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        "longdatetimeformat = %Y-%m-%d %H:%M\n[default]\ndefault_calendar = realty\n"
    )
    shown = run(
        "khal", "-c", str(tmp_path / "khal.conf"), "list", "--format", "{start} {end} {title}", "--day-format", "",
        "2026-03-01", "60d", folder=tmp_path,
    )  # fmt: skip
    lines = [" ".join(line.split())[:56] for line in shown.splitlines() if line.strip()]
    weekly = [line for line in lines if line.endswith("Планёрка")]
    assert [line[:16] for line in weekly] == [
        "2026-03-02 10:00", "2026-03-23 10:00", "2026-03-30 10:00", "2026-04-06 10:00",
    ]  # fmt: skip
    assert [line[:16] for line in lines if "позже" in line] == ["2026-03-16 12:00"]
    assert [line for line in lines if "Выставка, зал 2; вход" in line]
    assert [line[:16] for line in lines if "«Ленина, 1»" in line] == ["2026-03-05 08:00"]


def test_the_sample_week_is_the_same_here_and_there(sqlite_agency: Agency) -> None:
    """An agent's week with a series and its exception, alarms, days, zones and what is off: as another program expands
    the file, so our calendar shows it, and so does what we write of it."""
    sample = (Path(__file__).parents[2] / "sample-data" / "week.ics").read_bytes()
    report = bring(sqlite_agency, sample, "week.ics")
    assert (report.counts["created"], report.counts["rejected"], report.warnings) == (8, 0, [])

    def seen(data: bytes) -> list[tuple[str, str]]:
        found = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between((2034, 6, 1), (2034, 7, 1))
        starts = [(one["DTSTART"].dt, str(one["SUMMARY"])) for one in found]
        return sorted(
            (at.astimezone(MOSCOW).isoformat()[:16] if isinstance(at, datetime) else at.isoformat(), title)
            for at, title in starts
        )

    month = "2034-06-01T00:00:00.000000Z", "2034-07-01T00:00:00.000000Z"
    sqlite_agency.do(lambda work: instances.cover(work.db, *month, work.clock))
    items = sqlite_agency.ask(lambda work: work.events.between(*month))["items"]
    shown = sorted(
        (one["start_local"] if one["all_day"] else
         datetime.fromisoformat(one["start_time"]).astimezone(MOSCOW).isoformat()[:16], one["title"])
        for one in items
    )  # fmt: skip
    assert shown == seen(sample) == seen(sent(sqlite_agency))
    assert len(shown) == 10
    by_title = {one["title"]: one for one in items}
    assert by_title["Показ двушки на Соколе"]["reminders"] == [
        {"minutes_before": 60, "channel": "app"}, {"minutes_before": 1440, "channel": "email"},
    ]  # fmt: skip
    assert by_title["Звонок собственнику во Владивосток"]["timezone"] == "Asia/Vladivostok"
    assert sorted(one["status"] for one in items if "студии" in one["title"]) == ["cancelled", "scheduled"]
    assert [one["title"] for one in items if one["tentative"]] == ["Сделка у нотариуса, квартира на Алабяна"]


def test_vdirsyncer_keeps_two_folders_of_it_the_same(tmp_path: Path) -> None:
    written(tmp_path / "ours")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "config").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status/"\n[pair p]\na = "a"\nb = "b"\ncollections = null\n'
        f'[storage a]\ntype = "filesystem"\npath = "{tmp_path}/ours/"\nfileext = ".ics"\n'
        f'[storage b]\ntype = "filesystem"\npath = "{tmp_path}/theirs/"\nfileext = ".ics"\n'
    )
    for step in ("discover", "sync", "sync"):
        run("vdirsyncer", "-c", str(tmp_path / "config"), step, folder=tmp_path)
    names = sorted(path.name for path in (tmp_path / "ours").iterdir())
    came = [path.read_bytes() for path in sorted((tmp_path / "theirs").iterdir())]
    assert len(came) == len(names) == 3
    for data in came:
        assert len(icalendar.Calendar.from_ical(data).events) >= 1
