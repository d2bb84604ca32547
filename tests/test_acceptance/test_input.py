"""Section I of the acceptance list, as far as services and command line meet it: what people and programs send."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.errors import Invalid, NotFound, RealtyError
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.filters import PropertyFilter, PropertySearchRequest
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyUpdate, StatusChange
from tests.conftest import Agency
from tests.test_cli.conftest import Line
from tests.test_properties.listings import FLAT, PARTS, create, examples, found

INJECTIONS = (
    "' OR '1'='1", "'; DROP TABLE properties; --", '" OR ""="', "1) UNION SELECT 1, 2, password_hash FROM accounts --",
    "\\'; DELETE FROM changes WHERE 1=1; --", "%' AND (SELECT count(*) FROM accounts) > 0 AND '%'='",
    ":limit", "$1", "%s", "{0}", "p.title", "properties", "\\", "x' || pg_sleep(9) || '", "CAST(1 AS INT)",
)  # fmt: skip
ADD = ("properties", "add", "--type", "apartment", "--deal", "sale", "-p", "1")


@pytest.fixture
def realty(home: Path) -> Line:
    return Line(home)


def tables(work: Work) -> list[Any]:
    names = ("accounts", "properties", "operations", "changes", "photos")
    return [work.db.all(f"SELECT count(*) FROM {name}") for name in names]


def codes(act: Any) -> list[str]:
    """Why it is refused; nothing where it is not."""
    try:
        act()
    except Invalid as error:
        return [one.code for one in error.fields] or [error.code]
    except RealtyError as error:
        return [error.code]
    return []


def test_096_sql_in_every_filter(agency: Agency) -> None:
    agency.do(create(title="Квартира", city="Казань"))
    agency.add_account("boris")
    before = agency.ask(tables)
    with agency.read("boris") as work:
        for text in INJECTIONS:
            for name in PARTS:
                for value in (text, [text]):
                    try:
                        body = found(work, **{name: value})
                    except Invalid:
                        continue
                    assert body["total"] == 0, (name, value)
            for sort in (text, f"price,{text}", f"-{text}"):
                assert codes(lambda by=sort: found(work, sort=by)), sort
            assert codes(lambda at=text: work.properties.page(PropertyFilter(), cursor=at))
            request = validate(PropertySearchRequest, {"text": text})
            assert work.properties.search(request)["total"] == 0
            assert codes(lambda field=text: work.properties.stream(PropertyFilter(), [field], None)) == [
                "field.unknown"
            ]
    assert agency.ask(tables) == before


def test_096_sql_in_every_text_that_is_stored(agency: Agency) -> None:
    texts = ("title", "city", "district", "metro", "address", "source", "external_id", "contact_name", "description")
    for text in INJECTIONS:
        made = agency.do(create(**dict.fromkeys(texts, text), tags=[text], attributes={text: text}))
        assert {made[name] for name in texts} == {text}
        assert (made["tags"], made["attributes"]) == ([text], {text: text})
        for part in ("city", "district", "metro", "source", "external_id", "tags"):
            assert made in agency.ask(lambda work, by=part, of=text: found(work, **{by: [of]}))["items"]
    assert agency.ask(found)["total"] == len(INJECTIONS)


def test_096_sql_in_the_line(realty: Line) -> None:
    realty(*ADD)
    for text in INJECTIONS:
        assert realty.json("properties", "list", "--city", text)["total"] == 0
        assert realty("properties", "list", "--as", text, code=3).out == ""
        for words in (["properties", "show", text], ["undo", text], ["properties", "list", "--limit", text]):
            assert realty(*words, code=2).out == ""
        assert realty("properties", "list", "--sort", text, code=2).out == ""
        realty("search", "--", text)
    assert realty.json("properties", "list")["total"] == 1


def test_097_signs_of_patterns_are_plain_text(agency: Agency) -> None:
    for title in ("100% скидка", "a_b", "axb", "ann", "обычная"):
        agency.do(create(title=title, city=title))
    signs = (
        "%", "_", "*", "?", "a%n", "обычн*", '"', "''", '"a b', "ann OR axb", "NEAR(a b)", "NOT ann", "ann AND", "-a",
        "^a",
        "a:b", "title:обычная", "(", "a | b", "a & !b", "a <-> b", "\\", "\\'", "{a}", "+a", "a*b*", "обычная%", "%ann",
    )  # fmt: skip
    with agency.read() as work:
        for text in signs:
            words = " ".join(re.findall(r"[^\W_]+", text))
            # Signs part words and mean nothing; a text of signs alone finds nothing.
            plain = found(work, q=words)["items"] if words else []
            assert found(work, q=text)["items"] == plain, text
            assert found(work, city=[text])["total"] == 0
        assert [item["title"] for item in found(work, q="100%")["items"]] == ["100% скидка"]
        assert [item["title"] for item in found(work, city=["a_b"])["items"]] == ["a_b"]
        for blank in ("", "   "):
            assert found(work, q=blank)["total"] == 5


@examples(60)
@given(text=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60))
def test_097_any_words_are_searched_without_an_error(agency: Agency, text: str) -> None:
    agency.ask(lambda work: found(work, q=text))


@pytest.mark.parametrize(
    "sort", ["hashed_password", "(SELECT 1)", "CASE randomblob(1) WHEN 1 THEN 1 END", "1", "price;", "price--",
    "p.price", "rowid",
             "created_at DESC", "owner_id", "url_key", "import_hash", "", " ", ","],
)  # fmt: skip
def test_098_only_known_orders(agency: Agency, sort: str) -> None:
    refused = codes(lambda: agency.ask(lambda work: found(work, sort=sort)))
    assert refused == ([] if sort == "" else ["sort.unknown"])


@pytest.mark.parametrize("limit", ["-1", "0", "101", "100000000", str(2**63), "abc", "", "1e2", "0x10"])
def test_099_the_size_of_a_page(realty: Line, limit: str) -> None:
    for command in (("properties", "list"), ("properties", "search", "x"), ("search", "x")):
        ran = realty(*command, "--limit", limit, code=2)
        assert ran.out == ""
        assert ran.err


@pytest.mark.parametrize("offset", ["-1", "10000001", str(2**63), "abc"])
def test_099_how_far_pages_reach(realty: Line, offset: str) -> None:
    assert realty("properties", "list", "--offset", offset, code=2).out == ""


def test_099_numbers_that_no_listing_has(realty: Line) -> None:
    for number in ("0", "987654321", str(2**63 - 1), str(2**63), "9" * 400):
        for words in (["show"], ["history"], ["restore"], ["edit", "-p", "1"], ["delete", "--yes"], ["purge", "--yes"],
                      ["photos", "list"], ["analyze"]):  # fmt: skip
            assert realty("properties", *words, number, code=4).out == "", (words, number)
    for number in ("-1", "1.5", "", "x", "1 OR 1=1"):
        realty("properties", "show", "--", number, code=4 if number == "-1" else 2)


ODD = [
    "abc",
    "",
    [],
    {},
    [[]],
    {"gt": 1},
    "1; 2",
    "NaN",
    "Infinity",
    float("nan"),
    float("inf"),
    True,
    10**400,
    object(),
]


def test_100_filters_of_a_wrong_kind() -> None:
    numeric = [name for name in PARTS if name.endswith(("_min", "_max")) or name in ("rooms", "owner_id", "ids")]
    for name in numeric:
        for value in ODD:
            if name in ("rooms", "owner_id", "ids") and value == []:
                continue
            if value is True and not name.startswith("price"):
                continue  # a person who writes `true` for a number of rooms gets one room
            refused = codes(lambda of=name, given=value: validate(PropertyFilter, {of: given}))
            assert refused, (name, value)
    for name in ("city", "tags", "status"):
        for value in ("x", {}, [1], [None], [[]], 5):
            assert codes(lambda of=name, given=value: validate(PropertyFilter, {of: given})), (name, value)
    for name in ("price[$gt]", "price_min ", "Price_min", "where", "__class__", "model_config"):
        assert codes(lambda of=name: validate(PropertyFilter, {of: 1})) == ["field.extra_forbidden"]
    for name in ("created_from", "listed_to"):
        for value in ("x", 5, [], "2024-13-01", "2024-01-01T25:00:00Z", "0000-01-01", "9999-12-31", True):
            assert codes(lambda of=name, given=value: validate(PropertyFilter, {of: given})), (name, value)


@pytest.mark.parametrize(
    "price",
    [-1, -0.01, float("nan"), float("inf"), float("-inf"), 2**63, 10**14, 10**400, "9" * 400, "inf", "nan", "1e3", [],
     {}, True,
     "", "abc", 0.001, "12,500", b"5", Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("0.001"), "５"],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_101_what_is_no_price(sqlite_agency: Agency, price: Any) -> None:
    for field in ("price", "deposit", "final_price"):
        assert codes(lambda of=field: validate(PropertyCreate, {**FLAT, of: price}))
        assert codes(lambda of=field: validate(PropertyUpdate, {of: price}))
    assert codes(lambda: validate(StatusChange, {"status": "sold", "final_price": price}))
    assert codes(lambda: validate(PropertyFilter, {"price_min": price}))


def test_101_money_is_whole_in_the_store(agency: Agency) -> None:
    for price in (0, 0.01, 0.1 + 0.2 - 0.0, 19.99, 9_999_999_999_999.99, 10**13, "12500000.5", Decimal("1.10")):
        if isinstance(price, float) and math.isclose(price, 0.3) and price != 0.3:
            price = round(price, 2)
        number = agency.do(create(price=price))["id"]
        kept = agency.ask(
            lambda work, of=number: work.db.value("SELECT price FROM properties WHERE id = :id", {"id": of})
        )
        assert (type(kept), kept) == (int, round(Decimal(str(price)) * 100))


@pytest.mark.parametrize(
    "fields",
    [{"property_type": "castle"}, {"property_type": ""}, {"property_type": None}, {"deal_type": "gift"},
     {"status": "lost"},
     {"title": ""}, {"title": " \t "}, {"title": "\u00a0"}, {"title": None}, {"title": 5}, {"area_total": -5},
     {"area_total": 0},
     {"area_total": 1e12}, {"area_total": 1e-300}, {"rooms": 10**12}, {"rooms": -1}, {"rooms": 1.5}, {"floor": 10**6},
     {"year_built": 0}, {"latitude": 91, "longitude": 0}, {"longitude": 181, "latitude": 0}, {"currency": "руб"},
     {"currency": "RUBLE"}, {"contact_phone": "нет"}, {"cadastral_number": "1:2:3:4"},
     {"source_url": "javascript:alert(1)"},
     {"source_url": "file:///etc/passwd"}, {"tags": ["x"] * 51}, {"tags": "x"}, {"tags": {"a": 1}}, {"attributes": []},
     {"attributes": {"a": 1}}, {"attributes": {"": "x"}}, {"attributes": {"a": None}}, {"commission": -1}, {"id": 7},
     {"owner_id": "x"}, {"version": 9}, {"created_at": "2020-01-01T00:00:00Z"}, {"deleted_at": None},
     {"is_admin": True},
     {"mortgage": "maybe"}, {"metro_minutes": -1}, {"ceiling_height": 0}],
    ids=repr,
)  # fmt: skip
def test_102_what_no_listing_is(fields: dict[str, Any]) -> None:
    assert codes(lambda: validate(PropertyCreate, {**FLAT, **fields}))


@pytest.mark.parametrize(
    "moment",
    ["2026-02-30", "2026-13-01", "0000-01-01", "9999-12-31", "1899-12-31T23:59:59Z", "2201-01-01", "24:00",
     "2026-01-01T25:00",
     "2026-01-01T00:00:00+99:00", "", "now", 0, 1_700_000_000, True, [], "2026-01-01T00:00:00Z; DROP", "2026-W60-1",
     "١٢-٠٣-٢٠٢٦"],
    ids=repr,
)  # fmt: skip
def test_103_what_is_no_moment(moment: Any) -> None:
    for schema, field in (
        (PropertyCreate, "listed_at"),
        (PropertyUpdate, "closed_at"),
        (PropertyFilter, "created_from"),
    ):
        given = {**FLAT, field: moment} if schema is PropertyCreate else {field: moment}
        assert codes(lambda kind=schema, of=given: validate(kind, of)), field
    assert codes(lambda: validate(PropertyCreate, {**FLAT, "exclusive_until": moment}))


def test_103_moments_follow_one_written_rule(agency: Agency) -> None:
    """With an offset as it says; without one in the caller's zone, here Europe/Moscow; a date is its first moment."""
    for written, kept in (
        ("2026-01-12T10:00:00+05:00", "2026-01-12T05:00:00.000000Z"), ("2026-01-12T10:00:00Z",
        "2026-01-12T10:00:00.000000Z"),
        ("2026-01-12T10:00", "2026-01-12T07:00:00.000000Z"), ("2026-01-12", "2026-01-11T21:00:00.000000Z"),
        ("2026-01-12T10:00:00-00:30", "2026-01-12T10:30:00.000000Z"), ("20260112T100000Z",
        "2026-01-12T10:00:00.000000Z"),
    ):  # fmt: skip
        data = validate(PropertyCreate, {**FLAT, "listed_at": written}, zone="Europe/Moscow")
        assert agency.do(lambda work, of=data: work.properties.create(of))["listed_at"] == kept
    assert codes(
        lambda: agency.do(create(listed_at="2026-01-12T10:00:00+05:00", closed_at="2026-01-12T04:59:59Z"))
    ) == ["property.closed_before_listed"]  # fmt: skip
    assert agency.do(create(listed_at="2026-01-12T10:00:00+05:00", closed_at="2026-01-12T05:00:00Z"))


def test_096_a_number_of_a_stranger_is_no_way_in(agency: Agency) -> None:
    agency.add_account("boris")
    agency.do(create())
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.properties.get(1), user="boris")
