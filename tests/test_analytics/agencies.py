"""Random agencies: rows that no program would enter so quickly, with every oddity that a number must survive.

`fill` writes raw rows, so that what is measured does not come from the services that measure; `rows` reads a table
whole, for an implementation that is slow and obvious.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from realty_cli.kit.clock import stamp

DISTRICTS = ("Центр", "Север", None)
STEPS = {
    "draft": ("active", "withdrawn"),
    "active": ("reserved", "reserved", "closed", "withdrawn", "draft"),
    "reserved": ("closed", "closed", "active", "withdrawn"),
    "closed": ("active",),
    "withdrawn": ("active", "draft"),
}
DAYS_BACK = 480


class Filler:
    """Rows of one agency, from a seed. Amounts are in kopecks."""

    def __init__(self, seed: int, now: datetime, owners: list[int]) -> None:
        self.random = random.Random(seed)
        self.now = now
        self.owners = owners
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.numbers: dict[str, int] = {}

    def add(self, table: str, **values: Any) -> int:
        number = self.numbers[table] = self.numbers.get(table, 0) + 1
        self.tables.setdefault(table, []).append({"id": number, **values})
        return number

    def moment(self, least: float = 0, most: float = DAYS_BACK) -> datetime:
        """So many days back; now and then exactly on an edge of the calendar in Moscow."""
        found = self.now - timedelta(days=self.random.uniform(least, most))
        if self.random.random() < 0.1:
            found = found.replace(hour=21, minute=0, second=0, microsecond=0)
            found = found if found < self.now else found - timedelta(days=1)
        return found

    def kept(self, at: datetime, *, binned: float = 0.04) -> dict[str, Any]:
        """The columns that every object has."""
        deleted = stamp(self.now - timedelta(hours=1)) if self.random.random() < binned else None
        return {"version": 1, "created_at": stamp(at), "updated_at": stamp(at), "deleted_at": deleted}

    def listing(self) -> int:
        draw = self.random
        deal = draw.choice(("sale", "sale", "sale", "rent", "daily_rent"))
        price = draw.randrange(2_000_000, 20_000_000) * 100 + draw.randrange(100)
        created = self.moment()
        late = draw.random() < 0.15  # entered long after it was listed
        listed = created - timedelta(days=draw.uniform(1, 60)) if late else created
        first = draw.choice(("draft", "active", "active", "active", "closed"))
        status, at = first, created
        number = self.numbers.get("properties", 0) + 1
        closed_at = stamp(at) if first == "closed" else None
        paid = price if first == "closed" and draw.random() < 0.8 else None
        taken = "sold" if deal == "sale" else "rented"
        for _ in range(draw.choice((0, 0, 1, 2, 3, 5))):
            at += timedelta(days=draw.choice((0.01, draw.uniform(0, 40), draw.uniform(60, 120), 89.999, 90.001)))
            if at >= self.now:
                break
            if first != "closed" and draw.random() < 0.3:
                new_price = round(price * draw.uniform(0.85, 1.1)) if draw.random() < 0.8 else round(price * 0.996)
                self.history("property_prices", number, price, new_price, at, currency="RUB")
                price = new_price
            new = draw.choice(STEPS[status])
            old_word, new_word = (taken if one == "closed" else one for one in (status, new))
            told = at if draw.random() < 0.9 else at - timedelta(days=draw.uniform(0, 20))
            self.history("property_statuses", number, old_word, new_word, told)
            status = new
            closed_at = stamp(told) if new in ("closed", "withdrawn") else None
            paid = round(price * draw.choice((0.4, 0.93, 0.97, 1.0, 1.02))) if new == "closed" else None
            first = "moved"
        area = draw.choice((None, round(draw.uniform(20, 120), 1), round(draw.uniform(20, 120), 1)))
        return self.add(
            "properties", owner_id=draw.choice(self.owners), title=f"Объект {number}", deal_type=deal,
            property_type=draw.choice(("apartment", "apartment", "house", "land")),
            status=taken if status == "closed" else status, price=None if status == "draft" else price,
            currency="RUB" if draw.random() < 0.9 else "USD", area_total=area,
            area_land=(None, 600.0, 1_250.0)[number % 3], rooms=draw.choice((None, 1, 2, 3)),
            district=draw.choice(DISTRICTS), city="Казань", source=draw.choice(("cian", "avito", None)),
            listed_at=stamp(listed) if status != "draft" and draw.random() < 0.9 else None, closed_at=closed_at,
            final_price=paid, latitude=draw.choice((None, 55.79)), longitude=None,
            description=draw.choice((None, "д" * 400)), **self.kept(created),
        )  # fmt: skip

    def history(self, table: str, number: int, old: Any, new: Any, at: datetime, **more: Any) -> None:
        names = ("old_price", "new_price") if table == "property_prices" else ("old_status", "new_status")
        withdrawn = 1 if self.random.random() < 0.03 else None
        self.add(table, property_id=number, **dict(zip(names, (old, new), strict=True)), **more,
                 effective_at=stamp(at), recorded_at=stamp(at), operation_id=1, withdrawn_by=withdrawn)  # fmt: skip

    def client(self) -> int:
        at = self.moment()
        number = self.numbers.get("clients", 0) + 1
        return self.add("clients", owner_id=self.random.choice(self.owners), kind="person", name=f"Клиент {number}",
                        stage="lead", source=self.random.choice(("cian", "avito", "referral", None)),
                        **self.kept(at, binned=0.02))  # fmt: skip

    def lead(self, client: int) -> int:
        draw, at = self.random, self.moment()
        number = self.numbers.get("leads", 0) + 1
        path = ["new"]
        for stage in ("contacted", "qualified", "showing", "negotiation", "won"):
            if draw.random() < 0.35:
                break
            if draw.random() < 0.85:  # stages may be skipped
                path.append(stage)
        if path[-1] != "won" and draw.random() < 0.4:
            path.append("lost")
        moved, old = at, None
        for stage in path:
            if moved >= self.now:
                path = path[: path.index(stage)]
                break
            self.add("lead_stages", lead_id=number, old_stage=old, new_stage=stage, reason=None,
                     effective_at=stamp(moved), recorded_at=stamp(moved), operation_id=1,
                     withdrawn_by=1 if draw.random() < 0.02 else None)  # fmt: skip
            old, moved = stage, moved + timedelta(days=draw.uniform(0, 25))
        for _ in range(draw.choice((0, 0, 1, 2))):
            said = at + timedelta(minutes=draw.choice((2, 40, 400, 9_000)))
            if said < self.now:
                self.add("interactions", owner_id=draw.choice(self.owners), client_id=client, lead_id=number,
                         channel=draw.choice(("call", "message", "note")), direction=draw.choice(("in", "out")),
                         at=stamp(said), outcome=draw.choice(("attempt", "two_way")), auto=draw.random() < 0.15,
                         **self.kept(said))  # fmt: skip
        ended = path[-1] in ("won", "lost")
        return self.add(
            "leads", owner_id=draw.choice(self.owners), client_id=client, side=draw.choice(("buyer", "seller")),
            stage=path[-1], source=draw.choice(("cian", "avito", "referral", None)), currency="RUB",
            referrer_id=draw.choice((None, None, 1)),
            lost_reason=draw.choice(("spam", "duplicate", "Купил у других")) if path[-1] == "lost" else None,
            closed_at=stamp(moved) if ended else None, **self.kept(at),
        )  # fmt: skip

    def deal(self, listings: int, clients: int, leads: int) -> int:
        draw, at = self.random, self.moment()
        number = self.numbers.get("deals", 0) + 1
        path = [draw.choice(("lead", "showing"))]
        for stage in ("offer", "reserved", "contract", "closed"):
            if draw.random() < 0.3:
                break
            path.append(stage)
        if path[-1] == "closed" and draw.random() < 0.4:  # it fell through, and may come to a close after all
            path += ["contract", "closed"][: draw.choice((1, 2))]
        elif path[-1] != "closed" and draw.random() < 0.4:
            path.append("lost")
        moved, old, reserved = at, None, None
        for place, stage in enumerate(path):
            if moved >= self.now:
                path = path[:place] or ["lead"]
                break
            self.add("deal_stages", deal_id=number, old_stage=old, new_stage=stage, reason=None,
                     effective_at=stamp(moved), recorded_at=stamp(moved), operation_id=1,
                     withdrawn_by=None)  # fmt: skip
            ended = stamp(moved)
            reserved = stamp(moved) if stage == "reserved" else reserved
            old, moved = stage, moved + timedelta(days=draw.uniform(0, 40))
        amount = draw.choice((None, draw.randrange(10**8, 10**9)))
        kind, side = draw.choice((("sale", "seller"), ("sale", "buyer"), ("sale", "both"), ("rent", "landlord")))
        closed = path[-1] == "closed"
        self.add(
            "deals", owner_id=draw.choice(self.owners), title=f"Сделка {number}", kind=kind, side=side, stage=path[-1],
            property_id=None, lead_id=draw.choice((None, draw.randint(1, leads))), amount=amount,
            currency="RUB" if draw.random() < 0.9 else "USD", reserved_at=reserved,
            closed_at=ended if path[-1] in ("closed", "lost") else None,
            final_price=draw.randrange(10**8, 10**9) if closed else None,
            expected_close=(self.now + timedelta(days=draw.uniform(-20, 120))).date().isoformat(),
            lost_reason="Передумал" if path[-1] == "lost" else None, **self.kept(at),
        )  # fmt: skip
        ours = "seller" if side == "both" else side
        roles = (ours, "seller" if ours == "buyer" else "buyer")
        for position, role in enumerate(draw.sample(roles, draw.choice((1, 2)))):
            self.add("deal_parties", deal_id=number, client_id=draw.randint(1, clients), role=role, position=position)
        for _ in range(draw.choice((0, 1, 1, 2))):
            split = {"role": draw.choice(("agent", "co_broker", "referral")), "rate": draw.choice((10, 33.33, 50))}
            by_rate = draw.random() < 0.4
            paid = stamp(moved) if closed and moved < self.now and draw.random() < 0.6 else None
            self.add("commissions", owner_id=draw.choice(self.owners), deal_id=number, payer="seller",
                     rate=draw.choice((2.0, 2.75, 3.0)) if by_rate else None,
                     amount=None if by_rate else draw.randrange(10**6, 10**8), currency="RUB",
                     splits=json.dumps([split]) if draw.random() < 0.7 else None,
                     due_on=(moved + timedelta(days=5)).date().isoformat() if draw.random() < 0.6 else None,
                     paid_at=paid, **self.kept(at))  # fmt: skip
        return number

    def offer(self, listings: int, clients: int) -> int:
        at = self.moment()
        return self.add("offers", owner_id=self.random.choice(self.owners),
                        property_id=self.random.randint(1, listings), client_id=self.random.randint(1, clients),
                        amount=self.random.randrange(10**8, 10**9), currency="RUB", at=stamp(at), status="made",
                        **self.kept(at))  # fmt: skip

    def expense(self) -> int:
        at = self.moment()
        return self.add("expenses", owner_id=self.random.choice(self.owners), spent_on=at.date().isoformat(),
                        category=self.random.choice(("advertising", "portals", "photos")),
                        source=self.random.choice(("cian", "avito", None)),
                        amount=self.random.randrange(10**4, 10**7), currency="RUB", **self.kept(at))  # fmt: skip

    def event(self, listings: int, clients: int) -> int:
        draw = self.random
        starts = self.moment(-20)
        starts = starts.replace(minute=draw.choice((0, 30)), second=0, microsecond=0)
        ends = starts + timedelta(minutes=draw.choice((0, 30, 60, 90) if draw.random() < 0.95 else (20 * 60, 70 * 60)))
        status = draw.choice(("completed", "completed", "completed", "cancelled", "no_show", "scheduled", "confirmed"))
        if ends > self.now:
            status = draw.choice(("scheduled", "confirmed"))
        number = self.numbers.get("events", 0) + 1
        owner, kind = draw.choice(self.owners), draw.choice(("showing", "showing", "call", "meeting", "open_house"))
        listing = draw.randint(1, listings) if draw.random() < 0.7 else None
        busy = status not in ("cancelled", "no_show") and draw.random() < 0.9
        kept = self.kept(starts - timedelta(days=2))
        actual = status == "completed" and draw.random() < 0.3
        put_off = number + 1 if status == "cancelled" and draw.random() < 0.3 else None
        self.add(
            "events", owner_id=owner, uid=f"u{number}", sequence=0, title=f"Событие {number}", event_type=kind,
            status=status, all_day=False, starts_local=starts.isoformat(), ends_local=ends.isoformat(),
            start_time=stamp(starts), end_time=stamp(ends), property_id=listing,
            client_id=draw.randint(1, clients) if draw.random() < 0.6 else None,
            cancelled_by=draw.choice(("agent", "client", "owner", None)) if status == "cancelled" else None,
            rescheduled_to=put_off, actual_start=stamp(starts) if actual else None,
            actual_end=stamp(ends + timedelta(minutes=10)) if actual else None,
            outcome="interested" if status == "completed" and draw.random() < 0.5 else None, busy=busy,
            tentative=False, declined=False, **kept,
        )  # fmt: skip
        if kept["deleted_at"] is None:
            self.add("event_instances", event_id=number, series_id=None, owner_id=owner, recurrence_id=None,
                     start_time=stamp(starts), end_time=stamp(ends), local_date=starts.date().isoformat(),
                     all_day=False, busy=busy, soft=False, property_id=listing, event_type=kind,
                     status=status)  # fmt: skip
        if status == "completed" and draw.random() < 0.4:
            self.add("showing_feedback", owner_id=owner, event_id=number, recurrence_id=None, property_id=listing,
                     rating=draw.choice((None, 2, 4, 5)), source="agent", **self.kept(ends))  # fmt: skip
        return number


def fill(agency: Any, seed: int, size: int = 60) -> Filler:
    """An agency of `size` listings and what goes with them, of two agents beside anna; the rows that were written."""
    for name in ("boris", "vera"):
        agency.add_account(name)
    owners = [1, 2, 3]
    filler = Filler(seed, agency.clock.now(), owners)
    clients = size // 2 + 1
    for _ in range(clients):
        filler.client()
    for _ in range(size):
        filler.listing()
        filler.lead(filler.random.randint(1, clients))
    leads = filler.numbers["leads"]
    for _ in range(size // 2):
        filler.deal(size, clients, leads)
        filler.offer(size, clients)
        filler.expense()
    for _ in range(size * 2):
        filler.event(size, clients)
    with agency.write("fill") as work:
        assert work.log.operation() >= 1
        operation = work.log.operation()
        for table, found in filler.tables.items():
            for row in found:
                for name in ("operation_id", "withdrawn_by"):
                    if row.get(name):
                        row[name] = operation
            insert(work.db, table, found)
    return filler


def insert(db: Any, table: str, found: list[dict[str, Any]]) -> None:
    """Write rows that all have the same columns, and let the numbers of the table go on after them."""
    columns = list(found[0])
    db.insert(table, columns, [[row[name] for name in columns] for row in found])
    if not db.sqlite:
        db.value("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)", {"name": table, "last": found[-1]["id"]})


def rows(db: Any, table: str) -> Iterable[dict[str, Any]]:
    """All rows of a table, as plain values."""
    cursor = db.execute(f"SELECT * FROM {table} ORDER BY id")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
