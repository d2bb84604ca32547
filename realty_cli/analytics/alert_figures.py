"""Figures: what the daily rules find in counts, shares and the bounds that people set.

An agent is told of his own, an administrator of the whole agency. Small samples say nothing, weeks of long holidays are
passed over, and of what is tried in one night only what chance hardly explains is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from realty_cli.analytics import alert_listings, alert_metrics, alert_plan
from realty_cli.analytics.alert_kinds import Finding, Rule
from realty_cli.analytics.alert_look import Look
from realty_cli.analytics.alert_own import Own, loosest
from realty_cli.analytics.alert_rules import RULES
from realty_cli.analytics.chances import discoveries, tails, two_shares, wilson
from realty_cli.analytics.listing_lives import OPEN, open_ones
from realty_cli.analytics.stretches import place_of
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.moment import resolve

_LAST, _BEFORE = 4, 26
#: Fewer a week than this, and a drop is no news.
_FEWEST = 2
#: How much a share has to change, by itself.
_SHIFT = 0.3
_RECENT, _EARLIER = 30, 90
#: Days off of one's own that make a stretch of four weeks one of few.
_AWAY = 3
#: Of what is tried in one night, so much may be false.
_FALSE = 0.1


class Series(NamedTuple):
    """Counts of a week: a statement that gives `owner_id` and the moment `at`."""

    key: str
    label: str
    sql: str


SERIES = (
    Series("leads", _("New enquiries"),
           "SELECT owner_id, created_at AS at FROM leads WHERE deleted_at IS NULL AND created_at >= :since"
           " AND created_at < :end"),
    Series("showings", _("Showings"),
           "SELECT owner_id, start_time AS at FROM event_instances WHERE event_type = 'showing'"
           " AND status <> 'cancelled' AND start_time >= :since AND start_time < :end"),
    Series("listings", _("New listings"),
           "SELECT owner_id, listed_at AS at FROM properties WHERE deleted_at IS NULL AND listed_at >= :since"
           " AND listed_at < :end"),
    Series("deals", _("New deals"),
           "SELECT owner_id, created_at AS at FROM deals WHERE deleted_at IS NULL AND created_at >= :since"
           " AND created_at < :end"),
)  # fmt: skip


def figures(look: Look, mine: Own) -> Iterator[tuple[Rule, list[Finding]]]:
    """Every daily rule with what it finds."""
    for rule, find in alert_listings.FINDERS.items():
        yield RULES[rule], list(find(look, loosest(RULES[rule], mine)))
    yield RULES["plan_behind"], list(alert_plan.plans(look))
    yield RULES["no_show_rate"], list(no_shows(look, mine))
    yield RULES["inventory_low"], list(inventory(look, mine))
    yield RULES["data_quality"], list(quality(look, mine))
    found = list(_tests(look, mine))
    for name in ("count_drop", "count_jump", "ratio_shift"):
        yield RULES[name], [finding for rule, finding in found if rule == name]
    yield from alert_metrics.bounds(look, mine)


# Counts and shares that are tried -------------------------------------------------------------------------------------


class _Test(NamedTuple):
    rule: str
    key: str
    chance: float
    counts: bool
    """Whether it is large enough to be told of."""
    facts: dict[str, Any]
    sample: int


def _tests(look: Look, mine: Own) -> Iterator[tuple[str, Finding]]:
    least = loosest(RULES["ratio_shift"], mine).min_n
    tests: defaultdict[int, list[_Test]] = defaultdict(list)
    counts, shares = {one.key: weekly(look, one) for one in SERIES}, _shares(look)
    for owner in look.people:
        for series in SERIES:
            tests[owner] += _counts(series, _of(look, owner, counts[series.key]))
        for what, (now, before) in shares.items():
            tests[owner] += _shift(what, _both(look, owner, now), _both(look, owner, before), least)
    for owner, tried in tests.items():
        away = has_holidays(look.today(owner)) or _was_away(look, owner)
        real = discoveries({f"{one.rule}:{one.key}": one.chance for one in tried}, _FALSE)
        for one in tried:
            told = one.counts and f"{one.rule}:{one.key}" in real and not away
            yield one.rule, Finding(
                owner, "agency" if look.people[owner].sees_all else "agent", None, one.chance, one.facts, 1_000.0,
                breach=None if told else False, clear=False if away else None, part=one.key, sample=one.sample,
            )  # fmt: skip


def weekly(look: Look, series: Series, weeks: int = _LAST + _BEFORE) -> dict[int, list[int]]:
    """Counts of the last whole weeks by owner, oldest first."""
    found: dict[int, list[int]] = {}
    today = look.last_day
    monday = today - timedelta(days=today.weekday())
    zone = next(iter(look.people.values())).zone if look.people else None
    end = resolve(datetime.combine(monday, time()), zone) if zone else look.now
    since = end - timedelta(weeks=weeks)
    edges = [stamp(since + timedelta(weeks=week)) for week in range(weeks + 1)]
    params: dict[str, Any] = {"since": edges[0], "end": edges[-1]}
    for owner, week, count in look.db.all(
        f"SELECT owner_id, week, count(*) FROM (SELECT owner_id, {place_of('at', edges, params)} AS week"
        f" FROM ({series.sql}) s) w GROUP BY owner_id, week",
        params,
    ):
        found.setdefault(owner, [0] * weeks)[week] += count
    return found


def _of(look: Look, owner: int, counts: Mapping[int, Sequence[int]]) -> list[int]:
    if not look.people[owner].sees_all:
        return list(counts.get(owner, ()))
    return [sum(week) for week in zip(*counts.values(), strict=True)] if counts else []


def _counts(series: Series, weeks: Sequence[int]) -> list[_Test]:
    """Whether the last four weeks are few or many. A history that begins with nothing is too short."""
    found = tails(weeks, _LAST, _BEFORE) if any(weeks[:2]) else None
    if found is None:
        return []
    usual = sum(weeks[-_LAST - _BEFORE : -_LAST]) / _BEFORE
    facts = {"what": series.label, "n": sum(weeks[-_LAST:]), "usual": round(usual * _LAST, 1)}
    low, high = found
    return [
        _Test("count_drop", series.key, low, usual >= _FEWEST, facts, _LAST + _BEFORE),
        _Test("count_jump", series.key, high, usual >= _FEWEST, facts, _LAST + _BEFORE),
    ]


_Tally = Mapping[int, tuple[int, int]]


def _shares(look: Look) -> dict[str, tuple[_Tally, _Tally]]:
    """Shares of the last 30 days and of the 90 before: by owner, how many of how many."""
    recent, earlier = look.ago(days=_RECENT), look.ago(days=_RECENT + _EARLIER)
    spans = ((recent, look.at), (earlier, recent))
    events = [
        _tally(
            look,
            "SELECT owner_id, sum(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END), count(*)"
            " FROM event_instances WHERE event_type = 'showing' AND start_time >= :from AND start_time < :to"
            " AND status IN ('completed', 'cancelled', 'no_show') GROUP BY owner_id",
            *span,
        )
        for span in spans
    ]
    leads = [
        _tally(
            look,
            "SELECT owner_id, sum(CASE WHEN first_response_at IS NULL THEN 1 ELSE 0 END), count(*) FROM leads"
            " WHERE created_at >= :from AND created_at < :to AND deleted_at IS NULL GROUP BY owner_id",
            *span,
        )
        for span in spans
    ]
    return {
        _("Showings called off"): (events[0], events[1]),
        _("Enquiries left without an answer"): (leads[0], leads[1]),
    }  # fmt: skip


def _tally(look: Look, sql: str, first: str, last: str) -> dict[int, tuple[int, int]]:
    return {owner: (int(k), int(n)) for owner, k, n in look.db.all(sql, {"from": first, "to": last})}


def _both(look: Look, owner: int, tally: _Tally) -> tuple[int, int]:
    if not look.people[owner].sees_all:
        return tally.get(owner, (0, 0))
    return sum(k for k, _ in tally.values()), sum(n for _, n in tally.values())


def _shift(what: str, now: tuple[int, int], before: tuple[int, int], least: int) -> list[_Test]:
    (k, n), (earlier, of) = now, before
    if min(n, of) < max(1, least):
        return []
    share, was = k / n, earlier / of
    large = abs(share - was) >= _SHIFT * was if was else share > 0
    facts = {"what": what, "share": round(share, 4), "before": round(was, 4), "k": k, "n": n}
    return [_Test("ratio_shift", what, two_shares(k, n, earlier, of), large, facts, min(n, of))]


def has_holidays(today: date) -> bool:
    """Whether the last four weeks touch the long holidays of January and May."""
    return any((day.month == 1 and day.day <= 8) or (day.month == 5 and day.day <= 9) for day in _lately(today))


def _was_away(look: Look, owner: int) -> bool:
    """Whether an agent took days off of his own in the last four weeks: his counts are few then, and that is no news.
    An agency goes on without one of its people."""
    if look.people[owner].sees_all:
        return False
    off = {one["day"] for one in look.planning(owner).days if not one["working"]}
    return sum(day.isoformat() in off for day in _lately(look.today(owner))) >= _AWAY


def _lately(today: date) -> list[date]:
    return [today - timedelta(days=one) for one in range(36)]


# Rates and gaps -------------------------------------------------------------------------------------------------------


def no_shows(look: Look, mine: Own) -> Iterator[Finding]:
    """Of the last 30 showings that were due, of each owner: at least so many of them that it is no chance."""
    rows = look.db.all(
        "SELECT owner_id, status FROM (SELECT owner_id, status, row_number() OVER (PARTITION BY owner_id"
        " ORDER BY end_time DESC) AS place FROM event_instances WHERE event_type = 'showing'"
        " AND status IN ('completed', 'no_show') AND end_time <= :now AND end_time > :since) x WHERE place <= 30",
        {"now": look.at, "since": look.ago(days=180)},
    )
    least = loosest(RULES["no_show_rate"], mine).min_n
    seen: Counter[tuple[int, str]] = Counter((row[0], row[1]) for row in rows)
    for owner in look.people:
        k = seen[owner, "no_show"]
        n = k + seen[owner, "completed"]
        if n >= max(1, least):
            low, _high = wilson(k, n)
            facts = {"k": k, "n": n}
            yield Finding(owner, "agent", None, round(low, 4), facts, 5_000.0, sample=n, over=k / n)


def inventory(look: Look, mine: Own) -> Iterator[Finding]:
    """How many months what is on the market lasts, by what was closed in half a year."""
    since, least = look.ago(days=182), loosest(RULES["inventory_low"], mine).min_n
    active: Counter[int] = Counter(dict(look.db.all(
        f"SELECT p.owner_id, count(*) FROM properties p{open_ones(look.db)} WHERE p.status = 'active' AND {OPEN}"
        " AND p.deal_type = 'sale' AND p.deleted_at IS NULL GROUP BY p.owner_id"
    )))  # fmt: skip
    sold: Counter[int] = Counter(dict(look.db.all(
        # By the day of closing; SQLite would look at every listing, agent by agent.
        f"SELECT owner_id, count(*) FROM properties{' INDEXED BY ix_properties_closed' if look.db.sqlite else ''}"
        " WHERE status = 'sold' AND closed_at >= :since AND closed_at IS NOT NULL AND deleted_at IS NULL"
        " GROUP BY owner_id", {"since": since},
    )))  # fmt: skip
    for owner, one in look.people.items():
        n = active.total() if one.sees_all else active[owner]
        closed = sold.total() if one.sees_all else sold[owner]
        if closed >= max(1, least):
            pace = closed / 6
            facts = {"n": n, "pace": round(pace, 1)}
            kind = "agency" if one.sees_all else "agent"
            yield Finding(owner, kind, None, round(n / pace, 2), facts, 2_000.0, sample=closed)


def quality(look: Look, mine: Own) -> Iterator[Finding]:
    """How much of what figures rest on was never entered."""
    gaps = {
        "outcomes": (_("Events of 90 days without an outcome"), _tally(
            look, "SELECT owner_id, sum(CASE WHEN status IN ('scheduled', 'confirmed', 'in_progress') THEN 1 ELSE 0"
            " END), count(*) FROM event_instances WHERE end_time >= :from AND end_time < :to AND NOT all_day"
            " AND event_type NOT IN ('task', 'other') GROUP BY owner_id", look.ago(days=90), look.ago(days=1))),
        "commission": (_("Deals of a year without commission"), _tally(
            look, "SELECT d.owner_id, sum(CASE WHEN EXISTS (SELECT 1 FROM commissions c WHERE c.deal_id = d.id"
            " AND c.deleted_at IS NULL) THEN 0 ELSE 1 END), count(*) FROM deals d WHERE d.closed_at >= :from"
            " AND d.closed_at < :to AND d.stage = 'closed' AND d.deleted_at IS NULL GROUP BY d.owner_id",
            look.ago(days=365), look.at)),
        "source": (_("Enquiries of 90 days without a source"), _tally(
            look, "SELECT owner_id, sum(CASE WHEN source IS NULL THEN 1 ELSE 0 END), count(*) FROM leads"
            " WHERE created_at >= :from AND created_at < :to AND deleted_at IS NULL GROUP BY owner_id",
            look.ago(days=90), look.at)),
    }  # fmt: skip
    least = loosest(RULES["data_quality"], mine).min_n
    for owner, one in look.people.items():
        for key, (what, tally) in gaps.items():
            k, n = _both(look, owner, tally)
            if n >= max(1, least):
                kind, facts = "agency" if one.sees_all else "agent", {"what": what, "k": k, "n": n}
                yield Finding(owner, kind, None, round(k / n, 4), facts, 500.0, part=key, sample=n)
