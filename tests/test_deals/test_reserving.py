"""Reserving by processes that try at once: one of them has the listing, the others are told, nothing is half done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Agency
from tests.test_deals.deals import create, listing, move

#: Waits for a line on its standard input, so that all begin together; then reserves a deal as its owner.
PROGRAM = """
import json, sys
from pathlib import Path
from realty_cli.app import Realty
from realty_cli.deals.schemas.deal import Reservation
from realty_cli.errors import RealtyError
from realty_cli.kit.schema import validate
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin

home, url, user, deal = sys.argv[1:]
realty = Realty(Settings(home=Path(home), database_url=url))
with realty.read(user) as work:
    work.deals.get(int(deal))
print("ready", flush=True)
sys.stdin.readline()
try:
    with realty.write(Origin("cli", "deals reserve"), user) as work:
        work.deals.reserve(int(deal), validate(Reservation, {}))
    print(json.dumps({"code": "reserved"}))
except RealtyError as error:
    print(json.dumps({"code": error.code, **error.params}))
"""
AGENTS = ("boris", "clara", "dina", "egor")


def race(agency: Agency, deals: dict[str, int]) -> dict[str, dict[str, Any]]:
    settings = agency.realty.settings
    places = (str(settings.home), settings.database_url)
    root = Path(__file__).parents[2]
    running = {
        user: subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *places, user, str(deal)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True,
        )
        for user, deal in deals.items()
    }  # fmt: skip
    for one in running.values():
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running.values():
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    found = {}
    for user, one in running.items():
        out, _ = one.communicate(timeout=60)
        assert one.returncode == 0, out
        found[user] = json.loads(out)
    return found


def test_of_agents_who_reserve_at_once_one_succeeds(agency: Agency) -> None:
    for name in AGENTS:
        agency.add_account(name)
    flat = listing(agency, "boris")
    numbers = {name: agency.ask(lambda work: work.actor.id, user=name) for name in AGENTS}
    for _ in range(3):
        deals = {name: agency.do(create(property_id=flat, owner_id=numbers[name]))["id"] for name in AGENTS}
        answers = race(agency, deals)
        (winner,) = [name for name, answer in answers.items() if answer["code"] == "reserved"]
        for name in set(AGENTS) - {winner}:
            assert answers[name] == {"code": "deal.held_by_other", "id": flat}
        stages = {name: agency.ask(lambda work, of=deal: work.deals.get(of))["stage"] for name, deal in deals.items()}
        assert stages == {name: "reserved" if name == winner else "lead" for name in AGENTS}
        assert agency.ask(lambda work: work.properties.get(flat))["status"] == "reserved"
        steps = agency.ask(lambda work: work.properties.history(flat))["entries"]
        taken = [one for one in steps if one["new"] == "reserved"]
        assert [one["actor"] for one in taken][-1:] == [winner]
        agency.do(move(deals[winner], "lost", reason="снова"), user=winner)


def test_one_agent_in_two_windows_is_told_by_which_deal(agency: Agency) -> None:
    flat = listing(agency)
    agency.add_account("boris", admin=True)
    first, second = (agency.do(create(property_id=flat))["id"] for _ in range(2))
    answers = race(agency, {"anna": first, "boris": second})
    won, lost = ("anna", "boris") if answers["anna"]["code"] == "reserved" else ("boris", "anna")
    assert answers[won] == {"code": "reserved"}
    assert (answers[lost]["code"], answers[lost]["username"]) == ("deal.held", "anna")
    assert answers[lost]["deal"] == {"anna": first, "boris": second}[won]


def test_the_database_itself_lets_one_through(agency: Agency) -> None:
    """Whatever comes past the service."""
    flat = listing(agency)
    first, second = (agency.do(create(property_id=flat))["id"] for _ in range(2))

    def force(number: int) -> None:
        with agency.write() as work:
            work.db.run("UPDATE deals SET stage = 'reserved' WHERE id = :id", {"id": number})

    force(first)
    with pytest.raises(Exception, match=r"(?i)unique"):
        force(second)
