"""Which leads became deals, and what deals brought to leads, in a second, slow and obvious way: row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from realty_cli.kit.clock import stamp
from tests.test_analytics.agencies import insert, rows
from tests.test_analytics.money_oracle import Money, Tables, grouped, moment, stage_then


def in_word(tables: Tables, at: datetime) -> set[int]:
    """The leads that deals named at a moment, none of them closed."""
    moves, stood = grouped(tables["deal_stages"], "deal_id"), dict[int, set[str]]()
    for deal in tables["deals"]:
        then = stage_then(deal, moves[deal["id"]], at)
        if deal["lead_id"] is not None and deal["deleted_at"] is None and then is not None:
            stood.setdefault(deal["lead_id"], set()).add(then)
    return {lead for lead, stages in stood.items() if "closed" not in stages}


def brought(tables: Tables, owners: set[int], at: datetime) -> list[tuple[int, str, int]]:
    """Of the deals of some owners that stood closed at a moment, the leads that they came of, when each closed, and
    what of its commission, in kopecks of roubles, each lead has."""
    wanted, found = Money(tables, owners, at, at, at.date()), []
    leads = {one["id"]: one for one in tables["leads"]}
    named = {one["lead_id"] for one in tables["deals"] if one["deleted_at"] is None}
    steps, parties = grouped(tables["lead_stages"], "lead_id"), grouped(tables["deal_parties"], "deal_id")
    for deal in wanted.deals:
        if wanted.then[deal["id"]] != "closed":
            continue
        closed, came_of = wanted.closed_at(deal), []
        if deal["lead_id"] is not None:
            came_of.append(deal["lead_id"])
        for party in sorted(parties[deal["id"]], key=lambda one: one["position"]):
            covered = deal["lead_id"] is not None and leads[deal["lead_id"]]["side"] == party["role"]
            if covered or deal["side"] not in ("both", party["role"]):
                continue
            near = [
                (abs(moment(step["effective_at"]) - moment(closed)), lead["id"])
                for lead in leads.values()
                if (lead["client_id"], lead["side"]) == (party["client_id"], party["role"])
                and lead["deleted_at"] is None and lead["id"] not in named
                for step in steps[lead["id"]]
                if step["new_stage"] == "won" and step["withdrawn_by"] is None and moment(step["effective_at"]) < at
            ]  # fmt: skip
            if near and min(near)[0] <= timedelta(days=30) and min(near)[1] not in came_of:
                came_of.append(min(near)[1])
        gci = sum(wanted.worth(deal, one) or 0 for one in wanted.lines[deal["id"]] if one["currency"] == "RUB")
        edges = [gci * place // max(1, len(came_of)) for place in range(len(came_of) + 1)]
        found += [(lead, closed, edges[at_ + 1] - edges[at_]) for at_, lead in enumerate(came_of)]
    return found


def plant(db: Any, now: datetime) -> None:
    """Give the clients of closed deals leads of their sides, most of which were won near the closing."""
    tables = {name: list(rows(db, name)) for name in ("deals", "deal_parties", "leads", "lead_stages")}
    of = {one["id"]: one for one in tables["deals"] if one["stage"] == "closed"}
    number, step = (tables[name][-1]["id"] for name in ("leads", "lead_stages"))
    leads, steps = [], []
    for party in tables["deal_parties"]:
        deal = of.get(party["deal_id"])
        if deal is None:
            continue
        number, closed = number + 1, moment(deal["closed_at"])
        won = min(now - timedelta(minutes=1), closed + timedelta(days=number * 7 % 80 - 40, hours=number % 2))
        came = won - timedelta(days=number % 50 + 1)
        leads.append({
            **tables["leads"][0], "id": number, "owner_id": number % 3 + 1, "client_id": party["client_id"],
            "side": party["role"], "stage": "won", "source": ("cian", "avito", None)[number % 3],
            "referrer_id": None, "lost_reason": None, "created_at": stamp(came), "updated_at": stamp(came),
            "first_response_at": None, "closed_at": stamp(won), "deleted_at": None, "external_id": None,
        })  # fmt: skip
        for old, new, at in ((None, "new", came), ("new", "won", won)):
            step += 1
            steps.append({
                "id": step, "lead_id": number, "old_stage": old, "new_stage": new, "reason": None,
                "effective_at": stamp(at), "recorded_at": stamp(at), "operation_id": 1, "withdrawn_by": None,
            })  # fmt: skip
    insert(db, "leads", leads)
    insert(db, "lead_stages", steps)
