"""What reading a description yields, as plain values that JSON can carry."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text as it was sent: `raw[start:end] == text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact found in the text. `value` is a number, a name, a flag, or a list of names.

    `note` says how it is to be taken when the text leaves room: `bedrooms` (rooms counted as English ads count them),
    `ground` (the ground floor), `range` (the upper end of a range), `inferred` (follows from another fact).
    """

    value: Any
    evidence: tuple[Span, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The text says one thing, the record another. `code` is `contradiction.<field>`."""

    field: str
    said: Any
    recorded: Any
    evidence: str
    code: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the wording. `suggestion` is the text to put in place of `evidence`, empty to leave it out."""

    code: str
    start: int
    end: int
    evidence: str
    suggestion: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a buyer or tenant asks. `found_in` is `record`, `text`, or None while nobody has said it."""

    name: str
    weight: int
    earned: int
    found_in: str | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """`score` is 0 to 100; `missing` lists the names of parts not answered, the most asked first."""

    score: int
    parts: tuple[Part, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The whole answer about one description."""

    language: str
    extracted: dict[str, Finding]
    contradictions: tuple[Contradiction, ...]
    completeness: Completeness
    problems: tuple[Problem, ...]
    suggested_text: str

    @property
    def facts(self) -> dict[str, Any]:
        """The extracted values alone."""
        return {name: finding.value for name, finding in self.extracted.items()}

    def to_dict(self) -> dict[str, Any]:
        """Nested dictionaries and lists of simple values."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
