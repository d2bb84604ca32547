"""Personal data made unrecognisable, for files that leave the agency: who was it, but not how to reach whom."""

from __future__ import annotations

import re
from typing import Any

from realty_cli.kit import phones

_EMAIL = re.compile(r"[^\s<>,;|()\[\]\"']{1,64}@[^\s<>,;|()\[\]\"']{1,255}\.[^\W\d_]{2,}")
_HANDLE = re.compile(r"(?:https?://)?(?:t|telegram)\.me/[\w+]{2,40}|(?<![\w.])@[A-Za-z]\w{3,31}")
_HIDDEN = "***"


def name(text: str | None) -> str | None:
    """Initials: `Иванов Пётр Сергеевич` is `И. П. С.`."""
    if not text:
        return text
    return " ".join(f"{word[0].upper()}." for word in re.findall(r"[^\W\d_][\w'’-]*", text)) or _HIDDEN


def phone(text: str | None) -> str | None:
    """A number with most of its figures hidden: `+7 916 ***-**-67`."""
    return phones.mask(text) if text else text


def email(text: str | None) -> str | None:
    """`i***@example.com`."""
    if not text:
        return text
    local, at, domain = text.partition("@")
    return f"{local[:1]}{_HIDDEN}{at}{domain}"


def free_text(text: str | None) -> str | None:
    """A text in which phones, e-mail addresses and Telegram names are hidden. Names of people are not found in it."""
    if not text:
        return text
    for span in reversed(phones.spans(text)):
        text = text[: span.start] + phones.mask(span.phone) + text[span.end :]
    return _HANDLE.sub(_HIDDEN, _EMAIL.sub(lambda hit: email(hit[0]) or "", text))


def texts_in(value: Any) -> Any:
    """The same for every text in a list or a table."""
    if isinstance(value, str):
        return free_text(value)
    if isinstance(value, list):
        return [texts_in(one) for one in value]
    if isinstance(value, dict):
        return {name: texts_in(one) for name, one in value.items()}
    return value
