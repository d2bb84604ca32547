"""Going through a JSON list of any length with a window of it in memory.

The fast way cuts the window after what looks like the last whole element and has orjson parse all up to there at once:
if `[` + piece + `]` is valid JSON, the cut was between elements. Where nested objects mislead the guess, the brackets
are counted, strings skipped, which is exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import orjson

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Limits
from realty_cli.formats.source import size_text

WINDOW = 1 << 19
_GUESSES = 8
_HOPELESS = 10  # times the depth that a row may have: beyond, the list is given up instead of the row
_NOT_SPACE = re.compile(rb"[^ \t\r\n]")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^ \t\r\n,\[\]{}\":]++")
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}"]', re.DOTALL)
_COMMA = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*")


class TooDeepError(ValueError):
    """Brackets nest beyond the limit."""


def value_end(text: bytes, start: int, *, whole: bool, depth: int) -> int | None:
    """Where the JSON value that begins at `start` ends, None if the text ends before; `whole`: no more text follows.

    Only brackets and quotes are looked at; whether the value is JSON shows when it is parsed. Raises TooDeepError, and
    ValueError where no value can begin.
    """
    first = text[start : start + 1]
    if first == b'"':
        string = _STRING.match(text, start)
        return string.end() if string else None
    if first not in (b"{", b"["):
        scalar = _SCALAR.match(text, start)
        if scalar is None:
            raise ValueError(f"unexpected {first.decode('utf-8', 'backslashreplace')!r}")
        return scalar.end() if scalar.end() < len(text) or whole else None
    level = 0
    for token in _TOKENS.finditer(text, start):
        mark = token[0]
        if mark in (b"{", b"["):
            level += 1
            if level > depth:
                raise TooDeepError
        elif mark in (b"}", b"]"):
            level -= 1
            if level == 0:
                return token.end()
        elif mark == b'"':
            return None
    return None


def elements(piece: bytes) -> Iterator[bytes]:
    """The raw texts of the values in a piece that `ListScanner` gave."""
    at = 0
    while at < len(piece):
        end = value_end(piece, at, whole=True, depth=len(piece)) or len(piece)
        yield piece[at:end]
        comma = _COMMA.match(piece, end)
        at = comma.end() if comma else len(piece)


def _parsed(piece: bytes) -> list[object] | None:
    try:
        return list(orjson.loads(b"[" + piece + b"]"))
    except orjson.JSONDecodeError:
        return None


class ListScanner:
    """Finds the list in a stream (the whole of it, or the `items` of an object) and gives it piece by piece."""

    def __init__(self, stream: BinaryIO, name: str, limits: Limits) -> None:
        self._stream = stream
        self._name = name
        self._limits = limits
        self._depth = limits.depth * _HOPELESS
        self._text = b""
        self._at = 0
        self._ended = False
        self._exact = False
        self.elements = 0

    def pieces(self) -> Iterator[tuple[bytes, list[object] | None]]:
        """Raw text of consecutive elements with their commas, and the parsed elements, None if orjson refuses one of
        them. `elements` counts what was given, this piece included.

        Raises Invalid where the list itself is broken.
        """
        in_object = self._enter()
        while self._peek() != b"]":
            piece, found = self._cut()
            if found is None:
                self.elements += sum(1 for _ in elements(piece))
            else:
                self.elements += len(found)
            yield piece, found
            if self._peek() == b",":
                self._at += 1
                if self._peek() == b"]":
                    raise self._broken("a comma before the end of the list")
            elif self._peek() != b"]":
                raise self._broken("no comma between two elements" if self._peek() else "the file ends within the list")
        self._at += 1
        self._leave(in_object)

    def _enter(self) -> bool:
        if self._peek() == b"[":
            self._at += 1
            return False
        if self._peek() != b"{":
            raise Invalid.one("file", "json.no_list", path=self._name)
        self._at += 1
        while self._peek() == b'"':
            key = self._whole_value()
            if self._peek() != b":":
                raise self._broken("no colon after a key")
            self._at += 1
            if key == b'"items"' and self._peek() == b"[":
                self._at += 1
                return True
            self._whole_value()
            if self._peek() != b",":
                break
            self._at += 1
        raise Invalid.one("file", "json.no_list", path=self._name)

    def _leave(self, in_object: bool) -> None:
        rest = self._text[self._at :]
        while len(rest) <= self._limits.row_bytes and (more := self._stream.read(WINDOW)):
            rest += more
        opening = b'{"":[]' if in_object else b"[]"
        try:
            orjson.loads(opening + rest)
        except orjson.JSONDecodeError as error:
            raise self._broken(f"after the list: {error}") from None

    def _peek(self) -> bytes:
        """The next character that is no space, without taking it; empty at the end of the file."""
        while True:
            found = _NOT_SPACE.search(self._text, self._at)
            if found:
                self._at = found.start()
                return found[0]
            self._at = len(self._text)
            if not self._grow():
                return b""

    def _grow(self) -> bool:
        if self._ended:
            return False
        more = self._stream.read(WINDOW)
        self._ended = not more
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(more)

    def _value_end(self, start: int) -> int | None:
        try:
            return value_end(self._text, start, whole=self._ended, depth=self._depth)
        except TooDeepError:
            raise Invalid.one("file", "json.too_deep", path=self._name, limit=self._limits.depth) from None
        except ValueError as error:
            raise self._broken(str(error)) from None

    def _whole_value(self) -> bytes:
        while True:
            self._peek()
            end = self._value_end(self._at)
            if end is not None:
                value = self._text[self._at : end]
                self._at = end
                return value
            self._need_more()

    def _need_more(self) -> None:
        if len(self._text) - self._at > self._limits.row_bytes:
            limit = size_text(self._limits.row_bytes)
            raise Invalid.one("file", "file.row_too_long", path=self._name, line=self.elements + 1, limit=limit)
        if not self._grow():
            raise self._broken("the file ends within an element")

    def _cut(self) -> tuple[bytes, list[object] | None]:
        """Take whole elements from the window, at least one; parsed, unless orjson refuses one of them."""
        if len(self._text) - self._at < WINDOW:
            self._grow()
        if not self._exact:
            guess = self._guess()
            if guess is not None:
                return guess
            self._exact = True
        end = None
        while end is None:
            end = self._last_end()
            if end is None:
                self._need_more()
        piece = self._text[self._at : end]
        self._at = end
        return piece, _parsed(piece)

    def _guess(self) -> tuple[bytes, list[object]] | None:
        end = len(self._text)
        for _ in range(_GUESSES):
            end = self._text.rfind(b"}", self._at, end)
            if end < 0:
                return None
            after = _NOT_SPACE.search(self._text, end + 1)
            if after is not None and after[0] in (b",", b"]"):
                piece = self._text[self._at : end + 1]
                found = _parsed(piece)
                if found is not None:
                    self._at = end + 1
                    return piece, found
        return None

    def _last_end(self) -> int | None:
        last = None
        at = self._at
        while True:
            try:
                end = self._value_end(at)
            except Invalid:
                if last is None:
                    raise
                return last  # what stands before is given first; the fault is met again
            if end is None:
                return last
            last = end
            comma = _NOT_SPACE.search(self._text, end)
            if comma is None or comma[0] != b",":
                return last
            following = _NOT_SPACE.search(self._text, comma.end())
            if following is None or following[0] == b"]":
                return last
            at = following.start()

    def _broken(self, reason: str) -> Invalid:
        return Invalid.one("file", "json.broken_list", path=self._name, row=self.elements + 1, reason=reason)
