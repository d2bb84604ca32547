"""The analysis of a description as a person reads it."""

from __future__ import annotations

from typing import Any

from realty_cli.cli.listing_view import WORDS
from realty_cli.cli.output import clean, emit_json, pairs, write_line
from realty_cli.cli.state import State


def show_analysis(state: State, body: dict[str, Any]) -> None:
    """Facts, contradictions, what is missing, wording, and the suggested text."""
    if state.format in ("json", "jsonl"):
        emit_json(body)
        return
    say = state.say.text
    facts = [(name, _value(state, one["value"])) for name, one in body["extracted"].items()]
    if facts:
        pairs(state, facts, facts, title=say("In the text"))
    _list(state, say("Contradictions with the record"), [one["message"] for one in body["contradictions"]])
    score = body["completeness"]["score"]
    missing = [say("missing." + name) for name in body["completeness"]["missing"]]
    shown = [text.removeprefix("missing.").replace("_", " ") for text in missing]
    write_line(f"\n{say('Complete')}: {score} %" + (f". {say('Missing')}: {', '.join(shown)}" if shown else ""))
    _list(state, say("Wording"), [one["message"] for one in body["problems"]])
    write_line(f"\n{say('Suggested text')}:\n{clean(body['suggested_text'], lines=True)}")


def _value(state: State, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(state, one) for one in value)
    if isinstance(value, bool):
        return state.say.text("yes") if value else state.say.text("no")
    return state.say.text(WORDS[value]) if value in WORDS else str(value)


def _list(state: State, title: str, lines: list[str]) -> None:
    if lines:
        write_line(f"\n{title}:")
        for line in lines:
            write_line(f"  - {clean(line)}")
