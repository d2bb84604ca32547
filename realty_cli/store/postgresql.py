"""How we speak to PostgreSQL: loaders that give the same plain values as SQLite, and one connection's settings."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.types.numeric import FloatLoader


class _MomentLoader(Loader):
    """timestamptz in the session's zone UTC, `2024-01-15 10:00:00.5+00`, in the fixed-width form of `kit.clock`."""

    def load(self, data: Buffer) -> str:
        text = bytes(data).decode()
        body = text[: text.rindex("+")]
        day, _, hours = body.partition(" ")
        whole, _, fraction = hours.partition(".")
        return f"{day}T{whole}.{fraction:0<6}Z"


class _TextLoader(Loader):
    """Dates and JSON stay the text that the server sends."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode()


def connect(url: str, busy_timeout: float) -> Any:
    """A psycopg connection in autocommit mode (transactions are ours to begin), in UTC, with our loaders."""
    connection = psycopg.connect(
        "postgresql://" + url.split("://", 1)[1],
        autocommit=True,
        # Values are bound on the client: the server then infers their types from where they stand, as SQLite does.
        cursor_factory=psycopg.ClientCursor,
        connect_timeout=10,
        options=f"-c timezone=UTC -c datestyle=ISO -c lock_timeout={int(busy_timeout * 1000)}"
        " -c client_min_messages=warning -c standard_conforming_strings=on"
        # The default is that of turning disks: it makes the planner read whole tables where an index has the few rows.
        " -c random_page_cost=1.1",
    )
    adapters = connection.adapters
    adapters.register_loader("timestamptz", _MomentLoader)
    for name in ("date", "json", "jsonb"):
        adapters.register_loader(name, _TextLoader)
    adapters.register_loader("numeric", FloatLoader)
    return connection
