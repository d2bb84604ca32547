"""Files, duplicates, consents and personal data of clients over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Agency
from tests.test_api.conftest import V1
from tests.test_api.inside import Inside, problem

C = V1 + "/clients"
FILE = "ФИО;Телефон;Бюджет до\nИванов Пётр;8 916 123-45-67;7,5 млн\nPetr Ivanov;89161234567;\n;;\nАнна;89031112233;\n"


@pytest.fixture
def inside(agency: Agency) -> Iterator[Inside]:
    made = Inside(agency)
    yield made
    made.end()


def brought(client: Any, text: str = FILE, **fields: Any) -> Any:
    return client.post(C + "/import", files={"file": ("люди.csv", text.encode())}, data=fields)


def test_a_file_comes_in_goes_out_and_is_taken_back(inside: Inside) -> None:
    olga, boris = inside.client("olga"), inside.client("boris")
    dry = brought(olga, dry_run="true").json()
    assert (dry["import_id"], dry["created"]) == (None, 2)
    done = brought(olga).json()
    assert (done["created"], done["unchanged"], done["rejected"]) == (2, 1, 0)
    assert brought(olga).json()["import_id"] is None
    assert [one["name"] for one in olga.get(C, params={"sort": "id"}).json()["items"]] == ["Иванов Пётр", "Анна"]
    assert olga.get(V1 + "/leads").json()["items"][0]["budget_max"] == 7_500_000
    assert len(olga.get(C + "/export", params={"format": "jsonl"}).text.splitlines()) == 2
    some = olga.post(C + "/export", json={"format": "json", "filter": {"q": "Анна"}, "fields": ["name"]})
    assert some.json() == [{"name": "Анна"}]
    hidden = olga.get(C + "/export", params={"format": "csv", "anonymise": "true"}).text
    assert "Иванов" not in hidden
    assert "1234567" not in hidden
    assert boris.get(C + "/export", params={"format": "json"}).json() == []
    problem(boris.post(f"{C}/import/{done['import_id']}/undo"), 404)
    assert olga.post(f"{C}/import/{done['import_id']}/undo").json()["removed"] == 3
    assert olga.get(C).json()["total"] == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"format": "exe"}, 422), ({"map": "ФИО=salary"}, 422), ({"set": "salary=5"}, 422), ({"rows": "5"}, 422)],
)
def test_what_an_import_refuses(inside: Inside, fields: dict[str, str], status: int) -> None:
    problem(brought(inside.client("olga"), **fields), status)


def test_an_atomic_import_with_a_bad_row_keeps_nothing(inside: Inside) -> None:
    olga = inside.client("olga")
    problem(brought(olga, "ФИО;Комментарий\nАнна;а\n;без имени\n", atomic="true"), 422)
    assert olga.get(C).json()["total"] == 0


@pytest.mark.parametrize(
    "query",
    [{"sort": "hashed_password"}, {"sort": "(SELECT 1)"}, {"fields": "import_hash"}, {"owner": 1}, {"limit": 5},
     {"format": "../../etc/passwd"}, {"anonymise": "perhaps"}],
    ids=str,
)  # fmt: skip
def test_what_an_export_refuses(inside: Inside, query: dict[str, Any]) -> None:
    problem(inside.client("olga").get(C + "/export", params=query), 422)


def test_duplicates_merge_and_undo(inside: Inside) -> None:
    olga = inside.client("olga")
    first = olga.post(C, json={"name": "Иванов П.", "phones": ["89161234567"]}).json()["id"]
    second = olga.post(C, json={"name": "Ivanov Petr", "phones": ["89161234567", "89031112233"]}).json()["id"]
    russian = olga.get(C + "/duplicates", headers={"Accept-Language": "ru"}).json()
    assert russian["items"][0]["reasons"][0]["message"] == "один телефон +79161234567"
    problem(olga.post(f"{C}/{first}/merge", json={"others": [first]}), 422)
    problem(olga.post(f"{C}/{first}/merge", json={"others": []}), 422)
    problem(olga.post(f"{C}/{first}/merge", json={"others": [second]}, headers={"If-Match": '"9"'}), 412)
    merged = olga.post(f"{C}/{first}/merge", json={"others": [second]}, headers={"If-Match": '"1"'}).json()
    assert (merged["merged"], merged["client"]["version"]) == ([second], 2)
    problem(olga.get(f"{C}/{second}"), 404)
    assert olga.get(C + "/duplicates").json()["total"] == 0


def test_consents_are_kept_once_and_taken_back(inside: Inside) -> None:
    olga = inside.client("olga")
    client = olga.post(C, json={"name": "Анна"}).json()["id"]
    key = {"Idempotency-Key": "c-1"}
    body = {"purpose": "processing", "evidence": "бланк 7", "expires_at": "2027-01-15"}
    first = olga.post(f"{C}/{client}/consents", json=body, headers=key)
    again = olga.post(f"{C}/{client}/consents", json=body, headers=key)
    assert (first.status_code, first.json()) == (201, again.json())
    assert olga.get(first.headers["location"]).json() == first.json()
    assert olga.get(f"{C}/{client}/consents").json()["total"] == 1
    assert olga.get(C + "/retention").json()["items"] == []
    back = olga.post(f"{V1}/consents/{first.json()['id']}/withdraw", json={}, headers={"If-Match": '"1"'})
    assert (back.json()["valid"], back.json()["version"]) == (False, 2)
    assert [one["reason"] for one in olga.get(C + "/retention").json()["items"]] == ["withdrawn"]
    for wrong in ({"purpose": "spam"}, {"granted": "yes"}, {"at": "2099-01-01T00:00:00Z"}, {"evidence": "\x1b"},
                  {"evidence": "x" * 2_001}, {"client_id": 1}, {"owner_id": 1}):  # fmt: skip
        problem(olga.post(f"{C}/{client}/consents", json=wrong), 422)


def test_a_person_is_shown_and_forgotten_and_no_kept_answer_remembers(inside: Inside) -> None:
    olga = inside.client("olga")
    body = {"name": "Зебриков Пётр", "phones": ["89161234567"], "emails": ["zebrikov@example.com"]}
    made = olga.post(C, json=body, headers={"Idempotency-Key": "z-1"})
    client = made.json()["id"]
    held = olga.get(f"{C}/{client}/personal-data").json()
    assert held["client"] == made.json()
    assert [one["action"] for one in held["log"]] == ["create"]
    problem(olga.post(f"{C}/{client}/erase", headers={"If-Match": '"9"'}), 412)
    done = olga.post(f"{C}/{client}/erase").json()
    assert (done["clients"], done["log_entries"]) == ([client], 1)
    shown = olga.get(f"{C}/{client}").json()
    assert (shown["name"], shown["phones"], shown["erased_at"]) == (f"#{client}", [], done["erased_at"])
    everything = [
        olga.get(path).text
        for path in (C, f"{C}/{client}", f"{C}/{client}/personal-data", V1 + "/changes", C + "/export")
    ]
    assert "Зебриков" not in json.dumps(everything, ensure_ascii=False)
    assert olga.get(C, params={"q": "zebrikov"}).json()["total"] == 0
    # The answer that was kept is gone with the person, so the same key is a new request.
    assert olga.post(C, json=body, headers={"Idempotency-Key": "z-1"}).json()["id"] != client
    problem(olga.post(f"{C}/{client}/erase"), 409)
    problem(olga.put(f"{C}/{client}", json={"name": "Зебриков"}), 409)
    problem(olga.post(f"{C}/{client}/consents", json={}), 409)
