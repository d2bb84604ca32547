"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("realty goes back by restoring the backup that precedes every migration")
