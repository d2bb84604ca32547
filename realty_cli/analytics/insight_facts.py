"""What the rows themselves suggest: whom to call, what to look for, what has stood too long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.analytics.alert_listings import quantile
from realty_cli.analytics.alert_rules import RULES as ALERTS
from realty_cli.analytics.chances import wilson
from realty_cli.analytics.insight_kinds import Idea, Proof
from realty_cli.analytics.kinds import Confidence, InsightKind
from realty_cli.analytics.lead_facts import won_in_word
from realty_cli.analytics.listing_lives import OPEN, open_ones
from realty_cli.analytics.listing_metrics import score
from realty_cli.clients.requests import RequestService
from realty_cli.deals.sharing import worth
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible

#: Deals that an enquiry becomes where nothing is known of one's own.
USUAL_RATE = 0.02
#: What a fast answer is, and so many enquiries of either kind are compared.
_FAST, _ANSWERED = timedelta(hours=1), 30
#: What is on the market, by the index of open listings, which has no titles: those are looked up of what is told of.
_ACTIVE = f"p.status = 'active' AND {OPEN} AND p.deleted_at IS NULL"
_COMPS, _SLOW = 10, 1.5
_SHARED = 3
#: Alerts of one rule from which it may be said that nothing comes of them, and how long one that was seen has to lie.
_SOME_ALERTS, _LEFT_LYING = 4, timedelta(days=3)
_FEW_PHOTOS, _FEW_WORDS = 3, 120
#: Points of a listing that says enough; others of its kind, and days, of which a portal told.
_COMPLETE, _SEEN, _SEEN_DAYS = 60, 5, 7


@dataclass
class Sight:
    """The store as an actor sees it, at a moment."""

    db: Connection
    actor: Actor
    now: datetime
    currency: str
    requests: RequestService

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.actor.timezone)

    def ago(self, **by: float) -> str:
        return stamp(self.now - timedelta(**by))

    def all(self, sql: str, alias: str, **params: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement in which `{mine}` stands for what the actor may see."""
        bound = dict(params)
        return [tuple(row) for row in self.db.all(sql.replace("{mine}", visible(self.actor, bound, alias)), bound)]

    @cached_property
    def won(self) -> list[tuple[str, float, str | None]]:
        """Deals closed in a year, in the usual currency: day, commission in units, source of the enquiry."""
        rows = self.all(
            "SELECT d.id, d.closed_at, l.source, coalesce(d.final_price, d.amount), c.amount, c.rate FROM deals d"
            " LEFT JOIN leads l ON l.id = d.lead_id LEFT JOIN commissions c ON c.deal_id = d.id"
            " AND c.deleted_at IS NULL AND c.currency = :currency WHERE d.stage = 'closed' AND d.closed_at >= :since"
            " AND d.deleted_at IS NULL AND d.currency = :currency AND {mine} ORDER BY d.id",
            "d", since=self.ago(days=365), currency=self.currency,
        )  # fmt: skip
        found: dict[int, tuple[str, float, str | None]] = {}
        for number, closed, source, price, amount, rate in rows:
            total = found[number][1] if number in found else 0.0
            found[number] = (closed, total + (worth(amount, rate, price) or 0) / 100, source)
        return list(found.values())

    @cached_property
    def commission(self) -> float | None:
        """What a deal of one's own brings on average; None where too few are known."""
        known = [amount for _day, amount, _source in self.won if amount > 0]
        return sum(known) / len(known) if len(known) >= _SHARED else None


def onboarding(sight: Sight) -> Iterator[Idea]:
    """What an empty agency is told."""
    if sight.all("SELECT 1 FROM properties p WHERE {mine} LIMIT 1", "p"):
        return
    if sight.all("SELECT 1 FROM leads p WHERE {mine} LIMIT 1", "p"):
        return
    yield Idea(
        "onboarding", InsightKind.OBSERVATION, _("Nothing is entered yet"),
        _("Numbers begin with listings and enquiries: bring in a file that you have"), {}, (),
        _("Import listings"), "realty properties import FILE", Confidence.HIGH, 1, 0.0,
    )  # fmt: skip


def unanswered(sight: Sight) -> Iterator[Idea]:
    """Enquiries of a month that nobody has answered, and what a quick answer was worth."""
    (waiting,) = sight.all(
        "SELECT count(*) FROM leads l WHERE l.first_response_at IS NULL AND l.closed_at IS NULL AND l.stage = 'new'"
        " AND l.deleted_at IS NULL AND l.created_at >= :since AND l.created_at <= :until AND {mine}",
        "l", since=sight.ago(days=30), until=sight.ago(hours=2),
    )  # fmt: skip
    n = waiting[0]
    if not n:
        return
    rows = sight.all(
        "SELECT l.created_at, l.first_response_at, CASE WHEN l.stage = 'won'"
        f" AND NOT {won_in_word(sight.db, 'now', sight.ago())} THEN 1 ELSE 0 END FROM leads l"
        " WHERE l.deleted_at IS NULL AND l.first_response_at IS NOT NULL AND l.created_at >= :since"
        " AND l.created_at < :until AND {mine} ORDER BY l.id DESC LIMIT 5000",
        "l", since=sight.ago(days=455), until=sight.ago(days=90), now=sight.ago(),
    )  # fmt: skip
    tally = {True: [0, 0], False: [0, 0]}
    for created, answered, became in rows:
        fast = datetime.fromisoformat(answered) - datetime.fromisoformat(created) <= _FAST
        tally[fast][0] += became
        tally[fast][1] += 1
    yield waiting_for_an_answer(n, tally[True], tally[False])


def waiting_for_an_answer(n: int, fast: Sequence[int], late: Sequence[int]) -> Idea:
    """So many wait; of those answered fast and late, how many became deals, and of how many. That fast answers did
    better is said, and counted upon, only where the intervals of both shares are apart."""
    (k, of), (late_k, late_of) = fast, late
    low, high = wilson(k, of)
    better = min(of, late_of) >= _ANSWERED and low > wilson(late_k, late_of)[1]
    proofs = [Proof(_("Enquiries without an answer"), n, n=n)]
    if better:
        proofs.append(Proof(_("Deals of those answered fast"), k / of, late_k / late_of, of, low, high, "ratio"))
    text = (
        _("{n} enquiries of 30 days wait for an answer. Of those answered within an hour {k} of {of} became deals, of"
          " the others {late_k} of {late_of}")
        if better else _("{n} enquiries of 30 days wait for an answer")
    )  # fmt: skip
    answered = of + late_of
    usual = (k + late_k) / answered if answered >= _ANSWERED else USUAL_RATE
    return Idea(
        "leads_not_contacted", InsightKind.PROBLEM, _("Enquiries wait for an answer"), text,
        {"n": n, "k": k, "of": of, "late_k": late_k, "late_of": late_of}, tuple(proofs), _("Call them today"),
        "realty clients leads list --untouched", Confidence.HIGH if better else Confidence.MEDIUM, 1, n,
        deals=n * (k / of if better else usual), basis=_("share of enquiries that become deals"),
    )  # fmt: skip


def demand(sight: Sight) -> Iterator[Idea]:
    """What several clients look for and nobody offers: one place, one number of rooms, one budget."""
    rows = sight.all(
        "SELECT r.deal_type, r.cities, r.districts, r.rooms, r.price_max, r.currency FROM requests r"
        " WHERE r.status = 'active' AND r.deleted_at IS NULL AND r.districts IS NOT NULL AND {mine}"
        " ORDER BY r.id DESC LIMIT 2000",
        "r",
    )
    groups: defaultdict[tuple[str, str, int | None, str], list[int | None]] = defaultdict(list)
    for deal, _cities, districts, rooms, price, currency in rows:
        for district in orjson.loads(districts):
            for room in orjson.loads(rooms) if rooms else [None]:
                groups[deal, district, room, currency].append(price)
    for (deal, district, room, currency), prices in sorted(groups.items(), key=lambda one: -len(one[1]))[:20]:
        if len(prices) < _SHARED:
            continue
        most = None if None in prices else max(price for price in prices if price is not None)
        where = "p.deal_type = :deal AND p.district = :district AND p.status = 'active' AND p.deleted_at IS NULL"
        params: dict[str, Any] = {"deal": deal, "district": district}
        if room is not None:
            where, params["rooms"] = where + " AND p.rooms = :rooms", room
        if most is not None:
            where += " AND p.price <= :most AND p.currency = :currency"
            params |= {"most": round(most * 1.05), "currency": currency}
        if sight.all(f"SELECT 1 FROM properties p WHERE {where} AND {{mine}} LIMIT 1", "p", **params):
            continue
        facts = {
            "n": len(prices),
            "district": district,
            "rooms": room,
            "most": most and most / 100,
            "currency": currency,
        }
        text = (
            _("{n} clients look in {district}, rooms: {rooms}, up to {most}, and nothing of yours matches")
            if room is not None and most else _("{n} clients look in {district}, and nothing of yours matches")
        )  # fmt: skip
        yield Idea(
            "demand_without_supply", InsightKind.OPPORTUNITY, _("Clients look for what you do not offer"), text, facts,
            (Proof(_("Requests"), len(prices), 0, len(prices)),), _("Look for owners there"),
            "realty requests list", Confidence.MEDIUM, 2, len(prices), deals=0.1 * len(prices) / 3,
            basis=_("one of ten requests a quarter"), part=f"{deal}-{district}-{room}", shows={"most": "money"},
        )  # fmt: skip


def matching(sight: Sight) -> Iterator[Idea]:
    """New and reduced listings that suit clients who have not seen them."""
    rows = sight.all(
        f"SELECT n.id, t.title FROM (SELECT p.id, p.listed_at FROM properties p{open_ones(sight.db)} WHERE {_ACTIVE}"
        " AND {mine} AND (p.listed_at >= :since OR EXISTS (SELECT 1 FROM property_prices h WHERE h.property_id = p.id"
        " AND h.withdrawn_by IS NULL AND h.new_price < h.old_price AND h.effective_at >= :since))"
        " ORDER BY p.listed_at DESC, p.id DESC LIMIT 10) n JOIN properties t ON t.id = n.id"
        " ORDER BY n.listed_at DESC, n.id DESC",
        "p", since=sight.ago(days=7),
    )  # fmt: skip
    for number, title in rows:
        found = sight.requests.matches.of_listing(number, score_min=60, limit=1)["total"]
        if found:
            yield Idea(
                "listing_matches", InsightKind.OPPORTUNITY, _("A listing suits clients who have not seen it"),
                _("“{name}” is new or cheaper, and {n} requests suit it"), {"name": title, "n": found},
                (Proof(_("Requests"), found, n=found),), _("Send it to them"), f"realty properties matches {number}",
                Confidence.MEDIUM, 1, found, deals=0.02 * found, basis=_("one of fifty proposals"),
                subject=("property", number, title),
            )  # fmt: skip


def returning(sight: Sight) -> Iterator[Idea]:
    """Clients of deals a year or three years ago with whom nobody has spoken for half a year."""
    spans = [(f"d.closed_at >= :from{years} AND d.closed_at < :to{years}") for years in (1, 3)]
    params: dict[str, str] = {}
    for years in (1, 3):
        params |= {
            f"from{years}": sight.ago(days=365.25 * years + 30),
            f"to{years}": sight.ago(days=365.25 * years - 30),
        }
    rows = sight.all(
        "SELECT count(DISTINCT c.id) FROM deals d JOIN deal_parties q ON q.deal_id = d.id"
        " JOIN clients c ON c.id = q.client_id AND c.deleted_at IS NULL WHERE d.stage = 'closed'"
        " AND d.deleted_at IS NULL"
        f" AND ({' OR '.join(spans)}) AND (c.last_contact_at IS NULL OR c.last_contact_at < :quiet) AND {{mine}}",
        "d", quiet=sight.ago(days=180), **params,
    )  # fmt: skip
    n = rows[0][0]
    if n:
        yield Idea(
            "repeat_due", InsightKind.OPPORTUNITY, _("Clients of former deals are due for a call"),
            _("{n} clients closed a deal one or three years ago, and nobody has spoken with them for half a year"),
            {"n": n}, (Proof(_("Clients"), n, n=n),), _("Call them and ask whom they know"),
            "realty clients list --stage won", Confidence.MEDIUM, 1, n, deals=0.02 * n,
            basis=_("one of fifty calls"),
        )  # fmt: skip


def top_heavy(sight: Sight) -> Iterator[Idea]:
    """An income that hangs on one deal, or on one source."""
    since = sight.ago(days=91)
    lately = [(amount, source) for closed, amount, source in sight.won if closed >= since and amount > 0]
    total = sum(amount for amount, _source in lately)
    if len(lately) < 4 or not total:
        return
    largest = max(amount for amount, _source in lately)
    by_source: defaultdict[str, float] = defaultdict(float)
    for amount, source in lately:
        if source is not None:
            by_source[source] += amount
    source, most = max(by_source.items(), key=lambda one: one[1], default=("", 0.0))
    for part, share, bound, text in (
        ("deal", largest / total, 0.5, _("One of {n} deals of the last 91 days brought {share} of their commission")),
        ("source", most / total, 0.6, _("{source} brought {share} of the commission of the last 91 days")),
    ):
        if share > bound:
            yield Idea(
                "top_heavy", InsightKind.OBSERVATION, _("The income hangs on little"), text,
                {"n": len(lately), "share": share, "source": source},
                (Proof(_("Share of commission"), round(share, 4), bound, len(lately), unit="ratio"),),
                _("Look for a second footing"), "realty analytics metrics financial", Confidence.HIGH, 3, share,
                deals=0.05, basis=_("own deals"), part=part, shows={"share": "percent"},
            )  # fmt: skip


def stale(sight: Sight) -> Iterator[Idea]:
    """Listings on the market half again as long as half of their kind took to be taken."""
    rows = sight.all(
        "SELECT p.id, p.title, p.deal_type, p.property_type, p.status, p.listed_at, p.closed_at, p.price"
        " FROM properties p WHERE p.listed_at >= :since AND p.deleted_at IS NULL AND p.status <> 'draft' AND {mine}"
        " ORDER BY p.id DESC LIMIT 5000",
        "p", since=sight.ago(days=730),
    )  # fmt: skip
    lives: defaultdict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    standing = []
    for number, title, deal, kind, status, listed, closed, price in rows:
        end = datetime.fromisoformat(closed) if closed else sight.now
        age = (end - datetime.fromisoformat(listed)).total_seconds() / 86_400
        lives[deal, kind].append((max(age, 0.0), status in ("sold", "rented")))
        if status == "active":
            standing.append((price or 0, number, title, (deal, kind), age))
    medians = {
        key: quantile(spans, 0.5) for key, spans in lives.items() if sum(taken for _age, taken in spans) >= _COMPS
    }
    for _price, number, title, group, age in sorted(standing, reverse=True)[:200]:
        usual = medians.get(group)
        if usual and age / usual >= _SLOW:
            n = len(lives[group])
            yield Idea(
                "stale_listing", InsightKind.PROBLEM, _("A listing stands longer than others"),
                _("“{name}” has been on the market for {age}; half of its kind were taken within {usual} ({n} known)"),
                {"name": title, "age": int(age), "usual": round(usual), "n": n},
                (Proof(_("Days on the market"), round(age), round(usual), n, unit="days"),),
                _("Reduce the price, take new photos, post it anew"), f"realty properties comparables {number}",
                Confidence.MEDIUM, 2, age / usual, deals=0.1, basis=_("own listings"),
                subject=("property", number, title), shows={"age": "days", "usual": "days"},
            )  # fmt: skip


def overpriced(sight: Sight) -> Iterator[Idea]:
    """Listings that the nightly rule found above what like ones suggest."""
    rows = sight.all(
        "SELECT a.subject_id, p.title, a.value, a.facts FROM alerts a JOIN properties p ON p.id = a.subject_id"
        " AND p.deleted_at IS NULL AND p.status = 'active' WHERE a.rule = 'price_over_comps'"
        " AND a.state IN ('firing', 'acknowledged') AND {mine} ORDER BY a.impact DESC LIMIT 3",
        "a",
    )
    for number, title, share, raw in rows:
        facts = orjson.loads(raw)
        yield Idea(
            "overpriced", InsightKind.PROBLEM, _("A price above those of like listings"),
            _("“{name}” asks {over} more than {n} like listings suggest ({estimate})"),
            {**facts, "name": title, "over": share},
            (Proof(_("Above the estimate"), share, 0, facts["n"], unit="ratio"),),
            _("Propose the estimate, with the listings it rests on"), f"realty properties comparables {number}",
            Confidence.MEDIUM, 2, share, deals=0.15, basis=_("own listings"), subject=("property", number, title),
            shows={"over": "percent", "estimate": "money"},
        )  # fmt: skip


def bare(sight: Sight) -> Iterator[Idea]:
    """Active listings with hardly a photo or a word."""
    rows = sight.all(
        "SELECT n.id, t.title, (SELECT count(*) FROM photos h WHERE h.property_id = n.id) AS photos,"
        " coalesce(length(t.description), 0)"
        f" FROM (SELECT p.id, p.price FROM properties p{open_ones(sight.db)} WHERE {_ACTIVE} AND {{mine}}"
        " ORDER BY p.price DESC, p.id LIMIT 500) n JOIN properties t ON t.id = n.id ORDER BY n.price DESC, n.id",
        "p",
    )
    poor = [row for row in rows if row[2] < _FEW_PHOTOS and row[3] < _FEW_WORDS]
    if poor:
        number = poor[0][0]
        yield Idea(
            "bare_listings", InsightKind.PROBLEM, _("Listings without photos and a description"),
            _("{n} of {of} active listings have fewer than {photos} photos and hardly a description"),
            {"n": len(poor), "of": len(rows), "photos": _FEW_PHOTOS},
            (Proof(_("Listings"), len(poor), n=len(rows)),), _("Complete the dearest first"),
            f"realty properties photos add {number} FILE", Confidence.MEDIUM, 2, len(poor),
            deals=0.01 * len(poor), basis=_("one of a hundred listings a month"),
        )  # fmt: skip


def unseen(sight: Sight) -> Iterator[Idea]:
    """Listings that say little and are looked at on portals less than half of their kind, in 30 days with a file."""
    rows = sight.all(
        f"SELECT p.id, p.title, p.deal_type, p.property_type, {score()}, sum(c.views) * 1.0 / count(DISTINCT c.day)"
        " FROM channel_stats c JOIN properties p ON p.id = c.property_id WHERE c.day >= :since AND p.status = 'active'"
        " AND p.deleted_at IS NULL AND {mine} GROUP BY p.id HAVING count(DISTINCT c.day) >= :days LIMIT 5000",
        "p", since=sight.ago(days=30)[:10], days=_SEEN_DAYS,
    )  # fmt: skip
    kinds: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for _id, _title, deal, kind, _score, views in rows:
        kinds[deal, kind].append(float(views))
    found = []
    for number, title, deal, kind, points, views in rows:
        usual, n = median(kinds[deal, kind]), len(kinds[deal, kind]) - 1
        if points < _COMPLETE and n >= _SEEN and views < usual:
            found.append((float(views) / usual, number, title, float(points), float(views), usual, n))
    for _share, number, title, points, views, usual, n in sorted(found)[:3]:
        yield Idea(
            "few_views", InsightKind.PROBLEM, _("A listing that says little is looked at little"),
            _("“{name}” has {views} views a day, half of its kind have {usual} or more ({n} others); it is complete by"
              " {points} of 100"),
            {"name": title, "views": views, "usual": usual, "points": round(points), "n": n},
            (Proof(_("Views a day"), round(views, 1), round(usual, 1), n, unit="number"),
             Proof(_("How complete it is"), round(points), _COMPLETE, 1, unit="number")),
            _("Add photos, a description and the place"), f"realty properties analyze {number}", Confidence.LOW, 1,
            views / usual, deals=0.05, basis=_("own listings"), subject=("property", number, title),
            shows={"views": "number", "usual": "number"},
        )  # fmt: skip


def ignored(sight: Sight) -> Iterator[Idea]:
    """Rules of alerts three of four of which were put aside, and nothing came of it for days."""
    params = {"me": sight.actor.id, "since": sight.ago(days=180), "off": False}
    rows = sight.db.all(
        "SELECT a.rule, a.state, a.acknowledged_at, a.resolved_at FROM alerts a WHERE a.owner_id = :me"
        " AND a.fired_at >= :since AND NOT EXISTS (SELECT 1 FROM alert_thresholds t WHERE t.owner_id = :me"
        " AND t.rule = a.rule AND t.enabled = :off AND t.deleted_at IS NULL) ORDER BY a.id",
        params,
    )
    tally: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rule, state, seen, resolved in rows:
        until = datetime.fromisoformat(resolved) if resolved else sight.now
        left = seen is not None and until - datetime.fromisoformat(seen) >= _LEFT_LYING
        tally[rule][0] += state == "snoozed" or left
        tally[rule][1] += 1
    for rule, (k, n) in tally.items():
        if n >= _SOME_ALERTS and 4 * k >= 3 * n and rule in ALERTS:
            yield Idea(
                "mute_alerts", InsightKind.OBSERVATION, _("Alerts that nothing comes of"),
                _("{k} of {n} alerts of half a year were put aside, and nothing was done for days: “{what}”"),
                {"k": k, "n": n, "what": ALERTS[rule].title}, (Proof(_("Alerts put aside"), k, n=n),),
                _("Turn the rule off, or set another bound for it"), f"realty analytics alerts set {rule} --off",
                Confidence.MEDIUM, 1, k / n, part=rule,
            )  # fmt: skip


RULES = (onboarding, unanswered, demand, matching, returning, top_heavy, stale, overpriced, bare, unseen, ignored)
