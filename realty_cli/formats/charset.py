"""Which encoding a text file is in, judged by its bytes: the six that Russian and English offices really send.

UTF-16 is told by its byte order mark and UTF-8 by being valid (a few torn sequences are forgiven, they become row
problems). Among the one-byte Russian encodings the one wins in which the bytes make the likeliest Russian letters, and
the fewest capitals inside words: KOI8-R and CP1251 have the two cases in each other's place.
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter

from realty_cli.errors import Invalid

MARKING = "realty.marking"

# Letters per 10,000 of Russian text, after the frequency dictionary of Lyashevskaya and Sharov.
_PER_10_000 = {
    "о": 1097, "е": 845, "а": 801, "и": 735, "н": 670, "т": 626, "с": 547, "р": 473, "в": 454, "л": 440, "к": 349,
    "м": 321, "д": 298, "п": 281, "у": 262, "я": 201, "ы": 190, "ь": 174, "г": 170, "з": 165, "б": 159, "ч": 144,
    "й": 121, "х": 97, "ж": 94, "ш": 73, "ю": 64, "ц": 48, "щ": 36, "э": 32, "ф": 26, "ъ": 4, "ё": 4,
}  # fmt: skip
_PUNCTUATION = frozenset("«»№—–…“”„’‘•°²³·×±§©®€\xa0")
_CAPITAL_INSIDE = re.compile("[а-яё][А-ЯЁ]")
_ODD_CAPITAL = 6.0
_ONE_BYTE = ("cp1251", "cp866", "koi8-r")
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"SQLite format 3\0")


class Marks:
    """How many undecodable stretches the error handler has met in this process; a reader watches whether it grows."""

    count = 0


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    Marks.count += 1
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(MARKING, _mark)


def _weight(char: str) -> float:
    if char.lower() in _PER_10_000:
        return math.log(_PER_10_000[char.lower()] / 10_000)
    if char in _PUNCTUATION:
        return math.log(0.002)
    if char.isalpha():
        return math.log(0.0003)
    return math.log(0.00002)


def _weights(encoding: str) -> list[float]:
    chars = bytes(range(256)).decode(encoding, "replace")
    return [0.0] * 128 + [_weight(char) for char in chars[128:]]


_WEIGHTS: dict[str, list[float]] = {}


def _likeliest(sample: bytes) -> str:
    if not _WEIGHTS:
        _WEIGHTS.update((encoding, _weights(encoding)) for encoding in _ONE_BYTE)
    counts = Counter(sample)

    def likelihood(encoding: str) -> float:
        weights = _WEIGHTS[encoding]
        odd_capitals = len(_CAPITAL_INSIDE.findall(sample.decode(encoding, "replace")))
        return sum(count * weights[byte] for byte, count in counts.items()) - _ODD_CAPITAL * odd_capitals

    return max(_ONE_BYTE, key=likelihood)


def _is_utf8(sample: bytes) -> bool:
    utf8 = codecs.getincrementaldecoder("utf-8")
    try:
        utf8().decode(sample)
    except UnicodeDecodeError:
        text = utf8("surrogateescape").decode(sample)
        torn = sum("\udc80" <= char <= "\udcff" for char in text)
        return torn * 20 < sum(char > "\x7f" for char in text) - torn
    return True


def encoding_of(sample: bytes) -> str:
    """The codec name for a stretch of a file's beginning: utf-8, utf-8-sig, utf-16, cp1251, cp866 or koi8-r."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample.isascii() or _is_utf8(sample):
        return "utf-8"
    return _likeliest(sample)


def named_encoding(name: str) -> str:
    """The encoding that a user named, if Python knows it as a text encoding; raises Invalid otherwise."""
    try:
        found = codecs.lookup(name)
        b" ".decode(found.name, "replace")
    except (LookupError, ValueError):
        raise Invalid.one("encoding", "file.encoding_unknown", encoding=name) from None
    return found.name


def text_encoding(sample: bytes, name: str, wanted: str | None) -> str:
    """The encoding to read the file `name` with: `wanted`, else as sniffed. Raises Invalid if the file is no text."""
    if wanted is not None:
        return named_encoding(wanted)
    encoding = encoding_of(sample)
    binary = encoding != "utf-16" and sample.count(0) * 10 > len(sample)
    if binary or sample.startswith(_BINARY):
        raise Invalid.one("file", "file.not_text", path=name)
    return encoding
