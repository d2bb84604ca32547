"""How fully a listing answers its reader's questions."""

from __future__ import annotations

import pytest

from realty_cli.properties.drafting.analysis import analyse
from realty_cli.properties.drafting.completeness import questions
from realty_cli.properties.drafting.findings import Completeness


def assessed(text: str, record: dict[str, object] | None = None) -> Completeness:
    return analyse(text, record).completeness


def test_an_empty_text_scores_nothing_and_asks_the_weightiest_first() -> None:
    empty = assessed("")
    assert empty.score == 0
    assert empty.missing[0] == "price"
    weights = {part.name: part.weight for part in empty.parts}
    assert [weights[name] for name in empty.missing] == sorted((weights[name] for name in empty.missing), reverse=True)


def test_record_and_text_add_up() -> None:
    text = "Продам 2-к квартиру, 54 м², 5/9 эт."
    alone, together = assessed(text), assessed(text, {"price": 8_500_000, "street": "ул. Ленина"})
    assert together.score > alone.score
    found = {part.name: part.found_in for part in together.parts}
    assert found["price"] == "record"
    assert found["area_total"] == "text"
    assert found["renovation"] is None


def test_a_plot_is_not_asked_for_its_floor() -> None:
    names = {part.name for part in assessed("Продам участок 6 соток").parts}
    assert {"area_land", "land_use", "cadastral_number", "electricity"} <= names
    assert not {"floor", "rooms", "renovation", "area_total", "lift"} & names


def test_a_rent_is_asked_for_its_terms_and_a_sale_is_not() -> None:
    rent = {part.name for part in assessed("Сдам квартиру").parts}
    sale = {part.name for part in assessed("Продам квартиру").parts}
    assert {"deposit", "commission", "utilities_paid", "furniture"} <= rent
    assert not {"deposit", "commission", "utilities_paid"} & sale
    assert {"mortgage", "ownership"} <= sale - rent


def test_the_record_decides_what_it_is() -> None:
    names = {part.name for part in assessed("Продам квартиру", {"property_type": "house", "deal_type": "rent"}).parts}
    assert {"plot", "deposit"} <= names
    assert "rooms" not in names


@pytest.mark.parametrize(("count", "earned"), [(0, 0), (5, 6), (10, 12), (40, 12), (-1, 0)])
def test_photos_count_when_the_record_knows_them(count: int, earned: int) -> None:
    photos = next(part for part in assessed("", {"photos_count": count}).parts if part.name == "photos")
    assert (photos.weight, photos.earned) == (12, earned)


def test_unknown_photos_are_not_held_against_a_listing() -> None:
    assert "photos" not in {part.name for part in assessed("").parts}
    assert "photos" not in {part.name for part in assessed("", {"photos_count": True}).parts}


def test_a_denial_answers_too() -> None:
    found = {part.name: part.found_in for part in assessed("Продам квартиру, лифта нет, без балкона").parts}
    assert found["lift"] == found["balcony"] == "text"


def test_every_question_can_be_answered() -> None:
    text_fields = {row.name for row in questions() if row.fields or row.amenities}
    asked = {part.name for kind in ("apartment", "house", "land", "commercial", "garage", "room", "parking")
             for deal in ("sale", "rent", "daily_rent")
             for part in assessed("", {"property_type": kind, "deal_type": deal}).parts}  # fmt: skip
    assert text_fields <= asked
    assert asked | {"photos"} == {row.name for row in questions()}


def test_a_full_text_has_a_high_score() -> None:
    text = (
        "Продам 2-комнатную квартиру 54,3 м², жилая 31 м², кухня 9 м², 5/9 эт., панельный дом 1986 года постройки, "
        "косметический ремонт, раздельный санузел, лоджия, лифт, парковка во дворе, окна во двор. Улица Летчика "
        "Бабушкина, 29. Метро Бабушкинская, 7 минут пешком. Один собственник, ипотека возможна, торг. 12 500 000 руб."
    )
    assert assessed(text, {"photos_count": 12}).score == 100
