"""Counting requests."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.api.limits import WINDOW, Counters


def test_what_is_left_and_until_when() -> None:
    counters = Counters()
    assert [counters.step("anna", 3, 120.0).remaining for _ in range(5)] == [2, 1, 0, -1, -2]
    assert counters.look("anna", 3, 130.0).remaining == -2
    standing = counters.step("boris", 3, 130.0)
    assert (standing.remaining, standing.reset) == (2, 50)
    assert standing.policy == '"default";q=3;w=60'
    assert standing.header == '"default";r=2;t=50'
    assert counters.look("anna", 3, 180.0).remaining == 3
    assert counters.step("anna", 3, 179.9).header == '"default";r=0;t=1'


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3)), max_size=200))
def test_counts_are_those_of_a_dictionary(steps: list[tuple[str, int]]) -> None:
    """In order of time, as a server meets them."""
    counters = Counters()
    known: dict[tuple[str, int], int] = {}
    for subject, window in sorted(steps, key=lambda step: step[1]):
        known[subject, window] = known.get((subject, window), 0) + 1
        left = counters.step(subject, 1_000, window * WINDOW + 1.0).remaining
        assert left == 1_000 - known[subject, window]
    counters.close()


def test_many_strangers_do_not_forget_one_who_asks_much() -> None:
    counters = Counters()
    for _ in range(50):
        counters.step("busy", 10, 0.0)
    for number in range(100_000):
        counters.step(f"stranger {number}", 10, 0.0)
    assert counters.look("busy", 10, 0.0).remaining == -40


def _steps(path: Path) -> None:
    counters = Counters(path)
    for _ in range(500):
        counters.step("shared", 10_000, 60.0)


def test_workers_count_together(tmp_path: Path) -> None:
    path = tmp_path / "run" / "limits"
    counters = Counters(path)
    assert path.stat().st_mode & 0o777 == 0o600
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        worker = context.Process(target=_steps, args=(path,))
        worker.start()
        worker.join()
    assert counters.look("shared", 10_000, 60.0).remaining == 9_000


@pytest.mark.parametrize("subject", ["", "я" * 5_000, "\udcff"])
def test_any_subject(subject: str) -> None:
    assert Counters().step(subject, 5, 0.0).remaining == 4
