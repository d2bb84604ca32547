"""The life of an alert, and the arithmetic of chance: pure rules."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from realty_cli.analytics.alert_states import (
    Policy,
    Reading,
    Standing,
    acknowledge,
    is_other,
    snooze,
    step,
)
from realty_cli.analytics.chances import discoveries, shrunk, tails, two_shares, wilson
from realty_cli.analytics.kinds import AlertState, Severity

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BAD, GOOD = Reading(breach=True, clear=False, value=10), Reading(breach=False, clear=True, value=1)
BETWEEN = Reading(breach=False, clear=False, value=7)


def walk(policy: Policy, *readings: Reading, start: Standing | None = None, every: timedelta = HOUR) -> Standing | None:
    found = start
    for place, reading in enumerate(readings):
        found = step(found, reading, policy, NOW + place * every)
    return found


def state(found: Standing | None) -> str | None:
    return None if found is None else found.state.value


def test_a_condition_has_to_hold_before_it_is_told() -> None:
    policy = Policy(hold=2 * HOUR)
    assert state(walk(policy, BAD)) == "pending"
    assert state(walk(policy, BAD, BAD)) == "pending"
    assert state(walk(policy, BAD, BAD, BAD)) == "firing"
    assert walk(policy, BAD, BAD, GOOD) is None
    assert state(walk(policy, BAD, GOOD, BAD)) == "pending"


def test_it_is_over_when_it_was_clear_for_long_enough() -> None:
    policy = Policy(keep=2 * HOUR)
    assert state(walk(policy, BAD, GOOD, GOOD)) == "firing"
    assert state(walk(policy, BAD, GOOD, BETWEEN, GOOD, GOOD)) == "firing"
    assert state(walk(policy, BAD, GOOD, GOOD, GOOD)) == "resolved"


def test_between_the_bounds_nothing_changes() -> None:
    assert walk(Policy(), BETWEEN, BETWEEN) is None
    assert state(walk(Policy(), BAD, BETWEEN, BETWEEN)) == "firing"


def test_what_comes_back_within_the_cooldown_is_the_same_alert() -> None:
    policy = Policy(cooldown=3 * HOUR)
    again = walk(policy, BAD, GOOD, BAD)
    assert again is not None
    assert (again.state, again.fired) == (AlertState.FIRING, 2)
    over = walk(policy, BAD, GOOD)
    assert over is not None
    assert not is_other(over, again)
    other = step(over, BAD, policy, NOW + 4 * HOUR)
    assert other is not None
    assert is_other(over, other)
    assert other.fired == 1
    held = Policy(hold=HOUR, cooldown=9 * HOUR)
    back = walk(held, BAD, BAD, GOOD, BAD)
    assert state(back) == "pending"
    assert state(step(back, GOOD, held, NOW + 4 * HOUR)) == "resolved"


def test_what_was_seen_is_told_again_only_when_it_gets_worse() -> None:
    fired = walk(Policy(), BAD)
    assert fired is not None
    for quiet in (acknowledge(fired), snooze(fired, NOW + 50 * HOUR)):
        assert step(quiet, replace(BAD, value=12.4), Policy(), NOW + HOUR) == replace(quiet, value=12.4)
        for worse in (replace(BAD, value=12.5), replace(BAD, severity=Severity.CRITICAL)):
            assert state(step(quiet, worse, Policy(), NOW + HOUR)) == "firing"
        assert state(step(quiet, replace(BAD, value=2), Policy(up=False), NOW + HOUR)) == "firing"
    later = snooze(fired, NOW + 2 * HOUR)
    assert state(step(later, BAD, Policy(), NOW + HOUR)) == "snoozed"
    assert state(step(later, BAD, Policy(), NOW + 2 * HOUR)) == "firing"
    assert state(step(later, GOOD, Policy(), NOW + HOUR)) == "resolved"


def test_without_its_subject_it_is_over_at_once() -> None:
    gone = Reading(breach=False, clear=True, gone=True)
    over = walk(Policy(keep=99 * HOUR), BAD, gone)
    assert over is not None
    assert (over.state, over.resolved_reason) == (AlertState.RESOLVED, "gone")


READINGS = st.builds(
    lambda kind, severity, value: Reading(kind == 0, kind == 1, severity, value),
    st.integers(0, 2), st.sampled_from(Severity), st.floats(-100, 100),
)  # fmt: skip
POLICIES = st.builds(
    Policy, *(st.sampled_from([timedelta(), HOUR, 30 * HOUR]) for _ in range(3)), st.booleans()
)  # fmt: skip


class Life(RuleBasedStateMachine):
    """An alert under whatever happens to it: readings, people, and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Standing | None = None
        self.now = NOW
        self.policy = Policy(hold=HOUR, keep=HOUR, cooldown=30 * HOUR)
        self.seen_at: float | None = None

    @rule(reading=READINGS, hours=st.sampled_from([0, 1, 5, 40]))
    def read(self, reading: Reading, hours: int) -> None:
        self.now += hours * HOUR
        before, self.found = self.found, step(self.found, reading, self.policy, self.now)
        assert step(self.found, reading, self.policy, self.now) == self.found, "the same again changes nothing"
        if before is not None and before.state is AlertState.ACKNOWLEDGED and self.found != before:
            assert self.found is not None
            worse = reading.breach and self.found.state is AlertState.FIRING
            assert worse or self.found.state in (AlertState.ACKNOWLEDGED, AlertState.RESOLVED, AlertState.FIRING)
        if self.found is not None and before is not None and not is_other(before, self.found):
            assert self.found.fired >= before.fired

    @rule()
    def see(self) -> None:
        if self.found is not None and self.found.state is AlertState.FIRING:
            self.found = acknowledge(self.found)

    @rule(hours=st.integers(1, 60))
    def put_off(self, hours: int) -> None:
        if self.found is not None and self.found.state in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
            self.found = snooze(self.found, self.now + hours * HOUR)

    @invariant()
    def is_whole(self) -> None:
        found = self.found
        if found is None:
            return
        assert (found.state is AlertState.SNOOZED) == (found.snoozed_until is not None)
        assert (found.resolved_reason is not None) == (found.resolved_at is not None)
        if found.state in (AlertState.FIRING, AlertState.ACKNOWLEDGED, AlertState.SNOOZED):
            assert found.fired > 0
            assert found.fired_at is not None
            assert found.resolved_at is None


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


@settings(max_examples=60)
@given(READINGS, POLICIES, st.lists(READINGS, max_size=6))
def test_a_reading_that_is_repeated_changes_nothing(reading: Reading, policy: Policy, before: list[Reading]) -> None:
    found = walk(policy, *before)
    at = NOW + len(before) * HOUR
    once = step(found, reading, policy, at)
    assert step(once, reading, policy, at) == once


def test_intervals_of_shares() -> None:
    low, high = wilson(7, 9)
    assert (round(low, 3), round(high, 3)) == (0.453, 0.937)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0
    share, low, high = shrunk(8, 8, 0.5)
    assert (round(share, 3), low < share < high) == (0.643, True)
    assert two_shares(30, 100, 10, 100) < 0.001
    assert two_shares(10, 100, 11, 100) > 0.5
    assert two_shares(0, 0, 1, 2) == 1.0


def test_only_what_chance_hardly_explains_is_a_discovery() -> None:
    assert discoveries({"a": 0.001, "b": 0.04, "c": 0.5, "d": 0.9}) == {"a", "b"}
    assert discoveries({"b": 0.04, "c": 0.5, "d": 0.9}) == set()
    assert discoveries({}) == set()


def test_a_halving_is_seen_and_noise_hardly_ever() -> None:
    draw = random.Random(1)

    def weeks(*means: float) -> list[int]:
        """Counts with more spread than Poisson's, as those of agencies are."""
        return [sum(draw.random() < 0.02 for _ in range(int(50 * draw.gammavariate(4, mean / 4)))) for mean in means]

    false = found = 0
    for _ in range(300):
        quiet = tails(weeks(*[8.0] * 30))
        halved = tails(weeks(*[8.0] * 26, *[3.0] * 4))
        assert quiet is not None
        assert halved is not None
        false += quiet[0] < 0.05
        found += halved[0] < 0.05
    assert false <= 300 * 0.06
    assert found >= 300 * 0.6
    assert tails([3] * 29) is None
    assert tails([0] * 30) is None
