"""The one dependency of endpoints: a request as services understand it, and their answer as HTTP does.

An endpoint translates and no more:

    @router.get("/{number}", operation_id="get_property")
    async def get_property(number: Number, door: Signed) -> Response:
        return await door.read(lambda work: work.properties.get(number))

Routers whose endpoints need somebody signed in are made by `signed_router`: their routes look at the credentials before
the query and the body are read, so no endpoint can forget to. `open_router` makes the others.
"""

from __future__ import annotations

import hashlib
import re
import warnings
import zlib
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Depends, FastAPI, Path
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.requests import Request
from starlette.responses import Response

from realty_cli.api.problems import VARY
from realty_cli.api.stores import Stores
from realty_cli.app import Work
from realty_cli.errors import Conflict, FieldProblem, Invalid, NotSignedIn
from realty_cli.kit.actor import Actor, Where
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import from_accept_language
from realty_cli.kit.schema import CALLER_ZONE, MAX_ID
from realty_cli.store.changelog import Origin
from realty_cli.store.database import Connection

PREFIX = "/api/v1"
T = TypeVar("T")
Number = Annotated[int, Path(ge=1, le=MAX_ID)]
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'"(\d{1,18})(?:-[0-9a-f]+)?"')
_LONGEST_AGENT = 300
#: The longest credential that is looked at.
_LONGEST = 4_096


class Door:
    """One request. `actor` is who asks; endpoints of open routers have none."""

    def __init__(self, request: Request, stores: Stores) -> None:
        self.request = request
        self.stores = stores
        self._actor: Actor | None = None

    # Who asks, and how ------------------------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor:
        if self._actor is None:
            raise NotSignedIn("token.missing")
        return self._actor

    @property
    def known(self) -> Actor | None:
        """The actor, if there is one."""
        return self._actor

    async def sign_in(self) -> None:
        """Know the actor by the credentials of the request; raises NotSignedIn."""
        credential, header = credentials(self.request)
        self._actor = self.stores.who_at_once(credential, header) or await self.stores.who(credential, header)

    @property
    def language(self) -> str:
        return language_of(self.request)

    def header(self, name: bytes) -> str | None:
        """The first header of this name (in small letters)."""
        for one, value in self.request.scope["headers"]:
            if one == name:
                found: str = value.decode("latin-1")
                return found
        return None

    @property
    def where(self) -> Where:
        headers = self.request.headers
        agent = headers.get("user-agent", "")[:_LONGEST_AGENT]
        return Where(address_of(self.request), "".join(c if c.isprintable() else "?" for c in agent))

    @property
    def origin(self) -> Origin:
        return Origin("api", self._operation)

    @property
    def _operation(self) -> str:
        scope = self.request.scope  # `request.url` is put together from the Host header
        return f"{scope['method']} {scope['path']}"

    @property
    def if_match(self) -> int | None:
        """The version that If-Match asks for; None without one. -1, which no object has, where it can match nothing."""
        given = self.header(b"if-match")
        if given is None or given.strip() == "*":
            return None
        found = _ETAG.fullmatch(given.strip())  # a weak tag never matches here (RFC 9110, 13.1.1)
        return int(found[1]) if found else -1

    # The store --------------------------------------------------------------------------------------------------------

    async def ask(self, question: Callable[[Work], T], *, slow: bool = False) -> T:
        """What a service says. `slow`: it may take more than a millisecond, and runs in a thread."""
        return await self.stores.ask(self.actor, question, slow=slow)

    async def do(self, deed: Callable[[Work], T], *, slow: bool = False) -> T:
        """A change, committed."""
        return await self.stores.do(self.actor, deed, self.origin, slow=slow)

    async def thread(self, action: Callable[[], T]) -> T:
        """Something that opens its own transactions, in a thread."""
        return await self.stores.thread(action)

    # Answers ----------------------------------------------------------------------------------------------------------

    async def read(self, question: Callable[[Work], Any], *, slow: bool = False, single: bool = False) -> Response:
        """200 with what a service says; 304 where the caller has it already. `single` as for `Stores.ask`."""
        answer = self.answer(await self.stores.ask(self.actor, question, slow=slow, single=single))
        if self.header(b"if-none-match") is not None and is_known(self.request, answer.headers.get("etag")):
            return Response(status_code=304, headers={"ETag": answer.headers["etag"], **_PRIVATE})
        return answer

    async def write(
        self,
        deed: Callable[[Work], Any],
        *,
        status: int = 200,
        location: str | None = None,
        slow: bool = False,
        repeatable: bool = True,
        digest: str | None = None,
    ) -> Response:
        """The answer of a change. `location` may have `{id}` in it, which is taken from the body.

        With status 201 the request may be repeated under the same Idempotency-Key and then gets the same answer, unless
        it is not `repeatable`: an answer with a secret in it must not be kept. `digest` stands for the body where that
        has been read as a form.
        """
        key = self.header(b"idempotency-key") if status == 201 and repeatable else None
        if key is None:
            body = await self.do(deed, slow=slow)
            return self.answer(body, status=status, location=location)
        if not _KEY.fullmatch(key):
            raise Invalid.one("Idempotency-Key", "idempotency.bad_key")
        asked = self._operation
        sent = digest or hashlib.sha256(await self.request.body()).hexdigest()

        def once(work: Work) -> Response:
            if (kept := _kept(work.db, self.actor, key, asked, sent)) is not None:
                return kept
            answer = self.answer(deed(work), status=status, location=location)
            _keep(work, key, asked, sent, answer)
            return answer

        return await self.stores.do(self.actor, once, self.origin, slow=slow)

    def answer(self, body: Any, *, status: int = 200, location: str | None = None) -> Response:
        """`body` as JSON, with an ETag if it is an object that has a version; None is an answer without content."""
        if body is None:
            return Response(status_code=204 if status == 200 else status, headers=_PRIVATE)
        data = orjson.dumps(body)
        lines = b"content-length: %d\r\n%b" % (len(data), _JSON_LINES)
        if isinstance(body, dict) and isinstance(version := body.get("version"), int):
            lines += b"etag: %b\r\n" % etag(version, data).encode()
        if location is not None:
            lines += b"location: %b\r\n" % location.format(id=body["id"]).encode()
        return Reply(data, status, lines)


class Reply(Response):
    """An answer that is whole from the start: `lines` are its headers as they are sent, each ended by CRLF.

    Starlette puts headers together out of a mapping, and uvicorn lines out of headers, at more than a query costs.
    """

    body: bytes

    def __init__(self, body: bytes, status: int, lines: bytes) -> None:
        self.body = body
        self.status_code = status
        self.lines = lines
        self.background = None

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:  # type: ignore[override]
        pairs = (line.partition(b": ") for line in self.lines.split(b"\r\n")[:-1])
        return [(name, value) for name, _, value in pairs]


_PRIVATE = {"Cache-Control": "no-store", "Vary": VARY}
_JSON_LINES = b"content-type: application/json\r\ncache-control: no-store\r\nvary: %b\r\n" % VARY.encode()


def etag(version: int, data: bytes) -> str:
    """The version, which If-Match compares, and the bytes, which may change without it (days on the market do)."""
    return f'"{version}-{zlib.crc32(data):08x}"'


def is_known(request: Request, tag: str | None) -> bool:
    """Whether the caller has what this tag stands for (If-None-Match)."""
    known = request.headers.get("if-none-match")
    if known is None or tag is None:
        return False
    return known.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}


_CREDENTIALS = (b"authorization", b"x-api-key")


def credentials(request: Request) -> tuple[str, str]:
    """The credential of a request and the header that it came in, `bearer` or `key`. Never the query string."""
    found = None
    for pair in request.scope["headers"]:
        if pair[0] in _CREDENTIALS:
            if found is not None:
                raise NotSignedIn("token.several")
            found = pair
    if found is None:
        raise NotSignedIn("token.missing")
    credential, header = found[1].decode("latin-1"), "key"
    if found[0] == b"authorization":
        scheme, _, credential = credential.partition(" ")
        header = "bearer"
        if scheme.lower() != "bearer":
            raise NotSignedIn("token.invalid")
    credential = credential.strip()
    if not credential or len(credential) > _LONGEST or not credential.isascii():
        raise NotSignedIn("token.invalid")
    return credential, header


def has_credentials(request: Request) -> bool:
    return any(name in _CREDENTIALS for name, _ in request.scope["headers"])


def language_of(request: Request) -> str:
    return from_accept_language(request.headers.get("accept-language"))


def address_of(request: Request) -> str:
    """The address of the other side, which the guards have set right where a proxy stands between."""
    return request.client.host if request.client else ""


# Repeated requests ----------------------------------------------------------------------------------------------------


def _kept(db: Connection, actor: Actor, key: str, asked: str, digest: str) -> Response | None:
    row = db.one(
        "SELECT request, body_hash, status, headers, body FROM idempotency WHERE owner_id = :owner AND key = :key",
        {"owner": actor.id, "key": key},
    )
    if row is None:
        return None
    if (row[0], row[1]) != (asked, digest):
        raise Conflict("idempotency.other_request")
    headers = {**(orjson.loads(row[3]) if row[3] else {}), "Idempotency-Replayed": "true"}
    return Response(row[4] or "", status_code=row[2], media_type="application/json", headers=headers)


def _keep(work: Work, key: str, asked: str, digest: str, answer: Response) -> None:
    (number,) = work.db.next_ids("idempotency", 1)
    headers = {name: value for name, value in answer.headers.items() if name not in ("content-length", "content-type")}
    work.db.run(
        "INSERT INTO idempotency (id, owner_id, key, request, body_hash, status, headers, body, created_at)"
        " VALUES (:id, :owner, :key, :request, :hash, :status, :headers, :body, :now)",
        {
            "id": number,
            "owner": work.actor.id,
            "key": key,
            "request": asked,
            "hash": digest,
            "status": answer.status_code,
            "headers": orjson.dumps(headers).decode(),
            "body": bytes(answer.body).decode(),
            "now": stamp(work.clock.now()),
        },
    )


# Routes ---------------------------------------------------------------------------------------------------------------


def door_of(request: Request) -> Door:
    state = request.scope.setdefault("state", {})
    found: Door | None = state.get("door")
    if found is None:
        found = state["door"] = Door(request, request.app.state.stores)
    return found


async def _signed(request: Request) -> Door:
    door = door_of(request)
    if door.known is None:  # a route outside `signed_router`: late, but never without
        await door.sign_in()
    return door


async def _anyone(request: Request) -> Door:
    return door_of(request)


Signed = Annotated[Door, Depends(_signed)]
Anyone = Annotated[Door, Depends(_anyone)]
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class CheckedRoute(APIRoute):
    """Refuses query parameters that the endpoint does not know, single ones that come twice, and bodies of other kinds.

    A page of somebody else can make a browser send text/plain or a form without asking, but not JSON.
    """

    signs_in = False

    def get_route_handler(self) -> _Handler:
        handle = super().get_route_handler()
        names: dict[str, bool] | None = None

        async def handler(request: Request) -> Response:
            nonlocal names
            if self.signs_in:
                door = door_of(request)
                await door.sign_in()
                CALLER_ZONE.set(door.actor.timezone)
            if request.scope["query_string"]:
                if names is None:
                    names = query_names(self)
                check_query(query_of(request), names)
            if self.body_field is not None:
                check_media_type(request, form=_is_form(self))
            return await handle(request)

        return handler


class SignedRoute(CheckedRoute):
    """Looks at the credentials first of all."""

    signs_in = True


def _is_form(route: APIRoute) -> bool:
    return any(isinstance(field.field_info, Form) for field in route.dependant.body_params)  # File is a Form


def check_media_type(request: Request, *, form: bool) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind and request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return  # nothing was sent; whether something had to be is for the schema
    if form:
        if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
            raise Invalid("request.media_type", expected="multipart/form-data")
    elif kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Invalid("request.media_type", expected="application/json")


def query_of(request: Request) -> list[tuple[str, str]]:
    """The query string, taken apart as Starlette does it."""
    text = request.scope["query_string"].decode("latin-1")
    if not text:
        return []
    if "%" not in text and "+" not in text:
        parts = [part.partition("=") for part in text.split("&") if part]
        return [(name, value) for name, _, value in parts]
    return parse_qsl(text, keep_blank_values=True)


def check_query(asked: list[tuple[str, str]], names: Mapping[str, bool]) -> None:
    problems: dict[str, FieldProblem] = {}
    seen: set[str] = set()
    for name, _ in asked:
        if name not in names:
            problems[name] = FieldProblem(name[:100], "field.extra_forbidden")
        elif name in seen and not names[name]:
            problems[name] = FieldProblem(name, "field.repeated")
        seen.add(name)
    if problems:
        raise Invalid("invalid", list(problems.values())[:100])


def query_names(route: APIRoute) -> dict[str, bool]:
    """The query parameters of an endpoint, and whether each may come more than once."""
    found: dict[str, bool] = {}
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        for field in dependant.query_params:
            kind = field.field_info.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                for name, inner in kind.model_fields.items():
                    found[inner.alias or name] = _is_list(inner.annotation)
            else:
                found[field.alias] = _is_list(kind)
    return found


def _is_list(annotation: Any) -> bool:
    return "list[" in str(annotation)


def build_validators(app: FastAPI) -> None:
    """Our schemas put off building their validators; a server builds them before the first request, which would wait.

    FastAPI hands field settings to pydantic that it warns about; FastAPI silences that where it builds at once.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
        for route in app.routes:
            if isinstance(route, APIRoute):
                for field in (*route.dependant.query_params, *route.dependant.body_params, *_maybe(route.body_field)):
                    field.validate(None, {}, loc=())


def _maybe(field: Any) -> tuple[Any, ...]:
    return () if field is None else (field,)


def signed_router(prefix: str, tag: str) -> APIRouter:
    """For endpoints that need somebody signed in."""
    return APIRouter(prefix=PREFIX + prefix, tags=[tag], route_class=SignedRoute)


def open_router(prefix: str, tag: str) -> APIRouter:
    """For the few endpoints that anybody may ask; `tests/test_api` has their list and fails when it grows."""
    return APIRouter(prefix=PREFIX + prefix, tags=[tag], route_class=CheckedRoute)
