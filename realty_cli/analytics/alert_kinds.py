"""What a rule is and what it finds, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from realty_cli.analytics.alert_states import Policy, Reading
from realty_cli.analytics.kinds import MetricUnit, Severity

_RAISED = {Severity.INFO: Severity.WARNING, Severity.WARNING: Severity.CRITICAL, Severity.CRITICAL: Severity.CRITICAL}


@dataclass(frozen=True)
class Rule:
    """One rule. `title` and `message` are marked for translation; `message` and `command` are filled with the facts of
    what is found, and with `id`, the number of the subject."""

    key: str
    title: str
    message: str
    command: str
    unit: MetricUnit
    value: float
    """The bound: told from it on (upwards, or downwards where `up` is false)."""
    severity: Severity = Severity.WARNING
    severe_value: float | None = None
    """Where the severity rises by one, or to `severest`."""
    severest: Severity | None = None
    clear_value: float | None = None
    """Where it is over; the bound itself where there is none."""
    up: bool = True
    hold: timedelta = timedelta()
    keep: timedelta = timedelta()
    cooldown: timedelta = timedelta(days=7)
    min_n: int = 0
    daily: bool = False
    """A rule about figures: tried once a day, and never critical."""
    urgent: bool = False
    """Told in the quiet hours too."""
    shows: Mapping[str, str] = field(default_factory=dict)
    """How facts are written: money, date, moment, percent, hours, number; as they are, where nothing is said."""

    @property
    def policy(self) -> Policy:
        return Policy(self.hold, self.keep, self.cooldown, self.up)

    @property
    def loosest(self) -> float:
        """What has to be looked at: what breaks the bound, and what is not clear of it yet."""
        if self.clear_value is None:
            return self.value
        return min(self.value, self.clear_value) if self.up else max(self.value, self.clear_value)


class Finding(NamedTuple):
    """Something that a rule looks at, beyond its bound or near it. `breach` and `clear` stand where a rule decides by
    more than the one value."""

    owner_id: int
    subject_type: str
    subject_id: int | None
    value: float | None
    facts: Mapping[str, Any]
    impact: float = 0.0
    """Roubles at stake, roughly: decides what is told first, and is shown to nobody."""
    severity: Severity | None = None
    breach: bool | None = None
    clear: bool | None = None
    threshold_id: int | None = None
    part: str = ""
    """Tells apart what one rule says of one subject."""
    sample: int | None = None
    """What it rests on, where a rule asks for a least sample."""
    over: float | None = None
    """The value by which it is over, where that is another one."""


#: Nothing was found: what was told of is over.
CLEAR = Reading(breach=False, clear=True)


def reads(rule: Rule, found: Finding) -> Reading:
    """What a finding says, by the bounds of a rule."""
    breach, clear = found.breach, found.clear
    if breach is None:
        breach = beyond(rule, found.value, rule.value)
    if clear is None:
        value = found.value if found.over is None else found.over
        clear = not breach if rule.clear_value is None else _is_safe(rule, value, rule.clear_value)
    severity = found.severity or rule.severity
    if found.severity is None and rule.severe_value is not None and beyond(rule, found.value, rule.severe_value):
        severity = rule.severest or _RAISED[severity]
    return Reading(breach=breach, clear=clear and not breach, severity=severity, value=found.value)


def beyond(rule: Rule, value: float | None, bound: float) -> bool:
    if value is None:
        return False
    return value >= bound if rule.up else value <= bound


def _is_safe(rule: Rule, value: float | None, bound: float) -> bool:
    if value is None:
        return True
    return value <= bound if rule.up else value >= bound


def fingerprint(rule: str, found: Finding) -> str:
    """What an alert is known by: one open one of a rule and a subject."""
    parts = [rule, found.subject_type, "" if found.subject_id is None else str(found.subject_id), found.part]
    return ":".join(part for part in parts if part)
