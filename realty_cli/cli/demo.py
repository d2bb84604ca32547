"""`realty demo`: a sample agency in a throwaway store."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli.state import State, state_of

app = typer.Typer()


def sample_folder() -> Path:
    """Where the sample agency lies: inside an installed package, or beside a checkout of the source."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "sample-data"
    return inside if inside.is_dir() else package.parent / "sample-data"


@app.command("demo")
def demo(
    context: typer.Context,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the sample store in this folder and go on with it.", metavar="FOLDER")
    ] = None,
) -> None:
    """Try realty on a sample agency: listings, clients, deals, what is due, numbers, and a
    report for an owner as files. Your own store is not touched.

    Example: realty demo
    """
    from realty_cli.app import Realty
    from realty_cli.settings import Settings

    state = state_of(context)
    folder = keep.expanduser().absolute() if keep else Path(tempfile.mkdtemp(prefix="realty-demo-"))
    try:
        settings = Settings(home=folder, lang=state.language)
        sample = State(state.output, state.lang, None, None, state.quiet)
        sample.__dict__["realty"] = Realty(settings)
        sample.realty.create("demo")
        _show(context, sample, folder if keep else None)
        if keep:
            state.tell("The sample store stays in {folder}. Go on with: REALTY_HOME={folder} realty properties list",
                       folder=str(folder))  # fmt: skip
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _show(context: typer.Context, state: State, folder: Path | None) -> None:
    from realty_cli.cli import client_view, deal_view, demo_analytics
    from realty_cli.cli.demo_agency import fill
    from realty_cli.cli.demo_history import relate
    from realty_cli.cli.demo_listings import freshen, most_shown, present
    from realty_cli.cli.listing_view import page, statistics
    from realty_cli.cli.output import emit_json
    from realty_cli.cli.today import show
    from realty_cli.cli.transfer import listings, run_import
    from realty_cli.kit.plain_filter import PlainFilter
    from realty_cli.properties.schemas.filters import PropertyFilter

    files = sorted(sample_folder().glob("listings*.csv"))
    quiet_about_data = State("table", state.lang, None, None, state.quiet)
    quiet_about_data.__dict__["realty"] = state.realty
    run_import(
        quiet_about_data, listings(), files, format_=None, mapping={}, defaults={}, aliases=None,
        dry_run=False, atomic=True, rejected=None,
    )  # fmt: skip
    question = state.say.text("квартира у метро")
    with state.write("demo") as work:
        freshen(work)
        relate(work, sample_folder() / "history")
        fill(work, sample_folder() / "agency.toml")
        present(work, most_shown(work), sample_folder() / "photos")
    everything: Any = PlainFilter({})
    with state.read() as work:
        newest = work.properties.page(PropertyFilter(), limit=10)
        figures = work.properties.statistics(PropertyFilter())
        found = work.properties.page(PropertyFilter(q=question), limit=5)
        people = work.clients.page(everything, limit=10)
        deals = work.deals.page(everything, limit=10)
        due = work.today.briefing(language=state.language)
    numbers = demo_analytics.gather(state, folder)
    if state.format in ("json", "jsonl"):
        answer: dict[str, Any] = {
            "list": newest, "statistics": figures, "search": {"q": question, **found}, "clients": people,
            "deals": deals, "today": due, **numbers,
        }  # fmt: skip
        emit_json(answer)
        return
    _typed(state, "realty properties list --limit 10")
    page(state, newest)
    _typed(state, "realty properties stats")
    statistics(state, figures)
    _typed(state, f"realty search {question}")
    page(state, found)
    _typed(state, "realty clients list")
    client_view.page(state, people)
    _typed(state, "realty deals list")
    deal_view.page(state, deals)
    _typed(state, "realty today")
    show(state, due)
    demo_analytics.show(state, numbers, _typed)
    state.tell("Your own store: realty init, then realty properties import FILE")


def _typed(state: State, line: str) -> None:
    """The command that gives what follows, with a line of air above."""
    if not state.quiet:
        typer.echo(f"\n$ {line}", err=True)
