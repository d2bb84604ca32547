"""What the store holds of leads and clients, as of the end of a scope: rows, no numbers yet.

Leads that came in the period are followed on beyond its end, up to `until`: what became of them takes longer than it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from realty_cli.analytics.deal_facts import listing_of
from realty_cli.analytics.scope import Scope
from realty_cli.clients.kinds import ENDED, LeadSide, LeadStage
from realty_cli.kit.clock import stamp
from realty_cli.kit.lazy import lazy
from realty_cli.store.database import Connection
from realty_cli.store.selection import among, any_of

#: How far a lead has come; one that was won has been everywhere.
RANKS: dict[str, int] = {stage.value: rank for rank, stage in enumerate(LeadStage) if stage != LeadStage.LOST}
WON_RANK = RANKS[LeadStage.WON]
DEMAND = frozenset({LeadSide.BUYER.value, LeadSide.TENANT.value})
#: Sides of a lead by the kind of deal that it is after.
_SIDES = {"sale": ("buyer", "seller"), "rent": ("tenant", "landlord"), "daily_rent": ("tenant", "landlord")}
#: Reasons that say that there never was a lead.
SPAM = frozenset({"spam", "спам", "duplicate", "double", "дубль", "дубликат"})
#: Sources that say that somebody sent the client.
REFERRALS = frozenset({"referral", "recommendation", "рекомендация", "рекомендации", "по рекомендации"})
#: How long a lead may rest untouched, in days, by its temperature.
REST = {"hot": 3, "warm": 7, "cold": 30}
REST_OTHERS = 14
ACTIVE_DAYS = 30
_OPEN = ", ".join(f"'{stage.value}'" for stage in LeadStage if stage not in ENDED)
_LEAD = (
    "l.id, l.client_id, l.side, l.stage, l.source, l.referrer_id, l.created_at, l.first_response_at, l.closed_at,"
    " l.lost_reason"
)
_CONTACT = "i.deleted_at IS NULL AND i.channel <> 'note' AND NOT i.auto"


class Lead(NamedTuple):
    """A lead with the stage that it stood in at `until`."""

    id: int
    client: int
    side: str
    stage: str
    source: str | None
    referrer: int | None
    created_at: str
    answered_at: str | None
    closed_at: str | None
    lost_reason: str | None

    @property
    def spam(self) -> bool:
        return self.stage == LeadStage.LOST and (self.lost_reason or "").strip().casefold() in SPAM

    @property
    def won(self) -> bool:
        return self.stage == LeadStage.WON


class Move(NamedTuple):
    old: str | None
    new: str
    at: str


class LeadFacts:
    """All of one scope, each read when it is first asked for."""

    def __init__(self, db: Connection, scope: Scope, until: datetime | None = None) -> None:
        self._db, self._scope = db, scope
        self._start, self._end = scope.start, scope.end
        self.until = until or scope.as_of

    @lazy
    def all(self) -> list[Lead]:
        """The leads that came in the period, spam among them."""
        return self._leads(self._start, self._end, self._since(stamp(self.until)), stamp(self.until))

    @lazy
    def cohort(self) -> list[Lead]:
        """The leads that came in the period, without what never was one."""
        return [one for one in self.all if not one.spam]

    @lazy
    def moves(self) -> dict[int, list[Move]]:
        """The moves of the cohort up to `until`, oldest first."""
        end = stamp(self.until)
        found = self._moves([one.id for one in self.cohort])
        return {number: [move for move in moves if move.at < end] for number, moves in found.items()}

    @lazy
    def spoken(self) -> set[int]:
        """The leads of the cohort with a talk of both sides."""
        params: dict[str, Any] = {"until": stamp(self.until)}
        if not self.cohort:
            return set()
        which = among(self._db, "i.lead_id", "leads", [one.id for one in self.cohort], params)
        rows = self._db.all(
            f"SELECT DISTINCT i.lead_id FROM interactions i WHERE {which} AND {_CONTACT} AND i.outcome = 'two_way'"
            " AND i.at < :until",
            params,
        )
        return {row[0] for row in rows}

    def since(self, start: str, most: int) -> list[Lead]:
        """The leads that came from a moment on up to the end, the newest first and at most so many, as of the end."""
        return self._leads(start, self._end, self.moved, self._end, most)

    @lazy
    def moved(self) -> dict[int, list[Move]]:
        """The moves, oldest first, of the leads that moved since the end."""
        return self._since(self._end)

    @lazy
    def resting(self) -> list[tuple[str | None, str]]:
        """Of each lead that was open at the end, its temperature and when it was last touched."""
        columns = (
            "l.id, l.stage, l.temperature, l.created_at, CASE WHEN c.last_contact_at < :end THEN c.last_contact_at"
            " ELSE (SELECT max(i.at) FROM interactions i WHERE i.client_id = l.client_id AND i.at < :end"
            f" AND {_CONTACT}) END"
        )
        params: dict[str, Any] = {"end": self._end}
        rows = self._db.all(
            f"SELECT {columns} FROM leads l LEFT JOIN clients c ON c.id = l.client_id WHERE l.stage IN ({_OPEN})"
            f" AND l.created_at < :end AND {leads_of(self._scope, params)}",
            params,
        )
        found = [row for row in rows if row[0] not in self.moved]
        if self.moved:
            params = {"end": self._end}
            which = among(self._db, "l.id", "moved", list(self.moved), params)
            found += self._db.all(
                f"SELECT {columns} FROM leads l LEFT JOIN clients c ON c.id = l.client_id WHERE {which}"
                f" AND l.created_at < :end AND {leads_of(self._scope, params)}",
                params,
            )
        ended = {stage.value for stage in ENDED}
        return [
            (temperature, max(created, touched or ""))
            for number, stage, temperature, created, touched in found
            if (at := stage_at(self.moved.get(number, ()), stage, self._end)) is not None and at not in ended
        ]

    def active(self) -> int:
        """Clients with a talk, a message, an event or a new stage of a lead in the last days before the end."""
        params: dict[str, Any] = {
            "end": self._end, "from": stamp(self._scope.as_of - timedelta(days=ACTIVE_DAYS)),
        }  # fmt: skip
        scope = self._scope
        parts = [
            f"SELECT i.client_id AS client FROM interactions i WHERE i.at >= :from AND i.at < :end AND {_CONTACT}"
            f" AND {scope.rows(params, 'i')}",
            "SELECT e.client_id AS client FROM event_instances n JOIN events e ON e.id = n.event_id"
            " WHERE n.start_time >= :from AND n.start_time < :end AND n.status <> 'cancelled'"
            f" AND e.client_id IS NOT NULL AND {scope.rows(params, 'n')}",
            "SELECT l.client_id AS client FROM lead_stages s JOIN leads l ON l.id = s.lead_id"
            " WHERE s.effective_at >= :from AND s.effective_at < :end AND s.withdrawn_by IS NULL"
            f" AND l.deleted_at IS NULL AND {scope.rows(params, 'l')}",
        ]
        return self._db.count(
            "SELECT count(*) FROM (" + " UNION ".join(parts) + ") a JOIN clients c ON c.id = a.client"
            " WHERE c.deleted_at IS NULL AND c.merged_into IS NULL",
            params,
        )

    # Reading ------------------------------------------------------------------------------------------------------

    def _leads(
        self, start: str, end: str, moved: Mapping[int, Sequence[Move]], at: str, most: int | None = None
    ) -> list[Lead]:
        params: dict[str, Any] = {"start": start, "end": end}
        limit = ""
        if most is not None:
            params["most"] = most
            limit = " ORDER BY l.created_at DESC, l.id DESC LIMIT :most"
        rows = self._db.all(
            f"SELECT {_LEAD} FROM leads l WHERE l.created_at >= :start AND l.created_at < :end"
            f" AND {leads_of(self._scope, params)}{limit}",
            params,
        )
        found = []
        for row in rows:
            lead = Lead._make(row)
            answered = lead.answered_at if lead.answered_at is not None and lead.answered_at < at else None
            moves = moved.get(lead.id, ())
            stage, closed = lead.stage, lead.closed_at
            if moves:
                stage = stage_at(moves, stage, at) or LeadStage.NEW.value
                ended = [move.at for move in moves if move.new == stage and move.at < at]
                closed = ended[-1] if stage in ENDED and ended else None
            found.append(lead._replace(stage=stage, answered_at=answered, closed_at=closed))
        return found

    def _since(self, at: str) -> dict[int, list[Move]]:
        params: dict[str, Any] = {"end": at}
        rows = self._db.all(
            "SELECT DISTINCT s.lead_id FROM lead_stages s JOIN leads l ON l.id = s.lead_id"
            f" WHERE s.effective_at >= :end AND s.withdrawn_by IS NULL AND {leads_of(self._scope, params)}",
            params,
        )
        return self._moves([row[0] for row in rows])

    def _moves(self, leads: Sequence[int]) -> dict[int, list[Move]]:
        found: dict[int, list[Move]] = defaultdict(list)
        if leads:
            params: dict[str, Any] = {}
            which = among(self._db, "lead_id", "leads", leads, params)
            for number, old, new, at in self._db.all(
                f"SELECT lead_id, old_stage, new_stage, effective_at FROM lead_stages WHERE {which}"
                " AND withdrawn_by IS NULL ORDER BY effective_at, id",
                params,
            ):
                found[number].append(Move(old, new, at))
        return found


def stage_at(moves: Iterable[Move], now: str, at: str) -> str | None:
    """Where something stood at a moment that stands `now` today, by its moves; None where there was none yet."""
    for move in moves:
        if move.at >= at:
            return move.old
    return now


def leads_of(scope: Scope, params: dict[str, Any], alias: str = "l") -> str:
    """The condition for leads of a scope: whose, after which kind of deal, from where, about what listings."""
    parts = [scope.rows(params, alias), f"{alias}.deleted_at IS NULL"]
    if scope.deal_types is not None:
        sides = sorted({side for kind in scope.deal_types for side in _SIDES[kind]})
        parts.append(any_of(f"{alias}.side", "side", sides, params))
    if scope.sources is not None:
        parts.append(any_of(f"{alias}.source", "source", scope.sources, params))
    if listing := listing_of(scope, params):
        parts.append(f"EXISTS (SELECT 1 FROM properties p WHERE p.id = {alias}.property_id AND {listing})")
    return " AND ".join(parts)
