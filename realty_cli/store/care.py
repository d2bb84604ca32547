"""Looking after a store: what it is, and whether it is whole."""

from __future__ import annotations

from typing import Any, Protocol

from realty_cli.store import driver, schema
from realty_cli.store.database import Connection, Database

#: What a store is told to hold.
TABLES = (
    "accounts",
    "properties",
    "photos",
    "clients",
    "leads",
    "requests",
    "deals",
    "events",
    "operations",
    "changes",
)
#: Tables whose rows are found by words, and their indexes.
SEARCHED = {
    "properties": "property_search",
    "clients": "client_search",
    "deals": "deal_search",
    "events": "event_search",
}
_CALLED = {"properties": "listings"}


class _Holder(Protocol):
    database: Database

    def connect(self, *, write: bool = False) -> Connection: ...


def describe(realty: _Holder) -> dict[str, Any]:
    """Place, kind, version, size and counts of the store."""
    connection = realty.connect()
    try:
        counts = {name: connection.value(f"SELECT count(*) FROM {name}") for name in TABLES}
        described: dict[str, Any] = {"kind": connection.dialect, "version": schema.revision(connection)}
        if connection.sqlite:
            assert realty.database.path is not None
            path = realty.database.path
            described |= {
                "place": str(path),
                "bytes": path.stat().st_size,
                "library": f"{driver.sqlite.__name__} {driver.sqlite.sqlite_version}",
                "journal": connection.value("PRAGMA journal_mode"),
            }
        else:
            described |= {
                "place": realty.database.url.rpartition("@")[2],
                "bytes": connection.value("SELECT pg_database_size(current_database())"),
                "library": connection.value("SHOW server_version"),
            }
        return described | {"rows": counts}
    finally:
        connection.close()


def foreign_code(connection: Connection) -> list[str]:
    """Names of triggers and views, with their kind. We make none, so somebody else did."""
    if not connection.sqlite:
        return []
    rows = connection.all("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name")
    return [f"{kind} {name}" for kind, name in rows]


def examine(realty: _Holder) -> list[str]:
    """What is wrong with the store: damage, broken references, records that the search does not know."""
    connection = realty.connect()
    try:
        return _findings(connection)
    except driver.sqlite.Error as error:  # a schema whose text is damaged: SQLite misses a column or cannot read it
        return [str(error)]
    finally:
        connection.close()


def _findings(connection: Connection) -> list[str]:
    findings: list[str] = []
    if connection.sqlite:
        findings += [str(row[0]) for row in connection.all("PRAGMA integrity_check(20)") if row[0] != "ok"]
        findings += [f"{row[0]} row {row[1]} refers to a missing row of {row[2]}"
                     for row in connection.all("PRAGMA foreign_key_check")]  # fmt: skip
    if not findings:
        for table, index in SEARCHED.items():
            lost = connection.value(f"SELECT count(*) FROM {table} WHERE id NOT IN (SELECT rowid FROM {index})")
            if lost:
                findings.append(f"{lost} {_CALLED.get(table, table)} are missing in the search index")
    return findings
