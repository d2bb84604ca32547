"""The typeface that comes with the program: no format depends on what a system has installed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "fonts"
FAMILY = "Realty Sans"
REGULAR, BOLD = FOLDER / "RealtySans-Regular.otf", FOLDER / "RealtySans-Bold.otf"
#: The same two for a page that carries its fonts.
WEB = {400: FOLDER / "RealtySans-Regular.woff", 700: FOLDER / "RealtySans-Bold.woff"}

_STRANGER = "\u25a1"


@cache
def _strangers() -> re.Pattern[str]:
    covered = (FOLDER / "covered.txt").read_text("utf-8")
    return re.compile(f"[^{re.escape(covered)}]")


def drawable(text: str) -> str:
    """The text on one line in signs that the typeface has: letters it lacks become a hollow square, pictures and
    invisible signs go."""
    return _strangers().sub(_replaced, text) if text else text


def _replaced(hit: re.Match[str]) -> str:
    sign = hit[0]
    if sign.isspace():
        return " "
    plain = "".join(one for one in unicodedata.normalize("NFKC", sign) if not _strangers().match(one))
    if plain:
        return plain
    return _STRANGER if unicodedata.category(sign)[0] in "LN" else ""
