"""Part of 0008: what lines of commission come to, kept by the database beside deals and lines.

`deals.agreed` is what the lines of a deal in its currency come to at its price so far, NULL where that is not known.
`commissions.earned` is what a line comes to at the price at which its deal closed, `earned_kind` the kind of the deal,
`earned_at` when it closed; all are NULL while it is not closed, or one of both is in the bin. So all that an agency is
owed stands in one index, which leaves out the lines of lost deals: most of those that nobody ever pays.

By triggers: a line follows from its deal, its deal from its lines, and both change one at a time. None looks for lines
of a deal that is new: it would cost each deal 15 us, and only an undo may find any (`deals.undoing`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns

_LIVE = "deleted_at IS NULL"


def upgrade() -> None:
    op.add_column("deals", sa.Column("agreed", columns.Money, nullable=True))
    for name, kind in (("earned", columns.Money), ("earned_kind", columns.Plain), ("earned_at", columns.Moment)):
        op.add_column("commissions", sa.Column(name, kind, nullable=True))
    op.execute(f"{_earned()} WHERE deal_id IN (SELECT id FROM deals WHERE stage = 'closed')")
    op.execute(f"{_agreed()} WHERE id IN (SELECT deal_id FROM commissions)")
    op.drop_index("ix_commissions_unpaid", "commissions")
    op.drop_index("ix_commissions_paid", "commissions")
    op.drop_index("ix_deals_facts", "deals")
    _index(
        "ix_commissions_owed", "commissions", "deal_id currency due_on earned earned_kind earned_at paid_at deleted_at",
        f"{_LIVE} AND paid_at IS NULL AND earned_at IS NOT NULL",
    )  # fmt: skip
    _index(
        "ix_commissions_paid", "commissions",
        "paid_at id deal_id currency due_on earned earned_kind earned_at deleted_at",
        f"{_LIVE} AND paid_at IS NOT NULL",
    )  # fmt: skip
    _index(
        "ix_deals_facts", "deals",
        "id stage kind currency owner_id amount final_price agreed created_at updated_at expected_close deleted_at",
    )  # fmt: skip
    _index(
        "ix_deals_open", "deals",
        "id stage kind currency owner_id agreed created_at updated_at expected_close deleted_at",
        f"{_LIVE} AND stage IN ('lead', 'showing', 'offer', 'reserved', 'contract')",
    )  # fmt: skip
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    lines, line = f"{_earned()} WHERE {_OF_DEAL}", f"{_earned()} WHERE id = NEW.id"
    deal, of_line = f"{_agreed()} WHERE id = NEW.id", f"{_agreed()} WHERE id = NEW.deal_id"
    for name, when, statements in (
        ("deals_ended", _ENDED, (lines,)),
        ("deals_priced", _PRICED, (deal,)),
        ("commissions_entered", "INSERT ON commissions", (line, of_line)),
        ("commissions_changed", _CHANGED, (line, of_line)),
        ("commissions_moved", "UPDATE OF deal_id ON commissions", (f"{_agreed()} WHERE id = OLD.deal_id",)),
        ("commissions_removed", "DELETE ON commissions", (f"{_agreed()} WHERE id = OLD.deal_id",)),
    ):
        op.execute(sa.text(f"CREATE TRIGGER {name} AFTER {when} BEGIN {'; '.join(statements)}; END"))


def _on_postgresql() -> None:
    line = f"{_earned()} WHERE id = NEW.id; {_agreed()} WHERE id = NEW.deal_id"
    for name, body in (
        ("deals_ended", f"{_earned()} WHERE {_OF_DEAL}"),
        ("deals_priced", f"{_agreed()} WHERE id = NEW.id"),
        ("commissions_entered", line),
        ("commissions_removed", f"{_agreed()} WHERE id = OLD.deal_id"),
    ):  # fmt: skip
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$")
    for name, when, function in (
        ("deals_ended", _ENDED, "deals_ended"),
        ("deals_priced", _PRICED, "deals_priced"),
        ("commissions_entered", "INSERT ON commissions", "commissions_entered"),
        ("commissions_changed", _CHANGED, "commissions_entered"),
        ("commissions_moved", "UPDATE OF deal_id ON commissions", "commissions_removed"),
        ("commissions_removed", "DELETE ON commissions", "commissions_removed"),
    ):
        event, _, condition = when.partition(" WHEN ")
        guard = f" WHEN ({condition})" if condition else ""
        op.execute(f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW{guard} EXECUTE FUNCTION {function}()")


#: As the index of lines by deal has it: without the bin every line would be read. Those in the bin hold nothing.
_OF_DEAL = "deal_id = NEW.id AND deleted_at IS NULL"
_ENDED = (
    "UPDATE OF kind, amount, final_price, stage, closed_at, deleted_at ON deals"
    " WHEN OLD.stage = 'closed' OR NEW.stage = 'closed'"
)
_PRICED = (
    "UPDATE OF amount, currency ON deals WHEN OLD.amount IS DISTINCT FROM NEW.amount OR OLD.currency <> NEW.currency"
)
_CHANGED = "UPDATE OF deal_id, amount, rate, currency, deleted_at ON commissions"


def _earned() -> str:
    return (
        "UPDATE commissions SET (earned, earned_kind, earned_at) ="
        f" (SELECT {_worth('commissions', 'coalesce(d.final_price, d.amount)')}, d.kind, d.closed_at FROM deals d"
        " WHERE d.id = commissions.deal_id AND d.stage = 'closed' AND d.closed_at IS NOT NULL AND d.deleted_at IS NULL"
        " AND commissions.deleted_at IS NULL)"
    )


def _agreed() -> str:
    return (
        f"UPDATE deals SET agreed = (SELECT sum({_worth('c', 'deals.amount')}) FROM commissions c"
        " WHERE c.deal_id = deals.id AND c.currency = deals.currency AND c.deleted_at IS NULL)"
    )


def _worth(line: str, price: str) -> str:
    """As `deals.sharing.worth_sql` has it."""
    rate, rest = f"CAST(round({line}.rate * 10000) AS integer)", f"(({price}) - ({price}) / 1000000 * 1000000)"
    return (
        f"CASE WHEN {line}.amount IS NOT NULL THEN {line}.amount"
        f" ELSE ({price}) / 1000000 * {rate} + ({rest} * {rate} + 500000) / 1000000 END"
    )


def _index(name: str, table: str, over: str, where: str = "") -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, over.split(), sqlite_where=condition, postgresql_where=condition)
