"""Names taken apart and compared, in whatever order and letters they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.clients.names import full_name, is_company, name_key, read_name, sound, split_name

IVANOV = ("Иванов", "Иван", "Иванович")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Иванов Иван Иванович", IVANOV),
        ("Иван Иванович Иванов", IVANOV),
        ("ИВАНОВ ИВАН ИВАНОВИЧ", IVANOV),
        ("  иванов   иван иванович ", IVANOV),
        ("г-н Иванов Иван Иванович (сосед)", IVANOV),
        ("Иванов Иван", ("Иванов", "Иван", None)),
        ("Иван Иванов", ("Иванов", "Иван", None)),
        ("Иван Иванович", (None, "Иван", "Иванович")),
        ("Иванов И. И.", ("Иванов", "И.", "И.")),
        ("И.И. Иванов", ("Иванов", "И.", "И.")),
        ("Иванов Пётр И.", ("Иванов", "Пётр", "И.")),
        ("Иванов И.", ("Иванов", "И.", None)),
        ("Анна", (None, "Анна", None)),
        ("Иванова", ("Иванова", None, None)),
        ("Роман Аркадьевич Абрамович", ("Абрамович", "Роман", "Аркадьевич")),
        ("Абрамович Роман Аркадьевич", ("Абрамович", "Роман", "Аркадьевич")),
        ("Алиев Вагиф Гасан оглы", ("Алиев", "Вагиф", "Гасан оглы")),
        ("Петрова-Водкина Анна Сергеевна", ("Петрова-Водкина", "Анна", "Сергеевна")),
        ("Ким Сергей", ("Ким", "Сергей", None)),
        ("Сергей Ким", ("Ким", "Сергей", None)),
        ("Ван дер Берг Ян", ("Ван дер Берг", "Ян", None)),
        ("John Smith", ("Smith", "John", None)),
        ("Smith, John", ("Smith", "John", None)),
        ("Mr. John Ronald Smith", ("Smith", "John", "Ronald")),
        ("Петренко Оля, подруга", ("Петренко", "Оля", None)),
        ("123", (None, "123", None)),
        ("", (None, None, None)),
    ],
)
def test_a_name_comes_apart(text: str, parts: tuple[str | None, ...]) -> None:
    assert split_name(text) == parts


@pytest.mark.parametrize(
    ("text", "company"),
    [("ООО «Ромашка»", True), ("«Ромашка»", True), ("ИП Петров П. П.", True), ("Romashka LLC", True),
     ("Агентство Уют", True), ("Иванов Иван", False), ("Ипатов Олег", False), ("Аонов А.", False)],
)  # fmt: skip
def test_a_company_is_told_from_a_person(text: str, company: bool) -> None:
    assert is_company(text) is company
    assert (read_name(text).company is not None) is company


@pytest.mark.parametrize(
    "spellings",
    [
        ("Юлия", "Yulia", "Iuliia", "Julia", "ЮЛИЯ"),
        ("Щербаков", "Shcherbakov", "Scherbakov"),
        ("Алексей", "Alexey", "Aleksei", "Alexei"),
        ("Дмитрий", "Dmitry", "Dmitrii", "Dmitriy"),
        ("Семёнов", "Семенов", "Semyonov", "Semenov"),
        ("Фёдор", "Федор", "Fyodor", "Fedor"),
        ("Евгений", "Yevgeny", "Evgenii"),
        ("Виктор", "Victor", "Viktor"),
        ("Хабаров", "Khabarov", "Habarov"),
        ("Наталья", "Наталия", "Natalia", "Natalya"),
        ("Ковалёв", "Koвалев"),
    ],
    ids=lambda spellings: spellings[0],
)
def test_one_name_in_many_letters_sounds_the_same(spellings: tuple[str, ...]) -> None:
    assert len({sound(one) for one in spellings}) == 1


def test_names_that_differ_sound_different() -> None:
    names = ["Иванов", "Ивановская", "Петров", "Павлов", "Анна", "Инна", "Яна", "Жанна", "Марина", "Мария", "Дарья"]
    assert len({sound(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "text", ["Семёнов Пётр", "Пётр Семёнов", "семенов петр ильич", "Petr Semenov", "Semyonov Petr", "СЕМЁНОВ ПЁТР"]
)
def test_the_key_knows_no_order_letters_or_alphabet(text: str) -> None:
    assert name_key(*split_name(text)) == name_key("Семенов", "Петр")


def test_the_key_of_a_company_has_no_legal_form() -> None:
    assert name_key(None, None, company="ООО «Ромашка»") == name_key(None, None, company="Romashka LLC")
    assert name_key(None, None, company="ООО «Ромашка»") != name_key(None, None, company="ООО «Василёк»")


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    parts = split_name(text)
    shown = full_name(*parts)
    key = name_key(*parts)
    assert (shown is None) == (not text.strip())
    assert key is None or key == key.strip()
    read_name(text)


@given(st.permutations(["Иванов", "Сергей", "Петрович"]))
def test_family_first_and_patronymic_are_told_apart_in_the_usual_orders(words: list[str]) -> None:
    if words.index("Петрович") - words.index("Сергей") == 1:
        assert split_name(" ".join(words)) == ("Иванов", "Сергей", "Петрович")
