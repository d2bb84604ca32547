"""Twenty months of the sample agency: sample-data/history/*.csv, entered through the repositories of the slices.

The files name days from the day of the demo (`tools/sample_history.py` writes them), so that the past is always the
past. Whole lists are entered at once, with their dates of then: one by one, by what is allowed today, it would take
minutes.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.kit.clock import stamp

if TYPE_CHECKING:
    from realty_cli.app import Work

Row = dict[str, Any]
_OWN_NAME = "Анна Соколова"
_NAMES = {"belova": "Мария Белова", "orekhov": "Павел Орехов"}
_WHOLE = frozenset({
    "key", "client", "lead", "listing", "event", "deal", "price", "final_price", "old_price", "new_price", "amount",
    "budget_max", "rooms", "floor", "floors_total", "year_built", "metro_minutes", "minutes", "rating", "part",
    "due_on", "expected_close", "exclusive_until", "spent_on", "day", "views", "contacts", "favourites", "seller",
    "buyer",
})  # fmt: skip
_PARTS = frozenset({"area_total", "area_kitchen", "latitude", "longitude"})
#: What the agency wants of a month.
_TARGETS = {"gci": 4_500_000, "deals": 9, "new_leads": 55, "showings": 100}
#: Rows that go to the store together.
_BATCH = 2_000


def relate(work: Work, folder: Path) -> None:
    """Enter the history that the folder tells, of the acting account and of two colleagues."""
    _History(work, folder).enter()


class _History:
    def __init__(self, work: Work, folder: Path) -> None:
        self._work, self._folder = work, folder
        self._zone = ZoneInfo(work.actor.timezone)
        self._now = work.clock.now()
        self._today: date = self._now.astimezone(self._zone).date()
        self._stamp = stamp(self._now)
        self._ids: dict[str, dict[int, int]] = {}
        self._owners: dict[str, int] = {"demo": work.actor.id}

    def enter(self) -> None:
        from realty_cli.auth import accounts
        from realty_cli.auth.policy import Role

        work = self._work
        for name, full_name in _NAMES.items():
            made = accounts.create(
                work.db, work.clock, name, role=Role.AGENT, timezone=work.actor.timezone, language="ru"
            )
            self._owners[name] = made.id
            work.db.run("UPDATE accounts SET full_name = :name WHERE id = :id", {"name": full_name, "id": made.id})
        work.db.run("UPDATE accounts SET full_name = :name WHERE id = :id", {"name": _OWN_NAME, "id": work.actor.id})
        self._clients()
        self._listings()
        self._leads()
        self._events()
        self._deals()
        self._money()

    # Reading -----------------------------------------------------------------------------------------------------

    def _read(self, name: str) -> Iterator[Row]:
        with (self._folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                yield {column: _value(column, text) for column, text in row.items()}

    def _rows(self, name: str) -> list[Row]:
        return list(self._read(name))

    def _moment(self, text: str | None, monday: bool = False) -> str | None:
        """`-412 10:30` as it is stored; of events the days count from the Monday of this week. Of what is to
        come nothing else is told."""
        if text is None:
            return None
        day, wall = text.split()
        found = stamp(datetime.combine(self._day(int(day), monday), time.fromisoformat(wall), self._zone))
        return found if monday else min(found, self._stamp)

    def _day(self, days: int, monday: bool = False) -> date:
        return self._today + timedelta(days=days - (self._today.weekday() if monday else 0))

    def _of(self, kind: str, key: int | None) -> int | None:
        return None if key is None else self._ids[kind][key]

    def _keep(self, kind: str, rows: list[Row], ids: list[int]) -> None:
        self._ids[kind] = {row["key"]: number for row, number in zip(rows, ids, strict=True)}

    # Entering ----------------------------------------------------------------------------------------------------

    def _clients(self) -> None:
        from realty_cli.clients.kinds import ClientKind
        from realty_cli.clients.rules import named

        given = self._rows("clients")
        made = []
        for row in given:
            created = self._moment(row["created_at"])
            made.append({
                "owner_id": self._owners[row["agent"]], "kind": ClientKind.PERSON.value,
                **named({}, {"name": row["name"]}), "roles": [row["roles"]], "stage": row["stage"],
                "source": row["source"], "created_at": created, "updated_at": created,
                "phones": [{"value": row["phone"], "label": None}],
            })  # fmt: skip
        self._keep("client", given, self._work.clients.rows.insert(made))

    def _listings(self) -> None:
        given = self._rows("listings")
        made = []
        for row in given:
            what = f"{row['rooms']}-к квартира"
            listed, until = self._moment(row.pop("listed_at")), row.pop("exclusive_until")
            made.append({
                **{name: value for name, value in row.items() if name not in ("key", "agent", "client")},
                "owner_id": self._owners[row["agent"]], "client_id": self._of("client", row["client"]),
                "title": f"{what}, {_comma(row['area_total'])} м², {row['floor']}/{row['floors_total']} эт.,"
                         f" {row['street']}, {row['house']}",
                "address": f"Москва, р-н {row['district']}, {row['street']}, {row['house']}",
                "price": row["price"] * 100, "final_price": row["final_price"] and row["final_price"] * 100,
                "currency": "RUB", "market": "resale", "city": "Москва", "listed_at": listed, "created_at": listed,
                "exclusive_until": until and self._day(until).isoformat(),
                "closed_at": self._moment(row["closed_at"]), "updated_at": self._moment(row["closed_at"]) or listed,
            })  # fmt: skip
        self._keep("listing", given, self._work.properties.repository.insert(made))
        operation = self._work.log.operation()
        moves = []
        for row, one in zip(given, made, strict=True):
            if row["status"] != "active":
                at = one["closed_at"]
                moves.append((self._of("listing", row["key"]), "active", row["status"], row["status_reason"], at, at,
                              operation))  # fmt: skip
        columns = ("property_id", "old_status", "new_status", "reason", "effective_at", "recorded_at", "operation_id")
        self._work.db.insert("property_statuses", columns, moves)
        prices = [
            (self._of("listing", row["listing"]), row["old_price"] * 100, row["new_price"] * 100, "RUB", at, at,
             operation)
            for row in self._read("prices") for at in [self._moment(row["effective_at"])]
        ]  # fmt: skip
        columns = ("property_id", "old_price", "new_price", "currency", "effective_at", "recorded_at", "operation_id")
        self._work.db.insert("property_prices", columns, prices)

    def _leads(self) -> None:
        given = self._rows("leads")
        made = []
        for row in given:
            created, closed = self._moment(row["created_at"]), self._moment(row["closed_at"])
            made.append({
                "owner_id": self._owners[row["agent"]], "client_id": self._of("client", row["client"]),
                "side": row["side"], "stage": row["stage"], "source": row["source"], "currency": "RUB",
                "budget_max": row["budget_max"] * 100, "property_id": self._of("listing", row["listing"]),
                "lost_reason": row["lost_reason"], "created_at": created, "closed_at": closed,
                "updated_at": closed or created,
            })  # fmt: skip
        self._keep("lead", given, self._work.clients.leads.rows.insert(made, histories=False))
        self._steps("lead")
        leads = {row["key"]: row for row in given}
        talks = []
        for row in self._read("interactions"):
            at, lead = self._moment(row["at"]), leads[row["lead"]]
            talks.append({
                "owner_id": self._owners[lead["agent"]], "client_id": self._of("client", row["client"]),
                "property_id": self._of("listing", lead["listing"]),
                "lead_id": self._of("lead", row["lead"]), "channel": row["channel"], "direction": row["direction"],
                "outcome": row["outcome"], "auto": False, "at": at, "created_at": at, "updated_at": at,
            })  # fmt: skip
        for batch in _batches(talks):
            self._work.clients.interactions.rows.insert(batch)

    def _steps(self, kind: str) -> None:
        operation = self._work.log.operation()
        moves = [
            (self._of(kind, row[kind]), row["old_stage"], row["new_stage"], row["reason"], at, at, operation)
            for row in self._read(f"{kind}_stages") for at in [self._moment(row["effective_at"])]
        ]  # fmt: skip
        columns = (f"{kind}_id", "old_stage", "new_stage", "reason", "effective_at", "recorded_at", "operation_id")
        self._work.db.insert(f"{kind}_stages", columns, moves)

    def _events(self) -> None:
        # The week of the acting account is told by agency.toml.
        week = datetime.combine(self._day(-1), time(), self._zone)
        given = [one for one in self._rows("events") if one["agent"] != "demo" or self._begin(one) < week]
        for batch in _batches(given):
            made = [self._event(row) for row in batch]
            ids = self._work.events.rows.insert(made)
            self._ids.setdefault("event", {}).update({row["key"]: one for row, one in zip(batch, ids, strict=True)})
        over = {row["key"]: row for row in given if self._begin(row) < self._now}
        said = []
        for row in self._read("feedback"):
            event = over.get(row["event"])
            if event is None:
                continue
            at = stamp(self._begin(event) + timedelta(hours=2))
            said.append({
                "owner_id": self._owners[event["agent"]], "event_id": self._of("event", row["event"]),
                "property_id": self._of("listing", event["listing"]), "rating": row["rating"],
                "price_opinion": row["price_opinion"], "objections": (row["objections"] or "").split("|"),
                "interested": row["interested"] == "yes", "note": row["note"], "source": "agent",
                "created_at": at, "updated_at": at,
            })  # fmt: skip
        self._work.feedback.rows.insert(said)

    def _begin(self, row: Row) -> datetime:
        day, wall = row["start"].split()
        return datetime.combine(self._day(int(day), monday=True), time.fromisoformat(wall), self._zone)

    def _event(self, row: Row) -> Row:
        begin = self._begin(row)
        end = begin + timedelta(minutes=row["minutes"])
        over = end < self._now
        created = min(self._moment(row["created_at"], monday=True) or self._stamp, self._stamp)
        status = row["status"] if over else "scheduled"
        return {
            "owner_id": self._owners[row["agent"]], "uid": f"{uuid.uuid4()}@realty", "sequence": 0,
            "title": row["title"], "event_type": row["event_type"], "status": status, "all_day": False,
            "starts_local": begin.replace(tzinfo=None).isoformat(), "ends_local": end.replace(tzinfo=None).isoformat(),
            "timezone": str(self._zone), "start_time": stamp(begin), "end_time": stamp(end),
            "property_id": self._of("listing", row["listing"]), "client_id": self._of("client", row["client"]),
            "cancelled_by": row["cancelled_by"] if over else None, "outcome": row["outcome"] if over else None,
            "busy": True, "tentative": False, "declined": False, "source": "manual", "created_at": created,
            "updated_at": stamp(end) if over else created,
        }  # fmt: skip

    def _deals(self) -> None:
        given = self._rows("deals")
        made = []
        for row in given:
            created, closed = self._moment(row["created_at"]), self._moment(row["closed_at"])
            roles = {"seller": "landlord", "buyer": "tenant"} if row["kind"] == "rent" else {}
            parties = [
                {"client_id": self._of("client", row[side]), "role": roles.get(side, side)}
                for side in ("seller", "buyer") if row[side] is not None
            ]  # fmt: skip
            expected = row["expected_close"]
            made.append({
                "owner_id": self._owners[row["agent"]], "title": row["title"], "kind": row["kind"], "side": row["side"],
                "property_id": self._of("listing", row["listing"]), "lead_id": self._of("lead", row["lead"]),
                "stage": row["stage"], "currency": "RUB",
                "amount": row["amount"] * 100, "final_price": row["final_price"] and row["final_price"] * 100,
                "parties": parties, "lost_reason": row["lost_reason"], "created_at": created, "closed_at": closed,
                "reserved_at": self._moment(row["reserved_at"]), "updated_at": closed or created,
                "expected_close": None if expected is None else self._day(expected).isoformat(),
            })  # fmt: skip
        self._keep("deal", given, self._work.deals.rows.insert(made, histories=False))
        self._steps("deal")

    def _money(self) -> None:
        money = self._work.deals.money
        lines = []
        for row in self._read("commissions"):
            created = self._moment(row["created_at"])
            owner = self._owners[row["agent"]]
            lines.append({
                "owner_id": owner, "deal_id": self._of("deal", row["deal"]), "payer": row["payer"], "currency": "RUB",
                "amount": row["amount"] * 100, "due_on": self._day(row["due_on"]).isoformat(),
                "splits": [{"role": "agent", "account_id": owner, "rate": float(row["part"])}],
                "paid_at": self._moment(row["paid_at"]), "created_at": created, "updated_at": created,
            })  # fmt: skip
        money.commissions.rows.insert(lines)
        spent = [
            {
                "owner_id": self._work.actor.id, "spent_on": self._day(row["spent_on"]).isoformat(),
                "category": row["category"], "source": row["source"], "amount": row["amount"] * 100, "currency": "RUB",
            }
            for row in self._read("expenses")
        ]  # fmt: skip
        money.expenses.rows.insert(spent)
        self._targets()
        self._channels()

    def _channels(self) -> None:
        """What portals say of the listings, of the owner of each."""
        owners = {row["key"]: self._owners[row["agent"]] for row in self._read("listings")}
        columns = (
            "owner_id", "property_id", "portal", "day", "views", "contacts", "favourites", "version", "created_at",
            "updated_at",
        )  # fmt: skip
        self._work.db.insert("channel_stats", columns, [
            (owners[row["listing"]], self._of("listing", row["listing"]), row["portal"],
             self._day(row["day"]).isoformat(), row["views"], row["contacts"], row["favourites"], 1, self._stamp,
             self._stamp)
            for row in self._read("channels")
        ])  # fmt: skip

    def _targets(self) -> None:
        from realty_cli.deals.schemas.money import TargetCreate
        from realty_cli.kit.schema import validate

        this = self._today.year * 12 + self._today.month - 1
        for month in range(this - 2, this + 4):
            for metric, value in _TARGETS.items():
                given = {"scope": "agency", "metric": metric, "value": value}
                given["period"] = f"{month // 12}-{month % 12 + 1:02}"
                self._work.deals.money.targets.create(validate(TargetCreate, given, typed=True))


def _value(column: str, text: str) -> Any:
    if text == "":
        return None
    if column in _WHOLE:
        return round(float(text))
    return float(text) if column in _PARTS else text


def _comma(area: float) -> str:
    return f"{area:g}".replace(".", ",")


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch
