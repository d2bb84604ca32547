"""What the store holds of leads and clients, as of the end of a scope: rows, no numbers yet.

Leads that came in the period are followed on beyond its end, up to `until`: what became of them takes longer than it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from realty_cli.analytics.deal_facts import listing_of, moved_since, still_open
from realty_cli.analytics.scope import Scope
from realty_cli.clients.kinds import ENDED, LeadSide, LeadStage
from realty_cli.kit.clock import stamp
from realty_cli.kit.lazy import lazy
from realty_cli.store.database import Connection, in_list
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
    " l.lost_reason, l.owner_id"
)
_CONTACT = "i.deleted_at IS NULL AND i.channel <> 'note' AND NOT i.auto"


class Lead(NamedTuple):
    """A lead with the stage that it stood in at `until`: won in word alone (`won_in_word`) is negotiation."""

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
    owner: int

    @property
    def spam(self) -> bool:
        return self.stage == LeadStage.LOST and _is_spam(self.lost_reason or "")

    @property
    def won(self) -> bool:
        return self.stage == LeadStage.WON


class Tally(NamedTuple):
    """Leads that are alike: how many, with how many there was a talk of both sides, and when the last of them came."""

    side: str
    stage: str
    spam: bool
    answered: bool
    leads: int
    spoken: int
    youngest: str


class Journey(NamedTuple):
    """How leads went that are told by the same: how many, whether they were won, and when they first came to each
    stage, by rank; any of their moments, where there is but one stage."""

    leads: int
    won: bool
    times: Sequence[str | None]


class LeadFacts:
    """All of one scope, each read when it is first asked for."""

    def __init__(self, db: Connection, scope: Scope, until: datetime | None = None) -> None:
        self.db, self.scope = db, scope
        self._start, self._end = scope.start, scope.end
        self.until = until or scope.as_of
        self.end = scope.end

    @lazy
    def all(self) -> list[Lead]:
        """The leads that came in the period, spam among them."""
        return self._leads(self._start, self._end, stamp(self.until))

    @lazy
    def cohort(self) -> list[Lead]:
        """The leads that came in the period, without what never was one."""
        return [one for one in self.all if not one.spam]

    @lazy
    def arrivals(self) -> dict[int, dict[int, str]]:
        """When the leads of the cohort first came to each stage that they did, up to `until`."""
        found: dict[int, dict[int, str]] = defaultdict(dict)
        if self.cohort:
            params: dict[str, Any] = {"until": stamp(self.until)}
            which = among(self.db, "lead_id", "leads", [one.id for one in self.cohort], params)
            for number, stage, at in self.db.all(
                f"SELECT lead_id, new_stage, min(effective_at) FROM lead_stages WHERE {which}"
                " AND effective_at < :until AND withdrawn_by IS NULL GROUP BY lead_id, new_stage",
                params,
            ):
                if (rank := RANKS.get(stage)) is not None:
                    found[number][rank] = at
        return found

    @lazy
    def spoken(self) -> set[int]:
        """The leads of the cohort with a talk of both sides."""
        params: dict[str, Any] = {"until": stamp(self.until)}
        if not self.cohort:
            return set()
        which = among(self.db, "i.lead_id", "leads", [one.id for one in self.cohort], params)
        rows = self.db.all(
            f"SELECT DISTINCT i.lead_id FROM interactions i WHERE {which} AND {_CONTACT} AND i.outcome = 'two_way'"
            " AND i.at < :until",
            params,
        )
        return {row[0] for row in rows}

    def since(self, start: str, most: int) -> list[Lead]:
        """The leads that came from a moment on up to the end, the newest first and at most so many, as of the end."""
        return self._leads(start, self._end, self._end, most)

    @lazy
    def resting(self) -> tuple[int, int]:
        """How many leads were open at the end, and how many of these nobody had touched for too long."""
        rests = {**REST, "others": REST_OTHERS}
        params: dict[str, Any] = {"end": self._end}
        params |= {f"rest_{name}": stamp(self.scope.as_of - timedelta(days=days)) for name, days in rests.items()}
        moment = ":rest_{}" if self.db.sqlite else "CAST(:rest_{} AS timestamptz)"
        ways = " ".join(f"WHEN '{name}' THEN {moment.format(name)}" for name in REST)

        def columns(_stood: str) -> str:
            return f"d.client_id, d.created_at, CASE d.temperature {ways} ELSE {moment.format('others')} END AS since"

        where, moved = f"{leads_of(self.scope, params, 'd')} AND d.created_at < :end", self._moved_since(self._end)
        row = self.db.one(
            f"{still_open(self.db, 'leads', 'lead_id', _OPEN, columns, where, moved=moved)} SELECT count(*),"
            " count(CASE WHEN created_at < since AND NOT EXISTS (SELECT 1 FROM interactions i"
            f" WHERE i.client_id = o.client_id AND i.at >= since AND i.at < :end AND {_CONTACT}) THEN 1 END) FROM o",
            params,
        )
        assert row is not None
        return row[0], row[1]

    def active(self) -> int:
        """Clients with a talk, a message, an event or a new stage of a lead in the last days before the end."""
        params: dict[str, Any] = {
            "end": self._end, "from": stamp(self.scope.as_of - timedelta(days=ACTIVE_DAYS)),
        }  # fmt: skip
        scope = self.scope
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
        return self.db.count(
            "SELECT count(*) FROM (" + " UNION ".join(parts) + ") a JOIN clients c ON c.id = a.client"
            " WHERE c.deleted_at IS NULL AND c.merged_into IS NULL",
            params,
        )

    @lazy
    def tallies(self) -> list[Tally]:
        """The leads that came in the period, by what is alike in them."""
        params: dict[str, Any] = {"until": stamp(self.until)}
        return [
            Tally(side, stage, stage == LeadStage.LOST and _is_spam(reason or ""), bool(answered), leads,
                  int(spoken or 0), youngest)
            for side, stage, reason, answered, leads, spoken, youngest in self.db.all(
                f"WITH c AS MATERIALIZED (SELECT l.side, {self._stood_sql} AS stood, l.lost_reason, l.created_at,"
                " CASE WHEN l.first_response_at < :until THEN 1 ELSE 0 END AS answered, CASE WHEN EXISTS"
                f" (SELECT 1 FROM interactions i WHERE i.lead_id = l.id AND {_CONTACT} AND i.outcome = 'two_way'"
                f" AND i.at < :until) THEN 1 ELSE 0 END AS spoken FROM leads l WHERE {self._came(params)})"
                " SELECT side, stood, CASE WHEN stood = 'lost' THEN lost_reason END AS reason, answered, count(*),"
                " sum(spoken), max(created_at) FROM c GROUP BY side, stood, reason, answered",
                params,
            )
        ]  # fmt: skip

    def answers(self) -> list[tuple[str, str]]:
        """When the leads of the cohort came that were answered, and when they were."""
        if not any(one.answered for one in self.tallies):
            return []
        params: dict[str, Any] = {"until": stamp(self.until)}
        rows = self.db.all(
            f"SELECT l.created_at, l.first_response_at, {self._stood_sql}, l.lost_reason FROM leads l"
            f" WHERE l.first_response_at < :until AND {self._came(params)}",
            params,
        )
        return [
            (came, answered) for came, answered, stage, reason in rows
            if stage != LeadStage.LOST or not _is_spam(reason or "")
        ]  # fmt: skip

    def journeys(self, sides: Sequence[str]) -> Iterator[Journey]:
        """How the leads of the cohort on these sides went: those that came to one stage alone are told together."""
        params: dict[str, Any] = {"until": stamp(self.until)}
        which = any_of("l.side", "journey", list(sides), params)
        came = [f"t{rank}" for rank in RANKS.values()]
        firsts = ", ".join(
            f"min(s.effective_at) FILTER (WHERE s.new_stage = '{stage}') AS t{rank}" for stage, rank in RANKS.items()
        )
        several = " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in came)
        only = f"CASE {' '.join(f'WHEN t{rank} IS NOT NULL THEN {rank}' for rank in RANKS.values())} END"
        known = "stood, CASE WHEN stood = 'lost' THEN lost_reason END"
        rows = self.db.all(
            f"WITH c AS MATERIALIZED (SELECT {self._stood_sql} AS stood, l.lost_reason, {firsts} FROM leads l"
            " LEFT JOIN lead_stages s ON s.lead_id = l.id AND s.effective_at < :until AND s.withdrawn_by IS NULL"
            f" WHERE {self._came(params)} AND {which} GROUP BY l.created_at, l.id)"
            f" SELECT {known}, count(*), {', '.join(f'min({one})' for one in came)} FROM c WHERE {several} <= 1"
            f" GROUP BY {known}, {only}"
            f" UNION ALL SELECT {known}, 1, {', '.join(came)} FROM c WHERE {several} > 1",
            params,
        )
        for stage, reason, leads, *times in rows:
            if stage != LeadStage.LOST or not _is_spam(reason or ""):
                yield Journey(leads, stage == LeadStage.WON, times)

    @lazy
    def _stood_sql(self) -> str:
        """An expression of where a lead `l` stood at `:until`: whence it moved first since, else where it is today;
        negotiation where it was won in word alone."""
        until = stamp(self.until)
        in_word = won_in_word(self.db, "until", until)
        if not self._moved_since(until):
            return f"CASE WHEN l.stage = 'won' AND {in_word} THEN 'negotiation' ELSE l.stage END"
        stood = (
            "coalesce((SELECT coalesce(m.old_stage, 'new') FROM lead_stages m WHERE m.lead_id = l.id"
            " AND m.effective_at >= :until AND m.withdrawn_by IS NULL ORDER BY m.effective_at, m.id LIMIT 1), l.stage)"
        )
        # `stood` is said once, as it is a search each time, and deals are looked at for the few that were won alone.
        return f"coalesce(nullif({stood}, 'won'), CASE WHEN {in_word} THEN 'negotiation' ELSE 'won' END)"

    def _came(self, params: dict[str, Any]) -> str:
        params |= {"start": self._start, "end": self._end}
        return f"l.created_at >= :start AND l.created_at < :end AND {leads_of(self.scope, params)}"

    def counts(self, moments: Sequence[str]) -> list[int] | None:
        """How many leads of the cohort came in each [moment, next moment], as of the last; None where leads have moved
        since, of which each has to be looked at."""
        if self._moved_since(moments[-1]):
            return None
        params: dict[str, Any] = {"start": moments[0], "end": moments[-1]}
        whose = leads_of(self.scope, params)
        lost = "l.stage = 'lost' AND l.lost_reason"
        rows = self.db.all(
            f"SELECT DISTINCT l.lost_reason FROM leads l WHERE l.created_at >= :start AND l.created_at < :end"
            f" AND {whose} AND {lost} IS NOT NULL",
            params,
        )
        where = f"l.created_at >= :start AND l.created_at < :end AND {whose}"
        if spam := [reason for (reason,) in rows if _is_spam(reason)]:
            where += f" AND NOT coalesce({lost} IN {in_list('spam', spam, params)}, false)"
        found = []
        for start, end in pairwise(moments):
            found.append(int(self.db.value(f"SELECT count(*) FROM leads l WHERE {where}",
                                            {**params, "start": start, "end": end})))  # fmt: skip
        return found

    def sizes_and_wins(self, moments: Sequence[str]) -> tuple[list[int], list[list[tuple[str, str]]]]:
        """How many leads of the cohort came in each [moment, next moment], and when each won one of them came and was
        won: as of the end of the scope, which is the last moment."""
        sizes = self.counts(moments)
        if sizes is not None:
            params: dict[str, Any] = {"until": self.end}
            rows = self.db.all(
                "SELECT l.created_at, l.closed_at FROM leads l WHERE l.stage = 'won' AND l.closed_at IS NOT NULL"
                f" AND {self._came(params)} AND NOT {won_in_word(self.db, 'until', self.end)}",
                params,
            )
        else:
            rows = [(lead.created_at, lead.closed_at) for lead in self.cohort if lead.won and lead.closed_at]
            sizes = [0] * (len(moments) - 1)
            for lead in self.cohort:
                sizes[bisect_right(moments, lead.created_at) - 1] += 1
        wins: list[list[tuple[str, str]]] = [[] for _ in sizes]
        for created, closed in rows:
            wins[bisect_right(moments, created) - 1].append((created, closed))
        return sizes, wins

    def came(self) -> list[tuple[int, str]]:
        """The leads of the cohort, as of the end of the scope, and when they came."""
        params: dict[str, Any] = {"until": stamp(self.until)}
        rows = self.db.all(
            f"SELECT l.id, l.created_at, {self._stood_sql}, l.lost_reason FROM leads l WHERE {self._came(params)}",
            params,
        )
        return [
            (number, at) for number, at, stage, reason in rows
            if stage != LeadStage.LOST or not _is_spam(reason or "")
        ]  # fmt: skip

    # Reading ------------------------------------------------------------------------------------------------------

    def _leads(self, start: str, end: str, at: str, most: int | None = None) -> list[Lead]:
        params: dict[str, Any] = {"start": start, "end": end}
        limit = ""
        if most is not None:
            params["most"] = most
            limit = " ORDER BY l.created_at DESC, l.id DESC LIMIT :most"
        rows = self.db.all(
            f"SELECT {_LEAD} FROM leads l WHERE l.created_at >= :start AND l.created_at < :end"
            f" AND {leads_of(self.scope, params)}{limit}",
            params,
        )
        found = [Lead._make(row) for row in rows]
        stood = self._stood(at, [lead.id for lead in found])
        ended = self._ended(at, [number for number, stage in stood.items() if stage in ENDED])
        for place, lead in enumerate(found):
            if lead.id in stood:
                stage = stood[lead.id]
                found[place] = lead = lead._replace(stage=stage, closed_at=ended.get((lead.id, stage)))
            if lead.answered_at is not None and lead.answered_at >= at:
                found[place] = lead._replace(answered_at=None)
        in_word = self._won_in_word(at, [lead.id for lead in found if lead.won])
        for place, lead in enumerate(found):
            if lead.id in in_word:
                found[place] = lead._replace(stage=LeadStage.NEGOTIATION.value, closed_at=None)
        return found

    def _won_in_word(self, at: str, leads: Sequence[int]) -> set[int]:
        """Those of won leads of which no deal had closed by a moment, although deals name them."""
        if not leads:
            return set()
        params: dict[str, Any] = {"at": at}
        which = among(self.db, "l.id", "leads", leads, params)
        rows = self.db.all(f"SELECT l.id FROM leads l WHERE {which} AND {won_in_word(self.db, 'at', at)}", params)
        return {row[0] for row in rows}

    def _stood(self, at: str, leads: Sequence[int]) -> dict[int, str]:
        """Where those of the leads stood at a moment that have moved since: whence the first of these moves led."""
        if not leads or not self._moved_since(at):
            return {}
        params: dict[str, Any] = {"at": at}
        which = among(self.db, "lead_id", "leads", leads, params)
        found: dict[int, str] = {}
        for number, old in self.db.all(
            f"SELECT lead_id, old_stage FROM lead_stages WHERE {which} AND effective_at >= :at"
            " AND withdrawn_by IS NULL ORDER BY effective_at, id",
            params,
        ):
            found.setdefault(number, old or LeadStage.NEW.value)
        return found

    def _ended(self, at: str, leads: Sequence[int]) -> dict[tuple[int, str], str]:
        """When leads last came to a stage before a moment."""
        if not leads:
            return {}
        params: dict[str, Any] = {"at": at}
        which = among(self.db, "lead_id", "leads", leads, params)
        rows = self.db.all(
            f"SELECT lead_id, new_stage, max(effective_at) FROM lead_stages WHERE {which} AND effective_at < :at"
            " AND withdrawn_by IS NULL GROUP BY lead_id, new_stage",
            params,
        )
        return {(number, stage): last for number, stage, last in rows}

    def _moved_since(self, at: str) -> bool:
        return moved_since(self.db, "lead_stages", at)


def _is_spam(reason: str) -> bool:
    return reason.strip().casefold() in SPAM


def won_in_word(db: Connection, name: str, at: str, lead: str = "l.id") -> str:
    """The condition that deals name a lead and none of these stood closed at a moment, which is bound as `name`: it is
    no deal yet, whatever somebody said of the lead."""
    stood = "n.stage"
    if moved_since(db, "deal_stages", at):
        stood = (
            "coalesce((SELECT coalesce(w.old_stage, '') FROM deal_stages w WHERE w.deal_id = n.id AND w.effective_at"
            f" >= :{name} AND w.withdrawn_by IS NULL ORDER BY w.effective_at, w.id LIMIT 1), n.stage)"
        )
    rank = f"CASE {stood} WHEN 'closed' THEN 2 WHEN '' THEN 0 ELSE 1 END"
    return f"(SELECT coalesce(max({rank}), 0) FROM deals n WHERE n.lead_id = {lead} AND n.deleted_at IS NULL) = 1"


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
