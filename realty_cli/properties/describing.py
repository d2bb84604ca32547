"""The analysis of a description as API and command line answer it, with any describer behind the seam."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.assist.ports import Describer, DescriptionRequest
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.kit.messages import message
from realty_cli.properties.drafting.analysis import analyse
from realty_cli.properties.drafting.local import LocalDescriber
from realty_cli.properties.drafting.vetting import unsupported
from realty_cli.properties.service import PropertyService


class DescriptionService:
    """Reads and drafts texts of listings. The local describer is the default; it needs no network and no key."""

    def __init__(self, properties: PropertyService, describer: Describer | None = None) -> None:
        self._properties = properties
        self._describer: Describer = describer or LocalDescriber()

    def analyze(
        self, *, description: str | None = None, listing: int | None = None, language: str = "en"
    ) -> dict[str, Any]:
        """Facts in a text, contradictions with the record, what is missing, wording, and a suggested text.

        Give a description, or a listing whose record it is held against, or both.
        """
        require(self._properties.actor, Act.PROPERTY_READ)
        record: dict[str, Any] = {}
        if listing is not None:
            record = self._properties.get(listing)
            record["photos_count"] = len(record.pop("photos"))
            description = record["description"] if description is None else description
        if description is None and listing is None:
            raise Invalid.one("description", "required")
        text = description or ""
        # A listing without a text gets one in the language of its agent.
        found = analyse(text, record, None if text.strip() else self._properties.actor.language)
        suggested = found.suggested_text
        if self._describer.name != "local":
            request = DescriptionRequest(text, _shareable(record))
            draft = self._describer.describe(request)
            # A model's text is shown only if every fact in it stands in the text or the record.
            suggested = suggested if unsupported(draft, request) else draft.text
        return {
            "listing_id": listing,
            "provider": self._describer.name,
            "language": found.language,
            "extracted": {
                name: {"value": one.value, "note": one.note, "evidence": [span.text for span in one.evidence]}
                for name, one in found.extracted.items()
            },
            "contradictions": [
                {
                    "field": one.field,
                    "said": one.said,
                    "recorded": one.recorded,
                    "evidence": one.evidence,
                    "code": one.code,
                    "message": message("contradiction", language, said=one.said, recorded=one.recorded),
                }
                for one in found.contradictions
            ],
            "completeness": {
                "score": found.completeness.score,
                "missing": list(found.completeness.missing),
                "parts": [
                    {"name": part.name, "weight": part.weight, "earned": part.earned, "found_in": part.found_in}
                    for part in found.completeness.parts
                ],
            },
            "problems": [
                {
                    "code": one.code,
                    "message": message(one.code, language, **{**one.params, "evidence": one.evidence}),
                    "start": one.start,
                    "end": one.end,
                    "evidence": one.evidence,
                    "suggestion": one.suggestion,
                }
                for one in found.problems
            ],
            "suggested_text": suggested,
        }


def _shareable(record: Mapping[str, Any]) -> dict[str, Any]:
    """What of a record may leave the machine: nothing that says who somebody is."""
    private = {"contact_name", "contact_phone", "owner_id", "client_id", "flat", "attributes"}
    return {name: value for name, value in record.items() if name not in private}
