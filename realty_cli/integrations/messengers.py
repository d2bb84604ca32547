"""What carries letters and messages, by the settings: a mail server and a bot, or a folder where there is none."""

from __future__ import annotations

from collections.abc import Callable

from realty_cli.integrations.files import FolderMessenger
from realty_cli.notify.outbox import EMAIL, SMS, TELEGRAM
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
    bot: Messenger = FolderMessenger(folder, TELEGRAM)
    if settings.telegram_bot_token:
        from realty_cli.integrations.telegram import TelegramMessenger

        bot = TelegramMessenger(settings.telegram_bot_token, settings.telegram_api)
    return {EMAIL: mail, SMS: FolderMessenger(folder, SMS), TELEGRAM: bot}
