"""Messages by a bot, against a stand-in of Telegram's API over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from realty_cli.errors import Invalid, Unavailable
from realty_cli.integrations.messengers import messengers
from realty_cli.notify.ports import Letter
from realty_cli.settings import Settings
from tests.conftest import Agency

TOKEN = "123456:AAE-secret_of-a-bot"


class Bot:
    def __init__(self) -> None:
        self.status = 200
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.url = ""


@pytest.fixture
def bot() -> Iterator[Bot]:
    made = Bot()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append((self.path, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_what_a_bot_says(bot: Bot, agency: Agency) -> None:
    given = Settings(home=agency.realty.settings.home, telegram_bot_token=TOKEN, telegram_api=bot.url)
    messenger = messengers(given, lambda: "")["telegram"]
    messenger.send(Letter("42", "Показ <b>", "завтра *в* 10:00 " + "я" * 5_000, "realty-1"))
    path, body = bot.asked[0]
    assert path == f"/bot{TOKEN}/sendMessage"
    assert body["chat_id"] == "42"
    assert "parse_mode" not in body
    assert body["text"].startswith("Показ <b>\n\nзавтра *в* 10:00")
    assert len(body["text"]) == 4_096
    for status, kind in ((403, Invalid), (400, Invalid), (429, Unavailable), (500, Unavailable), (401, Unavailable)):
        bot.status = status
        with pytest.raises(kind) as error:
            messenger.send(Letter("42", "", "x", "realty-2"))
        assert TOKEN not in str(error.value) + repr(error.value.params)
    gone = messengers(Settings(home=given.home, telegram_bot_token=TOKEN, telegram_api="http://127.0.0.1:9"), str)
    with pytest.raises(Unavailable) as error:
        gone["telegram"].send(Letter("42", "", "x", "realty-3"))
    assert TOKEN not in repr(error.value.params)
    assert error.value.__cause__ is None


def test_a_reminder_by_telegram(bot: Bot, agency: Agency) -> None:
    from tests.test_events.test_events import create

    agency.realty.settings = Settings(
        home=agency.realty.settings.home, database_url=agency.realty.settings.database_url,
        telegram_bot_token=TOKEN, telegram_api=bot.url,
    )  # fmt: skip
    agency.do(lambda work: work.db.run("UPDATE accounts SET telegram_id = 42"))
    create(agency, start_time="2026-03-10T13:00:00", end_time="2026-03-10T14:00:00", title="Показ на Соколе",
           reminders=[{"minutes_before": 60, "channel": "telegram"}])  # fmt: skip
    assert [one["state"] for one in agency.realty.remind()] == ["sent"]
    assert agency.realty.deliver()["sent"] == 1
    assert "Показ на Соколе" in bot.asked[0][1]["text"]
    assert agency.realty.remind() == []
