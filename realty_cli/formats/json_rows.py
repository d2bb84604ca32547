"""JSON objects as rows: gathered into blocks of equal keys, with what JSON parsers let pass refused."""

from __future__ import annotations

import json
import re
from typing import Any, Never

import orjson

from realty_cli.errors import Invalid
from realty_cli.formats.codec import BLOCK_ROWS, Block, Limits, RowProblem
from realty_cli.formats.source import brief, size_text

_SHOWN = 200
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}"]', re.DOTALL)


class DuplicateKeyError(ValueError):
    """An object names a key twice; `args[0]` is the key."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DuplicateKeyError(key)
        found[key] = value
    return found


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def survey(values: list[Any]) -> tuple[int, int]:
    """Of parsed lists and objects: how many keys and texts they hold, all levels together, and how many levels."""
    texts = depth = 0
    level = values
    while level:
        depth += 1
        deeper: list[Any] = []
        for item in level:
            inside = item
            if item.__class__ is dict:
                texts += len(item)
                inside = item.values()
            kinds = [*map(type, inside)]
            texts += kinds.count(str)
            if dict in kinds or list in kinds:
                deeper += [inner for inner in inside if inner.__class__ is dict or inner.__class__ is list]
        level = deeper
    return texts, depth


def may_repeat_keys(raw: bytes, texts: int) -> bool:
    """Whether the JSON text may name a key twice in one object, of which orjson silently keeps the last.

    A member that was dropped leaves the quotes of its key: if there are no more quotes than the keys and texts found
    account for, nothing was lost. True for nothing where escaped backslashes make quotes hard to count, never False.
    """
    quotes = raw.count(b'"')
    if b"\\" in raw:
        if b"\\\\" in raw:
            return True
        quotes -= raw.count(b'\\"')
    return quotes != 2 * texts


def refuse_repeated_keys(raw: bytes) -> None:
    """Raise DuplicateKeyError if any object in the JSON text names a key twice."""
    json.loads(raw, object_pairs_hook=_pairs, parse_constant=_refuse_constant)


def deeper_than(raw: bytes, limit: int) -> bool:
    """Whether brackets of a text that orjson refused nest deeper than `limit`."""
    depth = 0
    for token in _TOKENS.finditer(raw):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
            if depth > limit:
                return True
        elif mark in (b"]", b"}"):
            depth -= 1
    return False


class RowGatherer:
    """Takes objects one by one and gives blocks: consecutive rows with the same keys, in the order of the first."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._headers: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._block: Block | None = None
        self._problems: list[RowProblem] = []
        self._rows_read = 0
        self.ready: list[Block] = []

    def add(self, line: int, raw: bytes) -> None:
        """Take the JSON text of one row."""
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            if deeper_than(raw, self._limits.depth):
                self._refuse(line, "json.too_deep", {"limit": self._limits.depth}, raw)
            else:
                self._refuse(line, "json.broken", {"reason": str(error)}, raw)
            return
        fault = self._fault(value, raw)
        if fault is None:
            self.add_clean(line, value)
        else:
            self._refuse(line, *fault, raw)

    def add_clean(self, line: int, value: dict[str, object]) -> None:
        """Take an object that is known to be without fault."""
        block = self._block
        if block is not None:
            header = block.header
            if (*value,) == header:
                block.rows.append((*value.values(),))
            elif len(value) == len(header) and all(key in value for key in header):
                block.rows.append([value[key] for key in header])
            else:
                self.finish()
                block = None
        if block is None:
            keys = tuple(value)
            block = self._block = Block(self._headers.setdefault(keys, keys), [], [(*value.values(),)], self._problems)
            self._problems = []
        block.lines.append(line)
        if len(block.rows) >= BLOCK_ROWS:
            self.finish()

    def _refuse(self, line: int, code: str, params: dict[str, Any], raw: bytes) -> None:
        """Note a row that could not be read."""
        problems = self._block.problems if self._block is not None else self._problems
        problems.append(RowProblem(line, code, params, (excerpt(raw),)))
        if len(problems) >= BLOCK_ROWS:
            self.finish()

    def finish(self) -> None:
        """Make the block begun ready, or the problems met since the last one."""
        if self._block is not None:
            self._make_ready(self._block)
        elif self._problems:
            self._make_ready(Block((), [], [], self._problems))
            self._problems = []
        self._block = None

    def take(self) -> list[Block]:
        """The blocks that are ready."""
        ready, self.ready = self.ready, []
        return ready

    def _make_ready(self, block: Block) -> None:
        self._rows_read += len(block.rows) + len(block.problems)
        if self._rows_read > self._limits.rows:
            raise Invalid.one("file", "file.too_many_rows", path=self._name, limit=self._limits.rows)
        self.ready.append(block)

    def _fault(self, value: object, raw: bytes) -> tuple[str, dict[str, Any]] | None:
        limits = self._limits
        if not isinstance(value, dict):
            return "json.not_object", {}
        if not value:
            return "json.empty_object", {}
        if len(value) > limits.columns:
            return "json.too_many_keys", {"found": len(value), "limit": limits.columns}
        if len(raw) > limits.field_bytes:
            for key, cell in value.items():
                if isinstance(cell, str) and len(cell) > limits.field_bytes:
                    return "row.field_too_long", {"column": brief(key), "limit": size_text(limits.field_bytes)}
        texts, depth = survey([value])
        if depth > limits.depth:
            return "json.too_deep", {"limit": limits.depth}
        if may_repeat_keys(raw, texts):
            try:
                refuse_repeated_keys(raw)
            except DuplicateKeyError as error:
                return "json.duplicate_key", {"key": brief(error.args[0])}
            except ValueError as error:
                return "json.broken", {"reason": str(error)}
        return None


def excerpt(raw: bytes) -> str:
    """The beginning of a text that could not be read, for a report."""
    return raw[:_SHOWN].decode("utf-8", "backslashreplace")
