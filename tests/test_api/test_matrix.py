"""Who may do what, for every operation of the OpenAPI document: one row each, and no operation without a row.

A row says how a request is made and what it needs. Tried is each by nobody, by a stranger, with a key that may only
read, by the owner and by an administrator; whoever is refused has changed nothing, byte for byte.
"""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as defaulted
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Literal

import httpx
import pytest
from PIL import Image

from realty_cli.api import background
from realty_cli.auth.paging import PageQuery
from realty_cli.events.schemas.sync import IntegrationCreate
from tests.conftest import Agency
from tests.test_api.conftest import PASSWORD, V1
from tests.test_api.inside import FLAT, Inside, P, created, problem
from tests.test_properties.test_imaging import encoded

MARKER = "Зебровый"
OWNER, STRANGER, ADMIN = "olga", "boris", "anna"
A = V1 + "/auth"
CAL = V1 + "/calendar"
AN = V1 + "/analytics"
CSV = "Тип;Сделка;Цена\nКвартира;Продажа;{price}\n"


class World:
    """One server with an owner, a stranger and an administrator, and objects made as a row needs them."""

    def __init__(self, agency: Agency) -> None:
        self.inside = Inside(agency)
        self.agency = agency
        anybody = self.inside.client(None)
        for name in (OWNER, STRANGER):
            body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "full_name": name + MARKER}
            assert anybody.post(A + "/register", json=body).status_code == 201
        self.owner, self.stranger, self.admin = (self.inside.client(name) for name in (OWNER, STRANGER, ADMIN))
        self.nobody = anybody
        self.read_key = self.inside.key(self.owner, "read")
        self.write_key = self.inside.key(self.owner, "write")
        self._count = 0
        self.operations: dict[str, tuple[str, str, dict[str, Any]]] = {}

    def next(self) -> int:
        self._count += 1
        return self._count

    def listing(self, **fields: Any) -> int:
        return int(created(self.owner, title=f"{MARKER} дом {self.next()}", **fields)["id"])

    def photo(self, listing: int | None) -> int:
        data = encoded(Image.new("RGB", (9, 9), (self.next() % 256, 7, 9)), "PNG")
        fields = {} if listing is None else {"property_id": str(listing)}
        answer = self.owner.post(P + "/upload-photo", files={"file": ("a.png", data)}, data=fields)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def client(self, **fields: Any) -> int:
        body = {"name": f"{MARKER} Иван {self.next()}", "phones": [f"+7916{self._count:07d}"], **fields}
        answer = self.owner.post(V1 + "/clients", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def lead(self) -> int:
        answer = self.owner.post(f"{V1}/clients/{self.client()}/leads", json={"side": "buyer", "note": MARKER})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def wish(self) -> int:
        body = {"client_id": self.client(), "deal_type": "sale", "title": MARKER}
        answer = self.owner.post(V1 + "/requests", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def mark(self) -> int:
        body = {"request_id": self.wish(), "property_id": self.listing(), "mark": "shown", "note": MARKER}
        answer = self.owner.post(V1 + "/matches/marks", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def interaction(self) -> int:
        body = {"channel": "call", "text": MARKER}
        answer = self.owner.post(f"{V1}/clients/{self.client()}/interactions", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def deal(self, **fields: Any) -> int:
        body = {"title": f"{MARKER} сделка {self.next()}", "kind": "sale", "side": "buyer", "amount": 5, **fields}
        answer = self.owner.post(V1 + "/deals", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def reserved_deal(self) -> int:
        number = self.deal(property_id=self.listing())
        assert self.owner.post(f"{V1}/deals/{number}/reserve", json={}).status_code == 200
        return number

    def offer(self) -> int:
        answer = self.owner.post(V1 + "/offers", json={"deal_id": self.deal(), "amount": 5, "note": MARKER})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def day(self) -> str:
        return str(date(2000, 1, 1) + timedelta(days=self.next()))

    def binned_of(self, what: str, number: int) -> int:
        assert self.owner.delete(f"{V1}/{what}/{number}").status_code == 204
        return number

    def binned(self) -> int:
        number = self.listing()
        assert self.owner.delete(f"{P}/{number}").status_code == 204
        return number

    def imported(self) -> int:
        data = CSV.format(price=1_000_000 + self.next()).encode()
        answer = self.owner.post(P + "/import", files={"file": ("a.csv", data)})
        return int(answer.json()["import_id"])

    def feed(self) -> int:
        answer = self.owner.post(V1 + "/calendar/feeds", json={"name": MARKER})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def integration(self) -> int:
        data = IntegrationCreate(name=MARKER, url="https://calendar.example.org/")
        url = f"https://calendar.example.org/{self.next()}/"

        def make(work: Any) -> int:
            for one in work.integrations.page(PageQuery(limit=100))["items"]:  # an account has so many at the most
                work.integrations.remove(one["id"])
            return int(work.integrations.create(data, url, private_ok=False)[0]["id"])

        return int(self.agency.do(make, user=OWNER))

    def sync_conflict(self) -> dict[str, Any]:
        number = self.integration()
        owner = self.owner.get(A + "/me").json()["id"]
        conflict = self.agency.do(
            lambda work: work.db.value(
                "INSERT INTO sync_conflicts (integration_id, owner_id, uid, clashes, state, created_at)"
                " VALUES (:id, :owner, 'x', '[]', 'open', '2026-03-10T09:00:00.000000Z') RETURNING id",
                {"id": number, "owner": owner},
            )
        )
        return {"integration": number, "conflict": conflict}

    def template(self) -> int:
        body = {"name": MARKER, "event_type": "showing", "duration_minutes": 30}
        answer = self.owner.post(CAL + "/templates", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def shown(self) -> int:
        """A showing that is over."""
        body = {"title": MARKER, "event_type": "showing", "start_time": "2026-03-09T10:00", "end_time":
                "2026-03-09T11:00", "allow_overlap": True}  # fmt: skip
        answer = self.owner.post(CAL + "/events", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def feedback(self) -> int:
        answer = self.owner.post(f"{CAL}/events/{self.shown()}/feedback", json={"rating": 4, "note": MARKER})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def imported_events(self) -> int:
        data = f"title,start_time\n{MARKER} {self.next()},2026-03-01 10:00\n".encode()
        answer = self.owner.post(V1 + "/calendar/import", files={"file": (f"{self._count}.csv", data)})
        return int(answer.json()["import_id"])

    def imported_file(self, what: str) -> int:
        data = f"ФИО;Телефон;Сторона;Операция\n{MARKER};+7915{self.next():07d};buyer;sale\n".encode()
        answer = self.owner.post(f"{V1}/{what}/import", files={"file": ("a.csv", data)})
        return int(answer.json()["import_id"])

    def session(self) -> int:
        self.inside.token(OWNER)
        items = self.owner.get(A + "/sessions", params={"limit": 100}).json()["items"]
        return int(next(item["id"] for item in items if not item["current"]))

    def api_key(self) -> int:
        answer = self.owner.post(A + "/api-keys", json={"name": f"key {self.next()}", "scopes": ["read"]})
        return int(answer.json()["id"])

    def user(self) -> int:
        name = f"user{self.next()}"
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        answer = self.admin.post(A + "/users", json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def invitation(self) -> int:
        return int(self.admin.post(A + "/invitations", json={}).json()["id"])

    def state(self) -> dict[str, tuple[int, int]]:
        """What is stored in each table: how many rows, and a number that any change of them changes. What looking alone
        changes is left out, and the letters that are sent meanwhile."""
        tables = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            " AND name NOT LIKE '%!_search%' ESCAPE '!'"
            if self.agency.realty.database.dialect == "sqlite"
            else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_name NOT LIKE '%!_search' ESCAPE '!'"
        )

        def dump(work: Any) -> dict[str, tuple[int, int]]:
            found = {}
            for (name,) in work.db.all(tables):
                if name in ("outbox", "one_time_tokens"):
                    continue
                cursor = work.db.execute(f"SELECT * FROM {name}")
                kept = itemgetter(*(at for at, one in enumerate(cursor.description) if not one[0].startswith("last_")))
                rows = list(map(kept, cursor.fetchall()))
                found[name] = len(rows), sum(map(hash, rows))
            return found

        found: dict[str, tuple[int, int]] = self.agency.ask(dump)
        return found

    def end(self) -> None:
        self.inside.end()


Call = Callable[[httpx.Client, dict[str, Any]], httpx.Response]


@dataclass(frozen=True)
class Row:
    """How one operation is asked, and what it needs.

    `needs`: `open` nobody has to be signed in; `read` and `write` are scopes; `guard` is never for a key; `users` is
    for administrators. `foreign`: it names an object of the owner, which a stranger does not find.
    """

    call: Call
    needs: Literal["open", "read", "write", "guard", "users"]
    status: tuple[int, ...] = (200,)
    foreign: bool = False
    place: Callable[[World], dict[str, Any]] = defaulted(default=lambda world: {})
    admin: tuple[int, ...] | None = None
    """What an administrator gets, if not what the owner does; () is not asked."""


def sent(method: str, path: str, **given: Any) -> Call:
    """A request whose path and body are filled from the place: `{listing}`, or "{listing}" for a number in JSON."""

    def fill(value: Any, place: dict[str, Any]) -> Any:
        if isinstance(value, str) and (whole := re.fullmatch(r"\{(\w+)\}", value)):
            return place[whole[1]]
        if isinstance(value, dict):
            return {name: fill(one, place) for name, one in value.items()}
        if isinstance(value, list):
            return [fill(one, place) for one in value]
        return value

    def call(client: httpx.Client, place: dict[str, Any]) -> httpx.Response:
        return client.request(method, path.format(**place), **{name: fill(one, place) for name, one in given.items()})

    return call


def picture(client: httpx.Client, place: dict[str, Any]) -> httpx.Response:
    data = {"property_id": str(place["listing"])}
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (1, 2, 3)).save(buffer, "PNG")
    return client.post(P + "/upload-photo", files={"file": ("a.png", buffer.getvalue())}, data=data)


EVENT = {
    "title": "x", "event_type": "call", "start_time": "2026-03-09T10:00", "end_time": "2026-03-09T11:00",
    "allow_overlap": True,
}  # fmt: skip


def event(world: World) -> dict[str, Any]:
    return {"event": world.shown()}


def listing(world: World) -> dict[str, Any]:
    return {"listing": world.listing()}


def own_money(what: str, **body: Any) -> Call:
    """Something of a deal of the caller's own."""

    def call(client: httpx.Client, place: dict[str, Any]) -> httpx.Response:
        made = client.post(D, json={"title": "x", "kind": "sale", "side": "buyer"})
        number = made.json()["id"] if made.status_code == 201 else 1
        return client.post(f"{V1}/{what}", json={"deal_id": number, **body})

    return call


def with_money(world: World) -> dict[str, Any]:
    """A deal of the owner's with a line of commission, a payment, an expense and a target."""
    found = {"deal": world.deal()}
    for name, body in (
        ("commission", {"deal_id": found["deal"], "payer": "buyer", "rate": 2, "note": MARKER}),
        ("payment", {"deal_id": found["deal"], "amount": 5, "note": MARKER}),
        ("expense", {"category": "photos", "amount": 5, "note": MARKER}),
        ("target", {"metric": "deals", "period": world.day(), "value": 5, "note": MARKER}),
    ):
        answer = world.owner.post(f"{V1}/{name}s", json=body)
        assert answer.status_code == 201, answer.text
        found[name] = answer.json()["id"]
    return found


def report(world: World) -> dict[str, Any]:
    """A report of the owner that is ready."""
    body = {"report_type": "property_summary", "format": "md", "background": True}
    number = world.owner.post(AN + "/reports", json=body).json()["id"]
    world.agency.realty.report_round.run()
    return {"report": number}


def report_schedule(world: World) -> dict[str, Any]:
    body = {"cron": "0 9 1 1 *", "report": {"report_type": "agency", "period": "last year"}}
    answer = world.owner.post(AN + "/reports/schedules", json=body)
    assert answer.status_code == 201, answer.text
    return {"schedule": answer.json()["id"]}


def threshold(world: World) -> dict[str, Any]:
    body = {"metric": "properties.inventory", "operator": "lt", "value": 1, "name": MARKER}
    answer = world.owner.post(AN + "/alerts/thresholds", json=body)
    assert answer.status_code == 201, answer.text
    return {"threshold": int(answer.json()["id"])}


def alert(world: World) -> dict[str, Any]:
    """A new alert of the owner's, about a deal of a day long past."""
    number = world.deal(expected_close="2020-01-01", amount=1_000 * world.next())
    world.agency.realty.check_alerts(figures=False)
    items = world.owner.get(AN + "/alerts/active", params={"limit": 100}).json()["items"]
    about = {(one["subject"]["type"], one["subject"]["id"]): one["id"] for one in items}
    return {"alert": about["deal", number]}


def put_aside(client: httpx.Client, place: dict[str, Any]) -> httpx.Response:
    """The first insight that whoever asks has."""
    found = client.get(AN + "/insights/recommendations")
    items = found.json()["items"] if found.status_code == 200 else []
    key = items[0]["id"] if items else "onboarding"
    return client.post(f"{AN}/insights/{key}/dismiss", json={})


def binned_money(world: World) -> dict[str, Any]:
    place = with_money(world)
    for name in ("commission", "payment", "expense", "target"):
        world.binned_of(name + "s", place[name])
    return place


def client(world: World) -> dict[str, Any]:
    return {"client": world.client()}


def two_clients(world: World) -> dict[str, Any]:
    return {"client": world.client(), "other": world.client()}


def consent(world: World) -> dict[str, Any]:
    body = {"granted": False, "evidence": MARKER}
    answer = world.owner.post(f"{V1}/clients/{world.client()}/consents", json=body)
    return {"consent": int(answer.json()["id"])}


def lead(world: World) -> dict[str, Any]:
    return {"lead": world.lead()}


def wish(world: World) -> dict[str, Any]:
    return {"wish": world.wish()}


def marked(world: World) -> dict[str, Any]:
    return {"mark": world.mark()}


def pair(world: World) -> dict[str, Any]:
    return {"wish": world.wish(), "listing": world.listing()}


def own_wish(client: httpx.Client, place: dict[str, Any]) -> httpx.Response:
    """A request of a client of the caller's own."""
    made = client.post(V1 + "/clients", json={"name": "Пётр"})
    number = made.json().get("id", 1)
    return client.post(WISHES, json={"client_id": number, "deal_type": "sale"})


def own_mark(client: httpx.Client, place: dict[str, Any]) -> httpx.Response:
    """Of a request and a listing of the caller's own."""
    wish = own_wish(client, place).json().get("id", 1)
    listing = client.post(P, json=FLAT).json().get("id", 1)
    return client.post(MARKS, json={"request_id": wish, "property_id": listing, "mark": "shown"})


def said(world: World) -> dict[str, Any]:
    return {"said": world.interaction()}


def ending(world: World) -> dict[str, Any]:
    return {"listing": world.listing(exclusive_until="2026-03-12")}


def with_photo(world: World) -> dict[str, Any]:
    number = world.listing()
    return {"listing": number, "photo": world.photo(number)}


def two(world: World) -> dict[str, Any]:
    return {"listing": world.listing(), "other": world.listing()}


def feed(world: World) -> dict[str, Any]:
    return {"feed": world.feed()}


def integration(world: World) -> dict[str, Any]:
    return {"integration": world.integration()}


def template(world: World) -> dict[str, Any]:
    return {"template": world.template()}


def feedback(world: World) -> dict[str, Any]:
    return {"feedback": world.feedback()}


def deal(world: World) -> dict[str, Any]:
    return {"deal": world.deal()}


def offer(world: World) -> dict[str, Any]:
    return {"offer": world.offer()}


def own_offer(client: httpx.Client, place: dict[str, Any]) -> httpx.Response:
    made = client.post(P, json=FLAT)
    number = made.json()["id"] if made.status_code == 201 else 1
    return client.post(OFFERS, json={"property_id": number, "amount": 5})


C, LEADS, SAID = V1 + "/clients", V1 + "/leads", V1 + "/interactions"
WISHES, MARKS = V1 + "/requests", V1 + "/matches/marks"
D, OFFERS = V1 + "/deals", V1 + "/offers"
SAME = {"password": PASSWORD, "code": "000000"}
ROWS: dict[str, Row] = {
    # system
    "list_versions": Row(sent("GET", "/api/versions"), "open"),
    "get_liveness": Row(sent("GET", "/health/live"), "open"),
    "get_readiness": Row(sent("GET", "/health/ready"), "open"),
    # auth: coming in
    "register": Row(
        sent("POST", A + "/register", json={"username": "{name}", "email": "{email}", "password": PASSWORD}),
        "open", (201,), admin=(),
        place=lambda world: {"name": f"n{world.next()}", "email": f"n{world.next()}@x.example"},
    ),
    "login": Row(sent("POST", A + "/login", data={"username": STRANGER, "password": PASSWORD}), "open"),
    "login_telegram": Row(sent("POST", A + "/login/telegram", json={"init_data": "x"}), "open", (401, 503)),
    "refresh": Row(sent("POST", A + "/refresh", json={"refresh_token": "x" * 43}), "open", (401,)),
    "reset_password": Row(sent("POST", A + "/reset-password", json={"email": "no@example.com"}), "open", (202,)),
    "verify_email": Row(sent("POST", A + "/verify-email", json={"token": "x" * 43}), "open", (401, 404, 409, 422)),
    # auth: the own account
    "get_me": Row(sent("GET", A + "/me"), "read"),
    "update_me": Row(sent("PUT", A + "/me", json={"timezone": "Asia/Yekaterinburg"}), "write"),
    "get_my_profile": Row(sent("GET", A + "/me/profile"), "read"),
    "get_my_stats": Row(sent("GET", A + "/me/stats"), "read"),
    "change_password": Row(
        sent("POST", A + "/change-password", json={"current_password": "wrong one", "new_password": PASSWORD + "!"}),
        "guard", (401, 403, 422), admin=(),
    ),
    "logout": Row(sent("POST", A + "/logout"), "guard", (204,)),
    "list_sessions": Row(sent("GET", A + "/sessions"), "guard"),
    "end_other_sessions": Row(sent("DELETE", A + "/sessions"), "guard", (204,), admin=()),
    "end_session": Row(
        sent("DELETE", A + "/sessions/{session}"), "guard", (204,), foreign=True,
        place=lambda world: {"session": world.session()}, admin=(404,),
    ),
    "list_login_history": Row(sent("GET", A + "/login-history"), "guard"),
    "get_security": Row(sent("GET", A + "/security"), "guard"),
    "update_security": Row(sent("PUT", A + "/security", json={"login_letters": True}), "guard"),
    "verify_phone": Row(sent("POST", A + "/verify-phone", json={"code": "000000"}), "guard", (401, 409, 422)),
    "setup_two_factor": Row(sent("POST", A + "/2fa/setup"), "guard"),
    "verify_two_factor": Row(sent("POST", A + "/2fa/verify", json={"code": "000000"}), "guard", (401, 409, 422)),
    "disable_two_factor": Row(sent("POST", A + "/2fa/disable", json=SAME), "guard", (401, 409, 422)),
    "renew_recovery_codes": Row(sent("POST", A + "/2fa/recovery-codes", json=SAME), "guard", (401, 409, 422)),
    "link_telegram": Row(sent("POST", A + "/telegram", json={"init_data": "x"}), "guard", (401, 503)),
    "unlink_telegram": Row(sent("DELETE", A + "/telegram"), "guard", (204,)),
    "create_api_key": Row(sent("POST", A + "/api-keys", json={"name": "k", "scopes": ["read"]}), "guard", (201,)),
    "list_api_keys": Row(sent("GET", A + "/api-keys"), "guard"),
    "get_api_key": Row(
        sent("GET", A + "/api-keys/{key}"), "guard", foreign=True, place=lambda world: {"key": world.api_key()},
        admin=(404,),
    ),
    "revoke_api_key": Row(
        sent("DELETE", A + "/api-keys/{key}"), "guard", (204,), foreign=True,
        place=lambda world: {"key": world.api_key()}, admin=(404,),
    ),
    # administrators
    "list_users": Row(sent("GET", A + "/users"), "users"),
    "create_user": Row(
        sent("POST", A + "/users", json={"username": "fresh", "email": "fresh@example.com"}), "users", (201,)
    ),
    "get_user": Row(sent("GET", A + "/users/{user}"), "users", place=lambda world: {"user": world.user()}),
    "update_user": Row(
        sent("PUT", A + "/users/{user}", json={"full_name": "X"}), "users", place=lambda world: {"user": world.user()}
    ),
    "delete_user": Row(
        sent("DELETE", A + "/users/{user}"), "users", (204,), place=lambda world: {"user": world.user()}
    ),
    "list_invitations": Row(sent("GET", A + "/invitations"), "users"),
    "create_invitation": Row(sent("POST", A + "/invitations", json={}), "users", (201,)),
    "revoke_invitation": Row(
        sent("DELETE", A + "/invitations/{invitation}"), "users", (204,),
        place=lambda world: {"invitation": world.invitation()},
    ),
    # what spans the slices
    "list_changes": Row(sent("GET", V1 + "/changes"), "read", place=listing),
    "search_everything": Row(sent("GET", V1 + "/search", params={"q": "сделка"}), "read", place=deal),
    "get_today": Row(sent("GET", V1 + "/today"), "read", place=ending),
    # listings
    "create_property": Row(sent("POST", P, json=FLAT), "write", (201,)),
    "list_properties": Row(sent("GET", P, params={"limit": 100}), "read", place=listing),
    "get_property_statistics": Row(sent("GET", P + "/statistics/summary"), "read", place=listing),
    "search_properties": Row(sent("POST", P + "/search", json={"text": MARKER}), "read", place=listing),
    "update_properties": Row(
        sent("POST", P + "/bulk", json={"ids": ["{listing}"], "add_tags": ["x"]}), "write", foreign=True, place=listing
    ),
    "list_duplicates": Row(sent("GET", P + "/duplicates"), "read", place=two),
    "dismiss_duplicate": Row(
        sent("POST", P + "/duplicates/dismiss", json={"a": "{listing}", "b": "{other}"}), "write", (204,), foreign=True,
        place=two,
    ),
    "analyze_description": Row(
        sent("POST", P + "/analyze-description", json={"property_id": "{listing}"}), "read", foreign=True, place=listing
    ),
    "get_property": Row(sent("GET", P + "/{listing}"), "read", foreign=True, place=listing),
    "update_property": Row(
        sent("PUT", P + "/{listing}", json={"price": 1}), "write", foreign=True, place=listing
    ),
    "delete_property": Row(sent("DELETE", P + "/{listing}"), "write", (204,), foreign=True, place=listing),
    "restore_property": Row(
        sent("POST", P + "/{listing}/restore"), "write", foreign=True, place=lambda world: {"listing": world.binned()}
    ),
    "change_property_status": Row(
        sent("POST", P + "/{listing}/status", json={"status": "sold"}), "write", foreign=True, place=listing
    ),
    "get_property_history": Row(sent("GET", P + "/{listing}/history"), "read", foreign=True, place=listing),
    # photos
    "upload_property_photo": Row(picture, "write", (201,), foreign=True, place=listing),
    "get_photo": Row(sent("GET", P + "/photos/{photo}"), "read", foreign=True, place=with_photo),
    "list_property_photos": Row(sent("GET", P + "/{listing}/photos"), "read", foreign=True, place=with_photo),
    "order_property_photos": Row(
        sent("PUT", P + "/{listing}/photos/order", json={"order": ["{photo}"]}), "write", foreign=True,
        place=with_photo,
    ),
    "get_property_photo": Row(sent("GET", P + "/{listing}/photos/{photo}"), "read", foreign=True, place=with_photo),
    "delete_property_photo": Row(
        sent("DELETE", P + "/{listing}/photos/{photo}"), "write", (204,), foreign=True, place=with_photo
    ),
    "get_property_analytics": Row(sent("GET", P + "/{listing}/analytics"), "read", foreign=True, place=listing),
    "list_comparables": Row(sent("GET", P + "/{listing}/comparables"), "read", foreign=True, place=listing),
    "recommend_price": Row(
        sent("PUT", P + "/{listing}/recommended-price", json={"price": 8_700_000}), "write", foreign=True, place=listing
    ),
    "get_estimate_accuracy": Row(sent("GET", P + "/comparables/accuracy"), "read", place=listing),
    "import_comparables": Row(
        lambda client, place: client.post(
            P + "/comparables/import", files={"file": ("a.csv", CSV.format(price=5).encode())}
        ),
        "write",
    ),
    # files
    "import_properties": Row(
        lambda client, place: client.post(P + "/import", files={"file": ("a.csv", CSV.format(price=5).encode())}),
        "write",
    ),
    "undo_import": Row(
        sent("POST", P + "/import/{imported}/undo"), "write", foreign=True,
        place=lambda world: {"imported": world.imported()},
    ),
    "export_properties": Row(sent("GET", P + "/export", params={"format": "json"}), "write", place=listing),
    "export_properties_by_request": Row(sent("POST", P + "/export", json={"format": "json"}), "write", place=listing),
    # clients: files, duplicates, personal data
    "import_clients": Row(
        lambda one, place: one.post(C + "/import", files={"file": ("a.csv", "ФИО;Тел\nАнна;89161234567\n".encode())}),
        "write",
    ),
    "undo_client_import": Row(
        sent("POST", C + "/import/{imported}/undo"), "write", foreign=True,
        place=lambda world: {"imported": world.imported_file("clients")},
    ),
    "export_clients": Row(sent("GET", C + "/export", params={"format": "json"}), "write", place=client),
    "export_clients_by_request": Row(sent("POST", C + "/export", json={"format": "json"}), "write", place=client),
    "list_client_duplicates": Row(sent("GET", C + "/duplicates"), "read", place=two_clients),
    "dismiss_client_duplicate": Row(
        sent("POST", C + "/duplicates/dismiss", json={"a": "{client}", "b": "{other}"}), "write", (204,), foreign=True,
        place=two_clients,
    ),
    "merge_clients": Row(
        sent("POST", C + "/{client}/merge", json={"others": ["{other}"]}), "write", foreign=True, place=two_clients
    ),
    "list_clients_past_retention": Row(sent("GET", C + "/retention"), "read", place=consent),
    "list_client_consents": Row(sent("GET", C + "/{client}/consents"), "read", foreign=True, place=client),
    "create_consent": Row(
        sent("POST", C + "/{client}/consents", json={"purpose": "processing"}), "write", (201,), foreign=True,
        place=client,
    ),
    "get_consent": Row(sent("GET", V1 + "/consents/{consent}"), "read", foreign=True, place=consent),
    "withdraw_consent": Row(
        sent("POST", V1 + "/consents/{consent}/withdraw", json={}), "write", foreign=True, place=consent
    ),
    "get_personal_data": Row(sent("GET", C + "/{client}/personal-data"), "write", foreign=True, place=client),
    "erase_client": Row(sent("POST", C + "/{client}/erase"), "write", foreign=True, place=client),
    # clients
    "create_client": Row(sent("POST", C, json={"name": "Кто-то"}), "write", (201,)),
    "list_clients": Row(sent("GET", C, params={"limit": 100}), "read", place=client),
    "take_in_enquiry": Row(
        sent("POST", C + "/intake", json={"phones": ["{phone}"], "text": "x"}), "write", (201,),
        place=lambda world: {"phone": f"+7917{world.next():07d}"},
    ),
    "get_client": Row(sent("GET", C + "/{client}"), "read", foreign=True, place=client),
    "update_client": Row(sent("PUT", C + "/{client}", json={"notes": "x"}), "write", foreign=True, place=client),
    "delete_client": Row(sent("DELETE", C + "/{client}"), "write", (204,), foreign=True, place=client),
    "restore_client": Row(
        sent("POST", C + "/{client}/restore"), "write", foreign=True,
        place=lambda world: {"client": world.binned_of("clients", world.client())},
    ),
    "list_client_interactions": Row(sent("GET", C + "/{client}/interactions"), "read", foreign=True, place=client),
    "log_interaction": Row(
        sent("POST", C + "/{client}/interactions", json={"channel": "call"}), "write", (201,), foreign=True,
        place=client,
    ),
    "list_client_leads": Row(sent("GET", C + "/{client}/leads"), "read", foreign=True, place=client),
    "create_lead": Row(
        sent("POST", C + "/{client}/leads", json={"side": "buyer"}), "write", (201,), foreign=True, place=client
    ),
    "create_request": Row(own_wish, "write", (201,)),
    "import_requests": Row(
        lambda one, place: one.post(WISHES + "/import", files={"file": ("a.csv", "ФИО\nАнна\n".encode())}),
        "write",
    ),
    "undo_request_import": Row(
        sent("POST", WISHES + "/import/{imported}/undo"), "write", foreign=True,
        place=lambda world: {"imported": world.imported_file("requests")},
    ),
    "export_requests": Row(sent("GET", WISHES + "/export", params={"format": "json"}), "write", place=wish),
    "list_requests": Row(sent("GET", WISHES, params={"limit": 100}), "read", place=wish),
    "get_request": Row(sent("GET", WISHES + "/{wish}"), "read", foreign=True, place=wish),
    "update_request": Row(sent("PUT", WISHES + "/{wish}", json={"price_max": 6}), "write", foreign=True, place=wish),
    "delete_request": Row(sent("DELETE", WISHES + "/{wish}"), "write", (204,), foreign=True, place=wish),
    "restore_request": Row(
        sent("POST", WISHES + "/{wish}/restore"), "write", foreign=True,
        place=lambda world: {"wish": world.binned_of("requests", world.wish())},
    ),
    "list_request_matches": Row(sent("GET", WISHES + "/{wish}/matches"), "read", foreign=True, place=pair),
    "list_property_matches": Row(sent("GET", P + "/{listing}/matches"), "read", foreign=True, place=pair),
    "mark_match": Row(own_mark, "write", (201,)),
    "list_marks": Row(sent("GET", MARKS, params={"limit": 100}), "read", place=marked),
    "get_mark": Row(sent("GET", MARKS + "/{mark}"), "read", foreign=True, place=marked),
    "delete_mark": Row(sent("DELETE", MARKS + "/{mark}"), "write", (204,), foreign=True, place=marked),
    "list_leads": Row(sent("GET", LEADS, params={"limit": 100}), "read", place=lead),
    "get_lead": Row(sent("GET", LEADS + "/{lead}"), "read", foreign=True, place=lead),
    "update_lead": Row(sent("PUT", LEADS + "/{lead}", json={"note": "x"}), "write", foreign=True, place=lead),
    "delete_lead": Row(sent("DELETE", LEADS + "/{lead}"), "write", (204,), foreign=True, place=lead),
    "restore_lead": Row(
        sent("POST", LEADS + "/{lead}/restore"), "write", foreign=True,
        place=lambda world: {"lead": world.binned_of("leads", world.lead())},
    ),
    "change_lead_stage": Row(
        sent("POST", LEADS + "/{lead}/stage", json={"stage": "lost", "reason": "x"}), "write", foreign=True, place=lead
    ),
    "get_lead_history": Row(sent("GET", LEADS + "/{lead}/history"), "read", foreign=True, place=lead),
    "list_interactions": Row(sent("GET", SAID, params={"limit": 100}), "read", place=said),
    "get_interaction": Row(sent("GET", SAID + "/{said}"), "read", foreign=True, place=said),
    "update_interaction": Row(sent("PUT", SAID + "/{said}", json={"text": "x"}), "write", foreign=True, place=said),
    "delete_interaction": Row(sent("DELETE", SAID + "/{said}"), "write", (204,), foreign=True, place=said),
    "restore_interaction": Row(
        sent("POST", SAID + "/{said}/restore"), "write", foreign=True,
        place=lambda world: {"said": world.binned_of("interactions", world.interaction())},
    ),
    # deals
    "create_deal": Row(sent("POST", D, json={"title": "x", "kind": "sale", "side": "buyer"}), "write", (201,)),
    "list_deals": Row(sent("GET", D, params={"limit": 100}), "read", place=deal),
    "import_deals": Row(
        lambda one, place: one.post(D + "/import", files={"file": ("a.csv", "ФИО;Сторона\nАнна;buyer\n".encode())}),
        "write",
    ),
    "undo_deal_import": Row(
        sent("POST", D + "/import/{imported}/undo"), "write", foreign=True,
        place=lambda world: {"imported": world.imported_file("deals")},
    ),
    "export_deals": Row(sent("GET", D + "/export", params={"format": "json"}), "write", place=deal),
    "get_deal": Row(sent("GET", D + "/{deal}"), "read", foreign=True, place=deal),
    "update_deal": Row(sent("PUT", D + "/{deal}", json={"amount": 6}), "write", foreign=True, place=deal),
    "delete_deal": Row(sent("DELETE", D + "/{deal}"), "write", (204,), foreign=True, place=deal),
    "restore_deal": Row(
        sent("POST", D + "/{deal}/restore"), "write", foreign=True,
        place=lambda world: {"deal": world.binned_of("deals", world.deal())},
    ),
    "change_deal_stage": Row(
        sent("POST", D + "/{deal}/stage", json={"stage": "showing"}), "write", foreign=True, place=deal
    ),
    "reserve_deal": Row(
        sent("POST", D + "/{deal}/reserve", json={}), "write", foreign=True,
        place=lambda world: {"deal": world.deal(property_id=world.listing())},
    ),
    "release_deal": Row(
        sent("POST", D + "/{deal}/release", json={}), "write", foreign=True,
        place=lambda world: {"deal": world.reserved_deal()},
    ),
    "close_deal": Row(
        sent("POST", D + "/{deal}/close", json={}), "write", foreign=True,
        place=lambda world: {"deal": world.reserved_deal()},
    ),
    "lose_deal": Row(
        sent("POST", D + "/{deal}/lose", json={"reason": "x"}), "write", foreign=True,
        place=lambda world: {"deal": world.reserved_deal()},
    ),
    "get_deal_history": Row(sent("GET", D + "/{deal}/history"), "read", foreign=True, place=deal),
    "get_deal_chain": Row(sent("GET", D + "/{deal}/chain"), "read", foreign=True, place=deal),
    "create_offer": Row(own_offer, "write", (201,)),
    "list_offers": Row(sent("GET", OFFERS, params={"limit": 100}), "read", place=offer),
    "get_offer": Row(sent("GET", OFFERS + "/{offer}"), "read", foreign=True, place=offer),
    "update_offer": Row(sent("PUT", OFFERS + "/{offer}", json={"amount": 6}), "write", foreign=True, place=offer),
    "decide_offer": Row(
        sent("POST", OFFERS + "/{offer}/status", json={"status": "accepted"}), "write", foreign=True, place=offer
    ),
    "delete_offer": Row(sent("DELETE", OFFERS + "/{offer}"), "write", (204,), foreign=True, place=offer),
    "restore_offer": Row(
        sent("POST", OFFERS + "/{offer}/restore"), "write", foreign=True,
        place=lambda world: {"offer": world.binned_of("offers", world.offer())},
    ),
    # events; what overlaps is allowed, for each caller books the same hour
    "create_event": Row(sent("POST", CAL + "/events", json=EVENT), "write", (201,)),
    "create_recurring_event": Row(
        sent("POST", CAL + "/events/recurring", json={**EVENT, "rrule": "FREQ=DAILY;COUNT=2"}), "write", (201,)
    ),
    "create_events": Row(sent("POST", CAL + "/events/bulk", json=[EVENT]), "write", (201,)),
    "list_events": Row(sent("GET", CAL + "/events", params={"limit": 100}), "read", place=event),
    "today_events": Row(sent("GET", CAL + "/events/today", params={"date": "2026-03-09"}), "read", place=event),
    "upcoming_events": Row(sent("GET", CAL + "/events/upcoming", params={"days": 366}), "read", place=event),
    "get_event": Row(sent("GET", CAL + "/events/{event}"), "read", foreign=True, place=event),
    "update_event": Row(sent("PUT", CAL + "/events/{event}", json={"notes": "x"}), "write", foreign=True, place=event),
    "delete_event": Row(sent("DELETE", CAL + "/events/{event}"), "write", (204,), foreign=True, place=event),
    "restore_event": Row(
        sent("POST", CAL + "/events/{event}/restore"), "write", foreign=True,
        place=lambda world: {"event": world.binned_of("calendar/events", world.shown())},
    ),
    "change_event_status": Row(
        sent("POST", CAL + "/events/{event}/status", json={"status": "completed"}), "write", foreign=True, place=event
    ),
    # files and feeds of the calendar
    "import_events": Row(
        lambda one, place: one.post(
            CAL + "/import", files={"file": ("a.csv", b"title,start_time\nx,2026-03-11 10:00\n")}
        ),
        "write",
    ),
    "undo_event_import": Row(
        sent("POST", CAL + "/import/{imported}/undo"), "write", foreign=True,
        place=lambda world: {"imported": world.imported_events()},
    ),
    "export_events": Row(sent("GET", CAL + "/export"), "write"),
    "export_calendar": Row(sent("GET", CAL + "/calendar/export", params={"format": "json"}), "write"),
    "create_feed": Row(sent("POST", CAL + "/feeds", json={"name": "x"}), "write", (201,)),
    "list_feeds": Row(sent("GET", CAL + "/feeds"), "write", place=feed),
    "get_feed": Row(sent("GET", CAL + "/feeds/{feed}"), "write", foreign=True, place=feed, admin=(404,)),
    "rotate_feed": Row(sent("POST", CAL + "/feeds/{feed}/rotate"), "write", foreign=True, place=feed, admin=(404,)),
    "revoke_feed": Row(sent("DELETE", CAL + "/feeds/{feed}"), "write", (204,), foreign=True, place=feed, admin=(404,)),
    "read_feed": Row(sent("GET", CAL + "/feed/x.ics"), "open", (404,)),
    # numbers
    "ask_dashboard": Row(sent("POST", AN + "/dashboard", json={"period": "month"}), "read"),
    "get_dashboard": Row(sent("GET", AN + "/dashboard"), "read"),
    "export_data": Row(sent("GET", AN + "/export/data", params={"format": "jsonl"}), "write", place=listing),
    "get_property_metrics": Row(sent("GET", AN + "/metrics/properties"), "read"),
    "import_channel_statistics": Row(
        lambda one, place: one.post(
            AN + "/channels/import",
            files={"file": ("a.csv", f"property_id,portal,day,views\n{place['listing']},cian,2026-03-01,7\n".encode())},
        ),
        "write", place=listing,
    ),
    "get_event_metrics": Row(sent("GET", AN + "/metrics/events"), "read"),
    "get_financial_metrics": Row(sent("GET", AN + "/metrics/financial"), "read"),
    "get_client_metrics": Row(sent("GET", AN + "/metrics/clients"), "read"),
    "get_performance_overview": Row(sent("GET", AN + "/performance/overview"), "read"),
    "list_performance_indicators": Row(sent("GET", AN + "/performance/indicators"), "read"),
    "compare_periods": Row(sent("GET", AN + "/comparison/periods"), "read"),
    "trend_of_properties": Row(sent("GET", AN + "/trends/properties"), "read"),
    "trend_of_events": Row(sent("GET", AN + "/trends/events"), "read"),
    "trend_of_money": Row(sent("GET", AN + "/trends/financial"), "read"),
    "trend_of_clients": Row(sent("GET", AN + "/trends/clients"), "read"),
    "forecast_properties": Row(sent("GET", AN + "/forecasts/properties"), "read"),
    "forecast_events": Row(sent("GET", AN + "/forecasts/events"), "read"),
    "forecast_money": Row(sent("GET", AN + "/forecasts/financial"), "read"),
    "forecast_clients": Row(sent("GET", AN + "/forecasts/clients"), "read"),
    "get_chart": Row(sent("GET", AN + "/charts/funnel.json"), "read"),
    "make_report": Row(sent("POST", AN + "/reports", json={"report_type": "property_summary"}), "read", place=listing),
    "list_reports": Row(sent("GET", AN + "/reports", params={"limit": 100}), "read", place=report),
    "get_report": Row(sent("GET", AN + "/reports/{report}"), "read", foreign=True, place=report),
    "get_report_file": Row(sent("GET", AN + "/reports/{report}/file"), "read", foreign=True, place=report),
    "delete_report": Row(sent("DELETE", AN + "/reports/{report}"), "write", (204,), foreign=True, place=report),
    "create_report_schedule": Row(
        sent("POST", AN + "/reports/schedules", json={"cron": "@monthly", "report": {"report_type": "market"}}),
        "write", (201,),
    ),
    "list_report_schedules": Row(
        sent("GET", AN + "/reports/schedules", params={"limit": 100}), "read", place=report_schedule
    ),
    "get_report_schedule": Row(
        sent("GET", AN + "/reports/schedules/{schedule}"), "read", foreign=True, place=report_schedule
    ),
    "update_report_schedule": Row(
        sent("PUT", AN + "/reports/schedules/{schedule}", json={"enabled": False}), "write", foreign=True,
        place=report_schedule,
    ),
    "delete_report_schedule": Row(
        sent("DELETE", AN + "/reports/schedules/{schedule}"), "write", (204,), foreign=True, place=report_schedule
    ),
    "restore_report_schedule": Row(
        sent("POST", AN + "/reports/schedules/{schedule}/restore"), "write", foreign=True,
        place=lambda world: {
            "schedule": world.binned_of("analytics/reports/schedules", report_schedule(world)["schedule"])
        },
    ),
    "list_metric_definitions": Row(sent("GET", AN + "/definitions"), "read"),
    # calendars elsewhere: the owner reaches no private address, and has no password for one on this machine
    "create_integration": Row(
        sent("POST", CAL + "/integrations", json={"name": "x", "url": "https://127.0.0.1/"}), "write", (422,)
    ),
    "list_integrations": Row(sent("GET", CAL + "/integrations"), "write", place=integration),
    "get_integration": Row(
        sent("GET", CAL + "/integrations/{integration}"), "write", foreign=True, place=integration, admin=(404,)
    ),
    "remove_integration": Row(
        sent("DELETE", CAL + "/integrations/{integration}"), "write", (204,), foreign=True, place=integration,
        admin=(404,),
    ),
    "sync_integration": Row(
        sent("POST", CAL + "/integrations/{integration}/sync", json={}), "write", (409,), foreign=True,
        place=integration, admin=(404,),
    ),
    "list_sync_conflicts": Row(
        sent("GET", CAL + "/integrations/{integration}/conflicts"), "write", foreign=True, place=integration,
        admin=(404,),
    ),
    "resolve_sync_conflict": Row(
        sent("POST", CAL + "/integrations/{integration}/conflicts/{conflict}", json={"take": "local"}), "write",
        foreign=True, place=World.sync_conflict, admin=(404,),
    ),
    # planning
    "event_conflicts": Row(
        sent("GET", CAL + "/events/conflicts", params={"from": "2026-03-01", "to": "2026-03-31"}), "read", place=event
    ),
    "event_suggestions": Row(
        sent("GET", CAL + "/events/suggestions", params={"duration_minutes": 60}), "read", place=event
    ),
    "plan_day": Row(sent("GET", CAL + "/events/plan", params={"date": "2033-03-09"}), "read"),
    "get_calendar_settings": Row(sent("GET", CAL + "/settings"), "write"),
    "update_calendar_settings": Row(sent("PUT", CAL + "/settings", json={"granularity": 30}), "write"),
    "get_notification_settings": Row(sent("GET", CAL + "/settings/notifications"), "write"),
    "update_notification_settings": Row(
        sent("PUT", CAL + "/settings/notifications", json={"digest": False}), "write"
    ),
    # what hangs on events
    "get_event_statistics": Row(sent("GET", CAL + "/events/statistics"), "read"),
    "list_reminders": Row(sent("GET", CAL + "/reminders"), "read"),
    "create_event_template": Row(
        sent("POST", CAL + "/templates", json={"name": "x", "event_type": "call", "duration_minutes": 5}),
        "write", (201,),
    ),
    "list_event_templates": Row(sent("GET", CAL + "/templates", params={"limit": 100}), "read", place=template),
    "get_event_template": Row(sent("GET", CAL + "/templates/{template}"), "read", foreign=True, place=template),
    "update_event_template": Row(
        sent("PUT", CAL + "/templates/{template}", json={"duration_minutes": 6}), "write", foreign=True, place=template
    ),
    "delete_event_template": Row(
        sent("DELETE", CAL + "/templates/{template}"), "write", (204,), foreign=True, place=template
    ),
    "restore_event_template": Row(
        sent("POST", CAL + "/templates/{template}/restore"), "write", foreign=True,
        place=lambda world: {"template": world.binned_of("calendar/templates", world.template())},
    ),
    "create_event_of_template": Row(
        sent("POST", CAL + "/templates/{template}/events",
             json={"start_time": "2026-03-09T10:00", "allow_overlap": True}),
        "write", (201,), foreign=True, place=template,
    ),
    "create_feedback": Row(
        sent("POST", CAL + "/events/{event}/feedback", json={"rating": 4}), "write", (201,), foreign=True,
        place=lambda world: {"event": world.shown()},
    ),
    "list_feedback": Row(sent("GET", CAL + "/feedback", params={"limit": 100}), "read", place=feedback),
    "get_feedback": Row(sent("GET", CAL + "/feedback/{feedback}"), "read", foreign=True, place=feedback),
    "delete_feedback": Row(
        sent("DELETE", CAL + "/feedback/{feedback}"), "write", (204,), foreign=True, place=feedback
    ),
    # alerts and insights
    "list_active_alerts": Row(sent("GET", AN + "/alerts/active", params={"limit": 100}), "read", place=alert),
    "list_alert_rules": Row(sent("GET", AN + "/alerts/rules"), "read"),
    "get_alert": Row(sent("GET", AN + "/alerts/{alert}"), "read", foreign=True, place=alert),
    "acknowledge_alert": Row(
        sent("POST", AN + "/alerts/{alert}/acknowledge", json={}), "write", foreign=True, place=alert
    ),
    "snooze_alert": Row(
        sent("POST", AN + "/alerts/{alert}/snooze", json={"until": "2099-01-01T00:00"}), "write", foreign=True,
        place=alert,
    ),
    "list_thresholds": Row(sent("GET", AN + "/alerts/thresholds", params={"limit": 100}), "read", place=threshold),
    "create_threshold": Row(
        sent("POST", AN + "/alerts/thresholds", json={"metric": "properties.inventory", "operator": "lt", "value": 1}),
        "write", (201,),
    ),
    "get_threshold": Row(sent("GET", AN + "/alerts/thresholds/{threshold}"), "read", foreign=True, place=threshold),
    "update_threshold": Row(
        sent("PUT", AN + "/alerts/thresholds/{threshold}", json={"name": "x"}), "write", foreign=True, place=threshold
    ),
    "delete_threshold": Row(
        sent("DELETE", AN + "/alerts/thresholds/{threshold}"), "write", (204,), foreign=True, place=threshold
    ),
    "restore_threshold": Row(
        sent("POST", AN + "/alerts/thresholds/{threshold}/restore"), "write", foreign=True,
        place=lambda world: {
            "threshold": world.binned_of("analytics/alerts/thresholds", threshold(world)["threshold"])
        },
    ),
    "list_recommendations": Row(sent("GET", AN + "/insights/recommendations"), "read"),
    "dismiss_insight": Row(
        put_aside, "write", (204,), place=lambda world: {"listing": world.listing()}
    ),
    # the money of deals
    "get_deal_money": Row(sent("GET", D + "/{deal}/money"), "read", foreign=True, place=with_money),
    "create_commission": Row(own_money("commissions", payer="seller", amount=5), "write", (201,)),
    "create_payment": Row(own_money("payments", amount=5), "write", (201,)),
    "create_expense": Row(own_money("expenses", category="travel", amount=5), "write", (201,)),
    "create_target": Row(
        sent("POST", V1 + "/targets", json={"metric": "calls", "period": "{day}", "value": 5}), "write", (201,),
        place=lambda world: {"day": world.day()},
    ),
    **{
        f"{act}_{name}": Row(
            sent(method, f"{V1}/{name}s/{{{name}}}{path}", **({"json": {"note": "x"}} if act == "update" else {})),
            "read" if act == "get" else "write", (204,) if act == "delete" else (200,), foreign=True,
            place=binned_money if act == "restore" else with_money,
        )
        for name in ("commission", "payment", "expense", "target")
        for act, method, path in (
            ("get", "GET", ""), ("update", "PUT", ""), ("delete", "DELETE", ""), ("restore", "POST", "/restore"),
        )
    },
    **{
        f"list_{name}": Row(sent("GET", f"{V1}/{name}", params={"limit": 100}), "read", place=with_money)
        for name in ("commissions", "payments", "expenses", "targets")
    },
}  # fmt: skip
#: What nobody has to be signed in for. It grows by decision only.
OPEN = {
    "list_versions", "get_liveness", "get_readiness", "register", "login", "login_telegram", "refresh",
    "reset_password", "verify_email", "read_feed",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for each database: rows make what they need, so they share it."""
    import shutil

    from realty_cli.app import Realty
    from realty_cli.settings import Settings
    from tests.conftest import HandClock

    home = tmp_path_factory.mktemp("matrix") / "home"
    url = ""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), home)
    else:
        home.mkdir()
        server = request.getfixturevalue("postgres")
        url = server.create(template=request.getfixturevalue("postgres_template"))
    home.chmod(0o700)
    (home / "session").write_text("anna\n")
    clock = HandClock()
    settings = Settings(home=home, database_url=url, password_cost=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(background, "_PAUSE", 86_400.0)  # what is written meanwhile is written for a request
        made = World(Agency(Realty(settings, clock), clock))
        yield made
        made.end()
    if url:
        server.drop(url)


# Who asks and what a key may do is settled before any SQL runs; whose rows they are, in it.
BOTH = pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
ONE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def operations(world: World) -> dict[str, tuple[str, str, dict[str, Any]]]:
    if not world.operations:
        document = world.nobody.get("/openapi.json").json()
        world.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }
    return world.operations


@ONE
def test_every_operation_has_its_row(world: World) -> None:
    assert sorted(operations(world)) == sorted(ROWS)


@ONE
def test_33_what_is_open_is_written_down(world: World) -> None:
    assert {name for name, row in ROWS.items() if row.needs == "open"} == OPEN
    document = operations(world)
    assert {name for name in document if "security" not in document[name][2]} == OPEN


@ONE
@pytest.mark.parametrize("name", ROWS)
def test_33_nobody(world: World, name: str) -> None:
    """401 before anything else is looked at: query, body and object."""
    row = ROWS[name]
    if row.needs == "open":
        return
    place = row.place(world)
    before = world.state()
    answer = row.call(world.nobody, place)
    problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    method, path, _ = operations(world)[name]
    garbage = world.nobody.request(method, re.sub(r"\{\w+\}", "7", path) + "?no_such=1", content=b"{", headers={
        "Content-Type": "application/json"})  # fmt: skip
    problem(garbage, 401)
    assert world.state() == before


@BOTH
@pytest.mark.parametrize("name", ROWS)
def test_24_25_27_30_a_stranger(world: World, name: str) -> None:
    """An object of the owner is not found, whatever is done to it; a list has nothing of the owner's in it."""
    row = ROWS[name]
    if row.needs == "open":
        return
    place = row.place(world)
    before = world.state()
    # What ends a session is asked from another one, so that the stranger is still there for the next row.
    stranger = world.inside.client(STRANGER) if name in ("logout", "end_other_sessions") else world.stranger
    if stranger is not world.stranger:
        before = {}
    answer = row.call(stranger, place)
    if row.needs == "users":
        problem(answer, 403, "denied")
        assert world.state() == before
    elif row.foreign:
        problem(answer, 404)
        assert MARKER not in answer.text
        assert world.state() == before
    else:
        assert answer.status_code in row.status, answer.text
        assert MARKER not in answer.text.replace(STRANGER + MARKER, "")
    if name in ("logout", "end_other_sessions"):
        world.stranger = world.inside.client(STRANGER)


@ONE
@pytest.mark.parametrize("name", ROWS)
def test_32_61_64_keys(world: World, name: str) -> None:
    """A key that may read only reads; no key rules its account; none without `admin` is an administrator's."""
    row = ROWS[name]
    if row.needs == "open":
        return
    place = row.place(world)
    before = world.state()
    code = {"write": "denied.scope", "guard": "denied.key", "users": "denied.scope"}
    answer = row.call(world.read_key, place)
    if row.needs == "read":
        assert answer.status_code in row.status, answer.text
    else:
        assert problem(answer, 403)["code"].startswith("denied"), (code, answer.text)
    bearer = world.inside.client(None, Authorization="Bearer " + world.read_key.headers["x-api-key"])
    assert row.call(bearer, place).status_code == answer.status_code, "the same by each transport"
    if row.needs in ("guard", "users"):
        assert problem(row.call(world.write_key, place), 403)["code"].startswith("denied")
    assert world.state() == before


@BOTH
@pytest.mark.parametrize("name", ROWS)
def test_the_owner_and_an_administrator(world: World, name: str) -> None:
    row = ROWS[name]
    if row.needs == "users":
        answer = row.call(world.admin, row.place(world))
        assert answer.status_code in row.status, answer.text
        return
    if name == "logout":
        assert row.call(world.inside.client(OWNER), {}).status_code == 204
    else:
        answer = row.call(world.owner, row.place(world))
        assert answer.status_code in row.status, answer.text
        if name in ("list_properties", "search_properties", "export_properties", "export_properties_by_request"):
            assert MARKER in json.dumps(answer.json(), ensure_ascii=False)
    expected = row.status if row.admin is None else row.admin
    if expected:
        admin = world.inside.client(ADMIN) if name == "logout" else world.admin
        answer = row.call(admin, row.place(world))
        assert answer.status_code in expected, answer.text


@BOTH
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.foreign])
def test_41_foreign_and_missing_look_alike(world: World, name: str) -> None:
    row = ROWS[name]
    place = row.place(world)
    missing = {**place, **dict.fromkeys(place, 987_654_321)}
    if "other" in place:
        missing["other"] = 987_654_320

    def shape(answer: httpx.Response) -> tuple[int, str, list[str]]:
        return answer.status_code, re.sub(r"\d+", "N", answer.text), sorted(answer.headers)

    assert shape(row.call(world.stranger, place)) == shape(row.call(world.stranger, missing))


@BOTH
def test_27_28_nothing_of_the_owner_in_lists_counts_and_files(world: World) -> None:
    vera = world.inside.client("vera")
    number = world.listing(city="Зебринск", contact_phone="+79161234567")
    mine = created(vera)
    owner = world.owner.get(A + "/me").json()["id"]
    assert vera.get(P).json()["items"] == [mine]
    assert vera.get(P + "/statistics/summary").json()["total"] == 1
    assert vera.get(P + "/statistics/summary").json()["by_city"] == {}
    for query in ({"owner_id": owner}, {"ids": number}, {"q": MARKER}, {"city": "Зебринск"}, {"q": "9161234567"},
                  {"deleted": True}):  # fmt: skip
        page = vera.get(P, params=query).json()
        assert (page["items"], page["total"]) == ([], 0), query
        assert MARKER not in vera.get(P + "/export", params=query).text
        assert vera.get(P + "/statistics/summary", params=query).json()["total"] == 0
    for name in ("user_id", "agent_id", "created_by", "owner"):
        problem(vera.get(P, params={name: owner}), 422)
    found = vera.post(P + "/search", json={"filters": {"owner_id": [owner]}})
    assert (found.json()["total"], found.json()["facets"]["city"]) == (0, [])
    before = world.state()
    problem(vera.post(P + "/bulk", json={"ids": [number, mine["id"]], "add_tags": ["x"]}), 404)
    same = vera.post(P + "/bulk", json={"filter": {"owner_id": [owner]}, "delete": True}).json()
    assert (same["matched"], same["changed"]) == (0, 0)
    assert world.state() == before
    assert number in {
        row["id"] for row in world.admin.get(P, params={"owner_id": owner, "city": "Зебринск"}).json()["items"]
    }


@BOTH
@pytest.mark.parametrize(
    "fields",
    [{"owner_id": 1}, {"user_id": 1}, {"id": 1}, {"created_at": "2020-01-01T00:00:00Z"}, {"views": 5}, {"version": 9},
     {"deleted_at": None}, {"url_key": "x"}, {"import_hash": 1}, {"price_per_m2": 1}, {"photos": []}],
    ids=lambda fields: next(iter(fields)),
)  # fmt: skip
def test_37_nothing_is_set_that_is_not_the_callers_to_set(world: World, fields: dict[str, Any]) -> None:
    number = world.listing()
    before = world.state()
    problem(world.owner.post(P, json={**FLAT, **fields}), 422)
    problem(world.owner.put(f"{P}/{number}", json=fields), 422)
    problem(world.owner.post(P + "/bulk", json={"ids": [number], "update": fields}), 422)
    assert world.state() == before


@BOTH
def test_31_references_to_what_is_not_ones_own(world: World) -> None:
    foreign, client = world.listing(), world.client()
    before = world.state()
    for number in (client, 10**9):
        problem(world.stranger.post(P, json={**FLAT, "client_id": number}), 422)
    problem(world.stranger.post(P + "/duplicates/dismiss", json={"a": foreign, "b": foreign + 1}), 404)
    problem(world.stranger.post(P + "/analyze-description", json={"property_id": foreign}), 404)
    answer = world.stranger.post(P + "/upload-photo", files={"file": ("a", b"x")}, data={"property_id": str(foreign)})
    problem(answer, 404)
    assert world.state() == before


@BOTH
def test_a_listing_may_be_handed_over_by_an_administrator_alone(world: World) -> None:
    number = world.listing()
    photo = world.photo(number)
    client = world.inside.client("heir")  # the stranger is to have nothing of the owner's
    heir = client.get(A + "/me").json()["id"]
    problem(world.owner.put(f"{P}/{number}", json={"owner_id": heir}), 422)
    assert world.admin.put(f"{P}/{number}", json={"owner_id": heir}).json()["owner_id"] == heir
    problem(world.owner.get(f"{P}/{number}"), 404)
    problem(world.owner.get(f"{P}/{number}/photos/{photo}"), 404)
    assert client.get(f"{P}/{number}/photos/{photo}").status_code == 200
    problem(world.admin.put(f"{P}/{number}", json={"owner_id": 987_654_321}), 422)


@ONE
def test_34_no_spelling_of_a_path_is_a_way_in(world: World) -> None:
    number = world.listing()
    paths = [
        f"{P}/{number}", f"{P}/{number}/", f"/{P}/{number}", f"{P}//{number}", f"{P}/%31", f"{P}/{number};x",
        f"{P}%2f{number}", f"{P}/../properties/{number}", f"/health/../api/v1/properties/{number}",
        f"/docs/../api/v1/properties/{number}", f"{P}/{number}?access_token=x", f"{P}/{number}#x", f"{P}/{number}%00",
        f"{P}/{number}%20", f"{P}/{number}.json", "/API/V1/properties", "/api/v1/propert%69es", f"http://x{P}/{number}",
    ]  # fmt: skip
    heads = ["", "X-HTTP-Method-Override: GET\r\n", f"X-Original-URL: {P}/{number}\r\n",
             f"X-Rewrite-URL: {P}/{number}\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "Authorization: Basic YTpi\r\n",
             "Authorization: Bearer\r\n", "Authorization: Bearer null\r\n", "X-API-Key: \r\n",
             "Cookie: token=x\r\n"]  # fmt: skip
    for path in paths:
        for head in heads:
            for host in ("127.0.0.1", "127.0.0.1/?"):
                assert status(world, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{head}") in (400, 401, 404, 405), path
    # A token in the query string is none, and one scheme more is no better.
    token = world.owner.headers["authorization"].split()[1]
    problem(world.nobody.get(P, params={"access_token": token}), 401)
    problem(world.nobody.get(P, headers={"Authorization": f"Token {token}"}), 401)
    problem(world.nobody.get(P, headers={"Authorization": f"Basic {token}"}), 401)
    key = world.read_key.headers["x-api-key"]
    problem(world.nobody.get(P, params={"api_key": key}), 401)
    problem(world.nobody.get(P, headers={"Authorization": f"Bearer {token}", "X-API-Key": key}), 401)


def status(world: World, head: str) -> int:
    with socket.create_connection(("127.0.0.1", world.inside.port), timeout=10) as raw:
        raw.sendall((head + "Connection: close\r\n\r\n").encode())
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    return int(answer.split(b" ", 2)[1])


@ONE
def test_42_nothing_is_kept_for_others(world: World) -> None:
    number = world.listing()
    for path in (P, f"{P}/{number}", f"{P}/statistics/summary", f"{P}/export", f"{P}/{number}/photos", A + "/me"):
        answer = world.owner.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "Authorization" in answer.headers["vary"]
        assert "X-API-Key" in answer.headers["vary"]
        assert world.stranger.get(path).text != answer.text or path.endswith("photos") or path.endswith("export")
