"""What of listings is due: agreements that end."""

from __future__ import annotations

from realty_cli.auth.policy import Act, require
from realty_cli.kit.actor import Actor
from realty_cli.kit.agenda import Section, Window
from realty_cli.kit.i18n import mark as _
from realty_cli.store.database import Connection
from realty_cli.store.deadlines import Deadline, gather

_EXCLUSIVES = Deadline(
    name="exclusives",
    heading=_("Exclusive agreements that end"),
    kind="property",
    table="properties",
    day="p.exclusive_until",
    where="p.status IN ('draft', 'active', 'reserved')",
    facts=("status", "address", "client_id"),
    back=30,
)


def exclusives(db: Connection, actor: Actor, window: Window) -> Section:
    """Exclusive agreements of listings on the market that end in the window, or ended in the last month."""
    require(actor, Act.PROPERTY_READ)
    return gather(db, actor, _EXCLUSIVES, window)
