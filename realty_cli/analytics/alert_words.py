"""What an alert says, in a reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from babel.dates import get_month_names

from realty_cli.analytics.alert_kinds import Rule
from realty_cli.kit import formatting
from realty_cli.kit.i18n import translator

#: Facts that are a sentence's words and are translated themselves.
WORDS = frozenset({"what", "label"})


def title(rule: Rule, language: str) -> str:
    return translator(language).text(rule.title)


def message(rule: Rule, alert: Mapping[str, Any], zone: tzinfo, language: str) -> str:
    """The sentence with the facts of an alert in it."""
    return translator(language).text(rule.message, **_facts(rule, alert, zone, language))


def command(rule: Rule, alert: Mapping[str, Any]) -> str:
    """What acts on it, for this shell."""
    facts = {"id": alert["subject_id"], **alert["facts"]}
    names = {name: value for name, value in facts.items() if isinstance(value, int)}
    return translator("en").text(rule.command, **names)


def _facts(rule: Rule, alert: Mapping[str, Any], zone: tzinfo, language: str) -> dict[str, Any]:
    say = translator(language)
    facts = {"value": alert["value"], "id": alert["subject_id"], **alert["facts"]}
    shown = {name: say.text(value) if name in WORDS else value for name, value in facts.items()}
    for name, kind in rule.shows.items():
        if name in shown:
            shown[name] = written(kind, shown[name], facts.get("currency"), zone, language)
    return shown


def written(kind: str, value: Any, currency: str | None, zone: tzinfo, language: str) -> str:
    """A value as its kind is written."""
    if value is None:
        return formatting.NOTHING
    if kind == "money":
        return formatting.compact_money(value * 100, currency or "RUB", language)
    if kind == "date":
        return formatting.date(date.fromisoformat(value), language)
    if kind == "moment":
        return formatting.datetime(datetime.fromisoformat(value), zone, language)
    if kind == "month":
        return str(get_month_names("wide", "stand-alone", language)[int(value)])
    if kind == "percent":
        return formatting.percent(value, language)
    if kind == "hours":
        return formatting.duration(round(value * 60) * 60, language)
    if kind == "days":
        return translator(language).plural("{n} day", "{n} days", int(value))
    return formatting.number(value, language, decimals=1)
