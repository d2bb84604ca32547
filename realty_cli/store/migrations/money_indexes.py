"""Part of 0007: where deals and leads stood at a past moment, which commission is paid, and what all of it comes to.

Sums over a month of an agency with 200,000 deals are told by indexes alone: a look at a deal or a lead itself costs
several times as much as one at an entry of an index. Hence the columns that these carry beside those that they are
sought by, and one index each of deals and leads that is sought by number: the few columns of them that sums are made of.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_LIVE = "deleted_at IS NULL"


def upgrade() -> None:
    _index(
        "ix_deal_stages_at",
        "deal_stages",
        "effective_at new_stage deal_id old_stage withdrawn_by",
        "withdrawn_by IS NULL",
    )
    _index(
        "ix_lead_stages_at",
        "lead_stages",
        "effective_at lead_id old_stage new_stage withdrawn_by",
        "withdrawn_by IS NULL",
    )
    _index(
        "ix_deal_stages_reopened",
        "deal_stages",
        "effective_at deal_id",
        "withdrawn_by IS NULL AND old_stage = 'closed'",
    )
    lines = "deal_id currency amount rate due_on paid_at deleted_at"
    _index("ix_commissions_unpaid", "commissions", lines, f"{_LIVE} AND paid_at IS NULL")
    _index(
        "ix_commissions_paid",
        "commissions",
        "paid_at id deal_id currency amount rate due_on deleted_at",
        f"{_LIVE} AND paid_at IS NOT NULL",
    )
    _index("ix_deals_prices", "deals", "kind amount", _LIVE)
    _index("ix_commissions_split", "commissions", "deal_id", f"{_LIVE} AND splits IS NOT NULL")
    _index(
        "ix_deals_facts", "deals",
        "id stage kind currency owner_id amount final_price created_at updated_at closed_at expected_close deleted_at",
    )  # fmt: skip
    _index(
        "ix_leads_facts", "leads",
        "id stage side source owner_id client_id temperature created_at deleted_at",
    )  # fmt: skip
    # These were narrower.
    _anew("ix_commissions_deal", "commissions", lines, _LIVE)
    _anew("ix_deal_stages_deal", "deal_stages", "deal_id effective_at id new_stage old_stage withdrawn_by")
    _anew("ix_lead_stages_lead", "lead_stages", "lead_id effective_at id new_stage old_stage withdrawn_by")
    talks = "at id outcome channel auto deleted_at"
    _anew("ix_interactions_client", "interactions", f"client_id {talks}", _LIVE)
    _anew("ix_interactions_lead", "interactions", f"lead_id {talks}", f"{_LIVE} AND lead_id IS NOT NULL")
    _anew("ix_deals_stage", "deals", "stage id deleted_at", _LIVE)
    _anew("ix_leads_stage", "leads", "stage id deleted_at", _LIVE)
    _anew(
        "ix_deals_closed", "deals",
        "closed_at id kind side stage currency owner_id amount final_price created_at deleted_at",
        f"{_LIVE} AND closed_at IS NOT NULL",
    )  # fmt: skip
    _anew(
        "ix_leads_created", "leads",
        "created_at id client_id side stage source owner_id referrer_id first_response_at closed_at lost_reason"
        " deleted_at",
        _LIVE,
    )  # fmt: skip


def _anew(name: str, table: str, columns: str, where: str = "") -> None:
    op.drop_index(name, table)
    _index(name, table, columns, where)


def _index(name: str, table: str, columns: str, where: str = "") -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, columns.split(), sqlite_where=condition, postgresql_where=condition)
