"""The describer that is always there: rules, no network, no model."""

from __future__ import annotations

from realty_cli.assist.ports import DescriptionDraft, DescriptionRequest
from realty_cli.properties.drafting.analysis import LANGUAGES, analyse


class LocalDescriber:
    """Fills the Describer port with the analysis of this package. Needs nothing."""

    name = "local"

    def describe(self, request: DescriptionRequest) -> DescriptionDraft:
        """Raises Invalid (`text.too_long`) for a description above the limit."""
        analysis = analyse(request.description, request.record, request.language)
        language = request.language if request.language in LANGUAGES else analysis.language
        return DescriptionDraft(analysis.suggested_text, language or analysis.language, self.name, analysis.facts)
