"""File names from titles: readable, and harmless on any system."""

from __future__ import annotations

import re
import unicodedata

_MAX_BYTES = 120
_FORBIDDEN = re.compile(r'[<>:"/\\|?*⁄∕⧸／＼\s_]+')
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|COM[0-9¹²³]|LPT[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def safe_file_name(title: str) -> str:
    """One component of a path, without suffix, from any text: never empty, at most 120 bytes of UTF-8.

    Letters of every script stay. Separators, spaces and what Windows forbids become `_`, control and invisible
    characters go, and the name neither begins with a dot or hyphen nor ends with a dot, nor is it a DOS device.
    Different titles may give one name: the caller adds what tells them apart.
    """
    composed = unicodedata.normalize("NFC", title)
    visible = "".join(
        char if char.isspace() else "" if unicodedata.category(char) in _DROPPED else char for char in composed
    )
    name = _FORBIDDEN.sub("_", visible)
    name = name.encode("utf-8", "ignore")[:_MAX_BYTES].decode("utf-8", "ignore")
    name = name.lstrip("._-~ ").rstrip("._ ")
    if _DEVICE.match(name):
        name = "_" + name
    return name or "untitled"
