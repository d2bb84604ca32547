"""`realty analytics chart`: on the terminal, as a picture, and what is refused."""

from __future__ import annotations

from pathlib import Path

from realty_cli.cli import exits
from tests.test_cli.conftest import Line


def test_a_chart_here_and_in_a_file(realty: Line, tmp_path: Path) -> None:
    realty("properties", "add", "--type", "apartment", "--deal", "sale", "-p", "12.5m", "--title", "Двушка", "-q")
    shown = realty("--lang", "ru", "analytics", "chart", "statuses").out
    assert "Больше всего объектов: В экспозиции, 1" in shown
    assert "█" in shown
    body = realty.json("analytics", "chart", "statuses")
    assert (body["type"], body["table"][1][1]) == ("hbar", 1)
    picture = tmp_path / "new.svg"
    realty("analytics", "chart", "new", "--out", picture)
    assert picture.read_bytes().startswith(b"<svg")
    realty("analytics", "chart", "new", "--out", picture, code=exits.CONFLICT)
    realty("analytics", "chart", "new", "--out", picture, "--force")
    refused = realty("analytics", "chart", "new", "--out", tmp_path / "new.pdf", code=exits.INVALID)
    assert ".svg or .png" in refused.err
    assert "funnel" in realty("analytics", "chart", "pie", code=exits.INVALID).err
