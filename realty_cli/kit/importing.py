"""What an import of any kind of object says: an outcome a row, counts, and the rejected rows as a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit.messages import message

#: Columns that we add to the file of rejected rows; they are not read back.
REASON_COLUMNS = ("realty_line", "realty_reason")
MOST_OUTCOMES = 100_000
_MOST_ALIASES = 1 << 20
#: Files larger than this are read by a process of their own; below, starting it costs more than it saves.
LARGE_FILE = 4 << 20


class Prepared(NamedTuple):
    """A row of a file that cannot be taken, with the problems that reject it."""

    line: int
    cells: Sequence[object] = ()
    header: tuple[str, ...] = ()
    problems: Sequence[FieldProblem] = ()


@dataclass(slots=True)
class Outcome:
    line: int
    outcome: str
    id: int | None = None
    problems: Sequence[FieldProblem] = ()


@dataclass(slots=True)
class Report:
    """What an import did, with every outcome but created and unchanged."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    in_bin: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    warnings: list[tuple[int, FieldProblem]] = field(default_factory=list)
    """Line and reason of values that were kept as attributes, cut, or taken with a doubt."""
    import_id: int | None = None

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to what."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
        }

    def body(self, language: str) -> dict[str, Any]:
        """As API and `--json` answer it."""
        return {
            "import_id": self.import_id,
            **self.counts,
            "rows": [
                {
                    "line": one.line,
                    "outcome": one.outcome,
                    "id": one.id,
                    "errors": [
                        {"field": p.field, "code": p.code, "message": message(p.code, language, **p.params)}
                        for p in one.problems
                    ],
                }
                for one in sorted(self.outcomes, key=lambda one: one.line)
            ],
            "warnings": [
                {"line": line, "field": p.field, "code": p.code, "message": message(p.code, language, **p.params)}
                for line, p in self.warnings
            ],
        }


def read_aliases(path: Path) -> dict[str, list[str]]:
    """A user's own table of headers: `field = ["Header", ...]`, TOML."""
    if path.exists() and not path.is_file():
        raise Invalid.one("--aliases", "file.not_regular", path=str(path))
    if path.exists() and path.stat().st_size > _MOST_ALIASES:
        raise Invalid.one("--aliases", "file.too_large", path=str(path), limit=f"{_MOST_ALIASES >> 20} MiB")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid.one("--aliases", "aliases.unreadable", path=str(path), reason=str(error)) from error
    found: dict[str, list[str]] = {}
    for name, headers in data.items():
        if isinstance(headers, str):
            headers = [headers]
        if not isinstance(headers, list) or not all(isinstance(one, str) for one in headers):
            raise Invalid.one("--aliases", "aliases.shape", name=name)
        found[name] = headers
    return found


def rejected_rows(bad: Sequence[Prepared], language: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Rejected rows as a file: the columns they came with, then their line and the reason."""
    names = list(dict.fromkeys(name for row in bad for name in row.header if name not in REASON_COLUMNS))

    def lines() -> Iterator[list[Any]]:
        for row in bad:
            cells = dict(zip(row.header, row.cells, strict=False))
            why = "; ".join(f"{p.field}: {message(p.code, language, **p.params)}" for p in row.problems)
            yield [*(cells.get(name, "") for name in names), row.line, why]

    return [*names, *REASON_COLUMNS], lines()
