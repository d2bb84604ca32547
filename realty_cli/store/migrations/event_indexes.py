"""Part of 0007: which series may have more times than are laid out, so that a question about time names them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: As `events.tables` has it, word for word, or SQLite finds no way to it.
_DENSE = (
    "deleted_at IS NULL AND (rrule LIKE '%HOURLY%' OR rrule LIKE '%MINUTELY%' OR rrule LIKE '%SECONDLY%'"
    " OR rrule LIKE '%BYHOUR%' OR rrule LIKE '%BYMINUTE%' OR rrule LIKE '%BYSECOND%')"
)


def upgrade() -> None:
    dense = sa.text(_DENSE)
    op.create_index("ix_events_dense", "events", ["owner_id"], sqlite_where=dense, postgresql_where=dense)
