"""Messages by a Telegram bot (Bot API, `sendMessage`): to people who linked their account and started the bot."""

from __future__ import annotations

from realty_cli.errors import Invalid, Unavailable
from realty_cli.notify.ports import Letter

_TIMEOUT = 10.0
#: https://core.telegram.org/bots/api#sendmessage
_LONGEST = 4_096


class TelegramMessenger:
    """Plain text: nothing in it is read as markup. The token stands in the address of each request, so no error tells
    an address."""

    def __init__(self, token: str, api: str) -> None:
        self._url = f"{api.rstrip('/')}/bot{token}/sendMessage"

    def send(self, letter: Letter) -> None:
        import httpx

        text = f"{letter.subject}\n\n{letter.body}" if letter.subject else letter.body
        if len(text) > _LONGEST:
            text = text[: _LONGEST - 1] + "…"
        body = {"chat_id": letter.recipient, "text": text, "link_preview_options": {"is_disabled": True}}
        try:
            status = httpx.post(self._url, json=body, timeout=_TIMEOUT).status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable("letter.unreachable", host="telegram", reason=type(error).__name__) from None
        if status in (400, 403):  # no such chat, or its owner stopped the bot
            raise Invalid("letter.refused", recipient=letter.recipient)
        if status != 200:
            raise Unavailable("letter.unreachable", host="telegram", reason=str(status))
