"""Letters and messages about alerts: one by each way for all that is new, outside the quiet hours, and none for what is
only worth knowing.

A threshold names the ways by which its alerts are told. Where none does, they go by the first way of the account's
settings that reaches it, as the letter of the morning does: nobody wants the same twice. So do they where none of those
that it names reaches anybody any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.analytics import alert_subjects, alert_words
from realty_cli.analytics.alert_look import Account
from realty_cli.analytics.alert_own import own_of, rule_for
from realty_cli.analytics.alert_record import SELECT, alert_of
from realty_cli.events import due
from realty_cli.events.kinds import ReminderChannel
from realty_cli.events.settings import notifications_of
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import translator
from realty_cli.notify import outbox
from realty_cli.store.database import Connection, in_list

TEMPLATE = "alerts"
_NEW = "a.owner_id = :me AND a.state = 'firing' AND a.told_at IS NULL AND a.severity <> 'info'"
#: A showing so near is told of in the quiet hours too.
_NEAR = due.NEAR.total_seconds() / 3600


def are_waiting(db: Connection, owner: int) -> bool:
    """Whether something has not been told yet."""
    return db.one(f"SELECT 1 FROM alerts a WHERE {_NEW} LIMIT 1", {"me": owner}) is not None


def tell(db: Connection, account: Account, now: datetime, own: Mapping[str, dict[str, Any]]) -> int:
    """Ask for the letter about what is new; gives how many letters that makes."""
    new = [alert_of(row) for row in db.all(f"{SELECT} WHERE {_NEW} ORDER BY a.id", {"me": account.id})]
    if not new:
        return 0
    wishes = notifications_of(db, account.id)
    if _is_quiet(wishes.quiet_from, wishes.quiet_to, now, account.zone):
        new = [one for one in new if _is_urgent(one, own)]
        if not new:
            return 0
    params: dict[str, Any] = {"now": stamp(now)}
    db.run(
        f"UPDATE alerts SET told_at = :now WHERE id IN {in_list('alert', [one['id'] for one in new], params)}", params
    )
    usual = next((way for way in wishes.channels if way in account.addresses), "")
    sent = 0
    for channel, address in account.addresses.items():
        wanted = [
            one["id"] for one in new
            if not one["in_digest"] and channel in (_own_channels(one, own, account) or [usual])
        ]  # fmt: skip
        if wanted:
            outbox.put(
                db, now, TEMPLATE, recipient=address, language=account.language, channel=channel, account_id=account.id,
                alert_ids=wanted, more=sum(1 for one in new if one["in_digest"]),
            )  # fmt: skip
            sent += 1
    return sent


def fill(db: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """What a letter says, read when it goes out; None where all of it has been settled or seen since."""
    bound: dict[str, Any] = {}
    some = in_list("alert", params["alert_ids"], bound)
    found = [alert_of(row) for row in db.all(f"{SELECT} WHERE a.id IN {some} AND a.state = 'firing'", bound)]
    if not found:
        return None
    owner = found[0]["owner_id"]
    zone, language = db.one("SELECT timezone, language FROM accounts WHERE id = :me", {"me": owner})  # type: ignore[misc]
    own = own_of(db)[owner]
    lines = []
    for one in sorted(alert_subjects.named(db, found), key=lambda one: (one["severity"] != "critical", -one["impact"])):
        if (rule := rule_for(one["rule"], own)) is not None:
            said = alert_words.message(rule, one, ZoneInfo(zone), language)
            lines.append(f"- {said}\n  {alert_words.command(rule, one)}")
    say = translator(language)
    if params["more"]:
        lines.append(say.plural("and {n} more in the digest", "and {n} more in the digest", params["more"]))
    return {"count": say.plural("{n} new alert", "{n} new alerts", len(found)), "lines": "\n".join(lines)}


def _is_quiet(begins: str | None, ends: str | None, now: datetime, zone: ZoneInfo) -> bool:
    first = time.fromisoformat(begins) if begins else due.USUAL.begins
    last = time.fromisoformat(ends) if ends else due.USUAL.ends
    return due.end_of_quiet(now, due.Quiet(first, last), zone) is not None


def _is_urgent(alert: Mapping[str, Any], own: Mapping[str, dict[str, Any]]) -> bool:
    rule = rule_for(alert["rule"], own)
    if rule is None or not rule.urgent:
        return False
    return alert["rule"] != "event_unconfirmed" or (alert["value"] or 0) <= _NEAR


def _own_channels(alert: Mapping[str, Any], own: Mapping[str, dict[str, Any]], account: Account) -> list[str]:
    """The ways that a threshold names and that reach the account; in the application alone is one, too."""
    said = own.get(alert["rule"])
    named = said["channels"] if said is not None else []
    return [one for one in named if one in account.addresses or named == [ReminderChannel.APP]]
