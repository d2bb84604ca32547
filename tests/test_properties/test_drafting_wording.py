"""Problems of wording: where they are seen, and where nothing is wrong."""

from __future__ import annotations

import pytest

from realty_cli.properties.drafting.analysis import analyse
from realty_cli.properties.drafting.findings import Problem
from realty_cli.properties.drafting.wording import LONGEST, MOST_OF_ONE_KIND, SHORTEST, masked

LONG_ENOUGH = "Тёплая светлая квартира в тихом зелёном дворе, рядом школа и парк. " * 4


def problems(text: str, code: str) -> list[Problem]:
    return [one for one in analyse(text).problems if one.code == f"wording.{code}"]


@pytest.mark.parametrize(
    ("text", "code", "evidence", "suggestion"),
    [
        ("Продам КВАРТИРУ у парка", "shouting", "КВАРТИРУ", "квартиру"),
        ("СРОЧНО ПРОДАМ дом", "shouting", "СРОЧНО ПРОДАМ", "Срочно продам"),
        ("адрес: УЛ. МИРА, д. 3", "shouting", "МИРА", "Мира"),
        ("Продам!!! Недорого", "exclamation", "!!!", "."),
        ("Тел. 8(903)123-45-67", "phone", "8(903)123-45-67", ""),
        ("пишите a.petrov@mail.ru срочно", "email", "a.petrov@mail.ru", ""),
        ("смотрите https://example.com/flat?id=1 тут", "link", "https://example.com/flat?id=1", ""),
        ("пишите @anna_rent тут", "link", "@anna_rent", ""),
        ("наш сайт agency-plus.ru тут", "link", "agency-plus.ru", ""),
        ("очень очень тихо", "repeated_word", "очень очень", "очень"),
        ("всё в шаговой доступности", "cliche", "в шаговой доступности", None),
        ("nestled in a park", "cliche", "nestled", None),
        ("сдам только славянам", "discriminatory", "славянам", ""),
        ("без кавказцев", "discriminatory", "кавказцев", ""),
        ("гражданам РФ", "discriminatory", "гражданам РФ", ""),
        ("Russians only please", "discriminatory", "Russians only", ""),
        ("самая низкая цена", "superlative", "самая низкая", None),
        ("лучший район", "superlative", "лучший", None),
        ("площадь 54 кв.м тут", "unit", "кв.м", "м²"),
        ("цена 350 т.р. тут", "unit", "т.р.", "тыс. ₽"),
        ("flat of 54 sqm here", "unit", "sqm", "m²"),
        ("площадь 54.3 м² тут", "decimal_point", "54.3", "54,3"),
        ("квартира ,рядом парк", "spacing", "а ,р", "а, р"),
        ("квартира,рядом парк", "spacing", "а,р", "а, р"),
        ("рядом парк.. и школа", "punctuation", "..", "."),
    ],
)
def test_problem(text: str, code: str, evidence: str, suggestion: str | None) -> None:
    found = problems(text, code)
    assert [(one.evidence, one.suggestion) for one in found] == [(evidence, suggestion)]
    one = found[0]
    assert text[one.start : one.end] == evidence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ЖК у МКАД, рядом ТРЦ, ДДУ по 214-ФЗ, метро ВДНХ", "shouting"),
        ("Кадастровый номер 50:21:0120316:1147, цена 12 500 000 руб.", "phone"),
        ("Метро Славянский бульвар, русская баня, Русаковская улица", "discriminatory"),
        ("Армянский переулок, рядом ресторан «Узбекистан»", "discriminatory"),
        ("В самом центре, до самой реки, лучше позвонить", "superlative"),
        ("Площадь 54,3 м², 9 кв. м, цена 350 тыс. ₽", "unit"),
        ("Отлично! Звоните!", "exclamation"),
        ("чуть-чуть, д. 5/9, 54,3, т. е. тихо…", "punctuation"),
        ("кв. 15, ул. Ленина, 2-к, 54,3 м²", "spacing"),
        (LONG_ENOUGH, "too_short"),
        (LONG_ENOUGH, "too_long"),
    ],
)
def test_no_problem(text: str, code: str) -> None:
    assert problems(text, code) == []


def test_length() -> None:
    short = problems("Квартира", "too_short")[0]
    assert short.params == {"length": 8, "least": SHORTEST}
    long = problems("Квартира у парка. " * 200, "too_long")[0]
    assert long.params["most"] == LONGEST
    assert long.params["length"] > LONGEST


def test_many_exclamations_are_one_problem() -> None:
    found = problems("Тихо! Светло! Тепло! Уютно! Приходите!", "exclamation")
    assert [one.params for one in found] == [{"count": 5}]


def test_an_overused_word() -> None:
    text = "Прекрасный вид, прекрасная кухня, прекрасный двор, прекрасные соседи, прекрасный парк, прекрасная цена"
    assert problems(text, "overused_word")[0].params == {"count": 6}


def test_no_kind_of_problem_floods_the_list() -> None:
    assert len(problems("КВАРТИРА у парка. " * 400, "shouting")) == MOST_OF_ONE_KIND


def test_problems_come_in_the_order_of_the_text() -> None:
    found = analyse("СРОЧНО! Тел. 8(903)123-45-67. Очень очень уютно, всё в шаговой доступности!!!").problems
    assert [one.start for one in found] == sorted(one.start for one in found)


def test_masking_for_a_vendor() -> None:
    text = "Анна, 8(903)123-45-67, anna@mail.ru, t.me/anna, цена 12 500 000 руб., уч. 50:21:0120316:1147"
    assert masked(text) == "Анна, ***, ***, ***, цена 12 500 000 руб., уч. 50:21:0120316:1147"
