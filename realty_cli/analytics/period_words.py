"""A period as people say it."""

from __future__ import annotations

from datetime import date

from realty_cli.analytics.scope import Scope
from realty_cli.kit import formatting
from realty_cli.kit.i18n import Translator
from realty_cli.kit.i18n import mark as _


def in_words(scope: Scope, say: Translator) -> str:
    """A calendar's month, quarter or year by its name; one that has not ended, and any other, by the dates that have
    passed."""
    asked, passed = scope.asked, scope.period
    if not scope.partial:
        if asked.granularity == "month":
            return formatting.month_of_year(asked.first, say.language)
        if asked.granularity == "quarter":
            return say.text(_("Q{quarter} {year}"), quarter=(asked.first.month + 2) // 3, year=asked.first.year)
        if asked.granularity == "year":
            return str(asked.first.year)
    first, last = day(passed.first, say), day(passed.last, say)
    return first if first == last else f"{first} – {last}"


def as_of(scope: Scope, say: Translator) -> str:
    """The day that what stands is told of."""
    return say.text(_("as of {date}"), date=day(scope.period.last, say))


def day(moment: date, say: Translator) -> str:
    return formatting.date(moment, say.language)
