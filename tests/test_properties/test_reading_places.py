"""Links and addresses: what they tell, and that nothing is invented."""

from __future__ import annotations

import pytest

from realty_cli.properties.reading import addresses, links
from realty_cli.properties.values import Unreadable


def refused(parse, text):
    with pytest.raises(Unreadable) as caught:
        parse(text)
    return caught.value.code


def test_a_relative_link_is_of_avito():
    found = links.LinkReader(from_slug=True)("/kazan/kvartiry/2-k_kvartira_45_m_55_et._1905860168")
    assert found.url == "https://www.avito.ru/kazan/kvartiry/2-k_kvartira_45_m_55_et._1905860168"
    assert found.facts == {
        "source": "avito", "city": "Казань", "property_type": "apartment", "external_id": "1905860168", "rooms": 2,
        "area_total": 45.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "https://www.cian.ru/sale/flat/301644/",
            {"source": "cian", "property_type": "apartment", "deal_type": "sale"},
        ),
        (
            "https://spb.cian.ru/rent/flat/294511416/",
            {"source": "cian", "city": "Санкт-Петербург", "property_type": "apartment", "deal_type": "rent"},
        ),
        ("www.cian.ru/rent/room/294511416/", {"source": "cian", "property_type": "room", "deal_type": "rent"}),
        ("https://example.com/prodam/dom/7", {"deal_type": "sale", "property_type": "house"}),
        ("https://example.com/kupit/kvartira/7", {"deal_type": "sale", "property_type": "apartment"}),
        ("https://example.com/snyat/posutochno/kvartira/7", {"deal_type": "daily_rent", "property_type": "apartment"}),
        ("https://realty.yandex.ru/offer/123/", {"source": "yandex"}),
        (
            "https://www.domclick.ru/card/sale__flat__191473",
            {"source": "domclick", "deal_type": "sale", "property_type": "apartment"},
        ),
    ],
)
def test_what_a_link_tells(text, facts):
    assert links.LinkReader(from_slug=False)(text).facts == facts


@pytest.mark.parametrize(
    "cell",
    [
        '=ГИПЕРССЫЛКА("https://x.ru/1"; "смотреть")',
        '=HYPERLINK("https://x.ru/1","смотреть")',
        "см. https://x.ru/1.",
        "https://x.ru/1",
        "//x.ru/1",
        "x.ru/1",
    ],
)
def test_the_address_inside_a_cell(cell):
    assert links.whole(cell) == "https://x.ru/1"


@pytest.mark.parametrize("cell", ["javascript:void(0);", "нет ссылки", "file:///etc/passwd", "/etc/passwd"])
def test_no_link(cell):
    assert refused(links.whole, cell) == "import.not_a_link"


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        (
            "Москва, ВАО, р-н Измайлово, 7-я Парковая ул., 27",
            {"city": "Москва", "okrug": "ВАО", "district": "Измайлово", "street": "7-я Парковая ул.", "house": "27"},
        ),
        (
            "Московская область, Мытищи, мкр. Ярославский, Юбилейная ул., 16",
            {
                "region": "Московская область",
                "city": "Мытищи",
                "quarter": "мкр. Ярославский",
                "street": "Юбилейная ул.",
                "house": "16",
            },
        ),
        (
            "Москва, НАО (Новомосковский), Коммунарка поселок, 101",
            {"city": "Москва", "okrug": "НАО", "settlement": "Коммунарка поселок"},
        ),
        ("ул. Викторенко, вл11", {"street": "ул. Викторенко", "house": "вл11"}),
        ("г. Москва, пр-кт. Мира, д. 183", {"city": "Москва", "street": "пр-кт. Мира", "house": "183"}),
        ("Страстной бульвар, д. 4, стр. 3, кв. 52", {"street": "Страстной бульвар", "house": "4 стр. 3", "flat": "52"}),
        ("18-я линия В.О., 32", {"street": "18-я линия В.О.", "house": "32"}),
        ("Казыбек би р-н, мкр Юго-Восток, Степной 3 3/8", {"district": "Казыбек би", "quarter": "мкр Юго-Восток"}),
        (
            "Россия, Свердловская обл., Екатеринбург, ул. Малышева 51",
            {
                "country": "Россия",
                "region": "Свердловская обл.",
                "city": "Екатеринбург",
                "street": "ул. Малышева",
                "house": "51",
            },
        ),
        ("Екатеринбург, ул. 8 Марта 15", {"city": "Екатеринбург", "street": "ул. 8 Марта", "house": "15"}),
        (
            "г Санкт-Петербург, Невский пр, д 10 кв 5",
            {"city": "Санкт-Петербург", "street": "Невский пр", "house": "10", "flat": "5"},
        ),
        (
            "Московская область, Зеленоградский дп, ул. Зеленый Город",
            {"region": "Московская область", "settlement": "Зеленоградский дп", "street": "ул. Зеленый Город"},
        ),
        ("Казань, Портовая, 17", {"city": "Казань", "street": "Портовая", "house": "17"}),
        ("Москва, Щукино, 3", {"city": "Москва"}),
        ("Ленина 5", {}),
    ],
)
def test_an_address_is_taken_apart_and_never_invented(line, facts):
    assert addresses.take_apart(line) == facts


@pytest.mark.parametrize(
    "house", ["27", "29А", "9к1", "42К1", "28С2", "4/22С9", "4Дк2", "вл11", "13/14С3", "1Кк2", "24/7с3"]
)
def test_houses(house):
    assert addresses.take_apart(f"ул. Мира, {house}")["house"] == house
