"""Settings: defaults < realty.toml < REALTY_* environment < command-line flags.

A dataclass and tomllib instead of a settings library: every command reads settings before it does anything, and the
library that the field uses costs more at start-up than the rest of a `list` together (docs/decisions/0002).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from realty_cli.errors import Invalid
from realty_cli.kit import paths


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. The comment above a field is what `realty config list` prints of it."""

    home: Path
    # Address of the store: a file of our own by default, or postgresql+psycopg://user@host/database
    database_url: str = ""
    # Language of messages: en or ru (empty: from the locale)
    lang: str = ""
    # Zone in which dates without an offset are read
    timezone: str = "Europe/Moscow"
    # Currency of a price that names none (ISO 4217)
    currency: str = "RUB"
    # full: what is acknowledged survives a power cut; normal: faster, the last moments may be lost in one
    synchronous: str = "full"
    # How long a writer waits for another one, in seconds
    busy_timeout: float = 10.0
    # Days that deleted listings and files stay in the bin before they may be purged
    bin_days: int = 30
    # Rows that an import commits at a time unless it is --atomic
    import_batch: int = 20_000
    # Largest photo accepted, in MiB
    photo_max_mb: int = 25
    # Largest photo accepted, in millions of pixels
    photo_max_megapixels: int = 52
    # Photos a listing may have
    photo_max_count: int = 60

    @property
    def store_path(self) -> Path:
        """The SQLite file, also when another store is in use (backups and photos lie beside it)."""
        url = self.database_url
        if url.startswith("sqlite:///"):
            return Path(url.removeprefix("sqlite:///")).expanduser().absolute()
        return self.home / "realty.db"

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'realty.db'}"

    @property
    def photos_folder(self) -> Path:
        return self.home / "photos"

    @property
    def backups_folder(self) -> Path:
        return self.home / "backups"

    @property
    def toml_path(self) -> Path:
        return self.home / "realty.toml"


#: Settings that are places or secrets of one machine and are never printed or set through `realty config`.
_HIDDEN = frozenset({"home"})
NAMES = tuple(field.name for field in fields(Settings) if field.name not in _HIDDEN)
_CHOICES = {"synchronous": ("full", "normal"), "lang": ("", "en", "ru")}
_LEAST = {"busy_timeout": 0.0, "bin_days": 0, "import_batch": 1, "photo_max_mb": 1, "photo_max_megapixels": 1}


def parse(name: str, value: Any) -> Any:
    """A value of a setting from text or TOML, checked; raises `Invalid` naming the setting."""
    kinds: dict[str, type] = {
        field.name: type(field.default) for field in fields(Settings) if field.name not in _HIDDEN
    }
    if name not in kinds:
        raise Invalid.one(name, "setting.unknown", name=name, known=", ".join(NAMES))
    kind = kinds[name]
    try:
        if isinstance(value, bool):
            raise ValueError
        parsed = kind(value)
    except (TypeError, ValueError):
        raise Invalid.one(name, "setting.unreadable", name=name, value=str(value), kind=kind.__name__) from None
    if name in _CHOICES and parsed not in _CHOICES[name]:
        raise Invalid.one(name, "setting.choice", name=name, value=parsed, choices=", ".join(_CHOICES[name]))
    if name in _LEAST and not parsed >= _LEAST[name]:
        raise Invalid.one(name, "setting.too_small", name=name, value=parsed, least=_LEAST[name])
    return parsed


def read_file(path: Path) -> dict[str, Any]:
    """The settings that the file gives, checked. A missing file gives none."""
    import tomllib

    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Invalid.one("realty.toml", "setting.bad_file", path=str(path), reason=str(error)) from error
    return {name: parse(name, value) for name, value in data.items()}


def load(environ: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Settings for this run. Flags that are None were not given."""
    environ = os.environ if environ is None else environ
    home = paths.home(environ)
    values: dict[str, Any] = read_file(home / "realty.toml") if (home / "realty.toml").is_file() else {}
    for name in NAMES:
        given = environ.get(f"REALTY_{name.upper()}")
        if given:
            values[name] = parse(name, given)
    values |= {name: parse(name, value) for name, value in flags.items() if value is not None}
    return Settings(home=home, **values)
