"""Facts and deadlines: what the rules find in enquiries, events, deals and agreements, one statement each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from realty_cli.analytics.alert_kinds import Finding, Rule
from realty_cli.analytics.alert_look import Finder, Look
from realty_cli.analytics.kinds import Severity
from realty_cli.deals.sharing import worth
from realty_cli.events import blocks, conflicts
from realty_cli.events.agenda import BACK as OUTCOMES_BACK
from realty_cli.events.agenda import WITHOUT_OUTCOME
from realty_cli.kit.clock import stamp
from realty_cli.kit.money import from_minor
from realty_cli.store import backup

#: How many days an open enquiry may rest, by its temperature.
REST = {"hot": 3, "warm": 7, "cold": 30}
_AT_STAKE = {"hot": 30_000.0, "warm": 15_000.0, "cold": 5_000.0}
_SHOWING = 10_000.0
#: The share of a price that is at stake where commission is not entered.
_SHARE = 0.03
OPEN_STAGES = "('lead', 'showing', 'offer', 'reserved', 'contract')"
_ANSWERED = "l.first_response_at IS NULL AND l.stage = 'new'"


def lead_unanswered(look: Look, rule: Rule) -> Iterator[Finding]:
    select = (
        "SELECT l.owner_id, l.id, 0 AS impact, l.created_at, c.name, l.client_id, l.temperature FROM leads l"
        " JOIN clients c ON c.id = l.client_id AND c.deleted_at IS NULL"
        f" WHERE {_ANSWERED} AND l.closed_at IS NULL AND l.deleted_at IS NULL AND l.created_at <= :before"
    )
    rows = look.rows(rule, select, {"before": look.ago(hours=rule.loosest)}, "created_at DESC, id DESC")
    for owner, number, _, created, name, client, temperature in rows:
        yield Finding(
            owner, "lead", number, look.working_hours_since(owner, created), {"name": name, "client": client},
            _AT_STAKE[temperature or "warm"],
        )  # fmt: skip


def lead_untouched(look: Look, rule: Rule) -> Iterator[Finding]:
    touched = "CASE WHEN c.last_contact_at > l.created_at THEN c.last_contact_at ELSE l.created_at END"
    select = (
        f"SELECT l.owner_id, l.id, CASE l.temperature WHEN 'hot' THEN 3 WHEN 'cold' THEN 1 ELSE 2 END AS impact,"
        f" {touched} AS touched, c.name, l.client_id, l.temperature FROM leads l"
        " JOIN clients c ON c.id = l.client_id AND c.deleted_at IS NULL"
        f" WHERE l.closed_at IS NULL AND l.deleted_at IS NULL AND NOT ({_ANSWERED})"
        f" AND (l.temperature = 'hot' AND {touched} <= :hot OR l.temperature = 'cold' AND {touched} <= :cold"
        f" OR coalesce(l.temperature, 'warm') = 'warm' AND {touched} <= :warm)"
    )
    bounds = {name: look.ago(days=allowed * rule.loosest) for name, allowed in REST.items()}
    for owner, number, _, at, name, client, temperature in look.rows(rule, select, bounds, "impact DESC, touched DESC"):
        allowed, age = REST[temperature or "warm"], look.days_since(at)
        facts = {"name": name, "client": client, "age": int(age), "allowed": allowed}
        yield Finding(owner, "lead", number, age / allowed, facts, _AT_STAKE[temperature or "warm"])


def event_unconfirmed(look: Look, rule: Rule) -> Iterator[Finding]:
    """In so many hours, or tomorrow, where it is six in the evening."""
    select = (
        "SELECT i.owner_id, i.event_id AS id, 0 AS impact, i.start_time, e.title FROM event_instances i"
        " JOIN events e ON e.id = i.event_id WHERE i.event_type = 'showing' AND i.status = 'scheduled'"
        " AND i.start_time > :now AND i.start_time < :until AND NOT e.declined AND e.deleted_at IS NULL"
    )
    params = {"now": look.at, "until": stamp(look.now + timedelta(hours=max(48, rule.loosest)))}
    for owner, number, _, start, title in look.rows(rule, select, params, "start_time, id"):
        zone = look.people[owner].zone
        local, begins = look.now.astimezone(zone), datetime.fromisoformat(start).astimezone(zone)
        left = -look.hours_since(start)
        eve = local.hour >= 18 and begins.date() == local.date() + timedelta(days=1)
        yield Finding(
            owner, "event", number, round(left, 1), {"name": title, "at": start}, _SHOWING,
            breach=True if eve else None, part=start,
        )  # fmt: skip


def event_conflict(look: Look, rule: Rule) -> Iterator[Finding]:
    """What overlaps in the days to come, and what cannot be reached in time; critical within a day."""
    until = look.now + timedelta(days=7)
    for owner in look.people:
        found = blocks.of_person(look.db, owner, look.now, until, look.planning, tentative=False)
        if len(found) < 2:
            continue
        pairs, _ = conflicts.pairs(found, look.planning(owner).travel(look.people[owner].zone))
        for kind, _, start, _, minutes, one, other in pairs:
            if kind not in ("time", "travel") or one.event_id is None or start < look.now:
                continue
            facts = {"other_id": other.event_id, "at": stamp(start)}
            near = start - look.now <= timedelta(hours=24)
            yield Finding(
                owner, "event", one.event_id, minutes / 60, facts, _SHOWING, part=f"{other.event_id}-{stamp(start)}",
                severity=Severity.CRITICAL if near else None,
            )  # fmt: skip


def event_no_outcome(look: Look, rule: Rule) -> Iterator[Finding]:
    select = (
        "SELECT i.owner_id, i.event_id AS id, 0 AS impact, i.end_time, e.title FROM event_instances i"
        f" JOIN events e ON e.id = i.event_id WHERE {WITHOUT_OUTCOME}"
    )
    params = {"now": look.ago(hours=rule.loosest), "since": stamp(look.now - OUTCOMES_BACK)}
    for owner, number, _, end, title in look.rows(rule, select, params, "end_time DESC, id"):
        yield Finding(
            owner, "event", number, look.hours_since(end), {"name": title, "at": end}, 1_000.0, part=end
        )  # fmt: skip


def deposit_deadline(look: Look, rule: Rule) -> Iterator[Finding]:
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.amount, 0) AS impact, p.title, p.deposit_due, p.deposit, p.currency"
        f" FROM deals p WHERE p.deposit_due <= :day AND p.deposit_paid_at IS NULL AND p.stage IN {OPEN_STAGES}"
        " AND p.deleted_at IS NULL"
    )
    for owner, number, amount, title, due, deposit, currency in look.rows(rule, select, _since(look, rule)):
        facts = {"name": title, "on": due, "amount": _units(deposit), "currency": currency}
        yield Finding(owner, "deal", number, -look.days_to(owner, due), facts, amount / 100 * _SHARE)


def deal_date_slip(look: Look, rule: Rule) -> Iterator[Finding]:
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.amount, 0) AS impact, p.title, p.expected_close FROM deals p"
        f" WHERE p.expected_close <= :day AND p.stage IN {OPEN_STAGES} AND p.deleted_at IS NULL"
    )
    for owner, number, amount, title, due in look.rows(rule, select, _since(look, rule)):
        late = -look.days_to(owner, due)
        yield Finding(owner, "deal", number, late, {"name": title, "on": due}, amount / 100 * _SHARE)


def deal_open_tasks(look: Look, rule: Rule) -> Iterator[Finding]:
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.amount, 0) AS impact, p.title, p.expected_close, count(*) AS tasks"
        " FROM deals p JOIN events e ON e.deal_id = p.id AND e.deleted_at IS NULL AND e.event_type = 'task'"
        " AND e.status IN ('scheduled', 'confirmed', 'in_progress')"
        " WHERE p.expected_close <= :until AND p.expected_close >= :from AND p.stage IN ('reserved', 'contract')"
        " AND p.deleted_at IS NULL GROUP BY p.owner_id, p.id, p.amount, p.title, p.expected_close"
    )
    params = {**_until(look, rule), "from": look.first_day.isoformat()}
    for owner, number, amount, title, due, tasks in look.rows(rule, select, params):
        left = look.days_to(owner, due)
        facts = {"name": title, "on": due, "tasks": tasks}
        yield Finding(owner, "deal", number, left, facts, amount / 100 * _SHARE)


def reservation_ending(look: Look, rule: Rule) -> Iterator[Finding]:
    yield from _deal_until(look, rule, "p.reserved_until", "p.stage = 'reserved'")


def mortgage_expiring(look: Look, rule: Rule) -> Iterator[Finding]:
    where = f"p.mortgage_status = 'approved' AND p.stage IN {OPEN_STAGES}"
    yield from _deal_until(look, rule, "p.mortgage_until", where)


def _deal_until(look: Look, rule: Rule, day: str, where: str) -> Iterator[Finding]:
    select = (
        f"SELECT p.owner_id, p.id, coalesce(p.amount, 0) AS impact, p.title, {day} FROM deals p"
        f" WHERE {day} <= :until AND {where} AND p.deleted_at IS NULL"
    )
    for owner, number, amount, title, on in look.rows(rule, select, _until(look, rule)):
        facts = {"name": title, "on": on}
        yield Finding(owner, "deal", number, look.days_to(owner, on), facts, amount / 100 * _SHARE)


def commission_overdue(look: Look, rule: Rule) -> Iterator[Finding]:
    select = (
        "SELECT p.owner_id, p.id, coalesce(d.final_price, d.amount, p.amount, 0) AS impact, d.title, p.due_on,"
        " p.amount, p.rate, coalesce(d.final_price, d.amount) AS price, p.currency, p.deal_id FROM commissions p"
        " JOIN deals d ON d.id = p.deal_id AND d.deleted_at IS NULL AND d.stage <> 'lost'"
        " WHERE p.due_on <= :day AND p.paid_at IS NULL AND p.deleted_at IS NULL"
    )
    for owner, number, _, title, due, amount, rate, price, currency, deal in look.rows(
        rule, select, _since(look, rule)
    ):
        total = worth(amount, rate, price)
        facts = {"name": title, "on": due, "amount": _units(total), "currency": currency, "deal": deal}
        yield Finding(owner, "commission", number, -look.days_to(owner, due), facts, (total or 0) / 100)


def agreement_expiring(look: Look, rule: Rule) -> Iterator[Finding]:
    """Those that ended are told of for a month more."""
    select = (
        "SELECT p.owner_id, p.id, coalesce(p.price, 0) AS impact, p.title, p.exclusive_until FROM properties p"
        " WHERE p.exclusive_until <= :until AND p.exclusive_until >= :from"
        " AND p.status IN ('draft', 'active', 'reserved') AND p.deleted_at IS NULL"
    )
    params = {**_until(look, rule), "from": (look.first_day - timedelta(days=30)).isoformat()}
    for owner, number, price, title, on in look.rows(rule, select, params):
        left = look.days_to(owner, on)
        yield Finding(owner, "property", number, left, {"name": title, "on": on}, price / 100 * _SHARE)


def sync_failed(look: Look, rule: Rule) -> Iterator[Finding]:
    rows = look.db.all(
        "SELECT owner_id, id, name, last_error, coalesce(last_synced_at, created_at) FROM calendar_integrations"
        " WHERE last_error IS NOT NULL"
    )
    for owner, number, name, error, at in rows:
        if owner in look.people:
            facts = {"name": name, "error": str(error)[:200]}
            yield Finding(owner, "calendar", number, look.hours_since(at), facts, 500.0)


def backup_old(look: Look, rule: Rule) -> Iterator[Finding]:
    """Told to the first administrator."""
    chief = next((one.id for one in look.people.values() if one.sees_all), None)
    if chief is None or look.backups is None:
        return
    made = backup.latest(look.backups)
    if made is None:  # none yet: the store itself is so old
        made = datetime.fromisoformat(look.db.value("SELECT min(created_at) FROM accounts"))
    age = (look.now - made).total_seconds() / 86_400
    yield Finding(chief, "store", None, age, {}, 500.0)


def _since(look: Look, rule: Rule) -> dict[str, str]:
    """A date so many days ago, where today has come first."""
    return {"day": date.fromordinal(look.last_day.toordinal() - int(rule.loosest)).isoformat()}


def _until(look: Look, rule: Rule) -> dict[str, str]:
    return {"until": date.fromordinal(look.last_day.toordinal() + int(rule.loosest)).isoformat()}


def _units(minor: int | None) -> float | None:
    return None if minor is None else from_minor(minor)


FINDERS: dict[str, Finder] = {
    one.__name__: one
    for one in (
        lead_unanswered, lead_untouched, event_unconfirmed, event_conflict, event_no_outcome, deposit_deadline,
        deal_date_slip, deal_open_tasks, reservation_ending, mortgage_expiring, commission_overdue,
        agreement_expiring, sync_failed, backup_old,
    )
}  # fmt: skip
