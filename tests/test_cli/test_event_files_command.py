"""Calendars on the command line: files in, out and taken back; the secret address, said once."""

from __future__ import annotations

import json
from pathlib import Path

from tests.test_cli.conftest import Line
from tests.test_events.test_ics_files import calendar

DATA = calendar(
    "UID:w\nDTSTART;TZID=Europe/Moscow:20260302T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nSUMMARY:Планёрка",
    "UID:s\nDTSTART:20260311T070000Z\nDTEND:20260311T080000Z\nSUMMARY:Показ",
)


def test_a_calendar_comes_in_and_goes_out(realty: Line, tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    path.write_bytes(DATA)
    tried = json.loads(realty("events", "import", str(path), "--dry-run", "--json").out)
    assert (tried["created"], tried["import_id"]) == (2, None)
    came = json.loads(realty("events", "import", str(path), "--json").out)
    assert (came["created"], came["rejected"]) == (2, 0)
    out = tmp_path / "b.ics"
    realty("events", "export", str(out))
    assert out.read_bytes().count(b"BEGIN:VEVENT") == 2
    assert json.loads(realty("events", "import", str(out), "--json").out)["unchanged"] == 2
    assert realty("events", "export", "--format", "csv", "--fields", "uid,title").out.startswith("uid,title\n")
    assert realty("events", "export", "--type", "showing").out.count("BEGIN:VEVENT") == 0
    assert json.loads(realty("events", "import", "--undo", str(came["import_id"]), "--json").out)["removed"] == 2
    assert realty("events", "export").out.count("BEGIN:VEVENT") == 0


def test_an_address_is_shown_once(realty: Line) -> None:
    made = json.loads(realty("events", "feeds", "add", "phone", "--busy", "--json").out)
    assert made["path"].endswith(made["token"] + ".ics")
    listed = realty("events", "feeds", "list", "--json").out
    assert made["token"] not in listed
    assert json.loads(listed)["items"][0]["detail"] == "busy"
    assert json.loads(realty("events", "feeds", "rotate", "1", "--json").out)["token"] != made["token"]
    realty("events", "feeds", "revoke", "1", "--yes")
    assert json.loads(realty("events", "feeds", "list", "--json").out)["items"] == []
