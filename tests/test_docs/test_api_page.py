"""The first client of docs/api.md, typed as it stands against a real server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.command import Command
from tests.test_api.conftest import Served
from tests.test_docs.console import blocks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def test_the_first_client(tmp_path: Path) -> None:
    [(_, lines), *_rest] = blocks(PAGE.read_text("utf-8"), "sh")
    assert lines[0] == "realty serve &"
    served = Served(Command(tmp_path / "home"))
    try:
        script = "\n".join(lines[1:]).replace("127.0.0.1:8000", f"127.0.0.1:{served.port}")
        script = script.replace("curl ", "curl --silent --show-error --fail-with-body --noproxy '*' ")
        ran = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert '"username":"agent1"' in ran.stdout
        assert ran.stdout.count('"title":"Квартира в центре"') == 2  # made, then listed
    finally:
        assert served.end() == 0


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", PAGE.read_text("utf-8")):
        assert target.startswith("https://www.rfc-editor.org/") or (PAGE.parent / target).exists()
