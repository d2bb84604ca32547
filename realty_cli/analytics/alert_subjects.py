"""What alerts are about, by name. Names are read when they are shown and never kept with an alert: whoever has a person
forgotten has forgotten it here too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from realty_cli.store.database import Connection, in_list

#: Facts that name somebody or something, which are not kept.
NAMES = ("name", "other")
_READ = {
    "lead": "SELECT l.id, c.name FROM leads l JOIN clients c ON c.id = l.client_id WHERE l.id IN {some}",
    "event": "SELECT id, title FROM events WHERE id IN {some}",
    "deal": "SELECT id, title FROM deals WHERE id IN {some}",
    "commission": "SELECT p.id, d.title FROM commissions p JOIN deals d ON d.id = p.deal_id WHERE p.id IN {some}",
    "property": "SELECT id, title FROM properties WHERE id IN {some}",
    "calendar": "SELECT id, name FROM calendar_integrations WHERE id IN {some}",
}


def kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are kept with an alert."""
    return {name: value for name, value in facts.items() if name not in NAMES}


def named(db: Connection, alerts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Alerts with the names of what they are about among their facts."""
    found = list(alerts)
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for alert in found:
        if alert["subject_id"] is not None:
            wanted[alert["subject_type"]].add(alert["subject_id"])
        if "other_id" in alert["facts"]:
            wanted[alert["subject_type"]].add(alert["facts"]["other_id"])
    names: dict[tuple[str, int], str] = {}
    for kind, numbers in wanted.items():
        if kind in _READ:
            params: dict[str, Any] = {}
            some = in_list("subject", sorted(numbers), params)
            names |= {(kind, row[0]): row[1] for row in db.all(_READ[kind].replace("{some}", some), params)}
    for alert in found:
        kind = alert["subject_type"]
        alert["facts"]["name"] = names.get((kind, alert["subject_id"]))
        if "other_id" in alert["facts"]:
            alert["facts"]["other"] = names.get((kind, alert["facts"]["other_id"]))
    return found
