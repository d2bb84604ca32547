"""Which clients are proposed as one person, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.clients.likeness import Candidate, Rules, compare, find
from realty_cli.clients.names import name_key, split_name


def client(number: int, name: str = "", **fields: object) -> Candidate:
    last, first, middle = split_name(name)
    return Candidate(number, name_key=name_key(last, first, middle), first_name=first, middle_name=middle, **fields)  # type: ignore[arg-type]


def codes(x: Candidate, y: Candidate) -> list[str] | None:
    found = compare(x, y)
    return None if found is None else [reason.code for reason in found.reasons]


PHONE, EMAIL = ("+79161234567",), ("ivanov@example.com",)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (client(1, phones=PHONE), client(2, phones=PHONE), ["double.phone"]),
        (client(1, emails=EMAIL), client(2, emails=EMAIL), ["double.email"]),
        (client(1, telegram="ivanov"), client(2, telegram="ivanov"), ["double.telegram"]),
        (client(1, "Иванов Пётр"), client(2, "Петр Иванов"), ["double.name"]),
        (client(1, "Семёнова Юлия"), client(2, "Yulia Semenova"), ["double.name"]),
        (client(1, "Иванов Пётр Ильич"), client(2, "Иванов Пётр И."), ["double.full_name"]),
        (client(1, "Иванов Пётр Ильич"), client(2, "Иванов Пётр Олегович"), None),
        (client(1, "Пётр"), client(2, "Пётр"), None),
        (client(1, "Пётр"), client(2, "Иванов Пётр", phones=PHONE), None),
        (client(1, "Пётр", phones=PHONE), client(2, "Иванов Пётр", phones=PHONE),
         ["double.phone", "double.part_of_name"]),
        (client(1, "Иванов Пётр", phones=PHONE), client(2, "Иванова Анна", phones=PHONE),
         ["double.phone", "double.other_name"]),
        (client(1, "Иванов Пётр", birthday="1980-01-02"), client(2, "Иванов Пётр", birthday="1990-05-06"), None),
        (client(1, "Иванов Пётр"), client(2, "Петров Иван"), None),
    ],
)  # fmt: skip
def test_what_makes_a_pair(x: Candidate, y: Candidate, expected: list[str] | None) -> None:
    assert codes(x, y) == expected
    assert codes(y, x) == expected


def test_the_surest_come_first_and_marks_are_respected() -> None:
    some = [
        client(1, "Иванов Пётр Ильич", phones=PHONE),
        client(2, "Петр Иванов", phones=PHONE),
        client(3, "Иванов Пётр"),
    ]
    found = find(some)
    assert [(pair.a, pair.b) for pair in found] == [(1, 2), (1, 3), (2, 3)]
    assert found[0].score > found[1].score
    assert [(pair.a, pair.b) for pair in find(some, dismissed=[(3, 1), (2, 3)])] == [(1, 2)]


def test_an_offices_phone_makes_no_pairs() -> None:
    assert find(client(number, phones=PHONE) for number in range(20)) == []
    assert find((client(number, phones=PHONE) for number in range(3)), Rules(crowd=2)) == []


_CLIENTS = st.lists(
    st.builds(
        client,
        st.integers(1, 60),
        st.sampled_from(["", "Иванов Пётр", "Petr Ivanov", "Иванов Пётр Ильич", "Анна", "Смирнова Анна"]),
        phones=st.sampled_from([(), PHONE, ("+74952223344",)]),
        emails=st.sampled_from([(), EMAIL]),
        birthday=st.sampled_from([None, "1980-01-02", "1990-05-06"]),
    ),
    max_size=25,
    unique_by=lambda one: one.id,
)


@given(_CLIENTS, st.randoms())
def test_the_order_of_the_clients_changes_nothing(some: list[Candidate], chance: object) -> None:
    found = find(some)
    mixed = list(some)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert find(mixed) == found
    assert all(0.5 <= pair.score <= 1 and pair.a < pair.b for pair in found)
    assert len({(pair.a, pair.b) for pair in found}) == len(found)
