"""schemathesis against the running server: what the OpenAPI document allows and forbids, and no finding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.test_api.conftest import Serve, Served

_CONFIG = Path(__file__).with_name("schemathesis.toml")
#: They end the session that the others are asked in, so they come last and with one of their own.
_LAST = ("logout", "end_session")


def _run(served: Served, folder: Path, token: str, *options: str) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "--config-file", _CONFIG, "run",
            served.url + "/openapi.json", "--header", f"Authorization: Bearer {token}", "--checks", "all",
            "--warnings", "off", "--seed", "2026", *options,
        ],
        capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


def test_nothing_is_found(serve: Serve, tmp_path: Path) -> None:
    much = dict.fromkeys(("REALTY_REQUESTS_PER_MINUTE", "REALTY_ANONYMOUS_PER_MINUTE"), "1000000")
    served = serve(env={**much, "REALTY_TELEGRAM_BOT_TOKEN": "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"})
    served.account("anna")
    token, other = (served.sign_in("anna")["access_token"] for _ in range(2))
    without = [word for name in _LAST for word in ("--exclude-operation-id", name)]
    served.client().get("/openapi.json")  # worked out once; Schemathesis waits ten seconds for it and no longer
    seconds = "60" if os.environ.get("CI") or os.environ.get("REALTY_LONG") else "40"
    _run(served, tmp_path, token, "--max-examples", "8", "--max-time", seconds, *without)
    _run(served, tmp_path, other, *[word for name in _LAST for word in ("--include-operation-id", name)],
         "--phases", "examples,coverage")  # fmt: skip
