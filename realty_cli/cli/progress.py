"""Progress on a terminal; nothing in a pipe. The work below only tells how far it is (`kit.progress`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from realty_cli.cli.state import State
from realty_cli.kit.progress import Progress, Silent


@contextmanager
def shown(state: State, what: str) -> Iterator[Progress]:
    """A bar with rows, rate and time left on stderr, if that is a terminal and nobody asked for quiet."""
    if state.quiet or not sys.stderr.isatty():
        yield Silent()
        return
    from rich import progress as rich_progress
    from rich.console import Console

    from realty_cli.cli.output import clean

    rows = state.say.text("rows")
    bar = rich_progress.Progress(
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(),
        rich_progress.TaskProgressColumn(),
        rich_progress.TextColumn("{task.fields[rows]} " + rows + " {task.fields[rate]}"),
        rich_progress.TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(clean(state.say.text(what)), total=None, rows=0, rate="")

    class Bar:
        def update(self, done: int, total: int | None, rows: int) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{rows / elapsed:,.0f}/s" if elapsed > 0.2 else ""
            bar.update(task, completed=done, total=total, rows=f"{rows:,}", rate=rate)

    with bar:
        yield Bar()
