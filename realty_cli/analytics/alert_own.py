"""What accounts have set: other figures for the rules that everybody has, and bounds of metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from realty_cli.analytics.alert_kinds import Rule
from realty_cli.analytics.alert_record import THRESHOLD
from realty_cli.analytics.alert_rules import METRIC, RULES
from realty_cli.analytics.catalogue import METRICS
from realty_cli.analytics.kinds import AlertOperator, MetricUnit, Severity
from realty_cli.kit.i18n import mark as _
from realty_cli.store.database import Connection

#: Thresholds by account and by the key of their rule, `metric:<id>` for bounds of metrics.
Own = Mapping[int, Mapping[str, dict[str, Any]]]
_MONEY = frozenset({MetricUnit.MONEY, MetricUnit.MONEY_PER_M2})
_FALLS = frozenset({AlertOperator.LT, AlertOperator.LTE, AlertOperator.CHANGE_LT})


def own_of(db: Connection) -> defaultdict[int, dict[str, dict[str, Any]]]:
    """Everybody's thresholds."""
    found: defaultdict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in db.all(f"SELECT {THRESHOLD.select} FROM alert_thresholds p WHERE p.deleted_at IS NULL ORDER BY p.id"):
        state = THRESHOLD.state(row)
        found[state["owner_id"]][key_of(state)] = state
    return found


def key_of(state: Mapping[str, Any]) -> str:
    return f"{METRIC}:{state['id']}" if state["rule"] == METRIC else str(state["rule"])


def rule_for(key: str, own: Mapping[str, dict[str, Any]]) -> Rule | None:
    """The rule of a key as an account has it; None for one that is no more."""
    said = own.get(key)
    if key in RULES:
        return effective(RULES[key], said)
    return None if said is None else effective(metric_rule(said), said)


def metric_rule(said: Mapping[str, Any]) -> Rule:
    """A bound that somebody set, as a rule."""
    operator = AlertOperator(said["operator"])
    rule = Rule(
        key_of(said), _("A bound that you set"), _("{label}: {shown}, {bound} was set"), "realty analytics alerts list",
        MetricUnit.COUNT, said["value"] or 0.0, up=operator not in _FALLS, daily=True,
    )  # fmt: skip
    if operator is AlertOperator.ANOMALY:
        return replace(rule, severity=Severity.INFO, up=False, shows={"shown": "number", "bound": "percent"})
    known = METRICS.get(said["metric"])
    unit = MetricUnit.COUNT if known is None else known.unit
    share = unit is MetricUnit.RATIO or operator in (AlertOperator.CHANGE_GT, AlertOperator.CHANGE_LT)
    written = "percent" if share else "money" if unit in _MONEY else "number"
    return replace(rule, shows={"shown": written, "bound": written})


def effective(rule: Rule, said: Mapping[str, Any] | None) -> Rule:
    """A rule with what an account has said otherwise. Where its bound passes what everybody's severity rises or
    everybody's alert clears at, these give way to it."""
    if said is None:
        return rule
    changes: dict[str, Any] = {
        name: said[name] for name in ("value", "severe_value", "clear_value", "min_n") if said[name] is not None
    }
    if said["severity"] is not None:
        changes["severity"] = Severity(said["severity"])
    for name, unit in (("hold", "hold_minutes"), ("keep", "keep_minutes")):
        if said[unit] is not None:
            changes[name] = timedelta(minutes=said[unit])
    if said["cooldown_days"] is not None:
        changes["cooldown"] = timedelta(days=said["cooldown_days"])
    if not said["quiet_hours"]:
        changes["urgent"] = True
    his = replace(rule, **changes)
    passed: dict[str, Any] = {name: None for name in misplaced(his) if said[name] is None}
    return replace(his, **passed)


def misplaced(rule: Rule) -> list[str]:
    """Which figures of a rule cannot be: what clears lies on the safe side of the bound, what is worse beyond it."""
    given = {name: getattr(rule, name) for name in ("clear_value", "severe_value")}
    return [
        name
        for name, value in given.items()
        if value is not None and value != rule.value and (value < rule.value) != (rule.up == (name == "clear_value"))
    ]


def loosest(rule: Rule, mine: Own) -> Rule:
    """The rule with the bound and the least sample that let through whatever anybody has to be told of."""
    bounds = [rule.loosest]
    bounds += [effective(rule, said).loosest for own in mine.values() if (said := own.get(rule.key)) is not None]
    least = min(effective(rule, own.get(rule.key)).min_n for own in ({}, *mine.values()))
    return replace(rule, value=min(bounds) if rule.up else max(bounds), clear_value=None, min_n=least)
