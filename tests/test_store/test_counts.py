"""Counts that a reading connection remembers are never old ones."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Agency
from tests.test_properties.listings import create, examples

COUNT = "SELECT count(*) FROM properties WHERE rooms = :rooms AND deleted_at IS NULL"


@examples(20)
@given(st.lists(st.one_of(st.integers(1, 3).map(lambda n: ("add", n)), st.just(("ask", 0)))))
def test_a_count_is_that_of_the_moment(sqlite_agency: Agency, acts: list[tuple[str, int]]) -> None:
    reader = sqlite_agency.realty.connect()
    reader.remember_counts()
    plain = sqlite_agency.realty.connect()
    try:
        for act, rooms in [*acts, ("ask", 0)]:
            if act == "add":
                sqlite_agency.do(create(rooms=rooms))
            else:
                for number in (1, 2, 3, 1):
                    reader.begin(write=False)
                    assert reader.count(COUNT, {"rooms": number}) == plain.value(COUNT, {"rooms": number})
                    reader.rollback()
    finally:
        reader.close()
        plain.close()


def test_within_one_transaction_it_is_that_of_its_beginning(sqlite_agency: Agency) -> None:
    reader = sqlite_agency.realty.connect()
    reader.remember_counts()
    asked: list[str] = []
    reader.raw.set_trace_callback(asked.append)

    def ask() -> Any:
        return reader.count(COUNT, {"rooms": 1})

    reader.begin(write=False)
    assert ask() == 0
    sqlite_agency.do(create(rooms=1))
    assert ask() == 0
    reader.rollback()
    reader.begin(write=False)
    assert [ask(), ask(), ask()] == [1, 1, 1]
    reader.rollback()
    assert sum("count(*)" in one for one in asked) == 2
    reader.close()
