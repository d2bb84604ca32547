"""Which version a store has.

Revisions are numbered and listed here, so that the everyday question "is this store of my version?" costs one small
read and no import of Alembic. A store whose revision is not in the list was written by a newer realty: it is refused
untouched.
"""

from __future__ import annotations

from realty_cli.errors import Unavailable
from realty_cli.store.database import Connection

#: Every revision, oldest first.
REVISIONS: tuple[str, ...] = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
HEAD = REVISIONS[-1]


def revision(connection: Connection) -> str | None:
    """The revision of the store, or None where there are no tables yet."""
    if connection.sqlite:
        found = connection.value("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    else:
        found = connection.value("SELECT to_regclass('alembic_version')")
    return connection.value("SELECT version_num FROM alembic_version") if found else None


def unfinished(connection: Connection) -> bool:
    """Whether indexes of the store wait to be built (see `properties.late_indexes`)."""
    return connection.sqlite and connection.value("SELECT 1 FROM sqlite_master WHERE name = 'indexes_due'") is not None


def check(connection: Connection) -> bool:
    """True if the store is up to date, False if it can be migrated; raises for a newer or an empty store."""
    found = revision(connection)
    if found == HEAD:
        return True
    if found is None:
        raise Unavailable("store.empty")
    if found not in REVISIONS:
        raise Unavailable("store.newer", found=found, known=HEAD)
    return False
