"""Money and leads in a second, slow and obvious way: over whole tables, row by row, in exact decimals."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

Row = Mapping[str, Any]
Tables = Mapping[str, list[dict[str, Any]]]
STAGES = ["lead", "showing", "offer", "reserved", "contract"]
USUAL = {"lead": 0.02, "showing": 0.08, "offer": 0.35, "reserved": 0.8, "contract": 0.9}
LEADS = ["new", "contacted", "qualified", "showing", "negotiation", "won"]
SPAM = {"spam", "duplicate"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stage_then(row: Row, moves: list[Row], at: datetime) -> str | None:
    """The stage of today, taken back through the moves since."""
    later = [one for one in moves if one["withdrawn_by"] is None and moment(one["effective_at"]) >= at]
    later.sort(key=lambda one: (one["effective_at"], one["id"]))
    return later[0]["old_stage"] if later else row["stage"]


def share_of(total: int, percent: float) -> int:
    return int((Decimal(total) * Decimal(str(percent)) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def grouped(rows: Iterable[Row], column: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def days_between(start: str, end: str) -> float:
    return max(0.0, (moment(end) - moment(start)).total_seconds() / 86_400)


class Money:
    """The deals of some owners over `[start, end)`."""

    def __init__(self, tables: Tables, owners: set[int], start: datetime, end: datetime, last: date) -> None:
        self.start, self.end, self.last = start, end, last
        moves = grouped(tables["deal_stages"], "deal_id")
        self.deals = [one for one in tables["deals"] if one["owner_id"] in owners and one["deleted_at"] is None]
        self.then = {one["id"]: stage_then(one, moves[one["id"]], end) for one in self.deals}
        self.moves = moves
        lines = (one for one in tables["commissions"] if one["deleted_at"] is None)
        self.lines = grouped(lines, "deal_id")
        spent = (one for one in tables["expenses"] if one["owner_id"] in owners and one["deleted_at"] is None)
        self.expenses = [one for one in spent if start.date().isoformat() <= one["spent_on"] <= last.isoformat()]

    def closed_at(self, deal: Row) -> str:
        """When a deal that stood closed at the end had closed."""
        moves = [one for one in self.moves[deal["id"]] if one["withdrawn_by"] is None]
        if all(moment(one["effective_at"]) < self.end for one in moves):
            return str(deal["closed_at"])
        return max(
            str(one["effective_at"])
            for one in moves
            if one["new_stage"] == "closed" and moment(one["effective_at"]) < self.end
        )

    def price(self, deal: Row) -> int | None:
        return deal["final_price"] if deal["final_price"] is not None else deal["amount"]

    def worth(self, deal: Row, line: Row) -> int | None:
        if line["amount"] is not None:
            return int(line["amount"])
        price = self.price(deal) if self.then[deal["id"]] == "closed" else deal["amount"]
        return None if price is None else share_of(price, line["rate"])

    def closed(self, kind: str, currency: str | None = None) -> list[Row]:
        return [
            one for one in self.deals
            if one["kind"] == kind and currency in (None, one["currency"]) and self.then[one["id"]] == "closed"
            and self.start <= moment(self.closed_at(one)) < self.end
        ]  # fmt: skip

    def chance(self, kind: str, stage: str) -> float:
        won = reached = 0
        for deal in self.deals:
            ended = [one for one in self.moves[deal["id"]] if one["new_stage"] in ("closed", "lost")]
            last = max(
                (moment(one["effective_at"]) for one in ended if moment(one["effective_at"]) < self.end), default=None
            )
            then = self.then[deal["id"]]
            if deal["kind"] != kind or then not in ("closed", "lost") or last is None:
                continue
            if last < self.end - timedelta(days=730):
                continue
            been = {one["new_stage"] for one in self.moves[deal["id"]] if moment(one["effective_at"]) < self.end}
            if (
                then == "closed"
                or any(STAGES.index(one) >= STAGES.index(stage) for one in been & set(STAGES))
                or stage == "lead"
            ):
                reached += 1
                won += then == "closed"
        return (won + 10 * USUAL[stage]) / (reached + 10)

    def block(self, kind: str, currency: str) -> dict[str, Any]:
        deals = self.closed(kind, currency)
        prices = [self.price(one) for one in deals if self.price(one)]
        gci = agents = partners = 0
        for deal in self.closed(kind):
            for line in self.lines[deal["id"]]:
                total = self.worth(deal, line)
                if line["currency"] != currency or total is None:
                    continue
                gci += total
                for split in json.loads(line["splits"] or "[]"):
                    part = share_of(total, split["rate"])
                    agents += part if split["role"] == "agent" else 0
                    partners += part if split["role"] != "agent" else 0
        rated = [
            (sum(self.worth(one, line) or 0 for line in known), self.price(one) or 0)
            for one in deals
            if self.price(one) and (known := [line for line in self.lines[one["id"]] if line["currency"] == currency])
        ]
        ours = [one for one in self.deals if one["kind"] == kind and one["currency"] == currency]
        lost = [
            one for one in ours
            if self.then[one["id"]] == "lost" and any(
                move["new_stage"] == "lost" and self.start <= moment(move["effective_at"]) < self.end
                for move in self.moves[one["id"]]
            )
        ]  # fmt: skip
        open_ = [one for one in ours if self.then[one["id"]] in STAGES]
        raw, weighted = 0, 0.0
        for deal in open_:
            known = [self.worth(deal, line) for line in self.lines[deal["id"]] if line["currency"] == currency]
            agreed = sum(one for one in known if one is not None)
            before = [
                moment(one["effective_at"]) for one in self.moves[deal["id"]] if moment(one["effective_at"]) < self.end
            ]
            touched = max([moment(deal["created_at"]), *before])
            if moment(deal["updated_at"]) < self.end:
                touched = max(moment(deal["updated_at"]), moment(deal["created_at"]))
            chance = self.chance(kind, self.then[deal["id"]] or "")
            raw += agreed
            weighted += agreed * chance * (0.5 if touched < self.end - timedelta(days=60) else 1)
        return {
            "deals": len(deals), "sides": sum(2 if one["side"] == "both" else 1 for one in deals),
            "sales_volume": sum(prices), "median_deal": median(prices) if prices else None,
            "avg_deal": sum(prices) / len(prices) if prices else None,
            "gci": gci, "agent_income": agents, "partners": partners, "net_to_agency": gci - agents - partners,
            "commission_rate_weighted": sum(one for one, _ in rated) / sum(one for _, one in rated) if rated else None,
            "win_rate": len(deals) / (len(deals) + len(lost)) if deals or lost else None,
            "cycle_median": median(days_between(one["created_at"], self.closed_at(one)) for one in deals)
            if deals
            else None,
            "open_deals": len(open_), "pipeline_raw": raw, "pipeline_weighted": weighted,
            "receivable": sum(left for _, left in self.owed(kind, currency)),
        }  # fmt: skip

    def owed(self, kind: str, currency: str) -> list[tuple[int, int]]:
        """Days since a line was due, and how much of it is not paid."""
        found = []
        for deal in self.deals:
            if deal["kind"] != kind or self.then[deal["id"]] != "closed" or moment(self.closed_at(deal)) >= self.end:
                continue
            for line in self.lines[deal["id"]]:
                paid = line["paid_at"] is not None and moment(line["paid_at"]) < self.end
                total = self.worth(deal, line)
                if line["currency"] != currency or paid or not total:
                    continue
                due = line["due_on"] or moment(self.closed_at(deal)).astimezone(self.zone).date().isoformat()
                found.append(((self.last - date.fromisoformat(due)).days, total))
        return found

    zone: Any = None


class Leads:
    """The leads of some owners that came in `[start, end)`, followed until a moment."""

    def __init__(
        self, tables: Tables, owners: set[int], start: datetime, end: datetime, until: datetime, in_word: set[int]
    ) -> None:
        moves = grouped(tables["lead_stages"], "lead_id")
        self.end, self.until, self.moves = end, until, moves
        self.own = [one for one in tables["leads"] if one["owner_id"] in owners and one["deleted_at"] is None]
        came = [one for one in self.own if start <= moment(one["created_at"]) < end]
        self.then = {one["id"]: stage_then(one, moves[one["id"]], until) or "new" for one in came}
        # What somebody called won is no deal before a deal of it has closed.
        self.then |= {lead: "negotiation" for lead in in_word if self.then.get(lead) == "won"}
        self.spam = [one for one in came if self.then[one["id"]] == "lost" and one["lost_reason"] in SPAM]
        self.cohort = [one for one in came if one not in self.spam]
        self.said = [
            one for one in tables["interactions"]
            if one["deleted_at"] is None and one["channel"] != "note" and not one["auto"]
        ]  # fmt: skip

    def totals(self) -> dict[str, Any]:
        whole = len(self.cohort)
        waits = [
            max(0.0, (first - came).total_seconds()) if first else None for _owner, came, first in self.answers()
        ]  # fmt: skip
        spoken = {
            one["lead_id"] for one in self.said if one["outcome"] == "two_way" and moment(one["at"]) < self.until
        }  # fmt: skip
        known = [one for one in waits if one is not None]
        stages = [self.then[one["id"]] for one in self.cohort]
        at_end = [
            stage_then(one, self.moves[one["id"]], self.end) for one in self.own if moment(one["created_at"]) < self.end
        ]
        if not whole:
            return {"new_leads": 0, "spam": len(self.spam), "attempted_share": None}
        long = sorted(one if one is not None else float("inf") for one in waits)
        middle = median(long)
        return {
            "new_leads": whole, "spam": len(self.spam),
            "attempted_share": len(known) / whole,
            "contacted_share": sum(one["id"] in spoken for one in self.cohort) / whole,
            "response_median": middle / 3600 if middle != float("inf") else None,
            "within_5m": sum(one <= 300 for one in known) / whole,
            "within_1h": sum(one <= 3600 for one in known) / whole,
            "unanswered": sum(
                wait is None and stage not in ("won", "lost") for wait, stage in zip(waits, stages, strict=True)
            ),
            "lead_to_deal": stages.count("won") / whole,
            "open_leads": sum(one is not None and one not in ("won", "lost") for one in at_end),
            "referral_share": sum(
                one["referrer_id"] is not None or one["source"] == "referral" for one in self.cohort
            ) / whole,
        }  # fmt: skip

    def answers(self) -> list[tuple[int, datetime, datetime | None]]:
        """Whose each lead is, when it came, and when it was first answered."""
        found = []
        for lead in self.cohort:
            answers = [
                moment(one["at"]) for one in self.said
                if one["lead_id"] == lead["id"] and (one["direction"] == "out" or one["outcome"] == "two_way")
                and moment(one["at"]) < self.until
            ]  # fmt: skip
            found.append((lead["owner_id"], moment(lead["created_at"]), min(answers, default=None)))
        return found

    def cost(self, expenses: list[Row]) -> float | None:
        """What sources cost, over the clients of won leads."""
        clients = {one["client_id"] for one in self.cohort if self.then[one["id"]] == "won"}
        spent = sum(one["amount"] for one in expenses if one["source"] is not None and one["currency"] == "RUB")
        return spent / len(clients) if clients and spent else None

    def reached(self) -> list[int]:
        """How many leads of the cohort came so far, or farther."""
        found = [0] * len(LEADS)
        for lead in self.cohort:
            been = [
                LEADS.index(one["new_stage"])
                for one in self.moves[lead["id"]]
                if one["withdrawn_by"] is None and one["new_stage"] in LEADS[:-1]
                and moment(one["effective_at"]) < self.until
            ]  # fmt: skip
            far = 5 if self.then[lead["id"]] == "won" else max(been, default=0)
            for rank in range(far + 1):
                found[rank] += 1
        return found

    def resting(self) -> int:
        """Open leads that nobody touched for too long: since they came, or since somebody spoke with the client."""
        asleep = 0
        for lead in self.own:
            then = stage_then(lead, self.moves[lead["id"]], self.end)
            if moment(lead["created_at"]) >= self.end or then in (None, "won", "lost"):
                continue
            talks = [
                moment(one["at"]) for one in self.said
                if one["client_id"] == lead["client_id"] and moment(one["at"]) < self.end
            ]  # fmt: skip
            days = {"hot": 3, "warm": 7, "cold": 30}.get(lead["temperature"] or "", 14)
            asleep += max([moment(lead["created_at"]), *talks]) < self.end - timedelta(days=days)
        return asleep

    def sources(
        self, brought: Iterable[tuple[int, str, int]], expenses: list[Row]
    ) -> dict[str | None, tuple[int, ...]]:
        """By source: leads, won leads, what it cost, and what deals brought to its leads."""
        found: dict[str | None, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        of = {one["id"]: one["source"] for one in self.cohort}
        for lead in self.cohort:
            found[lead["source"]][0] += 1
            found[lead["source"]][1] += self.then[lead["id"]] == "won"
        for one in expenses:
            if one["source"] is not None and one["currency"] == "RUB":
                found[one["source"]][2] += one["amount"]
        for number, _closed, gci in brought:
            if number in of:
                found[of[number]][3] += gci
        return {source: tuple(counts) for source, counts in found.items()}


def returned(tables: Tables, wanted: Money) -> float | None:
    """Of the clients of deals closed in the period, those with two closed deals by its end."""
    roles = {"seller", "buyer", "landlord", "tenant"}
    closed = [one for one in wanted.deals if wanted.then[one["id"]] == "closed"]
    of = {one["id"]: one for one in closed}
    now, ever = set(), defaultdict(set)
    for party in tables["deal_parties"]:
        deal = of.get(party["deal_id"])
        if deal is None or party["role"] not in roles:
            continue
        ever[party["client_id"]].add(deal["id"])
        if moment(wanted.closed_at(deal)) >= wanted.start and deal["side"] in ("both", party["role"]):
            now.add(party["client_id"])
    return sum(len(ever[one]) > 1 for one in now) / len(now) if now else None
