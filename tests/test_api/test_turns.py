"""Writes that share a commit: each its own, all or none acknowledged."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.api.stores import Line
from realty_cli.api.turns import MOST, Turns
from realty_cli.app import Realty
from realty_cli.errors import Busy, Conflict, RealtyError, Unavailable
from realty_cli.settings import Settings
from realty_cli.store import word_index
from realty_cli.store.database import Connection
from tests.test_properties.listings import examples


class Bench:
    def __init__(self, home: Path) -> None:
        self.realty = Realty(Settings(home=home))
        self.line = Line(self.realty, patient=False)
        self.lock = threading.Lock()
        self.turns = Turns(self.line, self.lock)
        self.commits: list[int] = []

    async def add(self, name: str, *, fails: bool = False, error: RealtyError | None = None) -> str:
        def deed(db: Connection) -> str:
            db.run("INSERT INTO telegram_seen (hash, expires_at) VALUES (:name, :at)", {"name": name, "at": "x"})
            if fails:
                raise error or Conflict("stale")
            return name

        return await self.turns.do(deed)

    def stored(self) -> list[str]:
        connection = self.realty.connect()
        try:
            return [row[0] for row in connection.all("SELECT hash FROM telegram_seen ORDER BY hash")]
        finally:
            connection.close()


@pytest.fixture
def bench(home: Path) -> Any:
    made = Bench(home)
    yield made
    made.line.close()
    made.turns.close()


def test_deeds_of_one_turn_share_a_commit(bench: Bench) -> None:
    raw = bench.line.connection(write=True).raw
    said: list[str] = []
    raw.set_trace_callback(said.append)

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(bench.add(f"{number:03d}") for number in range(20)))

    assert asyncio.run(all_at_once()) == bench.stored() == [f"{number:03d}" for number in range(20)]
    assert said.count("COMMIT") == 1
    assert not bench.lock.locked()


@examples(30)
@given(st.lists(st.booleans(), max_size=2 * MOST + 5))
def test_an_error_takes_back_its_own_deed_alone(bench: Bench, fails: list[bool]) -> None:
    before = set(bench.stored())
    names = [f"{len(before)}-{number}" for number in range(len(fails))]

    async def all_at_once() -> list[Any]:
        deeds = (bench.add(name, fails=bad) for name, bad in zip(names, fails, strict=True))
        return await asyncio.gather(*deeds, return_exceptions=True)

    found = asyncio.run(all_at_once())
    good = [name for name, bad in zip(names, fails, strict=True) if not bad]
    assert [one for one in found if isinstance(one, str)] == good
    assert sum(isinstance(one, Conflict) for one in found) == sum(fails)
    assert set(bench.stored()) - before == set(good)
    assert not bench.lock.locked()


_WORDS = ("дом", "сад", "лес")
_Deed = st.tuples(
    st.integers(1, 3), st.sampled_from([*_WORDS, None]), st.booleans(), st.booleans(), st.booleans()
)  # the object, its new word (None: it goes), whether it had to look something up before and after, whether it fails


@examples(60)
@given(st.lists(_Deed, max_size=12))
def test_words_that_wait_are_those_of_the_deeds_that_stand(
    bench: Bench, deeds: list[tuple[int, str | None, bool, bool, bool]]
) -> None:
    def found(db: Connection) -> dict[int, str]:
        sql = "SELECT rowid FROM property_search WHERE property_search MATCH :word"
        return {row[0]: word for word in _WORDS for row in db.all(sql, {"word": word})}

    async def do(number: int, word: str | None, before: bool, after: bool, fails: bool) -> None:
        def deed(db: Connection) -> None:
            if before:
                word_index.settle(db)
            if word is None:
                word_index.drop(db, "property_search", [number])
            else:
                word_index.put(db, "property_search", [(number, word)], replace=True)
            if after:
                word_index.settle(db)
                assert found(db).get(number) == word
            if fails:
                raise Conflict("stale")

        await bench.turns.do(deed)

    async def all_at_once() -> None:
        await asyncio.gather(*(do(*one) for one in deeds), return_exceptions=True)

    connection = bench.realty.connect()
    wanted = found(connection)
    for number, word, _, _, fails in deeds:
        if not fails:
            wanted[number] = word or ""
    asyncio.run(all_at_once())
    assert found(connection) == {number: word for number, word in wanted.items() if word}
    connection.close()


def test_nothing_is_said_before_it_is_kept(bench: Bench) -> None:
    async def look() -> None:
        task = asyncio.create_task(bench.add("one"))
        await asyncio.sleep(0)  # the deed is done
        assert not task.done()
        await task
        assert bench.stored() == ["one"]

    asyncio.run(look())


def test_a_commit_that_fails_fails_all_that_share_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Connection) -> None:
        raise Unavailable("store.io", path="")

    async def all_at_once() -> list[Any]:
        with monkeypatch.context() as patched:
            patched.setattr(Connection, "commit", broken)
            return await asyncio.gather(*(bench.add(str(number)) for number in range(3)), return_exceptions=True)

    assert [type(one) for one in asyncio.run(all_at_once())] == [Unavailable] * 3
    assert bench.stored() == []
    assert not bench.lock.locked()
    assert asyncio.run(bench.add("after")) == "after"  # over a new connection


def test_where_another_process_writes_it_is_said_at_once(bench: Bench) -> None:
    other = bench.realty.connect(write=True)
    other.begin(write=True)
    with pytest.raises(Busy):
        asyncio.run(bench.add("one"))
    assert not bench.lock.locked()
    other.rollback()
    other.close()
    asyncio.run(bench.add("one"))
    assert bench.stored() == ["one"]


def test_a_caller_that_leaves_takes_nothing_back(bench: Bench) -> None:
    """A client may hang up between the deed and its commit; the others that share the commit must not suffer."""

    async def leave() -> None:
        leaving, staying = asyncio.create_task(bench.add("leaves")), asyncio.create_task(bench.add("stays"))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying == "stays"

    asyncio.run(leave())
    assert bench.stored() == ["leaves", "stays"]


def test_deeds_that_wait_for_a_thread_share_the_next_turn(bench: Bench) -> None:
    said: list[str] = []

    async def wait() -> list[str]:
        bench.lock.acquire()  # a thread writes
        tasks = [asyncio.create_task(bench.add(f"{number}")) for number in range(5)]
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in tasks)
        assert bench.stored() == []
        bench.line.connection(write=True).raw.set_trace_callback(said.append)
        tasks[2].cancel()
        bench.lock.release()
        return [one for one in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(one, str)]

    assert asyncio.run(wait()) == bench.stored() == ["0", "1", "3", "4"]
    assert said.count("COMMIT") == 1
    assert not bench.lock.locked()


def test_more_may_wait_than_a_turn_holds(bench: Bench) -> None:
    async def wait() -> list[str]:
        bench.lock.acquire()
        tasks = [asyncio.create_task(bench.add(f"{number:03d}")) for number in range(2 * MOST + 5)]
        await asyncio.sleep(0.05)
        bench.lock.release()
        return await asyncio.gather(*tasks)

    assert asyncio.run(wait()) == bench.stored()
    assert not bench.lock.locked()


def test_who_waited_hears_that_another_process_writes(bench: Bench) -> None:
    other = bench.realty.connect(write=True)

    async def wait() -> list[Any]:
        bench.lock.acquire()
        tasks = [asyncio.create_task(bench.add(f"{number}")) for number in range(3)]
        await asyncio.sleep(0.05)
        other.begin(write=True)
        bench.lock.release()
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(one) for one in asyncio.run(wait())] == [Busy] * 3
    other.rollback()
    other.close()
    assert not bench.lock.locked()


@pytest.mark.parametrize(("code", "kept"), [("store.io", []), ("telegram.off", ["first", "third"])])
def test_only_an_error_of_the_store_ends_the_turn(bench: Bench, code: str, kept: list[str]) -> None:
    error = Unavailable(code, path="")

    async def all_at_once() -> list[Any]:
        first, second = bench.add("first"), bench.add("second", fails=True, error=error)
        found = await asyncio.gather(first, second, return_exceptions=True)
        if kept:
            await bench.add("third")
        return found

    found = asyncio.run(all_at_once())
    assert (found[0] == "first", found[1]) == (bool(kept), error)
    assert bench.stored() == kept
    assert not bench.lock.locked()
