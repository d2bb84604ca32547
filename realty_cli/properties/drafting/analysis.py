"""The one door: a description and, if there is one, its record go in; all that can be said about them comes out."""

from __future__ import annotations

from collections.abc import Mapping

from realty_cli.properties.drafting.completeness import assess
from realty_cli.properties.drafting.contradictions import contradictions
from realty_cli.properties.drafting.extraction import extract_with
from realty_cli.properties.drafting.findings import Analysis
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.vocabulary import BLAMED, by_category, listing_phrases
from realty_cli.properties.drafting.wording import problems
from realty_cli.properties.drafting.writing import suggest

LANGUAGES = ("ru", "en")


def analyse(description: str, record: Mapping[str, object] | None = None, language: str | None = None) -> Analysis:
    """Read a listing's text; without a network, a model or a store.

    `record` holds listing fields by their names in the API (`price` in major units, areas in square metres) and, if
    known, `photos_count`. `language` is that of the suggested text: `ru` or `en`, by default the description's own.
    Raises Invalid (`text.too_long` with `limit` and `length`) for a text of more than 20,000 characters.
    """
    source = Source(description)
    hits = by_category(listing_phrases().hits(source))
    known = dict(record or {})
    extracted = extract_with(source, hits)
    disagreements = contradictions(source, extracted, known)
    names = [
        (span.start, span.end)
        for field in ("street", "metro")
        if field in extracted
        for span in extracted[field].evidence
    ]
    blamed = problems(source, [hit for name in BLAMED for hit in hits.get(name, ())], names)
    written_in = language if language in LANGUAGES else source.language
    return Analysis(
        language=source.language,
        extracted=extracted,
        contradictions=tuple(disagreements),
        completeness=assess(extracted, hits.get("topic", ()), known),
        problems=tuple(blamed),
        suggested_text=suggest(source, written_in, extracted, known, disagreements, blamed),
    )
