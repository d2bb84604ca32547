"""The people, deals, money and calendar of the sample agency: sample-data/agency.toml, entered through the services."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from realty_cli.app import Work

_DAYS = ("deposit_due", "reserved_until", "expected_close", "mortgage_until", "due_on")


def fill(work: Work, path: Path) -> None:
    """Enter all that the file names. Its listings are in the store already."""
    sample = tomllib.loads(path.read_text("utf-8"))
    entered = _Entered(work)
    for client in sample["clients"]:
        entered.client(client)
    for deal in sample["deals"]:
        entered.deal(deal)
    for expense in sample["expenses"]:
        entered.expense(expense)
    for target in sample["targets"]:
        entered.target(target)
    for event in sample["events"]:
        entered.event(event)


class _Entered:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._now = work.clock.now()
        self._today = self._now.astimezone(ZoneInfo(work.actor.timezone)).date()
        self._clients: dict[str, int] = {}
        self._deals: dict[str, int] = {}

    def _listing(self, number: str) -> int:
        found = self._work.db.value("SELECT id FROM properties WHERE external_id = :number", {"number": number})
        return int(found)

    def _day(self, days: int) -> str:
        return (self._today + timedelta(days=days)).isoformat()

    def _ago(self, hours: int) -> str:
        return (self._now - timedelta(hours=hours)).isoformat()

    def client(self, given: dict[str, Any]) -> None:
        from realty_cli.clients.schemas.client import ClientCreate
        from realty_cli.clients.schemas.interaction import InteractionCreate
        from realty_cli.clients.schemas.lead import LeadCreate
        from realty_cli.kit.schema import validate

        key, lead, talks = given.pop("key"), given.pop("lead", None), given.pop("talks", [])
        clients = self._work.clients
        number = self._clients[key] = clients.create(validate(ClientCreate, given, typed=True))["id"]
        about = {}
        if lead is not None:
            lead |= {"property_id": self._listing(lead.pop("listing")), "created_at": self._ago(lead.pop("hours"))}
            about["property_id"] = lead["property_id"]
            about["lead_id"] = clients.leads.create(number, validate(LeadCreate, lead, typed=True))["id"]
        for talk in talks:
            talk |= {"at": self._ago(talk.pop("hours")), **about}
            clients.interactions.create(number, validate(InteractionCreate, talk, typed=True))

    def deal(self, given: dict[str, Any]) -> None:
        from realty_cli.deals.schemas.deal import DealCreate, StageChange
        from realty_cli.deals.schemas.money import CommissionCreate
        from realty_cli.kit.schema import validate

        work = self._work
        listing, stage, lines = given.pop("listing"), given.pop("stage"), given.pop("commissions", [])
        parties = [{"role": role, "client_id": self._clients[key]} for role, key in given.pop("parties").items()]
        given |= {"property_id": self._listing(listing), "parties": parties}
        if "after" in given:
            given["after"] = [self._deals[given["after"]]]
        number = self._deals[listing] = work.deals.create(validate(DealCreate, self._dated(given), typed=True))["id"]
        if stage != "lead":
            work.deals.change_stage(number, validate(StageChange, {"stage": stage}, typed=True))
        for line in lines:
            if part := line.pop("part", None):
                line["splits"] = [{"role": "agent", "account_id": work.actor.id, "rate": part}]
            line["deal_id"] = number
            work.deals.money.commissions.create(validate(CommissionCreate, self._dated(line), typed=True))

    def expense(self, given: dict[str, Any]) -> None:
        from realty_cli.deals.schemas.money import ExpenseCreate
        from realty_cli.kit.schema import validate

        given["spent_on"] = self._day(given.pop("days"))
        if "listing" in given:
            given["property_id"] = self._listing(given.pop("listing"))
        self._work.deals.money.expenses.create(validate(ExpenseCreate, given, typed=True))

    def target(self, given: dict[str, Any]) -> None:
        from realty_cli.deals.schemas.money import TargetCreate
        from realty_cli.kit.schema import validate

        given["period"] = self._today.isoformat()[:7]
        self._work.deals.money.targets.create(validate(TargetCreate, given, typed=True))

    def event(self, given: dict[str, Any]) -> None:
        from realty_cli.events.schemas.event import EventCreate
        from realty_cli.kit.schema import validate

        begins = datetime.fromisoformat(f"{self._day(given.pop('days'))}T{given.pop('at')}")
        given |= {
            "start_time": begins.isoformat(),
            "end_time": (begins + timedelta(minutes=given.pop("minutes"))).isoformat(),
        }
        if "listing" in given:
            given["property_id"] = self._listing(given.pop("listing"))
        if "client" in given:
            given["client_id"] = self._clients[given.pop("client")]
        self._work.events.create(validate(EventCreate, given, typed=True))

    def _dated(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: self._day(value) if name in _DAYS else value for name, value in values.items()}
