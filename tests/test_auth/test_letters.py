"""The outbox and what carries letters away: a real mail server, a folder (items 114 and 209)."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
from asyncio import AbstractServer
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from realty_cli.auth.schemas.users import UserUpdate
from realty_cli.errors import Invalid, Unavailable
from realty_cli.integrations.files import FolderMessenger
from realty_cli.integrations.smtp import SmtpMessenger
from realty_cli.kit.i18n import translator
from realty_cli.notify import delivery, outbox
from realty_cli.notify.ports import Letter
from realty_cli.notify.templates import TEMPLATES, render
from tests.conftest import Agency
from tests.test_auth.people import HOME, registered, signed_in, token_of, with_settings

LETTER = Letter("agent1@example.com", "Тема письма", "Здравствуйте!\n.\nточка в начале строки\n", "realty-1")


class Mailbox:
    """What a mail server took in, and how it answers to recipients."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 taken"

    @property
    def letters(self) -> list[Message]:
        return [message_from_bytes(bytes(one.content or b""), policy=default) for one in self.taken]


class Port:
    """A port that nobody else is given and where nobody answers, until a mail server takes it over."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.number: int = self.socket.getsockname()[1]


@pytest.fixture
def port() -> Iterator[Port]:
    made = Port()
    yield made
    made.socket.close()


class OnSocket(Controller):
    """A mail server on a port that is held already."""

    def __init__(self, box: Mailbox, port: Port, **options: Any) -> None:
        super().__init__(box, hostname="127.0.0.1", port=port.number, ready_timeout=60, **options)
        self._held = port.socket

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._held, ssl=self.ssl_context)


@contextmanager
def mail_server(box: Mailbox, port: Port | None = None, **options: Any) -> Iterator[int]:
    held = port or Port()
    controller = OnSocket(box, held, **options)
    controller.start()
    try:
        yield held.number
    finally:
        controller.stop()


def over_smtp(agency: Agency, port: int, **more: Any) -> Agency:
    return with_settings(agency, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", **more)


def states(agency: Agency) -> list[tuple[Any, ...]]:
    """Attempts, whether it is sent, whether it is given up: of every letter."""
    with agency.realty.transaction() as db:
        rows = db.all("SELECT attempts, sent_at, dead_at FROM outbox ORDER BY id")
    return [(attempts, sent is not None, dead is not None) for attempts, sent, dead in rows]


class TestMailServer:
    def test_a_letter_arrives(self, agency: Agency) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            place = over_smtp(agency, port, mail_from="crm@agency.example")
            anna = registered(place, "agent1")
            assert place.realty.deliver() == {"sent": 1, "failed": 0, "dead": 0}
        (letter,) = box.letters
        assert letter["To"] == anna.email
        assert letter["From"] == "crm@agency.example"
        assert letter["Subject"] == "Подтвердите адрес электронной почты"
        assert re.fullmatch(r"<realty-\d+@agency\.example>", letter["Message-ID"])
        anna.gate.verify_email(token_of(str(letter.get_content())), HOME)  # type: ignore[attr-defined]

    def test_text_comes_through_whole(self) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            SmtpMessenger("127.0.0.1", port, security="none", sender="crm@agency.example").send(LETTER)
        (letter,) = box.letters
        assert letter["Subject"] == LETTER.subject
        assert letter.get_content().replace("\r\n", "\n") == LETTER.body  # type: ignore[attr-defined]

    def test_domains_of_other_alphabets(self) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            letter = Letter("info@пример.рф", "x", "y", "realty-2")
            SmtpMessenger("127.0.0.1", port, security="none", sender="crm@agency.example").send(letter)
        assert box.taken[0].rcpt_tos == ["info@xn--e1afmkfd.xn--p1ai"]

    @pytest.mark.parametrize(("answer", "kind"), [("550 no such user", Invalid), ("451 later", Unavailable)])
    def test_refused_for_good_or_for_now(self, answer: str, kind: type[Exception]) -> None:
        box = Mailbox()
        box.answer = answer
        with mail_server(box) as port, pytest.raises(kind):
            SmtpMessenger("127.0.0.1", port, security="none", sender="crm@agency.example").send(LETTER)

    def test_nobody_listens(self, port: Port) -> None:
        with pytest.raises(Unavailable, match=r"letter\.unreachable"):
            SmtpMessenger("127.0.0.1", port.number, security="none", sender="crm@agency.example").send(LETTER)

    @pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
    def test_signing_in_there(self) -> None:
        box, seen = Mailbox(), []

        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            seen.append((data.login, data.password))
            return AuthResult(success=data.password == b"right")

        options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
        with mail_server(box, **options) as port:
            for password in ("wrong", "right"):
                messenger = SmtpMessenger(
                    "127.0.0.1", port, security="none", username="crm", password=password, sender="crm@agency.example"
                )
                if password == "wrong":
                    with pytest.raises(Unavailable) as error:
                        messenger.send(LETTER)
                    assert "wrong" not in str(error.value)
                else:
                    messenger.send(LETTER)
        assert len(box.taken) == 1
        assert seen[-1] == (b"crm", b"right")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that nobody signed but itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    paths = folder / "cert.pem", folder / "key.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]],
        capture_output=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is not installed here")
    return paths


class TestPrivateWay:
    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_the_certificate_is_checked(self, certificate: tuple[Path, Path], security: str) -> None:
        served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        served.load_cert_chain(*certificate)
        box = Mailbox()
        options = {"tls_context": served} if security == "starttls" else {"ssl_context": served}
        with mail_server(box, **options) as port:
            strangers = SmtpMessenger("127.0.0.1", port, security=security, sender="crm@agency.example")
            with pytest.raises(Unavailable):
                strangers.send(LETTER)
            trusting = ssl.create_default_context(cafile=str(certificate[0]))
            SmtpMessenger("127.0.0.1", port, security=security, sender="crm@agency.example", context=trusting).send(
                LETTER
            )
        assert len(box.taken) == 1

    def test_a_server_without_tls_gets_nothing(self) -> None:
        box = Mailbox()
        with mail_server(box) as port, pytest.raises(Unavailable):
            SmtpMessenger("127.0.0.1", port, security="starttls", sender="crm@agency.example").send(LETTER)
        assert box.taken == []


HEADERS = ["a@example.com\r\nBcc: b@example.com", "a@example.com\nX: y", "a@example.com, b@example.com\r\n", "\r\n"]


@pytest.mark.parametrize("recipient", HEADERS)
def test_114_no_header_in_a_recipient(recipient: str, tmp_path: Path) -> None:
    box = Mailbox()
    letter = Letter(recipient, "x", "y", "realty-3")
    with mail_server(box) as port, pytest.raises(Invalid, match=r"letter\.refused"):
        SmtpMessenger("127.0.0.1", port, security="none", sender="crm@agency.example").send(letter)
    assert box.taken == []
    with pytest.raises(Invalid):
        FolderMessenger(tmp_path, "email").send(letter)


@pytest.mark.parametrize("subject", ["x\r\nBcc: b@example.com", "x\n\nbody"])
def test_114_no_header_in_a_subject(subject: str) -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(Invalid):
        SmtpMessenger("127.0.0.1", port, security="none", sender="crm@agency.example").send(
            Letter("a@example.com", subject, "y", "realty-4")
        )
    assert box.taken == []


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_115_templates_run_nothing(name: str, language: str) -> None:
    """Whatever somebody is called stands in the letter as it is."""
    evil = "{token} {0.__class__} %(x)s {{7*7}}\r\nBcc: b@example.com"
    params = {"username": evil, "token": "T" * 43, "minutes": 10, "days": 7, "address": evil, "agent": evil, "url": ""}
    subject, body = render(name, language, params)
    assert "\n" not in subject
    assert "\r" not in subject
    assert "{username}" not in body
    if "{username}" in TEMPLATES[name].body:
        assert evil in body


@pytest.mark.parametrize("template", TEMPLATES.values())
def test_letters_are_written_in_russian_too(template: Any) -> None:
    for text in filter(None, (template.subject, template.body)):
        assert translator("ru").text(text) != text


class TestOutbox:
    def test_209_a_server_that_is_down_for_an_hour(self, agency: Agency, port: Port) -> None:
        """Tried again with growing pauses over a restart; sent once the server is up, and once only."""
        place = over_smtp(agency, port.number)
        registered(place, "agent1")
        tries = 0
        for _ in range(60):
            tries += place.realty.deliver()["failed"]
            agency.clock.advance(minutes=1)
        assert 5 <= tries <= 8
        box = Mailbox()
        with mail_server(box, port):
            again = over_smtp(agency, port.number)
            for _ in range(3):
                agency.clock.advance(minutes=40)
                again.realty.deliver()
        assert len(box.taken) == 1
        assert states(agency)[-1][1:] == (True, False)

    def test_209_the_token_is_made_when_the_letter_goes(self, agency: Agency, port: Port) -> None:
        """However long the letter waited, its token is good for its whole time."""
        box = Mailbox()
        place = over_smtp(agency, port.number)
        anna = registered(place, "agent1")
        for _ in range(10):
            place.realty.deliver()
            agency.clock.advance(minutes=10)
        with mail_server(box, port):
            agency.clock.advance(hours=2)
            place.realty.deliver()
        agency.clock.advance(minutes=9)
        anna.gate.verify_email(token_of(str(box.letters[0].get_content())), HOME)  # type: ignore[attr-defined]

    def test_209_given_up_after_so_many_tries(self, agency: Agency, port: Port) -> None:
        place = over_smtp(agency, port.number, delivery_attempts=3)
        registered(place, "agent1")
        counts = []
        for _ in range(5):
            counts.append(place.realty.deliver())
            agency.clock.advance(hours=1)
        assert [one["failed"] for one in counts] == [1, 1, 0, 0, 0]
        assert [one["dead"] for one in counts] == [0, 0, 1, 0, 0]
        assert states(agency)[-1] == (3, False, True)
        with agency.realty.transaction() as db:
            assert "letter.unreachable" in db.value("SELECT last_error FROM outbox")

    def test_209_refused_for_good(self, agency: Agency) -> None:
        box = Mailbox()
        box.answer = "550 no such user"
        with mail_server(box) as port:
            place = over_smtp(agency, port)
            registered(place, "agent1")
            assert place.realty.deliver()["dead"] == 1
        assert states(agency)[-1] == (1, False, True)

    def test_209_one_recipient_in_order(self, agency: Agency, port: Port) -> None:
        box = Mailbox()
        place = over_smtp(agency, port.number)
        anna = signed_in(place, "agent1")
        place.realty.deliver()
        anna.gate.request_reset(anna.email, HOME)
        other = registered(place, "agent2")
        with mail_server(box, port):
            place.realty.deliver()
            assert [one.rcpt_tos for one in box.taken] == [[other.email]], "the first letter still has to wait"
            agency.clock.advance(minutes=5)
            place.realty.deliver()
        assert [one["Subject"] for one in box.letters if one["To"] == anna.email] == [
            "Подтвердите адрес электронной почты",
            "Новый пароль для вашей учётной записи",
        ]

    def test_a_letter_goes_only_if_the_thing_happened(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        agency.realty.deliver()
        before = len(states(agency))

        def fail(work: Any) -> None:
            work.account.update(UserUpdate(email="new@example.com"))
            raise RuntimeError

        with pytest.raises(RuntimeError):
            anna.do(fail)
        assert len(states(agency)) == before
        assert agency.realty.deliver()["sent"] == 0

    def test_what_opens_nothing_any_more_is_not_sent(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        anna.do(lambda work: work.account.update(UserUpdate(email="new@example.com")))
        counts = agency.realty.deliver()
        assert counts == {"sent": 2, "failed": 0, "dead": 1}  # the address is told; the new one is asked to be verified

    def test_a_sender_that_dies_leaves_the_letter(self, agency: Agency) -> None:
        registered(agency, "agent1")

        class Dying:
            def send(self, letter: Letter) -> None:
                raise KeyboardInterrupt

        sender = delivery.Sender(
            lambda write: agency.realty.transaction(write=write), agency.clock, {outbox.EMAIL: Dying()},
            lambda db, params, now: {**params, "token": "x", "minutes": 1, "url": ""}, 5,
        )  # fmt: skip
        with pytest.raises(KeyboardInterrupt):
            sender.deliver(5)
        assert states(agency)[-1] == (1, False, False)
        assert agency.realty.deliver()["sent"] == 0
        agency.clock.advance(minutes=1)
        assert agency.realty.deliver()["sent"] == 1

    def test_an_unknown_channel(self, agency: Agency) -> None:
        with agency.realty.transaction(write=True) as db:
            outbox.put(
                db, agency.clock.now(), "two_factor_on", recipient="x", language="en", channel="pigeon", username="x"
            )
        assert agency.realty.deliver()["dead"] == 1

    def test_pauses_grow_and_are_spread(self) -> None:
        for attempts, middle in ((1, 30), (2, 60), (5, 480), (8, 3_600), (50, 3_600)):
            pauses = {delivery.pause(attempts) for _ in range(50)}
            assert len(pauses) > 10
            assert all(0.75 * middle <= one / timedelta(seconds=1) <= 1.25 * middle for one in pauses)


def test_letters_in_a_folder_are_the_owner_s(agency: Agency) -> None:
    registered(agency, "agent1")
    agency.realty.deliver()
    folder = agency.realty.settings.letters_folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]
