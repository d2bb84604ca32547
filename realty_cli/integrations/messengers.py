"""What carries letters and messages, by the settings: a mail server, or a folder where none is set."""

from __future__ import annotations

from collections.abc import Callable

from realty_cli.integrations.files import FolderMessenger
from realty_cli.notify.outbox import EMAIL, SMS
from realty_cli.notify.ports import Messenger
from realty_cli.settings import Settings


def messengers(settings: Settings, password: Callable[[], str]) -> dict[str, Messenger]:
    """One for each channel. `password` is asked for only where a mail server is set and the environment has none."""
    folder = settings.letters_folder
    mail: Messenger = FolderMessenger(folder, EMAIL)
    if settings.smtp_host:
        from realty_cli.integrations.smtp import SmtpMessenger

        mail = SmtpMessenger(
            settings.smtp_host, settings.smtp_port, security=settings.smtp_security, username=settings.smtp_username,
            password=settings.smtp_password or password(), sender=settings.mail_from,
        )  # fmt: skip
    return {EMAIL: mail, SMS: FolderMessenger(folder, SMS)}
