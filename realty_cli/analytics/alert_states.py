"""The life of an alert: a pure rule over what stood, what is read now, and the clock.

`step` is idempotent: the same reading at the same moment changes nothing a second time. Between the bound and the value
that clears it nothing changes either, so a figure that trembles at its bound is told of once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from realty_cli.analytics.kinds import AlertState, Severity

#: How much worse a value must be to be told of again, by its share of the value that somebody has seen.
WORSE = 0.25
_ORDER = {Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


@dataclass(frozen=True, slots=True)
class Policy:
    """`hold`: how long a condition must hold before it is told; `keep`: how long it must be clear to be over;
    `cooldown`: what comes back within it is the same alert. `up`: greater is worse."""

    hold: timedelta = timedelta()
    keep: timedelta = timedelta()
    cooldown: timedelta = timedelta(days=7)
    up: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule says of a subject: beyond the bound (`breach`), on the safe side of what clears it (`clear`), or
    neither. `gone`: there is no such subject any more."""

    breach: bool
    clear: bool
    severity: Severity = Severity.WARNING
    value: float | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert as it stands. `known_*` is what it was when somebody acknowledged it or put it off; `fired` counts how
    often it came up."""

    state: AlertState
    severity: Severity
    value: float | None
    since: datetime
    fired_at: datetime | None = None
    snoozed_until: datetime | None = None
    known_value: float | None = None
    known_severity: Severity | None = None
    clear_since: datetime | None = None
    resolved_at: datetime | None = None
    resolved_reason: str | None = None
    fired: int = 0


#: Why an alert was resolved.
CLEARED, GONE = "cleared", "gone"


def step(before: Standing | None, reading: Reading, policy: Policy, now: datetime) -> Standing | None:
    """How an alert stands now; None where there is none (any more). What comes back after the cooldown is another
    alert, with `fired` at nought again."""
    if before is None or (before.state is AlertState.RESOLVED and _is_cold(before, policy, now)):
        return _begin(None, reading, policy, now) if reading.breach else before
    if before.state is AlertState.RESOLVED:
        return _begin(before, reading, policy, now) if reading.breach else before
    if before.state is AlertState.PENDING:
        return _pending(before, reading, policy, now)
    return _open(before, reading, policy, now)


def is_other(before: Standing, after: Standing) -> bool:
    """Whether what stands after is a new alert beside a resolved one, and not the same brought back."""
    if before.state is not AlertState.RESOLVED or after.state is AlertState.RESOLVED:
        return False
    return after.fired == 0 or (after.state is AlertState.FIRING and after.fired == 1)


def acknowledge(before: Standing) -> Standing:
    """Somebody has seen it: it is quiet until it gets worse."""
    return replace(
        before, state=AlertState.ACKNOWLEDGED, known_value=before.value, known_severity=before.severity,
        snoozed_until=None,
    )  # fmt: skip


def snooze(before: Standing, until: datetime) -> Standing:
    """Somebody has put it off: it is quiet until then, or until it gets worse."""
    return replace(
        before, state=AlertState.SNOOZED, known_value=before.value, known_severity=before.severity,
        snoozed_until=until,
    )  # fmt: skip


def _is_cold(before: Standing, policy: Policy, now: datetime) -> bool:
    return before.resolved_at is None or now - before.resolved_at >= policy.cooldown


def _begin(before: Standing | None, reading: Reading, policy: Policy, now: datetime) -> Standing:
    if before is None:
        begun = Standing(AlertState.PENDING, reading.severity, reading.value, now)
    else:
        begun = replace(
            before, state=AlertState.PENDING, severity=reading.severity, value=reading.value, since=now,
            clear_since=None,
        )  # fmt: skip
    return begun if policy.hold > timedelta() else _fire(begun, now)


def _pending(before: Standing, reading: Reading, policy: Policy, now: datetime) -> Standing | None:
    if reading.gone or not reading.breach:
        return replace(before, state=AlertState.RESOLVED) if before.resolved_at is not None else None
    told = replace(before, severity=reading.severity, value=reading.value)
    return _fire(told, now) if now - before.since >= policy.hold else told


def _fire(before: Standing, now: datetime) -> Standing:
    return replace(
        before, state=AlertState.FIRING, fired_at=now, fired=before.fired + 1, snoozed_until=None, known_value=None,
        known_severity=None, clear_since=None, resolved_at=None, resolved_reason=None,
    )  # fmt: skip


def _open(before: Standing, reading: Reading, policy: Policy, now: datetime) -> Standing:
    if reading.gone:
        return _resolve(before, GONE, now)
    if reading.clear and not reading.breach:
        cleared = before if before.clear_since is not None else replace(before, clear_since=now)
        assert cleared.clear_since is not None
        return _resolve(cleared, CLEARED, now) if now - cleared.clear_since >= policy.keep else cleared
    after = replace(before, clear_since=None, value=reading.value)
    if reading.breach:  # between the two bounds the severity stays what it was
        after = replace(after, severity=reading.severity)
    if before.state is AlertState.FIRING:
        return after
    ended = before.state is AlertState.SNOOZED and before.snoozed_until is not None and now >= before.snoozed_until
    return _fire(after, now) if ended or is_worse(after, policy) else after


def is_worse(alert: Standing, policy: Policy) -> bool:
    """Whether it is worse than what somebody has seen: in severity, or by a quarter of the value."""
    if alert.known_severity is not None and _ORDER[alert.severity] > _ORDER[alert.known_severity]:
        return True
    if alert.value is None or alert.known_value is None:
        return False
    more = alert.value - alert.known_value if policy.up else alert.known_value - alert.value
    return more > 0 and more >= WORSE * abs(alert.known_value)


def _resolve(before: Standing, reason: str, now: datetime) -> Standing:
    return replace(
        before, state=AlertState.RESOLVED, resolved_at=now, resolved_reason=reason, clear_since=None,
        snoozed_until=None, known_value=None, known_severity=None,
    )  # fmt: skip
