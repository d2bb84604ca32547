"""What servers do to whoever keeps in step with them: a stand-in that can fail in every way, over real HTTP."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest

from realty_cli.errors import Denied, NotFound, Unavailable
from realty_cli.integrations import caldav
from tests.calendar_servers import CalendarServer
from tests.conftest import Agency
from tests.test_events.test_sync import FOREIGN, Pair

#: A fault: sees the method and the path, gives the answer to send instead (status, headers), or None.
Fault = Callable[[str, str], tuple[int, dict[str, str]] | None]


class Stub:
    """CalDAV as far as we speak it, in memory. `before` answers instead of it, `after` when the work is done."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.log: list[tuple[int, str]] = []
        self.before: Fault = lambda method, path: None
        self.after: Fault = lambda method, path: None
        self.forgotten = 0
        self.asked: list[str] = []
        self.twice = False
        self.page = 1_000
        self.no_etag = False

    def write(self, path: str, data: bytes | None) -> None:
        if data is None:
            del self.files[path]
        else:
            self.files[path] = data
        self.log.append((len(self.log) + 1, path))

    def tag(self, path: str) -> str:
        return f'"{hashlib.sha256(self.files[path]).hexdigest()[:12]}"'

    def changes(self, token: str) -> str:
        since = int(token.rpartition("/")[2]) if token else 0
        names = list(dict.fromkeys(path for number, path in self.log if number > since)) if token else list(self.files)
        last = len(self.log)
        more = ""
        if token and len(names) > self.page:
            cut = [(number, path) for number, path in self.log if number > since][: self.page]
            last, names = cut[-1][0], [path for _, path in cut]
            more = "<response><href>/cal/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
        if self.twice:
            names = names[::-1] + names
        entries = "".join(
            f"<response><href>{path}</href>"
            + (
                f"<propstat><prop><getetag>{self.tag(path)}</getetag></prop><status>HTTP/1.1 200 OK</status></propstat>"
                if path in self.files
                else "<status>HTTP/1.1 404 Not Found</status>"
            )
            + "</response>"
            for path in names
        )
        return f"{entries}{more}<sync-token>http://stub/{last}</sync-token>"

    def handler(stub) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None: ...

            def answer(self, status: int, body: str | bytes = b"", **headers: str) -> None:
                data = body.encode() if isinstance(body, str) else body
                instead = stub.after(self.command, self.path)
                if instead is not None:
                    status, data, headers = instead[0], b"", instead[1]
                    if status == 0:
                        self.close_connection = True
                        return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def multi(self, inner: str) -> None:
                self.answer(207, f'<?xml version="1.0"?><multistatus xmlns="DAV:"'
                                 f' xmlns:C="urn:ietf:params:xml:ns:caldav">{inner}</multistatus>')  # fmt: skip

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(length)
                if len(sent) < length:  # who sent it died in the midst of it: no server keeps half a file
                    self.close_connection = True
                    return
                body = sent.decode()
                stub.asked.append(self.command)
                instead = stub.before(self.command, self.path)
                if instead is not None:
                    stub.after = lambda method, path: None
                    if instead[0] == 0:
                        self.close_connection = True
                        return
                    self.answer(instead[0], b"", **instead[1])
                    return
                getattr(self, "on_" + self.command.lower())(body)

            do_GET = do_PUT = do_DELETE = do_REPORT = do_PROPFIND = handle_any

            def on_propfind(self, body: str) -> None:
                self.multi(
                    "<response><href>/cal/</href><propstat><prop><resourcetype><collection/><C:calendar/>"
                    "</resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response>"
                )

            def on_report(self, body: str) -> None:
                if "sync-collection" in body:
                    token = body.partition("<sync-token>")[2].partition("</sync-token>")[0]
                    if token and int(token.rpartition("/")[2] or 0) < stub.forgotten:
                        self.answer(403, '<error xmlns="DAV:"><valid-sync-token/></error>')
                        return
                    self.multi(stub.changes(token))
                    return
                names = [part.partition("</href>")[0] for part in body.split("<href>")[1:]]
                self.multi("".join(
                    f"<response><href>{path}</href><propstat><prop><getetag>{stub.tag(path)}</getetag>"
                    f"<C:calendar-data>{stub.files[path].decode()}</C:calendar-data></prop>"
                    "<status>HTTP/1.1 200 OK</status></propstat></response>"
                    for path in names if path in stub.files
                ))  # fmt: skip

            def on_get(self, body: str) -> None:
                if self.path in stub.files:
                    self.answer(200, stub.files[self.path], ETag=stub.tag(self.path))
                else:
                    self.answer(404)

            def refused(self) -> bool:
                match, none = self.headers.get("If-Match"), self.headers.get("If-None-Match")
                here = self.path in stub.files
                return bool((none and here) or (match and (not here or match != stub.tag(self.path))))

            def on_put(self, body: str) -> None:
                if self.refused():
                    self.answer(412)
                    return
                stub.write(self.path, body.encode())
                self.answer(201, **({} if stub.no_etag else {"ETag": stub.tag(self.path)}))

            def on_delete(self, body: str) -> None:
                if self.path not in stub.files:
                    self.answer(410)
                elif self.refused():
                    self.answer(412)
                else:
                    stub.write(self.path, None)
                    self.answer(204)

        return Handler


class StubServer:
    """As `Pair` wants its servers."""

    def __init__(self, url: str) -> None:
        self.url = url

    def make(self, name: str) -> str:
        return f"{self.url}/cal/"


@pytest.fixture
def stub(sqlite_agency: Agency) -> Iterator[tuple[Stub, Pair]]:
    made = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), made.handler())
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        found: Any = StubServer(f"http://127.0.0.1:{server.server_port}")
        yield made, Pair(sqlite_agency, found)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def once(method: str, *answers: tuple[int, dict[str, str]]) -> Fault:
    """Fails the first requests of a method so, then no more."""
    left = iter(answers)
    return lambda asked, path: next(left, None) if asked == method else None


def ours(stub: Stub) -> list[str]:
    return [data.decode() for data in stub.files.values()]


@pytest.mark.parametrize(
    "faults",
    [
        [(429, {"Retry-After": "7"}), (503, {})],
        [(0, {})],
        [(500, {}), (502, {}), (504, {})],
        [(409, {})],
    ],
    ids=["429", "cut", "500", "409"],
)  # fmt: skip
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_what_passes_is_tried_again(stub: tuple[Stub, Pair], faults: list[Any], done: bool) -> None:
    """Also where the server had done it, and only its answer was lost: nothing is doubled."""
    server, pair = stub
    pair.add("Показ")
    if done:
        server.after = once("PUT", *faults)
    else:
        server.before = once("PUT", *faults)
    report = pair.run()
    assert report["failed"] == []
    assert len(server.files) == 1
    pair.quiet()
    assert pair.titles() == ["Показ"]


def test_what_changed_there_meanwhile_is_merged(stub: tuple[Stub, Pair]) -> None:
    server, pair = stub
    made = pair.add("Показ")
    pair.run()
    (path,) = server.files
    pair.edit(made["id"], description="наше")

    def meanwhile(method: str, where: str) -> None:
        if method == "PUT":
            server.before = lambda method, path: None
            server.write(path, server.files[path].replace("Показ".encode(), "Осмотр".encode()))

    server.before = meanwhile
    assert pair.run()["failed"] == []
    assert "SUMMARY:Осмотр" in ours(server)[0]
    assert "DESCRIPTION:наше" in ours(server)[0]
    assert pair.event(made["id"])["title"] == "Осмотр"
    pair.quiet()


def test_a_forgotten_token_deletes_nothing_by_itself(stub: tuple[Stub, Pair]) -> None:
    """410 or 403 for the token: everything is listed, and only what is missing in the list is gone."""
    server, pair = stub
    for day in (1, 2):
        pair.add(f"Показ {day}", day)
    pair.run()
    gone = next(path for path, data in server.files.items() if "Показ 1" in data.decode())
    server.write(gone, None)
    server.forgotten = 1_000
    report = pair.run()
    assert (report["deleted_here"], report["pushed"], report["failed"]) == (1, 0, [])
    assert pair.titles() == ["Показ 2"]


def test_pages_may_be_short_doubled_and_out_of_order(stub: tuple[Stub, Pair]) -> None:
    server, pair = stub
    pair.run()
    for number in range(5):
        text = FOREIGN.replace("phone-1", f"phone-{number}").replace("Дантист", f"Событие {number}")
        server.write(f"/cal/{number}.ics", text.encode())
    server.page, server.twice = 2, True
    assert pair.run()["taken"] == 5
    assert pair.titles() == [f"Событие {number}" for number in range(5)]
    pair.quiet()


def test_a_pull_that_breaks_off_changes_nothing(stub: tuple[Stub, Pair]) -> None:
    server, pair = stub
    pair.add("Показ")
    pair.run()
    server.write("/cal/x.ics", FOREIGN.encode())
    server.before = lambda method, path: (0, {}) if method == "REPORT" else None
    with pytest.raises(Unavailable, match="unreachable"):
        pair.run()
    assert pair.titles() == ["Показ"]
    for status, kind in ((401, Denied), (404, NotFound), (410, (NotFound, Unavailable)), (500, Unavailable)):
        server.before = lambda method, path, status=status: (status, {}) if method == "REPORT" else None
        with pytest.raises(kind):
            pair.run()
    server.before = lambda method, path: None
    assert pair.titles() == ["Показ"]
    assert pair.run()["taken"] == 1


def test_deleting_what_is_gone_already_is_done(stub: tuple[Stub, Pair]) -> None:
    server, pair = stub
    made = pair.add("Показ")
    pair.run()
    pair.agency.do(lambda work: work.events.delete(made["id"]))
    server.before = once("DELETE", (410, {}))
    assert pair.run()["deleted_there"] == 1


def test_one_that_cannot_be_written_does_not_stop_the_others(stub: tuple[Stub, Pair]) -> None:
    server, pair = stub
    made = [pair.add(f"Показ {day}", day) for day in (1, 2, 3)]
    bad = quote(pair.event(made[1]["id"])["uid"], safe="")
    server.before = lambda method, path: (413, {}) if method == "PUT" and bad in path else None
    report = pair.run()
    assert (report["pushed"], [one["code"] for one in report["failed"]]) == (2, ["sync.odd"])
    server.before = lambda method, path: None
    assert pair.run()["pushed"] == 1
    pair.quiet()


def test_some_are_written_at_once_and_nobody_is_pressed(stub: tuple[Stub, Pair]) -> None:
    """Four at a time; a server that lets nobody in any more, or is away, is soon left alone; what it took stands."""
    server, pair = stub
    for day in range(1, 31):
        pair.add(f"Показ {day}", day)
        at = f"2026-12-{day:02}T20:"
        pair.add(f"Вечер {day}", day, start_time=f"{at}00:00", end_time=f"{at}30:00")
    together, asked, most = 0, itertools.count(1), 0
    lock, full = threading.Lock(), threading.Event()

    def slow(method: str, path: str) -> tuple[int, dict[str, str]] | None:
        nonlocal together, most
        if method != "PUT":
            return None
        with lock:
            together += 1
            most = max(most, together)
            number = next(asked)
        if number >= 4:
            full.set()
        full.wait(10)
        with lock:
            together -= 1
        return (401, {}) if number > 20 else None

    server.before = slow
    with pytest.raises(Denied):
        pair.run()
    assert most == 4
    assert len(server.files) == 20
    assert server.asked.count("PUT") < 55  # of sixty
    linked = pair.agency.ask(lambda work: work.db.value("SELECT count(*) FROM sync_links"))
    assert linked == 20
    asked_before = len(server.asked)
    server.before = lambda method, path: (503, {}) if method == "PUT" else None
    with pytest.raises(Unavailable):
        pair.run()
    # Forty are left, each tried four times; what the four have begun by the time that one is lost still asks.
    assert server.asked[asked_before:].count("PUT") < 4 * 30
    server.before = lambda method, path: None
    assert pair.run()["pushed"] == 40
    assert sorted(line for text in ours(server) for line in text.split("\r\n") if line.startswith("SUMMARY")) == sorted(
        f"SUMMARY:{name} {day}" for name in ("Показ", "Вечер") for day in range(1, 31)
    )
    pair.quiet()


def test_a_server_that_gives_no_tag_is_read_again(stub: tuple[Stub, Pair]) -> None:
    server, pair = stub
    server.no_etag = True
    pair.add("Показ")
    pair.run()
    pair.quiet()


def test_what_cannot_be_read_is_left_alone(stub: tuple[Stub, Pair]) -> None:
    """Half an event, no calendar, a bomb of entities: told, and neither taken nor deleted."""
    server, pair = stub
    server.write("/cal/a.ics", b"nonsense")
    server.write("/cal/b.ics", FOREIGN.replace("DTSTART:20261205T100000Z\r\n", "").encode())
    server.write("/cal/c.ics", FOREIGN.encode())
    server.write("/cal/d.ics", FOREIGN.encode())
    report = pair.run()
    assert (report["taken"], len(report["skipped"]), report["pushed"]) == (1, 3, 0)
    assert "sync.twin" in [one["code"] for one in report["skipped"]]
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa">]><multistatus xmlns="DAV:">&a;</multistatus>'
    with pytest.raises(Unavailable):
        caldav._root(bomb.encode())
    with pytest.raises(Unavailable):
        caldav._root(bomb.encode("utf-16"))
    assert len(server.files) == 4


def test_a_redirection_stays_on_its_host(stub: tuple[Stub, Pair], radicale_server: CalendarServer) -> None:
    server, pair = stub
    server.before = lambda method, path: (307, {"Location": radicale_server.url}) if method == "REPORT" else None
    with pytest.raises(Unavailable, match="leads_away"):
        pair.run()
    server.before = lambda method, path: (307, {"Location": "/cal/"}) if method == "REPORT" else None
    with pytest.raises(NotFound):
        pair.run()
    assert next(itertools.islice(server.asked, 0, None))


def test_one_event_under_two_uids_is_one(stub: tuple[Stub, Pair]) -> None:
    """Entered on the phone and here before the two were joined; what is only like it stays apart."""
    there, pair = stub
    made = pair.add("Показ на Соколе", day=1)
    pair.add("Звонок", day=2)
    pair.add("Звонок", day=2, allow_overlap=True)
    there.write("/cal/phone.ics", _one("phone", "показ  на СОКОЛЕ", "20261201T070000Z", "20261201T080000Z"))
    there.write("/cal/call.ics", _one("call", "Звонок", "20261202T070000Z", "20261202T080000Z"))
    foreseen = pair.run(dry_run=True)
    report = pair.run()
    assert (report["taken"], report["pushed"]) == (foreseen["taken"], foreseen["pushed"])
    rows = pair.agency.ask(lambda work: work.db.all("SELECT id, uid FROM events WHERE deleted_at IS NULL ORDER BY id"))
    assert dict(rows)[made["id"]] == "phone"
    assert len(rows) == 4, "two calls here and one there may be three"
    assert len(there.files) == 4
    assert (pair.run()["pushed"], pair.run()["taken"]) == (0, 0)


def test_an_event_that_moves_to_another_calendar_is_neither_lost_nor_doubled(stub: tuple[Stub, Pair]) -> None:
    there, pair = stub
    pair.add("Показ")
    pair.run()
    (path,) = there.files
    data = there.files[path]
    there.write(path, None)
    there.write("/cal/moved-here.ics", data)
    pair.run()
    pair.run()
    assert list(there.files) == ["/cal/moved-here.ics"]
    alive = pair.agency.ask(lambda work: work.db.value("SELECT count(*) FROM events WHERE deleted_at IS NULL"))
    assert alive == 1


@pytest.mark.parametrize("when", ["19990101T000000Z", "20991231T235959Z"])
def test_a_clock_that_is_wrong_loses_nothing(stub: tuple[Stub, Pair], when: str) -> None:
    """What each side changed is kept whatever the hour there; what both changed can be turned round."""
    there, pair = stub
    made = pair.add("Показ")
    pair.run()
    (path,) = there.files
    text = there.files[path].decode()
    lines = [line for line in text.split("\r\n") if not line.startswith(("LAST-MODIFIED", "DTSTAMP"))]
    at = next(number for number, line in enumerate(lines) if line.startswith("SUMMARY"))
    lines[at : at + 1] = ["SUMMARY:Показ там", "LOCATION:Ленина 1", f"DTSTAMP:{when}", f"LAST-MODIFIED:{when}"]
    there.write(path, "\r\n".join(lines).encode())
    pair.edit(made["id"], title="Показ здесь", description="взять ключи")
    report = pair.run()
    assert report["conflicts"] == 1
    now = pair.agency.ask(lambda work: work.events.get(made["id"]))
    assert (now["location"], now["description"]) == ("Ленина 1", "взять ключи")
    assert now["title"] in ("Показ там", "Показ здесь")
    kept = pair.agency.ask(lambda work: work.db.value("SELECT clashes FROM sync_conflicts"))
    assert "Показ там" in kept
    assert "Показ здесь" in kept
    assert pair.run()["pushed"] == 0


def test_who_is_killed_in_a_run_goes_on_with_the_next(
    stub: tuple[Stub, Pair], sqlite_agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL while the third of five is written: after another run or two each stands there once."""
    there, pair = stub
    for day in range(1, 6):
        pair.add(f"Показ {day}", day=day)
    held, go = threading.Event(), threading.Event()
    written = itertools.count(1)

    def hold(method: str, path: str) -> tuple[int, dict[str, str]] | None:
        if method == "PUT" and next(written) == 3:
            held.set()
            go.wait(30)
        return None

    there.before = hold
    code = (
        "import sys; from realty_cli.app import Realty; from realty_cli.settings import load;"
        "from realty_cli.integrations.calendars import Calendars;"
        "from realty_cli.events.schemas.sync import SyncRequest;"
        "from realty_cli.kit.schema import validate; from realty_cli.store.changelog import Origin;"
        "r = Realty(load()); c = Calendars(r.settings, here=True);"
        "c.run(lambda w: r.write(Origin('cli', 'sync')) if w else r.read(),"
        "      int(sys.argv[1]), validate(SyncRequest, {}))"
    )
    env = {**os.environ, "REALTY_HOME": str(sqlite_agency.realty.settings.home)}
    process = subprocess.Popen([sys.executable, "-c", code, str(pair.id)], env=env, stderr=subprocess.PIPE)
    try:
        assert held.wait(30), process.communicate(timeout=5)
        process.kill()
    finally:
        go.set()
        process.communicate(timeout=30)
    there.before = lambda method, path: None

    def titles() -> list[str]:
        return sorted(line for text in ours(there) for line in text.split("\r\n") if line.startswith("SUMMARY"))

    expected = [f"SUMMARY:Показ {day}" for day in range(1, 6)]
    for _ in range(3):  # what the dead one had under way may arrive in the midst of the next run
        pair.run()
        if titles() == expected:
            break
    assert titles() == expected
    assert (pair.run()["pushed"], pair.run()["taken"]) == (0, 0)


def test_a_server_keeps_in_step_by_itself(stub: tuple[Stub, Pair], sqlite_agency: Agency) -> None:
    """What is due, once each time; one that fails waits as long as one that does not."""
    there, pair = stub
    pair.add("Показ")
    keeping = sqlite_agency.realty.calendars
    assert keeping.bring(lambda: False) == [pair.id]
    assert len(there.files) == 1
    assert keeping.bring(lambda: False) == []
    sqlite_agency.clock.advance(minutes=15)
    there.before = lambda method, path: (401, {})
    assert keeping.bring(lambda: False) == []
    said = "SELECT last_error FROM calendar_integrations"
    assert sqlite_agency.ask(lambda work: work.db.value(said)) is not None
    asked = len(there.asked)
    assert keeping.bring(lambda: False) == []
    assert len(there.asked) == asked
    there.before = lambda method, path: None
    sqlite_agency.clock.advance(minutes=15)
    assert keeping.bring(lambda: True) == []
    assert keeping.bring(lambda: False) == [pair.id]
    assert sqlite_agency.ask(lambda work: work.db.value(said)) is None


def _one(uid: str, title: str, start: str, end: str) -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//phone//", "BEGIN:VEVENT", f"UID:{uid}"]
    lines = [*head, "DTSTAMP:20260301T000000Z", f"DTSTART:{start}", f"DTEND:{end}", f"SUMMARY:{title}",
             "END:VEVENT", "END:VCALENDAR", ""]  # fmt: skip
    return "\r\n".join(lines).encode()
