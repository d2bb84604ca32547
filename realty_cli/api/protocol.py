"""What uvicorn lacks between the socket and the application: deadlines, sizes, and room for those who ask.

A connection that asks nothing gives way when there is no room: so whoever only holds lines open, or sends a head byte
by byte, shuts nobody out.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import uvloop
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from realty_cli.kit.messages import message

_MOST_HEADERS = 100
_MOST_HEADER_BYTES = 64 << 10
#: Seconds that a handshake of TLS may take, and those in which a caller has to take some of its answer.
_HANDSHAKE = 15.0
STALL = 60.0


class Loop(uvloop.Loop):
    """The event loop, with a deadline for handshakes: its own is a minute."""

    async def create_server(self, *args: Any, **options: Any) -> Any:
        if options.get("ssl") is not None:
            options.setdefault("ssl_handshake_timeout", _HANDSHAKE)
        return await super().create_server(*args, **options)


def _problem(status: int, title: str, code: str, *more: str) -> bytes:
    """A whole answer that ends the connection, for what never becomes a request."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": message(code, "en"), "instance": "",
            "code": code, "errors": []}  # fmt: skip
    data = json.dumps(body).encode()
    head = [
        f"HTTP/1.1 {status} {title}",
        "content-type: application/problem+json",
        f"content-length: {len(data)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "connection: close",
        *more,
        "",
        "",
    ]
    return "\r\n".join(head).encode() + data


_MALFORMED = _problem(400, "Bad Request", "request.malformed")
_HEADERS_TOO_LARGE = _problem(431, "Request Header Fields Too Large", "request.headers_too_large")
_NO_ROOM = _problem(503, "Service Unavailable", "request.no_room", "retry-after: 1")


class _Shared:
    """The headers that uvicorn gives every answer, as they are written: it makes a new list of them each second."""

    made_of: object = None
    written = b""


def send_whole(send: object, status: int, head: tuple[bytes, ...], body: bytes) -> bool:
    """Write an answer in one piece where it goes to a socket as it is; False, and nothing done, where it does not.

    uvicorn writes head and body apart, so that each answer costs its reader and the system two turns, and looks for
    mistakes in every header. `head`: the headers as lines that end in CRLF, the length of the body among them.
    """
    cycle = getattr(send, "__self__", None)
    if (
        type(cycle) is not RequestResponseCycle
        or cycle.response_started
        or cycle.disconnected
        or cycle.flow.write_paused
        or not cycle.keep_alive
        or cycle.scope["method"] == "HEAD"
    ):
        return False
    if _Shared.made_of is not cycle.default_headers:
        _Shared.written = b"".join(b"%b: %b\r\n" % pair for pair in cycle.default_headers)
        _Shared.made_of = cycle.default_headers
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(b"".join((STATUS_LINE[status], _Shared.written, *head, b"\r\n", body)))
    cycle.message_event.set()
    cycle.on_response()
    return True


def is_here(receive: object) -> bool:
    """Whether the whole body of a request has come, so that receiving it waits for nobody."""
    cycle = getattr(receive, "__self__", None)
    return type(cycle) is RequestResponseCycle and not cycle.more_body


def protocol(patience: float, most: int) -> type[HttpToolsProtocol]:
    """The HTTP protocol of one worker that holds `most` connections; the head of a request has `patience` seconds."""
    #: Connections without a whole request, in the order in which they came or were answered.
    waiting: dict[Bounded, None] = {}
    many_more = most + most // 8 + 8

    class Bounded(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None
        _stalled: asyncio.TimerHandle | None = None
        _in_head = False
        _size = 0

        # The connection

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if len(self.connections) > most:
                if waiting:
                    next(iter(waiting))._give_way()
                elif len(self.connections) > many_more:
                    transport.abort()
                    return
            waiting[self] = None
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            waiting.pop(self, None)
            self._unwatch()
            self._go_on()
            super().connection_lost(exc)

        def _give_way(self) -> None:
            waiting.pop(self, None)
            self._end()

        def _end(self) -> None:
            # What was not taken yet would keep a transport that closes open for as long as the caller likes.
            if self.transport.get_write_buffer_size():
                self.transport.abort()
            else:
                self.transport.close()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._stalled = self.loop.call_later(STALL, self.transport.abort)

        def resume_writing(self) -> None:
            self._go_on()
            super().resume_writing()

        def _go_on(self) -> None:
            if self._stalled is not None:
                self._stalled.cancel()
                self._stalled = None

        def timeout_keep_alive_handler(self) -> None:
            if not self.transport.is_closing():
                self._end()

        # The head of a request

        def data_received(self, data: bytes) -> None:
            if self.transport.is_closing():
                return
            super().data_received(data)
            # Half a head after an answered request is on the clock as the first one is.
            if self._in_head and self._deadline is None:
                self._watch()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._size = 0
            self._in_head = True

        def on_url(self, url: bytes) -> None:
            HttpToolsProtocol.on_url(self, url)
            self._size += len(url)
            if self._size > _MOST_HEADER_BYTES:
                self._refuse(_HEADERS_TOO_LARGE)

        def on_header(self, name: bytes, value: bytes) -> None:
            HttpToolsProtocol.on_header(self, name, value)
            self._size += len(name) + len(value)
            if self._size > _MOST_HEADER_BYTES or len(self.headers) > _MOST_HEADERS:
                self._refuse(_HEADERS_TOO_LARGE)

        def on_headers_complete(self) -> None:
            self._in_head = False
            self._unwatch()
            if self.transport.is_closing():
                return
            waiting.pop(self, None)
            if len(self.connections) > most:
                self._refuse(_NO_ROOM)
                return
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            if not self.transport.is_closing():
                super().on_body(body)

        def on_message_complete(self) -> None:
            if not self.transport.is_closing():
                super().on_message_complete()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if self.cycle.response_complete and not self.transport.is_closing():
                waiting[self] = None

        def send_400_response(self, msg: str) -> None:
            self._refuse(_MALFORMED)

        def _refuse(self, answer: bytes) -> None:
            """Answer and close, unless an earlier request on this line is being answered: then it is broken off."""
            if self.transport.is_closing():
                return
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(answer)
                self.transport.close()
            else:
                self.transport.abort()

        def _watch(self) -> None:
            self._unwatch()
            self._deadline = self.loop.call_later(patience, self._late)

        def _unwatch(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _late(self) -> None:
            self._deadline = None
            if self.cycle is None or self.cycle.response_complete:
                self._end()

    return Bounded
