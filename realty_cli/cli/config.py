"""`realty config ...`: settings of this home."""

from __future__ import annotations

from typing import Annotated

import typer

from realty_cli.cli.state import state_of

app = typer.Typer()
Name = Annotated[str, typer.Argument(help="Name of the setting.", show_default=False)]


@app.command("list")
def list_(context: typer.Context) -> None:
    """All settings with their values.

    Example: realty config list
    """
    from realty_cli.cli.output import pairs
    from realty_cli.settings import NAMES

    state = state_of(context)
    body = {name: shown(name, getattr(state.realty.settings, name)) for name in NAMES}
    pairs(state, body, [(name, str(value)) for name, value in body.items()])


def shown(name: str, value: object) -> object:
    """A setting as it may be printed: an address of a store without its password."""
    import re

    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", str(value)) if name == "database_url" else value


@app.command("get")
def get(context: typer.Context, name: Name) -> None:
    """One setting.

    Example: realty config get timezone
    """
    from realty_cli.cli.output import emit_json, write_line
    from realty_cli.errors import Invalid
    from realty_cli.settings import NAMES

    state = state_of(context)
    if name not in NAMES:
        raise Invalid.one(name, "setting.unknown", name=name, known=", ".join(NAMES))
    value = shown(name, getattr(state.realty.settings, name))
    if state.format in ("json", "jsonl"):
        emit_json({name: value})
    else:
        write_line(str(value))


@app.command("set")
def set_(
    context: typer.Context,
    name: Name,
    value: Annotated[str, typer.Argument(help="New value; an empty one restores the default.", show_default=False)],
) -> None:
    """Change a setting in realty.toml; comments in the file stay.

    Example: realty config set timezone Asia/Yekaterinburg
    """
    from realty_cli.cli.settings_file import write_setting

    state = state_of(context)
    path = write_setting(state.realty.settings, name, value)
    state.tell("{name} is set in {path}", name=name, path=str(path))


@app.command("path")
def path(context: typer.Context) -> None:
    """Where realty keeps things.

    Example: realty config path
    """
    from realty_cli.cli.output import pairs

    settings = state_of(context).realty.settings
    body = {
        "home": str(settings.home),
        "store": str(settings.store_path),
        "settings": str(settings.toml_path),
        "photos": str(settings.photos_folder),
        "backups": str(settings.backups_folder),
    }
    pairs(state_of(context), body, list(body.items()))
