"""What a vendor of letters or messages offers us (`integrations/smtp.py`, `integrations/files.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Attached(Protocol):
    """A file that goes with a letter."""

    @property
    def file_name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter or message, ready to go. `subject` is for channels that have one; `key` is the same at each try."""

    recipient: str
    subject: str
    body: str
    key: str
    files: Sequence[Attached] = ()


class Messenger(Protocol):
    """Sends letters of one channel. Called outside of any transaction."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over, or raise `Unavailable` (try again later) or `Invalid` (it can never be sent)."""
        ...
