"""`GET /api/v1/changes`: the log in sequence."""

from __future__ import annotations

from tests.test_api.inside import Inside, P, created, problem

C = "/api/v1/changes"


def test_the_api_gives_pages_of_it(inside: Inside) -> None:
    anna, boris = inside.client("anna"), inside.client("boris")
    number = created(anna)["id"]
    anna.put(f"{P}/{number}", json={"price": 4_900_000})
    created(boris, title="Чужая")
    body = boris.get(C, params={"kind": "property"}).json()
    assert [one["new"]["title"] for one in body["items"]] == ["Чужая"]
    body = anna.get(C, params={"kind": "property", "limit": 1}).json()
    assert (len(body["items"]), body["more"]) == (1, True)
    [edit, _] = anna.get(C, params={"kind": "property", "since": body["next_since"]}).json()["items"]
    assert (edit["command"], edit["source"], edit["diff"]["price"]) == (f"PUT {P}/{number}", "api", 4_900_000)
    assert anna.get(C, params={"kind": "property", "object_id": number}).json()["items"][1] == edit
    for wrong in ({"since": -1}, {"limit": 0}, {"limit": 1_001}, {"kind": "x"}, {"until": 5}, {"since": 10**30}):
        problem(anna.get(C, params=wrong), 422)
    assert anna.get(C, params={"since": 2**53}).json()["items"] == []
