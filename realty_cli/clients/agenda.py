"""What of clients is due: enquiries that nobody has answered, and consents that expire."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from realty_cli.auth.policy import Act, require
from realty_cli.kit.actor import Actor
from realty_cli.kit.agenda import Section, Window
from realty_cli.kit.i18n import mark as _
from realty_cli.store.database import Connection
from realty_cli.store.deadlines import Deadline, gather

_TALKED = (
    "SELECT 1 FROM interactions i WHERE i.client_id = p.client_id AND i.at >= p.created_at AND i.deleted_at IS NULL"
    " AND (i.lead_id IS NULL OR i.lead_id = p.id) AND i.outcome = 'two_way' AND NOT i.auto"
)
_LEADS = Deadline(
    name="leads",
    heading=_("Enquiries that wait for an answer"),
    kind="lead",
    table="leads",
    day="p.created_at",
    where=f"p.stage IN ('new', 'contacted') AND p.closed_at IS NULL AND NOT EXISTS ({_TALKED})",
    facts=("side", "source", "created_at", "client_id", "property_id"),
    title="c.name",
    join="JOIN clients c ON c.id = p.client_id AND c.deleted_at IS NULL",
    moment=True,
    late=True,
)
_CONSENTS = Deadline(
    name="consents",
    heading=_("Consents to personal data that expire"),
    kind="client",
    table="consents",
    day="p.expires_at",
    where="p.withdrawn_at IS NULL AND p.granted",
    facts=("purpose", "client_id"),
    title="c.name",
    join="JOIN clients c ON c.id = p.client_id AND c.deleted_at IS NULL AND c.erased_at IS NULL",
    moment=True,
)


def leads(db: Connection, actor: Actor, window: Window, hours: int) -> Section:
    """Open enquiries of which so many hours later nobody has talked with the client, the oldest first."""
    require(actor, Act.CLIENT_READ)
    return gather(db, actor, replace(_LEADS, after=timedelta(hours=hours)), window)


def consents(db: Connection, actor: Actor, window: Window) -> Section:
    """Clients whose data may be kept no longer: ask again, or erase them."""
    require(actor, Act.CLIENT_READ)
    found = gather(db, actor, _CONSENTS, window)
    items = [
        replace(item, id=item.facts["client_id"], facts={"purpose": item.facts["purpose"]}) for item in found.items
    ]
    return replace(found, items=items)
