"""Part of 0007: where deals and leads stood at a past moment, and which commission is paid.

Without these a month of an agency with 200,000 deals reads every move that there ever was. Of them only that of prices,
by which lists of deals are counted, stands on deals themselves: a move and a line are entered far less often than they
are asked about.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    kept, live = sa.text("withdrawn_by IS NULL"), "deleted_at IS NULL AND paid_at IS "
    unpaid, paid = sa.text(live + "NULL"), sa.text(live + "NOT NULL")
    for name, table, columns, where in (
        ("ix_deal_stages_at", "deal_stages", ["effective_at", "new_stage", "deal_id", "old_stage"], kept),
        ("ix_lead_stages_at", "lead_stages", ["effective_at", "lead_id", "old_stage"], kept),
        ("ix_commissions_unpaid", "commissions", ["deal_id"], unpaid),
        ("ix_commissions_paid", "commissions", ["paid_at"], paid),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    there = sa.text("deleted_at IS NULL")
    op.create_index("ix_deals_prices", "deals", ["kind", "amount"], sqlite_where=there, postgresql_where=there)
