"""The suggested text: true to the facts, clean, the same every time."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from realty_cli.assist.ports import Describer, DescriptionDraft, DescriptionRequest
from realty_cli.properties.drafting.analysis import analyse
from realty_cli.properties.drafting.local import LocalDescriber
from realty_cli.properties.drafting.vetting import unsupported

CORPUS = Path(__file__).with_name("drafting_corpus.toml")
LISTINGS: list[dict[str, Any]] = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["listing"]
#: Facts that a reader of the suggestion must still find.
KEPT = {
    "property_type", "deal_type", "rooms", "is_studio", "is_euro", "area_total", "area_living", "area_kitchen",
    "area_land", "floor", "floors_total", "price", "currency", "year_built", "building_material", "renovation",
    "ceiling_height", "metro", "metro_minutes", "street", "house", "cadastral_number", "deposit", "commission",
    "mortgage", "bargain", "amenities",
}  # fmt: skip


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing["id"])
def test_nothing_is_invented_and_nothing_lost(listing: dict[str, Any]) -> None:
    request = DescriptionRequest(listing["text"])
    draft = LocalDescriber().describe(request)
    assert unsupported(draft, request) == []
    before, after = analyse(listing["text"]), analyse(draft.text)
    for field in KEPT & before.facts.keys():
        assert field in after.facts, (field, draft.text)
    assert draft.language == listing["language"]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing["id"])
def test_the_suggestion_is_clean_and_settled(listing: dict[str, Any]) -> None:
    analysis = analyse(listing["text"])
    text = analysis.suggested_text
    assert analyse(listing["text"]).suggested_text == text
    codes = {one.code for one in analyse(text).problems}
    assert not codes & {f"wording.{name}" for name in (
        "phone", "email", "link", "exclamation", "punctuation", "discriminatory", "emoji", "unit", "shouting"
    )}  # fmt: skip
    assert "  " not in text
    assert text.strip() == text


def test_the_record_has_the_last_word() -> None:
    text = "Продам 2-к квартиру у парка, тихий двор. Этаж 5 из 9, вид на старый сад и пруд. Цена 9 млн руб."
    suggested = analyse(text, {"floor": 6, "floors_total": 9, "price": 8_500_000}).suggested_text
    assert "этаж 6 из 9" in suggested
    assert "8\u00a0500\u00a0000\u00a0₽" in suggested
    assert "Этаж 5" not in suggested
    assert "9 млн" not in suggested


def test_agents_sentences_are_kept_but_not_their_contacts() -> None:
    text = "Продам двушку. ОЧЕНЬ ТЁПЛАЯ квартира, соседи тихие!!! Пишите на anna@mail.ru. Звоните: 8(903)123-45-67"
    suggested = analyse(text).suggested_text
    assert "Очень тёплая квартира, соседи тихие." in suggested
    for piece in ("anna", "903", "Звоните", "Пишите", "!"):
        assert piece not in suggested


def test_discrimination_is_left_out() -> None:
    suggested = analyse(
        "Сдам двушку. Только славянам, без детей и собак. Кухня с большим окном и новой плитой."
    ).suggested_text
    assert "славян" not in suggested
    assert "Кухня с большим окном и новой плитой." in suggested


def test_a_record_alone_makes_a_text_in_either_language() -> None:
    record = {
        "property_type": "apartment", "deal_type": "rent", "rooms": 2, "area_total": 54.3, "floor": 5,
        "floors_total": 9,         "price": 45_000, "currency": "RUB", "deposit": 45_000, "commission": 0,
        "street": "улица Ленина", "house": "15к2",
    }  # fmt: skip
    assert analyse("", record, "ru").suggested_text == (
        "Аренда: 2-комнатная квартира, 54,3 м², этаж 5 из 9.\n\nАдрес: улица Ленина, д. 15к2.\n\n"
        "45\u00a0000\u00a0₽ в месяц. Залог 45\u00a0000\u00a0₽. Без комиссии."
    )
    assert analyse("", record, "en").suggested_text.startswith("For rent: 2-room apartment, 54.3 m², floor 5 of 9.")


def test_another_language_gets_the_facts_alone() -> None:
    suggested = analyse("Продам двушку 54 м². Соседи тихие, во дворе старый сад и пруд.", language="en").suggested_text
    assert suggested == "For sale: 2-room apartment, 54 m²."


def test_the_local_describer_fills_the_port() -> None:
    describer: Describer = LocalDescriber()
    draft = describer.describe(DescriptionRequest("Продам двушку 54 м²", {"price": 8_500_000}, "ru"))
    assert (describer.name, draft.provider, draft.language) == ("local", "local", "ru")
    assert draft.facts["rooms"] == 2
    assert draft.text.startswith("Продажа: 2-комнатная квартира, 54 м².")


def test_an_empty_request_gives_an_empty_text() -> None:
    assert analyse("").suggested_text == ""


def test_vetting_tells_inventions() -> None:
    request = DescriptionRequest("Продам двушку 54 м², 5/9 эт.", {"price": 8_500_000, "contact_phone": "+79031234567"})
    honest = DescriptionDraft("Продаётся 2-комнатная квартира, 54 м², этаж 5 из 9. Цена 8,5 млн ₽.", "ru", "model")
    assert unsupported(honest, request) == []
    lying = DescriptionDraft(
        "Продаётся 3-комнатная квартира, 100 м², балкон, метро Сокол 5 минут пешком, 8(916)000-00-00",
        "ru", "model", {"rooms": 1, "price": 8_500_000, "year_built": 1999, "area_total": None},
    )  # fmt: skip
    fields = {one.field for one in unsupported(lying, request)}
    assert {"rooms", "area_total", "amenities", "metro", "metro_minutes", "phones", "year_built"} <= fields
    assert "price" not in fields


@pytest.mark.parametrize("value", ["два", [1, 2], {"a": 1}, True, float("inf"), "1e400"])
def test_vetting_survives_nonsense_from_a_model(value: Any) -> None:
    request = DescriptionRequest("Продам двушку 54 м²", {"rooms": 2})
    draft = DescriptionDraft("", "ru", "model", {"rooms": value, "price": value, "metro": value})
    assert unsupported(draft, request) != []
