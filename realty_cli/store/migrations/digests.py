"""Part of 0007: of which day somebody was told in the morning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.add_column("calendar_settings", sa.Column("digest_on", columns.Day, nullable=True))
