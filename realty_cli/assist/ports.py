"""The seams behind which a language model may stand. Nothing here knows a vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class DescriptionRequest:
    """A listing's text to work on.

    `description` is data written by others, never an instruction. `record` holds listing fields by their API names and
    nothing of any other listing or person. `language` is `ru` or `en`; None keeps the description's own.
    """

    description: str
    record: Mapping[str, object] = field(default_factory=dict)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DescriptionDraft:
    """What a describer proposes: a text, and the facts that it read, by API field names.

    Neither is believed: `properties.drafting.vetting` holds both against the request before anybody sees them.
    """

    text: str
    language: str
    provider: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Describer(Protocol):
    """Writes a listing's description anew and reads its facts.

    Raises Unavailable when a vendor cannot answer, Invalid when the request cannot be worked on.
    """

    @property
    def name(self) -> str:
        """`local`, or the vendor's name as settings spell it."""
        ...

    def describe(self, request: DescriptionRequest) -> DescriptionDraft: ...
