"""Requests to addresses that somebody typed: never into the network behind the server, unless whoever asks sits there.

The name is resolved here, every address is looked at, and the connection goes to the one that was looked at, so that a
name which answers differently the second time gains nothing. Redirections stay on the host and the scheme.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from realty_cli.errors import Denied, Invalid, NotFound, Unavailable

if TYPE_CHECKING:
    import httpx

LARGEST = 64 * 1024 * 1024
_REDIRECTS = 3
_TRIES = 4
_LONGEST_WAIT = 64.0
#: Answers after which the same request may be sent again.
_PASSING = frozenset({429, 500, 502, 503, 504})
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: Address) -> bool:
    """Whether an address is everybody's. Those that hold an IPv4 one inside are judged by it."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def checked(url: str, *, private_ok: bool) -> str:
    """The address without what should not be in it. Raises Invalid; nothing is resolved."""
    text = url.strip()
    if any(not one.isprintable() or one.isspace() or one == "\\" for one in text):
        raise Invalid.one("url", "sync.url")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Invalid.one("url", "sync.url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise Invalid.one("url", "sync.url")
    if parts.username or parts.password:
        raise Invalid.one("url", "sync.url_secret")
    if parts.scheme == "http" and not private_ok:
        raise Invalid.one("url", "sync.plain_http")
    return parts._replace(fragment="", query="").geturl()


def resolve(host: str, port: int, *, private_ok: bool) -> str:
    """An address of the host that may be reached. Raises Invalid where one of them may not, Unavailable for none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable("sync.unknown_host", host=host) from None
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not private_ok and not all(is_public(ipaddress.ip_address(one)) for one in addresses):
        raise Invalid.one("url", "sync.private")
    # Names of one machine often have an IPv6 address too, at which nothing listens.
    return next((one for one in addresses if ":" not in one), addresses[0])


class Outward:
    """Requests to one host, signed in there by a name and a password. `wait` sleeps between tries."""

    def __init__(
        self, url: str, username: str | None, password: str, *, private_ok: bool,
        wait: Callable[[float], None] = time.sleep, timeout: float = 30.0,
    ) -> None:  # fmt: skip
        import httpx

        self.url = checked(url, private_ok=private_ok)
        self._private_ok, self._wait = private_ok, wait
        self._auth = httpx.BasicAuth(username, password) if username else None
        # No proxies of the environment: they would resolve the name themselves.
        self._client = httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout)

    def close(self) -> None:
        self._client.close()

    def send(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes, str]:
        """Status, headers, body, and the address that answered. What passes is tried again, as long as it says; the
        requests of this package may all be sent twice. Raises Unavailable, Denied, NotFound."""
        import httpx

        last = Unavailable("sync.unreachable", host=urlsplit(self.url).hostname or "")
        for attempt in range(_TRIES):
            try:
                status, found, data, at = self._follow(method, url, body, headers or {})
            except (httpx.TransportError, httpx.DecodingError):
                last = Unavailable("sync.unreachable", host=urlsplit(self.url).hostname or "")
                pause = None
            else:
                if status not in _PASSING:
                    if status == 401 or (status == 403 and not _told(data)):
                        raise Denied("sync.denied", host=urlsplit(self.url).hostname or "")
                    return status, found, data, at
                last = Unavailable("sync.failed", host=urlsplit(self.url).hostname or "", status=status)
                pause = _seconds(found.get("retry-after"))
            if attempt + 1 < _TRIES:
                if pause is not None and pause > _LONGEST_WAIT:
                    break
                self._wait(pause if pause is not None else float(2**attempt))
        raise last

    def _follow(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes, str]:
        at = urljoin(self.url, url)
        for _ in range(_REDIRECTS + 1):
            if urlsplit(at)[:2] != urlsplit(self.url)[:2]:
                raise Unavailable("sync.leads_away", host=urlsplit(self.url).hostname or "")
            status, found, data = self._once(method, at, body, headers)
            if status not in (301, 302, 307, 308) or "location" not in found:
                return status, found, data, at
            at = urljoin(at, found["location"])
        raise NotFound("sync.no_calendar", url=self.url)

    def _once(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:

        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = resolve(host, port, private_ok=self._private_ok)
        there = f"[{address}]" if ":" in address else address
        request: httpx.Request = self._client.build_request(
            method, parts._replace(netloc=f"{there}:{port}").geturl(), content=body,
            headers={"Host": parts.netloc, "User-Agent": "realty", **headers},
            extensions={"sni_hostname": host, "timeout": self._client.timeout.as_dict()},
        )  # fmt: skip
        answer = self._client.send(request, stream=True, auth=self._auth)
        try:
            whole = bytearray()
            for piece in answer.iter_bytes():
                whole += piece
                if len(whole) > LARGEST:
                    raise Unavailable("sync.too_large", host=host)
        finally:
            answer.close()
        return answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, bytes(whole)


def _told(data: bytes) -> bool:
    """A refusal that names its reason (`<error xmlns="DAV:">`) is none of the person."""
    return b"error" in data and b"DAV:" in data


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 7 else None
