"""`realty analytics`: numbers over listings, events, deals and clients."""

from __future__ import annotations

from operator import itemgetter

import typer

from realty_cli.cli.state import state_of

app = typer.Typer()


@app.command("definitions")
def definitions(context: typer.Context) -> None:
    """Show what each metric means.

    Example: realty analytics definitions
    """
    from realty_cli.cli.output import emit
    from realty_cli.kit.i18n import mark as _

    state = state_of(context)
    with state.read() as work:
        found = work.analytics.definitions(state.language)
    keys = {"key": _("KEY"), "label": _("METRIC"), "unit": _("UNIT"), "definition": _("DEFINITION")}
    columns = [(heading, itemgetter(key), itemgetter(key)) for key, heading in keys.items()]
    emit(state, found, columns, found["items"])
