"""Writing one setting into realty.toml, comments kept."""

from __future__ import annotations

from pathlib import Path

import tomlkit

from realty_cli.errors import Invalid
from realty_cli.kit.paths import create_private, private_folder
from realty_cli.settings import NAMES, Settings, parse


def write_setting(settings: Settings, name: str, value: str) -> Path:
    """Set or, with an empty value, remove a setting. The value is checked before the file is touched."""
    if name not in NAMES:
        raise Invalid.one(name, "setting.unknown", name=name, known=", ".join(NAMES))
    path = settings.toml_path
    parsed = parse(name, value) if value else None
    if name == "timezone" and value:
        _check_zone(value)
    if name == "currency" and value and not (len(value) == 3 and value.isascii() and value.isupper()):
        raise Invalid.one("currency", "field.currency")
    private_folder(path.parent)
    document = tomlkit.parse(path.read_text("utf-8")) if path.is_file() else tomlkit.document()
    if parsed is None:
        document.pop(name, None)
    else:
        document[name] = parsed
    create_private(path, tomlkit.dumps(document).encode())
    return path


def _check_zone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid.one("timezone", "setting.zone", value=name) from None
