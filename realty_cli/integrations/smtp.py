"""Letters by a mail server (SMTP)."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from ipaddress import ip_address

from realty_cli.errors import Invalid, Unavailable
from realty_cli.notify.ports import Letter

_TIMEOUT = 10.0


class SmtpMessenger:
    """`security`: `starttls` and `tls` check the server's certificate; `none` sends in the clear, and then gives the
    password only to a server on this machine."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: str = "starttls",
        username: str = "",
        password: str = "",
        sender: str,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._security = security
        self._username = username
        self._password = password
        self._sender = sender
        self._context = context

    def send(self, letter: Letter) -> None:
        message = composed(letter, self._sender)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max((one[0] for one in error.recipients.values()), default=0)
            if code >= 500:
                raise Invalid("letter.refused", recipient=letter.recipient) from error
            raise Unavailable("letter.unreachable", host=self._host, reason="recipient put off") from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError):
                raise Invalid("letter.refused", recipient=letter.recipient) from error
            raise Unavailable("letter.unreachable", host=self._host, reason=str(error.smtp_code)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("letter.unreachable", host=self._host, reason=type(error).__name__) from error

    def _connected(self) -> smtplib.SMTP:
        context = self._context or ssl.create_default_context()
        server: smtplib.SMTP
        if self._security == "tls":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
        try:
            if self._security == "starttls":
                server.starttls(context=context)
            if self._username and (self._security != "none" or _is_here(self._host)):
                server.login(self._username, self._password)
        except BaseException:
            server.close()
            raise
        return server


def composed(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it goes over the wire; raises `Invalid` for a line break where a header would end."""
    message = EmailMessage(policy=SMTP)
    host = sender.rpartition("@")[2] or "localhost"
    try:
        message["From"] = sender
        message["To"] = _on_the_wire(letter.recipient)
        message["Subject"] = letter.subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{letter.key}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
    except (ValueError, IndexError) as error:
        raise Invalid("letter.refused", recipient=repr(letter.recipient)) from error
    message.set_content(letter.body)
    for file in letter.files:
        main, _, sub = file.media_type.partition(";")[0].partition("/")
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.file_name)
    return message


def _on_the_wire(address: str) -> str:
    """One address as mail servers write it; raises ValueError for what is none, or several."""
    local, _, domain = address.rpartition("@")
    if not local or not address.isprintable() or set(address) & set(' ,;:<>()"'):
        raise ValueError("not one address")
    return f"{local}@{domain.encode('idna').decode()}"


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
