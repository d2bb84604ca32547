"""Keeping spreadsheets from taking a text for a formula (CSV injection, OWASP ASVS 1.2.10).

A text that a spreadsheet may evaluate gets an apostrophe in front when csv is written, and loses exactly that one when
it is read. To be able to tell, a text that already stands behind apostrophes gets one more. Signed numbers and phones
without separators (`-5`, `+79161234567`) and the dash that means "no value" evaluate to themselves and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_DANGEROUS = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_HARMLESS = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?|-{1,3}")
_SPACES = (char for char in map(chr, range(0x3001)) if char.isspace())
_SUSPECT_STARTS = frozenset("'=+-@＝＋－＠").union(_SPACES)
#: First bytes, in UTF-8, of the characters that `guarded` looks at.
SUSPECT_BYTES = frozenset(char.encode()[:1] for char in _SUSPECT_STARTS)
_SUSPECT_CELL = re.compile("\0[" + "".join(map(re.escape, sorted(_SUSPECT_STARTS))) + "]")


def needs_guard(text: str) -> bool:
    """Whether a spreadsheet might evaluate the text, seen without the apostrophes it begins with."""
    bare = text.lstrip("'")
    return _DANGEROUS.match(bare) is not None and _HARMLESS.fullmatch(bare) is None


def guarded(text: str) -> str:
    """The text as csv shall hold it."""
    return "'" + text if text[:1] in _SUSPECT_STARTS and needs_guard(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and needs_guard(text[1:]) else text


def any_suspect(texts: Iterable[str]) -> bool:
    """Whether any may begin with a character that `guarded` looks at. Fast; raises TypeError if one is no text."""
    joined = "\0".join(texts)
    return joined[:1] in _SUSPECT_STARTS or _SUSPECT_CELL.search(joined) is not None
