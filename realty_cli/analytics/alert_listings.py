"""What the daily rules find in listings and deals: each is looked at by itself, however many there are."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from realty_cli.analytics.alert_facts import OPEN_STAGES
from realty_cli.analytics.alert_kinds import Finding, Rule
from realty_cli.analytics.alert_look import Finder, Look
from realty_cli.analytics.deal_facts import first_join
from realty_cli.analytics.listing_lives import OPEN, open_ones
from realty_cli.kit.clock import stamp

#: What is on the market, by the index of open listings.
_ACTIVE = f"p.status = 'active' AND {OPEN} AND p.deleted_at IS NULL"
#: Titles are looked up of what is told of alone: an index has all the rest.
_TITLE = "(SELECT t.title FROM properties t WHERE t.id = y.id)"
#: Days after which a listing is stale, and a deal stuck, where nothing better is known.
STALE, STUCK = 90.0, 30.0
#: A deal is stuck by own deals where there are so many, and a listing is stale by own ones no sooner than so.
_ENOUGH, _SOONEST = 15, 60.0
_SHARE = 0.03


def deal_stuck(look: Look, rule: Rule) -> Iterator[Finding]:
    """Longer at its stage than nine of ten own deals that closed."""
    usual = _stage_days(look)
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.amount, 0) AS impact, p.title, p.stage, (SELECT max(s.effective_at)"
        " FROM deal_stages s WHERE s.deal_id = p.id AND s.new_stage = p.stage AND s.withdrawn_by IS NULL) AS since"
        f" FROM deals p WHERE p.stage IN {OPEN_STAGES} AND p.deleted_at IS NULL AND p.updated_at <= :before"
    )
    # Whatever moves is touched: what was touched lately is not stuck.
    shortest = min([STUCK, *usual.values()]) * rule.loosest
    rows = look.rows(rule, select, {"before": look.ago(days=shortest)}, "since, id")
    for owner, number, amount, title, stage, since in rows:
        if since is None:
            continue
        allowed, age = usual.get(stage, STUCK), look.days_since(since)
        facts = {"name": title, "age": int(age), "allowed": math.ceil(allowed)}
        yield Finding(owner, "deal", number, age / allowed, facts, amount / 100 * _SHARE)


def _stage_days(look: Look) -> dict[str, float]:
    """How many days nine of ten closed deals of a year took at each stage, where enough are known."""
    rows = look.db.all(
        "SELECT s.deal_id, s.new_stage, s.effective_at FROM deal_stages s JOIN deals d ON d.id = s.deal_id"
        " WHERE d.stage = 'closed' AND d.closed_at >= :since AND d.deleted_at IS NULL AND s.withdrawn_by IS NULL"
        " ORDER BY s.deal_id, s.effective_at, s.id",
        {"since": look.ago(days=365)},
    )
    spent: defaultdict[str, list[float]] = defaultdict(list)
    for (deal, stage, at), (other, _, until) in pairwise(rows):
        if deal == other:
            spent[stage].append((datetime.fromisoformat(until) - datetime.fromisoformat(at)).total_seconds() / 86_400)
    return {
        stage: max(1.0, sorted(days)[math.ceil(0.9 * len(days)) - 1])
        for stage, days in spent.items()
        if len(days) >= _ENOUGH
    }


def listing_stale(look: Look, rule: Rule) -> Iterator[Finding]:
    """Longer on the market than three of four listings of its kind take, and not reduced for a month."""
    usual = _market_days(look)
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.price, 0) AS impact, p.listed_at, p.deal_type, p.property_type"
        f" FROM properties p{open_ones(look.db)} WHERE {_ACTIVE} AND p.listed_at <= :before"
        " AND NOT EXISTS (SELECT 1 FROM property_prices h WHERE h.property_id = p.id AND h.withdrawn_by IS NULL"
        " AND h.new_price < h.old_price AND h.effective_at >= :lately)"
    )
    shortest = min([STALE, *usual.values()]) * rule.loosest
    params = {"before": look.ago(days=shortest), "lately": look.ago(days=30)}
    for owner, number, price, listed, deal, kind, title in look.rows(rule, select, params, title=_TITLE):
        allowed, age = usual.get((deal, kind), STALE), look.days_since(listed)
        facts = {"name": title, "age": int(age), "allowed": math.ceil(allowed)}
        yield Finding(owner, "property", number, age / allowed, facts, price / 100 * _SHARE)


def _market_days(look: Look) -> dict[tuple[str, str], float]:
    """Days by which three of four listings of a kind were taken, of a year; unsold ones count as not taken yet
    (Kaplan and Meier). Only of the newest few thousand of a kind: the rest would change nothing."""
    rows = look.db.all(
        "SELECT deal_type, property_type, listed_at, closed_at, status FROM (SELECT p.deal_type, p.property_type,"
        " p.listed_at, p.closed_at, p.status, row_number() OVER (PARTITION BY p.deal_type, p.property_type"
        " ORDER BY p.id DESC) AS place FROM properties p WHERE p.listed_at >= :since AND p.deleted_at IS NULL"
        " AND p.status <> 'draft') x WHERE place <= 3000",
        {"since": look.ago(days=365)},
    )
    lives: defaultdict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for deal, kind, listed, closed, status in rows:
        end = closed or look.at
        days = (datetime.fromisoformat(end) - datetime.fromisoformat(listed)).total_seconds() / 86_400
        lives[deal, kind].append((max(days, 0.0), status in ("sold", "rented")))
    found = {}
    for key, spans in lives.items():
        usual = quantile(spans, 0.75) if sum(1 for _, taken in spans if taken) >= 10 else None
        if usual is not None:
            found[key] = max(_SOONEST, usual)
    return found


def quantile(spans: list[tuple[float, bool]], share: float) -> float | None:
    """The time by which so large a share was taken, of spans that ended so or are not known further; None where it
    was not reached."""
    left, at_risk = 1.0, len(spans)
    for days, taken in sorted(spans, key=lambda one: (one[0], not one[1])):
        if taken:
            left *= 1 - 1 / at_risk
            if left <= 1 - share:
                return days
        at_risk -= 1
    return None


def listing_no_showings(look: Look, rule: Rule) -> Iterator[Finding]:
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.price, 0) AS impact, p.listed_at, (SELECT max(i.start_time)"
        " FROM event_instances i WHERE i.property_id = p.id AND i.event_type = 'showing'"
        " AND i.status NOT IN ('cancelled', 'no_show') AND i.start_time <= :now) AS shown"
        f" FROM properties p{open_ones(look.db)} WHERE {_ACTIVE} AND p.listed_at <= :before AND NOT EXISTS (SELECT 1"
        " FROM event_instances i WHERE i.property_id = p.id AND i.event_type = 'showing'"
        " AND i.status NOT IN ('cancelled', 'no_show') AND i.start_time > :before)"
    )
    params = {"before": look.ago(days=rule.loosest), "now": stamp(look.now)}
    for owner, number, price, listed, shown, title in look.rows(rule, select, params, title=_TITLE):
        age = look.days_since(max(listed, shown) if shown else listed)
        yield Finding(owner, "property", number, int(age), {"name": title}, price / 100 * _SHARE)


def listing_many_showings(look: Look, rule: Rule) -> Iterator[Finding]:
    """Of showings and offers those count that came after the last change of the price."""
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.price, 0) AS impact, count(*) AS shown"
        f" FROM properties p{open_ones(look.db)} {first_join(look.db)} event_instances i ON i.property_id = p.id"
        f" AND i.event_type = 'showing' AND i.status = 'completed' WHERE {_ACTIVE} AND NOT EXISTS (SELECT 1"
        " FROM property_prices h WHERE h.property_id = p.id AND h.withdrawn_by IS NULL"
        " AND h.effective_at >= i.start_time)"
        " AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.property_id = p.id AND o.deleted_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM property_prices h WHERE h.property_id = p.id AND h.withdrawn_by IS NULL"
        " AND h.effective_at > o.at))"
        " GROUP BY p.owner_id, p.id, p.price HAVING count(*) >= :least"
    )
    for owner, number, price, shown, title in look.rows(rule, select, {"least": rule.loosest}, title=_TITLE):
        yield Finding(owner, "property", number, shown, {"name": title}, price / 100 * _SHARE)


#: An estimate that is known less well than so says nothing of a price.
_WIDEST = 0.25
#: Listings of each account that are valued in one night: each takes some fifty milliseconds.
_VALUED = 5


def price_over_comps(look: Look, rule: Rule) -> Iterator[Finding]:
    """Above what like listings suggest, and outside of the interval. Of the dearest listings of each account."""
    for owner, number, price, body in _valued(look, rule):
        estimate, share = body["estimate"], body["position"]["difference"]
        facts = {"name": body["title"], "over": round(share, 4), **_told(body)}
        # Within the interval it is no breach; whether it is clear, the share says.
        breach = None if price > estimate["high"] else False
        yield Finding(
            owner, "property", number, share, facts, price * max(0.0, share) * _SHARE, breach=breach, sample=body["n"]
        )


def price_under_comps(look: Look, rule: Rule) -> Iterator[Finding]:
    """Below it: perhaps a slip of the pen."""
    for owner, number, price, body in _valued(look, rule):
        share = body["position"]["difference"]
        facts = {"name": body["title"], "under": round(-share, 4), **_told(body)}
        breach = None if price < body["estimate"]["low"] else False
        yield Finding(
            owner, "property", number, share, facts, price * max(0.0, -share) * _SHARE, breach=breach, sample=body["n"]
        )


def _told(body: dict[str, Any]) -> dict[str, Any]:
    return {"estimate": body["estimate"]["price"], "n": body["n"], "currency": body["currency"]}


def _valued(look: Look, rule: Rule) -> Iterator[tuple[int, int, float, dict[str, Any]]]:
    """Owner, number, price and valuation of the active listings of which enough is known."""
    if look.desk is None:
        return
    select = (
        f"SELECT p.owner_id, p.id, p.price AS impact FROM properties p{open_ones(look.db)} WHERE {_ACTIVE}"
        " AND p.price > 0 AND p.area_total > 0"
    )
    for owner, number, _price in look.rows(rule, select, {}, most=_VALUED):
        known = look.valued.get(number)
        if known is None:
            known = look.valued[number] = look.desk(look.db, owner).valuing.compare(number, "en", sale=False)
        estimate = known["estimate"]
        if estimate and known["position"] and known["n"] >= rule.min_n and estimate["half_width"] <= _WIDEST:
            yield owner, number, known["price"], known


FINDERS: dict[str, Finder] = {
    one.__name__: one
    for one in (
        deal_stuck,
        listing_stale,
        listing_no_showings,
        listing_many_showings,
        price_over_comps,
        price_under_comps,
    )
}
