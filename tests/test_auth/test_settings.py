"""Settings of accounts: bounded, and secrets that no file and no listing holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from realty_cli.errors import Invalid
from realty_cli.settings import NAMES, SECRETS, load, parse
from tests.command import Command


@pytest.mark.parametrize(
    ("name", "value"),
    [("password_cost", 3), ("password_cost", 17), ("access_minutes", 61), ("access_minutes", 0), ("password_min", 7),
     ("registration", "maybe"), ("smtp_security", "ssl"), ("session_days", 10**9), ("reset_minutes", 61),
     ("failure_delay_max", 10**9), ("smtp_port", 70_000), ("telegram_max_age", 10**6)],
)  # fmt: skip
def test_what_is_out_of_bounds(name: str, value: object) -> None:
    with pytest.raises(Invalid) as error:
        parse(name, value)
    assert error.value.fields[0].field == name


def test_secrets_come_from_the_environment_alone(tmp_path: Path) -> None:
    secret = "J7vQ2mLx9Rk4TzB1nWc8YpHs5dGf3aEu0oiP"
    environ = {"REALTY_HOME": str(tmp_path), **{f"REALTY_{name.upper()}": secret for name in SECRETS}}
    settings = load(environ)
    assert all(getattr(settings, name) == secret for name in SECRETS)
    assert secret not in repr(settings)
    assert not SECRETS & set(NAMES)
    for name in SECRETS:
        (tmp_path / "realty.toml").write_text(f'{name} = "{secret}"\n')
        with pytest.raises(Invalid, match="invalid") as error:
            load({"REALTY_HOME": str(tmp_path)})
        assert secret not in str(error.value.fields)


def test_no_command_prints_them(realty_command: Command) -> None:
    secret = "J7vQ2mLx9Rk4TzB1nWc8YpHs5dGf3aEu0oiP"
    environment = {f"REALTY_{name.upper()}": secret for name in ("secret_key", "smtp_password", "telegram_bot_token")}
    for line in (["config", "list", "--json"], ["db", "info", "--json"], ["doctor"]):
        ran = realty_command(*line, env=environment, code=None)
        assert secret not in ran.out + ran.err
