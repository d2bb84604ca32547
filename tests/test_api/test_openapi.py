"""The OpenAPI document tells the truth: answers fit their schemas, examples are some, operations are whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx
import jsonschema_rs
import pytest

from realty_cli.properties import record
from tests.test_api.inside import FLAT, Inside, P, created
from tests.test_api.test_matrix import ROWS, World, world  # noqa: F401 - the fixture

ONE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
BOTH = pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
#: The names that the seed gives to the shapes of listings.
SEED = {
    "PropertyCreate", "PropertyUpdate", "PropertyResponse", "PropertyListResponse", "PropertyFilter",
    "PropertyStatistics", "PropertySearchRequest", "PropertyBulkUpdate", "PropertyExportRequest",
    "PropertyImportRequest", "PropertyPhotoUpload",
}  # fmt: skip
WHOLE: dict[str, Any] = {
    **FLAT, "external_id": "N-1", "source": "cian", "source_url": "https://example.com/1", "description": "Текст",
    "currency": "RUB", "market": "resale", "rooms": 2, "is_studio": False, "is_euro": True, "is_apartments": False,
    "is_free_layout": False, "area_total": 54.3, "area_living": 31, "area_kitchen": 9.5, "area_land": 600, "floor": 5,
    "floors_total": 9, "year_built": 1974, "building_material": "brick", "renovation": "euro", "ceiling_height": 2.64,
    "country": "Россия", "region": "Татарстан", "city": "Казань", "district": "Вахитовский", "street": "ул. Баумана",
    "house": "7", "flat": "12", "postal_code": "420111", "address": "Казань, ул. Баумана, 7", "latitude": 55.79,
    "longitude": 49.11, "metro": "Кремлёвская", "metro_minutes": 7, "cadastral_number": "16:50:0110101:123",
    "mortgage": True, "bargain": False, "commission": 2.5, "deposit": 1_000.5, "contact_name": "Анна",
    "contact_phone": "+79161234567", "tags": ["срочно"], "attributes": {"Вид": "во двор"},
    "listed_at": "2026-01-15T10:00:00+03:00", "exclusive_from": "2026-01-15", "exclusive_until": "2026-07-15",
}  # fmt: skip


def _named(schema: Any, schemas: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The schemas that a schema names, and those that they name: to compile all of them takes a third of a second."""
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema)):
        if name not in found:
            found[name] = schemas[name]
            _named(schemas[name], schemas, found)
    return found


@lru_cache(maxsize=2)
def _parsed(text: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(text)
    return body


class Document:
    """The document of a server, and its schemas as validators."""

    def __init__(self, client: httpx.Client) -> None:
        self.body = _parsed(client.get("/openapi.json").content)
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in self.body["paths"].items()
            for method, operation in methods.items()
        }

    def check(self, schema: dict[str, Any], value: Any, where: str) -> None:
        whole = {**schema, "components": {"schemas": _named(schema, self.body["components"]["schemas"], {})}}
        for error in jsonschema_rs.validator_for(whole, validate_formats=True).iter_errors(value):
            raise AssertionError(f"{where}: {error.message} at {list(error.instance_path)}")

    def check_answer(self, name: str, answer: httpx.Response) -> None:
        """An answer against what its operation says of this status and media type."""
        said = self.operations[name][2]["responses"]
        status = str(answer.status_code)
        assert status in said, f"{name} answers {status}, of which the document knows nothing"
        content = said[status].get("content")
        if not answer.content:
            nothing = "ndjson" in answer.headers.get("content-type", "")  # no rows, no lines
            assert content is None or status == "304" or nothing, f"{name} {status} has no content"
            return
        kind = answer.headers["content-type"].partition(";")[0]
        assert content is not None, f"{name} {status}"
        assert kind in content, f"{name} {status} answers {kind}"
        if kind.endswith("json") and "ndjson" not in kind:
            self.check(content[kind]["schema"], answer.json(), f"{name} {status}")


@pytest.fixture
def document(world: World) -> Document:  # noqa: F811
    return Document(world.nobody)


@ONE
def test_names_of_the_seed(document: Document) -> None:
    assert document.body["components"]["schemas"].keys() >= SEED


@ONE
def test_every_operation_is_whole(document: Document) -> None:
    names = [name for name, _ in document.operations.items()]
    assert len(names) == len(set(names))
    for name, (method, path, operation) in document.operations.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", name), "fit for the name of a function"
        assert operation.get("summary"), name
        assert operation["tags"], name
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert good, name
        for status in good:
            for kind, content in operation["responses"][status].get("content", {}).items():
                assert content.get("schema"), (name, status, kind)
        body = operation.get("requestBody")
        assert (body is not None) <= (method in ("post", "put")), name
        if path.startswith("/api/v1"):
            assert {"400", "429", "503"} <= operation["responses"].keys(), name
        if "security" in operation:
            assert {"401", "403"} <= operation["responses"].keys(), name


@ONE
def test_headers_that_are_read_are_written_down(document: Document) -> None:
    found: dict[str, set[str]] = {}
    for name, (_, _, operation) in document.operations.items():
        for one in operation.get("parameters", []):
            if one["in"] == "header":
                found.setdefault(one["name"], set()).add(name)
    assert found["If-Match"] == {
        "update_property", "delete_property", "change_property_status", "update_me", "update_security", "update_user",
        "delete_user",
        "merge_clients", "erase_client", "withdraw_consent", "update_request", "delete_request", "delete_mark",
        "update_deal", "delete_deal", "change_deal_stage", "reserve_deal", "release_deal", "close_deal", "lose_deal",
        "update_offer", "delete_offer", "decide_offer",
        *(f"{act}_{one}" for act in ("update", "delete") for one in ("client", "lead", "interaction")),
        "change_lead_stage",
        *(f"{act}_{one}" for act in ("update", "delete") for one in ("commission", "payment", "expense", "target")),
        "update_event_template", "delete_event_template", "delete_feedback",
        "update_event", "delete_event", "change_event_status", "update_calendar_settings",
        "update_notification_settings",
        *(f"{act}_{one}" for act in ("update", "delete") for one in ("threshold", "report_schedule")),
        "acknowledge_alert", "snooze_alert",
    }  # fmt: skip
    assert found["Idempotency-Key"] == {
        "create_property", "upload_property_photo", "create_consent", "create_request", "mark_match",
        "create_deal", "create_offer", "create_client", "create_lead", "log_interaction", "take_in_enquiry",
        "create_commission", "create_payment", "create_expense", "create_target",
        "create_event_template", "create_event_of_template", "create_feedback", "create_event", "create_events",
        "create_recurring_event", "create_threshold", "create_report_schedule",
    }  # fmt: skip
    assert found["If-None-Match"] >= {"get_property", "get_photo", "get_property_photo", "get_me", "get_user"}
    for name in found["If-Match"]:
        assert "412" in document.operations[name][2]["responses"]
    for name in found["If-None-Match"]:
        assert "304" in document.operations[name][2]["responses"]


@ONE
def test_every_example_is_one(document: Document) -> None:
    """Bodies and answers have examples, and each of these fits its schema."""

    def examples(content: dict[str, Any]) -> Iterator[Any]:
        if "example" in content:
            yield content["example"]
        yield from (one["value"] for one in content.get("examples", {}).values())

    without = []
    for name, (_, _, operation) in document.operations.items():
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            found = list(examples(content))
            schema = content["schema"]
            found += schema.get("examples", [])
            if not found and "$ref" in schema:
                shape = document.body["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
                found = shape.get("examples", [])
            if not found:
                without.append(f"{name} takes {kind}")
            for one in found:
                document.check(schema, one, f"{name} takes {kind}")
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                for one in examples(content):
                    document.check(content["schema"], one, f"{name} {status}")
                if status.startswith("2") and kind == "application/json" and not list(examples(content)):
                    without.append(f"{name} answers {status}")
    assert [one for one in without if "propert" in one or "photo" in one or "import" in one] == []


@pytest.mark.parametrize("world", ["postgresql"], indirect=True)  # schemathesis looks at the answers of the other
@pytest.mark.parametrize("name", ROWS)
def test_every_answer_fits_its_schema(world: World, name: str) -> None:  # noqa: F811
    """As each caller gets it: the good answers and the refusals."""
    row = ROWS[name]
    document = Document(world.nobody)
    people = ("boris", "olga", "anna")
    own = [world.inside.client(one) for one in people]
    for caller in (world.nobody, world.read_key, *own):
        document.check_answer(name, row.call(caller, row.place(world)))
    if name == "end_other_sessions":
        world.stranger, world.owner, world.admin = (world.inside.client(one) for one in people)
    if row.needs != "open":
        method, path, _ = document.operations[name]
        garbage = world.inside.client("vera").request(
            method, re.sub(r"\{\w+\}", "987654321", path), json={"no_such_field": 1}
        )
        document.check_answer(name, garbage)


@BOTH
def test_empty_and_full_listings_fit_their_schemas(world: World) -> None:  # noqa: F811
    document = Document(world.nobody)
    vera = world.inside.client(f"vera{world.next()}")
    assert set(WHOLE) == set(record.SHOWN) - {
        "id", "owner_id", "status", "status_reason", "closed_at", "final_price", "client_id", "price_per_m2", "version",
        "created_at", "updated_at", "deleted_at",
    }  # fmt: skip

    def all_answers() -> None:
        reads: tuple[tuple[str, str], ...] = (
            ("list_properties", P), ("get_property_statistics", P + "/statistics/summary"),
            ("list_duplicates", P + "/duplicates"), ("export_properties", P + "/export?format=json"),
        )  # fmt: skip
        for name, path in reads:
            document.check_answer(name, vera.get(path))
        document.check_answer("search_properties", vera.post(P + "/search", json={}))
        document.check_answer("search_properties", vera.post(P + "/search", json={"facets": False}))

    all_answers()
    document.check_answer("analyze_description", vera.post(P + "/analyze-description", json={"description": ""}))
    draft = created(vera, price=None, status="draft", title="x")
    all_answers()
    answer = vera.post(P, json=WHOLE)
    document.check_answer("create_property", answer)
    made = answer.json()
    assert {name for name, value in made.items() if value in (None, [], {})} == {
        "client_id", "closed_at", "final_price", "status_reason", "deleted_at", "photos",
    }  # fmt: skip
    created(vera, **{**WHOLE, "title": "Вторая", "external_id": "N-2", "source_url": "https://example.com/2"})
    path = f"{P}/{made['id']}"
    document.check_answer("update_property", vera.put(path, json={"price": 4_999_999.99}))
    document.check_answer("change_property_status", vera.post(path + "/status", json={"status": "sold", "reason": "x"}))
    document.check_answer("get_property_history", vera.get(path + "/history"))
    document.check_answer("get_property_history", vera.get(f"{P}/{draft['id']}/history"))
    for body in ({"property_id": made["id"], "description": "Дом, 3 комнаты, 8 этаж. ЗВОНИТЕ 8 916 123-45-67!!!"},
                 {"property_id": draft["id"]}):  # fmt: skip
        document.check_answer("analyze_description", vera.post(P + "/analyze-description", json=body))
    all_answers()
    text = "Тип;Сделка;Цена;Ремонт\nКвартира;Продажа;много;x\nДом;Продажа;5;хайтек\n"
    for fields in ({}, {"dry_run": "true"}, {"atomic": "true"}):
        answer = vera.post(P + "/import", files={"file": ("a.csv", text.encode())}, data=fields)
        document.check_answer("import_properties", answer)
        if not fields:
            assert (answer.json()["rejected"], bool(answer.json()["warnings"])) == (1, True)
    vera.delete(path)
    document.check_answer("list_properties", vera.get(P, params={"deleted": True}))


def test_the_command_answers_what_the_api_answers(inside: Inside) -> None:
    """The body of `realty ... --json`, byte for byte but for moments of making."""
    from tests.test_cli.conftest import Line

    anna = inside.client(**{"Accept-Language": "ru"})
    agency = inside.agency
    url = agency.realty.settings.database_url
    words = ("--lang", "ru", *(("--db", url) if url else ()), "properties")
    line = Line(agency.realty.settings.home)

    def said(*rest: Any) -> Any:
        return line.json(*words, *rest)

    first, second = created(anna, **WHOLE), created(anna, title="Студия", rooms=0)
    anna.put(f"{P}/{first['id']}", json={"price": 1})
    ages = {"days_on_market"}  # the command has its own clock

    def same(one: Any, other: Any) -> None:
        if isinstance(one, dict):
            assert one.keys() == other.keys()
            for name in one.keys() - ages:
                same(one[name], other[name])
        elif isinstance(one, list):
            assert len(one) == len(other)
            for left, right in zip(one, other, strict=True):
                same(left, right)
        else:
            assert one == other

    pairs: list[tuple[httpx.Response, Any]] = [
        (anna.get(f"{P}/{first['id']}"), said("show", first["id"])),
        (anna.get(P, params={"sort": "price", "rooms": [0, 2]}), said("list", "--sort", "price", "-r", "0", "-r", "2")),
        (anna.get(f"{P}/{first['id']}/history"), said("history", first["id"])),
        (anna.get(P + "/duplicates"), said("duplicates")),
        (anna.post(P + "/analyze-description", json={"property_id": first["id"]}), said("analyze", first["id"])),
        (anna.get(f"{P}/{first['id']}/photos"), said("photos", "list", first["id"])),
        (anna.post(P + "/search", json={"text": "студия", "facets": True}), said("search", "студия", "--facets")),
        (anna.get(P + "/export", params={"format": "json", "sort": "id"}),
         said("export", "-", "--format", "json", "--sort", "id")),
    ]  # fmt: skip
    for answer, body in pairs:
        assert answer.status_code == 200, answer.text
        same(answer.json(), body)
    ages |= {"average_days_on_market", "created_last_30_days", "closed_last_30_days"}
    same(anna.get(P + "/statistics/summary").json(), said("stats"))
    ages |= {"version", "updated_at", "operation_id"}
    same(anna.put(f"{P}/{second['id']}", json={"floor": 3}).json(), said("edit", second["id"], "--floor", 3))
    same(
        anna.post(f"{P}/{second['id']}/status", json={"status": "reserved"}).json(),
        said("status", second["id"], "reserved"),
    )
    same(
        anna.post(P + "/bulk", json={"filter": {}, "add_tags": ["y"], "dry_run": True}).json(),
        said("bulk", "--all", "--add-tag", "y", "--dry-run"),
    )
