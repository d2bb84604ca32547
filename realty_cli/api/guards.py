"""What stands around the application: checks of a request before anything reads it, and what every answer carries.

One ASGI layer instead of a stack of middlewares, since each of those costs as much as a query. Nothing here decides who
may do what: a path that is spelled in another way reaches the same route or none (CVE-2026-48710 was such a check).
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import random
import re
import socket
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from realty_cli.api import problems
from realty_cli.api.doors import Reply
from realty_cli.api.front import Front
from realty_cli.api.limits import Counters, Standing
from realty_cli.api.observe import Log, Meter, now_text
from realty_cli.api.protocol import is_here, send_whole
from realty_cli.errors import Invalid, RealtyError, TooMany
from realty_cli.kit.actor import Actor
from realty_cli.kit.i18n import from_accept_language
from realty_cli.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
#: Among the host names of the settings: whatever is an address and no name, and the names of this machine. A page
#: of somebody else can make a browser come here under a name of its own, but not under an address.
ANY_ADDRESS = "addresses"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?")
_MOST_DEPTH = 64
_MOST_MEMBERS = 50_000
_GOOD_CREDENTIALS = 10_000
#: Bytes a second that a long body has to come at, once its first moments are over.
_SLOWEST = 4_096
_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_SECURITY_LINES = b"".join(b"%b: %b\r\n" % pair for pair in _SECURITY)
#: Where no limit of requests holds: a supervisor that asks too often must not hear that the server is ill.
_UNCOUNTED = ("/health/", "/metrics")


class Guard:
    """The outermost layer of one worker."""

    def __init__(
        self,
        app: Application,
        settings: Settings,
        counters: Counters,
        log: Log,
        meter: Meter,
        dress: Callable[[Application], Application],
        front: Front | None = None,
    ) -> None:
        self._app = app
        #: What of the application can give an answer without sending it, where nothing is put around its answers.
        self._front = front
        #: Puts around a refusal what the application has around its answers.
        self._dress = dress
        self._counters = counters
        self._log = log
        self._meter = meter
        self._limit = settings.requests_per_minute
        self._anonymous = settings.anonymous_per_minute
        self._most_json = settings.body_max_mb << 20
        self._most_file = settings.upload_max_mb << 20
        self._patience = float(settings.receive_seconds)
        named = {one.strip().lower() for one in settings.allowed_hosts.split(",") if one.strip()}
        self._any_host = "*" in named
        self._any_address = ANY_ADDRESS in named
        self._hosts = _LOOPBACK | named | (_names_of_this_machine() if self._any_address else set())
        self._known_hosts: dict[bytes, bool] = {}
        self._proxies = [
            ipaddress.ip_network(one.strip(), strict=False)
            for one in settings.trusted_proxies.split(",")
            if one.strip()
        ]
        #: Credentials that were good lately: a flood of bad ones from the same address does not lock them out.
        self._good: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _Request(self, scope, receive, send).answer()
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:  # no WebSocket is served yet
            await send({"type": "websocket.close", "code": 1008})

    # What is asked of every request ---------------------------------------------------------------------------------

    def host_is_ours(self, host: bytes) -> bool:
        found = self._known_hosts.get(host)
        if found is None:
            spelled = _HOST.fullmatch(host.decode("latin-1").lower())
            found = spelled is not None and (
                self._any_host or spelled[1] in self._hosts or (self._any_address and _is_address(spelled[1]))
            )
            if len(self._known_hosts) < 1_000:
                self._known_hosts[host] = found
        return found

    def address(self, peer: str, forwarded: list[bytes]) -> str:
        """The rightmost address of X-Forwarded-For that is no proxy of ours, where the peer is one."""
        if not self._proxies or not forwarded or not self._is_proxy(peer):
            return peer
        hops = [hop.strip() for hop in b",".join(forwarded).decode("latin-1").split(",")]
        for hop in reversed(hops):
            if not self._is_proxy(hop):
                try:
                    return str(ipaddress.ip_address(hop))
                except ValueError:
                    return peer
        return hops[0] if hops else peer

    def _is_proxy(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def standing(self, credential: str, address: str, now: float) -> Standing:
        """Count the request. Raises TooMany past the limit."""
        if credential:
            found = self._counters.step("token " + credential, self._limit, now)
            if found.remaining >= 0 and credential not in self._good:
                guesses = self._counters.look(_place(address), self._anonymous, now)
                if guesses.remaining <= 0:
                    found = guesses._replace(remaining=-1)
        else:
            found = self._counters.step(_place(address), self._anonymous, now)
        if found.remaining < 0:
            raise _Limited(found)
        return found

    def judge(self, credential: str, address: str, *, good: bool) -> None:
        """Remember whether a credential was good; one that said nothing counts against its address as none would."""
        if not good:
            self._good.pop(credential, None)
            self._counters.step(_place(address), self._anonymous, time.time())
        elif credential not in self._good:
            self._good[credential] = None
            if len(self._good) > _GOOD_CREDENTIALS:
                self._good.popitem(last=False)


def _place(address: str) -> str:
    """What is counted as one place: an address, or the network of one subscriber where it is of IPv6."""
    if ":" in address:
        with suppress(ValueError):
            found = ipaddress.IPv6Address(address.partition("%")[0])
            mapped = found.ipv4_mapped
            address = str(mapped) if mapped else str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
    return "address " + address


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _names_of_this_machine() -> set[str]:
    name = socket.gethostname().lower()
    return {name, name.partition(".")[0], name.partition(".")[0] + ".local"}


class _Limited(TooMany):
    def __init__(self, standing: Standing) -> None:
        super().__init__("rate.limited", retry_after=standing.reset)
        self.standing = standing


class _Request:
    """One request on its way through the guard."""

    __slots__ = (
        "_body_begun", "_got", "_late", "_most", "_receive", "_send", "address", "begun", "credential", "guard", "id",
        "language", "scope", "sent", "standing", "status",
    )  # fmt: skip

    def __init__(self, guard: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        self.guard, self.scope, self._receive, self._send = guard, scope, receive, send
        self.begun = time.perf_counter()
        self.status = 0
        self.sent = 0
        self.standing: Standing | None = None
        self.id = ""
        self.language = "en"
        self.credential = ""
        self.address = ""
        self._got = 0
        self._most = guard._most_json
        self._late = False
        self._body_begun = 0.0

    async def answer(self) -> None:
        guard = self.guard
        guard._meter.busy += 1
        try:
            try:
                receive, body = self._look(), None
                if receive is None:
                    receive, body = await self._whole_body()
                answer = None
                if guard._front is not None:
                    answer = await guard._front.answer(self.scope, receive, self._passing_on, body)
                if answer is None:
                    await guard._app(self.scope, receive, self._passing_on)
                elif type(answer) is not Reply or not self._send_whole(answer):
                    await answer(self.scope, receive, self._passing_on)
            except RealtyError as error:
                await self._refuse(error)
            except Exception:
                # The application has answered 500 and logged the reason; it raises once more for servers that log.
                if not self.status:
                    raise
        finally:
            guard._meter.busy -= 1
            self._tell()

    def _look(self) -> Receive | None:
        """Check the head; None where the body is small JSON that has to be looked at whole."""
        guard, scope = self.guard, self.scope
        hosts: list[bytes] = []
        forwarded: list[bytes] = []
        kind, length, chunked, packed = b"", None, False, b""
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name == b"authorization":
                self.credential = value.decode("latin-1")
            elif name == b"x-api-key":
                self.credential = "key " + value.decode("latin-1")
            elif name == b"content-type":
                kind = value.split(b";")[0].strip().lower()
            elif name == b"content-length":
                length = value
            elif name == b"transfer-encoding":
                chunked = True
            elif name == b"content-encoding":
                packed = value.strip().lower()
            elif name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
                self.id = value.decode("ascii")
            elif name == b"accept-language":
                self.language = from_accept_language(value.decode("latin-1"))
            elif name == b"x-forwarded-for":
                forwarded.append(value)
        if not self.id:
            self.id = f"{random.getrandbits(64):016x}"
        self.address = peer = scope["client"][0] if scope.get("client") else ""
        if forwarded:
            self.address = guard.address(peer, forwarded)
            if self.address != peer:
                scope["client"] = (self.address, 0)
        scope.setdefault("state", {})["request_id"] = self.id
        if len(hosts) != 1 or not guard.host_is_ours(hosts[0]):
            raise Invalid("request.bad_host")
        if scope["method"] not in _METHODS:
            raise Invalid("request.method", allow=", ".join(sorted(_METHODS)))
        if scope["method"] == "HEAD":  # the server sends the head of the answer alone; it looks at its own scope
            scope = self.scope = {**scope, "method": "GET"}
        path = scope["path"]
        if not path.startswith(_UNCOUNTED):
            self.standing = guard.standing(self.credential, self.address, time.time())
        if len(path) > 1 and path[-1] == "/" and path[-2] != "/":
            scope["path"] = path[:-1]
            scope["raw_path"] = scope.get("raw_path", b"").rstrip(b"/")
        if not chunked and (length is None or length == b"0"):
            return self._receive
        if packed not in (b"", b"identity"):
            self._late = True
            raise Invalid("request.encoding")
        if kind == b"multipart/form-data":
            self._most = guard._most_file
        if length is not None and (not length.isdigit() or int(length) > self._most):
            raise self._too_large()
        return None if kind in (b"application/json", b"") or kind.endswith(b"+json") else self._measured

    def _too_large(self) -> RealtyError:
        self._late = True
        return Invalid("request.too_large", limit=f"{self._most >> 20} MiB")

    async def _measured(self) -> Message:
        """The next part of the body, within its time and size."""
        if is_here(self._receive):
            message = await self._receive()
        else:
            patience, now = self.guard._patience, time.monotonic()
            self._body_begun = self._body_begun or now
            left = self._body_begun + 2 * patience + self._got / _SLOWEST - now
            try:
                async with asyncio.timeout(min(patience, left)):
                    message = await self._receive()
            except TimeoutError:
                self._late = True
                raise Invalid("request.timeout") from None
        if message["type"] == "http.request":
            self._got += len(message.get("body", b""))
            if self._got > self._most:
                raise self._too_large()
        return message

    async def _whole_body(self) -> tuple[Receive, bytes | None]:
        """The body read and checked for depth, to be handed on as one message, or as it is."""
        parts: list[bytes] = []
        while True:
            message = await self._measured()
            if message["type"] != "http.request":
                return self._receive, None
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                break
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        if too_deep(body):
            raise Invalid("request.too_deep", limit=_MOST_DEPTH)
        given = False

        async def receive() -> Message:
            nonlocal given
            if given:
                return await self._receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return receive, body

    # Answers ----------------------------------------------------------------------------------------------------------

    def _send_whole(self, answer: Reply) -> bool:
        """Send an answer in one piece; False where it has to go the usual way."""
        standing, body = self.standing, answer.body
        if self._late or standing is None:
            return False
        more = f"x-request-id: {self.id}\r\nratelimit-policy: {standing.policy}\r\nratelimit: {standing.header}\r\n"
        if not send_whole(self._send, answer.status_code, (answer.lines, _SECURITY_LINES, more.encode()), body):
            return False
        self.status, self.sent = answer.status_code, len(body)
        self._judge()
        return True

    def _judge(self) -> None:
        if self.credential and self.standing is not None:
            self.guard.judge(self.credential, self.address, good=self._actor() is not None)

    def _actor(self) -> Actor | None:
        """Who asks, once the application knows."""
        state = self.scope.get("state")
        door = state.get("door") if state else None
        return door.known if door is not None else None

    async def _passing_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            headers += _SECURITY
            headers.append((b"x-request-id", self.id.encode()))
            if self.standing is not None:
                headers.append((b"ratelimit-policy", self.standing.policy.encode()))
                headers.append((b"ratelimit", self.standing.header.encode()))
            if self._late:  # what is left of the body would be taken for the next request
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
            self._judge()
        else:
            self.sent += len(message.get("body", b""))
        await self._send(message)

    async def _refuse(self, error: RealtyError) -> None:
        if self.status:  # an answer has begun: all that can be done is to break it off
            raise error
        if isinstance(error, _Limited):
            self.standing = error.standing
        path = self.scope["path"]
        answer = problems.response(error, self.language, path, credentials=bool(self.credential))
        await self.guard._dress(answer)(self.scope, self._receive, self._passing_on)

    def _tell(self) -> None:
        seconds = time.perf_counter() - self.begun
        scope, guard = self.scope, self.guard
        method, route = scope["method"], scope.get("route")
        named = "-" if route is None else getattr(route, "path", "-")
        guard._meter.add(method if method in _METHODS else "-", named, self.status, seconds)
        actor, path = self._actor(), _told(scope["path"])
        # The door knows the request, which knows the scope: a ring that only the garbage collector would open.
        scope.get("state", {}).pop("door", None)
        if guard._log.wanted:
            account = "" if actor is None else f',"account":{actor.id}'
            guard._log.add_line(
                f'{{"time":"{now_text()}","level":"info","logger":"realty.request","id":"{self.id}","method":'
                f'{_quoted(method)},"path":{_quoted(path)},"status":{self.status},"ms":{seconds * 1_000:.2f},'
                f'"bytes":{self.sent},"address":{_quoted(self.address)}{account}}}'
            )


_PLAIN = re.compile(r"[A-Za-z0-9/._:~ -]*")
#: Where a path holds a secret: whoever reads the log could read the calendar.
_FEEDS = "/api/v1/calendar/feed/"


def _told(path: str) -> str:
    return _FEEDS + "..." if path.startswith(_FEEDS) else path


def _quoted(text: str) -> str:
    """A text as JSON writes it, in ASCII."""
    return f'"{text}"' if _PLAIN.fullmatch(text) else json.dumps(text)


_OUTSIDE = bytes(set(range(256)) - set(b"[]{},"))


def too_deep(body: bytes) -> bool:
    """Whether JSON is nested deeper, or has more members, than anything that we take. Broken JSON is for the parser."""
    opening = body.count(b"[") + body.count(b"{")
    if opening <= _MOST_DEPTH and body.count(b",") <= _MOST_MEMBERS:
        return False
    # What is escaped goes first, so that every quote that is left begins or ends a text.
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    signs = b"".join(plain).translate(None, _OUTSIDE)
    opening = signs.count(b"[") + signs.count(b"{")
    if signs.count(b",") > _MOST_MEMBERS or opening > _MOST_MEMBERS:
        return True
    depth = 0
    for sign in signs.replace(b",", b""):
        depth += 1 if sign in b"[{" else -1
        if depth > _MOST_DEPTH:
            return True
    return False
