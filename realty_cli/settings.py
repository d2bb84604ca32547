"""Settings: defaults < realty.toml < REALTY_* environment < command-line flags.

A dataclass and tomllib instead of a settings library: every command reads settings before it does anything, and the
library that the field uses costs more at start-up than the rest of a `list` together (docs/decisions/0002).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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
    # Hours after which the briefing of the day tells of an enquiry that nobody has answered
    answer_hours: int = 24
    # Days without a word after which the data of a client without a consent has been kept too long (0: no limit)
    retention_days: int = 1_095
    # Commission in per cent that a seller is told of where the listing names none (0: what own sales brought)
    commission_percent: float = 0.0
    # Costs of papers and the like that a seller is told of, in units of the currency above (0: they are not counted)
    sale_costs: float = 0.0
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
    # Whether the command line keeps its sign-in in the system's keyring where there is one: auto or off
    keyring: str = "auto"
    # Who may register: open (anybody), invite (with an administrator's invitation) or closed (nobody)
    registration: str = "open"
    # Minutes that an access token lives
    access_minutes: int = 30
    # Days after which a session that was not used has to sign in again
    refresh_days: int = 30
    # Days after which every session has to sign in again
    session_days: int = 180
    # Fewest characters of a password
    password_min: int = 8
    # A file of words, one a line, that are no passwords, beside the short list that is built in
    password_blocklist: str = ""
    # Cost of a password's hash, as a power of two (bcrypt); a password moves to a higher one when its owner signs in
    password_cost: int = 12
    # Failed sign-ins a minute from one address
    failures_per_address: int = 30
    # Failed sign-ins of one account before it has to wait
    failures_per_account: int = 10
    # Seconds of the first such wait; each further failure doubles it
    failure_delay: int = 30
    # Longest such wait in seconds
    failure_delay_max: int = 900
    # Registrations a minute from one address
    registrations_per_minute: int = 100
    # Letters and messages an hour that one account or address may ask for
    letters_per_hour: int = 10
    # Minutes that a code for an e-mail address or a phone is good
    code_minutes: int = 10
    # Minutes that a letter for a new password is good
    reset_minutes: int = 60
    # Days that an invitation is good
    invitation_days: int = 7
    # Seconds that a sign-in signed by Telegram is good
    telegram_max_age: int = 300
    # Where the bot's messages go: Telegram's own, or a Bot API server that you run
    telegram_api: str = "https://api.telegram.org"
    # Days that the history of sign-ins is kept
    login_history_days: int = 365
    # Address under which people reach this realty, for links in letters, like https://crm.example.org
    public_url: str = ""
    # Mail server that takes our letters (empty: letters are written to the folder of letters)
    smtp_host: str = ""
    # Its port
    smtp_port: int = 587
    # How the way to it is kept private: starttls, tls or none
    smtp_security: str = "starttls"
    # Name to sign in with there (the password is REALTY_SMTP_PASSWORD)
    smtp_username: str = ""
    # Sender of our letters
    mail_from: str = "realty@localhost"
    # Tries before a letter or message is given up
    delivery_attempts: int = 12
    # Host names that the server answers to besides this machine's own, parted by commas: addresses answers to every
    # address, * to every name
    allowed_hosts: str = ""
    # Hosts in this network whose calendars may be kept in step by whoever signs in, parted by commas (the command line
    # reaches all of them)
    calendar_hosts: str = ""
    # Minutes between two runs by which a server keeps calendars elsewhere in step (0: only when asked to)
    sync_minutes: int = 15
    # Origins whose pages may use the API from a browser, parted by commas
    cors_origins: str = ""
    # Addresses or networks of proxies whose X-Forwarded-For is believed, parted by commas
    trusted_proxies: str = ""
    # Requests a minute that one token or key may make
    requests_per_minute: int = 6_000
    # Requests a minute without a good credential from one address
    anonymous_per_minute: int = 1_200
    # Largest body of a request in MiB, files aside
    body_max_mb: int = 2
    # Largest file that may be sent, in MiB
    upload_max_mb: int = 256
    # Seconds that the head of a request, and each part of its body, may take to arrive
    receive_seconds: int = 15
    # Connections that one worker of the server holds at a time
    max_connections: int = 1_000
    # Seconds that requests at work may go on when the server is told to end
    shutdown_seconds: int = 8
    # Where the server writes its log: a file, - for standard error, off for nowhere (empty: logs/serve.log in the home)
    log_file: str = ""
    # Size in MiB at which a log is put aside
    log_max_mb: int = 20
    # Logs that are kept then
    log_keep: int = 5
    # Whether the server shows its documentation under /docs, /redoc and /openapi.json: on or off
    docs: str = "on"
    # Whether the server tells its measurements under /metrics: on or off
    metrics: str = "on"
    # Secrets come from the environment alone and are never printed.
    secret_key: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)
    telegram_bot_token: str = field(default="", repr=False)

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
    def letters_folder(self) -> Path:
        """Where letters and messages go while no server is set for them."""
        return self.home / "letters"

    @property
    def log_path(self) -> Path | None:
        """The file of the server's log; None where it goes to standard error or nowhere."""
        if self.log_file in ("-", "off"):
            return None
        return Path(self.log_file).expanduser().absolute() if self.log_file else self.home / "logs" / "serve.log"

    @property
    def keys_path(self) -> Path:
        return self.home / "keys.json"

    @property
    def toml_path(self) -> Path:
        return self.home / "realty.toml"


#: Read from the environment alone: a file of settings is shown, copied and kept in repositories.
SECRETS = frozenset({"secret_key", "api_key", "smtp_password", "telegram_bot_token"})
#: Settings that are places or secrets of one machine and are never printed or set through `realty config`.
_HIDDEN = SECRETS | {"home"}
NAMES = tuple(one.name for one in fields(Settings) if one.name not in _HIDDEN)
_CHOICES = {
    "synchronous": ("full", "normal"),
    "lang": ("", "en", "ru"),
    "registration": ("open", "invite", "closed"),
    "smtp_security": ("starttls", "tls", "none"),
    "docs": ("on", "off"),
    "keyring": ("auto", "off"),
    "metrics": ("on", "off"),
}
_LEAST = {
    "busy_timeout": 0.0, "bin_days": 0, "import_batch": 1, "photo_max_mb": 1, "photo_max_megapixels": 1,
    "access_minutes": 1, "refresh_days": 1, "session_days": 1, "password_min": 8, "password_cost": 4,
    "failures_per_address": 1, "failures_per_account": 1, "failure_delay": 1, "failure_delay_max": 1,
    "registrations_per_minute": 1, "letters_per_hour": 1, "code_minutes": 1, "reset_minutes": 1, "invitation_days": 1,
    "telegram_max_age": 1, "login_history_days": 1, "smtp_port": 1, "delivery_attempts": 1,
    "requests_per_minute": 1, "anonymous_per_minute": 1, "body_max_mb": 1, "upload_max_mb": 1, "receive_seconds": 1,
    "max_connections": 1, "shutdown_seconds": 1, "log_max_mb": 1, "log_keep": 1, "answer_hours": 0, "sync_minutes": 0,
    "retention_days": 0, "commission_percent": 0.0, "sale_costs": 0.0,
}  # fmt: skip
_MOST = {
    "access_minutes": 60, "refresh_days": 3_650, "session_days": 3_650, "password_min": 64, "password_cost": 16,
    "failure_delay": 86_400, "failure_delay_max": 86_400, "code_minutes": 60, "reset_minutes": 60,
    "invitation_days": 365, "telegram_max_age": 86_400, "login_history_days": 36_500, "smtp_port": 65_535,
    "commission_percent": 100.0, "sale_costs": 1e12,
}  # fmt: skip


def parse(name: str, value: Any) -> Any:
    """A value of a setting from text or TOML, checked; raises `Invalid` naming the setting."""
    kinds: dict[str, type] = {one.name: type(one.default) for one in fields(Settings) if one.name not in _HIDDEN}
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
    if name in _MOST and not parsed <= _MOST[name]:
        raise Invalid.one(name, "setting.too_large", name=name, value=parsed, most=_MOST[name])
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
    values |= {name: environ[f"REALTY_{name.upper()}"] for name in SECRETS if f"REALTY_{name.upper()}" in environ}
    values |= {name: parse(name, value) for name, value in flags.items() if value is not None}
    return Settings(home=home, **values)
