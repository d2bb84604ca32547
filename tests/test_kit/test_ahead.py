"""Reading ahead, in a thread and in a process: the same items, the same errors, nothing left running."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from realty_cli.errors import Conflict, Invalid, RealtyError, Unavailable
from realty_cli.kit.ahead import Child, ahead, can_fork

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
# pytest itself may run threads; the program forks before it starts any.
quiet = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def numbers(count: int) -> Iterator[int]:
    yield from range(count)


def failing(error: Exception) -> Iterator[int]:
    yield 1
    raise error


def test_a_thread_gives_the_same_items_in_order() -> None:
    assert list(ahead(numbers(500))) == list(range(500))


def test_an_error_of_the_thread_is_raised_in_its_place() -> None:
    got = []
    with pytest.raises(Conflict) as raised:
        for item in ahead(failing(Conflict("file.exists", path="x"))):
            got.append(item)
    assert got == [1]
    assert raised.value.params == {"path": "x"}


def test_the_thread_ends_when_the_caller_stops_early() -> None:
    for item in ahead(numbers(10**9)):
        if item == 5:
            break
    deadline = time.monotonic() + 10
    while any(thread.name == "realty-ahead" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@forks
@quiet
def test_a_process_gives_the_same_items_in_order() -> None:
    child = Child(numbers(5_000))
    assert list(ahead(child)) == list(range(5_000))
    child.close()


@forks
@quiet
@pytest.mark.parametrize(
    "error",
    [
        Invalid.one("header", "import.no_columns", headers="a, b"),
        Unavailable("disk.full", path="/x"),
        RealtyError("busy"),
        ValueError("plain"),
    ],
)
def test_an_error_comes_back_from_the_process_whole(error: Exception) -> None:
    child = Child(failing(error))
    with pytest.raises(type(error)) as raised:
        list(child)
    child.close()
    assert raised.value.args == error.args
    assert getattr(raised.value, "fields", None) == getattr(error, "fields", None)
    assert getattr(raised.value, "params", None) == getattr(error, "params", None)


@forks
@quiet
def test_a_process_that_is_killed_is_told_of() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(1 << 20)

    child = Child(endless())
    items = iter(child)
    next(items)
    os.kill(child._pid, signal.SIGKILL)
    with pytest.raises(Unavailable) as raised:
        for _ in items:
            pass
    assert raised.value.code == "import.reader_died"
    child.close()


@forks
@quiet
def test_closing_ends_a_process_that_waits_for_a_reader() -> None:
    child = Child(bytes(1 << 22) for _ in range(1_000))
    child.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child._pid, 0)


def test_a_second_process_needs_a_second_core() -> None:
    assert can_fork() == (hasattr(os, "fork") and (os.cpu_count() or 1) > 1)
