"""The CalDAV adapter against a real Radicale and a real Xandikos."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from realty_cli.errors import Denied, Invalid, NotFound
from realty_cli.events.ports import ChangedThereError, TokenGoneError
from realty_cli.integrations import outward
from realty_cli.integrations.caldav import CalDav, opened
from tests.calendar_servers import PASSWORD, CalendarServer

_NAMES = map("cal{}".format, itertools.count())


@pytest.fixture
def calendar(server: CalendarServer) -> Iterator[CalDav]:
    found = opened(server.make(next(_NAMES)), "agent", PASSWORD, private_ok=True)
    yield found
    found.close()


def event(uid: str, title: str = "Показ") -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", "BEGIN:VEVENT", f"UID:{uid}",
        "DTSTAMP:20261201T080000Z", "DTSTART:20261201T100000Z", "DTEND:20261201T110000Z", f"SUMMARY:{title}",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def test_events_come_and_go_by_the_token(calendar: CalDav) -> None:
    assert calendar.pull(None, {}).changed == []
    where, _ = calendar.put(None, "a@realty", event("a@realty"), None)
    odd, _ = calendar.put(None, "о дном/../x", event("odd"), None)
    whole = calendar.pull(None, {})
    assert whole.complete
    assert whole.hrefs == {where, odd}
    tags = {one.href: one.etag for one in whole.changed}
    assert calendar.pull(None, dict(tags)).changed == []
    with pytest.raises(ChangedThereError):
        calendar.put(None, "a@realty", event("a@realty", "twin"), None)
    with pytest.raises(ChangedThereError):
        calendar.put(where, "a@realty", event("a@realty", "late"), '"wrong"')
    calendar.put(where, "a@realty", event("a@realty", "Осмотр"), tags[where])
    calendar.delete(odd, tags[odd])
    calendar.delete(odd, tags[odd])
    later = calendar.pull(whole.token, dict(tags))
    assert not later.complete
    assert [one.data.decode().count("Осмотр") for one in later.changed] == [1]
    assert later.gone == [odd]
    with pytest.raises(ChangedThereError):
        calendar.delete(where, tags[where])
    assert [one.href for one in calendar.fetch([where, odd])] == [where]


def test_a_calendar_is_found_from_the_server(server: CalendarServer) -> None:
    name = next(_NAMES)
    address = server.make(name)
    root = opened(server.url, "agent", PASSWORD, private_ok=True)
    assert address in [one[0] for one in root.calendars()]
    chosen = opened(server.url, "agent", PASSWORD, private_ok=True, name=name)
    assert chosen.url == address
    missing = opened(server.url, "agent", PASSWORD, private_ok=True, name="nothing")
    with pytest.raises(NotFound, match="which"):
        _ = missing.url
    for one in (root, chosen, missing):
        one.close()


def test_a_token_of_somewhere_else_is_told(calendar: CalDav) -> None:
    with pytest.raises(TokenGoneError):
        calendar.pull("http://radicale.org/ns/sync/00000000", {})


def test_a_calendar_that_is_gone_is_not_empty(server: CalendarServer) -> None:
    address = server.make(next(_NAMES))
    door = opened(address, "agent", PASSWORD, private_ok=True)
    token = door.pull(None, {}).token
    with server.http as client:
        client.delete(address).raise_for_status()
    for asked in (None, token):
        with pytest.raises((NotFound, TokenGoneError)):
            door.pull(asked, {})
    door.close()


def test_a_wrong_password_is_denied(radicale_server: CalendarServer) -> None:
    door = opened(radicale_server.home, "agent", "wrong", private_ok=True)
    with pytest.raises(Denied):
        door.calendars()
    door.close()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest",
        "https://[64:ff9b::7f00:1]/", "https://0x7f000001/", "https://2130706433/", "https://100.64.0.1/",
        "https://0.0.0.0/", "https://[fe80::1]/", "https://localhost/", "https://[2002:7f00:1::]/",
        "http://example.org/", "webcal://10.0.0.1/", "file:///etc/passwd", "https://me:pw@example.org/", "https:///x",
        "https://exa mple.org/", "https://example.org:99999/", "https://a\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_nothing_behind_the_server_is_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection is made: it would fail here, for none may leave."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection"))
    with pytest.raises(Invalid):
        door = outward.Outward(url, None, "", private_ok=False)
        try:
            door.send("GET", url)
        finally:
            door.close()
