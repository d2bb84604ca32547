"""Metrics as a person sees them: a table of names, values, changes and samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from realty_cli.cli.output import Column, emit_json, literal, new_table, show_table, to_json, write_line
from realty_cli.cli.output import emit as emit_rows
from realty_cli.cli.state import State
from realty_cli.kit.formatting import money, number, percent
from realty_cli.kit.i18n import mark as _

Shown = Mapping[str, Any]
_LARGE = 10_000
_LENGTHS = {"days": _("{n} d"), "hours": _("{n} h"), "months": _("{n} mo")}


def value(state: State, shown: Shown, name: str = "value") -> str:
    """One number of a metric: `value`, `previous`, `ci_low` ...; a dash where there is none."""
    found, unit, language = shown.get(name), shown["unit"], state.language
    if found is None:
        return "—"
    if unit in ("money", "money_per_m2"):
        # Kopecks of a mean of millions are noise.
        exact = abs(found) < _LARGE
        return money(round(found * 100) if exact else round(found) * 100, shown["currency"], language)
    if unit == "ratio":
        return percent(found, language)
    if unit in _LENGTHS:
        return state.say.text(_LENGTHS[unit], n=number(found, language, decimals=1))
    return number(found, language, decimals=1 if unit == "score" else 0)


def change(state: State, shown: Shown) -> str:
    """How much more or less than before: points of a share, per cent of anything else."""
    difference, part = shown.get("change_abs"), shown.get("change_pct")
    if difference is None or not difference:
        return "" if difference is None else "="
    sign = "+" if difference > 0 else "−"
    if shown["unit"] == "ratio":
        points = number(abs(difference) * 100, state.language, decimals=1)
        return state.say.text(_("{sign}{n} pp"), sign=sign, n=points)
    if part is None:
        return state.say.text(_("new"))
    return sign + percent(abs(part), state.language)


class Group(NamedTuple):
    """Metrics that stand together: in a table of their own, and told apart by kind of deal and currency in one file."""

    title: str
    metrics: Sequence[Shown]
    deal_type: str | None = None
    currency: str | None = None


def show(state: State, body: Shown, groups: Sequence[Group], *, footer: str = "") -> None:
    """The answer as JSON where that is asked for, else a table of metrics for each group, with its title. In one table
    for all of them, the last columns say which group a line is of."""
    if state.format in ("json", "jsonl"):
        emit_json(body) if state.format == "json" else write_line(to_json(body))
        return
    rows = [one for group in groups for one in group.metrics]
    compared = body.get("compared") is not None or any("previous" in one for one in rows)
    columns: list[Column] = [
        (_("METRIC"), itemgetter("label"), itemgetter("key")),
        (_("VALUE"), lambda row: value(state, row) + _mark_of(row), itemgetter("value")),
    ]
    if compared:
        columns += [
            (_("BEFORE"), lambda row: value(state, row, "previous"), lambda row: row.get("previous")),
            (_("CHANGE"), lambda row: change(state, row), lambda row: row.get("change_abs")),
        ]
    columns.append((_("OF"), lambda row: str(row["n"]), itemgetter("n")))
    if state.format in ("csv", "tsv", "md"):
        columns += [
            (_("DEAL TYPE"), itemgetter("deal_type"), itemgetter("deal_type")),
            (_("CURRENCY"), itemgetter("currency"), itemgetter("currency")),
        ]
        emit_rows(state, body, columns, [
            {**one, "deal_type": group.deal_type or "", "currency": one.get("currency") or group.currency or ""}
            for group in groups for one in group.metrics
        ])  # fmt: skip
        return
    for group in groups:
        table = new_table([state.say.text(heading) for heading, _show, _raw in columns], group.title)
        for row in group.metrics:
            table.add_row(*[literal(cell(row)) for _heading, cell, _raw in columns])
        show_table(table)
    if "scope" in body and body["scope"]["rows"] != "agency":
        state.tell(_("Rows: {whose}"), whose=body["scope"]["text"])
    if any(one["low_sample"] and one["value"] is not None for one in rows):
        state.tell(_("* of few: no ground for a conclusion"))
    if footer:
        state.tell(footer)


def period(state: State, shown: Shown) -> str:
    """A period by its dates."""
    from realty_cli.kit.formatting import date as day

    first, last = date.fromisoformat(shown["first_date"]), date.fromisoformat(shown["last_date"])
    return f"{day(first, state.language)} – {day(last, state.language)}"


def metrics_of(block: Shown) -> list[Shown]:
    """The metrics that stand in a block, in its order."""
    return [one for one in block.values() if isinstance(one, Mapping) and "good_when" in one]


def _mark_of(shown: Shown) -> str:
    return " *" if shown["low_sample"] and shown["value"] is not None else ""
