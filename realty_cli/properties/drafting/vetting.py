"""Holding a draft against what was asked: a model writes well-formed nonsense, and a listing must not carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from realty_cli.assist.ports import DescriptionDraft, DescriptionRequest
from realty_cli.properties.drafting.contradictions import agrees
from realty_cli.properties.drafting.extraction import extract
from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.source import Source

#: What a draft may say though nobody has: how it counts rooms or names its deal follows from the rest.
_FREE = frozenset({"bedrooms", "currency"})


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A fact of the draft that neither the description nor the record holds. `evidence` is empty for a listed fact."""

    field: str
    value: Any
    evidence: str


def unsupported(draft: DescriptionDraft, request: DescriptionRequest) -> list[Unsupported]:
    """Every fact in the draft's text or list of facts that the request does not bear out.

    An empty list means that the draft may be shown. Raises Invalid (`text.too_long`) for texts above the limit.
    """
    ours = extract(Source(request.description))
    found: list[Unsupported] = []
    for field, said in extract(Source(draft.text)).items():
        for value, evidence in _values(said):
            if not _borne_out(field, value, said.note, ours, request):
                found.append(Unsupported(field, value, evidence))
    for field, value in draft.facts.items():
        for single in value if isinstance(value, list | tuple) else (value,):
            known = any(one.field == field and one.value == single for one in found)
            if single is not None and not known and not _borne_out(field, single, None, ours, request):
                found.append(Unsupported(field, single, ""))
    return found


def _values(finding: Finding) -> list[tuple[Any, str]]:
    if isinstance(finding.value, list):
        return [(value, span.text) for value, span in zip(finding.value, finding.evidence, strict=True)]
    return [(finding.value, finding.evidence[0].text if finding.evidence else "")]


def _borne_out(field: str, value: Any, note: str | None, ours: dict[str, Finding], request: DescriptionRequest) -> bool:
    if field in _FREE:
        return True
    recorded = request.record.get("contact_phone" if field == "phones" else field)
    if recorded is not None and recorded != "":
        if isinstance(recorded, list | tuple | set) and value in recorded:
            return True
        if agrees(field, Finding(value, (), note), recorded):
            return True
    said = ours.get(field)
    if said is None:
        return False
    if isinstance(said.value, list):
        return value in said.value
    return agrees(field, Finding(value, (), note), said.value)
