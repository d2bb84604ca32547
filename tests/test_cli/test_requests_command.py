"""`realty requests`, `realty matches`, `realty properties matches`."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.cli import match_view, request_view
from realty_cli.cli.request_options import FIELDS, FILTERS, MARK_FILTERS
from realty_cli.clients import request_kinds as kinds
from realty_cli.clients.request_record import REQUEST
from realty_cli.clients.schemas.request import BuyerRequestUpdate
from realty_cli.clients.schemas.request_filters import BuyerRequestFilter, MarkFilter
from tests.conftest import Agency
from tests.test_cli.conftest import Line

R, M = "requests", "matches"
FLAT = (
    "properties", "add", "-t", "apartment", "-d", "sale", "-r", 2, "-a", 54, "--floor", 2, "--floors", 9, "--city",
    "Москва", "--district", "Арбат", "--title", "Двушка",
)  # fmt: skip


@pytest.mark.parametrize(
    ("options", "schema"),
    [(FIELDS, BuyerRequestUpdate), (FILTERS, BuyerRequestFilter), (MARK_FILTERS, MarkFilter)],
    ids=["fields", "filters", "mark filters"],
)
def test_options_are_the_fields(options: Any, schema: Any) -> None:
    assert {one.field for one in options} == set(schema.model_fields)
    flags = [flag for one in options for part in one.flags or ("--" + one.field,) for flag in part.split("/")]
    assert len(flags) == len(set(flags))


def test_everything_has_a_word() -> None:
    assert {"id", "currency", *request_view.LABELS} == set(REQUEST.columns) - REQUEST.hidden
    assert set(request_view.STATUSES) == {one.value for one in kinds.RequestStatus}
    assert set(request_view.WISHES) == {one.value for one in (*kinds.Feature, *kinds.Criterion)}
    assert set(match_view.MARKS) == {one.value for one in kinds.MarkKind}
    for words in (match_view._MISSED, match_view._UNKNOWN):
        assert set(words) == {one.value for one in kinds.Criterion}


@pytest.fixture
def wish(realty: Line) -> Line:
    realty("clients", "add", "--name", "Иванов Пётр")
    realty(*FLAT, "-p", "12m")
    realty(*FLAT, "-p", "13m")
    realty(
        R, "add", 1, "-d", "sale", "-t", "apartment", "-r", 2, "-r", 3, "-p", "12.5m", "--floor-min", 3,
        "--district", "арбат", "--nice", "балкон",
    )  # fmt: skip
    return realty


def test_a_request_is_entered_changed_and_put_away(wish: Line, office: Agency) -> None:
    made = wish.json(R, "show", 1)
    assert made == office.ask(lambda work: work.requests.get(1))
    assert (made["rooms"], made["price_max"], made["districts"]) == ([2, 3], 12_500_000, ["арбат"])
    changed = wish.json(
        R, "edit", 1, "--place", "55.78,37.58,2=работа", "--must", "mortgage", "--clear", "districts", "-s", "paused"
    )
    assert changed["places"] == [{"latitude": 55.78, "longitude": 37.58, "radius_km": 2.0, "name": "работа"}]
    assert (changed["districts"], changed["must"], changed["status"]) == ([], ["mortgage"], "paused")
    shown = wish(R, "show", 1, "--output", "table", "--lang", "ru").out
    for words in ("на паузе", "возможна ипотека", "55.78,37.58,2=работа", "квартира"):
        assert words in shown
    assert "no circle on the map" in wish(R, "edit", 1, "--place", "где-то", code=2).err
    wish(R, "edit", 1, code=2)
    assert "realty requests restore" in wish(R, "delete", 1, "--yes").err
    assert wish.json(R, "list")["total"] == 0
    wish(R, "restore", 1)
    assert [one["id"] for one in wish.json(R, "list", "-c", 1, "-s", "paused")["items"]] == [1]
    assert wish(R, "list").out.split("\t")[:2] == ["1", "1"]


def test_matches_say_why(wish: Line, office: Agency) -> None:
    body = wish.json(R, "matches", 1)
    assert body == office.ask(lambda work: work.requests.matches.of_request(1))
    assert [one["property_id"] for one in body["items"]] == [1]
    table = wish(R, "matches", 1, "--output", "table", "--lang", "ru")
    said = " ".join(table.out.split())
    for words in ("цена −4", "место", "комнаты", "этаж ниже", "балкон: нет"):
        assert words in said
    assert "С торгом 5 % подойдёт ещё 1 объект." in table.err
    back = wish("properties", "matches", 2, "--output", "table", "--lang", "ru")
    assert "С торгом 5 % подойдёт ещё 1 покупателю." in back.err
    (one,) = wish.json("properties", "matches", 1)["items"]
    assert one["request"]["client_name"] == "Иванов Пётр"
    assert "Иванов Пётр" in wish("properties", "matches", 1).out
    wish("properties", "matches", 9, code=4)
    wish(R, "matches", 9, code=4)


def test_what_was_refused_comes_back_with_a_lower_price(wish: Line) -> None:
    made = wish.json(M, "mark", 1, 1, "refused", "--note", "шумно", "--on", "yesterday")
    assert (made["mark"], made["price"], made["note"]) == ("refused", 12_000_000, "шумно")
    found = wish(R, "matches", 1, "--output", "table")
    assert "1 more was shown or refused" in found.err
    assert wish.json(R, "matches", 1)["hidden"] == 1
    assert "refused" in wish(R, "matches", 1, "--marked").out
    wish("properties", "edit", 1, "-p", "11.9m")
    assert "price cut since" in wish(R, "matches", 1, "--output", "md").out
    assert [one["id"] for one in wish.json(M, "list", "-r", 1, "-m", "refused")["items"]] == [1]
    assert "отклонён" in wish(M, "mark", 1, 1, "refused", "--output", "table", "--lang", "ru").out
    assert "Taken back: 1" in wish(M, "unmark", 1).err
    assert wish.json(R, "matches", 1)["total"] == 1
    assert wish.json(M, "list", "--deleted")["total"] == 1
    wish(M, "unmark", 1, code=4)
