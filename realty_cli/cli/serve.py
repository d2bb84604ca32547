"""`realty serve`: the API over the same store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from realty_cli.cli.state import state_of

app = typer.Typer()
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@app.command("serve")
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on; others than this machine's own are reachable.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    certificate: Annotated[Path | None, typer.Option(help="File with the TLS certificate, for https.")] = None,
    key: Annotated[Path | None, typer.Option(help="File with its private key.")] = None,
) -> None:
    """Serve the API over HTTP: listings, accounts and all the rest, with documentation under /docs.

    Example: realty serve --port 8000 --workers 2
    """
    from dataclasses import replace

    from realty_cli.api.server import serve as run
    from realty_cli.api.sockets import Address
    from realty_cli.app import Realty
    from realty_cli.store import driver

    state = state_of(context)
    realty = state.realty
    if host not in _LOOPBACK and not realty.settings.allowed_hosts:
        # Whoever binds to an address means to be called by it; by a name only if the settings have that name.
        shown_host = f"[{host}]" if ":" in host else host
        hosts = "addresses" if host in ("0.0.0.0", "::") else shown_host  # noqa: S104
        realty.settings = replace(realty.settings, allowed_hosts=hosts)
    realty.keys.current()
    made = realty.prepare()
    settings = realty.settings

    def started(number: int) -> None:
        scheme = "https" if certificate else "http"
        shown = f"[{host}]" if ":" in host else host
        if made:
            state.tell("The store is ready: {place}", place=str(settings.store_path))
        if host not in _LOOPBACK and not certificate:
            state.tell(
                "Others on the network can reach this server, and what they send can be read on the way. "
                "Put a proxy with TLS before it, or give --certificate and --key."
            )
        if realty.database.dialect == "sqlite" and driver.has_wal_reset_bug(driver.VERSION):
            state.tell(
                "SQLite {version} may lose writes when several programs use the store at once. "
                "Install pysqlite3, or a Python with SQLite 3.51.3 or newer; realty doctor says more.",
                version=driver.sqlite.sqlite_version,
            )
        state.tell("Serving on {scheme}://{host}:{port} (documentation: /docs). Ctrl-C ends it.",
                   scheme=scheme, host=shown, port=number)  # fmt: skip

    code = run(lambda: Realty(settings), Address(host, port, workers, certificate, key), started)
    raise typer.Exit(code)
