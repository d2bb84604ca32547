"""Clients: people and companies, their phones and addresses, leads, interactions, consents."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("realty goes back by restoring the backup that precedes every migration")
