"""Calendars that speak CalDAV (RFC 4791, with sync-collection of RFC 6578 where the server has it).

Addresses are those that the server tells, never put together; one resource is an event with all its exceptions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from realty_cli.errors import NotFound, Unavailable
from realty_cli.events.ports import ChangedThereError, Pull, Resource, TokenGoneError
from realty_cli.integrations.outward import Outward

_DAV, _CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_AT_ONCE = 100
_MOST_PAGES = 1_000
_MOST = 100_000
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
_SAFE = re.compile(r"[A-Za-z0-9._@-]{1,100}", re.ASCII)


class CalDav:
    """The calendar at an address: that of the calendar itself, or of a server that tells where it is (`name` chooses
    among several)."""

    def __init__(self, door: Outward, name: str | None = None) -> None:
        self._door = door
        self._name = name
        self._found: str | None = None

    def close(self) -> None:
        self._door.close()

    # Where it is ------------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address of the calendar. Raises NotFound where there is none."""
        if self._found is None:
            found = self.calendars()
            named = [one for one in found if self._name in (None, one[1], _last(one[0]))]
            if not named or (self._name is None and len(named) > 1):
                raise NotFound("sync.which", names=", ".join(one[1] for one in found) or "-")
            self._found = named[0][0]
        return self._found

    def calendars(self) -> list[tuple[str, str]]:
        """Addresses and names of the calendars of events that are here, or are this person's."""
        here = self._properties(self._door.url, 0)
        if found := [one for one in here if _is_calendar(one[1])]:
            return [(one[0], _name(one)) for one in found]
        principal = self._named(here, "current-user-principal")
        if principal is None:
            here = self._properties(urljoin(self._door.url, "/.well-known/caldav"), 0)
            principal = self._named(here, "current-user-principal")
        if principal is None:
            raise NotFound("sync.no_calendar", url=self._door.url)
        home = self._named(self._properties(principal, 0), "calendar-home-set", _CAL)
        if home is None:
            raise NotFound("sync.no_calendar", url=self._door.url)
        return [(one[0], _name(one)) for one in self._properties(home, 1) if _is_calendar(one[1])]

    def _named(self, found: list[tuple[str, Any]], name: str, space: str = _DAV) -> str | None:
        for at, properties in found:
            href = properties.find(f".//{space}{name}/{_DAV}href")
            if href is not None and href.text:
                return urljoin(at, str(href.text).strip())
        return None

    def _properties(self, url: str, depth: int) -> list[tuple[str, Any]]:
        body = (
            f"{_HEAD}<propfind {_SPACES}><prop><resourcetype/><displayname/><current-user-principal/>"
            "<C:calendar-home-set/><C:supported-calendar-component-set/></prop></propfind>"
        )
        status, _, data, at = self._door.send("PROPFIND", url, body.encode(), _xml(depth))
        if status != 207:
            if status in (404, 405, 501):
                return []
            raise _odd(at, status)
        return [(href, one) for href, one, _ in _responses(data, at)]

    # Reading ----------------------------------------------------------------------------------------------------------

    def pull(self, token: str | None, known: dict[str, str | None]) -> Pull:
        found = self._changes(token) if token is not None else None
        if found is None:
            found = self._changes("") or self._listing()
        tags, gone, new, complete = found
        wanted = [href for href, etag in tags.items() if etag is None or known.get(href) != etag]
        fetched = self.fetch(wanted)
        if complete and len(fetched) < len(wanted):
            # Gone between the listing and the reading.
            here = {one.href for one in fetched}
            tags = {href: etag for href, etag in tags.items() if href in here or href not in wanted}
        return Pull(fetched, sorted(gone), frozenset(tags), new, complete)

    def _changes(self, token: str) -> tuple[dict[str, str | None], set[str], str | None, bool] | None:
        """sync-collection, every page of it. None where the server has none (asked without a token)."""
        tags: dict[str, str | None] = {}
        gone: set[str] = set()
        complete = not token
        for _ in range(_MOST_PAGES):
            body = (
                f"{_HEAD}<sync-collection {_SPACES}><sync-token>{escape(token)}</sync-token>"
                "<sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
            )
            status, _, data, at = self._door.send("REPORT", self.url, body.encode(), _xml(0))
            if status != 207:
                if token and (b"valid-sync-token" in data or status in (403, 409, 410, 412)):
                    raise TokenGoneError("sync.token_gone")
                if not token and status in (400, 403, 405, 415, 501):
                    return None
                if status in (404, 410):
                    raise NotFound("sync.no_calendar", url=self.url)
                raise _odd(at, status)
            more = False
            for href, properties, state in _responses(data, at):
                if state == 507:
                    more = True
                elif _same(href, self.url):
                    continue
                elif state == 404:
                    gone.add(href)
                    tags.pop(href, None)
                else:
                    tags[href] = _text(properties, "getetag")
                    gone.discard(href)
            new = _text(_root(data), "sync-token", deep=False)
            if len(tags) > _MOST:
                raise Unavailable("sync.too_large", host=urlsplit(self.url).hostname or "")
            if not more:
                return tags, gone, new, complete
            if not new or new == token:
                break
            token = new
        raise Unavailable("sync.odd", host=urlsplit(self.url).hostname or "", status=507)

    def _listing(self) -> tuple[dict[str, str | None], set[str], str | None, bool]:
        body = f"{_HEAD}<propfind {_SPACES}><prop><getetag/><resourcetype/></prop></propfind>"
        status, _, data, at = self._door.send("PROPFIND", self.url, body.encode(), _xml(1))
        if status in (404, 410):
            raise NotFound("sync.no_calendar", url=self.url)
        if status != 207:
            raise _odd(at, status)
        tags = {
            href: _text(properties, "getetag")
            for href, properties, _ in _responses(data, at)
            if not _same(href, self.url) and properties.find(f".//{_DAV}collection") is None
        }
        return tags, set(), None, True

    def fetch(self, hrefs: Sequence[str]) -> list[Resource]:
        found: dict[str, Resource] = {}
        for start in range(0, len(hrefs), _AT_ONCE):
            some = hrefs[start : start + _AT_ONCE]
            names = "".join(f"<href>{escape(urlsplit(one).path)}</href>" for one in some)
            body = (
                f"{_HEAD}<C:calendar-multiget {_SPACES}><prop><getetag/><C:calendar-data/></prop>{names}"
                "</C:calendar-multiget>"
            )
            status, _, data, at = self._door.send("REPORT", self.url, body.encode(), _xml(1))
            answered: set[str] = set()
            if status == 207:
                for href, properties, state in _responses(data, at):
                    match = next((one for one in some if _same(one, href)), None)
                    text = _text(properties, "calendar-data", _CAL)
                    if match is not None and (state == 404 or text is not None):
                        answered.add(match)
                        if text is not None:
                            found[match] = Resource(match, _text(properties, "getetag"), text.encode())
            elif status not in (400, 403, 404, 405, 501):
                raise _odd(at, status)
            for href in some:
                if href not in answered and (one := self._get(href)) is not None:
                    found[href] = one
        return list(found.values())

    def _get(self, href: str) -> Resource | None:
        status, headers, data, at = self._door.send("GET", href)
        if status in (404, 410):
            return None
        if status != 200:
            raise _odd(at, status)
        return Resource(href, headers.get("etag"), data)

    # Writing ----------------------------------------------------------------------------------------------------------

    def put(self, href: str | None, uid: str, data: bytes, etag: str | None) -> tuple[str, str | None]:
        where = href or _href(self.url.rstrip("/") + "/" + _file_name(uid))
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        if href is None:
            headers["If-None-Match"] = "*"
        elif etag is not None:
            headers["If-Match"] = etag
        status, found, answer, at = self._door.send("PUT", where, data, headers)
        if status in (409, 412) or (status == 403 and b"no-uid-conflict" in answer):
            raise ChangedThereError("sync.changed_there", href=where)
        if status in (404, 410) and href is not None:
            raise ChangedThereError("sync.changed_there", href=where)
        if status not in (200, 201, 204):
            raise _odd(at, status)
        return where, found.get("etag")

    def delete(self, href: str, etag: str | None) -> None:
        status, _, _, at = self._door.send("DELETE", href, b"", {"If-Match": etag} if etag is not None else {})
        if status in (404, 410):
            return
        if status == 412:
            if self._get(href) is not None:
                raise ChangedThereError("sync.changed_there")
            return
        if status not in (200, 202, 204):
            raise _odd(at, status)


def opened(
    url: str, username: str | None, password: str, *, private_ok: bool, name: str | None = None,
    wait: Callable[[float], None] | None = None,
) -> CalDav:  # fmt: skip
    more: dict[str, Any] = {} if wait is None else {"wait": wait}
    return CalDav(Outward(url, username, password, private_ok=private_ok, **more), name)


def _file_name(uid: str) -> str:
    """The same for the same UID, so that a second try meets the first one instead of a twin."""
    name = uid if _SAFE.fullmatch(uid) and not uid.startswith(".") else hashlib.sha256(uid.encode()).hexdigest()
    return f"{name}.ics"


def _xml(depth: int) -> dict[str, str]:
    return {"Content-Type": "application/xml; charset=utf-8", "Depth": str(depth)}


def _root(data: bytes) -> Any:
    """Raises Unavailable for what is no plain XML: neither CalDAV nor anybody's calendar needs entities."""
    try:
        text = data.decode("utf-8-sig")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise ValueError("document type")
        return ElementTree.fromstring(text.encode())  # noqa: S314 - without a document type there is nothing to expand
    except (ValueError, ElementTree.ParseError):
        raise Unavailable("sync.odd", host="", status=207) from None


def _responses(data: bytes, at: str) -> list[tuple[str, Any, int]]:
    """Address, properties that are there, and status of each. Foreign addresses are nobody's business and left out."""
    found = []
    for one in _root(data).iter(f"{_DAV}response"):
        href = one.find(f"{_DAV}href")
        if href is None or not href.text:
            continue
        where = _href(urljoin(at, href.text.strip()))
        if urlsplit(where)[:2] != urlsplit(at)[:2]:
            continue
        state = _status(one.find(f"{_DAV}status"))
        properties = ElementTree.Element("properties")
        for part in one.iter(f"{_DAV}propstat"):
            if _status(part.find(f"{_DAV}status")) in (0, 200):
                properties.extend(part.iter(f"{_DAV}prop"))
        found.append((where, properties, state))
    return found


def _status(element: Any) -> int:
    parts = (element.text or "").split() if element is not None else []
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def _text(element: Any, name: str, space: str = _DAV, *, deep: bool = True) -> str | None:
    found = element.find(f".//{space}{name}" if deep else f"{space}{name}")
    return found.text if found is not None and found.text else None


def _is_calendar(properties: Any) -> bool:
    if properties.find(f".//{_CAL}calendar") is None:
        return False
    kinds = [one.get("name") for one in properties.iter(f"{_CAL}comp")]
    return not kinds or "VEVENT" in kinds


def _name(found: tuple[str, Any]) -> str:
    return _text(found[1], "displayname") or _last(found[0])


def _last(url: str) -> str:
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _href(url: str) -> str:
    """One spelling of an address: servers differ in what they escape."""
    parts = urlsplit(url)
    return parts._replace(path="/".join(quote(unquote(one), safe="") for one in parts.path.split("/"))).geturl()


def _same(one: str, other: str) -> bool:
    return unquote(urlsplit(one).path).rstrip("/") == unquote(urlsplit(other).path).rstrip("/")


def _odd(url: str, status: int) -> Unavailable:
    return Unavailable("sync.odd", host=urlsplit(url).hostname or "", status=status)
