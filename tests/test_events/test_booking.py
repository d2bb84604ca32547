"""Booking by processes that try at once: one of them has the hour, the others are told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from realty_cli.events.schemas.filters import EventFilter
from tests.conftest import Agency

#: Waits for a line on its standard input, so that all begin together; then books an hour.
PROGRAM = """
import sys
from pathlib import Path
from realty_cli.app import Realty
from realty_cli.errors import Conflict
from realty_cli.events.schemas.event import EventCreate
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin

home, url, user, start = sys.argv[1:]
realty = Realty(Settings(home=Path(home), database_url=url))
with realty.read(user) as work:
    work.events.upcoming()
print("ready", flush=True)
sys.stdin.readline()
entry = EventCreate(title="Показ", event_type="showing", start_time=start, end_time="2034-05-16T11:00")
try:
    with realty.write(Origin("cli", "events add"), user) as work:
        work.events.create(entry)
    print("booked")
except Conflict as error:
    print(error.code, len(error.params["conflicts"]))
"""


def test_of_processes_that_book_an_hour_at_once_one_succeeds(agency: Agency) -> None:
    settings = agency.realty.settings
    user = agency.ask(lambda work: work.actor.username)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(settings.home), settings.database_url, user, f"2034-05-16T10:{part}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True,
        )
        for part in ("00", "10", "20")
    ]  # fmt: skip
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = sorted(one.communicate(timeout=60)[0].strip() for one in running)
    assert answers == ["booked", "event.overlap 1", "event.overlap 1"]
    assert agency.ask(lambda work: work.events.page(EventFilter()))["total"] == 1
