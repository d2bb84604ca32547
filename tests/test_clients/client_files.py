"""Files of clients brought in and sent out by the real importer, for the tests of this folder."""

from __future__ import annotations

import io
from typing import Any

from realty_cli.app import Work
from realty_cli.clients.importing import Reading, read_ahead
from realty_cli.clients.schemas.filters import ClientFilter
from realty_cli.formats.registry import codec_for
from realty_cli.kit.importing import Prepared, Report
from realty_cli.store.import_run import Terms, run
from tests.conftest import Agency


def bring(
    agency: Agency, text: str | bytes, *, suffix: str = "csv", user: str | None = None,
    bad: list[Prepared] | None = None, atomic: bool = False, dry_run: bool = False, **reading: Any,
) -> Report:  # fmt: skip
    """Import one file, as the command does."""
    data = text.encode() if isinstance(text, str) else text
    how = Reading("Europe/Moscow", agency.clock.now(), f"a.{suffix}", **reading)
    with codec_for("", suffix).read(io.BytesIO(data)) as table, read_ahead(table, how) as batches:
        with agency.write(f"clients import a.{suffix}", user, source="import") as work:
            importer = work.client_importer((bad if bad is not None else []).append)
            report = run(work, importer, batches, f"a.{suffix}", Terms(atomic, dry_run, 2))
            if dry_run:
                work.discard()
    return report


def clients(work: Work, **wanted: Any) -> list[dict[str, Any]]:
    page = work.clients.page(ClientFilter.model_validate(wanted), sort="id", limit=100)
    items: list[dict[str, Any]] = page["items"]
    return items


def leads(work: Work) -> list[dict[str, Any]]:
    from realty_cli.clients.schemas.filters import LeadFilter

    items: list[dict[str, Any]] = work.clients.leads.page(LeadFilter(), sort="id", limit=100)["items"]
    return items


def sent(work: Work, suffix: str = "csv", **options: Any) -> bytes:
    from realty_cli.clients import exporting

    target = io.BytesIO()
    exporting.run(work.clients, codec_for("", suffix), target, ClientFilter(), sort="id", **options)
    return target.getvalue()
